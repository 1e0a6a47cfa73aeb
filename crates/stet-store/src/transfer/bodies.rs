//! Stored bodies, put together of their pieces, and tried before they are believed.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use super::PIECE;
use super::copy::Field;
use super::line::Members;
use super::records::Record;
use super::shape;
use crate::snapshot::unpacked;

/// The longest body that is taken in, and the longest frame, in bytes. Stet fetches 10 MiB at most.
const MAX_BODY: i64 = 64 * 1024 * 1024;

/// A snapshot whose pieces follow.
#[derive(Debug)]
pub(super) struct Unfinished {
    pub(super) line: u64,
    pub(super) article: i64,
    pub(super) number: i64,
    /// The snapshot whose body is the dictionary.
    pub(super) base: Option<i64>,
    /// All columns; the bytes take the place of their length.
    pub(super) fields: Vec<Field>,
    body_place: usize,
    body_length: i32,
    frame_length: usize,
    frame: Vec<u8>,
    pieces: u64,
}

impl Unfinished {
    /// Begins, where a record has a body.
    pub(super) fn of(record: &Record, line: u64, fields: &[Field]) -> Result<Option<Self>, String> {
        let Some(body_place) = record.place("body").filter(|_| record.has_body()) else {
            return Ok(None);
        };
        let number = |name| {
            let field = record.place(name).and_then(|place| fields.get(place));
            field.and_then(|field| field.numbers.first()).copied()
        };
        let of = |name| number(name).unwrap_or_default();
        for name in ["body", "body_length"] {
            if of(name) > MAX_BODY {
                return Err(format!("\"{name}\" is more than {MAX_BODY} bytes"));
            }
        }
        Ok(Some(Self {
            line,
            article: of("article_id"),
            number: of("number"),
            base: number("base"),
            fields: fields.to_vec(),
            body_place,
            body_length: i32::try_from(of("body_length")).unwrap_or_default(),
            frame_length: usize::try_from(of("body")).unwrap_or_default(),
            frame: Vec::new(),
            pieces: 0,
        }))
    }

    /// Takes the next piece; says whether it was the last.
    pub(super) fn take(&mut self, members: &Members<'_>) -> Result<bool, String> {
        let [article, snapshot, piece, base64] =
            members.named(["article_id", "snapshot", "piece", "base64"])?;
        let found: (i64, i64, u64) =
            (shape::value(article)?, shape::value(snapshot)?, shape::value(piece)?);
        if found != (self.article, self.number, self.pieces) {
            let Self { article, number, pieces, .. } = self;
            return Err(format!(
                "is not piece {pieces} of the body of snapshot {number} of article {article}"
            ));
        }
        let base64: String = shape::value(base64)?;
        let bytes = BASE64_STANDARD
            .decode(base64)
            .map_err(|error| format!("\"base64\" cannot be read: {error}"))?;
        let expected = PIECE.min(self.frame_length.saturating_sub(self.frame.len()));
        if bytes.len() != expected {
            return Err(format!("\"base64\" has {} bytes instead of {expected}", bytes.len()));
        }
        self.frame.extend(bytes);
        self.pieces += 1;
        Ok(self.frame.len() == self.frame_length)
    }

    /// Unpacks the body and puts the bytes into their field.
    pub(super) fn finish(&mut self, earlier: Option<&[u8]>) -> Result<Vec<u8>, String> {
        let body = unpacked(&self.frame, self.body_length, earlier).ok();
        let is_long_enough = |body: &Vec<u8>| i32::try_from(body.len()) == Ok(self.body_length);
        let body = body
            .filter(is_long_enough)
            .ok_or_else(|| format!("the bytes are no packed body of {} bytes", self.body_length))?;
        if let Some(field) = self.fields.get_mut(self.body_place) {
            *field = Field::bytes(&self.frame);
        }
        Ok(body)
    }
}
