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
use stet_core::{ArticleText, CheckOutcome, Kind, Kinds, TextDigest, VersionNumber};

use crate::change::NewChange;
use crate::claim::ArticleClaim;
use crate::doubt::{Doubt, Standing};
use crate::{
    ArticleState, NewSnapshot, Reading, Store, StoreError, boilerplate, change, check, doubt,
    passage, row, sighting, snapshot, version,
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
    /// The site says that what stood at the last check still stands.
    NotModified {
        /// When to check next; `None`: the article falls dormant.
        next: Option<NextCheck>,
    },
    /// A body with the text that stood at the last check.
    Unchanged {
        /// The text's digest and what read it; `None` when nothing was read, since the bytes or the
        /// outline are those of the last body.
        read: Option<(TextDigest, Reading)>,
        /// What to compare the next body with.
        body: Body<'a>,
        /// When to check next; `None`: the article falls dormant.
        next: Option<NextCheck>,
    },
    /// The first text, or another than at the last check.
    Text {
        /// The text.
        text: &'a ArticleText,
        /// What read it.
        reading: Reading,
        /// The bytes it was made of.
        snapshot: NewSnapshot<'a>,
        /// What to compare the next body with.
        body: Body<'a>,
        /// How it differs from the text that stood; `None` for the first one.
        difference: Option<&'a Difference>,
        /// Set where the text is too short to be believed before it was seen twice: when to look
        /// again.
        doubt: Option<NextCheck>,
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
    /// What is known of its outline; `None`: nobody has tried whether that gives the text.
    pub outline: Option<&'a TriedOutline>,
}

/// Whether the [outline](stet_core::extract::Outline) of a page gives the text that stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TriedOutline {
    /// SHA-256 of the outline, if it does.
    pub digest: Option<[u8; 32]>,
    /// When that was tried: a page was read whole then.
    pub at: DateTime<Utc>,
}

impl TriedOutline {
    /// The digest as it is stored.
    pub(crate) fn bytes(&self) -> Option<Vec<u8>> {
        self.digest.map(|digest| digest.to_vec())
    }
}

/// How two texts differ, as far as the texts tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// What was counted.
    pub stats: Stats,
    /// The kinds of change.
    pub kinds: Kinds,
}

impl Difference {
    /// A change that is no change of the text.
    pub(crate) fn of_kind(kind: Kind) -> Self {
        Self { stats: Stats::default(), kinds: Kinds::from([kind]) }
    }
}

/// What became of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recorded {
    /// It stands.
    Done {
        /// What the check came to.
        outcome: CheckOutcome,
        /// The version that stands, where there is one.
        version: Option<VersionNumber>,
    },
    /// The claim was spent: nothing was written.
    Fenced,
}

/// The article as the transaction that locked it found it.
struct Locked {
    head: Option<LockedHead>,
    doubt: Doubt,
}

#[derive(Clone, Copy)]
struct LockedHead {
    sighting: i32,
    version: i32,
    last_seen_at: DateTime<Utc>,
    /// When the article was last seen to be gone, if it is.
    gone_at: Option<DateTime<Utc>>,
}

impl From<LockedHead> for Standing {
    fn from(head: LockedHead) -> Self {
        let LockedHead { sighting, version, last_seen_at, .. } = head;
        Self { sighting, version, last_seen_at }
    }
}

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

