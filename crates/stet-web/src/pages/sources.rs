//! Publishers, and the feeds in which their articles are found.

use askama::Template;
use askama_web::WebTemplate;
use axum::extract::State;
use axum::response::IntoResponse;
use stet_core::LinkRule;
use stet_store::{Feed, OutcomeCount, Source, Totals};
use stet_words::{say, text};

use super::source::filter_lines;
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
    /// Lists of feeds, out and in.
    opml: String,
    import: String,
}

struct SourceBlock {
    slug: String,
    href: String,
    name: String,
    counts: String,
    feeds: Vec<FeedRow>,
    rates: OutcomeRates,
}

/// A feed in a list.
pub(super) struct FeedRow {
    pub(super) anchor: String,
    pub(super) kind: &'static str,
    /// How the links of a section page are chosen.
    pub(super) rule: Option<String>,
    pub(super) title: String,
    pub(super) address: String,
    pub(super) href: Option<String>,
    pub(super) articles_found: String,
    pub(super) last_checked: Option<Stamp>,
    pub(super) next_check: Stamp,
    pub(super) error: Option<String>,
    /// How often in a row it failed.
    pub(super) failures: String,
    /// Whether an index of sitemaps names it.
    pub(super) is_child: bool,
    pub(super) filter: Vec<String>,
    pub(super) filter_href: String,
    /// Where its settings are edited, but on the page where they are.
    pub(super) edit_href: Option<String>,
    /// Since when it is not read, for its own sake or its source's.
    pub(super) paused: Option<Stamp>,
}

/// `/sources`
pub(crate) async fn show(State(site): State<Site>) -> Result<impl IntoResponse, PageError> {
    let sources = site.store.sources().await?;
    let feeds = site.store.feeds().await?;
    let counts = site.store.outcome_counts(None, outcome_rates::since(site.now())).await?;
    let totals = site.store.totals().await?;
    Ok((CachePolicy::Shared, SourcesPage::new(&sources, &feeds, &counts, &totals)))
}

impl SourcesPage {
    fn new(sources: &[Source], feeds: &[Feed], counts: &[OutcomeCount], totals: &Totals) -> Self {
        Self {
            layout: Layout::new(text("sources-sources"), Section::Sources).with_totals(totals),
            sources: sources
                .iter()
                .map(|source| SourceBlock::new(source, feeds, counts))
                // A publisher all of whose articles are hidden is not named.
                .filter(|block| !block.is_empty())
                .collect(),
            watch: links::watch(),
            opml: links::sources_opml(),
            import: links::import_feeds(),
        }
    }
}

impl SourceBlock {
    fn new(source: &Source, feeds: &[Feed], counts: &[OutcomeCount]) -> Self {
        let of_source = |feed: &&Feed| feed.source_slug == source.slug;
        Self {
            slug: source.slug.clone(),
            href: links::source(&source.slug),
            name: source.name.clone(),
            counts: if source.articles == 0 {
                String::new()
            } else {
                [
                    wording::counted(source.articles, "articles"),
                    wording::counted(source.versions, "versions"),
                ]
                .join(text("list-joint"))
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
    pub(super) fn new(feed: &Feed) -> Self {
        Self {
            anchor: format!("feed-{}", feed.id),
            kind: wording::feed_kind(feed.kind),
            rule: feed.links.as_ref().map(|rule| match rule {
                LinkRule::Selector(selector) => {
                    say("sources-links-by-the").with("selector", selector).to_string()
                }
                LinkRule::Pattern(pattern) => {
                    say("sources-links-by-the-pattern").with("pattern", pattern).to_string()
                }
            }),
            title: feed.title.clone().unwrap_or_else(|| feed.address.to_string()),
            address: feed.address.to_string(),
            href: links::outbound(&feed.address),
            articles_found: wording::counted(feed.articles_found, "articles-found"),
            last_checked: feed.last_checked_at.map(Stamp::new),
            next_check: Stamp::new(feed.next_check_at),
            error: feed.last_error.clone(),
            failures: wording::counted(feed.failures, "times"),
            is_child: feed.parent.is_some(),
            filter: filter_lines(&feed.filter),
            edit_href: Some(links::feed_settings(&feed.source_slug, feed.id)),
            paused: feed.paused_at.or(feed.source_paused_at).map(Stamp::new),
            filter_href: links::feed_filter(&feed.source_slug, feed.id),
        }
    }
}
