//! One check of one article: fetch, extract, compare, record.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::Deserialize as _;
use stet_core::CheckOutcome;
use stet_core::extract::{Boilerplate, EXTRACTOR_REVISION, ExtractError, Knowledge, SiteRules};
use stet_core::robots::Robots;
use stet_core::schedule::Rhythm;
use stet_store::claim::{ArticleClaim, Lease};
use stet_store::record::{Body, Recorded, Seen, TriedOutline, Visit};
use stet_store::{NewSnapshot, Reading, Redirect, StoreError, UnchangedCheck};

use crate::analyst::NoAnswer;
use crate::fetch::{Accept, FetchError, Fetched, Request};
use crate::job::{Done, Target};
use crate::sight::{Shown, Sight, View};
use crate::worker::may_repeat;
use crate::{Poller, fetch};

/// Why a visit saw no text, in one word and in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failure {
    pub(crate) outcome: CheckOutcome,
    pub(crate) detail: String,
}

impl From<&FetchError> for Failure {
    fn from(error: &FetchError) -> Self {
        Self { outcome: error.outcome(), detail: error.to_string() }
    }
}

impl From<NoAnswer> for Failure {
    fn from(error: NoAnswer) -> Self {
        let outcome = match error {
            NoAnswer::TooSlow => CheckOutcome::TooComplex,
            NoAnswer::Busy | NoAnswer::Failed => CheckOutcome::Fault,
        };
        Self { outcome, detail: error.to_string() }
    }
}

impl From<ExtractError> for Failure {
    fn from(error: ExtractError) -> Self {
        let outcome = match error {
            ExtractError::NotHtml(_) => CheckOutcome::NotAPage,
            ExtractError::NotAnArticle(kind) => kind.into(),
            ExtractError::TooLarge { .. } => CheckOutcome::TooLarge,
            ExtractError::TooComplex => CheckOutcome::TooComplex,
            ExtractError::NoTitle | ExtractError::TooShort { .. } | ExtractError::Notice => {
                CheckOutcome::NoArticle
            }
        };
        Self { outcome, detail: error.to_string() }
    }
}

/// What the answer to a request means; `Ok` for one with a body to read.
pub(crate) fn judge_status(status: u16) -> Result<(), Failure> {
    let outcome = match status {
        // Nobody asked for a part, which 206 is.
        200..=205 | 207..=299 => return Ok(()),
        404 => CheckOutcome::NotFound,
        410 => CheckOutcome::Gone,
        401 | 402 | 403 | 451 => CheckOutcome::Forbidden,
        429 => CheckOutcome::TooManyRequests,
        206 | 500..=599 => CheckOutcome::ServerError,
        _ => CheckOutcome::ClientError,
    };
    let meaning = match outcome {
        CheckOutcome::NotFound => "there is no such page",
        CheckOutcome::Gone => "the page was taken away",
        CheckOutcome::Forbidden => "the site does not let Stet read it",
        CheckOutcome::TooManyRequests => "the site asks for fewer requests",
        CheckOutcome::ServerError if status == 206 => "the site sent a part of the page only",
        CheckOutcome::ServerError => "the site has a fault",
        _ => "the site refused the request",
    };
    Err(Failure { outcome, detail: format!("the site answered {status}: {meaning}") })
}

/// A number that differs between addresses and claims: the seed of their jitter.
pub(crate) fn jitter_seed(id: i64, lease: &Lease) -> u64 {
    id.unsigned_abs().rotate_left(32) ^ lease.claim.unsigned_abs()
}

