//! Errors as readers see them: a page that says what is wrong and what to do, never how the
//! inside looks. The inside goes to the log, once, where the error becomes an answer.

use std::any::Any;
use std::time::Duration;

use askama::Template;
use askama_web::WebTemplate;
use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use stet_core::ArticleId;
use stet_store::{StoreError, Visible};
use stet_words::{say, text};
use thiserror::Error;

use crate::frame::RequestId;
use crate::layout::{Layout, Section};
use crate::{links, wording};

/// After how many seconds a reader may try again when the site is too busy or its database away.
const RETRY_AFTER: u64 = 5;

/// Why a page cannot be shown.
#[derive(Debug, Error)]
pub(crate) enum PageError {
    /// There is nothing at this address.
    #[error("not found")]
    NotFound,
    /// The address asks for something in a way that is not understood.
    #[error("unreadable")]
    Unreadable,
    /// The address or a header has a value that it cannot have: what is wrong, in words.
    #[error("not understood: {0}")]
    NotUnderstood(String),
    /// It may not be shown.
    #[error("hidden")]
    Hidden,
    /// The same, asked for by an editor, who may bring it back.
    #[error("hidden from readers")]
    HiddenFromReaders(ArticleId),
    /// Only for those who are logged in.
    #[error("login needed")]
    LoginNeeded {
        /// Where to go after the login.
        next: String,
    },
    /// The form was not made by this site for this session.
    #[error("stale form")]
    StaleForm {
        /// The address of a fresh form that holds what was typed.
        again: String,
    },
    /// More often than is allowed.
    #[error("too many requests")]
    TooMany {
        /// How long until it is allowed again.
        wait: Duration,
    },
    /// More requests at once than are answered.
    #[error("overloaded")]
    Overloaded,
    /// The database is away.
    #[error("unavailable")]
    Unavailable(#[source] StoreError),
    /// A bug, or a broken machine.
    #[error("internal error")]
    Internal(#[source] anyhow::Error),
}

impl From<StoreError> for PageError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable(_) => Self::Unavailable(error),
            _ => Self::Internal(error.into()),
        }
    }
}

/// What may be shown, or why not.
pub(crate) fn shown<T>(visible: Visible<T>) -> Result<T, PageError> {
    match visible {
        Visible::Shown(thing) => Ok(thing),
        Visible::Hidden => Err(PageError::Hidden),
        Visible::Missing => Err(PageError::NotFound),
    }
}

/// What an error page says; it travels with the response until [`pages`] prints it.
#[derive(Debug, Clone)]
struct Notice {
    heading: String,
    text: String,
    /// Where to go from here: address and label.
    way_out: Option<(String, String)>,
}

impl Notice {
    fn new(heading: impl Into<String>, text: impl Into<String>) -> Self {
        Self { heading: heading.into(), text: text.into(), way_out: None }
    }

    fn leading(mut self, address: String, label: &str) -> Self {
        self.way_out = Some((address, label.to_owned()));
        self
    }

    /// What to say of an answer that a library made: a wrong method, a form that is too long.
    fn for_status(status: StatusCode) -> Self {
        match status {
            StatusCode::NOT_FOUND => {
                Self::new(text("error-there-is-nothing"), text("error-this-address-leads"))
                    .leading(links::latest(), text("error-see-the-latest"))
            }
            StatusCode::METHOD_NOT_ALLOWED => {
                Self::new(text("error-this-is-not"), text("error-open-it-with"))
                    .leading(links::latest(), text("error-see-the-latest"))
            }
            StatusCode::FORBIDDEN => {
                Self::new(text("error-this-form-came"), text("error-what-was-sent"))
                    .leading(links::watch(), text("error-open-the-form"))
            }
            StatusCode::PAYLOAD_TOO_LARGE => {
                Self::new(text("error-this-is-too"), text("error-a-form-of"))
                    .leading(links::watch(), text("error-open-the-form"))
            }
            StatusCode::BAD_REQUEST
            | StatusCode::UNSUPPORTED_MEDIA_TYPE
            | StatusCode::UNPROCESSABLE_ENTITY => {
                Self::new(text("error-this-request-could"), text("error-part-of-the"))
                    .leading(links::latest(), text("error-see-the-latest"))
            }
            StatusCode::REQUEST_TIMEOUT
            | StatusCode::GATEWAY_TIMEOUT
            | StatusCode::SERVICE_UNAVAILABLE => {
                Self::new(text("error-please-come-back"), text("error-the-site-is"))
            }
            _ => Self::new(text("error-something-went-wrong"), text("error-it-is-not")),
        }
    }
}

