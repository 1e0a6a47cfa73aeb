//! Recording: the short transaction that writes what a check saw, or nothing at all.
//!
//! It first locks the article by its fencing counter. If that has risen, or the lease was given
//! back, somebody else has checked the article since: what this process saw is stale and is
//! discarded. A unique key alone would not do, since an *old* text is no duplicate (FAULTS §4).
//! A lost reply to the commit is safe: a retry finds its claim spent.

mod finish;
mod lock;
mod seen;
mod sight;
#[cfg(test)]
mod tests;

use stet_core::schedule::NextCheck;
use stet_core::{ArticleText, CheckOutcome, Kind, Kinds, VersionNumber};

pub use seen::{Body, Difference, Recorded, Seen, TriedOutline, Visit};

use crate::claim::ArticleClaim;
use crate::doubt::{Doubt, Standing};
use crate::{Reading, Store, StoreError, boilerplate, check, doubt, row, sighting, version};
use finish::{finish_check, finish_with_text, record_body, record_failure, record_same, set_head};
use lock::{Locked, LockedHead, lock};
use sight::{SeenText, sight};

impl Store {
    /// Writes what a check saw and gives the article back, all or nothing; then its host.
    pub async fn record(
        &self,
        claim: &ArticleClaim,
        visit: &Visit<'_>,
        seen: Seen<'_>,
    ) -> Result<Recorded, StoreError> {
        let recorded = self.record_before_release(claim, visit, seen).await?;
        self.release_host(&claim.lease).await?;
        Ok(recorded)
    }

    /// What [`record`](Self::record) does, but for the host: whoever calls this gives it
    /// [back](Self::record_unchanged) whatever became of the record. A crash in between costs the
    /// rest of the lease, as one during the visit does.
    pub async fn record_before_release(
        &self,
        claim: &ArticleClaim,
        visit: &Visit<'_>,
        seen: Seen<'_>,
    ) -> Result<Recorded, StoreError> {
        self.prepare_day(visit.at).await?;
        let packed = match seen {
            Seen::Text { snapshot, .. } => Some(self.packed(claim.id, snapshot.body).await?),
            Seen::Failure { .. } | Seen::NotModified { .. } | Seen::Unchanged { .. } => None,
        };
        let mut transaction = self.pool.begin().await?;
        let Some(locked) = lock(&mut transaction, claim).await? else {
            transaction.rollback().await?;
            return Ok(Recorded::Fenced);
        };
        let held = to_hold(seen, &locked.doubt);
        let outcome = match seen {
            Seen::Failure { outcome, .. } => outcome,
            Seen::Text { .. } if held.is_some() => CheckOutcome::Held,
            Seen::NotModified { .. } => CheckOutcome::NotModified,
            Seen::Unchanged { .. } => CheckOutcome::Unchanged,
            Seen::Text { .. } if locked.head.is_some() => CheckOutcome::Changed,
            Seen::Text { .. } => CheckOutcome::New,
        };
        // What was wrong with a text that is believed now was said when it was held.
        let detail = visit.detail.filter(|_| !outcome.is_success());
        let visit = &Visit { detail, ..*visit };
        let is_same_body = is_same_body(claim, seen);
        check::insert(&mut transaction, claim.id, claim.lease.claim, visit, outcome, is_same_body)
            .await?;
        let standing = match seen {
            Seen::Failure { outcome, next } => {
                if matches!(outcome, CheckOutcome::NotFound | CheckOutcome::Gone) {
                    let standing = locked.head.map(Standing::from);
                    doubt::miss(&mut transaction, claim, standing, &locked.doubt, visit.at).await?;
                }
                record_failure(&mut transaction, claim, next).await?;
                locked.head.map(|head| head.version)
            }
            Seen::Text { text, .. } if let Some(next) = held => {
                doubt::hold(&mut transaction, claim.id, text.digest(), visit.at).await?;
                record_failure(&mut transaction, claim, next).await?;
                locked.head.map(|head| head.version)
            }
            Seen::NotModified { next } => {
                record_same(&mut transaction, claim, locked.head, visit, next).await?;
                locked.head.map(|head| head.version)
            }
            Seen::Unchanged { read, body, next } => {
                if let (Some((digest, reading)), Some(head)) = (read, locked.head) {
                    version::stamp(&mut transaction, claim.id, head.version, digest, reading)
                        .await?;
                }
                record_same(&mut transaction, claim, locked.head, visit, next).await?;
                record_body(&mut transaction, claim, body).await?;
                locked.head.map(|head| head.version)
            }
            Seen::Text { text, reading, snapshot, body, difference, next, .. } => {
                let digest = text.digest();
                let first_seen_at = match locked.doubt.held {
                    Some((held, at)) if held == digest => at,
                    _ => visit.at,
                };
                let text = SeenText {
                    text,
                    reading,
                    snapshot: packed.as_ref().map(|packed| (snapshot, packed)),
                };
                let sighted =
                    sight(&mut transaction, claim, locked.head, &text, first_seen_at, difference)
                        .await?;
                if first_seen_at != visit.at {
                    sighting::extend(&mut transaction, claim.id, sighted.sighting, visit.at)
                        .await?;
                }
                finish_with_text(&mut transaction, claim, visit, outcome, &sighted, body, next)
                    .await?;
                // A body that was found by a rule is taken as it is, and teaches nothing.
                if locked.head.is_none() && !has_body_rule(claim) {
                    boilerplate::learn(&mut transaction, claim.id, text.text, visit.at).await?;
                }
                Some(sighted.version)
            }
        };
        if outcome.is_success() {
            doubt::settle(&mut transaction, claim.id, &locked.doubt).await?;
        }
        if !matches!(outcome, CheckOutcome::New | CheckOutcome::Changed) {
            finish_check(&mut transaction, claim, visit, outcome).await?;
        }
        transaction.commit().await?;
        Ok(Recorded::Done { outcome, version: standing.map(row::version).transpose()? })
    }

