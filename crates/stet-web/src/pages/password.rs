//! Setting a password by a one-time link.

use askama::Template;
use askama_web::WebTemplate;
use axum::Form;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use stet_store::audit::Actor;
use stet_store::{Editor, Secret};
use stet_words::text;

use super::account::UNFIT;
use crate::cache::CachePolicy;
use crate::error::PageError;
use crate::layout::{Layout, Section};
use crate::peer::Peer;
use crate::session::{self, Visitor};
use crate::{Site, links, password};

/// `?link=`, as in the link that another editor gave.
#[derive(Default, Deserialize)]
pub(crate) struct Link {
    #[serde(default)]
    link: String,
}

/// What the form sends.
#[derive(Deserialize)]
pub(crate) struct Submission {
    #[serde(default)]
    link: String,
    #[serde(default)]
    password: String,
}

#[derive(Template, WebTemplate)]
#[template(path = "password.html")]
struct PasswordPage {
    layout: Layout,
    action: String,
    /// Whose password it is, and the link; none where it no longer works.
    open: Option<(String, String)>,
    error: Option<&'static str>,
}

/// `GET /account/password`: a link that is only looked at spends nothing.
pub(crate) async fn show(
    State(site): State<Site>,
    Query(sent): Query<Link>,
) -> Result<Response, PageError> {
    let open = opened(&site, &sent.link).await?;
    let status = if open.is_some() { StatusCode::OK } else { StatusCode::FORBIDDEN };
    let page = PasswordPage::new(open.as_ref(), None);
    Ok((status, CachePolicy::Personal, page).into_response())
}

/// `POST /account/password`
pub(crate) async fn set(
    State(site): State<Site>,
    visitor: Visitor,
    peer: Peer,
    Form(sent): Form<Submission>,
) -> Result<Response, PageError> {
    site.limits.spend_login(peer)?;
    let refused = |page: PasswordPage| {
        Ok((StatusCode::FORBIDDEN, CachePolicy::Personal, page).into_response())
    };
    let open = opened(&site, &sent.link).await?;
    let Some((editor, secret)) = &open else { return refused(PasswordPage::new(None, None)) };
    if !password::is_fit(&sent.password) {
        return refused(PasswordPage::new(open.as_ref(), Some(text(UNFIT))));
    }
    let hash = password::hash(&site, sent.password).await?;
    let actor = Actor::Editor(editor.clone());
    let deed = session::deed(&site, &actor, "");
    if !site.store.set_password(editor, &hash, Some(secret), deed).await? {
        return refused(PasswordPage::new(None, None));
    }
    if let Some(old) = visitor.session() {
        site.store.end_session(old).await?;
    }
    let session = site.store.create_session_of(Some(editor.id), site.now()).await?;
    let cookie = session::session_cookie(&site.settings, &session);
    Ok((cookie, Redirect::to(&links::account())).into_response())
}

/// Whose password a link sets, if it works.
async fn opened(site: &Site, link: &str) -> Result<Option<(Editor, Secret)>, PageError> {
    let Ok(secret) = link.parse::<Secret>() else { return Ok(None) };
    let editor = site.store.password_link(&secret, site.now()).await?;
    Ok(editor.map(|editor| (editor, secret)))
}

impl PasswordPage {
    fn new(open: Option<&(Editor, Secret)>, error: Option<&'static str>) -> Self {
        Self {
            layout: Layout::new(text("password-set-your-password"), Section::Login).with_form(),
            action: links::set_password(),
            open: open.map(|(editor, secret)| (editor.name.clone(), secret.expose().to_owned())),
            error,
        }
    }
}
