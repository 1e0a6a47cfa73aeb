//! The list of articles.

use askama::Template;
use askama_web::WebTemplate;
use axum::extract::{Query, State};
use axum::response::IntoResponse;
use stet_store::{Article, ArticleList, ArticleState, Totals};

use super::{Neighbours, PAGE_ROWS, Paging};
use crate::cache::CachePolicy;
use crate::error::PageError;
use crate::layout::{Layout, Section};
use crate::wording::{self, Stamp};
use crate::{Site, links};

#[derive(Template, WebTemplate)]
#[template(path = "articles.html")]
struct ArticlesPage {
    layout: Layout,
    articles_watched: u32,
    versions_kept: u32,
    articles: Vec<ArticleLine>,
    watch: String,
    neighbours: Neighbours,
}

struct ArticleLine {
    href: String,
    title: String,
    source: String,
    source_href: String,
    versions: String,
    changes: String,
    last_changed: Option<Stamp>,
    first_seen: Stamp,
    /// What is done with it, where that is not the usual.
    state: Option<&'static str>,
}

/// `/articles?page=`
pub(crate) async fn show(
    State(site): State<Site>,
    Query(paging): Query<Paging>,
) -> Result<impl IntoResponse, PageError> {
    let page = paging.page()?;
    let list = site.store.articles((page - 1) * PAGE_ROWS, PAGE_ROWS).await?;
    let totals = site.store.totals().await?;
    Ok((CachePolicy::Shared, ArticlesPage::new(page, &list, &totals)))
}

impl ArticlesPage {
    fn new(page: u32, list: &ArticleList, totals: &Totals) -> Self {
        Self {
            layout: Layout::new("Articles", Section::Articles).with_totals(totals),
            articles_watched: totals.articles,
            versions_kept: totals.versions,
            articles: list.articles.iter().map(ArticleLine::new).collect(),
            watch: links::watch(),
            neighbours: Neighbours::new(page, list.has_more, links::articles),
        }
    }
}

impl ArticleLine {
    fn new(article: &Article) -> Self {
        let state = match (article.state, article.head, article.last_outcome) {
            (ArticleState::Dormant, ..) => Some("no longer checked"),
            _ if article.is_gone => Some("removed by the publisher"),
            (_, None, None) => Some("first check due"),
            (_, None, Some(outcome)) => Some(wording::outcome(outcome)),
            _ => None,
        };
        Self {
            href: links::article(article.id),
            title: article.title.clone().unwrap_or_else(|| article.address.to_string()),
            source: article.source_name.clone(),
            source_href: links::source(&article.source_slug),
            versions: wording::grouped(article.versions),
            changes: wording::grouped(article.changes),
            last_changed: article.last_changed_at.map(Stamp::new),
            first_seen: Stamp::new(article.first_seen_at),
            state,
        }
    }
}
