//! Feeds that the site publishes, as RSS 2.0.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use askama::Template;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use stet_core::compare::{self, Comparison};
use stet_core::{ArticleId, Kinds};
use stet_store::Change;

use crate::cache::CachePolicy;
use crate::comparing::compare_aside;
use crate::error::PageError;
use crate::paragraph_lines::{self, Line};
use crate::pieces::Pieces;
use crate::{Site, links, wording};

/// How many changes a feed holds.
pub(crate) const FEED_ITEMS: u32 = 50;

/// How many changed paragraphs an item shows; the comparison's page shows all.
const MAX_PARAGRAPHS: usize = 40;

/// What an item's link is called.
const SIDE_BY_SIDE: &str = "Both versions side by side";

/// How many bytes of descriptions are kept ready.
const MAX_KEPT_BYTES: usize = 32 * 1024 * 1024;

/// Descriptions of changes that were made before. A change never changes, and whether it may be
/// shown is decided by the query that lists it: so nothing kept here is ever wrong.
#[derive(Debug, Default)]
pub(crate) struct DescriptionCache(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    descriptions: HashMap<(ArticleId, u32), Arc<str>>,
    bytes: usize,
}

impl DescriptionCache {
    fn get(&self, change: &Change) -> Option<Arc<str>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.descriptions.get(&(change.article, change.number)).cloned()
    }

    fn insert(&self, change: &Change, description: &Arc<str>) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.bytes + description.len() > MAX_KEPT_BYTES {
            *kept = Kept::default();
        }
        let key = (change.article, change.number);
        if kept.descriptions.insert(key, description.clone()).is_none() {
            kept.bytes += description.len();
        }
    }
}

/// A feed as it is printed.
#[derive(Debug, Template)]
#[template(path = "changes.rss.xml")]
pub(crate) struct Rss {
    pub(crate) title: String,
    pub(crate) description: String,
    /// The page that the feed belongs to, in full.
    pub(crate) link: String,
    /// The feed itself, in full.
    pub(crate) self_link: String,
    pub(crate) items: Vec<Item>,
}

/// A change in a feed.
#[derive(Debug)]
pub(crate) struct Item {
    title: String,
    link: String,
    guid: String,
    date: String,
    categories: Vec<&'static str>,
    /// HTML, which the feed's template escapes once more.
    description: Arc<str>,
}

impl Item {
    /// Shapes a change; its title is what `title` makes of it.
    pub(crate) async fn load(
        site: &Site,
        change: &Change,
        title: String,
    ) -> Result<Option<Self>, PageError> {
        let Some(description) = description(site, change).await? else { return Ok(None) };
        Ok(Some(Self {
            title,
            link: full_link(site, change),
            guid: format!("article-{}-change-{}", change.article, change.number),
            date: change.latest_at.to_rfc2822(),
            categories: change.kinds.iter().map(|kind| kind.as_str()).collect(),
            description,
        }))
    }
}

fn full_link(site: &Site, change: &Change) -> String {
    links::absolute(&site.settings.base_url, &links::change(change))
}

#[derive(Template)]
#[template(path = "parts/feed_item.html")]
struct Description {
    summary: String,
    headline: Option<Pieces>,
    standfirst: Option<Pieces>,
    lead_caption: Option<Pieces>,
    byline: Option<Pieces>,
    lines: Vec<Line>,
    more: Option<String>,
    link: String,
    link_text: &'static str,
}

/// The description of a change in HTML; `None` where it was hidden since it was listed.
async fn description(site: &Site, change: &Change) -> Result<Option<Arc<str>>, PageError> {
    if let Some(kept) = site.descriptions.get(change) {
        return Ok(Some(kept));
    }
    let old = site.store.version(change.article, change.from).await?;
    let new = site.store.version(change.article, change.to).await?;
    let Some((old, new)) = old.zip(new) else { return Ok(None) };
    let comparison = compare_aside(site, old.text, new.text).await?;
    let page = Description {
        link_text: if change.from == change.to { "The text that stood" } else { SIDE_BY_SIDE },
        ..Description::new(&comparison, &change.kinds, full_link(site, change))
    };
    let description: Arc<str> = page.render().map_err(unprintable)?.into();
    site.descriptions.insert(change, &description);
    Ok(Some(description))
}

impl Description {
    fn new(comparison: &Comparison, kinds: &Kinds, link: String) -> Self {
        let edited = |field: Option<&compare::FieldComparison>| {
            field.map(paragraph_lines::merged).filter(Pieces::is_edited)
        };
        let mut lines: Vec<Line> =
            paragraph_lines::lines(comparison).into_iter().filter(Line::is_changed).collect();
        let hidden = lines.len().saturating_sub(MAX_PARAGRAPHS);
        lines.truncate(MAX_PARAGRAPHS);
        Self {
            summary: compare::summary(kinds, &comparison.stats),
            headline: edited(Some(&comparison.title)),
            standfirst: edited(comparison.standfirst.as_ref()),
            lead_caption: edited(comparison.lead_caption.as_ref()),
            byline: edited(comparison.byline.as_ref()),
            lines,
            more: (hidden > 0).then(|| {
                wording::counted(hidden as u64, "further paragraph", "further paragraphs")
            }),
            link,
            link_text: SIDE_BY_SIDE,
        }
    }
}

impl IntoResponse for Rss {
    fn into_response(self) -> Response {
        match self.render() {
            Ok(feed) => {
                let content_type = [(header::CONTENT_TYPE, "application/rss+xml; charset=utf-8")];
                (CachePolicy::Shared, content_type, without_forbidden(&feed)).into_response()
            }
            Err(error) => unprintable(error).into_response(),
        }
    }
}

fn unprintable(error: askama::Error) -> PageError {
    PageError::Internal(anyhow::Error::new(error))
}

/// Drops the characters that XML forbids even as references (XML 1.0 §2.2). Done once, on the
/// whole feed: newspapers' texts may hold them, and templates let them through.
fn without_forbidden(xml: &str) -> String {
    let is_allowed = |c: &char| match c {
        '\t' | '\n' | '\r' => true,
        '\u{FFFE}' | '\u{FFFF}' => false,
        c => *c >= ' ',
    };
    xml.chars().filter(is_allowed).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_that_xml_forbids_are_dropped_and_no_others() {
        assert_eq!(
            without_forbidden("a\u{0}\u{b}\u{1b}\u{FFFE}b\t\n\u{85}é\u{10FFFF}"),
            "ab\t\n\u{85}é\u{10FFFF}"
        );
    }
}
