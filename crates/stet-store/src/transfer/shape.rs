//! The shapes of values: as they are selected, as they are written in a line of an export, and as they
//! are handed to Postgres again.

use std::fmt::Write as _;

use chrono::{DateTime, Datelike as _, SecondsFormat, TimeDelta, Utc};
use serde::Deserialize;
use sqlx::postgres::PgRow;
use sqlx::postgres::types::PgInterval;
use sqlx::{Decode, Row as _, Type};

use super::copy::{Field, array};
use crate::{StoreError, row};

/// The longest span: Postgres reads seconds as 32 bits.
const MAX_SPAN: TimeDelta = TimeDelta::seconds(i32::MAX as i64);

/// The shape of a column's values.
#[derive(Debug, Clone, Copy)]
pub(super) enum Shape {
    /// An identifier: 1 or more.
    Id,
    /// A 64-bit count.
    Count,
    /// A 32-bit count or number.
    Number,
    /// A small number, which may be negative.
    Small,
    /// True or false.
    Flag,
    /// Text without NUL.
    Text,
    /// Text of which only this is read.
    Word(fn(&str) -> bool),
    /// A moment, as `2016-09-09T17:44:00.123456Z`.
    Time,
    /// A span, as microseconds.
    Span,
    /// A SHA-256, as 64 hexadecimal digits.
    Digest,
    /// JSON of which only this is read, as it is.
    Json(fn(&str) -> bool),
    /// 32-bit numbers.
    Numbers,
    /// Words of which only these are read.
    Words(fn(&str) -> bool),
    /// Several times a few bytes, as hexadecimal digits.
    Chain,
    /// A UUID.
    Uuid,
    /// A snapshot's stored bytes: their length, and behind it, in lines of their own, they themselves.
    Body,
}

impl Shape {
    /// What is selected of a column.
    pub(super) fn selected(self, column: &str) -> String {
        match self {
            Self::Number | Self::Small => format!("\"{column}\"::bigint"),
            Self::Json(_) | Self::Uuid => format!("\"{column}\"::text"),
            Self::Body => format!("octet_length(\"{column}\")::bigint"),
            _ => format!("\"{column}\""),
        }
    }

    /// The type of such columns, as Postgres' catalogue calls it.
    #[cfg(test)]
    pub(super) const fn type_name(self) -> &'static str {
        match self {
            Self::Id | Self::Count => "int8",
            Self::Number => "int4",
            Self::Small => "int2",
            Self::Flag => "bool",
            Self::Text | Self::Word(_) => "text",
            Self::Time => "timestamptz",
            Self::Span => "interval",
            Self::Digest | Self::Body => "bytea",
            Self::Json(_) => "jsonb",
            Self::Numbers => "_int4",
            Self::Words(_) => "_text",
            Self::Chain => "_bytea",
            Self::Uuid => "uuid",
        }
    }

    /// Appends a row's value to a line.
    pub(super) fn write(
        self,
        row: &PgRow,
        place: usize,
        line: &mut String,
    ) -> Result<(), StoreError> {
        let written = match self {
            Self::Id | Self::Count | Self::Number | Self::Small | Self::Body => {
                get::<i64>(row, place)?.map(|number| number.to_string())
            }
            Self::Flag => get::<bool>(row, place)?.map(|flag| flag.to_string()),
            Self::Text | Self::Word(_) | Self::Uuid => {
                get::<&str>(row, place)?.map(quoted).transpose()?
            }
            Self::Time => get::<DateTime<Utc>>(row, place)?
                .map(|at| Ok::<_, StoreError>(format!("\"{}\"", moment(at)?)))
                .transpose()?,
            Self::Span => get::<PgInterval>(row, place)?.map(microseconds).transpose()?,
            Self::Digest => get::<&[u8]>(row, place)?.map(|bytes| format!("\"{}\"", hex(bytes))),
            Self::Json(_) => get::<String>(row, place)?,
            Self::Numbers => get::<Vec<i32>>(row, place)?
                .map(|numbers| listed(numbers.iter().map(|number| Ok(number.to_string()))))
                .transpose()?,
            Self::Words(_) => get::<Vec<String>>(row, place)?
                .map(|words| listed(words.iter().map(|word| quoted(word))))
                .transpose()?,
            Self::Chain => get::<Vec<Vec<u8>>>(row, place)?
                .map(|links| listed(links.iter().map(|link| Ok(format!("\"{}\"", hex(link))))))
                .transpose()?,
        };
        line.push_str(written.as_deref().unwrap_or("null"));
        Ok(())
    }

    /// Reads a value of a line, which is not null; the error says what is wrong with it.
    pub(super) fn read(self, json: &str) -> Result<Field, String> {
        match self {
            Self::Id => Ok(Field::number(in_range(json, 1, i64::MAX)?)),
            Self::Count => Ok(Field::number(in_range(json, 0, i64::MAX)?)),
            Self::Number | Self::Body => Ok(Field::number(in_range(json, 0, i32::MAX.into())?)),
            Self::Small => Ok(Field::number(in_range(json, i16::MIN.into(), i16::MAX.into())?)),
            Self::Flag => Ok(Field::plain(value::<bool>(json)?.to_string())),
            Self::Text | Self::Uuid => Ok(Field::text(&text(json)?)),
            Self::Word(is_known) => Ok(Field::text(&word(&text(json)?, is_known)?)),
            Self::Time => Ok(Field::plain(read_moment(&text(json)?)?)),
            Self::Span => {
                let most = MAX_SPAN.num_microseconds().unwrap_or(i64::MAX);
                let span = in_range(json, 0, most)?;
                Ok(Field::plain(format!("PT{}.{:06}S", span / 1_000_000, span % 1_000_000)))
            }
            Self::Digest => match unhex(&text(json)?)? {
                digest if digest.len() == 32 => Ok(Field::bytes(&digest)),
                other => Err(format!("is no SHA-256: it has {} bytes", other.len())),
            },
            Self::Json(is_known) => {
                let parsed = value::<serde_json::Value>(json)?;
                if holds_nul(&parsed) {
                    return Err("holds a NUL".to_owned());
                }
                if !is_known(json) {
                    return Err("has not the form of its kind".to_owned());
                }
                Ok(Field::text(json))
            }
            Self::Numbers => {
                let numbers = value::<Vec<i32>>(json)?;
                if numbers.iter().any(|number| *number < 0) {
                    return Err("holds a negative number".to_owned());
                }
                let listed = array(numbers.iter().map(i32::to_string));
                Ok(Field { numbers: numbers.into_iter().map(i64::from).collect(), ..listed })
            }
            Self::Words(is_known) => {
                let words = value::<Vec<String>>(json)?;
                let words = words.iter().map(|each| word(each, is_known));
                Ok(array(words.collect::<Result<Vec<_>, _>>()?.into_iter()))
            }
            Self::Chain => {
                let links = value::<Vec<String>>(json)?;
                let links = links.iter().map(|link| Ok(format!("\\x{}", hex(&unhex(link)?))));
                Ok(array(links.collect::<Result<Vec<_>, String>>()?.into_iter()))
            }
        }
    }
}

