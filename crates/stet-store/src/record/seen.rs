//! What a check saw, as it is given to be recorded.

use std::time::Duration;

use chrono::{DateTime, Utc};
use stet_core::compare::Stats;
use stet_core::schedule::NextCheck;
use stet_core::{ArticleText, CheckOutcome, Kind, Kinds, TextDigest, VersionNumber};

use crate::{NewSnapshot, Reading};

/// What is known of a visit whatever it saw.
#[derive(Debug, Clone, Copy)]
pub struct Visit<'a> {
    /// When it began.
    pub at: DateTime<Utc>,
    /// The HTTP status, where there was an answer.
    pub status: Option<u16>,
    /// How long the answer took.
    pub took: Duration,
    /// How many bytes the body had, decoded.
    pub bytes: usize,
    /// What was wrong, in words.
    pub detail: Option<&'a str>,
}

/// What a check saw.
#[derive(Debug, Clone, Copy)]
pub enum Seen<'a> {
    /// No text: why, and when to try again.
    Failure {
        /// What came of the visit.
        outcome: CheckOutcome,
        /// When to check next.
        next: NextCheck,
    },
    /// The site says that what stood at the last check still stands.
    NotModified {
        /// When to check next; `None`: the article falls dormant.
        next: Option<NextCheck>,
    },
    /// A body with the text that stood at the last check.
    Unchanged {
        /// The text's digest and what read it; `None` when nothing was read, since the bytes or the
        /// outline are those of the last body.
        read: Option<(TextDigest, Reading)>,
        /// What to compare the next body with.
        body: Body<'a>,
        /// When to check next; `None`: the article falls dormant.
        next: Option<NextCheck>,
    },
    /// The first text, or another than at the last check.
    Text {
        /// The text.
        text: &'a ArticleText,
        /// What read it.
        reading: Reading,
        /// The bytes it was made of.
        snapshot: NewSnapshot<'a>,
        /// What to compare the next body with.
        body: Body<'a>,
        /// How it differs from the text that stood; `None` for the first one.
        difference: Option<&'a Difference>,
        /// Set where the text is too short to be believed before it was seen twice: when to look
        /// again.
        doubt: Option<NextCheck>,
        /// When to check next.
        next: NextCheck,
    },
}

/// What tells a body from the next one.
#[derive(Debug, Clone, Copy)]
pub struct Body<'a> {
    /// SHA-256 of it, decoded.
    pub digest: [u8; 32],
    /// Its validators.
    pub etag: Option<&'a str>,
    /// See `etag`.
    pub last_modified: Option<&'a str>,
    /// What is known of its outline; `None`: nobody has tried whether that gives the text.
    pub outline: Option<&'a TriedOutline>,
}

/// Whether the [outline](stet_core::extract::Outline) of a page gives the text that stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TriedOutline {
    /// SHA-256 of the outline, if it does.
    pub digest: Option<[u8; 32]>,
    /// When that was tried: a page was read whole then.
    pub at: DateTime<Utc>,
}

impl TriedOutline {
    /// The digest as it is stored.
    pub(crate) fn bytes(&self) -> Option<Vec<u8>> {
        self.digest.map(|digest| digest.to_vec())
    }
}

/// How two texts differ, as far as the texts tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// What was counted.
    pub stats: Stats,
    /// The kinds of change.
    pub kinds: Kinds,
}

impl Difference {
    /// A change that is no change of the text.
    pub(crate) fn of_kind(kind: Kind) -> Self {
        Self { stats: Stats::default(), kinds: Kinds::from([kind]) }
    }
}

/// What became of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recorded {
    /// It stands.
    Done {
        /// What the check came to.
        outcome: CheckOutcome,
        /// The version that stands, where there is one.
        version: Option<VersionNumber>,
    },
    /// The claim was spent: nothing was written.
    Fenced,
}
