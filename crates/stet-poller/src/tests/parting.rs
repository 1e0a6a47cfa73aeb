//! Two articles that became one, and articles that are parted again.

use sqlx::PgPool;
use stet_core::{ArticleId, CheckOutcome};
use stet_store::{ArticleState, MIGRATOR, ProposalState};

use super::{NEW, OLD, World, minute, page};
use crate::loopback::Reply;

/// A page of the same headline as the others, with another text.
const OTHER: &str = "Farmers along the coast expect a poor harvest after the storms of the spring, \
    and the price of bread will follow before the winter, a union of bakers warned on Monday. The \
    minister promised help for those whose fields were flooded.";

fn of(paragraph: &str, canonical: &str) -> Reply {
    let link = format!("<link rel=canonical href={canonical}><article>");
    Reply::page(&page(paragraph, 0).replace("<article>", &link))
}

/// An article and its AMP page, each watched; the page has become part of the article.
async fn merged(world: &World) -> (ArticleId, ArticleId) {
    world.answers(|_| of(OLD, "/story-1"));
    let add =
        async |path| world.store.add_article(&world.address(path), minute(0)).await.unwrap().id;
    let (article, amp) = (add("/story-1").await, add("/amp/story-1").await);
    world.check(article).await;
    world.check(amp).await;
    assert_eq!(world.article(amp).await.merged_into, Some(article));
    (article, amp)
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_amp_page_that_was_read_before_its_article_becomes_part_of_it_later(pool: PgPool) {
    let world = World::new(pool).await;
    world.answers(|_| of(OLD, "/story-1"));
    let add =
        async |path| world.store.add_article(&world.address(path), minute(0)).await.unwrap().id;
    let (article, amp) = (add("/story-1").await, add("/amp/story-1").await);
    for id in [amp, article] {
        assert_eq!(world.check(id).await.outcome, Some(CheckOutcome::New));
    }
    assert_eq!(world.article(amp).await.merged_into, None);
    assert_eq!(world.check(amp).await.outcome, Some(CheckOutcome::Unchanged));
    assert_eq!(world.article(amp).await.merged_into, Some(article));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn one_headline_makes_no_two_texts_one_article(pool: PgPool) {
    let world = World::new(pool).await;
    world.answers(|path| match path {
        "/story-1" => of(OLD, "/story-1"),
        _ => of(OTHER, "/story-1"),
    });
    let add =
        async |path| world.store.add_article(&world.address(path), minute(0)).await.unwrap().id;
    let (article, amp) = (add("/story-1").await, add("/amp/story-1").await);
    for id in [article, amp, amp] {
        world.check(id).await;
    }
    assert_eq!(world.article(amp).await.merged_into, None);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_article_is_parted_when_somebody_watches_its_address_and_another_text_is_there(
    pool: PgPool,
) {
    let world = World::new(pool).await;
    let (article, amp) = merged(&world).await;
    let watch = async || {
        let address = world.address("/amp/story-1");
        let id = world.store.propose(&address, minute(0)).await.unwrap();
        let state = world.poller.see_to(&id).await.unwrap().unwrap().state;
        assert!(matches!(state, ProposalState::Found(_)), "{state:?}");
        world.store.add_article(&address, minute(30)).await.unwrap().id
    };
    world.answers(|_| Reply::page(&page(NEW, 0)));
    assert_eq!(watch().await, article, "it is the same article still");
    world.answers(|path| match path {
        "/amp/story-1" => Reply::page(&page(OTHER, 0)),
        _ => Reply::page(&page(NEW, 0)),
    });
    assert_eq!(watch().await, amp);
    let parted = world.article(amp).await;
    assert_eq!((parted.merged_into, parted.state), (None, ArticleState::Watched));
    assert_eq!(world.check(amp).await.outcome, Some(CheckOutcome::Changed));
    assert_eq!(world.article(article).await.versions, 1);
}
