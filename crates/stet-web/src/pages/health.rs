//! Probes: for machines that watch the site, and News Sniffer's `/health/check`.

use axum::extract::State;
use axum::http::StatusCode;

use crate::Site;
use crate::cache::CachePolicy;

type Answer = (StatusCode, CachePolicy, &'static str);

/// Whether the site and its database work.
pub(crate) async fn check(site: State<Site>) -> Answer {
    ready(site).await
}

/// Whether the process answers at all.
pub(crate) async fn alive() -> Answer {
    (StatusCode::OK, CachePolicy::Personal, "OK")
}

/// Whether the database answers.
pub(crate) async fn ready(State(site): State<Site>) -> Answer {
    match site.store.ping().await {
        Ok(()) => (StatusCode::OK, CachePolicy::Personal, "OK"),
        Err(error) => {
            let error = &error as &dyn std::error::Error;
            tracing::warn!(error, "database does not answer");
            let answer = "the database does not answer";
            (StatusCode::SERVICE_UNAVAILABLE, CachePolicy::Personal, answer)
        }
    }
}
