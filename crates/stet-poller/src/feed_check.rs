//! One reading of one feed: fetch, read, record the articles that are new.

use stet_core::CheckOutcome;
use stet_core::feed::{FeedError, ReadFeed, read_feed};
use stet_core::schedule::Rhythm;
use stet_store::StoreError;
use stet_store::claim::FeedClaim;
use stet_store::feed::{FeedContents, FeedRecord, FeedRecorded, FeedSeen};

use crate::Poller;
use crate::article_check::{Failure, jitter_seed, judge_status};
use crate::fetch::{Accept, Fetched, Request};
use crate::job::{Done, Target};
use crate::pace::pace;
use crate::worker::may_repeat;

impl From<FeedError> for Failure {
    fn from(error: FeedError) -> Self {
        match error {
            FeedError::NotAFeed => {
                Self { outcome: CheckOutcome::NotAFeed, detail: error.to_string() }
            }
        }
    }
}

/// What a reading came to: a feed, or nothing new to be sent.
enum Reading {
    NotModified,
    Feed(Box<(Fetched, ReadFeed)>),
}

impl Poller {
    /// Reads a feed that was claimed.
    pub(crate) async fn check_feed(&self, claim: &mut FeedClaim) -> Result<Done, StoreError> {
        let at = self.now();
        let request = Request {
            etag: claim.etag.clone(),
            last_modified: claim.last_modified.clone(),
            ..Request::new(claim.address.clone(), Accept::Feed)
        };
        let mut retry_after = None;
        let answer = self.fetcher.get(&request).await;
        pace(&mut claim.lease, answer.as_ref(), at);
        let reading = match answer {
            Err(error) => Err(Failure::from(&error)),
            Ok(fetched) if fetched.status == 304 => Ok(Reading::NotModified),
            Ok(fetched) => {
                retry_after = fetched.retry_after(at);
                self.read(fetched).await
            }
        };
        let seen = match &reading {
            Err(failure) => FeedSeen::Failure { outcome: failure.outcome, error: &failure.detail },
            Ok(Reading::NotModified) => FeedSeen::NotModified,
            Ok(Reading::Feed(read)) => FeedSeen::Feed(contents(&read.0, &read.1)),
        };
        let rhythm = Rhythm {
            now: at,
            period: claim.period,
            seed: jitter_seed(claim.id.get(), &claim.lease),
        };
        let failed = reading.is_err();
        let next = |has_new_articles| {
            if failed {
                rhythm.after_failure(claim.failures.saturating_add(1), retry_after)
            } else {
                rhythm.after_feed(has_new_articles)
            }
        };
        let mut attempts = 0;
        let recorded = loop {
            match self.store.record_feed(claim, FeedRecord { at, seen }, next).await {
                Err(error) if may_repeat(&error, &mut attempts).await => {}
                recorded => break recorded?,
            }
        };
        let (outcome, new_articles) = match recorded {
            FeedRecorded::Fenced => (None, None),
            FeedRecorded::Done { outcome, new_articles } => (Some(outcome), Some(new_articles)),
        };
        Ok(Done {
            target: Target::Feed(claim.id),
            address: claim.address.clone(),
            outcome,
            version: None,
            new_articles,
            detail: reading.err().map(|failure| failure.detail),
        })
    }

    /// Writes down that a feed may not be read.
    pub(crate) async fn refuse_feed(
        &self,
        claim: &FeedClaim,
        failure: &Failure,
    ) -> Result<Done, StoreError> {
        let at = self.now();
        let rhythm = Rhythm {
            now: at,
            period: claim.period,
            seed: jitter_seed(claim.id.get(), &claim.lease),
        };
        let next = rhythm.after_failure(claim.failures.saturating_add(1), None);
        let seen = FeedSeen::Failure { outcome: failure.outcome, error: &failure.detail };
        let recorded = self.store.record_feed(claim, FeedRecord { at, seen }, |_| next).await?;
        let outcome = match recorded {
            FeedRecorded::Fenced => None,
            FeedRecorded::Done { outcome, .. } => Some(outcome),
        };
        Ok(Done {
            target: Target::Feed(claim.id),
            address: claim.address.clone(),
            outcome,
            version: None,
            new_articles: None,
            detail: Some(failure.detail.clone()),
        })
    }

    async fn read(&self, fetched: Fetched) -> Result<Reading, Failure> {
        judge_status(fetched.status)?;
        let feed = self.read_feed(&fetched).await?;
        Ok(Reading::Feed(Box::new((fetched, feed))))
    }

    /// Reads the feed in an answer.
    pub(crate) async fn read_feed(&self, fetched: &Fetched) -> Result<ReadFeed, Failure> {
        let (address, body) = (fetched.address.clone(), fetched.body.clone());
        let feed = self.analyst.run(move || read_feed(&address, &body)).await?;
        Ok(feed?)
    }
}

fn contents<'a>(fetched: &'a Fetched, feed: &'a ReadFeed) -> FeedContents<'a> {
    FeedContents {
        title: feed.title.as_deref(),
        entries: &feed.entries,
        etag: fetched.etag(),
        last_modified: fetched.last_modified(),
    }
}
