//! The changes of a feed: the newest ones, and none lost in a busy hour.

use chrono::{DateTime, TimeDelta, Utc};
use stet_core::ArticleId;

use super::list::{ChangeCursor, ChangeFilter};
use super::{Change, ChangeRow};
use crate::browsing::SourceName;
use crate::{Store, StoreError, row};

/// How many changes a feed holds, whatever their age.
pub const FEED_ITEMS: u32 = 50;

/// How long a change stays in a feed however many others come after it: readers' programs look once
/// an hour. Source: crates.io keeps its feeds so.
pub const FEED_SPAN: TimeDelta = TimeDelta::hours(1);

/// How many changes a feed holds at most; what is behind them stands on its next page.
pub const MAX_FEED_ITEMS: u32 = 500;

/// A change with what a feed tells of it besides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyndicatedChange {
    /// The change.
    pub change: Change,
    /// The article's address.
    pub url: String,
    /// The article that goes on with its history.
    pub merged_into: Option<ArticleId>,
    /// The language of the new text, as the page states it.
    pub language: Option<String>,
    /// The digests of both texts: a reading anew may replace a text under its number.
    pub digests: [Vec<u8>; 2],
}

/// One page of a feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyndicatedChanges {
    /// The changes, the latest first.
    pub changes: Vec<SyndicatedChange>,
    /// Where the feed goes on, if it may.
    pub next: Option<ChangeCursor>,
}

/// Which feed is asked for.
#[derive(Debug, Clone, Copy, Default)]
pub struct SyndicatedScope<'a> {
    /// That of one article.
    pub article: Option<ArticleId>,
    /// That of one publisher, by its name in addresses.
    pub source: Option<&'a str>,
}

/// A change that is news.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct News {
    /// The article.
    pub article: ArticleId,
    /// The change's number within it.
    pub number: u32,
    /// Its publisher's name in addresses.
    pub source_slug: String,
}

struct SyndicatedRow {
    article_id: i64,
    number: i32,
    source_name: String,
    source_slug: String,
    from_version: i32,
    to_version: i32,
    old_title: String,
    new_title: String,
    earliest_at: DateTime<Utc>,
    latest_at: DateTime<Utc>,
    words_added: i32,
    words_removed: i32,
    paragraphs_edited: i32,
    paragraphs_added: i32,
    paragraphs_removed: i32,
    paragraphs_moved: i32,
    kinds: Vec<String>,
    url: String,
    merged_into: Option<i64>,
    language: Option<String>,
    old_digest: Vec<u8>,
    new_digest: Vec<u8>,
}

impl TryFrom<SyndicatedRow> for SyndicatedChange {
    type Error = StoreError;

    fn try_from(found: SyndicatedRow) -> Result<Self, StoreError> {
        let change = ChangeRow {
            article_id: found.article_id,
            number: found.number,
            source_name: found.source_name,
            source_slug: found.source_slug,
            from_version: found.from_version,
            to_version: found.to_version,
            old_title: found.old_title,
            new_title: found.new_title,
            earliest_at: found.earliest_at,
            latest_at: found.latest_at,
            words_added: found.words_added,
            words_removed: found.words_removed,
            paragraphs_edited: found.paragraphs_edited,
            paragraphs_added: found.paragraphs_added,
            paragraphs_removed: found.paragraphs_removed,
            paragraphs_moved: found.paragraphs_moved,
            kinds: found.kinds,
            is_technical: false,
        };
        Ok(Self {
            change: change.try_into()?,
            url: found.url,
            merged_into: found.merged_into.map(row::id).transpose()?,
            language: found.language,
            digests: [found.old_digest, found.new_digest],
        })
    }
}

impl Store {
    /// One page of a feed: the newest [`FEED_ITEMS`] changes behind a place in the list, and all
    /// further ones that were seen within [`FEED_SPAN`] before `now`, at most [`MAX_FEED_ITEMS`].
    /// Technical changes are left out, and so is what may not be shown. `filter.source` is not
    /// looked at: the scope names the publisher.
    pub async fn syndicated_changes(
        &self,
        scope: SyndicatedScope<'_>,
        filter: &ChangeFilter,
        behind: Option<ChangeCursor>,
        now: DateTime<Utc>,
    ) -> Result<SyndicatedChanges, StoreError> {
        let recent = now - FEED_SPAN;
        if *filter == (ChangeFilter { source: filter.source, ..ChangeFilter::default() }) {
            return page(self.unfiltered(scope, behind, recent).await?, recent);
        }
        page(self.filtered(scope, filter, behind, recent).await?, recent)
    }

