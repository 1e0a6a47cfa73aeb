//! Waking the poller when something falls due at once.

use sqlx::PgConnection;
use sqlx::postgres::PgListener;

use crate::{Store, StoreError};

const CHANNEL: &str = "stet_due";

/// Tells the pollers, when this transaction commits, that something is due.
pub(crate) async fn notify(connection: &mut PgConnection) -> Result<(), StoreError> {
    sqlx::query!("select pg_notify($1, '')", CHANNEL).execute(connection).await?;
    Ok(())
}

/// Listens for what falls due at once.
#[derive(Debug)]
pub struct Wake {
    listener: PgListener,
}

impl Wake {
    /// Waits until something has been added; after a lost connection it returns too, since
    /// something may have been missed.
    pub async fn wait(&mut self) -> Result<(), StoreError> {
        self.listener.try_recv().await?;
        Ok(())
    }
}

impl Store {
    /// Starts to listen, on a connection of its own.
    pub async fn listen(&self) -> Result<Wake, StoreError> {
        let mut listener = PgListener::connect_with(&self.pool).await?;
        listener.listen(CHANNEL).await?;
        Ok(Wake { listener })
    }
}
