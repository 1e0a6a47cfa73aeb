//! The tokens by which programs use the API: making, listing, revoking.

use askama::Template;
use askama_web::WebTemplate;
use axum::Form;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use stet_store::audit::Deed;
use stet_store::{ApiToken, MAX_TOKEN_NAME, Secret};
use stet_words::text;

use crate::cache::CachePolicy;
use crate::error::PageError;
use crate::layout::{Layout, Section};
use crate::session::{self, Visitor};
use crate::wording::Stamp;
use crate::{Site, api, links};

/// What the forms send.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Submission {
    /// `make` or `revoke`.
    #[serde(default)]
    action: String,
    /// Of a token that is to be made.
    #[serde(default)]
    name: String,
    /// Of a token that is to be revoked.
    id: Option<i64>,
    form_token: Option<String>,
}

#[derive(Template, WebTemplate)]
#[template(path = "tokens.html")]
struct TokensPage {
    layout: Layout,
    action: String,
    token: Option<String>,
    account: String,
    log: String,
    help: String,
    rows: Vec<Row>,
    /// A fresh token and its name: it is shown this once.
    made: Option<(String, String)>,
    error: Option<&'static str>,
    /// What was typed.
    name: String,
}

struct Row {
    id: i64,
    name: String,
    editor: Option<String>,
    made: Stamp,
    last_used: Option<Stamp>,
    is_active: bool,
}

const BAD_NAME: &str = "tokens-a-name-has";
const TAKEN: &str = "tokens-there-is-a";

/// `GET /account/tokens`
pub(crate) async fn show(
    State(site): State<Site>,
    visitor: Visitor,
) -> Result<impl IntoResponse, PageError> {
    visitor.must_be_editor(links::tokens())?;
    Ok((CachePolicy::Personal, TokensPage::load(&site, &visitor).await?))
}

/// `POST /account/tokens`
pub(crate) async fn change(
    State(site): State<Site>,
    visitor: Visitor,
    Form(sent): Form<Submission>,
) -> Result<Response, PageError> {
    visitor.must_be_editor(links::tokens())?;
    visitor.check_form(sent.form_token.as_deref(), links::tokens())?;
    let actor = visitor.actor();
    let deed = session::deed(&site, &actor, "");
    match (sent.action.as_str(), sent.id) {
        ("make", _) => make(&site, &visitor, deed, sent.name.trim()).await,
        ("revoke", Some(id)) => {
            // Where another editor was faster, the list shows it.
            site.store.revoke_api_token(id.into(), deed).await?;
            Ok(Redirect::to(&links::tokens()).into_response())
        }
        _ => Ok(Redirect::to(&links::tokens()).into_response()),
    }
}

async fn make(
    site: &Site,
    visitor: &Visitor,
    deed: Deed<'_>,
    name: &str,
) -> Result<Response, PageError> {
    let is_name = (1..=MAX_TOKEN_NAME).contains(&name.chars().count()) && !name.contains('\0');
    let made = if is_name { site.store.create_api_token(name, deed).await? } else { None };
    let mut page = TokensPage::load(site, visitor).await?;
    if let Some(secret) = made {
        page.made = Some((shown(&secret), name.to_owned()));
        return Ok((CachePolicy::Personal, page).into_response());
    }
    page.error = Some(if is_name { text(TAKEN) } else { text(BAD_NAME) });
    name.clone_into(&mut page.name);
    Ok((StatusCode::UNPROCESSABLE_ENTITY, CachePolicy::Personal, page).into_response())
}

/// A token, as programs send it.
fn shown(secret: &Secret) -> String {
    format!("{}{}", api::TOKEN_PREFIX, secret.expose())
}

impl TokensPage {
    async fn load(site: &Site, visitor: &Visitor) -> Result<Self, PageError> {
        let tokens = site.store.api_tokens().await?;
        Ok(Self {
            layout: Layout::new(text("tokens-api-tokens"), Section::Login).with_form(),
            action: links::tokens(),
            token: visitor.form_token(),
            account: links::account(),
            log: links::audit(),
            help: links::help_on("api"),
            rows: tokens.into_iter().map(Row::new).collect(),
            made: None,
            error: None,
            name: String::new(),
        })
    }
}

impl Row {
    fn new(token: ApiToken) -> Self {
        Self {
            id: token.id.get(),
            name: token.name,
            editor: token.editor,
            made: Stamp::new(token.created_at),
            last_used: token.last_used_at.map(Stamp::new),
            is_active: token.is_active,
        }
    }
}
