//! Feeds that Stet reads to find articles.

use std::collections::HashSet;

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgConnection;
use stet_core::feed::FeedEntry;
use stet_core::schedule::{FEED_PERIOD, NextCheck};
use stet_core::{Address, AddressFilter, CheckOutcome, FeedId, FeedKind, LinkRule};

use crate::claim::{FeedClaim, release_host};
use crate::{Store, StoreError, article, feed_listing, host, row, source, wake};

/// A feed that is read, as the list of sources shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feed {
    /// Its identifier.
    pub id: FeedId,
    /// What it is.
    pub kind: FeedKind,
    /// Which links of a section page are articles.
    pub links: Option<LinkRule>,
    /// Which of the addresses in it are watched.
    pub filter: AddressFilter,
    /// The index that names this sitemap.
    pub parent: Option<FeedId>,
    /// Its publisher's name in addresses.
    pub source_slug: String,
    /// Where it stands.
    pub address: Address,
    /// What an editor calls it, or else what it calls itself.
    pub title: Option<String>,
    /// What an editor calls it.
    pub given_title: Option<String>,
    /// What it calls itself.
    pub own_title: Option<String>,
    /// The period that an editor gave it; `None`: it follows how often there is something new.
    pub fixed_period: Option<TimeDelta>,
    /// Since when it is not read.
    pub paused_at: Option<DateTime<Utc>>,
    /// Since when nothing of its publisher is visited, if that is so.
    pub source_paused_at: Option<DateTime<Utc>>,
    /// How many articles were found in it.
    pub articles_found: u32,
    /// When it was read last.
    pub last_checked_at: Option<DateTime<Utc>>,
    /// When it falls due.
    pub next_check_at: DateTime<Utc>,
    /// What was wrong at the last reading; `None` when nothing was.
    pub last_error: Option<String>,
    /// Failed readings in a row.
    pub failures: u32,
}

/// A feed to be read.
#[derive(Debug, Clone, Copy)]
pub struct NewFeed<'a> {
    /// Where it stands.
    pub address: &'a Address,
    /// What it calls itself.
    pub title: Option<&'a str>,
    /// What it is.
    pub kind: FeedKind,
    /// Which links are articles: of a section page, and of nothing else.
    pub links: Option<&'a LinkRule>,
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
    /// Its articles that no filter drops.
    pub entries: &'a [FeedEntry],
    /// All addresses in it, filtered or not.
    pub listed: &'a [&'a Address],
    /// The sitemaps that an index names.
    pub children: &'a [Address],
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
        let is_new = article::add_listed(connection, &entry.address, title, now).await?;
        new_articles += u32::from(is_new);
    }
    Ok(new_articles)
}

/// Adds a feed, or finds it by its address.
async fn find_or_add(
    connection: &mut PgConnection,
    feed: NewFeed<'_>,
    parent: Option<FeedId>,
    now: DateTime<Utc>,
) -> Result<AddedFeed, StoreError> {
    let source = source::find_or_add(connection, feed.address, now).await?;
    let host = host::find_or_add(connection, feed.address).await?;
    let digest = feed.address.digest();
    let added = sqlx::query_scalar!(
        r#"
        insert into feed
            (source_id, host_id, url, url_digest, title, period, next_check_at, created_at, kind,
             links, parent_id)
        values ($1, $2, $3, $4, $5, $6, $7, $7, $8, $9, $10)
        on conflict (url_digest) do nothing
        returning id
        "#,
        source,
        host,
        feed.address.as_str(),
        &digest,
        feed.title.map(row::without_nul),
        row::interval(FEED_PERIOD),
        now,
        feed.kind.as_str(),
        feed.links.map(|links| row::to_json("links", links)).transpose()?,
        parent.map(FeedId::get),
    )
    .fetch_optional(&mut *connection)
    .await?;
    if let Some(id) = added {
        return Ok(AddedFeed { id: row::id(id)?, is_new: true });
    }
    let id = sqlx::query_scalar!("select id from feed where url_digest = $1", &digest)
        .fetch_one(connection)
        .await?;
    Ok(AddedFeed { id: row::id(id)?, is_new: false })
}

/// Reads the sitemaps that an index names, each as a feed of its own, and no longer those that it
/// named before; returns how many are new.
async fn follow_children(
    connection: &mut PgConnection,
    index: FeedId,
    children: &[Address],
    now: DateTime<Utc>,
) -> Result<u32, StoreError> {
    let mut children: Vec<&Address> = children.iter().collect();
    // In the order of their keys: another index may name the same ones at the same time.
    children.sort_by_key(|child| child.digest());
    let mut new_children = 0;
    for &address in &children {
        let child = NewFeed { address, title: None, kind: FeedKind::Sitemap, links: None };
        let added = find_or_add(connection, child, Some(index), now).await?;
        new_children += u32::from(added.is_new);
    }
    let digests: Vec<Vec<u8>> = children.iter().map(|child| child.digest().to_vec()).collect();
    sqlx::query!(
        "delete from feed where parent_id = $1 and url_digest <> all($2)",
        index.get(),
        &digests,
    )
    .execute(connection)
    .await?;
    Ok(new_children)
}

