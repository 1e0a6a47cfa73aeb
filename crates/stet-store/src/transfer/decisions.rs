//! What becomes of each table and column in an export, where it is none of [`RECORDS`]. A test fails
//! when a migration adds one of which nothing was decided.

use std::collections::BTreeSet;

use sqlx::PgPool;

use super::records::RECORDS;
use crate::MIGRATOR;

/// Tables that follow from what is exported, and of what they are made anew at an import.
pub(super) const REBUILT: [(&str, &str); 4] = [
    ("passage", "written by Store::index_waiting, by the search's own revision"),
    ("tally", "counted by triggers as articles and changes are inserted"),
    ("tally_delta", "what tally is folded of"),
    ("host_due", "kept by triggers as hosts, feeds and articles are inserted"),
];

/// Tables that are the instance's own.
const PRIVATE: [(&str, &str); 8] = [
    ("_sqlx_migrations", "an import needs the schema of its own program"),
    ("session", "who is logged in here"),
    ("login_token", "links that let in here"),
    ("password_link", "links that let in here"),
    ("webhook_delivery", "what waits is posted from here, and what was posted was from here"),
    ("api_token", "whoever holds one has it of this instance"),
    ("proposal", "a form that is being filled in, for as long as that takes"),
    ("robots", "asked for again before the first visit"),
];

/// Columns of exported tables that are not exported.
pub(super) const LEFT_OUT: [(&str, &str, &str); 25] = [
    ("instance", "is_only", "always true"),
    ("instance", "hub_told_at", "feeds have other addresses where they go"),
    ("editor", "password", "an editor sets a new one, by a new link"),
    ("webhook", "secret", "an export is a file that travels: another is drawn"),
    ("webhook", "old_secret", "the same"),
    ("webhook", "old_secret_until", "belongs to it"),
    ("webhook", "paused_at", "it comes in paused: its receiver does not know its secret yet"),
    ("webhook", "pause_reason", "belongs to it"),
    ("webhook", "failures", "how its receiver answered, to this instance"),
    ("webhook", "failing_since", "the same"),
    ("webhook", "delivered_at", "the same"),
    ("webhook", "not_before", "the same"),
    ("webhook", "attempted_at", "the same"),
    ("webhook", "claim", "fences leases of processes that do not come along"),
    ("webhook", "lease_until", "a lease of such a process"),
    ("host", "next_visit_at", "a lease's other half: nobody visits during a move"),
    ("host", "claim", "fences leases of processes that do not come along"),
    ("host", "lease_until", "a lease of such a process"),
    ("feed", "claim", "fences leases of processes that do not come along"),
    ("feed", "lease_until", "a lease of such a process"),
    ("source_rereading", "claim", "fences leases of processes that do not come along"),
    ("source_rereading", "lease_until", "a lease of such a process"),
    ("article", "lease_until", "a lease of such a process; claim is exported: sightings name it"),
    ("article", "search_revision", "says which revision of the search wrote the passages"),
    ("change", "words_changed", "Postgres adds it up"),
];

/// A column of the schema: its table, its name, its type, and whether it may be null.
type SchemaColumn = (String, String, String, bool);

#[sqlx::test(migrator = "MIGRATOR")]
async fn of_each_table_and_column_it_is_decided_whether_it_is_exported(pool: PgPool) {
    let schema: Vec<SchemaColumn> = sqlx::query_as(
        "select table_name::text, column_name::text, udt_name::text, is_nullable = 'YES'
         from information_schema.columns
         where table_schema = 'public'",
    )
    .fetch_all(&pool)
    .await
    .unwrap();
    let other_tables: BTreeSet<_> =
        REBUILT.iter().chain(&PRIVATE).map(|(table, _)| *table).collect();
    let schema: BTreeSet<_> =
        schema.into_iter().filter(|column| !other_tables.contains(column.0.as_str())).collect();
    let exported = RECORDS.iter().flat_map(|record| {
        record.columns.iter().map(|column| {
            let of_type = column.shape.type_name().to_owned();
            (record.name.to_owned(), column.name.to_owned(), of_type, column.is_nullable)
        })
    });
    let is_left_out = |column: &SchemaColumn| {
        LEFT_OUT
            .iter()
            .any(|(table, name, _)| (column.0.as_str(), column.1.as_str()) == (*table, *name))
    };
    let to_export: BTreeSet<_> =
        schema.iter().filter(|column| !is_left_out(column)).cloned().collect();
    let left_out = schema.iter().filter(|column| is_left_out(column)).count();
    assert_eq!(
        exported.collect::<BTreeSet<_>>(),
        to_export,
        "decide in records.rs or here what becomes of new columns and tables; who exports more raises \
         FORMAT"
    );
    assert_eq!(left_out, LEFT_OUT.len(), "a column that is left out stands no more");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn each_identity_is_counted_where_it_is_exported(pool: PgPool) {
    let identities: Vec<String> = sqlx::query_scalar(
        "select table_name::text from information_schema.columns
         where table_schema = 'public' and is_identity = 'YES' order by 1",
    )
    .fetch_all(&pool)
    .await
    .unwrap();
    let exported: BTreeSet<_> = identities
        .iter()
        .map(String::as_str)
        .filter(|table| RECORDS.iter().any(|record| record.name == *table))
        .collect();
    assert_eq!(exported, super::records::COUNTERS.into_iter().collect());
}
