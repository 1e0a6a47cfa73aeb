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

/// How many snapshots rest on one key frame at most: a page drifts away from what it was.
const PER_KEY_FRAME: i32 = 16;

/// A compressed body.
#[derive(Debug)]
pub(crate) struct Packed {
    frame: Vec<u8>,
    /// The number of the article's snapshot whose body is the dictionary, if there is one.
    base: Option<i32>,
}

impl Packed {
    /// A key frame.
    fn whole(body: &[u8]) -> Result<Self, StoreError> {
        let frame = zstd::bulk::compress(body, ZSTD_LEVEL)
            .map_err(|error| StoreError::corrupt("body", error))?;
        Ok(Self { frame, base: None })
    }

    /// A body that is compressed with an earlier one; a key frame where that saves less than half
    /// of `key_length`, the length of the earlier one's frame. That is about what a key frame of
    /// this body would take, and need not be compressed to be known.
    fn on(base: i32, key_length: usize, earlier: &[u8], body: &[u8]) -> Result<Self, StoreError> {
        let frame = zstd::bulk::Compressor::with_dictionary(ZSTD_LEVEL, earlier)
            .and_then(|mut compressor| compressor.compress(body))
            .map_err(|error| StoreError::corrupt("body", error))?;
        let is_worth_it = frame.len() <= key_length / 2;
        if is_worth_it { Ok(Self { frame, base: Some(base) }) } else { Self::whole(body) }
    }
}

/// The body in a frame, of this length, with that of its base where it has one.
pub(crate) fn unpacked(
    frame: &[u8],
    length: i32,
    earlier: Option<&[u8]>,
) -> Result<Vec<u8>, StoreError> {
    let length = usize::try_from(length).unwrap_or_default();
    zstd::bulk::Decompressor::with_dictionary(earlier.unwrap_or_default())
        .and_then(|mut decompressor| decompressor.decompress(frame, length))
        .map_err(|error| StoreError::corrupt("snapshot's body", error))
}

/// Stores a snapshot under the article's next number, and returns it.
pub(crate) async fn insert(
    connection: &mut PgConnection,
    article: ArticleId,
    snapshot: NewSnapshot<'_>,
    packed: &Packed,
) -> Result<i32, StoreError> {
    let json = |value: Result<serde_json::Value, _>| {
        value.map_err(|error: serde_json::Error| StoreError::corrupt("header", error))
    };
    // JSON in Postgres holds no NUL either; a header cannot, by HTTP's grammar.
    let number = sqlx::query_scalar!(
        r#"
        insert into snapshot
            (article_id, number, fetched_at, url, redirects, status, headers, body, body_length,
             base)
        select $1, coalesce(max(number) + 1, 0), $2, $3, $4, $5, $6, $7, $8, $9
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
        &packed.frame,
        row::capped(snapshot.body.len()),
        packed.base,
    )
    .fetch_one(connection)
    .await?;
    Ok(number)
}

impl Store {
    /// Where the bytes of a version came from, after redirects.
    pub async fn place_of(
        &self,
        article: ArticleId,
        version: VersionNumber,
    ) -> Result<Option<Address>, StoreError> {
        let place = sqlx::query_scalar!(
            r#"
            select snapshot.url
            from version
            join snapshot on snapshot.article_id = version.article_id
                and snapshot.number = version.snapshot
            where version.article_id = $1
                and version.number = $2
            "#,
            article.get(),
            version.get(),
        )
        .fetch_optional(&self.pool)
        .await?;
        place.as_deref().map(row::address).transpose()
    }

