//! Redirects and stated addresses that lead articles elsewhere, rightly or wrongly.

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use sqlx::PgPool;
use stet_core::{ArticleId, CheckOutcome, Kind, Kinds};
use stet_store::{MIGRATOR, ProposalState};

use super::{NEW, OLD, World, minute, page};
use crate::fetch::{FetchSettings, Fetcher};
use crate::loopback::{Reply, Site};
use crate::{PollSettings, Poller, Target};

/// A page of another headline and text than the articles'.
const NOTICE: &str = "<!doctype html><html lang=en><title>A notice to our readers</title><body>\
    <main><h1>A notice to our readers</h1><p>Our website is being moved to new computers tonight, \
    and cannot be read until the morning. Nothing is lost: all stories will be here again when \
    the work is done. We thank everybody for their patience and wish a good night.</p></main>";

/// An article of its own, told by its number.
fn story(number: usize) -> String {
    let words = [
        "council budget river bridge mayor hospital",
        "storm coast village festival doctor court",
        "museum theatre union strike wages energy",
    ][number % 3];
    let sentence = format!("The {words} was talked of for {number} hours on Tuesday night. ");
    page(&sentence.repeat(4), 0).replace("Talks go on", &format!("Story {number}: {words}"))
}

fn number_of(path: &str) -> usize {
    path.rsplit('-').next().unwrap().parse().unwrap()
}

impl World {
    async fn add_article(&self, path: &str) -> ArticleId {
        self.store.add_article(&self.address(path), minute(0)).await.unwrap().id
    }

    /// Articles at `/news/story-0` and so on, each with a text of its own that was seen.
    async fn with_stories(&self, count: usize) -> Vec<ArticleId> {
        self.answers(|path| Reply::page(&story(number_of(path))));
        let mut stories = Vec::new();
        for number in 0..count {
            let id = self.add_article(&format!("/news/story-{number}")).await;
            assert_eq!(self.check(id).await.outcome, Some(CheckOutcome::New));
            stories.push(id);
        }
        stories
    }

