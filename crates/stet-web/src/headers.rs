//! Headers that every answer carries, error pages and static files included.

use axum::extract::{Request, State};
use axum::http::header::{self, HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;

use crate::Site;
use crate::cache::CachePolicy;

/// Nothing is loaded from elsewhere, nothing is inline, nothing frames the site.
/// Source: FAULTS §5.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; \
     form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
);

const ALWAYS: [(HeaderName, HeaderValue); 4] = [
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    // Pages with forms relax this to `same-origin` in a meta element: under `no-referrer` a
    // browser sends `Origin: null` even with a form of this site.
    (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        HeaderValue::from_static("same-origin"),
    ),
];

/// Middleware: adds the headers; an answer without a cache policy is not kept.
pub(crate) async fn secure(State(site): State<Site>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    // A page that is somebody else's has a policy of its own, which is stricter.
    for (name, value) in ALWAYS {
        headers.entry(name).or_insert(value);
    }
    if site.settings.is_https() {
        let year = HeaderValue::from_static("max-age=31536000");
        headers.insert(header::STRICT_TRANSPORT_SECURITY, year);
    }
    headers.entry(header::CACHE_CONTROL).or_insert(CachePolicy::Personal.header());
    response
}
