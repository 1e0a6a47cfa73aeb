//! Who asks: the bearer of a token (RFC 6750).

use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;
use stet_store::Secret;
use stet_store::audit::Actor;

use super::problem::Problem;
use crate::Site;
use crate::peer::Peer;

/// What every token begins with, so that people and programs which look for lost secrets know one
/// when they see it.
pub(crate) const PREFIX: &str = "stet_";

/// Whoever asks, as the audit log calls them.
pub(super) struct Caller(pub(super) Actor);

impl FromRequestParts<Site> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, Problem> {
        let sent = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let Some(secret) = sent.and_then(bearer) else { return Err(Problem::unauthorized()) };
        if let Some(actor) = site.store.use_api_token(&secret, site.now()).await? {
            return Ok(Self(actor));
        }
        // As with passwords: who tries many has to wait.
        let Ok(peer) = Peer::from_request_parts(parts, site).await;
        site.limits.spend_login(peer).map_err(Problem::from)?;
        Err(Problem::unauthorized())
    }
}

/// The token in a header's value; the name of the scheme is written in any letters' case.
fn bearer(value: &str) -> Option<Secret> {
    let (scheme, token) = value.split_once(' ')?;
    let token = Some(token.trim()).filter(|_| scheme.eq_ignore_ascii_case("bearer"))?;
    token.strip_prefix(PREFIX)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_stands_behind_its_scheme_and_its_prefix() {
        let token = "0123456789abcdef".repeat(4);
        for good in [format!("Bearer stet_{token}"), format!("bearer  stet_{token}")] {
            assert_eq!(bearer(&good).unwrap().expose(), token, "{good}");
        }
        for odd in [token.clone(), format!("Bearer {token}"), format!("Basic stet_{token}")] {
            assert!(bearer(&odd).is_none(), "{odd}");
        }
    }
}
