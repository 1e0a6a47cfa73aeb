//! The rules by which a source's articles are read.

use axum::http::StatusCode;
use sqlx::PgPool;

use crate::support::{Stage, minute, says};

const HERE: &str = "/sources/examplecom/rules";

/// A stored page whose last paragraph a rule may drop.
fn page(headline: &str) -> String {
    let body =
        "The council met on Monday and spoke at length about the bridge over the river. ".repeat(6);
    format!(
        "<html><head><title>{headline}</title></head><body><article><h1>{headline}</h1>\
         <p>{body}</p><p>{body} Again.</p>\
         <p class=\"plea\">Please support the work of this newspaper with a small gift.</p>\
         </article></body></html>"
    )
}

/// A site with one stored page, an editor's cookie, and the token of its forms.
async fn stage(pool: PgPool) -> (Stage, String, String) {
    let stage = Stage::new(pool);
    stage.stored_page("https://news.example.com/1", &page("The &lt;b&gt;bridge&lt;/b&gt;")).await;
    let cookie = stage.log_in().await;
    let token = stage.form_token(&cookie).await;
    (stage, cookie, token)
}

/// The rule that drops, as it stands.
async fn dropped(stage: &Stage) -> Option<String> {
    stage.store.knowledge("examplecom").await.unwrap().unwrap().rules.drop
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn a_preview_shows_what_would_change_and_keeps_nothing(pool: PgPool) {
    let (stage, cookie, token) = stage(pool).await;
    let form = format!("form_token={token}&drop=p.plea&article=1&action=preview");
    let answer = stage.post(HERE, &cookie, &form).await;
    assert_eq!(answer.status, StatusCode::OK);
    says(&answer.body, "What these rules would make of stored pages");
    says(&answer.body, "with another text (+0 −11 words)");
    says(&answer.body, "removed Please support the work of this newspaper");
    assert!(!answer.body.contains("<b>bridge"), "markup in a headline stays text");
    assert_eq!(dropped(&stage).await, None);
    let source = stage.store.source_settings("examplecom").await.unwrap().unwrap().id;
    assert!(stage.store.rule_revisions(source).await.unwrap().is_empty());
    assert_eq!(stage.store.source_rereading(source).await.unwrap(), None);
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn a_preview_names_the_rules_that_find_nothing(pool: PgPool) {
    let (stage, cookie, token) = stage(pool).await;
    stage
        .stored_page("https://news.example.com/2", &page("The bridge").replace("plea", "ad"))
        .await;
    let form = format!("form_token={token}&drop=p.plea&byline=.author&action=preview");
    let answer = stage.post(HERE, &cookie, &form).await;
    says(&answer.body, "Byline It matches nothing on 2 of the 2 pages that were tried.");
    says(&answer.body, "Drop It matches nothing on 1 of the 2 pages that were tried.");
    assert_eq!(answer.body.matches("It matches nothing").count(), 2, "{}", answer.body);
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn a_bad_selector_is_named_and_kept_out(pool: PgPool) {
    let (stage, cookie, token) = stage(pool).await;
    for action in ["preview", "save"] {
        let form = format!("form_token={token}&drop=%22%3E%3Cscript%3E%5B&action={action}");
        let answer = stage.post(HERE, &cookie, &form).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        says(&answer.body, "Drop This is not a CSS selector.");
        assert!(!answer.body.contains("\"><script>["), "a selector stays text");
    }
    assert_eq!(dropped(&stage).await, None);
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn saved_rules_are_a_revision_and_ask_for_rereading(pool: PgPool) {
    let (stage, cookie, token) = stage(pool).await;
    let source = stage.store.source_settings("examplecom").await.unwrap().unwrap().id;
    for rule in ["p.plea", "p.gift"] {
        let form = format!("form_token={token}&drop={rule}&action=save");
        let answer = stage.post(HERE, &cookie, &form).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    }
    assert_eq!(dropped(&stage).await.as_deref(), Some("p.gift"));
    let revisions = stage.store.rule_revisions(source).await.unwrap();
    assert!(revisions.len() >= 2 && revisions[0].number == revisions[1].number + 1);
    let rereading = stage.store.source_rereading(source).await.unwrap().unwrap();
    assert_eq!(rereading.asked_at, minute(0));
    let page = stage.get_with(HERE, &[("cookie", &cookie)]).await.body;
    says(&page, "Being read anew since");

    let earlier = revisions[1].number;
    let form = format!("form_token={token}&revision={earlier}&action=restore");
    let answer = stage.post(HERE, &cookie, &form).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    assert_eq!(dropped(&stage).await.as_deref(), Some("p.plea"));
    let newest = stage.store.rule_revisions(source).await.unwrap()[0].number;
    assert_eq!(newest, revisions[0].number + 1);

    let form = format!("form_token={token}&revision=999&action=restore");
    assert_eq!(stage.post(HERE, &cookie, &form).await.status, StatusCode::NOT_FOUND);
}
