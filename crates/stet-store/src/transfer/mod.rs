//! Whole histories, out of one instance and into another without loss: `stet export` and
//! `stet import`.
//!
//! # The format
//!
//! JSON Lines: one record a line, in UTF-8, its members in a fixed order, without spaces between them.
//! What is exported twice has the same bytes, also from the instance into which it was imported.
//!
//! 1. The first line tells the format and what is in it:
//!    `{"format":"stet-export","number":1,"scope":null}`; a scope that is not null names the sources
//!    and articles that were asked for.
//! 2. Records, `{"record":"source",…}`: `instance` (only where everything was asked for: all else is a
//!    copy, which gets a name of its own), then of the sources, hosts, feeds, editors, the audit log
//!    and webhooks; then each article, followed by everything of its own and by the histories that
//!    became part of it. Their members are the columns of the table of this name (the migrations say
//!    what they mean). Moments are RFC 3339 in UTC to the microsecond; spans are whole microseconds;
//!    bytes are hexadecimal; JSON is JSON.
//! 3. A `snapshot` tells in `body` how many bytes are stored: a zstd frame, for which the body of the
//!    snapshot `base`, if it has one, is the dictionary. They follow as `body` records, in base64, in
//!    pieces of 192 KiB.
//! 4. `counter` records: the last identifier of each kind, so that none is used twice.
//! 5. The last line: how many records of each kind there are, and the SHA-256 of all bytes before it.
//!
//! An export is a file that travels: editors are in it without their passwords, and webhooks without
//! their secrets. Webhooks come in paused, with secrets that are drawn at the import (`made.rs`); their
//! addresses are exported as they are. Nothing that is the instance's own is exported (sessions,
//! tokens, leases, the outbox, what robots.txt said), nor what follows from the rest (the search's
//! passages, tallies): `decisions.rs` lists every table. What was hidden is exported, and stays hidden.

mod bodies;
mod copy;
#[cfg(test)]
mod decisions;
mod destination;
mod extent;
mod line;
mod made;
mod read;
mod records;
mod references;
mod shape;
#[cfg(test)]
mod tests;
mod write;

use std::collections::BTreeMap;
use std::io;

use serde::{Deserialize, Serialize};
use stet_core::ArticleId;
use thiserror::Error;

use crate::StoreError;

/// The name of the format.
pub const FORMAT_NAME: &str = "stet-export";

/// Its number: it rises with each change of what is in a line, or of their order.
pub const FORMAT: u32 = 1;

/// How many bytes of a stored body are in one line. A multiple of three, as base64 has them.
const PIECE: usize = 192 * 1024;

/// The longest line, in bytes. The longest that Stet writes is a paragraph of a page of 10 MiB, of
/// which JSON makes six times as much at most.
const MAX_LINE: usize = 64 * 1024 * 1024;

/// What is exported; all by default.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TransferScope {
    /// Sources by their names in addresses, with their feeds.
    pub sources: Vec<String>,
    /// Articles, with those that are one with them.
    pub articles: Vec<ArticleId>,
}

impl TransferScope {
    /// Whether everything is meant.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.sources.is_empty() && self.articles.is_empty()
    }
}

/// What was exported or imported, so far.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transferred {
    /// How many records there are, by their kinds.
    pub records: BTreeMap<String, u64>,
}

impl Transferred {
    /// How many there are of a kind.
    #[must_use]
    pub fn count(&self, kind: &str) -> u64 {
        self.records.get(kind).copied().unwrap_or_default()
    }

    fn add(&mut self, kind: &str) {
        match self.records.get_mut(kind) {
            Some(count) => *count += 1,
            None => {
                self.records.insert(kind.to_owned(), 1);
            }
        }
    }
}

/// Why an export is not whole.
#[derive(Debug, Error)]
pub enum ExportError {
    /// There is no source of this name in addresses.
    #[error("there is no source '{0}'")]
    NoSource(String),
    /// There is no such article.
    #[error("there is no article {0}")]
    NoArticle(ArticleId),
    /// It cannot be written.
    #[error("it cannot be written")]
    Write(#[from] io::Error),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<sqlx::Error> for ExportError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

/// Why nothing was imported.
#[derive(Debug, Error)]
pub enum ImportError {
    /// A line is not what an export has there.
    #[error("line {line}: {what}")]
    Line {
        /// Its number, from 1.
        line: u64,
        /// What is wrong.
        what: String,
    },
    /// Something stands here already.
    #[error("this instance is not empty: it has {0}")]
    NotEmpty(String),
    /// It cannot be read.
    #[error("it cannot be read")]
    Read(#[from] io::Error),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<sqlx::Error> for ImportError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

/// The first line.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    format: String,
    number: u32,
    scope: Option<TransferScope>,
}

/// The last line.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct End {
    record: String,
    records: BTreeMap<String, u64>,
    sha256: String,
}
