//! How long answers may be kept: a vocabulary, so that no handler writes cache headers itself.

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, IntoResponseParts, Response, ResponseParts};
use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};

use crate::error::PageError;
use crate::hex::hex;

/// How long an answer may be kept, and by whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CachePolicy {
    /// The same for every reader; kept by anyone who asks each time whether it still holds.
    Shared,
    /// For one person, or true for a moment: never kept.
    Personal,
    /// Its address changes with its content: kept for good.
    Forever,
}

/// In an answer's extensions: until when it is what it is even if nothing is written to the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct HoldsUntil(pub(crate) DateTime<Utc>);

const SHARED: HeaderValue = HeaderValue::from_static("public, no-cache");
const PERSONAL: HeaderValue = HeaderValue::from_static("no-store");
const FOREVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");

impl CachePolicy {
    pub(crate) const fn header(self) -> HeaderValue {
        match self {
            Self::Shared => SHARED,
            Self::Personal => PERSONAL,
            Self::Forever => FOREVER,
        }
    }
}

impl IntoResponseParts for CachePolicy {
    type Error = std::convert::Infallible;

    fn into_response_parts(self, mut parts: ResponseParts) -> Result<ResponseParts, Self::Error> {
        parts.headers_mut().insert(header::CACHE_CONTROL, self.header());
        Ok(parts)
    }
}

/// Middleware: gives each [shared](CachePolicy::Shared) answer a validator made of its content,
/// and answers 304 to whoever has it already. An answer that has a validator is left as it is.
pub(crate) async fn revalidate(request: Request, next: Next) -> Result<Response, PageError> {
    let is_get = request.method() == Method::GET;
    let known = request.headers().get(header::IF_NONE_MATCH).cloned();
    let response = next.run(request).await;
    let is_shared = response.headers().get(header::CACHE_CONTROL) == Some(&SHARED);
    let is_validated = response.headers().contains_key(header::ETAG);
    if !is_get || !is_shared || is_validated || response.status() != StatusCode::OK {
        return Ok(response);
    }
    let (mut parts, body) = response.into_parts();
    // Pages are rendered whole before they are sent: nothing is read here that was not in memory.
    let bytes = to_bytes(body, usize::MAX)
        .await
        .map_err(|error| PageError::Internal(anyhow::Error::new(error)))?;
    let validator = validator(&bytes);
    parts.headers.insert(header::ETAG, validator.clone());
    if known.is_some_and(|known| names(&known, &validator)) {
        return Ok((StatusCode::NOT_MODIFIED, kept(&parts.headers)).into_response());
    }
    Ok(Response::from_parts(parts, Body::from(bytes)))
}

/// Weak, since the same page is sent compressed or not.
fn validator(bytes: &[u8]) -> HeaderValue {
    let digest = hex(&Sha256::digest(bytes)[..12]);
    HeaderValue::try_from(format!("W/\"{digest}\"")).unwrap_or(HeaderValue::from_static("W/\"\""))
}

/// Whether an `If-None-Match` names a validator, by the weak comparison of RFC 9110 §8.8.3.2.
pub(crate) fn names(known: &HeaderValue, validator: &HeaderValue) -> bool {
    let opaque = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    let (Ok(known), Ok(validator)) = (known.to_str(), validator.to_str()) else { return false };
    known.trim() == "*" || known.split(',').any(|tag| opaque(tag) == opaque(validator))
}

fn kept(headers: &HeaderMap) -> HeaderMap {
    [header::ETAG, header::CACHE_CONTROL, header::VARY]
        .into_iter()
        .filter_map(|name| headers.get(&name).map(|value| (name, value.clone())))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_validator_is_found_in_a_list_weak_or_not() {
        let validator = HeaderValue::from_static("W/\"ab\"");
        for known in ["W/\"ab\"", "\"ab\"", "\"x\", W/\"ab\"", "*"] {
            assert!(names(&HeaderValue::from_static(known), &validator), "{known}");
        }
        assert!(!names(&HeaderValue::from_static("\"abc\""), &validator));
    }
}
