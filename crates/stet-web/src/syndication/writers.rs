//! A feed in each of its formats.

use askama::Template;
use chrono::DateTime;
use serde::Serialize;

use super::FeedFormat;
use super::answer::Feed;
use super::content::unprintable;
use super::item::{Item, moment};
use crate::error::PageError;

/// Source: JSON Feed 1.1, "Top-level".
const JSON_FEED_VERSION: &str = "https://jsonfeed.org/version/1.1";

#[derive(Template)]
#[template(path = "changes.rss.xml")]
struct Rss<'a> {
    feed: &'a Feed,
}

#[derive(Template)]
#[template(path = "changes.atom.xml")]
struct Atom<'a> {
    feed: &'a Feed,
    /// Every feed must say when it changed, even one in which nothing ever did.
    updated: String,
}

impl Feed {
    /// The feed in a format.
    pub(super) fn written(&self, format: FeedFormat) -> Result<String, PageError> {
        match format {
            FeedFormat::Rss => Rss { feed: self }.render().map_err(unprintable),
            FeedFormat::Atom => {
                let updated = moment(self.updated.unwrap_or(DateTime::UNIX_EPOCH));
                Atom { feed: self, updated }.render().map_err(unprintable)
            }
            FeedFormat::Json => serde_json::to_string(&JsonFeed::new(self))
                .map_err(|error| PageError::Internal(anyhow::Error::new(error))),
        }
    }
}

#[derive(Serialize)]
struct JsonFeed<'a> {
    version: &'static str,
    title: &'a str,
    home_page_url: &'a str,
    feed_url: &'a str,
    description: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_url: Option<&'a str>,
    language: &'static str,
    authors: [JsonAuthor<'a>; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    hubs: Vec<JsonHub<'a>>,
    items: Vec<JsonItem<'a>>,
}

#[derive(Serialize)]
struct JsonAuthor<'a> {
    name: &'a str,
}

#[derive(Serialize)]
struct JsonHub<'a> {
    r#type: &'static str,
    url: &'a str,
}

#[derive(Serialize)]
struct JsonItem<'a> {
    id: &'a str,
    url: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    external_url: Option<&'a str>,
    title: &'a str,
    summary: &'a str,
    content_html: &'a str,
    date_published: String,
    authors: [JsonAuthor<'a>; 1],
    tags: &'a [&'static str],
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<&'a str>,
}

impl<'a> JsonFeed<'a> {
    fn new(feed: &'a Feed) -> Self {
        let hub = feed.hub.iter();
        Self {
            version: JSON_FEED_VERSION,
            title: &feed.title,
            home_page_url: &feed.page,
            feed_url: &feed.own,
            description: &feed.description,
            next_url: feed.next.as_deref(),
            language: "en",
            authors: [JsonAuthor { name: "Stet" }],
            hubs: hub.map(|url| JsonHub { r#type: "WebSub", url }).collect(),
            items: feed.items.iter().map(JsonItem::new).collect(),
        }
    }
}

impl<'a> JsonItem<'a> {
    fn new(item: &'a Item) -> Self {
        Self {
            id: &item.id,
            url: &item.link,
            external_url: item.original.as_deref(),
            title: &item.title,
            summary: &item.summary,
            content_html: &item.html,
            date_published: item.moment(),
            authors: [JsonAuthor { name: &item.publisher }],
            tags: &item.kinds,
            language: item.language.as_deref(),
        }
    }
}
