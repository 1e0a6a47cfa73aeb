//! Reading all histories of a source anew in the background, once an editor has changed its rules.

use std::collections::VecDeque;

use chrono::TimeDelta;
use stet_core::ArticleId;
use stet_core::extract::EXTRACTOR_REVISION;
use stet_store::rereading::Scope;
use stet_store::{SourceRereadingClaim, StoreError};
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use crate::Poller;
use crate::rereading::Attempt;
use crate::worker::{MAX_WAIT, PAUSE, chain};

/// How many articles are asked for at a time.
const BATCH: u32 = 20;

/// How long the claim on a source holds without being renewed, which is done before each article:
/// long enough for the longest of histories.
const LEASE: TimeDelta = TimeDelta::minutes(10);

impl Poller {
    /// Reads sources anew that editors ask for, one after the other, until it is told to stop.
    pub(crate) async fn reread_sources(&self, stop: &CancellationToken) {
        while !stop.is_cancelled() {
            match self.reread_next_source(stop).await {
                Ok(true) => continue,
                Ok(false) => {}
                Err(error) => {
                    tracing::warn!(error = chain(&error), "a rereading is put off");
                }
            }
            tokio::select! {
                () = stop.cancelled() => {}
                () = sleep(MAX_WAIT) => {}
            }
        }
    }

    /// Reads the source anew that waits longest; says whether there was one.
    pub(crate) async fn reread_next_source(
        &self,
        stop: &CancellationToken,
    ) -> Result<bool, StoreError> {
        let Some(claim) = self.store.claim_source_rereading(LEASE).await? else {
            return Ok(false);
        };
        let done = self.reread_source(&claim, stop).await;
        match &done {
            Ok(true) => self.store.finish_source_rereading(&claim, self.now()).await?,
            // Whoever comes next goes on where this one was.
            Ok(false) | Err(_) => self.store.release_source_rereading(&claim).await?,
        }
        done.map(|_| true)
    }

    /// Says whether it came to the end.
    async fn reread_source(
        &self,
        claim: &SourceRereadingClaim,
        stop: &CancellationToken,
    ) -> Result<bool, StoreError> {
        let scope = Scope::Source(claim.slug.clone());
        let (mut busy, mut last) = (VecDeque::new(), claim.after);
        loop {
            let batch = self.store.stale_articles(&scope, EXTRACTOR_REVISION, last, BATCH).await?;
            let Some(&end) = batch.last() else { break };
            last = Some(end);
            for article in batch {
                // Behind one that is busy nothing is done for good: it must not be passed over.
                let up_to = busy.is_empty().then_some(article);
                match self.reread_noted(claim, article, up_to, stop).await? {
                    Noted::Done => {}
                    Noted::Busy => busy.push_back(article),
                    Noted::Stopped => return Ok(false),
                }
            }
        }
        while let Some(article) = busy.pop_front() {
            match self.reread_noted(claim, article, None, stop).await? {
                Noted::Done => {}
                Noted::Busy => {
                    busy.push_back(article);
                    sleep(PAUSE).await;
                }
                Noted::Stopped => return Ok(false),
            }
        }
        Ok(true)
    }

    /// Reads one history anew and puts it down.
    async fn reread_noted(
        &self,
        claim: &SourceRereadingClaim,
        article: ArticleId,
        up_to: Option<ArticleId>,
        stop: &CancellationToken,
    ) -> Result<Noted, StoreError> {
        if stop.is_cancelled() || !self.store.renew_source_rereading(claim, LEASE).await? {
            return Ok(Noted::Stopped);
        }
        let Attempt::Done(reread) = self.reread(article).await? else { return Ok(Noted::Busy) };
        if let Some(fault) = &reread.fault {
            tracing::warn!(article = article.get(), fault, "a history could not be read anew");
        }
        // What these rules find no article in is kept as it was, which its editor must be told.
        let is_failed = reread.fault.is_some() || !reread.kept.is_empty();
        self.store.note_reread(claim, up_to, reread.changed > 0, is_failed).await?;
        Ok(Noted::Done)
    }
}

/// What came of one article.
enum Noted {
    Done,
    /// It is being checked.
    Busy,
    /// The poller stops, or the source was asked for anew.
    Stopped,
}
