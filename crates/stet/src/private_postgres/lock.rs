//! Two locks: who runs the server, and whether anything of a server is still there.
//!
//! The file `owner` is locked by the one Stet that runs the server, and freed by the kernel when
//! that Stet ends, however it ends. The file `log` is locked through the descriptor that every
//! process of Postgres inherits as its standard error, and is free only when all of them are
//! gone. So "in use by another Stet" (an error) and "left over from a Stet that was killed"
//! (which is waited for) are different, without asking any process anything.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::time::{Duration, Instant};

use tracing::{info, warn};

use super::account::Account;
use super::error::PostgresError;
use super::layout::Layout;
use super::{pause, pid_file};

/// How long what is left of a killed Stet's Postgres may take to end.
/// A fast shutdown ends with a checkpoint: seconds on a slow disk.
const LEFTOVER_LIMIT: Duration = Duration::from_mins(1);

/// When to stop waiting for a leftover server's keeper and to ask the server itself to end.
const LEFTOVER_PATIENCE: Duration = Duration::from_secs(5);

/// The size from which the log is put aside at a start, in bytes. With the one put aside, logs
/// take about twice this.
const LOG_LIMIT: u64 = 4 << 20;

/// How much of the log an error shows, in bytes.
const SHOWN: u64 = 2000;

/// The lock of the one Stet that runs the server.
#[derive(Debug)]
pub(super) struct OwnerLock(File);

impl OwnerLock {
    /// Takes the lock, or says that another Stet has it.
    pub(super) fn take(layout: &Layout, account: &Account) -> Result<Self, PostgresError> {
        let path = layout.owner();
        let mut file = open(&path, layout, account)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut text = String::new();
                let pid =
                    file.read_to_string(&mut text).ok().and_then(|_| text.trim().parse().ok());
                return Err(PostgresError::InUse { data_dir: layout.data_dir().to_owned(), pid });
            }
            Err(TryLockError::Error(e)) => return Err(PostgresError::io("lock", &path)(e)),
        }
        file.set_len(0)
            .and_then(|()| file.write_all(format!("{}\n", std::process::id()).as_bytes()))
            .map_err(PostgresError::io("write", &path))?;
        Ok(Self(file))
    }
}

impl Drop for OwnerLock {
    fn drop(&mut self) {
        // Closing would do, were it not for a child of another thread that has been forked but
        // has yet to start its program: it holds a copy of the descriptor for a moment.
        let _ = self.0.unlock();
    }
}

/// The lock that Stets share which have joined another's server, so that a short-lived owner
/// can wait for them before it stops the server.
#[derive(Debug)]
pub(super) struct GuestLock(File);

impl GuestLock {
    /// Enters as a guest; nothing if the owner has begun to leave.
    pub(super) fn enter(layout: &Layout, account: &Account) -> Result<Option<Self>, PostgresError> {
        let path = layout.guests();
        let file = open(&path, layout, account)?;
        match file.try_lock_shared() {
            Ok(()) => Ok(Some(Self(file))),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(e)) => Err(PostgresError::io("lock", &path)(e)),
        }
    }

    /// Waits until the last guest has left, and lets no other in while the result is held.
    pub(super) fn wait_until_empty(
        layout: &Layout,
        account: &Account,
    ) -> Result<Self, PostgresError> {
        let path = layout.guests();
        let file = open(&path, layout, account)?;
        if let Err(TryLockError::WouldBlock) = file.try_lock() {
            info!("waiting for another Stet command that uses this database to finish");
            file.lock().map_err(PostgresError::io("lock", &path))?;
        }
        Ok(Self(file))
    }
}

impl Drop for GuestLock {
    fn drop(&mut self) {
        // For the same reason as above.
        let _ = self.0.unlock();
    }
}

/// Postgres' log, locked: to be handed to each of its processes as standard error.
#[derive(Debug)]
pub(super) struct Log {
    file: File,
    /// The log's length at this start.
    length_before: u64,
}

impl Log {
    /// Locks the log, once nothing of an earlier server is there any more.
    pub(super) fn take(layout: &Layout, account: &Account) -> Result<Self, PostgresError> {
        let path = layout.log();
        let file = open(&path, layout, account)?;
        let begun = Instant::now();
        let mut has_asked = false;
        loop {
            match file.try_lock() {
                Ok(()) => break,
                Err(TryLockError::Error(e)) => return Err(PostgresError::io("lock", &path)(e)),
                Err(TryLockError::WouldBlock) => {}
            }
            let leftover = pid_file::living_server(&layout.cluster());
            if begun.elapsed() > LEFTOVER_LIMIT {
                return Err(PostgresError::LeftoverRunning {
                    dir: layout.root().to_owned(),
                    pid: leftover,
                    seconds: LEFTOVER_LIMIT.as_secs(),
                    log: path,
                });
            }
            // Its keeper must have been killed too, or it would be gone by now.
            if begun.elapsed() > LEFTOVER_PATIENCE
                && !has_asked
                && let Some(pid) = leftover
            {
                warn!(pid, "asking the Postgres of a killed Stet to shut down");
                has_asked = account.signal("INT", pid);
            }
            pause();
        }
        let length_before = put_aside_if_long(&file, layout, account)?;
        Ok(Self { file, length_before })
    }

    /// The log as the standard output or error of a process, which then shares the lock.
    pub(super) fn for_process(&self, layout: &Layout) -> Result<File, PostgresError> {
        self.file.try_clone().map_err(PostgresError::io("share", &layout.log()))
    }

    /// The last lines that have been written since this start.
    pub(super) fn tail(&self) -> String {
        let mut text = Vec::new();
        let mut file = &self.file;
        let end = file.metadata().map_or(0, |there| there.len());
        let start = self.length_before.max(end.saturating_sub(SHOWN)).min(end);
        // The lock's descriptor is the one at hand; it appends, so its position is free to move.
        let _ =
            file.seek(SeekFrom::Start(start)).and_then(|_| file.take(SHOWN).read_to_end(&mut text));
        shown(&text)
    }
}

/// The end of what a program has said, for an error.
pub(super) fn shown(said: &[u8]) -> String {
    let most = usize::try_from(SHOWN).unwrap_or(usize::MAX);
    let end = String::from_utf8_lossy(&said[said.len().saturating_sub(most)..]);
    match end.trim() {
        "" => "(nothing, as when the disk is full)".to_owned(),
        text => text.to_owned(),
    }
}

/// Copies a long log away and empties it in place, since the lock belongs to the very file.
/// Returns the log's length after that.
fn put_aside_if_long(
    file: &File,
    layout: &Layout,
    account: &Account,
) -> Result<u64, PostgresError> {
    let path = layout.log();
    let length = file.metadata().map_err(PostgresError::io("look at", &path))?.len();
    if length < LOG_LIMIT {
        return Ok(length);
    }
    let old = layout.old_log();
    fs::copy(&path, &old).map_err(PostgresError::io("write", &old))?;
    layout.adopt(&old, account)?;
    file.set_len(0).map_err(PostgresError::io("empty", &path))?;
    Ok(0)
}

fn open(path: &Path, layout: &Layout, account: &Account) -> Result<File, PostgresError> {
    let file = OpenOptions::new()
        .read(true)
        .append(true)
        .create(true)
        .mode(0o600)
        .open(path)
        .map_err(PostgresError::io("open", path))?;
    layout.adopt(path, account)?;
    Ok(file)
}
