//! An article's history.

use askama::Template;
use askama_web::WebTemplate;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{DateTime, Utc};
use stet_core::{Address, ArticleId};
use stet_store::{
    AddressOrigin, Article, ArticleState, Change, Check, KnownAddress, Sighting, VersionSummary,
};

use crate::cache::CachePolicy;
use crate::change_line::ChangeLine;
use crate::error::{PageError, shown};
use crate::layout::{Layout, Section};
use crate::session::Visitor;
use crate::timeline::Timeline;
use crate::wording::{self, Stamp};
use crate::{Site, links};

/// How many of the last checks are shown.
const LAST_CHECKS: u32 = 20;

/// After how many seconds a browser looks again for a first version that is due.
const REFRESH: HeaderValue = HeaderValue::from_static("3");

/// What is known of an article.
struct History {
    article: Article,
    versions: Vec<VersionSummary>,
    changes: Vec<Change>,
    sightings: Vec<Sighting>,
    checks: Vec<Check>,
    addresses: Vec<KnownAddress>,
    merged: Vec<Merged>,
}

/// An article that turned out to be this one, with the history that it had until then.
struct Merged {
    id: ArticleId,
    address: Address,
    versions: Vec<VersionSummary>,
    changes: Vec<Change>,
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
    address: String,
    /// The address again, where it may be linked to.
    original: Option<String>,
    changed_times: u32,
    feed: String,
    waiting: Option<Waiting>,
    timeline: Option<Timeline>,
    changes: Vec<ChangeLine>,
    versions: Vec<VersionRow>,
    sightings: Vec<SightingRow>,
    checks: Vec<CheckRow>,
    /// Where it stood, if at several addresses.
    addresses: Vec<AddressRow>,
    merged: Vec<MergedBlock>,
}

struct AddressRow {
    address: String,
    how: &'static str,
    since: Stamp,
}

struct MergedBlock {
    address: String,
    changes: Vec<ChangeLine>,
    versions: Vec<VersionRow>,
}

/// What is said of checks to come.
enum Checking {
    Next(Stamp),
    Dormant,
    /// It was taken away: when it is next looked for, if it still is.
    Gone(Option<Stamp>),
}

