//! One check of one article: fetch, extract, compare, record.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize as _;
use sha2::{Digest, Sha256};
use stet_core::extract::{Boilerplate, EXTRACTOR_REVISION, ExtractError, Knowledge, SiteRules};
use stet_core::robots::Robots;
use stet_core::schedule::Rhythm;
use stet_core::{ArticleText, CheckOutcome, Kind, Kinds, TextDigest};
use stet_store::claim::{ArticleClaim, Lease};
use stet_store::record::{Body, Difference, Recorded, Seen, TriedOutline, Visit};
use stet_store::{NewSnapshot, OtherAddress, Reading, Redirect, StoreError, UnchangedCheck};

use crate::analyst::NoAnswer;
use crate::fetch::{Accept, FetchError, Fetched, Request};
use crate::job::{Done, Target};
use crate::other_address::{moved_to, note_move, other_address};
use crate::page::{Expected, PageRead};
use crate::upgrade::Standing;
use crate::whereabouts::leads_away;
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
            ExtractError::NoTitle | ExtractError::TooShort { .. } => CheckOutcome::NoArticle,
        };
        Self { outcome, detail: error.to_string() }
    }
}

/// What the answer to a request means; `Ok` for one with a body to read.
pub(crate) fn judge_status(status: u16) -> Result<(), Failure> {
    let outcome = match status {
        200..=299 => return Ok(()),
        404 => CheckOutcome::NotFound,
        410 => CheckOutcome::Gone,
        401 | 402 | 403 | 451 => CheckOutcome::Forbidden,
        429 => CheckOutcome::TooManyRequests,
        500..=599 => CheckOutcome::ServerError,
        _ => CheckOutcome::ClientError,
    };
    let meaning = match outcome {
        CheckOutcome::NotFound => "there is no such page",
        CheckOutcome::Gone => "the page was taken away",
        CheckOutcome::Forbidden => "the site does not let Stet read it",
        CheckOutcome::TooManyRequests => "the site asks for fewer requests",
        CheckOutcome::ServerError => "the site has a fault",
        _ => "the site refused the request",
    };
    Err(Failure { outcome, detail: format!("the site answered {status}: {meaning}") })
}

/// A number that differs between addresses and claims: the seed of their jitter.
pub(crate) fn jitter_seed(id: i64, lease: &Lease) -> u64 {
    id.unsigned_abs().rotate_left(32) ^ lease.claim.unsigned_abs()
}

/// A text of which less than one part in so many is left is looked at again before it is believed.
/// Source: DESIGN §3.
const BELIEVED_PART: usize = 3;

/// A page of the site's own, not of this article.
fn repeated_text() -> Failure {
    let detail = "this text stands under other addresses of the site too".to_owned();
    Failure { outcome: CheckOutcome::RepeatedText, detail }
}

/// What an answer shows of the article.
enum Sight {
    /// No text.
    Failure { failure: Failure, retry_after: Option<TimeDelta> },
    /// The site says that nothing changed.
    NotModified,
    /// The bytes that were read last.
    SameBytes,
    /// Other bytes, of which the outline tells that the text is the one that stood.
    SameOutline,
    /// The text that stood, read of other bytes or by another reading; and what is known of its
    /// outline.
    SameText(TextDigest, Option<TriedOutline>),
    /// Another text, and how it differs; `None` for the first one.
    Text(Box<ArticleText>, Option<Difference>),
    /// Another text that is too short to be believed at once: how, in words.
    ShortText(Box<ArticleText>, Difference, String),
}

