//! Claiming: the short transaction by which a poller takes what is due.
//!
//! What is claimed is an address *and* its host. The host's lease keeps all pollers together at
//! one request at a time to it; the address's own lease and counter make what is recorded later
//! exact. Both leases end by the database's clock, so that a process with a wrong clock or one
//! that was stopped for an hour harms nobody.
//!
//! A claim takes free hosts first, the longest overdue before the others, and then of each
//! what is longest overdue there: so ten thousand due on one host never delay a hundred others. A
//! host's row is what is locked (`for update skip locked`): who holds it may lease what is due
//! there. A claim never waits for a lock.
//!
//! Each claim raises the counter, and [what is recorded](crate::record) must name the value that
//! it was claimed with: a process that slept past its lease finds it spent (FAULTS §4).

mod article;
mod feed;
pub(crate) mod hosts;
mod proposal;
#[cfg(test)]
mod tests;
mod visit;
mod waiting;

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgConnection;
use stet_core::extract::Boilerplate;
use stet_core::{
    Address, ArticleId, CheckOutcome, FeedId, FeedKind, HostId, LinkRule, TextDigest, VersionNumber,
};

use crate::record::TriedOutline;
use crate::{ProposalId, Reading, Store, StoreError};

pub(crate) use hosts::release_host;
pub use waiting::DueKind;

/// How claims are made.
#[derive(Debug, Clone, Copy)]
pub struct ClaimTerms {
    /// How long a claim holds: more than a fetch's deadline, parsing and a margin.
    pub lease: TimeDelta,
    /// The least gap between two requests to a host whose source sets none.
    pub host_gap: TimeDelta,
}

/// A claim on an address and its host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lease {
    /// The address's counter when it was claimed.
    pub claim: i64,
    /// The host.
    pub host: HostId,
    /// The host's counter when it was claimed.
    pub host_claim: i64,
    /// The gap that the host gets when the lease is given back.
    pub host_gap: TimeDelta,
}

/// An article that was claimed for a check, with what the check needs to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArticleClaim {
    /// Which article.
    pub id: ArticleId,
    /// The claim on it.
    pub lease: Lease,
    /// Where it stands.
    pub address: Address,
    /// Its source's own rules, as they are stored.
    pub rules: Option<serde_json::Value>,
    /// What is known not to belong to its source's articles.
    pub boilerplate: Boilerplate,
    /// The revision of both.
    pub rules_revision: i32,
    /// The period that led to this check.
    pub period: TimeDelta,
    /// The period after a change, where an editor gave its source one.
    pub first_period: Option<TimeDelta>,
    /// Failed checks in a row before this one.
    pub failures: u32,
    /// The validators of the body that was read last.
    pub etag: Option<String>,
    /// See `etag`.
    pub last_modified: Option<String>,
    /// SHA-256 of that body.
    pub body_digest: Option<[u8; 32]>,
    /// What is known of the outline of that body; `None`: nobody has tried it.
    pub outline: Option<TriedOutline>,
    /// When the article began to be watched, or was woken.
    pub watched_since: DateTime<Utc>,
    /// When its last change was seen.
    pub last_changed_at: Option<DateTime<Utc>>,
    /// Whether something about it is believed only when it was seen twice: that it is gone, or a
    /// text.
    pub is_doubted: bool,
    /// The text that stood at the last check.
    pub head: Option<Head>,
}

/// The version that stood at an article's last check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// Its number.
    pub version: VersionNumber,
    /// Its digest.
    pub digest: TextDigest,
    /// What read it.
    pub reading: Reading,
    /// Whether that reading found no article in the bytes, so that the text is an earlier one's.
    pub is_unreadable: bool,
}

/// A feed that was claimed for a reading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedClaim {
    /// Which feed.
    pub id: FeedId,
    /// The claim on it.
    pub lease: Lease,
    /// Where it stands.
    pub address: Address,
    /// The period that led to this reading.
    pub period: TimeDelta,
    /// The period that an editor gave it.
    pub fixed_period: Option<TimeDelta>,
    /// Failed readings in a row before this one.
    pub failures: u32,
    /// What it is.
    pub kind: FeedKind,
    /// Which links of a section page are articles, as stored.
    pub links: Option<serde_json::Value>,
    /// The filters that hold for it, its own and its source's, as they are stored.
    pub filters: Vec<serde_json::Value>,
    /// Whether an index names it.
    pub has_parent: bool,
    /// The validators of the body that was read last.
    pub etag: Option<String>,
    /// See `etag`.
    pub last_modified: Option<String>,
}

