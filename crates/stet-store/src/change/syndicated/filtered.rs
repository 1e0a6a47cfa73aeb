//! Feeds that something filters: their statement is planned for what is asked.

use chrono::{DateTime, Utc};
use stet_core::ArticleId;

use super::{FEED_ITEMS, MAX_FEED_ITEMS, SyndicatedRow, SyndicatedScope};
use crate::change::list::{ChangeCursor, ChangeFilter};
use crate::{Store, StoreError, browsing, row};

impl Store {
    pub(super) async fn filtered(
        &self,
        scope: SyndicatedScope<'_>,
        filter: &ChangeFilter,
        behind: Option<ChangeCursor>,
        recent: DateTime<Utc>,
    ) -> Result<Vec<SyndicatedRow>, StoreError> {
        let kinds: Vec<String> = filter.kinds.iter().map(|kind| kind.as_str().to_owned()).collect();
        let mut transaction = self.pool.begin().await?;
        browsing::prepare(&mut transaction).await?;
        // Twice the same question with limits that the planner knows: it walks each in its order.
        let rows = sqlx::query_as!(
            SyndicatedRow,
            r#"
            with newest as materialized (
                select article_id, number
                from change
                where not is_technical
                    and not exists (
                        select from article as hidden
                        where hidden.id = change.article_id and hidden.state = 'hidden'
                    )
                    and not exists (
                        select from article as history
                        where history.id = change.article_id and history.observer is not null
                    )
                    and ($1::bigint is null or article_id = $1)
                    and ($2::text is null
                        or source_id = (select id from source where slug = $2))
                    and ($3::text[] is null or kinds && $3)
                    and ($4::timestamptz is null or latest_at >= $4)
                    and ($5::timestamptz is null or latest_at < $5)
                    and ($6::integer is null or words_changed >= $6)
                    and ($7::timestamptz is null
                        or (latest_at, article_id, number) < ($7, $8::bigint, $9::integer))
                order by latest_at desc, article_id desc, number desc
                limit $11
            ),
            recent as materialized (
                select article_id, number
                from change
                where not is_technical
                    and not exists (
                        select from article as hidden
                        where hidden.id = change.article_id and hidden.state = 'hidden'
                    )
                    and not exists (
                        select from article as history
                        where history.id = change.article_id and history.observer is not null
                    )
                    and ($1::bigint is null or article_id = $1)
                    and ($2::text is null
                        or source_id = (select id from source where slug = $2))
                    and ($3::text[] is null or kinds && $3)
                    and ($4::timestamptz is null or latest_at >= $4)
                    and ($5::timestamptz is null or latest_at < $5)
                    and ($6::integer is null or words_changed >= $6)
                    and ($7::timestamptz is null
                        or (latest_at, article_id, number) < ($7, $8::bigint, $9::integer))
                    and latest_at > $10::timestamptz
                order by latest_at desc, article_id desc, number desc
                limit $12
            ),
            listed as (
                select article_id, number from newest
                union
                select article_id, number from recent
            )
            select change.article_id, change.number,
                source.name as source_name, source.slug as source_slug,
                from_version, to_version, older.title as old_title, newer.title as new_title,
                earliest_at, latest_at, words_added, words_removed, paragraphs_edited,
                paragraphs_added, paragraphs_removed, paragraphs_moved, kinds,
                article.url, article.merged_into, newer.language, older.digest as old_digest,
                newer.digest as new_digest
            from listed
            join change on change.article_id = listed.article_id
                and change.number = listed.number
            join article on article.id = listed.article_id
            join source on source.id = change.source_id
            join version as older on older.article_id = listed.article_id
                and older.number = from_version
            join version as newer on newer.article_id = listed.article_id
                and newer.number = to_version
            order by latest_at desc, change.article_id desc, change.number desc
            "#,
            scope.article.map(ArticleId::get),
            scope.source.map(row::without_nul),
            Some(kinds).filter(|kinds| !kinds.is_empty()) as Option<Vec<String>>,
            filter.span.since,
            filter.span.until,
            Some(row::capped(filter.min_words)).filter(|&words| words > 0) as Option<i32>,
            behind.map(|cursor| cursor.latest_at),
            behind.map(|cursor| cursor.article.get()),
            behind.map(|cursor| row::capped(cursor.number)),
            recent,
            i64::from(FEED_ITEMS) + 1,
            i64::from(MAX_FEED_ITEMS) + 1,
        )
        .fetch_all(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(rows)
    }
}
