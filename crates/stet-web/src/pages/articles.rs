//! The list of articles, by source and state.

use askama::Template;
use askama_web::WebTemplate;
use axum::extract::State;
use axum::response::IntoResponse;
use stet_store::{Article, ArticleFilter, ArticleState, Condition, FilteredArticles, Totals};
use stet_words::text;

use super::PAGE_ROWS;
use super::latest::Pager;
use crate::asked::Asked;
use crate::cache::CachePolicy;
use crate::error::PageError;
use crate::layout::{Layout, Section};
use crate::source_choice::SourceChoice;
use crate::wording::{self, Stamp};
use crate::{Site, cursor, links};

#[derive(Template, WebTemplate)]
#[template(path = "articles.html")]
struct ArticlesPage {
    layout: Layout,
    articles_watched: u32,
    versions_kept: u32,
    action: String,
    source: SourceChoice,
    conditions: Vec<ConditionOption>,
    is_filtered: bool,
    all: String,
    articles: Vec<ArticleLine>,
    watch: String,
    pager: Pager,
}

struct ConditionOption {
    value: &'static str,
    label: &'static str,
    is_chosen: bool,
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

/// `/articles?source=&state=&before=`
pub(crate) async fn show(
    State(site): State<Site>,
    asked: Asked,
) -> Result<impl IntoResponse, PageError> {
    let source = SourceChoice::load(&site, asked.one("source")).await?;
    let filter = ArticleFilter {
        source: source.found.as_ref().map(|source| source.id),
        condition: asked.one("state").map(condition).transpose()?,
    };
    let behind = asked.one(cursor::BEHIND).map(cursor::article).transpose()?;
    let list = if source.is_unknown() {
        FilteredArticles { articles: Vec::new(), next: None }
    } else {
        site.store.filtered_articles(filter, behind, PAGE_ROWS).await?
    };
    let totals = site.store.totals().await?;
    let pager = Pager {
        newest: behind.map(|_| links::articles_with(&asked.with(&["page", cursor::BEHIND], &[]))),
        older: list.next.as_ref().map(|next| {
            let place = cursor::of_article(next);
            let pairs = asked.with(&["page", cursor::BEHIND], &[(cursor::BEHIND, &place)]);
            links::articles_with(&pairs)
        }),
    };
    let page = ArticlesPage::new(filter, source, &list, &totals, pager);
    Ok((CachePolicy::Shared, page))
}

fn condition(word: &str) -> Result<Condition, PageError> {
    let found = Condition::ALL.into_iter().find(|condition| condition.as_str() == word);
    found.ok_or(PageError::Unreadable)
}

fn label(condition: Condition) -> &'static str {
    match condition {
        Condition::Watched => text("articles-watched"),
        Condition::Dormant => text("articles-no-longer-checked"),
        Condition::Removed => text("articles-removed-by-the"),
    }
}

impl ArticlesPage {
    fn new(
        filter: ArticleFilter,
        source: SourceChoice,
        list: &FilteredArticles,
        totals: &Totals,
        pager: Pager,
    ) -> Self {
        let option = |condition: Condition| ConditionOption {
            value: condition.as_str(),
            label: label(condition),
            is_chosen: filter.condition == Some(condition),
        };
        Self {
            layout: Layout::new(text("articles-articles"), Section::Articles).with_totals(totals),
            articles_watched: totals.articles,
            versions_kept: totals.versions,
            action: links::articles(1),
            is_filtered: filter.condition.is_some() || !source.value.is_empty(),
            source,
            conditions: Condition::ALL.into_iter().map(option).collect(),
            all: links::articles(1),
            articles: list.articles.iter().map(ArticleLine::new).collect(),
            watch: links::watch(),
            pager,
        }
    }
}

impl ArticleLine {
    fn new(article: &Article) -> Self {
        let state = match (article.state, article.head, article.last_outcome) {
            _ if article.is_removed() => Some(label(Condition::Removed)),
            (ArticleState::Dormant, ..) => Some(label(Condition::Dormant)),
            (_, None, None) => Some(text("articles-first-check-due")),
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
