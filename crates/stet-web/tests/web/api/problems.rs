//! What goes wrong, and what surrounds every operation.

use axum::http::{Method, StatusCode};
use serde_json::Value;
use sqlx::PgPool;

use super::{ask, make_token, problem, read, stage};
use crate::support::{Stage, request};

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn every_failure_is_a_problem(pool: PgPool) {
    let stage = stage(pool).await;
    for (method, path, status) in [
        (Method::GET, "/api", 404),
        (Method::GET, "/api/v1/nowhere", 404),
        (Method::POST, "/api/v1/nowhere", 404),
        (Method::GET, "/api/v1/articles/99", 404),
        (Method::GET, "/api/v1/articles/seven", 404),
        (Method::GET, "/api/v1/articles/1/comparisons/0/9", 404),
        (Method::GET, "/api/v1/sources/a%00b", 404),
        (Method::GET, "/api/v1/proposals/x", 401),
        (Method::DELETE, "/api/v1/articles/1", 405),
        (Method::POST, "/api/v1/changes", 405),
        (Method::GET, "/api/v1/search?q=%22%22", 422),
    ] {
        let answer = stage.send(request(method.clone(), path, &[], "")).await;
        assert_eq!(answer.status, status, "{method} {path}: {}", answer.body);
        let told = problem(&answer);
        assert_eq!(told["type"], "about:blank", "{method} {path}");
        assert_ne!(told["detail"], "", "{method} {path}");
        assert_eq!(answer.header("allow").is_empty(), status != 405, "{method} {path}");
    }
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn a_wrong_parameter_is_named(pool: PgPool) {
    let stage = stage(pool).await;
    let names = async |path: &str, status: StatusCode, name: &str| {
        let answer = stage.get(&format!("/api/v1/{path}")).await;
        assert_eq!(answer.status, status, "{path}");
        assert_eq!(problem(&answer)["parameter"], name, "{path}");
    };
    for (path, name) in [
        ("changes?limit=0", "limit"),
        ("changes?kind=headline", "kind"),
        ("changes?kinds=spin", "kinds"),
        ("changes?since=tomorrow", "since"),
        ("changes?min_words=-1", "min_words"),
        ("changes?before=1-2", "before"),
        ("changes?source=", "source"),
        ("articles?state=hidden", "state"),
        ("articles/1/versions?before=x", "before"),
        ("articles/lookup", "url"),
        ("search?q=a&text=never", "text"),
        ("search", "q"),
    ] {
        names(path, StatusCode::BAD_REQUEST, name).await;
    }
    // What is well-formed, but names nothing that there could be.
    for (path, name) in [
        ("changes?source=nobody", "source"),
        ("articles?source=nobody", "source"),
        ("articles/lookup?url=not-an-address", "url"),
        ("search?q=mayor+source:nobody", "q"),
    ] {
        names(path, StatusCode::UNPROCESSABLE_ENTITY, name).await;
    }
    let said = async |path: &str| stage.get(&format!("/api/v1/{path}")).await.body;
    assert!(said("articles?state=hidden").await.contains("watched, dormant, removed"));
    assert!(said("changes?since=x").await.contains("a day like 2016-09-01"));
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn a_body_that_is_not_understood_is_refused_with_its_reason(pool: PgPool) {
    let stage = stage(pool).await;
    let token = make_token(&stage, &stage.log_in().await, "test").await;
    let put = async |body: &str| {
        ask(&stage, Method::PUT, "/api/v1/articles/1/visibility", &token, body).await
    };
    for (body, status, name) in [
        ("", 400, Value::Null),
        ("{", 400, Value::Null),
        (r#"{"visibility":"hidden","reason":"x"} x"#, 400, Value::Null),
        (r#"{"visibility":"gone","reason":"x"}"#, 422, "visibility".into()),
        (r#"{"visibility":"hidden"}"#, 422, "reason".into()),
        (r#"{"visibility":"hidden","reason":"  "}"#, 422, "reason".into()),
        (r#"{"visibility":"hidden","reason":7}"#, 422, "reason".into()),
        (r#"{"visibility":"hidden","reason":"x","x":1}"#, 422, "x".into()),
        (&format!(r#"{{"visibility":"{}"}}"#, "x".repeat(20_000)), 413, Value::Null),
    ] {
        let answer = put(body).await;
        assert_eq!(answer.status, status, "{body:.60}: {}", answer.body);
        assert_eq!(problem(&answer)["parameter"], name, "{body:.60}");
    }
    let bearer = format!("Bearer {token}");
    for kind in ["text/plain", "application/x-www-form-urlencoded"] {
        let headers = [("authorization", &*bearer), ("content-type", kind)];
        let path = "/api/v1/articles/1/visibility";
        let answer = stage.send(request(Method::PUT, path, &headers, "{}")).await;
        assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
        problem(&answer);
    }
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn a_broken_database_is_told_without_its_words(pool: PgPool) {
    let stage = stage(pool.clone()).await;
    sqlx::query("drop table passage cascade").execute(&pool).await.unwrap();
    let answer = stage.get("/api/v1/search?q=mayor").await;
    assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
    problem(&answer);
    assert!(!answer.body.contains("passage"), "{}", answer.body);
    pool.close().await;
    let answer = stage.get("/api/v1/changes").await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    problem(&answer);
    assert_eq!(answer.header("retry-after"), "5");
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn pages_of_other_sites_may_read_and_nothing_else(pool: PgPool) {
    let stage = stage(pool).await;
    for path in ["/api/v1/changes", "/api/v1/nowhere"] {
        let answer = stage.get_with(path, &[("origin", "https://other.example")]).await;
        assert_eq!(answer.header("access-control-allow-origin"), "*", "{path}");
        assert_eq!(answer.header("access-control-allow-credentials"), "", "{path}");
        let exposed = answer.header("access-control-expose-headers");
        assert!(exposed.contains("etag") && exposed.contains("link"), "{exposed}");
    }
    let asked = [
        ("origin", "https://other.example"),
        ("access-control-request-method", "PUT"),
        ("access-control-request-headers", "authorization"),
    ];
    let path = "/api/v1/articles/1/visibility";
    let answer = stage.send(request(Method::OPTIONS, path, &asked, "")).await;
    assert_eq!(answer.header("access-control-allow-methods"), "GET,HEAD,OPTIONS");
    assert_eq!(answer.header("access-control-allow-headers"), "if-none-match");
    let page = stage.get_with("/", &[("origin", "https://other.example")]).await;
    assert_eq!(page.header("access-control-allow-origin"), "");
}

/// The operations, as the router has them: a new one stands here, and in the document.
const OPERATIONS: [(&str, &str, bool); 16] = [
    ("get", "/api/openapi.json", false),
    ("get", "/api/v1/articles", false),
    ("get", "/api/v1/articles/lookup", false),
    ("get", "/api/v1/articles/{id}", false),
    ("get", "/api/v1/articles/{id}/changes", false),
    ("get", "/api/v1/articles/{id}/comparisons/{from}/{to}", false),
    ("get", "/api/v1/articles/{id}/versions", false),
    ("get", "/api/v1/articles/{id}/versions/{number}", false),
    ("put", "/api/v1/articles/{id}/visibility", true),
    ("get", "/api/v1/changes", false),
    ("post", "/api/v1/proposals", true),
    ("get", "/api/v1/proposals/{id}", true),
    ("post", "/api/v1/proposals/{id}/confirmation", true),
    ("get", "/api/v1/search", false),
    ("get", "/api/v1/sources", false),
    ("get", "/api/v1/sources/{slug}", false),
];

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn the_document_names_every_route_with_its_answers_and_its_guard(pool: PgPool) {
    let stage = Stage::new(pool);
    let document = read(&stage, "/api/openapi.json").await;
    assert_eq!(document["openapi"], "3.1.0");
    let mut described: Vec<(String, String, bool)> = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let is_guarded = operation["security"].is_array();
            described.push((method.clone(), path.clone(), is_guarded));
            let responses = operation["responses"].as_object().unwrap();
            assert!(responses.contains_key("500"), "{method} {path}");
            assert_eq!(responses.contains_key("401"), is_guarded, "{method} {path}");
            for (status, response) in responses.iter().filter(|(status, _)| &***status >= "400") {
                let schema = &response["content"]["application/problem+json"]["schema"]["$ref"];
                assert_eq!(schema, "#/components/schemas/Problem", "{method} {path} {status}");
            }
        }
    }
    described.sort_by(|one, next| one.1.cmp(&next.1));
    let listed: Vec<_> =
        OPERATIONS.map(|(method, path, guard)| (method.to_owned(), path.to_owned(), guard)).into();
    assert_eq!(described, listed);
    // Every route of the router has a handler that is described: there is no other way in.
    let router = include_str!("../../../src/api/routes.rs");
    assert_eq!(router.matches(".routes(routes!(").count(), OPERATIONS.len());
    assert_eq!(router.matches(".route(").count(), 0);
    for reference in document.to_string().split("\"#/components/schemas/").skip(1) {
        let name = reference.split('"').next().unwrap();
        assert!(document["components"]["schemas"][name].is_object(), "{name}");
    }
}
