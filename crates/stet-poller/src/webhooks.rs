//! Posting what changed to webhooks, from the outbox that records of changes fill.
//!
//! It runs beside the visits. Each webhook is sent one message at a time, by whichever process took
//! it, and many are sent at once: a slow receiver holds up nobody else. A message is sent until it is
//! taken or has been tried for days, always under the same name.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use stet_core::webhook::{self, MessageHeaders, PAUSE_AFTER};
use stet_store::{Attempt, Delivered, DeliveryClaim, Message, PauseReason, Store, StoreError};
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::Clock;
use crate::fetch::{Fetcher, Posted, Posting};
use crate::worker::{chain, may_repeat};

/// How often it looks for messages that are due, while none ends.
const PERIOD: Duration = Duration::from_secs(2);

/// How many receivers are sent to at a time.
const PLACES: usize = 16;

/// The most time that a receiver has to take a message.
/// Source: Standard Webhooks, "Request timeouts": 15 to 30 s.
const DEADLINE: Duration = Duration::from_secs(15);

/// How long a claim holds: more than the deadline and the repetitions of a record.
const LEASE: TimeDelta = TimeDelta::minutes(2);

/// How often what was sent long ago is let go of.
const CLEANING: TimeDelta = TimeDelta::hours(1);

/// Makes the body of a message: JSON.
pub type Bodies = Arc<dyn Fn(&DeliveryClaim) -> Vec<u8> + Send + Sync>;

/// Sends the messages of the outbox.
#[derive(Clone)]
pub struct Webhooks {
    store: Store,
    fetcher: Fetcher,
    bodies: Bodies,
    clock: Clock,
}

/// An answer, or what was wrong without one.
type Answer = Result<Posted, String>;

impl Webhooks {
    /// What sends the messages of a store. Nothing is sent before it runs.
    #[must_use]
    pub fn new(store: Store, fetcher: Fetcher, bodies: Bodies, clock: Clock) -> Self {
        Self { store, fetcher, bodies, clock }
    }

    /// Sends whatever falls due until it is told to stop; then lets what is under way end.
    pub async fn run(self, stop: CancellationToken) {
        let mut sending = JoinSet::new();
        let mut clean_at = DateTime::UNIX_EPOCH;
        while !stop.is_cancelled() {
            if let Err(error) = self.start_due(&mut sending).await {
                tracing::warn!(error = chain(&error), "no webhook's messages could be read");
            }
            if (self.clock)() >= clean_at {
                clean_at = (self.clock)() + CLEANING;
                if let Err(error) = self.store.forget_deliveries((self.clock)()).await {
                    tracing::warn!(error = chain(&error), "old messages could not be let go of");
                }
            }
            tokio::select! {
                () = stop.cancelled() => {}
                () = tokio::time::sleep(PERIOD) => {}
                Some(ended) = sending.join_next() => log_panic(ended),
            }
        }
        let drained = async { while sending.join_next().await.is_some() {} };
        if timeout(DEADLINE * 2, drained).await.is_err() {
            tracing::warn!("messages to webhooks were cut off; they are sent again");
        }
    }

    /// Sends all that is due now, as long as there is something.
    #[cfg(test)]
    pub(crate) async fn send_due(&self) -> Result<(), StoreError> {
        let mut sending = JoinSet::new();
        loop {
            self.start_due(&mut sending).await?;
            match sending.join_next().await {
                Some(ended) => ended.expect("no panic"),
                None => return Ok(()),
            }
        }
    }

    /// Starts to send as many messages as there are places and webhooks that have one due.
    async fn start_due(&self, sending: &mut JoinSet<()>) -> Result<(), StoreError> {
        let places = u32::try_from(PLACES.saturating_sub(sending.len())).unwrap_or_default();
        if places == 0 {
            return Ok(());
        }
        for claim in self.store.claim_deliveries((self.clock)(), places, LEASE).await? {
            let webhooks = self.clone();
            sending.spawn(async move { webhooks.deliver(&claim).await });
        }
        Ok(())
    }

