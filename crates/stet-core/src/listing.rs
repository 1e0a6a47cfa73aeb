//! What articles are found in: a feed, a sitemap or a section page, read alike.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::Address;
use crate::address_filter::CompiledFilter;
use crate::extract::Page;
use crate::feed::{FeedEntry, FeedError, ReadFeed, read_feed};
use crate::section_page::{LinkRule, read_section_page};
use crate::sitemap::{Sitemap, looks_like_a_sitemap, read_sitemap};

/// What kind of thing articles are found in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FeedKind {
    /// RSS, Atom, RDF or JSON Feed.
    #[default]
    Feed,
    /// A sitemap, or an index of sitemaps.
    Sitemap,
    /// A page whose links are chosen by a [`LinkRule`].
    Section,
}

/// A word that names no kind of feed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("'{0}' is not a kind of feed")]
pub struct UnknownFeedKind(pub String);

impl FeedKind {
    /// The word for this kind in the database and on the command line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Feed => "feed",
            Self::Sitemap => "sitemap",
            Self::Section => "section",
        }
    }
}

impl fmt::Display for FeedKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for FeedKind {
    type Err = UnknownFeedKind;

    fn from_str(word: &str) -> Result<Self, UnknownFeedKind> {
        [Self::Feed, Self::Sitemap, Self::Section]
            .into_iter()
            .find(|kind| kind.as_str() == word)
            .ok_or_else(|| UnknownFeedKind(word.to_owned()))
    }
}

/// What was found in one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Listing {
    /// What it calls itself, with white space folded.
    pub title: Option<String>,
    /// Its articles, each address once.
    pub entries: Vec<FeedEntry>,
    /// The sitemaps that an index names. Each is a feed of its own.
    pub children: Vec<Address>,
}

impl From<ReadFeed> for Listing {
    fn from(feed: ReadFeed) -> Self {
        Self { title: feed.title, entries: feed.entries, children: Vec::new() }
    }
}

impl From<Sitemap> for Listing {
    fn from(sitemap: Sitemap) -> Self {
        match sitemap {
            Sitemap::Pages(entries) => Self { entries, ..Self::default() },
            Sitemap::Index(children) => Self { children, ..Self::default() },
        }
    }
}

/// Reads one of a known kind; `rule` chooses the links of a section page. Of more articles than can
/// be taken, those come first that all `filters` take; what they drop is listed, too.
pub fn read_listing(
    kind: FeedKind,
    rule: Option<&LinkRule>,
    filters: &[CompiledFilter],
    page: Page<'_>,
    now: DateTime<Utc>,
) -> Result<Listing, FeedError> {
    let is_wanted = |address: &Address| filters.iter().all(|filter| filter.takes(address));
    let sitemap = || read_sitemap(page.address, page.content_type, page.bytes, is_wanted, now);
    let feed = || read_feed(page.address, page.content_type, page.bytes);
    match kind {
        // A site may answer with a sitemap where it had a feed, and the other way.
        FeedKind::Feed if looks_like_a_sitemap(page.content_type, page.bytes) => {
            sitemap().map(Listing::from)
        }
        FeedKind::Feed => feed().map(Listing::from),
        FeedKind::Sitemap => sitemap()
            .map(Listing::from)
            .or_else(|error| feed().map(Listing::from).map_err(|_| error)),
        FeedKind::Section => {
            let section = read_section_page(page, rule.ok_or(FeedError::NoLinkRule)?)?;
            Ok(Listing { title: section.title, entries: section.entries, children: Vec::new() })
        }
    }
}

/// Tells by its content whether a body may be a feed or a sitemap; `None` for anything else, which
/// may be an article or a section page.
#[must_use]
pub fn recognise(page: Page<'_>) -> Option<FeedKind> {
    if looks_like_a_sitemap(page.content_type, page.bytes) {
        return Some(FeedKind::Sitemap);
    }
    let content_type = page.content_type.unwrap_or_default().to_ascii_lowercase();
    if ["xml", "rss", "atom", "json"].iter().any(|word| content_type.contains(word)) {
        return Some(FeedKind::Feed);
    }
    let start = String::from_utf8_lossy(&page.bytes[..page.bytes.len().min(512)]).to_lowercase();
    let is_feed = ["<?xml", "<rss", "<feed", "<rdf:rdf"].iter().any(|tag| start.contains(tag))
        || start.trim_start().starts_with('{');
    is_feed.then_some(FeedKind::Feed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(content_type: &str, body: &str) -> Option<FeedKind> {
        let address = Address::parse("https://news.example/x").unwrap();
        recognise(Page {
            address: &address,
            content_type: Some(content_type),
            bytes: body.as_bytes(),
        })
    }

    #[test]
    fn a_kind_is_recognised_by_its_content_whatever_the_site_calls_it() {
        let urlset = "<?xml version='1.0'?><!-- made today --><urlset></urlset>";
        assert_eq!(kind("text/html", urlset), Some(FeedKind::Sitemap));
        assert_eq!(kind("application/xml", "<sitemapindex/>"), Some(FeedKind::Sitemap));
        assert_eq!(kind("text/plain", "<rss version='2.0'>"), Some(FeedKind::Feed));
        assert_eq!(kind("application/feed+json", "{}"), Some(FeedKind::Feed));
        assert_eq!(kind("text/html", "<!doctype html><title>Hi</title>"), None);
    }

    #[test]
    fn a_feed_that_becomes_a_sitemap_is_read_and_the_other_way() {
        let address = Address::parse("https://news.example/x").unwrap();
        let found = |kind, body: &str| {
            let page = Page { address: &address, content_type: None, bytes: body.as_bytes() };
            let now = DateTime::UNIX_EPOCH;
            read_listing(kind, None, &[], page, now).map(|listing| listing.entries.len())
        };
        let sitemap = format!(
            "<!-- {} --><s:urlset xmlns:s='http://www.sitemaps.org/schemas/sitemap/0.9'>\
             <s:url><s:loc>https://news.example/1</s:loc></s:url></s:urlset>",
            "made today ".repeat(1_000)
        );
        let rss = "<rss version='2.0'><channel><item><link>https://news.example/1</link></item>\
                   </channel></rss>";
        for kind in [FeedKind::Feed, FeedKind::Sitemap] {
            assert_eq!(found(kind, &sitemap), Ok(1));
            assert_eq!(found(kind, rss), Ok(1));
        }
        assert_eq!(found(FeedKind::Feed, "<a/>"), Err(FeedError::NotAFeed));
        assert_eq!(found(FeedKind::Sitemap, "<a/>"), Err(FeedError::NotASitemap));
    }

    #[test]
    fn each_kind_has_one_word() {
        for kind in [FeedKind::Feed, FeedKind::Sitemap, FeedKind::Section] {
            assert_eq!(kind.as_str().parse(), Ok(kind));
        }
        assert!("page".parse::<FeedKind>().is_err());
    }
}
