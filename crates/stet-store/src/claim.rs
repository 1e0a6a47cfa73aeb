//! Claiming: the short transaction by which a poller takes what is due.
//!
//! What is claimed is an address *and* its host. The host's lease keeps all pollers together at
//! one request at a time to it; the address's own lease and counter make what is recorded later
//! exact. Both leases end by the database's clock, so that a process with a wrong clock or one
//! that was stopped for an hour harms nobody. Fairness is decided here: at most one address of
//! each host is taken, so ten thousand due on one host never delay a hundred others. The host's
//! row is what is locked (`for update skip locked`): who holds it may lease what is due there.
//!
//! Each claim raises the counter, and [what is recorded](crate::record) must name the value that
//! it was claimed with: a process that slept past its lease finds it spent (FAULTS §4).

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgConnection;
use stet_core::extract::Boilerplate;
use stet_core::{
    Address, ArticleId, CheckOutcome, FeedId, FeedKind, HostId, LinkRule, TextDigest, VersionNumber,
};

use crate::{ProposalId, Reading, Store, StoreError, boilerplate, row, source};

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
    /// Failed checks in a row before this one.
    pub failures: u32,
    /// The validators of the body that was read last.
    pub etag: Option<String>,
    /// See `etag`.
    pub last_modified: Option<String>,
    /// SHA-256 of that body.
    pub body_digest: Option<[u8; 32]>,
    /// When the article began to be watched, or was woken.
    pub watched_since: DateTime<Utc>,
    /// When its last change was seen.
    pub last_changed_at: Option<DateTime<Utc>>,
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

impl Store {
    /// Claims up to `limit` articles that are due at `now`, at most one of each free host, the
    /// longest overdue of each first.
    pub async fn claim_articles(
        &self,
        now: DateTime<Utc>,
        limit: u32,
        terms: ClaimTerms,
    ) -> Result<Vec<ArticleClaim>, StoreError> {
        let mut transaction = self.pool.begin().await?;
        let taken = sqlx::query!(
            r#"
            select due.id, host.id as host
            from host
            cross join lateral (
                select article.id, article.next_check_at
                from article
                where article.host_id = host.id
                    and article.state = 'watched'
                    and article.next_check_at <= $1
                    and (article.lease_until is null or article.lease_until <= now())
                order by article.next_check_at
                limit 1
            ) as due
            where host.next_visit_at <= now()
                and (host.lease_until is null or host.lease_until <= now())
            order by due.next_check_at
            limit $2
            for update of host skip locked
            "#,
            now,
            i64::from(limit),
        )
        .fetch_all(&mut *transaction)
        .await?;
        let mut claims = Vec::with_capacity(taken.len());
        for due in taken {
            claims
                .extend(lease_article(&mut transaction, due.id, due.host, terms, Some(now)).await?);
        }
        transaction.commit().await?;
        Ok(claims)
    }

    /// Claims one article, due or not; `None` while it or its host is claimed or the host's gap
    /// runs, or when there is no such article to be checked.
    pub async fn claim_article(
        &self,
        id: ArticleId,
        terms: ClaimTerms,
    ) -> Result<Option<ArticleClaim>, StoreError> {
        let mut transaction = self.pool.begin().await?;
        let free = sqlx::query!(
            r#"
            select article.id, host.id as host
            from article
            join host on host.id = article.host_id
            where article.id = $1
                and article.state <> 'hidden'
                and (article.lease_until is null or article.lease_until <= now())
                and host.next_visit_at <= now()
                and (host.lease_until is null or host.lease_until <= now())
            for update of article, host skip locked
            "#,
            id.get(),
        )
        .fetch_optional(&mut *transaction)
        .await?;
        let Some(free) = free else { return Ok(None) };
        let claim = lease_article(&mut transaction, free.id, free.host, terms, None).await?;
        transaction.commit().await?;
        Ok(claim)
    }