/// What is said while there is no version.
enum Waiting {
    /// The first check is due.
    Due,
    /// It failed: how, and when the next one is due.
    Failed { outcome: &'static str, next: Stamp },
}

struct VersionRow {
    number: String,
    href: String,
    /// The comparison with the version before.
    diff: Option<String>,
    first_seen: Stamp,
    /// How long after the version before.
    later: Option<String>,
    title: String,
    words: String,
}

struct SightingRow {
    version: String,
    href: String,
    first_seen: Stamp,
    last_seen: Stamp,
    checks: String,
}

struct CheckRow {
    at: Stamp,
    outcome: &'static str,
    status: String,
    took: String,
    size: String,
    detail: String,
}

/// `/articles/{id}`
pub(crate) async fn show(
    State(site): State<Site>,
    visitor: &Visitor,
    id: &str,
) -> Result<Response, PageError> {
    let id = id.parse().map_err(|_| PageError::NotFound)?;
    let history = load(&site, id).await?;
    if let Some(into) = history.article.merged_into {
        return Ok(Redirect::permanent(&links::article(into)).into_response());
    }
    let mut page = ArticlePage::new(&history, site.now());
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

async fn load(site: &Site, id: ArticleId) -> Result<History, PageError> {
    let store = &site.store;
    Ok(History {
        article: shown(store.article(id).await?)?,
        versions: store.versions(id).await?,
        changes: store.changes(id).await?,
        sightings: store.sightings(id).await?,
        checks: store.checks(id, LAST_CHECKS).await?,
        addresses: store.addresses(id).await?,
        merged: merged(site, id).await?,
    })
}

async fn merged(site: &Site, id: ArticleId) -> Result<Vec<Merged>, PageError> {
    let mut merged = Vec::new();
    for (id, address) in site.store.merged_articles(id).await? {
        let versions = site.store.versions(id).await?;
        let changes = site.store.changes(id).await?;
        merged.push(Merged { id, address, versions, changes });
    }
    Ok(merged)
}

impl ArticlePage {
    fn new(history: &History, now: DateTime<Utc>) -> Self {
        let article = &history.article;
        let title = article.title.clone().unwrap_or_else(|| article.address.to_string());
        let feed = links::article_feed(article.id);
        Self {
            layout: Layout::new(&title, Section::Articles)
                .with_feed(feed.clone(), format!("Changes of “{title}”")),
            controls: None,
            source: article.source_name.clone(),
            source_href: links::source(&article.source_slug),
            first_seen: Stamp::new(article.published_at.unwrap_or(article.first_seen_at)),
            checking: checking(article),
            address: article.address.to_string(),
            original: links::outbound(&article.address),
            changed_times: article.changes,
            feed,
            waiting: waiting(article, now),
            timeline: Timeline::new(article.id, &history.versions, &history.changes, None),
            changes: history.changes.iter().map(ChangeLine::new).collect(),
            versions: version_rows(article.id, &history.versions),
            sightings: history.sightings.iter().map(|run| sighting_row(article.id, run)).collect(),
            checks: history.checks.iter().map(check_row).collect(),
            addresses: address_rows(&history.addresses),
            merged: history.merged.iter().map(merged_block).collect(),
            title,
        }
    }
}

fn checking(article: &Article) -> Checking {
    match article.state {
        ArticleState::Dormant => Checking::Dormant,
        ArticleState::Gone => Checking::Gone(None),
        ArticleState::Watched | ArticleState::Hidden => {
            let next = Stamp::new(article.next_check_at);
            if article.is_gone { Checking::Gone(Some(next)) } else { Checking::Next(next) }
        }
    }
}

fn waiting(article: &Article, now: DateTime<Utc>) -> Option<Waiting> {
    match (article.head, article.last_outcome) {
        (Some(_), _) => None,
        (None, Some(outcome)) if article.next_check_at > now => Some(Waiting::Failed {
            outcome: wording::outcome(outcome),
            next: Stamp::new(article.next_check_at),
        }),
        (None, _) => Some(Waiting::Due),
    }
}

/// The latest version first.
fn version_rows(article: ArticleId, versions: &[VersionSummary]) -> Vec<VersionRow> {
    let before = std::iter::once(None).chain(versions.iter().map(Some));
    let mut rows: Vec<VersionRow> = versions
        .iter()
        .zip(before)
        .map(|(version, before)| VersionRow {
            number: version.number.to_string(),
            href: links::version(article, version.number),
            diff: before.map(|before| links::diff(article, before.number, version.number)),
            first_seen: Stamp::new(version.first_seen_at),
            later: before.map(|before| wording::span(version.first_seen_at - before.first_seen_at)),
            title: version.title.clone(),
            words: wording::grouped(version.words),
        })
        .collect();
    rows.reverse();
    rows
}

fn sighting_row(article: ArticleId, run: &Sighting) -> SightingRow {
    SightingRow {
        version: format!("Version {}", run.version),
        href: links::version(article, run.version),
        first_seen: Stamp::new(run.first_seen_at),
        last_seen: Stamp::new(run.last_seen_at),
        checks: wording::grouped(run.checks),
    }
}

/// One address alone is said above.
fn address_rows(known: &[KnownAddress]) -> Vec<AddressRow> {
    let row = |known: &KnownAddress| AddressRow {
        address: known.address.to_string(),
        how: match known.origin {
            AddressOrigin::Watched => "watched there",
            AddressOrigin::Moved => "moved address: the site leads there for good",
            AddressOrigin::Canonical => "the page calls it its own address",
        },
        since: Stamp::new(known.since),
    };
    if known.len() > 1 { known.iter().map(row).collect() } else { Vec::new() }
}

fn merged_block(merged: &Merged) -> MergedBlock {
    MergedBlock {
        address: merged.address.to_string(),
        changes: merged.changes.iter().map(ChangeLine::new).collect(),
        versions: version_rows(merged.id, &merged.versions),
    }
}

fn check_row(check: &Check) -> CheckRow {
    CheckRow {
        at: Stamp::new(check.at),
        outcome: wording::outcome(check.outcome),
        status: check.status.map(|status| status.to_string()).unwrap_or_default(),
        took: format!("{} ms", check.took.as_millis()),
        size: wording::size(check.bytes),
        detail: check.detail.clone().unwrap_or_default(),
    }
}
