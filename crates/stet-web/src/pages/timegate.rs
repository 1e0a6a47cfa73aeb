//! From an address and a time to what stood there then (RFC 7089 §4.1.2).

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::IntoResponse;
use stet_core::http_date;
use stet_words::text;

use crate::Site;
use crate::cache::CachePolicy;
use crate::error::PageError;
use crate::holdings::{Holdings, behind, original};

/// `/timegate/{url}`: leads to the memento nearest to `Accept-Datetime`, else to the last one.
pub(crate) async fn show(
    State(site): State<Site>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<impl IntoResponse, PageError> {
    let wanted = match headers.get("accept-datetime") {
        None => None,
        Some(value) => {
            let date = value.to_str().ok().and_then(http_date::parse);
            Some(date.ok_or_else(|| {
                PageError::NotUnderstood(text("timegate-accept-datetime-is").to_owned())
            })?)
        }
    };
    let holdings = Holdings::load(&site, original(behind(&uri, "/timegate/"))?).await?;
    let nearest = holdings.mementos[holdings.nearest(wanted)];
    let found = [
        (header::LOCATION, holdings.memento(nearest.captured_at)),
        (header::VARY, "accept-datetime".to_owned()),
        (header::LINK, holdings.header(None)),
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*".to_owned()),
    ];
    Ok((StatusCode::FOUND, CachePolicy::Personal, found))
}