    /// Claims one feed, due or not; `None` while it or its host is claimed or the host's gap runs.
    pub async fn claim_feed(
        &self,
        id: FeedId,
        terms: ClaimTerms,
    ) -> Result<Option<FeedClaim>, StoreError> {
        let mut transaction = self.pool.begin().await?;
        let free = sqlx::query!(
            r#"
            select feed.id, host.id as host
            from feed
            join host on host.id = feed.host_id
            where feed.id = $1
                and (feed.lease_until is null or feed.lease_until <= now())
                and host.next_visit_at <= now()
                and (host.lease_until is null or host.lease_until <= now())
            for update of feed, host skip locked
            "#,
            id.get(),
        )
        .fetch_optional(&mut *transaction)
        .await?;
        let Some(free) = free else { return Ok(None) };
        let claim = lease_feed(&mut transaction, free.id, free.host, terms, None).await?;
        transaction.commit().await?;
        Ok(claim)
    }

    /// Claims up to `limit` feeds that are due at `now`, at most one of each free host.
    pub async fn claim_feeds(
        &self,
        now: DateTime<Utc>,
        limit: u32,
        terms: ClaimTerms,
    ) -> Result<Vec<FeedClaim>, StoreError> {
        let mut transaction = self.pool.begin().await?;
        let taken = sqlx::query!(
            r#"
            select due.id, host.id as host
            from host
            cross join lateral (
                select feed.id, feed.next_check_at
                from feed
                where feed.host_id = host.id
                    and feed.next_check_at <= $1
                    and (feed.lease_until is null or feed.lease_until <= now())
                order by feed.next_check_at
                limit 1
            ) as due
            where host.next_visit_at <= now()
                and (host.lease_until is null or host.lease_until <= now())
            order by due.next_check_at
            limit $2
            for update of host skip locked
            "#,
            now,
            i64::from(limit),
        )
        .fetch_all(&mut *transaction)
        .await?;
        let mut claims = Vec::with_capacity(taken.len());
        for due in taken {
            claims.extend(lease_feed(&mut transaction, due.id, due.host, terms, Some(now)).await?);
        }
        transaction.commit().await?;
        Ok(claims)
    }

    /// Claims up to `limit` proposals that nobody has looked at, at most one of each free host.
    pub async fn claim_proposals(
        &self,
        limit: u32,
        terms: ClaimTerms,
    ) -> Result<Vec<ProposalClaim>, StoreError> {
        let mut transaction = self.pool.begin().await?;
        let taken = sqlx::query!(
            r#"
            select due.id, host.id as host
            from host
            cross join lateral (
                select proposal.id, proposal.created_at
                from proposal
                where proposal.host_id = host.id
                    and proposal.looked_at is null
                    and (proposal.lease_until is null or proposal.lease_until <= now())
                order by proposal.created_at
                limit 1
            ) as due
            where host.next_visit_at <= now()
                and (host.lease_until is null or host.lease_until <= now())
            order by due.created_at
            limit $1
            for update of host skip locked
            "#,
            i64::from(limit),
        )
        .fetch_all(&mut *transaction)
        .await?;
        let mut claims = Vec::with_capacity(taken.len());
        for due in taken {
            claims.extend(lease_proposal(&mut transaction, &due.id, due.host, terms).await?);
        }
        transaction.commit().await?;
        Ok(claims)
    }

    /// Claims one proposal that nobody has looked at; `None` while it or its host is claimed or the
    /// host's gap runs.
    pub async fn claim_proposal(
        &self,
        id: &ProposalId,
        terms: ClaimTerms,
    ) -> Result<Option<ProposalClaim>, StoreError> {
        let mut transaction = self.pool.begin().await?;
        let free = sqlx::query!(
            r#"
            select proposal.id, host.id as host
            from proposal
            join host on host.id = proposal.host_id
            where proposal.id = $1
                and looked_at is null
                and (proposal.lease_until is null or proposal.lease_until <= now())
                and host.next_visit_at <= now()
                and (host.lease_until is null or host.lease_until <= now())
            for update of proposal, host skip locked
            "#,
            id.to_string(),
        )
        .fetch_optional(&mut *transaction)
        .await?;
        let Some(free) = free else { return Ok(None) };
        let claim = lease_proposal(&mut transaction, &free.id, free.host, terms).await?;
        transaction.commit().await?;
        Ok(claim)
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
        let mut connection = self.pool.acquire().await?;
        release_host(&mut connection, lease).await
    }

