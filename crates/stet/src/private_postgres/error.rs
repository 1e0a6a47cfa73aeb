//! Why there is no private Postgres: one variant for each thing the operator can do about it.

use std::fmt::Write as _;
use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::keeper::ServerEnd;

/// Why a private Postgres could not be started, joined or stopped.
#[derive(Debug, Error)]
pub(crate) enum PostgresError {
    /// No usable `initdb` and `postgres` were found.
    #[error(
        "Postgres is not installed: no folder with both `initdb` and `postgres`, version {oldest} or newer, in {}. Install it with `{install}`, or name its folder in STET_PG_BIN, or set DATABASE_URL to use a Postgres of your own.",
        list(.looked_in)
    )]
    BinariesMissing {
        /// The oldest major version that Stet works with.
        oldest: u32,
        /// Every folder that was looked at.
        looked_in: Vec<PathBuf>,
        /// The command that installs Postgres on this system.
        install: String,
    },
    /// A cluster exists, and only other major versions than its own are installed.
    #[error(
        "the database in {} was made by Postgres {needs} and needs that version; {}. Install it with `{install}`, or name its folder in STET_PG_BIN.",
        .cluster.display(),
        installed(.found)
    )]
    WrongMajor {
        /// The cluster's folder.
        cluster: PathBuf,
        /// The major version that made the cluster.
        needs: u32,
        /// The major versions that were found.
        found: Vec<u32>,
        /// The command that installs the version needed.
        install: String,
    },
    /// Another Stet runs on this data directory.
    #[error(
        "the data directory {} is in use by another Stet{}. Stop that one first, or choose another directory with --data-dir.",
        .data_dir.display(),
        process(*.pid)
    )]
    InUse {
        /// The data directory.
        data_dir: PathBuf,
        /// The other Stet's process, if it has said so yet.
        pid: Option<u32>,
    },
    /// Processes of a former Stet's Postgres are still there, and did not end when asked to.
    #[error(
        "Postgres processes left by a former Stet still use {}{} and did not end within {seconds} seconds. Look at {}, end them, and start again.",
        .dir.display(),
        process(*.pid),
        .log.display()
    )]
    LeftoverRunning {
        /// The folder that they use.
        dir: PathBuf,
        /// The leftover server, if it can be told.
        pid: Option<u32>,
        /// How long it was waited for.
        seconds: u64,
        /// The server's log.
        log: PathBuf,
    },
    /// Somebody started a Postgres on Stet's cluster by hand.
    #[error(
        "a Postgres that Stet did not start (process {pid}) runs on {0}. Stop it with `pg_ctl -D {0} stop`, and start Stet again.",
        .cluster.display()
    )]
    RunningOutside {
        /// The server's process.
        pid: u32,
        /// The cluster's folder.
        cluster: PathBuf,
    },
    /// Stet runs as root, whom Postgres refuses, and there is no user to run it as.
    #[error(
        "Stet runs as root, Postgres refuses to, and there is no user `postgres` to run it as. Make one with `useradd --system --user-group postgres`, or run Stet as an ordinary user."
    )]
    NoAccount,
    /// The user that is to run Postgres cannot reach a folder.
    #[error(
        "Postgres runs as user `{user}`, who may not enter {}, which is on the way to {}. Choose another data directory with --data-dir, or let that user in with `chmod o+x {}`.",
        .folder.display(),
        .goal.display(),
        .folder.display()
    )]
    WayBlocked {
        /// The user.
        user: String,
        /// The first folder that the user may not enter.
        folder: PathBuf,
        /// The folder that has to be reached.
        goal: PathBuf,
    },
    /// The database was made by another user.
    #[error(
        "the database in {} was made by user {owner}, and Stet runs as user {me}. Run Stet as that user or as root, or choose another data directory with --data-dir.",
        .dir.display()
    )]
    WrongOwner {
        /// The database's folder.
        dir: PathBuf,
        /// The number of the user who made it.
        owner: u32,
        /// The number of the user who runs Stet.
        me: u32,
    },
    /// The cluster's folder holds something else.
    #[error(
        "{} is not a Postgres cluster: it has no readable file PG_VERSION. Move it away, or choose another data directory with --data-dir.",
        .cluster.display()
    )]
    NotACluster {
        /// The folder.
        cluster: PathBuf,
    },
    /// A new cluster could not be made.
    #[error("a new database could not be made: {step} {end}. It said:\n{said}")]
    InitFailed {
        /// The program that failed.
        step: &'static str,
        /// How it ended.
        end: ServerEnd,
        /// The last lines of what it said.
        said: String,
    },
    /// Postgres ended while it was starting.
    #[error("Postgres did not start: it {end}. The end of its log, {}:\n{said}", .log.display())]
    StartFailed {
        /// How it ended.
        end: ServerEnd,
        /// The server's log.
        log: PathBuf,
        /// The last lines that this start added to the log.
        said: String,
    },
    /// Postgres lives, but does not get ready.
    #[error(
        "Postgres was not ready after {seconds} seconds and was stopped. The end of its log, {}:\n{said}",
        .log.display()
    )]
    NotReady {
        /// How long it was waited for.
        seconds: u64,
        /// The server's log.
        log: PathBuf,
        /// The last lines that this start added to the log.
        said: String,
    },
    /// The system refused something.
    #[error("could not {doing} {}: {reason}", .path.display())]
    Io {
        /// What was being done, as a verb.
        doing: &'static str,
        /// What it was being done to.
        path: PathBuf,
        /// The system's reason: part of the message, so not also a source.
        reason: io::Error,
    },
}

impl PostgresError {
    /// Names what was being done when the system refused it, for `map_err`.
    pub(super) fn io(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |reason| Self::Io { doing, path: path.to_owned(), reason }
    }
}

fn list(folders: &[PathBuf]) -> String {
    if folders.is_empty() {
        return "any place known to Stet".to_owned();
    }
    folders.iter().map(|folder| folder.display().to_string()).collect::<Vec<_>>().join(", ")
}

fn installed(majors: &[u32]) -> String {
    if majors.is_empty() {
        return "no Postgres was found".to_owned();
    }
    let mut text = "only ".to_owned();
    for (at, major) in majors.iter().enumerate() {
        // Writing to a `String` cannot fail.
        let _ = write!(text, "{}{major}", if at == 0 { "" } else { ", " });
    }
    text + if majors.len() == 1 { " was found" } else { " were found" }
}

fn process(pid: Option<u32>) -> String {
    pid.map(|pid| format!(" (process {pid})")).unwrap_or_default()
}
