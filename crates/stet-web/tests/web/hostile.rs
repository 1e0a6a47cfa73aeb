//! Text from newspapers, feeds and forms that tries to become more than text.

use axum::http::{Method, StatusCode};
use scraper::Html;
use sqlx::PgPool;
use stet_core::{ArticleText, CheckOutcome, FeedKind};
use stet_store::{Finding, FoundArticle};

use crate::feeds::{feed, html};
use crate::support::{Stage, address, request, text};

const CORPUS: [&str; 9] = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "'><svg onload=alert(1)>",
    "</title><script>alert(1)</script>",
    "</td></tr></table><iframe src=javascript:alert(1)>",
    "javascript:alert(1)",
    "<a href=\"javascript:alert(1)\">x</a>",
    "{{ 7 * 7 }} {% raw %} ${7*7}",
    "\u{202e}<style>*{display:none}</style>&lt;script&gt;",
];

/// Elements that pages of the site consist of.
const ELEMENTS: [&str; 64] = [
    "html",
    "head",
    "meta",
    "title",
    "link",
    "body",
    "a",
    "header",
    "div",
    "nav",
    "span",
    "main",
    "h1",
    "h2",
    "h3",
    "p",
    "article",
    "section",
    "footer",
    "bdi",
    "del",
    "ins",
    "time",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "ul",
    "li",
    "b",
    "form",
    "input",
    "label",
    "button",
    "code",
    "svg",
    "line",
    "rect",
    "text",
    "g",
    "strong",
    "em",
    "abbr",
    "details",
    "summary",
    "ol",
    "dl",
    "dd",
    "dt",
    "figure",
    "figcaption",
    "circle",
    "desc",
    "script",
    "caption",
    "mark",
    "blockquote",
    "fieldset",
    "legend",
    "select",
    "datalist",
    "option",
];

/// Asserts that a page has no element and no address that only hostile text could have made.
#[track_caller]
fn is_inert(path: &str, html: &str) {
    let document = Html::parse_document(html);
    for node in document.root_element().descendants() {
        let Some(element) = node.value().as_element() else { continue };
        let name = element.name();
        assert!(ELEMENTS.contains(&name), "{path}: <{name}> in {html}");
        if name == "script" {
            let source = element.attr("src").unwrap_or_default();
            assert!(source.starts_with("/static/") && !node.has_children(), "{path}: {html}");
        }
        for (attribute, value) in element.attrs() {
            assert!(!attribute.starts_with("on"), "{path}: {attribute} in {html}");
            assert!(attribute != "style", "{path}: inline style in {html}");
            if ["href", "src", "action"].contains(&attribute) {
                let is_ours = value.starts_with('/') || value.starts_with('#');
                let is_safe = value.starts_with("http://") || value.starts_with("https://");
                assert!(is_ours || is_safe, "{path}: {attribute}={value}");
            }
        }
    }
}

