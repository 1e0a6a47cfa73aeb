//! Publishers, and the feeds in which their articles are found.

use askama::Template;
use askama_web::WebTemplate;
use axum::extract::State;
use axum::response::IntoResponse;
use stet_store::{Feed, OutcomeCount, Source, Totals};

use crate::cache::CachePolicy;
use crate::error::PageError;
use crate::layout::{Layout, Section};
use crate::outcome_rates::{self, OutcomeRates};
use crate::wording::{self, Stamp};
use crate::{Site, links};

#[derive(Template, WebTemplate)]
#[template(path = "sources.html")]
struct SourcesPage {
    layout: Layout,
    sources: Vec<SourceBlock>,
    watch: String,
}

struct SourceBlock {
    slug: String,
    name: String,
    counts: String,
    feeds: Vec<FeedRow>,
    rates: OutcomeRates,
}

struct FeedRow {
    anchor: String,
    title: String,
    address: String,
    href: Option<String>,
    articles_found: String,
    last_checked: Option<Stamp>,
    next_check: Stamp,
    error: Option<String>,
}

/// `/sources`
pub(crate) async fn show(State(site): State<Site>) -> Result<impl IntoResponse, PageError> {
    let sources = site.store.sources().await?;
    let feeds = site.store.feeds().await?;
    let counts = site.store.outcome_counts(outcome_rates::since(site.now())).await?;
    let totals = site.store.totals().await?;
    Ok((CachePolicy::Shared, SourcesPage::new(&sources, &feeds, &counts, &totals)))
}

impl SourcesPage {
    fn new(sources: &[Source], feeds: &[Feed], counts: &[OutcomeCount], totals: &Totals) -> Self {
        Self {
            layout: Layout::new("Sources", Section::Sources).with_totals(totals),
            sources: sources
                .iter()
                .map(|source| SourceBlock::new(source, feeds, counts))
                // A publisher all of whose articles are hidden is not named.
                .filter(|block| !block.is_empty())
                .collect(),
            watch: links::watch(),
        }
    }
}

impl SourceBlock {
    fn new(source: &Source, feeds: &[Feed], counts: &[OutcomeCount]) -> Self {
        let of_source = |feed: &&Feed| feed.source_slug == source.slug;
        Self {
            slug: source.slug.clone(),
            name: source.name.clone(),
            counts: if source.articles == 0 {
                String::new()
            } else {
                format!(
                    "{}, {}",
                    wording::counted(source.articles, "article", "articles"),
                    wording::counted(source.versions, "version", "versions"),
                )
            },
            feeds: feeds.iter().filter(of_source).map(FeedRow::new).collect(),
            rates: OutcomeRates::new(&source.slug, counts),
        }
    }

    fn is_empty(&self) -> bool {
        self.counts.is_empty() && self.feeds.is_empty()
    }
}

impl FeedRow {
    fn new(feed: &Feed) -> Self {
        Self {
            anchor: format!("feed-{}", feed.id),
            title: feed.title.clone().unwrap_or_else(|| feed.address.to_string()),
            address: feed.address.to_string(),
            href: links::outbound(&feed.address),
            articles_found: wording::counted(
                feed.articles_found,
                "article found",
                "articles found",
            ),
            last_checked: feed.last_checked_at.map(Stamp::new),
            next_check: Stamp::new(feed.next_check_at),
            error: feed.last_error.clone(),
        }
    }
}
