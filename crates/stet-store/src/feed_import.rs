//! Feeds that are to be added many at once.

use std::collections::{BTreeMap, HashMap};

use stet_core::{Address, FeedId};

use crate::{Store, StoreError, row};

/// What is known of a feed that is to be added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FeedStanding {
    /// Nothing: it can be added.
    Unknown,
    /// It is read already.
    Read(FeedId),
    /// Nothing of its publisher, whose name in addresses this is, is visited for now.
    Paused(String),
}

impl Store {
    /// What is known of feeds at these addresses, in their order.
    pub async fn feed_standings(
        &self,
        addresses: &[Address],
    ) -> Result<Vec<FeedStanding>, StoreError> {
        let digests: Vec<Vec<u8>> =
            addresses.iter().map(|address| address.digest().to_vec()).collect();
        let rows = sqlx::query!("select id, url from feed where url_digest = any($1)", &digests)
            .fetch_all(&self.pool)
            .await?;
        let known: HashMap<String, i64> =
            rows.into_iter().map(|feed| (feed.url, feed.id)).collect();
        let mut domains: Vec<String> = addresses.iter().map(Address::registrable_domain).collect();
        domains.sort_unstable();
        domains.dedup();
        let rows = sqlx::query!(
            "select domain, slug from source where domain = any($1) and paused_at is not null",
            &domains,
        )
        .fetch_all(&self.pool)
        .await?;
        let paused: BTreeMap<String, String> =
            rows.into_iter().map(|source| (source.domain, source.slug)).collect();
        addresses
            .iter()
            .map(|address| {
                let domain = address.registrable_domain();
                Ok(match (known.get(address.as_str()), paused.get(&domain)) {
                    (Some(id), _) => FeedStanding::Read(row::id(*id)?),
                    (None, Some(slug)) => FeedStanding::Paused(slug.clone()),
                    (None, None) => FeedStanding::Unknown,
                })
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use sqlx::PgPool;

    use super::*;
    use crate::MIGRATOR;
    use crate::fixture::{address, minute};

    #[sqlx::test(migrator = "MIGRATOR")]
    async fn a_feed_is_unknown_or_read_or_of_a_source_that_rests(pool: PgPool) {
        let store = Store::new(pool.clone());
        let known = address("https://news.example/rss");
        let added = store.add_feed(&known, None, minute(0)).await.unwrap();
        store.add_feed(&address("https://rest.example/rss"), None, minute(0)).await.unwrap();
        sqlx::query("update source set paused_at = now() where domain = 'rest.example'")
            .execute(&pool)
            .await
            .unwrap();
        let asked = [
            known,
            address("https://rest.example/other"),
            address("https://news.example/other"),
            address("https://else.example/rss"),
        ];
        assert_eq!(
            store.feed_standings(&asked).await.unwrap(),
            [
                FeedStanding::Read(added.id),
                FeedStanding::Paused("restexample".to_owned()),
                FeedStanding::Unknown,
                FeedStanding::Unknown,
            ]
        );
        assert!(store.feed_standings(&[]).await.unwrap().is_empty());
    }
}