    /// How many articles, feeds and proposals are due at `now`, claimed or not.
    pub async fn count_due(&self, now: DateTime<Utc>) -> Result<u64, StoreError> {
        let count = sqlx::query_scalar!(
            r#"
            select (select count(*) from article where state = 'watched' and next_check_at <= $1)
                + (select count(*) from feed where next_check_at <= $1)
                + (select count(*) from proposal where looked_at is null) as "count!"
            "#,
            now,
        )
        .fetch_one(&self.pool)
        .await?;
        Ok(u64::try_from(count).unwrap_or_default())
    }

    /// How long until something can be claimed, by what is known now: nothing if at once, `None`
    /// if nothing is due at `now`.
    pub async fn time_until_claimable(
        &self,
        now: DateTime<Utc>,
    ) -> Result<Option<TimeDelta>, StoreError> {
        let seconds = sqlx::query_scalar!(
            r#"
            select min(extract(epoch from
                greatest(host.next_visit_at, host.lease_until, due.lease_until, now()) - now()
            ))::double precision
            from (
                select host_id, lease_until
                from article
                where state = 'watched'
                    and next_check_at <= $1
                union all
                select host_id, lease_until
                from feed
                where next_check_at <= $1
                union all
                select host_id, lease_until
                from proposal
                where looked_at is null
            ) as due
            join host on host.id = due.host_id
            "#,
            now,
        )
        .fetch_one(&self.pool)
        .await?;
        #[expect(clippy::cast_possible_truncation, reason = "a wait, far below 2^63 milliseconds")]
        let wait =
            seconds.map(|seconds| TimeDelta::milliseconds((seconds * 1_000.0).ceil() as i64));
        Ok(wait)
    }
}

/// Puts an article and its host, which the caller has locked, under lease; `None` if somebody
/// else has claimed or even checked the article meanwhile: then it is no longer due.
async fn lease_article(
    connection: &mut PgConnection,
    id: i64,
    host: i64,
    terms: ClaimTerms,
    due_by: Option<DateTime<Utc>>,
) -> Result<Option<ArticleClaim>, StoreError> {
    let article = sqlx::query!(
        r#"
        update article
        set claim = article.claim + 1, lease_until = now() + $2
        from source
        where article.id = $1
            and source.id = article.source_id
            and state <> 'hidden'
            and (lease_until is null or lease_until <= now())
            and ($3::timestamptz is null or (next_check_at <= $3 and state = 'watched'))
        returning article.claim, url, period, failures, etag, last_modified, body_digest,
            watched_since, last_changed_at, source.host_gap, source.rules, source.rules_revision,
            array(
                select digest from boilerplate where boilerplate.source_id = source.id
            ) as "boilerplate!"
        "#,
        id,
        row::interval(terms.lease),
        due_by,
    )
    .fetch_optional(&mut *connection)
    .await?;
    let Some(article) = article else { return Ok(None) };
    let head = sqlx::query!(
        r#"
        select version.number, version.digest, version.extractor, version.rules_revision,
            version.is_unreadable
        from article
        join version on version.article_id = article.id
            and version.number = article.head_version
        where article.id = $1
        "#,
        id,
    )
    .fetch_optional(&mut *connection)
    .await?;
    let head = head
        .map(|head| {
            Ok::<_, StoreError>(Head {
                version: row::version(head.number)?,
                digest: TextDigest(row::digest(&head.digest)?),
                reading: Reading { extractor: head.extractor, rules: head.rules_revision },
                is_unreadable: head.is_unreadable,
            })
        })
        .transpose()?;
    let gap = article.host_gap.as_ref().map_or(terms.host_gap, row::span);
    Ok(Some(ArticleClaim {
        id: row::id(id)?,
        lease: lease_host(connection, article.claim, host, gap, terms).await?,
        address: row::address(&article.url)?,
        rules: article.rules,
        boilerplate: boilerplate::read(&article.boilerplate)?,
        rules_revision: article.rules_revision,
        period: row::span(&article.period),
        failures: row::count(article.failures),
        etag: article.etag,
        last_modified: article.last_modified,
        body_digest: article.body_digest.as_deref().map(row::digest).transpose()?,
        watched_since: article.watched_since,
        last_changed_at: article.last_changed_at,
        head,
    }))
}

