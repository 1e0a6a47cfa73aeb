//! What several articles of one source have in common, learned without an edit to be seen.

use sqlx::PgPool;
use stet_core::{ArticleId, CheckOutcome};
use stet_store::MIGRATOR;

use super::upgrade::texts;
use super::{World, minute};
use crate::loopback::Reply;

const SLOGAN: &str = "The Evening Star has told the city what happened since the year 1871.";

/// A page of eight paragraphs of its own and a slogan behind them.
fn page(path: &str, slogan: &str) -> String {
    let sentence = |number| {
        format!(
            "<p>In the matter of {path} the council heard witness number {number} on Tuesday, who \
             said that the old bridge could not be closed before the spring.</p>"
        )
    };
    let own = (0..8).map(sentence).collect::<Vec<_>>().concat();
    format!(
        "<title>On {path} - The Evening Star</title><article><h1>On {path}</h1>{own}\
         <p>{slogan}</p></article>"
    )
}

impl World {
    async fn watch_paths(&self, paths: &[&str]) -> Vec<ArticleId> {
        let mut articles = Vec::new();
        for path in paths {
            let added = self.store.add_article(&self.address(path), minute(0)).await.unwrap();
            assert!(self.check(added.id).await.outcome.is_some_and(CheckOutcome::is_success));
            articles.push(added.id);
        }
        articles
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_is_learned_goes_from_every_article_and_is_no_edit_of_any(pool: PgPool) {
    let world = World::new(pool).await;
    world.answers(|path| Reply::page(&page(path, SLOGAN)));
    let articles = world.watch_paths(&["/a", "/b", "/c", "/d", "/e"]).await;
    let ends_with_slogan = async |id| {
        let texts = texts(&world, id).await;
        let last = texts.last().unwrap().last().unwrap().as_str();
        (texts.len(), last == SLOGAN)
    };
    assert_eq!(ends_with_slogan(articles[3]).await, (1, true), "the fourth one taught it");
    assert_eq!(ends_with_slogan(articles[4]).await, (1, false));

    world.set_clock(60);
    for &id in &articles {
        assert_eq!(world.check(id).await.outcome, Some(CheckOutcome::Unchanged));
    }
    assert_eq!(ends_with_slogan(articles[0]).await, (2, false));
    assert_eq!(ends_with_slogan(articles[4]).await, (1, false), "it was read so from the first");
    assert_eq!(world.store.latest_changes(0, 10).await.unwrap().changes, []);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn the_versions_of_one_article_teach_nothing(pool: PgPool) {
    let world = World::new(pool).await;
    for edition in ["/1", "/2", "/3", "/4", "/5", "/6"] {
        world.answers(move |_| Reply::page(&page(edition, SLOGAN)));
        world.watch_paths(&["/the-same"]).await;
    }
    let id = world.watch_paths(&["/the-same"]).await[0];
    assert_eq!(texts(&world, id).await.len(), 6);
    assert!(texts(&world, id).await.iter().all(|text| text.last().unwrap() == SLOGAN));
}
