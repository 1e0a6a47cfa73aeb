//! An instance in which everything has happened that can, made by what makes it in earnest.

use sqlx::PgPool;
use stet_core::compare::Stats;
use stet_core::extract::SiteRules;
use stet_core::feed::FeedEntry;
use stet_core::{
    AddressFilter, ArticleId, ArticleText, CheckOutcome, FeedKind, Kind, Kinds, LinkRule,
    VersionNumber, WebhookId,
};

use crate::audit::{Actor, Deed};
use crate::feed::{FeedContents, FeedRecord, FeedSeen};
use crate::fixture::{Fixture, READING, TERMS, address, minute, next};
use crate::observation::{NewObservation, Observed};
use crate::record::Difference;
use crate::rereading::Texts;
use crate::{
    AddressOrigin, Filtered, NewFeed, NewSnapshot, NewWebhook, OtherAddress, Proof, Readdressed,
    Reading, Store, Twin, WebhookFilter,
};

const DEED: Deed<'_> =
    Deed { actor: &Actor::Operator, reason: "a “court”\nand\ttabs \\", at: NOW };
const NOW: chrono::DateTime<chrono::Utc> =
    chrono::DateTime::from_timestamp_micros(1_473_443_041_234_567).unwrap();

/// Odd, and allowed: what separates lines elsewhere, what turns the direction, a private character,
/// what is beyond 16 bits, control characters, and what `copy` takes for its own.
const ODD: &str = "\u{2028}\u{85}\u{202e}\u{e000}\u{fffd}\u{1f5de}\u{feff}e\u{301}\u{1}\u{b}\u{7f} \\N \\. \"{},\" \\";

/// Articles of interest.
pub(super) struct Rich {
    pub(super) store: Store,
    /// With versions that come and go again.
    pub(super) alternating: ArticleId,
    pub(super) hidden: ArticleId,
    pub(super) deleted: ArticleId,
    /// It posts, and a message waits.
    pub(super) webhook: WebhookId,
}

/// How many bytes of what an archive saw do not compress: several lines of a body.
const NOISE: usize = 2 * super::super::PIECE + 1;

pub(super) async fn rich(pool: &PgPool) -> Rich {
    rich_of(pool, NOISE).await
}

/// The same, with other pages of an archive's.
pub(super) async fn rich_of(pool: &PgPool, noise: usize) -> Rich {
    let first = Fixture::new(pool.clone()).await;
    let store = first.store.clone();
    feeds(&store).await;
    for (minutes, text) in [(0, "a"), (30, "b"), (60, "a"), (90, "b"), (120, "c"), (130, "c")] {
        first.see(minutes, &["It stands.", text]).await;
    }
    let claim = first.claim().await;
    let difference = Difference { stats: Stats::default(), kinds: Kinds::new() };
    let read_anew = ArticleText::new("Title", ["It stands."]);
    store.upgrade(&claim, &read_anew, READING, Some(&difference)).await.unwrap();
    first.record_text(&claim, 150, &["It stands."]).await;

    let tongues = another(&store, "https://news.example.com/%E4%BB%96?q=1#no").await;
    tongues
        .see(
            0,
            &[
                "市长说谎了。",
                "نفى رئيس البلدية ذلك.",
                "นายกเทศมนตรีปฏิเสธ",
                "市長は否定した。",
                "ראש העיר הכחיש.",
                ODD,
            ],
        )
        .await;
    tongues
        .see(
            30,
            &[
                "市长弄错了。",
                "نفى رئيس البلدية ذلك.",
                "นายกเทศมนตรียอมรับ",
                "市長は認めた。",
                "ראש העיר הודה.",
                ODD,
            ],
        )
        .await;
    tongues.doubt(60, &["短"]).await;

    let vanishing = another(&store, "https://other.example.net/gone").await;
    vanishing.see(0, &["Here."]).await;
    vanishing.fail(30, CheckOutcome::NotFound, "there is no such page").await;
    vanishing.fail(400, CheckOutcome::NotFound, "there is no such page").await;
    vanishing.see(800, &["Here."]).await;
    vanishing.fail(900, CheckOutcome::NotFound, "there is no such page").await;

    let early = another(&store, "https://news.example.com/early").await;
    let late = another(&store, "https://news.example.com/late").await;
    late.see(0, &["The same."]).await;
    let claim = early.claim().await;
    early.record_text(&claim, 0, &["The same."]).await;
    let moved = OtherAddress {
        address: address("https://news.example.com/late"),
        origin: AddressOrigin::Moved,
        proof: Proof::Sure,
        twin: Some(Twin { article: late.article, version: VersionNumber::FIRST }),
    };
    let became = store.readdress(&claim, &moved, false, minute(1)).await.unwrap();
    assert_eq!(became, Readdressed::Merged(late.article));

    let reread = another(&store, "https://news.example.com/reread").await;
    for (minutes, text) in [(0, "One."), (30, "Two."), (60, "Three.")] {
        reread.see(minutes, &[text]).await;
    }
    rereading(&reread).await;

    let hidden = another(&store, "https://news.example.com/hidden").await;
    hidden.see(0, &["Secret."]).await;
    hidden.see(30, &["Secret!"]).await;
    observed(&store, noise).await;
    people(&store).await;
    let webhook = webhooks(&store).await;
    assert!(store.hide(hidden.article, DEED).await.unwrap());
    own(pool, &store).await;
    // The last one, so that its number would be the next one's if numbers were not counted.
    let deleted = another(&store, "https://news.example.com/deleted").await;
    deleted.see(0, &["Forgotten."]).await;
    assert!(store.delete_for_good(deleted.article, DEED).await.unwrap());
    let (hidden, deleted) = (hidden.article, deleted.article);
    Rich { store, alternating: first.article, hidden, deleted, webhook }
}

