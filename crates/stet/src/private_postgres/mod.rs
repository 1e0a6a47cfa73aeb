//! A Postgres of Stet's own, run from the programs that the system's packages installed.
//!
//! [`PrivatePostgres::start`] makes a cluster in the data directory at the first time, reuses it
//! after that, and heals whatever a killed Stet has left. The server listens on a Unix socket in
//! a folder that only its owner may enter, and on no network. It ends when its Stet ends,
//! however that ends. As root, whom Postgres refuses, it runs as the user `postgres`.
//!
//! A start, in order; each step has a file:
//!
//! 1. `layout`, `account`: the folder `postgres` in the data directory, and whose it is;
//! 2. `lock`: no other Stet runs here, and nothing of a former server is left;
//! 3. `find`, `cluster`: the programs, and a cluster of their version;
//! 4. `pid_file`, `socket`: what a killed server left in the way;
//! 5. `keeper`: the server, bound to this process; then its word that it is ready.

mod account;
mod cluster;
mod error;
mod find;
mod install;
mod keeper;
mod layout;
mod lock;
mod pid_file;
mod socket;
#[cfg(test)]
mod tests;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use tracing::{info, warn};

use account::Account;
pub(crate) use error::PostgresError;
use find::Binaries;
pub(crate) use find::SearchPlaces;
use keeper::Keeper;
pub(crate) use keeper::{ServerEnd, ServerWatch};
use layout::Layout;
use lock::{GuestLock, Log, OwnerLock};
use pid_file::PidFile;

/// The superuser, who needs no password: the socket's folder is the door.
const USER: &str = "postgres";

/// The database that every new cluster has beside Postgres' own three.
const DATABASE: &str = "stet";

/// How long a start may take. After a crash, Postgres first replays its log: a minute or more
/// on a slow disk.
const START_LIMIT: Duration = Duration::from_mins(5);

/// How long another Stet that has just begun to start the server is waited for.
const JOIN_LIMIT: Duration = START_LIMIT;

/// How long a fast shutdown may take before an immediate one is ordered, from which the next
/// start recovers.
const STOP_LIMIT: Duration = Duration::from_mins(1);

/// The time between two looks at a file, a lock or a process that cannot be waited on.
const LOOK_EVERY: Duration = Duration::from_millis(10);

/// How safe the data is if the machine loses power.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Durability {
    /// Everything committed stays.
    #[default]
    Durable,
    /// Everything may be lost: for tests, in a folder that is thrown away.
    Scratch,
}

/// How a private Postgres is to be run.
#[derive(Debug, Clone)]
pub(crate) struct Options {
    /// Where Postgres' programs are looked for.
    pub(crate) places: SearchPlaces,
    /// How safe the data is to be.
    pub(crate) durability: Durability,
}

/// The data directory if none is named: `./data`, or for root `/var/lib/stet`, because root's
/// own folders are closed to the user that Postgres then runs as.
pub(crate) fn default_data_dir() -> PathBuf {
    PathBuf::from(if account::effective_uid() == 0 { "/var/lib/stet" } else { "./data" })
}

/// A running Postgres: this process's own, or one that it has joined. It blocks the thread that
/// starts or stops it for up to some seconds.
#[derive(Debug)]
pub(crate) struct PrivatePostgres {
    layout: Layout,
    account: Account,
    socket_dir: PathBuf,
    port: u16,
    role: Role,
}

/// What this process is to the server.
#[derive(Debug)]
enum Role {
    /// It runs the server.
    Owner {
        keeper: Keeper,
        /// Whether it waits for those who have joined before it stops the server.
        waits_for_guests: bool,
        /// Freed last.
        _lock: OwnerLock,
    },
    /// It has joined the server of another Stet.
    Guest { _lock: GuestLock },
    /// It has stopped.
    Stopped,
}

impl PrivatePostgres {
    /// Starts the Postgres of this data directory, making what is missing. If another Stet runs
    /// there, this is [`PostgresError::InUse`].
    pub(crate) fn start(data_dir: &Path, options: &Options) -> Result<Self, PostgresError> {
        let (layout, account) = Layout::in_data_dir(data_dir)?;
        Self::start_in(layout, account, options, false)
    }

