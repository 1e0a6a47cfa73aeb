//! `stet check`: checks now, a line each.

use std::io::{self, IsTerminal as _, Write as _};
use std::pin::pin;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::bail;
use chrono::{DateTime, SecondsFormat, Utc};
use clap::Args;
use stet_core::{Address, CheckOutcome};
use stet_poller::{Done, Poller, Target};
use stet_store::Store;
use tokio::time::timeout;

use crate::settings::Settings;
use crate::{clock, database, visitor};

/// A check that takes longer says what it waits for.
pub(crate) const UNEXPLAINED: Duration = Duration::from_secs(2);

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(crate) struct CheckArgs {
    /// Addresses of watched articles or feeds
    #[arg(value_name = "URL")]
    addresses: Vec<String>,
    /// Check what is due, and what feeds bring meanwhile
    #[arg(long)]
    due: bool,
    /// Check every watched article and feed once
    #[arg(long)]
    all: bool,
}

/// Checks what is asked for, and prints a line for each visit.
pub(crate) fn run(settings: &Settings, args: &CheckArgs) -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(async {
        let opened = database::open_migrated(settings).await?;
        let store = opened.database.open(visitor::CONNECTIONS);
        let poller = visitor::poller(settings, store.clone())?;
        if args.due || args.all {
            if args.all {
                store.make_all_due(clock::now()).await?;
            }
            return check_due(&poller).await;
        }
        let mut code = ExitCode::SUCCESS;
        for address in &args.addresses {
            match check_one(&store, &poller, address).await {
                Ok(done) => {
                    println!("{done}");
                    if !done.outcome.is_some_and(CheckOutcome::is_success) {
                        code = ExitCode::FAILURE;
                    }
                }
                Err(error) => {
                    eprintln!("error: {address}: {error:#}");
                    code = ExitCode::FAILURE;
                }
            }
        }
        Ok(code)
    })
}

async fn check_one(store: &Store, poller: &Poller, address: &str) -> anyhow::Result<Done> {
    let address = Address::parse(address)?;
    if let Some(slug) = store.paused_source(&address).await? {
        bail!("the source {slug} is paused; an editor may resume it on its page");
    }
    let target = if let Some(id) = store.find_article(&address).await? {
        Target::Article(id)
    } else if let Some(id) = store.find_feed(&address).await? {
        Target::Feed(id)
    } else {
        bail!("this address is not watched; `stet watch` adds it");
    };
    let mut check = pin!(poller.check_now(&target));
    if let Ok(done) = timeout(UNEXPLAINED, &mut check).await {
        return Ok(done?);
    }
    must_not_rest(store, &address).await?;
    explain_wait(store, &address).await?;
    Ok(check.await?)
}

/// Fails where the host of an address asked to be left alone: nobody would wait for hours.
pub(crate) async fn must_not_rest(store: &Store, address: &Address) -> anyhow::Result<()> {
    if let Some(rest) = store.host_rest(address).await? {
        bail!(
            "{} asked to be left alone until {}; `stet pace --wake` ends that for its source",
            rest.host,
            moment(rest.until)
        );
    }
    Ok(())
}

/// Says until when the host of an address is left alone, if it is.
pub(crate) async fn explain_wait(store: &Store, address: &Address) -> anyhow::Result<()> {
    if let Some(free_at) = store.host_rests_until(address).await? {
        eprintln!("waiting: {} is left alone until {}", address.host(), moment(free_at));
    }
    Ok(())
}

/// `2016-09-09T17:44:00Z`
pub(crate) fn moment(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Secs, true)
}

async fn check_due(poller: &Poller) -> anyhow::Result<ExitCode> {
    let shows_progress = io::stderr().is_terminal();
    let mut checked = 0_u64;
    poller
        .run_due(|done, left| {
            println!("{done}");
            checked += 1;
            if shows_progress {
                // Overwritten by the next line; a failure to show progress harms nobody.
                let _ = write!(io::stderr(), "{checked} checked, {left} to go\r");
            }
        })
        .await?;
    eprintln!("{checked} checked");
    Ok(ExitCode::SUCCESS)
}