/// A proposed address that was claimed to be looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProposalClaim {
    /// Which proposal.
    pub id: ProposalId,
    /// The claim on it.
    pub lease: Lease,
    /// The address.
    pub address: Address,
    /// Which of its links are articles, where it was proposed as a section page.
    pub links: Option<LinkRule>,
    /// The rules of the source that it would belong to, as they are stored.
    pub rules: Option<serde_json::Value>,
    /// What is known not to belong to that source's articles.
    pub boilerplate: Boilerplate,
}

/// A kind of work that falls due on hosts.
trait Work: Sized {
    /// Its word in the table of what is due.
    const KIND: &'static str;

    /// How one of it is named.
    type Id: Sync + ?Sized;

    /// The host of one that may be claimed now, due or not.
    async fn host_of(
        connection: &mut PgConnection,
        id: &Self::Id,
    ) -> Result<Option<i64>, StoreError>;

    /// Puts one under lease, whose host the caller has locked, due or not.
    async fn lease(
        connection: &mut PgConnection,
        id: &Self::Id,
        terms: ClaimTerms,
    ) -> Result<Option<Self>, StoreError>;

    /// Puts of each of these hosts, which the caller has locked, what is longest overdue by
    /// `due_by` under lease; of a host where nothing is, nothing.
    async fn lease_due(
        connection: &mut PgConnection,
        hosts: &[i64],
        due_by: DateTime<Utc>,
        terms: ClaimTerms,
    ) -> Result<Vec<Self>, StoreError>;

    /// The lease, of which the host's counter is still to be filled in.
    fn lease_mut(&mut self) -> &mut Lease;
}

impl Store {
    /// Claims up to `limit` articles that are due at `now`, at most one of each free host, the
    /// longest overdue of each first.
    pub async fn claim_articles(
        &self,
        now: DateTime<Utc>,
        limit: u32,
        terms: ClaimTerms,
    ) -> Result<Vec<ArticleClaim>, StoreError> {
        self.claim_due(now, limit, terms).await
    }

    /// Claims one article, due or not; `None` while it or its host is claimed or the host's gap
    /// runs, or when there is no such article to be checked.
    pub async fn claim_article(
        &self,
        id: ArticleId,
        terms: ClaimTerms,
    ) -> Result<Option<ArticleClaim>, StoreError> {
        self.claim_one(&id, terms).await
    }

    /// Claims up to `limit` feeds that are due at `now`, at most one of each free host.
    pub async fn claim_feeds(
        &self,
        now: DateTime<Utc>,
        limit: u32,
        terms: ClaimTerms,
    ) -> Result<Vec<FeedClaim>, StoreError> {
        self.claim_due(now, limit, terms).await
    }

    /// Claims one feed, due or not; `None` while it or its host is claimed or the host's gap runs.
    pub async fn claim_feed(
        &self,
        id: FeedId,
        terms: ClaimTerms,
    ) -> Result<Option<FeedClaim>, StoreError> {
        self.claim_one(&id, terms).await
    }

    /// Claims up to `limit` proposals that nobody has looked at, at most one of each free host.
    pub async fn claim_proposals(
        &self,
        limit: u32,
        terms: ClaimTerms,
    ) -> Result<Vec<ProposalClaim>, StoreError> {
        // Whoever proposed it waits: it is due whatever the time is.
        self.claim_due(DateTime::<Utc>::MAX_UTC, limit, terms).await
    }

    /// Claims one proposal that nobody has looked at; `None` while it or its host is claimed or the
    /// host's gap runs.
    pub async fn claim_proposal(
        &self,
        id: &ProposalId,
        terms: ClaimTerms,
    ) -> Result<Option<ProposalClaim>, StoreError> {
        self.claim_one(id, terms).await
    }

