//! `stet pace`: how the hosts of a source are visited.

use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context as _, bail};
use chrono::TimeDelta;
use clap::{Args, ValueEnum};
use stet_store::SourcePace;
use stet_store::audit::{Action, Subject};

use crate::check::moment;
use crate::database;
use crate::editor::by_operator;
use crate::settings::Settings;

/// Connections to the database: one question is asked at a time.
const CONNECTIONS: u32 = 1;

#[derive(Debug, Args)]
pub(crate) struct PaceArgs {
    /// The source's name in addresses, as in `rtcom`
    #[arg(value_name = "SLUG")]
    slug: String,
    /// Leave at least this time between two requests to one of its hosts; `0s` for a site of your own
    #[arg(long, value_name = "TIME", value_parser = humantime::parse_duration, conflicts_with = "usual_gap")]
    gap: Option<Duration>,
    /// Leave the time that `--host-gap` says, as for other sources
    #[arg(long)]
    usual_gap: bool,
    /// Whether to do what its robots.txt asks
    #[arg(long, value_name = "WHAT")]
    robots: Option<Obedience>,
    /// Visit its hosts again at once that asked to be left alone, and within minutes those whose
    /// robots.txt could not be read
    #[arg(long)]
    wake: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Obedience {
    Obey,
    Ignore,
}

/// Prints how a source's hosts are visited, after it was set if that is asked for, and which of them
/// rest.
pub(crate) fn run(settings: &Settings, args: &PaceArgs) -> anyhow::Result<ExitCode> {
    let gap = args.gap.map(TimeDelta::from_std).transpose().context("--gap is too long")?;
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(async {
        let opened = database::open_migrated(settings).await?;
        let store = opened.database.open(CONNECTIONS);
        let Some(before) = store.pace(&args.slug).await? else {
            bail!("there is no source '{}'; the page /sources lists them", args.slug);
        };
        let pace = SourcePace {
            host_gap: if args.usual_gap { None } else { gap.or(before.host_gap) },
            obeys_robots: args
                .robots
                .map_or(before.obeys_robots, |robots| matches!(robots, Obedience::Obey)),
        };
        if pace != before {
            store.set_pace(&args.slug, pace).await?;
            let subject = Subject::Source(&args.slug);
            store.note(by_operator(), Action::SetPace, subject).await?;
        }
        if args.wake {
            for host in store.wake_hosts(&args.slug).await? {
                println!("woken={host}");
            }
            let subject = Subject::Source(&args.slug);
            store.note(by_operator(), Action::SetPace, subject).await?;
        }
        let gap = match pace.host_gap.map(|gap| gap.to_std().unwrap_or_default()) {
            Some(gap) => humantime::format_duration(gap).to_string(),
            None => "usual".to_owned(),
        };
        println!("gap={gap} robots={}", if pace.obeys_robots { "obey" } else { "ignore" });
        for rest in store.host_rests(&args.slug).await? {
            println!("host={} left_alone_until={}", rest.host, moment(rest.until));
        }
        Ok(ExitCode::SUCCESS)
    })
}
