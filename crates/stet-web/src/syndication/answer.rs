//! From what a feed was asked to its answer: 304 where nothing changed, else the feed.

use axum::Extension;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, TimeDelta, Utc};
use stet_core::http_date;
use stet_store::{ChangeFilter, FEED_ITEMS, FEED_SPAN, SyndicatedChanges};

use super::FeedFormat;
use super::content::contents;
use super::item::{Entry, Item, Print};
use super::legible::without_forbidden;
use super::urn::urn;
use crate::asked::Asked;
use crate::cache::{self, CachePolicy, HoldsUntil};
use crate::error::PageError;
use crate::hex::hex;
use crate::links::FeedAddress;
use crate::{Site, cursor, links};

/// Raised when feeds are written otherwise than before: readers then load them anew.
const REVISION: &str = "1";

/// After how long a change is surely written down: a check's lease is shorter. Until then another
/// one may come that was seen before it, and a date would not tell.
const SETTLED: TimeDelta = TimeDelta::minutes(5);

/// Which changes a feed was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FeedAsked {
    pub(crate) filter: ChangeFilter,
    /// The same as it stands in the feed's address.
    pairs: Vec<(&'static str, String)>,
}

impl FeedAsked {
    /// `kinds=headline,correction&min_words=20&since=2016-09-01&until=2016-09-30`
    pub(crate) fn read(asked: &Asked) -> Result<Self, PageError> {
        let filter = ChangeFilter {
            kinds: asked.feed_kinds()?,
            source: None,
            span: asked.span()?,
            min_words: asked.number("min_words")?.unwrap_or_default(),
        };
        let kinds: Vec<&str> = filter.kinds.iter().map(|kind| kind.as_str()).collect();
        let given = |name| asked.one(name).unwrap_or_default().to_owned();
        let pairs = [
            ("kinds", kinds.join(",")),
            (
                "min_words",
                Some(filter.min_words)
                    .filter(|&words| words > 0)
                    .map_or_else(String::new, |words| words.to_string()),
            ),
            ("since", given("since")),
            ("until", given("until")),
        ];
        let pairs = pairs.into_iter().filter(|(_, value)| !value.is_empty()).collect();
        Ok(Self { filter, pairs })
    }

    /// What stands in the feed's address.
    pub(crate) fn pairs(&self) -> Vec<(&str, &str)> {
        self.pairs.iter().map(|(name, value)| (*name, value.as_str())).collect()
    }
}

/// One page of what a feed tells, the latest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Listing {
    pub(crate) entries: Vec<Entry>,
    /// Where its next page begins.
    pub(crate) next: Option<String>,
}

impl From<SyndicatedChanges> for Listing {
    fn from(list: SyndicatedChanges) -> Self {
        let entries = list.changes.into_iter().map(|change| Entry::Change(Box::new(change)));
        Self { entries: entries.collect(), next: list.next.as_ref().map(cursor::of_change) }
    }
}

/// What a feed says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Channel {
    pub(crate) title: String,
    pub(crate) description: String,
    /// The path of the page that it belongs to.
    pub(crate) page: String,
    /// Whether its items are of several publishers.
    pub(crate) names_publishers: bool,
}

/// A feed as each format prints it. Addresses are in full, and no text of it holds a character that
/// XML forbids.
#[derive(Debug)]
pub(super) struct Feed {
    /// Its name for good.
    pub(super) id: String,
    pub(super) title: String,
    pub(super) description: String,
    pub(super) page: String,
    pub(super) own: String,
    /// Its first page, where this is another one (RFC 5005).
    pub(super) first: Option<String>,
    pub(super) next: Option<String>,
    /// Who tells subscribers of news (`WebSub`).
    pub(super) hub: Option<String>,
    pub(super) updated: Option<DateTime<Utc>>,
    pub(super) items: Vec<Item>,
}

/// A feed that was asked for: what is known before anything is made of its list.
pub(crate) struct FeedRequest<'a> {
    pub(crate) format: FeedFormat,
    pub(crate) address: FeedAddress,
    /// The place behind which the page begins, as the address has it.
    pub(crate) before: Option<&'a str>,
    pub(crate) headers: &'a HeaderMap,
}

