//! The instance into which an export is read: empty before, and able to go on behind.

use std::collections::BTreeMap;

use sqlx::{AssertSqlSafe, PgConnection};

use super::ImportError;
use super::records::{RECORDS, Record};

/// How many rows of each table are counted, for whoever asks what stands there.
const MAX_COUNTED: i64 = 1_000;

/// Makes sure that nothing stands here, and that nothing comes meanwhile.
pub(super) async fn prepare(connection: &mut PgConnection) -> Result<(), ImportError> {
    for setting in
        ["set local statement_timeout = 0", "set local idle_in_transaction_session_timeout = 0"]
    {
        sqlx::query(setting).execute(&mut *connection).await?;
    }
    // Names of tables, from this program alone.
    let tables = RECORDS.map(|record| format!("\"{}\"", record.name)).join(", ");
    let lock = format!("lock table {tables} in share row exclusive mode");
    sqlx::query(AssertSqlSafe(lock)).execute(&mut *connection).await?;
    let mut standing = Vec::new();
    // An instance has its name from the beginning.
    for record in RECORDS.iter().filter(|record| record.name != "instance") {
        let Record { name, .. } = record;
        let count = format!("select count(*) from (select from \"{name}\" limit $1) as counted");
        let rows: i64 = sqlx::query_scalar(AssertSqlSafe(count))
            .bind(MAX_COUNTED)
            .fetch_one(&mut *connection)
            .await?;
        match rows {
            0 => {}
            MAX_COUNTED => standing.push(format!("{name} ({MAX_COUNTED} or more)")),
            rows => standing.push(format!("{name} ({rows})")),
        }
    }
    if !standing.is_empty() {
        return Err(ImportError::NotEmpty(standing.join(", ")));
    }
    // It would look through all that it folded in this transaction each time: once, at the end, will do.
    sqlx::query!("alter table tally_delta disable trigger tally_delta_folded")
        .execute(connection)
        .await?;
    Ok(())
}

/// Lets counting go on behind what was read.
pub(super) async fn finish(
    connection: &mut PgConnection,
    counters: &BTreeMap<&'static str, i64>,
) -> Result<(), ImportError> {
    sqlx::query!("alter table tally_delta enable trigger tally_delta_folded")
        .execute(&mut *connection)
        .await?;
    sqlx::query!("select fold_tallies()").execute(&mut *connection).await?;
    for (table, last) in counters.iter().filter(|(_, last)| **last > 0) {
        sqlx::query_scalar!("select setval(pg_get_serial_sequence($1, 'id'), $2)", *table, last)
            .fetch_one(&mut *connection)
            .await?;
    }
    Ok(())
}
