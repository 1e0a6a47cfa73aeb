//! Recording in one transaction many checks that saw nothing new.
//!
//! Most checks find that what stood still stands, and a transaction of its own would cost more than
//! the visit. Each fence is checked as [`record`](Store::record) checks it: an article is locked
//! where its counter is still the one claimed, and what a process saw that slept past its lease is
//! left out. All or nothing is written; whoever waits for the answer knows that it stands.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use stet_core::schedule::NextCheck;
use stet_core::{CheckOutcome, TextDigest, VersionNumber};

use crate::claim::hosts::release_hosts;
use crate::claim::{ArticleClaim, Lease};
use crate::record::{Body, Recorded, Seen, TriedOutline, Visit, is_same_body};
use crate::{ArticleState, Reading, Store, StoreError, row};

/// A check that saw nothing new.
#[derive(Debug, Clone)]
pub struct UnchangedCheck {
    article: i64,
    lease: Lease,
    at: DateTime<Utc>,
    status: Option<i16>,
    milliseconds: i32,
    bytes: i32,
    outcome: CheckOutcome,
    /// Whether the body was the last one, byte for byte.
    is_same_body: bool,
    /// What to compare the next body with; `None` where there was none.
    body: Option<OwnedBody>,
    next: Option<NextCheck>,
}

#[derive(Debug, Clone)]
struct OwnedBody {
    digest: [u8; 32],
    etag: Option<String>,
    last_modified: Option<String>,
    outline: Option<TriedOutline>,
}

impl From<Body<'_>> for OwnedBody {
    fn from(body: Body<'_>) -> Self {
        Self {
            digest: body.digest,
            etag: body.etag.map(str::to_owned),
            last_modified: body.last_modified.map(str::to_owned),
            outline: body.outline.copied(),
        }
    }
}

impl UnchangedCheck {
    /// What a check saw, if that is what stood, was read as it stands and settles no doubt; else
    /// `None`, and it is to be [recorded](Store::record) by itself.
    #[must_use]
    pub fn of(claim: &ArticleClaim, visit: &Visit<'_>, seen: Seen<'_>) -> Option<Self> {
        let head = claim.head?;
        let stands = |read: (TextDigest, Reading)| {
            read == (head.digest, head.reading) && !head.is_unreadable
        };
        let (outcome, body, next) = match seen {
            Seen::NotModified { next } => (CheckOutcome::NotModified, None, next),
            Seen::Unchanged { read, body, next } if read.is_none_or(stands) => {
                (CheckOutcome::Unchanged, Some(body.into()), next)
            }
            Seen::Failure { .. } | Seen::Unchanged { .. } | Seen::Text { .. } => return None,
        };
        if visit.detail.is_some() || claim.is_doubted {
            return None;
        }
        Some(Self {
            article: claim.id.get(),
            lease: claim.lease,
            at: visit.at,
            status: visit.status.and_then(|status| i16::try_from(status).ok()),
            milliseconds: row::capped(visit.took.as_millis()),
            bytes: row::capped(visit.bytes),
            outcome,
            is_same_body: is_same_body(claim, seen),
            body,
            next,
        })
    }
}

impl Store {
    /// Writes checks that saw nothing new and gives their claims back, and with them the hosts of
    /// what was [recorded](Store::record_before_release) by itself, all or nothing; says of each
    /// check, in order, what became of it.
    pub async fn record_unchanged(
        &self,
        checks: &[UnchangedCheck],
        hosts: &[Lease],
    ) -> Result<Vec<Recorded>, StoreError> {
        let mut days: Vec<DateTime<Utc>> = checks.iter().map(|check| check.at).collect();
        days.dedup_by_key(|at| at.date_naive());
        for day in days {
            self.prepare_day(day).await?;
        }
        let mut transaction = self.pool.begin().await?;
        let heads = lock(&mut transaction, checks).await?;
        let head_of = |check: &UnchangedCheck| heads.get(&(check.article, check.lease.claim));
        let held: Vec<&UnchangedCheck> =
            checks.iter().filter(|check| head_of(check).is_some()).collect();
        if !held.is_empty() {
            let sightings: Vec<i32> =
                held.iter().filter_map(|check| head_of(check)).map(|head| head.0).collect();
            write(&mut transaction, &held, &sightings).await?;
        }
        let mut leases: Vec<&Lease> =
            checks.iter().map(|check| &check.lease).chain(hosts).collect();
        leases.sort_by_key(|lease| lease.host);
        release_hosts(&mut transaction, &leases).await?;
        transaction.commit().await?;
        let recorded = |check: &UnchangedCheck| match head_of(check) {
            None => Ok(Recorded::Fenced),
            Some((_, version)) => {
                let version: VersionNumber = row::version(*version)?;
                Ok(Recorded::Done { outcome: check.outcome, version: Some(version) })
            }
        };
        checks.iter().map(recorded).collect()
    }
}

