//! Taking articles from readers: hiding, bringing back, deleting for good.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use stet_core::{Address, ArticleId};

use crate::audit::{self, Action, Deed, Subject};
use crate::{Store, StoreError, wake};

/// How an article stands with its readers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It is shown.
    Shown,
    /// It is kept and not shown.
    Hidden,
    /// It was deleted for good.
    Deleted,
}

impl Store {
    /// How an article stands with its readers; `None` if there never was one.
    pub async fn standing(&self, id: ArticleId) -> Result<Option<Standing>, StoreError> {
        let found = sqlx::query_scalar!("select state from article where id = $1", id.get())
            .fetch_optional(&self.pool)
            .await?;
        Ok(match found.as_deref() {
            Some("hidden") => Some(Standing::Hidden),
            Some(_) => Some(Standing::Shown),
            None if self.is_deleted(id).await? => Some(Standing::Deleted),
            None => None,
        })
    }

    /// The headline that an article had last, for editors, who may see it of a hidden one too;
    /// `None` where there is no article or no text of it.
    pub async fn headline_for_editors(&self, id: ArticleId) -> Result<Option<String>, StoreError> {
        let found = sqlx::query_scalar!("select title from article where id = $1", id.get())
            .fetch_optional(&self.pool)
            .await?;
        Ok(found.flatten())
    }

    /// Whether what stands at an address is hidden.
    pub async fn is_hidden_at(&self, address: &Address) -> Result<bool, StoreError> {
        let is_hidden = sqlx::query_scalar!(
            r#"
            select exists (
                select
                from address
                join article on article.id = address.article_id
                where address.url_digest = $1
                    and article.state = 'hidden'
            ) as "found!"
            "#,
            &address.digest(),
        )
        .fetch_one(&self.pool)
        .await?;
        Ok(is_hidden)
    }

    /// Whether an article was deleted for good.
    pub(crate) async fn is_deleted(&self, id: ArticleId) -> Result<bool, StoreError> {
        let is_deleted = sqlx::query_scalar!(
            r#"select exists (select from deleted_article where id = $1) as "found!""#,
            id.get(),
        )
        .fetch_one(&self.pool)
        .await?;
        Ok(is_deleted)
    }

    /// Makes an article unfit to be shown, on every page, list and feed, with those that became
    /// part of it. Nothing is noted in the audit log: what editors do is [`Store::hide`].
    pub async fn hide_article(&self, id: ArticleId) -> Result<(), StoreError> {
        set_hidden(&mut *self.pool.acquire().await?, id).await?;
        Ok(())
    }

    /// Hides an article as [`Store::hide_article`] does, and notes who did; says whether it was
    /// shown before.
    pub async fn hide(&self, id: ArticleId, deed: Deed<'_>) -> Result<bool, StoreError> {
        let mut transaction = self.pool.begin().await?;
        let is_done = set_hidden(&mut transaction, id).await?;
        if is_done {
            let subject = Subject::Article(id);
            audit::note(&mut transaction, deed, Action::HideArticle, subject).await?;
        }
        transaction.commit().await?;
        Ok(is_done)
    }

    /// Shows a hidden article again, with those that became part of it, and goes on with each as
    /// before; says whether it was hidden.
    pub async fn bring_back(&self, id: ArticleId, deed: Deed<'_>) -> Result<bool, StoreError> {
        let mut transaction = self.pool.begin().await?;
        lock(&mut transaction, id).await?;
        let shown = sqlx::query!(
            r#"
            update article
            set state = hidden_from, hidden_from = null
            where (id = $1 or merged_into = $1)
                and state = 'hidden'
            "#,
            id.get(),
        )
        .execute(&mut *transaction)
        .await?;
        let is_done = shown.rows_affected() > 0;
        if is_done {
            let subject = Subject::Article(id);
            audit::note(&mut transaction, deed, Action::BringBackArticle, subject).await?;
            wake::notify(&mut transaction).await?;
        }
        transaction.commit().await?;
        Ok(is_done)
    }

