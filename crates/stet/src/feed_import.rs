//! `stet feed import`: reads the feeds of a list (OPML).

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::Args;
use stet_core::Address;
use stet_core::opml::read_opml;
use stet_store::audit::{Action, Subject};
use stet_store::{FeedStanding, Store};

use crate::editor::by_operator;
use crate::quoted::quoted;
use crate::settings::Settings;
use crate::{clock, database};

/// Connections to the database: one question is asked at a time.
const CONNECTIONS: u32 = 1;

#[derive(Debug, Args)]
pub(crate) struct ImportArgs {
    /// An OPML file, as feed readers write it
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Only print what would be read
    #[arg(long)]
    dry_run: bool,
}

/// Reads the feeds of a list from now on; prints a line for each, and for what is left out.
pub(crate) fn run(settings: &Settings, args: &ImportArgs) -> anyhow::Result<ExitCode> {
    let name = args.file.display();
    let bytes = std::fs::read(&args.file).with_context(|| format!("{name} cannot be read"))?;
    let list = read_opml(&bytes).with_context(|| name.to_string())?;
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(async {
        let opened = database::open_migrated(settings).await?;
        let store = opened.database.open(CONNECTIONS);
        let addresses: Vec<Address> = list.feeds.iter().map(|feed| feed.address.clone()).collect();
        let standings = store.feed_standings(&addresses).await?;
        for (feed, standing) in list.feeds.iter().zip(standings) {
            let url = &feed.address;
            match standing {
                FeedStanding::Read(id) => println!("status=known feed={id} url={url}"),
                FeedStanding::Paused(slug) => {
                    println!(
                        "status=skipped reason={:?} url={url}",
                        format!("the source {slug} is paused")
                    );
                }
                FeedStanding::Unknown if args.dry_run => println!("status=new url={url}"),
                FeedStanding::Unknown => {
                    println!("{}", add(&store, url, feed.title.as_deref()).await?);
                }
            }
        }
        for skipped in &list.skipped {
            let (reason, name) = (quoted(&skipped.reason), quoted(&skipped.name));
            println!("status=skipped reason={reason} name={name}");
        }
        Ok(ExitCode::SUCCESS)
    })
}

async fn add(store: &Store, url: &Address, title: Option<&str>) -> anyhow::Result<String> {
    let added = store.add_feed(url, title, clock::now()).await?;
    if !added.is_new {
        return Ok(format!("status=known feed={} url={url}", added.id));
    }
    store.note(by_operator(), Action::AddFeed, Subject::Feed(added.id)).await?;
    Ok(format!("status=watched feed={} url={url}", added.id))
}
