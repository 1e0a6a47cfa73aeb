//! Who is asking: sessions by cookie, and the token that ties a form to its session.

use axum::extract::FromRequestParts;
use axum::http::header::{self, HeaderName};
use axum::http::request::Parts;
use axum_extra::extract::CookieJar;
use sha2::{Digest, Sha256};
use stet_store::audit::{Actor, Deed};
use stet_store::{Editor, SESSION_LIFE, Secret};
use subtle::ConstantTimeEq;

use crate::error::PageError;
use crate::hex::hex;
use crate::{Settings, Site, Submissions};

/// What a form's token is made of, next to the session: so that a token is no session.
const FORM_TOKEN: &[u8] = b"stet: a form of this session\n";

/// Whoever asks, with their open session.
#[derive(Debug)]
pub(crate) struct Visitor {
    session: Option<Secret>,
    editor: Option<Editor>,
}

impl FromRequestParts<Site> for Visitor {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, PageError> {
        let jar = CookieJar::from_headers(&parts.headers);
        let sent =
            jar.get(cookie_name(&site.settings)).and_then(|cookie| cookie.value().parse().ok());
        let Some(secret) = sent else { return Ok(Self { session: None, editor: None }) };
        Ok(match site.store.session(&secret, site.now()).await? {
            Some(open) => Self { session: Some(secret), editor: open.editor },
            None => Self { session: None, editor: None },
        })
    }
}

impl Visitor {
    /// The session, where one is open.
    pub(crate) const fn session(&self) -> Option<&Secret> {
        self.session.as_ref()
    }

    /// The editor whose session it is; none where a printed link or the site's password opened it.
    pub(crate) const fn editor(&self) -> Option<&Editor> {
        self.editor.as_ref()
    }

    /// What the audit log calls this visitor.
    pub(crate) fn actor(&self) -> Actor {
        match (&self.editor, &self.session) {
            (Some(editor), _) => Actor::Editor(editor.clone()),
            (None, Some(_)) => Actor::Unnamed,
            (None, None) => Actor::Visitor,
        }
    }

    /// Lets nobody on who is not logged in; `next` is where a login leads to.
    pub(crate) fn must_be_editor(&self, next: String) -> Result<(), PageError> {
        if self.session.is_some() { Ok(()) } else { Err(PageError::LoginNeeded { next }) }
    }

    /// Whether this visitor may add articles and feeds.
    pub(crate) fn may_add(&self, settings: &Settings) -> bool {
        self.session.is_some() || settings.submissions == Submissions::Open
    }

    /// The token that this visitor's forms carry; none without a session, which such a form
    /// could not misuse.
    pub(crate) fn form_token(&self) -> Option<String> {
        let session = self.session.as_ref()?;
        let digest = Sha256::new().chain_update(FORM_TOKEN).chain_update(session.expose());
        Some(hex(&digest.finalize()))
    }

    /// Checks the token that a form sent; `again` is where a fresh form stands.
    pub(crate) fn check_form(&self, sent: Option<&str>, again: String) -> Result<(), PageError> {
        match self.form_token() {
            Some(token) if !same(&token, sent.unwrap_or_default()) => {
                Err(PageError::StaleForm { again })
            }
            _ => Ok(()),
        }
    }
}

/// What is noted of something that is done now.
pub(crate) fn deed<'a>(site: &Site, actor: &'a Actor, reason: &'a str) -> Deed<'a> {
    Deed { actor, reason, at: site.now() }
}

/// Compares two secrets in a time that tells nothing of either.
pub(crate) fn same(a: &str, b: &str) -> bool {
    Sha256::digest(a).ct_eq(&Sha256::digest(b)).into()
}

/// The header that gives a browser its session.
pub(crate) fn session_cookie(settings: &Settings, session: &Secret) -> [(HeaderName, String); 1] {
    set_cookie(settings, session.expose(), SESSION_LIFE.num_seconds())
}

/// The header that takes it away.
pub(crate) fn no_session_cookie(settings: &Settings) -> [(HeaderName, String); 1] {
    set_cookie(settings, "", 0)
}

fn set_cookie(settings: &Settings, value: &str, seconds: i64) -> [(HeaderName, String); 1] {
    let name = cookie_name(settings);
    let secure = if settings.is_https() { "; Secure" } else { "" };
    let cookie =
        format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}");
    [(header::SET_COOKIE, cookie)]
}

/// On https the name's prefix makes browsers refuse the cookie from anyone but this very host.
fn cookie_name(settings: &Settings) -> &'static str {
    if settings.is_https() { "__Host-stet" } else { "stet" }
}
