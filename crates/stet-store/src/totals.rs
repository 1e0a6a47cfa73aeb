//! Counts for the foot of every page. They come of the tallies, so that they cost the same however
//! much is kept.

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
            select count(*) filter (where articles > 0) as "sources!",
                coalesce(sum(articles), 0)::bigint as "articles!",
                coalesce(sum(versions), 0)::bigint as "versions!"
            from (
                select coalesce(sum(amount) filter (where kind = 'articles'), 0) as articles,
                    coalesce(sum(amount) filter (where kind = 'versions'), 0) as versions
                from (
                    select kind, source_id, amount
                    from tally
                    where kind in ('articles', 'versions')
                    union all
                    select kind, source_id, amount
                    from tally_delta
                    where kind in ('articles', 'versions')
                ) as part
                group by source_id
            ) as counted
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
