//! Every route, held against a list: a new one must say who may use it and what guards it.

use axum::http::{Method, StatusCode, header};
use sqlx::PgPool;

use crate::support::{Stage, attribute, request, text};

/// Who may use a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Who {
    Anyone,
    /// Editors; anyone where submissions are open.
    Editors,
}

/// What keeps other sites from using it with a reader's browser.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Guard {
    /// It changes nothing.
    Safe,
    /// The origin of the request.
    Origin,
    /// The origin, and a token tied to the session.
    OriginAndToken,
}

use Guard::{Origin, OriginAndToken, Safe};
use Who::{Anyone, Editors};

const ROUTES: [(&str, &str, Who, Guard); 63] = [
    ("GET", "/", Anyone, Safe),
    ("GET", "/versions", Anyone, Safe),
    ("GET", "/versions.rss", Anyone, Safe),
    ("GET", "/versions.atom", Anyone, Safe),
    ("GET", "/versions.json", Anyone, Safe),
    ("GET", "/versions/search", Anyone, Safe),
    ("GET", "/versions/search.rss", Anyone, Safe),
    ("GET", "/versions/search.atom", Anyone, Safe),
    ("GET", "/versions/search.json", Anyone, Safe),
    ("GET", "/articles", Anyone, Safe),
    ("GET", "/articles/lookup", Anyone, Safe),
    ("GET", "/articles/{name}", Anyone, Safe),
    ("GET", "/articles/{id}/diff", Anyone, Safe),
    ("GET", "/articles/{id}/diff/{a}/{b}", Anyone, Safe),
    ("GET", "/articles/{id}/versions/{n}", Anyone, Safe),
    // What is stored of other people's pages; a memento has a policy of its own (memento.rs).
    ("GET", "/timegate/{*url}", Anyone, Safe),
    ("GET", "/timemap/link/{*url}", Anyone, Safe),
    ("GET", "/timemap/json/{*url}", Anyone, Safe),
    ("GET", "/memento/{*url}", Anyone, Safe),
    ("GET", "/articles/{id}/visibility", Editors, Safe),
    ("POST", "/articles/{id}/visibility", Editors, OriginAndToken),
    ("GET", "/audit", Editors, Safe),
    ("GET", "/editors", Editors, Safe),
    ("POST", "/editors", Editors, OriginAndToken),
    ("GET", "/account", Editors, Safe),
    ("POST", "/account", Editors, OriginAndToken),
    ("GET", "/account/tokens", Editors, Safe),
    ("POST", "/account/tokens", Editors, OriginAndToken),
    ("GET", "/webhooks", Editors, Safe),
    ("POST", "/webhooks", Editors, OriginAndToken),
    ("GET", "/webhooks/{id}", Editors, Safe),
    ("POST", "/webhooks/{id}", Editors, OriginAndToken),
    ("GET", "/account/password", Anyone, Safe),
    // The link in the form is its token.
    ("POST", "/account/password", Anyone, Origin),
    ("GET", "/sources", Anyone, Safe),
    ("GET", "/sources.opml", Anyone, Safe),
    ("GET", "/watch/opml", Editors, Safe),
    // Sent as parts, as a form with a file is: feed_import.rs asks for both.
    ("POST", "/watch/opml", Editors, OriginAndToken),
    ("POST", "/watch/opml/add", Editors, OriginAndToken),
    ("GET", "/sources/{slug}", Anyone, Safe),
    ("GET", "/sources/{slug}/filter", Editors, Safe),
    ("POST", "/sources/{slug}/filter", Editors, OriginAndToken),
    ("GET", "/sources/{slug}/settings", Editors, Safe),
    ("POST", "/sources/{slug}/settings", Editors, OriginAndToken),
    ("GET", "/sources/{slug}/rules", Editors, Safe),
    ("POST", "/sources/{slug}/rules", Editors, OriginAndToken),
    ("GET", "/sources/{slug}/feeds/{id}", Editors, Safe),
    ("POST", "/sources/{slug}/feeds/{id}", Editors, OriginAndToken),
    ("GET", "/watch", Anyone, Safe),
    ("POST", "/watch", Editors, OriginAndToken),
    ("GET", "/watch/{proposal}", Editors, Safe),
    ("POST", "/watch/{proposal}", Editors, OriginAndToken),
    ("GET", "/about", Anyone, Safe),
    ("GET", "/help", Anyone, Safe),
    ("GET", "/login", Anyone, Safe),
    ("POST", "/login", Anyone, Origin),
    ("POST", "/logout", Anyone, OriginAndToken),
    ("GET", "/static/{name}", Anyone, Safe),
    ("GET", "/health/check", Anyone, Safe),
    ("GET", "/healthz", Anyone, Safe),
    ("GET", "/readyz", Anyone, Safe),
    // Not in the router, but answered: an address that leads nowhere.
    ("GET", "/nowhere", Anyone, Safe),
    ("POST", "/nowhere", Anyone, Origin),
];

/// An example of a route's address.
fn example(route: &str) -> String {
    route
        .replace("{*url}", "https://news.example.com/never")
        .replace("{name}", "1")
        .replace("{id}", "1")
        .replace("{slug}", "examplecom")
        .replace("{a}", "0")
        .replace("{b}", "1")
        .replace("{n}", "0")
        .replace("{proposal}", &"0".repeat(32))
}

async fn stage(pool: PgPool) -> Stage {
    let stage = Stage::new(pool);
    stage
        .article("https://news.example.com/1", &[text("T", &["One."]), text("T", &["Two."])])
        .await;
    stage
}

