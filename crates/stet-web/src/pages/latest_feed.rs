//! The latest changes of all articles, as a feed.

use axum::extract::State;
use axum::response::IntoResponse;

use crate::error::PageError;
use crate::syndication::{FEED_ITEMS, Item, Rss};
use crate::{Site, links};

/// `/versions.rss`
pub(crate) async fn show(State(site): State<Site>) -> Result<impl IntoResponse, PageError> {
    let list = site.store.latest_changes(0, FEED_ITEMS).await?;
    let mut items = Vec::with_capacity(list.changes.len());
    for change in &list.changes {
        let title = format!("{}: {}", change.source_name, change.new_title);
        items.extend(Item::load(&site, change, title).await?);
    }
    let base = &site.settings.base_url;
    Ok(Rss {
        title: "Stet: latest changes".to_owned(),
        description: "What newspapers changed in their articles after publication".to_owned(),
        link: links::absolute(base, &links::latest()),
        self_link: links::absolute(base, &links::latest_feed()),
        items,
    })
}
