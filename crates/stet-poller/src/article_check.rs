//! One check of one article: fetch, extract, compare, record.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize as _;
use sha2::{Digest, Sha256};
use stet_core::compare::compare;
use stet_core::extract::{EXTRACTOR_REVISION, ExtractError, Page, SiteRules, extract_with_rules};
use stet_core::schedule::Rhythm;
use stet_core::{Address, ArticleText, CheckOutcome};
use stet_store::claim::{ArticleClaim, Head, Lease};
use stet_store::record::{Body, Difference, Recorded, Seen, Visit};
use stet_store::{NewSnapshot, Redirect, StoreError};

use crate::analyst::NoAnswer;
use crate::fetch::{Accept, FetchError, Fetched, Request};
use crate::job::{Done, Target};
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

/// What an answer shows of the article.
enum Sight {
    /// No text.
    Failure { failure: Failure, retry_after: Option<TimeDelta> },
    /// The site says that nothing changed.
    NotModified,
    /// The text that stood; its bytes may have been others.
    Same,
    /// Another text, and how it differs; `None` for the first one.
    Text(Box<ArticleText>, Option<Difference>),
}

impl From<Failure> for Sight {
    fn from(failure: Failure) -> Self {
        Self::Failure { failure, retry_after: None }
    }
}

