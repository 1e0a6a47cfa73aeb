//! How the hosts of one publisher are visited.

use chrono::TimeDelta;

use crate::{Store, StoreError, row};

/// What an operator set for a publisher's hosts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SourcePace {
    /// The least gap between two requests to one of them; `None`: the poller's setting.
    pub host_gap: Option<TimeDelta>,
    /// Whether their robots.txt is obeyed.
    pub obeys_robots: bool,
}

impl Store {
    /// How a publisher's hosts are visited; `None` if there is no such publisher.
    pub async fn pace(&self, slug: &str) -> Result<Option<SourcePace>, StoreError> {
        let found = sqlx::query!("select host_gap, robots from source where slug = $1", slug)
            .fetch_optional(&self.pool)
            .await?;
        Ok(found.map(|source| SourcePace {
            host_gap: source.host_gap.as_ref().map(row::span),
            obeys_robots: source.robots != "ignore",
        }))
    }

    /// Sets it. Pollers go by it within minutes.
    pub async fn set_pace(&self, slug: &str, pace: SourcePace) -> Result<(), StoreError> {
        sqlx::query!(
            "update source set host_gap = $2, robots = $3 where slug = $1",
            slug,
            pace.host_gap.map(row::interval),
            if pace.obeys_robots { "obey" } else { "ignore" },
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use sqlx::PgPool;

    use super::*;
    use crate::MIGRATOR;
    use crate::fixture::Fixture;

    #[sqlx::test(migrator = "MIGRATOR")]
    async fn a_sources_own_gap_goes_with_the_claims_on_its_hosts(pool: PgPool) {
        let fixture = Fixture::new(pool).await;
        let store = &fixture.store;
        let slug = store.sources().await.unwrap().remove(0).slug;
        let usual = SourcePace { host_gap: None, obeys_robots: true };
        assert_eq!(store.pace(&slug).await.unwrap(), Some(usual));
        assert_eq!(store.pace("nobody").await.unwrap(), None);
        let own = SourcePace { host_gap: Some(TimeDelta::seconds(90)), obeys_robots: false };
        store.set_pace(&slug, own).await.unwrap();
        assert_eq!(store.pace(&slug).await.unwrap(), Some(own));
        let claim = fixture.claim().await;
        assert_eq!(claim.lease.host_gap, TimeDelta::seconds(90));
        assert!(!store.robots(claim.lease.host, &claim.address).await.unwrap().is_obeyed);
    }
}
