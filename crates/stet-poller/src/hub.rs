//! Telling a `WebSub` hub which feeds have news, so that its subscribers need not ask for them.
//!
//! It runs beside the visits and reads the database as readers do: whatever a hub does, nothing that
//! is visited waits for it. Each process that polls tells the hub; told twice, a hub looks once.

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use stet_core::{Address, ArticleId};
use stet_store::{Store, StoreError};
use tokio_util::sync::CancellationToken;
use url::form_urlencoded;

use crate::Clock;
use crate::fetch::{Fetcher, Posting};
use crate::worker::chain;

/// How often it looks for news: what happened meanwhile is told at once.
const PERIOD: Duration = Duration::from_secs(15);

/// How long after it was seen a change may be written down: more than a check's lease.
const LOOK_BACK: TimeDelta = TimeDelta::minutes(10);

/// The most changes that one look takes in: two for each feed that a hub is told of at once.
const MAX_NEWS: u32 = 1_000;

/// How many feeds are told of in one request: some 6 KiB.
const AT_ONCE: usize = 60;

/// How many feeds wait to be told of at most, should the hub be away; of others the next change
/// tells.
const MAX_WAITING: usize = 10_000;

/// The most time that telling it takes.
const DEADLINE: Duration = Duration::from_secs(30);

/// The wait after a failure, and the longest after many.
const FIRST_WAIT: TimeDelta = TimeDelta::seconds(30);
const LONGEST_WAIT: TimeDelta = TimeDelta::hours(1);

/// The addresses of the feeds to which a change of an article is news: told the article and its
/// publisher's name in addresses.
pub type Topics = Arc<dyn Fn(ArticleId, &str) -> Vec<String> + Send + Sync>;

/// A hub, and what it has not been told yet.
pub struct Hub {
    store: Store,
    fetcher: Fetcher,
    address: Address,
    topics: Topics,
    clock: Clock,
    /// The latest changes as the last look found them; `None` before the first.
    known: Option<HashSet<(ArticleId, u32)>>,
    waiting: BTreeSet<String>,
    /// When news were looked for of which not all are told.
    looked_at: Option<DateTime<Utc>>,
    failures: u32,
    not_before: DateTime<Utc>,
}

impl Hub {
    /// A hub at this address. Nothing is told before it runs.
    #[must_use]
    pub fn new(
        store: Store,
        fetcher: Fetcher,
        address: Address,
        topics: Topics,
        clock: Clock,
    ) -> Self {
        Self {
            store,
            fetcher,
            address,
            topics,
            clock,
            known: None,
            waiting: BTreeSet::new(),
            looked_at: None,
            failures: 0,
            not_before: DateTime::UNIX_EPOCH,
        }
    }

    /// Tells the hub of news until it is told to stop.
    pub async fn run(mut self, stop: CancellationToken) {
        while !stop.is_cancelled() {
            if let Err(error) = self.look().await {
                tracing::warn!(error = chain(&error), "the hub's news could not be read");
            }
            tokio::select! {
                () = self.tell() => {}
                () = stop.cancelled() => return,
            }
            tokio::select! {
                () = tokio::time::sleep(PERIOD) => {}
                () = stop.cancelled() => return,
            }
        }
    }

    /// Takes in what changed since the last look. At the first, that is what nobody told the hub of
    /// before this process began: some of it twice, rather than anything never. Of what stood when a
    /// hub was met for the first time, nothing is news.
    pub(crate) async fn look(&mut self) -> Result<(), StoreError> {
        let now = (self.clock)();
        let mut since = now;
        if self.known.is_none() {
            match self.store.hub_told_at().await? {
                Some(told_at) => {
                    since = told_at.min(now);
                    self.known = Some(HashSet::new());
                }
                None => self.store.note_hub_told(now).await?,
            }
        }
        let news = self.store.news_since(since - LOOK_BACK, MAX_NEWS).await?;
        if let Some(known) = &self.known {
            let new = news.iter().filter(|news| !known.contains(&(news.article, news.number)));
            for topic in new.flat_map(|news| (self.topics)(news.article, &news.source_slug)) {
                if self.waiting.len() < MAX_WAITING {
                    self.waiting.insert(topic);
                    self.looked_at = Some(now);
                }
            }
        }
        self.known = Some(news.into_iter().map(|news| (news.article, news.number)).collect());
        Ok(())
    }

    /// Tells of the feeds that wait, unless the hub failed a moment ago.
    pub(crate) async fn tell(&mut self) {
        self.post().await;
        let Some(at) = self.looked_at.filter(|_| self.waiting.is_empty()) else { return };
        match self.store.note_hub_told(at).await {
            Ok(()) => self.looked_at = None,
            Err(error) => tracing::warn!(error = chain(&error), "what a hub was told is not noted"),
        }
    }

    async fn post(&mut self) {
        while !self.waiting.is_empty() && (self.clock)() >= self.not_before {
            let topics: Vec<String> = self.waiting.iter().take(AT_ONCE).cloned().collect();
            let mut form = vec![("hub.mode", "publish")];
            form.extend(topics.iter().map(|topic| ("hub.url", topic.as_str())));
            let posting = Posting {
                address: &self.address,
                content_type: "application/x-www-form-urlencoded",
                headers: &[],
                body: form_urlencoded::Serializer::new(String::new())
                    .extend_pairs(form)
                    .finish()
                    .into_bytes(),
                deadline: DEADLINE,
            };
            let fault = match self.fetcher.post(posting).await.map(|posted| posted.status) {
                Ok(200..=299) => {
                    self.failures = 0;
                    for topic in &topics {
                        self.waiting.remove(topic);
                    }
                    continue;
                }
                Ok(status) => format!("it answered {status}"),
                Err(error) => error.to_string(),
            };
            let wait = FIRST_WAIT * 2_i32.pow(self.failures.min(10));
            self.failures += 1;
            self.not_before = (self.clock)() + wait.min(LONGEST_WAIT);
            let waiting = self.waiting.len();
            tracing::warn!(hub = %self.address, error = fault, waiting, "the hub was not told");
        }
    }
}
