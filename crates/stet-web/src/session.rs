//! Who is asking: sessions by cookie, and the token that ties a form to its session.

use axum::extract::FromRequestParts;
use axum::http::header::{self, HeaderName};
use axum::http::request::Parts;
use axum_extra::extract::CookieJar;
use sha2::{Digest, Sha256};
use stet_store::{SESSION_LIFE, Secret};
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
}

impl FromRequestParts<Site> for Visitor {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, PageError> {
        let jar = CookieJar::from_headers(&parts.headers);
        let sent =
            jar.get(cookie_name(&site.settings)).and_then(|cookie| cookie.value().parse().ok());
        let session = match sent {
            Some(secret) if site.store.has_session(&secret, site.now()).await? => Some(secret),
            _ => None,
        };
        Ok(Self { session })
    }
}

impl Visitor {
    /// The session, where one is open.
    pub(crate) const fn session(&self) -> Option<&Secret> {
        self.session.as_ref()
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
