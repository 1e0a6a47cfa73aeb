//! What lists have in common that readers filter and page through.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use stet_core::SourceId;

use crate::{Store, StoreError, row};

/// A span of time; an end that is not given is open.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Span {
    /// From this moment on.
    pub since: Option<DateTime<Utc>>,
    /// Before this moment.
    pub until: Option<DateTime<Utc>>,
}

impl Span {
    /// Whether it ends before it begins, so that no moment is in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.since.zip(self.until).is_some_and(|(since, until)| since >= until)
    }
}

/// A publisher as a filter names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceName {
    /// Its identifier.
    pub id: SourceId,
    /// Its name in addresses.
    pub slug: String,
    /// What readers know it by.
    pub name: String,
}

/// Postgres' code for a statement that ran into its time-out.
/// Source: `PostgreSQL` documentation, appendix A.
const QUERY_CANCELED: &str = "57014";

/// Lets a transaction's statements be planned for what is asked: which index finds it depends on how
/// common it is. None takes longer than a reader waits.
pub(crate) async fn prepare(connection: &mut PgConnection) -> Result<(), StoreError> {
    sqlx::query!(
        r#"
        select set_config('plan_cache_mode', 'force_custom_plan', true) as plans,
            set_config('enable_seqscan', 'on', true) as whole,
            set_config('enable_mergejoin', 'on', true) as merging,
            set_config('enable_hashjoin', 'on', true) as hashing,
            set_config('statement_timeout', '5000', true) as timeout
        "#
    )
    .fetch_one(connection)
    .await?;
    Ok(())
}

/// Whether a statement was stopped since it took too long.
pub(crate) fn took_too_long(error: &sqlx::Error) -> bool {
    error
        .as_database_error()
        .and_then(sqlx::error::DatabaseError::code)
        .is_some_and(|code| code == QUERY_CANCELED)
}

impl Store {
    /// The publishers with these names in addresses.
    pub async fn sources_named(&self, slugs: &[String]) -> Result<Vec<SourceName>, StoreError> {
        let rows = sqlx::query!("select id, slug, name from source where slug = any($1)", slugs)
            .fetch_all(&self.pool)
            .await?;
        rows.into_iter()
            .map(|source| {
                Ok(SourceName { id: row::id(source.id)?, slug: source.slug, name: source.name })
            })
            .collect()
    }

    /// Publishers by name, `limit` at most: for a form to choose from.
    pub async fn source_names(&self, limit: u32) -> Result<Vec<SourceName>, StoreError> {
        let rows = sqlx::query!(
            r#"
            select id, slug, name
            from source
            where exists (
                select
                from article
                where article.source_id = source.id
                    and article.state <> 'hidden'
            )
            order by name, id
            limit $1
            "#,
            i64::from(limit),
        )
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter()
            .map(|source| {
                Ok(SourceName { id: row::id(source.id)?, slug: source.slug, name: source.name })
            })
            .collect()
    }
}
