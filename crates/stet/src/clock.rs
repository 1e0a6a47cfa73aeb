//! The one place where the system's clock is read.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use stet_poller::Clock;

/// The system's clock.
#[expect(clippy::disallowed_methods, reason = "everything else is given this clock")]
pub(crate) fn now() -> DateTime<Utc> {
    Utc::now()
}

/// The system's clock, for those that are given one.
pub(crate) fn system() -> Clock {
    Arc::new(now)
}
