//! The poller against a site on loopback and a real database, one step at a time.

mod boilerplate;
mod doubt;
mod editing;
mod finding;
mod hub;
mod leading;
mod outline;
mod parting;
mod politeness;
mod rereading;
mod upgrade;
mod webhooks;

use std::net::SocketAddr;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgPool;
use stet_core::extract::SiteRules;
use stet_core::schedule::{DORMANT_AFTER, FIRST_PERIOD};
use stet_core::{Address, ArticleId, CheckOutcome, Kind};
use stet_store::{
    Article, ArticleFilter, ArticleState, Finding, MIGRATOR, ProposalState, Store, Visible,
};
use tokio_util::sync::CancellationToken;

use crate::fetch::{FetchSettings, Fetcher};
use crate::loopback::{Reply, Site};
use crate::{Done, PollSettings, Poller, Target};

const OLD: &str = "The talks have lasted for more than eight hours, and neither of the two \
    ministers has made an official statement about the nature of the negotiations. Officials said \
    that the delegations would go on through the night until they reached an agreement.";
const NEW: &str = "The talks have lasted for more than twelve hours, and neither of the two \
    ministers has made an official statement about the nature of the negotiations. Officials said \
    that the delegations would go on through the night until they reached an agreement.";

/// A newspaper's page with one paragraph, and surroundings that change with each request.
fn page(paragraph: &str, noise: usize) -> String {
    format!(
        "<!doctype html><html lang=en><title>Talks go on - The Times</title><body>\
         <nav><a href=/>Home</a></nav><article><h1>Talks go on</h1><p>{paragraph}</p></article>\
         <aside class=most-read><a href=/{noise}>Most read {noise}</a></aside></body></html>"
    )
}

/// A site whose answer the test sets, and a poller with a clock of the test's own.
struct World {
    site: Site,
    answer: Arc<Mutex<Answer>>,
    robots: Arc<Mutex<Reply>>,
    minutes: Arc<AtomicI64>,
    poller: Poller,
    store: Store,
}

type Answer = Box<dyn Fn(&str) -> Reply + Send>;

impl World {
    async fn new(pool: PgPool) -> Self {
        Self::visiting(pool, &[]).await
    }

    /// A world with further sites that may be visited.
    async fn visiting(pool: PgPool, further: &[SocketAddr]) -> Self {
        let answer: Arc<Mutex<Answer>> = Arc::new(Mutex::new(Box::new(|_| Reply::page(""))));
        let robots: Arc<Mutex<Reply>> = Arc::new(Mutex::new(Reply::new("404 None", &[], "")));
        let (shared, file) = (Arc::clone(&answer), Arc::clone(&robots));
        let site = Site::serve(move |path| match path {
            "/robots.txt" => file.lock().unwrap().clone(),
            _ => (shared.lock().unwrap())(path),
        })
        .await;
        let minutes = Arc::new(AtomicI64::new(0));
        let hand = Arc::clone(&minutes);
        let store = Store::new(pool);
        let fetcher = Fetcher::new(FetchSettings {
            allow: further.iter().copied().chain([site.pair()]).collect(),
            ..FetchSettings::default()
        })
        .unwrap();
        let settings = PollSettings { host_gap: TimeDelta::zero(), workers: 4 };
        let clock = Arc::new(move || minute(hand.load(Ordering::SeqCst)));
        let poller = Poller::new(store.clone(), fetcher, clock, settings);
        Self { site, answer, robots, minutes, poller, store }
    }

    fn set_clock(&self, minutes: i64) {
        self.minutes.store(minutes, Ordering::SeqCst);
    }

    fn answers(&self, answer: impl Fn(&str) -> Reply + Send + 'static) {
        *self.answer.lock().unwrap() = Box::new(answer);
    }

    /// What was asked of the site, robots.txt left out.
    fn asked(&self) -> Vec<String> {
        let asked = self.site.asked().into_iter();
        asked.filter(|head| !head.starts_with("GET /robots.txt ")).collect()
    }

    /// Publishes a paragraph, among surroundings that differ at each request.
    fn publishes(&self, paragraph: &'static str) {
        let requests = AtomicI64::new(0);
        self.answers(move |_| {
            let noise = requests.fetch_add(1, Ordering::SeqCst).unsigned_abs();
            Reply::page(&page(paragraph, usize::try_from(noise).unwrap()))
        });
    }

    fn address(&self, path: &str) -> Address {
        Address::parse(&self.site.url(path)).unwrap()
    }

    async fn watch(&self) -> ArticleId {
        self.store.add_article(&self.address("/1"), minute(0)).await.unwrap().id
    }

    async fn check(&self, id: ArticleId) -> Done {
        self.poller.check_now(&Target::Article(id)).await.unwrap()
    }

    /// Gives the site's only source these rules, and returns their revision.
    async fn set_rules(&self, rules: SiteRules) -> i32 {
        let slug = self.store.sources().await.unwrap().remove(0).slug;
        self.store.set_rules(&slug, &rules, self.poller.now()).await.unwrap().unwrap().revision
    }

