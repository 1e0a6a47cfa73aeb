//! Snapshots as mementos (RFC 7089): what was stored of an address, by its time.

use chrono::{DateTime, Utc};
use stet_core::{Address, ArticleId};

use crate::snapshot::unpacked;
use crate::{Snapshot, Store, StoreError, Visible, row};

/// One stored snapshot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MementoKey {
    /// The article under which it is stored.
    pub article: ArticleId,
    /// Its number there.
    pub snapshot: u32,
    /// When its bytes were fetched, or captured by whoever observed them.
    pub captured_at: DateTime<Utc>,
}

impl Store {
    /// What is stored of an address, the earliest first: of the article that has or had it, with the
    /// histories that became part of that one or were observed by others.
    pub async fn mementos(
        &self,
        address: &Address,
    ) -> Result<Visible<Vec<MementoKey>>, StoreError> {
        let owner = sqlx::query!(
            r#"
            select article.id, article.state
            from address
            join article on article.id = address.article_id
            where address.url_digest = $1
            "#,
            &address.digest(),
        )
        .fetch_optional(&self.pool)
        .await?;
        let Some(owner) = owner else { return Ok(Visible::Missing) };
        if owner.state == "hidden" {
            return Ok(Visible::Hidden);
        }
        let rows = sqlx::query!(
            r#"
            select snapshot.article_id, snapshot.number, snapshot.fetched_at
            from article
            join snapshot on snapshot.article_id = article.id
            where (article.id = $1 or article.merged_into = $1)
                and article.state <> 'hidden'
            order by snapshot.fetched_at, snapshot.article_id, snapshot.number
            "#,
            owner.id,
        )
        .fetch_all(&self.pool)
        .await?;
        let keys = rows.into_iter().map(|stored| {
            Ok(MementoKey {
                article: row::id(stored.article_id)?,
                snapshot: row::count(stored.number),
                captured_at: stored.fetched_at,
            })
        });
        Ok(Visible::Shown(keys.collect::<Result<_, StoreError>>()?))
    }

    /// The bytes of one snapshot, whether a version rests on it or not; whether they may be shown was
    /// asked before.
    pub async fn snapshot_numbered(
        &self,
        article: ArticleId,
        number: u32,
    ) -> Result<Option<Snapshot>, StoreError> {
        let found = sqlx::query!(
            r#"
            select snapshot.fetched_at, snapshot.url, snapshot.redirects, snapshot.status,
                snapshot.headers, snapshot.body, snapshot.body_length,
                base.body as "base_body?", base.body_length as "base_length?"
            from snapshot
            left join snapshot as base on base.article_id = snapshot.article_id
                and base.number = snapshot.base
            where snapshot.article_id = $1
                and snapshot.number = $2
            "#,
            article.get(),
            row::capped(number),
        )
        .fetch_optional(&self.pool)
        .await?;
        let Some(stored) = found else { return Ok(None) };
        let base = stored.base_body.as_deref().zip(stored.base_length);
        let earlier = base.map(|(frame, length)| unpacked(frame, length, None)).transpose()?;
        Ok(Some(Snapshot {
            fetched_at: stored.fetched_at,
            address: row::address(&stored.url)?,
            redirects: row::json("redirects", stored.redirects)?,
            status: u16::try_from(stored.status).unwrap_or_default(),
            headers: row::json("headers", stored.headers)?,
            body: unpacked(&stored.body, stored.body_length, earlier.as_deref())?,
        }))
    }
}
