//! Feeds that nothing filters, as most are: their statements are planned once, whatever they ask
//! for. So each scope has its own, the limits stand in them, and a first page begins behind all that there is.

use chrono::{DateTime, Utc};

use super::{FEED_ITEMS, MAX_FEED_ITEMS, SyndicatedRow, SyndicatedScope};
use crate::change::list::ChangeCursor;
use crate::{Store, StoreError, row};

// The limits in the statements: one more than a page holds, so that a next one is known of.
const _: () = assert!(FEED_ITEMS + 1 == 51 && MAX_FEED_ITEMS + 1 == 501);

/// A time, an article and a number: what is behind them is asked for.
type Place = (DateTime<Utc>, i64, i32);

/// The end of the year 9999: no change is seen later.
const LAST: DateTime<Utc> = match DateTime::from_timestamp(253_402_300_799, 0) {
    Some(last) => last,
    None => DateTime::UNIX_EPOCH,
};

impl Store {
    pub(super) async fn unfiltered(
        &self,
        scope: SyndicatedScope<'_>,
        behind: Option<ChangeCursor>,
        recent: DateTime<Utc>,
    ) -> Result<Vec<SyndicatedRow>, StoreError> {
        let at = behind.map_or(LAST, |cursor| cursor.latest_at);
        let article = behind.map_or(i64::MAX, |cursor| cursor.article.get());
        let number = behind.map_or(i32::MAX, |cursor| row::capped(cursor.number));
        match scope {
            SyndicatedScope { article: Some(id), .. } => {
                self.of_article(id.get(), (at, article, number), recent).await
            }
            SyndicatedScope { source: Some(slug), .. } => {
                self.of_source(slug, (at, article, number), recent).await
            }
            SyndicatedScope { article: None, source: None } => {
                self.of_all((at, article, number), recent).await
            }
        }
    }

    async fn of_all(
        &self,
        (at, article, number): Place,
        recent: DateTime<Utc>,
    ) -> Result<Vec<SyndicatedRow>, StoreError> {
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
                    and (latest_at, article_id, number) < ($1, $2, $3)
                order by latest_at desc, article_id desc, number desc
                limit 51
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
                    and (latest_at, article_id, number) < ($1, $2, $3)
                    and latest_at > $4
                order by latest_at desc, article_id desc, number desc
                limit 501
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
            at,
            article,
            number,
            recent,
        )
        .fetch_all(&self.pool)
        .await?;
        Ok(rows)
    }

    async fn of_source(
        &self,
        slug: &str,
        (at, article, number): Place,
        recent: DateTime<Utc>,
    ) -> Result<Vec<SyndicatedRow>, StoreError> {
        let rows = sqlx::query_as!(
            SyndicatedRow,
            r#"
            with newest as materialized (
                select article_id, number
                from change
                where not is_technical
                    and source_id = (select id from source where slug = $5)
                    and not exists (
                        select from article as hidden
                        where hidden.id = change.article_id and hidden.state = 'hidden'
                    )
                    and not exists (
                        select from article as history
                        where history.id = change.article_id and history.observer is not null
                    )
                    and (latest_at, article_id, number) < ($1, $2, $3)
                order by latest_at desc, article_id desc, number desc
                limit 51
            ),
            recent as materialized (
                select article_id, number
                from change
                where not is_technical
                    and source_id = (select id from source where slug = $5)
                    and not exists (
                        select from article as hidden
                        where hidden.id = change.article_id and hidden.state = 'hidden'
                    )
                    and not exists (
                        select from article as history
                        where history.id = change.article_id and history.observer is not null
                    )
                    and (latest_at, article_id, number) < ($1, $2, $3)
                    and latest_at > $4
                order by latest_at desc, article_id desc, number desc
                limit 501
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
            at,
            article,
            number,
            recent,
            row::without_nul(slug),
        )
        .fetch_all(&self.pool)
        .await?;
        Ok(rows)
    }

    async fn of_article(
        &self,
        id: i64,
        (at, article, number): Place,
        recent: DateTime<Utc>,
    ) -> Result<Vec<SyndicatedRow>, StoreError> {
        let rows = sqlx::query_as!(
            SyndicatedRow,
            r#"
            with newest as materialized (
                select article_id, number
                from change
                where not is_technical
                    and article_id = $5
                    and not exists (
                        select from article as hidden
                        where hidden.id = change.article_id and hidden.state = 'hidden'
                    )
                    and not exists (
                        select from article as history
                        where history.id = change.article_id and history.observer is not null
                    )
                    and (latest_at, article_id, number) < ($1, $2, $3)
                order by latest_at desc, article_id desc, number desc
                limit 51
            ),
            recent as materialized (
                select article_id, number
                from change
                where not is_technical
                    and article_id = $5
                    and not exists (
                        select from article as hidden
                        where hidden.id = change.article_id and hidden.state = 'hidden'
                    )
                    and not exists (
                        select from article as history
                        where history.id = change.article_id and history.observer is not null
                    )
                    and (latest_at, article_id, number) < ($1, $2, $3)
                    and latest_at > $4
                order by latest_at desc, article_id desc, number desc
                limit 501
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
            at,
            article,
            number,
            recent,
            id,
        )
        .fetch_all(&self.pool)
        .await?;
        Ok(rows)
    }
}
