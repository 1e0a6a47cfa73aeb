//! Signals: the first lets what is under way end, a second one stops at once.

use tokio::signal::unix::{SignalKind, signal};

/// Waits for Ctrl-C, a hang-up or the order to terminate.
pub(crate) async fn requested() -> std::io::Result<()> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut hangup = signal(SignalKind::hangup())?;
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
        _ = hangup.recv() => {}
    }
    Ok(())
}
