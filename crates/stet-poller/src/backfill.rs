//! Fetching what an archive has of an article: its TimeMap (RFC 7089), then each capture, through
//! the one door and at the archive's pace.

use std::collections::{BTreeSet, VecDeque};

use chrono::{DateTime, Utc};
use stet_core::timemap::{Listed, TimeMap, TimeMapError, from_digits};
use stet_core::{Address, AddressError, ArticleId, http_date};
use stet_store::StoreError;
use stet_store::observation::Observed;
use thiserror::Error;
use tokio::time::sleep;

use crate::Poller;
use crate::fetch::{Accept, FetchError, Fetched, Request};
use crate::observe::{Capture, Taken};
use crate::robots_check::Permission;
use crate::worker::PAUSE;

/// The most pages of one TimeMap that are read. The Wayback Machine's have 10,000 captures or more.
const MAX_PAGES: usize = 100;

/// How often a capture is asked for that the archive refused for now (429, 503): each time only
/// after the rest that it asked for.
const ATTEMPTS: u32 = 3;

/// What archives put before the name of a header that the site itself sent.
/// Source: the Wayback Machine and pywb.
const ORIGINAL_HEADER: &str = "x-archive-orig-";

/// What is to be fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// The article's address.
    pub article: Address,
    /// The archive's list of its captures.
    pub timemap: Address,
    /// How readers will know the archive.
    pub observer: String,
    /// Whether to ask for the bytes as they were captured, by `id_` behind the 14 digits; archives
    /// of the Wayback Machine's kind change links and add a frame otherwise. `None`: where the
    /// archive's addresses look like the Wayback Machine's (`/web/20160909174400/http…`).
    pub raw: Option<bool>,
    /// Only captures of this time or later.
    pub from: Option<DateTime<Utc>>,
    /// Only captures before this time.
    pub to: Option<DateTime<Utc>>,
}

/// Why nothing can be fetched, or no more.
#[derive(Debug, Error)]
pub enum BackfillError {
    /// The archive could not be visited.
    #[error("{0} could not be fetched: {1}")]
    Unreachable(String, String),
    /// What stands there is no TimeMap.
    #[error(transparent)]
    NotATimeMap(#[from] TimeMapError),
    /// It is of another address.
    #[error("the TimeMap is of {found}, not of {wanted}")]
    AnotherAddress {
        /// The address that it names.
        found: String,
        /// The article's.
        wanted: Address,
    },
    /// It names an address that cannot be visited.
    #[error("the TimeMap names '{0}': {1}")]
    Address(String, AddressError),
    /// The archive asks for fewer requests, again and again.
    #[error("the archive asks for fewer requests; start again later, and it goes on from here")]
    Refused,
    /// The captures could not be put together.
    #[error("{0}")]
    Fault(String),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// How far it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Captures dealt with.
    pub done: usize,
    /// Captures in the TimeMap.
    pub of: usize,
}

impl Poller {
    /// Fetches what an archive has of an article and notes it as seen by that archive; `on_done` is
    /// told of each capture. What was noted before is not fetched again, so that whoever was stopped
    /// starts again where it was.
    pub async fn backfill(
        &self,
        plan: &Plan,
        mut on_done: impl FnMut(&Listed, &Taken, Progress),
    ) -> Result<(), BackfillError> {
        let captures = self.captures(plan).await?;
        let mut histories = BTreeSet::new();
        let mut result = Ok(());
        for (index, listed) in captures.iter().enumerate() {
            let taken = match self.take(plan, listed).await {
                Ok(taken) => taken,
                Err(error) => {
                    result = Err(error);
                    break;
                }
            };
            histories.extend(history_of(&taken));
            on_done(listed, &taken, Progress { done: index + 1, of: captures.len() });
        }
        // What came before a failure shows all the same.
        for history in histories {
            self.weave(history).await?.map_err(BackfillError::Fault)?;
        }
        result
    }