    /// Deletes an article and all that was kept of it, with those that became part of it; says
    /// whether there was such an article. What stays is its number and, as digests, its addresses:
    /// no feed brings it back, only whoever adds it anew. A check that is under way finds its
    /// claim spent.
    pub async fn delete_for_good(&self, id: ArticleId, deed: Deed<'_>) -> Result<bool, StoreError> {
        let mut transaction = self.pool.begin().await?;
        let ids = lock(&mut transaction, id).await?;
        if ids.is_empty() {
            return Ok(false);
        }
        bury(&mut transaction, &ids, deed.at).await?;
        erase(&mut transaction, &ids).await?;
        audit::note(&mut transaction, deed, Action::DeleteArticle, Subject::Article(id)).await?;
        transaction.commit().await?;
        Ok(true)
    }
}

/// Locks an article with those that became part of it, in the order of their keys, as everybody
/// else who locks several. Whoever would record something waits, and then finds what was done.
async fn lock(connection: &mut PgConnection, id: ArticleId) -> Result<Vec<i64>, StoreError> {
    let ids = sqlx::query_scalar!(
        r#"
        select id
        from article
        where id = $1
            or merged_into = $1
        order by id
        for update
        "#,
        id.get(),
    )
    .fetch_all(connection)
    .await?;
    Ok(ids)
}

/// Says whether anything was shown before.
async fn set_hidden(connection: &mut PgConnection, id: ArticleId) -> Result<bool, StoreError> {
    let hidden = sqlx::query!(
        r#"
        update article
        set hidden_from = state, state = 'hidden'
        where (id = $1 or merged_into = $1)
            and state <> 'hidden'
        "#,
        id.get(),
    )
    .execute(connection)
    .await?;
    Ok(hidden.rows_affected() > 0)
}

/// Keeps the numbers and the digests of the addresses.
async fn bury(
    connection: &mut PgConnection,
    ids: &[i64],
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query!(
        "insert into deleted_article (id, deleted_at) select id, $2 from unnest($1::bigint[]) as id",
        ids,
        at,
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!(
        r#"
        insert into deleted_address (url_digest, deleted_id)
        select url_digest, article_id
        from address
        where article_id = any($1)
        union
        select url_digest, id
        from article
        where id = any($1)
            and not exists (select from address where address.url_digest = article.url_digest)
        on conflict (url_digest) do update
        set deleted_id = excluded.deleted_id
        "#,
        ids,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Removes every row of the articles, those that refer to others first.
async fn erase(connection: &mut PgConnection, ids: &[i64]) -> Result<(), StoreError> {
    // What was found at such an address holds a text, too.
    sqlx::query!(
        r#"
        delete from proposal
        where url in (
            select url from address where article_id = any($1)
            union
            select url from article where id = any($1)
        )
        "#,
        ids,
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!("delete from passage where article_id = any($1)", ids)
        .execute(&mut *connection)
        .await?;
    sqlx::query!("delete from observation where article_id = any($1)", ids)
        .execute(&mut *connection)
        .await?;
    sqlx::query!("delete from change where article_id = any($1)", ids)
        .execute(&mut *connection)
        .await?;
    sqlx::query!("delete from sighting where article_id = any($1)", ids)
        .execute(&mut *connection)
        .await?;
    sqlx::query!("delete from version where article_id = any($1)", ids)
        .execute(&mut *connection)
        .await?;
    sqlx::query!("delete from snapshot where article_id = any($1)", ids)
        .execute(&mut *connection)
        .await?;
    sqlx::query!("delete from paragraph where article_id = any($1)", ids)
        .execute(&mut *connection)
        .await?;
    sqlx::query!("delete from \"check\" where article_id = any($1)", ids)
        .execute(&mut *connection)
        .await?;
    sqlx::query!("delete from address where article_id = any($1)", ids)
        .execute(&mut *connection)
        .await?;
    sqlx::query!("delete from article where id = any($1)", ids).execute(connection).await?;
    Ok(())
}

/// Whether an article that stood at this address was deleted for good.
pub(crate) async fn is_buried(
    connection: &mut PgConnection,
    address: &Address,
) -> Result<bool, StoreError> {
    let found = sqlx::query_scalar!(
        r#"select exists (select from deleted_address where url_digest = $1) as "found!""#,
        &address.digest(),
    )
    .fetch_one(connection)
    .await?;
    Ok(found)
}

/// Lets an address be found again: somebody added it anew.
pub(crate) async fn unbury(
    connection: &mut PgConnection,
    address: &Address,
) -> Result<(), StoreError> {
    sqlx::query!("delete from deleted_address where url_digest = $1", &address.digest())
        .execute(connection)
        .await?;
    Ok(())
}

#[cfg(test)]
mod tests;
