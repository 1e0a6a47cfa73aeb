//! What is beside the article need not be read to know that the article stands.

use std::sync::atomic::AtomicUsize;

use super::*;

const DAY: i64 = 24 * 60;

/// What the database knows of an article's outline: whether there is one, and the minute of the last
/// attempt.
async fn outline(pool: &PgPool) -> (bool, Option<i64>) {
    let (is_known, tried_at): (bool, Option<DateTime<Utc>>) =
        sqlx::query_as("select outline is not null, outline_tried_at from article")
            .fetch_one(pool)
            .await
            .unwrap();
    (is_known, tried_at.map(|at| (at - minute(0)).num_minutes()))
}

/// A page with an article, other links beside it at each request, and something between.
fn page(paragraph: &str, between: &str, visit: usize) -> String {
    let prose = "The council voted on Tuesday to close the old bridge for repairs that are expected \
                 to last, engineers said, until the spring of next year.";
    format!(
        "<!doctype html><title>Bridge to close | The Times</title><body><article>\
         <h1>Bridge to close</h1><p>{prose}</p><p>{paragraph} It had\n         been open since 1894, and nobody expected it to last as long as that, an engineer said.</p>\
         </article>{between}\
         <aside><ul><li><a href=/s/{visit}>Story {visit}</a></ul></aside></body>"
    )
}

impl World {
    fn shows(&self, paragraph: &'static str, between: impl Fn(usize) -> String + Send + 'static) {
        let visits = AtomicUsize::new(0);
        self.answers(move |_| {
            let visit = visits.fetch_add(1, Ordering::SeqCst);
            Reply::page(&page(paragraph, &between(visit), visit))
        });
    }

    async fn outcome_at(&self, id: ArticleId, minutes: i64) -> Option<CheckOutcome> {
        self.set_clock(minutes);
        self.check(id).await.outcome
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_outline_is_learned_trusted_for_a_day_and_left_when_the_text_changes(pool: PgPool) {
    let world = World::new(pool.clone()).await;
    let id = world.watch().await;
    world.shows("First.", |_| String::new());
    let (same, changed) = (Some(CheckOutcome::Unchanged), Some(CheckOutcome::Changed));
    assert_eq!(world.outcome_at(id, 0).await, Some(CheckOutcome::New));
    assert_eq!(outline(&pool).await, (false, None));
    assert_eq!(world.outcome_at(id, 30).await, same);
    assert_eq!(outline(&pool).await, (true, Some(30)));
    // Not read, and so not learned anew.
    assert_eq!(world.outcome_at(id, 60).await, same);
    assert_eq!(outline(&pool).await, (true, Some(30)));
    assert_eq!(world.outcome_at(id, 30 + DAY).await, same);
    assert_eq!(outline(&pool).await, (true, Some(30 + DAY)));

    world.shows("Second.", |_| String::new());
    assert_eq!(world.outcome_at(id, 60 + DAY).await, changed);
    assert_eq!(outline(&pool).await, (false, None));
    world.shows("First.", |_| String::new());
    assert_eq!(world.outcome_at(id, 90 + DAY).await, changed);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_page_of_which_more_changes_is_read_each_time(pool: PgPool) {
    let world = World::new(pool.clone()).await;
    let id = world.watch().await;
    world.shows("First.", |visit| format!("<div data-visit={visit}></div>"));
    for (minutes, known) in [
        (0, (false, None)),
        (30, (true, Some(30))),
        (60, (false, Some(60))),
        (90, (false, Some(60))),
    ] {
        world.outcome_at(id, minutes).await;
        assert_eq!(outline(&pool).await, known, "at {minutes}");
    }
    // After a day it is tried again.
    world.outcome_at(id, 60 + DAY).await;
    assert_eq!(outline(&pool).await, (true, Some(60 + DAY)));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_outline_of_another_reading_is_not_trusted(pool: PgPool) {
    let world = World::new(pool.clone()).await;
    let id = world.watch().await;
    world.shows("First.", |_| String::new());
    world.outcome_at(id, 0).await;
    world.outcome_at(id, 30).await;
    assert_eq!(outline(&pool).await, (true, Some(30)));
    let rules = SiteRules { drop: Some("p + p".to_owned()), ..SiteRules::default() };
    world.set_rules(rules).await;
    world.outcome_at(id, 60).await;
    let text = world.store.version_text(id, 1.try_into().unwrap()).await.unwrap().unwrap();
    assert_eq!(text.paragraphs.len(), 1);
}