/// Locks the article if the claim on it still holds.
async fn lock(
    connection: &mut PgConnection,
    claim: &ArticleClaim,
) -> Result<Option<Locked>, StoreError> {
    let found = sqlx::query!(
        r#"
        select head_sighting, head_version, missing_since, missing_at, is_gone, held_digest,
            held_at
        from article
        where id = $1
            and claim = $2
            and lease_until is not null
        for update
        "#,
        claim.id.get(),
        claim.lease.claim,
    )
    .fetch_optional(&mut *connection)
    .await?;
    let Some(article) = found else { return Ok(None) };
    let in_doubt = match article.held_digest.zip(article.held_at) {
        Some((digest, at)) => Some((TextDigest(row::digest(&digest)?), at)),
        None => None,
    };
    let missing = article.missing_since.zip(article.missing_at);
    let doubt = Doubt { missing, is_gone: article.is_gone, held: in_doubt };
    let gone_at = doubt.gone_at();
    let head = match article.head_sighting.zip(article.head_version) {
        Some((sighting, version)) => {
            let last_seen_at = last_seen(connection, claim, sighting).await?;
            Some(LockedHead { sighting, version, last_seen_at, gone_at })
        }
        None => None,
    };
    Ok(Some(Locked { head, doubt }))
}

/// When the sighting that stands was lengthened last: asked once the article is locked.
async fn last_seen(
    connection: &mut PgConnection,
    claim: &ArticleClaim,
    sighting: i32,
) -> Result<DateTime<Utc>, StoreError> {
    let at = sqlx::query_scalar!(
        "select last_seen_at from sighting where article_id = $1 and number = $2",
        claim.id.get(),
        sighting,
    )
    .fetch_one(connection)
    .await?;
    Ok(at)
}

/// Whether a text is to be seen once more before it is believed, and when: one that is in doubt,
/// unless such a one was seen at the last check already.
fn to_hold(seen: Seen<'_>, doubt: &Doubt) -> Option<NextCheck> {
    match seen {
        Seen::Text { doubt: next, .. } if doubt.held.is_none() => next,
        _ => None,
    }
}

/// A text that was seen, and where its bytes are: in a new snapshot with its compressed body, or
/// in that of the version that stood.
struct SeenText<'a> {
    text: &'a ArticleText,
    reading: Reading,
    snapshot: Option<(NewSnapshot<'a>, &'a snapshot::Packed)>,
}

/// What a text became.
struct Sighted {
    at: DateTime<Utc>,
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
    seen: &SeenText<'_>,
    at: DateTime<Utc>,
    difference: Option<&Difference>,
) -> Result<Sighted, StoreError> {
    let article = claim.id;
    let reading = seen.reading;
    let is_upgrade = seen.snapshot.is_none();
    let known = version::find(connection, article, seen.text.digest(), reading).await?;
    let mut paragraphs = Vec::new();
    let number = match known {
        Some(known) if known.is_current => known.number,
        Some(version::Known { number, .. }) => {
            let snapshot = snapshot_for(connection, claim, head, seen.snapshot).await?;
            version::rest_on(connection, article, number, snapshot, reading).await?;
            number
        }
        None => {
            let snapshot = snapshot_for(connection, claim, head, seen.snapshot).await?;
            let new = version::NewVersion { text: seen.text, reading, snapshot, at };
            let inserted = version::insert(connection, article, new).await?;
            paragraphs = inserted.paragraphs;
            inserted.number
        }
    };
    let next_sighting = head.map_or(0, |head| head.sighting + 1);
    let earliest = head.map(|head| (head, head.gone_at.unwrap_or(head.last_seen_at)));
    // A clock that was set back must not make a change end before it began.
    let at = earliest.map_or(at, |(_, earliest)| at.max(earliest));
    sighting::insert(connection, article, next_sighting, number, at, claim.lease.claim).await?;
    let step = passage::Step {
        from: head.filter(|head| head.gone_at.is_none()).map(|head| head.version),
        to: number,
        at,
        is_technical: is_upgrade,
    };
    // Those of an old version are read, and those that are stored without what Postgres cannot hold.
    let texts = paragraphs.into_iter().zip(seen.text.paragraphs.iter().map(String::as_str));
    let texts = texts.filter(|(_, text)| !text.contains('\0')).collect();
    passage::follow(connection, article, step, &texts).await?;
    let mut is_shown_change = false;
    if let (Some((head, earliest_at)), Some(difference)) = (earliest, difference) {
        let back = head.gone_at.map(|_| doubt::back_with(difference));
        let new = NewChange {
            article,
            from_sighting: head.sighting,
            to_sighting: next_sighting,
            from_version: head.version,
            to_version: number,
            earliest_at,
            latest_at: at,
            is_reversion: known.is_some(),
            is_upgrade,
            difference: back.as_ref().unwrap_or(difference),
        };
        is_shown_change = change::insert(connection, new).await?;
    }
    Ok(Sighted {
        at,
        sighting: next_sighting,
        version: number,
        title: row::without_nul(&seen.text.title),
        is_new_version: known.is_none(),
        is_shown_change,
    })
}

