//! Articles: addresses followed over time.

pub(crate) mod list;

use std::iter;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use sqlx::postgres::types::PgInterval;
use stet_core::schedule::FIRST_PERIOD;
use stet_core::{Address, ArticleId, CheckOutcome, VersionNumber, search};

use crate::address::{self, AddressOrigin};
use crate::{Store, StoreError, host, row, source, wake, withdrawal};

/// What is done with an article.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ArticleState {
    /// It is checked on schedule.
    Watched,
    /// It did not change for so long that it is no longer checked.
    Dormant,
    /// The publisher took it away so long ago that it is no longer looked for.
    Gone,
    /// It may not be shown, for legal reasons.
    Hidden,
}

impl ArticleState {
    /// The state's word in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Watched => "watched",
            Self::Dormant => "dormant",
            Self::Gone => "gone",
            Self::Hidden => "hidden",
        }
    }
}

impl FromStr for ArticleState {
    type Err = StoreError;

    fn from_str(word: &str) -> Result<Self, StoreError> {
        [Self::Watched, Self::Dormant, Self::Gone, Self::Hidden]
            .into_iter()
            .find(|state| state.as_str() == word)
            .ok_or_else(|| StoreError::corrupt("state", word))
    }
}

/// Something that may have been hidden since its link was followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Visible<T> {
    /// Here it is.
    Shown(T),
    /// It cannot be shown for legal reasons, or was deleted for good.
    Hidden,
    /// There is no such thing.
    Missing,
}

/// An article, with what pages show of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Article {
    /// Its identifier.
    pub id: ArticleId,
    /// Where it stands.
    pub address: Address,
    /// The article that it turned out to be: its own history is no longer added to.
    pub merged_into: Option<ArticleId>,
    /// Who saw the history that it holds; `None` where Stet did.
    pub observer: Option<String>,
    /// What is done with it; never [`ArticleState::Hidden`].
    pub state: ArticleState,
    /// Its latest headline; before the first version, what a feed called it.
    pub title: Option<String>,
    /// Its publisher's name.
    pub source_name: String,
    /// Its publisher's name in addresses.
    pub source_slug: String,
    /// Since when nothing of its publisher is visited, if that is so.
    pub source_paused_at: Option<DateTime<Utc>>,
    /// The time of publication that its first version states.
    pub published_at: Option<DateTime<Utc>>,
    /// When it began to be watched.
    pub first_seen_at: DateTime<Utc>,
    /// When it was visited last.
    pub last_checked_at: Option<DateTime<Utc>>,
    /// When its last change was seen.
    pub last_changed_at: Option<DateTime<Utc>>,
    /// When it falls due.
    pub next_check_at: DateTime<Utc>,
    /// The version that stands.
    pub head: Option<VersionNumber>,
    /// Distinct texts so far.
    pub versions: u32,
    /// Changes so far, technical ones not counted.
    pub changes: u32,
    /// Whether its publisher took it away; while it is still [watched](ArticleState::Watched), it may
    /// come back.
    pub is_gone: bool,
    /// Failed checks in a row.
    pub failures: u32,
    /// What the last check came to.
    pub last_outcome: Option<CheckOutcome>,
}

impl Article {
    /// Whether it is checked on schedule, which nothing is while its publisher is paused.
    #[must_use]
    pub fn is_checked(&self) -> bool {
        self.state == ArticleState::Watched && self.source_paused_at.is_none()
    }

    /// Whether its publisher took it away, lately or so long ago that it is no longer looked for.
    #[must_use]
    pub fn is_removed(&self) -> bool {
        self.is_gone || self.state == ArticleState::Gone
    }
}

/// An article that was asked to be watched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AddedArticle {
    /// Its identifier.
    pub id: ArticleId,
    /// Whether it was not watched before.
    pub is_new: bool,
}

struct ArticleRow {
    id: i64,
    url: String,
    merged_into: Option<i64>,
    observer: Option<String>,
    state: String,
    title: Option<String>,
    source_name: String,
    source_slug: String,
    source_paused_at: Option<DateTime<Utc>>,
    published_at: Option<DateTime<Utc>>,
    first_seen_at: DateTime<Utc>,
    last_checked_at: Option<DateTime<Utc>>,
    last_changed_at: Option<DateTime<Utc>>,
    next_check_at: DateTime<Utc>,
    head_version: Option<i32>,
    versions: i32,
    changes: i32,
    is_gone: bool,
    failures: i32,
    last_outcome: Option<String>,
}

impl TryFrom<ArticleRow> for Article {
    type Error = StoreError;