    /// The changes of articles at these moments, technical ones left out; each moment stands at its
    /// article's place.
    pub async fn changes_at(
        &self,
        articles: &[ArticleId],
        moments: &[DateTime<Utc>],
    ) -> Result<Vec<SyndicatedChange>, StoreError> {
        let articles: Vec<i64> = articles.iter().map(|article| article.get()).collect();
        let rows = sqlx::query_as!(
            SyndicatedRow,
            r#"
            select change.article_id, change.number,
                source.name as source_name, source.slug as source_slug,
                from_version, to_version, older.title as old_title, newer.title as new_title,
                earliest_at, latest_at, words_added, words_removed, paragraphs_edited,
                paragraphs_added, paragraphs_removed, paragraphs_moved, kinds,
                article.url, article.merged_into, newer.language, older.digest as old_digest,
                newer.digest as new_digest
            from (
                select distinct * from unnest($1::bigint[], $2::timestamptz[]) as moment (article, at)
            ) as asked
            join change on change.article_id = asked.article
                and change.latest_at = asked.at
            join article on article.id = change.article_id
            join source on source.id = change.source_id
            join version as older on older.article_id = change.article_id
                and older.number = from_version
            join version as newer on newer.article_id = change.article_id
                and newer.number = to_version
            where not is_technical
                and article.state <> 'hidden'
                and article.observer is null
            order by latest_at desc, change.article_id desc, change.number desc
            "#,
            &articles,
            moments,
        )
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter().map(SyndicatedChange::try_from).collect()
    }

    /// Which articles that may be shown changed since a moment, `limit` changes at most, the latest
    /// first; technical ones are left out.
    pub async fn news_since(
        &self,
        since: DateTime<Utc>,
        limit: u32,
    ) -> Result<Vec<News>, StoreError> {
        let rows = sqlx::query!(
            r#"
            select change.article_id, change.number, source.slug
            from change
            join article on article.id = change.article_id
            join source on source.id = change.source_id
            where not is_technical
                and article.state <> 'hidden'
                and article.observer is null
                and latest_at >= $1
            order by latest_at desc, change.article_id desc, change.number desc
            limit $2
            "#,
            since,
            i64::from(limit),
        )
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter()
            .map(|news| {
                Ok(News {
                    article: row::id(news.article_id)?,
                    number: row::count(news.number),
                    source_slug: news.slug,
                })
            })
            .collect()
    }

    /// A publisher of which anything may be shown, by its name in addresses.
    pub async fn shown_source(&self, slug: &str) -> Result<Option<SourceName>, StoreError> {
        let found = sqlx::query!(
            r#"
            select id, slug, name
            from source
            where slug = $1
                and (
                    exists (
                        select
                        from article
                        where article.source_id = source.id
                            and article.state <> 'hidden'
                    )
                    or exists (select from feed where feed.source_id = source.id)
                )
            "#,
            row::without_nul(slug),
        )
        .fetch_optional(&self.pool)
        .await?;
        found
            .map(|source| {
                Ok(SourceName { id: row::id(source.id)?, slug: source.slug, name: source.name })
            })
            .transpose()
    }
}

/// The rows that belong to a page: of those behind the first [`FEED_ITEMS`], the recent ones.
fn page(rows: Vec<SyndicatedRow>, recent: DateTime<Utc>) -> Result<SyndicatedChanges, StoreError> {
    let found = rows.len();
    let changes: Vec<SyndicatedChange> = rows
        .into_iter()
        .take(MAX_FEED_ITEMS as usize)
        .enumerate()
        .filter(|(place, row)| *place < FEED_ITEMS as usize || row.latest_at > recent)
        .map(|(_, row)| row.try_into())
        .collect::<Result<_, _>>()?;
    // A long page may be the last: whether anything is behind it was not asked.
    let may_go_on = found > FEED_ITEMS as usize;
    let next = changes.last().filter(|_| may_go_on).map(|last| ChangeCursor {
        latest_at: last.change.latest_at,
        article: last.change.article,
        number: last.change.number,
    });
    Ok(SyndicatedChanges { changes, next })
}

mod filtered;
mod numbered;
mod unfiltered;

#[cfg(test)]
mod tests;
