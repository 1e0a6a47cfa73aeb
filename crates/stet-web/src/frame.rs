//! What surrounds each request: its id, its line in the log, and the limit of how many run at
//! once.

use std::sync::Arc;
use std::time::Instant;

use axum::extract::{Request, State};
use axum::http::HeaderValue;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tokio::sync::Semaphore;
use tracing::Instrument;

use crate::error::PageError;
use crate::hex::hex;

/// The name by which an error page and a line in the log find each other: 16 hexadecimal digits.
#[derive(Debug, Clone)]
pub(crate) struct RequestId(pub(crate) Arc<str>);

impl RequestId {
    fn random() -> Self {
        let mut bytes = [0; 8];
        // Without randomness ids repeat; that is no reason to refuse a page.
        if let Err(error) = getrandom::fill(&mut bytes) {
            tracing::warn!(%error, "no random numbers for request ids");
        }
        Self(hex(&bytes).into())
    }
}

/// Middleware: names the request, and writes one line when it was answered. The query is left
/// out: a login link carries its token there.
pub(crate) async fn trace(mut request: Request, next: Next) -> Response {
    let id = RequestId::random();
    let span = tracing::info_span!(
        "request",
        id = &*id.0,
        method = request.method().as_str(),
        path = request.uri().path(),
    );
    let header = HeaderValue::try_from(&*id.0);
    request.extensions_mut().insert(id);
    let begun = Instant::now();
    let mut response = next.run(request).instrument(span.clone()).await;
    let ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
    span.in_scope(|| tracing::info!(status = response.status().as_u16(), ms, "answered"));
    if let Ok(header) = header {
        response.headers_mut().insert("x-request-id", header);
    }
    response
}

/// Middleware: answers so many requests at once, and tells those beyond to come back.
pub(crate) async fn shed(
    State(places): State<Arc<Semaphore>>,
    request: Request,
    next: Next,
) -> Response {
    match places.try_acquire() {
        Ok(_place) => next.run(request).await,
        Err(_) => PageError::Overloaded.into_response(),
    }
}
