//! Writing records.

use std::fmt::Write as _;
use std::io::{self, Write};

use chrono::{DateTime, SecondsFormat, Utc};
use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};

/// A record to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRecord<'a> {
    /// `response`, `request`, `warcinfo` …
    pub kind: &'static str,
    /// Its identifier, a URI of its own: see [`record_id`].
    pub id: &'a str,
    /// When what it holds was captured; written to the second.
    pub date: DateTime<Utc>,
    /// Its other fields, in order.
    pub fields: &'a [(&'static str, String)],
    /// The media type of the block.
    pub content_type: &'static str,
    /// What it holds.
    pub block: &'a [u8],
}

/// The digest of bytes as WARC fields hold it, e.g. `sha256:e3b0c442…`, in hexadecimal digits.
#[must_use]
pub fn digest(bytes: &[u8]) -> String {
    let mut text = "sha256:".to_owned();
    for byte in Sha256::digest(bytes) {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// An identifier that depends on nothing but `name`, so that two exports of the same captures are
/// the same: a UUID of version 8 (RFC 9562 §5.8) made of the name's SHA-256.
#[must_use]
pub fn record_id(name: &str) -> String {
    let digest = Sha256::digest(name.as_bytes());
    let mut bytes: [u8; 16] = std::array::from_fn(|index| digest[index]);
    bytes[6] = (bytes[6] & 0x0f) | 0x80;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    let mut text = "urn:uuid:".to_owned();
    for (index, byte) in bytes.iter().enumerate() {
        if matches!(index, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// Writes a record as one gzip member, whose bytes depend on the record alone.
pub fn write(out: &mut impl Write, record: &NewRecord<'_>) -> io::Result<()> {
    let mut head = format!(
        "WARC/1.1\r\nWARC-Type: {}\r\nWARC-Record-ID: <{}>\r\nWARC-Date: {}\r\n",
        record.kind,
        record.id,
        record.date.to_rfc3339_opts(SecondsFormat::Secs, true),
    );
    for (name, value) in record.fields {
        // A line break would begin another field.
        let value = value.replace(['\r', '\n'], " ");
        let _ = write!(head, "{name}: {value}\r\n");
    }
    let _ = write!(
        head,
        "WARC-Block-Digest: {}\r\nContent-Type: {}\r\nContent-Length: {}\r\n\r\n",
        digest(record.block),
        record.content_type,
        record.block.len(),
    );
    let mut member = GzEncoder::new(out, Compression::default());
    member.write_all(head.as_bytes())?;
    member.write_all(record.block)?;
    member.write_all(b"\r\n\r\n")?;
    member.finish().map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identifier_is_a_uuid_and_the_same_each_time() {
        let id = record_id("article 1, snapshot 0, response");
        assert_eq!(id, record_id("article 1, snapshot 0, response"));
        assert_ne!(id, record_id("article 1, snapshot 1, response"));
        let (uuid, places) = (id.strip_prefix("urn:uuid:").unwrap(), [8, 13, 18, 23]);
        assert!(places.iter().all(|&place| uuid.as_bytes()[place] == b'-'), "{id}");
        assert_eq!((uuid.len(), uuid.as_bytes()[14]), (36, b'8'));
    }

    #[test]
    fn a_digest_is_that_of_the_bytes() {
        let empty = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(digest(b""), empty);
    }
}