/// Locks the articles whose claims still hold; returns the numbers of their sightings and versions
/// that stand, by article and claim.
async fn lock(
    connection: &mut PgConnection,
    checks: &[UnchangedCheck],
) -> Result<HashMap<(i64, i64), (i32, i32)>, StoreError> {
    if checks.is_empty() {
        return Ok(HashMap::new());
    }
    let articles: Vec<i64> = checks.iter().map(|check| check.article).collect();
    let claims: Vec<i64> = checks.iter().map(|check| check.lease.claim).collect();
    // In one order, so that two batches wait for each other instead of locking each other out.
    let locked = sqlx::query!(
        r#"
        select article.id, article.claim, head_sighting as "head_sighting!",
            head_version as "head_version!"
        from unnest($1::bigint[], $2::bigint[]) as mine (id, claim)
        join article on article.id = mine.id
            and article.claim = mine.claim
        where article.lease_until is not null
            and head_sighting is not null
        order by article.id
        for no key update of article
        "#,
        &articles,
        &claims,
    )
    .fetch_all(connection)
    .await?;
    let heads: HashMap<(i64, i64), (i32, i32)> = locked
        .into_iter()
        .map(|held| ((held.id, held.claim), (held.head_sighting, held.head_version)))
        .collect();
    Ok(heads)
}