    /// Reads all pages of a TimeMap; its captures in the order of their time.
    async fn captures(&self, plan: &Plan) -> Result<Vec<Listed>, BackfillError> {
        let mut pages = VecDeque::from([plan.timemap.clone()]);
        let mut read = BTreeSet::new();
        let mut captures = Vec::new();
        while let Some(page) = pages.pop_front() {
            if read.len() == MAX_PAGES || !read.insert(page.clone()) {
                continue;
            }
            let unreachable = |words: String| BackfillError::Unreachable(page.to_string(), words);
            let fetched = self.ask_archive(&page, Accept::TimeMap).await?.map_err(unreachable)?;
            if fetched.status != 200 {
                let words = format!("the archive answered {}", fetched.status);
                return Err(BackfillError::Unreachable(page.to_string(), words));
            }
            let map = TimeMap::read(&fetched.body, page.as_str())?;
            if let Some(original) = &map.original {
                self.check_original(plan, original).await?;
            }
            for next in &map.pages {
                let next = page.join(next);
                pages.push_back(next.map_err(|error| named(&map.pages, error))?);
            }
            captures.extend(map.mementos);
        }
        captures.retain(|listed| {
            plan.from.is_none_or(|from| from <= listed.captured_at)
                && plan.to.is_none_or(|to| listed.captured_at < to)
        });
        captures.sort_by(|a, b| (a.captured_at, &a.address).cmp(&(b.captured_at, &b.address)));
        captures.dedup_by_key(|listed| listed.captured_at);
        Ok(captures)
    }

    /// Whether a TimeMap is of the article: of one of its addresses, or of one that differs in the
    /// scheme or a `www.` alone, which archives do not tell apart.
    async fn check_original(&self, plan: &Plan, original: &str) -> Result<(), BackfillError> {
        let another = || BackfillError::AnotherAddress {
            found: original.to_owned(),
            wanted: plan.article.clone(),
        };
        let found = Address::parse(original).map_err(|_| another())?;
        if plain(&found) == plain(&plan.article) {
            return Ok(());
        }
        let of = self.store.find_article(&plan.article).await?;
        if of.is_some() && self.store.find_article(&found).await? == of {
            return Ok(());
        }
        Err(another())
    }

    /// Fetches and notes one capture.
    async fn take(&self, plan: &Plan, listed: &Listed) -> Result<Taken, BackfillError> {
        let Plan { article, observer, .. } = plan;
        let known = self.store.observed_in(article, observer, listed.captured_at).await?;
        if let Some(history) = known {
            return Ok(Taken::Observed(Observed::Known { history }));
        }
        let address = plan
            .timemap
            .join(&as_captured(&listed.address, plan.raw))
            .map_err(|error| BackfillError::Address(listed.address.clone(), error))?;
        for _ in 0..ATTEMPTS {
            let fetched = match self.ask_archive(&address, Accept::Page).await? {
                Ok(fetched) => fetched,
                Err(words) => return Ok(Taken::NoArticle(words)),
            };
            if matches!(fetched.status, 429 | 503) {
                continue;
            }
            let told = fetched.header("memento-datetime").and_then(http_date::parse);
            if told.is_none() && !fetched.redirects.is_empty() {
                let words = format!("the archive leads to {} instead", fetched.address);
                return Ok(Taken::NoArticle(words));
            }
            let capture = Capture {
                observer: observer.clone(),
                address: article.clone(),
                captured_at: told.unwrap_or(listed.captured_at),
                place: listed.address.clone(),
                status: fetched.status,
                headers: original_headers(&fetched),
                body: fetched.body,
            };
            return Ok(self.observe(&capture).await?);
        }
        Err(BackfillError::Refused)
    }

