//! Lines of an export, before anything is believed of them.

use std::fmt;
use std::io::{self, BufRead, Read as _};

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use sha2::{Digest as _, Sha256};

use super::copy::Field;
use super::records::{Column, Record};
use super::shape::hex;
use super::{ImportError, MAX_LINE};

/// The members of an object, in order, as they are written.
#[derive(Debug)]
pub(super) struct Members<'l>(Vec<(String, &'l RawValue)>);

impl<'l> Deserialize<'l> for Members<'l> {
    fn deserialize<D: Deserializer<'l>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;
        impl<'l> Visitor<'l> for InOrder {
            type Value = Members<'l>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'l>>(self, mut map: A) -> Result<Members<'l>, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(InOrder)
    }
}

impl<'l> Members<'l> {
    /// Reads a line: what kind of record it is, and its other members.
    pub(super) fn of(line: &'l str) -> Result<(String, Self), String> {
        let Self(mut members) =
            super::shape::value(line).map_err(|what| format!("the line {what}"))?;
        match members.first() {
            Some((name, kind)) if name == "record" => {
                let kind = super::shape::value(kind.get())?;
                members.remove(0);
                Ok((kind, Self(members)))
            }
            _ => Err("the line does not begin with \"record\"".to_owned()),
        }
    }

    /// The values, whose names must be these and no others, in this order.
    pub(super) fn named<const N: usize>(&self, names: [&str; N]) -> Result<[&'l str; N], String> {
        self.check(names.into_iter())?;
        let mut values = [""; N];
        for (value, (_, json)) in values.iter_mut().zip(&self.0) {
            *value = json.get();
        }
        Ok(values)
    }

    fn check<'n>(&self, mut names: impl Iterator<Item = &'n str>) -> Result<(), String> {
        for (found, _) in &self.0 {
            match names.next() {
                Some(name) if name == found => {}
                Some(name) => return Err(format!("has {found:.80?} where \"{name}\" belongs")),
                None => return Err(format!("has {found:.80?}, which does not belong there")),
            }
        }
        match names.next() {
            Some(name) => Err(format!("lacks \"{name}\"")),
            None => Ok(()),
        }
    }

    /// Reads the columns of a record.
    pub(super) fn fields(&self, record: &Record) -> Result<Vec<Field>, String> {
        self.check(record.columns.iter().map(|column| column.name))?;
        let columns = record.columns.iter().zip(&self.0);
        columns.map(|(column, (_, json))| field(column, json.get())).collect()
    }
}

fn field(column: &Column, json: &str) -> Result<Field, String> {
    match json {
        "null" if column.is_nullable => Ok(Field::null()),
        "null" => Err(format!("\"{}\" is null", column.name)),
        json => column.shape.read(json).map_err(|what| format!("\"{}\" {what}", column.name)),
    }
}

/// Lines, numbered, counted and digested as they are read.
pub(super) struct Lines<R> {
    input: R,
    digest: Sha256,
    /// The number of the last line that was read, from 1.
    pub(super) number: u64,
    line: Vec<u8>,
    /// How many bytes a line has at most.
    limit: usize,
}

impl<R: BufRead> Lines<R> {
    pub(super) fn new(input: R) -> Self {
        Self { input, digest: Sha256::new(), number: 0, line: Vec::new(), limit: MAX_LINE }
    }

    /// The next line without its end, and the digest of all before it.
    pub(super) fn next(&mut self) -> Result<(&str, DigestBefore<'_>), ImportError> {
        self.number += 1;
        self.digest.update(&self.line);
        self.line.clear();
        let limit = u64::try_from(self.limit).unwrap_or(u64::MAX).saturating_add(1);
        self.input.by_ref().take(limit).read_until(b'\n', &mut self.line)?;
        let line = self.number;
        let wrong = |what: String| ImportError::Line { line, what };
        let Some(text) = self.line.strip_suffix(b"\n") else {
            return Err(wrong(if self.line.len() > self.limit {
                format!("is longer than {} bytes", self.limit)
            } else {
                "the export ends here, before its last line: it was cut off".to_owned()
            }));
        };
        let text = std::str::from_utf8(text).map_err(|error| wrong(error.to_string()))?;
        Ok((text, DigestBefore(&self.digest)))
    }

    /// Whether nothing is left.
    pub(super) fn is_at_end(&mut self) -> io::Result<bool> {
        Ok(self.input.fill_buf()?.is_empty())
    }
}

/// The digest of all lines before one.
pub(super) struct DigestBefore<'d>(&'d Sha256);

impl DigestBefore<'_> {
    pub(super) fn hex(&self) -> String {
        hex(&self.0.clone().finalize())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_line_no_more_is_read_than_it_may_have() {
        let mut lines = Lines { limit: 4, ..Lines::new(&b"four\nnone of these\n"[..]) };
        assert_eq!(lines.next().unwrap().0, "four");
        let refused = lines.next().err().unwrap();
        assert_eq!(refused.to_string(), "line 2: is longer than 4 bytes");
        assert_eq!(lines.line.len(), 5);
    }
}
