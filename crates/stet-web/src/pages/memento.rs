//! The bytes of a page as they were fetched (RFC 7089 §4.2), served so that they can do nothing.

use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Uri, header};
use axum::response::IntoResponse;
use stet_core::extract::charset_of;
use stet_core::{http_date, timemap};
use stet_store::Snapshot;

use crate::Site;
use crate::cache::CachePolicy;
use crate::error::PageError;
use crate::holdings::{Holdings, behind, original};

/// Somebody else's page, which may hold anything: it runs no script, sends no form, has no origin
/// whose cookies it could read, asks no host for anything, and is framed by nobody. What stands in
/// it itself, its own styles and pictures in `data:` addresses, is shown.
const POLICY: HeaderValue = HeaderValue::from_static(
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; \
     form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
);

/// What stands before the names of the headers that the newspaper sent, so that they do nothing here.
/// Source: the Wayback Machine and pywb.
const ORIGINAL_HEADER: &str = "x-archive-orig-";

/// The most of them that are told: clients refuse answers with more than a hundred in all.
const MAX_ORIGINAL_HEADERS: usize = 60;

/// `/memento/{14 digits}/{url}`
pub(crate) async fn show(
    State(site): State<Site>,
    uri: Uri,
) -> Result<impl IntoResponse, PageError> {
    let (digits, address) = behind(&uri, "/memento/").split_once('/').unwrap_or_default();
    let at = timemap::from_digits(digits).ok_or_else(|| {
        PageError::NotUnderstood(
            "A stored page is named by 14 digits, year to second (20160909174400), and its \
             address."
                .to_owned(),
        )
    })?;
    let holdings = Holdings::load(&site, original(address)?).await?;
    let index = holdings
        .mementos
        .binary_search_by_key(&at, |memento| memento.captured_at)
        .map_err(|_| PageError::NotFound)?;
    let key = holdings.mementos[index];
    let snapshot = site.store.snapshot_numbered(key.article, key.snapshot).await?;
    let snapshot = snapshot.ok_or(PageError::NotFound)?;
    let mut headers = original_headers(&snapshot);
    headers.insert(header::CONTENT_SECURITY_POLICY, POLICY);
    // A page names hosts that browsers would look up in advance.
    headers.insert("x-dns-prefetch-control", HeaderValue::from_static("off"));
    for (name, value) in [
        (header::CONTENT_TYPE, content_type(&snapshot)),
        (header::LINK, holdings.header(Some(index))),
        (HeaderName::from_static("memento-datetime"), http_date::format(at)),
    ] {
        let value = HeaderValue::try_from(value);
        headers.insert(name, value.map_err(|error| PageError::Internal(error.into()))?);
    }
    Ok((CachePolicy::Shared, headers, snapshot.body))
}

/// Its own type where that is a page's, with the encoding in which Stet read it.
fn content_type(snapshot: &Snapshot) -> String {
    let sent = snapshot.content_type();
    let kind = sent.and_then(|sent| sent.split(';').next()).unwrap_or_default();
    let kind = kind.trim().to_ascii_lowercase();
    let is_page = matches!(kind.as_str(), "text/html" | "application/xhtml+xml" | "text/plain");
    let kind = if is_page { kind.as_str() } else { "text/html" };
    format!("{kind}; charset={}", charset_of(sent, &snapshot.body))
}

fn original_headers(snapshot: &Snapshot) -> HeaderMap {
    let mut headers = HeaderMap::new();
    // A cookie that the newspaper gave Stet is nobody's business.
    let told = snapshot.headers.iter().filter(|(name, _)| !name.eq_ignore_ascii_case("set-cookie"));
    for (name, value) in told.take(MAX_ORIGINAL_HEADERS) {
        let name = HeaderName::try_from(format!("{ORIGINAL_HEADER}{name}"));
        if let (Ok(name), Ok(value)) = (name, HeaderValue::from_str(value)) {
            headers.append(name, value);
        }
    }
    headers
}
