//! Reading and comparing off the asynchronous threads.
//!
//! Parsing is CPU work that cannot be interrupted. It runs on threads of its own, with the stack
//! that a parser needs, as many at a time as there are cores to spare; whoever waits for an
//! answer gives up after a while, and the thread's place is free again when it is really done.

use std::num::NonZero;
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::thread;
use std::time::Duration;

use stet_core::extract::STACK_BYTES;
use thiserror::Error;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};
use tokio::time::timeout;

/// How long an answer is waited for. The extractor's caps keep ordinary pages a hundred times
/// below it.
const PATIENCE: Duration = Duration::from_secs(10);

/// Why there is no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub(crate) enum NoAnswer {
    /// Every place was taken for longer than [`PATIENCE`].
    #[error("Stet has too much to read at the moment")]
    Busy,
    /// It took longer than [`PATIENCE`].
    #[error("this took too long to read")]
    TooSlow,
    /// The work panicked, or no thread could be started.
    #[error("this could not be read because of a fault in Stet")]
    Failed,
}

/// What a thread is given to do.
struct Job {
    work: Box<dyn FnOnce() + Send>,
    /// Given back when the work is done, or has panicked.
    place: OwnedSemaphorePermit,
    /// The thread's own end, by which it is found when it is idle: while it works nobody else has it.
    thread: Sender<Job>,
}

/// Threads that wait for work.
type Idle = Mutex<Vec<Sender<Job>>>;

/// Places to think.
#[derive(Debug, Clone)]
pub(crate) struct Analyst {
    places: Arc<Semaphore>,
    idle: Arc<Idle>,
}

impl Analyst {
    /// As many places as cores but one, which stays for serving.
    pub(crate) fn new() -> Self {
        let cores = thread::available_parallelism().map_or(1, NonZero::get);
        Self {
            places: Arc::new(Semaphore::new(cores.saturating_sub(1).max(1))),
            idle: Arc::default(),
        }
    }

    /// Runs `work` on a thread that does nothing else meanwhile.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, NoAnswer> {
        let place = timeout(PATIENCE, Arc::clone(&self.places).acquire_owned())
            .await
            .map_err(|_elapsed| NoAnswer::Busy)?
            .map_err(|_closed| NoAnswer::Failed)?;
        let (answer, answered) = oneshot::channel();
        let work = Box::new(move || {
            // Nobody may be waiting any more: then the answer is dropped.
            let _ = answer.send(work());
        });
        let thread = self.thread()?;
        let job = Job { work, place, thread: thread.clone() };
        thread.send(job).map_err(|_gone| NoAnswer::Failed)?;
        match timeout(PATIENCE, answered).await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(_panicked)) => Err(NoAnswer::Failed),
            Err(_elapsed) => Err(NoAnswer::TooSlow),
        }
    }

    /// A thread that waits for work: one that had some before, or a new one.
    ///
    /// Threads are kept, since reading pages keeps megabytes of tables for each thread that ever did
    /// (the lazy automata of regular expressions).
    fn thread(&self) -> Result<Sender<Job>, NoAnswer> {
        if let Some(thread) = lock(&self.idle).pop() {
            return Ok(thread);
        }
        let (thread, jobs) = mpsc::channel();
        let idle = Arc::downgrade(&self.idle);
        thread::Builder::new()
            .name("analyst".to_owned())
            .stack_size(STACK_BYTES)
            .spawn(move || think(&jobs, &idle))
            .map_err(|error| {
                tracing::error!(%error, "no thread could be started");
                NoAnswer::Failed
            })?;
        Ok(thread)
    }
}

/// Does one job after the other until nobody can give more. Work that panics ends the thread.
fn think(jobs: &Receiver<Job>, idle: &Weak<Idle>) {
    while let Ok(Job { work, place, thread }) = jobs.recv() {
        work();
        if let Some(idle) = idle.upgrade() {
            lock(&idle).push(thread);
        }
        // Only now, so that whoever has the place next finds this thread.
        drop(place);
    }
}

fn lock(idle: &Idle) -> MutexGuard<'_, Vec<Sender<Job>>> {
    idle.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn work_that_panics_gives_its_place_back() {
        let analyst = Analyst::new();
        for _ in 0..100 {
            assert_eq!(analyst.run(|| panic!("deliberate")).await, Err::<(), _>(NoAnswer::Failed));
        }
        assert_eq!(analyst.run(|| 7).await, Ok(7));
    }

    #[tokio::test]
    async fn one_after_the_other_is_done_by_one_thread() {
        let analyst = Analyst::new();
        let first = analyst.run(|| thread::current().id()).await.unwrap();
        let places = analyst.places.available_permits();
        for _ in 0..100 {
            // The answer comes a little before the place is given back.
            let all = u32::try_from(places.max(1)).unwrap();
            drop(analyst.places.acquire_many(all).await.unwrap());
            assert_eq!(analyst.run(|| thread::current().id()).await, Ok(first));
        }
    }
}
