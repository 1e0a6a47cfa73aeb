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

fn main() -> anyhow::Result<ExitCode> {
    tracing_subscriber::fmt().with_writer(std::io::stderr).init();
    match Cli::parse().command {
        Command::WithPostgres(args) => with_postgres::run(&args),
    }
}
