//! Making a cluster: beside its place, whole, and only then moved there.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};

use tracing::info;

use super::account::Account;
use super::error::PostgresError;
use super::find::{Binaries, SearchPlaces};
use super::keeper::ServerEnd;
use super::layout::{Layout, make_private_folder};
use super::lock::{Log, shown};
use super::{DATABASE, Durability, USER};

/// The locale of text in a new cluster: by Unicode, without a language's own order. With plain
/// `C`, `lower('É')` is `É`, and a search for it finds nothing.
const LOCALE: &str = if cfg!(target_os = "macos") { "en_US.UTF-8" } else { "C.UTF-8" };

/// Finds the programs for the cluster in this layout, and makes the cluster if there is none.
pub(super) fn ensure(
    layout: &Layout,
    account: &Account,
    places: &SearchPlaces,
    durability: Durability,
    log: &Log,
) -> Result<Binaries, PostgresError> {
    let cluster = layout.cluster();
    if cluster.exists() {
        let major = major_of(&cluster)
            .ok_or_else(|| PostgresError::NotACluster { cluster: cluster.clone() })?;
        let binaries = Binaries::of_major(places, major, &cluster)?;
        account.check_way_to(&binaries.dir)?;
        return Ok(binaries);
    }
    let binaries = Binaries::newest(places)?;
    account.check_way_to(&binaries.dir)?;
    info!(postgres = binaries.major, folder = %cluster.display(), "making a new database");
    make(layout, account, &binaries, durability, log)?;
    Ok(binaries)
}

/// The major version that made a cluster.
fn major_of(cluster: &Path) -> Option<u32> {
    fs::read_to_string(cluster.join("PG_VERSION")).ok()?.trim().parse().ok()
}

fn make(
    layout: &Layout,
    account: &Account,
    binaries: &Binaries,
    durability: Durability,
    log: &Log,
) -> Result<(), PostgresError> {
    let fresh = layout.half_made();
    remove_if_there(&fresh)?;
    make_private_folder(&fresh, account)?;
    let made = initdb(layout, account, binaries, durability, log)
        .and_then(|()| create_database(layout, account, binaries, durability, log));
    if let Err(error) = made {
        // What is left would only puzzle; the log has the reasons.
        let _ = remove_if_there(&fresh);
        return Err(error);
    }
    let cluster = layout.cluster();
    fs::rename(&fresh, &cluster).map_err(PostgresError::io("move into place", &fresh))?;
    // A new name is on the disk only once its folder is.
    File::open(layout.root())
        .and_then(|folder| folder.sync_all())
        .map_err(PostgresError::io("write to the disk", layout.root()))
}

fn initdb(
    layout: &Layout,
    account: &Account,
    binaries: &Binaries,
    durability: Durability,
    log: &Log,
) -> Result<(), PostgresError> {
    let mut command = account.command(binaries.program("initdb"));
    command.arg("--pgdata").arg(layout.half_made());
    command.arg(format!("--username={USER}"));
    // The socket's folder lets only its owner in; a network is never listened on.
    command.args(["--auth-local=trust", "--auth-host=reject"]);
    command.args(["--encoding=UTF8", "--data-checksums", "--no-instructions"]);
    command.arg(format!("--locale={LOCALE}"));
    if durability == Durability::Scratch {
        command.arg("--no-sync");
    }
    run("initdb", command, "", layout, log)
}

/// Creates Stet's database in single-user mode, while the cluster is still half made: so a
/// cluster that is in its place always has it, and no client is needed to get there.
fn create_database(
    layout: &Layout,
    account: &Account,
    binaries: &Binaries,
    durability: Durability,
    log: &Log,
) -> Result<(), PostgresError> {
    let mut command = account.command(binaries.program("postgres"));
    command.args(["--single", "-D"]).arg(layout.half_made());
    command.args(["-c", "exit_on_error=on", "-c", "log_checkpoints=off"]);
    if durability == Durability::Scratch {
        command.args(["-c", "fsync=off"]);
    }
    command.arg("postgres");
    run("postgres --single", command, &format!("create database {DATABASE};\n"), layout, log)
}

/// Runs one step to its end. Its standard output holds the log's lock, so if this Stet is killed
/// meanwhile, the next one waits for the step to end before it clears up. Its errors come here
/// and not into the log, where a full disk would leave no room for them.
fn run(
    step: &'static str,
    mut command: Command,
    input: &str,
    layout: &Layout,
    log: &Log,
) -> Result<(), PostgresError> {
    let program = Path::new(command.get_program()).to_owned();
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(log.for_process(layout)?)
        .stderr(Stdio::piped())
        .spawn()
        .map_err(PostgresError::io("run", &program))?;
    if let Some(mut stdin) = child.stdin.take() {
        // If it ends before it has read this, its status and its words say why.
        let _ = stdin.write_all(input.as_bytes());
    }
    let output = child.wait_with_output().map_err(PostgresError::io("wait for", &program))?;
    if output.status.success() {
        return Ok(());
    }
    let end = ServerEnd::from(output.status);
    Err(PostgresError::InitFailed { step, end, said: shown(&output.stderr) })
}

fn remove_if_there(folder: &Path) -> Result<(), PostgresError> {
    match fs::remove_dir_all(folder) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => {
            Err(PostgresError::io("remove the half-made cluster", folder)(e))
        }
        _ => Ok(()),
    }
}
