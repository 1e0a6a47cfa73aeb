//! The bytes of fetches whose text was new.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use stet_core::{Address, ArticleId, VersionNumber};

use crate::{Store, StoreError, row};

/// The level at which bodies are compressed.
/// Source: zstd's own default; higher levels gain a few per cent at several times the cost.
const ZSTD_LEVEL: i32 = 3;

/// One redirect that was followed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Redirect {
    /// The status that sent us on.
    pub status: u16,
    /// Where from.
    pub address: Address,
}

/// The bytes of a fetch, to be stored.
#[derive(Debug, Clone, Copy)]
pub struct NewSnapshot<'a> {
    /// When they were asked for.
    pub fetched_at: DateTime<Utc>,
    /// Where they came from, after redirects.
    pub address: &'a Address,
    /// The way there.
    pub redirects: &'a [Redirect],
    /// The status of the answer.
    pub status: u16,
    /// Its headers, in order.
    pub headers: &'a [(String, String)],
    /// Its body, decoded.
    pub body: &'a [u8],
}

/// The bytes of a fetch, as they were stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// When they were asked for.
    pub fetched_at: DateTime<Utc>,
    /// Where they came from, after redirects.
    pub address: Address,
    /// The way there.
    pub redirects: Vec<Redirect>,
    /// The status of the answer.
    pub status: u16,
    /// Its headers, in order.
    pub headers: Vec<(String, String)>,
    /// Its body, decoded.
    pub body: Vec<u8>,
}

impl Snapshot {
    /// The `Content-Type` that came with the bytes.
    #[must_use]
    pub fn content_type(&self) -> Option<&str> {
        self.headers
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case("content-type"))
            .map(|(_, value)| value.as_str())
    }
}

/// Compresses a body; done before the transaction that stores it.
pub(crate) fn compressed(body: &[u8]) -> Result<Vec<u8>, StoreError> {
    zstd::bulk::compress(body, ZSTD_LEVEL).map_err(|error| StoreError::corrupt("body", error))
}

/// Stores a snapshot under the article's next number, and returns it.
pub(crate) async fn insert(
    connection: &mut PgConnection,
    article: ArticleId,
    snapshot: NewSnapshot<'_>,
    compressed: &[u8],
) -> Result<i32, StoreError> {
    let json = |value: Result<serde_json::Value, _>| {
        value.map_err(|error: serde_json::Error| StoreError::corrupt("header", error))
    };
    // JSON in Postgres holds no NUL either; a header cannot, by HTTP's grammar.
    let number = sqlx::query_scalar!(
        r#"
        insert into snapshot
            (article_id, number, fetched_at, url, redirects, status, headers, body, body_length)
        select $1, coalesce(max(number) + 1, 0), $2, $3, $4, $5, $6, $7, $8
        from snapshot
        where article_id = $1
        returning number
        "#,
        article.get(),
        snapshot.fetched_at,
        snapshot.address.as_str(),
        json(serde_json::to_value(snapshot.redirects))?,
        i16::try_from(snapshot.status).unwrap_or_default(),
        json(serde_json::to_value(snapshot.headers))?,
        compressed,
        row::capped(snapshot.body.len()),
    )
    .fetch_one(connection)
    .await?;
    Ok(number)
}

impl Store {
    /// The bytes from which a version was first made.
    pub async fn snapshot(
        &self,
        article: ArticleId,
        version: VersionNumber,
    ) -> Result<Option<Snapshot>, StoreError> {
        let found = sqlx::query!(
            r#"
            select fetched_at, url, redirects, status, headers, body, body_length
            from snapshot
            join version on version.article_id = snapshot.article_id
                and version.snapshot = snapshot.number
            where snapshot.article_id = $1
                and version.number = $2
            "#,
            article.get(),
            version.get(),
        )
        .fetch_optional(&self.pool)
        .await?;
        let Some(stored) = found else { return Ok(None) };
        let length = usize::try_from(stored.body_length).unwrap_or_default();
        let body = zstd::bulk::decompress(&stored.body, length)
            .map_err(|error| StoreError::corrupt("snapshot's body", error))?;
        let json_error = |error: serde_json::Error| StoreError::corrupt("snapshot", error);
        Ok(Some(Snapshot {
            fetched_at: stored.fetched_at,
            address: row::address(&stored.url)?,
            redirects: serde_json::from_value(stored.redirects).map_err(json_error)?,
            status: u16::try_from(stored.status).unwrap_or_default(),
            headers: serde_json::from_value(stored.headers).map_err(json_error)?,
            body,
        }))
    }
}
