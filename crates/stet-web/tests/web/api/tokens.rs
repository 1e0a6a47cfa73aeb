//! Tokens: made, used, revoked, wrong; and no cookie in their place.

use axum::http::{Method, StatusCode};
use sqlx::PgPool;
use stet_store::audit::{Action, EntryFilter};

use super::{ask, make_token, problem, stage};
use crate::support::{Stage, request, says};

const HIDE: &str = "/api/v1/articles/1/visibility";
const HIDDEN: &str = r#"{"visibility":"hidden","reason":"a court"}"#;
const SHOWN: &str = r#"{"visibility":"shown","reason":"settled"}"#;

async fn log(stage: &Stage) -> Vec<(String, Action, String)> {
    let log = stage.store.audit(&EntryFilter::default(), None, 50).await.unwrap();
    log.into_iter().map(|line| (line.actor, line.action, line.subject)).collect()
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn a_token_is_shown_once_listed_with_its_last_use_and_revoked(pool: PgPool) {
    let stage = stage(pool).await;
    let cookie = stage.log_in().await;
    let token = make_token(&stage, &cookie, "import").await;
    let page = async || stage.get_with("/account/tokens", &[("cookie", &cookie)]).await;
    assert!(!page().await.body.contains(&token), "it is shown once");
    says(&page().await.body, "import an editor without a name 9 Sept 2016, 17:44 UTC never");
    stage.set_seconds(3_600);
    assert_eq!(ask(&stage, Method::PUT, HIDE, &token, HIDDEN).await.status, StatusCode::OK);
    says(&page().await.body, "9 Sept 2016, 17:44 UTC 9 Sept 2016, 18:44 UTC");

    let form_token = stage.form_token(&cookie).await;
    for (name, error) in [
        ("Import", "There is a token of this name already."),
        ("", "A name has between 1 and 80 characters."),
    ] {
        let form = format!("action=make&name={name}&form_token={form_token}");
        let answer = stage.post("/account/tokens", &cookie, &form).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        says(&answer.body, error);
    }
    let id = stage.store.api_tokens().await.unwrap()[0].id.get();
    let form = format!("action=revoke&id={id}&form_token={form_token}");
    let revoked = stage.post("/account/tokens", &cookie, &form).await;
    assert_eq!(revoked.status, StatusCode::SEE_OTHER);
    says(&page().await.body, "There is no token yet.");
    let answer = ask(&stage, Method::PUT, HIDE, &token, SHOWN).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);

    let editor = "editor (without a name)".to_owned();
    let by_token = format!("{editor}, by token “import”");
    assert_eq!(
        log(&stage).await,
        [
            (editor.clone(), Action::RevokeToken, "import".to_owned()),
            (by_token, Action::HideArticle, "1".to_owned()),
            (editor, Action::MakeToken, "import".to_owned()),
        ]
    );
    let told = stage.get_with("/audit", &[("cookie", &cookie)]).await.body;
    says(&told, "API token revoked");
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn without_a_token_that_works_every_answer_is_the_same(pool: PgPool) {
    let stage = stage(pool).await;
    let digits = "0".repeat(64);
    let mut told = Vec::new();
    for sent in [
        "",
        "Bearer",
        "Bearer stet_short",
        &format!("Bearer {digits}"),
        &format!("Bearer stet_{digits}"),
        &format!("Basic stet_{digits}"),
    ] {
        let headers = [("authorization", sent), ("content-type", "application/json")];
        let answer = stage.send(request(Method::PUT, HIDE, &headers, HIDDEN)).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{sent}");
        assert_eq!(answer.header("www-authenticate"), "Bearer realm=\"Stet\"", "{sent}");
        told.push(problem(&answer)["detail"].clone());
    }
    told.dedup();
    assert_eq!(told.len(), 1, "{told:?}");
    let of_nothing = ask(&stage, Method::PUT, "/api/v1/articles/99/visibility", "x", "{").await;
    assert_eq!(of_nothing.status, StatusCode::UNAUTHORIZED, "who asks comes before what is asked");
    assert_eq!(log(&stage).await, []);
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn who_tries_many_tokens_has_to_wait_and_who_has_one_has_not(pool: PgPool) {
    let stage = stage(pool).await;
    let token = make_token(&stage, &stage.log_in().await, "import").await;
    let wrong = format!("stet_{}", "0".repeat(64));
    let mut last = ask(&stage, Method::PUT, HIDE, &wrong, HIDDEN).await;
    for _ in 0..10 {
        last = ask(&stage, Method::PUT, HIDE, &wrong, HIDDEN).await;
    }
    assert_eq!(last.status, StatusCode::TOO_MANY_REQUESTS);
    problem(&last);
    assert!(last.header("retry-after").parse::<u32>().unwrap() > 0);
    assert_eq!(ask(&stage, Method::PUT, HIDE, &token, HIDDEN).await.status, StatusCode::OK);
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn a_session_is_no_token_nor_is_one_in_the_address(pool: PgPool) {
    let stage = stage(pool).await;
    let cookie = stage.log_in().await;
    let token = make_token(&stage, &cookie, "import").await;
    let headers = [
        ("cookie", &*cookie),
        ("content-type", "application/json"),
        ("sec-fetch-site", "same-origin"),
    ];
    for path in [HIDE, &format!("{HIDE}?token={token}"), &format!("{HIDE}?access_token={token}")] {
        let answer = stage.send(request(Method::PUT, path, &headers, HIDDEN)).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{path}");
    }
    let proposal = stage.get_with(&format!("/api/v1/proposals/{}", "0".repeat(32)), &headers).await;
    assert_eq!(proposal.status, StatusCode::UNAUTHORIZED);
    let read = stage.get_with("/api/v1/articles/1", &headers).await;
    assert_eq!(read.body, stage.get("/api/v1/articles/1").await.body, "readers are all alike");
    assert_eq!(read.header("set-cookie"), "");
}
