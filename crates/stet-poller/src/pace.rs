//! How long a host is left alone after it was visited.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use stet_core::schedule::{MAX_HOST_GAP, host_rest};
use stet_store::claim::Lease;

use crate::fetch::{FetchError, Fetched};

/// Gives a host the gap that fits its answer: longer for a slow one, and the rest that it asks for
/// with 429 or 503. One that let the deadline pass gets the longest.
pub(crate) fn pace(lease: &mut Lease, answer: Result<&Fetched, &FetchError>, now: DateTime<Utc>) {
    let (took, rest) = match answer {
        Ok(fetched) => (fetched.took, rest_asked_for(fetched, now)),
        Err(FetchError::Timeout(_) | FetchError::ConnectTimeout(_)) => {
            (MAX_HOST_GAP.to_std().unwrap_or_default(), None)
        }
        Err(_) => (Duration::ZERO, None),
    };
    lease.pace(took, None, rest);
}

/// 429 asks for rest with or without `Retry-After`; 503 is said of single pages too, and asks for it
/// only with that.
fn rest_asked_for(fetched: &Fetched, now: DateTime<Utc>) -> Option<TimeDelta> {
    let retry_after = fetched.retry_after(now);
    match fetched.status {
        429 => Some(host_rest(retry_after)),
        503 => retry_after.map(|wait| host_rest(Some(wait))),
        _ => None,
    }
}
