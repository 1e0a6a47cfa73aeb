//! What can go wrong between Stet and its database.

use thiserror::Error;

/// A failure of the database; expected answers ("no such article") are values instead.
#[derive(Debug, Error)]
pub enum StoreError {
    /// It cannot be reached, is starting or stopping, or every connection is busy: try again later.
    #[error("the database cannot be reached")]
    Unavailable(#[source] sqlx::Error),
    /// It refused a statement.
    #[error("the database refused a statement")]
    Refused(#[source] sqlx::Error),
    /// It could not be brought to this schema.
    #[error("the schema could not be brought up to date")]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// The settings name no usable database.
    #[error("DATABASE_URL is not the address of a Postgres database")]
    BadAddress(#[source] sqlx::Error),
    /// A row holds what this program never writes.
    #[error("the database holds a value that cannot be read: {0}")]
    Corrupt(String),
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        if is_unavailable(&error) { Self::Unavailable(error) } else { Self::Refused(error) }
    }
}

fn is_unavailable(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed => true,
        // Class 08: connection, 53: resources (disk full, too many connections),
        // 57: an operator stopped it, 40: a deadlock, 25006: a standby, 55P03: a lock was not to
        // be had in time.
        sqlx::Error::Database(error) => error.code().is_some_and(|code| {
            ["08", "40", "53", "57"].iter().any(|class| code.starts_with(class))
                || code == "25006"
                || code == "55P03"
        }),
        _ => false,
    }
}

impl StoreError {
    /// Reports a value that no version of this program writes.
    pub(crate) fn corrupt(what: &str, value: impl std::fmt::Display) -> Self {
        Self::Corrupt(format!("{what} {value}"))
    }
}
