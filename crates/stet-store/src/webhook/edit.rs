//! What editors do to webhooks. Each deed is noted in the audit log by the transaction that does it.

use sqlx::PgConnection;
use stet_core::WebhookId;
use stet_core::webhook::SigningSecret;

use super::{NewWebhook, OLD_SECRET_LIFE, PauseReason, secret};
use crate::audit::{self, Action, Deed, Subject};
use crate::{EditorId, Store, StoreError, row};

/// How many bytes a secret has. Source: as many as its digests; Standard Webhooks asks for 24 to 64.
const SECRET_BYTES: usize = 32;

/// Draws a secret from the system's generator.
pub(crate) fn random_secret() -> Result<SigningSecret, StoreError> {
    let mut bytes = vec![0; SECRET_BYTES];
    getrandom::fill(&mut bytes)
        .map_err(|error| StoreError::corrupt("source of randomness:", error))?;
    secret(bytes)
}

impl Store {
    /// Makes a webhook with a secret of its own; `None` if there is one of that name, also in other
    /// letters' case.
    pub async fn add_webhook(
        &self,
        new: &NewWebhook,
        deed: Deed<'_>,
    ) -> Result<Option<WebhookId>, StoreError> {
        let secret = random_secret()?;
        let mut transaction = self.pool.begin().await?;
        let added = sqlx::query_scalar!(
            r#"
            insert into webhook (name, url, secret, source_id, kinds, min_words, editor_id, created_at)
            values ($1, $2, $3, $4, $5, $6, $7, $8)
            on conflict (lower(name)) do nothing
            returning id
            "#,
            row::without_nul(&new.name),
            new.address.as_str(),
            secret.bytes(),
            new.filter.source.map(stet_core::SourceId::get),
            new.filter.kinds_column() as Option<Vec<String>>,
            row::capped(new.filter.min_words),
            deed.actor.editor().map(EditorId::get),
            deed.at,
        )
        .fetch_optional(&mut *transaction)
        .await?;
        let Some(id) = added else { return Ok(None) };
        let subject = Subject::Webhook(&new.name);
        audit::note(&mut transaction, deed, Action::AddWebhook, subject).await?;
        transaction.commit().await?;
        Ok(Some(row::id(id)?))
    }

    /// Lets a webhook post other changes, elsewhere, under another name; says whether that was done:
    /// not if another one has the name, or there is no such webhook. What waits is posted to the new
    /// address.
    pub async fn set_webhook(
        &self,
        id: WebhookId,
        new: &NewWebhook,
        deed: Deed<'_>,
    ) -> Result<bool, StoreError> {
        let name = row::without_nul(&new.name);
        let set = sqlx::query_scalar!(
            r#"
            update webhook
            set name = $2, url = $3, source_id = $4, kinds = $5, min_words = $6
            where id = $1
            returning name
            "#,
            id.get(),
            name,
            new.address.as_str(),
            new.filter.source.map(stet_core::SourceId::get),
            new.filter.kinds_column() as Option<Vec<String>>,
            row::capped(new.filter.min_words),
        );
        let mut transaction = self.pool.begin().await?;
        let done = match set.fetch_optional(&mut *transaction).await {
            // Only the index knows of a name that is being given at this moment.
            Err(sqlx::Error::Database(error)) if error.is_unique_violation() => return Ok(false),
            done => done?,
        };
        self.note_webhook(transaction, deed, Action::SetWebhook, done).await
    }

    /// Lets a webhook post nothing; says whether it did. Changes of the time in which it is paused are
    /// not posted later; what waits already is.
    pub async fn pause_webhook(&self, id: WebhookId, deed: Deed<'_>) -> Result<bool, StoreError> {
        let mut transaction = self.pool.begin().await?;
        let done = sqlx::query_scalar!(
            r#"
            update webhook
            set paused_at = $2, pause_reason = $3
            where id = $1
                and paused_at is null
            returning name
            "#,
            id.get(),
            deed.at,
            PauseReason::Editor.as_str(),
        )
        .fetch_optional(&mut *transaction)
        .await?;
        self.note_webhook(transaction, deed, Action::PauseWebhook, done).await
    }

    /// Lets a paused webhook post again, as if it had never failed; says whether it was paused.
    pub async fn resume_webhook(&self, id: WebhookId, deed: Deed<'_>) -> Result<bool, StoreError> {
        let mut transaction = self.pool.begin().await?;
        let done = sqlx::query_scalar!(
            r#"
            update webhook
            set paused_at = null, pause_reason = null, failures = 0, failing_since = null,
                not_before = null
            where id = $1
                and paused_at is not null
            returning name
            "#,
            id.get(),
        )
        .fetch_optional(&mut *transaction)
        .await?;
        self.note_webhook(transaction, deed, Action::ResumeWebhook, done).await
    }

    /// Gives a webhook another secret; for [a while](OLD_SECRET_LIFE) it signs with the one before,
    /// too. Says whether there is such a webhook.
    pub async fn replace_webhook_secret(
        &self,
        id: WebhookId,
        deed: Deed<'_>,
    ) -> Result<bool, StoreError> {
        let secret = random_secret()?;
        let mut transaction = self.pool.begin().await?;
        let done = sqlx::query_scalar!(
            r#"
            update webhook
            set secret = $2, old_secret = secret, old_secret_until = $3
            where id = $1
            returning name
            "#,
            id.get(),
            secret.bytes(),
            deed.at + OLD_SECRET_LIFE,
        )
        .fetch_optional(&mut *transaction)
        .await?;
        self.note_webhook(transaction, deed, Action::ReplaceWebhookSecret, done).await
    }

    /// Removes a webhook with all that waits in its outbox; says whether there was such a webhook.
    pub async fn remove_webhook(&self, id: WebhookId, deed: Deed<'_>) -> Result<bool, StoreError> {
        let mut transaction = self.pool.begin().await?;
        let done =
            sqlx::query_scalar!("delete from webhook where id = $1 returning name", id.get())
                .fetch_optional(&mut *transaction)
                .await?;
        self.note_webhook(transaction, deed, Action::RemoveWebhook, done).await
    }

    /// Notes what was done to the webhook of this name, if it was; says whether it was.
    async fn note_webhook(
        &self,
        mut transaction: sqlx::Transaction<'_, sqlx::Postgres>,
        deed: Deed<'_>,
        action: Action,
        name: Option<String>,
    ) -> Result<bool, StoreError> {
        let Some(name) = name else { return Ok(false) };
        let connection: &mut PgConnection = &mut transaction;
        audit::note(connection, deed, action, Subject::Webhook(&name)).await?;
        transaction.commit().await?;
        Ok(true)
    }
}
