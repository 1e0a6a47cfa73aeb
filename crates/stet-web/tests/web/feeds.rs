//! Feeds of changes in each of their formats, as programs that others wrote read them.

use axum::http::{StatusCode, header};
use feed_rs::model::{Entry, Feed};
use sqlx::PgPool;

use crate::support::{Answer, Stage, attribute, minute, says, text};

const FORMATS: [(&str, &str); 3] = [
    ("rss", "application/rss+xml; charset=utf-8"),
    ("atom", "application/atom+xml; charset=utf-8"),
    ("json", "application/feed+json; charset=utf-8"),
];

/// Reads a feed and checks it by the rules that a lenient reader does not.
pub(crate) async fn feed(stage: &Stage, path: &str) -> Feed {
    let answer = stage.get(path).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.body);
    let is_allowed = |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{FFFD}' | '\u{10000}'..);
    assert!(answer.body.chars().all(is_allowed), "{:?}", answer.body);
    let parser = feed_rs::parser::Builder::new().sanitize_content(false).build();
    parser.parse(answer.body.as_bytes()).unwrap_or_else(|error| panic!("{error}: {}", answer.body))
}

async fn entries(stage: &Stage, path: &str) -> Vec<Entry> {
    feed(stage, path).await.entries
}

/// RSS has one place for what an item says.
pub(crate) fn html(entry: &Entry) -> &str {
    let content = entry.content.as_ref().and_then(|content| content.body.as_deref());
    content.or(entry.summary.as_ref().map(|summary| summary.content.as_str())).unwrap_or_default()
}

fn ids(entries: &[Entry]) -> Vec<&str> {
    entries.iter().map(|entry| entry.id.as_str()).collect()
}

fn titles(entries: &[Entry]) -> Vec<&str> {
    entries.iter().map(|entry| entry.title.as_ref().unwrap().content.as_str()).collect()
}

