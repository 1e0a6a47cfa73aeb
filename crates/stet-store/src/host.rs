//! Hosts that are visited, one request at a time each.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgConnection;
use stet_core::{Address, schedule};

use crate::claim::Lease;
use crate::{Store, StoreError, row, wake};

/// What is no rest: the longest gap that is kept by default, and as much again. Nobody needs to be
/// told of what has passed when it was read.
const MIN_REST: TimeDelta = TimeDelta::minutes(1);

/// A host that asked to be left alone, for longer than any gap between two visits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostRest {
    /// Its name.
    pub host: String,
    /// Until when, by the database's clock.
    pub until: DateTime<Utc>,
}

/// Finds the host of an address, or makes it, for something that is to be added there: what says
/// when its work falls due is locked, so that whoever looks for that sees what is added. Whoever adds
/// to several hosts asks for them in the order of their names.
pub(crate) async fn find_or_add(
    connection: &mut PgConnection,
    address: &Address,
) -> Result<i64, StoreError> {
    let name = address.host();
    let domain = address.registrable_domain();
    let found = sqlx::query!("select id, source_id from host where name = $1", name)
        .fetch_optional(&mut *connection)
        .await?;
    if let Some(host) = found {
        if host.source_id.is_none() {
            adopt(connection, host.id, &domain).await?;
        }
        lock_due(connection, host.id).await?;
        return Ok(host.id);
    }
    sqlx::query!(
        r#"
        insert into host (name, source_id)
        values ($1, (select id from source where domain = $2))
        on conflict (name) do nothing
        "#,
        name,
        domain,
    )
    .execute(&mut *connection)
    .await?;
    let id = sqlx::query_scalar!("select id from host where name = $1", name)
        .fetch_one(&mut *connection)
        .await?;
    lock_due(connection, id).await?;
    Ok(id)
}

/// Gives a host that was visited before its publisher was known to it, if it is known now.
async fn adopt(connection: &mut PgConnection, host: i64, domain: &str) -> Result<(), StoreError> {
    sqlx::query!(
        r#"
        update host
        set source_id = source.id
        from source
        where host.id = $1
            and host.source_id is null
            and source.domain = $2
        "#,
        host,
        domain,
    )
    .execute(connection)
    .await?;
    Ok(())
}

async fn lock_due(connection: &mut PgConnection, host: i64) -> Result<(), StoreError> {
    sqlx::query_scalar!(
        "select host_id from host_due where host_id = $1 order by kind for no key update",
        host,
    )
    .fetch_all(connection)
    .await?;
    Ok(())
}

/// Locks what says when work falls due on any host, for a change of all.
pub(crate) async fn lock_all_due(connection: &mut PgConnection) -> Result<(), StoreError> {
    sqlx::query!(
        r#"
        select
        from host_due
        join host on host.id = host_due.host_id
        order by host.name collate "C", host_due.kind
        for no key update of host_due
        "#,
    )
    .execute(connection)
    .await?;
    Ok(())
}

impl Store {
    /// Until when the host of an address is left alone, by its gap, by what it asked for, or since
    /// somebody visits it; `None` if it is free.
    pub async fn host_rests_until(
        &self,
        address: &Address,
    ) -> Result<Option<DateTime<Utc>>, StoreError> {
        let until = sqlx::query_scalar!(
            r#"
            select greatest(next_visit_at, lease_until) as "until!"
            from host
            where name = $1
                and greatest(next_visit_at, lease_until) > now()
            "#,
            address.host(),
        )
        .fetch_optional(&self.pool)
        .await?;
        Ok(until)
    }

    /// The rest of the host of an address, if it asked for one. That its gap runs is none.
    pub async fn host_rest(&self, address: &Address) -> Result<Option<HostRest>, StoreError> {
        let until = sqlx::query_scalar!(
            r#"
            select next_visit_at
            from host
            left join source on source.id = host.source_id
            where host.name = $1
                and next_visit_at > now() + greatest($2, source.host_gap)
            "#,
            address.host(),
            row::interval(MIN_REST),
        )
        .fetch_optional(&self.pool)
        .await?;
        Ok(until.map(|until| HostRest { host: address.host(), until }))
    }

    /// The hosts of a publisher that rest, by their names.
    pub async fn host_rests(&self, source_slug: &str) -> Result<Vec<HostRest>, StoreError> {
        let rests = sqlx::query_as!(
            HostRest,
            r#"
            select host.name as host, next_visit_at as until
            from source
            join host on host.source_id = source.id
            where source.slug = $1
                and next_visit_at > now() + greatest($2, source.host_gap)
            order by host.name
            "#,
            source_slug,
            row::interval(MIN_REST),
        )
        .fetch_all(&self.pool)
        .await?;
        Ok(rests)
    }

