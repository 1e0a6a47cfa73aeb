//! The only visitor of other people's sites.
//!
//! A poller [claims](stet_store::claim) what is due, [fetches](fetch) it through one guarded door,
//! reads it on threads of its own, and [records](stet_store::record) what it saw. Between claim
//! and record no transaction is open, and whatever happens to this process in between, nothing is
//! lost or doubled.

mod analyst;
mod article_check;
pub mod backfill;
mod crossing;
mod feed_check;
pub mod fetch;
mod hub;
mod job;
#[cfg(test)]
mod loopback;
pub mod observe;
mod other_address;
mod own_page;
mod pace;
mod page;
mod proposal_check;
mod recorder;
mod rereading;
mod robots_check;
mod sight;
mod source_rereading;
#[cfg(test)]
mod tests;
mod upgrade;
mod webhooks;
mod whereabouts;
mod worker;

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use stet_store::Store;
use stet_store::claim::ClaimTerms;

use crate::analyst::Analyst;
use crate::fetch::Fetcher;
use crate::recorder::Recorder;
use crate::robots_check::KnownRobots;

pub use hub::{Hub, Topics};
pub use job::{Done, Job, Target};
pub use rereading::{Kept, Reread};
pub use webhooks::{Bodies, Webhooks};

/// Tells the time; the program passes the system's, a test its own.
pub type Clock = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// How long a claim holds.
/// Source: FAULTS §4, more than a fetch's deadline (30 s), three readings (the page, an upgrade,
/// the comparison; each waits 10 s for its turn and 10 s for its answer), recording and a margin.
const LEASE: TimeDelta = TimeDelta::minutes(3);

/// How a poller works.
#[derive(Debug, Clone, Copy)]
pub struct PollSettings {
    /// The least gap between two requests to one host; nothing for one's own site, which then gets
    /// no gap for slow answers either.
    pub host_gap: TimeDelta,
    /// How many addresses are visited at a time, each on another host.
    pub workers: u32,
}

/// Visits articles, feeds and proposed addresses.
#[derive(Clone)]
pub struct Poller {
    store: Store,
    fetcher: Fetcher,
    analyst: Analyst,
    recorder: Recorder,
    robots: KnownRobots,
    clock: Clock,
    settings: PollSettings,
}

impl Poller {
    /// A poller over a store. It does nothing until it is told to.
    #[must_use]
    pub fn new(store: Store, fetcher: Fetcher, clock: Clock, settings: PollSettings) -> Self {
        let recorder = Recorder::new(store.clone());
        let (analyst, robots) = (Analyst::new(), KnownRobots::default());
        Self { store, fetcher, analyst, recorder, robots, clock, settings }
    }

    fn now(&self) -> DateTime<Utc> {
        (self.clock)()
    }

    const fn terms(&self) -> ClaimTerms {
        ClaimTerms { lease: LEASE, host_gap: self.settings.host_gap }
    }
}
