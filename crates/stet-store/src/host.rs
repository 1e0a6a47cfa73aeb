//! Hosts that are visited, one request at a time each.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgConnection;
use stet_core::{Address, schedule};

use crate::claim::Lease;
use crate::{Store, StoreError};

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
