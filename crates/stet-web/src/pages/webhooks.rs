//! The webhooks: a list, and a form that adds one.

use askama::Template;
use askama_web::WebTemplate;
use axum::extract::{RawForm, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use stet_store::Webhook;
use stet_words::text;

use super::webhook_form::{self, TAKEN, WebhookForm};
use crate::asked::Asked;
use crate::cache::CachePolicy;
use crate::error::PageError;
use crate::layout::{Layout, Section};
use crate::session::{self, Visitor};
use crate::wording::{self, Stamp};
use crate::{Site, links};

#[derive(Template, WebTemplate)]
#[template(path = "webhooks.html")]
struct WebhooksPage {
    layout: Layout,
    action: String,
    token: Option<String>,
    account: String,
    log: String,
    help: String,
    rows: Vec<Row>,
    form: WebhookForm,
}

struct Row {
    href: String,
    name: String,
    address: String,
    posts: String,
    state: &'static str,
    is_well: bool,
    taken: Option<Stamp>,
    waiting: String,
}

/// `GET /webhooks`
pub(crate) async fn show(
    State(site): State<Site>,
    visitor: Visitor,
) -> Result<impl IntoResponse, PageError> {
    visitor.must_be_editor(links::webhooks())?;
    let form = WebhookForm::empty(&site).await?;
    Ok((CachePolicy::Personal, WebhooksPage::load(&site, &visitor, form).await?))
}

/// `POST /webhooks`
pub(crate) async fn add(
    State(site): State<Site>,
    visitor: Visitor,
    RawForm(sent): RawForm,
) -> Result<Response, PageError> {
    visitor.must_be_editor(links::webhooks())?;
    let sent = Asked::sent(&sent);
    visitor.check_form(sent.one("form_token"), links::webhooks())?;
    let (mut form, new) = WebhookForm::read(&site, &sent).await?;
    if let Some(new) = new {
        let actor = visitor.actor();
        let added = site.store.add_webhook(&new, session::deed(&site, &actor, "")).await?;
        if let Some(id) = added {
            return Ok(Redirect::to(&links::webhook(id)).into_response());
        }
        form = form.with_error(text(TAKEN));
    }
    let page = WebhooksPage::load(&site, &visitor, form).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, CachePolicy::Personal, page).into_response())
}

impl WebhooksPage {
    async fn load(site: &Site, visitor: &Visitor, form: WebhookForm) -> Result<Self, PageError> {
        let webhooks = site.store.webhooks().await?;
        Ok(Self {
            layout: Layout::new(text("webhooks-webhooks"), Section::Login).with_form(),
            action: links::webhooks(),
            token: visitor.form_token(),
            account: links::account(),
            log: links::audit(),
            help: links::help_on("webhooks"),
            rows: webhooks.iter().map(Row::new).collect(),
            form,
        })
    }
}

impl Row {
    fn new(webhook: &Webhook) -> Self {
        Self {
            href: links::webhook(webhook.id),
            name: webhook.name.clone(),
            address: webhook.address.to_string(),
            posts: webhook_form::in_words(webhook),
            state: webhook_form::standing(webhook),
            is_well: webhook.pause.is_none() && webhook.failures == 0,
            taken: webhook.delivered_at.map(Stamp::new),
            waiting: wording::grouped(webhook.waiting),
        }
    }
}