    async fn article(&self, id: ArticleId) -> Article {
        match self.store.article(id).await.unwrap() {
            Visible::Shown(article) => article,
            other => panic!("{other:?}"),
        }
    }
}

fn minute(minutes: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_473_443_040, 0).unwrap() + TimeDelta::minutes(minutes)
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_change_is_found_and_what_only_surrounds_the_article_is_none(pool: PgPool) {
    let world = World::new(pool).await;
    let id = world.watch().await;
    world.publishes(OLD);
    assert_eq!(world.check(id).await.outcome, Some(CheckOutcome::New));
    world.set_clock(30);
    assert_eq!(world.check(id).await.outcome, Some(CheckOutcome::Unchanged));
    world.publishes(NEW);
    world.set_clock(66);
    let done = world.check(id).await;
    assert_eq!((done.outcome, done.version), (Some(CheckOutcome::Changed), 1.try_into().ok()));

    let change = world.store.changes(id).await.unwrap().remove(0);
    assert_eq!((change.earliest_at, change.latest_at), (minute(30), minute(66)));
    assert_eq!((change.stats.words_added, change.stats.words_removed), (1, 1));
    assert!(change.kinds.contains(&Kind::Edited), "{:?}", change.kinds);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn validators_are_sent_once_there_is_a_text_and_304_needs_no_body(pool: PgPool) {
    let world = World::new(pool).await;
    let id = world.watch().await;
    world.answers(|_| {
        Reply::new("200 OK", &["content-type: text/html", "etag: \"v1\""], page(OLD, 0))
    });
    world.check(id).await;
    world.answers(|_| Reply::new("304 Not Modified", &["etag: \"v1\""], ""));
    assert_eq!(world.check(id).await.outcome, Some(CheckOutcome::NotModified));
    let asked = world.asked();
    assert!(!asked[0].contains("if-none-match"), "{asked:?}");
    assert!(asked[1].contains("if-none-match: \"v1\""), "{asked:?}");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_sources_own_rules_come_before_general_extraction(pool: PgPool) {
    let world = World::new(pool).await;
    let id = world.watch().await;
    world.set_rules(SiteRules { title: Some("aside a".to_owned()), ..SiteRules::default() }).await;
    world.answers(|_| Reply::page(&page(OLD, 7)));
    world.check(id).await;
    assert_eq!(world.article(id).await.title.as_deref(), Some("Most read 7"));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn rules_that_cannot_be_read_are_a_recorded_fault_and_hold_nobody_up(pool: PgPool) {
    let world = World::new(pool.clone()).await;
    let id = world.watch().await;
    world.publishes(OLD);
    sqlx::query("update source set rules = '{\"boody\": \"p\"}'").execute(&pool).await.unwrap();
    let done = world.check(id).await;
    assert_eq!(done.outcome, Some(CheckOutcome::Fault));
    assert!(done.detail.unwrap().contains("boody"));
    let article = world.article(id).await;
    assert!(article.next_check_at > minute(0) && article.state == ArticleState::Watched);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_cannot_be_recorded_is_given_back_for_later(pool: PgPool) {
    let world = World::new(pool.clone()).await;
    let id = world.watch().await;
    world.publishes(OLD);
    world.check(id).await;
    // A version that stands but has lost its row: nothing can be compared with it.
    sqlx::query("alter table snapshot rename to lost").execute(&pool).await.unwrap();
    world.publishes(NEW);
    world.set_clock(60);
    world.poller.run_due(|_, _| ()).await.unwrap();
    let article = world.article(id).await;
    assert_eq!(article.last_outcome, Some(CheckOutcome::Fault));
    assert!(article.next_check_at > minute(60));
    sqlx::query("alter table lost rename to snapshot").execute(&pool).await.unwrap();
    assert_eq!(world.check(id).await.outcome, Some(CheckOutcome::Changed));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_failure_is_recorded_by_name_and_the_text_that_stood_goes_on_standing(pool: PgPool) {
    let world = World::new(pool).await;
    let id = world.watch().await;
    world.publishes(OLD);
    world.check(id).await;
    let ok = "200 OK";
    for (status, headers, body, outcome) in [
        ("404 Not Found", "x: y", "gone", CheckOutcome::NotFound),
        ("410 Gone", "x: y", "gone", CheckOutcome::Gone),
        ("503 Busy", "x: y", "", CheckOutcome::ServerError),
        (ok, "content-type: application/pdf", "%PDF-1.7", CheckOutcome::NotAPage),
        (
            ok,
            "content-type: text/html",
            "<title>Weather</title><h1>Weather</h1>",
            CheckOutcome::NoArticle,
        ),
        (
            ok,
            "content-type: text/html",
            "<title>Page not found</title><h1>Page not found</h1><p>Sorry.</p>",
            CheckOutcome::ErrorPage,
        ),
        ("302 Found", "location: http://10.0.0.1/", "", CheckOutcome::AddressRefused),
    ] {
        world.answers(move |_| Reply::new(status, &[headers], body));
        let done = world.check(id).await;
        assert_eq!((done.outcome, done.version), (Some(outcome), 0.try_into().ok()), "{done}");
        assert!(done.detail.is_some(), "{done}");
    }
    let article = world.article(id).await;
    assert_eq!((article.failures, article.versions, article.changes), (7, 1, 0));
    world.publishes(OLD);
    assert_eq!(world.check(id).await.outcome, Some(CheckOutcome::Unchanged));
    assert_eq!(world.article(id).await.failures, 0);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn retry_after_puts_the_next_check_off(pool: PgPool) {
    let world = World::new(pool).await;
    let id = world.watch().await;
    world.answers(|_| Reply::new("429 Too Many", &["retry-after: 7200"], ""));
    assert_eq!(world.check(id).await.outcome, Some(CheckOutcome::TooManyRequests));
    assert!(world.article(id).await.next_check_at >= minute(120));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn forty_days_of_checks_without_a_change_end_in_sleep(pool: PgPool) {
    let world = World::new(pool).await;
    let id = world.watch().await;
    world.publishes(OLD);
    world.poller.run_due(|_, _| ()).await.unwrap();
    let mut checks = 1;
    while world.article(id).await.state == ArticleState::Watched {
        let next = world.article(id).await.next_check_at;
        assert!(next - minute(0) < DORMANT_AFTER * 2, "never falls asleep");
        world.set_clock((next - minute(0)).num_minutes() + 1);
        world.poller.run_due(|_, _| checks += 1).await.unwrap();
    }
    assert!((30..40).contains(&checks), "{checks}");
    assert_eq!(world.store.sightings(id).await.unwrap()[0].checks, checks);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_feed_brings_articles_and_they_are_checked(pool: PgPool) {
    let world = World::new(pool).await;
    let item = |path| format!("<item><link>{}</link></item>", world.site.url(path));
    let feed = format!(
        "<rss version='2.0'><channel><title>t</title><link>http://a.example</link>\
         <description>d</description>{}{}</channel></rss>",
        item("/1"),
        item("/2")
    );
    world.answers(move |path| match path {
        "/feed" => Reply::new("200 OK", &["content-type: application/rss+xml"], &feed),
        _ => Reply::page(&page(OLD, 0)),
    });
    world.store.add_feed(&world.address("/feed"), None, minute(0)).await.unwrap();
    let mut lines = Vec::new();
    world.poller.run_due(|done, _| lines.push(done.outcome)).await.unwrap();
    assert_eq!(lines, [Some(CheckOutcome::New); 3]);
    assert_eq!(
        world
            .store
            .filtered_articles(ArticleFilter::default(), None, 10)
            .await
            .unwrap()
            .articles
            .len(),
        2
    );
    let next = world.store.feeds().await.unwrap()[0].next_check_at;
    assert!(next > minute(0) && next < minute(0) + FIRST_PERIOD);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_proposal_is_looked_at_as_an_article_a_feed_or_neither(pool: PgPool) {
    let world = World::new(pool).await;
    world.answers(|path| match path {
        "/article" => Reply::page(&page(OLD, 0)),
        "/feed" => Reply::new(
            "200 OK",
            &["content-type: text/xml"],
            "<rss version='2.0'><channel><title>Top</title><link>http://a.example</link>\
             <description>d</description><item><link>http://a.example/1</link></item></channel></rss>",
        ),
        _ => Reply::new("404 Not Found", &[], ""),
    });
    let look = async |path: &str| {
        let id = world.store.propose(&world.address(path), minute(0)).await.unwrap();
        world.poller.see_to(&id).await.unwrap().unwrap().state
    };
    let ProposalState::Found(Finding::Article(text)) = look("/article").await else { panic!() };
    assert_eq!((text.title.as_str(), &text.paragraphs[..]), ("Talks go on", &[OLD.to_owned()][..]));
    let ProposalState::Found(Finding::Feed { title, articles, .. }) = look("/feed").await else {
        panic!()
    };
    assert_eq!((title.as_deref(), articles.len()), (Some("Top"), 1));
    let ProposalState::Refused { outcome, error } = look("/nowhere").await else { panic!() };
    assert_eq!(outcome, CheckOutcome::NotFound);
    assert_eq!(error, "the site answered 404: there is no such page");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_running_poller_is_woken_by_what_is_added_and_stops_when_told(pool: PgPool) {
    let world = World::new(pool).await;
    world.publishes(OLD);
    let stop = CancellationToken::new();
    let poller = world.poller.clone();
    let running = tokio::spawn({
        let stop = stop.clone();
        async move { poller.run(stop).await }
    });
    let mut checked = world.store.listen().await.unwrap();
    let id = world.watch().await;
    checked.wait().await.unwrap();
    let checked = async {
        while world.article(id).await.head.is_none() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_mins(1), checked).await.expect("a check");
    stop.cancel();
    running.await.unwrap();
}
