//! What editors decide about a source is what pollers go by.

use chrono::TimeDelta;
use sqlx::PgPool;
use stet_core::extract::EXTRACTOR_REVISION;
use stet_core::{Kind, Kinds};
use stet_store::{FeedSettings, MIGRATOR};
use tokio_util::sync::CancellationToken;

use super::upgrade::{APPEAL, page, texts, without};
use super::{OLD, World, minute};
use crate::Target;
use crate::loopback::Reply;

impl World {
    async fn slug(&self) -> String {
        self.store.sources().await.unwrap().remove(0).slug
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_paused_source_is_not_visited_until_it_is_resumed(pool: PgPool) {
    let world = World::new(pool).await;
    world.publishes(OLD);
    world.watch().await;
    world.store.add_feed(&world.address("/rss"), None, minute(0)).await.unwrap();
    world.store.propose(&world.address("/2"), minute(0)).await.unwrap();
    let slug = world.slug().await;
    let source = world.store.source_settings(&slug).await.unwrap().unwrap().id;
    world.store.pause_source(source, Some(minute(0))).await.unwrap();
    world.poller.run_due(|_, _| ()).await.unwrap();
    assert_eq!(world.site.asked(), Vec::<String>::new(), "not even for its robots.txt");
    world.store.pause_source(source, None).await.unwrap();
    world.poller.run_due(|_, _| ()).await.unwrap();
    assert_eq!(world.asked().len(), 3);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn saved_rules_make_technical_changes_of_all_that_was_read(pool: PgPool) {
    let world = World::new(pool).await;
    let id = world.watch().await;
    world.answers(|_| Reply::page(&page("story", OLD, APPEAL)));
    world.check(id).await;
    assert_eq!(texts(&world, id).await, [[OLD, APPEAL]]);
    world.set_rules(without(".appeal")).await;
    let slug = world.slug().await;
    let source = world.store.source_settings(&slug).await.unwrap().unwrap().id;
    world.store.ask_rereading(&slug, EXTRACTOR_REVISION, minute(5)).await.unwrap();

    let stop = CancellationToken::new();
    assert!(world.poller.reread_next_source(&stop).await.unwrap());
    assert_eq!(texts(&world, id).await, [[OLD]]);
    let progress = world.store.source_rereading(source).await.unwrap().unwrap();
    assert_eq!((progress.articles, progress.done, progress.changed, progress.failed), (1, 1, 1, 0));
    assert!(progress.finished_at.is_some());
    assert!(!world.poller.reread_next_source(&stop).await.unwrap(), "nothing is left to do");
    assert_eq!(world.store.latest_changes(0, 10).await.unwrap().changes, []);
    for change in world.store.changes(id).await.unwrap() {
        assert_eq!(change.kinds, Kinds::from([Kind::Technical]));
    }
    assert_eq!(world.asked().len(), 1, "nothing was fetched for it");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_saved_rules_cannot_read_stays_and_is_counted(pool: PgPool) {
    let world = World::new(pool).await;
    let id = world.watch().await;
    world.answers(|_| Reply::page(&page("story", OLD, APPEAL)));
    world.check(id).await;
    world.set_rules(without("p")).await;
    let slug = world.slug().await;
    let source = world.store.source_settings(&slug).await.unwrap().unwrap().id;
    world.store.ask_rereading(&slug, EXTRACTOR_REVISION, minute(5)).await.unwrap();
    world.poller.reread_next_source(&CancellationToken::new()).await.unwrap();
    assert_eq!(texts(&world, id).await, [[OLD, APPEAL]]);
    let progress = world.store.source_rereading(source).await.unwrap().unwrap();
    assert_eq!((progress.done, progress.changed, progress.failed), (1, 0, 1));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_rereading_that_is_stopped_goes_on_later(pool: PgPool) {
    let world = World::new(pool).await;
    let id = world.watch().await;
    world.answers(|_| Reply::page(&page("story", OLD, APPEAL)));
    world.check(id).await;
    world.set_rules(without(".appeal")).await;
    world.store.ask_rereading(&world.slug().await, EXTRACTOR_REVISION, minute(5)).await.unwrap();
    let stopped = CancellationToken::new();
    stopped.cancel();
    assert!(world.poller.reread_next_source(&stopped).await.unwrap());
    assert_eq!(texts(&world, id).await, [[OLD, APPEAL]], "it was told to stop");
    world.poller.reread_next_source(&CancellationToken::new()).await.unwrap();
    assert_eq!(texts(&world, id).await, [[OLD]]);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_feed_with_a_period_of_its_own_keeps_it_though_nothing_is_new(pool: PgPool) {
    let world = World::new(pool).await;
    let feed = "<rss version=\"2.0\"><channel><title>Top</title></channel></rss>";
    world.answers(move |_| Reply::new("200 OK", &["content-type: application/rss+xml"], feed));
    let id = world.store.add_feed(&world.address("/rss"), None, minute(0)).await.unwrap().id;
    let period = TimeDelta::minutes(20);
    let settings = FeedSettings { title: None, period: Some(period), links: None };
    world.store.edit_feed(id, settings, minute(0)).await.unwrap();
    world.poller.check_now(&Target::Feed(id)).await.unwrap();
    let wait = world.store.feeds().await.unwrap()[0].next_check_at - minute(0);
    assert!(wait >= period && wait <= period + TimeDelta::minutes(2), "{wait}");
}
