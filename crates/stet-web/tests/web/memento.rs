//! Memento (RFC 7089) as its clients use it, and what others observed.

use std::collections::BTreeMap;

use axum::http::{StatusCode, header};
use sqlx::PgPool;
use stet_core::compare::compare;
use stet_core::timemap::TimeMap;
use stet_core::{ArticleId, ArticleText};
use stet_store::observation::{NewObservation, Observed};
use stet_store::record::Difference;
use stet_store::{MIGRATOR, NewSnapshot, Reading};

use crate::support::{Stage, address, minute, says, text};

const URL: &str = "https://news.example.com/a?b=c";

/// An article that was seen at 17:44 and 18:44 on 9 September 2016.
async fn seen_twice(stage: &Stage) -> ArticleId {
    stage.article(URL, &[text("Old", &["It was."]), text("New", &["It is."])]).await
}

fn link_of(header: &str, rel: &str) -> String {
    let found = header.split(", <").find(|link| link.contains(&format!("rel=\"{rel}\"")));
    let target = found.unwrap_or_else(|| panic!("no {rel} in {header}")).trim_start_matches('<');
    target.split('>').next().unwrap().to_owned()
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_timegate_leads_to_what_stood_nearest_to_a_time(pool: PgPool) {
    let stage = Stage::new(pool);
    seen_twice(&stage).await;
    let gate = format!("/timegate/{URL}");
    for (asked, stamp) in [
        ("Thu, 08 Sep 2016 00:00:00 GMT", "20160909174400"),
        ("Fri, 09 Sep 2016 18:13:59 GMT", "20160909174400"),
        ("Fri, 09 Sep 2016 18:14:01 GMT", "20160909184400"),
        ("Sun, 09 Sep 2046 18:14:01 GMT", "20160909184400"),
    ] {
        let answer = stage.get_with(&gate, &[("accept-datetime", asked)]).await;
        assert_eq!(answer.status, StatusCode::FOUND);
        let place = format!("http://stet.example:8080/memento/{stamp}/{URL}");
        assert_eq!(answer.header(header::LOCATION), place, "{asked}");
        assert!(answer.header(header::VARY).contains("accept-datetime"));
        let links = answer.header(header::LINK);
        assert_eq!(link_of(links, "original"), URL);
        assert_eq!(
            link_of(links, "timemap"),
            format!("http://stet.example:8080/timemap/link/{URL}")
        );
        assert!(link_of(links, "last memento").contains("/memento/20160909184400/"));
    }
    let last = stage.get(&gate).await;
    assert!(last.header(header::LOCATION).contains("/memento/20160909184400/"));
    let wrong = stage.get_with(&gate, &[("accept-datetime", "yesterday")]).await;
    assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
    says(&wrong.body, "Accept-Datetime is to be a date");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_memento_is_the_page_as_it_was_fetched_and_can_do_nothing(pool: PgPool) {
    let stage = Stage::new(pool);
    seen_twice(&stage).await;
    let answer = stage.get(&format!("/memento/20160909174400/{URL}")).await;
    assert_eq!((answer.status, answer.body.as_str()), (StatusCode::OK, "<html>"));
    assert_eq!(answer.header("memento-datetime"), "Fri, 09 Sep 2016 17:44:00 GMT");
    let links = answer.header(header::LINK);
    assert!(link_of(links, "timegate").ends_with(&format!("/timegate/{URL}")));
    assert!(link_of(links, "first memento").contains("/20160909174400/"));
    assert!(link_of(links, "last next memento").contains("/20160909184400/"));
    assert_eq!(answer.header(header::CONTENT_TYPE), "text/html; charset=UTF-8");
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    assert!(!answer.headers.contains_key(header::SET_COOKIE));
    let policy = answer.header(header::CONTENT_SECURITY_POLICY);
    assert!(policy.starts_with("sandbox; default-src 'none';"), "{policy}");
    assert!(!policy.contains("allow-") && !policy.contains("http"), "{policy}");
    // Other pages keep theirs.
    let own = stage.get("/").await;
    assert!(own.header(header::CONTENT_SECURITY_POLICY).contains("script-src 'self'"));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_timemap_in_either_form_lists_all_mementos(pool: PgPool) {
    let stage = Stage::new(pool);
    seen_twice(&stage).await;
    for form in ["link", "json"] {
        let place = format!("/timemap/{form}/{URL}");
        let answer = stage.get(&place).await;
        assert_eq!(answer.status, StatusCode::OK);
        let kind = if form == "link" { "application/link-format" } else { "application/json" };
        assert_eq!(answer.header(header::CONTENT_TYPE), kind);
        let own = format!("http://stet.example:8080{place}");
        let map = TimeMap::read(answer.body.as_bytes(), &own).unwrap();
        assert_eq!(map.original.as_deref(), Some(URL));
        assert_eq!(map.pages, [""; 0]);
        let times: Vec<_> = map.mementos.iter().map(|listed| listed.captured_at).collect();
        assert_eq!(times, [minute(0), minute(60)]);
        assert!(map.mementos[0].address.ends_with(&format!("/memento/20160909174400/{URL}")));
    }
    assert_eq!(stage.get(&format!("/timemap/link/2/{URL}")).await.status, StatusCode::NOT_FOUND);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_long_timemap_has_pages_that_lead_on(pool: PgPool) {
    let stage = Stage::new(pool);
    let id = stage.watch(URL).await;
    let digits = (0..1_001).map(|n| ArticleText::new("T", [format!("Text {n}")]));
    for (at, text) in (0..).zip(digits.collect::<Vec<_>>()).take(2) {
        stage.see(id, at, &text).await;
    }
    let (earlier, article) = (minute(-100_000), address(URL));
    let text = text("T", &["Observed"]);
    let mut history = None;
    for number in 0..1_000 {
        let place = String::new();
        let bytes = format!("{number}");
        let new = ArticleText::new("T", [format!("Observed {number}")]);
        let observation = NewObservation {
            observer: "archive.example",
            address: &article,
            place: &place,
            text: if number == 0 { &text } else { &new },
            reading: Reading { extractor: 1, rules: 0 },
            snapshot: NewSnapshot {
                fetched_at: earlier + chrono::TimeDelta::minutes(number),
                address: &article,
                redirects: &[],
                status: 200,
                headers: &[],
                body: bytes.as_bytes(),
            },
        };
        history = Some(stage.store.observe(observation, minute(0)).await.unwrap());
    }
    assert!(matches!(history, Some(Observed::Noted { .. })));
    for form in ["link", "json"] {
        let place = format!("/timemap/{form}/{URL}");
        let first = stage.page(&place).await;
        let own = format!("http://stet.example:8080{place}");
        let map = TimeMap::read(first.as_bytes(), &own).unwrap();
        let next = format!("http://stet.example:8080/timemap/{form}/2/{URL}");
        assert_eq!((map.mementos.len(), &map.pages[..]), (1_000, &[next.clone()][..]));
        let second = stage.page(&next["http://stet.example:8080".len()..]).await;
        let map = TimeMap::read(second.as_bytes(), &next).unwrap();
        let times: Vec<_> = map.mementos.iter().map(|listed| listed.captured_at).collect();
        assert_eq!(times, [minute(0), minute(1)]);
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn wrong_dates_and_addresses_are_told_from_missing_ones(pool: PgPool) {
    let stage = Stage::new(pool);
    let id = seen_twice(&stage).await;
    for (path, status) in [
        ("/memento/20161309174400/https://news.example.com/a?b=c", StatusCode::BAD_REQUEST),
        ("/memento/2016/https://news.example.com/a?b=c", StatusCode::BAD_REQUEST),
        ("/memento/https://news.example.com/a?b=c", StatusCode::BAD_REQUEST),
        ("/memento/20160909174400/", StatusCode::BAD_REQUEST),
        ("/memento/20160909174400/ftp://news.example.com/a", StatusCode::BAD_REQUEST),
        ("/timegate/nothing", StatusCode::BAD_REQUEST),
        ("/timemap/json/mailto:a@b.example", StatusCode::BAD_REQUEST),
        ("/memento/20160909174401/https://news.example.com/a?b=c", StatusCode::NOT_FOUND),
        ("/memento/20160909174400/https://news.example.com/a", StatusCode::NOT_FOUND),
        ("/timegate/https://news.example.com/never", StatusCode::NOT_FOUND),
        ("/timemap/link/0/https://news.example.com/a?b=c", StatusCode::NOT_FOUND),
        ("/memento/20160909174400/https:/news.example.com/a?b=c", StatusCode::OK),
        ("/memento/20160909174400/https%3A%2F%2Fnews.example.com%2Fa%3Fb=c", StatusCode::OK),
        ("/memento/20160909174400/https://news.example.com/a?b=c&utm_source=x", StatusCode::OK),
    ] {
        assert_eq!(stage.get(path).await.status, status, "{path}");
    }
    stage.store.hide_article(id).await.unwrap();
    for place in ["timegate", "timemap/link", "timemap/json", "memento/20160909174400"] {
        let answer = stage.get(&format!("/{place}/{URL}")).await;
        assert_eq!(answer.status, StatusCode::GONE, "{place}");
        assert!(!answer.headers.contains_key(header::LINK));
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_others_saw_stands_between_what_stet_saw_and_says_who_saw_it(pool: PgPool) {
    let stage = Stage::new(pool);
    let id = seen_twice(&stage).await;
    let (article, mut history) = (address(URL), None);
    for (at, seen) in [(-60, text("Older", &["It will be."])), (-30, text("Old", &["It was."]))] {
        let observation = NewObservation {
            observer: "archive.example",
            address: &article,
            place: "https://archive.example/web/1",
            text: &seen,
            reading: Reading { extractor: 1, rules: 0 },
            snapshot: NewSnapshot {
                fetched_at: minute(at),
                address: &article,
                redirects: &[],
                status: 200,
                headers: &[],
                body: b"<html>",
            },
        };
        let Observed::Noted { history: noted, .. } =
            stage.store.observe(observation, minute(0)).await.unwrap()
        else {
            panic!()
        };
        history = Some(noted);
    }
    let history = history.unwrap();
    let comparison = compare(&text("Older", &["It will be."]), &text("Old", &["It was."]));
    let difference = Difference { stats: comparison.stats, kinds: comparison.kinds };
    let passages = stage.store.observed_passages(history).await.unwrap();
    let differences: BTreeMap<_, _> =
        passages.into_iter().map(|pair| (pair, difference.clone())).collect();
    assert!(stage.store.weave(history, &differences).await.unwrap());

    let page = stage.page(&format!("/articles/{id}")).await;
    says(&page, "What others saw");
    says(&page, "Version 1 of archive.example");
    says(&page, "the same as Version 0");
    says(&page, "Changes observed by archive.example");
    let order = ["Version 0 of archive.example", "Version 1 of archive.example"];
    let (_, table) = page.split_once("id=\"observed\"").unwrap();
    let places: Vec<_> = order.iter().map(|words| table.find(words).unwrap()).collect();
    let own = table.find(">Version 0<").unwrap();
    assert!(places[0] < places[1] && places[1] < own, "{places:?} {own}");
    let front = stage.page("/").await;
    assert!(!front.contains(&format!("/articles/{history}/")), "in no list");

    let version = stage.page(&format!("/articles/{history}/versions/0")).await;
    says(&version, "observed by archive.example");
    let diff = stage.page(&format!("/articles/{history}/diff/0/1")).await;
    says(&diff, "observed by archive.example");
    let moved = stage.get(&format!("/articles/{history}")).await;
    assert_eq!(moved.header(header::LOCATION), format!("/articles/{id}"));
    let memento = stage.get(&format!("/memento/20160909164400/{URL}")).await;
    assert_eq!(memento.status, StatusCode::OK);
}