    fn try_from(article: ArticleRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: row::id(article.id)?,
            address: row::address(&article.url)?,
            merged_into: article.merged_into.map(row::id).transpose()?,
            observer: article.observer,
            state: article.state.parse()?,
            title: article.title,
            source_name: article.source_name,
            source_slug: article.source_slug,
            source_paused_at: article.source_paused_at,
            published_at: article.published_at,
            first_seen_at: article.first_seen_at,
            last_checked_at: article.last_checked_at,
            last_changed_at: article.last_changed_at,
            next_check_at: article.next_check_at,
            head: article.head_version.map(row::version).transpose()?,
            versions: row::count(article.versions),
            changes: row::count(article.changes),
            is_gone: article.is_gone,
            failures: row::count(article.failures),
            last_outcome: article.last_outcome.as_deref().map(row::outcome).transpose()?,
        })
    }
}

/// Adds an article that somebody asks for, or finds it by any address that it ever had or that is
/// known to lead to it. One that was deleted for good begins anew.
async fn find_or_add(
    connection: &mut PgConnection,
    address: &Address,
    others: &[&Address],
    now: DateTime<Utc>,
) -> Result<AddedArticle, StoreError> {
    for known in iter::once(&address).chain(others) {
        if let Some(id) = address::find(connection, known).await? {
            return Ok(AddedArticle { id, is_new: false });
        }
    }
    withdrawal::unbury(connection, address).await?;
    add(connection, address, None, now).await
}

/// Adds an article that a feed names and calls `title`, unless it is known or was deleted for
/// good; says whether it did.
pub(crate) async fn add_listed(
    connection: &mut PgConnection,
    address: &Address,
    title: Option<&str>,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    // In this order: an article that is deleted in between is found to be buried.
    if address::find(connection, address).await?.is_some()
        || withdrawal::is_buried(connection, address).await?
    {
        return Ok(false);
    }
    Ok(add(connection, address, title, now).await?.is_new)
}

/// Adds an article, unless somebody has its address as its own.
pub(crate) async fn add(
    connection: &mut PgConnection,
    address: &Address,
    title: Option<&str>,
    now: DateTime<Utc>,
) -> Result<AddedArticle, StoreError> {
    let digest = address.digest();
    let source = source::find_or_add(connection, address, now).await?;
    let host = host::find_or_add(connection, address).await?;
    let period: PgInterval = row::interval(FIRST_PERIOD);
    let added = sqlx::query_scalar!(
        r#"
        insert into article
            (source_id, host_id, url, url_digest, title, period, next_check_at, first_seen_at,
             watched_since, search_revision)
        values ($1, $2, $3, $4, $5, coalesce((select first_period from source where id = $1), $6),
            $7, $7, $7, $8)
        on conflict (url_digest) do nothing
        returning id
        "#,
        source,
        host,
        address.as_str(),
        &digest,
        title.map(row::without_nul),
        period,
        now,
        search::REVISION,
    )
    .fetch_optional(&mut *connection)
    .await?;
    if let Some(id) = added {
        let id = row::id(id)?;
        address::insert(connection, id, address, AddressOrigin::Watched, now).await?;
        return Ok(AddedArticle { id, is_new: true });
    }
    // Another process added it meanwhile.
    let id = sqlx::query_scalar!("select id from article where url_digest = $1", &digest)
        .fetch_one(connection)
        .await?;
    Ok(AddedArticle { id: row::id(id)?, is_new: false })
}

impl Store {
    /// Watches an article from now on. One that is dormant or gone is woken; one that is hidden
    /// stays so.
    pub async fn add_article(
        &self,
        address: &Address,
        now: DateTime<Utc>,
    ) -> Result<AddedArticle, StoreError> {
        self.add_article_known_by(address, &[], now).await
    }

    /// Likewise, and finds it by these other addresses from now on, as far as no other article has
    /// them.
    pub async fn add_article_known_by(
        &self,
        address: &Address,
        others: &[&Address],
        now: DateTime<Utc>,
    ) -> Result<AddedArticle, StoreError> {
        let mut transaction = self.pool.begin().await?;
        let added = find_or_add(&mut transaction, address, others, now).await?;
        address::insert_all(&mut transaction, added.id, others, AddressOrigin::Given, now).await?;
        sqlx::query!(
            r#"
            update article
            set state = 'watched', next_check_at = $2, watched_since = $2, period = $3
            where id = $1
                and state in ('dormant', 'gone')
            "#,
            added.id.get(),
            now,
            row::interval(FIRST_PERIOD),
        )
        .execute(&mut *transaction)
        .await?;
        wake::notify(&mut transaction).await?;
        transaction.commit().await?;
        Ok(added)
    }