    /// Compresses a body that is to be stored, before the transaction that stores it: with the
    /// article's last key frame, unless enough rests on that one. A snapshot never changes, so
    /// whatever happens meanwhile, the frame can be read.
    pub(crate) async fn packed(
        &self,
        article: ArticleId,
        body: &[u8],
    ) -> Result<Packed, StoreError> {
        let key = sqlx::query!(
            r#"
            select number, body, body_length, (
                select max(number) from snapshot where article_id = $1
            ) as "last!"
            from snapshot
            where article_id = $1
                and base is null
            order by number desc
            limit 1
            "#,
            article.get(),
        )
        .fetch_optional(&self.pool)
        .await?;
        match key {
            Some(key) if key.last - key.number < PER_KEY_FRAME => {
                let earlier = unpacked(&key.body, key.body_length, None)?;
                Packed::on(key.number, key.body.len(), &earlier, body)
            }
            _ => Packed::whole(body),
        }
    }

    /// The bytes from which a version was first made.
    pub async fn snapshot(
        &self,
        article: ArticleId,
        version: VersionNumber,
    ) -> Result<Option<Snapshot>, StoreError> {
        let found = sqlx::query!(
            r#"
            select snapshot.fetched_at, snapshot.url, snapshot.redirects, snapshot.status,
                snapshot.headers, snapshot.body, snapshot.body_length,
                base.body as "base_body?", base.body_length as "base_length?"
            from snapshot
            join version on version.article_id = snapshot.article_id
                and version.snapshot = snapshot.number
            left join snapshot as base on base.article_id = snapshot.article_id
                and base.number = snapshot.base
            where snapshot.article_id = $1
                and version.number = $2
            "#,
            article.get(),
            version.get(),
        )
        .fetch_optional(&self.pool)
        .await?;
        let Some(stored) = found else { return Ok(None) };
        let base = stored.base_body.as_deref().zip(stored.base_length);
        let earlier = base.map(|(frame, length)| unpacked(frame, length, None)).transpose()?;
        let body = unpacked(&stored.body, stored.body_length, earlier.as_deref())?;
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

#[cfg(test)]
mod tests {
    use sqlx::PgPool;

    use super::*;
    use crate::MIGRATOR;
    use crate::fixture::Fixture;

    /// A paragraph of words that compress badly by themselves.
    fn noise(seed: u64) -> String {
        let words = (1..300_u64).map(|n| (n * (seed + 1)).wrapping_mul(0x9e37_79b9_7f4a_7c15));
        words.map(|word| format!("{word:x}")).collect::<Vec<_>>().join(" ")
    }

    #[sqlx::test(migrator = "MIGRATOR")]
    async fn later_pages_cost_little_and_each_can_be_read(pool: PgPool) {
        let fixture = Fixture::new(pool.clone()).await;
        let lasting = noise(0);
        let versions = 2 * PER_KEY_FRAME;
        for number in 0..versions {
            let edited = format!("This is text {number}.");
            fixture.see(30 * i64::from(number), &[&lasting, &edited]).await;
        }
        for number in 0..versions {
            let version = VersionNumber::try_from(number).unwrap();
            let stored = fixture.store.snapshot(fixture.article, version).await.unwrap().unwrap();
            let page = format!("{lasting}\nThis is text {number}.");
            assert_eq!(String::from_utf8(stored.body).unwrap(), page);
        }
        let frames: Vec<(i32, Option<i32>, i32)> =
            sqlx::query_as("select number, base, octet_length(body) from snapshot order by number")
                .fetch_all(&pool)
                .await
                .unwrap();
        for (number, base, bytes) in frames {
            let key = number / (PER_KEY_FRAME + 1) * (PER_KEY_FRAME + 1);
            assert_eq!(base, (number != key).then_some(key));
            assert_eq!(bytes < 200, number != key, "{bytes} bytes of {number}");
        }
    }

    #[sqlx::test(migrator = "MIGRATOR")]
    async fn a_page_that_is_another_altogether_is_a_key_frame(pool: PgPool) {
        let fixture = Fixture::new(pool.clone()).await;
        fixture.see(0, &[&noise(0)]).await;
        fixture.see(30, &[&noise(1)]).await;
        let bases: Vec<Option<i32>> =
            sqlx::query_scalar("select base from snapshot").fetch_all(&pool).await.unwrap();
        assert_eq!(bases, [None, None]);
    }
}
