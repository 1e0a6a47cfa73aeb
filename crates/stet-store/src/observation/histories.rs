//! What readers are shown of others' histories.

use chrono::{DateTime, Utc};
use stet_core::{ArticleId, VersionNumber};

use crate::{Store, StoreError, row};

/// A history that somebody else saw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObservedHistory {
    /// The article that holds it.
    pub id: ArticleId,
    /// Who saw it.
    pub observer: String,
    /// Which text stood when, the earliest first.
    pub runs: Vec<ObservedRun>,
}

/// A run of captures that show one text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObservedRun {
    /// The version, of the observed history.
    pub version: VersionNumber,
    /// Its headline.
    pub title: String,
    /// When it was captured first in this run.
    pub first_seen_at: DateTime<Utc>,
    /// When it was captured last.
    pub last_seen_at: DateTime<Utc>,
    /// How many captures show it.
    pub captures: u32,
    /// Where the observer keeps the first of them.
    pub place: String,
    /// The version that Stet itself saw with the same text.
    pub same_as_own: Option<VersionNumber>,
}

impl Store {
    /// What others saw of an article that may be shown.
    pub async fn observed_histories(
        &self,
        of: ArticleId,
    ) -> Result<Vec<ObservedHistory>, StoreError> {
        let histories = sqlx::query!(
            r#"
            select id, observer as "observer!"
            from article
            where merged_into = $1
                and observer is not null
                and state <> 'hidden'
            order by first_seen_at, id
            "#,
            of.get(),
        )
        .fetch_all(&self.pool)
        .await?;
        let mut observed = Vec::with_capacity(histories.len());
        for history in histories {
            let id = row::id(history.id)?;
            let runs = self.observed_runs(of, id).await?;
            observed.push(ObservedHistory { id, observer: history.observer, runs });
        }
        Ok(observed)
    }

    async fn observed_runs(
        &self,
        of: ArticleId,
        history: ArticleId,
    ) -> Result<Vec<ObservedRun>, StoreError> {
        let rows = sqlx::query!(
            r#"
            select sighting.version, version.title, first_seen_at, last_seen_at, checks,
                observation.place,
                (
                    select min(own.number)
                    from version as own
                    where own.article_id = $2
                        and own.digest = version.digest
                        and own.same_as is null
                ) as own
            from sighting
            join version on version.article_id = sighting.article_id
                and version.number = sighting.version
            join observation on observation.article_id = sighting.article_id
                and observation.captured_at = sighting.first_seen_at
            where sighting.article_id = $1
            order by sighting.number
            "#,
            history.get(),
            of.get(),
        )
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter()
            .map(|run| {
                Ok(ObservedRun {
                    version: row::version(run.version)?,
                    title: run.title,
                    first_seen_at: run.first_seen_at,
                    last_seen_at: run.last_seen_at,
                    captures: row::count(run.checks),
                    place: run.place,
                    same_as_own: run.own.map(row::version).transpose()?,
                })
            })
            .collect()
    }
}
