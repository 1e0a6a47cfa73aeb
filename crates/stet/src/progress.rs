//! How far something is, told on standard error.

use std::io::{self, IsTerminal as _, Write as _};

/// How many there are between two lines of progress where these are not overwritten.
const LINE_EVERY: u64 = 1_000;

/// Tells of what is counted upwards.
#[derive(Debug)]
pub(crate) struct Progress {
    what: &'static str,
    is_terminal: bool,
    last_told: u64,
}

impl Progress {
    /// Of so many of these.
    pub(crate) fn new(what: &'static str) -> Self {
        Self { what, is_terminal: io::stderr().is_terminal(), last_told: 0 }
    }

    /// So many are done.
    pub(crate) fn reach(&mut self, done: u64) {
        let what = self.what;
        if self.is_terminal {
            // Overwritten by the next line; a failure to show progress harms nobody.
            let _ = write!(io::stderr(), "{done} {what}\r");
        } else if done / LINE_EVERY > self.last_told / LINE_EVERY {
            self.last_told = done;
            eprintln!("{done} {what}");
        }
    }
}
