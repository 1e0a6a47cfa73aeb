//! One reading of one feed, sitemap or section page: fetch, read, filter, record the articles that
//! are new.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::Deserialize as _;
use stet_core::address_filter::CompiledFilter;
use stet_core::extract::Page;
use stet_core::feed::{FeedEntry, FeedError};
use stet_core::listing::{Listing, read_listing};
use stet_core::robots::Robots;
use stet_core::schedule::Rhythm;
use stet_core::{Address, AddressFilter, CheckOutcome, FeedKind, LinkRule};
use stet_store::StoreError;
use stet_store::claim::FeedClaim;
use stet_store::feed::{FeedContents, FeedRecord, FeedRecorded, FeedSeen};

use crate::Poller;
use crate::article_check::{Failure, jitter_seed, judge_status};
use crate::fetch::{Accept, Fetched, Request};
use crate::job::{Done, Target};
use crate::worker::may_repeat;

impl From<FeedError> for Failure {
    fn from(error: FeedError) -> Self {
        let detail = error.to_string();
        let outcome = match error {
            FeedError::NotAFeed | FeedError::NotASitemap => CheckOutcome::NotAFeed,
            FeedError::TooLarge => CheckOutcome::TooLarge,
            FeedError::NoLinkRule | FeedError::LinkRule(_) => CheckOutcome::Fault,
            FeedError::Page(error) => return error.into(),
        };
        Self { outcome, detail }
    }
}

/// What a reading came to: a feed, or nothing new to be sent.
enum Reading {
    NotModified,
    Feed(Box<Read>),
}

/// A feed that was read.
struct Read {
    fetched: Fetched,
    title: Option<String>,
    /// All addresses in it.
    listed: Vec<Address>,
    /// What no filter drops.
    taken: Vec<FeedEntry>,
    children: Vec<Address>,
}

impl Poller {
    /// Reads a feed that was claimed.
    pub(crate) async fn check_feed(
        &self,
        claim: &mut FeedClaim,
        robots: Arc<Robots>,
    ) -> Result<Done, StoreError> {
        let at = self.now();
        let request = Request {
            etag: claim.etag.clone(),
            last_modified: claim.last_modified.clone(),
            robots: Some(robots),
            ..Request::new(claim.address.clone(), accept(claim.kind))
        };
        let mut retry_after = None;
        let answer = self.visit(&request, &mut claim.lease).await?;
        let reading = match answer {
            Err(error) => Err(Failure::from(&error)),
            Ok(fetched) if fetched.status == 304 => Ok(Reading::NotModified),
            Ok(fetched) => {
                retry_after = fetched.retry_after(at);
                self.read(claim, fetched, at).await
            }
        };
        let listed: Vec<&Address> = match &reading {
            Ok(Reading::Feed(read)) => read.listed.iter().collect(),
            Ok(Reading::NotModified) | Err(_) => Vec::new(),
        };
        let seen = match &reading {
            Err(failure) => FeedSeen::Failure { outcome: failure.outcome, error: &failure.detail },
            Ok(Reading::NotModified) => FeedSeen::NotModified,
            Ok(Reading::Feed(read)) => FeedSeen::Feed(FeedContents {
                title: read.title.as_deref(),
                entries: &read.taken,
                listed: &listed,
                children: &read.children,
                etag: read.fetched.etag(),
                last_modified: read.fetched.last_modified(),
            }),
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
                match claim.fixed_period {
                    Some(period) => rhythm.every(period),
                    None => rhythm.after_feed(has_new_articles),
                }
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

    async fn read(
        &self,
        claim: &FeedClaim,
        fetched: Fetched,
        at: DateTime<Utc>,
    ) -> Result<Reading, Failure> {
        judge_status(fetched.status)?;
        let rule = claim.links.as_ref().map(LinkRule::deserialize).transpose();
        let rule = rule.map_err(|error| unreadable("rule for links", &error))?;
        let filters = compiled(&claim.filters)?;
        let Listing { title, entries, children } =
            self.read_listing(claim.kind, rule, filters.clone(), &fetched, at).await?;
        if claim.has_parent && !children.is_empty() {
            return Err(Failure {
                outcome: CheckOutcome::NotAFeed,
                detail:
                    "this index of sitemaps is named by another one; only one level is followed"
                        .to_owned(),
            });
        }
        let listed = entries.iter().map(|entry| entry.address.clone()).collect();
        let is_taken =
            |entry: &FeedEntry| filters.iter().all(|filter| filter.takes(&entry.address));
        let taken = entries.into_iter().filter(is_taken).collect();
        Ok(Reading::Feed(Box::new(Read { fetched, title, listed, taken, children })))
    }

    /// Reads the feed, sitemap or section page in an answer.
    pub(crate) async fn read_listing(
        &self,
        kind: FeedKind,
        rule: Option<LinkRule>,
        filters: Vec<CompiledFilter>,
        fetched: &Fetched,
        now: DateTime<Utc>,
    ) -> Result<Listing, Failure> {
        let (address, bytes) = (fetched.address.clone(), fetched.body.clone());
        let content_type = fetched.content_type().map(str::to_owned);
        let listing = self.analyst.run(move || {
            let content_type = content_type.as_deref();
            let page = Page { address: &address, content_type, bytes: &bytes };
            read_listing(kind, rule.as_ref(), &filters, page, now)
        });
        Ok(listing.await??)
    }
}

/// A section page is asked for as a page: some sites send a feed to whoever would take one.
const fn accept(kind: FeedKind) -> Accept {
    match kind {
        FeedKind::Feed | FeedKind::Sitemap => Accept::Feed,
        FeedKind::Section => Accept::Page,
    }
}

/// Makes the filters ready that are stored with a feed and its source.
fn compiled(filters: &[serde_json::Value]) -> Result<Vec<CompiledFilter>, Failure> {
    let compile = |stored| {
        let filter =
            AddressFilter::deserialize(stored).map_err(|error| unreadable("filter", &error))?;
        filter.compile().map_err(|error| unreadable("filter", &error))
    };
    filters.iter().map(compile).collect()
}

fn unreadable(what: &str, error: &dyn std::error::Error) -> Failure {
    Failure {
        outcome: CheckOutcome::Fault,
        detail: format!("the feed's {what} cannot be read: {error}"),
    }
}
