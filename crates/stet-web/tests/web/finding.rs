//! Looking articles up, a source's feeds, and what of them is watched.

use axum::http::{StatusCode, header};
use sqlx::PgPool;
use stet_core::feed::FeedEntry;
use stet_core::{Address, AddressFilter, FeedKind, LinkRule, VersionNumber};
use stet_store::claim::ClaimTerms;
use stet_store::feed::{FeedContents, FeedRecord, FeedSeen};
use stet_store::{AddressOrigin, Filtered, Finding, OtherAddress, Proof, Readdressed, Twin};

use crate::support::{Stage, TERMS, address, minute, next, says, text};

const LISTED: [&str; 2] = ["https://news.example.com/news/1", "https://news.example.com/live/2"];

/// A feed that was read once and named two addresses.
async fn with_feed(pool: PgPool) -> Stage {
    let stage = Stage::new(pool);
    let feed = address("https://news.example.com/rss");
    stage.store.add_feed(&feed, Some("Top"), minute(0)).await.unwrap();
    let terms: ClaimTerms = TERMS;
    let claim = stage.store.claim_feeds(minute(0), 1, terms).await.unwrap().remove(0);
    let listed: Vec<Address> = LISTED.map(address).to_vec();
    let entries: Vec<FeedEntry> =
        listed.iter().map(|address| FeedEntry { address: address.clone(), title: None }).collect();
    let contents = FeedContents {
        title: None,
        entries: &entries,
        listed: &listed.iter().collect::<Vec<_>>(),
        children: &[],
        etag: None,
        last_modified: None,
    };
    let record = FeedRecord { at: minute(0), seen: FeedSeen::Feed(contents) };
    stage.store.record_feed(&claim, record, |_| next(0)).await.unwrap();
    stage
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn an_article_is_looked_up_by_any_address_and_an_unknown_one_leads_to_the_form(pool: PgPool) {
    let stage = Stage::new(pool);
    stage.watch("https://news.example.com/1?id=7").await;
    for (url, target) in [
        ("https%3A%2F%2FNEWS.example.com%2F1%3Fid%3D7%26utm_source%3Dx%23top", "/articles/1"),
        ("news.example.com%2F1%3Fid%3D7", "/articles/1"),
        ("https%3A%2F%2Fnews.example.com%2F2", "/watch?address=https%3A%2F%2Fnews.example.com%2F2"),
        ("javascript%3Aalert(1)", "/watch?address=javascript%3Aalert%281%29"),
        ("", "/watch?address="),
    ] {
        let answer = stage.get(&format!("/articles/lookup?url={url}")).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{url}");
        assert_eq!(answer.header(header::LOCATION), target, "{url}");
    }
    assert!(stage.store.claim_proposals(1, TERMS).await.unwrap().is_empty(), "nobody is to look");
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn a_sources_page_says_how_its_feeds_are(pool: PgPool) {
    let stage = with_feed(pool).await;
    let page = stage.page("/sources/examplecom").await;
    says(&page, "example.com 2 articles, 0 versions from example.com.");
    says(&page, "2 articles found · read 9 Sept 2016, 17:44 UTC, next 9 Sept 2016, 18:14 UTC");
    stage.failing_feed("https://news.example.com/atom", "Atom", "this is not a feed").await;
    let page = stage.page("/sources/examplecom").await;
    says(&page, "1 feed is failing.");
    says(&page, "Failing, 1 time in a row: this is not a feed");
    assert_eq!(stage.get("/sources/nowhere").await.status, StatusCode::NOT_FOUND);
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn a_filter_is_shown_by_what_it_drops_before_it_is_saved(pool: PgPool) {
    let stage = with_feed(pool).await;
    let cookie = stage.log_in().await;
    let token = stage.form_token(&cookie).await;
    for (path, of) in [
        ("/sources/examplecom/filter", Filtered::Source("examplecom")),
        ("/sources/examplecom/filter?feed=1", Filtered::Feed(1.try_into().unwrap())),
    ] {
        assert_eq!(stage.get(path).await.status, StatusCode::FORBIDDEN);
        let shown = stage.get_with(path, &[("cookie", &cookie)]).await;
        says(&shown.body, "Of the 2 addresses found last, 0 dropped and 2 watched.");
        let form = |action| format!("form_token={token}&exclude=%2Flive%2F&action={action}");
        let preview = stage.post(path, &cookie, &form("preview")).await;
        says(&preview.body, "Of the 2 addresses found last, 1 dropped and 1 watched.");
        says(&preview.body, "Dropped https://news.example.com/live/2");
        assert_eq!(stage.store.filter(of).await.unwrap(), Some(AddressFilter::default()));
        let saved = stage.post(path, &cookie, &form("save")).await;
        assert_eq!(saved.header(header::LOCATION), "/sources/examplecom");
        let filter = stage.store.filter(of).await.unwrap().unwrap();
        assert_eq!(filter.exclude, ["/live/"]);
        let broken = format!("form_token={token}&include=(&action=save");
        let refused = stage.post(path, &cookie, &broken).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        says(&refused.body, "unclosed group");
        assert_eq!(stage.store.filter(of).await.unwrap(), Some(filter));
    }
    says(&stage.page("/sources/examplecom").await, "not /live/");
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn a_section_page_is_proposed_with_a_rule_and_read_by_it(pool: PgPool) {
    let stage = Stage::new(pool);
    let cookie = stage.log_in().await;
    let token = stage.form_token(&cookie).await;
    let form = |rest: &str| format!("form_token={token}&address=news.example.com%2Fworld&{rest}");
    for (rest, error) in [
        ("links=a[", "this is not a CSS selector: a["),
        ("links=a&pattern=b", "give a selector or a pattern, not both"),
    ] {
        let refused = stage.post("/watch", &cookie, &form(rest)).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        says(&refused.body, error);
    }
    let answer = stage.post("/watch", &cookie, &form("links=.top+a")).await;
    let here = answer.header(header::LOCATION).to_owned();
    let found = Finding::Feed {
        kind: FeedKind::Section,
        title: Some("World".into()),
        articles: Vec::new(),
        children: Vec::new(),
    };
    stage.answer_proposals(Ok(&found)).await;
    says(&stage.get_with(&here, &[("cookie", &cookie)]).await.body, "Watch this section page?");
    stage.post(&here, &cookie, &format!("form_token={token}")).await;
    let feed = stage.store.feeds().await.unwrap().remove(0);
    assert_eq!(feed.kind, FeedKind::Section);
    assert_eq!(feed.links, Some(LinkRule::Selector(".top a".into())));
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn an_article_that_became_part_of_another_leads_there_and_its_versions_stand(pool: PgPool) {
    let stage = Stage::new(pool);
    let texts = [text("Mayor resigns", &["One."]), text("Mayor resigns", &["Two."])];
    let part = stage.article("https://news.example.com/amp/1", &texts).await;
    let whole = stage.article("https://news.example.com/1", &texts[..1]).await;
    let claim = stage.store.claim_article(part, TERMS).await.unwrap().unwrap();
    stage.see_claimed(&claim, 180, &text("Mayor resigns", &["Three."])).await;
    let other = OtherAddress {
        address: address("https://news.example.com/1"),
        origin: AddressOrigin::Canonical,
        proof: Proof::Sure,
        twin: Some(Twin { article: whole, version: VersionNumber::FIRST }),
    };
    let done = stage.store.readdress(&claim, &other, false, minute(180)).await.unwrap();
    assert_eq!(done, Readdressed::Merged(whole));
    for (path, target) in [("/articles/1", "/articles/2"), ("/articles/1.rss", "/articles/2.rss")] {
        let answer = stage.get(path).await;
        assert_eq!(answer.status, StatusCode::PERMANENT_REDIRECT);
        assert_eq!(answer.header(header::LOCATION), target);
    }
    says(&stage.page("/articles/1/versions/1").await, "Two.");
    let page = stage.page("/articles/2").await;
    says(&page, "it was also watched at https://news.example.com/amp/1");
    assert!(page.contains("/articles/1/versions/0") && page.contains("/articles/1/diff/0/1"));
    says(&page, "https://news.example.com/amp/1 9 Sept 2016");
}
