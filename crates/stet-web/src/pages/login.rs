//! Logging in and out.

use askama::Template;
use askama_web::WebTemplate;
use axum::Form;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use stet_store::EditorId;
use stet_words::text;

use crate::cache::CachePolicy;
use crate::error::PageError;
use crate::layout::{Layout, Section};
use crate::peer::Peer;
use crate::session::{self, Visitor};
use crate::{Site, links, password};

/// `?token=`, as in the printed link, and `?next=`, where to go after.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct LoginLink {
    token: Option<String>,
    next: Option<String>,
}

/// What the forms send.
#[derive(Debug, Deserialize)]
pub(crate) struct Attempt {
    token: Option<String>,
    /// An editor's name; without one it is the site's password.
    name: Option<String>,
    password: Option<String>,
    next: Option<String>,
}

/// What the logout sends.
#[derive(Debug, Deserialize)]
pub(crate) struct Farewell {
    form_token: Option<String>,
}

#[derive(Template, WebTemplate)]
#[template(path = "login.html")]
struct LoginPage {
    layout: Layout,
    action: String,
    next: String,
    error: Option<&'static str>,
    /// The token of a printed link.
    token: Option<String>,
    has_password: bool,
    has_editors: bool,
    account: String,
    /// For those who are logged in: where to log out, and the token that it takes.
    logout: Option<(String, String)>,
}

/// Why an attempt failed.
const SPENT: &str = "login-this-login-link";
const WRONG_PASSWORD: &str = "login-this-is-not";
const WRONG_NAME: &str = "login-this-name-and";
const NO_PASSWORD: &str = "login-no-password-is";

/// `GET /login`: shows a button; a link that is only looked at spends nothing.
pub(crate) async fn show(
    State(site): State<Site>,
    visitor: Visitor,
    Query(link): Query<LoginLink>,
) -> Result<impl IntoResponse, PageError> {
    let page = LoginPage::load(&site, &visitor, link.token, link.next.as_deref(), None).await?;
    Ok((CachePolicy::Personal, page))
}

/// `POST /login`
pub(crate) async fn log_in(
    State(site): State<Site>,
    visitor: Visitor,
    peer: Peer,
    Form(sent): Form<Attempt>,
) -> Result<Response, PageError> {
    site.limits.spend_login(peer)?;
    let editor = match entered(&site, &sent).await? {
        Ok(editor) => editor,
        Err(error) => {
            let page =
                LoginPage::load(&site, &visitor, None, sent.next.as_deref(), Some(error)).await?;
            return Ok((StatusCode::FORBIDDEN, CachePolicy::Personal, page).into_response());
        }
    };
    if let Some(old) = visitor.session() {
        site.store.end_session(old).await?;
    }
    let session = site.store.create_session_of(editor, site.now()).await?;
    let cookie = session::session_cookie(&site.settings, &session);
    Ok((cookie, Redirect::to(&links::safe_next(sent.next.as_deref()))).into_response())
}

/// `POST /logout`
pub(crate) async fn log_out(
    State(site): State<Site>,
    visitor: Visitor,
    Form(sent): Form<Farewell>,
) -> Result<impl IntoResponse, PageError> {
    visitor.check_form(sent.form_token.as_deref(), links::login(None))?;
    if let Some(session) = visitor.session() {
        site.store.end_session(session).await?;
    }
    Ok((session::no_session_cookie(&site.settings), Redirect::to(&links::latest())))
}

/// Spends the token or checks the password: whose session is to be opened, if anybody's by name,
/// or what is wrong.
async fn entered(
    site: &Site,
    sent: &Attempt,
) -> Result<Result<Option<EditorId>, &'static str>, PageError> {
    let token = sent.token.as_deref().unwrap_or_default();
    let name = sent.name.as_deref().map(str::trim).filter(|name| !name.is_empty());
    let Some(name) = name.filter(|_| token.is_empty()) else {
        return Ok(refusal(site, sent).await?.map_or(Ok(None), Err));
    };
    let known = site.store.editor_password(&name.replace('\0', "")).await?;
    let (editor, hash) = known.map(|(editor, hash)| (editor.id, hash)).unzip();
    let password = sent.password.clone().unwrap_or_default();
    let fits = password::fits(site, password, hash).await?;
    Ok(if fits { Ok(editor) } else { Err(text(WRONG_NAME)) })
}

/// Spends the token or checks the site's password; says what is wrong.
async fn refusal(site: &Site, sent: &Attempt) -> Result<Option<&'static str>, PageError> {
    if let Some(token) = sent.token.as_deref().filter(|token| !token.is_empty()) {
        let is_good = match token.trim().parse() {
            Ok(token) => site.store.spend_login_token(&token, site.now()).await?,
            Err(()) => false,
        };
        return Ok((!is_good).then_some(text(SPENT)));
    }
    let sent = sent.password.as_deref().unwrap_or_default();
    Ok(match site.settings.password.as_deref() {
        None | Some("") => Some(text(NO_PASSWORD)),
        Some(password) if session::same(password, sent) => None,
        Some(_) => Some(text(WRONG_PASSWORD)),
    })
}

impl LoginPage {
    async fn load(
        site: &Site,
        visitor: &Visitor,
        token: Option<String>,
        next: Option<&str>,
        error: Option<&'static str>,
    ) -> Result<Self, PageError> {
        let password = site.settings.password.as_deref();
        Ok(Self {
            layout: Layout::new(text("login-log-in"), Section::Login).with_form(),
            action: links::login(None),
            next: links::safe_next(next),
            error,
            token: token.filter(|token| !token.is_empty()),
            has_password: password.is_some_and(|password| !password.is_empty()),
            has_editors: site.store.has_editors().await?,
            account: links::account(),
            logout: visitor.form_token().map(|token| (links::logout(), token)),
        })
    }
}