async fn another(store: &Store, url: &str) -> Fixture {
    let added = store.add_article(&address(url), NOW).await.unwrap();
    Fixture { store: store.clone(), article: added.id }
}

async fn feeds(store: &Store) {
    let index = address("https://news.example.com/index.xml");
    let child = address("https://news.example.com/today.xml");
    let found = address("https://news.example.com/from-a-feed");
    let new = NewFeed { address: &index, title: None, kind: FeedKind::Sitemap, links: None };
    let feed = store.add_feed_of(new, minute(0)).await.unwrap().id;
    let claim = store.claim_feed(feed, TERMS).await.unwrap().unwrap();
    let entries =
        [FeedEntry { address: found.clone(), title: Some("Found “in” a feed".into()) }];
    let contents = FeedContents {
        title: Some("News"),
        entries: &entries,
        listed: &[&found],
        children: std::slice::from_ref(&child),
        etag: Some("\"x\""),
        last_modified: None,
    };
    let record = FeedRecord { at: minute(1), seen: FeedSeen::Feed(contents) };
    store.record_feed(&claim, record, |_| next(0)).await.unwrap();
    let section = address("https://third.example.org/politics");
    let links = LinkRule::Selector("main a".to_owned());
    let new = NewFeed {
        address: &section,
        title: Some("Politics"),
        kind: FeedKind::Section,
        links: Some(&links),
    };
    store.add_feed_of(new, minute(0)).await.unwrap();
    let filter = AddressFilter::from_lines("", "/live/");
    store.set_filter(Filtered::Feed(feed), &filter).await.unwrap();
    let slug = store.sources().await.unwrap()[0].slug.clone();
    store.set_filter(Filtered::Source(&slug), &filter).await.unwrap();
    for body in [".old", ".new"] {
        let rules = SiteRules { body: Some(body.to_owned()), ..SiteRules::default() };
        store.set_rules(&slug, &rules, minute(2)).await.unwrap();
    }
}

/// Two versions turn out to have one text, and of the third nothing can be read any more.
async fn rereading(fixture: &Fixture) {
    let claim = fixture.store.claim_rereading(fixture.article, TERMS.lease).await.unwrap().unwrap();
    let mut texts = Texts::default();
    for (number, text) in [(0, Some("Both.")), (1, Some("Both.")), (2, None)] {
        let text = text.map(|text| ArticleText::new("Title", [text]));
        texts.insert(number.try_into().unwrap(), text);
    }
    let difference = Difference {
        stats: Stats { words_added: 1, ..Stats::default() },
        kinds: Kinds::from([Kind::Added]),
    };
    let pairs = claim.pairs(&texts).into_iter();
    let differences = pairs.map(|pair| (pair.change, difference.clone())).collect();
    let reading = Reading { extractor: READING.extractor + 1, ..READING };
    assert!(fixture.store.record_rereading(&claim, reading, &texts, &differences).await.unwrap());
}

