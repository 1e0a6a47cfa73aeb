//! Hiding an article, bringing it back, deleting it for good.

use askama::Template;
use askama_web::WebTemplate;
use axum::Form;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use stet_core::ArticleId;
use stet_store::Standing;
use stet_words::{say, text};

use super::Named;
use crate::cache::CachePolicy;
use crate::error::PageError;
use crate::layout::{Layout, Section};
use crate::session::{self, Visitor};
use crate::{Site, links};

/// The longest reason that is kept, in bytes: a paragraph, not the court's file.
const MAX_REASON: usize = 2_000;

/// What the forms send.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Submission {
    /// `hide`, `bring-back` or `delete`.
    #[serde(default)]
    action: String,
    #[serde(default)]
    reason: String,
    /// The article's number, typed again by who deletes it.
    #[serde(default)]
    confirmation: String,
    form_token: Option<String>,
}

#[derive(Template, WebTemplate)]
#[template(path = "visibility.html")]
struct VisibilityPage {
    layout: Layout,
    number: String,
    /// What the newspaper called it last.
    headline: Option<String>,
    standing: Standing,
    action: String,
    token: Option<String>,
    /// The article's page, where it has one.
    article: String,
    log: String,
    /// What was typed to hide it or to bring it back, and to delete it.
    turn: Typed,
    delete: Typed,
}

/// What a form was sent with, where it was not taken.
#[derive(Default)]
struct Typed {
    reason: String,
    confirmation: String,
    /// Why it was not taken: the reason, or the number that confirms.
    reason_error: Option<&'static str>,
    confirmation_error: Option<&'static str>,
}

impl VisibilityPage {
    fn error(&self) -> Option<&'static str> {
        [&self.turn, &self.delete]
            .into_iter()
            .find_map(|typed| typed.reason_error.or(typed.confirmation_error))
    }
}

const NO_REASON: &str = "visibility-say-why-in";
const NOT_CONFIRMED: &str = "visibility-to-delete-the";

/// `GET /articles/{id}/visibility`
pub(crate) async fn show(
    State(site): State<Site>,
    visitor: Visitor,
    Named(id): Named<ArticleId>,
) -> Result<impl IntoResponse, PageError> {
    visitor.must_be_editor(links::visibility(id))?;
    let standing = site.store.standing(id).await?.ok_or(PageError::NotFound)?;
    let headline = site.store.headline_for_editors(id).await?;
    Ok((CachePolicy::Personal, VisibilityPage::new(&visitor, id, headline, standing)))
}

/// `POST /articles/{id}/visibility`
pub(crate) async fn change(
    State(site): State<Site>,
    visitor: Visitor,
    Named(id): Named<ArticleId>,
    Form(sent): Form<Submission>,
) -> Result<Response, PageError> {
    let here = links::visibility(id);
    visitor.must_be_editor(here.clone())?;
    visitor.check_form(sent.form_token.as_deref(), here.clone())?;
    let standing = site.store.standing(id).await?.ok_or(PageError::NotFound)?;
    let reason = sent.reason.trim();
    let is_deletion = sent.action == "delete";
    let has_reason = !reason.is_empty() && reason.len() <= MAX_REASON;
    let is_confirmed = !is_deletion || sent.confirmation.trim() == id.to_string();
    if !has_reason || !is_confirmed {
        let headline = site.store.headline_for_editors(id).await?;
        let mut page = VisibilityPage::new(&visitor, id, headline, standing);
        let typed = Typed {
            reason_error: (!has_reason).then(|| text(NO_REASON)),
            confirmation_error: (!is_confirmed).then(|| text(NOT_CONFIRMED)),
            reason: sent.reason,
            confirmation: sent.confirmation,
        };
        *(if is_deletion { &mut page.delete } else { &mut page.turn }) = typed;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, CachePolicy::Personal, page).into_response());
    }
    let actor = visitor.actor();
    let deed = session::deed(&site, &actor, reason);
    // Where another editor was faster, the page shows how it stands.
    match sent.action.as_str() {
        "hide" => site.store.hide(id, deed).await?,
        "bring-back" => site.store.bring_back(id, deed).await?,
        "delete" => site.store.delete_for_good(id, deed).await?,
        _ => false,
    };
    Ok(Redirect::to(&here).into_response())
}

impl VisibilityPage {
    fn new(visitor: &Visitor, id: ArticleId, headline: Option<String>, standing: Standing) -> Self {
        Self {
            layout: Layout::new(
                &say("visibility-article").with("number", id.to_string()).to_string(),
                Section::Articles,
            )
            .with_form(),
            number: id.to_string(),
            headline,
            standing,
            action: links::visibility(id),
            token: visitor.form_token(),
            article: links::article(id),
            log: links::audit(),
            turn: Typed::default(),
            delete: Typed::default(),
        }
    }
}
