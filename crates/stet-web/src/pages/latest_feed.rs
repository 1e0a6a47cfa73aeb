//! The latest changes of all articles, as a feed.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use stet_store::SyndicatedScope;
use stet_words::{say, text};

use crate::asked::Asked;
use crate::cursor::{self, BEHIND};
use crate::error::PageError;
use crate::syndication::{Channel, FeedAsked, FeedFormat, FeedRequest, respond};
use crate::{Site, links};

/// `/versions.{rss,atom,json}?kinds=&source=&min_words=&since=&until=`, `?before=`
pub(crate) async fn show(
    State(site): State<Site>,
    format: FeedFormat,
    asked: Asked,
    headers: HeaderMap,
) -> Result<Response, PageError> {
    let wanted = FeedAsked::read(&asked)?;
    let before = asked.one(BEHIND);
    let behind = before.map(cursor::change).transpose()?;
    let source = asked.one("source").map(str::to_lowercase);
    let scope = SyndicatedScope { source: source.as_deref(), article: None };
    let list = site.store.syndicated_changes(scope, &wanted.filter, behind, site.now()).await?;
    let mut pairs = wanted.pairs();
    pairs.extend(source.as_deref().map(|source| ("source", source)));
    let address = links::latest_feed(&pairs);
    let request = FeedRequest { format, address, before, headers: &headers };
    let channel = channel(&site, source.as_deref(), &pairs);
    respond(&site, request, list.into(), channel).await
}

async fn channel(
    site: &Site,
    source: Option<&str>,
    pairs: &[(&str, &str)],
) -> Result<Channel, PageError> {
    let mut title = text("latest-feed-stet-latest-changes").to_owned();
    if let Some(slug) = source {
        let found = site.store.sources_named(&[slug.replace('\0', "")]).await?.pop();
        let Some(found) = found else {
            return Err(PageError::NotUnderstood(
                say("latest-feed-there-is-no").with("slug", slug).to_string(),
            ));
        };
        title = say("latest-feed-of").with("title", &title).with("found", &found.name).to_string();
    }
    Ok(Channel {
        title,
        description: text("latest-feed-what-newspapers-changed").to_owned(),
        page: links::latest_with(pairs),
        names_publishers: true,
    })
}
