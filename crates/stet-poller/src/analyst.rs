//! Reading and comparing off the asynchronous threads.
//!
//! Parsing is CPU work that cannot be interrupted. It runs on threads of its own, with the stack
//! that a parser needs, as many at a time as there are cores to spare; whoever waits for an
//! answer gives up after a while, and the thread's place is free again when it is really done.

use std::num::NonZero;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use stet_core::extract::STACK_BYTES;
use thiserror::Error;
use tokio::sync::{Semaphore, oneshot};
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

/// A place to think.
#[derive(Debug, Clone)]
pub(crate) struct Analyst {
    places: Arc<Semaphore>,
}

impl Analyst {
    /// As many places as cores but one, which stays for serving.
    pub(crate) fn new() -> Self {
        let cores = thread::available_parallelism().map_or(1, NonZero::get);
        Self { places: Arc::new(Semaphore::new(cores.saturating_sub(1).max(1))) }
    }

    /// Runs `work` on a thread of its own.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, NoAnswer> {
        let place = timeout(PATIENCE, Arc::clone(&self.places).acquire_owned())
            .await
            .map_err(|_elapsed| NoAnswer::Busy)?
            .map_err(|_closed| NoAnswer::Failed)?;
        let (answer, answered) = oneshot::channel();
        thread::Builder::new()
            .name("analyst".to_owned())
            .stack_size(STACK_BYTES)
            .spawn(move || {
                // Nobody may be waiting any more: then the answer is dropped.
                let _ = answer.send(work());
                drop(place);
            })
            .map_err(|error| {
                tracing::error!(%error, "no thread could be started");
                NoAnswer::Failed
            })?;
        match timeout(PATIENCE, answered).await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(_panicked)) => Err(NoAnswer::Failed),
            Err(_elapsed) => Err(NoAnswer::TooSlow),
        }
    }
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
}
