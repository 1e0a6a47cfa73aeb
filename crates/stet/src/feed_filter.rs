//! `stet feed filter`: which of the addresses that feeds name are watched.

use std::process::ExitCode;

use anyhow::bail;
use clap::Args;
use stet_core::{Address, AddressFilter};
use stet_store::audit::{Action, Subject};
use stet_store::{Filtered, Store};

use crate::database;
use crate::editor::by_operator;
use crate::settings::Settings;

/// Connections to the database: one question is asked at a time.
const CONNECTIONS: u32 = 1;

#[derive(Debug, Args)]
pub(crate) struct FilterArgs {
    /// A feed's address, or a source's name in addresses (`rtcom`) for all its feeds
    #[arg(value_name = "URL|SLUG")]
    target: String,
    /// Watch only addresses that this regular expression matches, or another one given so
    #[arg(long, value_name = "REGEX")]
    include: Vec<String>,
    /// Leave addresses that this regular expression matches
    #[arg(long, value_name = "REGEX")]
    exclude: Vec<String>,
    /// Watch all addresses
    #[arg(long, conflicts_with_all = ["include", "exclude"])]
    clear: bool,
    /// Only print what would be dropped of the addresses that were found last
    #[arg(long)]
    dry_run: bool,
}

/// Prints the filter of a feed or source as JSON, and what it drops of the addresses that were
/// found last, a line each; before that, sets it if that is asked for.
pub(crate) fn run(settings: &Settings, args: &FilterArgs) -> anyhow::Result<ExitCode> {
    let is_given = args.clear || !args.include.is_empty() || !args.exclude.is_empty();
    let wanted = is_given
        .then(|| AddressFilter { include: args.include.clone(), exclude: args.exclude.clone() });
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(async {
        let opened = database::open_migrated(settings).await?;
        let store = opened.database.open(CONNECTIONS);
        let of = found(&store, &args.target).await?;
        let Some(standing) = store.filter(of).await? else {
            bail!("there is no source '{}'; the page /sources lists them", args.target);
        };
        let filter = wanted.as_ref().unwrap_or(&standing);
        let compiled = filter.compile()?;
        let listed = store.listed(of).await?;
        if wanted.is_some() && !args.dry_run {
            store.set_filter(of, filter).await?;
            let subject = match of {
                Filtered::Feed(id) => Subject::Feed(id),
                Filtered::Source(slug) => Subject::Source(slug),
            };
            store.note(by_operator(), Action::SetFilter, subject).await?;
        }
        println!("{}", serde_json::to_string(filter)?);
        let mut dropped = 0;
        for address in listed.iter().filter(|address| !compiled.takes(address)) {
            println!("dropped {address}");
            dropped += 1;
        }
        let verb = if wanted.is_some() && args.dry_run { "would drop" } else { "drops" };
        eprintln!("{verb} {dropped} of the {} addresses that were found last", listed.len());
        Ok(ExitCode::SUCCESS)
    })
}

/// What is named: a feed that is read, or else a source.
async fn found<'a>(store: &Store, target: &'a str) -> anyhow::Result<Filtered<'a>> {
    // A slug holds neither.
    if !target.contains(['.', ':']) {
        return Ok(Filtered::Source(target));
    }
    match store.find_feed(&Address::parse(target)?).await? {
        Some(id) => Ok(Filtered::Feed(id)),
        None => bail!("this feed is not read; `stet feed add` adds it"),
    }
}
