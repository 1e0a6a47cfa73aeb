//! `stet research`: histories out to the formats of people who study news.

mod jsonl;
mod newsedits;
mod study;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use chrono::{DateTime, Utc};
use clap::{Args, Subcommand};
use stet_store::research::StudyScope;
use stet_store::{Database, Store};

use crate::part_file::part_of;
use crate::settings::Settings;
use crate::{database, warc};

/// Connections to the database: one question is asked at a time.
const CONNECTIONS: u32 = 1;

#[derive(Debug, Subcommand)]
pub(crate) enum ResearchCommand {
    /// Write a file of `SQLite` in the schema of the `NewsEdits` corpus: sentences, which of them belong
    /// together in versions that follow one another, and what became of them in numbers
    Newsedits(ResearchArgs),
    /// Write a directory of JSON Lines: articles.jsonl, versions.jsonl (with their texts) and
    /// changes.jsonl
    Jsonl(ResearchArgs),
}

#[derive(Debug, Args)]
pub(crate) struct ResearchArgs {
    /// The articles of one source, by its name in addresses
    #[arg(long, value_name = "SLUG")]
    source: Option<String>,
    /// Articles first seen at this time or later (2016-09-09 or 2016-09-09T17:44:00Z)
    #[arg(long, value_name = "TIME", value_parser = warc::moment)]
    from: Option<DateTime<Utc>>,
    /// Articles first seen before this time
    #[arg(long, value_name = "TIME", value_parser = warc::moment)]
    to: Option<DateTime<Utc>>,
    /// Also histories that others observed
    #[arg(long)]
    observed: bool,
    /// What to write; it must not be there yet
    #[arg(value_name = "PATH")]
    path: PathBuf,
}

/// Writes it; what breaks off leaves nothing under its name.
pub(crate) fn run(settings: &Settings, command: &ResearchCommand) -> anyhow::Result<ExitCode> {
    let (ResearchCommand::Newsedits(args) | ResearchCommand::Jsonl(args)) = command;
    let part = part_of(&args.path)?;
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(async {
        let opened = database::open_migrated(settings).await?;
        let store = open(&opened.database, args.source.as_deref()).await?;
        let scope = StudyScope {
            source: args.source.clone(),
            from: args.from,
            to: args.to,
            with_observed: args.observed,
        };
        let written = match command {
            ResearchCommand::Newsedits(_) => newsedits::write(&store, &scope, &part).await,
            ResearchCommand::Jsonl(_) => jsonl::write(&store, &scope, &part).await,
        };
        let written = written.with_context(|| format!("{} is not whole", part.display()))?;
        std::fs::rename(&part, &args.path)?;
        eprintln!("{} articles with {} versions written", written.articles, written.versions);
        Ok(ExitCode::SUCCESS)
    })
}

async fn open(database: &Database, source: Option<&str>) -> anyhow::Result<Store> {
    let store = database.open(CONNECTIONS);
    if let Some(slug) = source
        && store.rules(slug).await?.is_none()
    {
        bail!("there is no source '{slug}'; the page /sources lists them");
    }
    Ok(store)
}
