//! Articles that are found in sitemaps and on section pages, and their other addresses.

use sqlx::PgPool;
use stet_core::{
    AddressFilter, CheckOutcome, FeedId, FeedKind, Kind, Kinds, LinkRule, VersionNumber,
};
use stet_store::{
    AddressOrigin, ArticleFilter, Filtered, Finding, MIGRATOR, NewFeed, ProposalState,
};

use super::{NEW, OLD, World, minute, page};
use crate::loopback::Reply;
use crate::{Done, Target};

const PAGE: &str = "content-type: text/html";
const XML: &str = "content-type: application/xml";

impl World {
    async fn read(&self, id: FeedId) -> Done {
        self.poller.check_now(&Target::Feed(id)).await.unwrap()
    }

    async fn add(&self, path: &str, kind: FeedKind, links: Option<&LinkRule>) -> FeedId {
        let address = self.address(path);
        let feed = NewFeed { address: &address, title: None, kind, links };
        self.store.add_feed_of(feed, minute(0)).await.unwrap().id
    }

    /// The paths of the articles that are watched, sorted.
    async fn watched(&self) -> Vec<String> {
        let articles = self
            .store
            .filtered_articles(ArticleFilter::default(), None, 100)
            .await
            .unwrap()
            .articles;
        let mut paths: Vec<String> =
            articles.iter().map(|article| article.address.url().path().to_owned()).collect();
        paths.sort();
        paths
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_index_of_sitemaps_leads_to_the_articles_in_them(pool: PgPool) {
    let world = World::new(pool).await;
    let (index, map) = (world.site.url("/day.xml"), world.site.url("/story-1"));
    world.answers(move |path| match path {
        "/index.xml" => {
            let body =
                format!("<sitemapindex><sitemap><loc>{index}</loc></sitemap></sitemapindex>");
            Reply::new("200 OK", &[XML, "etag: \"i\""], body)
        }
        "/day.xml" => {
            Reply::new("200 OK", &[XML], format!("<urlset><url><loc>{map}</loc></url></urlset>"))
        }
        _ => Reply::page(&page(OLD, 0)),
    });
    let index = world.add("/index.xml", FeedKind::Sitemap, None).await;
    let mut outcomes = Vec::new();
    world.poller.run_due(|done, _| outcomes.push(done.outcome)).await.unwrap();
    assert_eq!(outcomes, [Some(CheckOutcome::New); 3], "the index, the sitemap and the article");
    assert_eq!(world.watched().await, ["/story-1"]);
    world.answers(|_| Reply::new("304 Not Modified", &[], ""));
    assert_eq!(world.read(index).await.outcome, Some(CheckOutcome::NotModified));
    assert!(world.asked().last().unwrap().contains("if-none-match: \"i\""));
    assert_eq!(world.store.feeds().await.unwrap().len(), 2, "its sitemap is read on");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn of_a_section_page_the_chosen_links_are_watched_that_no_filter_drops(pool: PgPool) {
    let world = World::new(pool).await;
    world.answers(|_| {
        let body = "<title>World</title><a href=/about>About</a>\
             <main><a href=/world/story-1>One</a><a href=/world/live/2>Two</a></main>";
        Reply::new("200 OK", &[PAGE, "last-modified: Fri, 09 Sep 2016 17:00:00 GMT"], body)
    });
    let rule = LinkRule::Selector("main".to_owned());
    let id = world.add("/world", FeedKind::Section, Some(&rule)).await;
    let live = AddressFilter::from_lines("", "/live/");
    world.store.set_filter(Filtered::Feed(id), &live).await.unwrap();
    assert_eq!(world.read(id).await.new_articles, Some(1));
    assert_eq!(world.watched().await, ["/world/story-1"]);
    let listed = world.store.listed(Filtered::Feed(id)).await.unwrap();
    assert_eq!(listed.len(), 2, "what was dropped is kept for a preview");
    assert_eq!(world.store.feeds().await.unwrap()[0].title.as_deref(), Some("World"));
    // Without the filter the page is asked for whole again.
    world.store.set_filter(Filtered::Feed(id), &AddressFilter::default()).await.unwrap();
    assert_eq!(world.read(id).await.new_articles, Some(1));
    assert!(!world.asked()[1].contains("if-modified-since"));
    world.read(id).await;
    assert!(world.asked()[2].contains("if-modified-since: Fri, 09 Sep 2016"));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_feed_that_fails_is_tried_again_later_and_later(pool: PgPool) {
    let world = World::new(pool).await;
    world.answers(|_| Reply::new("200 OK", &[XML], "<urlset><url>"));
    let id = world.add("/sitemap.xml", FeedKind::Sitemap, None).await;
    let mut waits = Vec::new();
    for _ in 0..2 {
        assert_eq!(world.read(id).await.outcome, Some(CheckOutcome::NotAFeed));
        let feed = world.store.feeds().await.unwrap().remove(0);
        assert_eq!(feed.last_error.as_deref(), Some("this is not a sitemap that can be read"));
        waits.push(feed.next_check_at - minute(0));
    }
    assert!(waits[1] > waits[0], "{waits:?}");
    assert_eq!(world.store.feeds().await.unwrap()[0].failures, 2);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_proposed_sitemap_is_recognised_and_a_section_page_by_its_rule(pool: PgPool) {
    let world = World::new(pool).await;
    world.answers(|path| match path {
        "/map" => Reply::new(
            "200 OK",
            &[PAGE],
            "<?xml version='1.0'?><urlset><url><loc>http://a.example/1</loc></url></urlset>",
        ),
        _ => Reply::new("200 OK", &[PAGE], "<title>World</title><a href=/world/1>One</a>"),
    });
    let look = async |path: &str, links: Option<LinkRule>| {
        let address = world.address(path);
        let id = world.store.propose_section(&address, links.as_ref(), minute(0)).await.unwrap();
        world.poller.see_to(&id).await.unwrap().unwrap().state
    };
    let found = async |path: &str, links| match look(path, links).await {
        ProposalState::Found(Finding::Feed { kind, articles, .. }) => (kind, articles.len()),
        other => panic!("{other:?}"),
    };
    assert_eq!(found("/map", None).await, (FeedKind::Sitemap, 1));
    let rule = |text: &str| Some(LinkRule::Pattern(text.to_owned()));
    assert_eq!(found("/world", rule("/world/[0-9]")).await, (FeedKind::Section, 1));
    let ProposalState::Refused { error, .. } = look("/world", rule("/sport/")).await else {
        panic!()
    };
    assert_eq!(error, "none of the links on this page is chosen by the selector or pattern");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_page_that_is_moved_for_good_is_visited_there_and_the_change_says_so(pool: PgPool) {
    let world = World::new(pool).await;
    let id = world.store.add_article(&world.address("/story-1"), minute(0)).await.unwrap().id;
    world.publishes(OLD);
    world.check(id).await;
    world.answers(|path| match path {
        "/story-1" => Reply::new("301 Moved", &["location: /2026/story-1"], ""),
        _ => Reply::page(&page(NEW, 1)),
    });
    assert_eq!(world.check(id).await.outcome, Some(CheckOutcome::Changed));
    assert!(world.store.changes(id).await.unwrap()[0].kinds.contains(&Kind::MovedAddress));
    assert_eq!(world.article(id).await.address, world.address("/2026/story-1"));
    let known = world.store.addresses(id).await.unwrap();
    assert_eq!(known.iter().filter(|known| known.origin == AddressOrigin::Moved).count(), 1);
    world.check(id).await;
    assert!(world.asked().last().unwrap().starts_with("GET /2026/story-1 "));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_move_under_which_the_text_stayed_is_one_change(pool: PgPool) {
    let world = World::new(pool).await;
    let id = world.store.add_article(&world.address("/story-1"), minute(0)).await.unwrap().id;
    world.publishes(OLD);
    world.check(id).await;
    world.answers(|path| match path {
        "/story-1" => Reply::new("301 Moved", &["location: /2026/story-1"], ""),
        _ => Reply::page(&page(OLD, 1)),
    });
    for minutes in [30, 60] {
        world.set_clock(minutes);
        assert_eq!(world.check(id).await.outcome, Some(CheckOutcome::Unchanged));
    }
    let changes = world.store.changes(id).await.unwrap();
    assert_eq!(changes.len(), 1);
    assert_eq!(changes[0].kinds, Kinds::from([Kind::MovedAddress]));
    assert_eq!((changes[0].from, changes[0].to), (VersionNumber::FIRST, VersionNumber::FIRST));
    assert_eq!((changes[0].earliest_at, changes[0].latest_at), (minute(0), minute(30)));
    assert_eq!(world.article(id).await.changes, 1);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_redirect_for_now_or_to_a_section_moves_nothing(pool: PgPool) {
    let world = World::new(pool).await;
    let here = world.address("/world/story-1");
    let id = world.store.add_article(&here, minute(0)).await.unwrap().id;
    for answer in [("302 Found", "location: /world/story-2"), ("301 Moved", "location: /world")] {
        world.answers(move |path| match path {
            "/world/story-1" => Reply::new(answer.0, &[answer.1], ""),
            _ => Reply::page(&page(OLD, 0)),
        });
        world.check(id).await;
        assert_eq!(world.article(id).await.address, here, "{answer:?}");
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_amp_page_and_its_article_become_one(pool: PgPool) {
    let world = World::new(pool).await;
    world.answers(|_| {
        let canonical = "<link rel=canonical href=/story-1><article>";
        Reply::page(&page(OLD, 0).replace("<article>", canonical))
    });
    let article = world.store.add_article(&world.address("/story-1"), minute(0)).await.unwrap().id;
    let amp = world.store.add_article(&world.address("/amp/story-1"), minute(0)).await.unwrap().id;
    world.check(article).await;
    world.check(amp).await;
    assert_eq!(world.article(amp).await.merged_into, Some(article));
    assert_eq!(world.article(article).await.merged_into, None);
    let found =
        world.store.find_article(&world.address("/amp/story-1?utm_source=x")).await.unwrap();
    assert_eq!(found, Some(article));
    assert_eq!(
        world.store.latest_versions(amp, 0, 99).await.unwrap().len(),
        1,
        "its history stands"
    );
    // One that nobody watches yet is where the article is visited from then on.
    let other =
        world.store.add_article(&world.address("/amp/story-2"), minute(0)).await.unwrap().id;
    world.answers(|_| {
        let canonical = "<link rel=canonical href=/story-2><article>";
        Reply::page(&page(NEW, 0).replace("<article>", canonical))
    });
    world.check(other).await;
    assert_eq!(world.article(other).await.address, world.address("/story-2"));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_proposal_tells_by_way_of_which_addresses_it_was_found_for_good(pool: PgPool) {
    let world = World::new(pool).await;
    for (status, expected) in
        [("301 Moved", &["/s/1", "/amp/story-1", "/amp/2026/story-1"][..]), ("302 Found", &[])]
    {
        world.answers(move |path| match path {
            "/s/1" => Reply::new(status, &["location: /amp/story-1"], ""),
            "/amp/story-1" => Reply::new("308 Moved", &["location: /amp/2026/story-1"], ""),
            _ => Reply::page(&page(OLD, 0)),
        });
        let id = world.store.propose(&world.address("/s/1"), minute(0)).await.unwrap();
        let seen = world.poller.see_to(&id).await.unwrap().unwrap();
        assert_eq!(seen.via, expected.iter().map(|path| world.address(path)).collect::<Vec<_>>());
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_filter_finds_what_it_takes_anywhere_in_a_long_sitemap(pool: PgPool) {
    let world = World::new(pool).await;
    world.answers(|_| {
        let url = |number| format!("<url><loc>/story-{number}</loc></url>");
        let urls: String = (10_000..14_000).map(url).collect();
        Reply::new("200 OK", &[XML], format!("<urlset>{urls}</urlset>"))
    });
    let id = world.add("/sitemap.xml", FeedKind::Sitemap, None).await;
    let filter = AddressFilter::from_lines("/story-12001$", "");
    world.store.set_filter(Filtered::Feed(id), &filter).await.unwrap();
    assert_eq!(world.read(id).await.new_articles, Some(1));
    assert_eq!(world.watched().await, ["/story-12001"]);
}
