//! `stet with-postgres` as it is typed, over real clusters; above all what holds after a kill,
//! which only a process of its own can suffer.

use std::fs::Permissions;
use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use tempfile::TempDir;

/// A temporary directory that the user who runs Postgres for root can pass through.
fn temp_dir() -> TempDir {
    tempfile::Builder::new().permissions(Permissions::from_mode(0o711)).tempdir().unwrap()
}

/// `stet with-postgres OPTIONS -- sh -c SCRIPT`.
fn over_postgres(options: &[&str], script: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_stet"));
    command.env("STET_LOG", "info");
    command.arg("with-postgres").args(options).args(["--", "/bin/sh", "-c", script]);
    command
}

/// The options that keep the database in this directory.
fn kept_in(data_dir: &Path) -> [&str; 2] {
    ["--data-dir", data_dir.to_str().unwrap()]
}

fn output_of(mut command: Command) -> Output {
    command.stdin(Stdio::null()).output().unwrap()
}

fn said(output: &Output) -> (String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
    (text(&output.stdout), text(&output.stderr))
}

/// Starts a Stet whose command waits for the end of its input, which it shares with the test;
/// returns when the command runs, so when Postgres is ready.
fn start_and_hold(data_dir: &Path) -> Child {
    let mut child = over_postgres(&kept_in(data_dir), "echo running; read line")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert_eq!(line, "running\n");
    child
}

#[test]
fn the_command_gets_a_database_and_its_code_is_the_answer() {
    let script = r#"psql --no-psqlrc -Atc "select 'by settings'" &&
        psql --no-psqlrc -Atc "select 'by address'" "$DATABASE_URL" && exit 7"#;
    let output = output_of(over_postgres(&[], script));
    let (stdout, stderr) = said(&output);
    assert_eq!(stdout, "by settings\nby address", "{stderr}");
    assert_eq!(output.status.code(), Some(7));
}

#[test]
fn a_scratch_database_is_thrown_away() {
    let (socket_dir, _) = said(&output_of(over_postgres(&[], r#"echo "$PGHOST""#)));
    let scratch = Path::new(&socket_dir).ancestors().nth(2).unwrap();
    assert!(scratch.file_name().unwrap().to_str().unwrap().starts_with("stet-scratch-"));
    assert!(!scratch.exists());
}

#[test]
fn after_kill_9_postgres_ends_and_the_next_start_heals() {
    let data = temp_dir();
    let mut killed = start_and_hold(data.path());
    killed.kill().unwrap();
    killed.wait().unwrap();
    let output =
        output_of(over_postgres(&kept_in(data.path()), "psql --no-psqlrc -Atc 'select 1'"));
    let (stdout, stderr) = said(&output);
    assert_eq!(stdout, "1", "{stderr}");
    // It started a server of its own: the killed one's is gone.
    assert!(stderr.contains("the private Postgres is ready"), "{stderr}");
}

#[test]
fn a_second_command_joins_the_first_ones_server() {
    let data = temp_dir();
    let mut first = start_and_hold(data.path());
    let output =
        output_of(over_postgres(&kept_in(data.path()), "psql --no-psqlrc -Atc 'select 1'"));
    drop(first.stdin.take());
    first.wait().unwrap();
    let (stdout, stderr) = said(&output);
    assert_eq!(stdout, "1", "{stderr}");
    assert!(stderr.contains("using the Postgres of the Stet that runs here"), "{stderr}");
}

#[test]
fn missing_programs_are_reported_with_the_command_that_installs_them() {
    let empty = temp_dir();
    let output = output_of(over_postgres(&["--pg-bin", empty.path().to_str().unwrap()], "true"));
    let (_, stderr) = said(&output);
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr.contains("Postgres is not installed"), "{stderr}");
    assert!(stderr.contains("Install it with"), "{stderr}");
}
