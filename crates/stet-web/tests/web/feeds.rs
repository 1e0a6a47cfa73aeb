use axum::http::header;
use feed_rs::model::Entry;
use sqlx::PgPool;

use crate::support::{Stage, says, text};

/// Reads a feed and checks it by the rules that a lenient reader does not.
async fn entries(stage: &Stage, path: &str) -> Vec<Entry> {
    let answer = stage.get(path).await;
    assert_eq!(answer.header(header::CONTENT_TYPE), "application/rss+xml; charset=utf-8");
    let xml = answer.body;
    let is_allowed = |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{FFFD}' | '\u{10000}'..);
    assert!(xml.chars().all(is_allowed), "{xml:?}");
    feed_rs::parser::parse(xml.as_bytes()).unwrap_or_else(|error| panic!("{error}: {xml}")).entries
}

fn description(entry: &Entry) -> &str {
    entry.summary.as_ref().map_or("", |summary| &summary.content)
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn a_feed_holds_each_change_with_its_words(pool: PgPool) {
    let stage = Stage::new(pool);
    let texts = [
        text("Mayor resigns", &["The mayor lied.", "She will go on."]),
        text("Mayor stays", &["The mayor erred.", "She will go on."]),
        text("Mayor stays", &["The mayor erred.", "She will go on.", "A vote is due."]),
    ];
    stage.article("https://news.example.com/1", &texts).await;
    for path in ["/versions.rss", "/articles/1.rss"] {
        let entries = entries(&stage, path).await;
        let ids: Vec<_> = entries.iter().map(|entry| entry.id.as_str()).collect();
        assert_eq!(ids, ["article-1-change-1", "article-1-change-0"], "{path}");
        let first = &entries[1];
        assert_eq!(first.links[0].href, "http://stet.example:8080/articles/1/diff/0/1");
        assert_eq!(first.published.unwrap().to_rfc3339(), "2016-09-09T18:44:00+00:00");
        let html = description(first);
        assert!(html.contains("The mayor <del>lied</del> <ins>erred</ins>."), "{html}");
        assert!(html.contains("Mayor <del>resigns</del> <ins>stays</ins>"), "{html}");
        assert!(!html.contains("She will go on"), "{html}");
        assert!(description(&entries[0]).contains("<ins>A vote is due.</ins>"));
    }
    let titles: Vec<_> = entries(&stage, "/versions.rss")
        .await
        .into_iter()
        .map(|entry| entry.title.unwrap().content)
        .collect();
    assert_eq!(titles, ["example.com: Mayor stays", "example.com: Mayor stays"]);
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn an_empty_feed_is_a_feed(pool: PgPool) {
    let stage = Stage::new(pool);
    stage.watch("https://news.example.com/1").await;
    assert!(entries(&stage, "/versions.rss").await.is_empty());
    assert!(entries(&stage, "/articles/1.rss").await.is_empty());
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn what_only_the_extractor_changed_is_in_no_feed(pool: PgPool) {
    let stage = Stage::new(pool);
    let id =
        stage.article("https://news.example.com/1", &[text("T", &["One.", "Read more"])]).await;
    stage.upgrade(id, &text("T", &["One."])).await;
    assert!(entries(&stage, "/versions.rss").await.is_empty());
    assert!(entries(&stage, "/articles/1.rss").await.is_empty());
    says(&stage.page("/articles/1").await, "technical: only Stet's reading changed");
    says(&stage.page("/articles/1").await, "The article has changed 0 times.");
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn characters_that_xml_forbids_break_no_feed(pool: PgPool) {
    let stage = Stage::new(pool);
    let hostile = "a\u{1}\u{b}\u{1b}\u{FFFE}\u{FFFF}b ]]> <![CDATA[ &amp; &#0; <!-- ";
    let texts = [text(hostile, &["old", hostile]), text(&format!("{hostile}2"), &[hostile, "new"])];
    stage.article("https://news.example.com/1", &texts).await;
    let entries = entries(&stage, "/versions.rss").await;
    let title = entries[0].title.as_ref().unwrap().content.as_str();
    assert_eq!(title, "example.com: ab ]]> <![CDATA[ &amp; &#0; <!-- 2");
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn pages_name_their_feeds(pool: PgPool) {
    let stage = Stage::new(pool);
    stage
        .article("https://news.example.com/1", &[text("T", &["One."]), text("T", &["Two."])])
        .await;
    let link = r#"<link rel="alternate" type="application/rss+xml" href="/articles/1.rss""#;
    for path in ["/articles/1", "/articles/1/diff/0/1", "/articles/1/versions/0"] {
        assert!(stage.page(path).await.contains(link), "{path}");
    }
    let latest = r#"<link rel="alternate" type="application/rss+xml" href="/versions.rss""#;
    assert!(stage.page("/").await.contains(latest));
}
