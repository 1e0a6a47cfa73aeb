//! Sightings and changes of an observed history, made anew of its captures in the order of their time.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use stet_core::{ArticleId, VersionNumber};

use super::lock;
use crate::change::NewChange;
use crate::record::Difference;
use crate::{Store, StoreError, change, row, sighting};

/// Captures of one text, one after the other.
struct Run {
    version: i32,
    first: DateTime<Utc>,
    last: DateTime<Utc>,
    captures: i32,
}

impl Store {
    /// The passages from text to text in an observed history as its captures tell it, each once.
    pub async fn observed_passages(
        &self,
        history: ArticleId,
    ) -> Result<Vec<(VersionNumber, VersionNumber)>, StoreError> {
        let mut connection = self.pool.acquire().await?;
        let runs = runs(&mut connection, history).await?;
        let mut passages = runs
            .windows(2)
            .map(|pair| Ok((row::version(pair[0].version)?, row::version(pair[1].version)?)))
            .collect::<Result<Vec<_>, StoreError>>()?;
        passages.sort_unstable();
        passages.dedup();
        Ok(passages)
    }

    /// Makes the sightings and changes of an observed history anew of its captures, with the
    /// differences of its [passages](Self::observed_passages). Says whether that was done: not if a
    /// capture that came meanwhile made another passage.
    pub async fn weave(
        &self,
        history: ArticleId,
        differences: &BTreeMap<(VersionNumber, VersionNumber), Difference>,
    ) -> Result<bool, StoreError> {
        let mut transaction = self.pool.begin().await?;
        let claim = lock(&mut transaction, history).await?;
        let runs = runs(&mut transaction, history).await?;
        sqlx::query!("delete from change where article_id = $1", history.get())
            .execute(&mut *transaction)
            .await?;
        sqlx::query!("delete from sighting where article_id = $1", history.get())
            .execute(&mut *transaction)
            .await?;
        let mut seen = Vec::new();
        for (number, run) in (0..).zip(&runs) {
            sighting::insert(&mut transaction, history, number, run.version, run.first, claim)
                .await?;
            lengthen(&mut transaction, history, number, run).await?;
            if let Some(before) =
                usize::try_from(number).ok().and_then(|at| runs.get(at.checked_sub(1)?))
            {
                let pair = (row::version(before.version)?, row::version(run.version)?);
                let Some(difference) = differences.get(&pair) else { return Ok(false) };
                let new = NewChange {
                    article: history,
                    from_sighting: number - 1,
                    to_sighting: number,
                    from_version: before.version,
                    to_version: run.version,
                    earliest_at: before.last,
                    latest_at: run.first,
                    is_reversion: seen.contains(&run.version),
                    is_upgrade: false,
                    difference,
                };
                change::insert(&mut transaction, new).await?;
            }
            seen.push(run.version);
        }
        sum_up(&mut transaction, history).await?;
        transaction.commit().await?;
        Ok(true)
    }
}

/// The captures of a history in the order of their time, those of one text together.
async fn runs(connection: &mut PgConnection, history: ArticleId) -> Result<Vec<Run>, StoreError> {
    let captures = sqlx::query!(
        r#"
        select captured_at, coalesce(version.same_as, version.number) as "version!"
        from observation
        join version on version.article_id = observation.article_id
            and version.number = observation.version
        where observation.article_id = $1
        order by captured_at
        "#,
        history.get(),
    )
    .fetch_all(connection)
    .await?;
    let mut runs: Vec<Run> = Vec::new();
    for capture in captures {
        let at = capture.captured_at;
        match runs.last_mut() {
            Some(run) if run.version == capture.version => {
                run.last = at;
                run.captures += 1;
            }
            _ => runs.push(Run { version: capture.version, first: at, last: at, captures: 1 }),
        }
    }
    Ok(runs)
}

async fn lengthen(
    connection: &mut PgConnection,
    history: ArticleId,
    number: i32,
    run: &Run,
) -> Result<(), StoreError> {
    sqlx::query!(
        r#"
        update sighting
        set last_seen_at = $3, checks = $4
        where article_id = $1
            and number = $2
        "#,
        history.get(),
        number,
        run.last,
        run.captures,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Lets the article that holds a history say what its rows say.
async fn sum_up(connection: &mut PgConnection, history: ArticleId) -> Result<(), StoreError> {
    sqlx::query!(
        r#"
        update article
        set head_sighting = last.number, head_version = last.version, title = version.title,
            first_seen_at = (
                select min(first_seen_at) from sighting where article_id = $1
            ),
            versions = (select count(*) from version where article_id = $1),
            changes = (
                select count(*) from change where article_id = $1 and not is_technical
            ),
            last_changed_at = (
                select max(latest_at) from change where article_id = $1 and not is_technical
            )
        from sighting as last
        join version on version.article_id = last.article_id and version.number = last.version
        where article.id = $1
            and last.article_id = $1
            and last.number = (select max(number) from sighting where article_id = $1)
        "#,
        history.get(),
    )
    .execute(connection)
    .await?;
    Ok(())
}
