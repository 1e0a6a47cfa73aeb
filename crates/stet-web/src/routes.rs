//! Every route of the site.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::{Extensions, HeaderMap, StatusCode, Version, header};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use stet_core::opml::MAX_OPML_BYTES;
use tokio::sync::Semaphore;
use tower_http::CompressionLevel;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::{CompressionLayer, Predicate, predicate::SizeAbove};
use tower_http::csrf::CsrfLayer;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::timeout::TimeoutLayer;

use crate::asked::Asked;
use crate::cache::CachePolicy;
use crate::error::PageError;
use crate::pages::{Named, visibility};
use crate::session::Visitor;
use crate::syndication::FeedFormat;
use crate::{Site, api, assets, cache, error, frame, headers, pages};

/// The most that a form may hold, in bytes. Source: FAULTS §5.
pub(crate) const MAX_FORM_BYTES: usize = 16 * 1024;

/// The most that a form may hold that brings a list of feeds, in bytes: the longest list that is
/// read, and what forms write around it.
const MAX_LIST_BYTES: usize = 2 * MAX_OPML_BYTES;

/// The longest that an answer may take. Source: FAULTS §5.
pub(crate) const TIMEOUT: Duration = Duration::from_secs(30);

/// Answers below this size are not worth compressing, in bytes.
const MIN_COMPRESSED_BYTES: u64 = 1_024;

/// The site's pages, feeds, forms and files.
pub fn router(site: Site) -> Router {
    let places = Arc::new(Semaphore::new(site.settings.max_requests));
    let pages = Router::new()
        .route("/", get(pages::latest::show))
        .route("/versions", get(pages::latest::show))
        .route("/versions.rss", get(pages::latest_feed::show))
        .route("/versions.atom", get(pages::latest_feed::show))
        .route("/versions.json", get(pages::latest_feed::show))
        .route("/versions/search", get(pages::search::show))
        .route("/versions/search.rss", get(pages::search_feed::show))
        .route("/versions/search.atom", get(pages::search_feed::show))
        .route("/versions/search.json", get(pages::search_feed::show))
        .route("/articles", get(pages::articles::show))
        .route("/articles/lookup", get(pages::lookup::show))
        .route("/articles/{name}", get(article))
        .route("/articles/{id}/diff", get(pages::diff_choice::show))
        .route("/articles/{id}/diff/{a}/{b}", get(pages::diff::show))
        .route("/articles/{id}/versions/{n}", get(pages::version::show))
        .route("/timegate/{*url}", get(pages::timegate::show))
        .route("/timemap/link/{*url}", get(pages::timemap::show_links))
        .route("/timemap/json/{*url}", get(pages::timemap::show_json))
        .route("/memento/{*url}", get(pages::memento::show))
        .route("/articles/{id}/visibility", get(visibility::show).post(visibility::change))
        .route("/audit", get(pages::audit::show))
        .route("/editors", get(pages::editors::show).post(pages::editors::change))
        .route("/account", get(pages::account::show).post(pages::account::change))
        .route("/account/tokens", get(pages::tokens::show).post(pages::tokens::change))
        .route("/webhooks", get(pages::webhooks::show).post(pages::webhooks::add))
        .route("/webhooks/{id}", get(pages::webhook::show).post(pages::webhook::change))
        .route("/account/password", get(pages::password::show).post(pages::password::set))
        .route("/sources", get(pages::sources::show))
        .route("/sources.opml", get(pages::opml::show))
        .route("/sources/{slug}", get(source))
        .route("/sources/{slug}/filter", get(pages::filter::show).post(pages::filter::change))
        .route(
            "/sources/{slug}/settings",
            get(pages::source_settings::show).post(pages::source_settings::change),
        )
        .route("/sources/{slug}/rules", get(pages::rules::show).post(pages::rules::change))
        .route("/sources/{slug}/feeds/{id}", get(pages::feed::show).post(pages::feed::change))
        .route("/watch", get(pages::watch::show).post(pages::watch::propose))
        .route("/watch/{proposal}", get(pages::proposal::show).post(pages::proposal::confirm))
        .route("/about", get(pages::about::show))
        .route("/help", get(pages::help::show))
        .route("/login", get(pages::login::show).post(pages::login::log_in))
        .route("/logout", post(pages::login::log_out))
        .route("/static/{name}", get(assets::show))
        .fallback(async || PageError::NotFound)
        .layer(from_fn(cache::revalidate))
        .layer(RequestBodyLimitLayer::new(MAX_FORM_BYTES))
        .merge(long_forms())
        .layer(CsrfLayer::new())
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, TIMEOUT))
        .layer(CatchPanicLayer::custom(error::after_panic))
        .layer(from_fn_with_state(places.clone(), frame::shed))
        .layer(from_fn(error::pages));
    // Whoever asks for these is told how the site is even when it sheds load.
    let probes = Router::new()
        .route("/health/check", get(pages::health::check))
        .route("/healthz", get(pages::health::alive))
        .route("/readyz", get(pages::health::ready));
    let is_worth_it = SizeAbove::new(MIN_COMPRESSED_BYTES).and(is_shared);
    pages
        .merge(probes)
        // Without the guard of forms: it looks at no cookie.
        .merge(api::router(places))
        .layer(
            // Higher levels save a fifth of the bytes for several times the work.
            CompressionLayer::new().quality(CompressionLevel::Fastest).compress_when(is_worth_it),
        )
        .layer(from_fn(frame::trace))
        .layer(from_fn_with_state(site.clone(), headers::secure))
        .with_state(site)
}

/// Forms that hold a list of feeds.
fn long_forms() -> Router<Site> {
    Router::new()
        .route("/watch/opml", get(pages::feed_import::show).post(pages::feed_import::preview))
        .route("/watch/opml/add", post(pages::feed_import::add))
        .layer(RequestBodyLimitLayer::new(MAX_LIST_BYTES))
}

/// `/articles/7` is a page and `/articles/7.rss` its feed: the router tells segments apart, not
/// their endings.
async fn article(
    site: State<Site>,
    visitor: Visitor,
    Named(name): Named<String>,
    asked: Asked,
    headers: HeaderMap,
    paging: Result<Query<pages::Paging>, QueryRejection>,
) -> Response {
    match FeedFormat::split(&name) {
        Some((id, format)) => {
            pages::article_feed::show(site, id, format, &asked, &headers).await.into_response()
        }
        None => pages::article::show(site, &visitor, &name, paging).await.into_response(),
    }
}

/// `/sources/rtcom` is a page and `/sources/rtcom.rss` its feed.
async fn source(
    site: State<Site>,
    Named(name): Named<String>,
    asked: Asked,
    headers: HeaderMap,
) -> Response {
    match FeedFormat::split(&name) {
        Some((slug, format)) => {
            pages::source_feed::show(site, slug, format, &asked, &headers).await.into_response()
        }
        None => pages::source::show(site, Named(name)).await.into_response(),
    }
}

/// A page that holds a session's token beside what its address said must not be compressed: its
/// length would tell of the token (the BREACH attack).
fn is_shared(_: StatusCode, _: Version, headers: &HeaderMap, _: &Extensions) -> bool {
    headers.get(header::CACHE_CONTROL) != Some(&CachePolicy::Personal.header())
}