    /// Sends every story elsewhere with this status.
    fn sends_stories(&self, status: &'static str, place: &'static str, answer: &str) {
        let answer = answer.to_owned();
        self.answers(move |path| {
            if path.starts_with("/news/story-") {
                Reply::new(status, &[&format!("location: {place}")], "")
            } else {
                Reply::page(&answer)
            }
        });
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_notice_that_stands_in_the_place_of_a_whole_source_readdresses_and_merges_nothing(
    pool: PgPool,
) {
    let world = World::new(pool).await;
    let stories = world.with_stories(4).await;
    let own = "<link rel=canonical href=/notice/site-update.html></head><body>";
    let canonical = NOTICE.replace("<body>", own);
    for (status, place, notice) in [
        ("301 Moved", "/maintenance.html", NOTICE),
        ("302 Found", "/notice/site-update.html", &canonical),
    ] {
        world.sends_stories(status, place, notice);
        for minutes in [30, 60] {
            world.set_clock(minutes);
            for id in &stories {
                let done = world.check(*id).await;
                assert_eq!(done.outcome, Some(CheckOutcome::RedirectedAway), "{done}");
                assert!(done.detail.unwrap().ends_with(place));
            }
        }
    }
    for (number, id) in stories.into_iter().enumerate() {
        let article = world.article(id).await;
        assert_eq!(article.address, world.address(&format!("/news/story-{number}")));
        assert_eq!((article.merged_into, article.versions), (None, 1));
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn articles_that_were_first_seen_as_one_notice_stay_where_they_are(pool: PgPool) {
    let world = World::new(pool).await;
    world.sends_stories("301 Moved", "/maintenance.html", NOTICE);
    let mut stories = Vec::new();
    for number in 0..4 {
        stories.push(world.add_article(&format!("/news/story-{number}")).await);
    }
    for minutes in [0, 30, 60] {
        world.set_clock(minutes);
        for id in &stories {
            world.check(*id).await;
        }
    }
    world.answers(|path| Reply::page(&story(number_of(path))));
    for (number, id) in stories.into_iter().enumerate() {
        let article = world.article(id).await;
        assert_eq!(article.address, world.address(&format!("/news/story-{number}")));
        assert!(world.check(id).await.outcome.is_some_and(CheckOutcome::is_success));
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_address_that_always_led_elsewhere_is_given_up_once_that_was_seen_twice(pool: PgPool) {
    let world = World::new(pool).await;
    let id = world.add_article("/s/17").await;
    world.answers(|path| match path {
        "/s/17" => Reply::new("301 Moved", &["location: /world/talks-go-on"], ""),
        _ => Reply::page(&page(OLD, 0)),
    });
    world.check(id).await;
    assert_eq!(world.article(id).await.address, world.address("/s/17"));
    world.check(id).await;
    assert_eq!(world.article(id).await.address, world.address("/world/talks-go-on"));
    assert_eq!(world.article(id).await.changes, 0, "nothing moved while it was watched");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_redirect_to_another_text_is_no_version_and_to_the_articles_own_is(pool: PgPool) {
    let world = World::new(pool).await;
    let id = world.with_stories(1).await[0];
    for place in ["/index.html", "/en/", "/?from=removed", "/sport", "/topics/europe/"] {
        for status in ["302 Found", "301 Moved"] {
            world.sends_stories(status, place, &page(NEW, 0));
            let done = world.check(id).await;
            assert_eq!(done.outcome, Some(CheckOutcome::RedirectedAway), "{place}");
        }
    }
    assert_eq!(world.article(id).await.versions, 1);
    // What was read there before may change there.
    let id = world.add_article("/news/story-9").await;
    world.sends_stories("302 Found", "/9", &page(OLD, 0));
    world.check(id).await;
    world.sends_stories("302 Found", "/9", NOTICE);
    assert_eq!(world.check(id).await.outcome, Some(CheckOutcome::Changed));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_redirects_to_a_home_page_is_not_proposed_as_an_article(pool: PgPool) {
    let world = World::new(pool).await;
    world.sends_stories("302 Found", "/", &page(OLD, 0));
    let address = world.address("/news/story-1");
    let id = world.store.propose(&address, minute(0)).await.unwrap();
    let ProposalState::Refused { outcome, error } =
        world.poller.see_to(&id).await.unwrap().unwrap().state
    else {
        panic!()
    };
    assert_eq!(outcome, CheckOutcome::RedirectedAway);
    assert!(error.ends_with(world.address("/").as_str()), "{error}");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn validators_say_nothing_of_the_page_that_a_redirect_leads_to(pool: PgPool) {
    let world = World::new(pool).await;
    let id = world.add_article("/news/story-1").await;
    let answer =
        |body: &str| Reply::new("200 OK", &["content-type: text/html", "etag: \"v\""], body);
    world.answers(move |_| answer(&page(OLD, 0)));
    world.check(id).await;
    // As a server that knows its tag would.
    world.answers(move |path| match path {
        "/news/story-1" => Reply::new("302 Found", &["location: /"], ""),
        _ => answer(&page(NEW, 0)),
    });
    assert_eq!(world.check(id).await.outcome, Some(CheckOutcome::RedirectedAway));
    assert!(!world.asked().last().unwrap().contains("if-none-match"));
    world.answers(move |path| match path {
        "/news/story-1" => Reply::new("301 Moved", &["location: /2026/story-one"], ""),
        _ => answer(&page(OLD, 0)),
    });
    world.set_clock(30);
    assert_eq!(world.check(id).await.outcome, Some(CheckOutcome::Unchanged));
    assert_eq!(world.article(id).await.address, world.address("/2026/story-one"));
    let moves = world.store.changes(id).await.unwrap();
    assert_eq!(moves[0].kinds, Kinds::from([Kind::MovedAddress]));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn the_validators_of_where_a_redirect_led_are_not_kept(pool: PgPool) {
    let world = World::new(pool).await;
    let id = world.add_article("/news/story-1").await;
    world.answers(|path| match path {
        "/news/story-1" => Reply::redirect("/2026/story-one"),
        _ => Reply::new("200 OK", &["content-type: text/html", "etag: \"v\""], page(OLD, 0)),
    });
    for outcome in [CheckOutcome::New, CheckOutcome::Unchanged] {
        assert_eq!(world.check(id).await.outcome, Some(outcome));
    }
    assert!(world.asked().iter().all(|head| !head.contains("if-none-match")));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_move_to_another_host_is_noted_though_the_bytes_are_the_same(pool: PgPool) {
    let other = Site::serve(|path| match path {
        "/robots.txt" => Reply::new("404 None", &[], ""),
        _ => Reply::page(&page(OLD, 0)),
    })
    .await;
    let world = World::visiting(pool, &[other.pair()]).await;
    let id = world.watch().await;
    world.answers(|_| Reply::page(&page(OLD, 0)));
    world.check(id).await;
    let place = format!("location: {}", other.url("/2026/talks"));
    world.answers(move |_| Reply::new("301 Moved", &[&place], ""));
    world.set_clock(30);
    assert_eq!(world.check(id).await.outcome, Some(CheckOutcome::Unchanged));
    assert_eq!(world.article(id).await.address.as_str(), other.url("/2026/talks"));
    assert_eq!(world.article(id).await.changes, 1);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn pages_of_a_source_that_all_call_one_address_theirs_stay_apart(pool: PgPool) {
    let world = World::new(pool).await;
    let front = world.add_article("/us-news").await;
    world.answers(|_| Reply::page(NOTICE));
    world.check(front).await;
    for place in ["/us-news", "/index.html", "/?lang=en", "/world"] {
        let link = format!("<link rel=canonical href={place}><article>");
        world.answers(move |path| Reply::page(&story(number_of(path)).replace("<article>", &link)));
        let id = world.add_article("/news/story-1").await;
        assert!(world.check(id).await.outcome.is_some_and(CheckOutcome::is_success));
        let article = world.article(id).await;
        assert_eq!(article.address, world.address("/news/story-1"), "{place}");
        assert_eq!(article.merged_into, None);
    }
}

/// A page that calls another address its own.
fn naming(canonical: &str, page: &str) -> String {
    page.replace("<article>", &format!("<link rel=canonical href={canonical}><article>"))
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_article_found_as_a_view_is_watched_at_the_page_that_the_view_names(pool: PgPool) {
    let other = Site::serve(|path| match path {
        "/robots.txt" => Reply::new("404 None", &[], ""),
        _ => Reply::page(&story(2)),
    })
    .await;
    let world = World::visiting(pool, &[other.pair()]).await;
    for (number, view, own) in [
        (1, "/amp/17", world.site.url("/world/storm")),
        (2, "/s/museum-amp.html", other.url("/world/museum.html")),
    ] {
        let id = world.add_article(view).await;
        let named = naming(&own, &story(number)).replace("Story", "AMP story");
        world.answers(move |path| {
            let page = if path == view { named.clone() } else { story(number) };
            Reply::new("200 OK", &["content-type: text/html", "etag: \"v\""], page)
        });
        assert_eq!(world.check(id).await.outcome, Some(CheckOutcome::New));
        assert_eq!(world.article(id).await.address.as_str(), own);
        let asked = world.asked().len();
        assert_eq!(world.check(id).await.outcome, Some(CheckOutcome::Unchanged));
        assert!(world.asked().len() <= asked + 1, "its own page is read alone");
        let article = world.article(id).await;
        assert_eq!(
            (article.versions, article.changes),
            (1, 0),
            "what the view calls it is no edit"
        );
        assert!(article.title.unwrap().starts_with("Story"));
        let found = world.store.holder(&world.address(view)).await.unwrap().unwrap();
        assert_eq!(found.0, id, "it is found by both addresses");
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_view_that_names_no_page_of_its_article_is_watched_itself(pool: PgPool) {
    let world = World::new(pool).await;
    let wrong = [
        ("/amp/0", Reply::page(NOTICE)),
        ("/amp/1", Reply::new("301 Moved", &["location: /elsewhere"], "")),
        ("/amp/2", Reply::new("410 Gone", &[], "")),
        ("/amp/3", Reply::page(&naming("/elsewhere", &story(3)))),
        ("/amp/4", Reply::new("200 OK", &["content-type: application/pdf"], "%PDF-1.7")),
    ];
    for (number, (view, own)) in wrong.into_iter().enumerate() {
        let id = world.add_article(view).await;
        let named = naming("/world/story", &story(number));
        world.answers(move |path| match path {
            "/world/story" => own.clone(),
            "/elsewhere" => Reply::page(&story(number)),
            _ => Reply::new("200 OK", &["content-type: text/html", "etag: \"v\""], &named),
        });
        assert_eq!(world.check(id).await.outcome, Some(CheckOutcome::New), "{view}");
        let article = world.article(id).await;
        assert_eq!(article.address, world.address(view));
        assert!(article.title.unwrap().starts_with(&format!("Story {number}")));
        // Its own validators are kept.
        world.check(id).await;
        assert!(world.asked().last().unwrap().contains("if-none-match"), "{view}");
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_robots_txt_forbids_or_a_long_gap_puts_off_is_not_read_for_a_view_either(
    pool: PgPool,
) {
    let world = World::new(pool.clone()).await;
    *world.robots.lock().unwrap() =
        Reply::new("200 OK", &["content-type: text/plain"], "User-agent: *\nDisallow: /world/");
    for (view, own, gap) in
        [("/amp/1", "/world/story", "0 seconds"), ("/amp/2", "/story", "20 seconds")]
    {
        let id = world.add_article(view).await;
        sqlx::query("update source set host_gap = $1::text::interval")
            .bind(gap)
            .execute(&pool)
            .await
            .unwrap();
        let named = naming(own, &story(usize::try_from(id.get()).unwrap()));
        world.answers(move |_| Reply::page(&named));
        assert_eq!(world.check(id).await.outcome, Some(CheckOutcome::New));
        assert_eq!(world.article(id).await.address, world.address(view));
    }
    assert_eq!(world.asked().len(), 2);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_visit_that_ran_out_of_time_took_the_time_that_it_was_given(pool: PgPool) {
    let world = World::new(pool).await;
    let id = world.watch().await;
    world.publishes(OLD);
    world.check(id).await;
    world.answers(|_| Reply::Stall(Vec::new()));
    let deadline = Duration::from_millis(200);
    let allow = [world.site.pair()].into_iter().collect();
    let settings = FetchSettings { allow, deadline, ..FetchSettings::default() };
    let clock = Arc::new(|| minute(1));
    let hurried = PollSettings { host_gap: TimeDelta::zero(), workers: 1 };
    let fetcher = Fetcher::new(settings).unwrap();
    let poller = Poller::new(world.store.clone(), fetcher, clock, hurried);
    let done = poller.check_now(&Target::Article(id)).await.unwrap();
    assert_eq!(done.outcome, Some(CheckOutcome::Timeout));
    assert_eq!(world.store.checks(id, 1).await.unwrap()[0].took, deadline);
}
