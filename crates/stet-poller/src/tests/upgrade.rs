//! What comes of another extractor or an edited rule is never shown as an edit by the newspaper.

use sqlx::PgPool;
use stet_core::extract::SiteRules;
use stet_core::{ArticleId, CheckOutcome, Kind, Kinds};
use stet_store::MIGRATOR;

use super::{NEW, OLD, World, minute};
use crate::loopback::Reply;

/// A sentence of the newspaper about itself.
pub(super) const APPEAL: &str = "The Times is read by people in forty countries, and each of them \
    helps to pay for the work of its reporters.";

/// A page whose article, in a box of this class, ends with an appeal.
pub(super) fn page(class: &str, paragraph: &str, appeal: &str) -> String {
    format!(
        "<!doctype html><html lang=en><title>Talks go on - The Times</title><article>\
         <h1>Talks go on</h1><div class={class}><p>{paragraph}</p></div>\
         <p class=appeal>{appeal}</p></article></html>"
    )
}

/// Rules that drop what a selector finds.
pub(super) fn without(selector: &str) -> SiteRules {
    SiteRules { drop: Some(selector.to_owned()), ..SiteRules::default() }
}

/// The paragraphs of each version, in order.
pub(super) async fn texts(world: &World, id: ArticleId) -> Vec<Vec<String>> {
    let mut texts = Vec::new();
    for version in world.store.latest_versions(id, 0, 99).await.unwrap().into_iter().rev() {
        let text = world.store.version_text(id, version.number).await.unwrap().unwrap();
        texts.push(text.paragraphs);
    }
    texts
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_an_older_extractor_read_is_read_again_before_the_next_text_is_compared(pool: PgPool) {
    let world = World::new(pool.clone()).await;
    let id = world.watch().await;
    world.publishes(OLD);
    world.check(id).await;
    // As an older extractor would have left it: with a paragraph that is no part of the article.
    sqlx::query(
        "insert into paragraph (article_id, number, digest, text) values (1, 7, '', 'Share')",
    )
    .execute(&pool)
    .await
    .unwrap();
    sqlx::query("update version set extractor = 0, digest = $1, paragraphs = paragraphs || 7")
        .bind([0_u8; 32])
        .execute(&pool)
        .await
        .unwrap();
    world.publishes(NEW);
    world.set_clock(30);
    assert_eq!(world.check(id).await.outcome, Some(CheckOutcome::Changed));
    let changes = world.store.changes(id).await.unwrap();
    let [edit, technical] = &changes[..] else { panic!("{changes:?}") };
    assert!(technical.is_technical && !edit.is_technical);
    assert_eq!((edit.stats.words_added, edit.stats.paragraphs_removed), (1, 0));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_edited_rule_is_technical_although_not_a_byte_of_the_page_changed(pool: PgPool) {
    let world = World::new(pool).await;
    let id = world.watch().await;
    world.answers(|_| {
        let headers = ["content-type: text/html", "etag: \"v1\""];
        Reply::new("200 OK", &headers, page("story", OLD, APPEAL))
    });
    world.check(id).await;
    world.set_rules(without(".appeal")).await;
    world.set_clock(30);
    let done = world.check(id).await;
    assert_eq!(
        (done.outcome, done.version),
        (Some(CheckOutcome::Unchanged), 1.try_into().ok()),
        "{done}"
    );
    assert_eq!(texts(&world, id).await, [vec![OLD, APPEAL], vec![OLD]]);
    assert_eq!(world.store.latest_changes(0, 10).await.unwrap().changes, []);
    let changes = world.store.changes(id).await.unwrap();
    let [technical] = &changes[..] else { panic!("{changes:?}") };
    assert_eq!(technical.kinds, Kinds::from([Kind::Technical]));
    let article = world.article(id).await;
    assert_eq!((article.changes, article.last_changed_at), (0, None));

    world.set_clock(60);
    assert_eq!(world.check(id).await.version, 1.try_into().ok(), "it is read anew only once");
    let validated: Vec<bool> =
        world.asked().iter().map(|head| head.contains("if-none-match")).collect();
    assert_eq!(validated, [false, false, true], "whoever reads anew needs the bytes");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn of_an_edited_rule_and_an_edited_page_only_the_newspapers_edit_is_shown(pool: PgPool) {
    let world = World::new(pool).await;
    let id = world.watch().await;
    world.answers(|_| Reply::page(&page("story", OLD, APPEAL)));
    world.check(id).await;
    world.set_rules(without(".appeal")).await;
    world.answers(|_| Reply::page(&page("story", NEW, APPEAL)));
    world.set_clock(30);
    assert_eq!(world.check(id).await.outcome, Some(CheckOutcome::Changed));
    assert_eq!(texts(&world, id).await, [vec![OLD, APPEAL], vec![OLD], vec![NEW]]);
    let shown = world.store.latest_changes(0, 10).await.unwrap().changes;
    let [edit] = &shown[..] else { panic!("{shown:?}") };
    assert_eq!((edit.from.get(), edit.to.get()), (1, 2));
    assert_eq!((edit.stats.words_added, edit.stats.words_removed), (1, 1));
    assert_eq!((edit.earliest_at, edit.latest_at), (minute(0), minute(30)));
    assert_eq!(world.article(id).await.changes, 1);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_a_rule_makes_unreadable_is_compared_with_nothing_that_is_shown(pool: PgPool) {
    let world = World::new(pool).await;
    let id = world.watch().await;
    world.answers(|_| Reply::page(&page("old", OLD, "Share.")));
    world.check(id).await;
    world.set_rules(without(".old")).await;
    for (minutes, class, paragraph) in [(30, "new", NEW), (60, "new", NEW), (90, "new", OLD)] {
        world.set_clock(minutes);
        world.answers(move |_| Reply::page(&page(class, paragraph, "Share.")));
        assert!(world.check(id).await.outcome.is_some_and(CheckOutcome::is_success));
    }
    let are_shown: Vec<bool> =
        world.store.changes(id).await.unwrap().iter().map(|change| !change.is_technical).collect();
    assert_eq!(are_shown, [true, false], "nobody can tell what of the first one is an edit");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_text_that_comes_back_under_new_rules_rests_on_the_bytes_that_brought_it(pool: PgPool) {
    let world = World::new(pool).await;
    let id = world.watch().await;
    let with_appeal = page("story", OLD, APPEAL);
    let without_appeal = page("story", OLD, "Share.");
    let both = [without_appeal.clone(), with_appeal.clone()];
    for (minutes, page) in (0..).step_by(30).zip(both) {
        world.answers(move |_| Reply::page(&page));
        world.set_clock(minutes);
        world.check(id).await;
    }
    world.set_rules(without(".appeal")).await;
    world.set_clock(60);
    let done = world.check(id).await;
    assert_eq!((done.outcome, done.version), (Some(CheckOutcome::Unchanged), 0.try_into().ok()));
    let bytes = world.store.snapshot(id, 0.try_into().unwrap()).await.unwrap().unwrap();
    assert_eq!(bytes.body, with_appeal.as_bytes());
}
