//! Robots.txt, gaps and rests, as a site sees them.

use std::time::{Duration, Instant};

use chrono::TimeDelta;
use sqlx::PgPool;
use stet_core::{Address, ArticleId, CheckOutcome};
use stet_store::claim::ClaimTerms;
use stet_store::{MIGRATOR, ProposalState};

use super::{NEW, OLD, World, minute};
use crate::loopback::{Reply, Site};
use crate::{Job, Poller, Target};

impl World {
    fn publishes_robots(&self, reply: Reply) {
        *self.robots.lock().unwrap() = reply;
    }

    /// The paths that were asked for, in order.
    fn paths(&self) -> Vec<String> {
        let path = |head: String| head.split(' ').nth(1).unwrap_or_default().to_owned();
        self.site.asked().into_iter().map(path).collect()
    }

    fn robots_visits(&self) -> usize {
        self.paths().iter().filter(|path| *path == "/robots.txt").count()
    }
}

fn text(text: &str) -> Reply {
    Reply::new("200 OK", &["content-type: text/plain"], text)
}

/// How long the site's only host is left alone from now on, in seconds by the database's clock.
async fn host_wait(pool: &PgPool) -> f64 {
    let wait = "select extract(epoch from next_visit_at - now())::float8 from host";
    sqlx::query_scalar(wait).fetch_one(pool).await.unwrap()
}

