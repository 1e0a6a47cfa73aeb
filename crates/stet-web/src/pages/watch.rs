//! The form by which an article or a feed is added.

use askama::Template;
use askama_web::WebTemplate;
use axum::Form;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use stet_core::LinkRule;
use stet_words::text;

use crate::cache::CachePolicy;
use crate::error::PageError;
use crate::layout::{Layout, Section};
use crate::peer::Peer;
use crate::session::Visitor;
use crate::submitting::{self, Submitted};
use crate::{Site, links};

/// `?address=`: what the form begins with.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Prefill {
    #[serde(default)]
    address: String,
}

/// What the form sends.
#[derive(Debug, Deserialize)]
pub(crate) struct Submission {
    #[serde(default)]
    address: String,
    /// For a section page: a selector, or else a pattern, of its links.
    #[serde(default)]
    links: String,
    #[serde(default)]
    pattern: String,
    form_token: Option<String>,
}

/// The form itself: this page shows it, and so does that of a proposal that was refused.
pub(crate) struct AddressForm {
    pub(crate) action: String,
    pub(crate) address: String,
    /// The rule for the links of a section page.
    pub(crate) selector: String,
    pub(crate) pattern: String,
    /// What was wrong with the address.
    pub(crate) error: Option<String>,
    pub(crate) token: Option<String>,
}

#[derive(Template, WebTemplate)]
#[template(path = "watch.html")]
struct WatchPage {
    layout: Layout,
    /// Where to log in, for those who may not add without.
    login: Option<String>,
    form: AddressForm,
}

/// `GET /watch`
pub(crate) async fn show(
    State(site): State<Site>,
    visitor: Visitor,
    Query(prefill): Query<Prefill>,
) -> Result<impl IntoResponse, PageError> {
    let form = AddressForm::new(prefill.address, None, &visitor);
    Ok((CachePolicy::Personal, WatchPage::new(&site, &visitor, form)))
}

/// `POST /watch`
pub(crate) async fn propose(
    State(site): State<Site>,
    visitor: Visitor,
    peer: Peer,
    Form(sent): Form<Submission>,
) -> Result<Response, PageError> {
    let again = links::watch_with(sent.address.trim());
    may_submit(&site, &visitor, peer, &again)?;
    visitor.check_form(sent.form_token.as_deref(), again)?;
    let submitted =
        Submitted { address: &sent.address, selector: &sent.links, pattern: &sent.pattern };
    match submitting::propose(&site, &submitted).await? {
        Ok(proposal) => Ok(Redirect::to(&links::proposal(&proposal)).into_response()),
        Err(error) => {
            let form = AddressForm {
                selector: sent.links,
                pattern: sent.pattern,
                ..AddressForm::new(sent.address, Some(error), &visitor)
            };
            let page = WatchPage::new(&site, &visitor, form);
            Ok((StatusCode::UNPROCESSABLE_ENTITY, CachePolicy::Personal, page).into_response())
        }
    }
}

/// Whether this visitor may submit something now; who is not logged in has an allowance.
pub(crate) fn may_submit(
    site: &Site,
    visitor: &Visitor,
    peer: Peer,
    here: &str,
) -> Result<(), PageError> {
    if !visitor.may_add(&site.settings) {
        return Err(PageError::LoginNeeded { next: here.to_owned() });
    }
    match visitor.session() {
        Some(_) => Ok(()),
        None => site.limits.spend_submission(peer),
    }
}

impl AddressForm {
    pub(crate) fn new(address: String, error: Option<String>, visitor: &Visitor) -> Self {
        Self {
            action: links::watch(),
            address,
            selector: String::new(),
            pattern: String::new(),
            error,
            token: visitor.form_token(),
        }
    }

    /// With the rule for links that was given before.
    pub(crate) fn with_rule(mut self, rule: Option<&LinkRule>) -> Self {
        match rule {
            Some(LinkRule::Selector(selector)) => self.selector.clone_from(selector),
            Some(LinkRule::Pattern(pattern)) => self.pattern.clone_from(pattern),
            None => {}
        }
        self
    }
}

impl WatchPage {
    fn new(site: &Site, visitor: &Visitor, form: AddressForm) -> Self {
        let here =
            if form.address.is_empty() { links::watch() } else { links::watch_with(&form.address) };
        Self {
            layout: Layout::new(text("watch-watch-an-article"), Section::Watch).with_form(),
            login: (!visitor.may_add(&site.settings)).then(|| links::login(Some(&here))),
            form,
        }
    }
}