/// Puts a feed and its host under lease, likewise.
async fn lease_feed(
    connection: &mut PgConnection,
    id: i64,
    host: i64,
    terms: ClaimTerms,
    due_by: Option<DateTime<Utc>>,
) -> Result<Option<FeedClaim>, StoreError> {
    let feed = sqlx::query!(
        r#"
        update feed
        set claim = feed.claim + 1, lease_until = now() + $2
        from source
        where feed.id = $1
            and source.id = feed.source_id
            and (lease_until is null or lease_until <= now())
            and ($3::timestamptz is null or next_check_at <= $3)
        returning feed.claim, url, period, failures, etag, last_modified, source.host_gap,
            kind, links, feed.filters, source.filters as source_filters, parent_id,
            (select parent.filters from feed as parent where parent.id = feed.parent_id)
                as parent_filters
        "#,
        id,
        row::interval(terms.lease),
        due_by,
    )
    .fetch_optional(&mut *connection)
    .await?;
    let Some(feed) = feed else { return Ok(None) };
    let gap = feed.host_gap.as_ref().map_or(terms.host_gap, row::span);
    Ok(Some(FeedClaim {
        id: row::id(id)?,
        lease: lease_host(connection, feed.claim, host, gap, terms).await?,
        address: row::address(&feed.url)?,
        period: row::span(&feed.period),
        failures: row::count(feed.failures),
        kind: row::feed_kind(&feed.kind)?,
        links: feed.links,
        filters: [feed.filters, feed.parent_filters, feed.source_filters]
            .into_iter()
            .flatten()
            .collect(),
        has_parent: feed.parent_id.is_some(),
        etag: feed.etag,
        last_modified: feed.last_modified,
    }))
}

/// Puts a proposal and its host under lease, likewise.
async fn lease_proposal(
    connection: &mut PgConnection,
    id: &str,
    host: i64,
    terms: ClaimTerms,
) -> Result<Option<ProposalClaim>, StoreError> {
    let proposal = sqlx::query!(
        r#"
        update proposal
        set claim = claim + 1, lease_until = now() + $2
        where id = $1
            and looked_at is null
            and (lease_until is null or lease_until <= now())
        returning claim, url, links
        "#,
        id,
        row::interval(terms.lease),
    )
    .fetch_optional(&mut *connection)
    .await?;
    let Some(proposal) = proposal else { return Ok(None) };
    let address = row::address(&proposal.url)?;
    let (rules, boilerplate) = source::knowledge_for(connection, &address).await?;
    Ok(Some(ProposalClaim {
        id: id.parse()?,
        links: proposal.links.map(|links| row::json("links", links)).transpose()?,
        rules,
        boilerplate,
        lease: lease_host(connection, proposal.claim, host, terms.host_gap, terms).await?,
        address,
    }))
}

async fn lease_host(
    connection: &mut PgConnection,
    claim: i64,
    host: i64,
    host_gap: TimeDelta,
    terms: ClaimTerms,
) -> Result<Lease, StoreError> {
    let host_claim = sqlx::query_scalar!(
        r#"
        update host
        set claim = claim + 1, lease_until = now() + $2
        where id = $1
        returning claim
        "#,
        host,
        row::interval(terms.lease),
    )
    .fetch_one(connection)
    .await?;
    Ok(Lease { claim, host: row::id(host)?, host_claim, host_gap })
}

