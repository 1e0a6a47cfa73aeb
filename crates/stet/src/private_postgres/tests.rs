//! Real clusters in temporary directories, from the Postgres that this machine has.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

use super::*;

/// A temporary directory that the user who runs Postgres for root can pass through.
pub(super) fn temp_dir() -> TempDir {
    tempfile::Builder::new().permissions(Permissions::from_mode(0o711)).tempdir().unwrap()
}

fn options() -> Options {
    Options { places: SearchPlaces::of_this_system(), durability: Durability::Scratch }
}

/// What the server answers, through `psql`.
fn answer(postgres: &PrivatePostgres, sql: &str) -> String {
    let psql = Binaries::newest(&SearchPlaces::of_this_system()).unwrap().program("psql");
    let output = Command::new(psql)
        .args(["--no-psqlrc", "--no-align", "--tuples-only", "--quiet"])
        .args(["--set", "ON_ERROR_STOP=1", "--command", sql, &postgres.url()])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

fn socket_of(postgres: &PrivatePostgres) -> PathBuf {
    postgres.socket_dir().join(".s.PGSQL.5432")
}

fn cluster_in(data_dir: &Path) -> PathBuf {
    data_dir.canonicalize().unwrap().join("postgres/cluster")
}

/// What a server that was killed would have left, with this process number.
fn leave_pid_file(data_dir: &Path, pid: u32) {
    let cluster = cluster_in(data_dir);
    let text = format!("{pid}\n{}\n1\n5432\n/nowhere\n\n1 1\nready   \n", cluster.display());
    fs::write(cluster.join("postmaster.pid"), text).unwrap();
}

#[test]
fn a_fresh_directory_gets_a_database_in_utf8_that_folds_accents() {
    let data = temp_dir();
    let postgres = PrivatePostgres::start(data.path(), &options()).unwrap();
    assert_eq!(
        answer(&postgres, "select current_database(), current_user, lower('É')"),
        "stet|postgres|é"
    );
}

#[test]
fn the_server_listens_on_no_network() {
    let data = temp_dir();
    let postgres = PrivatePostgres::start(data.path(), &options()).unwrap();
    assert_eq!(answer(&postgres, "show listen_addresses"), "");
    let mode = fs::metadata(postgres.socket_dir()).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o700);
}

#[test]
fn what_was_written_is_there_after_a_restart() {
    let data = temp_dir();
    let postgres = PrivatePostgres::start(data.path(), &options()).unwrap();
    answer(&postgres, "create table note (text text); insert into note values ('kept')");
    postgres.stop();
    let postgres = PrivatePostgres::start(data.path(), &options()).unwrap();
    assert_eq!(answer(&postgres, "select text from note"), "kept");
}

#[test]
fn a_stopped_server_is_gone() {
    let data = temp_dir();
    let postgres = PrivatePostgres::start(data.path(), &options()).unwrap();
    let socket = socket_of(&postgres);
    UnixStream::connect(&socket).unwrap();
    postgres.stop();
    UnixStream::connect(&socket).unwrap_err();
    assert_eq!(pid_file::living_server(&cluster_in(data.path())), None);
}

#[test]
fn a_durable_server_writes_through_to_the_disk() {
    let data = temp_dir();
    let options = Options { durability: Durability::Durable, ..options() };
    let postgres = PrivatePostgres::start(data.path(), &options).unwrap();
    assert_eq!(answer(&postgres, "show fsync"), "on");
    assert_eq!(answer(&postgres, "show data_checksums"), "on");
}

#[test]
fn a_second_stet_is_told_that_the_directory_is_in_use() {
    let data = temp_dir();
    let _first = PrivatePostgres::start(data.path(), &options()).unwrap();
    let error = PrivatePostgres::start(data.path(), &options()).unwrap_err();
    let me = std::process::id();
    assert!(
        error.to_string().contains(&format!("in use by another Stet (process {me})")),
        "{error}"
    );
}