    /// Claims what is due by then, at most one address of each free host.
    async fn claim_due<W: Work>(
        &self,
        due_by: DateTime<Utc>,
        limit: u32,
        terms: ClaimTerms,
    ) -> Result<Vec<W>, StoreError> {
        let mut transaction = self.pool.begin().await?;
        let mut claims: Vec<W> = Vec::new();
        let mut asked = Vec::new();
        loop {
            let wanted = i64::from(limit) - i64::try_from(claims.len()).unwrap_or(i64::MAX);
            let taken = hosts::take(&mut transaction, W::KIND, due_by, &asked, wanted).await?;
            if taken.is_empty() {
                break;
            }
            let leased = W::lease_due(&mut transaction, &taken, due_by, terms).await?;
            let leased = with_hosts(&mut transaction, leased, &taken, terms).await?;
            let is_short = leased.len() < taken.len();
            if is_short {
                let has_nothing = |host: &&i64| !leased.iter().any(|(at, _)| *at == **host);
                let idle: Vec<i64> = taken.iter().filter(has_nothing).copied().collect();
                hosts::correct(&mut transaction, &idle).await?;
            }
            claims.extend(leased.into_iter().map(|(_, claim)| claim));
            asked.extend(taken);
            if !is_short {
                break;
            }
        }
        transaction.commit().await?;
        Ok(claims)
    }

    /// Claims one address, if it and its host are free.
    async fn claim_one<W: Work>(
        &self,
        id: &W::Id,
        terms: ClaimTerms,
    ) -> Result<Option<W>, StoreError> {
        let mut transaction = self.pool.begin().await?;
        let Some(host) = W::host_of(&mut transaction, id).await? else { return Ok(None) };
        if !hosts::take_one(&mut transaction, host).await? {
            return Ok(None);
        }
        let Some(claim) = W::lease(&mut transaction, id, terms).await? else { return Ok(None) };
        let claims = with_hosts(&mut transaction, vec![claim], &[host], terms).await?;
        transaction.commit().await?;
        Ok(claims.into_iter().next().map(|(_, claim)| claim))
    }

    /// Gives an article back of which nothing could be recorded, to be checked again at `at`, so
    /// that what fails each time does not hold up the rest of its host.
    pub async fn abandon_article(
        &self,
        claim: &ArticleClaim,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let mut transaction = self.pool.begin().await?;
        sqlx::query!(
            r#"
            update article
            set lease_until = null, failures = failures + 1, last_outcome = $4, next_check_at = $3
            where id = $1
                and claim = $2
                and lease_until is not null
            "#,
            claim.id.get(),
            claim.lease.claim,
            at,
            CheckOutcome::Fault.as_str(),
        )
        .execute(&mut *transaction)
        .await?;
        release_host(&mut transaction, &claim.lease).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Gives a host back, with its gap, after a record that was refused. A claim that is no
    /// longer this one's is left alone.
    pub(crate) async fn release_host(&self, lease: &Lease) -> Result<(), StoreError> {
        release_host(&mut *self.pool.acquire().await?, lease).await
    }
}

/// Puts the hosts of what was leased under lease too, and orders the claims as `hosts` are.
async fn with_hosts<W: Work>(
    connection: &mut PgConnection,
    mut leased: Vec<W>,
    hosts: &[i64],
    terms: ClaimTerms,
) -> Result<Vec<(i64, W)>, StoreError> {
    let leased_hosts: Vec<i64> =
        leased.iter_mut().map(|claim| claim.lease_mut().host.get()).collect();
    let counters = hosts::lease(connection, &leased_hosts, terms).await?;
    let mut claims = Vec::with_capacity(leased.len());
    for mut claim in leased {
        let lease = claim.lease_mut();
        let host = lease.host.get();
        lease.host_claim = *counters
            .get(&host)
            .ok_or_else(|| StoreError::corrupt("claim without its host", host))?;
        claims.push((host, claim));
    }
    claims.sort_by_key(|(host, _)| hosts.iter().position(|taken| taken == host));
    Ok(claims)
}
