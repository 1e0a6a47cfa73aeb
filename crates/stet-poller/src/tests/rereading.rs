//! Histories that are read anew from their stored pages.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use sqlx::PgPool;
use stet_core::extract::SiteRules;
use stet_core::{ArticleId, CheckOutcome, Kind, Kinds};
use stet_store::MIGRATOR;
use stet_store::rereading::Scope;
use tokio_util::sync::CancellationToken;

use super::upgrade::{APPEAL, page, texts, without};
use super::{NEW, OLD, World, minute};
use crate::loopback::Reply;
use crate::rereading::Attempt;
use crate::{Kept, Reread};

const OTHER_APPEAL: &str = "The Times is read by people in fifty countries, and each of them helps \
    to pay for the work of its reporters.";

impl World {
    /// Checks an article every half hour, and finds one of these pages each time.
    async fn sees(&self, id: ArticleId, pages: &[String]) {
        for (minutes, page) in (0..).step_by(30).zip(pages) {
            let page = page.clone();
            self.answers(move |_| Reply::page(&page));
            self.set_clock(minutes);
            let outcome = self.check(id).await.outcome;
            assert!(outcome.is_some_and(CheckOutcome::is_success), "{outcome:?}");
        }
    }

    async fn reextract(&self, scope: &Scope) -> Vec<Reread> {
        let mut all = Vec::new();
        self.poller.reextract(scope, |reread| all.push(reread.clone())).await.unwrap();
        all
    }

    /// The versions that an article's sightings showed, each with the minutes of its span.
    async fn sighted(&self, id: ArticleId) -> Vec<(i32, i64, i64)> {
        let sightings = self.store.sightings(id).await.unwrap();
        let span = |at: DateTime<Utc>| (at - minute(0)).num_minutes();
        sightings
            .iter()
            .map(|sighting| {
                let version = sighting.version.get();
                (version, span(sighting.first_seen_at), span(sighting.last_seen_at))
            })
            .collect()
    }
}

fn done(article: ArticleId, versions: usize, changed: usize) -> Reread {
    Reread { article, versions, changed, kept: Vec::new(), fault: None }
}

