//! Lists that readers filter and page through, and the ways from an address to its history.

use axum::http::{StatusCode, header};
use chrono::TimeDelta;
use sqlx::PgPool;
use stet_core::ArticleText;

use crate::support::{Stage, attribute, says, text, words};

/// Two articles of two publishers: one with a rewritten headline, one with a changed figure.
async fn two(pool: PgPool) -> Stage {
    let stage = Stage::new(pool);
    let story = |title: &str, figure: &str| -> ArticleText {
        text(title, &[&format!("The council has spent {figure} pounds on the new bridge so far.")])
    };
    stage
        .article(
            "https://news.example.com/1",
            &[story("Bridge opens", "12"), story("Bridge is late", "12")],
        )
        .await;
    stage
        .article(
            "https://daily.example.org/1",
            &[story("Costs of a bridge", "12"), story("Costs of a bridge", "48")],
        )
        .await;
    stage
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn changes_are_filtered_by_kind_source_time_and_words(pool: PgPool) {
    let stage = two(pool).await;
    for (query, has_bridge, has_costs) in [
        ("", true, true),
        ("?kinds=headline", true, false),
        ("?kinds=number", false, true),
        ("?kinds=headline&kinds=number", true, true),
        ("?kinds=headline,number&source=exampleorg", false, true),
        ("?source=examplecom", true, false),
        ("?source=EXAMPLECOM&kinds=number", false, false),
        ("?source=nowhere", false, false),
        ("?since=2016-09-09&until=2016-09-09", true, true),
        ("?since=2016-09-10", false, false),
        ("?until=2016-09-08", false, false),
        ("?min_words=2&kinds=&source=&since=&until=", true, true),
        ("?min_words=3", true, false),
        ("?min_words=1000000", false, false),
    ] {
        let path = format!("/versions{query}");
        let page = stage.page(&path).await;
        let lines = words(&page);
        assert_eq!(lines.contains("Bridge is late"), has_bridge, "{path}: {lines}");
        assert_eq!(lines.contains("Costs of a bridge"), has_costs, "{path}: {lines}");
    }
    for odd in ["kinds=spin", "since=x", "min_words=-1", "before=x", "before=1-2", "min_words=1e9"]
    {
        let answer = stage.get(&format!("/?{odd}")).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{odd}");
    }
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn a_source_is_chosen_by_its_name_too(pool: PgPool) {
    let stage = two(pool).await;
    for asked in ["examplecom", "ExampleCom", "example.com"] {
        let page = stage.page(&format!("/versions?source={asked}")).await;
        assert_eq!(attribute(&page, "#source", "value").as_deref(), Some("examplecom"), "{asked}");
        assert!(!words(&page).contains("There is no source"), "{asked}");
    }
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn a_filter_says_what_it_takes_and_an_empty_list_what_to_do_next(pool: PgPool) {
    let stage = two(pool).await;
    let page = stage.page("/?kinds=quote&source=exampleorg&since=2016-01-01").await;
    says(&page, "Filter: of these kinds: quotation; from example.org; since 2016-01-01, UTC");
    says(&page, "No change is like that.");
    assert!(attribute(&page, "input[value=quote]", "checked").is_some());
    assert!(attribute(&page, "input[value=headline]", "checked").is_none());
    assert_eq!(attribute(&page, "input[name=source]", "value").unwrap(), "exampleorg");
    says(&stage.page("/?source=nowhere").await, "There is no source called “nowhere”.");
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn pages_of_changes_are_walked_without_gap_and_keep_their_address(pool: PgPool) {
    let stage = Stage::new(pool);
    let texts: Vec<ArticleText> =
        (0..=120).map(|n| text(&format!("Story {n:03}"), &[&format!("Paragraph {n}.")])).collect();
    let id = stage.article("https://news.example.com/1", &texts).await;
    let mut seen = Vec::new();
    let mut path = Some("/?source=examplecom".to_owned());
    let mut second = None;
    while let Some(at) = path {
        let page = stage.page(&at).await;
        let document = scraper::Html::parse_document(&page);
        let headlines = scraper::Selector::parse(".change h2").unwrap();
        seen.extend(document.select(&headlines).map(|h| h.text().collect::<String>()));
        path = attribute(&page, "a[rel=next]", "href");
        second = second.or(path.clone());
    }
    let expected: Vec<String> = (1..=120).rev().map(|n| format!("Story {n:03}")).collect();
    assert_eq!(seen, expected);
    let second = second.unwrap();
    assert!(second.starts_with("/versions?source=examplecom&before="), "{second}");
    let before = words(&stage.page(&second).await);
    stage.see(id, 60 * 200, &text("The latest", &["All is new."])).await;
    let after = words(&stage.page(&second).await);
    let list = |page: &str| {
        page[page.find("Story 070").unwrap()..page.find("Story 021").unwrap()].to_owned()
    };
    assert_eq!(list(&before), list(&after));

    says(&stage.page("/versions?page=3").await, "Story 020");
    assert_eq!(stage.get("/versions?page=4000000000").await.status, StatusCode::NOT_FOUND);
    assert_eq!(stage.page("/versions?page=2000").await.matches("class=\"change").count(), 0);
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn articles_are_filtered_by_source_and_state(pool: PgPool) {
    let stage = two(pool).await;
    stage.fall_dormant(2.try_into().unwrap(), 60 * 24 * 41).await;
    for (query, has_bridge, has_costs) in [
        ("", true, true),
        ("?source=examplecom&state=", true, false),
        ("?state=watched", true, false),
        ("?state=dormant", false, true),
        ("?state=removed", false, false),
        ("?state=dormant&source=examplecom", false, false),
    ] {
        let page = words(&stage.page(&format!("/articles{query}")).await);
        assert_eq!(page.contains("Bridge is late"), has_bridge, "{query}");
        assert_eq!(page.contains("Costs of a bridge"), has_costs, "{query}");
    }
    says(&stage.page("/articles?state=removed").await, "No article is like that.");
    assert_eq!(stage.get("/articles?state=hidden").await.status, StatusCode::BAD_REQUEST);
    assert_eq!(stage.get("/articles?before=-1").await.status, StatusCode::BAD_REQUEST);
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn pages_of_articles_are_walked_those_that_never_changed_last(pool: PgPool) {
    let stage = two(pool).await;
    for n in 0..60 {
        stage.watch(&format!("https://news.example.com/new/{n}")).await;
    }
    let (mut path, mut rows) = (Some("/articles".to_owned()), Vec::new());
    while let Some(at) = path {
        let page = stage.page(&at).await;
        let document = scraper::Html::parse_document(&page);
        let links = scraper::Selector::parse("th.headline a").unwrap();
        rows.extend(document.select(&links).map(|a| a.attr("href").unwrap().to_owned()));
        path = attribute(&page, "a[rel=next]", "href");
    }
    assert_eq!(&rows[..3], ["/articles/2", "/articles/1", "/articles/62"]);
    assert_eq!(rows.len(), 62);
    rows.sort_unstable();
    rows.dedup();
    assert_eq!(rows.len(), 62);
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn any_spelling_of_an_address_leads_to_its_history_or_to_the_form_and_words_to_the_search(
    pool: PgPool,
) {
    let stage = two(pool).await;
    let page = stage.page("/").await;
    assert_eq!(attribute(&page, "form.paste", "action").unwrap(), "/articles/lookup");
    for (typed, target) in [
        ("https%3A%2F%2Fnews.example.com%2F1%3Futm_source%3Dx%23top", "/articles/1"),
        ("++news.example.com%2F1+", "/articles/1"),
        ("https://news.example.com/2", "/watch?address=https%3A%2F%2Fnews.example.com%2F2"),
        ("nonsense", "/versions/search?q=nonsense"),
        ("mayor+pier", "/versions/search?q=mayor+pier"),
        ("Mayor%3A+I+lied", "/versions/search?q=Mayor%3A+I+lied"),
        ("ftp://news.example.com/1", "/watch?address=ftp%3A%2F%2Fnews.example.com%2F1"),
        ("", "/watch?address="),
    ] {
        let answer = stage.get(&format!("/articles/lookup?url={typed}")).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER);
        assert_eq!(answer.header(header::LOCATION), target, "{typed}");
    }
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn help_explains_every_kind_and_offers_the_bookmark(pool: PgPool) {
    let stage = Stage::with(pool, |settings| settings.contact = Some("ed@stet.example".into()));
    let help = stage.page("/help").await;
    says(&help, "The headline changed.");
    let bookmark = attribute(&help, "#bookmarklet ~ p a.button", "href").unwrap();
    assert_eq!(
        bookmark,
        "javascript:void(location.href='http://stet.example:8080/articles/lookup?url='\
         +encodeURIComponent(location.href))"
    );
    says(&help, &bookmark);
    for (part, says_there) in [
        ("comparisons", "Words that were added are"),
        ("timelines", "C correction note"),
        ("ages", "since which version it stands"),
        ("citing", "a line to copy"),
    ] {
        assert!(attribute(&help, &format!("h2#{part}"), "class").is_some(), "{part}");
        says(&help, says_there);
    }
    let about = stage.page("/about").await;
    says(&about, "at least 1 second apart");
    says(&about, "Or write to whoever runs this site: ed@stet.example.");
    assert!(about.contains(r#"href="mailto:ed@stet.example""#));
    for target in ["/help", "/about"] {
        assert!(attribute(&help, &format!("footer a[href='{target}']"), "href").is_some());
    }
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn about_names_an_address_as_people_write_it_and_the_gap_that_is_kept(pool: PgPool) {
    let about = async |contact: &str, gap| {
        let stage = Stage::with(pool.clone(), |settings| {
            settings.contact = Some(contact.to_owned());
            settings.host_gap = gap;
        });
        stage.page("/about").await
    };
    let page = about("mailto:ed@stet.example", TimeDelta::zero()).await;
    assert!(page.contains(r#"href="mailto:ed@stet.example""#), "{page}");
    says(&page, "Or write to whoever runs this site: ed@stet.example.");
    says(&page, "One request at a time to a host. Retry-After is honoured.");
    let page = about("https://stet.example/us", TimeDelta::milliseconds(2_500)).await;
    says(&page, "Or write to whoever runs this site: https://stet.example/us.");
    says(&page, "at least 2,500 ms apart");
    says(&about("x", TimeDelta::seconds(5)).await, "at least 5 seconds apart");
}
