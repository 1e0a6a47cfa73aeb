//! The outbox as editors see it, and what they put into it themselves.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use stet_core::{ArticleId, VersionNumber, WebhookId};

use crate::{Store, StoreError, row};

/// A message's name, as a form sends it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryId(String);

impl fmt::Display for DeliveryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for DeliveryId {
    type Err = ();

    /// Takes a UUID as Postgres writes it.
    fn from_str(text: &str) -> Result<Self, ()> {
        let is_well_formed = text.len() == 36
            && text.bytes().enumerate().all(|(place, byte)| match place {
                8 | 13 | 18 | 23 => byte == b'-',
                _ => byte.is_ascii_hexdigit(),
            });
        if is_well_formed { Ok(Self(text.to_owned())) } else { Err(()) }
    }
}

/// A message in the list of a webhook's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// Its name.
    pub id: DeliveryId,
    /// When what it tells of happened.
    pub happened_at: DateTime<Utc>,
    /// The change that it tells of; `None`: it is a test.
    pub subject: Option<DeliverySubject>,
    /// How often it was sent.
    pub attempts: u32,
    /// When it was sent last.
    pub attempted_at: Option<DateTime<Utc>>,
    /// The HTTP status of the last answer, where there was one.
    pub status: Option<u16>,
    /// What was wrong with the last attempt, in words.
    pub error: Option<String>,
    /// How it stands.
    pub state: DeliveryState,
}

/// What a message tells of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliverySubject {
    /// The article.
    pub article: ArticleId,
    /// The version that stood before.
    pub from: VersionNumber,
    /// The version that stood after.
    pub to: VersionNumber,
    /// The headline after; `None` where the article is hidden.
    pub title: Option<String>,
}

/// How a message stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeliveryState {
    /// It is sent at this time, or as soon as its webhook may send.
    Waiting(DateTime<Utc>),
    /// It was taken.
    Delivered,
    /// It was sent in vain, and is sent no more.
    Failed,
    /// It may not be shown any more, and was not sent.
    Withdrawn,
}

impl Store {
    /// The messages of a webhook, the latest first: `limit` of them.
    pub async fn deliveries(&self, id: WebhookId, limit: u32) -> Result<Vec<Delivery>, StoreError> {
        let rows = sqlx::query!(
            r#"
            select webhook_delivery.id::text as "id!", happened_at, attempts, attempted_at, status,
                error, due_at, outcome, webhook_delivery.article_id as "article_id?",
                from_version as "from_version?", to_version as "to_version?",
                case when article.state <> 'hidden' then newer.title end as title
            from webhook_delivery
            left join change on change.article_id = webhook_delivery.article_id
                and change.number = webhook_delivery.change
            left join article on article.id = change.article_id
            left join version as newer on newer.article_id = change.article_id
                and newer.number = to_version
            where webhook_id = $1
            order by happened_at desc, webhook_delivery.id
            limit $2
            "#,
            id.get(),
            i64::from(limit),
        )
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter()
            .map(|found| {
                let subject = match (found.article_id, found.from_version, found.to_version) {
                    (Some(article), Some(from), Some(to)) => Some(DeliverySubject {
                        article: row::id(article)?,
                        from: row::version(from)?,
                        to: row::version(to)?,
                        title: found.title,
                    }),
                    _ => None,
                };
                let state = match (found.due_at, found.outcome.as_deref()) {
                    (Some(due_at), _) => DeliveryState::Waiting(due_at),
                    (None, Some("delivered")) => DeliveryState::Delivered,
                    (None, Some("withdrawn")) => DeliveryState::Withdrawn,
                    (None, _) => DeliveryState::Failed,
                };
                Ok(Delivery {
                    id: DeliveryId(found.id),
                    happened_at: found.happened_at,
                    subject,
                    attempts: row::count(found.attempts),
                    attempted_at: found.attempted_at,
                    status: found.status.and_then(|status| u16::try_from(status).ok()),
                    error: found.error,
                    state,
                })
            })
            .collect()
    }

    /// Puts a test into a webhook's outbox; says whether there is such a webhook and it posts.
    pub async fn test_webhook(&self, id: WebhookId, at: DateTime<Utc>) -> Result<bool, StoreError> {
        let added = sqlx::query!(
            r#"
            insert into webhook_delivery (webhook_id, happened_at, due_at)
            select id, $2, $2
            from webhook
            where id = $1
                and paused_at is null
            for key share
            "#,
            id.get(),
            at,
        )
        .execute(&self.pool)
        .await?;
        Ok(added.rows_affected() > 0)
    }

    /// Sends a message of a webhook again that was sent in vain, under its name and with all its
    /// attempts; says whether there is such a one.
    pub async fn send_again(
        &self,
        webhook: WebhookId,
        id: &DeliveryId,
        at: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let set = sqlx::query!(
            r#"
            update webhook_delivery
            set due_at = $3, finished_at = null, outcome = null, attempts = 0
            where id = $1::text::uuid
                and webhook_id = $2
                and outcome = 'failed'
            "#,
            id.0,
            webhook.get(),
            at,
        )
        .execute(&self.pool)
        .await?;
        Ok(set.rows_affected() > 0)
    }
}