/// An article whose appeal changed once and whose text changed once.
fn history() -> [String; 4] {
    [
        page("story", OLD, APPEAL),
        page("story", OLD, OTHER_APPEAL),
        page("story", OLD, OTHER_APPEAL),
        page("story", NEW, OTHER_APPEAL),
    ]
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_history_is_read_anew_in_place_and_only_once(pool: PgPool) {
    let world = World::new(pool.clone()).await;
    let id = world.watch().await;
    world.sees(id, &history()).await;
    let sighted = world.sighted(id).await;
    assert_eq!(sighted, [(0, 0, 0), (1, 30, 60), (2, 90, 90)]);
    world.set_rules(without(".appeal")).await;

    assert_eq!(world.reextract(&Scope::All).await, [done(id, 3, 3)]);
    assert_eq!(texts(&world, id).await, [[OLD], [OLD], [NEW]]);
    assert_eq!(world.sighted(id).await, sighted, "addresses and times stay");
    let changes = world.store.changes(id).await.unwrap();
    let [edit, technical] = &changes[..] else { panic!("{changes:?}") };
    assert_eq!(technical.kinds, Kinds::from([Kind::Technical]));
    assert_eq!((edit.from.get(), edit.to.get()), (1, 2));
    assert_eq!((edit.stats.words_added, edit.stats.words_removed), (1, 1));
    let shown = world.store.latest_changes(0, 10).await.unwrap().changes;
    assert_eq!(shown, std::slice::from_ref(edit));
    let article = world.article(id).await;
    assert_eq!((article.versions, article.changes), (3, 1));
    assert_eq!(article.last_changed_at, Some(minute(90)));
    let kept: i64 =
        sqlx::query_scalar("select count(*) from paragraph").fetch_one(&pool).await.unwrap();
    assert_eq!(kept, 2, "what stands in no version is found by no search");

    assert_eq!(world.reextract(&Scope::All).await, []);
    world.set_clock(120);
    assert_eq!(world.check(id).await.outcome, Some(CheckOutcome::Unchanged));
    assert_eq!(world.sighted(id).await.len(), 3);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_rule_that_is_taken_back_leaves_the_history_as_it_was(pool: PgPool) {
    let world = World::new(pool).await;
    let id = world.watch().await;
    world.sees(id, &history()).await;
    let before = (texts(&world, id).await, world.store.changes(id).await.unwrap());
    for rules in [without(".appeal"), SiteRules::default()] {
        world.set_rules(rules).await;
        world.reextract(&Scope::Article(id)).await;
    }
    let after = (texts(&world, id).await, world.store.changes(id).await.unwrap());
    assert_eq!(after, before);
    assert_eq!(world.article(id).await.changes, 2);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_polling_read_anew_already_stays_technical(pool: PgPool) {
    let world = World::new(pool).await;
    let id = world.watch().await;
    world.sees(id, &[page("story", OLD, APPEAL)]).await;
    world.set_rules(without(".appeal")).await;
    world.set_clock(30);
    world.check(id).await;
    world.sees(id, &[page("story", NEW, APPEAL)]).await;
    assert_eq!(world.reextract(&Scope::All).await, [done(id, 1, 1)]);
    assert_eq!(texts(&world, id).await, [[OLD], [OLD], [NEW]]);
    // A text that comes back is a sighting of the first version that has it.
    world.set_clock(60);
    world.answers(|_| Reply::page(&page("story", OLD, APPEAL)));
    assert_eq!(world.check(id).await.version, 0.try_into().ok());
    let kinds: Vec<Kinds> =
        world.store.changes(id).await.unwrap().into_iter().map(|change| change.kinds).collect();
    assert!(kinds[0].contains(&Kind::Reversion), "{kinds:?}");
    assert_eq!(kinds[2], Kinds::from([Kind::Technical]));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_text_that_cannot_be_read_any_more_is_kept_and_told(pool: PgPool) {
    let world = World::new(pool).await;
    let id = world.watch().await;
    let pages = [page("old", OLD, "Share."), page("new", NEW, "Share."), page("new", OLD, APPEAL)];
    world.sees(id, &pages).await;
    let before = world.store.changes(id).await.unwrap();
    world.set_rules(without(".old, .appeal")).await;

    let rereads = world.reextract(&Scope::All).await;
    let why = "the page has only 0 words of body text, so it does not look like an article";
    let kept = vec![Kept { version: 0.try_into().unwrap(), why: why.to_owned() }];
    assert_eq!(rereads, [Reread { kept, ..done(id, 3, 1) }]);
    assert_eq!(texts(&world, id).await, [[OLD], [NEW], [OLD]]);
    let after = world.store.changes(id).await.unwrap();
    assert_eq!(after[1], before[1], "what was found when both were read alike stays");
    assert!(after[0].kinds.contains(&Kind::Reversion), "{:?}", after[0].kinds);
    assert_eq!(world.reextract(&Scope::All).await, []);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_is_interrupted_goes_on_where_it_was(pool: PgPool) {
    let world = World::new(pool.clone()).await;
    let mut articles = Vec::new();
    for path in ["/1", "/2", "/3"] {
        let address = world.address(path);
        let id = world.store.add_article(&address, minute(0)).await.unwrap().id;
        world.sees(id, &[page("story", &format!("{OLD} See {path}."), APPEAL)]).await;
        articles.push(id);
    }
    world.set_rules(without(".appeal")).await;
    let killed = CancellationToken::new();
    let mut first = Vec::new();
    tokio::select! {
        biased;
        () = killed.cancelled() => {}
        ended = world.poller.reextract(&Scope::All, |reread| {
            first.push(reread.article);
            killed.cancel();
        }) => panic!("{ended:?} before it was killed"),
    }
    assert_eq!(first, articles[..1]);
    // One that was killed in the middle of an article left a claim; it runs out.
    sqlx::query("update article set lease_until = now() - interval '1 second', claim = claim + 1")
        .execute(&pool)
        .await
        .unwrap();
    let slug = world.store.sources().await.unwrap().remove(0).slug;
    let rest = world.reextract(&Scope::Source(slug)).await;
    assert_eq!(rest, [done(articles[1], 1, 1), done(articles[2], 1, 1)]);
    assert_eq!(world.reextract(&Scope::All).await, []);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_article_that_is_being_checked_is_left_to_its_check(pool: PgPool) {
    let world = World::new(pool).await;
    let id = world.watch().await;
    world.sees(id, &[page("story", OLD, APPEAL)]).await;
    world.set_rules(without(".appeal")).await;
    let mut claim = world.store.claim_article(id, world.poller.terms()).await.unwrap().unwrap();
    let attempt = world.poller.reread(id).await.unwrap();
    assert!(matches!(attempt, Attempt::Busy));
    world.answers(|_| Reply::page(&page("story", NEW, APPEAL)));
    let checked = world.poller.check_article(&mut claim, Arc::default()).await.unwrap();
    assert_eq!(checked.outcome, Some(CheckOutcome::Changed), "its claim was not taken");
    let rereads = world.reextract(&Scope::All).await;
    assert_eq!(rereads, [done(id, 1, 1)]);
    assert_eq!(texts(&world, id).await, [[OLD], [OLD], [NEW]]);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn rules_that_cannot_be_read_are_a_fault_that_is_told_and_harms_nothing(pool: PgPool) {
    let world = World::new(pool.clone()).await;
    let id = world.watch().await;
    world.sees(id, &[page("story", OLD, APPEAL)]).await;
    sqlx::query("update source set rules = '{\"boody\": \"p\"}', rules_revision = 1")
        .execute(&pool)
        .await
        .unwrap();
    for _ in 0..2 {
        let rereads = world.reextract(&Scope::All).await;
        let [Reread { fault: Some(fault), .. }] = &rereads[..] else { panic!("{rereads:?}") };
        assert!(fault.contains("boody"), "{fault}");
    }
    assert_eq!(texts(&world, id).await, [[OLD, APPEAL]]);
}