#[test]
fn a_command_joins_the_server_that_runs() {
    let data = temp_dir();
    let first = PrivatePostgres::start(data.path(), &options()).unwrap();
    answer(&first, "create table note (text text); insert into note values ('shared')");
    let joined = PrivatePostgres::start_or_join(data.path(), &options()).unwrap();
    assert!(joined.is_joined());
    assert_eq!(answer(&joined, "select text from note"), "shared");
    joined.stop();
    assert_eq!(answer(&first, "select 1"), "1");
}

#[test]
fn a_command_starts_the_server_where_none_runs() {
    let data = temp_dir();
    let postgres = PrivatePostgres::start_or_join(data.path(), &options()).unwrap();
    assert!(!postgres.is_joined());
    assert_eq!(answer(&postgres, "select 1"), "1");
}

#[test]
fn a_command_that_owns_the_server_keeps_it_for_those_who_joined() {
    let data = temp_dir();
    let owner = PrivatePostgres::start_or_join(data.path(), &options()).unwrap();
    let joined = PrivatePostgres::start_or_join(data.path(), &options()).unwrap();
    let watch = owner.watch().unwrap();
    let stopping = std::thread::spawn(move || owner.stop());
    assert_eq!(answer(&joined, "select 1"), "1");
    assert_eq!(watch.wait_for(Duration::ZERO), None);
    joined.stop();
    stopping.join().unwrap();
    assert_eq!(watch.wait(), ServerEnd::Code(0));
}

#[test]
fn the_watch_tells_when_the_server_alone_is_killed() {
    let data = temp_dir();
    let postgres = PrivatePostgres::start(data.path(), &options()).unwrap();
    let server = pid_file::living_server(&cluster_in(data.path())).unwrap();
    assert!(postgres.account.signal("KILL", server));
    assert_eq!(postgres.watch().unwrap().wait(), ServerEnd::Signal(9));
    drop(postgres);
    let postgres = PrivatePostgres::start(data.path(), &options()).unwrap();
    assert_eq!(answer(&postgres, "select 1"), "1");
}

#[test]
fn a_pid_file_that_names_a_stranger_does_not_stop_a_start() {
    let data = temp_dir();
    PrivatePostgres::start(data.path(), &options()).unwrap().stop();
    leave_pid_file(data.path(), std::process::id());
    let postgres = PrivatePostgres::start(data.path(), &options()).unwrap();
    assert_eq!(answer(&postgres, "select 1"), "1");
}

#[test]
fn a_pid_file_that_names_the_same_users_process_does_not_stop_a_start() {
    let data = temp_dir();
    let first = PrivatePostgres::start(data.path(), &options()).unwrap();
    let account = first.account.clone();
    first.stop();
    // Only a process of the same user would stop Postgres.
    let mut stranger = account.command("/bin/cat").stdin(Stdio::piped()).spawn().unwrap();
    leave_pid_file(data.path(), stranger.id());
    let started = PrivatePostgres::start(data.path(), &options());
    drop(stranger.stdin.take());
    stranger.wait().unwrap();
    assert_eq!(answer(&started.unwrap(), "select 1"), "1");
}

#[test]
fn a_pid_file_that_names_another_server_of_the_same_user_does_not_stop_a_start() {
    let (data, other) = (temp_dir(), temp_dir());
    PrivatePostgres::start(data.path(), &options()).unwrap().stop();
    let _other = PrivatePostgres::start(other.path(), &options()).unwrap();
    leave_pid_file(data.path(), pid_file::living_server(&cluster_in(other.path())).unwrap());
    let postgres = PrivatePostgres::start(data.path(), &options()).unwrap();
    assert_eq!(answer(&postgres, "select 1"), "1");
}

#[test]
fn a_half_made_cluster_is_made_again() {
    let data = temp_dir();
    let half_made = data.path().join("postgres/new/base");
    fs::create_dir_all(&half_made).unwrap();
    fs::write(half_made.join("1"), "").unwrap();
    let postgres = PrivatePostgres::start(data.path(), &options()).unwrap();
    assert_eq!(answer(&postgres, "select 1"), "1");
    assert!(!data.path().join("postgres/new").exists());
}

