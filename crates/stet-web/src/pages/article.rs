//! An article's history.

use askama::Template;
use askama_web::WebTemplate;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{DateTime, Utc};
use stet_core::{Address, ArticleId};
use stet_store::{
    Article, ArticleState, Check, HeadlineRun, HostRest, KnownAddress, NumberedSighting, Passage,
    Standing, VersionSummary,
};
use stet_words::{say, text};

use super::article_rows::{
    AddressRow, CheckRow, SightingRow, VersionTable, address_rows, check_row, sighting_rows,
};
use super::{MAX_PASSAGES, Neighbours, PAGE_ROWS, Paging};
use crate::cache::CachePolicy;
use crate::error::{PageError, shown};
use crate::headlines::Headlines;
use crate::layout::{Layout, Section};
use crate::observed::{self, Observed};
use crate::session::Visitor;
use crate::syndication::FeedFormat;
use crate::timeline::Timeline;
use crate::wording::{self, Stamp};
use crate::{Site, links};

/// How many of the last checks are shown.
const LAST_CHECKS: u32 = 20;

/// After how many seconds a browser looks again for a first version that is due.
const REFRESH: HeaderValue = HeaderValue::from_static("3");

/// So many checks in a row that saw no text are told of above.
const LEAST_TROUBLE: u32 = 3;

/// The most headlines one after another that are told of: the last ones.
const MAX_HEADLINES: u32 = 200;

/// What is known of an article.
struct History {
    article: Article,
    /// When it was first and last seen with a text.
    seen: Option<(DateTime<Utc>, DateTime<Utc>)>,
    passages: Vec<Passage>,
    headlines: Vec<HeadlineRun>,
    tables: Tables,
    checks: Vec<Check>,
    /// The rest of its host, if it is to be visited there.
    rest: Option<HostRest>,
    addresses: Vec<KnownAddress>,
    merged: Vec<Merged>,
    observed: Option<Observed>,
}

/// A page of what grows with the article, the latest first.
struct Tables {
    page: u32,
    /// One more than are shown, if there are more.
    versions: Vec<VersionSummary>,
    sightings: Vec<NumberedSighting>,
    has_more: bool,
}

/// An article that turned out to be this one, with the history that it had until then: the end of
/// it, if it is long.
struct Merged {
    id: ArticleId,
    address: Address,
    passages: Vec<Passage>,
    versions: Vec<VersionSummary>,
}

#[derive(Template, WebTemplate)]
#[template(path = "article.html")]
struct ArticlePage {
    layout: Layout,
    /// Where editors hide or delete it; for editors only.
    controls: Option<String>,
    title: String,
    source: String,
    source_href: String,
    first_seen: Stamp,
    checking: Checking,
    /// Whether the publisher took it away.
    is_gone: bool,
    resting: Option<Resting>,
    address: String,
    /// The address again, where it may be linked to.
    original: Option<String>,
    changed_times: u32,
    feed: String,
    waiting: Option<Waiting>,
    trouble: Option<Trouble>,
    facts: Vec<Fact>,
    timeline: Option<Timeline>,
    headlines: Option<Headlines>,
    /// The page of the tables, where it is not the first: then it holds nothing else.
    later_page: Option<u32>,
    whole: String,
    versions: VersionTable,
    sightings: Vec<SightingRow>,
    neighbours: Neighbours,
    checks: Vec<CheckRow>,
    /// Where it stood, if at several addresses.
    addresses: Vec<AddressRow>,
    merged: Vec<MergedBlock>,
    observed: Option<Observed>,
    /// The list of its pages as they were fetched, once there are any.
    timemap: Option<String>,
}

/// Something that is known of the article.
struct Fact {
    name: &'static str,
    value: FactValue,
}

enum FactValue {
    Text(String),
    Time(Stamp),
}

struct MergedBlock {
    address: String,
    versions: VersionTable,
}

/// What is said of checks to come.
enum Checking {
    Next(Stamp),
    /// Nothing of its source is visited, since then.
    Paused(Stamp),
    Dormant,
    /// Nobody asked for it to be watched: others saw it.
    Unwatched,
    /// It was taken away: when it is next looked for, if it still is.
    Gone(Option<Stamp>),
}

/// A host that asked to be left alone.
struct Resting {
    host: String,
    until: Stamp,
}

/// Checks in a row that did not see the text of an article that has one.
struct Trouble {
    checks: String,
    outcome: &'static str,
    last_seen: Stamp,
}

