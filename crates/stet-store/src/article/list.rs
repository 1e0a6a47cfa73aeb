//! The list of articles, filtered and paged through.

use chrono::{DateTime, Utc};
use stet_core::{ArticleId, SourceId};

use super::{Article, ArticleRow};
use crate::{Store, StoreError, browsing};

/// Which articles are listed; by default all that may be shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ArticleFilter {
    /// Those of one publisher.
    pub source: Option<SourceId>,
    /// Those of which this is true.
    pub condition: Option<Condition>,
}

/// What may be true of an article.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Condition {
    /// It is checked on schedule, and stands.
    Watched,
    /// It did not change for so long that it is no longer checked.
    Dormant,
    /// Its publisher took it away.
    Removed,
}

impl Condition {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Watched, Self::Dormant, Self::Removed];

    /// The word for it in addresses.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Watched => "watched",
            Self::Dormant => "dormant",
            Self::Removed => "removed",
        }
    }
}

/// A place in the list: what is behind it is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ArticleCursor {
    /// When the article changed last; `None` if it never did.
    pub changed_at: Option<DateTime<Utc>>,
    /// The article.
    pub article: ArticleId,
}

/// One page of a filtered list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilteredArticles {
    /// The articles, the last changed first.
    pub articles: Vec<Article>,
    /// Where the list goes on, if it does.
    pub next: Option<ArticleCursor>,
}

impl Store {
    /// The articles that may be shown and that a filter takes, the last changed first: `limit` of them
    /// behind a place in the list.
    pub async fn filtered_articles(
        &self,
        filter: ArticleFilter,
        behind: Option<ArticleCursor>,
        limit: u32,
    ) -> Result<FilteredArticles, StoreError> {
        let is = |condition| filter.condition == Some(condition);
        let state = match filter.condition {
            Some(Condition::Watched) => Some("watched"),
            Some(Condition::Dormant) => Some("dormant"),
            Some(Condition::Removed) | None => None,
        };
        let mut transaction = self.pool.begin().await?;
        browsing::prepare(&mut transaction).await?;
        let rows = sqlx::query_as!(
            ArticleRow,
            r#"
            select article.id, url, merged_into, observer, state, article.title,
                source.name as source_name, source.slug as source_slug,
                source.paused_at as source_paused_at,
                null::timestamptz as "published_at?",
                first_seen_at, last_checked_at, last_changed_at, next_check_at,
                head_version, versions, changes, is_gone, failures, last_outcome
            from article
            join source on source.id = article.source_id
            where merged_into is null
                and state <> 'hidden'
                and ($1::bigint is null or source_id = $1)
                and ($2::text is null or state = $2)
                and (not $3 or is_gone or state = 'gone')
                and (not $4 or not is_gone)
                and ($5::bigint is null
                    or (coalesce(last_changed_at, '-infinity'), article.id)
                        < (coalesce($6::timestamptz, '-infinity'), $5))
            order by coalesce(last_changed_at, '-infinity') desc, article.id desc
            limit $7
            "#,
            filter.source.map(SourceId::get),
            state,
            is(Condition::Removed),
            is(Condition::Watched),
            behind.map(|cursor| cursor.article.get()),
            behind.and_then(|cursor| cursor.changed_at),
            i64::from(limit) + 1,
        )
        .fetch_all(&mut *transaction)
        .await?;
        transaction.commit().await?;
        let has_more = rows.len() > limit as usize;
        let articles: Vec<Article> = rows
            .into_iter()
            .take(limit as usize)
            .map(Article::try_from)
            .collect::<Result<_, _>>()?;
        let next = articles
            .last()
            .filter(|_| has_more)
            .map(|last| ArticleCursor { changed_at: last.last_changed_at, article: last.id });
        Ok(FilteredArticles { articles, next })
    }
}
