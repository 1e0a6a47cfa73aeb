//! Comparing two versions away from the threads that answer requests.

use stet_core::ArticleText;
use stet_core::compare::{Comparison, compare};

use crate::Site;
use crate::error::PageError;

/// Compares two texts, as [`aside`] does.
pub(crate) async fn compare_aside(
    site: &Site,
    old: ArticleText,
    new: ArticleText,
) -> Result<Comparison, PageError> {
    aside(site, move || compare(&old, &new)).await
}

/// Does pure computation on a thread of its own, and no more of it at once than there are cores to
/// spare.
pub(crate) async fn aside<T: Send + 'static>(
    site: &Site,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, PageError> {
    let place = site.comparisons.clone().acquire_owned().await.map_err(internal)?;
    // The place is held by the work, not by the request: a reader who left frees no core.
    tokio::task::spawn_blocking(move || {
        let done = work();
        drop(place);
        done
    })
    .await
    .map_err(internal)
}

fn internal(error: impl std::error::Error + Send + Sync + 'static) -> PageError {
    PageError::Internal(anyhow::Error::new(error))
}
