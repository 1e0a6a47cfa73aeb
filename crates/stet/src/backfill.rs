//! `stet backfill`: what an archive has of an article, fetched and noted as seen by that archive.

use std::io::{self, IsTerminal as _, Write as _};
use std::process::ExitCode;

use chrono::{DateTime, Utc};
use clap::Args;
use stet_core::Address;
use stet_core::timemap::{Listed, digits};
use stet_poller::backfill::{Plan, Progress};
use stet_poller::observe::Taken;
use stet_store::observation::Observed;

use crate::settings::Settings;
use crate::warc::moment;
use crate::{database, visitor};

#[derive(Debug, Args)]
pub(crate) struct BackfillArgs {
    /// The article's address
    #[arg(value_name = "URL")]
    address: String,
    /// A Memento TimeMap of it, in the link format or as JSON, such as
    /// `https://web.archive.org/web/timemap/link/URL`
    #[arg(long, value_name = "TIMEMAP")]
    from: String,
    /// How readers will know the archive; its host if not given
    #[arg(long, value_name = "NAME")]
    observer: Option<String>,
    /// Ask for the bytes as they were captured, by `id_` behind the 14 digits, as the Wayback Machine
    /// and pywb understand it; by itself only where addresses hold `/web/`
    #[arg(long)]
    raw: bool,
    /// Ask for captures just as the TimeMap names them
    #[arg(long, conflicts_with = "raw")]
    as_listed: bool,
    /// Only captures of this time or later (2016-09-09 or 2016-09-09T17:44:00Z)
    #[arg(long, value_name = "TIME", value_parser = moment)]
    since: Option<DateTime<Utc>>,
    /// Only captures before this time
    #[arg(long, value_name = "TIME", value_parser = moment)]
    until: Option<DateTime<Utc>>,
}

/// Fetches the captures, and prints a line for each.
pub(crate) fn run(settings: &Settings, args: &BackfillArgs) -> anyhow::Result<ExitCode> {
    let timemap = Address::parse(&args.from)?;
    let host = timemap.host();
    let plan = Plan {
        article: Address::parse(&args.address)?,
        observer: args.observer.clone().unwrap_or(host),
        timemap,
        raw: if args.raw { Some(true) } else { args.as_listed.then_some(false) },
        from: args.since,
        to: args.until,
    };
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(async {
        let opened = database::open_migrated(settings).await?;
        let store = opened.database.open(visitor::CONNECTIONS);
        let poller = visitor::poller(settings, store)?;
        let mut faults = 0_u64;
        let tell = |listed: &Listed, taken: &Taken, progress: Progress| {
            faults += u64::from(matches!(taken, Taken::Fault(_)));
            println!("{}", line(listed, taken));
            if io::stderr().is_terminal() {
                // A failure to show progress harms nobody.
                let _ = write!(io::stderr(), "{} of {} captures\r", progress.done, progress.of);
            }
        };
        poller.backfill(&plan, tell).await?;
        Ok(if faults == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    })
}

fn line(listed: &Listed, taken: &Taken) -> String {
    let (status, detail) = match taken {
        Taken::Observed(Observed::Noted { article, history, version, .. }) => {
            ("noted", format!(" article={article} history={history} version={version}"))
        }
        Taken::Observed(Observed::Known { history }) => ("known", format!(" history={history}")),
        Taken::Observed(Observed::Hidden) => ("hidden", String::new()),
        Taken::NoArticle(words) => ("no_article", format!(" detail={words:?}")),
        Taken::Fault(words) => ("fault", format!(" detail={words:?}")),
    };
    let Listed { address, captured_at } = listed;
    format!("status={status}{detail} captured={} place={address}", digits(*captured_at))
}