    /// Ends the rests of a publisher's hosts, and forgets each robots.txt that could not be read, so
    /// that pollers ask again for it within minutes; returns the hosts that this concerns, by their
    /// names. What a host asks for at the next visit counts again.
    pub async fn wake_hosts(&self, source_slug: &str) -> Result<Vec<String>, StoreError> {
        let mut transaction = self.pool.begin().await?;
        let mut woken = sqlx::query_scalar!(
            r#"
            update host
            set next_visit_at = now()
            from source
            where source.id = host.source_id
                and source.slug = $1
                and next_visit_at > now()
            returning host.name
            "#,
            source_slug,
        )
        .fetch_all(&mut *transaction)
        .await?;
        let unread = sqlx::query_scalar!(
            r#"
            delete from robots
            using host, source
            where host.id = robots.host_id
                and source.id = host.source_id
                and source.slug = $1
                and robots.body is null
            returning host.name
            "#,
            source_slug,
        )
        .fetch_all(&mut *transaction)
        .await?;
        wake::notify(&mut transaction).await?;
        transaction.commit().await?;
        woken.extend(unread);
        woken.sort();
        woken.dedup();
        Ok(woken)
    }
}

impl Lease {
    /// Makes the host's gap fit how long its last answer took, what its robots.txt asks for, and
    /// what the site asked for by itself: how long to leave all of it alone.
    pub fn pace(
        &mut self,
        took: Duration,
        crawl_delay: Option<TimeDelta>,
        rest: Option<TimeDelta>,
    ) {
        let gap = schedule::host_gap(self.host_gap, took, crawl_delay);
        self.host_gap = gap.max(rest.unwrap_or_default());
    }
}

#[cfg(test)]
mod tests {
    use sqlx::PgPool;

    use crate::MIGRATOR;
    use crate::claim::Lease;
    use crate::fixture::{Fixture, TERMS, address, minute};
    use crate::robots::{Claimed, KeptRobots, RobotsFault};
    use chrono::TimeDelta;
    use stet_core::CheckOutcome;

    /// Visits the article's host, which is then left alone for so long.
    async fn rest(fixture: &Fixture, gap: TimeDelta) -> Lease {
        let lease = fixture.claim().await.lease;
        fixture.store.release_host(&Lease { host_gap: gap, ..lease }).await.unwrap();
        lease
    }

    #[sqlx::test(migrator = "MIGRATOR")]
    async fn a_gap_is_no_rest_and_a_rest_is_told_of_until_it_is_ended(pool: PgPool) {
        let fixture = Fixture::new(pool.clone()).await;
        let store = &fixture.store;
        let here = address("https://news.example.com/2");
        rest(&fixture, TimeDelta::seconds(30)).await;
        assert_eq!(store.host_rest(&here).await.unwrap(), None);
        assert_eq!(store.host_rests("examplecom").await.unwrap(), []);

        store.wake_hosts("examplecom").await.unwrap();
        crate::fixture::expire_leases(&pool).await;
        rest(&fixture, TimeDelta::days(2)).await;
        let resting = store.host_rest(&here).await.unwrap().unwrap();
        assert_eq!(resting.host, "news.example.com");
        assert_eq!(store.host_rests("examplecom").await.unwrap(), [resting]);
        assert_eq!(store.host_rest(&address("https://example.com/")).await.unwrap(), None);

        assert_eq!(store.wake_hosts("nowhere").await.unwrap(), Vec::<String>::new());
        assert_eq!(store.wake_hosts("examplecom").await.unwrap(), ["news.example.com"]);
        assert_eq!(store.host_rest(&here).await.unwrap(), None);
        crate::fixture::expire_leases(&pool).await;
        assert_eq!(store.claim_articles(minute(0), 1, TERMS).await.unwrap().len(), 1);
    }

    #[sqlx::test(migrator = "MIGRATOR")]
    async fn a_sources_own_gap_is_no_rest_however_long_it_is(pool: PgPool) {
        let fixture = Fixture::new(pool.clone()).await;
        let set = "update source set host_gap = interval '1 hour'";
        sqlx::query(set).execute(&pool).await.unwrap();
        rest(&fixture, TimeDelta::hours(1)).await;
        assert_eq!(fixture.store.host_rests("examplecom").await.unwrap(), []);
    }

    #[sqlx::test(migrator = "MIGRATOR")]
    async fn a_robots_txt_that_could_not_be_read_is_forgotten_when_hosts_are_woken(pool: PgPool) {
        let fixture = Fixture::new(pool).await;
        let store = &fixture.store;
        let claim = fixture.claim().await;
        let fault = RobotsFault { outcome: CheckOutcome::Timeout, detail: "slow".to_owned() };
        let kept = KeptRobots { answer: Err(fault), expires_at: minute(10), failures: 3 };
        store.keep_robots(&claim.address, Claimed::Article(&claim), &kept).await.unwrap();
        assert_eq!(store.wake_hosts("examplecom").await.unwrap(), ["news.example.com"]);
        let known = store.robots(claim.lease.host, &claim.address).await.unwrap().kept;
        assert_eq!(known, None);
    }
}
