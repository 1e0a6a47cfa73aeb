//! What feeds named last, and the filters that decide which of it is watched.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use stet_core::address_filter::FilterError;
use stet_core::{Address, AddressFilter, FeedId};
use thiserror::Error;

use crate::{Store, StoreError, row};

/// The most addresses of a feed that are kept for previews.
const MAX_LISTED: usize = 500;

/// What a filter belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Filtered<'a> {
    /// One feed, with the sitemaps that it names if it is an index.
    Feed(FeedId),
    /// All feeds of the source with this name in addresses.
    Source(&'a str),
}

/// Why a filter was not set.
#[derive(Debug, Error)]
pub enum SetFilterError {
    /// It cannot be used: whoever wrote it should know.
    #[error(transparent)]
    Filter(#[from] FilterError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Keeps what a feed named, where it differs from what it named before.
pub(crate) async fn keep(
    connection: &mut PgConnection,
    feed: FeedId,
    listed: &[&Address],
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let listed = &listed[..listed.len().min(MAX_LISTED)];
    sqlx::query!(
        r#"
        insert into feed_listing (feed_id, addresses, seen_at)
        values ($1, $2, $3)
        on conflict (feed_id) do update
        set addresses = excluded.addresses, seen_at = excluded.seen_at
        where feed_listing.addresses <> excluded.addresses
        "#,
        feed.get(),
        row::to_json("addresses", &listed)?,
        at,
    )
    .execute(connection)
    .await?;
    Ok(())
}

impl Store {
    /// The addresses that a feed or a source's feeds named when they were read last, before any
    /// filter, each once: what a new filter would be tried on. At most 500 of each feed.
    pub async fn listed(&self, of: Filtered<'_>) -> Result<Vec<Address>, StoreError> {
        let (feed, slug) = of.keys();
        let rows = sqlx::query_scalar!(
            r#"
            select listed.address as "address!"
            from feed
            join source on source.id = feed.source_id
            join feed_listing on feed_listing.feed_id = feed.id
            cross join lateral jsonb_array_elements_text(feed_listing.addresses)
                with ordinality as listed (address, place)
            where feed.id = $1
                or feed.parent_id = $1
                or source.slug = $2
            group by listed.address
            order by min(feed.id), min(listed.place)
            "#,
            feed,
            slug,
        )
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(|text| row::address(text)).collect()
    }

    /// The filter of a feed or a source; `None` if there is no such feed or source.
    pub async fn filter(&self, of: Filtered<'_>) -> Result<Option<AddressFilter>, StoreError> {
        let found = match of {
            Filtered::Feed(id) => {
                sqlx::query_scalar!("select filters from feed where id = $1", id.get())
                    .fetch_optional(&self.pool)
                    .await?
            }
            Filtered::Source(slug) => {
                sqlx::query_scalar!("select filters from source where slug = $1", slug)
                    .fetch_optional(&self.pool)
                    .await?
            }
        };
        let Some(stored) = found else { return Ok(None) };
        Ok(Some(stored.map(|filter| row::json("filter", filter)).transpose()?.unwrap_or_default()))
    }

    /// Sets the filter of a feed or a source; says whether there is such a one. Articles that are
    /// watched stay so. The feeds are read whole again at their next turn, since what was dropped
    /// before may now be wanted.
    pub async fn set_filter(
        &self,
        of: Filtered<'_>,
        filter: &AddressFilter,
    ) -> Result<bool, SetFilterError> {
        filter.compile()?;
        let stored = (!filter.is_empty()).then(|| row::to_json("filter", filter)).transpose()?;
        let (feed, slug) = of.keys();
        let mut transaction = self.pool.begin().await.map_err(StoreError::from)?;
        let set = match of {
            Filtered::Feed(id) => {
                sqlx::query!("update feed set filters = $2 where id = $1", id.get(), stored)
                    .execute(&mut *transaction)
                    .await
            }
            Filtered::Source(slug) => {
                sqlx::query!("update source set filters = $2 where slug = $1", slug, stored)
                    .execute(&mut *transaction)
                    .await
            }
        };
        let is_known = set.map_err(StoreError::from)?.rows_affected() == 1;
        sqlx::query!(
            r#"
            update feed
            set etag = null, last_modified = null
            from source
            where source.id = feed.source_id
                and (feed.id = $1 or feed.parent_id = $1 or source.slug = $2)
            "#,
            feed,
            slug,
        )
        .execute(&mut *transaction)
        .await
        .map_err(StoreError::from)?;
        transaction.commit().await.map_err(StoreError::from)?;
        Ok(is_known)
    }
}

impl<'a> Filtered<'a> {
    /// The feed and the slug, one of them empty.
    const fn keys(self) -> (Option<i64>, Option<&'a str>) {
        match self {
            Self::Feed(id) => (Some(id.get()), None),
            Self::Source(slug) => (None, Some(slug)),
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use sqlx::PgPool;
    use stet_core::schedule::NextCheck;

    use super::*;
    use crate::MIGRATOR;
    use crate::feed::{FeedContents, FeedRecord, FeedSeen};
    use crate::fixture::{TERMS, address, minute};

    /// A feed that named these addresses.
    async fn read(store: &Store, listed: &[Address]) -> FeedId {
        let feed = address("https://news.example/rss");
        let id = store.add_feed(&feed, None, minute(0)).await.unwrap().id;
        let claim = store.claim_feed(id, TERMS).await.unwrap().unwrap();
        let contents = FeedContents {
            title: None,
            entries: &[],
            listed: &listed.iter().collect::<Vec<_>>(),
            children: &[],
            etag: Some("\"v1\""),
            last_modified: None,
        };
        let record = FeedRecord { at: minute(0), seen: FeedSeen::Feed(contents) };
        let next = |_| NextCheck { at: minute(0), period: TimeDelta::minutes(5) };
        store.record_feed(&claim, record, next).await.unwrap();
        id
    }

    #[sqlx::test(migrator = "MIGRATOR")]
    async fn what_a_feed_named_last_is_kept_in_its_order(pool: PgPool) {
        let store = Store::new(pool);
        let first = [address("https://news.example/2"), address("https://news.example/1")];
        let id = read(&store, &first).await;
        assert_eq!(store.listed(Filtered::Feed(id)).await.unwrap(), first);
        let second = [address("https://news.example/3")];
        read(&store, &second).await;
        assert_eq!(store.listed(Filtered::Source("newsexample")).await.unwrap(), second);
        assert_eq!(store.listed(Filtered::Source("nowhere")).await.unwrap(), []);
    }

    #[sqlx::test(migrator = "MIGRATOR")]
    async fn filters_of_a_feed_and_its_source_go_along_with_its_claim(pool: PgPool) {
        let store = Store::new(pool);
        let id = read(&store, &[]).await;
        let (live, news) =
            (AddressFilter::from_lines("", "/live/"), AddressFilter::from_lines("/news/", ""));
        assert!(store.set_filter(Filtered::Feed(id), &live).await.unwrap());
        assert!(store.set_filter(Filtered::Source("newsexample"), &news).await.unwrap());
        assert!(!store.set_filter(Filtered::Source("nowhere"), &news).await.unwrap());
        assert_eq!(store.filter(Filtered::Feed(id)).await.unwrap(), Some(live));
        assert_eq!(store.filter(Filtered::Source("nowhere")).await.unwrap(), None);
        let claim = store.claim_feed(id, TERMS).await.unwrap().unwrap();
        assert_eq!(claim.filters.len(), 2);
        assert_eq!(claim.etag, None, "it is read whole again");
    }

    #[sqlx::test(migrator = "MIGRATOR")]
    async fn a_filter_that_cannot_be_used_is_not_set(pool: PgPool) {
        let store = Store::new(pool);
        let id = read(&store, &[]).await;
        let broken = AddressFilter::from_lines("(", "");
        let refused = store.set_filter(Filtered::Feed(id), &broken).await;
        assert!(matches!(refused, Err(SetFilterError::Filter(_))), "{refused:?}");
        assert_eq!(store.filter(Filtered::Feed(id)).await.unwrap(), Some(AddressFilter::default()));
    }
}