/// Writes checks whose articles the caller has locked, with the sightings that they lengthen.
async fn write(
    connection: &mut PgConnection,
    held: &[&UnchangedCheck],
    sightings: &[i32],
) -> Result<(), StoreError> {
    let articles: Vec<i64> = held.iter().map(|check| check.article).collect();
    let times: Vec<DateTime<Utc>> = held.iter().map(|check| check.at).collect();
    let outcomes: Vec<String> = held.iter().map(|check| check.outcome.to_string()).collect();
    sqlx::query!(
        r#"
        insert into "check"
            (article_id, claim, checked_at, outcome, status, milliseconds, bytes, is_same_body)
        select *
        from unnest($1::bigint[], $2::bigint[], $3::timestamptz[], $4::text[], $5::smallint[],
            $6::integer[], $7::integer[], $8::boolean[])
        "#,
        &articles,
        &held.iter().map(|check| check.lease.claim).collect::<Vec<_>>(),
        &times,
        &outcomes,
        &held.iter().map(|check| check.status).collect::<Vec<_>>() as &[Option<i16>],
        &held.iter().map(|check| check.milliseconds).collect::<Vec<_>>(),
        &held.iter().map(|check| check.bytes).collect::<Vec<_>>(),
        &held.iter().map(|check| check.is_same_body).collect::<Vec<_>>(),
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!(
        r#"
        update sighting
        set last_seen_at = greatest(last_seen_at, seen.at), checks = checks + 1
        from unnest($1::bigint[], $2::integer[], $3::timestamptz[]) as seen (article, number, at)
        where sighting.article_id = seen.article
            and sighting.number = seen.number
        "#,
        &articles,
        sightings,
        &times,
    )
    .execute(&mut *connection)
    .await?;
    let body = |check: &&UnchangedCheck| check.body.clone();
    let outline = |check: &&UnchangedCheck| check.body.as_ref()?.outline;
    sqlx::query!(
        r#"
        update article
        set lease_until = null, failures = 0, last_outcome = seen.outcome, last_checked_at = seen.at,
            state = case
                when state = 'hidden' then state
                when seen.next_at is null then $9
                else $8
            end,
            next_check_at = coalesce(seen.next_at, next_check_at),
            period = coalesce(seen.period, article.period),
            body_digest = coalesce(seen.digest, body_digest),
            etag = case when seen.digest is null then article.etag else seen.etag end,
            last_modified = case
                when seen.digest is null then article.last_modified
                else seen.last_modified
            end,
            outline = case when seen.digest is null then article.outline else seen.outline end,
            outline_tried_at = case
                when seen.digest is null then article.outline_tried_at
                else seen.outline_tried_at
            end
        from unnest($1::bigint[], $2::timestamptz[], $3::text[], $4::timestamptz[],
                $5::interval[], $6::bytea[], $7::text[], $10::text[], $11::bytea[],
                $12::timestamptz[])
            as seen (article, at, outcome, next_at, period, digest, etag, last_modified, outline,
                outline_tried_at)
        where article.id = seen.article
        "#,
        &articles,
        &times,
        &outcomes,
        &held.iter().map(|check| check.next.map(|next| next.at)).collect::<Vec<_>>()
            as &[Option<DateTime<Utc>>],
        &held
            .iter()
            .map(|check| check.next.map(|next| row::interval(next.period)))
            .collect::<Vec<_>>() as &[Option<sqlx::postgres::types::PgInterval>],
        &held
            .iter()
            .map(|check| check.body.as_ref().map(|body| body.digest.to_vec()))
            .collect::<Vec<_>>() as &[Option<Vec<u8>>],
        &held.iter().map(body).map(|body| body?.etag).collect::<Vec<_>>() as &[Option<String>],
        ArticleState::Watched.as_str(),
        ArticleState::Dormant.as_str(),
        &held.iter().map(body).map(|body| body?.last_modified).collect::<Vec<_>>()
            as &[Option<String>],
        &held.iter().map(outline).map(|tried| tried?.bytes()).collect::<Vec<_>>()
            as &[Option<Vec<u8>>],
        &held.iter().map(outline).map(|tried| Some(tried?.at)).collect::<Vec<_>>()
            as &[Option<DateTime<Utc>>],
    )
    .execute(connection)
    .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use sqlx::PgPool;

    use super::*;
    use crate::MIGRATOR;
    use crate::fixture::{Fixture, TERMS, address, expire_leases, minute, next};

    fn unchanged(claim: &ArticleClaim, minutes: i64) -> UnchangedCheck {
        let visit = Visit {
            at: minute(minutes),
            status: Some(304),
            took: Duration::ZERO,
            bytes: 0,
            detail: None,
        };
        let seen = Seen::NotModified { next: Some(next(minutes)) };
        UnchangedCheck::of(claim, &visit, seen).unwrap()
    }

    #[sqlx::test(migrator = "MIGRATOR")]
    async fn a_batch_stands_whole_but_for_what_is_stale(pool: PgPool) {
        let fixture = Fixture::new(pool.clone()).await;
        let store = &fixture.store;
        let other =
            store.add_article(&address("https://other.example/1"), minute(0)).await.unwrap();
        let other = Fixture { store: store.clone(), article: other.id };
        for fixture in [&fixture, &other] {
            fixture.see(0, &["a"]).await;
        }
        let asleep = fixture.claim().await;
        expire_leases(&pool).await;
        let newer = fixture.see(60, &["b"]).await;
        assert!(matches!(newer, Recorded::Done { outcome: CheckOutcome::Changed, .. }));
        let awake = other.claim().await;

        let batch = [unchanged(&asleep, 90), unchanged(&awake, 90)];
        let recorded = store.record_unchanged(&batch, &[]).await.unwrap();
        let version = Some(VersionNumber::FIRST);
        let stands = Recorded::Done { outcome: CheckOutcome::NotModified, version };
        assert_eq!(recorded, [Recorded::Fenced, stands]);
        let seen = |fixture: &Fixture| {
            let (store, id) = (fixture.store.clone(), fixture.article);
            async move {
                let sightings = store.sightings(id).await.unwrap();
                sightings.iter().map(|s| (s.last_seen_at, s.checks)).collect::<Vec<_>>()
            }
        };
        assert_eq!(seen(&fixture).await, [(minute(0), 1), (minute(60), 1)]);
        assert_eq!(seen(&other).await, [(minute(90), 2)]);
        // The reply was lost: a repetition finds the claim spent.
        assert_eq!(store.record_unchanged(&batch[1..], &[]).await.unwrap(), [Recorded::Fenced]);
        assert_eq!(store.checks(other.article, 10).await.unwrap().len(), 2);
        // Both are given back, to be checked when the next time comes.
        assert_eq!(store.claim_articles(minute(119), 10, TERMS).await.unwrap().len(), 1);
        assert_eq!(store.claim_articles(minute(120), 10, TERMS).await.unwrap().len(), 1);
    }

    #[sqlx::test(migrator = "MIGRATOR")]
    async fn a_first_text_is_recorded_by_itself(pool: PgPool) {
        let fixture = Fixture::new(pool).await;
        let claim = fixture.claim().await;
        let visit = Visit {
            at: minute(0),
            status: Some(304),
            took: Duration::ZERO,
            bytes: 0,
            detail: None,
        };
        let seen = Seen::NotModified { next: Some(next(0)) };
        assert!(UnchangedCheck::of(&claim, &visit, seen).is_none());
    }
}