/// Answers with a feed of this list; `channel` is asked only if the reader does not have it yet.
pub(crate) async fn respond(
    site: &Site,
    request: FeedRequest<'_>,
    list: Listing,
    channel: impl Future<Output = Result<Channel, PageError>>,
) -> Result<Response, PageError> {
    let validators = Validators::new(site, &request, &list);
    let holds = Extension(HoldsUntil(holds_until(&list, site.now())));
    if validators.are_known(request.headers) {
        return Ok((StatusCode::NOT_MODIFIED, CachePolicy::Shared, holds, validators.headers())
            .into_response());
    }
    let channel = channel.await?;
    let feed = feed(site, &request, &list, channel).await?;
    let content_type = format!("{}; charset=utf-8", request.format.media_type());
    let body = feed.written(request.format)?;
    let mut headers = validators.headers();
    // As WebSub asks (§4): the topic's own address goes with its hub.
    if let Some(hub) = &feed.hub {
        for (rel, address) in [("hub", hub), ("self", &feed.own)] {
            let link = HeaderValue::try_from(format!("<{address}>; rel=\"{rel}\""));
            headers.extend(link.ok().map(|link| (header::LINK, link)));
        }
    }
    let headers = (CachePolicy::Shared, holds, headers);
    Ok((headers, [(header::CONTENT_TYPE, content_type)], body).into_response())
}

/// When this list would be told of otherwise, if nothing else happens: it is dated once it is settled,
/// and loses the last of more changes than a feed holds when they are no longer recent.
fn holds_until(list: &Listing, now: DateTime<Utc>) -> DateTime<Utc> {
    let settled = list.entries.first().map(|newest| newest.at() + SETTLED);
    let too_old = list
        .entries
        .last()
        .filter(|_| list.entries.len() > FEED_ITEMS as usize)
        .map(|oldest| oldest.at() + FEED_SPAN);
    let turns = [settled, too_old].into_iter().flatten();
    turns.filter(|&turn| now <= turn).min().unwrap_or(DateTime::<Utc>::MAX_UTC)
}

async fn feed(
    site: &Site,
    request: &FeedRequest<'_>,
    list: &Listing,
    channel: Channel,
) -> Result<Feed, PageError> {
    let contents = contents(site, &list.entries).await?;
    let instance = site.instance().await?;
    let base = &site.settings.base_url;
    let items = list.entries.iter().zip(contents).filter_map(|(entry, html)| {
        Some(entry.item(instance, base, channel.names_publishers, html?))
    });
    let (format, address) = (request.format, &request.address);
    let own = match request.before {
        Some(place) => address.behind(format, place),
        None => address.of(format),
    };
    Ok(Feed {
        id: urn(instance, &format!("feeds{}", address.name())),
        title: without_forbidden(&channel.title),
        description: without_forbidden(&channel.description),
        page: links::absolute(base, &channel.page),
        own: links::absolute(base, &own),
        first: request.before.map(|_| links::absolute(base, &address.of(format))),
        next: list.next.as_ref().map(|place| links::absolute(base, &address.behind(format, place))),
        hub: site.settings.hub.as_ref().map(ToString::to_string),
        updated: list.entries.first().map(Entry::at),
        items: items.collect(),
    })
}

/// What tells a reader's program that it has this feed already.
struct Validators {
    etag: String,
    last_modified: Option<String>,
}

impl Validators {
    fn new(site: &Site, request: &FeedRequest<'_>, list: &Listing) -> Self {
        let mut print = Print::default();
        for part in [
            REVISION,
            request.format.ending(),
            site.settings.base_url.as_str(),
            site.settings.hub.as_ref().map_or("", |hub| hub.as_str()),
            &request.address.name(),
            request.before.unwrap_or_default(),
            list.next.as_deref().unwrap_or_default(),
        ] {
            print.add(part);
        }
        for entry in &list.entries {
            print.add_bytes(&entry.fingerprint());
        }
        let digest = sha2::Digest::finalize(print.0);
        let newest = list.entries.first().map(Entry::at);
        Self {
            // Weak, since the same feed is sent compressed or not.
            etag: format!("W/\"{}\"", hex(&digest[..12])),
            last_modified: newest
                .filter(|newest| *newest + SETTLED < site.now())
                .map(http_date::format),
        }
    }

    /// Whether a request names them. A date counts only where there is no tag, and only if it is
    /// the very date that was sent: whoever has another date may lack something.
    fn are_known(&self, headers: &HeaderMap) -> bool {
        if let Some(known) = headers.get(header::IF_NONE_MATCH) {
            return HeaderValue::from_str(&self.etag).is_ok_and(|etag| cache::names(known, &etag));
        }
        let since = headers.get(header::IF_MODIFIED_SINCE).and_then(|since| since.to_str().ok());
        since.is_some() && since == self.last_modified.as_deref()
    }

    fn headers(&self) -> HeaderMap {
        let pairs = [
            (header::ETAG, Some(self.etag.as_str())),
            (header::LAST_MODIFIED, self.last_modified.as_deref()),
        ];
        let pairs = pairs
            .into_iter()
            .filter_map(|(name, value)| Some((name, HeaderValue::from_str(value?).ok()?)));
        pairs.collect::<HeaderMap<HeaderValue>>()
    }
}