impl Poller {
    /// Checks an article that was claimed.
    pub(crate) async fn check_article(
        &self,
        claim: &mut ArticleClaim,
        robots: Arc<Robots>,
    ) -> Result<Done, StoreError> {
        let at = self.now();
        let rhythm = rhythm_of(claim, at);
        let failures = claim.failures.saturating_add(1);
        let request = Request {
            // Validators are of use only while the text that they stand for is known.
            etag: claim.etag.clone().filter(|_| is_read_alike(claim)),
            last_modified: claim.last_modified.clone().filter(|_| is_read_alike(claim)),
            robots: Some(robots),
            ..Request::new(claim.address.clone(), Accept::Page)
        };
        let fetched = match self.visit(&request, &mut claim.lease).await? {
            Ok(fetched) => fetched,
            Err(error) => {
                let failure = Failure::from(&error);
                return self.record_no_answer(claim, &failure, error.took(), at).await;
            }
        };
        let shown = self.shown(claim, fetched, at).await?;
        let shown = self.own_page(claim, shown, &request, at).await?;
        let Shown { fetched, body_digest, view: View { mut sight, lead } } = shown;
        let claim = &*claim;
        let mut visit = Visit {
            at,
            status: Some(fetched.status),
            took: fetched.took,
            bytes: fetched.body.len(),
            detail: None,
        };
        let quiet_since = claim
            .last_changed_at
            .map_or(claim.watched_since, |changed| changed.max(claim.watched_since));
        let redirects = stored_redirects(&fetched);
        let mut lead = self.proven(claim, lead, &fetched.address).await?;
        if let (Sight::Text(_, Some(difference)), Some(lead)) = (&mut sight, &mut lead) {
            lead.tell(difference);
        }
        let seen = match &sight {
            Sight::Failure { failure, retry_after } => {
                visit.detail = Some(&failure.detail);
                let next = rhythm.after_failure(failures, *retry_after);
                Seen::Failure { outcome: failure.outcome, next }
            }
            Sight::NotModified => Seen::NotModified { next: rhythm.after_no_change(quiet_since) },
            Sight::SameBytes | Sight::SameOutline => {
                let next = rhythm.after_no_change(quiet_since);
                Seen::Unchanged {
                    read: None,
                    body: body_of(claim, &fetched, body_digest, claim.outline.as_ref()),
                    next,
                }
            }
            Sight::SameText(digest, outline) => {
                let next = rhythm.after_no_change(quiet_since);
                let read = Some((*digest, reading_for(claim)));
                Seen::Unchanged {
                    read,
                    body: body_of(claim, &fetched, body_digest, outline.as_ref()),
                    next,
                }
            }
            Sight::Text(text, _) | Sight::ShortText(text, ..) => Seen::Text {
                text,
                reading: reading_for(claim),
                snapshot: NewSnapshot {
                    fetched_at: at,
                    address: &fetched.address,
                    redirects: &redirects,
                    status: fetched.status,
                    headers: &fetched.headers,
                    body: &fetched.body,
                },
                body: body_of(claim, &fetched, body_digest, None),
                difference: match &sight {
                    Sight::Text(_, difference) => difference.as_ref(),
                    Sight::ShortText(_, difference, _) => Some(difference),
                    _ => None,
                },
                doubt: match &sight {
                    Sight::ShortText(.., words) => {
                        visit.detail = Some(words);
                        Some(rhythm.after_doubt())
                    }
                    _ => None,
                },
                next: match claim.first_period {
                    Some(period) => rhythm.every(period),
                    None => rhythm.after_change(),
                },
            },
        };
        let done = self.record(claim, visit, seen).await?;
        if let Some(lead) = lead {
            self.follow(claim, lead, &done, at).await?;
        }
        Ok(done)
    }

    /// Writes down that an article could not be visited, or may not be.
    pub(crate) async fn refuse_article(
        &self,
        claim: &ArticleClaim,
        failure: &Failure,
        at: DateTime<Utc>,
    ) -> Result<Done, StoreError> {
        self.record_no_answer(claim, failure, Duration::ZERO, at).await
    }

