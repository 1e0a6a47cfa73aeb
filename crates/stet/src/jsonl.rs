//! Cases read one a line from standard input, and an answer printed for each, in one process.

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};
use std::process::ExitCode;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// Answers each case from standard input, with progress on a terminal. A line that is no case is
/// answered with what is wrong with it, and the rest goes on; the process then ends in failure.
pub(crate) fn answer_each<C: DeserializeOwned, A: Serialize>(
    answer: impl Fn(C) -> A,
) -> anyhow::Result<ExitCode> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    let shows_progress = io::stderr().is_terminal();
    let mut code = ExitCode::SUCCESS;
    for (index, line) in io::stdin().lock().lines().enumerate() {
        let line = line?;
        if line.trim().is_empty() {
            continue;
        }
        match serde_json::from_str(&line) {
            Ok(case) => serde_json::to_writer(&mut out, &answer(case))?,
            Err(error) => {
                let id = serde_json::from_str(&line)
                    .map_or(Value::Null, |case: Value| case["id"].clone());
                let error = format!("line {} is not a case: {error}", index + 1);
                serde_json::to_writer(&mut out, &json!({ "id": id, "error": error }))?;
                code = ExitCode::FAILURE;
            }
        }
        writeln!(out)?;
        if shows_progress {
            // Overwritten by the next line; a failure to show progress harms nobody.
            let _ = write!(io::stderr(), "{} done\r", index + 1);
        }
    }
    out.flush()?;
    Ok(code)
}
