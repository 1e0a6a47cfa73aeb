//! The loop that keeps a poller busy: claim, perform, wait for what falls due next.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use stet_store::{StoreError, Wake};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout, timeout_at};
use tokio_util::sync::CancellationToken;

use crate::Poller;
use crate::job::{Done, Job, Target};

/// The longest wait before looking for due addresses again, although nothing woke the poller.
pub(crate) const MAX_WAIT: Duration = Duration::from_secs(5);

/// The shortest wait while hosts are busy or their gaps run.
const MIN_WAIT: Duration = Duration::from_millis(5);

/// How long a visit that ended waits for others before their places are given to what is due: a
/// claim of many costs little more than a claim of one.
const GATHERING: Duration = Duration::from_millis(100);

/// The wait before asking again whether an address that somebody waits for is free.
pub(crate) const PAUSE: Duration = Duration::from_millis(50);

/// How often and after what pause a record is tried again: some twenty seconds, within a lease.
const MAX_REPETITIONS: u32 = 20;
const BEFORE_REPETITION: Duration = Duration::from_secs(1);

/// How long after its start a run of what is due takes in what falls due meanwhile: less than the
/// shortest period ([`FEED_PERIOD`](stet_core::schedule::FEED_PERIOD)), so that nothing is
/// visited twice and the run comes to an end.
const RUN_WINDOW: TimeDelta = TimeDelta::minutes(4);

/// A host that is free only later than this is not waited for: neither a gap nor another poller's
/// lease lasts as long, but a rest that the host asked for may last for days.
const LONGEST_GAP: TimeDelta = TimeDelta::minutes(5);

/// How long visits under way may take to end once the poller is told to stop.
/// Source: FAULTS §5.
const DRAIN: Duration = Duration::from_mins(1);

impl Poller {
    /// Visits whatever falls due until it is told to stop; then lets the visits under way end.
    /// Meanwhile it reads sources anew whose rules were edited.
    pub async fn run(&self, stop: CancellationToken) {
        tokio::join!(self.visit_due(&stop), self.reread_sources(&stop));
    }

    async fn visit_due(&self, stop: &CancellationToken) {
        let mut visits = JoinSet::new();
        let mut wake = None;
        while !stop.is_cancelled() {
            // The listener comes before the claim, so that nothing added in between is missed.
            if wake.is_none() {
                wake = self.store.listen().await.ok();
            }
            let pause = match self.start_due(&mut visits, self.now()).await {
                Ok(pause) => pause,
                Err(error) => {
                    tracing::warn!(error = chain(&error), "nothing could be claimed");
                    MAX_WAIT
                }
            };
            wait(pause, &mut visits, &mut wake, stop).await;
        }
        tracing::info!(visits = visits.len(), "the poller stops");
        if timeout(DRAIN, async { while visits.join_next().await.is_some() {} }).await.is_err() {
            tracing::warn!(visits = visits.len(), "visits were cut off; their leases will expire");
        }
    }

    /// Visits everything that is due, including what feeds bring meanwhile, and returns when
    /// nothing is left but what stands on hosts that asked to be left alone; `on_done` is told of
    /// each visit and about how many are still due.
    pub async fn run_due(&self, mut on_done: impl FnMut(&Done, u64)) -> Result<(), StoreError> {
        let last_due = self.now() + RUN_WINDOW;
        let mut visits: JoinSet<Option<Done>> = JoinSet::new();
        let mut left = self.store.count_due(self.now()).await?;
        loop {
            let due_by = self.now().min(last_due);
            let pause = self.start_due(&mut visits, due_by).await?;
            let ended = ended(&mut visits).await;
            for finished in &ended {
                left = left.saturating_sub(1);
                if let Some(done) = finished {
                    left += u64::from(done.new_articles.unwrap_or_default());
                    on_done(done, left);
                }
            }
            if !ended.is_empty() {
                continue;
            }
            // Nothing is under way here, but a host's gap may run or another poller be at work.
            let wait = self.store.time_until_claimable(due_by).await?;
            if wait.is_none_or(|wait| wait > LONGEST_GAP) {
                return Ok(());
            }
            left = self.store.count_due(due_by).await?;
            sleep(pause).await;
        }
    }

    /// Checks an article or reads a feed now, due or not, as soon as its host is free.
    pub async fn check_now(&self, target: &Target) -> Result<Done, StoreError> {
        loop {
            let claimed = match target {
                Target::Article(id) => {
                    let claim = self.store.claim_article(*id, self.terms()).await?;
                    claim.map(|claim| Job::Article(Box::new(claim)))
                }
                Target::Feed(id) => {
                    let claim = self.store.claim_feed(*id, self.terms()).await?;
                    claim.map(|claim| Job::Feed(Box::new(claim)))
                }
                Target::Proposal(id) => {
                    let claim = self.store.claim_proposal(id, self.terms()).await?;
                    claim.map(|claim| Job::Proposal(Box::new(claim)))
                }
            };
            let done = match claimed {
                Some(job) => self.perform(job).await?,
                None => None,
            };
            match done {
                Some(done) => return Ok(done),
                None => sleep(PAUSE).await,
            }
        }
    }

