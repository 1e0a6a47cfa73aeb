//! Hosts that are visited, one request at a time each.

use std::time::Duration;

use chrono::TimeDelta;
use sqlx::PgConnection;
use stet_core::{Address, schedule};

use crate::StoreError;
use crate::claim::Lease;

/// Finds the host of an address, or makes it.
pub(crate) async fn find_or_add(
    connection: &mut PgConnection,
    address: &Address,
) -> Result<i64, StoreError> {
    let name = address.host();
    let found = sqlx::query_scalar!("select id from host where name = $1", name)
        .fetch_optional(&mut *connection)
        .await?;
    if let Some(id) = found {
        return Ok(id);
    }
    sqlx::query!("insert into host (name) values ($1) on conflict (name) do nothing", name)
        .execute(&mut *connection)
        .await?;
    let id = sqlx::query_scalar!("select id from host where name = $1", name)
        .fetch_one(connection)
        .await?;
    Ok(id)
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
