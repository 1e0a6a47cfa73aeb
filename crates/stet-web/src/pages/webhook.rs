//! One webhook: what it posts, how it stands, its secret, what it sent last.

use askama::Template;
use askama_web::WebTemplate;
use axum::extract::{RawForm, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use stet_core::WebhookId;
use stet_store::audit::Deed;
use stet_store::{Delivery, DeliveryState, PauseReason, Webhook};
use stet_words::{say, text};

use super::Named;
use super::webhook_form::{self, TAKEN, WebhookForm};
use crate::asked::Asked;
use crate::cache::CachePolicy;
use crate::error::PageError;
use crate::layout::{Layout, Section};
use crate::session::{self, Visitor};
use crate::wording::{self, Stamp};
use crate::{Site, links};

/// How many messages are listed.
const LISTED: u32 = 50;

#[derive(Template, WebTemplate)]
#[template(path = "webhook.html")]
struct WebhookPage {
    layout: Layout,
    action: String,
    token: Option<String>,
    all: String,
    name: String,
    posts: String,
    editor: Option<String>,
    made: Stamp,
    taken: Option<Stamp>,
    waiting: String,
    pause: Option<Pause>,
    failing: Option<Failing>,
    /// Its secret, where an editor asked to see it.
    secret: Option<String>,
    form: WebhookForm,
    rows: Vec<Row>,
}

struct Pause {
    since: Stamp,
    why: &'static str,
}

struct Failing {
    since: Stamp,
    attempts: String,
}

struct Row {
    id: String,
    at: Stamp,
    /// What it tells of, and where that is shown.
    title: String,
    href: Option<String>,
    attempts: String,
    status: Option<u16>,
    error: Option<String>,
    /// `taken`, `given up` …
    state: &'static str,
    /// When something was or will be done about it.
    when: Option<Stamp>,
    is_failed: bool,
}

/// `GET /webhooks/{id}`
pub(crate) async fn show(
    State(site): State<Site>,
    visitor: Visitor,
    Named(id): Named<WebhookId>,
) -> Result<impl IntoResponse, PageError> {
    visitor.must_be_editor(links::webhook(id))?;
    let webhook = site.store.webhook(id).await?.ok_or(PageError::NotFound)?;
    let form = WebhookForm::of(&site, &webhook).await?;
    Ok((CachePolicy::Personal, WebhookPage::load(&site, &visitor, &webhook, form).await?))
}

/// `POST /webhooks/{id}`
pub(crate) async fn change(
    State(site): State<Site>,
    visitor: Visitor,
    Named(id): Named<WebhookId>,
    RawForm(sent): RawForm,
) -> Result<Response, PageError> {
    visitor.must_be_editor(links::webhook(id))?;
    let sent = Asked::sent(&sent);
    visitor.check_form(sent.one("form_token"), links::webhook(id))?;
    let webhook = site.store.webhook(id).await?.ok_or(PageError::NotFound)?;
    let actor = visitor.actor();
    let deed = session::deed(&site, &actor, "");
    // Where another editor was faster, the page shows it.
    match sent.one("action") {
        Some("save") => return save(&site, &visitor, &webhook, deed, &sent).await,
        Some("secret") => {
            let form = WebhookForm::of(&site, &webhook).await?;
            let mut page = WebhookPage::load(&site, &visitor, &webhook, form).await?;
            page.secret = site.store.webhook_secret(id).await?.map(|secret| secret.expose());
            return Ok((CachePolicy::Personal, page).into_response());
        }
        Some("remove") => {
            site.store.remove_webhook(id, deed).await?;
            return Ok(Redirect::to(&links::webhooks()).into_response());
        }
        Some("pause") => site.store.pause_webhook(id, deed).await?,
        Some("resume") => site.store.resume_webhook(id, deed).await?,
        Some("replace") => site.store.replace_webhook_secret(id, deed).await?,
        Some("test") => site.store.test_webhook(id, site.now()).await?,
        Some("again") => match sent.one("delivery").and_then(|name| name.parse().ok()) {
            Some(delivery) => site.store.send_again(id, &delivery, site.now()).await?,
            None => return Err(PageError::NotFound),
        },
        _ => false,
    };
    Ok(Redirect::to(&links::webhook(id)).into_response())
}

async fn save(
    site: &Site,
    visitor: &Visitor,
    webhook: &Webhook,
    deed: Deed<'_>,
    sent: &Asked,
) -> Result<Response, PageError> {
    let (mut form, new) = WebhookForm::read(site, sent).await?;
    if let Some(new) = new {
        if site.store.set_webhook(webhook.id, &new, deed).await? {
            return Ok(Redirect::to(&links::webhook(webhook.id)).into_response());
        }
        form = form.with_error(text(TAKEN));
    }
    let page = WebhookPage::load(site, visitor, webhook, form).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, CachePolicy::Personal, page).into_response())
}

