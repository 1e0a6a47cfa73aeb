//! Recording: the short transaction that writes what a check saw, or nothing at all.
//!
//! It first locks the article by its fencing counter. If that has risen, or the lease was given
//! back, somebody else has checked the article since: what this process saw is stale and is
//! discarded. A unique key alone would not do, since an *old* text is no duplicate (FAULTS §4).
//! A lost reply to the commit is safe: a retry finds its claim spent.

use std::time::Duration;

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use stet_core::compare::Stats;
use stet_core::schedule::NextCheck;
use stet_core::{ArticleText, CheckOutcome, Kind, Kinds, VersionNumber};

use crate::change::NewChange;
use crate::claim::{ArticleClaim, release_host};
use crate::{
    ArticleState, NewSnapshot, Store, StoreError, change, check, row, sighting, snapshot, version,
};

/// What is known of a visit whatever it saw.
#[derive(Debug, Clone, Copy)]
pub struct Visit<'a> {
    /// When it began.
    pub at: DateTime<Utc>,
    /// The HTTP status, where there was an answer.
    pub status: Option<u16>,
    /// How long the answer took.
    pub took: Duration,
    /// How many bytes the body had, decoded.
    pub bytes: usize,
    /// What was wrong, in words.
    pub detail: Option<&'a str>,
}

/// What a check saw.
#[derive(Debug, Clone, Copy)]
pub enum Seen<'a> {
    /// No text: why, and when to try again.
    Failure {
        /// What came of the visit.
        outcome: CheckOutcome,
        /// When to check next.
        next: NextCheck,
    },
    /// The text that stood at the last check.
    Same {
        /// [`CheckOutcome::Unchanged`] or [`CheckOutcome::NotModified`].
        outcome: CheckOutcome,
        /// What to compare the next body with, where a body was read.
        body: Option<Body<'a>>,
        /// When to check next; `None`: the article falls dormant.
        next: Option<NextCheck>,
    },
    /// The first text, or another than at the last check.
    Text {
        /// The text.
        text: &'a ArticleText,
        /// Which revision of the extractor made it.
        extractor: i32,
        /// The bytes it was made of.
        snapshot: NewSnapshot<'a>,
        /// What to compare the next body with.
        body: Body<'a>,
        /// How it differs from the text that stood; `None` for the first one.
        difference: Option<&'a Difference>,
        /// When to check next.
        next: NextCheck,
    },
}

/// What tells a body from the next one.
#[derive(Debug, Clone, Copy)]
pub struct Body<'a> {
    /// SHA-256 of it, decoded.
    pub digest: [u8; 32],
    /// Its validators.
    pub etag: Option<&'a str>,
    /// See `etag`.
    pub last_modified: Option<&'a str>,
}

/// How two texts differ, as far as the texts tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// What was counted.
    pub stats: Stats,
    /// The kinds of change.
    pub kinds: Kinds,
}

/// What became of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recorded {
    /// It stands; with the version that stood at this check, where there is one.
    Done(Option<VersionNumber>),
    /// The claim was spent: nothing was written.
    Fenced,
}

/// The article as the transaction that locked it found it.
struct Locked {
    head: Option<LockedHead>,
}

#[derive(Clone, Copy)]
struct LockedHead {
    sighting: i32,
    version: i32,
}

impl Store {
    /// Writes what a check saw and gives the claim back, all or nothing.
    pub async fn record(
        &self,
        claim: &ArticleClaim,
        visit: &Visit<'_>,
        seen: Seen<'_>,
    ) -> Result<Recorded, StoreError> {
        self.prepare_day(visit.at).await?;
        let compressed = match seen {
            Seen::Text { snapshot, .. } => snapshot::compressed(snapshot.body)?,
            Seen::Failure { .. } | Seen::Same { .. } => Vec::new(),
        };
        let mut transaction = self.pool.begin().await?;
        let Some(locked) = lock(&mut transaction, claim).await? else {
            transaction.rollback().await?;
            self.release_host(&claim.lease).await?;
            return Ok(Recorded::Fenced);
        };
        let outcome = match seen {
            Seen::Failure { outcome, .. } | Seen::Same { outcome, .. } => outcome,
            Seen::Text { .. } if locked.head.is_some() => CheckOutcome::Changed,
            Seen::Text { .. } => CheckOutcome::New,
        };
        check::insert(&mut transaction, claim.id, claim.lease.claim, visit, outcome).await?;
        let standing = match seen {
            Seen::Failure { next, .. } => {
                record_failure(&mut transaction, claim, visit, outcome, next).await?;
                locked.head.map(|head| head.version)
            }
            Seen::Same { body, next, .. } => {
                if let Some(head) = locked.head {
                    sighting::extend(&mut transaction, claim.id, head.sighting, visit.at).await?;
                }
                record_same(&mut transaction, claim, visit, outcome, body, next).await?;
                locked.head.map(|head| head.version)
            }
            Seen::Text { text, extractor, snapshot, body, difference, next } => {
                let text = SeenText { text, extractor, snapshot: Some((snapshot, &compressed)) };
                let sighted =
                    sight(&mut transaction, claim, locked.head, text, visit.at, difference).await?;
                record_text(&mut transaction, claim, visit, outcome, &sighted, body, next).await?;
                Some(sighted.version)
            }
        };
        release_host(&mut transaction, &claim.lease).await?;
        transaction.commit().await?;
        Ok(Recorded::Done(standing.map(row::version).transpose()?))
    }

