//! Serving connections.

use std::io;
use std::pin::pin;
use std::time::Duration;

use axum::Extension;
use axum::extract::ConnectInfo;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;

use crate::{Site, router};

/// How long a client may take to send a request's headers, or stay silent between two requests.
/// Source: FAULTS §2, slow clients are closed by 15 s.
const HEADER_TIMEOUT: Duration = Duration::from_secs(10);

/// How long requests in flight may go on after the shutdown began: a little more than one takes.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(35);

/// How long to wait after a connection could not be accepted (too many open files).
const ACCEPT_PAUSE: Duration = Duration::from_millis(200);

/// Serves the site until `shutdown` completes, then lets requests in flight end.
pub async fn serve(
    listener: TcpListener,
    site: Site,
    shutdown: impl Future<Output = ()>,
) -> io::Result<()> {
    let router = router(site);
    // HTTP/1 alone: to tell the versions apart, the builder would wait for a first line without
    // any time-out; and no browser speaks HTTP/2 without TLS.
    let mut builder = auto::Builder::new(TokioExecutor::new()).http1_only();
    builder.http1().timer(TokioTimer::new()).header_read_timeout(HEADER_TIMEOUT);
    let graceful = GracefulShutdown::new();
    let mut shutdown = pin!(shutdown);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut shutdown => break,
        };
        match accepted {
            Ok((stream, peer)) => {
                let service = router.clone().layer(Extension(ConnectInfo(peer)));
                let connection = builder
                    .serve_connection(TokioIo::new(stream), TowerToHyperService::new(service))
                    .into_owned();
                let connection = graceful.watch(connection);
                tokio::spawn(async move {
                    // Clients leave in the middle of things: that is their affair.
                    if let Err(error) = connection.await {
                        tracing::debug!(error, "connection ended");
                    }
                });
            }
            Err(error) => {
                tracing::warn!(%error, "connection not accepted");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
    drop(listener);
    tokio::select! {
        () = graceful.shutdown() => {}
        () = tokio::time::sleep(DRAIN_TIMEOUT) => tracing::warn!("requests were cut off"),
    }
    Ok(())
}
