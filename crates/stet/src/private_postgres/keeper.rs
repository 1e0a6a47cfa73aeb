//! The keeper: a few lines of shell between Stet and Postgres, so that neither outlives the
//! other by accident.
//!
//! Postgres does not notice when its parent is killed, and Stet cannot clean up after
//! `kill -9`. The keeper can: the end of its standard input, a pipe from Stet, means fast
//! shutdown, and the kernel closes that pipe however Stet ends. The keeper and Postgres are a
//! process group of their own, so Ctrl-C in a terminal reaches Stet alone, which then finishes
//! its work while the database is still there.

use std::fmt;
use std::io::{BufRead as _, BufReader};
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::error::PostgresError;

/// Runs the command given; ends with it and with its code.
///
/// The signals are ignored because a service manager may send them to every process of the
/// service: Postgres would then refuse connections while Stet still finishes its work (systemd's
/// `KillMode=mixed` avoids that). Postgres installs its own handlers over what it inherits.
///
/// The reader asks again each second, because an interrupt that comes before Postgres has
/// installed its handlers is lost; asking twice for a fast shutdown is the same as once. It holds
/// nothing but the pipe, so that the log's lock is free once Postgres is gone. If the keeper is
/// killed alone, the reader stays and does its work when Stet ends.
const SCRIPT: &str = r#"
trap '' HUP INT QUIT TERM
exec 3<&0 </dev/null
"$@" >&2 3<&- &
server=$!
{
    while read -r line <&3; do :; done
    while kill -s INT "$server"; do sleep 1; done
} >/dev/null 2>&1 &
reader=$!
exec 3<&-
echo "$server"
exec >&2
wait "$server"
status=$?
kill -s KILL "$reader"
wait "$reader" 2>/dev/null
exit "$status"
"#;

/// How a server, or a step on the way to it, has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ServerEnd {
    /// By itself, with this code; 0 after an ordered shutdown.
    Code(i32),
    /// By this signal.
    Signal(i32),
}

impl From<ExitStatus> for ServerEnd {
    fn from(status: ExitStatus) -> Self {
        match (status.code(), status.signal()) {
            // A shell reports a command killed by a signal as 128 and the signal's number.
            (Some(code), _) if code > 128 => Self::Signal(code - 128),
            (Some(code), _) => Self::Code(code),
            (None, signal) => Self::Signal(signal.unwrap_or_default()),
        }
    }
}

impl fmt::Display for ServerEnd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Code(code) => write!(f, "ended with code {code}"),
            Self::Signal(signal) => write!(f, "was killed by signal {signal}"),
        }
    }
}

/// A view of the server's life that can be waited on from any thread.
#[derive(Debug, Clone, Default)]
pub(crate) struct ServerWatch(Arc<(Mutex<Option<ServerEnd>>, Condvar)>);

impl ServerWatch {
    /// Blocks until the server has ended, by order or not.
    pub(crate) fn wait(&self) -> ServerEnd {
        let (end, changed) = &*self.0;
        let mut end = end.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if let Some(end) = *end {
                return end;
            }
            end = changed.wait(end).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Blocks until the server has ended, or for this long.
    pub(crate) fn wait_for(&self, limit: Duration) -> Option<ServerEnd> {
        let begun = Instant::now();
        let (end, changed) = &*self.0;
        let mut end = end.lock().unwrap_or_else(PoisonError::into_inner);
        while end.is_none() {
            let left = limit.checked_sub(begun.elapsed())?;
            (end, _) = changed.wait_timeout(end, left).unwrap_or_else(PoisonError::into_inner);
        }
        *end
    }

    fn tell(&self, new: ServerEnd) {
        let (end, changed) = &*self.0;
        *end.lock().unwrap_or_else(PoisonError::into_inner) = Some(new);
        changed.notify_all();
    }
}

/// A server with its keeper.
#[derive(Debug)]
pub(super) struct Keeper {
    /// Open for as long as the server is to run.
    stdin: Option<ChildStdin>,
    server_pid: u32,
    watch: ServerWatch,
}

impl Keeper {
    /// Starts the program and arguments that `add_arguments` appends, as the user and with the
    /// standard error of `shell`, a command for `/bin/sh` without arguments.
    pub(super) fn spawn(
        mut shell: Command,
        add_arguments: impl FnOnce(&mut Command),
    ) -> Result<Self, PostgresError> {
        let path = Path::new("/bin/sh");
        shell.args(["-c", SCRIPT, "stet-postgres-keeper"]);
        add_arguments(&mut shell);
        let mut child = shell
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .process_group(0)
            .spawn()
            .map_err(PostgresError::io("run", path))?;
        let stdin = child.stdin.take();
        let server_pid = read_pid(&mut child).map_err(PostgresError::io("hear from", path))?;
        let watch = ServerWatch::default();
        let teller = watch.clone();
        thread::Builder::new()
            .name("postgres-keeper".to_owned())
            .spawn(move || {
                let end = child.wait().map_or(ServerEnd::Code(-1), ServerEnd::from);
                teller.tell(end);
            })
            .map_err(PostgresError::io("watch", path))?;
        Ok(Self { stdin, server_pid, watch })
    }

    /// The server's process.
    pub(super) fn server_pid(&self) -> u32 {
        self.server_pid
    }

    /// The server's life.
    pub(super) fn watch(&self) -> &ServerWatch {
        &self.watch
    }

    /// Orders a fast shutdown: transactions under way are rolled back, everything is written.
    pub(super) fn order_shutdown(&mut self) {
        self.stdin = None;
    }
}

/// The keeper's first line: the number of the server's process.
fn read_pid(child: &mut Child) -> std::io::Result<u32> {
    let mut line = String::new();
    if let Some(stdout) = child.stdout.take() {
        BufReader::new(stdout).read_line(&mut line)?;
    }
    line.trim().parse().map_err(|_| std::io::Error::other("it named no process"))
}