    /// Replaces what an earlier reading made of an article's last bytes by what this one makes,
    /// before its next text is compared, so that neither a new extractor nor an edited rule ever
    /// shows as an edit by the newspaper. `difference` is `None` when both made the same text. The
    /// claim stays; returns the version that stands now, or `None` when the claim was spent.
    pub async fn upgrade(
        &self,
        claim: &ArticleClaim,
        text: &ArticleText,
        reading: Reading,
        difference: Option<&Difference>,
    ) -> Result<Option<VersionNumber>, StoreError> {
        let mut transaction = self.pool.begin().await?;
        let Some(Locked { head: Some(head), .. }) = lock(&mut transaction, claim).await? else {
            return Ok(None);
        };
        // Whether the article is back, the record of this check will say.
        let head = LockedHead { gone_at: None, ..head };
        let standing = match difference {
            None => {
                let digest = text.digest();
                version::stamp(&mut transaction, claim.id, head.version, digest, reading).await?;
                head.version
            }
            Some(difference) => {
                let seen_at = head.last_seen_at;
                let technical =
                    Difference { stats: difference.stats, kinds: Kinds::from([Kind::Technical]) };
                let text = SeenText { text, reading, snapshot: None };
                let sighted =
                    sight(&mut transaction, claim, Some(head), &text, seen_at, Some(&technical))
                        .await?;
                set_head(&mut transaction, claim, &sighted).await?;
                sighted.version
            }
        };
        transaction.commit().await?;
        Ok(Some(row::version(standing)?))
    }
}

/// Whether a check saw the last body again, byte for byte.
pub(crate) fn is_same_body(claim: &ArticleClaim, seen: Seen<'_>) -> bool {
    matches!(seen, Seen::Unchanged { read: None, body, .. } if claim.body_digest == Some(body.digest))
}

/// Whether the body of this article's pages is found by a rule of its source.
fn has_body_rule(claim: &ArticleClaim) -> bool {
    claim.rules.as_ref().is_some_and(|rules| rules.get("body").is_some())
}

/// Whether a text is to be seen once more before it is believed, and when: one that is in doubt,
/// unless such a one was seen at the last check already.
fn to_hold(seen: Seen<'_>, doubt: &Doubt) -> Option<NextCheck> {
    match seen {
        Seen::Text { doubt: next, .. } if doubt.held.is_none() => next,
        _ => None,
    }
}
