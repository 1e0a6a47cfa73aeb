//! Writing what is searched of articles that an earlier Stet recorded, in the background: what is
//! new is written when it is recorded.

use std::time::Duration;

use stet_store::Store;
use tokio_util::sync::CancellationToken;

/// Connections to the database for this.
pub(crate) const CONNECTIONS: u32 = 1;

/// Articles between two looks at whether to stop.
const BATCH: u32 = 50;

/// The pause after a batch, so that visits and readers go first, and after a failure.
const PAUSE: Duration = Duration::from_millis(20);
const PAUSE_AFTER_FAILURE: Duration = Duration::from_secs(30);

/// Brings all articles up to date, and waits until it is told to stop. Whoever is killed goes on where
/// it was.
pub(crate) async fn run(store: Store, stop: CancellationToken) -> anyhow::Result<()> {
    let mut written = 0;
    while !stop.is_cancelled() {
        let pause = match store.index_waiting(BATCH).await {
            Ok(0) => break,
            Ok(articles) => {
                written += articles;
                PAUSE
            }
            Err(error) => {
                tracing::warn!(%error, "search: articles could not be written");
                PAUSE_AFTER_FAILURE
            }
        };
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(pause) => {}
        }
    }
    if written > 0 {
        tracing::info!(articles = written, "search: older articles can be found");
    }
    stop.cancelled().await;
    Ok(())
}
