//! Adding, hiding and bringing back.

use axum::http::{Method, StatusCode};
use chrono::TimeDelta;
use serde_json::json;
use sqlx::PgPool;
use stet_core::{ArticleText, CheckOutcome, FeedKind};
use stet_store::audit::{Action, EntryFilter};
use stet_store::{Finding, FoundArticle, Standing};

use super::{ask, json, make_token, problem, read, stage};
use crate::support::{Stage, address};

/// Proposes an address and returns where the proposal is.
async fn propose(stage: &Stage, token: &str, url: &str) -> String {
    let body = json!({ "url": url }).to_string();
    let answer = ask(stage, Method::POST, "/api/v1/proposals", token, &body).await;
    assert_eq!(answer.status, StatusCode::ACCEPTED, "{}", answer.body);
    let proposal = json(&answer);
    assert_eq!((&proposal["state"], &proposal["url"]), (&json!("waiting"), &json!(url)));
    let place = answer.header("location").to_owned();
    assert_eq!(place, format!("/api/v1/proposals/{}", proposal["id"].as_str().unwrap()));
    place
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn an_article_is_proposed_found_and_confirmed(pool: PgPool) {
    let stage = Stage::new(pool);
    let token = make_token(&stage, &stage.log_in().await, "import").await;
    let place = propose(&stage, &token, "https://news.example.com/new").await;
    let confirmation = format!("{place}/confirmation");
    let early = ask(&stage, Method::POST, &confirmation, &token, "").await;
    assert_eq!(early.status, StatusCode::CONFLICT);
    problem(&early);
    assert_eq!(
        read(&stage, "/api/v1/articles").await["items"],
        json!([]),
        "nothing is watched yet"
    );

    let found = ArticleText::new("New bridge", ["It opened."]);
    stage.answer_proposals(Ok(&Finding::Article(Box::new(found)))).await;
    let proposal = json(&ask(&stage, Method::GET, &place, &token, "").await);
    assert_eq!(proposal["state"], "found");
    assert_eq!(proposal["article"]["paragraphs"], json!(["It opened."]));
    for _ in 0..2 {
        let confirmed = ask(&stage, Method::POST, &confirmation, &token, "").await;
        assert_eq!(confirmed.status, StatusCode::OK);
        assert_eq!(json(&confirmed), json!({ "article": 1, "feed": null }));
    }
    let article = read(&stage, "/api/v1/articles/1").await;
    assert_eq!(article["url"], "https://news.example.com/new");
    let log = stage.store.audit(&EntryFilter::default(), None, 9).await.unwrap();
    assert_eq!(log.len(), 2, "the token, and one article");
    assert_eq!(log[0].action, Action::AddArticle);
    assert!(log[0].actor.ends_with("by token “import”"), "{}", log[0].actor);
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn what_waits_for_a_host_that_rests_says_until_when(pool: PgPool) {
    let stage = Stage::new(pool);
    stage.watch("https://news.example.com/7").await;
    let token = make_token(&stage, &stage.log_in().await, "import").await;
    let place = propose(&stage, &token, "https://news.example.com/new").await;
    let proposal = json(&ask(&stage, Method::GET, &place, &token, "").await);
    assert_eq!(proposal["host_rests_until"], json!(null));
    stage.rest("https://news.example.com/", TimeDelta::days(2)).await;
    let proposal = json(&ask(&stage, Method::GET, &place, &token, "").await);
    let rest = stage.store.host_rest(&address("https://news.example.com/new")).await.unwrap();
    assert_eq!(proposal["host_rests_until"], json!(rest.unwrap().until));
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn a_feed_is_added_and_what_is_neither_is_refused(pool: PgPool) {
    let stage = Stage::new(pool);
    let token = make_token(&stage, &stage.log_in().await, "import").await;
    let feed = propose(&stage, &token, "https://news.example.com/feed").await;
    let articles =
        vec![FoundArticle { address: address("https://news.example.com/1"), title: None }];
    let finding = Finding::Feed {
        kind: FeedKind::Feed,
        title: Some("News".to_owned()),
        articles,
        children: Vec::new(),
    };
    stage.answer_proposals(Ok(&finding)).await;
    let proposal = json(&ask(&stage, Method::GET, &feed, &token, "").await);
    assert_eq!(
        proposal["feed"],
        json!({ "kind": "feed", "title": "News", "articles": 1, "sitemaps": 0 })
    );
    let confirmed = ask(&stage, Method::POST, &format!("{feed}/confirmation"), &token, "").await;
    assert_eq!(json(&confirmed), json!({ "article": null, "feed": 1 }));

    let neither = propose(&stage, &token, "https://news.example.com/file").await;
    stage.answer_proposals(Err((CheckOutcome::NotAPage, "this is a PDF document"))).await;
    let proposal = json(&ask(&stage, Method::GET, &neither, &token, "").await);
    assert_eq!(
        proposal["refusal"],
        json!({ "outcome": "not-a-page", "detail": "this is a PDF document" })
    );
    let refused = ask(&stage, Method::POST, &format!("{neither}/confirmation"), &token, "").await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn what_the_form_refuses_is_refused_here(pool: PgPool) {
    let stage = Stage::new(pool);
    let token = make_token(&stage, &stage.log_in().await, "import").await;
    for body in [
        json!({ "url": "ftp://news.example.com/" }),
        json!({ "url": "https://news.example.com/", "selector": "a", "pattern": "/news/*" }),
        json!({ "url": "https://news.example.com/", "selector": "a[" }),
    ] {
        let answer =
            ask(&stage, Method::POST, "/api/v1/proposals", &token, &body.to_string()).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{body}");
        assert_eq!(problem(&answer)["parameter"], "url", "{body}");
    }
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn an_article_is_hidden_and_brought_back_with_a_reason(pool: PgPool) {
    let stage = stage(pool).await;
    let token = make_token(&stage, &stage.log_in().await, "import").await;
    let set = async |id: u32, body: &str| {
        ask(&stage, Method::PUT, &format!("/api/v1/articles/{id}/visibility"), &token, body).await
    };
    let hidden = r#"{"visibility":"hidden","reason":"a court"}"#;
    let shown = r#"{"visibility":"shown","reason":"settled"}"#;
    for _ in 0..2 {
        let answer = set(1, hidden).await;
        assert_eq!(json(&answer), json!({ "article": 1, "visibility": "hidden" }));
    }
    assert_eq!(stage.get("/api/v1/articles/1").await.status, StatusCode::GONE);
    assert_eq!(set(1, shown).await.status, StatusCode::OK);
    assert_eq!(stage.get("/api/v1/articles/1").await.status, StatusCode::OK);
    assert_eq!(set(99, hidden).await.status, StatusCode::NOT_FOUND);

    let log = stage.store.audit(&EntryFilter::default(), None, 9).await.unwrap();
    let done: Vec<_> = log.iter().map(|line| (line.action, &*line.reason)).collect();
    assert_eq!(
        done,
        [
            (Action::BringBackArticle, "settled"),
            (Action::HideArticle, "a court"),
            (Action::MakeToken, ""),
        ],
        "what stood so already is not done again"
    );
    let id = 1.try_into().unwrap();
    let deed = stet_store::audit::Deed {
        actor: &stet_store::audit::Actor::Operator,
        reason: "x",
        at: crate::support::minute(0),
    };
    stage.store.delete_for_good(id, deed).await.unwrap();
    assert_eq!(stage.store.standing(id).await.unwrap(), Some(Standing::Deleted));
    assert_eq!(set(1, shown).await.status, StatusCode::GONE);
}
