//! The JSON API, asked as programs ask.

mod problems;
mod reading;
mod tokens;
mod writing;

use axum::http::{Method, StatusCode};
use serde_json::Value;
use sqlx::PgPool;

use crate::support::{Answer, Stage, attribute, request, text};

/// Where the article is found that these tests are about.
const ARTICLE: &str = "https://news.example.com/mayor";

/// A site with an article of three versions, and another of one.
async fn stage(pool: PgPool) -> Stage {
    let stage = Stage::new(pool);
    let texts = [
        text("Mayor resigns", &["The mayor lied.", "She left on Monday."]),
        text("Mayor resigns", &["The mayor erred.", "She left on Monday."]),
        text("Mayor goes", &["The mayor erred.", "She left on Monday."]),
    ];
    stage.article(ARTICLE, &texts).await;
    stage.article("https://other.example.org/1", &[text("Harvest", &["Rain fell."])]).await;
    stage
}

/// What is answered as JSON.
fn json(answer: &Answer) -> Value {
    serde_json::from_str(&answer.body).unwrap_or_else(|error| panic!("{error}: {answer:?}"))
}

/// What must be there.
async fn read(stage: &Stage, path: &str) -> Value {
    let answer = stage.get(path).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.body);
    assert_eq!(answer.header("content-type"), "application/json", "{path}");
    json(&answer)
}

/// The problem that is answered, after what all problems have in common was looked at.
fn problem(answer: &Answer) -> Value {
    assert_eq!(answer.header("content-type"), "application/problem+json", "{answer:?}");
    let problem = json(answer);
    assert_eq!(problem["status"], answer.status.as_u16());
    assert_eq!(problem["request"], answer.header("x-request-id"));
    problem
}

/// Makes a token by the page, and returns it.
async fn make_token(stage: &Stage, cookie: &str, name: &str) -> String {
    let form_token = stage.form_token(cookie).await;
    let form = format!("action=make&name={name}&form_token={form_token}");
    let page = stage.post("/account/tokens", cookie, &form).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    let start = page.body.find("stet_").expect("a token is shown");
    page.body[start..start + 69].to_owned()
}

/// Asks with a token.
async fn ask(stage: &Stage, method: Method, path: &str, token: &str, body: &str) -> Answer {
    let bearer = format!("Bearer {token}");
    let headers = [("authorization", &*bearer), ("content-type", "application/json")];
    stage.send(request(method, path, &headers, body)).await
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn help_and_account_lead_to_the_description_and_the_tokens(pool: PgPool) {
    let stage = Stage::new(pool);
    let help = stage.page("/help").await;
    let link = attribute(&help, "a[href='/api/openapi.json']", "href");
    assert!(link.is_some());
    let cookie = stage.log_in().await;
    let account = stage.get_with("/account", &[("cookie", &cookie)]).await;
    assert!(attribute(&account.body, "a[href='/account/tokens']", "href").is_some());
}