    /// One visit to an archive, as soon as its host is free and if its robots.txt lets Stet; fails
    /// in words.
    async fn ask_archive(
        &self,
        address: &Address,
        accept: Accept,
    ) -> Result<Result<Fetched, String>, StoreError> {
        loop {
            let Some(mut lease) = self.store.claim_host(address, self.terms()).await? else {
                sleep(PAUSE).await;
                continue;
            };
            let robots = match self.permission(address, &mut lease, &[]).await? {
                // The host was given back with what its robots.txt said.
                Permission::Asked => continue,
                Permission::Refused(failure) => {
                    lease.host_gap = chrono::TimeDelta::zero();
                    self.store.give_host_back(&lease).await?;
                    return Ok(Err(failure.detail));
                }
                Permission::Granted(robots) => Some(robots),
            };
            let request = Request { robots, ..Request::new(address.clone(), accept) };
            let answer = self.visit(&request, &mut lease).await?;
            self.store.give_host_back(&lease).await?;
            return Ok(answer.map_err(|error: FetchError| error.to_string()));
        }
    }
}

fn named(pages: &[String], error: AddressError) -> BackfillError {
    BackfillError::Address(pages.join(" "), error)
}

/// The history that a capture belongs to.
#[must_use]
pub fn history_of(taken: &Taken) -> Option<ArticleId> {
    match taken {
        Taken::Observed(Observed::Noted { history, .. } | Observed::Known { history }) => {
            Some(*history)
        }
        Taken::Observed(Observed::Hidden) | Taken::NoArticle(_) | Taken::Fault(_) => None,
    }
}

/// An address without what archives do not tell apart.
fn plain(address: &Address) -> String {
    let (_, rest) = address.as_str().split_once("://").unwrap_or_default();
    rest.strip_prefix("www.").unwrap_or(rest).to_owned()
}

/// Where a capture's bytes are to be had unchanged.
fn as_captured(address: &str, raw: Option<bool>) -> String {
    let digits_at = address.match_indices('/').find_map(|(at, _)| {
        let digits = address.get(at + 1..at + 15)?;
        let rest = address.get(at + 15..)?;
        (from_digits(digits).is_some() && rest.starts_with("/http")).then_some(at + 15)
    });
    let Some(at) = digits_at else { return address.to_owned() };
    let looks_like_wayback = address[..at - 14].ends_with("/web/");
    if raw.unwrap_or(looks_like_wayback) {
        format!("{}id_{}", &address[..at], &address[at..])
    } else {
        address.to_owned()
    }
}

/// The headers that the site itself sent, as far as the archive tells them apart from its own.
fn original_headers(fetched: &Fetched) -> Vec<(String, String)> {
    let original = |(name, value): &(String, String)| {
        Some((name.strip_prefix(ORIGINAL_HEADER)?.to_owned(), value.clone()))
    };
    let mut headers: Vec<_> = fetched.headers.iter().filter_map(original).collect();
    if !headers.iter().any(|(name, _)| name == "content-type") {
        let content_type = fetched.content_type().map(str::to_owned);
        headers.extend(content_type.map(|value| ("content-type".to_owned(), value)));
    }
    headers
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn captures_of_the_wayback_machines_kind_are_asked_for_unchanged() {
        let wayback = "https://web.archive.org/web/20160909174400/http://a.example/1";
        let raw = "https://web.archive.org/web/20160909174400id_/http://a.example/1";
        assert_eq!(as_captured(wayback, None), raw);
        assert_eq!(as_captured(wayback, Some(false)), wayback);
        let own = "https://stet.example/memento/20160909174400/http://a.example/1";
        assert_eq!(as_captured(own, None), own);
        let pywb = "https://archive.example/all/20160909174400/http://a.example/1";
        assert!(as_captured(pywb, Some(true)).contains("/20160909174400id_/http:"));
    }

    #[test]
    fn archives_tell_neither_schemes_nor_a_www_apart() {
        let plain_of = |text: &str| plain(&Address::parse(text).unwrap());
        assert_eq!(plain_of("http://www.a.example:80/1?b"), plain_of("https://a.example/1?b"));
        assert_ne!(plain_of("http://a.example/1"), plain_of("http://a.example/2"));
    }
}
