//! Gathers the records of checks that saw nothing new, and writes many in one transaction.
//!
//! A visit ends when its record stands, as any visit does: a crash before that loses nothing but the
//! time of a check, since its lease runs out and the article is checked again.

use std::mem;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use stet_store::record::Recorded;
use stet_store::{Store, StoreError, UnchangedCheck};
use tokio::sync::oneshot;
use tokio::time::sleep;

/// The most that are written at once.
const BATCH: usize = 256;

/// How long the first of a batch waits for others: little beside a visit.
const GATHERING: Duration = Duration::from_millis(100);

/// A check that is to be written, and where to say what became of it; `None`: the batch failed.
type Waiting = (UnchangedCheck, oneshot::Sender<Option<Recorded>>);

/// Where visits bring what they saw.
#[derive(Clone)]
pub(crate) struct Recorder {
    store: Store,
    waiting: Arc<Mutex<Vec<Waiting>>>,
}

impl Recorder {
    pub(crate) fn new(store: Store) -> Self {
        Self { store, waiting: Arc::default() }
    }

    /// Writes a check down, with others that come at the same time.
    pub(crate) async fn record(&self, check: UnchangedCheck) -> Result<Recorded, StoreError> {
        let (answer, answered) = oneshot::channel();
        let is_first = {
            let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
            waiting.push((check.clone(), answer));
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
        if let Ok(Some(recorded)) = answered.await {
            return Ok(recorded);
        }
        // By itself it is told what is wrong with it. Should the batch stand although its reply was
        // lost, it finds its claim spent.
        let mut recorded = self.store.record_unchanged(&[check]).await?;
        Ok(recorded.pop().unwrap_or(Recorded::Fenced))
    }

    /// Writes what waits.
    async fn write(&self) {
        let mut waiting =
            mem::take(&mut *self.waiting.lock().unwrap_or_else(PoisonError::into_inner));
        while !waiting.is_empty() {
            let batch = waiting.drain(..waiting.len().min(BATCH));
            let (checks, answers): (Vec<_>, Vec<_>) = batch.unzip();
            let recorded = match self.store.record_unchanged(&checks).await {
                Ok(recorded) => recorded.into_iter().map(Some).collect(),
                Err(_told_by_itself) => vec![None; answers.len()],
            };
            for (answer, recorded) in answers.into_iter().zip(recorded) {
                // Whoever asked may have been cut off.
                let _ = answer.send(recorded);
            }
        }
    }
}
