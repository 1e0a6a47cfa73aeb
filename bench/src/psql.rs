//! The database, through `psql`; `stet with-postgres` has told it where that is.

use std::io::Write as _;
use std::process::{Command, Stdio};

use anyhow::{Context as _, bail, ensure};

/// Runs SQL and gives what it prints, without headings.
pub fn run(sql: &str) -> anyhow::Result<String> {
    let output = Command::new("psql")
        .args(["--no-psqlrc", "--quiet", "--tuples-only", "--no-align"])
        .args(["--set", "ON_ERROR_STOP=1", "--command", sql])
        .output()
        .context("psql could not be started")?;
    if !output.status.success() {
        bail!("{sql}: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}

/// The process number of the server's first process.
pub fn server() -> anyhow::Result<u32> {
    let pid = run("select split_part(pg_read_file('postmaster.pid'), chr(10), 1)")?;
    pid.parse().context("the server has no number")
}

/// Runs SQL that gives one number.
pub fn number(sql: &str) -> anyhow::Result<u64> {
    let answer = run(sql)?;
    answer.parse().with_context(|| format!("{sql} gave {answer:?}"))
}

/// Runs statements one by one, each for itself.
pub fn script(statements: &str) -> anyhow::Result<()> {
    let mut psql = Command::new("psql")
        .args(["--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .context("psql could not be started")?;
    psql.stdin.take().context("psql has no input")?.write_all(statements.as_bytes())?;
    ensure!(psql.wait()?.success(), "psql failed");
    Ok(())
}