impl PageError {
    pub(crate) fn status(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Unreadable | Self::NotUnderstood(_) => StatusCode::BAD_REQUEST,
            Self::Hidden | Self::HiddenFromReaders(_) => StatusCode::GONE,
            Self::LoginNeeded { .. } | Self::StaleForm { .. } => StatusCode::FORBIDDEN,
            Self::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::Overloaded | Self::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// Seconds after which to try again.
    pub(crate) fn retry_after(&self) -> Option<u64> {
        match self {
            Self::TooMany { wait } => Some(wait.as_secs() + 1),
            Self::Overloaded | Self::Unavailable(_) => Some(RETRY_AFTER),
            _ => None,
        }
    }

    /// Writes what is nobody's fault outside to the log.
    pub(crate) fn log(&self) {
        match self {
            Self::Unavailable(error) => {
                let error = error as &dyn std::error::Error;
                tracing::warn!(error, "database unavailable");
            }
            Self::Internal(error) => {
                tracing::error!(error = format!("{error:#}"), "page failed");
            }
            _ => {}
        }
    }

    fn notice(&self) -> Notice {
        match self {
            Self::NotFound | Self::Unreadable | Self::Overloaded | Self::Internal(_) => {
                Notice::for_status(self.status())
            }
            Self::NotUnderstood(words) => {
                Notice::new(text("error-this-request-could"), words.clone())
            }
            Self::Hidden => {
                Notice::new(text("error-this-article-cannot"), text("error-its-versions-are"))
                    .leading(links::latest(), text("error-see-the-latest"))
            }
            Self::HiddenFromReaders(article) => {
                Notice::new(text("error-this-article-cannot"), text("error-its-versions-are"))
                    .leading(links::visibility(*article), text("error-bring-it-back"))
            }
            Self::LoginNeeded { next } => {
                Notice::new(text("error-only-editors-of"), text("error-log-in-first"))
                    .leading(links::login(Some(next)), text("error-log-in"))
            }
            Self::StaleForm { again } => {
                Notice::new(text("error-please-open-the"), text("error-this-form-is"))
                    .leading(again.clone(), text("error-open-the-form-again"))
            }
            Self::TooMany { wait } => Notice::new(
                text("error-that-was-very"),
                say("error-to-keep-this")
                    .with("counted", wording::counted(wait.as_secs() + 1, "seconds"))
                    .to_string(),
            ),
            Self::Unavailable(_) => {
                Notice::new(text("error-please-come-back"), text("error-the-sites-database"))
            }
        }
    }
}

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        self.log();
        let mut response = self.status().into_response();
        if let Some(seconds) = self.retry_after() {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response.extensions_mut().insert(self.notice());
        response
    }
}

/// What is answered when a handler panicked.
#[expect(clippy::needless_pass_by_value, reason = "the layer gives it away")]
pub(crate) fn after_panic(panic: Box<dyn Any + Send + 'static>) -> Response {
    let words = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("a panic without words");
    PageError::Internal(anyhow::anyhow!("panicked: {words}")).into_response()
}

#[derive(Template, WebTemplate)]
#[template(path = "error.html")]
struct ErrorPage {
    layout: Layout,
    heading: String,
    text: String,
    way_out: Option<(String, String)>,
    request: String,
}

/// Middleware: prints the error page of every answer that failed without a page of its own. It
/// is done here, since only here are the request's id and the answers of libraries known.
pub(crate) async fn pages(request: Request, next: Next) -> Response {
    let id = request.extensions().get::<RequestId>().map(|id| id.0.to_string());
    let response = next.run(request).await;
    let status = response.status();
    let is_error = status.is_client_error() || status.is_server_error();
    let has_page = response.headers().get(header::CONTENT_TYPE).is_some_and(is_html);
    if !is_error || has_page {
        return response;
    }
    let (mut parts, _) = response.into_parts();
    let notice = parts.extensions.remove::<Notice>();
    let notice = notice.unwrap_or_else(|| Notice::for_status(status));
    let page = ErrorPage {
        layout: Layout::new(&notice.heading, Section::Elsewhere),
        heading: notice.heading,
        text: notice.text,
        way_out: notice.way_out,
        request: id.unwrap_or_default(),
    };
    let mut answer = page.into_response();
    *answer.status_mut() = status;
    for name in [header::ALLOW, header::RETRY_AFTER] {
        if let Some(value) = parts.headers.remove(&name) {
            answer.headers_mut().insert(name, value);
        }
    }
    answer
}

fn is_html(content_type: &HeaderValue) -> bool {
    content_type.to_str().is_ok_and(|value| value.starts_with("text/html"))
}
