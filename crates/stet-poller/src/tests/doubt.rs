//! Answers that are no article's text, or are not believed at once.

use sqlx::PgPool;
use stet_core::{CheckOutcome, Kind, Kinds};
use stet_store::MIGRATOR;

use super::{NEW, OLD, World, minute, page};
use crate::loopback::Reply;

/// A text of which `NEW` is less than a third.
fn long() -> String {
    [1, 2, 3, 4].map(|number| format!("<p>{number}. {OLD}</p>")).concat()
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_article_is_gone_once_its_absence_is_confirmed_and_back_when_it_returns(pool: PgPool) {
    let world = World::new(pool).await;
    let id = world.watch().await;
    world.publishes(OLD);
    world.check(id).await;
    world.answers(|_| Reply::new("410 Gone", &[], ""));
    let (mut looks, mut minutes) = (0, 0);
    while !world.article(id).await.is_gone {
        let next = world.article(id).await.next_check_at;
        minutes = (next - minute(0)).num_minutes() + 1;
        world.set_clock(minutes);
        assert_eq!(world.check(id).await.outcome, Some(CheckOutcome::Gone));
        looks += 1;
    }
    assert!((2..10).contains(&looks), "{looks}");
    let gone = world.store.changes(id).await.unwrap().remove(0);
    assert_eq!(gone.kinds, Kinds::from([Kind::Gone]));
    assert_eq!((gone.earliest_at, gone.latest_at), (minute(0), minute(minutes)), "{gone:?}");

    world.publishes(NEW);
    assert_eq!(world.check(id).await.outcome, Some(CheckOutcome::Changed));
    let back = world.store.changes(id).await.unwrap().remove(0);
    assert!(back.kinds.is_superset(&Kinds::from([Kind::Back, Kind::Edited])), "{:?}", back.kinds);
    assert_eq!(back.stats.words_added, 1);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_text_that_lost_two_thirds_of_its_words_is_looked_at_again_within_half_an_hour(
    pool: PgPool,
) {
    let world = World::new(pool).await;
    let id = world.watch().await;
    let whole = page(&long(), 0);
    world.answers(move |_| Reply::page(&whole));
    world.check(id).await;
    world.publishes(NEW);
    world.set_clock(36);
    let held = world.check(id).await;
    assert_eq!((held.outcome, held.version), (Some(CheckOutcome::Held), 0.try_into().ok()));
    assert!(held.detail.unwrap().starts_with("the text has "));
    let next = world.article(id).await.next_check_at;
    assert!(next > minute(36) && next <= minute(66), "{next}");
    world.set_clock(60);
    let believed = world.check(id).await;
    assert_eq!((believed.outcome, believed.detail), (Some(CheckOutcome::Changed), None));
    let change = world.store.changes(id).await.unwrap().remove(0);
    assert_eq!((change.earliest_at, change.latest_at), (minute(0), minute(36)));
    let checks = world.store.checks(id, 3).await.unwrap();
    let remarks: Vec<bool> = checks.iter().map(|check| check.detail.is_some()).collect();
    assert_eq!(remarks, [false, true, false]);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_text_that_lost_a_part_of_its_words_is_believed_at_once(pool: PgPool) {
    let world = World::new(pool).await;
    let id = world.watch().await;
    let whole = page(&long(), 0);
    world.answers(move |_| Reply::page(&whole));
    world.check(id).await;
    let half = page(&format!("<p>{OLD}</p><p>{NEW}</p>"), 0);
    world.answers(move |_| Reply::page(&half));
    assert_eq!(world.check(id).await.outcome, Some(CheckOutcome::Changed));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_way_to_the_home_page_or_a_section_is_named_and_no_version(pool: PgPool) {
    let world = World::new(pool).await;
    let id = world.store.add_article(&world.address("/news/talks"), minute(0)).await.unwrap().id;
    world.publishes(OLD);
    world.check(id).await;
    for place in ["/", "/news/"] {
        world.answers(move |path| match path {
            "/news/talks" => Reply::redirect(place),
            _ => Reply::page(&page(NEW, 0)),
        });
        let done = world.check(id).await;
        assert_eq!(done.outcome, Some(CheckOutcome::RedirectedAway), "{place}");
        assert_eq!(done.version, 0.try_into().ok());
        assert!(done.detail.unwrap().ends_with(place));
    }
    world.answers(|path| match path {
        "/news/talks" => Reply::redirect("/news/talks-2"),
        _ => Reply::page(&page(NEW, 0)),
    });
    assert_eq!(world.check(id).await.outcome, Some(CheckOutcome::Changed));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_text_that_stands_under_two_others_is_named_and_no_version(pool: PgPool) {
    let world = World::new(pool).await;
    let add =
        async |path| world.store.add_article(&world.address(path), minute(0)).await.unwrap().id;
    let (known, new) = (add("/known").await, add("/new").await);
    world.publishes(OLD);
    world.check(known).await;
    world.publishes(NEW);
    for path in ["/2", "/3"] {
        assert_eq!(world.check(add(path).await).await.outcome, Some(CheckOutcome::New));
    }
    for (id, version) in [(known, Some(0)), (new, None)] {
        let done = world.check(id).await;
        assert_eq!(done.outcome, Some(CheckOutcome::RepeatedText));
        assert_eq!(done.version, version.and_then(|version: i32| version.try_into().ok()));
    }
}
