//! Each resource, and lists to their ends.

use axum::http::StatusCode;
use serde_json::{Value, json};
use sqlx::PgPool;
use stet_core::compare::compare;

use super::{ARTICLE, read, stage};
use crate::support::{Stage, text};

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn a_source_has_its_counts_and_its_page(pool: PgPool) {
    let stage = stage(pool).await;
    let expected = json!({
        "slug": "examplecom", "name": "example.com", "domain": "example.com",
        "articles": 1, "versions": 3, "page": "http://stet.example:8080/sources/examplecom",
    });
    assert_eq!(read(&stage, "/api/v1/sources/examplecom").await, expected);
    let list = read(&stage, "/api/v1/sources").await;
    assert_eq!(list["items"][0], expected);
    assert_eq!(list["items"][1]["slug"], "exampleorg");
    assert_eq!(list["next"], Value::Null);
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn an_article_is_found_by_its_number_and_by_its_address(pool: PgPool) {
    let stage = stage(pool).await;
    let article = read(&stage, "/api/v1/articles/1").await;
    assert_eq!(
        article,
        json!({
            "id": 1, "url": ARTICLE, "title": "Mayor goes",
            "source": { "slug": "examplecom", "name": "example.com" },
            "state": "watched", "is_removed": false,
            "first_seen_at": "2016-09-09T17:44:00Z", "last_checked_at": "2016-09-09T19:44:00Z",
            "last_changed_at": "2016-09-09T19:44:00Z", "next_check_at": "2016-09-09T20:14:00Z",
            "last_outcome": "changed", "head": 2, "versions": 3, "changes": 2,
            "page": "http://stet.example:8080/articles/1", "published_at": null,
            "merged_into": null, "observed_by": null,
            "addresses": [{ "url": ARTICLE, "origin": "watched", "since": "2016-09-09T17:44:00Z" }],
        })
    );
    for address in [&format!("{ARTICLE}?utm_source=x"), "news.example.com/mayor"] {
        let found = read(&stage, &format!("/api/v1/articles/lookup?url={address}")).await;
        assert_eq!(found, article, "{address}");
    }
    let unknown = stage.get("/api/v1/articles/lookup?url=https://news.example.com/x").await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    let listed = read(&stage, "/api/v1/articles?source=examplecom&state=watched").await;
    assert_eq!(listed["items"].as_array().unwrap().len(), 1);
    for field in listed["items"][0].as_object().unwrap().keys() {
        assert_eq!(listed["items"][0][field], article[field], "{field}");
    }
    for none in ["state=removed", "state=dormant"] {
        let listed = read(&stage, &format!("/api/v1/articles?{none}")).await;
        assert_eq!(listed, json!({ "items": [], "next": null }), "{none}");
    }
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn a_version_has_its_text(pool: PgPool) {
    let stage = stage(pool).await;
    let version = read(&stage, "/api/v1/articles/1/versions/1").await;
    assert_eq!(
        version,
        json!({
            "article": 1, "number": 1, "title": "Mayor resigns", "byline": null, "words": 7,
            "first_seen_at": "2016-09-09T18:44:00Z",
            "page": "http://stet.example:8080/articles/1/versions/1",
            "standfirst": null, "lead_caption": null, "published_at": null, "modified_at": null,
            "language": null, "section": null, "same_as": null,
            "paragraphs": ["The mayor erred.", "She left on Monday."],
        })
    );
    let missing = stage.get("/api/v1/articles/1/versions/3").await;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn a_change_has_its_counts_and_is_filtered_as_on_the_pages(pool: PgPool) {
    let stage = stage(pool).await;
    let changes = read(&stage, "/api/v1/changes").await;
    assert_eq!(
        changes["items"][1],
        json!({
            "id": "1-0", "article": 1, "number": 0,
            "source": { "slug": "examplecom", "name": "example.com" },
            "from": 0, "to": 1, "old_title": "Mayor resigns", "new_title": "Mayor resigns",
            "earliest_at": "2016-09-09T17:44:00Z", "latest_at": "2016-09-09T18:44:00Z",
            "stats": {
                "words_added": 1, "words_removed": 1, "paragraphs_edited": 1,
                "paragraphs_added": 0, "paragraphs_removed": 0, "paragraphs_moved": 0,
            },
            "kinds": ["edited"], "page": "http://stet.example:8080/articles/1/diff/0/1",
        })
    );
    assert_eq!(read(&stage, "/api/v1/articles/1/changes").await["items"], changes["items"]);
    let ids = async |query: &str| -> Vec<String> {
        let list = read(&stage, &format!("/api/v1/changes?{query}")).await;
        list["items"].as_array().unwrap().iter().map(|it| it["id"].to_string()).collect()
    };
    assert_eq!(ids("kinds=headline,number").await, ["\"1-1\""]);
    assert_eq!(ids("source=examplecom&since=2016-09-09&until=2016-09-09").await.len(), 2);
    for none in ["source=exampleorg", "since=2016-09-10", "until=2016-09-08", "min_words=9"] {
        assert_eq!(ids(none).await, [""; 0], "{none}");
    }
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn a_comparison_is_what_the_command_line_prints(pool: PgPool) {
    let stage = stage(pool).await;
    let texts = [0, 2].map(|number: i32| number.try_into().unwrap());
    let mut stored = Vec::new();
    for number in texts {
        let version = stage.store.version(1.try_into().unwrap(), number).await.unwrap();
        stored.push(version.unwrap().text);
    }
    for (path, old, new) in [("0/2", 0, 1), ("2/0", 1, 0), ("2/2", 1, 1)] {
        let answer = stage.get(&format!("/api/v1/articles/1/comparisons/{path}")).await;
        let printed = serde_json::to_string(&compare(&stored[old], &stored[new])).unwrap();
        assert_eq!(answer.body, printed, "{path}");
    }
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn a_search_finds_what_is_gone(pool: PgPool) {
    let stage = stage(pool).await;
    let list = read(&stage, "/api/v1/search?q=lied&text=gone").await;
    assert_eq!(
        list,
        json!({ "items": [{
            "article": 1, "title": "Mayor goes",
            "source": { "slug": "examplecom", "name": "example.com" },
            "field": "paragraph", "language": "en", "text": "The mayor lied.", "state": "gone",
            "came": { "from": null, "to": 0, "at": "2016-09-09T17:44:00Z" },
            "went": { "from": 0, "to": 1, "at": "2016-09-09T18:44:00Z" },
        }], "next": null })
    );
    for none in ["q=lied&text=standing", "q=lied&until=2016-09-08"] {
        let list = read(&stage, &format!("/api/v1/search?{none}")).await;
        assert_eq!(list["items"], json!([]), "{none}");
    }
}

/// Every list in pages of one, as `next` leads on, against itself as one page.
#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn every_list_is_read_to_its_end_without_loss_or_repetition(pool: PgPool) {
    let stage = stage(pool).await;
    for (list, length) in [
        ("/api/v1/sources", 2),
        ("/api/v1/articles", 2),
        ("/api/v1/articles/1/versions", 3),
        ("/api/v1/articles/1/changes", 2),
        ("/api/v1/changes?source=examplecom&kinds=edited,headline", 2),
        ("/api/v1/search?q=mayor", 4),
    ] {
        let whole = read(&stage, list).await;
        let whole = whole["items"].as_array().unwrap();
        assert_eq!(whole.len(), length, "{list}");
        assert_eq!(&in_pages(&stage, list).await, whole, "{list}");
    }
}

async fn in_pages(stage: &Stage, list: &str) -> Vec<Value> {
    let sign = if list.contains('?') { '&' } else { '?' };
    let mut items = Vec::new();
    let mut path = format!("{list}{sign}limit=1");
    loop {
        let answer = stage.get(&path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.body);
        let page = super::json(&answer);
        items.extend(page["items"].as_array().unwrap().clone());
        let Some(next) = page["next"].as_str() else {
            assert_eq!(answer.header("link"), "", "{path}");
            return items;
        };
        assert_eq!(answer.header("link"), format!("<{next}>; rel=\"next\""));
        assert!(items.len() < 9, "{list} has no end");
        next.strip_prefix("http://stet.example:8080").unwrap().clone_into(&mut path);
    }
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn a_page_stays_the_same_whatever_is_added_before_it(pool: PgPool) {
    let stage = stage(pool).await;
    let first = read(&stage, "/api/v1/changes?limit=1").await;
    let next = first["next"].as_str().unwrap().strip_prefix("http://stet.example:8080").unwrap();
    let before = read(&stage, next).await;
    stage.see(1.try_into().unwrap(), 180, &text("Mayor stays", &["She stays."])).await;
    assert_eq!(read(&stage, next).await, before);
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn who_has_an_answer_already_is_told_so(pool: PgPool) {
    let stage = stage(pool).await;
    for path in ["/api/v1/changes", "/api/v1/articles/1", "/api/openapi.json"] {
        let tag = stage.get(path).await.header("etag").to_owned();
        let again = stage.get_with(path, &[("if-none-match", &tag)]).await;
        assert_eq!(again.status, StatusCode::NOT_MODIFIED, "{path}");
        assert_eq!(again.body, "");
    }
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn a_hidden_article_is_nowhere(pool: PgPool) {
    let stage = stage(pool).await;
    stage.store.hide_article(1.try_into().unwrap()).await.unwrap();
    for path in [
        "/api/v1/articles/1",
        "/api/v1/articles/1/versions",
        "/api/v1/articles/1/versions/0",
        "/api/v1/articles/1/changes",
        "/api/v1/articles/1/comparisons/0/1",
        &format!("/api/v1/articles/lookup?url={ARTICLE}"),
    ] {
        let answer = stage.get(path).await;
        assert_eq!(answer.status, StatusCode::GONE, "{path}");
        let told = super::problem(&answer);
        assert_eq!(told["detail"], "This article cannot be shown for legal reasons", "{path}");
    }
    for path in ["sources", "articles", "changes", "search?q=mayor"] {
        let list = read(&stage, &format!("/api/v1/{path}")).await.to_string();
        assert!(!list.contains("mayor") && !list.contains("examplecom"), "{path}: {list}");
    }
    assert_eq!(stage.get("/api/v1/sources/examplecom").await.status, StatusCode::NOT_FOUND);
}