    /// Replaces what an older extractor made of an article's last bytes by what this one makes,
    /// before its next text is compared, so that an upgrade never shows as an edit by the
    /// newspaper. `difference` is `None` when both made the same text. The claim stays.
    pub async fn upgrade(
        &self,
        claim: &ArticleClaim,
        text: &ArticleText,
        extractor: i32,
        difference: Option<&Difference>,
    ) -> Result<Recorded, StoreError> {
        let mut transaction = self.pool.begin().await?;
        let Some(Locked { head: Some(head) }) = lock(&mut transaction, claim).await? else {
            return Ok(Recorded::Fenced);
        };
        let standing = match difference {
            None => {
                sqlx::query!(
                    "update version set extractor = $3 where article_id = $1 and number = $2",
                    claim.id.get(),
                    head.version,
                    extractor,
                )
                .execute(&mut *transaction)
                .await?;
                head.version
            }
            Some(difference) => {
                let seen_at = last_seen(&mut transaction, claim, head).await?;
                let technical =
                    Difference { stats: difference.stats, kinds: Kinds::from([Kind::Technical]) };
                let text = SeenText { text, extractor, snapshot: None };
                let sighted =
                    sight(&mut transaction, claim, Some(head), text, seen_at, Some(&technical))
                        .await?;
                sqlx::query!(
                    r#"
                    update article
                    set head_sighting = $2, head_version = $3, title = $4,
                        versions = versions + $5
                    where id = $1
                    "#,
                    claim.id.get(),
                    sighted.sighting,
                    sighted.version,
                    sighted.title,
                    i32::from(sighted.is_new_version),
                )
                .execute(&mut *transaction)
                .await?;
                sighted.version
            }
        };
        transaction.commit().await?;
        Ok(Recorded::Done(Some(row::version(standing)?)))
    }
}

/// Locks the article if the claim on it still holds.
async fn lock(
    connection: &mut PgConnection,
    claim: &ArticleClaim,
) -> Result<Option<Locked>, StoreError> {
    let found = sqlx::query!(
        r#"
        select head_sighting, head_version
        from article
        where id = $1
            and claim = $2
            and lease_until is not null
        for update
        "#,
        claim.id.get(),
        claim.lease.claim,
    )
    .fetch_optional(connection)
    .await?;
    Ok(found.map(|article| Locked {
        head: article
            .head_sighting
            .zip(article.head_version)
            .map(|(sighting, version)| LockedHead { sighting, version }),
    }))
}

/// A text that was seen, and where its bytes are: in a new snapshot with its compressed body, or
/// in that of the version that stood.
struct SeenText<'a> {
    text: &'a ArticleText,
    extractor: i32,
    snapshot: Option<(NewSnapshot<'a>, &'a [u8])>,
}

/// What a text became.
struct Sighted {
    sighting: i32,
    version: i32,
    title: String,
    is_new_version: bool,
    is_shown_change: bool,
}

/// Opens a sighting of a text, as a new version or as an old one that came back, and notes the
/// change that led to it.
async fn sight(
    connection: &mut PgConnection,
    claim: &ArticleClaim,
    head: Option<LockedHead>,
    seen: SeenText<'_>,
    at: DateTime<Utc>,
    difference: Option<&Difference>,
) -> Result<Sighted, StoreError> {
    let article = claim.id;
    let known = version::find(connection, article, seen.text.digest()).await?;
    let number = match known {
        Some(number) => number,
        None => {
            let snapshot = match (seen.snapshot, head) {
                (Some((snapshot, compressed)), _) => {
                    snapshot::insert(connection, article, snapshot, compressed).await?
                }
                (None, Some(head)) => snapshot_of(connection, claim, head).await?,
                (None, None) => {
                    return Err(StoreError::corrupt("text without bytes of article", article));
                }
            };
            let new =
                version::NewVersion { text: seen.text, extractor: seen.extractor, snapshot, at };
            version::insert(connection, article, new).await?
        }
    };
    let next_sighting = head.map_or(0, |head| head.sighting + 1);
    let earliest = match head {
        Some(head) => Some((head, last_seen(connection, claim, head).await?)),
        None => None,
    };
    // A clock that was set back must not make a change end before it began.
    let at = earliest.map_or(at, |(_, earliest)| at.max(earliest));
    sighting::insert(connection, article, next_sighting, number, at, claim.lease.claim).await?;
    let mut is_shown_change = false;
    if let (Some((head, earliest_at)), Some(difference)) = (earliest, difference) {
        let new = NewChange {
            article,
            from_sighting: head.sighting,
            from_version: head.version,
            to_version: number,
            earliest_at,
            latest_at: at,
            is_reversion: known.is_some(),
            difference,
        };
        is_shown_change = change::insert(connection, new).await?;
    }
    Ok(Sighted {
        sighting: next_sighting,
        version: number,
        title: row::without_nul(&seen.text.title),
        is_new_version: known.is_none(),
        is_shown_change,
    })
}

