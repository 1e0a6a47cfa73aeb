//! Search, as readers ask.

use axum::http::StatusCode;
use sqlx::PgPool;
use stet_core::ArticleText;
use url::form_urlencoded;

use crate::support::{Stage, attribute, says, text, words};

fn english(title: &str, paragraphs: &[&str]) -> ArticleText {
    ArticleText { language: Some("en".into()), ..text(title, paragraphs) }
}

async fn stage(pool: PgPool) -> Stage {
    let stage = Stage::new(pool);
    stage
        .article(
            "https://news.example.com/1",
            &[
                english(
                    "Mayor resigns",
                    &["The mayor lied about contracts.", "She stays in town."],
                ),
                english("Mayor stays", &["The mayor erred about contracts.", "She stays in town."]),
            ],
        )
        .await;
    stage
        .article(
            "https://daily.example.org/1",
            &[english("Contracts", &["No mayor signed <b>any</b>."])],
        )
        .await;
    stage
}

fn asking(q: &str, rest: &str) -> String {
    let q: String = form_urlencoded::byte_serialize(q.as_bytes()).collect();
    format!("/versions/search?q={q}{rest}")
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn a_sentence_that_no_longer_stands_is_found_with_the_change_that_took_it(pool: PgPool) {
    let stage = stage(pool).await;
    let page = stage.page(&asking("\"mayor lied\"", "&text=gone")).await;
    says(
        &page,
        "The mayor lied about contracts. no longer stands in version 0, seen 9 Sept 2016, 17:44 UTC · vanished in version 1, seen 9 Sept 2016, 18:44 UTC",
    );
    assert!(page.contains("The <mark>mayor lied</mark> about contracts."), "{page}");
    assert!(page.contains(r#"<a href="/articles/1/diff/0/1#v0-p1">vanished in version 1</a>"#));
    assert!(page.contains(r#"<a href="/articles/1/versions/0#p-1">in version 0</a>"#));
    says(&stage.page(&asking("lied", "&text=standing")).await, "Nothing was found.");
    let new = stage.page(&asking("erred", "&text=standing")).await;
    assert!(
        new.contains(r#"<a href="/articles/1/diff/0/1#v1-p1">appeared in version 1</a>"#),
        "{new}"
    );
    let headline = stage.page(&asking("resigned", "")).await;
    says(&headline, "Mayor resigns no longer stands headline in version 0");
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn sources_words_left_out_and_spans_narrow_a_search(pool: PgPool) {
    let stage = stage(pool).await;
    for (q, rest, found, not_found) in [
        ("mayors", "", "No mayor signed", "Nothing was found"),
        ("mayor source:exampleorg", "", "No mayor signed", "contracts."),
        ("mayor -source:exampleorg", "", "erred", "No mayor signed"),
        ("mayor -signed", "", "lied", "No mayor signed"),
        ("mayor", "&since=2016-09-10", "Nothing was found", "erred"),
        ("mayor", "&until=2016-09-09", "erred", "Nothing was found"),
        ("xylophone", "", "All words must stand in one paragraph", "filters"),
        ("mayor", "&since=2016-09-10", "Nothing was found with these filters.", "the last"),
        ("mayor", "&since=2016-09-10&until=2016-09-09", "the first day is after the last", "erred"),
        ("mayor", "&since=2016-9-10&until=2016-9-9", "the first day is after the last", "erred"),
        ("mayor source:nowhere", "", "There is no source called “nowhere”", "erred"),
        ("-mayor", "", "Name at least one word to look for.", "erred"),
    ] {
        let page = words(&stage.page(&asking(q, rest)).await);
        assert!(page.contains(found), "{q}{rest}: {page}");
        assert!(!page.contains(not_found), "{q}{rest}: {page}");
    }
    let empty = stage.page("/versions/search").await;
    assert!(attribute(&empty, "input[name=q]", "value").unwrap().is_empty());
    assert_eq!(stage.get("/versions/search?text=x").await.status, StatusCode::BAD_REQUEST);
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn a_hidden_article_is_never_found(pool: PgPool) {
    let stage = stage(pool).await;
    stage.store.hide_article(1.try_into().unwrap()).await.unwrap();
    let page = words(&stage.page(&asking("mayor", "")).await);
    assert!(page.contains("No mayor signed") && !page.contains("lied"), "{page}");
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn results_are_paged_through(pool: PgPool) {
    let stage = Stage::new(pool);
    let texts: Vec<String> = (0..70).map(|n| format!("Bridge number {n:02}.")).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    stage.article("https://news.example.com/1", &[english("Bridges", &texts)]).await;
    let (mut path, mut hits) = (Some(asking("number", "&text=standing")), 0);
    while let Some(at) = path {
        let page = stage.page(&at).await;
        hits += page.matches("<blockquote").count();
        path = attribute(&page, "a[rel=next]", "href");
    }
    assert_eq!(hits, 70);
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn hostile_queries_are_answered(pool: PgPool) {
    let stage = stage(pool).await;
    let long = "mayor contracts ".repeat(640);
    for q in [
        long.as_str(),
        "& | ! <-> :* ( )",
        "mayor & !lied | (",
        "'",
        "\\",
        "\0mayor\0",
        "<mark>mayor</mark>",
        "\"",
        "-",
        "- -",
        "--mayor",
        "\"\" \"",
        "source:",
        "source:\0",
        "source:'--",
        "%",
        "\u{202e}mayor\u{200b}",
    ] {
        let page = stage.page(&asking(q, "&text=ever")).await;
        assert!(!page.contains("<mark><mark>"), "{q}");
    }
    says(&stage.page(&asking(&long, "")).await, "only its beginning was searched");
    says(&stage.page(&asking("<b>any</b>", "")).await, "No mayor signed <b>any</b>.");
    assert_eq!(stage.get("/versions/search?q=%ff%00%").await.status, StatusCode::OK);
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn what_is_found_is_filtered_by_source_and_by_the_change_that_moved_it(pool: PgPool) {
    let stage = Stage::new(pool);
    let texts = [["The mayor lied."], ["The mayor erred at length, and said so."]]
        .map(|paragraphs| text("Town", &paragraphs));
    stage.article("https://news.example.com/1", &texts).await;
    stage.article("https://other.example.net/1", &texts[..1]).await;
    let found = async |query: &str| {
        let page = stage.page(&format!("/versions/search?q=mayor{query}")).await;
        page.matches("<blockquote").count()
    };
    assert_eq!(found("").await, 3);
    assert_eq!(found("&source=examplecom").await, 2);
    assert_eq!(found("&source=examplenet").await, 1);
    assert_eq!(found("&kinds=gone").await, 0);
    assert_eq!(found("&min_words=1").await, 2, "what came and what went");
    assert_eq!(found("&min_words=1000").await, 0);
    says(&stage.page("/versions/search?q=mayor&source=nobody").await, "no source called “nobody”");
    let page = stage.page("/versions/search?q=mayor&source=examplecom&kinds=edited").await;
    assert!(attribute(&page, "details.filter[open] [value=edited]", "checked").is_some(), "{page}");
    let feed = attribute(&page, "link[type='application/rss+xml']", "href").unwrap();
    assert_eq!(feed, "/versions/search.rss?q=mayor&source=examplecom&kinds=edited");
    assert_eq!(stage.get("/versions/search?q=mayor&kinds=spin").await.status, 400);
}