#[test]
fn a_long_path_gets_a_socket_in_a_short_private_folder() {
    let temp = temp_dir();
    let data = temp.path().join("long ".repeat(30));
    let postgres = PrivatePostgres::start(&data, &options()).unwrap();
    assert!(!postgres.socket_dir().starts_with(&data));
    let folder = fs::symlink_metadata(postgres.socket_dir()).unwrap();
    assert_eq!(folder.permissions().mode() & 0o777, 0o700);
    assert_eq!(answer(&postgres, "select 1"), "1");
    let joined = PrivatePostgres::start_or_join(&data, &options()).unwrap();
    assert_eq!(joined.socket_dir(), postgres.socket_dir());
    let socket_dir = postgres.socket_dir().to_owned();
    postgres.stop();
    assert!(!socket_dir.exists());
}

#[test]
fn a_path_with_blanks_quotes_and_commas_works() {
    let temp = temp_dir();
    let data = temp.path().join("a, \"b\" 'c' é%&+");
    let postgres = PrivatePostgres::start(&data, &options()).unwrap();
    assert_eq!(answer(&postgres, "select 1"), "1");
}

#[test]
fn a_cluster_of_another_version_names_the_version_it_needs() {
    let data = temp_dir();
    let cluster = data.path().join("postgres/cluster");
    fs::create_dir_all(&cluster).unwrap();
    fs::write(cluster.join("PG_VERSION"), "9\n").unwrap();
    let error = PrivatePostgres::start(data.path(), &options()).unwrap_err();
    assert!(error.to_string().contains("was made by Postgres 9 and needs that version"), "{error}");
}

#[test]
fn a_folder_that_is_no_cluster_is_left_alone() {
    let data = temp_dir();
    let cluster = data.path().join("postgres/cluster");
    fs::create_dir_all(&cluster).unwrap();
    fs::write(cluster.join("diary"), "dear").unwrap();
    let error = PrivatePostgres::start(data.path(), &options()).unwrap_err();
    assert!(matches!(error, PostgresError::NotACluster { .. }), "{error}");
    assert_eq!(fs::read_to_string(cluster.join("diary")).unwrap(), "dear");
}

#[test]
fn missing_programs_leave_no_half_made_cluster() {
    let (data, empty) = (temp_dir(), temp_dir());
    let options = Options { places: SearchPlaces::only([empty.path().to_owned()]), ..options() };
    let error = PrivatePostgres::start(data.path(), &options).unwrap_err();
    assert!(matches!(error, PostgresError::BinariesMissing { .. }), "{error}");
    assert!(!data.path().join("postgres/new").exists());
}

#[test]
fn a_server_that_cannot_start_is_reported_with_its_own_words() {
    let data = temp_dir();
    PrivatePostgres::start(data.path(), &options()).unwrap().stop();
    let settings = cluster_in(data.path()).join("postgresql.conf");
    fs::write(&settings, "no_such_setting = 1\n").unwrap();
    let error = PrivatePostgres::start(data.path(), &options()).unwrap_err();
    assert!(error.to_string().contains("no_such_setting"), "{error}");
}

#[test]
fn a_long_log_is_put_aside_at_the_next_start() {
    let data = temp_dir();
    PrivatePostgres::start(data.path(), &options()).unwrap().stop();
    let log = data.path().join("postgres/log");
    fs::OpenOptions::new().write(true).open(&log).unwrap().set_len(5 << 20).unwrap();
    PrivatePostgres::start(data.path(), &options()).unwrap().stop();
    assert!(fs::metadata(&log).unwrap().len() < 1 << 20);
    assert_eq!(fs::metadata(data.path().join("postgres/log.old")).unwrap().len(), 5 << 20);
}
