//! Webhooks: the addresses to which changes are posted, as editors set them.

pub(crate) mod claim;
pub(crate) mod delivery;
pub(crate) mod edit;
#[cfg(test)]
mod tests;

use std::str::FromStr;

use chrono::{DateTime, TimeDelta, Utc};
use stet_core::webhook::SigningSecret;
use stet_core::{Address, Kinds, SourceId, WebhookId};

use crate::{SourceName, Store, StoreError, row};

/// The longest name of a webhook, in characters. Source: the constraint `webhook_name_length`.
pub const MAX_WEBHOOK_NAME: usize = 80;

/// How long messages are signed with a replaced secret, too.
pub const OLD_SECRET_LIFE: TimeDelta = TimeDelta::days(1);

/// What an editor says of a webhook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewWebhook {
    /// What it is for.
    pub name: String,
    /// Where it posts.
    pub address: Address,
    /// What it posts.
    pub filter: WebhookFilter,
}

/// Which changes a webhook posts; by default all that may be shown. It takes what a feed with this
/// filter shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WebhookFilter {
    /// Those of any of these kinds; of all if there are none.
    pub kinds: Kinds,
    /// Those of one publisher.
    pub source: Option<SourceId>,
    /// Those that added and removed so many words together, or more.
    pub min_words: u32,
}

/// A webhook; its secret is [asked for](Store::webhook_secret) by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Webhook {
    /// Its identifier.
    pub id: WebhookId,
    /// What it is for.
    pub name: String,
    /// Where it posts.
    pub address: Address,
    /// What it posts.
    pub filter: WebhookFilter,
    /// The publisher that its filter names.
    pub source: Option<SourceName>,
    /// The name of the editor who made it; none where the session named nobody.
    pub editor: Option<String>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// Since when and why it posts nothing.
    pub pause: Option<(DateTime<Utc>, PauseReason)>,
    /// Failed attempts since the last one that succeeded.
    pub failures: u32,
    /// When the first of them was made.
    pub failing_since: Option<DateTime<Utc>>,
    /// When a message was taken last.
    pub delivered_at: Option<DateTime<Utc>>,
    /// How many messages wait.
    pub waiting: u32,
}

/// Why a webhook posts nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PauseReason {
    /// An editor paused it.
    Editor,
    /// Its receiver answered 410: it wants nothing more.
    Gone,
    /// Its receiver did nothing but fail for days.
    Failing,
}

impl PauseReason {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Editor => "editor",
            Self::Gone => "gone",
            Self::Failing => "failing",
        }
    }
}

impl FromStr for PauseReason {
    type Err = StoreError;

    fn from_str(word: &str) -> Result<Self, StoreError> {
        [Self::Editor, Self::Gone, Self::Failing]
            .into_iter()
            .find(|reason| reason.as_str() == word)
            .ok_or_else(|| StoreError::corrupt("reason of a pause", word))
    }
}

impl WebhookFilter {
    /// Its kinds as the database keeps them: none where all are meant.
    pub(crate) fn kinds_column(&self) -> Option<Vec<String>> {
        let kinds: Vec<String> = self.kinds.iter().map(|kind| kind.as_str().to_owned()).collect();
        (!kinds.is_empty()).then_some(kinds)
    }
}

impl Store {
    /// A webhook.
    pub async fn webhook(&self, id: WebhookId) -> Result<Option<Webhook>, StoreError> {
        Ok(self.find_webhooks(Some(id)).await?.pop())
    }

    /// All webhooks, by name.
    pub async fn webhooks(&self) -> Result<Vec<Webhook>, StoreError> {
        self.find_webhooks(None).await
    }

    async fn find_webhooks(&self, id: Option<WebhookId>) -> Result<Vec<Webhook>, StoreError> {
        let rows = sqlx::query!(
            r#"
            select webhook.id, webhook.name, webhook.url, webhook.kinds, webhook.min_words,
                source.id as "source_id?", source.slug as "source_slug?",
                source.name as "source_name?", editor.name as "editor?", webhook.created_at,
                webhook.paused_at, pause_reason, failures, failing_since, delivered_at,
                (
                    select count(*)
                    from webhook_delivery
                    where webhook_id = webhook.id
                        and due_at is not null
                ) as "waiting!"
            from webhook
            left join source on source.id = source_id
            left join editor on editor.id = editor_id
            where $1::bigint is null
                or webhook.id = $1
            order by lower(webhook.name)
            "#,
            id.map(WebhookId::get),
        )
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter()
            .map(|found| {
                let source = match (found.source_id, found.source_slug, found.source_name) {
                    (Some(id), Some(slug), Some(name)) => {
                        Some(SourceName { id: row::id(id)?, slug, name })
                    }
                    _ => None,
                };
                let reason =
                    found.pause_reason.as_deref().map(PauseReason::from_str).transpose()?;
                Ok(Webhook {
                    id: row::id(found.id)?,
                    name: found.name,
                    address: row::address(&found.url)?,
                    filter: WebhookFilter {
                        kinds: row::kinds(&found.kinds.unwrap_or_default())?,
                        source: source.as_ref().map(|source| source.id),
                        min_words: row::count(found.min_words),
                    },
                    source,
                    editor: found.editor,
                    created_at: found.created_at,
                    pause: found.paused_at.zip(reason),
                    failures: row::count(found.failures),
                    failing_since: found.failing_since,
                    delivered_at: found.delivered_at,
                    waiting: row::count(found.waiting),
                })
            })
            .collect()
    }

    /// What a webhook signs with; `None` if there is no such webhook.
    pub async fn webhook_secret(&self, id: WebhookId) -> Result<Option<SigningSecret>, StoreError> {
        let found = sqlx::query_scalar!("select secret from webhook where id = $1", id.get())
            .fetch_optional(&self.pool)
            .await?;
        found.map(secret).transpose()
    }
}

/// Reads a secret.
pub(crate) fn secret(bytes: Vec<u8>) -> Result<SigningSecret, StoreError> {
    let length = bytes.len();
    SigningSecret::new(bytes).ok_or_else(|| StoreError::corrupt("secret of length", length))
}