/// What is said while there is no version.
enum Waiting {
    /// The first check is due.
    Due,
    /// It failed: how, and when the next one is due.
    Failed { outcome: &'static str, next: Stamp },
}

/// `/articles/{id}`, and further pages of its tables: `?page=`
pub(crate) async fn show(
    State(site): State<Site>,
    visitor: &Visitor,
    id: &str,
    paging: Result<Query<Paging>, QueryRejection>,
) -> Result<Response, PageError> {
    let id = id.parse().map_err(|_| PageError::NotFound)?;
    let page = match paging {
        Ok(Query(paging)) => paging.page()?,
        Err(rejection) => return Ok(rejection.into_response()),
    };
    let history = match load(&site, id, page).await {
        Err(PageError::Hidden) if visitor.session().is_some() => {
            // What was deleted can't be brought back.
            let is_deleted = site.store.standing(id).await? == Some(Standing::Deleted);
            return Err(if is_deleted {
                PageError::Hidden
            } else {
                PageError::HiddenFromReaders(id)
            });
        }
        history => history?,
    };
    if let Some(into) = history.article.merged_into {
        return Ok(Redirect::permanent(&links::article(into)).into_response());
    }
    if page > 1 && history.tables.versions.is_empty() && history.tables.sightings.is_empty() {
        return Err(PageError::NotFound);
    }
    let mut page = ArticlePage::new(history, site.now());
    page.controls = visitor.session().map(|_| links::visibility(id));
    Ok(match page.waiting {
        Some(Waiting::Due) => {
            (CachePolicy::Personal, HeaderMap::from_iter([(header::REFRESH, REFRESH)]), page)
                .into_response()
        }
        _ if page.controls.is_some() => (CachePolicy::Personal, page).into_response(),
        _ => (CachePolicy::Shared, page).into_response(),
    })
}

async fn load(site: &Site, id: ArticleId, page: u32) -> Result<History, PageError> {
    let store = &site.store;
    let article = shown(store.article(id).await?)?;
    let rest = match article.state {
        ArticleState::Watched => store.host_rest(&article.address).await?,
        ArticleState::Dormant | ArticleState::Gone | ArticleState::Hidden => None,
    };
    Ok(History {
        article,
        rest,
        seen: store.seen_between(id).await?,
        passages: store.passages(id, MAX_PASSAGES).await?,
        headlines: store.headline_runs(id, MAX_HEADLINES).await?,
        tables: tables(site, id, page).await?,
        observed: observed::load(site, id).await?,
        checks: store.checks(id, LAST_CHECKS).await?,
        addresses: store.addresses(id).await?,
        merged: merged(site, id).await?,
    })
}

async fn tables(site: &Site, id: ArticleId, page: u32) -> Result<Tables, PageError> {
    let offset = (page - 1) * PAGE_ROWS;
    let versions = site.store.latest_versions(id, offset, PAGE_ROWS + 1).await?;
    let mut sightings = site.store.latest_sightings(id, offset, PAGE_ROWS + 1).await?;
    let has_more = versions.len().max(sightings.len()) > PAGE_ROWS as usize;
    sightings.truncate(PAGE_ROWS as usize);
    Ok(Tables { page, versions, sightings, has_more })
}

async fn merged(site: &Site, id: ArticleId) -> Result<Vec<Merged>, PageError> {
    let mut merged = Vec::new();
    for (id, address) in site.store.merged_articles(id).await? {
        let passages = site.store.passages(id, MAX_PASSAGES).await?;
        let versions = site.store.latest_versions(id, 0, PAGE_ROWS + 1).await?;
        merged.push(Merged { id, address, passages, versions });
    }
    Ok(merged)
}

impl ArticlePage {
    fn new(history: History, now: DateTime<Utc>) -> Self {
        let article = &history.article;
        let id = article.id;
        let rests_until = history.rest.as_ref().map(|rest| rest.until);
        let observed_first = history.observed.as_ref().map(|observed| observed.first_seen);
        let first_seen_at = match (article.head, observed_first) {
            (None, Some(observed)) => observed.min(article.first_seen_at),
            _ => article.first_seen_at,
        };
        let is_kept = article.head.is_some() || observed_first.is_some();
        let title = article.title.clone().unwrap_or_else(|| article.address.to_string());
        let feed = links::article_feed(id, &[]);
        let Tables { page, versions, sightings, has_more } = &history.tables;
        Self {
            layout: Layout::new(&title, Section::Articles)
                .with_feed(&feed, &String::from(say("article-feed").with("title", &title))),
            controls: None,
            source: article.source_name.clone(),
            source_href: links::source(&article.source_slug),
            first_seen: Stamp::new(article.published_at.unwrap_or(first_seen_at)),
            checking: checking(article, rests_until),
            is_gone: article.is_removed(),
            resting: history
                .rest
                .as_ref()
                .map(|rest| Resting { host: rest.host.clone(), until: Stamp::new(rest.until) }),
            address: article.address.to_string(),
            original: links::outbound(&article.address),
            changed_times: article.changes,
            feed: feed.of(FeedFormat::Rss),
            waiting: waiting(article, rests_until, now),
            trouble: history.seen.and_then(|(_, last)| trouble(article, last)),
            facts: facts(&history),
            timeline: history
                .seen
                .and_then(|(first, _)| Timeline::of(id, first, &history.passages, None)),
            headlines: Headlines::new(id, &history.headlines, MAX_HEADLINES),
            later_page: (*page > 1).then_some(*page),
            whole: links::article(id),
            versions: VersionTable::new(id, versions, &history.passages, PAGE_ROWS as usize),
            sightings: sighting_rows(id, sightings, &history.passages),
            neighbours: Neighbours::new(*page, *has_more, |page| links::article_page(id, page)),
            checks: history.checks.iter().map(check_row).collect(),
            addresses: address_rows(&history.addresses),
            merged: history.merged.iter().map(merged_block).collect(),
            timemap: is_kept.then(|| links::timemap_links(&article.address, 1)),
            observed: history.observed,
            title,
        }
    }
}

fn facts(history: &History) -> Vec<Fact> {
    let fact = |name, value| Fact { name: text(name), value };
    let words = |name, value| fact(name, FactValue::Text(value));
    let time = |name, at| fact(name, FactValue::Time(Stamp::new(at)));
    let article = &history.article;
    let latest = history.tables.versions.first();
    let mut facts = Vec::new();
    if let Some(byline) = latest.and_then(|version| version.byline.clone()) {
        facts.push(words("fact-author", byline));
    }
    if let Some(published) = article.published_at {
        facts.push(time("fact-dated", published));
    }
    if let Some((first, last)) = history.seen {
        facts.push(time("fact-first-seen", first));
        facts.push(time("fact-last-seen", last));
    }
    if let Some(checked) = article.last_checked_at {
        facts.push(time("fact-last-checked", checked));
    }
    if let Some(version) = latest {
        let versions = wording::counted(article.versions, "versions");
        let length = wording::counted(version.words, "words");
        let message = if article.is_removed() { "fact-texts-last" } else { "fact-texts-now" };
        facts.push(words(
            "fact-texts",
            say(message).with("versions", versions).with("words", length).into(),
        ));
    }
    facts
}

/// When an article is checked next: when it falls due, or when its host's rest ends.
fn next_check(article: &Article, rests_until: Option<DateTime<Utc>>) -> DateTime<Utc> {
    rests_until.map_or(article.next_check_at, |until| until.max(article.next_check_at))
}

fn checking(article: &Article, rests_until: Option<DateTime<Utc>>) -> Checking {
    match article.state {
        ArticleState::Dormant if article.head.is_none() => Checking::Unwatched,
        ArticleState::Dormant => Checking::Dormant,
        ArticleState::Gone => Checking::Gone(None),
        ArticleState::Watched | ArticleState::Hidden => {
            if let Some(since) = article.source_paused_at {
                return Checking::Paused(Stamp::new(since));
            }
            let next = Stamp::new(next_check(article, rests_until));
            if article.is_gone { Checking::Gone(Some(next)) } else { Checking::Next(next) }
        }
    }
}

fn waiting(
    article: &Article,
    rests_until: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Option<Waiting> {
    let next = next_check(article, rests_until);
    match (article.head, article.last_outcome) {
        (Some(_), _) => None,
        (None, None) if article.state == ArticleState::Dormant => None,
        (None, Some(outcome)) if next > now => {
            Some(Waiting::Failed { outcome: wording::outcome(outcome), next: Stamp::new(next) })
        }
        // What it waits for is said in any case.
        (None, None) if rests_until.is_some() || article.source_paused_at.is_some() => None,
        (None, _) => Some(Waiting::Due),
    }
}

/// One failure is no news; and of an article that was removed, or that is not visited, this is said.
fn trouble(article: &Article, last_seen: DateTime<Utc>) -> Option<Trouble> {
    let is_sought = article.is_checked() && !article.is_gone && article.head.is_some();
    let outcome = article.last_outcome.filter(|outcome| !outcome.is_success())?;
    (is_sought && article.failures >= LEAST_TROUBLE).then(|| Trouble {
        checks: wording::counted(article.failures, "checks"),
        outcome: wording::outcome(outcome),
        last_seen: Stamp::new(last_seen),
    })
}

fn merged_block(merged: &Merged) -> MergedBlock {
    let rows = PAGE_ROWS as usize;
    MergedBlock {
        address: merged.address.to_string(),
        versions: VersionTable::new(merged.id, &merged.versions, &merged.passages, rows),
    }
}