impl Poller {
    /// Checks an article that was claimed.
    pub(crate) async fn check_article(&self, claim: &ArticleClaim) -> Result<Done, StoreError> {
        let at = self.now();
        let rhythm = Rhythm {
            now: at,
            period: claim.period,
            seed: jitter_seed(claim.id.get(), &claim.lease),
        };
        let failures = claim.failures.saturating_add(1);
        let request = Request {
            // Validators are of use only while the text that they stand for is known.
            etag: claim.etag.clone().filter(|_| claim.head.is_some()),
            last_modified: claim.last_modified.clone().filter(|_| claim.head.is_some()),
            ..Request::new(claim.address.clone(), Accept::Page)
        };
        let fetched = match self.fetcher.get(&request).await {
            Ok(fetched) => fetched,
            Err(error) => {
                let Failure { outcome, detail } = Failure::from(&error);
                let visit = Visit {
                    at,
                    status: None,
                    took: Duration::ZERO,
                    bytes: 0,
                    detail: Some(&detail),
                };
                let next = rhythm.after_failure(failures, None);
                return self.record(claim, visit, Seen::Failure { outcome, next }).await;
            }
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
        let sight = self.sight(claim, &fetched, at).await?;
        let seen = match &sight {
            Sight::Failure { failure, retry_after } => {
                visit.detail = Some(&failure.detail);
                let next = rhythm.after_failure(failures, *retry_after);
                Seen::Failure { outcome: failure.outcome, next }
            }
            Sight::NotModified => Seen::NotModified { next: rhythm.after_no_change(quiet_since) },
            Sight::Same => {
                let next = rhythm.after_no_change(quiet_since);
                Seen::Unchanged { body: body_of(&fetched), next }
            }
            Sight::Text(text, difference) => Seen::Text {
                text,
                extractor: EXTRACTOR_REVISION,
                snapshot: NewSnapshot {
                    fetched_at: at,
                    address: &fetched.address,
                    redirects: &redirects,
                    status: fetched.status,
                    headers: &fetched.headers,
                    body: &fetched.body,
                },
                body: body_of(&fetched),
                difference: difference.as_ref(),
                next: rhythm.after_change(),
            },
        };
        self.record(claim, visit, seen).await
    }

    /// Tells what an answer shows.
    async fn sight(
        &self,
        claim: &ArticleClaim,
        fetched: &Fetched,
        at: DateTime<Utc>,
    ) -> Result<Sight, StoreError> {
        if fetched.status == 304 && claim.head.is_some() {
            return Ok(Sight::NotModified);
        }
        if let Err(failure) = judge_status(fetched.status) {
            return Ok(Sight::Failure { failure, retry_after: fetched.retry_after(at) });
        }
        if claim.head.is_some() && claim.body_digest == Some(body_digest(fetched)) {
            return Ok(Sight::Same);
        }
        let rules = match rules_of(claim.rules.as_ref()) {
            Ok(rules) => rules,
            Err(failure) => return Ok(failure.into()),
        };
        let text = match self.read_page(fetched, &rules).await {
            Ok(text) => text,
            Err(failure) => return Ok(failure.into()),
        };
        let head = match self.upgraded_head(claim, rules).await? {
            Ok(Some(head)) => head,
            Ok(None) => return Ok(Sight::Text(Box::new(text), None)),
            Err(failure) => return Ok(failure.into()),
        };
        if head.digest == text.digest() {
            return Ok(Sight::Same);
        }
        let standing = self.standing_text(claim, head).await?;
        Ok(match self.difference(standing, text).await {
            Ok((text, difference)) => Sight::Text(Box::new(text), Some(difference)),
            Err(failure) => failure.into(),
        })
    }

    /// Extracts the article of a page.
    pub(crate) async fn read_page(
        &self,
        fetched: &Fetched,
        rules: &SiteRules,
    ) -> Result<ArticleText, Failure> {
        let address = fetched.address.clone();
        let content_type = fetched.content_type().map(str::to_owned);
        let bytes = fetched.body.clone();
        self.extract(address, content_type, bytes, rules.clone()).await
    }

    async fn extract(
        &self,
        address: Address,
        content_type: Option<String>,
        bytes: Vec<u8>,
        rules: SiteRules,
    ) -> Result<ArticleText, Failure> {
        let extracted = self
            .analyst
            .run(move || {
                let content_type = content_type.as_deref();
                let page = Page { address: &address, content_type, bytes: &bytes };
                extract_with_rules(page, &rules)
            })
            .await?;
        Ok(extracted?)
    }

    /// Compares two texts; gives the new one back with what differs.
    async fn difference(
        &self,
        old: ArticleText,
        new: ArticleText,
    ) -> Result<(ArticleText, Difference), Failure> {
        let compared = self
            .analyst
            .run(move || {
                let comparison = compare(&old, &new);
                (new, Difference { stats: comparison.stats, kinds: comparison.kinds })
            })
            .await?;
        Ok(compared)
    }

    async fn standing_text(
        &self,
        claim: &ArticleClaim,
        head: Head,
    ) -> Result<ArticleText, StoreError> {
        let text = self.store.version_text(claim.id, head.version).await?;
        text.ok_or_else(|| {
            StoreError::Corrupt(format!("head version {} of article {}", head.version, claim.id))
        })
    }

    /// The version that stands, as *this* extractor reads its bytes: where an older one made it,
    /// its snapshot is read again first, so that the upgrade is not taken for an edit.
    ///
    /// A failure to read it says nothing about the newspaper, so nothing may be compared then.
    async fn upgraded_head(
        &self,
        claim: &ArticleClaim,
        rules: SiteRules,
    ) -> Result<Result<Option<Head>, Failure>, StoreError> {
        let Some(head) = claim.head else { return Ok(Ok(None)) };
        if head.extractor == EXTRACTOR_REVISION {
            return Ok(Ok(Some(head)));
        }
        if head.extractor > EXTRACTOR_REVISION {
            let detail = "a newer Stet has read this article; this one leaves it alone".to_owned();
            return Ok(Err(Failure { outcome: CheckOutcome::Fault, detail }));
        }
        let Some(snapshot) = self.store.snapshot(claim.id, head.version).await? else {
            return Ok(Ok(Some(head)));
        };
        let content_type = snapshot.content_type().map(str::to_owned);
        let read = self.extract(snapshot.address, content_type, snapshot.body, rules).await;
        let text = match read {
            Ok(text) => text,
            // This extractor finds no article in the old bytes: they stay as they were read.
            Err(failure) if failure.outcome.is_page_without_article() => {
                return Ok(Ok(Some(head)));
            }
            Err(failure) => return Ok(Err(failure)),
        };
        let digest = text.digest();
        let (text, difference) = if digest == head.digest {
            (text, None)
        } else {
            let standing = self.standing_text(claim, head).await?;
            match self.difference(standing, text).await {
                Ok((text, difference)) => (text, Some(difference)),
                Err(failure) => return Ok(Err(failure)),
            }
        };
        let upgraded =
            self.store.upgrade(claim, &text, EXTRACTOR_REVISION, difference.as_ref()).await?;
        // Fenced: the record that follows will be refused too.
        Ok(Ok(Some(upgraded.map_or(head, |version| Head {
            version,
            digest,
            extractor: EXTRACTOR_REVISION,
        }))))
    }

    /// Writes down what a check saw.
    async fn record(
        &self,
        claim: &ArticleClaim,
        visit: Visit<'_>,
        seen: Seen<'_>,
    ) -> Result<Done, StoreError> {
        let mut attempts = 0;
        let recorded = loop {
            match self.store.record(claim, &visit, seen).await {
                Err(error) if may_repeat(&error, &mut attempts).await => {}
                recorded => break recorded?,
            }
        };
        let (outcome, version) = match recorded {
            Recorded::Done { outcome, version } => (Some(outcome), version),
            Recorded::Fenced => (None, None),
        };
        Ok(Done {
            target: Target::Article(claim.id),
            address: claim.address.clone(),
            outcome,
            version,
            new_articles: None,
            detail: visit.detail.map(str::to_owned),
        })
    }
}

/// Reads the rules that are stored with a source.
pub(crate) fn rules_of(stored: Option<&serde_json::Value>) -> Result<SiteRules, Failure> {
    let Some(stored) = stored else { return Ok(SiteRules::default()) };
    SiteRules::deserialize(stored).map_err(|error| Failure {
        outcome: CheckOutcome::Fault,
        detail: format!("the source's rules cannot be read: {error}"),
    })
}

fn body_digest(fetched: &Fetched) -> [u8; 32] {
    Sha256::digest(&fetched.body).into()
}

fn body_of(fetched: &Fetched) -> Body<'_> {
    Body {
        digest: body_digest(fetched),
        etag: fetched.etag(),
        last_modified: fetched.last_modified(),
    }
}

fn stored_redirects(fetched: &Fetched) -> Vec<Redirect> {
    let stored = |redirect: &fetch::Redirect| Redirect {
        status: redirect.status,
        address: redirect.address.clone(),
    };
    fetched.redirects.iter().map(stored).collect()
}
