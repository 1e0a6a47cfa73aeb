//! The poller as the settings want it, for the service and for commands.

use std::sync::Arc;

use anyhow::Context as _;
use chrono::TimeDelta;
use stet_core::Address;
use stet_poller::fetch::{FetchSettings, Fetcher};
use stet_poller::{Bodies, Hub, PollSettings, Poller, Topics, Webhooks};
use stet_store::Store;
use url::Url;

use crate::clock;
use crate::settings::Settings;

/// How many hosts are visited at a time. A visit mostly waits; a place costs a connection to the
/// database only for the moments of claiming and recording.
const WORKERS: u32 = 32;

/// Connections to the database for those workers, claiming and listening.
pub(crate) const CONNECTIONS: u32 = 8;

/// Connections to the database for what posts to webhooks: claiming, and recording what was taken.
pub(crate) const WEBHOOK_CONNECTIONS: u32 = 2;

/// Makes a poller. It does nothing until it is told to.
pub(crate) fn poller(settings: &Settings, store: Store) -> anyhow::Result<Poller> {
    let fetcher = fetcher(settings)?;
    let poll = PollSettings { host_gap: host_gap(settings)?, workers: WORKERS };
    Ok(Poller::new(store, fetcher, clock::system(), poll))
}

/// The least time between two visits to one host.
pub(crate) fn host_gap(settings: &Settings) -> anyhow::Result<TimeDelta> {
    TimeDelta::from_std(settings.host_gap).context("--host-gap is too long")
}

/// Makes the one visitor of other people's sites.
fn fetcher(settings: &Settings) -> anyhow::Result<Fetcher> {
    Ok(Fetcher::new(FetchSettings {
        contact: settings.contact.clone(),
        allow: settings.fetch_allow.clone(),
        ..FetchSettings::default()
    })?)
}

/// Makes what tells a hub of the news of the feeds at `base`.
pub(crate) fn hub(
    settings: &Settings,
    address: &Address,
    base: Url,
    store: Store,
) -> anyhow::Result<Hub> {
    let topics: Topics =
        Arc::new(move |article, source| stet_web::feeds_of(&base, article, source));
    Ok(Hub::new(store, fetcher(settings)?, address.clone(), topics, clock::system()))
}

/// Makes what posts changes to webhooks, for a site at `base`.
pub(crate) fn webhooks(settings: &Settings, base: Url, store: Store) -> anyhow::Result<Webhooks> {
    let bodies: Bodies = Arc::new(move |claim| stet_web::webhook_body(&base, claim));
    Ok(Webhooks::new(store, fetcher(settings)?, bodies, clock::system()))
}
