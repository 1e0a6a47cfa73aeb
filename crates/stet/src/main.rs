//! The command line.

mod private_postgres;
mod with_postgres;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Watches news articles and shows what newspapers change.
#[derive(Debug, Parser)]
#[command(version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    #[command(hide = true)]
    WithPostgres(with_postgres::Args),
}

fn main() -> ExitCode {
    tracing_subscriber::fmt().with_writer(std::io::stderr).init();
    let ended = match Cli::parse().command {
        Command::WithPostgres(args) => with_postgres::run(&args),
    };
    ended.unwrap_or_else(|error| {
        // For an operator: without the backtrace that a returned error may bring along.
        eprintln!("stet: {error:#}");
        ExitCode::FAILURE
    })
}
