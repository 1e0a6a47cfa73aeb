//! `stet watch` and `stet feed add`: what the forms do.

use std::process::ExitCode;

use anyhow::bail;
use clap::{Args, Subcommand};
use stet_core::Address;
use stet_poller::Poller;
use stet_store::{Finding, ProposalState, Store};

use crate::settings::Settings;
use crate::{clock, database, visitor};

#[derive(Debug, Args)]
pub(crate) struct WatchArgs {
    /// Addresses of articles, or of feeds whose articles are to be watched
    #[arg(required = true, value_name = "URL")]
    addresses: Vec<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum FeedCommand {
    /// Read feeds from now on, and watch the articles in them
    Add(AddFeedArgs),
}

#[derive(Debug, Args)]
pub(crate) struct AddFeedArgs {
    /// Addresses of feeds
    #[arg(required = true, value_name = "URL")]
    addresses: Vec<String>,
}

/// Watches articles or feeds; prints a line for each.
pub(crate) fn watch(settings: &Settings, args: &WatchArgs) -> anyhow::Result<ExitCode> {
    add_all(settings, &args.addresses, Wanted::Anything)
}

/// Reads feeds from now on; prints a line for each.
pub(crate) fn add_feeds(settings: &Settings, args: &AddFeedArgs) -> anyhow::Result<ExitCode> {
    add_all(settings, &args.addresses, Wanted::Feed)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wanted {
    Anything,
    Feed,
}

fn add_all(settings: &Settings, addresses: &[String], wanted: Wanted) -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(async {
        let opened = database::open_migrated(settings).await?;
        let store = opened.database.open(visitor::CONNECTIONS);
        let poller = visitor::poller(settings, store.clone())?;
        let mut code = ExitCode::SUCCESS;
        for address in addresses {
            match add(&store, &poller, address, wanted).await {
                Ok(line) => println!("{line}"),
                Err(error) => {
                    eprintln!("error: {address}: {error:#}");
                    code = ExitCode::FAILURE;
                }
            }
        }
        Ok(code)
    })
}

/// Looks at an address and watches what is there.
async fn add(
    store: &Store,
    poller: &Poller,
    address: &str,
    wanted: Wanted,
) -> anyhow::Result<String> {
    let address = Address::parse(address)?;
    let proposal = store.propose(&address, clock::now()).await?;
    let Some(seen) = poller.see_to(&proposal).await? else { bail!("it was not looked at in time") };
    match seen.state {
        ProposalState::Refused { error, .. } => bail!(error),
        ProposalState::Waiting => bail!("it was not looked at"),
        ProposalState::Found(Finding::Article(_)) if wanted == Wanted::Feed => {
            bail!("this is an article, not a feed; `stet watch` watches it")
        }
        ProposalState::Found(Finding::Article(text)) => {
            let added = store.add_article(&address, clock::now()).await?;
            let status = if added.is_new { "watched" } else { "known" };
            Ok(format!("status={status} article={} url={address} title={:?}", added.id, text.title))
        }
        ProposalState::Found(Finding::Feed { title, articles }) => {
            let added = store.add_feed(&address, title.as_deref(), clock::now()).await?;
            let status = if added.is_new { "watched" } else { "known" };
            let articles = articles.len();
            Ok(format!("status={status} feed={} articles={articles} url={address}", added.id))
        }
    }
}
