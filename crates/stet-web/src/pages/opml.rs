//! All sources' feeds of changes, as a list that readers' programs take in.

use std::collections::HashSet;
use stet_words::{say, text};

use askama::Template;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};

use crate::Site;
use crate::cache::CachePolicy;
use crate::error::PageError;
use crate::links::{self, FeedAddress};
use crate::syndication::{FeedFormat, without_forbidden};

/// A list of feeds (OPML 2.0).
#[derive(Template)]
#[template(path = "sources.opml.xml")]
struct Opml {
    title: &'static str,
    feeds: Vec<Outline>,
}

struct Outline {
    name: String,
    feed: String,
    page: String,
}

/// `/sources.opml`
pub(crate) async fn show(State(site): State<Site>) -> Result<Response, PageError> {
    let sources = site.store.sources().await?;
    let feeds = site.store.feeds().await?;
    let with_feeds: HashSet<&str> = feeds.iter().map(|feed| feed.source_slug.as_str()).collect();
    let outline = |name: &str, feed: FeedAddress, page: String| Outline {
        name: without_forbidden(name),
        feed: links::absolute(&site.settings.base_url, &feed.of(FeedFormat::Rss)),
        page: links::absolute(&site.settings.base_url, &page),
    };
    let mut outlines =
        vec![outline(text("opml-stet-latest-changes"), links::latest_feed(&[]), links::latest())];
    // A publisher all of whose articles are hidden is not named.
    let shown = sources
        .iter()
        .filter(|source| source.articles > 0 || with_feeds.contains(source.slug.as_str()));
    outlines.extend(shown.map(|source| {
        let name = say("opml-stet-changes-of").with("source", &source.name).to_string();
        outline(&name, links::source_feed(&source.slug, &[]), links::source(&source.slug))
    }));
    let list = Opml { title: text("opml-stet-changes-of-all"), feeds: outlines };
    let body = list.render().map_err(|error| PageError::Internal(anyhow::Error::new(error)))?;
    let content_type = [(header::CONTENT_TYPE, "text/x-opml; charset=utf-8")];
    Ok((CachePolicy::Shared, content_type, body).into_response())
}
