//! Taking messages that are due out of the outbox, and writing what became of them.
//!
//! The lease is the webhook's, not the message's: so one message at a time is sent to a receiver,
//! whatever the number of processes. A process that dies, or whose record is lost, lets the lease
//! run out, and the message is sent again under its name: receivers get each at least once.

use chrono::{DateTime, TimeDelta, Utc};
use stet_core::webhook::SigningSecret;
use stet_core::{Address, WebhookId};

use super::{PauseReason, secret};
use crate::{Store, StoreError, SyndicatedChange, row};

/// How long what became of a message is kept.
pub const DELIVERIES_KEPT: TimeDelta = TimeDelta::days(30);

/// A message to be sent, under lease.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryClaim {
    /// The webhook.
    pub webhook: WebhookId,
    /// The fencing counter that a record must name.
    pub claim: i64,
    /// Where it is sent.
    pub address: Address,
    /// What it is signed with: the webhook's secret, and the one before while that is in use.
    pub secrets: Vec<SigningSecret>,
    /// Failed attempts of the webhook since the last one that succeeded.
    pub failures: u32,
    /// When the first of them was made.
    pub failing_since: Option<DateTime<Utc>>,
    /// The message's name: a UUID.
    pub id: String,
    /// When what it tells of happened.
    pub happened_at: DateTime<Utc>,
    /// How often it was sent already.
    pub attempts: u32,
    /// What it tells.
    pub message: Message,
}

/// What a message tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Message {
    /// That messages arrive.
    Test,
    /// A change.
    Change(Box<SyndicatedChange>),
    /// Of a change that may not be shown any more: it is not sent.
    Withdrawn,
}

/// What became of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivered {
    /// It was taken.
    Taken,
    /// It was not sent.
    Withdrawn,
    /// It was not taken.
    Failed {
        /// When it is sent again; `None`: no more.
        again_at: Option<DateTime<Utc>>,
        /// Until when its receiver is left alone.
        rest_until: DateTime<Utc>,
        /// Set where nothing more is to be sent to its receiver.
        pause: Option<PauseReason>,
    },
}

/// An attempt to send a message.
#[derive(Debug, Clone, Copy)]
pub struct Attempt<'a> {
    /// When it was made.
    pub at: DateTime<Utc>,
    /// The HTTP status, where there was an answer.
    pub status: Option<u16>,
    /// What was wrong, in words.
    pub error: Option<&'a str>,
    /// What became of it.
    pub delivered: Delivered,
}

impl Store {
    /// Takes messages that are due, one each of up to `limit` webhooks to which nobody is sending:
    /// of those that were served longest ago. The lease goes by the database's clock.
    pub async fn claim_deliveries(
        &self,
        now: DateTime<Utc>,
        limit: u32,
        lease: TimeDelta,
    ) -> Result<Vec<DeliveryClaim>, StoreError> {
        let rows = sqlx::query!(
            r#"
            with free as (
                select id
                from webhook
                where paused_at is null
                    and (lease_until is null or lease_until <= now())
                    and (not_before is null or not_before <= $1)
                    and exists (
                        select
                        from webhook_delivery
                        where webhook_id = webhook.id
                            and due_at <= $1
                    )
                order by attempted_at nulls first, id
                limit $2
                for no key update skip locked
            ),
            claimed as (
                update webhook
                set claim = claim + 1, lease_until = now() + $3, attempted_at = $1
                from free
                where webhook.id = free.id
                returning webhook.id, claim, url, secret, failures, failing_since,
                    case when old_secret_until > $1 then old_secret end as old_secret
            )
            select claimed.id as "webhook!", claimed.claim as "claim!", claimed.url as "url!",
                claimed.secret as "secret!", claimed.old_secret, claimed.failures as "failures!",
                claimed.failing_since, due.id::text as "id!", due.article_id as "article_id?",
                due.change as "change?", due.happened_at as "happened_at!",
                due.attempts as "attempts!"
            from claimed
            cross join lateral (
                select id, article_id, change, happened_at, attempts
                from webhook_delivery
                where webhook_id = claimed.id
                    and due_at <= $1
                order by due_at, happened_at, id
                limit 1
            ) as due
            "#,
            now,
            i64::from(limit),
            row::interval(lease),
        )
        .fetch_all(&self.pool)
        .await?;
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let keys: Vec<(i64, i32)> =
            rows.iter().filter_map(|due| due.article_id.zip(due.change)).collect();
        // Judged after the claim: what was hidden before it is not sent.
        let changes = self.changes_numbered(&keys).await?;
        rows.into_iter()
            .map(|due| {
                let secrets = std::iter::once(due.secret).chain(due.old_secret);
                Ok(DeliveryClaim {
                    webhook: row::id(due.webhook)?,
                    claim: due.claim,
                    address: row::address(&due.url)?,
                    secrets: secrets.map(secret).collect::<Result<_, _>>()?,
                    failures: row::count(due.failures),
                    failing_since: due.failing_since,
                    id: due.id,
                    happened_at: due.happened_at,
                    attempts: row::count(due.attempts),
                    message: match due.article_id.zip(due.change) {
                        None => Message::Test,
                        Some(key) => changes
                            .iter()
                            .find(|found| found.change.key() == key)
                            .map_or(Message::Withdrawn, |found| {
                                Message::Change(Box::new(found.clone()))
                            }),
                    },
                })
            })
            .collect()
    }

