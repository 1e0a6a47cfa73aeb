//! Cases read one a line from standard input, and an answer printed for each, in one process.

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};
use std::process::ExitCode;

use anyhow::Context as _;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Answers each case from standard input, with progress on a terminal.
pub(crate) fn answer_each<C: DeserializeOwned, A: Serialize>(
    answer: impl Fn(C) -> A,
) -> anyhow::Result<ExitCode> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    let shows_progress = io::stderr().is_terminal();
    for (index, line) in io::stdin().lock().lines().enumerate() {
        let line = line?;
        if line.trim().is_empty() {
            continue;
        }
        let case = serde_json::from_str(&line)
            .with_context(|| format!("line {} is not a case", index + 1))?;
        serde_json::to_writer(&mut out, &answer(case))?;
        writeln!(out)?;
        if shows_progress {
            // Overwritten by the next line; a failure to show progress harms nobody.
            let _ = write!(io::stderr(), "{} done\r", index + 1);
        }
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}