/// The number of the snapshot that holds the bytes of a text that was seen: a new one, or, where
/// none is given, that of the version that stands.
async fn snapshot_for(
    connection: &mut PgConnection,
    claim: &ArticleClaim,
    head: Option<LockedHead>,
    new: Option<(NewSnapshot<'_>, &snapshot::Packed)>,
) -> Result<i32, StoreError> {
    if let Some((snapshot, packed)) = new {
        return snapshot::insert(connection, claim.id, snapshot, packed).await;
    }
    let Some(head) = head else {
        return Err(StoreError::corrupt("text without bytes of article", claim.id));
    };
    let number = sqlx::query_scalar!(
        "select snapshot from version where article_id = $1 and number = $2",
        claim.id.get(),
        head.version,
    )
    .fetch_one(connection)
    .await?;
    Ok(number)
}

/// Gives the claim back, with what every check leaves on its article.
async fn finish_check(
    connection: &mut PgConnection,
    claim: &ArticleClaim,
    visit: &Visit<'_>,
    outcome: CheckOutcome,
) -> Result<(), StoreError> {
    sqlx::query!(
        r#"
        update article
        set lease_until = null, last_outcome = $2, last_checked_at = $3,
            failures = case when $4 then 0 else failures + 1 end
        where id = $1
        "#,
        claim.id.get(),
        outcome.as_str(),
        visit.at,
        outcome.is_success(),
    )
    .execute(connection)
    .await?;
    Ok(())
}

async fn record_failure(
    connection: &mut PgConnection,
    claim: &ArticleClaim,
    next: NextCheck,
) -> Result<(), StoreError> {
    sqlx::query!("update article set next_check_at = $2 where id = $1", claim.id.get(), next.at)
        .execute(connection)
        .await?;
    Ok(())
}

/// Notes that the text that stood still stands.
async fn record_same(
    connection: &mut PgConnection,
    claim: &ArticleClaim,
    head: Option<LockedHead>,
    visit: &Visit<'_>,
    next: Option<NextCheck>,
) -> Result<(), StoreError> {
    if let Some(head) = head {
        match head.gone_at {
            Some(gone_at) => {
                doubt::come_back(connection, claim, head.into(), gone_at, visit.at).await?;
            }
            None => sighting::extend(connection, claim.id, head.sighting, visit.at).await?,
        }
    }
    let state = if next.is_some() { ArticleState::Watched } else { ArticleState::Dormant };
    sqlx::query!(
        r#"
        update article
        set state = case when state = 'hidden' then state else $2 end,
            next_check_at = coalesce($3, next_check_at),
            period = coalesce($4, period)
        where id = $1
        "#,
        claim.id.get(),
        state.as_str(),
        next.map(|next| next.at),
        next.map(|next| row::interval(next.period)),
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// What [`finish_check`] does, for a check that saw another text than the last one, or the first:
/// notes as well that it stands, and keeps what the next body will be compared with. It is one
/// statement, since each would make a new row of the article.
async fn finish_with_text(
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
        set state = case when state = 'hidden' then state else 'watched' end,
            lease_until = null, last_outcome = $13, last_checked_at = $14, failures = 0,
            next_check_at = $2, period = $3,
            changes = changes + $4,
            last_changed_at = case when $4 = 1 then $5 else last_changed_at end,
            head_sighting = $6, head_version = $7, title = $8, versions = versions + $9,
            body_digest = $10, etag = $11, last_modified = $12, outline = $15,
            outline_tried_at = $16
        where id = $1
        "#,
        claim.id.get(),
        next.at,
        row::interval(next.period),
        i32::from(sighted.is_shown_change),
        sighted.at,
        sighted.sighting,
        sighted.version,
        sighted.title,
        i32::from(sighted.is_new_version),
        &body.digest,
        body.etag,
        body.last_modified,
        outcome.as_str(),
        visit.at,
        body.outline.and_then(TriedOutline::bytes),
        body.outline.map(|outline| outline.at),
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Makes a sighting the one that stands.
async fn set_head(
    connection: &mut PgConnection,
    claim: &ArticleClaim,
    sighted: &Sighted,
) -> Result<(), StoreError> {
    sqlx::query!(
        r#"
        update article
        set head_sighting = $2, head_version = $3, title = $4, versions = versions + $5
        where id = $1
        "#,
        claim.id.get(),
        sighted.sighting,
        sighted.version,
        sighted.title,
        i32::from(sighted.is_new_version),
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Keeps what the next body will be compared with.
async fn record_body(
    connection: &mut PgConnection,
    claim: &ArticleClaim,
    body: Body<'_>,
) -> Result<(), StoreError> {
    sqlx::query!(
        r#"
        update article
        set body_digest = $2, etag = $3, last_modified = $4, outline = $5, outline_tried_at = $6
        where id = $1
        "#,
        claim.id.get(),
        &body.digest,
        body.etag,
        body.last_modified,
        body.outline.and_then(TriedOutline::bytes),
        body.outline.map(|outline| outline.at),
    )
    .execute(connection)
    .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use sqlx::PgPool;

    use super::*;
    use crate::fixture::{Fixture, READING, TERMS, expire_leases, minute};
    use crate::{MIGRATOR, Visible};

    fn done(outcome: CheckOutcome, version: i32) -> Recorded {
        Recorded::Done { outcome, version: Some(version.try_into().unwrap()) }
    }

    #[sqlx::test(migrator = "MIGRATOR")]
    async fn a_first_text_is_version_0_and_another_one_a_change(pool: PgPool) {
        let fixture = Fixture::new(pool).await;
        assert_eq!(fixture.see(0, &["a"]).await, done(CheckOutcome::New, 0));
        assert_eq!(fixture.see(30, &["a"]).await, done(CheckOutcome::Unchanged, 0));
        assert_eq!(fixture.see(60, &["b"]).await, done(CheckOutcome::Changed, 1));

        let changes = fixture.store.changes(fixture.article).await.unwrap();
        let [change] = &changes[..] else { panic!("{changes:?}") };
        assert_eq!((change.from.get(), change.to.get()), (0, 1));
        assert_eq!((change.earliest_at, change.latest_at), (minute(30), minute(60)));
        assert_eq!(change.stats.words_added, 2);
        let Visible::Shown(article) = fixture.store.article(fixture.article).await.unwrap() else {
            panic!("hidden")
        };
        assert_eq!((article.versions, article.changes), (2, 1));
        assert_eq!(article.last_changed_at, Some(minute(60)));
    }

    #[sqlx::test(migrator = "MIGRATOR")]
    async fn a_text_that_comes_back_is_a_new_sighting_of_the_old_version(pool: PgPool) {
        let fixture = Fixture::new(pool).await;
        for (minutes, paragraph) in [(0, "a"), (30, "b"), (60, "a")] {
            fixture.see(minutes, &[paragraph]).await;
        }
        assert_eq!(fixture.sighted().await, [0, 1, 0]);
        assert_eq!(fixture.store.versions(fixture.article).await.unwrap().len(), 2);
        let changes = fixture.store.changes(fixture.article).await.unwrap();
        assert_eq!(changes[0].kinds, Kinds::from([Kind::Edited, Kind::Reversion]));
        assert_eq!(changes[1].kinds, Kinds::from([Kind::Edited]));
    }

    #[sqlx::test(migrator = "MIGRATOR")]
    async fn two_texts_that_alternate_three_times_are_variants(pool: PgPool) {
        let fixture = Fixture::new(pool).await;
        for (index, paragraph) in ["a", "b", "a", "b"].into_iter().enumerate() {
            fixture.see(30 * i64::try_from(index).unwrap(), &[paragraph]).await;
        }
        let changes = fixture.store.changes(fixture.article).await.unwrap();
        let are_variants: Vec<bool> =
            changes.iter().map(|change| change.kinds.contains(&Kind::Variant)).collect();
        assert_eq!(are_variants, [true, false, false]);
    }

    #[sqlx::test(migrator = "MIGRATOR")]
    async fn a_paragraph_that_stands_in_two_versions_is_stored_once(pool: PgPool) {
        let fixture = Fixture::new(pool.clone()).await;
        fixture.see(0, &["same", "old", "same"]).await;
        fixture.see(30, &["same", "new", "same"]).await;
        let stored: Vec<String> = sqlx::query_scalar("select text from paragraph order by number")
            .fetch_all(&pool)
            .await
            .unwrap();
        assert_eq!(stored, ["same", "old", "new"]);
        let version = fixture.store.version(fixture.article, 1.try_into().unwrap()).await.unwrap();
        assert_eq!(version.unwrap().text.paragraphs, ["same", "new", "same"]);
    }

    #[sqlx::test(migrator = "MIGRATOR")]
    async fn a_process_that_slept_past_its_lease_writes_nothing(pool: PgPool) {
        let fixture = Fixture::new(pool.clone()).await;
        fixture.see(0, &["old"]).await;
        let asleep = fixture.claim().await;
        expire_leases(&pool).await;
        assert_eq!(fixture.see(60, &["new"]).await, done(CheckOutcome::Changed, 1));
        // What it saw before it fell asleep is a text that no unique key would refuse.
        assert_eq!(fixture.record_text(&asleep, 30, &["stale"]).await, Recorded::Fenced);
        assert_eq!(fixture.sighted().await, [0, 1]);
        assert_eq!(fixture.store.checks(fixture.article, 10).await.unwrap().len(), 2);
    }

    #[sqlx::test(migrator = "MIGRATOR")]
    async fn a_record_that_is_sent_twice_stands_once(pool: PgPool) {
        let fixture = Fixture::new(pool).await;
        let claim = fixture.claim().await;
        assert_eq!(fixture.record_text(&claim, 0, &["a"]).await, done(CheckOutcome::New, 0));
        assert_eq!(fixture.record_text(&claim, 0, &["a"]).await, Recorded::Fenced);
        assert_eq!(fixture.sighted().await, [0]);
    }

    #[sqlx::test(migrator = "MIGRATOR")]
    async fn a_failed_check_is_noted_and_loses_nothing(pool: PgPool) {
        let fixture = Fixture::new(pool).await;
        fixture.see(0, &["a"]).await;
        let failed = fixture.fail(30, CheckOutcome::NotFound, "there is no such page").await;
        assert_eq!(failed, done(CheckOutcome::NotFound, 0));
        assert_eq!(fixture.claim().await.failures, 1);
        let checks = fixture.store.checks(fixture.article, 10).await.unwrap();
        assert_eq!(checks[0].detail.as_deref(), Some("there is no such page"));
        assert_eq!(fixture.sighted().await, [0]);
    }

    #[sqlx::test(migrator = "MIGRATOR")]
    async fn an_upgrade_of_the_extractor_is_technical_and_no_change_for_readers(pool: PgPool) {
        let fixture = Fixture::new(pool.clone()).await;
        fixture.see(0, &["a", "share this"]).await;
        let claim = fixture.claim().await;
        let text = ArticleText::new("Title", ["a"]);
        let difference =
            Difference { stats: Stats::default(), kinds: Kinds::from([Kind::Removed]) };
        let newer = Reading { extractor: READING.extractor + 1, ..READING };
        let upgraded =
            fixture.store.upgrade(&claim, &text, newer, Some(&difference)).await.unwrap();
        assert_eq!(upgraded.map(VersionNumber::get), Some(1));
        // The claim still holds: the check goes on to compare what it fetched.
        let seen = fixture.record_text(&claim, 30, &["b"]).await;
        assert_eq!(seen, done(CheckOutcome::Changed, 2));

        let changes = fixture.store.changes(fixture.article).await.unwrap();
        assert_eq!(changes[1].kinds, Kinds::from([Kind::Technical]));
        let shown = fixture.store.latest_changes(0, 10).await.unwrap().changes;
        assert_eq!(shown.iter().map(|change| change.to.get()).collect::<Vec<_>>(), [2]);
        let bytes = fixture.store.snapshot(fixture.article, 1.try_into().unwrap()).await.unwrap();
        assert_eq!(bytes.unwrap().body, b"a\nshare this");
    }

    #[sqlx::test(migrator = "MIGRATOR")]
    async fn an_article_without_a_change_for_long_falls_dormant_and_is_woken_by_adding_it(
        pool: PgPool,
    ) {
        let fixture = Fixture::new(pool).await;
        fixture.see(0, &["a"]).await;
        let claim = fixture.claim().await;
        let visit = Visit {
            at: minute(30),
            status: Some(304),
            took: Duration::ZERO,
            bytes: 0,
            detail: None,
        };
        fixture.store.record(&claim, &visit, Seen::NotModified { next: None }).await.unwrap();
        let due = || fixture.store.claim_articles(minute(100_000), 1, TERMS);
        assert_eq!(due().await.unwrap(), []);
        fixture.store.add_article(&claim.address, minute(60)).await.unwrap();
        let woken = due().await.unwrap().remove(0);
        assert_eq!(woken.watched_since, minute(60), "its forty days begin anew");
    }

    #[sqlx::test(migrator = "MIGRATOR")]
    async fn checks_are_kept_for_thirty_days_of_the_databases_clock(pool: PgPool) {
        let mut fixture = Fixture::new(pool.clone()).await;
        let now: DateTime<Utc> = sqlx::query_scalar("select now()").fetch_one(&pool).await.unwrap();
        let today = (now - minute(0)).num_minutes();
        // The last one by a process whose clock is far ahead.
        let ages = [32, 29, 0, -300].map(|days| today - days * 24 * 60);
        for minutes in ages {
            // Each by a process of its own: one that writes to an old day keeps it meanwhile.
            fixture.store = Store::new(pool.clone());
            fixture.see(minutes, &["a"]).await;
        }
        let checks = fixture.store.checks(fixture.article, 10).await.unwrap();
        let kept: Vec<_> =
            checks.iter().map(|check| (check.at - minute(0)).num_minutes()).collect();
        assert_eq!(kept, [ages[3], ages[2], ages[1]]);
    }

    #[sqlx::test(migrator = "MIGRATOR")]
    async fn a_new_day_of_checks_waits_for_nobody_who_reads_them(pool: PgPool) {
        let fixture = Fixture::new(pool.clone()).await;
        let mut reader = pool.begin().await.unwrap();
        sqlx::query("select from \"check\"").execute(&mut *reader).await.unwrap();
        assert_eq!(fixture.see(0, &["a"]).await, done(CheckOutcome::New, 0));
    }

    #[sqlx::test(migrator = "MIGRATOR")]
    async fn a_clock_that_was_set_back_makes_no_change_end_before_it_began(pool: PgPool) {
        let fixture = Fixture::new(pool).await;
        fixture.see(60, &["a"]).await;
        fixture.see(0, &["b"]).await;
        let changes = fixture.store.changes(fixture.article).await.unwrap();
        assert_eq!((changes[0].earliest_at, changes[0].latest_at), (minute(60), minute(60)));
    }
}
