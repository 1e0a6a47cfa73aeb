//! Parting an article from the one that it became part of.

use stet_core::{Address, ArticleId, VersionNumber};

use crate::{Store, StoreError, row};

/// An article that became part of another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// The article.
    pub article: ArticleId,
    /// The one that it became part of.
    pub whole: ArticleId,
    /// The version of that one which stands.
    pub version: Option<VersionNumber>,
}

impl Store {
    /// The article that was visited at this address when it became part of another one.
    pub async fn part_at(&self, address: &Address) -> Result<Option<Part>, StoreError> {
        let found = sqlx::query!(
            r#"
            select part.id, whole.id as whole, whole.head_version
            from article as part
            join article as whole on whole.id = part.merged_into
            where part.url_digest = $1
                and part.observer is null
                and part.state <> 'hidden'
                and whole.state <> 'hidden'
            "#,
            &address.digest(),
        )
        .fetch_optional(&self.pool)
        .await?;
        let part = found.map(|found| {
            Ok(Part {
                article: row::id(found.id)?,
                whole: row::id(found.whole)?,
                version: found.head_version.map(row::version).transpose()?,
            })
        });
        part.transpose()
    }

    /// Makes an article one of its own again: its own address leads to it, and whoever watches that
    /// wakes it. Its other addresses, and what others saw of it, stay with the whole. Says whether it
    /// was part of that one still.
    pub async fn part(&self, part: Part) -> Result<bool, StoreError> {
        let mut transaction = self.pool.begin().await?;
        let parted = sqlx::query!(
            r#"
            update article
            set merged_into = null
            where id = $1
                and merged_into = $2
            returning url_digest
            "#,
            part.article.get(),
            part.whole.get(),
        )
        .fetch_optional(&mut *transaction)
        .await?;
        let Some(parted) = parted else { return Ok(false) };
        sqlx::query!(
            "update address set article_id = $1 where url_digest = $2 and article_id = $3",
            part.article.get(),
            parted.url_digest,
            part.whole.get(),
        )
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(true)
    }
}
