use axum::http::{StatusCode, header};
use sqlx::PgPool;
use stet_core::CheckOutcome;

use crate::support::{Stage, attribute, minute, says, text};

/// Two texts of one article, an hour apart.
async fn changed(pool: PgPool) -> Stage {
    let stage = Stage::new(pool);
    let old = text("Mayor resigns", &["The mayor lied about eight contracts.", "She will go on."]);
    let new = text(
        "Mayor stays",
        &["The mayor erred about eight contracts.", "She will go on.", "A vote is due in May."],
    );
    stage.article("https://news.example.com/1", &[old, new]).await;
    stage
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn an_empty_site_says_where_to_begin(pool: PgPool) {
    let stage = Stage::new(pool);
    let page = stage.page("/").await;
    says(&page, "Currently monitoring 0 news articles with 0 different versions");
    says(&page, "No article has changed yet. Watch an article");
    says(&stage.page("/articles").await, "No article is watched yet.");
    says(&stage.page("/sources").await, "There is no source yet.");
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn counts_that_programs_read_are_plain_and_others_are_grouped(pool: PgPool) {
    let stage = changed(pool.clone()).await;
    // As many more as nobody wants to add one by one.
    let many = "insert into tally_delta (kind, source_id, place, amount)
        select kind, (select id from source), 0, 1204
        from unnest(array['articles', 'versions']) as kind";
    sqlx::query(many).execute(&pool).await.unwrap();
    sqlx::query("update article set changes = 1300").execute(&pool).await.unwrap();
    let known = "Currently monitoring 1205 news articles with 1206 different versions";
    for path in ["/versions?min_words=0", "/articles"] {
        says(&stage.page(path).await, known);
    }
    says(&stage.page("/articles/1").await, "The article has changed 1300 times.");
    let foot = "Watching 1,205 articles from 1 source, 1,206 versions kept.";
    says(&stage.page("/versions?min_words=0").await, foot);
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn the_latest_changes_lead_to_their_comparison(pool: PgPool) {
    let stage = changed(pool).await;
    for path in ["/", "/versions", "/versions?page=1"] {
        let page = stage.page(path).await;
        says(&page, "Currently monitoring 1 news articles with 2 different versions");
        says(&page, "Mayor stays was: Mayor resigns");
        says(&page, "changed between 9 Sept 2016, 17:44 UTC and 9 Sept 2016, 18:44 UTC");
        assert!(page.contains(r#"href="/articles/1/diff/0/1""#));
    }
    assert_eq!(stage.get("/versions?page=0").await.status, StatusCode::NOT_FOUND);
    assert_eq!(stage.get("/versions?page=x").await.status, StatusCode::BAD_REQUEST);
    says(&stage.page("/versions?page=2").await, "There are no older changes. ← Newest");
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn an_article_speaks_in_news_sniffers_sentences(pool: PgPool) {
    let stage = changed(pool).await;
    let page = stage.page("/articles/1").await;
    says(
        &page,
        "This article is from the source 'example.com' and was first published or seen on \
         9 Sept 2016, 17:44 UTC. The next check for changes will be 9 Sept 2016, 19:14 UTC.",
    );
    says(
        &page,
        "You can find the current article at its original source at https://news.example.com/1",
    );
    says(&page, "The article has changed 1 times. There is an RSS feed of changes available.");
    let bar = r#"<a href="/articles/1/diff/0/1"><title>Version 1, <time datetime="#;
    assert!(page.contains(bar), "{page}");
    says(&page, "Version 1, 9 Sept 2016, 18:44 UTC: Headline rewritten; ");
    says(&page, "Version 1 9 Sept 2016, 18:44 UTC 1 hour later Mayor stays");
    says(&page, "changed 200 80 ms 2 kB");

    stage.fall_dormant(1.try_into().unwrap(), 60 * 24 * 41).await;
    says(
        &stage.page("/articles/1").await,
        "It last changed over 40 days ago and won't be checked again for changes.",
    );
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn an_article_without_a_version_says_that_its_check_is_due_or_failed(pool: PgPool) {
    let stage = Stage::new(pool);
    let id = stage.watch("https://news.example.com/1").await;
    let answer = stage.get("/articles/1").await;
    says(&answer.body, "The first check is due now.");
    assert_eq!(answer.header(header::REFRESH), "3");

    stage.fail(id, 0, CheckOutcome::NoArticle, "the page has no headline").await;
    let answer = stage.get("/articles/1").await;
    says(
        &answer.body,
        "No text of this article could be kept yet: no article on the page. \
         The next attempt is due 9 Sept 2016, 18:14 UTC.",
    );
    says(&answer.body, "the page has no headline");
    assert_eq!(answer.header(header::REFRESH), "");
    says(&stage.page("/articles").await, "https://news.example.com/1 no article on the page");
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn a_comparison_marks_words_and_names_the_versions(pool: PgPool) {
    let stage = changed(pool).await;
    let page = stage.page("/articles/1/diff/0/1").await;
    says(&page, "example.com · version 1 of 2 · changed 1 hour after version 0");
    says(&page, "Headline rewritten");
    says(&page, "Version 0 · 9 Sept 2016, 17:44 UTC Version 1 · 9 Sept 2016, 18:44 UTC");
    assert!(page.contains("Mayor <del>resigns</del>"), "{page}");
    assert!(page.contains("The mayor <del>lied</del> about eight contracts."), "{page}");
    assert!(page.contains("The mayor <ins>erred</ins> about eight contracts."), "{page}");
    says(&page, "+ added A vote is due in May.");
    assert!(page.contains(r#"<td class="empty""#));
    assert!(page.contains(r##"<a class="n" href="#v1-p3">¶3</a>"##));
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn a_comparison_is_shown_in_one_column_or_without_what_stayed(pool: PgPool) {
    let stage = changed(pool).await;
    let inline = stage.page("/articles/1/diff/0/1?view=inline").await;
    assert!(inline.contains("The mayor <del>lied</del> <ins>erred</ins> about"), "{inline}");
    says(&inline, "She will go on.");
    let only = stage.page("/articles/1/diff/0/1?only=changes").await;
    says(&only, "1 unchanged paragraph");
    assert!(only.contains("<details><summary>1 unchanged paragraph</summary>"), "{only}");
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn an_article_whose_checks_fail_again_and_again_says_so_above(pool: PgPool) {
    let stage = changed(pool).await;
    let id = 1.try_into().unwrap();
    for at in [120, 150] {
        stage.fail(id, at, CheckOutcome::NoArticle, "the page has no headline").await;
    }
    assert!(!stage.page("/articles/1").await.contains("did not find its text"));
    stage.fail(id, 180, CheckOutcome::ServerError, "the site has a fault").await;
    says(
        &stage.page("/articles/1").await,
        "The last 3 checks did not find its text (the latest: error at the site). It was last seen",
    );
    stage.see(id, 240, &text("Mayor gone", &["The mayor left."])).await;
    assert!(!stage.page("/articles/1").await.contains("did not find its text"));
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn any_two_versions_are_compared_in_either_direction(pool: PgPool) {
    let stage = changed(pool).await;
    stage.see(1.try_into().unwrap(), 120, &text("Mayor gone", &["The mayor left."])).await;
    let back = stage.page("/articles/1/diff/2/0").await;
    says(&back, "version 0 of 3 · back from version 2");
    assert!(!back.contains(r#"rel="prev""#) && !back.contains(r#"rel="next""#));
    says(&stage.page("/articles/1/diff/0/2").await, "changed 2 hours after version 0");
    let middle = stage.page("/articles/1/diff/1/2").await;
    assert!(middle.contains(r#"href="/articles/1/diff/0/1" rel="prev""#));
    says(&stage.page("/articles/1/diff/1/1").await, "Version 1 is the same as itself");
    for missing in ["/articles/1/diff/0/3", "/articles/1/diff/7/7", "/articles/1/diff/-1/0"] {
        assert_eq!(stage.get(missing).await.status, StatusCode::NOT_FOUND, "{missing}");
    }
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn a_text_that_came_back_is_called_so(pool: PgPool) {
    let stage = Stage::new(pool);
    let (a, b) =
        (text("A", &["The first of two texts."]), text("B", &["The second of two texts."]));
    stage.article("https://news.example.com/1", &[a.clone(), b, a]).await;
    says(&stage.page("/").await, "version 1 → 0");
    assert!(stage.page("/").await.contains("/articles/1/diff/1/0"), "it leads to what happened");
    assert!(
        stage.page("/articles/1/diff/1/0").await.contains("The <ins>first</ins> of two texts.")
    );
    says(&stage.page("/").await, "earlier text came back");
    let page = stage.page("/articles/1").await;
    says(&page, "The article has changed 2 times.");
    let compared = |row: usize| {
        let link = format!("table.versions tr:nth-child({row}) td[data-label=Changed] a");
        attribute(&page, &link, "href")
    };
    assert_eq!(compared(1).as_deref(), Some("/articles/1/diff/0/1"));
    assert_eq!(compared(2), None, "nothing led to the first version");
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn a_version_is_shown_whole_with_its_number(pool: PgPool) {
    let stage = Stage::new(pool);
    let mut full = text("Title", &["First.", "Second."]);
    full.standfirst = Some("In short".into());
    full.lead_caption = Some("The bridge".into());
    full.byline = Some("By A. Author".into());
    full.published = Some(minute(-60));
    full.language = Some("ar".into());
    stage.article("https://news.example.com/1", &[full, text("Title", &["Third."])]).await;
    let page = stage.page("/articles/1/versions/0").await;
    says(&page, "Version 0 of 2");
    says(
        &page,
        "In short Picture caption: The bridge By A. Author First seen 9 Sept 2016, 17:44 UTC",
    );
    says(&page, "Dated 9 Sept 2016, 16:44 UTC 2 words");
    assert!(page.contains(r#"<p lang="ar" dir="auto">First.</p>"#));
    assert!(page.contains(r#"href="/articles/1/versions/1" rel="next""#));
    says(&stage.page("/articles/1").await, "first published or seen on 9 Sept 2016, 16:44 UTC.");
    assert_eq!(stage.get("/articles/1/versions/2").await.status, StatusCode::NOT_FOUND);
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn two_versions_that_turn_out_alike_keep_their_addresses_and_are_no_change(pool: PgPool) {
    let stage = changed(pool).await;
    let alike = text("Mayor stays", &["She will go on."]);
    stage.reread(1.try_into().unwrap(), &[alike.clone(), alike]).await;
    let page = stage.page("/articles/1/versions/1").await;
    says(&page, "Version 1 of 2");
    says(&page, "Reads the same as version 0");
    assert!(page.contains(r#"<a href="/articles/1/versions/0">version 0</a>"#));
    assert_eq!(stage.get("/articles/1/diff/0/1").await.status, StatusCode::OK);
    says(&stage.page("/").await, "No article has changed yet.");
    assert!(!stage.page("/articles/1.rss").await.contains("<item>"));
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn sources_name_their_feeds_and_what_is_wrong_with_them(pool: PgPool) {
    let stage = changed(pool).await;
    stage.failing_feed("https://news.example.com/rss", "Top stories", "this is not a feed").await;
    let page = stage.page("/sources").await;
    says(&page, "example.com 1 article, 2 versions");
    says(&page, "Top stories https://news.example.com/rss 0 articles found · read 9 Sept 2016");
    says(&page, "Last reading failed: this is not a feed");
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn a_hidden_article_is_on_no_page_list_or_feed(pool: PgPool) {
    let stage = changed(pool).await;
    stage.page("/versions.rss").await;
    stage.store.hide_article(1.try_into().unwrap()).await.unwrap();
    for path in ["/", "/versions", "/versions.rss", "/articles", "/sources"] {
        let page = stage.page(path).await;
        assert!(!page.contains("Mayor") && !page.contains("example.com"), "{path}: {page}");
    }
    for path in [
        "/articles/1",
        "/articles/1.rss",
        "/articles/1/diff/0/1",
        "/articles/1/diff/1/1",
        "/articles/1/versions/0",
    ] {
        let answer = stage.get(path).await;
        assert_eq!(answer.status, StatusCode::GONE, "{path}");
        says(&answer.body, "This article cannot be shown for legal reasons");
        assert!(!answer.body.contains("Mayor"), "{path}");
    }
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn an_unknown_address_is_answered_with_a_page_that_names_the_request(pool: PgPool) {
    let stage = Stage::new(pool);
    for path in ["/nowhere", "/articles/1", "/articles/x", "/articles/1.rss", "/articles/0.atom"] {
        let answer = stage.get(path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        says(&answer.body, "There is nothing here");
        let id = answer.header("x-request-id");
        assert_eq!(id.len(), 16);
        says(&answer.body, id);
    }
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn without_its_database_the_site_says_so_and_tells_when_to_come_back(pool: PgPool) {
    let stage = Stage::new(pool.clone());
    assert_eq!(stage.get("/health/check").await.body, "OK");
    assert_eq!(stage.get("/readyz").await.status, StatusCode::OK);
    pool.close().await;
    for path in ["/", "/articles/1", "/articles/1.rss", "/sources"] {
        let answer = stage.get(path).await;
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{path}");
        assert_eq!(answer.header(header::RETRY_AFTER), "5");
        says(&answer.body, "The site's database cannot be reached just now.");
        assert!(!answer.body.contains("pool"), "{}", answer.body);
    }
    assert_eq!(stage.get("/readyz").await.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(stage.get("/healthz").await.status, StatusCode::OK);
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn an_overloaded_site_sheds_pages_but_not_probes(pool: PgPool) {
    let stage = Stage::with(pool, |settings| settings.max_requests = 0);
    let answer = stage.get("/").await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(answer.header(header::RETRY_AFTER), "5");
    assert_eq!(stage.get("/healthz").await.body, "OK");
    assert_eq!(stage.get("/health/check").await.body, "OK");
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn a_page_that_is_known_is_not_sent_again(pool: PgPool) {
    let stage = changed(pool).await;
    for path in ["/", "/versions.rss", "/articles/1", "/articles/1/diff/0/1"] {
        let first = stage.get(path).await;
        let etag = first.header(header::ETAG).to_owned();
        assert!(etag.starts_with("W/\""), "{path}");
        let again = stage.get_with(path, &[("if-none-match", &etag)]).await;
        assert_eq!(again.status, StatusCode::NOT_MODIFIED, "{path}");
        assert_eq!((again.body.as_str(), again.header(header::ETAG)), ("", &*etag));
        let other = stage.get_with(path, &[("if-none-match", "\"other\"")]).await;
        assert_eq!(other.status, StatusCode::OK);
    }
}
