//! The latest changes of all articles.

use askama::Template;
use askama_web::WebTemplate;
use axum::extract::{Query, State};
use axum::response::IntoResponse;
use stet_store::{ChangeList, Totals};

use super::{Neighbours, PAGE_ROWS, Paging};
use crate::cache::CachePolicy;
use crate::change_line::ChangeLine;
use crate::error::PageError;
use crate::layout::{Layout, Section};
use crate::{Site, links};

#[derive(Template, WebTemplate)]
#[template(path = "latest.html")]
struct LatestPage {
    layout: Layout,
    /// Printed without grouping: other programs read the sentence.
    articles: u32,
    versions: u32,
    changes: Vec<ChangeLine>,
    feed: String,
    watch: String,
    neighbours: Neighbours,
}

/// `/` and `/versions?page=`
pub(crate) async fn show(
    State(site): State<Site>,
    Query(paging): Query<Paging>,
) -> Result<impl IntoResponse, PageError> {
    let page = paging.page()?;
    let list = site.store.latest_changes((page - 1) * PAGE_ROWS, PAGE_ROWS).await?;
    let totals = site.store.totals().await?;
    Ok((CachePolicy::Shared, LatestPage::new(page, &list, &totals)))
}

impl LatestPage {
    fn new(page: u32, list: &ChangeList, totals: &Totals) -> Self {
        let layout = Layout::new("Latest changes", Section::Latest)
            .with_totals(totals)
            .describing("What newspapers changed in their articles after publication".to_owned());
        Self {
            layout,
            articles: totals.articles,
            versions: totals.versions,
            changes: list.changes.iter().map(ChangeLine::new).collect(),
            feed: links::latest_feed(),
            watch: links::watch(),
            neighbours: Neighbours::new(page, list.has_more, links::latest_page),
        }
    }
}
