//! How far something is, told on standard error.

use std::fmt::Display;
use std::io::{self, IsTerminal as _, Write as _};

/// How many there are between two lines of progress where these are not overwritten.
const LINE_EVERY: u64 = 1_000;

/// Tells of what is counted upwards: often on a terminal, where each line overwrites the one before,
/// and seldom elsewhere.
#[derive(Debug)]
pub(crate) struct Progress {
    is_terminal: bool,
    last_told: u64,
}

impl Progress {
    /// Of nothing yet.
    pub(crate) fn new() -> Self {
        Self { is_terminal: io::stderr().is_terminal(), last_told: 0 }
    }

    /// So many are done; this is how it is told.
    pub(crate) fn reach(&mut self, done: u64, told: impl Display) {
        if self.is_terminal {
            // A failure to show progress harms nobody.
            let _ = write!(io::stderr(), "{told}\r");
        } else if is_told(self.last_told, done) {
            self.last_told = done;
            eprintln!("{told}");
        }
    }
}

/// Whether a line is due after so many.
fn is_told(last: u64, done: u64) -> bool {
    done / LINE_EVERY > last / LINE_EVERY
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elsewhere_than_on_a_terminal_a_line_is_due_after_each_thousand_however_many_come_at_a_time()
    {
        let due =
            [(0, 999), (0, 1_000), (1_000, 1_999), (1_000, 2_300), (2_300, 2_999), (2_300, 3_000)];
        let due = due.map(|(last, done)| is_told(last, done));
        assert_eq!(due, [false, true, false, true, false, true]);
    }
}
