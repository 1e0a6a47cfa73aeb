//! How often one client, and all together, may do what costs something.

use std::num::NonZeroU32;
use std::time::Duration;

use governor::clock::{Clock as _, DefaultClock};
use governor::state::{InMemoryState, NotKeyed, keyed::DashMapStateStore};
use governor::{Quota, RateLimiter};

use crate::error::PageError;
use crate::peer::Peer;

/// Beyond so many clients, those whose allowance is whole again are forgotten.
const MAX_CLIENTS: usize = 10_000;

/// An allowance for each client and one for all.
struct Limit {
    of_each: RateLimiter<Peer, DashMapStateStore<Peer>, DefaultClock>,
    of_all: RateLimiter<NotKeyed, InMemoryState, DefaultClock>,
}

impl Limit {
    fn new(of_each: Quota, of_all: Quota) -> Self {
        Self { of_each: RateLimiter::dashmap(of_each), of_all: RateLimiter::direct(of_all) }
    }

    fn spend(&self, peer: Peer) -> Result<(), PageError> {
        if self.of_each.len() > MAX_CLIENTS {
            self.of_each.retain_recent();
        }
        let now = DefaultClock::default().now();
        let refused = |wait: Duration| PageError::TooMany { wait };
        self.of_each.check_key(&peer).map_err(|until| refused(until.wait_time_from(now)))?;
        self.of_all.check().map_err(|until| refused(until.wait_time_from(now)))
    }
}

/// The limits of a site.
pub(crate) struct Limits {
    submissions: Limit,
    logins: Limit,
}

impl Default for Limits {
    fn default() -> Self {
        // A person adds a handful of articles in a row, two steps each; a script's thousand would
        // fill the queue that everybody's articles wait in.
        let submissions = Limit::new(quota(20, 30), quota(200, 1));
        // A typing person errs a few times; guessing a password at this rate takes for ever.
        let logins = Limit::new(quota(10, 30), quota(100, 1));
        Self { submissions, logins }
    }
}

impl Limits {
    /// Counts a submission by someone who is not logged in.
    pub(crate) fn spend_submission(&self, peer: Peer) -> Result<(), PageError> {
        self.submissions.spend(peer)
    }

    /// Counts an attempt to log in.
    pub(crate) fn spend_login(&self, peer: Peer) -> Result<(), PageError> {
        self.logins.spend(peer)
    }
}

/// So many at once, and one more each so many seconds.
fn quota(burst: u32, seconds: u64) -> Quota {
    Quota::with_period(Duration::from_secs(seconds))
        .unwrap_or_else(|| Quota::per_second(NonZeroU32::MIN))
        .allow_burst(NonZeroU32::new(burst).unwrap_or(NonZeroU32::MIN))
}
