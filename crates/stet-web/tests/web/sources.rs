//! What editors decide about sources and feeds.

use axum::http::{Method, StatusCode, header};
use serde_json::Value;
use sqlx::PgPool;

use stet_core::{ArticleText, CheckOutcome};
use stet_store::robots::{Claimed, KeptRobots, RobotsFault};

use crate::support::{Stage, TERMS, address, attribute, minute, request, says};

const SETTINGS: &str = "/sources/examplecom/settings";
const RULES: &str = "/sources/examplecom/rules";
const FEED: &str = "/sources/examplecom/feeds/1";

/// A site with a feed, an editor's cookie, and the token of its forms.
async fn stage(pool: PgPool) -> (Stage, String, String) {
    let stage = Stage::new(pool);
    stage.watch("https://news.example.com/1").await;
    let feed = address("https://news.example.com/feed");
    stage.store.add_feed(&feed, Some("<i>Top</i>"), minute(0)).await.unwrap();
    let cookie = stage.log_in().await;
    let token = stage.form_token(&cookie).await;
    (stage, cookie, token)
}

async fn is_paused(stage: &Stage) -> bool {
    let settings = stage.store.source_settings("examplecom").await.unwrap().unwrap();
    settings.paused_at.is_some()
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn no_form_works_without_a_session_a_fresh_token_and_this_origin(pool: PgPool) {
    let (stage, cookie, token) = stage(pool).await;
    let other = stage.log_in().await;
    let stale = stage.form_token(&other).await;
    let foreign = [
        ("content-type", "application/x-www-form-urlencoded"),
        ("sec-fetch-site", "cross-site"),
        ("cookie", &*cookie),
    ];
    for (path, fields) in
        [(SETTINGS, "action=pause"), (RULES, "action=save&drop=p"), (FEED, "action=remove")]
    {
        let good = format!("form_token={token}&{fields}");
        let old = format!("form_token={stale}&{fields}");
        let answers = [
            stage.post(path, "", &good).await,
            stage.post(path, &cookie, &old).await,
            stage.send(request(Method::POST, path, &foreign, &good)).await,
        ];
        for answer in answers {
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}");
        }
        assert_eq!(stage.get(path).await.status, StatusCode::FORBIDDEN, "{path}");
    }
    assert!(!is_paused(&stage).await);
    assert_eq!(stage.store.feeds().await.unwrap().len(), 1);
    let knowledge = stage.store.knowledge("examplecom").await.unwrap().unwrap();
    assert_eq!(knowledge.rules.drop, None);
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn a_paused_source_says_so_until_it_is_resumed(pool: PgPool) {
    let (stage, cookie, token) = stage(pool).await;
    let asked = [("cookie", cookie.as_str())];
    let form = format!("form_token={token}&address=https%3A%2F%2Fnews.example.com%2F2");
    let proposed = stage.post("/watch", &cookie, &form).await;
    let proposal = proposed.header(header::LOCATION).to_owned();
    let texts = ["It is read.", "It was read."].map(|text| ArticleText::new("Read", [text]));
    stage.article("https://news.example.com/3", &texts).await;

    let answer = stage.post(SETTINGS, &cookie, &format!("form_token={token}&action=pause")).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    says(&stage.page("/sources/examplecom").await, "nothing of this source is visited");
    for (page, said) in [
        ("/sources", "Paused since"),
        ("/articles/2", "It is not checked: visits to this source are paused since"),
        ("/articles/2/diff/0/1", "Visits to this source are paused"),
    ] {
        let page = stage.page(page).await;
        says(&page, said);
        assert!(!page.to_lowercase().contains("next"), "no visit is promised: {page}");
    }
    let article: Value = serde_json::from_str(&stage.page("/api/v1/articles/2").await).unwrap();
    assert_eq!(article["next_check_at"], Value::Null);
    says(&stage.post("/watch", &cookie, &form).await.body, "example.com is paused");
    let waiting = stage.get_with(&proposal, &asked).await;
    says(&waiting.body, "Its source is paused");
    assert_eq!(waiting.header(header::REFRESH), "", "waiting would be in vain");

    stage.post(SETTINGS, &cookie, &format!("form_token={token}&action=resume")).await;
    assert!(!is_paused(&stage).await);
    assert!(!stage.page("/sources/examplecom").await.contains("Paused since"));
    says(&stage.get_with(&proposal, &asked).await.body, "Looking at the page");
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn a_source_says_which_robots_txt_could_not_be_read_and_until_when_that_forbids(
    pool: PgPool,
) {
    let (stage, ..) = stage(pool).await;
    let place = address("https://news.example.com/1");
    let lease = stage.store.claim_host(&place, TERMS).await.unwrap().unwrap();
    let fault = RobotsFault {
        outcome: CheckOutcome::RobotsForbidden,
        detail: "the site's robots.txt could not be read: <500>".to_owned(),
    };
    let kept = KeptRobots { answer: Err(fault), expires_at: minute(60), failures: 1 };
    stage.store.keep_robots(&place, Claimed::Host(&lease), &kept).await.unwrap();
    let page = stage.page("/sources/examplecom").await;
    says(&page, "news.example.com: the site's robots.txt could not be read: <500>. It will be");
    says(&page, "asked for again 9 Sept 2016, 18:44 UTC.");
    stage.set_seconds(3_600);
    assert!(!stage.page("/sources/examplecom").await.contains("could not be read"));
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn a_name_is_set_and_stays_text(pool: PgPool) {
    let (stage, cookie, token) = stage(pool).await;
    let form = format!("form_token={token}&action=save&name=%3Cb%3EThe+Times");
    let answer = stage.post(SETTINGS, &cookie, &form).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    let page = stage.page("/sources/examplecom").await;
    says(&page, "<b>The Times");
    assert!(!page.contains("<b>The Times"));

    let form = format!("form_token={token}&action=save&name=&gap=-1&period=1");
    let answer = stage.post(SETTINGS, &cookie, &form).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    says(&answer.body, "The name must have 1 to 100 characters.");
    says(&answer.body, "The gap between two visits, in seconds, must be 0 to 3,600.");
    says(&answer.body, "must be 30 to 1,440.");
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn saving_a_feed_does_not_freeze_what_it_calls_itself(pool: PgPool) {
    let (stage, cookie, token) = stage(pool).await;
    let page = stage.get_with(FEED, &[("cookie", &cookie)]).await.body;
    assert!(!page.contains("<i>Top"), "a title stays text");
    assert_eq!(attribute(&page, "#title", "value").as_deref(), Some(""));
    assert_eq!(attribute(&page, "#title", "placeholder").as_deref(), Some("<i>Top</i>"));
    let form = format!("form_token={token}&action=save&title=&period=20");
    assert_eq!(stage.post(FEED, &cookie, &form).await.status, StatusCode::SEE_OTHER);
    let feed = stage.store.feeds().await.unwrap().remove(0);
    assert_eq!((feed.given_title, feed.title.as_deref()), (None, Some("<i>Top</i>")));

    let form = format!("form_token={token}&action=save&title=Abroad");
    stage.post(FEED, &cookie, &form).await;
    let page = stage.get_with(FEED, &[("cookie", &cookie)]).await.body;
    assert_eq!(attribute(&page, "#title", "value").as_deref(), Some("Abroad"));
}