/// What an archive saw, of an article that Stet watches and of one that it does not; with pages that
/// take several lines.
async fn observed(store: &Store, noise: usize) {
    for (url, minutes, seed) in [
        ("https://news.example.com/1", -60, 1),
        ("https://news.example.com/1", -30, 2),
        ("https://news.example.com/never-watched", 0, 3),
    ] {
        let address = address(url);
        let text = ArticleText::new("Seen elsewhere", [format!("Text {seed}.").as_str()]);
        let body = incompressible(seed, noise);
        let new = NewObservation {
            observer: "archive.example",
            address: &address,
            place: "https://archive.example/web/1",
            text: &text,
            reading: READING,
            snapshot: NewSnapshot {
                fetched_at: minute(minutes),
                address: &address,
                redirects: &[crate::Redirect { status: 301, address: address.clone() }],
                status: 200,
                headers: &[("x-odd".to_owned(), ODD.to_owned())],
                body: &body,
            },
        };
        let Observed::Noted { history, .. } = store.observe(new, NOW).await.unwrap() else {
            panic!("{url}");
        };
        let difference = Difference { stats: Stats::default(), kinds: Kinds::from([Kind::Edited]) };
        let passages = store.observed_passages(history).await.unwrap();
        let differences = passages.into_iter().map(|pair| (pair, difference.clone())).collect();
        assert!(store.weave(history, &differences).await.unwrap());
    }
}

/// Bytes that do not compress, the same for each seed.
fn incompressible(seed: u64, length: usize) -> Vec<u8> {
    let mut state = seed;
    let mut bytes = Vec::with_capacity(length);
    while bytes.len() < length {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        bytes.push(state.to_be_bytes()[0]);
    }
    bytes
}

async fn people(store: &Store) {
    let ann = store.add_editor("Ann", DEED).await.unwrap().unwrap();
    assert!(store.set_password(&ann, "$argon2id$secret-hash", None, DEED).await.unwrap());
    let bob = store.add_editor("Bob", DEED).await.unwrap().unwrap();
    store.set_editor_enabled(&bob, false, DEED).await.unwrap();
}

/// One that posts some changes, and one that is paused.
async fn webhooks(store: &Store) -> WebhookId {
    let source = store.sources().await.unwrap()[0].id;
    let some =
        WebhookFilter { kinds: Kinds::from([Kind::Edited]), source: Some(source), min_words: 3 };
    let mut ids = Vec::new();
    for (name, filter) in [("News “desk”", some), ("All", WebhookFilter::default())] {
        let address = address("https://hooks.example.com/in?q=1");
        let new = NewWebhook { name: name.to_owned(), address, filter };
        ids.push(store.add_webhook(&new, DEED).await.unwrap().unwrap());
    }
    assert!(store.test_webhook(ids[0], NOW).await.unwrap());
    assert!(store.replace_webhook_secret(ids[0], DEED).await.unwrap());
    assert!(store.pause_webhook(ids[1], DEED).await.unwrap());
    ids[0]
}

/// What is this instance's own, and what nothing here makes quickly.
async fn own(pool: &PgPool, store: &Store) {
    store.create_login_token(NOW).await.unwrap();
    store.create_session(NOW).await.unwrap();
    store.create_api_token("a program", DEED).await.unwrap();
    let ann = store.find_editor("Ann").await.unwrap().unwrap();
    store.create_password_link(&ann, DEED).await.unwrap();
    store.propose(&address("https://news.example.com/proposed"), NOW).await.unwrap();
    for sql in [
        "insert into boilerplate values (1, sha256('a'), '2016-09-09 17:44:00.000001Z')",
        "insert into boilerplate_candidate values (1, -3, sha256('b'), '{\"\\\\x02\",\"\\\\x03\"}', now())",
        "insert into source_rereading (source_id, asked_at, articles, after_article, lease_until)
         values (1, now(), 3, 2, now())",
        "update source set learned_at = now(), host_gap = '1.5 seconds', homepage = 'https://x.example/',
             first_period = '1 hour' where id = 1",
        "update article set outline = sha256('c'), outline_tried_at = now(), last_modified = 'then' where id = 1",
        "update version set byline = 'Ann', section = 'Politics', published_at = '0001-01-01 BC',
             modified_at = '9999-12-31 23:59:59.999999Z' where article_id = 1 and number = 0",
    ] {
        sqlx::query(sql).execute(pool).await.unwrap();
    }
}
