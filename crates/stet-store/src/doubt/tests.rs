//! Articles that vanish, come back and lose their text, as readers are told of them.

use sqlx::PgPool;
use stet_core::{CheckOutcome, Kind, Kinds, VersionNumber};

use crate::fixture::{Fixture, address, minute};
use crate::record::Recorded;
use crate::{Article, ArticleState, Change, MIGRATOR, Visible};

impl Fixture {
    async fn miss(&self, minutes: i64) {
        let outcome = CheckOutcome::NotFound;
        let missed = self.fail(minutes, outcome, "there is no such page").await;
        assert!(matches!(missed, Recorded::Done { outcome: CheckOutcome::NotFound, .. }));
    }

    async fn shown(&self) -> Article {
        match self.store.article(self.article).await.unwrap() {
            Visible::Shown(article) => article,
            other => panic!("{other:?}"),
        }
    }

    /// The changes that lists show, the latest first.
    async fn listed(&self) -> Vec<Change> {
        self.store.latest_changes(0, 10).await.unwrap().changes
    }
}

fn done(outcome: CheckOutcome, version: i32) -> Recorded {
    Recorded::Done { outcome, version: version.try_into().ok() }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_page_that_is_missing_twice_within_hours_is_not_gone_yet(pool: PgPool) {
    let fixture = Fixture::new(pool).await;
    fixture.see(0, &["a"]).await;
    fixture.miss(30).await;
    fixture.miss(30 + 179).await;
    assert!(!fixture.shown().await.is_gone);
    assert_eq!(fixture.listed().await, []);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_page_that_is_missing_hours_later_too_is_gone_and_listed_as_news(pool: PgPool) {
    let fixture = Fixture::new(pool).await;
    fixture.see(0, &["a"]).await;
    fixture.see(60, &["b"]).await;
    fixture.miss(90).await;
    // That the site could not be reached meanwhile says nothing about the page.
    fixture.fail(150, CheckOutcome::Timeout, "too slow").await;
    fixture.miss(90 + 180).await;
    fixture.miss(500).await;
    let listed = fixture.listed().await;
    let [gone, _] = &listed[..] else { panic!("{listed:?}") };
    assert_eq!(gone.kinds, Kinds::from([Kind::Gone]));
    assert_eq!((gone.from.get(), gone.to.get(), gone.number), (1, 1, 1));
    assert_eq!((gone.earliest_at, gone.latest_at), (minute(60), minute(270)));
    let article = fixture.shown().await;
    assert!(article.is_gone && article.state == ArticleState::Watched, "it may come back");
    assert_eq!((article.changes, article.head.map(VersionNumber::get)), (2, Some(1)));
    assert_eq!(fixture.sighted().await, [0, 1]);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_page_that_was_seen_between_two_misses_is_not_gone(pool: PgPool) {
    let fixture = Fixture::new(pool).await;
    fixture.see(0, &["a"]).await;
    fixture.miss(30).await;
    fixture.see(60, &["a"]).await;
    fixture.miss(300).await;
    assert!(!fixture.shown().await.is_gone);
    assert_eq!(fixture.sighted().await, [0]);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_article_comes_back_with_the_text_that_stood(pool: PgPool) {
    let fixture = Fixture::new(pool).await;
    fixture.see(0, &["a"]).await;
    fixture.miss(30).await;
    fixture.miss(300).await;
    assert_eq!(fixture.see(400, &["a"]).await, done(CheckOutcome::Unchanged, 0));
    let listed = fixture.listed().await;
    assert_eq!(listed[0].kinds, Kinds::from([Kind::Back]));
    assert_eq!((listed[0].earliest_at, listed[0].latest_at), (minute(300), minute(400)));
    assert_eq!((listed[0].number, listed[1].number), (1, 0));
    assert!(!fixture.shown().await.is_gone);
    let sightings = fixture.store.sightings(fixture.article).await.unwrap();
    let spans: Vec<_> = sightings.iter().map(|run| (run.first_seen_at, run.last_seen_at)).collect();
    assert_eq!(spans, [(minute(0), minute(0)), (minute(400), minute(400))], "not in between");
    // All is forgotten: it would have to be missed for hours again.
    fixture.miss(430).await;
    assert_eq!(fixture.listed().await.len(), 2);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_article_comes_back_with_another_text(pool: PgPool) {
    let fixture = Fixture::new(pool).await;
    fixture.see(0, &["a"]).await;
    fixture.miss(30).await;
    fixture.miss(300).await;
    assert_eq!(fixture.see(400, &["b"]).await, done(CheckOutcome::Changed, 1));
    let back = fixture.listed().await.remove(0);
    assert_eq!(back.kinds, Kinds::from([Kind::Edited, Kind::Back]));
    assert_eq!((back.from.get(), back.to.get(), back.stats.words_added), (0, 1, 2));
    assert_eq!((back.earliest_at, back.latest_at), (minute(300), minute(400)));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_stays_gone_for_forty_days_is_no_longer_looked_for(pool: PgPool) {
    let fixture = Fixture::new(pool).await;
    fixture.see(0, &["a"]).await;
    fixture.miss(30).await;
    fixture.miss(30 + 39 * 24 * 60).await;
    assert_eq!(fixture.shown().await.state, ArticleState::Watched);
    fixture.miss(30 + 40 * 24 * 60).await;
    assert_eq!(fixture.shown().await.state, ArticleState::Gone);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_text_in_doubt_is_held_and_believed_when_it_is_seen_again(pool: PgPool) {
    let fixture = Fixture::new(pool).await;
    fixture.see(0, &["long"]).await;
    assert_eq!(fixture.doubt(30, &["s"]).await, done(CheckOutcome::Held, 0));
    assert_eq!(fixture.sighted().await, [0]);
    // Whoever was there meanwhile and reached nobody has seen nothing else.
    fixture.fail(45, CheckOutcome::Timeout, "too slow").await;
    assert_eq!(fixture.doubt(50, &["s"]).await, done(CheckOutcome::Changed, 1));
    let change = fixture.listed().await.remove(0);
    assert_eq!((change.earliest_at, change.latest_at), (minute(0), minute(30)));
    let run = fixture.store.sightings(fixture.article).await.unwrap().remove(1);
    assert_eq!((run.first_seen_at, run.last_seen_at, run.checks), (minute(30), minute(50), 2));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_text_in_doubt_that_is_not_there_any_more_never_was(pool: PgPool) {
    let fixture = Fixture::new(pool).await;
    fixture.see(0, &["long"]).await;
    fixture.doubt(30, &["s"]).await;
    assert_eq!(fixture.see(50, &["long"]).await, done(CheckOutcome::Unchanged, 0));
    assert_eq!(fixture.doubt(80, &["s"]).await, done(CheckOutcome::Held, 0), "held anew");
    assert_eq!(fixture.listed().await, []);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn another_short_text_is_believed_from_when_it_was_seen_itself(pool: PgPool) {
    let fixture = Fixture::new(pool).await;
    fixture.see(0, &["long"]).await;
    fixture.doubt(30, &["s"]).await;
    assert_eq!(fixture.doubt(50, &["t"]).await, done(CheckOutcome::Changed, 1));
    let change = fixture.listed().await.remove(0);
    assert_eq!((change.earliest_at, change.latest_at), (minute(0), minute(50)));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_text_under_two_other_articles_of_the_host_is_the_sites_own(pool: PgPool) {
    let fixture = Fixture::new(pool).await;
    let claim = fixture.claim().await;
    fixture.store.abandon_article(&claim, minute(0)).await.unwrap();
    let digest = stet_core::ArticleText::new("Title", ["notice"]).digest();
    let is_repeated = || fixture.store.is_repeated(fixture.article, claim.lease.host, digest);
    for (url, expected) in [
        ("https://elsewhere.example/1", false),
        ("https://elsewhere.example/2", false),
        ("https://news.example.com/2", false),
        ("https://news.example.com/3", true),
    ] {
        let added = fixture.store.add_article(&address(url), minute(0)).await.unwrap();
        let other = Fixture { store: fixture.store.clone(), article: added.id };
        other.see(0, &["notice"]).await;
        assert_eq!(is_repeated().await.unwrap(), expected, "{url}");
    }
}