/// Gives a host back, to be visited again after its gap.
pub(crate) async fn release_host(
    connection: &mut PgConnection,
    lease: &Lease,
) -> Result<(), StoreError> {
    sqlx::query!(
        r#"
        update host
        set lease_until = null, next_visit_at = now() + $3
        where id = $1
            and claim = $2
        "#,
        lease.host.get(),
        lease.host_claim,
        row::interval(lease.host_gap),
    )
    .execute(connection)
    .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use sqlx::PgPool;

    use super::*;
    use crate::MIGRATOR;
    use crate::fixture::{Fixture, TERMS, address, minute};

    async fn claimed(store: &Store, limit: u32, terms: ClaimTerms) -> Vec<String> {
        let claims = store.claim_articles(minute(0), limit, terms).await.unwrap();
        claims.into_iter().map(|claim| claim.address.to_string()).collect()
    }

    #[sqlx::test(migrator = "MIGRATOR")]
    async fn one_address_of_each_host_is_claimed_at_a_time(pool: PgPool) {
        let store = Store::new(pool);
        for text in ["https://a.example/1", "https://a.example/2", "https://b.example/1"] {
            store.add_article(&address(text), minute(0)).await.unwrap();
        }
        assert_eq!(
            claimed(&store, 10, TERMS).await,
            ["https://a.example/1", "https://b.example/1"]
        );
        assert_eq!(claimed(&store, 10, TERMS).await, [""; 0]);
    }

    #[sqlx::test(migrator = "MIGRATOR")]
    async fn an_article_that_is_not_due_is_left_alone(pool: PgPool) {
        let store = Store::new(pool);
        store.add_article(&address("https://a.example/1"), minute(1)).await.unwrap();
        assert_eq!(claimed(&store, 10, TERMS).await, [""; 0]);
        assert_eq!(store.time_until_claimable(minute(0)).await.unwrap(), None);
        assert_eq!(store.count_due(minute(1)).await.unwrap(), 1);
    }

    #[sqlx::test(migrator = "MIGRATOR")]
    async fn a_host_is_free_again_after_its_gap(pool: PgPool) {
        let fixture = Fixture::new(pool).await;
        let terms = ClaimTerms { host_gap: TimeDelta::hours(1), ..TERMS };
        let claim = fixture.store.claim_article(fixture.article, terms).await.unwrap().unwrap();
        fixture.record_text(&claim, 0, &["a"]).await;
        assert_eq!(fixture.store.claim_article(fixture.article, terms).await.unwrap(), None);
        let wait = fixture.store.time_until_claimable(minute(60)).await.unwrap().unwrap();
        assert!(wait > TimeDelta::minutes(50), "{wait}");
    }

    #[sqlx::test(migrator = "MIGRATOR")]
    async fn an_expired_lease_is_claimed_again_with_a_higher_counter(pool: PgPool) {
        let fixture = Fixture::new(pool).await;
        let expired = ClaimTerms { lease: TimeDelta::zero(), ..TERMS };
        let first = fixture.store.claim_article(fixture.article, expired).await.unwrap().unwrap();
        let second = fixture.claim().await;
        assert!(second.lease.claim > first.lease.claim);
        assert!(second.lease.host_claim > first.lease.host_claim);
        // The first one's late release does not free what the second one holds.
        fixture.store.release_host(&first.lease).await.unwrap();
        assert_eq!(fixture.store.claim_article(fixture.article, TERMS).await.unwrap(), None);
    }

    #[sqlx::test(migrator = "MIGRATOR")]
    async fn many_pollers_never_claim_one_article_twice(pool: PgPool) {
        let store = Store::new(pool);
        for number in 0..20 {
            let text = format!("https://host-{number}.example/1");
            store.add_article(&address(&text), minute(0)).await.unwrap();
        }
        let claims = (0..8).map(|_| claimed(&store, 5, TERMS));
        let mut all: Vec<String> =
            futures_util::future::join_all(claims).await.into_iter().flatten().collect();
        // A poller that met others' locks may have left some for the next round.
        all.extend(claimed(&store, 20, TERMS).await);
        all.sort();
        let claims_made = all.len();
        all.dedup();
        assert_eq!((claims_made, all.len()), (20, 20));
    }
}