/// An article with two changes; and one, of another newspaper, without any.
async fn mayor(pool: PgPool) -> Stage {
    let stage = Stage::new(pool);
    let texts = [
        text("Mayor resigns", &["The mayor lied.", "She will go on."]),
        text("Mayor stays", &["The mayor erred.", "She will go on."]),
        text("Mayor stays", &["The mayor erred.", "She will go on.", "A vote is due."]),
    ];
    stage.article("https://news.example.com/1", &texts).await;
    stage.article("https://paper.example.org/1", &[text("Rain", &["It rains."])]).await;
    stage
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn a_feed_tells_the_same_in_each_of_its_formats(pool: PgPool) {
    let stage = mayor(pool).await;
    for (path, title) in [
        ("/versions", "example.com: Mayor stays"),
        ("/sources/examplecom", "Mayor stays"),
        ("/articles/1", "Mayor stays"),
        ("/versions/search", "example.com: Mayor stays"),
    ] {
        let query = if path.ends_with("search") { "?q=mayor&text=gone" } else { "" };
        let mut known = None;
        for (ending, content_type) in FORMATS {
            let path = format!("{path}.{ending}{query}");
            assert_eq!(stage.get(&path).await.header(header::CONTENT_TYPE), content_type);
            let feed = feed(&stage, &path).await;
            let first = feed.entries.last().unwrap();
            assert_eq!(first.title.as_ref().unwrap().content, title, "{path}");
            let links: Vec<_> = first.links.iter().map(|link| link.href.as_str()).collect();
            assert!(links.contains(&"http://stet.example:8080/articles/1/diff/0/1"), "{path}");
            assert_eq!(first.published.unwrap().to_rfc3339(), "2016-09-09T18:44:00+00:00");
            let kinds: Vec<_> = first.categories.iter().map(|kind| kind.term.as_str()).collect();
            assert_eq!(kinds, ["headline", "edited"], "{path}");
            let html = html(first);
            assert!(html.contains("The mayor <del>[−lied]</del> <ins>[+erred]</ins>."), "{html}");
            assert!(html.contains("Mayor <del>[−resigns]</del> <ins>[+stays]</ins>"), "{html}");
            assert!(!html.contains("She will go on"), "{html}");
            says(html, "Headline rewritten; 1 paragraph edited; 2 words added, 2 removed.");
            says(html, "It changed between 9 Sept 2016, 17:44 UTC and 9 Sept 2016, 18:44 UTC.");
            let own = format!("http://stet.example:8080{path}");
            let is_own = |link: &feed_rs::model::Link| link.href == own;
            assert!(ending == "json" || feed.links.iter().any(is_own), "{:?}", feed.links);
            let told: Vec<(String, String)> = feed
                .entries
                .iter()
                .map(|entry| (entry.id.clone(), self::html(entry).to_owned()))
                .collect();
            assert!(told.iter().all(|(id, _)| id.starts_with("urn:uuid:")), "{told:?}");
            assert_eq!(*known.get_or_insert(told.clone()), told, "{path}");
        }
    }
    let added = html(&entries(&stage, "/articles/1.rss").await[0]).to_owned();
    says(&added, "¶3, added: [+A vote is due.]");
    assert_eq!(
        ids(&entries(&stage, "/articles/1.atom").await),
        ids(&entries(&stage, "/versions.json").await),
        "one change has one name in all feeds"
    );
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn an_empty_feed_is_a_feed(pool: PgPool) {
    let stage = Stage::new(pool);
    stage.watch("https://news.example.com/1").await;
    for (ending, _) in FORMATS {
        for path in ["/versions", "/articles/1", "/sources/examplecom"] {
            assert!(entries(&stage, &format!("{path}.{ending}")).await.is_empty());
        }
        assert!(entries(&stage, &format!("/versions/search.{ending}?q=mayor")).await.is_empty());
    }
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
    for (ending, _) in FORMATS {
        let entries = entries(&stage, &format!("/versions.{ending}")).await;
        assert_eq!(titles(&entries), ["example.com: ab ]]> <![CDATA[ &amp; &#0; <!-- 2"]);
    }
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn pages_name_their_feeds_in_each_format(pool: PgPool) {
    let stage = mayor(pool).await;
    for (page, feed, query) in [
        ("/", "/versions", ""),
        ("/articles/1", "/articles/1", ""),
        ("/articles/1/diff/0/1", "/articles/1", ""),
        ("/articles/1/versions/0", "/articles/1", ""),
        ("/sources/examplecom", "/sources/examplecom", ""),
        ("/versions/search?q=mayor", "/versions/search", "?q=mayor"),
        (
            "/versions?kinds=quote&kinds=headline&source=examplecom&min_words=3",
            "/versions",
            "?kinds=headline%2Cquote&min_words=3&source=examplecom",
        ),
    ] {
        let html = stage.page(page).await;
        for (ending, content_type) in FORMATS {
            let kind = content_type.split(';').next().unwrap();
            let first = format!("link[rel=alternate][type='{kind}']");
            let href = attribute(&html, &first, "href").unwrap();
            assert_eq!(href, format!("{feed}.{ending}{query}"), "{page}");
            stage.page(&href).await;
        }
    }
    assert!(stage.page("/versions/search").await.contains("href=\"/versions.rss\""));
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn a_feed_holds_what_its_filter_takes(pool: PgPool) {
    let stage = mayor(pool).await;
    for (query, count) in [
        ("kinds=headline", 1),
        ("kinds=added,headline", 2),
        ("kinds=correction", 0),
        ("min_words=4", 2),
        ("min_words=5", 0),
        ("kinds=&min_words=", 2),
        ("utm_source=reader", 2),
        ("since=2016-09-10", 0),
    ] {
        for path in ["/versions.rss", "/articles/1.atom", "/sources/examplecom.json"] {
            let path = format!("{path}?{query}");
            assert_eq!(entries(&stage, &path).await.len(), count, "{path}");
        }
    }
    assert_eq!(entries(&stage, "/versions.rss?source=ExampleCom").await.len(), 2);
    assert_eq!(entries(&stage, "/versions.rss?source=exampleorg").await.len(), 0);
    assert_eq!(entries(&stage, "/versions/search.rss?q=erred&kinds=added").await.len(), 0);
    assert_eq!(entries(&stage, "/versions/search.rss?q=erred&kinds=edited").await.len(), 1);
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn a_value_that_is_not_understood_is_named(pool: PgPool) {
    let stage = mayor(pool).await;
    for (path, words) in [
        (
            "/versions.rss?kinds=headline,spin",
            "“kinds” cannot be “spin”. The kinds of change are: headline, byline,",
        ),
        ("/versions.atom?kinds=technical", "“kinds” cannot be “technical”"),
        ("/articles/1.json?min_words=many", "“min_words” must be a whole number, not “many”"),
        ("/articles/1.json?min_words=-1", "“min_words” must be a whole number, not “-1”"),
        ("/sources/examplecom.rss?since=yesterday", "“since” cannot be “yesterday”"),
        ("/versions.rss?before=x", "“before” cannot be “x”"),
        ("/versions.rss?source=nobody", "There is no source called “nobody”."),
        (
            "/versions/search.rss?q=a&text=now",
            "“text” cannot be “now”; it is one of: ever, standing, gone.",
        ),
        ("/versions/search.rss", "“q” must have one word at least"),
        ("/versions/search.rss?q=mayor+source:nobody", "There is no source called “nobody”."),
    ] {
        let answer = stage.get(path).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{path}");
        says(&answer.body, words);
    }
    for path in ["/sources/nobody.rss", "/articles/9.atom", "/articles/x.json", "/versions.xml"] {
        assert_eq!(stage.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}

fn is_not_modified(answer: &Answer) -> bool {
    assert!(answer.status != StatusCode::NOT_MODIFIED || answer.body.is_empty());
    answer.status == StatusCode::NOT_MODIFIED
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn whoever_has_a_feed_already_is_told_so(pool: PgPool) {
    let stage = mayor(pool).await;
    stage.set_seconds(3 * 3_600);
    let paths = [
        "/versions.rss",
        "/articles/1.atom",
        "/sources/examplecom.json",
        "/versions/search.rss?q=vote",
    ];
    let mut tags = Vec::new();
    for path in paths {
        let answer = stage.get(path).await;
        let etag = answer.header(header::ETAG).to_owned();
        let date = answer.header(header::LAST_MODIFIED);
        assert_eq!(date, "Fri, 09 Sep 2016 19:44:00 GMT", "{path}");
        assert!(is_not_modified(&stage.get_with(path, &[("if-none-match", &etag)]).await));
        assert!(is_not_modified(&stage.get_with(path, &[("if-modified-since", date)]).await));
        let other = [("if-modified-since", "Fri, 09 Sep 2016 20:00:00 GMT")];
        assert!(!is_not_modified(&stage.get_with(path, &other).await));
        let both = [("if-none-match", "\"x\""), ("if-modified-since", date)];
        assert!(!is_not_modified(&stage.get_with(path, &both).await), "the tag decides");
        assert!(!tags.contains(&etag));
        tags.push(etag);
    }
    let etag = tags[0].as_str();
    let other_format = stage.get_with("/versions.atom", &[("if-none-match", etag)]).await;
    assert!(!is_not_modified(&other_format));
    stage.store.hide_article(1.try_into().unwrap()).await.unwrap();
    for (path, etag) in paths.into_iter().zip(&tags) {
        assert!(
            !is_not_modified(&stage.get_with(path, &[("if-none-match", etag)]).await),
            "{path}"
        );
    }
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn a_feed_is_dated_only_when_nothing_earlier_can_come(pool: PgPool) {
    let stage = mayor(pool).await;
    // The last change is of minute 120.
    for (seconds, date) in [(124 * 60, ""), (126 * 60, "Fri, 09 Sep 2016 19:44:00 GMT")] {
        stage.set_seconds(seconds);
        assert_eq!(stage.get("/versions.rss").await.header(header::LAST_MODIFIED), date);
    }
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn a_text_that_was_read_anew_is_told_anew_under_its_name(pool: PgPool) {
    let stage = mayor(pool).await;
    let before = stage.get("/articles/1.rss").await;
    let etag = before.header(header::ETAG).to_owned();
    let ids_before: Vec<String> =
        entries(&stage, "/articles/1.rss").await.into_iter().map(|entry| entry.id).collect();
    let texts = [
        text("Mayor resigns", &["The mayor lied twice.", "She will go on."]),
        text("Mayor stays", &["The mayor erred.", "She will go on."]),
        text("Mayor stays", &["The mayor erred.", "She will go on.", "A vote is due."]),
    ];
    stage.reread(1.try_into().unwrap(), &texts).await;
    let after = stage.get_with("/articles/1.rss", &[("if-none-match", &etag)]).await;
    assert!(!is_not_modified(&after));
    let entries = entries(&stage, "/articles/1.rss").await;
    assert_eq!(ids(&entries), ids_before);
    assert!(html(&entries[1]).contains("twice"), "{}", html(&entries[1]));
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn what_a_feed_does_not_hold_is_on_its_next_page(pool: PgPool) {
    let stage = Stage::new(pool);
    let texts: Vec<_> = (0..56).map(|n| text("T", &[&format!("Number {n}.")])).collect();
    stage.article("https://news.example.com/1", &texts).await;
    stage.set_seconds(90 * 24 * 3_600);
    let json: serde_json::Value =
        serde_json::from_str(&stage.page("/articles/1.json?min_words=1").await).unwrap();
    assert_eq!(json["items"].as_array().unwrap().len(), 50);
    let next = json["next_url"].as_str().unwrap().to_owned();
    assert!(next.starts_with("http://stet.example:8080/articles/1.json?min_words=1&before="));
    let next = next.strip_prefix("http://stet.example:8080").unwrap();
    let rest: serde_json::Value = serde_json::from_str(&stage.page(next).await).unwrap();
    assert_eq!(rest["items"].as_array().unwrap().len(), 5);
    assert_eq!(rest["next_url"], serde_json::Value::Null);
    for ending in ["rss", "atom"] {
        let first = stage.page(&format!("/articles/1.{ending}")).await;
        let element = if ending == "rss" { "<atom:link" } else { "<link" };
        let next = format!("{element} rel=\"next\" type=\"application/{ending}+xml\" href=\"");
        let next = first.split(&next).nth(1).unwrap().split('"').next().unwrap();
        let next = next.strip_prefix("http://stet.example:8080").unwrap();
        let rest = stage.page(next).await;
        assert!(rest.contains(&format!("{element} rel=\"first\"")), "{rest}");
        assert!(!rest.contains("rel=\"next\""), "{rest}");
        assert_eq!(entries(&stage, next).await.len(), 5);
    }
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn a_search_feed_tells_what_came_and_what_went(pool: PgPool) {
    let stage = mayor(pool).await;
    let search = async |query: &str| {
        let entries = entries(&stage, &format!("/versions/search.rss?q={query}")).await;
        let links = entries.iter().map(|entry| entry.links[0].href.clone());
        let path = |link: String| link.strip_prefix("http://stet.example:8080").unwrap().to_owned();
        links.map(path).collect::<Vec<String>>()
    };
    assert_eq!(search("lied").await, ["/articles/1/diff/0/1"]);
    assert_eq!(search("vote").await, ["/articles/1/diff/1/2"]);
    assert_eq!(search("rains").await, ["/articles/2/versions/0"]);
    assert_eq!(search("mayor").await, ["/articles/1/diff/0/1"], "four passages, one change");
    assert_eq!(search("nothing").await, [""; 0]);
    let rain = entries(&stage, "/versions/search.rss?q=rains").await;
    says(
        html(&rain[0]),
        "Seen first on 9 Sept 2016, 17:44 UTC, with what was searched for. It rains.",
    );
    assert_eq!(rain[0].published.unwrap(), minute(0));
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn a_change_too_long_for_a_feed_is_cut_and_says_so(pool: PgPool) {
    let stage = Stage::new(pool);
    let long: Vec<String> = (0..60).map(|n| format!("Paragraph {n} of many.")).collect();
    let long: Vec<&str> = long.iter().map(String::as_str).collect();
    let huge = "word ".repeat(10_000);
    let texts = [text("T", &["One."]), text("T", &["One.", &huge]), text("T", &long)];
    stage.article("https://news.example.com/1", &texts).await;
    let entries = entries(&stage, "/articles/1.atom").await;
    says(html(&entries[0]), "… and 23 further changed parts.");
    says(html(&entries[1]), "… and 1 further changed part.");
    assert!(html(&entries[1]).len() < 2_000);
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn feeds_name_their_hub_where_there_is_one(pool: PgPool) {
    let hub = "https://hub.example/?a=1&b=2";
    let stage = Stage::with(pool.clone(), |settings| settings.hub = Some(hub.parse().unwrap()));
    for (path, named) in [
        ("/versions.rss", "<atom:link rel=\"hub\" href=\"https://hub.example/?a=1&#38;b=2\"/>"),
        ("/versions.atom", "<link rel=\"hub\" href=\"https://hub.example/?a=1&#38;b=2\"/>"),
        ("/versions.json", r#""hubs":[{"type":"WebSub","url":"https://hub.example/?a=1&b=2"}]"#),
    ] {
        let answer = stage.get(path).await;
        assert!(answer.body.contains(named), "{}", answer.body);
        let links: Vec<_> =
            answer.headers.get_all("link").iter().map(|link| link.to_str().unwrap()).collect();
        assert_eq!(
            links,
            [
                format!("<{hub}>; rel=\"hub\""),
                format!("<http://stet.example:8080{path}>; rel=\"self\"")
            ]
        );
        let etag = answer.header(header::ETAG);
        let without = Stage::new(pool.clone()).get_with(path, &[("if-none-match", etag)]).await;
        assert_eq!(without.status, StatusCode::OK);
        assert!(!without.body.contains("hub") && without.headers.get("link").is_none());
    }
}

#[test]
fn a_hub_is_told_of_every_feed_that_a_change_is_in() {
    let base = "https://stet.example".parse().unwrap();
    let feeds = stet_web::feeds_of(&base, 7.try_into().unwrap(), "rtcom");
    let of = |path: &str| {
        ["rss", "atom", "json"].map(|ending| format!("https://stet.example{path}.{ending}"))
    };
    assert_eq!(feeds, [of("/versions"), of("/sources/rtcom"), of("/articles/7")].concat());
}
