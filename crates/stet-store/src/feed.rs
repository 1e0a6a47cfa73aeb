//! Feeds that Stet reads to find articles.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use stet_core::feed::FeedEntry;
use stet_core::schedule::{FEED_PERIOD, NextCheck};
use stet_core::{Address, CheckOutcome, FeedId};

use crate::claim::{FeedClaim, release_host};
use crate::{Store, StoreError, article, host, row, source, wake};

/// A feed that is read, as the list of sources shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feed {
    /// Its identifier.
    pub id: FeedId,
    /// Its publisher's name in addresses.
    pub source_slug: String,
    /// Where it stands.
    pub address: Address,
    /// What it calls itself.
    pub title: Option<String>,
    /// How many articles were found in it.
    pub articles_found: u32,
    /// When it was read last.
    pub last_checked_at: Option<DateTime<Utc>>,
    /// When it falls due.
    pub next_check_at: DateTime<Utc>,
    /// What was wrong at the last reading; `None` when nothing was.
    pub last_error: Option<String>,
}

/// A feed that was asked to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AddedFeed {
    /// Its identifier.
    pub id: FeedId,
    /// Whether it was not read before.
    pub is_new: bool,
}

/// A reading of a feed, to be stored.
#[derive(Debug, Clone, Copy)]
pub struct FeedRecord<'a> {
    /// When it began.
    pub at: DateTime<Utc>,
    /// What it came to.
    pub seen: FeedSeen<'a>,
}

/// What a reading of a feed came to.
#[derive(Debug, Clone, Copy)]
pub enum FeedSeen<'a> {
    /// Nothing could be read: why, in one word and in words.
    Failure {
        /// In one word.
        outcome: CheckOutcome,
        /// In words.
        error: &'a str,
    },
    /// The site says that nothing changed.
    NotModified,
    /// The feed.
    Feed(FeedContents<'a>),
}

/// What a feed held.
#[derive(Debug, Clone, Copy)]
pub struct FeedContents<'a> {
    /// What it calls itself.
    pub title: Option<&'a str>,
    /// Its articles.
    pub entries: &'a [FeedEntry],
    /// The validators of its body.
    pub etag: Option<&'a str>,
    /// See `etag`.
    pub last_modified: Option<&'a str>,
}

/// What became of a feed's record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FeedRecorded {
    /// It stands.
    Done {
        /// What the reading came to: [`CheckOutcome::New`] when it brought articles.
        outcome: CheckOutcome,
        /// Articles that were added.
        new_articles: u32,
    },
    /// The claim was spent: nothing was written.
    Fenced,
}

/// Adds the articles that a feed names, with their sources and hosts; returns how many are new.
///
/// Rows are added table by table, each in the order of its key, so that two feeds that name the
/// same articles at the same time wait for each other instead of locking each other out.
async fn add_entries(
    connection: &mut PgConnection,
    mut entries: Vec<&FeedEntry>,
    now: DateTime<Utc>,
) -> Result<u32, StoreError> {
    entries.sort_by_key(|entry| entry.address.registrable_domain());
    for entry in &entries {
        source::find_or_add(connection, &entry.address, now).await?;
    }
    entries.sort_by_key(|entry| entry.address.host());
    for entry in &entries {
        host::find_or_add(connection, &entry.address).await?;
    }
    entries.sort_by_key(|entry| entry.address.digest());
    let mut new_articles = 0;
    for entry in entries {
        let title = entry.title.as_deref();
        let added = article::find_or_add(connection, &entry.address, title, now).await?;
        new_articles += u32::from(added.is_new);
    }
    Ok(new_articles)
}

