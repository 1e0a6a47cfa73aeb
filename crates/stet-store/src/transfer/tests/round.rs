//! Out, into an empty instance, and out again.

use std::collections::BTreeMap;

use futures_util::future::join;
use sqlx::{AssertSqlSafe, PgPool};
use stet_core::{ArticleId, VersionNumber};

use super::rich::rich;
use super::{NOW, empty, export, import};
use crate::fixture::{TERMS, address, minute};
use crate::transfer::decisions::{LEFT_OUT, REBUILT};
use crate::transfer::records::RECORDS;
use crate::transfer::shape::hex;
use crate::transfer::{ExportError, ImportError, TransferScope};
use crate::{MIGRATOR, PauseReason, Standing, Store, Visible, Webhook};

/// Every row of what is exported or follows from it, as text.
async fn rows(pool: &PgPool) -> BTreeMap<String, Vec<String>> {
    let mut rows = BTreeMap::new();
    // What is folded and what is not yet are one sum. What says when hosts have something due may be
    // too early, so it is told by what is claimed.
    let own_way = ["tally", "tally_delta", "host_due"];
    let tables = RECORDS.iter().map(|record| record.name).chain(REBUILT.map(|(table, _)| table));
    for table in tables.filter(|table| !own_way.contains(table)) {
        let left_out = LEFT_OUT.iter().filter(|(of, _, _)| *of == table);
        // Which revision of the search wrote the passages is to be the same behind it.
        let without: Vec<_> = left_out
            .map(|(_, column, _)| *column)
            .filter(|column| *column != "search_revision")
            .collect();
        let without = without.join(",");
        let query = format!(
            "select (to_jsonb(t) - '{{{without}}}'::text[])::text from \"{table}\" as t order by 1"
        );
        let found = sqlx::query_scalar(AssertSqlSafe(query)).fetch_all(pool).await.unwrap();
        rows.insert(table.to_owned(), found);
    }
    let tallies = "select concat_ws(' ', kind, source_id, place, sum(amount))
        from (
            select kind, source_id, place, amount from tally
            union all select kind, source_id, place, amount from tally_delta
        ) as counted
        group by kind, source_id, place having sum(amount) <> 0 order by 1";
    rows.insert("tally".to_owned(), sqlx::query_scalar(tallies).fetch_all(pool).await.unwrap());
    rows
}

