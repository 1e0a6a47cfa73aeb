//! Gathers the records of checks that saw nothing new, and hosts that are to be given back, and
//! writes many in one transaction.
//!
//! A visit ends when its record stands and its host is free, as any visit does: a crash before that
//! loses nothing but the time of a check, since its lease runs out and the article is checked again.

use std::mem;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use stet_store::claim::Lease;
use stet_store::record::Recorded;
use stet_store::{Store, StoreError, UnchangedCheck};
use tokio::sync::oneshot;
use tokio::time::sleep;

/// The most of either kind that are written at once.
const BATCH: usize = 256;

/// How long the first of a batch waits for others: little beside a visit.
const GATHERING: Duration = Duration::from_millis(100);

/// What is to be written, and where to say what became of it; nothing is said if the batch failed.
#[derive(Default)]
struct Waiting {
    checks: Vec<(UnchangedCheck, oneshot::Sender<Recorded>)>,
    hosts: Vec<(Lease, oneshot::Sender<()>)>,
}

impl Waiting {
    fn len(&self) -> usize {
        self.checks.len() + self.hosts.len()
    }
}

/// Where visits bring what they saw.
#[derive(Clone)]
pub(crate) struct Recorder {
    store: Store,
    waiting: Arc<Mutex<Waiting>>,
}

impl Recorder {
    pub(crate) fn new(store: Store) -> Self {
        Self { store, waiting: Arc::default() }
    }

    /// Writes a check down, with others that come at the same time.
    pub(crate) async fn record(&self, check: UnchangedCheck) -> Result<Recorded, StoreError> {
        let (answer, answered) = oneshot::channel();
        self.add(|waiting| waiting.checks.push((check.clone(), answer)));
        if let Ok(recorded) = answered.await {
            return Ok(recorded);
        }
        // By itself it is told what is wrong with it. Should the batch stand although its reply was
        // lost, it finds its claim spent.
        let mut recorded = self.store.record_unchanged(&[check], &[]).await?;
        Ok(recorded.pop().unwrap_or(Recorded::Fenced))
    }

    /// Gives a host back, with others.
    pub(crate) async fn release(&self, lease: Lease) -> Result<(), StoreError> {
        let (answer, answered) = oneshot::channel();
        self.add(|waiting| waiting.hosts.push((lease, answer)));
        if answered.await.is_err() {
            self.store.give_host_back(&lease).await?;
        }
        Ok(())
    }

    fn add(&self, push: impl FnOnce(&mut Waiting)) {
        let is_first = {
            let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
            push(&mut waiting);
            waiting.len() == 1
        };
        if is_first {
            // A task of its own: should this visit be cut off, the others do not wait for it.
            let recorder = self.clone();
            tokio::spawn(async move {
                sleep(GATHERING).await;
                recorder.write().await;
            });
        }
    }

    /// Writes what waits.
    async fn write(&self) {
        let mut waiting =
            mem::take(&mut *self.waiting.lock().unwrap_or_else(PoisonError::into_inner));
        while waiting.len() > 0 {
            let some = waiting.checks.len().min(BATCH);
            let (checks, told): (Vec<_>, Vec<_>) = waiting.checks.drain(..some).unzip();
            let some = waiting.hosts.len().min(BATCH);
            let (hosts, freed): (Vec<_>, Vec<_>) = waiting.hosts.drain(..some).unzip();
            // Whoever is told nothing writes by itself; whoever asked may have been cut off.
            if let Ok(recorded) = self.store.record_unchanged(&checks, &hosts).await {
                for (answer, recorded) in told.into_iter().zip(recorded) {
                    let _ = answer.send(recorded);
                }
                for answer in freed {
                    let _ = answer.send(());
                }
            }
        }
    }
}
