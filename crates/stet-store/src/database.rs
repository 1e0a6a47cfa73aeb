//! Connecting to Postgres and bringing its schema up to date.

use std::path::Path;
use std::time::Duration;

use sqlx::migrate::Migrate;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{Connection, PgConnection, PgPool};

use crate::{MIGRATOR, Store, StoreError};

/// How long a request waits for a connection before it is told to come back later.
/// Source: FAULTS §2, "pool exhausted, lock held: 503 in 2 s".
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(2);

/// How long a connection that nobody used is taken to be alive without being asked: asking before each
/// statement would double what goes to the database and back.
const TRUSTED_WHILE_IDLE: Duration = Duration::from_secs(1);

/// What the server enforces on each connection: no statement, lock or forgotten transaction
/// holds others up for long (milliseconds).
const SESSION_SETTINGS: [(&str, &str); 4] = [
    ("statement_timeout", "20000"),
    ("lock_timeout", "2000"),
    ("idle_in_transaction_session_timeout", "20000"),
    ("timezone", "UTC"),
];

/// Where sqlx notes the migrations that were applied.
const MIGRATIONS_TABLE: &str = "_sqlx_migrations";

/// Which database to use.
#[derive(Debug, Clone)]
pub struct Database {
    options: PgConnectOptions,
}

/// How a database's schema relates to this program's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SchemaState {
    /// They are equal.
    UpToDate,
    /// So many migrations are still to be applied.
    Behind(usize),
    /// A later program has migrated it, or a migration was altered.
    Foreign,
}

impl Database {
    /// The database at a `postgres://` address.
    pub fn at(address: &str) -> Result<Self, StoreError> {
        let options = address.parse::<PgConnectOptions>().map_err(StoreError::BadAddress)?;
        Ok(Self { options: prepared(options) })
    }

    /// The database `name` of a cluster that listens on a Unix socket in `directory`.
    #[must_use]
    pub fn on_socket(directory: &Path, user: &str, name: &str) -> Self {
        let options =
            PgConnectOptions::new_without_pgpass().socket(directory).username(user).database(name);
        Self { options: prepared(options) }
    }

    /// Where it is, without a password: for one line in the log.
    #[must_use]
    pub fn describe(&self) -> String {
        let name = self.options.get_database().unwrap_or("(its user's own)");
        match self.options.get_socket() {
            Some(directory) => format!("database {name} on the socket in {}", directory.display()),
            None => format!(
                "database {name} on {}:{}",
                self.options.get_host(),
                self.options.get_port()
            ),
        }
    }

    /// Opens a pool of its own of at most `connections`, without waiting for the first.
    ///
    /// Web and poller each have one, so that a busy poller never starves readers.
    ///
    /// Statements are planned once for each connection: they go by keys, and one plan serves them all.
    /// Left to itself, Postgres plans some of them at each execution, which costs several times what
    /// they do: it takes a plan for the few keys at hand to be cheaper than one for any number. A plan
    /// that was made while a table was nearly empty must serve when it is not, so it may not be to read
    /// the table whole, be it along an index to join it; and none of them is worth compiling. Lists that readers filter are
    /// planned for what is asked.
    #[must_use]
    pub fn open(&self, connections: u32) -> Store {
        let plans = [
            ("plan_cache_mode", "force_generic_plan"),
            ("enable_seqscan", "off"),
            ("enable_mergejoin", "off"),
            ("enable_hashjoin", "off"),
            ("jit", "off"),
        ];
        let options = self.options.clone().options(plans);
        Store::new(pool(options, connections))
    }

    /// Applies the migrations that are missing. Two programs that start together wait for each
    /// other (an advisory lock).
    pub async fn migrate(&self) -> Result<(), StoreError> {
        // No time-outs here: an index over a large table may take its time.
        let options =
            self.options.clone().options([("statement_timeout", "0"), ("lock_timeout", "0")]);
        let mut connection = PgConnection::connect_with(&options).await?;
        MIGRATOR.run(&mut connection).await?;
        connection.close().await?;
        Ok(())
    }

    /// Compares the database's schema with this program's, changing nothing.
    pub async fn schema_state(&self) -> Result<SchemaState, StoreError> {
        let mut connection = PgConnection::connect_with(&self.options).await?;
        let known = MIGRATOR.iter().count();
        let is_empty =
            sqlx::query_scalar!(r#"select to_regclass($1) is null as "empty!""#, MIGRATIONS_TABLE)
                .fetch_one(&mut connection)
                .await?;
        if is_empty {
            return Ok(SchemaState::Behind(known));
        }
        let applied = connection.list_applied_migrations(MIGRATIONS_TABLE).await?;
        let is_ours = applied.iter().all(|done| {
            MIGRATOR
                .iter()
                .any(|ours| ours.version == done.version && ours.checksum == done.checksum)
        });
        Ok(match known.checked_sub(applied.len()) {
            Some(0) if is_ours => SchemaState::UpToDate,
            Some(missing) if is_ours => SchemaState::Behind(missing),
            _ => SchemaState::Foreign,
        })
    }

    /// The server's version, as it says itself.
    pub async fn server_version(&self) -> Result<String, StoreError> {
        let mut connection = PgConnection::connect_with(&self.options).await?;
        let version = sqlx::query_scalar!("select current_setting('server_version')")
            .fetch_one(&mut connection)
            .await?;
        Ok(version.unwrap_or_default())
    }
}

fn pool(options: PgConnectOptions, connections: u32) -> PgPool {
    PgPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .test_before_acquire(false)
        .before_acquire(|connection, metadata| {
            Box::pin(async move {
                if metadata.idle_for >= TRUSTED_WHILE_IDLE {
                    connection.ping().await?;
                }
                Ok(true)
            })
        })
        .connect_lazy_with(options)
}

fn prepared(options: PgConnectOptions) -> PgConnectOptions {
    options.application_name("stet").options(SESSION_SETTINGS)
}
