//! The editors: adding, disabling, and one-time links to set a password.

use askama::Template;
use askama_web::WebTemplate;
use axum::Form;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use stet_store::{ListedEditor, MAX_EDITOR_NAME, Secret};
use stet_words::text;

use crate::cache::CachePolicy;
use crate::error::PageError;
use crate::layout::{Layout, Section};
use crate::session::{self, Visitor};
use crate::wording::Stamp;
use crate::{Site, links};

/// What the forms send.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Submission {
    /// `add`, `disable`, `enable` or `link`.
    #[serde(default)]
    action: String,
    #[serde(default)]
    name: String,
    form_token: Option<String>,
}

#[derive(Template, WebTemplate)]
#[template(path = "editors.html")]
struct EditorsPage {
    layout: Layout,
    action: String,
    token: Option<String>,
    account: String,
    log: String,
    rows: Vec<Row>,
    /// A fresh link to set a password, and whose.
    link: Option<(String, String)>,
    error: Option<&'static str>,
}

struct Row {
    name: String,
    added: Stamp,
    disabled: Option<Stamp>,
    has_password: bool,
}

const BAD_NAME: &str = "editors-a-name-has";
const TAKEN: &str = "editors-there-is-an";

/// `GET /editors`
pub(crate) async fn show(
    State(site): State<Site>,
    visitor: Visitor,
) -> Result<impl IntoResponse, PageError> {
    visitor.must_be_editor(links::editors())?;
    Ok((CachePolicy::Personal, EditorsPage::load(&site, &visitor).await?))
}

/// `POST /editors`
pub(crate) async fn change(
    State(site): State<Site>,
    visitor: Visitor,
    Form(sent): Form<Submission>,
) -> Result<Response, PageError> {
    visitor.must_be_editor(links::editors())?;
    visitor.check_form(sent.form_token.as_deref(), links::editors())?;
    let name = sent.name.trim();
    let actor = visitor.actor();
    let deed = session::deed(&site, &actor, "");
    let editor = if sent.action == "add" {
        if name.is_empty() || name.chars().count() > MAX_EDITOR_NAME || name.contains('\0') {
            return refused(&site, &visitor, text(BAD_NAME)).await;
        }
        match site.store.add_editor(name, deed).await? {
            Some(editor) => editor,
            None => return refused(&site, &visitor, text(TAKEN)).await,
        }
    } else {
        site.store.find_editor(&name.replace('\0', "")).await?.ok_or(PageError::NotFound)?
    };
    match sent.action.as_str() {
        "add" | "link" => {
            let secret = site.store.create_password_link(&editor, deed).await?;
            let mut page = EditorsPage::load(&site, &visitor).await?;
            page.link = Some((absolute(&site, &secret), editor.name));
            Ok((CachePolicy::Personal, page).into_response())
        }
        "disable" | "enable" => {
            let is_enabled = sent.action == "enable";
            site.store.set_editor_enabled(&editor, is_enabled, deed).await?;
            Ok(Redirect::to(&links::editors()).into_response())
        }
        _ => Ok(Redirect::to(&links::editors()).into_response()),
    }
}

fn absolute(site: &Site, secret: &Secret) -> String {
    links::absolute(&site.settings.base_url, &links::password_link(secret))
}

async fn refused(
    site: &Site,
    visitor: &Visitor,
    error: &'static str,
) -> Result<Response, PageError> {
    let mut page = EditorsPage::load(site, visitor).await?;
    page.error = Some(error);
    Ok((StatusCode::UNPROCESSABLE_ENTITY, CachePolicy::Personal, page).into_response())
}

impl EditorsPage {
    async fn load(site: &Site, visitor: &Visitor) -> Result<Self, PageError> {
        let editors = site.store.editors().await?;
        Ok(Self {
            layout: Layout::new(text("editors-editors"), Section::Login).with_form(),
            action: links::editors(),
            token: visitor.form_token(),
            account: links::account(),
            log: links::audit(),
            rows: editors.into_iter().map(Row::new).collect(),
            link: None,
            error: None,
        })
    }
}

impl Row {
    fn new(listed: ListedEditor) -> Self {
        Self {
            name: listed.editor.name,
            added: Stamp::new(listed.created_at),
            disabled: listed.disabled_at.map(Stamp::new),
            has_password: listed.has_password,
        }
    }
}
