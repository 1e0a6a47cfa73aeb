//! One publisher: what its feeds are, how they are, and what of them is watched.

use askama::Template;
use askama_web::WebTemplate;
use axum::extract::State;
use axum::response::IntoResponse;
use stet_core::AddressFilter;
use stet_store::{Feed, Filtered, OutcomeCount, Rhythm, Source};
use stet_words::say;

use super::Named;
use super::source_settings::SourceStatus;
use super::sources::FeedRow;
use crate::cache::CachePolicy;
use crate::error::PageError;
use crate::layout::{Layout, Section};
use crate::outcome_rates::{self, OutcomeRates};
use crate::rhythm::RhythmPart;
use crate::syndication::FeedFormat;
use crate::{Site, links, wording};

#[derive(Template, WebTemplate)]
#[template(path = "source.html")]
struct SourcePage {
    layout: Layout,
    name: String,
    domain: String,
    articles: String,
    articles_href: String,
    versions: String,
    changes_href: String,
    status: SourceStatus,
    failing: Option<String>,
    rhythm: Option<RhythmPart>,
    rates: OutcomeRates,
    filter: Vec<String>,
    filter_href: String,
    feeds: Vec<FeedRow>,
    watch: String,
    /// What it changed, to be read elsewhere.
    feed: String,
}

/// `/sources/{slug}`
pub(crate) async fn show(
    State(site): State<Site>,
    Named(slug): Named<String>,
) -> Result<impl IntoResponse, PageError> {
    let (source, feeds) = load(&site, &slug).await?;
    let filter = site.store.filter(Filtered::Source(&slug)).await?.unwrap_or_default();
    let status = SourceStatus::find(&site, &slug).await?;
    let rhythm = site.store.rhythm(&slug, site.now()).await?;
    let since = outcome_rates::since(site.now());
    let counts = site.store.outcome_counts(Some(&slug), since).await?;
    let page = SourcePage::new(&source, &feeds, &filter, status, &rhythm, &counts);
    Ok((CachePolicy::Shared, page))
}

/// A publisher that has something to be shown, with its feeds.
pub(super) async fn load(site: &Site, slug: &str) -> Result<(Source, Vec<Feed>), PageError> {
    let mut sources = site.store.sources().await?;
    sources.retain(|source| source.slug == slug);
    let mut feeds = site.store.feeds().await?;
    feeds.retain(|feed| feed.source_slug == slug);
    match sources.pop() {
        // A publisher all of whose articles are hidden is not named.
        Some(source) if source.articles > 0 || !feeds.is_empty() => Ok((source, feeds)),
        _ => Err(PageError::NotFound),
    }
}

impl SourcePage {
    fn new(
        source: &Source,
        feeds: &[Feed],
        filter: &AddressFilter,
        status: SourceStatus,
        rhythm: &Rhythm,
        counts: &[OutcomeCount],
    ) -> Self {
        let feed = links::source_feed(&source.slug, &[]);
        let failing = feeds.iter().filter(|feed| feed.last_error.is_some()).count() as u64;
        Self {
            layout: Layout::new(&source.name, Section::Sources).with_feed(
                &feed,
                &say("source-changes-of").with("source", &source.name).to_string(),
            ),
            feed: feed.of(FeedFormat::Rss),
            name: source.name.clone(),
            status,
            domain: source.domain.clone(),
            articles: wording::counted(source.articles, "articles"),
            articles_href: links::articles_with(&[("source", &source.slug)]),
            versions: wording::counted(source.versions, "versions"),
            changes_href: links::latest_with(&[("source", &source.slug)]),
            failing: (failing > 0).then(|| wording::counted(failing, "feeds-are-failing")),
            rhythm: RhythmPart::new(rhythm),
            rates: OutcomeRates::new(&source.slug, counts),
            filter: filter_lines(filter),
            filter_href: links::source_filter(&source.slug),
            feeds: feeds.iter().map(FeedRow::new).collect(),
            watch: links::watch(),
        }
    }
}

/// A filter in words, a pattern a line.
pub(super) fn filter_lines(filter: &AddressFilter) -> Vec<String> {
    let only = filter
        .include
        .iter()
        .map(|pattern| say("source-only").with("pattern", pattern).to_string());
    only.chain(
        filter.exclude.iter().map(|pattern| say("source-not").with("pattern", pattern).to_string()),
    )
    .collect()
}
