//! Redirects that lead from one host to another.

use std::future::Future;
use std::sync::Arc;

use stet_core::robots::Robots;
use stet_core::{Address, CheckOutcome};

/// Why a visit does not go on to another host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoEntry {
    /// The word for it.
    pub outcome: CheckOutcome,
    /// The reason, for people.
    pub detail: String,
}

/// Who is asked before a visit goes on to another host than the one that it came from.
pub trait Crossings {
    /// Waits, for a bounded time, until the host of this address may be visited. Gives what its
    /// robots.txt asks for, which holds from there on.
    ///
    /// It is never dropped before it is done.
    fn enter(
        &mut self,
        address: &Address,
    ) -> impl Future<Output = Result<Arc<Robots>, NoEntry>> + Send;

    /// Waits, for a bounded time, until a redirect may be followed that leads to another address of
    /// the host that it came from.
    fn stay(&mut self, _address: &Address) -> impl Future<Output = ()> + Send {
        async {}
    }
}

/// Lets a visit go on wherever it is led, as RFC 9309 §2.3.1.2 wants of one that looks for a
/// robots.txt.
#[derive(Debug, Clone, Copy)]
pub struct AnyHost;

impl Crossings for AnyHost {
    async fn enter(&mut self, _: &Address) -> Result<Arc<Robots>, NoEntry> {
        Ok(Arc::default())
    }
}
