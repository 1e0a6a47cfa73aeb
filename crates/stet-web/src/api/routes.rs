//! Every operation of the API, and what surrounds it.

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use axum::Router;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::IntoResponse;
use tokio::sync::Semaphore;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::cors::{Any, CorsLayer};
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::timeout::TimeoutLayer;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::problem::{Problem, problems};
use super::{
    articles, changes, comparisons, description, proposals, search, sources, versions, visibility,
};
use crate::cache::{self, CachePolicy};
use crate::routes::{MAX_FORM_BYTES, TIMEOUT};
use crate::{Site, error, frame};

/// Where the API stands.
const ROOT: &str = "/api";

/// How long a browser need not ask again what other sites' pages may do.
const CORS_AGE: Duration = Duration::from_hours(24);

/// The API, under `/api`; `places` is how many requests are answered at once.
pub(crate) fn router(places: Arc<Semaphore>) -> Router<Site> {
    let (operations, _) = operations().split_for_parts();
    let operations = operations
        .fallback(async || Problem::of_status(StatusCode::NOT_FOUND))
        .layer(from_fn(cache::revalidate))
        .layer(RequestBodyLimitLayer::new(MAX_FORM_BYTES))
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, TIMEOUT))
        .layer(CatchPanicLayer::custom(error::after_panic))
        .layer(from_fn_with_state(places, frame::shed))
        .layer(from_fn(problems))
        .layer(readable_from_anywhere());
    Router::new().nest(ROOT, operations)
}

/// Every operation, as it is answered and as it is described.
fn operations() -> OpenApiRouter<Site> {
    OpenApiRouter::new()
        .routes(routes!(sources::list))
        .routes(routes!(sources::show))
        .routes(routes!(articles::list))
        .routes(routes!(articles::look_up))
        .routes(routes!(articles::show))
        .routes(routes!(versions::list))
        .routes(routes!(versions::show))
        .routes(routes!(changes::list))
        .routes(routes!(changes::list_of_article))
        .routes(routes!(comparisons::show))
        .routes(routes!(search::list))
        .routes(routes!(proposals::propose))
        .routes(routes!(proposals::show))
        .routes(routes!(proposals::confirm))
        .routes(routes!(visibility::set))
        .routes(routes!(describe))
}

/// The description of all operations: the same for the life of the program.
static DESCRIPTION: LazyLock<String> =
    LazyLock::new(|| description::of(OpenApiRouter::new().nest(ROOT, operations()).into_openapi()));

/// This description
///
/// As the program was built.
#[utoipa::path(
    get,
    path = "/openapi.json",
    operation_id = "describe",
    tag = "Reading",
    responses((status = 200, description = "The description.", body = Object)),
)]
async fn describe() -> impl IntoResponse {
    let json = [(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))];
    (CachePolicy::Shared, json, DESCRIPTION.as_str())
}

/// What pages of other sites may do: read, as whoever knows nothing of their readers. A browser lets
/// none of them send a token along.
fn readable_from_anywhere() -> CorsLayer {
    CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([Method::GET, Method::HEAD, Method::OPTIONS])
        .allow_headers([header::IF_NONE_MATCH])
        .expose_headers([header::ETAG, header::LINK])
        .max_age(CORS_AGE)
        .vary([])
}
