//! Pictures of histories and rhythms, and what says the same in words.

use axum::http::{StatusCode, header};
use scraper::{Html, Selector};
use sqlx::PgPool;
use stet_core::CheckOutcome;

use crate::support::{Stage, attribute, minute, says, text, words};

const URL: &str = "https://news.example.com/1";

/// What a selector finds, in order.
fn found(html: &str, selector: &str, attribute: &str) -> Vec<String> {
    let document = Html::parse_document(html);
    let selector = Selector::parse(selector).unwrap();
    let elements = document.select(&selector);
    elements.map(|found| found.value().attr(attribute).unwrap_or_default().to_owned()).collect()
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn every_bar_of_a_timeline_leads_somewhere_and_stands_in_the_list_beside_it(pool: PgPool) {
    let stage = Stage::new(pool);
    let id = stage
        .article(
            URL,
            &[
                text("Mayor resigns", &["The mayor lied."]),
                text("Mayor resigns", &["The mayor erred about it."]),
                text("Mayor stays", &["The mayor erred about it."]),
            ],
        )
        .await;
    for at in [180, 600] {
        stage.fail(id, at, CheckOutcome::NotFound, "there is no such page").await;
    }
    let page = stage.page("/articles/1").await;
    let bars = found(&page, ".timeline svg a", "href");
    assert_eq!(
        bars,
        [
            "/articles/1/versions/0",
            "/articles/1/diff/0/1",
            "/articles/1/diff/1/2",
            "/articles/1/versions/2"
        ]
    );
    assert_eq!(found(&page, ".timeline details a", "href"), bars);
    says(&page, "Version 2, 9 Sept 2016, 19:44 UTC: Headline rewritten");
    says(&page, "while it was removed");
    assert!(page.contains(r#"<line class="away" x1="92%""#), "it is away at the end");
    assert!(!page.contains("style="), "the policy forbids inline styles");
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn an_article_without_a_change_has_no_picture(pool: PgPool) {
    let stage = Stage::new(pool);
    stage.article(URL, &[text("Mayor resigns", &["The mayor lied."])]).await;
    let page = stage.page("/articles/1").await;
    assert!(!page.contains("<svg") && !page.contains("id=\"headlines\""), "{page}");
    says(&page, "First seen 9 Sept 2016, 17:44 UTC");
    says(&page, "1 version · 3 words now");
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn headlines_that_take_turns_are_told_as_a_test(pool: PgPool) {
    let stage = Stage::new(pool);
    let a = text("Mayor quits", &["The mayor left."]);
    let b = text("Why the mayor quit", &["The mayor left."]);
    stage.article(URL, &[a.clone(), b.clone(), a, b]).await;
    let page = stage.page("/articles/1").await;
    says(
        &page,
        "A and B took turns 3 times between 9 Sept 2016, 17:44 UTC and 9 Sept 2016, 20:44 UTC, \
         as in a test of variants.",
    );
    says(&page, "A: Mayor quits Seen from 9 Sept 2016, 17:44 UTC to 9 Sept 2016, 19:44 UTC");
    says(&page, "stood 2 times, up to 3 hours in all");
    assert_eq!(
        attribute(&page, ".lanes svg", "aria-label").as_deref(),
        Some("Headlines one after another: A, B, A, B")
    );
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn the_tables_of_a_long_history_have_pages(pool: PgPool) {
    let stage = Stage::new(pool);
    let texts: Vec<_> = (0..52)
        .map(|n| text("Live", &[&format!("Update {n} of the mayor."), "It stays."]))
        .collect();
    stage.article(URL, &texts).await;
    let first = stage.page("/articles/1").await;
    assert_eq!(found(&first, ".versions tbody tr", "class").len(), 50);
    says(&first, "Version 2 9 Sept 2016, 19:44 UTC 1 hour later Live");
    assert_eq!(attribute(&first, "a[rel=next]", "href").as_deref(), Some("/articles/1?page=2"));
    let second = stage.page("/articles/1?page=2").await;
    assert_eq!(found(&second, ".versions tbody tr", "class").len(), 2);
    says(&second, "Versions and sightings, page 2. The whole history");
    assert!(!second.contains("<svg") && !words(&second).contains("Last checks"));
    assert_eq!(attribute(&second, "a[rel=prev]", "href").as_deref(), Some("/articles/1"));
    assert_eq!(stage.get("/articles/1?page=3").await.status, StatusCode::NOT_FOUND);
    assert_eq!(stage.get("/articles/1?page=x").await.status, StatusCode::BAD_REQUEST);
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn a_source_tells_its_rhythm_in_figures_pictures_and_tables(pool: PgPool) {
    let stage = Stage::new(pool);
    let changed = [
        text("Mayor resigns", &["The mayor lied."]),
        text("Mayor stays", &["The mayor lied."]),
        text("Mayor stays", &["The mayor erred about it."]),
    ];
    stage.article(URL, &changed).await;
    stage.article("https://news.example.com/2", &changed[..1]).await;
    stage.set_seconds(180 * 60);
    let page = stage.page("/sources/examplecom").await;
    says(&page, "50% of its 2 articles changed after they were first seen");
    says(&page, "2 changes this week");
    says(&page, "1 of them changed the headline: 50%");
    says(&page, "The busiest hour is on Fridays from 18:00 to 19:00 UTC: 1 of 2 changes.");
    says(&page, "The most in one week: 2 changes.");
    says(&page, "5 Sept 2016 2 1");
    // A week of hours, and a cell each in the table, with a sum for every day.
    assert_eq!(found(&page, ".hours svg svg", "x").len(), 168);
    assert_eq!(found(&page, ".hours tbody td", "class").len(), 7 * 25);
    stage.store.hide_article(1.try_into().unwrap()).await.unwrap();
    says(&stage.page("/sources/examplecom").await, "0.0% of its 1 article changed");
    assert!(!stage.page("/sources/examplecom").await.contains("<svg"));
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn hostile_headlines_stay_text_in_pictures(pool: PgPool) {
    let stage = Stage::new(pool);
    let a = text("</title><script>alert(1)</script>", &["One."]);
    let b = text("</svg></desc><img src=x onerror=alert(1)>", &["One."]);
    stage.article(URL, &[a.clone(), b.clone(), a, b]).await;
    let page = stage.page("/articles/1").await;
    assert_eq!(found(&page, "img", "src"), Vec::<String>::new());
    assert_eq!(found(&page, "script", "src").len(), 1, "the site's own");
    says(&page, "</svg></desc><img src=x onerror=alert(1)>");
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn times_are_utc_for_readers_and_for_the_script_that_knows_their_zone(pool: PgPool) {
    let stage = Stage::new(pool);
    stage.article(URL, &[text("Mayor resigns", &["The mayor lied."])]).await;
    for path in ["/", "/articles/1", "/articles/1/versions/0", "/sources", "/watch", "/nowhere"] {
        let page = stage.get(path).await.body;
        let scripts = found(&page, "script", "src");
        let script = scripts.iter().find(|script| script.starts_with("/static/time-"));
        let script = script.unwrap_or_else(|| panic!("{path}: {scripts:?}"));
        let answer = stage.get(script).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {script}");
        assert_eq!(answer.header(header::CONTENT_TYPE), "text/javascript; charset=utf-8");
        assert!(answer.header(header::CACHE_CONTROL).contains("immutable"));
        assert!(answer.body.contains("time[datetime*=\"T\"]"));
    }
    let page = stage.page("/articles/1").await;
    let stamp = minute(0).format("%Y-%m-%dT%H:%M:%SZ").to_string();
    assert!(page.contains(&format!("<time datetime=\"{stamp}\">9 Sept 2016, 17:44 UTC</time>")));
}
