//! What is exported to WARC files: snapshots, and the checks that saw the same bytes again.

use chrono::{DateTime, Utc};
use stet_core::{ArticleId, CheckOutcome};

use crate::{Store, StoreError, row};

/// What is to be exported; hidden articles never are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ExportScope {
    /// One article, with the histories that became part of it.
    pub article: Option<ArticleId>,
    /// The articles of the source with this name in addresses.
    pub source: Option<String>,
    /// What was fetched at this time or later.
    pub from: Option<DateTime<Utc>>,
    /// What was fetched before this time.
    pub to: Option<DateTime<Utc>>,
    /// Whether what others observed is exported too.
    pub with_observed: bool,
}

/// A check that saw what a snapshot holds once more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Repetition {
    /// When.
    pub at: DateTime<Utc>,
    /// The snapshot's number.
    pub snapshot: u32,
    /// Whether the site sent the same bytes; else it answered 304.
    pub is_same_body: bool,
}

impl Store {
    /// Up to `limit` articles after `after` with something to be exported, by their identifiers.
    pub async fn articles_to_export(
        &self,
        scope: &ExportScope,
        after: Option<ArticleId>,
        limit: u32,
    ) -> Result<Vec<ArticleId>, StoreError> {
        let found = sqlx::query_scalar!(
            r#"
            select article.id
            from article
            join source on source.id = article.source_id
            where article.id > $1
                and article.state <> 'hidden'
                and ($2::bigint is null or article.id = $2 or article.merged_into = $2)
                and ($3::text is null or source.slug = $3)
                and ($6 or article.observer is null)
                and exists (
                    select
                    from snapshot
                    where snapshot.article_id = article.id
                        and ($4::timestamptz is null or snapshot.fetched_at >= $4)
                        and ($5::timestamptz is null or snapshot.fetched_at < $5)
                )
            order by article.id
            limit $7
            "#,
            after.map_or(0, ArticleId::get),
            scope.article.map(ArticleId::get),
            scope.source,
            scope.from,
            scope.to,
            scope.with_observed,
            i64::from(limit),
        )
        .fetch_all(&self.pool)
        .await?;
        found.into_iter().map(row::id).collect()
    }

    /// The numbers of an article's snapshots in a span of time, in order.
    pub async fn snapshots_to_export(
        &self,
        article: ArticleId,
        scope: &ExportScope,
    ) -> Result<Vec<u32>, StoreError> {
        let found = sqlx::query_scalar!(
            r#"
            select number
            from snapshot
            where article_id = $1
                and ($2::timestamptz is null or fetched_at >= $2)
                and ($3::timestamptz is null or fetched_at < $3)
            order by number
            "#,
            article.get(),
            scope.from,
            scope.to,
        )
        .fetch_all(&self.pool)
        .await?;
        Ok(found.into_iter().map(row::count).collect())
    }

    /// The checks of an article that certainly saw the bytes of a snapshot again, in order: those
    /// that follow on the fetch of the snapshot with nothing between but others like them and
    /// failures. Of a page whose text stood among other surroundings, the bytes were not kept, and
    /// what repeats those repeats nothing that is stored. Checks are kept for 30 days.
    pub async fn repetitions(&self, article: ArticleId) -> Result<Vec<Repetition>, StoreError> {
        let checks = sqlx::query!(
            r#"
            select checked_at, outcome, is_same_body, snapshot.number as "snapshot?"
            from "check"
            left join snapshot on snapshot.article_id = "check".article_id
                and snapshot.fetched_at = checked_at
            where "check".article_id = $1
            order by claim, checked_at
            "#,
            article.get(),
        )
        .fetch_all(&self.pool)
        .await?;
        let mut repetitions = Vec::new();
        let mut standing: Option<u32> = None;
        for check in checks {
            let outcome = row::outcome(&check.outcome)?;
            match (outcome, standing) {
                (CheckOutcome::New | CheckOutcome::Changed, _) => {
                    standing = check.snapshot.map(row::count);
                }
                (CheckOutcome::NotModified, Some(snapshot)) => {
                    let at = check.checked_at;
                    repetitions.push(Repetition { at, snapshot, is_same_body: false });
                }
                (CheckOutcome::Unchanged, Some(snapshot)) if check.is_same_body => {
                    let at = check.checked_at;
                    repetitions.push(Repetition { at, snapshot, is_same_body: true });
                }
                (CheckOutcome::Unchanged, _) => standing = None,
                _ => {}
            }
        }
        Ok(repetitions)
    }
}