async fn snapshot_of(
    connection: &mut PgConnection,
    claim: &ArticleClaim,
    head: LockedHead,
) -> Result<i32, StoreError> {
    let number = sqlx::query_scalar!(
        "select snapshot from version where article_id = $1 and number = $2",
        claim.id.get(),
        head.version,
    )
    .fetch_one(connection)
    .await?;
    Ok(number)
}

async fn last_seen(
    connection: &mut PgConnection,
    claim: &ArticleClaim,
    head: LockedHead,
) -> Result<DateTime<Utc>, StoreError> {
    let at = sqlx::query_scalar!(
        "select last_seen_at from sighting where article_id = $1 and number = $2",
        claim.id.get(),
        head.sighting,
    )
    .fetch_one(connection)
    .await?;
    Ok(at)
}

async fn record_failure(
    connection: &mut PgConnection,
    claim: &ArticleClaim,
    visit: &Visit<'_>,
    outcome: CheckOutcome,
    next: NextCheck,
) -> Result<(), StoreError> {
    sqlx::query!(
        r#"
        update article
        set lease_until = null, failures = failures + 1, last_outcome = $2, last_checked_at = $3,
            next_check_at = $4
        where id = $1
        "#,
        claim.id.get(),
        outcome.as_str(),
        visit.at,
        next.at,
    )
    .execute(connection)
    .await?;
    Ok(())
}

async fn record_same(
    connection: &mut PgConnection,
    claim: &ArticleClaim,
    visit: &Visit<'_>,
    outcome: CheckOutcome,
    body: Option<Body<'_>>,
    next: Option<NextCheck>,
) -> Result<(), StoreError> {
    // Where no body was read the validators that were sent still hold.
    sqlx::query!(
        r#"
        update article
        set lease_until = null, failures = 0, last_outcome = $2, last_checked_at = $3,
            state = case when $4 then 'dormant' when state = 'hidden' then state else 'watched' end,
            next_check_at = coalesce($5, next_check_at),
            period = coalesce($6, period),
            body_digest = case when $7 then $8 else body_digest end,
            etag = case when $7 then $9 else etag end,
            last_modified = case when $7 then $10 else last_modified end
        where id = $1
        "#,
        claim.id.get(),
        outcome.as_str(),
        visit.at,
        next.is_none(),
        next.map(|next| next.at),
        next.map(|next| row::interval(next.period)),
        body.is_some(),
        body.map(|body| body.digest.to_vec()),
        body.and_then(|body| body.etag),
        body.and_then(|body| body.last_modified),
    )
    .execute(connection)
    .await?;
    Ok(())
}

async fn record_text(
    connection: &mut PgConnection,
    claim: &ArticleClaim,
    visit: &Visit<'_>,
    outcome: CheckOutcome,
    sighted: &Sighted,
    body: Body<'_>,
    next: NextCheck,
) -> Result<(), StoreError> {
    sqlx::query!(
        r#"
        update article
        set lease_until = null, failures = 0, last_outcome = $2, last_checked_at = $3,
            state = case when state = 'hidden' then state else $4 end,
            next_check_at = $5, period = $6,
            body_digest = $7, etag = $8, last_modified = $9,
            head_sighting = $10, head_version = $11, title = $12,
            versions = versions + $13,
            changes = changes + $14,
            last_changed_at = case when $14 = 1 then $3 else last_changed_at end
        where id = $1
        "#,
        claim.id.get(),
        outcome.as_str(),
        visit.at,
        ArticleState::Watched.as_str(),
        next.at,
        row::interval(next.period),
        &body.digest,
        body.etag,
        body.last_modified,
        sighted.sighting,
        sighted.version,
        sighted.title,
        i32::from(sighted.is_new_version),
        i32::from(sighted.is_shown_change),
    )
    .execute(connection)
    .await?;
    Ok(())
}