    /// The same for a command that runs beside others: joins the server of another Stet if there
    /// is one, and one that starts the server waits for those who have joined before it stops.
    pub(crate) fn start_or_join(data_dir: &Path, options: &Options) -> Result<Self, PostgresError> {
        let (layout, account) = Layout::in_data_dir(data_dir)?;
        let begun = Instant::now();
        loop {
            let in_use = match Self::start_in(layout.clone(), account.clone(), options, true) {
                Err(error @ PostgresError::InUse { .. }) => error,
                other => return other,
            };
            if let Some(joined) = Self::join(&layout, &account)? {
                return Ok(joined);
            }
            if begun.elapsed() > JOIN_LIMIT {
                return Err(in_use);
            }
            pause();
        }
    }

    /// The folder of the server's socket.
    pub(crate) fn socket_dir(&self) -> &Path {
        &self.socket_dir
    }

    /// The port in the socket's name.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// The user to connect as, without a password.
    #[expect(clippy::unused_self, reason = "a property of the server, constant today")]
    pub(crate) fn user(&self) -> &'static str {
        USER
    }

    /// Stet's database.
    #[expect(clippy::unused_self, reason = "a property of the server, constant today")]
    pub(crate) fn database(&self) -> &'static str {
        DATABASE
    }

    /// Whether the server is another Stet's.
    pub(crate) fn is_joined(&self) -> bool {
        matches!(self.role, Role::Guest { .. })
    }

    /// The address of the database as clients take it from `DATABASE_URL`.
    pub(crate) fn url(&self) -> String {
        let host = percent_encoded(&self.socket_dir.to_string_lossy());
        format!("postgres://{USER}@localhost:{}/{DATABASE}?host={host}", self.port)
    }

    /// The life of this process's own server: `wait` on it in a thread, and end the service with
    /// a clear word when it returns, since requests would only hang. It also returns after
    /// [`stop`](Self::stop), which therefore has to come before the end of an async runtime in
    /// which it is waited on. Nothing for a server that was joined.
    pub(crate) fn watch(&self) -> Option<ServerWatch> {
        match &self.role {
            Role::Owner { keeper, .. } => Some(keeper.watch().clone()),
            Role::Guest { .. } | Role::Stopped => None,
        }
    }

    /// Stops this process's own server and waits until it is down; leaves a joined one. The same
    /// as dropping it, in a word.
    pub(crate) fn stop(mut self) {
        self.stop_now();
    }

    fn start_in(
        layout: Layout,
        account: Account,
        options: &Options,
        waits_for_guests: bool,
    ) -> Result<Self, PostgresError> {
        let owner_lock = OwnerLock::take(&layout, &account)?;
        let log = Log::take(&layout, &account)?;
        let binaries =
            cluster::ensure(&layout, &account, &options.places, options.durability, &log)?;
        pid_file::heal(&layout.cluster())?;
        let socket_dir = socket::prepare(&layout, &account)?;
        let keeper = launch(&layout, &account, &binaries, &socket_dir, options.durability, &log)?;
        let role = Role::Owner { keeper, waits_for_guests, _lock: owner_lock };
        let postgres = Self { layout, account, socket_dir, port: socket::PORT, role };
        // From here on an early return stops the server again.
        postgres.wait_until_ready(&log)?;
        info!(
            postgres = binaries.major,
            socket = %postgres.socket_dir.display(),
            "the private Postgres is ready"
        );
        Ok(postgres)
    }

    fn join(layout: &Layout, account: &Account) -> Result<Option<Self>, PostgresError> {
        // First the lock, then the look: an owner that waits for guests cannot leave in between.
        let Some(lock) = GuestLock::enter(layout, account)? else { return Ok(None) };
        let Some(server) = PidFile::read(&layout.cluster()).filter(|server| server.is_ready) else {
            return Ok(None);
        };
        if pid_file::living_server(&layout.cluster()).is_none() {
            return Ok(None);
        }
        Ok(Some(Self {
            layout: layout.clone(),
            account: account.clone(),
            socket_dir: server.socket_dir,
            port: server.port,
            role: Role::Guest { _lock: lock },
        }))
    }

    fn wait_until_ready(&self, log: &Log) -> Result<(), PostgresError> {
        let Role::Owner { keeper, .. } = &self.role else { return Ok(()) };
        let begun = Instant::now();
        let cluster = self.layout.cluster();
        loop {
            // The number tells this server's file from a stale one that also says "ready".
            let said = PidFile::read(&cluster).filter(|said| said.pid == keeper.server_pid());
            if said.is_some_and(|said| said.is_ready) {
                return Ok(());
            }
            if let Some(end) = keeper.watch().wait_for(LOOK_EVERY) {
                let (log_path, said) = (self.layout.log(), log.tail());
                return Err(PostgresError::StartFailed { end, log: log_path, said });
            }
            if begun.elapsed() > START_LIMIT {
                return Err(PostgresError::NotReady {
                    seconds: START_LIMIT.as_secs(),
                    log: self.layout.log(),
                    said: log.tail(),
                });
            }
        }
    }

    fn stop_now(&mut self) {
        let role = std::mem::replace(&mut self.role, Role::Stopped);
        let Role::Owner { mut keeper, waits_for_guests, _lock } = role else { return };
        let no_guests = if waits_for_guests && keeper.watch().wait_for(Duration::ZERO).is_none() {
            GuestLock::wait_until_empty(&self.layout, &self.account)
                .inspect_err(|error| warn!(%error, "could not wait for other Stet commands"))
                .ok()
        } else {
            None
        };
        keeper.order_shutdown();
        if keeper.watch().wait_for(STOP_LIMIT).is_none() {
            warn!(
                seconds = STOP_LIMIT.as_secs(),
                "Postgres has not shut down; stopping it at once, it will recover at the next start"
            );
            self.account.signal("QUIT", keeper.server_pid());
            keeper.watch().wait_for(STOP_LIMIT);
        }
        socket::clear_away(&self.layout, &self.socket_dir);
        drop(no_guests);
    }
}

