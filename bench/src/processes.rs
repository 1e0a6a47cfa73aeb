//! Starting, stopping and counting processes.

use std::env;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, bail, ensure};

/// The `stet` that was built beside this program.
pub fn stet() -> anyhow::Result<PathBuf> {
    let path = env::current_exe()?.with_file_name("stet");
    if !path.exists() {
        bail!("{} is not there: build the whole workspace first", path.display());
    }
    Ok(path)
}

/// Makes the schema.
pub fn migrate() -> anyhow::Result<()> {
    let migrated = Command::new(stet()?).arg("migrate").stdout(Stdio::null()).status()?;
    ensure!(migrated.success(), "the database could not be made");
    Ok(())
}

/// Sends a process a signal by its name (`KILL`, `STOP`, `CONT`); one that has ended is no error.
pub fn signal(name: &str, pid: u32) -> anyhow::Result<()> {
    Command::new("/bin/sh")
        .args(["-c", r#"kill -s "$1" "$2" 2>/dev/null || true"#, "sh", name, &pid.to_string()])
        .status()
        .context("no shell")?;
    Ok(())
}

/// Waits.
#[expect(clippy::disallowed_methods, reason = "time passes here: processes are disturbed in it")]
pub fn pause(time: Duration) {
    std::thread::sleep(time);
}

/// Clock ticks in a second. Source: the Linux ABI fixes what `/proc` shows to 100.
const TICKS: f64 = 100.0;

/// CPU seconds that this thread has used.
#[must_use]
pub fn own_cpu_seconds() -> f64 {
    // In nanoseconds: the first field.
    let stat = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let used = stat.split_whitespace().next().and_then(|used| used.parse::<f64>().ok());
    used.unwrap_or_default() / 1e9
}

/// CPU seconds that a process and those that it waited for have used; nothing for one that ended.
#[must_use]
pub fn cpu_seconds(pid: u32) -> f64 {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    // The name, in parentheses, may hold anything; utime to cstime are fields 14 to 17.
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    fields.skip(11).take(4).filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / TICKS
}

/// CPU seconds of the server `postmaster` and all its children, those that ended included.
#[must_use]
pub fn server_cpu_seconds(postmaster: u32) -> f64 {
    let children = fs::read_to_string(format!("/proc/{postmaster}/task/{postmaster}/children"))
        .unwrap_or_default();
    let pids = children.split_whitespace().filter_map(|pid| pid.parse().ok());
    cpu_seconds(postmaster) + pids.map(cpu_seconds).sum::<f64>()
}

/// The most memory that a process had in use so far, in bytes.
#[must_use]
pub fn peak_memory(pid: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let kilobytes = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .and_then(|rest| rest.trim().trim_end_matches(" kB").parse::<u64>().ok());
    kilobytes.unwrap_or_default() * 1024
}