    async fn record_no_answer(
        &self,
        claim: &ArticleClaim,
        failure: &Failure,
        took: Duration,
        at: DateTime<Utc>,
    ) -> Result<Done, StoreError> {
        let detail = Some(failure.detail.as_str());
        let visit = Visit { at, status: None, took, bytes: 0, detail };
        let next = rhythm_of(claim, at).after_failure(claim.failures.saturating_add(1), None);
        self.record(claim, visit, Seen::Failure { outcome: failure.outcome, next }).await
    }

    /// Writes down what a check saw.
    async fn record(
        &self,
        claim: &ArticleClaim,
        visit: Visit<'_>,
        seen: Seen<'_>,
    ) -> Result<Done, StoreError> {
        let unchanged = UnchangedCheck::of(claim, &visit, seen);
        let mut attempts = 0;
        let recorded = loop {
            let recorded = match unchanged.clone() {
                Some(check) => self.recorder.record(check).await,
                None => self.store.record_before_release(claim, &visit, seen).await,
            };
            match recorded {
                Err(error) if may_repeat(&error, &mut attempts).await => {}
                recorded => break recorded?,
            }
        };
        if unchanged.is_none() {
            // The record stands all the same, and the lease runs out.
            if let Err(error) = self.recorder.release(claim.lease).await {
                tracing::warn!(host = %claim.lease.host, %error, "a host could not be given back");
            }
        }
        let (outcome, version) = match recorded {
            Recorded::Done { outcome, version } => (Some(outcome), version),
            Recorded::Fenced => (None, None),
        };
        let is_seen = outcome.is_some_and(CheckOutcome::is_success);
        Ok(Done {
            target: Target::Article(claim.id),
            address: claim.address.clone(),
            outcome,
            version,
            new_articles: None,
            detail: visit.detail.filter(|_| !is_seen).map(str::to_owned),
        })
    }
}

fn rhythm_of(claim: &ArticleClaim, now: DateTime<Utc>) -> Rhythm {
    let seed = jitter_seed(claim.id.get(), &claim.lease);
    Rhythm { now, period: claim.period, seed }
}

/// What reads this article's pages now.
pub(crate) fn reading_for(claim: &ArticleClaim) -> Reading {
    Reading { extractor: EXTRACTOR_REVISION, rules: claim.rules_revision }
}

/// Whether the text that stands was made as this process would make it.
pub(crate) fn is_read_alike(claim: &ArticleClaim) -> bool {
    claim.head.is_some_and(|head| head.reading == reading_for(claim) && !head.is_unreadable)
}

/// What is known of a source, of the rules and the boilerplate that are stored with it.
pub(crate) fn knowledge_of(
    rules: Option<&serde_json::Value>,
    boilerplate: &Boilerplate,
) -> Result<Knowledge, Failure> {
    let rules = rules.map_or_else(|| Ok(SiteRules::default()), SiteRules::deserialize);
    let rules = rules.map_err(|error| Failure {
        outcome: CheckOutcome::Fault,
        detail: format!("the source's rules cannot be read: {error}"),
    })?;
    Ok(Knowledge { rules, boilerplate: boilerplate.clone() })
}

/// What to compare the next body with. Validators of a page at another address, where a redirect led
/// to or which a view named, are not those of the article's, to which they would be sent.
fn body_of<'a>(
    claim: &ArticleClaim,
    fetched: &'a Fetched,
    digest: [u8; 32],
    outline: Option<&'a TriedOutline>,
) -> Body<'a> {
    let own = Some(fetched)
        .filter(|fetched| fetched.redirects.is_empty() && fetched.address == claim.address);
    let (etag, last_modified) = (own.and_then(Fetched::etag), own.and_then(Fetched::last_modified));
    Body { digest, etag, last_modified, outline }
}

fn stored_redirects(fetched: &Fetched) -> Vec<Redirect> {
    let stored = |redirect: &fetch::Redirect| Redirect {
        status: redirect.status,
        address: redirect.address.clone(),
    };
    fetched.redirects.iter().map(stored).collect()
}
