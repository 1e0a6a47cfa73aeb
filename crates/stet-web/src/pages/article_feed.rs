//! The changes of one article, as a feed.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use stet_core::ArticleId;
use stet_store::SyndicatedScope;
use stet_words::say;

use crate::asked::Asked;
use crate::cursor::{self, BEHIND};
use crate::error::{PageError, shown};
use crate::syndication::{Channel, FeedAsked, FeedFormat, FeedRequest, respond};
use crate::{Site, links};

/// `/articles/{id}.{rss,atom,json}?kinds=&min_words=&since=&until=`, `?before=`
pub(crate) async fn show(
    State(site): State<Site>,
    id: &str,
    format: FeedFormat,
    asked: &Asked,
    headers: &HeaderMap,
) -> Result<Response, PageError> {
    let id: ArticleId = id.parse().map_err(|_| PageError::NotFound)?;
    let wanted = FeedAsked::read(asked)?;
    let before = asked.one(BEHIND);
    let behind = before.map(cursor::change).transpose()?;
    let scope = SyndicatedScope { article: Some(id), source: None };
    let list = site.store.syndicated_changes(scope, &wanted.filter, behind, site.now()).await?;
    if list.changes.first().is_none_or(|entry| entry.merged_into.is_some()) {
        // It may be hidden, or another one may go on with its history.
        let article = shown(site.store.article(id).await?)?;
        if let Some(into) = article.merged_into {
            let feed = links::article_feed(into, &wanted.pairs()).of(format);
            return Ok(Redirect::permanent(&feed).into_response());
        }
    }
    let address = links::article_feed(id, &wanted.pairs());
    let request = FeedRequest { format, address, before, headers };
    let channel = async {
        let article = shown(site.store.article(id).await?)?;
        let title = article.title.unwrap_or_else(|| article.address.to_string());
        Ok(Channel {
            title: say("article-feed-changes-of").with("title", &title).to_string(),
            description: say("article-feed-what-changed-in")
                .with("source-name", &article.source_name)
                .to_string(),
            page: links::article(id),
            names_publishers: false,
        })
    };
    respond(&site, request, list.into(), channel).await
}