    /// Finds an article that may be shown by any address that it ever had.
    pub async fn find_article(&self, address: &Address) -> Result<Option<ArticleId>, StoreError> {
        let found = sqlx::query_scalar!(
            r#"
            select article.id
            from address
            join article on article.id = address.article_id
            where address.url_digest = $1
                and article.state <> 'hidden'
            "#,
            &address.digest(),
        )
        .fetch_optional(&self.pool)
        .await?;
        found.map(row::id).transpose()
    }

    /// Makes every watched article and every feed due at `now`; returns how many that are.
    pub async fn make_all_due(&self, now: DateTime<Utc>) -> Result<u64, StoreError> {
        let mut transaction = self.pool.begin().await?;
        host::lock_all_due(&mut transaction).await?;
        let articles = sqlx::query!(
            "update article set next_check_at = least(next_check_at, $1) where state = 'watched'",
            now
        )
        .execute(&mut *transaction)
        .await?
        .rows_affected();
        let feeds = sqlx::query!("update feed set next_check_at = least(next_check_at, $1)", now)
            .execute(&mut *transaction)
            .await?
            .rows_affected();
        transaction.commit().await?;
        Ok(articles + feeds)
    }

    /// One article.
    pub async fn article(&self, id: ArticleId) -> Result<Visible<Article>, StoreError> {
        let found = sqlx::query_as!(
            ArticleRow,
            r#"
            select article.id, url, merged_into, observer, state, article.title,
                source.name as source_name, source.slug as source_slug,
                source.paused_at as source_paused_at,
                version.published_at as "published_at?",
                first_seen_at, last_checked_at, last_changed_at, next_check_at,
                head_version, versions, changes, is_gone, failures, last_outcome
            from article
            join source on source.id = article.source_id
            left join version on version.article_id = article.id and version.number = 0
            where article.id = $1
            "#,
            id.get(),
        )
        .fetch_optional(&self.pool)
        .await?;
        match found {
            None if self.is_deleted(id).await? => Ok(Visible::Hidden),
            None => Ok(Visible::Missing),
            Some(row) if row.state == ArticleState::Hidden.as_str() => Ok(Visible::Hidden),
            Some(row) => Ok(Visible::Shown(row.try_into()?)),
        }
    }
}

#[cfg(test)]
mod tests {
    use sqlx::PgPool;

    use super::*;
    use crate::MIGRATOR;
    use crate::fixture::{Fixture, address, minute};

    #[sqlx::test(migrator = "MIGRATOR")]
    async fn an_address_is_watched_once(pool: PgPool) {
        let store = Store::new(pool);
        let first = store.add_article(&address("https://a.example/1"), minute(0)).await.unwrap();
        let again = store
            .add_article(&address("https://a.example/1?utm_source=x#top"), minute(1))
            .await
            .unwrap();
        assert!(first.is_new);
        assert_eq!(again, AddedArticle { id: first.id, is_new: false });
    }

    #[sqlx::test(migrator = "MIGRATOR")]
    async fn the_longest_address_is_kept_even_if_it_cannot_be_compressed(pool: PgPool) {
        // Random-looking: a repetitive one would slip under a btree's limit by compression.
        let path: Vec<String> =
            (0_u64..200).map(|n| n.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_string()).collect();
        let text = format!("https://a.example/{}", &path.concat()[..2_030]);
        let store = Store::new(pool);
        assert!(store.add_article(&address(&text), minute(0)).await.unwrap().is_new);
    }

    #[sqlx::test(migrator = "MIGRATOR")]
    async fn a_hidden_article_is_on_no_page_list_or_count(pool: PgPool) {
        let fixture = Fixture::new(pool).await;
        fixture.see(0, &["a"]).await;
        fixture.see(30, &["b"]).await;
        let (store, id) = (&fixture.store, fixture.article);
        store.hide_article(id).await.unwrap();
        assert_eq!(store.article(id).await.unwrap(), Visible::Hidden);
        assert_eq!(
            store
                .filtered_articles(crate::ArticleFilter::default(), None, 10)
                .await
                .unwrap()
                .articles,
            []
        );
        assert_eq!(store.latest_changes(0, 10).await.unwrap().changes, []);
        assert_eq!(store.changes(id).await.unwrap(), []);
        assert_eq!(store.latest_versions(id, 0, 99).await.unwrap(), []);
        assert_eq!(store.version(id, VersionNumber::FIRST).await.unwrap(), None);
        assert_eq!(store.sightings(id).await.unwrap(), []);
        assert_eq!(store.checks(id, 10).await.unwrap(), []);
        assert_eq!(store.totals().await.unwrap().articles, 0);
        assert_eq!(store.sources().await.unwrap()[0].articles, 0);
        assert_eq!(store.find_article(&address("https://news.example.com/1")).await.unwrap(), None);
        assert_eq!(store.claim_articles(minute(90), 10, crate::fixture::TERMS).await.unwrap(), []);
    }
}
