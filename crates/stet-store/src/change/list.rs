//! The list of changes, filtered and paged through.

use chrono::{DateTime, Utc};
use stet_core::{ArticleId, Kinds, SourceId};

use super::{Change, ChangeRow};
use crate::browsing::{self, Span};
use crate::{Store, StoreError, row};

/// Which changes are listed; by default all that may be shown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ChangeFilter {
    /// Those of any of these kinds; of all if there are none.
    pub kinds: Kinds,
    /// Those of one publisher.
    pub source: Option<SourceId>,
    /// When they were seen.
    pub span: Span,
    /// Those that added and removed so many words together, or more.
    pub min_words: u32,
}

/// A place in the list: what is behind it is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChangeCursor {
    /// When the change was seen.
    pub latest_at: DateTime<Utc>,
    /// The article.
    pub article: ArticleId,
    /// The change's number within it.
    pub number: u32,
}

/// One page of a filtered list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilteredChanges {
    /// The changes, the latest first.
    pub changes: Vec<Change>,
    /// Where the list goes on, if it does.
    pub next: Option<ChangeCursor>,
}

impl Store {
    /// The changes that may be shown and that a filter takes, the latest first, technical ones left
    /// out: `limit` of them behind a place in the list.
    pub async fn filtered_changes(
        &self,
        filter: &ChangeFilter,
        behind: Option<ChangeCursor>,
        limit: u32,
    ) -> Result<FilteredChanges, StoreError> {
        let kinds: Vec<String> = filter.kinds.iter().map(|kind| kind.as_str().to_owned()).collect();
        let mut transaction = self.pool.begin().await?;
        browsing::prepare(&mut transaction).await?;
        let rows = sqlx::query_as!(
            ChangeRow,
            r#"
            with listed as materialized (
                select *
                from change
                where not is_technical
                    and not exists (
                        select
                        from article as hidden
                        where hidden.id = change.article_id
                            and (hidden.state = 'hidden' or hidden.observer is not null)
                    )
                    and ($1::text[] is null or kinds && $1)
                    and ($2::bigint is null or source_id = $2)
                    and ($3::timestamptz is null or latest_at >= $3)
                    and ($4::timestamptz is null or latest_at < $4)
                    and ($5::integer is null or words_changed >= $5)
                    and ($6::timestamptz is null
                        or (latest_at, article_id, number) < ($6, $7::bigint, $8::integer))
                order by latest_at desc, article_id desc, number desc
                limit $9
            )
            select listed.article_id as "article_id!", listed.number as "number!",
                source.name as source_name, source.slug as source_slug,
                from_version as "from_version!", to_version as "to_version!",
                older.title as old_title, newer.title as new_title,
                earliest_at as "earliest_at!", latest_at as "latest_at!",
                words_added as "words_added!", words_removed as "words_removed!",
                paragraphs_edited as "paragraphs_edited!", paragraphs_added as "paragraphs_added!",
                paragraphs_removed as "paragraphs_removed!", paragraphs_moved as "paragraphs_moved!",
                kinds as "kinds!", is_technical as "is_technical!"
            from listed
            join source on source.id = listed.source_id
            join version as older on older.article_id = listed.article_id
                and older.number = from_version
            join version as newer on newer.article_id = listed.article_id
                and newer.number = to_version
            order by latest_at desc, listed.article_id desc, listed.number desc
            "#,
            Some(kinds).filter(|kinds| !kinds.is_empty()) as Option<Vec<String>>,
            filter.source.map(SourceId::get),
            filter.span.since,
            filter.span.until,
            Some(row::capped(filter.min_words)).filter(|&words| words > 0) as Option<i32>,
            behind.map(|cursor| cursor.latest_at),
            behind.map(|cursor| cursor.article.get()),
            behind.map(|cursor| row::capped(cursor.number)),
            i64::from(limit) + 1,
        )
        .fetch_all(&mut *transaction)
        .await?;
        transaction.commit().await?;
        let has_more = rows.len() > limit as usize;
        let changes: Vec<Change> = rows
            .into_iter()
            .take(limit as usize)
            .map(Change::try_from)
            .collect::<Result<_, _>>()?;
        let next = changes.last().filter(|_| has_more).map(|last| ChangeCursor {
            latest_at: last.latest_at,
            article: last.article,
            number: last.number,
        });
        Ok(FilteredChanges { changes, next })
    }

    /// The place behind the first `count` changes of the whole list: where an old link by a page's
    /// number leads. `None` where there are not so many.
    pub async fn place_behind(&self, count: u32) -> Result<Option<ChangeCursor>, StoreError> {
        let Some(offset) = count.checked_sub(1) else { return Ok(None) };
        let found = sqlx::query!(
            r#"
            select latest_at, article_id, number
            from change
            where not is_technical
            order by latest_at desc, article_id desc, number desc
            offset $1
            limit 1
            "#,
            i64::from(offset),
        )
        .fetch_optional(&self.pool)
        .await?;
        found
            .map(|change| {
                Ok(ChangeCursor {
                    latest_at: change.latest_at,
                    article: row::id(change.article_id)?,
                    number: row::count(change.number),
                })
            })
            .transpose()
    }
}
