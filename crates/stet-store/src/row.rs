//! Conversions from columns to the field's types, shared by the tables.

use std::str::FromStr;

use chrono::TimeDelta;
use sqlx::postgres::types::PgInterval;
use stet_core::{Address, CheckOutcome, FeedKind, Kinds, VersionNumber};

use crate::StoreError;

/// Reads an identifier.
pub(crate) fn id<T: TryFrom<i64>>(value: i64) -> Result<T, StoreError> {
    T::try_from(value).map_err(|_| StoreError::corrupt("identifier", value))
}

/// Reads a version number.
pub(crate) fn version(value: i32) -> Result<VersionNumber, StoreError> {
    VersionNumber::try_from(value).map_err(|_| StoreError::corrupt("version", value))
}

/// Reads an address.
pub(crate) fn address(text: &str) -> Result<Address, StoreError> {
    Address::parse(text).map_err(|_| StoreError::corrupt("address", text))
}

/// Reads a digest.
pub(crate) fn digest(bytes: &[u8]) -> Result<[u8; 32], StoreError> {
    bytes.try_into().map_err(|_| StoreError::corrupt("digest of length", bytes.len()))
}

/// Reads an outcome's word.
pub(crate) fn outcome(word: &str) -> Result<CheckOutcome, StoreError> {
    CheckOutcome::from_str(word).map_err(|_| StoreError::corrupt("outcome", word))
}

/// Reads a kind of feed.
pub(crate) fn feed_kind(word: &str) -> Result<FeedKind, StoreError> {
    FeedKind::from_str(word).map_err(|_| StoreError::corrupt("kind of feed", word))
}

/// Reads what is stored as JSON.
pub(crate) fn json<T: serde::de::DeserializeOwned>(
    what: &str,
    value: serde_json::Value,
) -> Result<T, StoreError> {
    serde_json::from_value(value).map_err(|error| StoreError::corrupt(what, error))
}

/// Writes what is stored as JSON.
pub(crate) fn to_json<T: serde::Serialize>(
    what: &str,
    value: &T,
) -> Result<serde_json::Value, StoreError> {
    serde_json::to_value(value).map_err(|error| StoreError::corrupt(what, error))
}

/// Reads the kinds of a change.
pub(crate) fn kinds(words: &[String]) -> Result<Kinds, StoreError> {
    words.iter().map(|word| word.parse().map_err(|_| StoreError::corrupt("kind", word))).collect()
}

/// Reads a count, which a constraint or its making keeps from being negative.
pub(crate) fn count(value: impl TryInto<u32>) -> u32 {
    value.try_into().unwrap_or_default()
}

/// Writes a count; what a 32-bit column cannot hold is written as the most that it can.
pub(crate) fn capped(value: impl TryInto<i32>) -> i32 {
    value.try_into().unwrap_or(i32::MAX)
}

/// Reads a span; spans are written in seconds, so a month has 30 days only in theory.
pub(crate) fn span(interval: &PgInterval) -> TimeDelta {
    TimeDelta::days(i64::from(interval.months) * 30 + i64::from(interval.days))
        + TimeDelta::microseconds(interval.microseconds)
}

/// Writes a span.
pub(crate) fn interval(span: TimeDelta) -> PgInterval {
    PgInterval { months: 0, days: 0, microseconds: span.num_microseconds().unwrap_or(i64::MAX) }
}

/// Postgres' text holds no NUL.
pub(crate) fn without_nul(text: &str) -> String {
    text.replace('\0', "")
}