fn method(name: &str) -> Method {
    name.parse().unwrap()
}

#[test]
fn the_list_names_every_route_of_the_router() {
    // A long route begins on a line of its own.
    let source =
        include_str!("../../src/routes.rs").replace(".route(\n            \"", ".route(\"");
    let mut routed: Vec<(String, String)> = source
        .split(".route(\"")
        .skip(1)
        .flat_map(|rest| {
            let (path, rest) = rest.split_once('"').unwrap();
            let handlers = rest.split("\n        .").next().unwrap_or_default();
            [("GET", "get("), ("POST", "post("), ("PUT", "put("), ("DELETE", "delete(")]
                .into_iter()
                .filter(|(_, call)| handlers.contains(call))
                .map(|(name, _)| (name.to_owned(), path.to_owned()))
                .collect::<Vec<_>>()
        })
        .collect();
    let mut listed: Vec<(String, String)> = ROUTES
        .iter()
        .filter(|(_, path, ..)| *path != "/nowhere")
        .map(|(name, path, ..)| ((*name).to_owned(), (*path).to_owned()))
        .collect();
    routed.sort();
    listed.sort();
    assert_eq!(routed, listed);
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn every_answer_carries_the_headers_that_protect_readers(pool: PgPool) {
    let stage = stage(pool).await;
    let stylesheet = attribute(&stage.page("/").await, "link[rel=stylesheet]", "href").unwrap();
    let mut asked: Vec<(Method, String)> =
        ROUTES.iter().map(|(name, path, ..)| (method(name), example(path))).collect();
    asked.extend([
        (Method::GET, stylesheet),
        (Method::GET, "/articles/1.rss".into()),
        (Method::GET, "/articles/1/diff/1/0".into()),
        (Method::GET, "/articles/1/diff/1/1".into()),
        (Method::GET, "/articles/99".into()),
        (Method::GET, "/versions?page=x".into()),
        (Method::DELETE, "/".into()),
        (Method::POST, "/articles".into()),
    ]);
    for (method, path) in asked {
        let answer = stage.send(request(method.clone(), &path, &[], "")).await;
        let header = |name| answer.header(name);
        assert_eq!(
            header("content-security-policy"),
            "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; \
             form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
            "{method} {path}"
        );
        assert_eq!(header("x-content-type-options"), "nosniff", "{method} {path}");
        assert_eq!(header("referrer-policy"), "no-referrer", "{method} {path}");
        assert_eq!(header("cross-origin-opener-policy"), "same-origin", "{method} {path}");
        assert_eq!(header("strict-transport-security"), "", "{method} {path}");
        assert_eq!(header("x-request-id").len(), 16, "{method} {path}");
        assert!(!header("cache-control").is_empty(), "{method} {path}");
        assert!(!answer.body.contains("<style") && !answer.body.contains(" style="), "{path}");
        let inline = answer.body.split("<script").skip(1).find(|script| {
            let is_file = script.starts_with(" src=\"/static/");
            !is_file || !script.contains(" defer></script>")
        });
        assert_eq!(inline, None, "{path}");
    }
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn every_route_that_changes_something_is_guarded_as_listed(pool: PgPool) {
    let stage = stage(pool).await;
    let cookie = stage.log_in().await;
    let form = ("content-type", "application/x-www-form-urlencoded");
    for (name, route, who, guard) in ROUTES.into_iter().filter(|(name, ..)| *name != "GET") {
        let path = example(route);
        assert_ne!(guard, Safe, "{name} {route}");
        let foreign = [form, ("sec-fetch-site", "cross-site"), ("cookie", &cookie)];
        let answer = stage.send(request(method(name), &path, &foreign, "")).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{name} {route} from another site");
        if guard == OriginAndToken {
            let answer = stage.post(&path, &cookie, "").await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{name} {route} without a token");
        }
        if who == Editors {
            let answer = stage.post(&path, "", "").await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{name} {route} without a session");
        }
    }
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn a_wrong_method_is_answered_with_a_page(pool: PgPool) {
    let stage = stage(pool).await;
    let answer = stage.send(request(Method::DELETE, "/articles/1", &[], "")).await;
    assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
    assert!(answer.header(header::ALLOW).contains("GET"));
    assert!(answer.body.contains("This is not how this page is used"));
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn static_files_have_hashed_names_and_are_kept_for_good(pool: PgPool) {
    let stage = stage(pool).await;
    let page = stage.page("/").await;
    for selector in ["link[rel=stylesheet]", "link[rel=icon]"] {
        let path = attribute(&page, selector, "href").unwrap();
        let answer = stage.get(&path).await;
        assert_eq!(answer.status, StatusCode::OK);
        assert_eq!(answer.header(header::CACHE_CONTROL), "public, max-age=31536000, immutable");
        assert!(!answer.body.is_empty());
    }
    assert_eq!(stage.get("/static/stet.css").await.status, StatusCode::NOT_FOUND);
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn large_pages_are_compressed_unless_they_hold_a_sessions_token(pool: PgPool) {
    let stage = stage(pool).await;
    let cookie = stage.log_in().await;
    let asked = [("accept-encoding", "br"), ("cookie", &*cookie)];
    assert_eq!(stage.get_with("/", &asked).await.header("content-encoding"), "br");
    assert_eq!(stage.get_with("/watch", &asked).await.header("content-encoding"), "");
}
