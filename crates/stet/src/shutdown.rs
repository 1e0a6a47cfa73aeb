//! What ends a service: a signal, or the end of the server that it needs.

use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::oneshot;

use crate::private_postgres::{ServerEnd, ServerWatch};

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

/// The end of the private server, as something to await; never, where this process runs none.
pub(crate) fn server_ended(
    watch: Option<ServerWatch>,
) -> anyhow::Result<oneshot::Receiver<ServerEnd>> {
    let (tell, told) = oneshot::channel();
    if let Some(watch) = watch {
        // A thread, not a blocking task: a runtime waits for its tasks when it is dropped.
        std::thread::Builder::new().name("postgres-watch".to_owned()).spawn(move || {
            // Nobody listens any more once the service has ended.
            let _ = tell.send(watch.wait());
        })?;
    }
    Ok(told)
}