async fn index(store: &Store) {
    while store.index_waiting(100).await.unwrap() > 0 {}
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_is_exported_imported_and_exported_again_has_the_same_bytes(pool: PgPool) {
    let rich = rich(&pool).await;
    let before = rows(&pool).await;
    for (table, rows) in &before {
        assert!(!rows.is_empty(), "nothing of {table} is put to the test");
    }
    let first = export(&rich.store, &TransferScope::default()).await;
    assert!(!first.contains("secret-hash"));
    let secret = rich.store.webhook_secret(rich.webhook).await.unwrap().unwrap();
    let secrets = [hex(secret.bytes()), secret.expose().replace("whsec_", "")];
    assert!(!secrets.iter().any(|secret| first.contains(secret)));
    empty(&pool).await;
    let read = import(&rich.store, first.as_bytes()).await.unwrap();
    assert_eq!(export(&rich.store, &TransferScope::default()).await, first);
    assert_eq!(read.count("article"), first.matches("\"record\":\"article\"").count() as u64);
    index(&rich.store).await;
    let after = rows(&pool).await;
    for (table, rows) in &before {
        assert_eq!(after.get(table), Some(rows), "{table}");
    }
    let folds: bool = sqlx::query_scalar(
        "select tgenabled = 'O' from pg_trigger where tgname = 'tally_delta_folded'",
    )
    .fetch_one(&pool)
    .await
    .unwrap();
    assert!(folds, "what is counted later is folded again");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn life_goes_on_after_an_import(pool: PgPool) {
    let rich = rich(&pool).await;
    let store = &rich.store;
    let due = async |store: &Store| {
        let mut ids = Vec::new();
        loop {
            // One for each host at a time.
            let claims = store.claim_articles(minute(1_000_000), 99, TERMS).await.unwrap();
            if claims.is_empty() {
                ids.sort();
                return ids;
            }
            for claim in claims {
                ids.push(claim.id);
                let expire = "update host set lease_until = null, next_visit_at = now()";
                sqlx::query(expire).execute(&pool).await.unwrap();
            }
        }
    };
    let exported = export(store, &TransferScope::default()).await;
    let watched = due(store).await;
    assert!(watched.len() >= 4, "{watched:?}");
    empty(&pool).await;
    import(store, exported.as_bytes()).await.unwrap();
    assert_eq!(store.standing(rich.hidden).await.unwrap(), Some(Standing::Hidden));
    assert_eq!(store.article(rich.hidden).await.unwrap(), Visible::Hidden);
    assert_eq!(store.standing(rich.deleted).await.unwrap(), Some(Standing::Deleted));
    let body = store.snapshot(rich.alternating, VersionNumber::FIRST).await.unwrap().unwrap().body;
    assert_eq!(String::from_utf8(body).unwrap(), "It stands.\na");
    assert!(store.editors().await.unwrap().iter().all(|editor| !editor.has_password));
    assert_eq!(due(store).await, watched);
    let next =
        store.add_article(&address("https://news.example.com/new"), minute(0)).await.unwrap();
    assert!(next.id > rich.deleted, "{} is taken", next.id);
    let again = store.add_article(&address("https://news.example.com/1"), minute(0)).await.unwrap();
    assert_eq!((again.id, again.is_new), (rich.alternating, false));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn webhooks_come_in_paused_with_secrets_that_nobody_knows_yet(pool: PgPool) {
    let rich = rich(&pool).await;
    let store = &rich.store;
    let before = store.webhook(rich.webhook).await.unwrap().unwrap();
    assert_eq!((before.pause, before.waiting), (None, 1));
    let secret = store.webhook_secret(rich.webhook).await.unwrap();
    let exported = export(store, &TransferScope::default()).await;
    empty(&pool).await;
    import(store, exported.as_bytes()).await.unwrap();
    let after = store.webhook(rich.webhook).await.unwrap().unwrap();
    assert_eq!(after.pause, Some((minute(NOW), PauseReason::Editor)));
    assert_eq!(after.waiting, 0);
    let like_before = Webhook { pause: None, waiting: 1, ..after };
    assert_eq!(like_before, before);
    assert_ne!(store.webhook_secret(rich.webhook).await.unwrap(), secret);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn some_sources_and_articles_are_exported_with_what_they_need(pool: PgPool) {
    let rich = rich(&pool).await;
    let store = &rich.store;
    let one =
        store.find_article(&address("https://news.example.com/early")).await.unwrap().unwrap();
    let sources = store.sources().await.unwrap();
    let other = sources.into_iter().find(|source| source.name == "example.net").unwrap().slug;
    let scope = TransferScope { sources: vec![other], articles: vec![one, one] };
    let exported = export(store, &scope).await;
    let instance = store.instance().await.unwrap();
    empty(&pool).await;
    let read = import(store, exported.as_bytes()).await.unwrap();
    // The vanishing article; and two that are one.
    assert_eq!((read.count("article"), read.count("source"), read.count("host")), (3, 2, 2));
    for kind in ["feed", "audit", "editor", "webhook", "instance"] {
        assert_eq!(read.count(kind), 0, "{kind}");
    }
    assert_ne!(store.instance().await.unwrap(), instance, "it is a copy, with a name of its own");
    assert_eq!(export(store, &scope).await, exported);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_is_not_there_is_not_exported(pool: PgPool) {
    let store = Store::new(pool);
    let scope = TransferScope { sources: vec!["nowhere".to_owned()], ..TransferScope::default() };
    let failed = store.export(&scope, Vec::new(), |_| {}).await.unwrap_err();
    assert!(matches!(failed, ExportError::NoSource(slug) if slug == "nowhere"));
    let articles = vec![ArticleId::try_from(7).unwrap()];
    let scope = TransferScope { articles, ..TransferScope::default() };
    let failed = store.export(&scope, Vec::new(), |_| {}).await.unwrap_err();
    assert!(matches!(failed, ExportError::NoArticle(_)));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_instance_that_holds_something_takes_nothing_in(pool: PgPool) {
    let rich = rich(&pool).await;
    let exported = export(&rich.store, &TransferScope::default()).await;
    empty(&pool).await;
    rich.store.add_article(&address("https://news.example.com/1"), minute(0)).await.unwrap();
    let refused = import(&rich.store, exported.as_bytes()).await.unwrap_err();
    let ImportError::NotEmpty(standing) = refused else { panic!("{refused}") };
    assert_eq!(standing, "source (1), host (1), article (1), address (1)");
    assert_eq!(rich.store.sources().await.unwrap().len(), 1);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_export_shows_one_moment_whatever_is_written_meanwhile(pool: PgPool) {
    let rich = rich(&pool).await;
    let quiet = export(&rich.store, &TransferScope::default()).await;
    let mut other = pool.begin().await.unwrap();
    for sql in [
        // The export waits here, behind what it reads first.
        "lock table article in access exclusive mode",
        "update article set title = 'Meanwhile'",
    ] {
        sqlx::query(sql).execute(&mut *other).await.unwrap();
    }
    let write = async {
        let waits = "select count(*) from pg_locks join pg_database on pg_database.oid = database
            where not granted and datname = current_database()";
        while sqlx::query_scalar::<_, i64>(waits).fetch_one(&pool).await.unwrap() == 0 {}
        other.commit().await.unwrap();
    };
    let (exported, ()) = join(export(&rich.store, &TransferScope::default()), write).await;
    assert_eq!(exported, quiet);
    assert!(export(&rich.store, &TransferScope::default()).await.contains("Meanwhile"));
}