impl From<Failure> for Sight {
    fn from(failure: Failure) -> Self {
        Self::Failure { failure, retry_after: None }
    }
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
        let answer = self.visit(&request, &mut claim.lease).await?;
        let claim = &*claim;
        let fetched = match answer {
            Ok(fetched) => fetched,
            Err(error) => return self.refuse_article(claim, &Failure::from(&error), at).await,
        };
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
        let body_digest: [u8; 32] = Sha256::digest(&fetched.body).into();
        let mut other = None;
        let mut sight = self.sight(claim, &fetched, body_digest, at, &mut other).await?;
        if let (Sight::Text(_, Some(difference)), Some(other)) = (&mut sight, &other) {
            note_move(difference, other);
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
                    body: body_of(&fetched, body_digest, claim.outline.as_ref()),
                    next,
                }
            }
            Sight::SameText(digest, outline) => {
                let next = rhythm.after_no_change(quiet_since);
                let read = Some((*digest, reading_for(claim)));
                Seen::Unchanged {
                    read,
                    body: body_of(&fetched, body_digest, outline.as_ref()),
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
                body: body_of(&fetched, body_digest, None),
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
        if let (Some(_), Some(other)) = (done.outcome, other) {
            let is_told = done.outcome == Some(CheckOutcome::Changed);
            self.readdress(claim, &other, is_told, at).await?;
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
        let detail = Some(failure.detail.as_str());
        let visit = Visit { at, status: None, took: Duration::ZERO, bytes: 0, detail };
        let next = rhythm_of(claim, at).after_failure(claim.failures.saturating_add(1), None);
        self.record(claim, visit, Seen::Failure { outcome: failure.outcome, next }).await
    }

    /// Tells what an answer shows, and the other address that it gives the article.
    async fn sight(
        &self,
        claim: &ArticleClaim,
        fetched: &Fetched,
        body_digest: [u8; 32],
        at: DateTime<Utc>,
        other: &mut Option<OtherAddress>,
    ) -> Result<Sight, StoreError> {
        if fetched.status == 304 && claim.head.is_some() {
            return Ok(Sight::NotModified);
        }
        if let Err(failure) = judge_status(fetched.status) {
            return Ok(Sight::Failure { failure, retry_after: fetched.retry_after(at) });
        }
        if is_read_alike(claim) && claim.body_digest == Some(body_digest) {
            // On its own host: what the page of another one calls its own was not read.
            *other = moved_to(claim, fetched)
                .filter(|moved| moved.address.host() == claim.address.host());
            return Ok(Sight::SameBytes);
        }
        if leads_away(&claim.address, fetched) {
            let detail = format!("the site redirects this address to {}", fetched.address);
            return Ok(Failure { outcome: CheckOutcome::RedirectedAway, detail }.into());
        }
        let knowledge = match knowledge_of(claim.rules.as_ref(), &claim.boilerplate) {
            Ok(knowledge) => knowledge,
            Err(failure) => return Ok(failure.into()),
        };
        let (text, outline) =
            match self.read_again(fetched, &knowledge, expected_of(claim, fetched), at).await {
                Ok(PageRead::Known) => return Ok(Sight::SameOutline),
                Ok(PageRead::Text(text, outline)) => (*text, outline),
                Err(failure) => return Ok(failure.into()),
            };
        let digest = text.digest();
        *other = other_address(claim, fetched, &text);
        let Standing { head, is_comparable } = match self.upgraded_head(claim, knowledge).await? {
            Ok(Some(standing)) => standing,
            Ok(None) => {
                let is_repeated = self.store.is_repeated(claim.id, claim.lease.host, digest);
                return Ok(if is_repeated.await? {
                    repeated_text().into()
                } else {
                    Sight::Text(Box::new(text), None)
                });
            }
            Err(failure) => return Ok(failure.into()),
        };
        if head.digest == digest {
            return Ok(Sight::SameText(digest, outline));
        }
        let standing = self.standing_text(claim, head).await?;
        // What tells texts apart may have changed since the digest was stored.
        if standing.digest() == digest {
            return Ok(Sight::SameText(digest, None));
        }
        if self.store.is_repeated(claim.id, claim.lease.host, digest).await? {
            return Ok(repeated_text().into());
        }
        let (words, words_before) = (text.word_count(), standing.word_count());
        Ok(match self.difference(standing, text).await {
            Ok((text, difference)) if is_comparable && words * BELIEVED_PART < words_before => {
                let detail = format!("the text has {words} words instead of {words_before}");
                Sight::ShortText(Box::new(text), difference, detail)
            }
            Ok((text, difference)) if is_comparable => {
                Sight::Text(Box::new(text), Some(difference))
            }
            // Nobody can tell what of it the newspaper changed.
            Ok((text, difference)) => {
                let kinds = Kinds::from([Kind::Technical]);
                Sight::Text(Box::new(text), Some(Difference { kinds, ..difference }))
            }
            Err(no_answer) => Failure::from(no_answer).into(),
        })
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
fn is_read_alike(claim: &ArticleClaim) -> bool {
    claim.head.is_some_and(|head| head.reading == reading_for(claim) && !head.is_unreadable)
}

/// What the page that was fetched may turn out to be, where what is known was read of this address as
/// this process reads.
fn expected_of(claim: &ArticleClaim, fetched: &Fetched) -> Expected {
    let is_known = is_read_alike(claim) && fetched.address == claim.address;
    let text = claim.head.filter(|_| is_known).map(|head| head.digest);
    Expected { text, outline: claim.outline }
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

fn body_of<'a>(
    fetched: &'a Fetched,
    digest: [u8; 32],
    outline: Option<&'a TriedOutline>,
) -> Body<'a> {
    Body { digest, etag: fetched.etag(), last_modified: fetched.last_modified(), outline }
}

fn stored_redirects(fetched: &Fetched) -> Vec<Redirect> {
    let stored = |redirect: &fetch::Redirect| Redirect {
        status: redirect.status,
        address: redirect.address.clone(),
    };
    fetched.redirects.iter().map(stored).collect()
}