impl Store {
    /// Reads a feed (RSS, Atom, RDF or JSON Feed) from now on.
    pub async fn add_feed(
        &self,
        address: &Address,
        title: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<AddedFeed, StoreError> {
        self.add_feed_of(NewFeed { address, title, kind: FeedKind::Feed, links: None }, now).await
    }

    /// Reads a feed of any kind from now on. A section page that is known gets the new rule for
    /// its links, and is read again at once. A sitemap that only an index named stays from now on,
    /// whatever the index names.
    pub async fn add_feed_of(
        &self,
        feed: NewFeed<'_>,
        now: DateTime<Utc>,
    ) -> Result<AddedFeed, StoreError> {
        let mut transaction = self.pool.begin().await?;
        let added = find_or_add(&mut transaction, feed, None, now).await?;
        sqlx::query!("update feed set parent_id = null where id = $1", added.id.get())
            .execute(&mut *transaction)
            .await?;
        if let (false, Some(links)) = (added.is_new, feed.links) {
            sqlx::query!(
                r#"
                update feed
                set links = $2, next_check_at = $3, etag = null, last_modified = null
                where id = $1
                    and kind = 'section'
                    and links is distinct from $2
                "#,
                added.id.get(),
                row::to_json("links", links)?,
                now,
            )
            .execute(&mut *transaction)
            .await?;
        }
        wake::notify(&mut transaction).await?;
        transaction.commit().await?;
        Ok(added)
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
            "select url_digest from address where url_digest = any($1)",
            &digests
        )
        .fetch_all(&mut *transaction)
        .await?;
        let known: HashSet<Vec<u8>> = known.into_iter().collect();
        let unknown = entries.iter().zip(&digests).filter(|(_, digest)| !known.contains(*digest));
        let new_articles =
            add_entries(&mut transaction, unknown.map(|(entry, _)| entry).collect(), record.at)
                .await?;
        let mut new_children = 0;
        if let Some(contents) = contents {
            new_children =
                follow_children(&mut transaction, claim.id, contents.children, record.at).await?;
            feed_listing::keep(&mut transaction, claim.id, contents.listed, record.at).await?;
        }
        let is_new = new_articles + new_children > 0;
        let next = next(is_new);
        let (outcome, error) = match record.seen {
            FeedSeen::Failure { outcome, error } => (outcome, Some(error)),
            FeedSeen::NotModified => (CheckOutcome::NotModified, None),
            FeedSeen::Feed(_) if is_new => (CheckOutcome::New, None),
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
        if is_new {
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
            select feed.id, source.slug as source_slug, url,
                given_title, title, fixed_period, feed.paused_at,
                source.paused_at as source_paused_at, articles_found, last_checked_at, next_check_at,
                last_error, failures, kind, links, feed.filters, parent_id
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
                    kind: row::feed_kind(&feed.kind)?,
                    links: feed.links.map(|links| row::json("links", links)).transpose()?,
                    filter: feed
                        .filters
                        .map(|filter| row::json("filter", filter))
                        .transpose()?
                        .unwrap_or_default(),
                    parent: feed.parent_id.map(row::id).transpose()?,
                    source_slug: feed.source_slug,
                    address: row::address(&feed.url)?,
                    title: feed.given_title.clone().or_else(|| feed.title.clone()),
                    given_title: feed.given_title,
                    own_title: feed.title,
                    fixed_period: feed.fixed_period.as_ref().map(row::span),
                    paused_at: feed.paused_at,
                    source_paused_at: feed.source_paused_at,
                    articles_found: row::count(feed.articles_found),
                    last_checked_at: feed.last_checked_at,
                    next_check_at: feed.next_check_at,
                    last_error: feed.last_error,
                    failures: row::count(feed.failures),
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
            listed: &[],
            children: &[],
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

    #[sqlx::test(migrator = "MIGRATOR")]
    async fn an_index_is_followed_by_the_sitemaps_that_it_names_now_or_that_somebody_added(
        pool: PgPool,
    ) {
        let store = Store::new(pool);
        let index = address("https://news.example/index.xml");
        let feed = NewFeed { address: &index, title: None, kind: FeedKind::Sitemap, links: None };
        let index = store.add_feed_of(feed, minute(0)).await.unwrap().id;
        let mut outcomes = Vec::new();
        let mine = address("https://news.example/1.xml");
        for days in [["0", "1"], ["2", "3"], ["2", "3"]] {
            let children = days.map(|day| address(&format!("https://news.example/{day}.xml")));
            let claim = store.claim_feed(index, TERMS).await.unwrap().unwrap();
            let contents = FeedContents {
                title: None,
                entries: &[],
                listed: &[],
                children: &children,
                etag: None,
                last_modified: None,
            };
            let record = FeedRecord { at: minute(0), seen: FeedSeen::Feed(contents) };
            let next = |_| NextCheck { at: minute(0), period: TimeDelta::minutes(5) };
            let recorded = store.record_feed(&claim, record, next).await.unwrap();
            let FeedRecorded::Done { outcome, .. } = recorded else { panic!() };
            outcomes.push(outcome);
            // Somebody asks for one of them.
            let feed =
                NewFeed { address: &mine, title: None, kind: FeedKind::Sitemap, links: None };
            store.add_feed_of(feed, minute(0)).await.unwrap();
        }
        assert_eq!(outcomes, [CheckOutcome::New, CheckOutcome::New, CheckOutcome::Unchanged]);
        let feeds = store.feeds().await.unwrap();
        let read: Vec<_> = feeds.iter().map(|feed| (feed.address.as_str(), feed.parent)).collect();
        assert_eq!(
            read,
            [
                ("https://news.example/1.xml", None),
                ("https://news.example/2.xml", Some(index)),
                ("https://news.example/3.xml", Some(index)),
                ("https://news.example/index.xml", None)
            ]
        );
    }
}
