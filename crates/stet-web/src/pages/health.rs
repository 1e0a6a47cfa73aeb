//! Probes: for machines that watch the site, and News Sniffer's `/health/check`.

use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;

use crate::Site;
use crate::cache::CachePolicy;

/// How long the database may take. Source: FAULTS §2, a 503 within two seconds or so.
const PATIENCE: Duration = Duration::from_secs(3);

const UNREADY: Answer =
    (StatusCode::SERVICE_UNAVAILABLE, CachePolicy::Personal, "the database does not answer");

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
    match tokio::time::timeout(PATIENCE, site.store.ping()).await {
        Ok(Ok(())) => (StatusCode::OK, CachePolicy::Personal, "OK"),
        Ok(Err(error)) => {
            let error = &error as &dyn std::error::Error;
            tracing::warn!(error, "database does not answer");
            UNREADY
        }
        Err(_) => {
            tracing::warn!("database does not answer in time");
            UNREADY
        }
    }
}
