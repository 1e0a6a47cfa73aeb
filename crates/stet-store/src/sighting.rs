//! Sightings: unbroken runs of checks in which one version stood.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use stet_core::{ArticleId, VersionNumber};

use crate::{Store, StoreError, row};

/// A run of checks in which one version stood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sighting {
    /// The version that stood.
    pub version: VersionNumber,
    /// When it was seen first in this run.
    pub first_seen_at: DateTime<Utc>,
    /// When it was seen last.
    pub last_seen_at: DateTime<Utc>,
    /// How many checks saw it.
    pub checks: u32,
}

/// Lengthens a sighting by a check that saw the same version.
pub(crate) async fn extend(
    connection: &mut PgConnection,
    article: ArticleId,
    number: i32,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query!(
        r#"
        update sighting
        set last_seen_at = greatest(last_seen_at, $3), checks = checks + 1
        where article_id = $1
            and number = $2
        "#,
        article.get(),
        number,
        at,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Opens a sighting.
pub(crate) async fn insert(
    connection: &mut PgConnection,
    article: ArticleId,
    number: i32,
    version: i32,
    at: DateTime<Utc>,
    claim: i64,
) -> Result<(), StoreError> {
    sqlx::query!(
        r#"
        insert into sighting (article_id, number, version, first_seen_at, last_seen_at, claim)
        values ($1, $2, $3, $4, $4, $5)
        "#,
        article.get(),
        number,
        version,
        at,
        claim,
    )
    .execute(connection)
    .await?;
    Ok(())
}

impl Store {
    /// The sightings of an article that may be shown, in order.
    pub async fn sightings(&self, article: ArticleId) -> Result<Vec<Sighting>, StoreError> {
        let rows = sqlx::query!(
            r#"
            select version, sighting.first_seen_at, last_seen_at, checks
            from sighting
            join article on article.id = article_id
            where article_id = $1
                and article.state <> 'hidden'
            order by number
            "#,
            article.get(),
        )
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter()
            .map(|sighting| {
                Ok(Sighting {
                    version: row::version(sighting.version)?,
                    first_seen_at: sighting.first_seen_at,
                    last_seen_at: sighting.last_seen_at,
                    checks: row::count(sighting.checks),
                })
            })
            .collect()
    }
}
