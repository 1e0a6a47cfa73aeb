//! Reading records, one after the other.

use std::io::{self, BufRead, BufReader, Read};

use chrono::{DateTime, Utc};
use flate2::bufread::MultiGzDecoder;

use super::WarcError;

/// The longest line of a record's fields, in bytes. Addresses have a few thousand.
const MAX_LINE_BYTES: u64 = 64 * 1024;

/// The most fields of a record. Those that crawlers write have about a dozen.
const MAX_FIELDS: usize = 200;

/// A record's fields. Its block is read from the [`WarcReader`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Which it is in its file, from 1.
    pub number: u64,
    /// How long its block is, in bytes.
    pub length: u64,
    fields: Vec<(String, String)>,
}

impl Record {
    /// The first field of this name, in any case.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&str> {
        let known = self.fields.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        known.map(|(_, value)| value.as_str())
    }

    /// `response`, `revisit`, `warcinfo` …; empty where it is not told.
    #[must_use]
    pub fn kind(&self) -> &str {
        self.field("WARC-Type").unwrap_or_default()
    }

    /// The address that was captured. Some writers put it in angle brackets.
    #[must_use]
    pub fn target(&self) -> Option<&str> {
        self.field("WARC-Target-URI").map(|uri| uri.trim_matches(['<', '>']))
    }

    /// When it was captured.
    #[must_use]
    pub fn date(&self) -> Option<DateTime<Utc>> {
        moment(self.field("WARC-Date")?)
    }

    /// The address and time of the record that this one repeats.
    #[must_use]
    pub fn repeats(&self) -> Option<(&str, DateTime<Utc>)> {
        let target = self.field("WARC-Refers-To-Target-URI").or_else(|| self.target())?;
        Some((target.trim_matches(['<', '>']), moment(self.field("WARC-Refers-To-Date")?)?))
    }

    /// How it is named in messages: `record 12 (<urn:uuid:…>, https://…)`.
    #[must_use]
    pub fn place(&self) -> String {
        let id = self.field("WARC-Record-ID").unwrap_or("without an identifier");
        match self.target() {
            Some(target) => format!("record {} ({id}, {target})", self.number),
            None => format!("record {} ({id})", self.number),
        }
    }
}

fn moment(text: &str) -> Option<DateTime<Utc>> {
    DateTime::parse_from_rfc3339(text.trim()).ok().map(|moment| moment.to_utc())
}

/// Reads a WARC file, compressed or not, with memory for one block at a time.
pub struct WarcReader {
    bytes: Box<dyn BufRead + Send>,
    number: u64,
    /// How much of the present record's block was not read yet.
    left: u64,
    place: String,
}

impl WarcReader {
    /// Begins to read.
    pub fn new(file: impl Read + Send + 'static) -> Result<Self, WarcError> {
        let mut file = BufReader::with_capacity(64 * 1024, file);
        let place = "the beginning of the file".to_owned();
        let start =
            file.fill_buf().map_err(|cause| WarcError::Broken { place: place.clone(), cause })?;
        let bytes: Box<dyn BufRead + Send> = if start.starts_with(&[0x1f, 0x8b]) {
            Box::new(BufReader::with_capacity(64 * 1024, MultiGzDecoder::new(file)))
        } else {
            Box::new(file)
        };
        Ok(Self { bytes, number: 0, left: 0, place })
    }