impl WebhookPage {
    async fn load(
        site: &Site,
        visitor: &Visitor,
        webhook: &Webhook,
        form: WebhookForm,
    ) -> Result<Self, PageError> {
        let deliveries = site.store.deliveries(webhook.id, LISTED).await?;
        let failing = webhook.failing_since.filter(|_| webhook.pause.is_none());
        Ok(Self {
            layout: Layout::new("A webhook", Section::Login).with_form(),
            action: links::webhook(webhook.id),
            token: visitor.form_token(),
            all: links::webhooks(),
            name: webhook.name.clone(),
            posts: webhook_form::in_words(webhook),
            editor: webhook.editor.clone(),
            made: Stamp::new(webhook.created_at),
            taken: webhook.delivered_at.map(Stamp::new),
            waiting: wording::counted(webhook.waiting, "messages-wait"),
            pause: webhook
                .pause
                .map(|(since, reason)| Pause { since: Stamp::new(since), why: why(reason) }),
            failing: failing.map(|since| Failing {
                since: Stamp::new(since),
                attempts: wording::counted(webhook.failures, "attempts"),
            }),
            secret: None,
            form,
            rows: deliveries.into_iter().map(Row::new).collect(),
        })
    }
}

/// Why a webhook is paused, as a sentence.
fn why(reason: PauseReason) -> &'static str {
    match reason {
        PauseReason::Editor => text("webhook-an-editor-paused"),
        PauseReason::Gone => text("webhook-its-receiver-answered"),
        PauseReason::Failing => text("webhook-for-five-days"),
    }
}

impl Row {
    fn new(delivery: Delivery) -> Self {
        let href = delivery.subject.as_ref().filter(|subject| subject.title.is_some());
        let href = href.map(|subject| links::between(subject.article, subject.from, subject.to));
        let title = match delivery.subject {
            None => text("webhook-a-test").to_owned(),
            Some(subject) => subject.title.unwrap_or_else(|| {
                say("webhook-article-hidden")
                    .with("article", subject.article.to_string())
                    .to_string()
            }),
        };
        let (state, when) = match delivery.state {
            DeliveryState::Waiting(_) if delivery.attempts == 0 => (text("webhook-waits"), None),
            DeliveryState::Waiting(due_at) => (text("webhook-next-attempt"), Some(due_at)),
            DeliveryState::Delivered => (text("webhook-taken"), delivery.attempted_at),
            DeliveryState::Failed => (text("webhook-given-up"), delivery.attempted_at),
            DeliveryState::Withdrawn => (text("webhook-withdrawn-it-may"), None),
        };
        Self {
            id: delivery.id.to_string(),
            at: Stamp::new(delivery.happened_at),
            title,
            href,
            attempts: wording::counted(delivery.attempts, "attempts"),
            status: delivery.status,
            error: delivery.error,
            state,
            when: when.map(Stamp::new),
            is_failed: delivery.state == DeliveryState::Failed,
        }
    }
}
