//! What sites' robots.txt said, kept for all pollers.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use stet_core::{Address, CheckOutcome, HostId};

use crate::claim::{ArticleClaim, FeedClaim, Lease, ProposalClaim, release_host};
use crate::{Store, StoreError, row};

/// A robots.txt as it was read last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptRobots {
    /// Its bytes, empty where the site has none; or why it could not be read.
    pub answer: Result<Vec<u8>, RobotsFault>,
    /// When it is to be read again.
    pub expires_at: DateTime<Utc>,
    /// Failed attempts in a row, this one included.
    pub failures: u32,
}

/// Why a robots.txt could not be read: nobody may be visited there for now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RobotsFault {
    /// In one word.
    pub outcome: CheckOutcome,
    /// In words.
    pub detail: String,
}

/// A host that may not be visited for now, since its robots.txt could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnreadRobots {
    /// The host's name.
    pub host: String,
    /// Why, in words.
    pub detail: String,
    /// When it is to be read again.
    pub expires_at: DateTime<Utc>,
}

/// What is known before an address is visited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RobotsPolicy {
    /// Whether its source's robots.txt is obeyed at all.
    pub is_obeyed: bool,
    /// What it said last, if it was ever read.
    pub kept: Option<KeptRobots>,
}

/// An address that was claimed.
#[derive(Debug, Clone, Copy)]
pub enum Claimed<'a> {
    /// An article.
    Article(&'a ArticleClaim),
    /// A feed.
    Feed(&'a FeedClaim),
    /// A proposed address.
    Proposal(&'a ProposalClaim),
    /// A host alone, for a visit to an archive.
    Host(&'a Lease),
}

impl Claimed<'_> {
    const fn lease(&self) -> &Lease {
        match self {
            Self::Article(claim) => &claim.lease,
            Self::Feed(claim) => &claim.lease,
            Self::Proposal(claim) => &claim.lease,
            Self::Host(lease) => lease,
        }
    }
}

impl Store {
    /// What is known of the robots.txt that speaks for an address on this host.
    pub async fn robots(
        &self,
        host: HostId,
        address: &Address,
    ) -> Result<RobotsPolicy, StoreError> {
        let found = sqlx::query!(
            r#"
            select (select robots from source where domain = $1) as setting,
                robots.body, robots.outcome, robots.detail,
                robots.failures as "failures?", robots.expires_at as "expires_at?"
            from (values (1)) as one
            left join robots on robots.host_id = $2 and robots.scheme = $3
            "#,
            address.registrable_domain(),
            host.get(),
            address.url().scheme(),
        )
        .fetch_one(&self.pool)
        .await?;
        let is_obeyed = found.setting.as_deref() != Some("ignore");
        let Some(expires_at) = found.expires_at else {
            return Ok(RobotsPolicy { is_obeyed, kept: None });
        };
        let answer = match found.body {
            Some(body) => Ok(body),
            None => Err(RobotsFault {
                outcome: row::outcome(&found.outcome.unwrap_or_default())?,
                detail: found.detail.unwrap_or_default(),
            }),
        };
        let failures = found.failures.map_or(0, row::count);
        Ok(RobotsPolicy { is_obeyed, kept: Some(KeptRobots { answer, expires_at, failures }) })
    }

    /// The hosts of a publisher whose robots.txt could not be read, by their names; those where it is
    /// to be read again by now are left out.
    pub async fn unread_robots(
        &self,
        source_slug: &str,
        now: DateTime<Utc>,
    ) -> Result<Vec<UnreadRobots>, StoreError> {
        let unread = sqlx::query_as!(
            UnreadRobots,
            r#"
            select host.name as host, coalesce(robots.detail, '') as "detail!", robots.expires_at
            from source
            join host on host.source_id = source.id
            join robots on robots.host_id = host.id
            where source.slug = $1
                and source.robots <> 'ignore'
                and robots.body is null
                and robots.expires_at > $2
            order by host.name, robots.scheme
            "#,
            source_slug,
            now,
        )
        .fetch_all(&self.pool)
        .await?;
        Ok(unread)
    }

    /// Keeps what a robots.txt said that was read under the claim of another address, and gives both
    /// the address, as due as it was, and its host back: reading it was the host's one visit.
    pub async fn keep_robots(
        &self,
        address: &Address,
        claimed: Claimed<'_>,
        kept: &KeptRobots,
    ) -> Result<(), StoreError> {
        let mut transaction = self.pool.begin().await?;
        let fault = kept.answer.as_ref().err();
        sqlx::query!(
            r#"
            insert into robots (host_id, scheme, body, outcome, detail, failures, expires_at)
            values ($1, $2, $3, $4, $5, $6, $7)
            on conflict (host_id, scheme) do update
            set body = excluded.body, outcome = excluded.outcome, detail = excluded.detail,
                failures = excluded.failures, expires_at = excluded.expires_at
            "#,
            claimed.lease().host.get(),
            address.url().scheme(),
            kept.answer.as_ref().ok().map(Vec::as_slice),
            fault.map(|fault| fault.outcome.as_str()),
            fault.map(|fault| row::without_nul(&fault.detail)),
            row::capped(kept.failures),
            kept.expires_at,
        )
        .execute(&mut *transaction)
        .await?;
        put_back(&mut transaction, claimed).await?;
        release_host(&mut transaction, claimed.lease()).await?;
        transaction.commit().await?;
        Ok(())
    }
}

/// Ends the lease of an address that was not visited.
async fn put_back(connection: &mut PgConnection, claimed: Claimed<'_>) -> Result<(), StoreError> {
    let claim = claimed.lease().claim;
    match claimed {
        Claimed::Article(article) => {
            sqlx::query!(
                "update article set lease_until = null where id = $1 and claim = $2",
                article.id.get(),
                claim,
            )
            .execute(connection)
            .await?
        }
        Claimed::Feed(feed) => {
            sqlx::query!(
                "update feed set lease_until = null where id = $1 and claim = $2",
                feed.id.get(),
                claim,
            )
            .execute(connection)
            .await?
        }
        Claimed::Proposal(proposal) => {
            sqlx::query!(
                "update proposal set lease_until = null where id = $1 and claim = $2",
                proposal.id.to_string(),
                claim,
            )
            .execute(connection)
            .await?
        }
        Claimed::Host(_) => return Ok(()),
    };
    Ok(())
}

#[cfg(test)]
mod tests {
    use sqlx::PgPool;

    use super::*;
    use crate::MIGRATOR;
    use crate::fixture::{Fixture, address, minute};

    #[sqlx::test(migrator = "MIGRATOR")]
    async fn a_robots_txt_is_kept_for_all_and_its_reader_gives_the_claim_back(pool: PgPool) {
        let fixture = Fixture::new(pool).await;
        let store = &fixture.store;
        let claim = fixture.claim().await;
        let unknown = RobotsPolicy { is_obeyed: true, kept: None };
        assert_eq!(store.robots(claim.lease.host, &claim.address).await.unwrap(), unknown);

        let answer = Ok(b"User-agent: *\0".to_vec());
        let kept = KeptRobots { answer, expires_at: minute(60), failures: 0 };
        let claimed = Claimed::Article(&claim);
        store.keep_robots(&claim.address, claimed, &kept).await.unwrap();
        assert_eq!(store.robots(claim.lease.host, &claim.address).await.unwrap().kept, Some(kept));
        let plain = address("http://news.example.com/1");
        assert_eq!(store.robots(claim.lease.host, &plain).await.unwrap(), unknown, "another file");
        assert!(fixture.claim().await.lease.claim > claim.lease.claim, "it is free again");
    }

    #[sqlx::test(migrator = "MIGRATOR")]
    async fn what_could_not_be_read_says_why(pool: PgPool) {
        let fixture = Fixture::new(pool).await;
        let claim = fixture.claim().await;
        let fault = RobotsFault { outcome: CheckOutcome::Timeout, detail: "slow\0".to_owned() };
        let kept = KeptRobots { answer: Err(fault), expires_at: minute(10), failures: 3 };
        let claimed = Claimed::Article(&claim);
        fixture.store.keep_robots(&claim.address, claimed, &kept).await.unwrap();
        let kept =
            fixture.store.robots(claim.lease.host, &claim.address).await.unwrap().kept.unwrap();
        assert_eq!((kept.answer.unwrap_err().detail.as_str(), kept.failures), ("slow", 3));
        let unread = fixture.store.unread_robots("examplecom", minute(9)).await.unwrap().remove(0);
        assert_eq!((unread.host.as_str(), unread.detail.as_str()), ("news.example.com", "slow"));
        assert_eq!(fixture.store.unread_robots("examplecom", minute(10)).await.unwrap(), []);
    }

    #[sqlx::test(migrator = "MIGRATOR")]
    async fn a_source_may_be_told_to_ignore_it(pool: PgPool) {
        let fixture = Fixture::new(pool.clone()).await;
        sqlx::query("update source set robots = 'ignore'").execute(&pool).await.unwrap();
        let claim = fixture.claim().await;
        let address = address("https://www.example.com/2");
        assert!(!fixture.store.robots(claim.lease.host, &address).await.unwrap().is_obeyed);
    }
}
