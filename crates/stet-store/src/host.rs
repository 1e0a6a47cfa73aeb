//! Hosts that are visited, one request at a time each.

use sqlx::PgConnection;
use stet_core::Address;

use crate::StoreError;

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