impl Store {
    /// Reads a feed from now on.
    pub async fn add_feed(
        &self,
        address: &Address,
        title: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<AddedFeed, StoreError> {
        let mut transaction = self.pool.begin().await?;
        let source = source::find_or_add(&mut transaction, address, now).await?;
        let host = host::find_or_add(&mut transaction, address).await?;
        let digest = address.digest();
        let added = sqlx::query_scalar!(
            r#"
            insert into feed
                (source_id, host_id, url, url_digest, title, period, next_check_at, created_at)
            values ($1, $2, $3, $4, $5, $6, $7, $7)
            on conflict (url_digest) do nothing
            returning id
            "#,
            source,
            host,
            address.as_str(),
            &digest,
            title.map(row::without_nul),
            row::interval(FEED_PERIOD),
            now,
        )
        .fetch_optional(&mut *transaction)
        .await?;
        let is_new = added.is_some();
        let id = match added {
            Some(id) => id,
            None => {
                sqlx::query_scalar!("select id from feed where url_digest = $1", &digest)
                    .fetch_one(&mut *transaction)
                    .await?
            }
        };
        wake::notify(&mut transaction).await?;
        transaction.commit().await?;
        Ok(AddedFeed { id: row::id(id)?, is_new })
    }

    /// Writes what a reading of a feed came to, adds the articles that are not known yet, and
    /// gives the claim back, all or nothing. `next` is told whether there were new ones.
    pub async fn record_feed(
        &self,
        claim: &FeedClaim,
        record: FeedRecord<'_>,
        next: impl Fn(bool) -> NextCheck + Send,
    ) -> Result<FeedRecorded, StoreError> {
        let mut transaction = self.pool.begin().await?;
        let locked = sqlx::query_scalar!(
            "select id from feed where id = $1 and claim = $2 and lease_until is not null for update",
            claim.id.get(),
            claim.lease.claim,
        )
        .fetch_optional(&mut *transaction)
        .await?;
        if locked.is_none() {
            transaction.rollback().await?;
            self.release_host(&claim.lease).await?;
            return Ok(FeedRecorded::Fenced);
        }
        let contents = match record.seen {
            FeedSeen::Feed(contents) => Some(contents),
            FeedSeen::Failure { .. } | FeedSeen::NotModified => None,
        };
        let entries = contents.map_or(&[][..], |contents| contents.entries);
        let digests: Vec<Vec<u8>> =
            entries.iter().map(|entry| entry.address.digest().to_vec()).collect();
        let known = sqlx::query_scalar!(
            "select url_digest from article where url_digest = any($1)",
            &digests
        )
        .fetch_all(&mut *transaction)
        .await?;
        let known: HashSet<Vec<u8>> = known.into_iter().collect();
        let unknown = entries.iter().zip(&digests).filter(|(_, digest)| !known.contains(*digest));
        let new_articles =
            add_entries(&mut transaction, unknown.map(|(entry, _)| entry).collect(), record.at)
                .await?;
        let next = next(new_articles > 0);
        let (outcome, error) = match record.seen {
            FeedSeen::Failure { outcome, error } => (outcome, Some(error)),
            FeedSeen::NotModified => (CheckOutcome::NotModified, None),
            FeedSeen::Feed(_) if new_articles > 0 => (CheckOutcome::New, None),
            FeedSeen::Feed(_) => (CheckOutcome::Unchanged, None),
        };
        sqlx::query!(
            r#"
            update feed
            set lease_until = null, last_checked_at = $2, last_outcome = $3, last_error = $4,
                failures = case when $5 then 0 else failures + 1 end,
                next_check_at = $6, period = $7,
                articles_found = articles_found + $8,
                title = coalesce($9, title),
                etag = case when $10 then $11 else etag end,
                last_modified = case when $10 then $12 else last_modified end
            where id = $1
            "#,
            claim.id.get(),
            record.at,
            outcome.as_str(),
            error.map(row::without_nul),
            outcome.is_success(),
            next.at,
            row::interval(next.period),
            i64::from(new_articles),
            contents.and_then(|contents| contents.title).map(row::without_nul),
            contents.is_some(),
            contents.and_then(|contents| contents.etag),
            contents.and_then(|contents| contents.last_modified),
        )
        .execute(&mut *transaction)
        .await?;
        release_host(&mut transaction, &claim.lease).await?;
        if new_articles > 0 {
            wake::notify(&mut transaction).await?;
        }
        transaction.commit().await?;
        Ok(FeedRecorded::Done { outcome, new_articles })
    }

    /// Finds a feed by its exact address.
    pub async fn find_feed(&self, address: &Address) -> Result<Option<FeedId>, StoreError> {
        let found =
            sqlx::query_scalar!("select id from feed where url_digest = $1", &address.digest())
                .fetch_optional(&self.pool)
                .await?;
        found.map(row::id).transpose()
    }

    /// The feeds that are read, by their addresses.
    pub async fn feeds(&self) -> Result<Vec<Feed>, StoreError> {
        let rows = sqlx::query!(
            r#"
            select feed.id, source.slug as source_slug, url, title, articles_found,
                last_checked_at, next_check_at, last_error
            from feed
            join source on source.id = feed.source_id
            order by url
            "#
        )
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter()
            .map(|feed| {
                Ok(Feed {
                    id: row::id(feed.id)?,
                    source_slug: feed.source_slug,
                    address: row::address(&feed.url)?,
                    title: feed.title,
                    articles_found: row::count(feed.articles_found),
                    last_checked_at: feed.last_checked_at,
                    next_check_at: feed.next_check_at,
                    last_error: feed.last_error,
                })
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use sqlx::PgPool;

    use super::*;
    use crate::MIGRATOR;
    use crate::fixture::{TERMS, address, minute};

    fn entry(text: &str) -> FeedEntry {
        FeedEntry { address: address(text), title: Some("Headline".to_owned()) }
    }

    async fn read(store: &Store, seen: FeedSeen<'_>) -> FeedRecorded {
        let claims = store.claim_feeds(minute(0), 1, TERMS).await.unwrap();
        let record = FeedRecord { at: minute(0), seen };
        let next = |_| NextCheck { at: minute(0), period: TimeDelta::minutes(5) };
        store.record_feed(&claims[0], record, next).await.unwrap()
    }

    fn contents(entries: &[FeedEntry]) -> FeedSeen<'_> {
        FeedSeen::Feed(FeedContents {
            title: Some("Top"),
            entries,
            etag: None,
            last_modified: None,
        })
    }

    #[sqlx::test(migrator = "MIGRATOR")]
    async fn a_feed_adds_the_articles_that_are_not_known(pool: PgPool) {
        let store = Store::new(pool);
        store.add_feed(&address("https://news.example/rss"), None, minute(0)).await.unwrap();
        store.add_article(&address("https://news.example/1"), minute(0)).await.unwrap();
        let entries = [entry("https://news.example/1"), entry("https://news.example/2")];
        assert_eq!(
            read(&store, contents(&entries)).await,
            FeedRecorded::Done { outcome: CheckOutcome::New, new_articles: 1 }
        );
        assert_eq!(
            read(&store, contents(&entries)).await,
            FeedRecorded::Done { outcome: CheckOutcome::Unchanged, new_articles: 0 }
        );
        let feed = &store.feeds().await.unwrap()[0];
        assert_eq!((feed.title.as_deref(), feed.articles_found), (Some("Top"), 1));
    }

    #[sqlx::test(migrator = "MIGRATOR")]
    async fn a_failed_reading_is_shown_until_one_succeeds(pool: PgPool) {
        let store = Store::new(pool);
        store.add_feed(&address("https://news.example/rss"), None, minute(0)).await.unwrap();
        let failure = FeedSeen::Failure { outcome: CheckOutcome::NotAFeed, error: "no feed" };
        read(&store, failure).await;
        assert_eq!(store.feeds().await.unwrap()[0].last_error.as_deref(), Some("no feed"));
        read(&store, FeedSeen::NotModified).await;
        assert_eq!(store.feeds().await.unwrap()[0].last_error, None);
    }
}
