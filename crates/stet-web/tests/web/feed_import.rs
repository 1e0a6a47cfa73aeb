//! Lists of feeds, out to readers' programs and in from them.

use axum::http::{Method, StatusCode, header};
use sqlx::PgPool;
use stet_store::audit::{Action, EntryFilter};

use crate::support::{Answer, Stage, address, minute, request, says, text};

const LIST: &str = "<opml version='2.0'><body><outline text='News'>\
    <outline text='One &amp; only' xmlUrl='https://one.example/rss'/>\
    <outline text='Known' xmlUrl='https://known.example/rss'/>\
    <outline text='Rest' xmlUrl='https://rest.example/rss'/>\
    <outline text='&lt;script&gt;' xmlUrl='javascript:alert(1)'/>\
    <outline text='Two' xmlUrl='https://two.example/rss?a=1&amp;b=2'/>\
    </outline></body></opml>";

const BOUNDARY: &str = "----StetTestBoundary";

/// Sends parts as a browser sends a form with a file.
async fn bring(stage: &Stage, cookie: &str, parts: &[(&str, &str)]) -> Answer {
    let part = |(name, text): &(&str, &str)| {
        let file = if *name == "file" { "; filename=\"feeds.opml\"" } else { "" };
        let head = format!("Content-Disposition: form-data; name=\"{name}\"{file}");
        format!("--{BOUNDARY}\r\n{head}\r\n\r\n{text}\r\n")
    };
    let parts: Vec<String> = parts.iter().map(part).collect();
    let body = format!("{}--{BOUNDARY}--\r\n", parts.concat());
    let content_type = format!("multipart/form-data; boundary={BOUNDARY}");
    let headers = [
        ("content-type", content_type.as_str()),
        ("sec-fetch-site", "same-origin"),
        ("cookie", cookie),
    ];
    stage.send(request(Method::POST, "/watch/opml", &headers, &body)).await
}

/// The values of the boxes that a page shows.
fn boxes(html: &str) -> Vec<String> {
    let document = scraper::Html::parse_document(html);
    let selector = scraper::Selector::parse("input[name=feed][checked]").unwrap();
    document
        .select(&selector)
        .map(|input| input.value().attr("value").unwrap().to_owned())
        .collect()
}

async fn feeds(stage: &Stage) -> Vec<(String, Option<String>)> {
    let feeds = stage.store.feeds().await.unwrap().into_iter();
    feeds.map(|feed| (feed.address.to_string(), feed.title)).collect()
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn an_editor_chooses_from_a_list_which_feeds_are_read(pool: PgPool) {
    let stage = Stage::new(pool.clone());
    for url in ["https://known.example/rss", "https://rest.example/other"] {
        stage.store.add_feed(&address(url), None, minute(0)).await.unwrap();
    }
    sqlx::query("update source set paused_at = now() where domain = 'rest.example'")
        .execute(&pool)
        .await
        .unwrap();
    let cookie = stage.log_in().await;
    let token = stage.form_token(&cookie).await;
    let shown =
        bring(&stage, &cookie, &[("form_token", &token), ("file", LIST), ("text", "")]).await;
    assert_eq!(shown.status, StatusCode::OK);
    says(&shown.body, "2 feeds that can be read, 3 entries left out.");
    for left_out in [
        "Known: it is read already",
        "Rest: the source restexample is paused",
        "<script>: this address begins with 'javascript:'",
    ] {
        says(&shown.body, left_out);
    }
    assert!(!shown.body.contains("<script>:"));
    let chosen = boxes(&shown.body);
    assert_eq!(
        chosen,
        ["https://one.example/rss One & only", "https://two.example/rss?a=1&b=2 Two"]
    );
    assert_eq!(feeds(&stage).await.len(), 2, "nothing is added before it was seen");
    let form = |chosen: &[&str]| {
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        form.append_pair("form_token", &token);
        form.extend_pairs(chosen.iter().map(|feed| ("feed", feed)));
        form.finish()
    };
    let sent = form(&[&chosen[0], "https://rest.example/rss Rest"]);
    for count in ["1 feed.", "0 feeds."] {
        let added = stage.post("/watch/opml/add", &cookie, &sent).await;
        assert_eq!(added.status, StatusCode::OK, "{}", added.body);
        says(&added.body, count);
    }
    let read = feeds(&stage).await;
    assert_eq!(read.len(), 3);
    let one = ("https://one.example/rss".to_owned(), Some("One & only".to_owned()));
    assert!(read.contains(&one), "{read:?}");
    let filter = EntryFilter { action: Some(Action::AddFeed), ..EntryFilter::default() };
    assert_eq!(stage.store.audit(&filter, None, 10).await.unwrap().len(), 1);
    let odd = stage.post("/watch/opml/add", &cookie, &form(&["file:///etc/passwd x"])).await;
    assert_eq!(odd.status, StatusCode::BAD_REQUEST);
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn what_is_no_list_is_refused_in_words(pool: PgPool) {
    let stage = Stage::new(pool);
    let cookie = stage.log_in().await;
    let token = stage.form_token(&cookie).await;
    let long = format!("<opml>{}</opml>", " ".repeat(1024 * 1024));
    let longer = "x".repeat(1_900 * 1024);
    for (list, words) in [
        ("", "Choose a file, or paste its text."),
        ("<html></html>", "this is not OPML that can be read"),
        (&long, "this list is larger than the 1 MiB that are read"),
        (&longer, "this list is larger than the 1 MiB that are read"),
    ] {
        let answer = bring(&stage, &cookie, &[("form_token", &token), ("text", list)]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        says(&answer.body, words);
    }
    let huge = "x".repeat(3 * 1024 * 1024);
    let answer = bring(&stage, &cookie, &[("form_token", &token), ("text", &huge)]).await;
    assert_ne!(answer.status, StatusCode::OK);
    let without_token = bring(&stage, &cookie, &[("text", LIST)]).await;
    assert_eq!(without_token.status, StatusCode::FORBIDDEN);
    let stranger = bring(&stage, "", &[("form_token", &token), ("text", LIST)]).await;
    assert_eq!(stranger.status, StatusCode::FORBIDDEN);
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn all_sources_feeds_are_a_list_that_is_read_again(pool: PgPool) {
    let stage = Stage::new(pool);
    stage.article("https://news.example.com/1", &[text("T", &["One."])]).await;
    let hidden = stage.article("https://hidden.example.org/1", &[text("T", &["One."])]).await;
    stage.store.hide_article(hidden).await.unwrap();
    let answer = stage.get("/sources.opml").await;
    assert_eq!(answer.header(header::CONTENT_TYPE), "text/x-opml; charset=utf-8");
    let list = stet_core::opml::read_opml(answer.body.as_bytes()).unwrap();
    let feeds: Vec<_> = list.feeds.iter().map(|feed| feed.address.as_str()).collect();
    assert_eq!(
        feeds,
        [
            "http://stet.example:8080/versions.rss",
            "http://stet.example:8080/sources/examplecom.rss"
        ]
    );
    assert_eq!(list.feeds[1].title.as_deref(), Some("Stet: changes of example.com"));
    stage.page("/sources/examplecom.rss").await;
    assert!(stage.page("/sources").await.contains("href=\"/sources.opml\""));
}