fn full(hostile: &str, paragraph: &str) -> ArticleText {
    ArticleText {
        standfirst: Some(format!("{hostile} standfirst")),
        lead_caption: Some(format!("{hostile} caption")),
        byline: Some(format!("By {hostile}")),
        language: Some(hostile.to_owned()),
        ..text(hostile, &[hostile, paragraph, "A paragraph that stays."])
    }
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn hostile_text_stays_text_on_every_page(pool: PgPool) {
    let stage = Stage::new(pool);
    for (place, hostile) in CORPUS.iter().enumerate() {
        let url = format!("https://news.example.com/{place}?q={hostile}");
        let texts =
            [full(hostile, "Old."), full(&format!("{hostile}!"), &format!("New {hostile}"))];
        let id = stage.article(&url, &texts).await;
        stage.fail(id, 180, CheckOutcome::ServerError, hostile).await;
        for path in [
            format!("/articles/{id}"),
            format!("/articles/{id}/diff/0/1"),
            format!("/articles/{id}/diff/0/1?view=inline"),
            format!("/articles/{id}/diff/0/1?only=changes"),
            format!("/articles/{id}/versions/1?by=sentence"),
            format!("/articles/{id}/versions/1"),
        ] {
            let page = stage.page(&path).await;
            is_inert(&path, &page);
            // What the newspaper wrote is there, as text.
            let document = Html::parse_document(&page);
            let shown: String = document.root_element().text().collect();
            assert!(shown.contains(hostile), "{path}: {hostile} is not in {shown}");
        }
    }
    let failing = "https://feeds.example.com/<script>alert(1)</script>\"";
    stage.failing_feed(failing, CORPUS[0], CORPUS[1]).await;
    for path in ["/", "/articles", "/sources", "/sources/examplecom"] {
        is_inert(path, &stage.page(path).await);
    }
    for hostile in CORPUS {
        let asked: String = url::form_urlencoded::byte_serialize(hostile.as_bytes()).collect();
        for path in [
            format!("/versions/search?q={asked}"),
            format!("/versions/search?q=paragraph+that+{asked}"),
            format!("/versions/search?q=source:{asked}&text=gone"),
            format!("/?source={asked}"),
            format!("/articles?source={asked}"),
        ] {
            is_inert(&path, &stage.page(&path).await);
        }
    }
    is_inert("all", &stage.page("/versions/search?q=alert").await);
    for path in ["/versions.rss", "/versions.atom", "/versions.json"] {
        let feed = feed(&stage, path).await;
        assert_eq!(feed.entries.len(), CORPUS.len());
        for entry in feed.entries {
            is_inert(path, html(&entry));
        }
    }
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn hostile_text_stays_text_in_forms_and_previews(pool: PgPool) {
    let stage = Stage::new(pool);
    let cookie = stage.log_in().await;
    let token = stage.form_token(&cookie).await;
    for hostile in CORPUS {
        let encoded: String = url::form_urlencoded::byte_serialize(hostile.as_bytes()).collect();
        let query = format!("/watch?address={encoded}");
        is_inert(&query, &stage.get_with(&query, &[("cookie", &cookie)]).await.body);
        let form = format!("form_token={token}&address={encoded}");
        let refused = stage.post("/watch", &cookie, &form).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        is_inert("POST /watch", &refused.body);
        let login = format!("/login?token={encoded}&next={encoded}");
        is_inert(&login, &stage.get(&login).await.body);
    }
    let feed = Finding::Feed {
        kind: FeedKind::Section,
        children: vec![address("https://news.example.com/?'\"><script>")],
        title: Some(CORPUS[0].to_owned()),
        articles: vec![FoundArticle {
            address: address("https://news.example.com/?<script>"),
            title: Some(CORPUS[1].to_owned()),
        }],
    };
    let article = Finding::Article(Box::new(full(CORPUS[1], CORPUS[3])));
    for found in [Ok(&feed), Ok(&article), Err((CheckOutcome::NoArticle, CORPUS[4]))] {
        let id = stage
            .store
            .propose(&address("https://news.example.com/?'\"<script>"), crate::support::minute(0))
            .await
            .unwrap();
        stage.answer_proposals(found).await;
        let path = format!("/watch/{id}");
        let answer = stage.get_with(&path, &[("cookie", &cookie)]).await;
        assert_eq!(answer.status, StatusCode::OK);
        is_inert(&path, &answer.body);
    }
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn a_request_cannot_choose_the_sites_address(pool: PgPool) {
    let stage = Stage::new(pool);
    stage
        .article("https://news.example.com/1", &[text("T", &["One."]), text("T", &["Two."])])
        .await;
    for path in ["/", "/versions.rss", "/articles/1.rss", "/articles/1", "/articles/1/diff/0/1"] {
        let honest = stage.get(path).await.body;
        for (name, value) in [
            ("x-forwarded-host", "evil.example"),
            ("forwarded", "host=evil.example"),
            ("x-forwarded-proto", "gopher"),
        ] {
            assert_eq!(stage.get_with(path, &[(name, value)]).await.body, honest, "{path} {name}");
        }
        let mut poisoned = request(Method::GET, path, &[], "");
        poisoned.headers_mut().insert("host", "evil.example".parse().unwrap());
        assert_eq!(stage.send(poisoned).await.body, honest, "{path}");
    }
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn a_request_id_that_was_sent_is_not_believed(pool: PgPool) {
    let stage = Stage::new(pool);
    let answer = stage.get_with("/nowhere", &[("x-request-id", "<b>mine</b>")]).await;
    assert!(!answer.body.contains("mine"));
    assert!(!answer.header("x-request-id").contains("mine"));
}
