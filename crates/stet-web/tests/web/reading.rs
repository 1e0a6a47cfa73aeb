//! The pages on which versions are compared and read.

use axum::http::{StatusCode, header};
use sqlx::PgPool;
use stet_core::ArticleText;

use crate::support::{Stage, attribute, minute, says, text, words};

const DAM: &str =
    "The old dam above the town was declared safe by two engineers on Monday morning.";
const UNSAFE: &str =
    "The old dam above the town was declared unsafe by two engineers on Monday morning.";
const VOTE: &str = "A vote on the new budget is due in May, the council said after a long meeting.";
const RAIN: &str = "Heavy rain fell over the whole valley for three days. It is still falling.";

/// An article whose dam is edited, whose vote moves, and which then loses its rain.
async fn dam(pool: PgPool) -> Stage {
    let stage = Stage::new(pool);
    let third = "The third paragraph of this article stands as it is in all of its versions.";
    let texts = [
        text("Dam is safe", &[VOTE, DAM, third]),
        text("Dam is not safe", &[UNSAFE, third, RAIN, VOTE]),
        text("Dam is not safe", &[UNSAFE, third, VOTE]),
    ];
    stage.article("https://news.example.com/1", &texts).await;
    stage
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn a_comparison_says_in_words_what_changed_and_between_which_checks(pool: PgPool) {
    let page = dam(pool).await.page("/articles/1/diff/0/1").await;
    says(
        &page,
        "Headline rewritten; 1 paragraph edited, 1 added, 1 moved; 16 words added, 1 removed.",
    );
    says(
        &page,
        "Changed between two checks: version 0 still stood on 9 Sept 2016, 17:44 UTC; version 1 \
         stood on 9 Sept 2016, 18:44 UTC, 1 hour later.",
    );
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn versions_that_did_not_follow_each_other_say_so(pool: PgPool) {
    let stage = dam(pool).await;
    says(
        &stage.page("/articles/1/diff/0/2").await,
        "Changed in several steps: version 0 still stood",
    );
    let back = stage.page("/articles/1/diff/2/0").await;
    assert!(!words(&back).contains("still stood"), "it was never seen again");
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn a_change_of_the_standfirst_alone_is_called_so_and_so_are_date_and_section(pool: PgPool) {
    let stage = Stage::new(pool);
    let with = |standfirst: &str, hours: i64, section: &str| ArticleText {
        standfirst: Some(standfirst.into()),
        published: Some(minute(hours * 60)),
        section: Some(section.into()),
        ..text("Dam is safe", &[DAM])
    };
    let texts = [with("All is well", -3, "World"), with("All is bad", -3, "Town")];
    stage.article("https://news.example.com/1", &texts).await;
    let page = stage.page("/articles/1/diff/0/1").await;
    says(&page, "Standfirst changed; 1 word added, 1 removed.");
    says(&page, "Section: World");
    assert!(page.contains("<del>World</del> <ins>Town</ins>"), "{page}");
    assert!(!words(&page).contains("Date:"), "it stayed");
    says(&stage.page("/").await, "Standfirst or picture caption changed");

    stage.see(1.try_into().unwrap(), 120, &with("All is bad", -2, "Town")).await;
    let redated = stage.page("/articles/1/diff/1/2").await;
    says(&redated, "Date changed.");
    says(&redated, "Date: Dated 9 Sept 2016, 14:44 UTC");
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn a_moved_paragraph_leads_to_its_other_place_in_every_view(pool: PgPool) {
    let stage = dam(pool).await;
    for view in ["", "?view=sides", "?view=inline", "?view=inline&only=changes"] {
        let page = stage.page(&format!("/articles/1/diff/0/1{view}")).await;
        for (place, other) in [("v0-p1", "v1-p4"), ("v1-p4", "v0-p1")] {
            let link = format!("#{place} .tag a");
            assert_eq!(
                attribute(&page, &link, "href").as_deref(),
                Some(&*format!("#{other}")),
                "{view}"
            );
        }
    }
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn the_anchor_of_a_paragraph_names_its_version_and_stands_once(pool: PgPool) {
    let stage = dam(pool).await;
    for view in ["", "?view=inline", "?only=changes", "?view=inline&only=changes"] {
        let page = stage.page(&format!("/articles/1/diff/0/1{view}")).await;
        // In one column an unchanged paragraph has both its anchors, unless it is folded.
        for anchor in ["v0-p1", "v0-p2", "v1-p1", "v1-p2", "v1-p3", "v1-p4"] {
            assert_eq!(page.matches(&format!(r#"id="{anchor}""#)).count(), 1, "{anchor} {view}");
        }
    }
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn where_nobody_chose_a_view_an_edited_paragraph_is_there_for_both(pool: PgPool) {
    let stage = dam(pool).await;
    let auto = stage.page("/articles/1/diff/0/1").await;
    assert!(auto.contains(r#"<table class="diff auto">"#));
    assert!(auto.contains("declared <del>safe</del> by"), "{auto}");
    assert!(auto.contains("declared <del>safe</del> <ins>unsafe</ins> by"), "{auto}");
    assert_eq!(auto.matches(r#"aria-label="View""#).count(), 2, "one for each width");
    let sides = stage.page("/articles/1/diff/0/1?view=sides").await;
    assert!(sides.contains(r#"<table class="diff sides">"#));
    assert_eq!(sides.matches(r#"aria-label="View""#).count(), 1);
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn unchanged_paragraphs_stand_in_folds_that_open(pool: PgPool) {
    let stage = dam(pool).await;
    for view in ["only=changes", "view=inline&only=changes"] {
        let page = stage.page(&format!("/articles/1/diff/1/2?{view}")).await;
        says(&page, "2 unchanged paragraphs");
        assert!(attribute(&page, "details:not([open]) #v2-p1", "class").is_some(), "{page}");
        says(&page, "− removed Heavy rain fell");
        assert!(attribute(&page, "details #v1-p3", "class").is_none(), "what changed is shown");
    }
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn a_number_in_one_column_says_of_which_version_it_is(pool: PgPool) {
    let stage = dam(pool).await;
    let page = stage.page("/articles/1/diff/1/2?view=inline").await;
    says(&page, "−¶3 of version 1 − removed Heavy rain fell");
    says(&page, "¶3 of version 2");
    assert_eq!(attribute(&page, "#v1-p3 .n", "title").as_deref(), Some("−¶3 of version 1"));
    let sides = stage.page("/articles/1/diff/1/2?view=sides").await;
    assert!(attribute(&sides, "#v1-p3 .n", "title").is_none(), "each column has its version");
    assert!(sides.contains(">The comparison</h2>"), "a heading before that of the citation");
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn the_form_leads_to_the_address_of_any_comparison_and_keeps_the_view(pool: PgPool) {
    let stage = dam(pool).await;
    let page = stage.page("/articles/1/diff/0/1?view=inline&only=changes").await;
    assert_eq!(attribute(&page, "form.picker", "action").as_deref(), Some("/articles/1/diff"));
    assert_eq!(attribute(&page, "#from [selected]", "value").as_deref(), Some("0"));
    assert_eq!(attribute(&page, "#to [selected]", "value").as_deref(), Some("1"));
    assert_eq!(attribute(&page, "input[name=view]", "value").as_deref(), Some("inline"));
    assert_eq!(attribute(&page, "input[name=only]", "value").as_deref(), Some("changes"));

    let answer = stage.get("/articles/1/diff?from=0&to=2&view=inline&only=changes").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    let to = "/articles/1/diff/0/2?view=inline&only=changes";
    assert_eq!(answer.header(header::LOCATION), to);
    let plain = stage.get("/articles/1/diff?from=2&to=0").await;
    assert_eq!(plain.header(header::LOCATION), "/articles/1/diff/2/0");
    assert_eq!(stage.get("/articles/1/diff?from=x&to=0").await.status, StatusCode::BAD_REQUEST);
    assert_eq!(stage.get("/articles/9/diff?from=0&to=1").await.status, StatusCode::NOT_FOUND);
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn the_steps_follow_the_changes_and_not_the_numbers(pool: PgPool) {
    let stage = Stage::new(pool);
    let [a, b, c] = [DAM, VOTE, RAIN].map(|one| text("Title", &[one]));
    stage.article("https://news.example.com/1", &[a.clone(), b, a, c]).await;
    let page = stage.page("/articles/1/diff/1/0?only=changes").await;
    let step = |page: &str, rel: &str| attribute(page, &format!("a[rel={rel}]"), "href");
    let before = "/articles/1/diff/0/1?only=changes".to_owned();
    let after = "/articles/1/diff/0/2?only=changes".to_owned();
    assert_eq!((step(&page, "prev"), step(&page, "next")), (Some(before), Some(after)));
    let last = stage.page("/articles/1/diff/0/2").await;
    assert_eq!(step(&last, "next"), None);
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn a_change_that_happened_again_has_an_address_and_times_of_its_own(pool: PgPool) {
    let stage = Stage::new(pool);
    let [a, b] = [DAM, VOTE].map(|one| text("Title", &[one]));
    stage.article("https://news.example.com/1", &[a.clone(), b.clone(), a, b]).await;
    let first = stage.page("/articles/1/diff/0/1").await;
    says(
        &first,
        "version 0 still stood on 9 Sept 2016, 17:44 UTC; version 1 stood on 9 Sept 2016, 18:44",
    );
    says(&first, "The same change several times: 9 Sept 2016, 18:44 UTC · 9 Sept 2016, 20:44 UTC");
    let step = |page: &str, rel: &str| attribute(page, &format!("a[rel={rel}]"), "href");
    assert_eq!(step(&first, "prev"), None);
    assert_eq!(step(&first, "next").as_deref(), Some("/articles/1/diff/1/0?change=1"));

    let again = stage.page("/articles/1/diff/0/1?only=changes&change=2").await;
    says(
        &again,
        "version 0 still stood on 9 Sept 2016, 19:44 UTC; version 1 stood on 9 Sept 2016, 20:44",
    );
    says(&again, "changed 1 hour after version 0");
    let before = "/articles/1/diff/1/0?only=changes&change=1";
    assert_eq!((step(&again, "prev").as_deref(), step(&again, "next")), (Some(before), None));
    let shown = attribute(&again, ".when [aria-current]", "href");
    assert_eq!(shown.as_deref(), Some("/articles/1/diff/0/1?only=changes&change=2"));
    assert_eq!(again.matches(r#"class="current""#).count(), 1, "one bar is marked");
    assert!(stage.page("/").await.contains(r#"href="/articles/1/diff/0/1?change=2""#));
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn a_page_says_how_it_is_cited_and_its_script_is_served(pool: PgPool) {
    let stage = dam(pool).await;
    let page = stage.page("/articles/1/diff/0/1").await;
    says(
        &page,
        "example.com: “Dam is not safe” (earlier: “Dam is safe”). Compared: version 0, first seen \
         9 Sept 2016, 17:44 UTC; with version 1, first seen 9 Sept 2016, 18:44 UTC. Kept by Stet: \
         http://stet.example:8080/articles/1/diff/0/1 – original: https://news.example.com/1",
    );
    assert!(attribute(&page, "button[data-copies=citation][hidden]", "type").is_some());
    let script = attribute(&page, "script", "src").unwrap();
    let answer = stage.get(&script).await;
    assert_eq!(answer.header(header::CONTENT_TYPE), "text/javascript; charset=utf-8");
    assert!(answer.header(header::CACHE_CONTROL).contains("immutable"));
    says(&stage.page("/articles/1/versions/1").await, "Read: version 1, first seen 9 Sept 2016");
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn a_version_says_of_each_paragraph_since_when_and_until_when_it_stood(pool: PgPool) {
    let stage = dam(pool).await;
    let page = stage.page("/articles/1/versions/1").await;
    says(
        &page,
        "2 of 4 paragraphs were there from the first version on; 1 no longer stands as it is here.",
    );
    says(
        &page,
        "unsafe by two engineers on Monday morning. Since version 1 9 Sept 2016, 18:44 UTC \
         paragraph since version 0, edited in 1 ¶2",
    );
    says(
        &page,
        "Since version 1 9 Sept 2016, 18:44 UTC Removed in version 2 9 Sept 2016, 19:44 UTC",
    );
    assert_eq!(
        attribute(&page, "#p-3 .until a", "href").as_deref(),
        Some("/articles/1/diff/1/2"),
        "where it vanished"
    );
    assert_eq!(
        attribute(&page, "#p-3 .note a", "href").as_deref(),
        Some("/articles/1/diff/0/1"),
        "where it appeared"
    );
    let first = stage.page("/articles/1/versions/0").await;
    says(&first, "Edited in version 1 9 Sept 2016, 18:44 UTC");
    says(&first, "paragraphs no longer stands as it is here.");
    assert!(!words(&first).contains("from the first version on"), "that is what it is itself");
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn a_version_tells_the_age_of_sentences_if_asked(pool: PgPool) {
    let stage = Stage::new(pool);
    let longer = format!("{DAM} Nobody was hurt.");
    let texts = [text("Title", &[DAM]), text("Title", &[&longer])];
    stage.article("https://news.example.com/1", &texts).await;
    let page = stage.page("/articles/1/versions/1?by=sentence").await;
    says(&page, "1 of 2 sentences was there from the first version on; all of them still stand.");
    says(
        &page,
        "on Monday morning. Since version 0 9 Sept 2016, 17:44 UTC Nobody was hurt. Since version 1",
    );
    assert_eq!(page.matches(r#"class="n""#).count(), 1, "one paragraph has one number");
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn a_paragraph_that_came_back_stood_with_an_interruption(pool: PgPool) {
    let stage = Stage::new(pool);
    let (a, b) = (text("Title", &[DAM, VOTE]), text("Title", &[VOTE]));
    stage.article("https://news.example.com/1", &[a.clone(), b, a]).await;
    let page = stage.page("/articles/1/versions/0").await;
    says(&page, "Since version 0 9 Sept 2016, 17:44 UTC away once in between ¶2");
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn the_only_version_has_no_age_to_tell_of(pool: PgPool) {
    let stage = Stage::new(pool);
    stage.article("https://news.example.com/1", &[text("Title", &[DAM])]).await;
    for path in ["/articles/1/versions/0", "/articles/1/versions/0?by=sentence"] {
        let page = stage.page(path).await;
        says(&page, DAM);
        assert!(!words(&page).contains("Since version"));
    }
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn a_hidden_article_is_neither_compared_nor_dated(pool: PgPool) {
    let stage = dam(pool).await;
    stage.store.hide_article(1.try_into().unwrap()).await.unwrap();
    for path in [
        "/articles/1/diff?from=0&to=1",
        "/articles/1/diff/0/1?only=changes",
        "/articles/1/versions/1",
        "/articles/1/versions/1?by=sentence",
    ] {
        let answer = stage.get(path).await;
        assert!([StatusCode::GONE, StatusCode::NOT_FOUND].contains(&answer.status), "{path}");
        assert!(!answer.body.contains("dam"), "{path}");
    }
    let id = 1.try_into().unwrap();
    assert!(stage.store.paragraph_texts(id).await.unwrap().is_empty());
    assert!(stage.store.paragraphs_of_versions(id).await.unwrap().is_empty());
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn the_comparison_of_a_long_article_is_sent_in_less_than_sixty_kilobytes(pool: PgPool) {
    let stage = Stage::new(pool);
    let paragraph = |number: usize, what: &str| {
        format!("Paragraph {number} of this long article says {what} about item {}. ", number * 37)
            .repeat(4)
            .trim()
            .to_owned()
    };
    // 60 paragraphs of some 45 words: longer than nine in ten articles of the press.
    let old = ArticleText::new("Title", (0..60).map(|number| paragraph(number, "something")));
    let new = ArticleText::new(
        "Title",
        (0..60).map(|number| paragraph(number, if number % 3 == 0 { "much" } else { "something" })),
    );
    stage.article("https://news.example.com/1", &[old, new]).await;
    let encoding = [("accept-encoding", "gzip")];
    let answer = stage.get_with("/articles/1/diff/0/1", &encoding).await;
    assert_eq!(answer.header(header::CONTENT_ENCODING), "gzip");
    // Bytes that are no UTF-8 count thrice here, so that this is too strict at most.
    assert!(answer.body.len() < 60_000, "{} bytes", answer.body.len());
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn a_text_from_right_to_left_is_so_in_each_of_its_parts(pool: PgPool) {
    let stage = Stage::new(pool);
    let arabic = |headline: &str| ArticleText {
        language: Some("ar".into()),
        byline: Some("Reuters".into()),
        ..text(headline, &["BBC: قالت المدينة اليوم إن السوق القديم باق في مكانه هذا العام."])
    };
    let texts = [arabic("السوق القديم باق"), arabic("السوق القديم يغلق")];
    stage.article("https://news.example.com/1", &texts).await;
    for (view, parts) in [
        ("diff/0/1", ["h1", "tr.headline p", "tr.byline p", "#v0-p1 p"]),
        ("diff/0/1?view=inline", ["h1", ".headline p", ".byline p", "#v1-p1 p"]),
        ("versions/1", ["h1", ".byline", "#p-1 p", "article [dir]"]),
    ] {
        let page = stage.page(&format!("/articles/1/{view}")).await;
        for part in parts {
            assert_eq!(attribute(&page, part, "dir").as_deref(), Some("rtl"), "{view} {part}");
        }
    }
}
