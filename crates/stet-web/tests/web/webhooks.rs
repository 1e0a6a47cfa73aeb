//! Webhooks: set, changed, paused and removed by editors; and what a message says.

use axum::http::StatusCode;
use chrono::TimeDelta;
use serde_json::{Value, json};
use sqlx::PgPool;
use stet_core::{ArticleId, WebhookId};
use stet_store::audit::{Action, EntryFilter};
use stet_store::{Attempt, Delivered, DeliveryClaim, DeliveryState, Webhook};

use crate::support::{Answer, Stage, attribute, minute, says, text};

/// A site with an editor logged in.
struct Desk {
    stage: Stage,
    cookie: String,
    token: String,
}

impl Desk {
    async fn open(pool: PgPool) -> Self {
        let stage = Stage::new(pool);
        let cookie = stage.log_in().await;
        let token = stage.form_token(&cookie).await;
        Self { stage, cookie, token }
    }

    async fn get(&self, path: &str) -> Answer {
        self.stage.get_with(path, &[("cookie", &self.cookie)]).await
    }

    async fn send(&self, path: &str, form: &str) -> Answer {
        let form = format!("{form}&form_token={}", self.token);
        self.stage.post(path, &self.cookie, &form).await
    }

    /// Adds a webhook and returns the path of its page.
    async fn add(&self, form: &str) -> String {
        let answer = self.send("/webhooks", form).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
        answer.header("location").to_owned()
    }

    async fn only(&self) -> Webhook {
        self.stage.store.webhooks().await.unwrap().remove(0)
    }

    async fn claim(&self, minutes: i64) -> DeliveryClaim {
        let lease = TimeDelta::minutes(2);
        self.stage.store.claim_deliveries(minute(minutes), 1, lease).await.unwrap().remove(0)
    }

    async fn record(&self, claim: &DeliveryClaim, error: Option<&str>, delivered: Delivered) {
        let status = if error.is_some() { 500 } else { 204 };
        let attempt = Attempt { at: minute(60), status: Some(status), error, delivered };
        assert!(self.stage.store.record_delivery(claim, &attempt).await.unwrap());
    }
}

const NEW: &str = "name=desk&address=https%3A%2F%2Fhooks.example.com%2Fin%3Fkey%3D1";
const FIRST: &str = "The mayor lied about the contracts, two people told this newspaper.";
const SECOND: &str = "The mayor erred about the contracts, two people told this newspaper.";

/// An article that changed at minute 60.
async fn changed(stage: &Stage) -> ArticleId {
    let texts = [text("Mayor", &[FIRST]), text("Mayor", &[SECOND])];
    stage.article("https://news.example.com/mayor", &texts).await
}

