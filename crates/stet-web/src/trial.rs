//! Trying rules on pages that were stored, away from the threads that answer requests.
//!
//! Parsing is CPU work that cannot be interrupted and needs a deep stack. One trial runs at a time,
//! on a thread of its own; whoever waits for it gives up after a while, and its place is free again
//! when it is really done. Nothing is fetched.

use std::thread;
use std::time::{Duration, Instant};

use stet_core::compare::{Comparison, compare};
use stet_core::extract::{Knowledge, Page, STACK_BYTES, extract_with_knowledge};
use stet_core::{Address, ArticleText};
use stet_words::text;
use tokio::sync::oneshot;
use tokio::time::timeout;

use crate::Site;

/// How long a trial may wait for its turn and for its answer, together less than the thirty seconds
/// in which a request must be answered.
const TURN: Duration = Duration::from_secs(8);
const ANSWER: Duration = Duration::from_secs(16);

/// When no further page is begun with.
const LAST_START: Duration = Duration::from_secs(10);

/// A stored page.
pub(crate) struct StoredPage {
    pub(crate) address: Address,
    pub(crate) content_type: Option<String>,
    pub(crate) bytes: Vec<u8>,
}

/// What the rules that stand and the new ones make of one page.
pub(crate) struct Tried {
    pub(crate) now: Result<ArticleText, String>,
    pub(crate) then: Result<ArticleText, String>,
    /// The parts for which the new rules find nothing; `None` of a page that is not read at all.
    pub(crate) idle: Option<Vec<&'static str>>,
    /// Of both texts, where both rules find one.
    pub(crate) comparison: Option<Comparison>,
}

/// Why there is no answer, in words for an editor.
pub(crate) const BUSY: &str = "trial-another-editor-is";
pub(crate) const TOO_SLOW: &str = "trial-reading-these-pages";
pub(crate) const FAILED: &str = "trial-these-pages-could";

/// Reads each page by both; `None` for those that there was no time for.
pub(crate) async fn try_rules(
    site: &Site,
    now: Knowledge,
    then: Knowledge,
    load: impl Future<Output = Result<Vec<StoredPage>, stet_store::StoreError>>,
) -> Result<Result<Vec<Option<Tried>>, &'static str>, stet_store::StoreError> {
    let Ok(Ok(place)) = timeout(TURN, site.trials.clone().acquire_owned()).await else {
        return Ok(Err(text(BUSY)));
    };
    // Only now, so that one trial's pages are held in memory at a time.
    let pages = load.await?;
    let (answer, answered) = oneshot::channel();
    let started =
        thread::Builder::new().name("trial".to_owned()).stack_size(STACK_BYTES).spawn(move || {
            let begun = Instant::now();
            let tried = pages
                .iter()
                .map(|page| (begun.elapsed() < LAST_START).then(|| try_one(page, &now, &then)))
                .collect();
            // Nobody may be waiting any more: then the answer is dropped.
            let _: Result<(), Vec<Option<Tried>>> = answer.send(tried);
            drop(place);
        });
    if let Err(error) = started {
        tracing::error!(%error, "no thread could be started");
        return Ok(Err(text(FAILED)));
    }
    Ok(match timeout(ANSWER, answered).await {
        Ok(Ok(tried)) => Ok(tried),
        Ok(Err(_panicked)) => Err(text(FAILED)),
        Err(_elapsed) => Err(text(TOO_SLOW)),
    })
}

fn try_one(page: &StoredPage, now: &Knowledge, then: &Knowledge) -> Tried {
    let content_type = page.content_type.as_deref();
    let page = Page { address: &page.address, content_type, bytes: &page.bytes };
    let idle = then.rules.idle_on(page).ok();
    let read =
        |knowledge| extract_with_knowledge(page, knowledge).map_err(|error| error.to_string());
    let (now, then) = (read(now), read(then));
    let comparison = match (&now, &then) {
        (Ok(now), Ok(then)) => Some(compare(now, then)),
        _ => None,
    };
    Tried { now, then, idle, comparison }
}