    /// Sends one message and writes down what became of it.
    async fn deliver(&self, claim: &DeliveryClaim) {
        let at = (self.clock)();
        if claim.message == Message::Withdrawn {
            let delivered = Delivered::Withdrawn;
            return self.record(claim, Attempt { at, status: None, error: None, delivered }).await;
        }
        let answer = self.send(claim, at).await;
        let status = answer.as_ref().ok().map(|posted| posted.status);
        let fault = fault(&answer);
        let delivered = match &fault {
            None => Delivered::Taken,
            Some(_) => failed(claim, &answer, at),
        };
        if let Some(error) = &fault {
            let (webhook, delivery) = (claim.webhook.get(), claim.id.as_str());
            tracing::warn!(
                webhook,
                delivery,
                error,
                ?delivered,
                "a webhook's message was not taken"
            );
        }
        self.record(claim, Attempt { at, status, error: fault.as_deref(), delivered }).await;
    }

    async fn send(&self, claim: &DeliveryClaim, at: DateTime<Utc>) -> Answer {
        let body = (self.bodies)(claim);
        let headers = MessageHeaders::new(format!("msg_{}", claim.id), at, &body, &claim.secrets);
        let posting = Posting {
            address: &claim.address,
            content_type: "application/json",
            headers: &[
                ("webhook-id", &headers.id),
                ("webhook-timestamp", &headers.timestamp),
                ("webhook-signature", &headers.signature),
            ],
            body,
            deadline: DEADLINE,
        };
        self.fetcher.post(posting).await.map_err(|error| error.to_string())
    }

    async fn record(&self, claim: &DeliveryClaim, attempt: Attempt<'_>) {
        let (webhook, delivery) = (claim.webhook.get(), claim.id.as_str());
        let mut attempts = 0;
        loop {
            match self.store.record_delivery(claim, &attempt).await {
                Ok(true) => return,
                Ok(false) => {
                    return tracing::warn!(
                        webhook,
                        delivery,
                        "a webhook's lease ran out meanwhile"
                    );
                }
                Err(error) if may_repeat(&error, &mut attempts).await => {}
                Err(error) => {
                    let error = chain(&error);
                    return tracing::error!(webhook, delivery, error, "it will be sent again");
                }
            }
        }
    }
}

fn log_panic(ended: Result<(), tokio::task::JoinError>) {
    if let Err(panic) = ended {
        tracing::error!(error = %panic, "a webhook's message could not be sent");
    }
}

/// What is wrong with an answer, in words; `None` where the message was taken.
fn fault(answer: &Answer) -> Option<String> {
    match answer.as_ref().map(|posted| posted.status) {
        Ok(200..=299) => None,
        Ok(status @ 300..=399) => Some(format!("it answered {status}; no redirect is followed")),
        Ok(410) => Some("it answered 410: it wants nothing more".to_owned()),
        Ok(status) => Some(format!("it answered {status}")),
        Err(error) => Some(error.clone()),
    }
}

/// When a message that was not taken is sent again, and what its receiver is spared.
fn failed(claim: &DeliveryClaim, answer: &Answer, at: DateTime<Utc>) -> Delivered {
    let retry_after = answer.as_ref().ok().and_then(|posted| posted.retry_after(at));
    let wants_nothing = answer.as_ref().is_ok_and(|posted| posted.status == 410);
    let pause = if wants_nothing {
        Some(PauseReason::Gone)
    } else if claim.failing_since.is_some_and(|since| at - since >= PAUSE_AFTER) {
        Some(PauseReason::Failing)
    } else {
        None
    };
    // Names are random: the first digits of one differ from those of others.
    let seed = claim.id.get(..8).and_then(|digits| u64::from_str_radix(digits, 16).ok());
    let wait = webhook::wait(claim.attempts + 1, seed.unwrap_or_default(), retry_after);
    Delivered::Failed {
        again_at: wait.filter(|_| !wants_nothing).map(|wait| at + wait),
        rest_until: at + webhook::rest(claim.failures + 1, retry_after),
        pause,
    }
}
