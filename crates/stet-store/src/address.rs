//! Every address that an article ever had.

use std::str::FromStr;

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use stet_core::{Address, ArticleId};

use crate::{Store, StoreError, row};

/// How an address came to be an article's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AddressOrigin {
    /// It was watched there.
    Watched,
    /// The site moved it there for good.
    Moved,
    /// The page itself calls this its address.
    Canonical,
    /// It led to the article when somebody asked for that to be watched.
    Given,
}

impl AddressOrigin {
    /// The origin's word in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Watched => "watched",
            Self::Moved => "moved",
            Self::Canonical => "canonical",
            Self::Given => "given",
        }
    }
}

impl FromStr for AddressOrigin {
    type Err = StoreError;

    fn from_str(word: &str) -> Result<Self, StoreError> {
        [Self::Watched, Self::Moved, Self::Canonical, Self::Given]
            .into_iter()
            .find(|origin| origin.as_str() == word)
            .ok_or_else(|| StoreError::corrupt("origin", word))
    }
}

/// An address that an article has or had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownAddress {
    /// The address.
    pub address: Address,
    /// How it came to be this article's.
    pub origin: AddressOrigin,
    /// Since when it has been known.
    pub since: DateTime<Utc>,
}

/// Notes an address of an article; says whether nobody had it.
pub(crate) async fn insert(
    connection: &mut PgConnection,
    article: ArticleId,
    address: &Address,
    origin: AddressOrigin,
    since: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let added = sqlx::query!(
        r#"
        insert into address (url_digest, article_id, url, origin, since)
        values ($1, $2, $3, $4, $5)
        on conflict (url_digest) do nothing
        "#,
        &address.digest(),
        article.get(),
        address.as_str(),
        origin.as_str(),
        since,
    )
    .execute(connection)
    .await?;
    Ok(added.rows_affected() == 1)
}

/// Notes addresses of an article, likewise; those that another article has are left to it.
pub(crate) async fn insert_all(
    connection: &mut PgConnection,
    article: ArticleId,
    addresses: &[&Address],
    origin: AddressOrigin,
    since: DateTime<Utc>,
) -> Result<(), StoreError> {
    for address in addresses {
        insert(connection, article, address, origin, since).await?;
    }
    Ok(())
}

/// The article that has or had an address.
pub(crate) async fn find(
    connection: &mut PgConnection,
    address: &Address,
) -> Result<Option<ArticleId>, StoreError> {
    let found = sqlx::query_scalar!(
        "select article_id from address where url_digest = $1",
        &address.digest(),
    )
    .fetch_optional(connection)
    .await?;
    found.map(row::id).transpose()
}

impl Store {
    /// All addresses of an article that may be shown, the earliest first.
    pub async fn addresses(&self, article: ArticleId) -> Result<Vec<KnownAddress>, StoreError> {
        let rows = sqlx::query!(
            r#"
            select address.url, address.origin, address.since
            from address
            join article on article.id = article_id
            where article_id = $1
                and article.state <> 'hidden'
            order by since, address.url
            "#,
            article.get(),
        )
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter()
            .map(|known| {
                Ok(KnownAddress {
                    address: row::address(&known.url)?,
                    origin: known.origin.parse()?,
                    since: known.since,
                })
            })
            .collect()
    }

    /// The articles that became part of this one and may be shown, with their own addresses.
    pub async fn merged_articles(
        &self,
        into: ArticleId,
    ) -> Result<Vec<(ArticleId, Address)>, StoreError> {
        let rows = sqlx::query!(
            r#"
            select id, url
            from article
            where merged_into = $1
                and observer is null
                and state <> 'hidden'
            order by first_seen_at, id
            "#,
            into.get(),
        )
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter().map(|row| Ok((row::id(row.id)?, row::address(&row.url)?))).collect()
    }
}
