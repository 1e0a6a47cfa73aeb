//! The headlines that an article had, in the order in which they stood.

use chrono::{DateTime, Utc};
use stet_core::{ArticleId, VersionNumber};

use crate::{Store, StoreError, row};

/// An unbroken run of sightings with one headline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeadlineRun {
    /// The headline.
    pub title: String,
    /// The version that had it first in this run.
    pub version: VersionNumber,
    /// When it was seen first in this run.
    pub first_seen_at: DateTime<Utc>,
    /// When it was seen last in this run.
    pub last_seen_at: DateTime<Utc>,
}

impl Store {
    /// The last `limit` runs of headlines of an article that may be shown, in order. A headline
    /// that came back has several runs.
    pub async fn headline_runs(
        &self,
        article: ArticleId,
        limit: u32,
    ) -> Result<Vec<HeadlineRun>, StoreError> {
        let rows = sqlx::query!(
            r#"
            with seen as (
                select sighting.number, sighting.version, sighting.first_seen_at,
                    sighting.last_seen_at, version.title,
                    lag(version.title) over (order by sighting.number)
                        is distinct from version.title as is_other
                from sighting
                join article on article.id = sighting.article_id
                join version on version.article_id = sighting.article_id
                    and version.number = sighting.version
                where sighting.article_id = $1
                    and article.state <> 'hidden'
            ),
            numbered as (
                select seen.*, count(*) filter (where is_other) over (order by number) as run
                from seen
            )
            select min(title) as "title!", (array_agg(version order by number))[1] as "version!",
                min(first_seen_at) as "first_seen_at!", max(last_seen_at) as "last_seen_at!"
            from numbered
            group by run
            order by run desc
            limit $2
            "#,
            article.get(),
            i64::from(limit),
        )
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter()
            .rev()
            .map(|run| {
                Ok(HeadlineRun {
                    title: run.title,
                    version: row::version(run.version)?,
                    first_seen_at: run.first_seen_at,
                    last_seen_at: run.last_seen_at,
                })
            })
            .collect()
    }
}
