//! Hosts: which have something due, who holds them, and when they may be visited again.
//!
//! For each host and kind of work a row of `host_due` keeps a time by which nothing of it is due
//! earlier, so that a claim reads a few entries of one index whatever is watched. What makes
//! something due sooner lowers it by a trigger. It is raised by the function `look_again` only
//! (`migrations/0023_cheaper_records.sql`), for whoever holds the lock on the row and looks
//! *afterwards* what is due.
//!
//! Nothing is due on the hosts of a publisher that is paused. An addition there lowers the time all
//! the same, so [`take`] asks again.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::{ClaimTerms, Lease};
use crate::{StoreError, row};

/// Locks up to `limit` free hosts that may have work of this kind due by then, the longest overdue
/// first; those in `asked` are passed over.
pub(super) async fn take(
    connection: &mut PgConnection,
    kind: &str,
    due_by: DateTime<Utc>,
    asked: &[i64],
    limit: i64,
) -> Result<Vec<i64>, StoreError> {
    let hosts = sqlx::query_scalar!(
        r#"
        select host.id
        from host_due
        join host on host.id = host_due.host_id
        -- One publisher at a time: all that are paused are not looked for.
        left join source on source.id = host.source_id
        where host_due.kind = $1
            and host_due.due_at <= $2
            and host.next_visit_at <= now()
            and (host.lease_until is null or host.lease_until <= now())
            and host.id <> all($3)
            and source.paused_at is null
        order by host_due.due_at
        limit $4
        for no key update of host skip locked
        "#,
        kind,
        due_by,
        asked,
        limit,
    )
    .fetch_all(connection)
    .await?;
    Ok(hosts)
}

/// Locks a host if it is free and nobody else is about to take it.
pub(super) async fn take_one(connection: &mut PgConnection, host: i64) -> Result<bool, StoreError> {
    let free = sqlx::query_scalar!(
        r#"
        select host.id
        from host
        left join source on source.id = host.source_id
        where host.id = $1
            and next_visit_at <= now()
            and (lease_until is null or lease_until <= now())
            and source.paused_at is null
        for no key update of host skip locked
        "#,
        host,
    )
    .fetch_optional(connection)
    .await?;
    Ok(free.is_some())
}

/// Puts hosts that the caller has locked under lease; returns their counters.
pub(super) async fn lease(
    connection: &mut PgConnection,
    hosts: &[i64],
    terms: ClaimTerms,
) -> Result<HashMap<i64, i64>, StoreError> {
    let leased = sqlx::query!(
        r#"
        update host
        set claim = claim + 1, lease_until = now() + $2
        where id = any($1)
        returning id, claim
        "#,
        hosts,
        row::interval(terms.lease),
    )
    .fetch_all(connection)
    .await?;
    Ok(leased.into_iter().map(|host| (host.id, host.claim)).collect())
}

/// Gives a host back, to be visited again after its gap.
pub(crate) async fn release_host(
    connection: &mut PgConnection,
    lease: &Lease,
) -> Result<(), StoreError> {
    release_hosts(connection, &[lease]).await
}

/// Gives hosts back, likewise; those whose claim is spent are left alone.
pub(crate) async fn release_hosts(
    connection: &mut PgConnection,
    leases: &[&Lease],
) -> Result<(), StoreError> {
    let hosts: Vec<i64> = leases.iter().map(|lease| lease.host.get()).collect();
    let claims: Vec<i64> = leases.iter().map(|lease| lease.host_claim).collect();
    let gaps: Vec<_> = leases.iter().map(|lease| row::interval(lease.host_gap)).collect();
    sqlx::query!("select release_hosts($1, $2, $3)", &hosts, &claims, &gaps)
        .execute(connection)
        .await?;
    Ok(())
}

/// Looks again what is due on hosts, whenever that is, after waiting for whoever is adding something
/// there: what they add is then seen.
pub(crate) async fn look_again_in_order(
    connection: &mut PgConnection,
    hosts: &[i64],
) -> Result<(), StoreError> {
    sqlx::query!("select look_again_in_order($1, 'infinity')", hosts).execute(connection).await?;
    Ok(())
}

/// Looks again what is due on hosts where nothing was found, without waiting for those who are
/// adding something there.
pub(super) async fn correct(
    connection: &mut PgConnection,
    hosts: &[i64],
) -> Result<(), StoreError> {
    let locked = sqlx::query!(
        "select host_id, kind from host_due where host_id = any($1) for no key update skip locked",
        hosts,
    )
    .fetch_all(&mut *connection)
    .await?;
    let (hosts, kinds): (Vec<i64>, Vec<String>) =
        locked.into_iter().map(|locked| (locked.host_id, locked.kind)).unzip();
    sqlx::query!("select look_again($1, $2)", &hosts, &kinds).execute(connection).await?;
    Ok(())
}
