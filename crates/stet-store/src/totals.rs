//! Counts for the foot of every page.

use crate::{Store, StoreError, row};

/// How much is watched and kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Totals {
    /// Publishers with an article that may be shown.
    pub sources: u32,
    /// Articles that may be shown.
    pub articles: u32,
    /// Their distinct texts.
    pub versions: u32,
}

impl Store {
    /// Counts what is watched and kept.
    pub async fn totals(&self) -> Result<Totals, StoreError> {
        let counted = sqlx::query!(
            r#"
            select count(distinct source_id) as "sources!", count(*) as "articles!",
                coalesce(sum(versions), 0)::bigint as "versions!"
            from article
            where state <> 'hidden'
                and observer is null
            "#
        )
        .fetch_one(&self.pool)
        .await?;
        Ok(Totals {
            sources: row::count(counted.sources),
            articles: row::count(counted.articles),
            versions: row::count(counted.versions),
        })
    }

    /// Whether the database answers at all.
    pub async fn ping(&self) -> Result<(), StoreError> {
        sqlx::query!("select 1 as one").fetch_one(&self.pool).await?;
        Ok(())
    }
}