    /// The fields of the next record; `None` at the end of the file. What was not read of the last
    /// one's block is passed over.
    pub fn next_record(&mut self) -> Result<Option<Record>, WarcError> {
        self.pass_over()?;
        self.number += 1;
        let place = format!("record {}", self.number);
        let after = std::mem::replace(&mut self.place, place);
        let mut line = self.line().map_err(|error| self.after(&after, error))?;
        while line.as_deref() == Some("") {
            line = self.line().map_err(|error| self.after(&after, error))?;
        }
        let Some(version) = line else { return Ok(None) };
        if !version.starts_with("WARC/") {
            let start: String = version.chars().take(20).collect();
            let why = format!("{start:?} stands where a record (WARC/1.1) should begin");
            return Err(self.after(&after, self.no_record(why)));
        }
        let mut fields: Vec<(String, String)> = Vec::new();
        loop {
            let line =
                self.line()?.ok_or_else(|| self.broken(io::ErrorKind::UnexpectedEof.into()))?;
            if line.is_empty() {
                break;
            }
            if fields.len() == MAX_FIELDS {
                return Err(self.no_record(format!("it has more than {MAX_FIELDS} fields")));
            }
            match (line.split_once(':'), fields.last_mut()) {
                // A line that goes on (WARC 1.0 allowed that).
                (_, Some((_, value))) if line.starts_with([' ', '\t']) => {
                    value.push(' ');
                    value.push_str(line.trim());
                }
                (Some((name, value)), _) => {
                    fields.push((name.trim().to_owned(), value.trim().to_owned()));
                }
                (None, _) => return Err(self.no_record("a field has no colon".to_owned())),
            }
        }
        let mut record = Record { number: self.number, length: 0, fields };
        self.place = record.place();
        let length = record.field("Content-Length").and_then(|length| length.parse().ok());
        record.length =
            length.ok_or_else(|| self.no_record("it does not say how long it is".to_owned()))?;
        self.left = record.length;
        Ok(Some(record))
    }

    /// The block of the record whose fields were read last: at most `limit` bytes of it.
    pub fn block(&mut self, limit: u64) -> Result<Vec<u8>, WarcError> {
        let wanted = self.left.min(limit);
        let mut block = Vec::new();
        let read = (&mut self.bytes).take(wanted).read_to_end(&mut block);
        let read = read.map_err(|cause| self.broken(cause))? as u64;
        self.left -= read;
        if read < wanted {
            return Err(self.broken(io::ErrorKind::UnexpectedEof.into()));
        }
        Ok(block)
    }

    fn pass_over(&mut self) -> Result<(), WarcError> {
        let passed = io::copy(&mut (&mut self.bytes).take(self.left), &mut io::sink());
        if passed.map_err(|cause| self.broken(cause))? < self.left {
            return Err(self.broken(io::ErrorKind::UnexpectedEof.into()));
        }
        self.left = 0;
        Ok(())
    }

    /// One line without its end; `None` at the end of the file.
    fn line(&mut self) -> Result<Option<String>, WarcError> {
        let mut line = Vec::new();
        let read = (&mut self.bytes).take(MAX_LINE_BYTES).read_until(b'\n', &mut line);
        match read.map_err(|cause| self.broken(cause))? {
            0 => Ok(None),
            read if read as u64 == MAX_LINE_BYTES => {
                Err(self.no_record(format!("a line has more than {MAX_LINE_BYTES} bytes")))
            }
            _ => Ok(Some(String::from_utf8_lossy(&line).trim_end_matches(['\r', '\n']).to_owned())),
        }
    }

    fn broken(&self, cause: io::Error) -> WarcError {
        WarcError::Broken { place: self.place.clone(), cause }
    }

    fn no_record(&self, why: String) -> WarcError {
        WarcError::NoRecord { place: self.place.clone(), why }
    }