    fn free_places<T: 'static>(&self, visits: &JoinSet<T>) -> u32 {
        let busy = u32::try_from(visits.len()).unwrap_or(u32::MAX);
        self.settings.workers.saturating_sub(busy)
    }

    /// Starts as many visits as there are places and due addresses on free hosts; returns how
    /// long to wait before there may be more, if nothing happens before.
    async fn start_due(
        &self,
        visits: &mut JoinSet<Option<Done>>,
        due_by: DateTime<Utc>,
    ) -> Result<Duration, StoreError> {
        let kinds = self.store.due_kinds(due_by).await?;
        for kind in &kinds {
            let places = self.free_places(visits);
            if places == 0 {
                break;
            }
            for job in self.claim(*kind, due_by, places).await? {
                self.start(visits, job);
            }
        }
        if kinds.is_empty() || self.free_places(visits) == 0 {
            return Ok(MAX_WAIT);
        }
        // All that can be claimed was: what is left waits for its host.
        let wait = self.store.time_until_claimable(due_by).await?;
        Ok(wait.map_or(MAX_WAIT, wait_of))
    }

    fn start(&self, visits: &mut JoinSet<Option<Done>>, job: Job) {
        let poller = self.clone();
        visits.spawn(async move {
            let (visitor, visited) = (poller.clone(), job.clone());
            // A task of its own, so that a panic ends this visit and nothing else.
            let fault = match tokio::spawn(async move { visitor.perform(visited).await }).await {
                Ok(Ok(done)) => return done,
                Ok(Err(error)) => chain(&error),
                Err(panic) => panic.to_string(),
            };
            tracing::error!(error = fault, url = %job.address(), "a visit could not be recorded");
            if let Err(error) = poller.abandon(&job).await {
                tracing::warn!(error = chain(&error), "nor given back; its lease will expire");
            }
            None
        });
    }
}

/// Waits until there may be something to claim: a visit ended, something was added, or the pause
/// is over; or until the poller is told to stop.
async fn wait(
    pause: Duration,
    visits: &mut JoinSet<Option<Done>>,
    wake: &mut Option<Wake>,
    stop: &CancellationToken,
) {
    let woken = async {
        match wake {
            Some(listener) => listener.wait().await,
            None => std::future::pending().await,
        }
    };
    let lost_listener = tokio::select! {
        () = stop.cancelled() => false,
        () = sleep(pause) => false,
        true = async { !ended(visits).await.is_empty() } => false,
        woken = woken => woken.is_err(),
    };
    if lost_listener {
        *wake = None;
    }
}

/// Waits until a visit has ended, and for a moment for others; returns what came of them, which is
/// nothing where none is under way.
async fn ended(visits: &mut JoinSet<Option<Done>>) -> Vec<Option<Done>> {
    let Some(first) = visits.join_next().await else { return Vec::new() };
    let under_way = visits.len();
    let until = Instant::now() + GATHERING;
    let mut ended = vec![first.ok().flatten()];
    // Half of the places are enough for a claim that pays.
    while visits.len() > under_way / 2
        && let Ok(Some(next)) = timeout_at(until, visits.join_next()).await
    {
        ended.push(next.ok().flatten());
    }
    while let Some(next) = visits.try_join_next() {
        ended.push(next.ok().flatten());
    }
    ended
}

/// Whether to try again to write something down, after a pause: the database may be starting
/// anew, and what was seen is worth a wait. The fence keeps a repetition harmless.
pub(crate) async fn may_repeat(error: &StoreError, attempts: &mut u32) -> bool {
    *attempts += 1;
    if !matches!(error, StoreError::Unavailable(_)) || *attempts > MAX_REPETITIONS {
        return false;
    }
    tracing::warn!(error = chain(error), "not recorded yet");
    sleep(BEFORE_REPETITION).await;
    true
}

fn wait_of(wait: TimeDelta) -> Duration {
    wait.to_std().unwrap_or_default().clamp(MIN_WAIT, MAX_WAIT)
}

/// An error with its causes, on one line.
pub(crate) fn chain(error: &StoreError) -> String {
    let mut causes = vec![error.to_string()];
    let mut cause: Option<&dyn std::error::Error> = std::error::Error::source(error);
    while let Some(error) = cause {
        causes.push(error.to_string());
        cause = error.source();
    }
    causes.join(": ")
}