fn get<'r, T: Decode<'r, sqlx::Postgres> + Type<sqlx::Postgres>>(
    row: &'r PgRow,
    place: usize,
) -> Result<Option<T>, StoreError> {
    Ok(row.try_get::<Option<T>, _>(place)?)
}

/// A JSON string.
pub(super) fn quoted(text: &str) -> Result<String, StoreError> {
    serde_json::to_string(text).map_err(|error| StoreError::corrupt("text", error))
}

fn listed(items: impl Iterator<Item = Result<String, StoreError>>) -> Result<String, StoreError> {
    Ok(format!("[{}]", items.collect::<Result<Vec<_>, _>>()?.join(",")))
}

/// `2016-09-09T17:44:00.123456Z`
pub(super) fn moment(at: DateTime<Utc>) -> Result<String, StoreError> {
    if !(0..=9999).contains(&at.year()) {
        return Err(StoreError::corrupt("year", at.year()));
    }
    Ok(at.to_rfc3339_opts(SecondsFormat::Micros, true))
}

/// Reads a moment that is written as [`moment`] does, into Postgres' words.
fn read_moment(text: &str) -> Result<String, String> {
    let read = DateTime::parse_from_rfc3339(text).ok().map(|at| at.to_utc());
    let is_ours = |at: &DateTime<Utc>| at.to_rfc3339_opts(SecondsFormat::Micros, true) == text;
    match read.filter(is_ours) {
        // The year before 1 is none of Postgres' years.
        Some(at) if at.year() < 1 => Ok(format!("0001{} BC", &text[4..])),
        Some(_) => Ok(text.to_owned()),
        None => Err("is not a time like 2016-09-09T17:44:00.123456Z".to_owned()),
    }
}

fn microseconds(interval: PgInterval) -> Result<String, StoreError> {
    let span = row::span(&interval);
    let number = span.num_microseconds().filter(|_| (TimeDelta::zero()..=MAX_SPAN).contains(&span));
    number
        .map(|number| number.to_string())
        .ok_or_else(|| StoreError::corrupt("span of seconds", span.num_seconds()))
}

/// Lower-case hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut digits, byte| {
        // Writing to a string does not fail.
        let _ = write!(digits, "{byte:02x}");
        digits
    })
}

fn unhex(digits: &str) -> Result<Vec<u8>, String> {
    let value = |digit: u8| match digit {
        b'0'..=b'9' => Ok(digit - b'0'),
        b'a'..=b'f' => Ok(digit - b'a' + 10),
        _ => Err("is not of hexadecimal digits, 0 to 9 and a to f".to_owned()),
    };
    let (pairs, rest) = digits.as_bytes().as_chunks::<2>();
    if !rest.is_empty() {
        return Err("has an odd number of hexadecimal digits".to_owned());
    }
    pairs.iter().map(|[high, low]| Ok(value(*high)? << 4 | value(*low)?)).collect()
}

/// Reads JSON of one type.
pub(super) fn value<'j, T: Deserialize<'j>>(json: &'j str) -> Result<T, String> {
    serde_json::from_str(json).map_err(|error| {
        let told = error.to_string();
        // Where in the value it is says little: it has a line of its own.
        let what = told.split(" at line ").next().unwrap_or_default();
        format!("cannot be read: {what}")
    })
}

fn in_range(json: &str, least: i64, most: i64) -> Result<i64, String> {
    let number = value::<i64>(json)?;
    if (least..=most).contains(&number) {
        Ok(number)
    } else {
        Err(format!("is out of range: {number}"))
    }
}

fn text(json: &str) -> Result<String, String> {
    let text = value::<String>(json)?;
    if text.contains('\0') { Err("holds a NUL".to_owned()) } else { Ok(text) }
}

fn word(text: &str, is_known: fn(&str) -> bool) -> Result<String, String> {
    if is_known(text) && !text.contains('\0') {
        Ok(text.to_owned())
    } else {
        let shown: String = text.chars().take(80).collect();
        Err(format!("is nothing that is known: {shown:?}"))
    }
}

fn holds_nul(json: &serde_json::Value) -> bool {
    match json {
        serde_json::Value::String(text) => text.contains('\0'),
        serde_json::Value::Array(items) => items.iter().any(holds_nul),
        serde_json::Value::Object(members) => {
            members.iter().any(|(name, value)| name.contains('\0') || holds_nul(value))
        }
        _ => false,
    }
}
