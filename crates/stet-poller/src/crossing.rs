//! Visits that are led from one host to another: each host gets its turn, its gap and its robots.txt,
//! as if the address there had been claimed itself.

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use stet_core::robots::Robots;
use stet_core::{Address, CheckOutcome};
use stet_store::StoreError;
use stet_store::claim::Lease;
use tokio::time::{Instant, sleep};

use crate::Poller;
use crate::fetch::{Crossings, FetchError, Fetched, NoEntry, Request};
use crate::pace::pace;
use crate::robots_check::Permission;
use crate::worker::PAUSE;

/// How long a visit waits for the turns of further hosts, all together: the longest gap that is kept
/// by default. With a fetch's deadline it is well within a lease.
const PATIENCE: Duration = Duration::from_secs(30);

/// The hosts that a visit went on to.
struct Crossed<'a> {
    poller: &'a Poller,
    /// The host that was claimed first, then those that were entered, the last one last.
    turns: Vec<Turn>,
    /// Until when it waits for further turns, once it waits for any.
    patience: Option<Instant>,
    fault: Option<StoreError>,
}

/// A visit's turn at a host.
struct Turn {
    host: String,
    robots: Arc<Robots>,
    /// `None` for the host that was claimed.
    lease: Option<Lease>,
}

impl Crossings for Crossed<'_> {
    async fn enter(&mut self, address: &Address) -> Result<Arc<Robots>, NoEntry> {
        match self.turn(address).await {
            Ok(entry) => entry,
            Err(error) => {
                self.fault = Some(error);
                let detail = "a fault of the database".to_owned();
                Err(NoEntry { outcome: CheckOutcome::Fault, detail })
            }
        }
    }
}

impl Crossed<'_> {
    async fn turn(
        &mut self,
        address: &Address,
    ) -> Result<Result<Arc<Robots>, NoEntry>, StoreError> {
        let host = address.host();
        if let Some(turn) = self.turns.iter().find(|turn| turn.host == host) {
            // Led back: it is this visit's turn there still.
            return Ok(Ok(Arc::clone(&turn.robots)));
        }
        let poller = self.poller;
        let until = *self.patience.get_or_insert_with(|| Instant::now() + PATIENCE);
        loop {
            let Some(mut lease) = poller.store.claim_host(address, poller.terms()).await? else {
                if Instant::now() > until {
                    let detail = format!("{host} is visited by others, or rests");
                    return Ok(Err(NoEntry { outcome: CheckOutcome::Timeout, detail }));
                }
                sleep(PAUSE).await;
                continue;
            };
            match poller.permission(address, &mut lease).await? {
                // The host was given back with what its robots.txt said.
                Permission::Asked => {}
                Permission::Refused(failure) => {
                    lease.host_gap = TimeDelta::zero();
                    poller.store.give_host_back(&lease).await?;
                    let detail = format!("{host}: {}", failure.detail);
                    return Ok(Err(NoEntry { outcome: failure.outcome, detail }));
                }
                Permission::Granted(robots) => {
                    let lease = Some(lease);
                    self.turns.push(Turn { host, robots: Arc::clone(&robots), lease });
                    return Ok(Ok(robots));
                }
            }
        }
    }
}

impl Poller {
    /// One visit to a host that was claimed, and to those that it leads to. Each gets the gap that
    /// fits what it answered; those that were not claimed before are given back.
    pub(crate) async fn visit(
        &self,
        request: &Request,
        lease: &mut Lease,
    ) -> Result<Result<Fetched, FetchError>, StoreError> {
        let robots = request.robots.clone().unwrap_or_default();
        let home = Turn { host: request.address.host(), robots, lease: None };
        let mut crossed = Crossed { poller: self, turns: vec![home], patience: None, fault: None };
        let answer = self.fetcher.get(request, &mut crossed).await;
        let Crossed { mut turns, fault, .. } = crossed;
        // Whose answer it is; without one, that of the host that was entered last.
        let host = answer.as_ref().map(|fetched| fetched.address.host()).ok();
        let is_answering = |turn: &Turn| host.as_ref().is_none_or(|host| turn.host == *host);
        let answering = turns.iter_mut().rfind(|turn| is_answering(turn));
        let answering = answering.and_then(|turn| turn.lease.as_mut()).unwrap_or(lease);
        pace(answering, answer.as_ref(), self.now());
        for entered in turns.iter().filter_map(|turn| turn.lease.as_ref()) {
            self.store.give_host_back(entered).await?;
        }
        fault.map_or(Ok(answer), Err)
    }
}
