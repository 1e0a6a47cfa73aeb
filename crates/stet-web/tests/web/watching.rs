use axum::http::{Method, StatusCode, header};
use sqlx::PgPool;
use stet_core::{CheckOutcome, FeedKind};
use stet_store::{Finding, FoundArticle, Visible};
use stet_web::Submissions;

use crate::support::{Stage, address, attribute, minute, request, says, text};

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

/// Proposes an address as an editor does; returns where the site leads.
async fn proposed(stage: &Stage, cookie: &str, token: &str) -> String {
    let form = format!("form_token={token}&address=https%3A%2F%2Fnews.example.com%2F1");
    let answer = stage.post("/watch", cookie, &form).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    answer.header(header::LOCATION).to_owned()
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn an_article_is_looked_at_shown_and_confirmed(pool: PgPool) {
    let stage = Stage::new(pool);
    let cookie = stage.log_in().await;
    let token = stage.form_token(&cookie).await;
    let here = proposed(&stage, &cookie, &token).await;
    let asked = [("cookie", cookie.as_str())];

    let looking = stage.get_with(&here, &asked).await;
    says(&looking.body, "Looking at the page");
    assert_eq!(looking.header(header::REFRESH), "1");

    let mut found = text("Mayor resigns", &["The mayor lied.", "She will go on."]);
    found.byline = Some("By A. Author".into());
    found.published = Some(minute(0));
    found.language = Some("en".into());
    stage.answer_proposals(Ok(&Finding::Article(Box::new(found)))).await;
    let preview = stage.get_with(&here, &asked).await;
    assert_eq!(preview.header(header::REFRESH), "");
    says(&preview.body, "Title Mayor resigns Byline By A. Author Date 9 Sept 2016, 17:44 UTC");
    says(&preview.body, "Language en Length 7 words The mayor lied. She will go on.");
    assert_eq!(stage.store.totals().await.unwrap().articles, 0, "nothing is watched yet");

    let answer = stage.post(&here, &cookie, &format!("form_token={token}")).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_eq!(answer.header(header::LOCATION), "/articles/1");
    let added = stage.store.article(1.try_into().unwrap()).await.unwrap();
    let Visible::Shown(article) = added else { panic!("{added:?}") };
    assert_eq!(article.address.as_str(), "https://news.example.com/1");
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn a_feed_is_shown_with_its_articles_and_confirmed(pool: PgPool) {
    let stage = Stage::new(pool);
    let cookie = stage.log_in().await;
    let token = stage.form_token(&cookie).await;
    let here = proposed(&stage, &cookie, &token).await;
    let articles = vec![FoundArticle {
        address: address("https://news.example.com/one"),
        title: Some("One".into()),
    }];
    let feed = Finding::Feed {
        kind: FeedKind::Feed,
        title: Some("Top stories".into()),
        articles,
        children: Vec::new(),
    };
    stage.answer_proposals(Ok(&feed)).await;
    let preview = stage.get_with(&here, &[("cookie", &cookie)]).await.body;
    says(&preview, "Top stories, with 1 article. They will be watched");
    says(&preview, "One");
    let answer = stage.post(&here, &cookie, &format!("form_token={token}")).await;
    assert_eq!(answer.header(header::LOCATION), "/sources#feed-1");
    says(&stage.page("/sources").await, "Top stories https://news.example.com/1");
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn what_is_wrong_with_an_address_stands_beside_it(pool: PgPool) {
    let stage = Stage::new(pool);
    let cookie = stage.log_in().await;
    let token = stage.form_token(&cookie).await;
    for (sent, message) in [
        ("", "there is no address"),
        ("hello", "this is not an address"),
        ("ftp%3A%2F%2Fa.example%2F", "this address begins with 'ftp:'; only http and https"),
        ("http%3A%2F%2Fme%3Apw%40a.example", "contains a user name or password"),
    ] {
        let form = format!("form_token={token}&address={sent}");
        let answer = stage.post("/watch", &cookie, &form).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        says(&answer.body, message);
        let kept = attribute(&answer.body, "input[name=address]", "value").unwrap();
        let typed = url::form_urlencoded::parse(format!("a={sent}").as_bytes())
            .next()
            .map(|(_, value)| value.into_owned());
        assert_eq!(Some(kept), typed);
    }

    let here = proposed(&stage, &cookie, &token).await;
    stage.answer_proposals(Err((CheckOutcome::NotAPage, "this is a PDF document"))).await;
    let refused = stage.get_with(&here, &[("cookie", &cookie)]).await.body;
    says(&refused, "This address cannot be watched");
    says(&refused, "this is a PDF document");
    let kept = attribute(&refused, "input[name=address]", "value");
    assert_eq!(kept.as_deref(), Some("https://news.example.com/1"));
    let confirmed = stage.post(&here, &cookie, &format!("form_token={token}")).await;
    assert_eq!(confirmed.header(header::LOCATION), here, "there is nothing to confirm");
    assert_eq!(stage.store.totals().await.unwrap().articles, 0);
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn the_address_that_will_be_watched_is_shown_and_the_typed_one_is_found_too(pool: PgPool) {
    let stage = Stage::new(pool);
    let cookie = stage.log_in().await;
    let token = stage.form_token(&cookie).await;
    let here = proposed(&stage, &cookie, &token).await;
    let mut found = text("Mayor resigns", &["The mayor lied."]);
    found.canonical = Some(address("https://www.example.com/1"));
    stage.answer_proposals(Ok(&Finding::Article(Box::new(found)))).await;
    let preview = stage.get_with(&here, &[("cookie", &cookie)]).await.body;
    says(&preview, "It will be watched there, and found by both: https://www.example.com/1");
    stage.post(&here, &cookie, &format!("form_token={token}")).await;
    for typed in ["news.example.com/1", "www.example.com/1"] {
        let answer = stage.get(&format!("/articles/lookup?url={typed}")).await;
        assert_eq!(answer.header(header::LOCATION), "/articles/1", "{typed}");
    }
    says(&stage.page("/articles/1").await, "led here when it was asked for");
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn what_is_watched_already_is_linked_to_instead_of_asked_about(pool: PgPool) {
    let stage = Stage::new(pool);
    let id = stage.article("https://news.example.com/1", &[text("Mayor <b>", &["He lied."])]).await;
    let cookie = stage.log_in().await;
    let token = stage.form_token(&cookie).await;
    let asked = [("cookie", cookie.as_str())];
    let here = proposed(&stage, &cookie, &token).await;
    let page = stage.get_with(&here, &asked).await;
    says(&page.body, "Already watched");
    says(&page.body, "Stet watches what stands at this address already: Mayor <b>");
    assert_eq!(attribute(&page.body, "main .notice a", "href").as_deref(), Some("/articles/1"));
    assert_eq!(page.header(header::REFRESH), "");

    stage.fall_dormant(id, 90).await;
    says(&stage.get_with(&here, &asked).await.body, "Looking at the page");
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn a_rest_is_told_of_wherever_somebody_would_wait_for_its_host(pool: PgPool) {
    let stage = Stage::new(pool);
    stage.watch("https://news.example.com/7").await;
    let cookie = stage.log_in().await;
    let token = stage.form_token(&cookie).await;
    let here = proposed(&stage, &cookie, &token).await;
    stage.rest("https://news.example.com/", chrono::TimeDelta::days(2)).await;

    let waiting = stage.get_with(&here, &[("cookie", &cookie)]).await;
    says(&waiting.body, "news.example.com asked to be left alone until");
    assert_eq!(waiting.header(header::REFRESH), "5");
    let source = stage.page("/sources/examplecom").await;
    says(&source, "news.example.com asked to be left alone: it is not visited before");
    let until = attribute(&source, ".notice time", "datetime").unwrap();
    let article = stage.page("/articles/1").await;
    says(&article, "news.example.com asked to be left alone: nothing there is visited before");
    assert_eq!(attribute(&article, ".notice time", "datetime"), Some(until.clone()));
    let next = "The next check for changes will be";
    assert!(article.contains(&format!("{next} <time datetime=\"{until}\">")), "{article}");
    assert!(!article.contains("The first check is due now"));

    stage.store.wake_hosts("examplecom").await.unwrap();
    says(&stage.page("/articles/1").await, "The first check is due now");
    assert!(!stage.page("/sources/examplecom").await.contains("left alone"));
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn where_no_poller_runs_the_form_says_so(pool: PgPool) {
    let stage = Stage::new(pool);
    let cookie = stage.log_in().await;
    let token = stage.form_token(&cookie).await;
    let here = proposed(&stage, &cookie, &token).await;
    stage.set_seconds(61);
    let page = stage.get_with(&here, &[("cookie", &cookie)]).await;
    says(&page.body, "no poller may be running");
    assert_eq!(page.header(header::REFRESH), "5");
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn only_editors_add_unless_everyone_may(pool: PgPool) {
    let stage = Stage::new(pool.clone());
    let page = stage.page("/watch?address=https%3A%2F%2Fnews.example.com%2F1").await;
    says(&page, "Only editors of this site can add articles and feeds.");
    let login = attribute(&page, "main a.button", "href").unwrap();
    assert_eq!(
        login,
        "/login?next=%2Fwatch%3Faddress%3Dhttps%253A%252F%252Fnews.example.com%252F1"
    );
    let sent = stage.post("/watch", "", "address=https%3A%2F%2Fnews.example.com%2F1").await;
    assert_eq!(sent.status, StatusCode::FORBIDDEN);
    says(&sent.body, "Only editors of this site can do this");
    let id = stage.store.propose(&address("https://a.example/"), minute(0)).await.unwrap();
    let path = format!("/watch/{id}");
    assert_eq!(stage.get(&path).await.status, StatusCode::FORBIDDEN);
    assert_eq!(stage.post(&path, "", "").await.status, StatusCode::FORBIDDEN);

    let open = Stage::with(pool, |settings| settings.submissions = Submissions::Open);
    says(&open.page("/watch").await, "Look at it");
    let sent = open.post("/watch", "", "address=https%3A%2F%2Fnews.example.com%2F1").await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER);
    assert_eq!(open.get(sent.header(header::LOCATION)).await.status, StatusCode::OK);
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn open_submissions_are_limited_and_editors_are_not(pool: PgPool) {
    let stage = Stage::with(pool, |settings| settings.submissions = Submissions::Open);
    let form = "address=https%3A%2F%2Fnews.example.com%2F1";
    for _ in 0..20 {
        assert_eq!(stage.post("/watch", "", form).await.status, StatusCode::SEE_OTHER);
    }
    let answer = stage.post("/watch", "", form).await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    says(&answer.body, "it limits how often this can be done. Try again in");
    let cookie = stage.log_in().await;
    let token = stage.form_token(&cookie).await;
    proposed(&stage, &cookie, &token).await;
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn a_form_without_its_sessions_token_does_nothing_and_keeps_what_was_typed(pool: PgPool) {
    let stage = Stage::new(pool);
    let cookie = stage.log_in().await;
    let other = stage.log_in().await;
    let foreign = stage.form_token(&other).await;
    for token in ["", "form_token=&", &format!("form_token={foreign}&"), "form_token=x&"] {
        let form = format!("{token}address=https%3A%2F%2Fnews.example.com%2F1");
        let answer = stage.post("/watch", &cookie, &form).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{token}");
        says(&answer.body, "Please open the form again");
        assert_eq!(
            attribute(&answer.body, "main a.button", "href").as_deref(),
            Some("/watch?address=https%3A%2F%2Fnews.example.com%2F1")
        );
    }
    assert!(stage.store.claim_proposals(9, terms()).await.unwrap().is_empty());
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn a_form_from_another_site_does_nothing(pool: PgPool) {
    let stage = Stage::new(pool);
    let cookie = stage.log_in().await;
    let token = stage.form_token(&cookie).await;
    let form = format!("form_token={token}&address=https%3A%2F%2Fnews.example.com%2F1");
    for foreign in [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("origin", "https://evil.example"),
        ("origin", "null"),
    ] {
        let headers = [FORM, foreign, ("cookie", &cookie)];
        let answer = stage.send(request(Method::POST, "/watch", &headers, &form)).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{foreign:?}");
        says(&answer.body, "This form came from elsewhere");
    }
    for own in [("origin", "http://stet.example"), ("sec-fetch-site", "same-origin")] {
        let headers = [FORM, own, ("cookie", &cookie)];
        let answer = stage.send(request(Method::POST, "/watch", &headers, &form)).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{own:?}");
    }
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn a_form_of_more_than_16_kib_is_refused(pool: PgPool) {
    let stage = Stage::new(pool);
    let cookie = stage.log_in().await;
    let token = stage.form_token(&cookie).await;
    let long = format!("form_token={token}&address={}", "x".repeat(16 * 1024));
    let answer = stage.post("/watch", &cookie, &long).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    says(&answer.body, "A form of this site holds 16 KiB at most.");

    let fits = format!("form_token={token}&address={}", "x".repeat(15 * 1024));
    let answer = stage.post("/watch", &cookie, &fits).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    says(&answer.body, "more than the 2048 that are allowed");
}

fn terms() -> stet_store::claim::ClaimTerms {
    stet_store::claim::ClaimTerms {
        lease: chrono::TimeDelta::minutes(1),
        host_gap: chrono::TimeDelta::zero(),
    }
}
