//! `stet serve`, `stet web`, `stet poll`: the service.

use std::io::Write as _;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context as _, bail};
use stet_store::Store;
use stet_web::Site;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::database::{self, As, Opened};
use crate::settings::Settings;
use crate::{clock, indexing, shutdown, visitor};

/// Connections to the database for pages.
const WEB_CONNECTIONS: u32 = 10;

/// How long what is under way may take to end. Source: FAULTS §5.
const DRAIN: Duration = Duration::from_mins(1);

/// Which parts of the service this process runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Parts {
    /// Pages and poller.
    Both,
    /// Pages only.
    Web,
    /// The poller only.
    Poller,
}

/// Runs the service until a signal ends it.
pub(crate) fn run(settings: &Settings, parts: Parts) -> anyhow::Result<ExitCode> {
    // The port is taken first: a second start fails at once, before it touches any data.
    let socket = match parts {
        Parts::Both | Parts::Web => Some(
            std::net::TcpListener::bind(settings.listen)
                .with_context(|| format!("cannot listen on {}", settings.listen))?,
        ),
        Parts::Poller => None,
    };
    let opened = database::open(settings, As::Service)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let served = runtime.block_on(serve(settings, parts, socket, &opened));
    // The server stops before the runtime does, and only when nothing asks it any more.
    runtime.shutdown_timeout(Duration::from_secs(1));
    drop(opened);
    served?;
    Ok(ExitCode::SUCCESS)
}

async fn serve(
    settings: &Settings,
    parts: Parts,
    socket: Option<std::net::TcpListener>,
    opened: &Opened,
) -> anyhow::Result<()> {
    tracing::info!(database = opened.database.describe(), "using this database");
    if !settings.fetch_allow.is_empty() {
        tracing::warn!(
            pairs = %settings.fetch_allow,
            "these addresses are visited although they are not public (STET_FETCH_ALLOW)"
        );
    }
    opened.database.migrate().await.context("the database cannot be used")?;

    let stop = CancellationToken::new();
    let mut tasks = tokio::task::JoinSet::new();
    if parts != Parts::Web {
        let poller = visitor::poller(settings, opened.database.open(visitor::CONNECTIONS))?;
        let stopped = stop.clone();
        tasks.spawn(async move {
            poller.run(stopped).await;
            Ok(())
        });
        // The port that was taken, where any was asked for.
        let listening = match &socket {
            Some(socket) => socket.local_addr()?,
            None => settings.listen,
        };
        let base = settings.base_url(listening)?;
        let store = opened.database.open(visitor::WEBHOOK_CONNECTIONS);
        let webhooks = visitor::webhooks(settings, base.clone(), store)?;
        let stopped = stop.clone();
        tasks.spawn(async move {
            webhooks.run(stopped).await;
            Ok(())
        });
        if let Some(address) = &settings.hub {
            let store = opened.database.open(1);
            let hub = visitor::hub(settings, address, base, store)?;
            let stopped = stop.clone();
            tasks.spawn(async move {
                hub.run(stopped).await;
                Ok(())
            });
        }
        let store = opened.database.open(indexing::CONNECTIONS);
        tasks.spawn(indexing::run(store, stop.clone()));
    }
    if let Some(socket) = socket {
        socket.set_nonblocking(true)?;
        let listener = TcpListener::from_std(socket)?;
        let base_url = settings.base_url(listener.local_addr()?)?;
        let store = opened.database.open(WEB_CONNECTIONS);
        greet(settings, &store, &base_url).await?;
        let site = Site::new(
            store,
            stet_web::Settings {
                password: settings.password.clone(),
                contact: settings.contact.clone(),
                host_gap: visitor::host_gap(settings)?,
                submissions: settings.submissions,
                hub: settings.hub.as_ref().map(|hub| hub.url().clone()),
                ..stet_web::Settings::new(base_url)
            },
            clock::system(),
        );
        let stop = stop.clone().cancelled_owned();
        tasks.spawn(async move { stet_web::serve(listener, site, stop).await.map_err(Into::into) });
    }

    let mut server_ended = shutdown::server_ended(opened.server_watch())?;
    let ended = tokio::select! {
        signal = shutdown::requested() => signal.map_err(Into::into),
        Ok(end) = &mut server_ended => Err(anyhow::anyhow!("the private Postgres {end}")),
        Some(finished) = tasks.join_next() => match finished? {
            Ok(()) => bail!("a part of the service ended by itself"),
            Err(error) => Err(error),
        },
    };
    stop.cancel();
    if ended.is_ok() {
        tracing::info!("stopping; once more stops at once");
        let drained = async { while tasks.join_next().await.is_some() {} };
        tokio::select! {
            () = drained => {}
            _ = shutdown::requested() => tracing::warn!("stopped at once"),
            () = tokio::time::sleep(DRAIN) => tracing::warn!("some requests were cut off"),
        }
    }
    ended
}

/// Says where Stet listens and how to log in.
async fn greet(settings: &Settings, store: &Store, base_url: &Url) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    let login = if settings.password.is_some() {
        format!("Log in with your password at {base_url}login")
    } else {
        let link = crate::token::login_link(store, base_url).await?;
        format!("To add articles, log in with this link (it works once, for a day):\n    {link}")
    };
    writeln!(out, "\nStet listens on {base_url}\n{login}\n")?;
    out.flush()?;
    Ok(())
}
