//! The command line: reads the environment, the clock and signals, and wires the rest.

mod backfill;
mod check;
mod clock;
mod compare;
mod database;
mod doctor;
mod editor;
mod extract;
mod feed_filter;
mod feed_import;
mod indexing;
mod jsonl;
mod migrate;
mod pace;
mod part_file;
mod private_postgres;
mod progress;
mod quoted;
mod reextract;
mod research;
mod rules;
mod serve;
mod settings;
mod shutdown;
mod token;
mod transfer;
mod visitor;
mod warc;
mod watch;
mod with_postgres;

use std::io::{self, IsTerminal as _};
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use settings::Settings;
use tracing_subscriber::EnvFilter;

/// Watches news articles, keeps every text that each one has had, and shows what was changed.
#[derive(Debug, Parser)]
#[command(version, propagate_version = true)]
struct Cli {
    #[command(flatten)]
    settings: Settings,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the pages and check articles, in one process; without `DATABASE_URL` over a private
    /// Postgres in the data directory
    Serve,
    /// Serve the pages only
    Web,
    /// Check articles only
    Poll,
    /// Watch articles (or the articles of a feed) by their addresses
    Watch(watch::WatchArgs),
    /// The feeds in which articles are found
    Feed {
        #[command(subcommand)]
        command: watch::FeedCommand,
    },
    /// Check articles or feeds now, and print a line for each
    Check(check::CheckArgs),
    /// Print the rules by which a source's articles are read, or set them
    Rules(rules::RulesArgs),
    /// Print how the hosts of a source are visited, or set it
    Pace(pace::PaceArgs),
    /// Read histories anew from their stored pages, after the extractor or a source's rules changed
    Reextract(reextract::ReextractArgs),
    /// Print what would be kept of a page
    Extract(extract::ExtractArgs),
    /// Compare two text files: the first line is the title, each further one a paragraph
    Compare(compare::CompareArgs),
    /// Fetch what a web archive has of an article, as a history that the archive observed
    Backfill(backfill::BackfillArgs),
    /// What was fetched, out to WARC files; what others captured, in from them
    Warc {
        #[command(subcommand)]
        command: warc::WarcCommand,
    },
    /// Write everything that was kept to one file, from which another instance is made: a backup, or
    /// for moving house
    Export(transfer::ExportArgs),
    /// Read an export into this instance, which must be empty
    Import(transfer::ImportArgs),
    /// Histories for studies, as the `NewsEdits` corpus has them or as JSON Lines
    Research {
        #[command(subcommand)]
        command: research::ResearchCommand,
    },
    /// Bring the database's schema up to date
    Migrate,
    /// Print a fresh login link
    Token,
    /// The editors of this site, by name
    Editor {
        #[command(subcommand)]
        command: editor::EditorCommand,
    },
    /// Say what is wrong with this installation
    Doctor,
    #[command(hide = true)]
    WithPostgres(with_postgres::Args),
}

fn main() -> ExitCode {
    let mut cli = Cli::parse();
    cli.settings = cli.settings.without_empty();
    start_log(&cli);
    match run(cli) {
        Ok(code) => code,
        Err(error) => {
            // The causes belong to the message: `error: …: …`.
            eprintln!("stet: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    let settings = &cli.settings;
    if let Some(language) = &settings.language {
        stet_words::speak(language)?;
    }
    match cli.command {
        Command::Serve => serve::run(settings, serve::Parts::Both),
        Command::Web => serve::run(settings, serve::Parts::Web),
        Command::Poll => serve::run(settings, serve::Parts::Poller),
        Command::Watch(args) => watch::watch(settings, &args),
        Command::Feed { command: watch::FeedCommand::Add(args) } => {
            watch::add_feeds(settings, &args)
        }
        Command::Feed { command: watch::FeedCommand::Filter(args) } => {
            feed_filter::run(settings, &args)
        }
        Command::Feed { command: watch::FeedCommand::Import(args) } => {
            feed_import::run(settings, &args)
        }
        Command::Check(args) => check::run(settings, &args),
        Command::Rules(args) => rules::run(settings, &args),
        Command::Pace(args) => pace::run(settings, &args),
        Command::Reextract(args) => reextract::run(settings, &args),
        Command::Extract(args) => extract::run(&args),
        Command::Compare(args) => compare::run(&args),
        Command::Backfill(args) => backfill::run(settings, &args),
        Command::Warc { command } => warc::run(settings, &command),
        Command::Export(args) => transfer::export(settings, &args),
        Command::Import(args) => transfer::import(settings, &args),
        Command::Research { command } => research::run(settings, &command),
        Command::Migrate => migrate::run(settings),
        Command::Token => token::run(settings),
        Command::Editor { command } => editor::run(settings, &command),
        Command::Doctor => doctor::run(settings),
        Command::WithPostgres(args) => with_postgres::run(&args),
    }
}

/// Logs to standard error: for people on a terminal, else as JSON, one event a line.
fn start_log(cli: &Cli) {
    let is_service = matches!(cli.command, Command::Serve | Command::Web | Command::Poll);
    let default = if is_service { "info" } else { "warn" };
    // Postgres' notices are no news to an operator, nor is each mistake in somebody's HTML.
    let default = format!("{default},sqlx::postgres::notice=warn,html5ever=error");
    let filter = cli.settings.log.as_deref().unwrap_or(&default);
    let filter = EnvFilter::try_new(filter).unwrap_or_else(|error| {
        eprintln!("stet: --log is not a filter ({error}); logging {default}");
        EnvFilter::new(default)
    });
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr);
    if io::stderr().is_terminal() {
        log.compact().init();
    } else {
        log.json().init();
    }
}
