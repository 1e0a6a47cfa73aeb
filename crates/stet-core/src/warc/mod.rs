//! WARC 1.1 files (ISO 28500:2017): what web archives keep their captures in.
//!
//! A file is a row of records, each with fields, a block of bytes and, as a rule, a gzip member of
//! its own. [`write()`] appends one; a [`WarcReader`] reads one after the other, however long the
//! file is; [`http`] takes the HTTP messages in them apart.

pub mod http;
mod read;
mod write;

use thiserror::Error;

pub use read::{Record, WarcReader};
pub use write::{NewRecord, digest, record_id, write};

/// The profile of a record that says: the same bytes as in another one. Source: WARC 1.1 §6.7.2.
pub const IDENTICAL_PAYLOAD: &str =
    "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest";

/// The profile of a record that says: the site answered 304. Source: WARC 1.1 §6.7.3.
pub const NOT_MODIFIED: &str = "http://netpreserve.org/warc/1.1/revisit/server-not-modified";

/// Why a WARC file cannot be read on.
#[derive(Debug, Error)]
pub enum WarcError {
    /// The file cannot be read, breaks off within a record, or its compression is damaged.
    #[error("{place}: {cause}")]
    Broken {
        /// Which record.
        place: String,
        /// What happened.
        cause: std::io::Error,
    },
    /// What stands there is no record.
    #[error("{place}: {why}")]
    NoRecord {
        /// Which record.
        place: String,
        /// Why not.
        why: String,
    },
}
