//! `stet with-postgres`: runs a command over a Postgres of its own, for tests and for a look
//! around with `psql`.

use std::env;
use std::ffi::OsString;
use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::ExitStatusExt as _;
use std::path::PathBuf;
use std::process::{ExitCode, ExitStatus};

use anyhow::{Context as _, bail};
use tempfile::TempDir;
use tokio::process::{Child, Command};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tracing::info;

use crate::private_postgres::{Durability, Options, PrivatePostgres, SearchPlaces};
use crate::shutdown;

/// Runs a command over a scratch Postgres of its own: sets `DATABASE_URL` and what psql needs,
/// and exits with the command's code.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Keep the database in this directory, or join the Stet that runs there, instead of using a
    /// new one that is thrown away.
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// The folder of `initdb` and `postgres`.
    #[arg(long, value_name = "DIR", env = "STET_PG_BIN")]
    pg_bin: Option<PathBuf>,
    /// The command and its arguments.
    #[arg(required = true, trailing_var_arg = true, allow_hyphen_values = true)]
    command: Vec<OsString>,
}

/// Runs the command and gives its exit code.
pub(crate) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let places = match &args.pg_bin {
        Some(folder) => SearchPlaces::only([folder.clone()]),
        None => SearchPlaces::of_this_system(),
    };
    let (postgres, scratch) = if let Some(data_dir) = &args.data_dir {
        let options = Options { places, durability: Durability::Durable };
        (PrivatePostgres::start_or_join(data_dir, &options)?, None)
    } else {
        let scratch = scratch_dir()?;
        let options = Options { places, durability: Durability::Scratch };
        (PrivatePostgres::start(scratch.path(), &options)?, Some(scratch))
    };
    if postgres.is_joined() {
        info!("using the Postgres of the Stet that runs here");
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let ended = runtime.block_on(run_over(&postgres, args));
    postgres.stop();
    if let Some(scratch) = scratch {
        let path = scratch.path().to_owned();
        scratch.close().with_context(|| format!("could not remove {}", path.display()))?;
    }
    Ok(exit_code(ended?))
}

/// A folder that is thrown away. The user that runs Postgres for root has to pass through it.
fn scratch_dir() -> anyhow::Result<TempDir> {
    tempfile::Builder::new()
        .prefix("stet-scratch-")
        .permissions(Permissions::from_mode(0o711))
        .tempdir()
        .context("could not make a scratch directory")
}

async fn run_over(postgres: &PrivatePostgres, args: &Args) -> anyhow::Result<ExitStatus> {
    // Before the command starts, so that no signal can end this process and leave it alone.
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut hangup = signal(SignalKind::hangup())?;
    let (program, arguments) = args.command.split_first().context("no command was given")?;
    let mut child = Command::new(program)
        .args(arguments)
        .env("DATABASE_URL", postgres.url())
        .env("PGHOST", postgres.socket_dir())
        .env("PGPORT", postgres.port().to_string())
        .env("PGUSER", postgres.user())
        .env("PGDATABASE", postgres.database())
        .envs(path_with(args))
        .spawn()
        .with_context(|| format!("could not run {}", program.display()))?;
    let mut server_ended = shutdown::server_ended(postgres.watch())?;
    loop {
        tokio::select! {
            status = child.wait() => return Ok(status?),
            // The terminal has sent it to the command as well, which decides what it means.
            () = received(&mut interrupt) => {}
            () = received(&mut terminate) => pass_on("TERM", &child).await?,
            () = received(&mut hangup) => pass_on("HUP", &child).await?,
            Ok(end) = &mut server_ended => {
                child.kill().await?;
                bail!("Postgres {end} under the command, which was stopped");
            }
        }
    }
}

async fn received(signal: &mut Signal) {
    // `None` would mean that the runtime has shut down, which this future does not outlive.
    signal.recv().await;
}

/// Sends the command a signal that came to this process alone.
async fn pass_on(signal: &str, child: &Child) -> anyhow::Result<()> {
    if let Some(pid) = child.id() {
        Command::new("/bin/sh")
            .args(["-c", r#"kill -s "$1" "$2""#, "stet", signal, &pid.to_string()])
            .status()
            .await?;
    }
    Ok(())
}

/// `PATH` with the programs named by the option first, so that `psql` is of their version.
fn path_with(args: &Args) -> Option<(&'static str, OsString)> {
    let folder = args.pg_bin.clone()?;
    let path = env::var_os("PATH").unwrap_or_default();
    let path = env::join_paths(std::iter::once(folder).chain(env::split_paths(&path))).ok()?;
    Some(("PATH", path))
}

fn exit_code(status: ExitStatus) -> ExitCode {
    // A shell reports a command killed by a signal as 128 and the signal's number.
    let code = status.code().or(status.signal().map(|signal| 128 + signal));
    ExitCode::from(code.and_then(|code| u8::try_from(code).ok()).unwrap_or(1))
}
