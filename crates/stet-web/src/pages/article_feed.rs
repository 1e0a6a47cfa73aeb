//! The changes of one article, as a feed.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use stet_core::ArticleId;

use crate::error::{PageError, shown};
use crate::syndication::{FEED_ITEMS, Item, Rss};
use crate::{Site, links};

/// `/articles/{id}.rss`
pub(crate) async fn show(State(site): State<Site>, id: &str) -> Result<Response, PageError> {
    let id: ArticleId = id.parse().map_err(|_| PageError::NotFound)?;
    let article = shown(site.store.article(id).await?)?;
    if let Some(into) = article.merged_into {
        return Ok(Redirect::permanent(&links::article_feed(into)).into_response());
    }
    let changes = site.store.changes(id).await?;
    let newest = changes.iter().filter(|change| !change.is_technical).take(FEED_ITEMS as usize);
    let mut items = Vec::new();
    for change in newest {
        items.extend(Item::load(&site, change, change.new_title.clone()).await?);
    }
    let base = &site.settings.base_url;
    let title = article.title.unwrap_or_else(|| article.address.to_string());
    Ok(Rss {
        title: format!("Changes of “{title}”"),
        description: format!("What {} changed in this article", article.source_name),
        link: links::absolute(base, &links::article(id)),
        self_link: links::absolute(base, &links::article_feed(id)),
        items,
    }
    .into_response())
}
