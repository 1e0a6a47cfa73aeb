//! What is recorded of a check.

use std::time::Duration;

use chrono::{DateTime, Utc};
use sqlx::PgPool;
use stet_core::compare::Stats;

use super::*;
use crate::fixture::{Fixture, READING, TERMS, expire_leases, minute};
use crate::{MIGRATOR, Visible};

fn done(outcome: CheckOutcome, version: i32) -> Recorded {
    Recorded::Done { outcome, version: Some(version.try_into().unwrap()) }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_first_text_is_version_0_and_another_one_a_change(pool: PgPool) {
    let fixture = Fixture::new(pool).await;
    assert_eq!(fixture.see(0, &["a"]).await, done(CheckOutcome::New, 0));
    assert_eq!(fixture.see(30, &["a"]).await, done(CheckOutcome::Unchanged, 0));
    assert_eq!(fixture.see(60, &["b"]).await, done(CheckOutcome::Changed, 1));

    let changes = fixture.store.changes(fixture.article).await.unwrap();
    let [change] = &changes[..] else { panic!("{changes:?}") };
    assert_eq!((change.from.get(), change.to.get()), (0, 1));
    assert_eq!((change.earliest_at, change.latest_at), (minute(30), minute(60)));
    assert_eq!(change.stats.words_added, 2);
    let Visible::Shown(article) = fixture.store.article(fixture.article).await.unwrap() else {
        panic!("hidden")
    };
    assert_eq!((article.versions, article.changes), (2, 1));
    assert_eq!(article.last_changed_at, Some(minute(60)));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_text_that_comes_back_is_a_new_sighting_of_the_old_version(pool: PgPool) {
    let fixture = Fixture::new(pool).await;
    for (minutes, paragraph) in [(0, "a"), (30, "b"), (60, "a")] {
        fixture.see(minutes, &[paragraph]).await;
    }
    assert_eq!(fixture.sighted().await, [0, 1, 0]);
    assert_eq!(fixture.store.latest_versions(fixture.article, 0, 99).await.unwrap().len(), 2);
    let changes = fixture.store.changes(fixture.article).await.unwrap();
    assert_eq!(changes[0].kinds, Kinds::from([Kind::Edited, Kind::Reversion]));
    assert_eq!(changes[1].kinds, Kinds::from([Kind::Edited]));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn two_texts_that_alternate_three_times_are_variants(pool: PgPool) {
    let fixture = Fixture::new(pool).await;
    for (index, paragraph) in ["a", "b", "a", "b"].into_iter().enumerate() {
        fixture.see(30 * i64::try_from(index).unwrap(), &[paragraph]).await;
    }
    let changes = fixture.store.changes(fixture.article).await.unwrap();
    let are_variants: Vec<bool> =
        changes.iter().map(|change| change.kinds.contains(&Kind::Variant)).collect();
    assert_eq!(are_variants, [true, false, false]);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_paragraph_that_stands_in_two_versions_is_stored_once(pool: PgPool) {
    let fixture = Fixture::new(pool.clone()).await;
    fixture.see(0, &["same", "old", "same"]).await;
    fixture.see(30, &["same", "new", "same"]).await;
    let stored: Vec<String> = sqlx::query_scalar("select text from paragraph order by number")
        .fetch_all(&pool)
        .await
        .unwrap();
    assert_eq!(stored, ["same", "old", "new"]);
    let version = fixture.store.version(fixture.article, 1.try_into().unwrap()).await.unwrap();
    assert_eq!(version.unwrap().text.paragraphs, ["same", "new", "same"]);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_process_that_slept_past_its_lease_writes_nothing(pool: PgPool) {
    let fixture = Fixture::new(pool.clone()).await;
    fixture.see(0, &["old"]).await;
    let asleep = fixture.claim().await;
    expire_leases(&pool).await;
    assert_eq!(fixture.see(60, &["new"]).await, done(CheckOutcome::Changed, 1));
    // What it saw before it fell asleep is a text that no unique key would refuse.
    assert_eq!(fixture.record_text(&asleep, 30, &["stale"]).await, Recorded::Fenced);
    assert_eq!(fixture.sighted().await, [0, 1]);
    assert_eq!(fixture.store.checks(fixture.article, 10).await.unwrap().len(), 2);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_record_that_is_sent_twice_stands_once(pool: PgPool) {
    let fixture = Fixture::new(pool).await;
    let claim = fixture.claim().await;
    assert_eq!(fixture.record_text(&claim, 0, &["a"]).await, done(CheckOutcome::New, 0));
    assert_eq!(fixture.record_text(&claim, 0, &["a"]).await, Recorded::Fenced);
    assert_eq!(fixture.sighted().await, [0]);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_failed_check_is_noted_and_loses_nothing(pool: PgPool) {
    let fixture = Fixture::new(pool).await;
    fixture.see(0, &["a"]).await;
    let failed = fixture.fail(30, CheckOutcome::NotFound, "there is no such page").await;
    assert_eq!(failed, done(CheckOutcome::NotFound, 0));
    assert_eq!(fixture.claim().await.failures, 1);
    let checks = fixture.store.checks(fixture.article, 10).await.unwrap();
    assert_eq!(checks[0].detail.as_deref(), Some("there is no such page"));
    assert_eq!(fixture.sighted().await, [0]);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_upgrade_of_the_extractor_is_technical_and_no_change_for_readers(pool: PgPool) {
    let fixture = Fixture::new(pool.clone()).await;
    fixture.see(0, &["a", "share this"]).await;
    let claim = fixture.claim().await;
    let text = ArticleText::new("Title", ["a"]);
    let difference = Difference { stats: Stats::default(), kinds: Kinds::from([Kind::Removed]) };
    let newer = Reading { extractor: READING.extractor + 1, ..READING };
    let upgraded = fixture.store.upgrade(&claim, &text, newer, Some(&difference)).await.unwrap();
    assert_eq!(upgraded.map(VersionNumber::get), Some(1));
    // The claim still holds: the check goes on to compare what it fetched.
    let seen = fixture.record_text(&claim, 30, &["b"]).await;
    assert_eq!(seen, done(CheckOutcome::Changed, 2));

    let changes = fixture.store.changes(fixture.article).await.unwrap();
    assert_eq!(changes[1].kinds, Kinds::from([Kind::Technical]));
    let shown = fixture.store.latest_changes(0, 10).await.unwrap().changes;
    assert_eq!(shown.iter().map(|change| change.to.get()).collect::<Vec<_>>(), [2]);
    let bytes = fixture.store.snapshot(fixture.article, 1.try_into().unwrap()).await.unwrap();
    assert_eq!(bytes.unwrap().body, b"a\nshare this");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_article_without_a_change_for_long_falls_dormant_and_is_woken_by_adding_it(
    pool: PgPool,
) {
    let fixture = Fixture::new(pool).await;
    fixture.see(0, &["a"]).await;
    let claim = fixture.claim().await;
    let visit =
        Visit { at: minute(30), status: Some(304), took: Duration::ZERO, bytes: 0, detail: None };
    fixture.store.record(&claim, &visit, Seen::NotModified { next: None }).await.unwrap();
    let due = || fixture.store.claim_articles(minute(100_000), 1, TERMS);
    assert_eq!(due().await.unwrap(), []);
    fixture.store.add_article(&claim.address, minute(60)).await.unwrap();
    let woken = due().await.unwrap().remove(0);
    assert_eq!(woken.watched_since, minute(60), "its forty days begin anew");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn checks_are_kept_for_thirty_days_of_the_databases_clock(pool: PgPool) {
    let mut fixture = Fixture::new(pool.clone()).await;
    let now: DateTime<Utc> = sqlx::query_scalar("select now()").fetch_one(&pool).await.unwrap();
    let today = (now - minute(0)).num_minutes();
    // The last one by a process whose clock is far ahead.
    let ages = [32, 29, 0, -300].map(|days| today - days * 24 * 60);
    for minutes in ages {
        // Each by a process of its own: one that writes to an old day keeps it meanwhile.
        fixture.store = Store::new(pool.clone());
        fixture.see(minutes, &["a"]).await;
    }
    let checks = fixture.store.checks(fixture.article, 10).await.unwrap();
    let kept: Vec<_> = checks.iter().map(|check| (check.at - minute(0)).num_minutes()).collect();
    assert_eq!(kept, [ages[3], ages[2], ages[1]]);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_new_day_of_checks_waits_for_nobody_who_reads_them(pool: PgPool) {
    let fixture = Fixture::new(pool.clone()).await;
    let mut reader = pool.begin().await.unwrap();
    sqlx::query("select from \"check\"").execute(&mut *reader).await.unwrap();
    assert_eq!(fixture.see(0, &["a"]).await, done(CheckOutcome::New, 0));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_clock_that_was_set_back_makes_no_change_end_before_it_began(pool: PgPool) {
    let fixture = Fixture::new(pool).await;
    fixture.see(60, &["a"]).await;
    fixture.see(0, &["b"]).await;
    let changes = fixture.store.changes(fixture.article).await.unwrap();
    assert_eq!((changes[0].earliest_at, changes[0].latest_at), (minute(60), minute(60)));
}