fn failed() -> Delivered {
    Delivered::Failed { again_at: None, rest_until: minute(61), pause: None }
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn an_editor_sets_a_webhook_with_a_filter_and_changes_it(pool: PgPool) {
    let desk = Desk::open(pool).await;
    changed(&desk.stage).await;
    says(&desk.get("/webhooks").await.body, "There is no webhook yet.");
    let filter = "kinds=headline&kinds=quote&source=examplecom&min_words=20";
    let page = desk.add(&format!("{NEW}&{filter}")).await;
    let posts =
        "changes of these kinds: headline, quotation; from example.com; of 20 words or more";
    says(
        &desk.get("/webhooks").await.body,
        &format!("{posts} to https://hooks.example.com/in?key=1"),
    );
    let shown = desk.get(&page).await.body;
    says(&shown, posts);
    assert_eq!(attribute(&shown, "input#source", "value").as_deref(), Some("examplecom"));
    assert_eq!(attribute(&shown, "input#min_words", "value").as_deref(), Some("20"));
    assert!(attribute(&shown, "input[value=quote]", "checked").is_some());
    assert!(attribute(&shown, "input[value=edited]", "checked").is_none());

    let form = "action=save&name=all&address=https%3A%2F%2Fhooks.example.com%2F";
    assert_eq!(desk.send(&page, form).await.status, StatusCode::SEE_OTHER);
    says(&desk.get(&page).await.body, "Posts every change to https://hooks.example.com/.");
    let log = desk.get("/audit").await.body;
    says(&log, "webhook changed webhook all");
    assert!(attribute(&log, "td a[href='/webhooks']", "href").is_some());
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn a_form_that_cannot_be_is_answered_with_what_is_wrong_and_what_was_typed(pool: PgPool) {
    let desk = Desk::open(pool).await;
    let page = desk.add(NEW).await;
    let https = "address=https%3A%2F%2Fhooks.example.com%2F";
    for (form, error) in [
        (format!("name=&{https}"), "A name has between 1 and 80 characters."),
        (format!("name={}&{https}", "x".repeat(81)), "A name has between 1 and 80 characters."),
        (
            "name=a&address=ftp%3A%2F%2Fhooks.example.com".to_owned(),
            "The address cannot be posted to",
        ),
        ("name=a&address=".to_owned(), "The address cannot be posted to"),
        (format!("name=a&{https}&kinds=technical"), "There is no such kind of change."),
        (format!("name=a&{https}&source=nowhere"), "There is no source called “nowhere”."),
        (format!("name=a&{https}&min_words=-1"), "The words changed are a number up to 1,000,000."),
    ] {
        for (path, form) in [("/webhooks", form.clone()), (&page, format!("action=save&{form}"))] {
            let answer = desk.send(path, &form).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{path} {form}");
            says(&answer.body, error);
        }
    }
    let taken = desk.send("/webhooks", &format!("name=DESK&{https}")).await;
    assert_eq!(taken.status, StatusCode::UNPROCESSABLE_ENTITY);
    says(&taken.body, "There is a webhook of this name already.");
    assert_eq!(attribute(&taken.body, "input#name", "value").as_deref(), Some("DESK"));
    assert_eq!(desk.stage.store.webhooks().await.unwrap().len(), 1);
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn what_editors_type_stays_text(pool: PgPool) {
    let desk = Desk::open(pool).await;
    let name = "%3Cscript%3Ealert(1)%3C%2Fscript%3E";
    let page =
        desk.add(&format!("name={name}&address=https%3A%2F%2Fhooks.example.com%2F%3Cb%3E")).await;
    for path in ["/webhooks", &page] {
        let body = desk.get(path).await.body;
        assert!(!body.contains("<script>alert") && !body.contains("<b>\""), "{path}");
        says(&body, "<script>alert(1)</script>");
    }
    let odd = "name=%22%3E%3Ci%3E&address=%22%3E%3Ci%3E";
    assert!(!desk.send("/webhooks", odd).await.body.contains("\"><i>"));
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn the_secret_is_shown_to_who_asks_for_it_and_replaced(pool: PgPool) {
    let desk = Desk::open(pool).await;
    let page = desk.add(NEW).await;
    let id: WebhookId = desk.only().await.id;
    let secret = async || desk.stage.store.webhook_secret(id).await.unwrap().unwrap().expose();
    let first = secret().await;
    for path in ["/webhooks", &page] {
        assert!(!desk.get(path).await.body.contains("whsec_"), "{path}");
    }
    let shown = desk.send(&page, "action=secret").await;
    assert_eq!(shown.header("cache-control"), "no-store");
    says(&shown.body, &first);
    desk.send(&page, "action=replace").await;
    assert_ne!(secret().await, first);
    says(&desk.send(&page, "action=secret").await.body, &secret().await);
    let log = desk.stage.store.audit(&EntryFilter::default(), None, 1).await.unwrap();
    assert_eq!((log[0].action, log[0].subject.as_str()), (Action::ReplaceWebhookSecret, "desk"));
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn a_page_tells_what_became_of_each_message_and_sends_again(pool: PgPool) {
    let desk = Desk::open(pool).await;
    let page = desk.add(NEW).await;
    says(&desk.get(&page).await.body, "Nothing has been posted yet.");
    let article = changed(&desk.stage).await;
    says(&desk.get(&page).await.body, "1 message waits; none was taken yet.");
    let claim = desk.claim(60).await;
    desk.record(&claim, Some("it answered <500>"), failed()).await;
    let told = desk.get(&page).await.body;
    says(&told, "Its receiver has been failing since 9 Sept 2016, 18:44 UTC, 1 attempt in a row.");
    says(&told, "given up 9 Sept 2016, 18:44 UTC Send again 500, 1 attempt it answered <500>");
    let href = attribute(&told, "table.webhooks th a", "href");
    assert_eq!(href, Some(format!("/articles/{article}/diff/0/1")));
    let delivery = attribute(&told, "input[name=delivery]", "value").unwrap();

    desk.stage.set_seconds(61 * 60);
    let again = desk.send(&page, &format!("action=again&delivery={delivery}")).await;
    assert_eq!(again.status, StatusCode::SEE_OTHER);
    assert_eq!(desk.send(&page, "action=again&delivery=1").await.status, StatusCode::NOT_FOUND);
    let claim = desk.claim(61).await;
    desk.record(&claim, None, Delivered::Taken).await;
    let told = desk.get(&page).await.body;
    says(&told, "one was taken last 9 Sept 2016, 18:44 UTC");
    assert!(attribute(&told, "input[name=delivery]", "value").is_none());
    desk.stage.store.hide_article(article).await.unwrap();
    let hidden = desk.get(&page).await.body;
    says(&hidden, &format!("Article {article}, hidden"));
    assert!(!hidden.contains("Mayor"), "{hidden}");
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn a_webhook_is_tested_paused_resumed_and_removed(pool: PgPool) {
    let desk = Desk::open(pool).await;
    let page = desk.add(NEW).await;
    desk.send(&page, "action=test").await;
    let id = desk.only().await.id;
    let sent = desk.stage.store.deliveries(id, 9).await.unwrap();
    assert_eq!((sent.len(), sent[0].state), (1, DeliveryState::Waiting(minute(0))));
    says(&desk.get(&page).await.body, "A test 9 Sept 2016, 17:44 UTC waits");
    desk.send(&page, "action=pause").await;
    let paused = desk.get(&page).await.body;
    says(&paused, "It has been paused since 9 Sept 2016, 17:44 UTC. An editor paused it.");
    assert!(attribute(&paused, "button[value=test]", "type").is_none());
    says(
        &desk.get("/webhooks").await.body,
        "every change to https://hooks.example.com/in?key=1 paused",
    );
    desk.send(&page, "action=resume").await;
    assert_eq!(desk.only().await.pause, None);
    assert_eq!(desk.send(&page, "action=remove").await.header("location"), "/webhooks");
    assert_eq!(desk.get(&page).await.status, StatusCode::NOT_FOUND);
    assert_eq!(desk.stage.store.webhooks().await.unwrap(), []);
    let account = desk.get("/account").await.body;
    assert!(attribute(&account, "a[href='/webhooks']", "href").is_some());
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn nobody_but_an_editor_sees_webhooks(pool: PgPool) {
    let desk = Desk::open(pool).await;
    let page = desk.add(NEW).await;
    for path in ["/webhooks", &page, "/webhooks/99"] {
        let answer = desk.stage.get(path).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}");
        assert!(!answer.body.contains("hooks.example.com"), "{path}");
    }
    let forged = desk.stage.post(&page, &desk.cookie, "action=remove&form_token=00").await;
    assert_eq!(forged.status, StatusCode::FORBIDDEN);
    assert_eq!(desk.stage.store.webhooks().await.unwrap().len(), 1);
}

#[sqlx::test(migrator = "stet_store::MIGRATOR")]
async fn a_message_is_the_apis_change_with_a_summary_and_full_addresses(pool: PgPool) {
    let desk = Desk::open(pool).await;
    desk.add(NEW).await;
    changed(&desk.stage).await;
    let claim = desk.claim(60).await;
    let base = "http://stet.example:8080/".parse().unwrap();
    let mut body: Value = serde_json::from_slice(&stet_web::webhook_body(&base, &claim)).unwrap();
    assert_eq!(body["type"], "article.changed");
    let data = body["data"].as_object_mut().unwrap();
    let summary = data.remove("summary").unwrap();
    let summary = summary.as_str().unwrap();
    assert!(summary.contains("1 word added, 1 removed"), "{summary}");
    assert_eq!(data.remove("url"), Some(json!("https://news.example.com/mayor")));
    assert_eq!(data.remove("history"), Some(json!("http://stet.example:8080/articles/1")));
    assert_eq!(data["page"], "http://stet.example:8080/articles/1/diff/0/1");
    let api: Value = serde_json::from_str(&desk.stage.get("/api/v1/changes").await.body).unwrap();
    assert_eq!(api["items"][0], body["data"]);
    assert_eq!(body["timestamp"], body["data"]["latest_at"]);
    let document: Value =
        serde_json::from_str(&desk.stage.get("/api/openapi.json").await.body).unwrap();
    let told = &document["webhooks"]["change"]["post"]["requestBody"]["content"];
    let schema = "#/components/schemas/ChangeMessage";
    assert_eq!(told["application/json"]["schema"]["$ref"], schema);
    for name in ["ChangeMessage", "PostedChange", "Change", "TestMessage", "WebhookTest"] {
        assert!(document["components"]["schemas"][name].is_object(), "{name}");
    }
}