    /// Names the last whole record in an error about what follows it.
    fn after(&self, last: &str, error: WarcError) -> WarcError {
        let place = match self.number {
            0 | 1 => self.place.clone(),
            _ => format!("{}, after {last}", self.place),
        };
        match error {
            WarcError::Broken { cause, .. } => WarcError::Broken { place, cause },
            WarcError::NoRecord { why, .. } => WarcError::NoRecord { place, why },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{NewRecord, record_id, write};
    use super::*;

    fn file(blocks: &[&[u8]]) -> Vec<u8> {
        let mut file = Vec::new();
        for (index, block) in blocks.iter().enumerate() {
            let id = record_id(&index.to_string());
            let target = [("WARC-Target-URI", format!("https://a.example/{index}"))];
            let record = NewRecord {
                kind: "resource",
                id: &id,
                date: DateTime::from_timestamp(1_473_443_040, 0).unwrap(),
                fields: &target,
                content_type: "text/plain",
                block,
            };
            write(&mut file, &record).unwrap();
        }
        file
    }

    fn reader(bytes: Vec<u8>) -> WarcReader {
        WarcReader::new(io::Cursor::new(bytes)).unwrap()
    }

    #[test]
    fn what_was_written_is_read_whether_a_block_was_passed_over_or_not() {
        let mut reader = reader(file(&[b"one", b"two\r\n\r\n", b""]));
        let first = reader.next_record().unwrap().unwrap();
        assert_eq!((first.kind(), first.target()), ("resource", Some("https://a.example/0")));
        assert_eq!(first.date().unwrap().to_string(), "2016-09-09 17:44:00 UTC");
        assert_eq!(reader.block(2).unwrap(), b"on");
        assert_eq!(reader.next_record().unwrap().unwrap().length, 7);
        assert_eq!(reader.block(100).unwrap(), b"two\r\n\r\n");
        assert_eq!(reader.next_record().unwrap().unwrap().number, 3);
        assert_eq!(reader.next_record().unwrap(), None);
    }

    #[test]
    fn a_file_that_is_not_compressed_with_fields_over_several_lines_is_read() {
        let text = "\r\nWARC/1.0\nwarc-type: response\r\nWARC-Target-URI: <http://a.example/>\r\n\
            X: a\r\n\tb\r\nContent-Length: 2\r\n\r\nhi\r\n\r\n";
        let mut reader = reader(text.as_bytes().to_vec());
        let record = reader.next_record().unwrap().unwrap();
        assert_eq!((record.target(), record.field("x")), (Some("http://a.example/"), Some("a b")));
        assert_eq!(reader.block(9).unwrap(), b"hi");
        assert_eq!(reader.next_record().unwrap(), None);
    }

    #[test]
    fn a_file_that_breaks_off_names_the_record() {
        let whole = file(&[b"one", b"two"]);
        let mut reader = reader(whole[..whole.len() - 30].to_vec());
        assert!(reader.next_record().unwrap().is_some());
        let error = reader.next_record().and_then(|_| reader.next_record()).unwrap_err();
        assert!(error.to_string().starts_with("record 2"), "{error}");
    }

    #[test]
    fn bytes_that_are_damaged_name_the_record_before_them() {
        let mut bytes = file(&[b"one"]);
        bytes.extend_from_slice(&file(&[b"two"])[..10]);
        bytes.extend_from_slice(b"not a gzip stream at all");
        let mut reader = reader(bytes);
        reader.next_record().unwrap();
        let error = reader.next_record().unwrap_err().to_string();
        assert!(error.starts_with("record 2, after record 1 (<urn:uuid:"), "{error}");
    }

    #[test]
    fn what_is_no_warc_file_is_refused() {
        let why =
            |text: &str| reader(text.as_bytes().to_vec()).next_record().unwrap_err().to_string();
        assert_eq!(
            why("<!doctype html>\n"),
            "record 1: \"<!doctype html>\" stands where a record (WARC/1.1) should begin"
        );
        assert_eq!(
            why("WARC/1.1\r\nWARC-Record-ID: <x>\r\n\r\n"),
            "record 1 (<x>): it does not say how long it is"
        );
        assert_eq!(why("WARC/1.1\r\nnothing\r\n\r\n"), "record 1: a field has no colon");
    }

    #[test]
    fn a_line_without_an_end_is_refused_before_it_fills_the_memory() {
        let error = reader(vec![b'W'; 1_000_000]).next_record().unwrap_err();
        assert_eq!(error.to_string(), "record 1: a line has more than 65536 bytes");
    }
}
