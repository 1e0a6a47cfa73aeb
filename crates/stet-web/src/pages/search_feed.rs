//! What a search finds, as a feed: the changes by which it came or went, and the texts in which it
//! stood from the beginning.

use std::collections::{BTreeMap, HashSet};

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use stet_core::search::{Language, Query};
use stet_store::{
    FEED_ITEMS, FEED_SPAN, Hit, HitCursor, MAX_FEED_ITEMS, PassageState, SearchFilter, Searched,
};
use stet_words::{say, text};

use super::search::{Wanted, wanted};
use crate::asked::Asked;
use crate::cursor::{self, BEHIND};
use crate::error::PageError;
use crate::source_choice::SourceChoice;
use crate::syndication::{
    Channel, Entry, FeedAsked, FeedFormat, FeedRequest, FirstSeen, Listing, respond,
};
use crate::{Site, links};

/// The words of a query that a feed of a search keeps as they are.
const NAMES: [&str; 5] = ["q", "text", "source", "since", "until"];

/// `/versions/search.{rss,atom,json}?q=&text=&kinds=&source=&since=&until=&min_words=`, `?before=`
pub(crate) async fn show(
    State(site): State<Site>,
    format: FeedFormat,
    asked: Asked,
    headers: HeaderMap,
) -> Result<Response, PageError> {
    let before = asked.one(BEHIND);
    let behind = before.map(cursor::hit).transpose()?;
    let q = asked.one("q").unwrap_or_default();
    let query = Query::parse(q);
    let source = SourceChoice::load(&site, asked.one("source")).await?;
    let filter = match wanted(&site, &asked, &query, &source).await? {
        Wanted::Passages(filter) => filter,
        Wanted::UnknownSource(slug) => {
            let there_is_none = say("search-feed-there-is-no").with("slug", &slug);
            return Err(PageError::NotUnderstood(there_is_none.to_string()));
        }
        Wanted::Nothing => {
            return Err(PageError::NotUnderstood(text("search-feed-q-must-have").to_owned()));
        }
    };
    let (hits, next) = hits(&site, &filter, behind).await?;
    let entries = entries(&site, &hits).await?;
    let list = Listing { entries, next: next.as_ref().map(cursor::of_hit) };
    let feed = FeedAsked::read(&asked)?;
    let pairs = pairs(&asked, &feed);
    let request =
        FeedRequest { format, address: links::search_feed(&pairs), before, headers: &headers };
    let channel = async {
        Ok(Channel {
            title: say("search-feed-stet-changes-with").with("q", q).to_string(),
            description: text("search-feed-texts-in-which").to_owned(),
            page: links::search_with(&pairs),
            names_publishers: true,
        })
    };
    respond(&site, request, list, channel).await
}

/// What of a page's query its feed keeps; `feed` is the same as feeds read it.
pub(super) fn pairs<'a>(asked: &'a Asked, feed: &'a FeedAsked) -> Vec<(&'a str, &'a str)> {
    let as_given = NAMES.into_iter().filter_map(|name| Some((name, asked.one(name)?)));
    as_given.chain(feed.pairs().into_iter().filter(|(name, _)| !NAMES.contains(name))).collect()
}

/// The passages of one page of the feed: like any feed it keeps what moved within the last hour.
async fn hits(
    site: &Site,
    filter: &SearchFilter,
    behind: Option<HitCursor>,
) -> Result<(Vec<Hit>, Option<HitCursor>), PageError> {
    let (mut hits, next) = found(site, filter, behind, FEED_ITEMS).await?;
    let recent = site.now() - FEED_SPAN;
    let Some(next) = next.filter(|next| next.moved_at > recent) else { return Ok((hits, next)) };
    let (mut further, beyond) =
        found(site, filter, Some(next), MAX_FEED_ITEMS - FEED_ITEMS).await?;
    let kept = further.iter().take_while(|hit| hit.cursor.moved_at > recent).count();
    let is_cut = kept < further.len();
    further.truncate(kept);
    hits.append(&mut further);
    let next = if is_cut { hits.last().map(|hit| hit.cursor) } else { beyond };
    Ok((hits, next))
}

async fn found(
    site: &Site,
    filter: &SearchFilter,
    behind: Option<HitCursor>,
    limit: u32,
) -> Result<(Vec<Hit>, Option<HitCursor>), PageError> {
    match site.store.search(filter, behind, limit).await? {
        Searched::Found(list) => Ok((list.hits, list.next)),
        Searched::TooBroad => {
            Err(PageError::NotUnderstood(text("search-feed-these-words-are").to_owned()))
        }
    }
}

/// What is told of passages: each change once, however many of them it moved.
async fn entries(site: &Site, hits: &[Hit]) -> Result<Vec<Entry>, PageError> {
    let is_first = |hit: &&Hit| hit.state == PassageState::Standing && hit.came_from.is_none();
    let (articles, moments): (Vec<_>, Vec<_>) = hits
        .iter()
        .filter(|hit| !is_first(hit))
        .map(|hit| (hit.article, hit.cursor.moved_at))
        .unzip();
    let changes = site.store.changes_at(&articles, &moments).await?;
    let mut entries: Vec<Entry> =
        changes.into_iter().map(|entry| Entry::Change(Box::new(entry))).collect();
    entries.extend(first_seen(hits.iter().filter(is_first)).map(Entry::FirstSeen));
    entries.sort_by_key(|entry| std::cmp::Reverse(entry.at()));
    Ok(entries)
}

/// The texts of passages that stood from the beginning.
fn first_seen<'a>(hits: impl Iterator<Item = &'a Hit>) -> impl Iterator<Item = FirstSeen> {
    let mut seen = BTreeMap::new();
    let mut told = HashSet::new();
    for hit in hits {
        let text = seen.entry((hit.article, hit.came_in)).or_insert_with(|| FirstSeen {
            article: hit.article,
            version: hit.came_in,
            at: hit.came_at,
            title: hit.title.clone().unwrap_or_default(),
            publisher: hit.source_name.clone(),
            language: hit.language.map(Language::code),
            passages: Vec::new(),
        });
        if told.insert((hit.article, hit.came_in, &hit.text)) {
            text.passages.push(hit.text.clone());
        }
    }
    seen.into_values()
}