/// Lets the gap of each host pass.
async fn pass_gaps(pool: &PgPool) {
    sqlx::query("update host set next_visit_at = now()").execute(pool).await.unwrap();
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn robots_txt_is_asked_for_first_and_once_a_day(pool: PgPool) {
    let world = World::new(pool).await;
    let id = world.watch().await;
    world.publishes(OLD);
    for minutes in [0, 30, 24 * 60 - 1] {
        world.set_clock(minutes);
        world.check(id).await;
    }
    assert_eq!(world.paths(), ["/robots.txt", "/1", "/1", "/1"]);
    world.set_clock(24 * 60);
    world.check(id).await;
    assert_eq!(world.robots_visits(), 2);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn another_process_knows_what_robots_txt_said(pool: PgPool) {
    let world = World::new(pool).await;
    let id = world.watch().await;
    world.publishes(OLD);
    world.check(id).await;
    let PollerParts { store, fetcher, clock, settings } = parts(&world.poller);
    let other = Poller::new(store, fetcher, clock, settings);
    other.check_now(&crate::Target::Article(id)).await.unwrap();
    assert_eq!(world.paths(), ["/robots.txt", "/1", "/1"]);
}

struct PollerParts {
    store: stet_store::Store,
    fetcher: crate::fetch::Fetcher,
    clock: crate::Clock,
    settings: crate::PollSettings,
}

fn parts(poller: &Poller) -> PollerParts {
    let Poller { store, fetcher, clock, settings, .. } = poller.clone();
    PollerParts { store, fetcher, clock, settings }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_robots_txt_forbids_is_not_visited_and_says_so(pool: PgPool) {
    let world = World::new(pool).await;
    world.publishes_robots(text("User-agent: stet\nDisallow: /1"));
    world.publishes(OLD);
    let forbidden = world.watch().await;
    let done = world.check(forbidden).await;
    assert_eq!(done.outcome, Some(CheckOutcome::RobotsForbidden));
    let check = world.store.checks(forbidden, 1).await.unwrap().remove(0);
    let words = "the site's robots.txt asks Stet not to read this address";
    assert_eq!((check.detail.as_deref(), check.status), (Some(words), None));
    assert!(world.article(forbidden).await.next_check_at > minute(0));

    let allowed = world.store.add_article(&world.address("/2"), minute(0)).await.unwrap().id;
    assert_eq!(world.check(allowed).await.outcome, Some(CheckOutcome::New));
    assert_eq!(world.paths(), ["/robots.txt", "/2"]);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn feeds_and_proposals_obey_robots_txt_too(pool: PgPool) {
    let world = World::new(pool).await;
    world.publishes_robots(text("User-agent: *\nDisallow: /"));
    world.store.add_feed(&world.address("/feed"), None, minute(0)).await.unwrap();
    world.poller.run_due(|_, _| ()).await.unwrap();
    let feed = world.store.feeds().await.unwrap().remove(0);
    assert!(feed.last_error.unwrap().contains("robots.txt"));
    let proposal = world.store.propose(&world.address("/1"), minute(0)).await.unwrap();
    let state = world.poller.see_to(&proposal).await.unwrap().unwrap().state;
    let ProposalState::Refused { outcome, .. } = state else { panic!("{state:?}") };
    assert_eq!(outcome, CheckOutcome::RobotsForbidden);
    assert_eq!(world.paths(), ["/robots.txt"]);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_source_that_ignores_robots_txt_is_visited_without_asking(pool: PgPool) {
    let world = World::new(pool.clone()).await;
    world.publishes_robots(text("User-agent: *\nDisallow: /"));
    world.publishes(OLD);
    let id = world.watch().await;
    sqlx::query("update source set robots = 'ignore'").execute(&pool).await.unwrap();
    assert_eq!(world.check(id).await.outcome, Some(CheckOutcome::New));
    assert_eq!(world.robots_visits(), 0);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_robots_txt_that_fails_forbids_for_now_and_is_asked_for_again_soon(pool: PgPool) {
    let world = World::new(pool).await;
    world.publishes_robots(Reply::new("500 Fault", &[], "User-agent: *\nAllow: /"));
    world.publishes(OLD);
    let id = world.watch().await;
    let done = world.check(id).await;
    assert_eq!(done.outcome, Some(CheckOutcome::RobotsForbidden));
    assert!(done.detail.unwrap().contains("for now: the site answered 500"));
    world.publishes_robots(text(""));
    world.set_clock(12);
    assert_eq!(world.check(id).await.outcome, Some(CheckOutcome::New));
    assert_eq!(world.paths(), ["/robots.txt", "/robots.txt", "/1"]);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_robots_txt_that_breaks_off_forbids_under_the_name_of_the_fault(pool: PgPool) {
    let world = World::new(pool).await;
    world.publishes_robots(Reply::Bytes(b"nonsense\r\n\r\n".to_vec()));
    world.publishes(OLD);
    let id = world.watch().await;
    assert_eq!(world.check(id).await.outcome, Some(CheckOutcome::Unreachable));
    assert_eq!(world.paths(), ["/robots.txt"]);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_robots_txt_is_followed_through_five_redirects_and_none_is_found_behind_more(
    pool: PgPool,
) {
    for (hops, outcome) in [(5, CheckOutcome::RobotsForbidden), (6, CheckOutcome::New)] {
        sqlx::query("truncate article, robots cascade").execute(&pool).await.unwrap();
        let world = World::new(pool.clone()).await;
        world.publishes_robots(Reply::redirect("/hop/1"));
        world.answers(move |path| match path.strip_prefix("/hop/") {
            Some(hop) if hop.parse::<u32>().unwrap() < hops => {
                Reply::redirect(&format!("/hop/{}", hop.parse::<u32>().unwrap() + 1))
            }
            Some(_) => text("User-agent: *\nDisallow: /"),
            None => Reply::page(&super::page(OLD, 0)),
        });
        let id = world.watch().await;
        assert_eq!(world.check(id).await.outcome, Some(outcome), "{hops}");
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn of_an_endless_robots_txt_the_first_500_kib_count(pool: PgPool) {
    let world = World::new(pool).await;
    let head = crate::loopback::head("200 OK", &["content-type: image/png"]);
    let head = [head, b"User-agent: *\nDisallow: /1\n".to_vec()].concat();
    world.publishes_robots(Reply::Endless(head, b"Disallow: /nothing\n".repeat(500)));
    let id = world.watch().await;
    assert_eq!(world.check(id).await.outcome, Some(CheckOutcome::RobotsForbidden));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_visit_to_robots_txt_is_followed_by_the_hosts_gap(pool: PgPool) {
    let mut world = World::new(pool.clone()).await;
    world.poller.settings.host_gap = TimeDelta::hours(1);
    world.publishes(OLD);
    let id = world.watch().await;
    let claim = world.store.claim_article(id, world.poller.terms()).await.unwrap().unwrap();
    let job = Job::Article(Box::new(claim));
    assert_eq!(world.poller.perform(job).await.unwrap(), None);
    assert_eq!(world.paths(), ["/robots.txt"]);
    assert!(host_wait(&pool).await > 3_500.0);
    assert_eq!(world.store.claim_article(id, world.poller.terms()).await.unwrap(), None);
    pass_gaps(&pool).await;
    assert_eq!(world.check(id).await.outcome, Some(CheckOutcome::New));
}

/// Checks an article whose site's robots.txt is known; returns what it came to, and how long it took.
async fn timed(world: &World, pool: &PgPool, id: ArticleId) -> (Option<CheckOutcome>, Duration) {
    pass_gaps(pool).await;
    let claim = world.store.claim_article(id, world.poller.terms()).await.unwrap().unwrap();
    let begun = Instant::now();
    let done = world.poller.perform(Job::Article(Box::new(claim))).await.unwrap().unwrap();
    (done.outcome, begun.elapsed())
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_crawl_delay_is_kept_from_its_reading_on_even_where_no_gap_is_set(pool: PgPool) {
    let world = World::new(pool.clone()).await;
    world.publishes_robots(text("User-agent: *\nCrawl-delay: 600"));
    world.publishes(OLD);
    let id = world.watch().await;
    let claim = world.store.claim_article(id, world.poller.terms()).await.unwrap().unwrap();
    assert_eq!(world.poller.perform(Job::Article(Box::new(claim))).await.unwrap(), None);
    for _ in 0..2 {
        let wait = host_wait(&pool).await;
        assert!((20.0..=30.0).contains(&wait), "{wait}");
        timed(&world, &pool, id).await;
    }
    assert_eq!(world.paths(), ["/robots.txt", "/1", "/1"]);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn one_redirect_within_a_host_follows_at_once_and_a_loop_is_no_burst(pool: PgPool) {
    let mut world = World::new(pool.clone()).await;
    world.publishes(OLD);
    let id = world.watch().await;
    world.check(id).await;
    world.answers(|path| match path {
        "/1" => Reply::redirect("/once"),
        _ => Reply::page(&super::page(OLD, 0)),
    });
    world.poller.settings.host_gap = TimeDelta::hours(1);
    let (outcome, took) = timed(&world, &pool, id).await;
    assert_eq!(outcome, Some(CheckOutcome::Unchanged));
    assert!(took < Duration::from_secs(10), "{took:?}");

    world.answers(|_| Reply::redirect("/1"));
    world.poller.settings.host_gap = TimeDelta::milliseconds(100);
    let (outcome, took) = timed(&world, &pool, id).await;
    assert_eq!(outcome, Some(CheckOutcome::BadRedirect));
    assert!(took >= Duration::from_millis(400), "five hops in {took:?}");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_site_that_asks_for_rest_gets_it_for_all_its_articles(pool: PgPool) {
    for (status, header, least, most) in [
        ("429 Too Many", "retry-after: 7200", 7_100.0, 7_200.0),
        ("429 Too Many", "x: y", 50.0, 60.0),
        ("503 Busy", "retry-after: 99999999", 604_700.0, 604_800.0),
        ("503 Busy", "retry-after: Fri, 09 Sep 2016 18:04:00 GMT", 1_100.0, 1_200.0),
        ("503 Busy", "x: y", -600.0, 0.0),
    ] {
        sqlx::query("truncate article, robots cascade").execute(&pool).await.unwrap();
        sqlx::query("truncate host cascade").execute(&pool).await.unwrap();
        let world = World::new(pool.clone()).await;
        world.answers(move |_| Reply::new(status, &[header], ""));
        let id = world.watch().await;
        world.check(id).await;
        let wait = host_wait(&pool).await;
        assert!((least..=most).contains(&wait), "{status} {header}: {wait}");
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_run_does_not_wait_for_a_host_that_asked_for_rest(pool: PgPool) {
    let world = World::new(pool).await;
    world.answers(|_| Reply::new("429 Too Many", &["retry-after: 86400"], ""));
    for path in ["/1", "/2", "/3"] {
        world.store.add_article(&world.address(path), minute(0)).await.unwrap();
    }
    let mut visits = 0;
    world.poller.run_due(|_, _| visits += 1).await.unwrap();
    assert_eq!((visits, world.asked().len()), (1, 1));
    assert_eq!(world.store.count_due(minute(0)).await.unwrap(), 2);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_answer_of_304_is_not_parsed_and_bytes_that_were_read_are_not_either(pool: PgPool) {
    let world = World::new(pool.clone()).await;
    let id = world.watch().await;
    let page = super::page(OLD, 0);
    let reply = Reply::new("200 OK", &["content-type: text/html", "etag: \"1\""], &page);
    world.answers(move |_| reply.clone());
    world.check(id).await;
    // Whatever is read from now on is a fault.
    sqlx::query("update source set rules = '{\"boody\": \"p\"}'").execute(&pool).await.unwrap();
    assert_eq!(world.check(id).await.outcome, Some(CheckOutcome::Unchanged));
    world.answers(|_| Reply::new("304 Not Modified", &[], ""));
    assert_eq!(world.check(id).await.outcome, Some(CheckOutcome::NotModified));
    let newer = super::page(NEW, 0);
    world.answers(move |_| Reply::page(&newer));
    assert_eq!(world.check(id).await.outcome, Some(CheckOutcome::Fault));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_redirect_to_what_robots_txt_forbids_is_not_followed(pool: PgPool) {
    let world = World::new(pool).await;
    let id = world.watch().await;
    world.publishes_robots(text("User-agent: *\nDisallow: /private/"));
    world.answers(|path| match path {
        "/1" => Reply::new("302 Found", &["location: /private/1"], ""),
        _ => panic!("{path} was visited"),
    });
    assert_eq!(world.check(id).await.outcome, Some(CheckOutcome::RobotsForbidden));
    assert_eq!(world.paths(), ["/robots.txt", "/1"]);
}

/// A site beside the world's own, and a world that may visit it and is led there.
async fn led_elsewhere(
    pool: PgPool,
    answer: impl Fn(&str) -> Reply + Send + Sync + 'static,
) -> (World, Site, ArticleId) {
    let elsewhere = Site::serve(answer).await;
    let world = World::visiting(pool, &[elsewhere.pair()]).await;
    let place = elsewhere.url("/moved");
    world.answers(move |_| Reply::redirect(&place));
    let id = world.watch().await;
    (world, elsewhere, id)
}

fn paths_of(site: &Site) -> Vec<String> {
    let paths = site.asked().into_iter();
    paths.map(|head| head.split(' ').nth(1).unwrap_or_default().to_owned()).collect()
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_redirect_to_another_host_waits_for_its_turn_there(pool: PgPool) {
    let talks = super::page(OLD, 0);
    let (world, elsewhere, id) = led_elsewhere(pool, move |path| match path {
        "/robots.txt" => Reply::new("404 None", &[], ""),
        _ => Reply::page(&talks),
    })
    .await;
    let place = Address::parse(&elsewhere.url("/moved")).unwrap();
    let terms = ClaimTerms { lease: TimeDelta::minutes(3), host_gap: TimeDelta::zero() };
    let busy = world.store.claim_host(&place, terms).await.unwrap().unwrap();
    let poller = world.poller.clone();
    let check = tokio::spawn(async move { poller.check_now(&Target::Article(id)).await });
    while world.asked().is_empty() {
        tokio::task::yield_now().await;
    }
    assert!(elsewhere.asked().is_empty());
    world.store.give_host_back(&busy).await.unwrap();
    let done = check.await.unwrap().unwrap();
    assert_eq!(done.outcome, Some(CheckOutcome::New));
    assert_eq!(paths_of(&elsewhere), ["/robots.txt", "/moved"]);
    // It was given back.
    assert!(world.store.claim_host(&place, terms).await.unwrap().is_some());
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_redirect_to_another_host_obeys_the_robots_txt_there(pool: PgPool) {
    let (world, elsewhere, id) = led_elsewhere(pool, |path| match path {
        "/robots.txt" => text("User-agent: *\nDisallow: /moved"),
        _ => panic!("{path} was visited"),
    })
    .await;
    let done = world.check(id).await;
    assert_eq!(done.outcome, Some(CheckOutcome::RobotsForbidden));
    let host = elsewhere.pair();
    assert_eq!(
        done.detail.unwrap(),
        format!(
            "it redirects to another site: {host}: the site's robots.txt asks Stet not to read \
             this address"
        )
    );
    assert_eq!(paths_of(&elsewhere), ["/robots.txt"]);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_host_that_was_led_to_and_asks_for_rest_is_the_one_that_rests(pool: PgPool) {
    let (world, elsewhere, id) = led_elsewhere(pool, |path| match path {
        "/robots.txt" => Reply::new("404 None", &[], ""),
        _ => Reply::new("429 Too Many", &["retry-after: 3600"], ""),
    })
    .await;
    assert_eq!(world.check(id).await.outcome, Some(CheckOutcome::TooManyRequests));
    let place = Address::parse(&elsewhere.url("/moved")).unwrap();
    assert!(world.store.host_rests_until(&place).await.unwrap().is_some());
    assert_eq!(world.store.host_rests_until(&world.address("/1")).await.unwrap(), None);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_robots_txt_that_stands_on_another_host_waits_for_its_turn_there(pool: PgPool) {
    let elsewhere = Site::serve(|_| text("User-agent: *\nDisallow: /1")).await;
    let world = World::visiting(pool, &[elsewhere.pair()]).await;
    world.publishes_robots(Reply::redirect(&elsewhere.url("/robots.txt")));
    let place = Address::parse(&elsewhere.url("/")).unwrap();
    let terms = ClaimTerms { lease: TimeDelta::minutes(3), host_gap: TimeDelta::zero() };
    let busy = world.store.claim_host(&place, terms).await.unwrap().unwrap();
    let id = world.watch().await;
    let poller = world.poller.clone();
    let check = tokio::spawn(async move { poller.check_now(&Target::Article(id)).await });
    while world.paths().is_empty() {
        tokio::task::yield_now().await;
    }
    assert!(elsewhere.asked().is_empty());
    world.store.give_host_back(&busy).await.unwrap();
    let done = check.await.unwrap().unwrap();
    assert_eq!(done.outcome, Some(CheckOutcome::RobotsForbidden));
    assert_eq!(paths_of(&elsewhere), ["/robots.txt"], "its own is not asked for first");
    assert!(world.store.claim_host(&place, terms).await.unwrap().is_some(), "it was given back");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_robots_txt_may_stand_on_the_host_whose_visit_it_is_read_for(pool: PgPool) {
    let world = World::new(pool.clone()).await;
    let home = world.site.url("/robots.txt");
    let talks = super::page(OLD, 0);
    let elsewhere = Site::serve(move |path| match path {
        "/robots.txt" => Reply::redirect(&home),
        _ => Reply::page(&talks),
    })
    .await;
    let World { store, poller, site, .. } = &world;
    let fetcher = crate::fetch::Fetcher::new(crate::fetch::FetchSettings {
        allow: [site.pair(), elsewhere.pair()].into_iter().collect(),
        ..crate::fetch::FetchSettings::default()
    });
    let poller = Poller { fetcher: fetcher.unwrap(), ..poller.clone() };
    let place = elsewhere.url("/moved");
    world.answers(move |_| Reply::redirect(&place));
    let id = store.add_article(&world.address("/1"), minute(0)).await.unwrap().id;
    let done = poller.check_now(&Target::Article(id)).await.unwrap();
    assert_eq!(done.outcome, Some(CheckOutcome::New), "{:?}", done.detail);
}
