//! Visits that are led from one host to another: each host gets its turn, its gap and its robots.txt,
//! as if the address there had been claimed itself.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use stet_core::robots::Robots;
use stet_core::{Address, CheckOutcome};
use stet_store::StoreError;
use stet_store::claim::Lease;
use tokio::time::{Instant, sleep, sleep_until};

use crate::Poller;
use crate::fetch::{Crossings, FetchError, Fetched, NoEntry, Request};
use crate::pace::pace;
use crate::robots_check::Permission;
use crate::worker::PAUSE;

/// How long a visit waits for the turns of further hosts and between hops, all together: the longest
/// gap that is kept by default. With a fetch's deadline it is well within a lease.
const PATIENCE: Duration = Duration::from_secs(30);

/// The longest gap that is waited for within a turn, for the visit to another address there. With two
/// fetches and what they wait for it is within a lease.
const MAX_STAY: TimeDelta = TimeDelta::seconds(10);

/// What came of a visit; an error, if it could not be told whether it may go on.
type Visited = Result<Result<Fetched, FetchError>, StoreError>;

/// The hosts that a visit went on to.
struct Crossed<'a> {
    poller: &'a Poller,
    /// The host that was claimed first, then those that were entered, the last one last.
    turns: Vec<Turn>,
    /// Until when it waits for further turns, once it waits for any.
    patience: Option<Instant>,
    purpose: Purpose<'a>,
    fault: Option<StoreError>,
}

/// What a visit is made for.
#[derive(Clone, Copy)]
enum Purpose<'a> {
    /// What stands at an address.
    Address,
    /// A robots.txt: it is read wherever it is led, as RFC 9309 §2.3.1.2 wants. The visit that it is
    /// read for holds these hosts, and sends them nothing meanwhile.
    Robots(&'a [String]),
}

/// A visit's turn at a host.
struct Turn {
    host: String,
    robots: Arc<Robots>,
    /// `None` for the host that was claimed.
    lease: Option<Lease>,
    /// The least gap between two requests to it.
    gap: TimeDelta,
    /// How many further requests it led to.
    hops: u32,
}

impl Turn {
    /// The turn at the host that was claimed, where this address stands.
    fn home(address: &Address, robots: Option<&Arc<Robots>>, lease: &Lease) -> Self {
        let robots = robots.cloned().unwrap_or_default();
        Self { host: address.host(), robots, lease: None, gap: lease.host_gap, hops: 0 }
    }
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

    async fn stay(&mut self, address: &Address) {
        self.again(&address.host()).await;
    }
}

impl<'a> Crossed<'a> {
    fn new(poller: &'a Poller, home: Turn, purpose: Purpose<'a>) -> Self {
        Self { poller, turns: vec![home], patience: None, purpose, fault: None }
    }

    async fn turn(
        &mut self,
        address: &Address,
    ) -> Result<Result<Arc<Robots>, NoEntry>, StoreError> {
        let host = address.host();
        // Led back: it is this visit's turn there still.
        if let Some(robots) = self.again(&host).await {
            return Ok(Ok(robots));
        }
        if matches!(self.purpose, Purpose::Robots(held) if held.contains(&host)) {
            return Ok(Ok(Arc::default()));
        }
        let poller = self.poller;
        let until = self.patience();
        loop {
            let Some(mut lease) = poller.store.claim_host(address, poller.terms()).await? else {
                if Instant::now() > until {
                    let detail = format!("{host} is visited by others, or rests");
                    return Ok(Err(NoEntry { outcome: CheckOutcome::Timeout, detail }));
                }
                sleep(PAUSE).await;
                continue;
            };
            let permission = match self.purpose {
                Purpose::Robots(_) => Permission::Granted(Arc::default()),
                Purpose::Address => poller.permission(address, &mut lease, &self.hosts()).await?,
            };
            match permission {
                // The host was given back with what its robots.txt said.
                Permission::Asked => {}
                Permission::Refused(failure) => {
                    lease.host_gap = TimeDelta::zero();
                    poller.store.give_host_back(&lease).await?;
                    let detail = format!("{host}: {}", failure.detail);
                    return Ok(Err(NoEntry { outcome: failure.outcome, detail }));
                }
                Permission::Granted(robots) => {
                    let gap = lease.host_gap;
                    let (robots_there, lease) = (Arc::clone(&robots), Some(lease));
                    self.turns.push(Turn { host, robots: robots_there, lease, gap, hops: 0 });
                    return Ok(Ok(robots));
                }
            }
        }
    }

    /// Lets a further request go out to a host at which the visit has its turn, and gives what is
    /// asked for there. One redirect follows at once, as it does in browsers; what leads on and on, or
    /// to and fro, is to be no burst.
    async fn again(&mut self, host: &str) -> Option<Arc<Robots>> {
        let turn = self.turns.iter_mut().find(|turn| turn.host == host)?;
        turn.hops += 1;
        let (robots, gap, is_burst) = (Arc::clone(&turn.robots), turn.gap, turn.hops > 1);
        if is_burst {
            let gap = gap.to_std().unwrap_or_default();
            sleep_until(self.patience().min(Instant::now() + gap)).await;
        }
        Some(robots)
    }

    /// Until when it is waited, from the first time that this is asked.
    fn patience(&mut self) -> Instant {
        *self.patience.get_or_insert_with(|| Instant::now() + PATIENCE)
    }

    fn hosts(&self) -> Vec<String> {
        self.turns.iter().map(|turn| turn.host.clone()).collect()
    }
}

impl Poller {
    /// One visit to a host that was claimed, and to those that it leads to. Each gets the gap that
    /// fits what it answered; those that were not claimed before are given back.
    pub(crate) async fn visit(&self, request: &Request, lease: &mut Lease) -> Visited {
        self.visit_for(Purpose::Address, request, lease).await
    }

    /// The same for a robots.txt that is read for a visit which holds these hosts. Boxed: to be led
    /// to another host may mean to read one.
    pub(crate) fn visit_robots<'a>(
        &'a self,
        request: &'a Request,
        lease: &'a mut Lease,
        held: &'a [String],
    ) -> Pin<Box<dyn Future<Output = Visited> + Send + 'a>> {
        Box::pin(self.visit_for(Purpose::Robots(held), request, lease))
    }

    /// A further visit in the turn at the host of `claimed`, once the first one is over: after the
    /// host's gap, or in a turn of its own at another host. `None` if nothing could be read there, or
    /// may not be, or not so soon.
    pub(crate) async fn visit_also(
        &self,
        request: Request,
        claimed: &Address,
        lease: &mut Lease,
    ) -> Result<Option<Fetched>, StoreError> {
        let mut home = Turn::home(claimed, request.robots.as_ref(), lease);
        let is_there = request.address.host() == home.host;
        if is_there && (home.gap > MAX_STAY || !home.robots.allows(request.address.url())) {
            return Ok(None);
        }
        home.hops = 1;
        let mut crossed = Crossed::new(self, home, Purpose::Address);
        let Ok(robots) = crossed.turn(&request.address).await? else { return Ok(None) };
        let request = Request { robots: Some(robots), ..request };
        Ok(self.fetch(crossed, &request, lease).await?.ok())
    }

    async fn visit_for(
        &self,
        purpose: Purpose<'_>,
        request: &Request,
        lease: &mut Lease,
    ) -> Visited {
        let home = Turn::home(&request.address, request.robots.as_ref(), lease);
        self.fetch(Crossed::new(self, home, purpose), request, lease).await
    }

    async fn fetch(
        &self,
        mut crossed: Crossed<'_>,
        request: &Request,
        lease: &mut Lease,
    ) -> Visited {
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
