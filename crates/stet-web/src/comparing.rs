//! Comparing two versions away from the threads that answer requests.

use stet_core::compare::{Comparison, compare};
use stet_store::StoredVersion;

use crate::Site;
use crate::error::PageError;

/// Two texts of no more than this are compared where they are, in bytes: what a long article has,
/// and a millisecond at most. To have it done elsewhere would cost more than that on a busy machine.
const SMALL: usize = 24 * 1024;

/// Compares two versions, the old one first; long ones as [`aside`] does.
pub(crate) async fn compare_aside(
    site: &Site,
    pair: [StoredVersion; 2],
) -> Result<([StoredVersion; 2], Comparison), PageError> {
    let bytes: usize =
        pair.iter().flat_map(|version| &version.text.paragraphs).map(String::len).sum();
    let work = move || {
        let comparison = compare(&pair[0].text, &pair[1].text);
        (pair, comparison)
    };
    if bytes <= SMALL {
        return Ok(work());
    }
    aside(site, work).await
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