impl Drop for PrivatePostgres {
    fn drop(&mut self) {
        self.stop_now();
    }
}

/// Starts the server under its keeper.
fn launch(
    layout: &Layout,
    account: &Account,
    binaries: &Binaries,
    socket_dir: &Path,
    durability: Durability,
    log: &Log,
) -> Result<Keeper, PostgresError> {
    let mut shell = account.command("/bin/sh");
    shell.stderr(log.for_process(layout)?);
    Keeper::spawn(shell, |command| {
        command.arg(binaries.program("postgres")).arg("-D").arg(layout.cluster());
        for setting in settings(socket_dir, durability) {
            command.arg("-c").arg(setting);
        }
    })
}

/// The server's settings. They are given at each start, so that no file has to be edited and a
/// new Stet's settings hold for an old cluster.
fn settings(socket_dir: &Path, durability: Durability) -> Vec<OsString> {
    // A list of folders: the quotes keep a blank in this one's name.
    let folder = socket_dir.to_string_lossy().replace('"', "\"\"");
    let mut settings = vec![
        format!("unix_socket_directories=\"{folder}\"").into(),
        format!("port={}", socket::PORT).into(),
    ];
    settings.extend(
        [
            "listen_addresses=",
            "unix_socket_permissions=0700",
            // Two pools of Stet, an operator's psql, command-line calls, tests side by side.
            "max_connections=50",
            "shared_buffers=64MB",
            "timezone=UTC",
            "log_timezone=UTC",
            "lc_messages=C",
            // The log is this module's lock and rotates at a start: it holds what went wrong only.
            "logging_collector=off",
            "log_destination=stderr",
            "log_checkpoints=off",
            "cluster_name=stet",
        ]
        .map(OsString::from),
    );
    if durability == Durability::Scratch {
        settings.extend(
            ["fsync=off", "synchronous_commit=off", "full_page_writes=off"].map(OsString::from),
        );
    }
    settings
}

/// Keeps what may stand in the query of a URL as it is, and encodes the rest (RFC 3986, 3.4).
fn percent_encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'_' | b'.' | b'~' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

/// Waits a little, between two looks at something that gives no sign when it changes: another
/// process's lock, or its end.
#[expect(
    clippy::disallowed_methods,
    reason = "a file lock held by another process has no wait with a limit; every caller has one"
)]
fn pause() {
    std::thread::sleep(LOOK_EVERY);
}
