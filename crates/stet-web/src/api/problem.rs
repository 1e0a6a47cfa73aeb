//! What went wrong, as RFC 9457 has it (`application/problem+json`).

use axum::Json;
use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use stet_store::StoreError;
use utoipa::ToSchema;

use crate::error::PageError;
use crate::frame::RequestId;

/// The media type. Source: RFC 9457 §6.1.
pub(super) const PROBLEM_JSON: &str = "application/problem+json";

/// How a program says who it is. Source: RFC 6750 §3.
const CHALLENGE: HeaderValue = HeaderValue::from_static("Bearer realm=\"Stet\"");

/// Why a request was not answered with what it asked for. It travels with the response until
/// [`problems`] prints it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    status: StatusCode,
    detail: String,
    /// The parameter or the member of the body that is to blame.
    parameter: Option<String>,
    /// Seconds after which to try again.
    retry_after: Option<u64>,
}

/// A problem, as it is sent.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Problem, example = json!({
    "type": "about:blank",
    "title": "Bad Request",
    "status": 400,
    "detail": "“limit” cannot be this: it is between 1 and 100.",
    "parameter": "limit",
    "request": "5f0c1bd2a9e34c77"
}))]
pub(super) struct ProblemDetails {
    /// Always `about:blank`: the status tells which problem it is.
    #[serde(rename = "type")]
    kind: &'static str,
    /// The status in words.
    title: &'static str,
    /// The status of the answer.
    #[schema(minimum = 400, maximum = 599)]
    status: u16,
    /// What is wrong, for people.
    detail: String,
    /// The query's parameter, or the body's member, that is to blame.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    parameter: Option<String>,
    /// The name of the request in the site's log, as in `X-Request-Id`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    request: Option<String>,
}

impl Problem {
    fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        Self { status, detail: detail.into(), parameter: None, retry_after: None }
    }

    /// A parameter of the query has a value that it cannot have.
    pub(super) fn parameter(name: &str, why: &str) -> Self {
        let detail = format!("“{name}” cannot be this: {why}.");
        Self::new(StatusCode::BAD_REQUEST, detail).blaming(name)
    }

    /// The body is not JSON.
    pub(super) fn not_json(why: &str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, format!("The body is not JSON: {why}."))
    }

    /// What was sent is well-formed and cannot be done; `name` is to blame.
    pub(super) fn unprocessable(name: &str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, detail).blaming(name)
    }

    /// It cannot be done as things stand.
    pub(super) fn conflict(detail: &str) -> Self {
        Self::new(StatusCode::CONFLICT, detail)
    }

    /// There is no token, or none that works: the answer does not tell which.
    pub(super) fn unauthorized() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "Send a token that works, as “Authorization: Bearer stet_…”. Editors make them under \
             “Your account”.",
        )
    }

    /// A problem of which only the status is known: a library made the answer.
    pub(super) fn of_status(status: StatusCode) -> Self {
        let detail = match status {
            StatusCode::NOT_FOUND => "There is nothing at this address.",
            StatusCode::METHOD_NOT_ALLOWED => {
                "This cannot be done at this address; “Allow” names what can."
            }
            StatusCode::PAYLOAD_TOO_LARGE => "The body is longer than any that is understood.",
            StatusCode::UNSUPPORTED_MEDIA_TYPE => "Send JSON, as “Content-Type: application/json”.",
            StatusCode::SERVICE_UNAVAILABLE => "The site is too busy to answer just now.",
            _ if status.is_server_error() => {
                "Something went wrong here. The log of this site says more, under the request's name."
            }
            _ => "The request could not be understood.",
        };
        Self::new(status, detail)
    }

    fn blaming(self, name: &str) -> Self {
        Self { parameter: Some(name.to_owned()), ..self }
    }
}

impl From<PageError> for Problem {
    fn from(error: PageError) -> Self {
        error.log();
        let status = error.status();
        let retry_after = error.retry_after();
        let problem = match error {
            PageError::Hidden | PageError::HiddenFromReaders(_) => {
                Self::new(status, "This article cannot be shown for legal reasons")
            }
            PageError::NotUnderstood(words) => Self::new(status, words),
            PageError::TooMany { .. } => Self::new(
                status,
                "This was tried too often; “Retry-After” says when it can be again.",
            ),
            _ => Self::of_status(status),
        };
        Self { retry_after, ..problem }
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        PageError::from(error).into()
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// Middleware: prints every answer that failed as a problem, also those of libraries. It is done
/// here, since only here the request's id is known.
pub(super) async fn problems(request: Request, next: Next) -> Response {
    let id = request.extensions().get::<RequestId>().map(|id| id.0.to_string());
    let response = next.run(request).await;
    let status = response.status();
    if !status.is_client_error() && !status.is_server_error() {
        return response;
    }
    let (mut parts, _) = response.into_parts();
    let problem = parts.extensions.remove::<Problem>();
    let problem = problem.unwrap_or_else(|| Problem::of_status(status));
    let details = ProblemDetails {
        kind: "about:blank",
        title: status.canonical_reason().unwrap_or("Error"),
        status: status.as_u16(),
        detail: problem.detail,
        parameter: problem.parameter,
        request: id,
    };
    let mut answer = (status, Json(details)).into_response();
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON));
    for name in [header::ALLOW, header::RETRY_AFTER] {
        if let Some(value) = parts.headers.remove(&name) {
            headers.insert(name, value);
        }
    }
    if let Some(seconds) = problem.retry_after {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    if status == StatusCode::UNAUTHORIZED {
        headers.insert(header::WWW_AUTHENTICATE, CHALLENGE);
    }
    answer
}
