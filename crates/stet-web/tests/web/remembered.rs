//! Answers that are given again are those that would be made now.

use std::sync::Arc;

use sqlx::PgPool;
use stet_core::{ArticleId, CheckOutcome};
use stet_store::audit::{Actor, Deed};
use stet_store::{AddressOrigin, OtherAddress, Proof, Readdressed, Twin};

use crate::support::{Stage, TERMS, address, minute, text};

const PATHS: [&str; 13] = [
    "/",
    "/versions?min_words=2",
    "/versions?source=examplecom&kinds=headline",
    "/versions.rss",
    "/sources/examplecom.rss",
    "/versions.json",
    "/articles/1/diff/0/1",
    "/articles/1/diff/1/0?view=inline",
    "/articles/1/versions/0",
    "/articles/1/versions/1?by=sentence",
    "/articles/1.atom",
    "/articles/2.rss",
    "/articles/2/versions/0",
];

/// Asks for each page twice, so that all are remembered, and compares with a site that remembers
/// nothing.
async fn assert_nothing_is_outdated(stage: &Stage, pool: &PgPool, after: &str) {
    let fresh = Stage::new(pool.clone());
    for path in PATHS {
        for _ in 0..2 {
            let (known, made) = (stage.get(path).await, fresh.get(path).await);
            assert_eq!(known.status, made.status, "{path} after {after}");
            // Errors name their request.
            if made.status.is_success() {
                assert_eq!(known.body, made.body, "{path} after {after}");
            }
        }
    }
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn whatever_happens_shows_at_once(pool: PgPool) {
    let stage = Stage::new(pool.clone());
    let erred = text("Mayor stays", &["The mayor erred.", "She will go on."]);
    let lied = text("Mayor resigns", &["The mayor lied.", "She will go on."]);
    let [one, two]: [ArticleId; 2] = [1, 2].map(|id: i64| id.try_into().unwrap());
    stage.article("https://news.example.com/1", &[lied.clone(), erred.clone()]).await;
    stage.article("https://paper.example.org/2", &[text("Rain", &["It rains."])]).await;
    assert_nothing_is_outdated(&stage, &pool, "the beginning").await;

    let third = text("Mayor goes", &["The mayor erred.", "She went.", "Now what?"]);
    stage.see(one, 180, &third).await;
    assert_nothing_is_outdated(&stage, &pool, "a change").await;
    stage.see(one, 240, &lied).await;
    assert_nothing_is_outdated(&stage, &pool, "a text that came back").await;
    stage.see(two, 250, &text("Rain", &["It rained."])).await;
    assert_nothing_is_outdated(&stage, &pool, "another article’s change").await;
    stage.watch("https://news.example.com/3").await;
    assert_nothing_is_outdated(&stage, &pool, "one article more").await;
    stage.fail(one, 300, CheckOutcome::NotFound, "404").await;
    assert_nothing_is_outdated(&stage, &pool, "a failed check").await;
    let anew = [text("Mayor resigned", &["The mayor had lied.", "She goes on."]), erred, third];
    stage.reread(one, &anew).await;
    assert_nothing_is_outdated(&stage, &pool, "a reading anew").await;

    let mut settings = stage.store.source_settings("examplecom").await.unwrap().unwrap();
    settings.name = "The Example".to_owned();
    stage.store.set_source_settings(&settings).await.unwrap();
    assert_nothing_is_outdated(&stage, &pool, "a new name").await;
    let deed = Deed { actor: &Actor::Operator, reason: "a court", at: minute(310) };
    assert!(stage.store.hide(one, deed).await.unwrap());
    assert_nothing_is_outdated(&stage, &pool, "hiding").await;
    assert!(stage.store.bring_back(one, deed).await.unwrap());
    assert_nothing_is_outdated(&stage, &pool, "bringing back").await;
    stage.upgrade(one, &text("Mayor lied", &["The mayor lied twice."])).await;
    assert_nothing_is_outdated(&stage, &pool, "an upgrade").await;
    let claim = stage.store.claim_article(two, TERMS).await.unwrap().unwrap();
    stage.see_claimed(&claim, 320, &text("Rain", &["It rains again."])).await;
    let (_, head) =
        stage.store.holder(&address("https://news.example.com/1")).await.unwrap().unwrap();
    let moved = OtherAddress {
        address: address("https://news.example.com/1"),
        origin: AddressOrigin::Moved,
        proof: Proof::Sure,
        twin: Some(Twin { article: one, version: head.unwrap() }),
    };
    let done = stage.store.readdress(&claim, &moved, false, minute(321)).await.unwrap();
    assert_eq!(done, Readdressed::Merged(one));
    assert_nothing_is_outdated(&stage, &pool, "two that are one").await;
    assert!(stage.store.delete_for_good(one, deed).await.unwrap());
    assert_nothing_is_outdated(&stage, &pool, "deleting for good").await;
}

/// What writes behind everybody's back is found out by debug builds: they make each answer anew.
#[cfg(debug_assertions)]
#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn an_answer_that_no_longer_holds_is_found_out(pool: PgPool) {
    let stage = Arc::new(Stage::new(pool.clone()));
    let texts = [text("Rain", &["It rains."]), text("Rain", &["It rained."])];
    stage.article("https://paper.example.org/1", &texts).await;
    sqlx::query("alter table version disable trigger version_edition")
        .execute(&pool)
        .await
        .unwrap();
    for path in ["/", "/versions.rss", "/articles/1.rss", "/articles/1/diff/0/1"] {
        stage.page(path).await;
        stage.page(path).await;
        sqlx::query("update version set title = title || '!'").execute(&pool).await.unwrap();
        let stage = stage.clone();
        let asked = tokio::spawn(async move { stage.page(path).await }).await;
        assert!(asked.unwrap_err().is_panic(), "{path}");
    }
}
