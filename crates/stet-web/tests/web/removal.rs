//! What readers are told of articles that are gone, and of what checks came to.

use sqlx::PgPool;
use stet_core::CheckOutcome;

use crate::feeds::{feed, html};
use crate::support::{Stage, attribute, says, text};

const URL: &str = "https://news.example.com/1";

/// An article that was seen at minute 0 and found gone at minutes 60 and 300.
async fn removed(pool: PgPool) -> Stage {
    let stage = Stage::new(pool);
    let id = stage.article(URL, &[text("Mayor resigns", &["The mayor lied."])]).await;
    for at in [60, 300] {
        stage.fail(id, at, CheckOutcome::NotFound, "there is no such page").await;
    }
    stage
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn an_article_that_is_gone_is_a_change_in_lists_and_on_its_page(pool: PgPool) {
    let stage = removed(pool).await;
    let latest = stage.page("/").await;
    says(&latest, "Mayor resigns Removed by the publisher");
    says(&latest, "removed between 9 Sept 2016, 17:44 UTC and 9 Sept 2016, 22:44 UTC · version 0");
    assert_eq!(
        attribute(&latest, ".change h2 a", "href").as_deref(),
        Some("/articles/1/versions/0")
    );
    let page = stage.page("/articles/1").await;
    says(&page, "It was removed by the publisher. Next check whether it is back: 9 Sept 2016");
    says(&page, "The article has changed 1 times.");
    says(&page, "page not found");
    says(&page, "The publisher had it at https://news.example.com/1");
    says(&page, "1 version · 3 words in the last one");
    says(&stage.page("/articles").await, "Mayor resigns removed by the publisher");
    says(&stage.page("/articles/1/versions/0").await, "The mayor lied.");
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn a_removal_and_a_return_are_items_of_feeds_with_names_that_stay(pool: PgPool) {
    let stage = removed(pool).await;
    let mut known = Vec::new();
    for path in ["/versions.rss", "/articles/1.atom", "/sources/examplecom.json"] {
        let feed = feed(&stage, path).await;
        let [gone] = feed.entries.as_slice() else { panic!("{feed:?}") };
        assert_eq!(gone.categories[0].term, "gone");
        says(html(gone), "Removed by the publisher. It was removed between 9 Sept 2016, 17:44 UTC");
        assert_eq!(gone.links[0].href, "http://stet.example:8080/articles/1/versions/0");
        known.push(gone.id.clone());
    }
    known.dedup();
    assert_eq!(known.len(), 1);
    let id = 1.try_into().unwrap();
    stage.see(id, 400, &text("Mayor resigns", &["The mayor erred."])).await;
    let feed = feed(&stage, "/versions.rss").await;
    assert_eq!(feed.entries[1].id, known[0]);
    assert_ne!(feed.entries[0].id, known[0]);
    assert!(feed.entries[0].categories.iter().any(|kind| kind.term == "back"));
    says(html(&feed.entries[0]), "The article is back");
    says(&stage.page("/").await, "The article is back");
    assert!(stage.page("/articles/1").await.contains("/articles/1/diff/0/1"));
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn a_source_tells_how_often_its_checks_came_to_what(pool: PgPool) {
    let stage = removed(pool).await;
    let robots = CheckOutcome::RobotsForbidden;
    stage.fail(1.try_into().unwrap(), 330, robots, "the site's robots.txt asks").await;
    stage.set_seconds(330 * 60);
    let page = stage.page("/sources").await;
    says(&page, "4 checks of its articles in the last 3 days Outcome Checks Share");
    says(&page, "page not found 2 50%");
    says(&page, "first text 1 25%");
    says(&page, "forbidden by the site's robots.txt 1 25%");
    let own = stage.page("/sources/examplecom").await;
    says(&own, "4 checks of its articles in the last 3 days Outcome Checks Share");
    says(&own, "page not found 2 50%");
    stage.watch("https://other.example/1").await;
    assert!(!stage.page("/sources/otherexample").await.contains("page not found"));
    says(&stage.page("/articles/1").await, "forbidden by the site's robots.txt");
    stage.set_seconds(4 * 24 * 3_600);
    assert!(!stage.page("/sources").await.contains("<details"), "they are of days ago");
    let id = 1.try_into().unwrap();
    stage.set_seconds(330 * 60);
    stage.store.hide_article(id).await.unwrap();
    assert!(!stage.page("/sources").await.contains("page not found"));
}
