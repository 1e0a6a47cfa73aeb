//! An editor's own account: another password, logging out everywhere.
use stet_words::text;

use askama::Template;
use askama_web::WebTemplate;
use axum::Form;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use crate::cache::CachePolicy;
use crate::error::PageError;
use crate::layout::{Layout, Section};
use crate::peer::Peer;
use crate::session::{self, Visitor};
use crate::{Site, links, password};

/// What the forms send.
#[derive(Deserialize)]
pub(crate) struct Submission {
    /// `password` or `everywhere`.
    #[serde(default)]
    action: String,
    #[serde(default)]
    current: String,
    #[serde(default)]
    password: String,
    form_token: Option<String>,
}

#[derive(Template, WebTemplate)]
#[template(path = "account.html")]
struct AccountPage {
    layout: Layout,
    /// None for a session that names nobody.
    name: Option<String>,
    action: String,
    token: Option<String>,
    logout: String,
    editors: String,
    tokens: String,
    webhooks: String,
    log: String,
    error: Option<&'static str>,
}

const WRONG: &str = "account-this-is-not";

/// What is said of a password that cannot be set.
pub(super) const UNFIT: &str = "account-a-password-has";

/// `GET /account`
pub(crate) async fn show(visitor: Visitor) -> Result<impl IntoResponse, PageError> {
    visitor.must_be_editor(links::account())?;
    Ok((CachePolicy::Personal, AccountPage::new(&visitor, None)))
}

/// `POST /account`
pub(crate) async fn change(
    State(site): State<Site>,
    visitor: Visitor,
    peer: Peer,
    Form(sent): Form<Submission>,
) -> Result<Response, PageError> {
    let next = || links::account();
    visitor.must_be_editor(next())?;
    visitor.check_form(sent.form_token.as_deref(), next())?;
    let Some(editor) = visitor.editor() else { return Err(PageError::NotFound) };
    let actor = visitor.actor();
    let deed = session::deed(&site, &actor, "");
    if sent.action == "everywhere" {
        site.store.end_sessions(editor, deed).await?;
        let cookie = session::no_session_cookie(&site.settings);
        return Ok((cookie, Redirect::to(&links::login(None))).into_response());
    }
    // A session left open at a desk must not let anyone guess the password.
    site.limits.spend_login(peer)?;
    let known = site.store.editor_password(&editor.name).await?.map(|(_, hash)| hash);
    let error = if !password::fits(&site, sent.current, known).await? {
        Some(text(WRONG))
    } else if !password::is_fit(&sent.password) {
        Some(text(UNFIT))
    } else {
        None
    };
    if let Some(error) = error {
        let page = AccountPage::new(&visitor, Some(error));
        return Ok((StatusCode::FORBIDDEN, CachePolicy::Personal, page).into_response());
    }
    let hash = password::hash(&site, sent.password).await?;
    if !site.store.set_password(editor, &hash, None, deed).await? {
        return Err(PageError::NotFound);
    }
    // Every session has ended; this browser's goes on under another name.
    let session = site.store.create_session_of(Some(editor.id), site.now()).await?;
    let cookie = session::session_cookie(&site.settings, &session);
    Ok((cookie, Redirect::to(&links::account())).into_response())
}

impl AccountPage {
    fn new(visitor: &Visitor, error: Option<&'static str>) -> Self {
        Self {
            layout: Layout::new(text("account-your-account"), Section::Login).with_form(),
            name: visitor.editor().map(|editor| editor.name.clone()),
            action: links::account(),
            token: visitor.form_token(),
            logout: links::logout(),
            editors: links::editors(),
            tokens: links::tokens(),
            webhooks: links::webhooks(),
            log: links::audit(),
            error,
        }
    }
}