    /// Writes what became of a message and gives its webhook back, by one statement; says whether
    /// that was written: not if the claim was spent.
    pub async fn record_delivery(
        &self,
        claim: &DeliveryClaim,
        attempt: &Attempt<'_>,
    ) -> Result<bool, StoreError> {
        let (outcome, again_at, rest_until, pause) = match attempt.delivered {
            Delivered::Taken => ("delivered", None, None, None),
            Delivered::Withdrawn => ("withdrawn", None, None, None),
            Delivered::Failed { again_at, rest_until, pause } => {
                ("failed", again_at, Some(rest_until), pause)
            }
        };
        let written = sqlx::query!(
            r#"
            with released as (
                update webhook
                set lease_until = null,
                    failures = case $3
                        when 'delivered' then 0 when 'failed' then failures + 1 else failures end,
                    failing_since = case $3
                        when 'delivered' then null
                        when 'failed' then coalesce(failing_since, $4)
                        else failing_since
                    end,
                    delivered_at = case $3 when 'delivered' then $4 else delivered_at end,
                    not_before = case $3 when 'withdrawn' then not_before else $5 end,
                    paused_at = case when $6::text is null then paused_at
                        else coalesce(paused_at, $4) end,
                    pause_reason = coalesce(pause_reason, $6)
                where id = $1
                    and claim = $2
                    and lease_until is not null
                returning id
            )
            update webhook_delivery
            set attempts = attempts + ($3 <> 'withdrawn')::integer,
                attempted_at = case $3 when 'withdrawn' then attempted_at else $4 end,
                status = case $3 when 'withdrawn' then status else $7 end,
                error = $8,
                due_at = $9,
                finished_at = case when $9::timestamptz is null then $4 end,
                outcome = case when $9::timestamptz is null then $3 end
            from released
            where webhook_delivery.id = $10::text::uuid
            "#,
            claim.webhook.get(),
            claim.claim,
            outcome,
            attempt.at,
            rest_until,
            pause.map(PauseReason::as_str),
            attempt.status.map(i32::from).and_then(|status| i16::try_from(status).ok()),
            attempt.error.map(row::without_nul),
            again_at,
            claim.id,
        )
        .execute(&self.pool)
        .await?;
        Ok(written.rows_affected() > 0)
    }

    /// Lets go of what became of messages long ago, and of what waits for webhooks that have been
    /// paused as long; says of how many.
    pub async fn forget_deliveries(&self, now: DateTime<Utc>) -> Result<u64, StoreError> {
        let forgotten = sqlx::query!(
            r#"
            delete from webhook_delivery
            where finished_at < $1
                or (
                    due_at is not null
                    and webhook_id in (select id from webhook where paused_at < $1)
                )
            "#,
            now - DELIVERIES_KEPT,
        )
        .execute(&self.pool)
        .await?;
        Ok(forgotten.rows_affected())
    }
}
