//! The changes of one publisher's articles, as a feed.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use stet_store::SyndicatedScope;
use stet_words::say;

use crate::asked::Asked;
use crate::cursor::{self, BEHIND};
use crate::error::PageError;
use crate::syndication::{Channel, FeedAsked, FeedFormat, FeedRequest, respond};
use crate::{Site, links};

/// `/sources/{slug}.{rss,atom,json}?kinds=&min_words=&since=&until=`, `?before=`
pub(crate) async fn show(
    State(site): State<Site>,
    slug: &str,
    format: FeedFormat,
    asked: &Asked,
    headers: &HeaderMap,
) -> Result<Response, PageError> {
    let wanted = FeedAsked::read(asked)?;
    let before = asked.one(BEHIND);
    let behind = before.map(cursor::change).transpose()?;
    let scope = SyndicatedScope { source: Some(slug), article: None };
    let list = site.store.syndicated_changes(scope, &wanted.filter, behind, site.now()).await?;
    let address = links::source_feed(slug, &wanted.pairs());
    let request = FeedRequest { format, address, before, headers };
    let channel = async {
        let source = site.store.shown_source(slug).await?.ok_or(PageError::NotFound)?;
        Ok(Channel {
            title: say("source-feed-stet-changes-of").with("source", &source.name).to_string(),
            description: say("source-feed-what-changed-in")
                .with("source", &source.name)
                .to_string(),
            page: links::source(slug),
            names_publishers: false,
        })
    };
    respond(&site, request, list.into(), channel).await
}
