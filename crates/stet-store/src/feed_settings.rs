//! What an editor decides about a feed.

use chrono::{DateTime, TimeDelta, Utc};
use stet_core::{FeedId, LinkRule};
use thiserror::Error;

use crate::{Store, StoreError, row, wake};

/// What an editor may set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FeedSettings<'a> {
    /// What it is called; `None`: what it calls itself.
    pub title: Option<&'a str>,
    /// Its period, 5 minutes to 7 days; `None`: it follows how often there is something new.
    pub period: Option<TimeDelta>,
    /// Which links of a section page are articles; of no use to a feed of another kind.
    pub links: Option<&'a LinkRule>,
}

/// Why a feed was not changed.
#[derive(Debug, Error)]
pub enum EditFeedError {
    /// The rule for links cannot be used, in words.
    #[error("{0}")]
    Links(String),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Store {
    /// Changes a feed, which is read again at once; says whether there is such a feed.
    pub async fn edit_feed(
        &self,
        id: FeedId,
        settings: FeedSettings<'_>,
        now: DateTime<Utc>,
    ) -> Result<bool, EditFeedError> {
        if let Some(rule) = settings.links {
            rule.check().map_err(|error| EditFeedError::Links(error.to_string()))?;
        }
        let links = settings.links.map(|links| row::to_json("links", links)).transpose()?;
        let mut transaction = self.pool.begin().await.map_err(StoreError::from)?;
        let edited = sqlx::query!(
            r#"
            update feed
            set given_title = $2, fixed_period = $3, period = coalesce($3, period),
                links = case when kind = 'section' then coalesce($4, links) else links end,
                next_check_at = least(next_check_at, $5), etag = null, last_modified = null
            where id = $1
            "#,
            id.get(),
            settings.title.map(row::without_nul),
            settings.period.map(row::interval),
            links,
            now,
        )
        .execute(&mut *transaction)
        .await
        .map_err(StoreError::from)?;
        wake::notify(&mut transaction).await?;
        transaction.commit().await.map_err(StoreError::from)?;
        Ok(edited.rows_affected() == 1)
    }

    /// Leaves a feed unread from `paused_at` on, with the sitemaps that it names, or reads it again;
    /// says whether there is such a feed.
    pub async fn pause_feed(
        &self,
        id: FeedId,
        paused_at: Option<DateTime<Utc>>,
    ) -> Result<bool, StoreError> {
        let mut transaction = self.pool.begin().await?;
        let paused = sqlx::query!(
            "update feed set paused_at = $2 where id = $1 or parent_id = $1",
            id.get(),
            paused_at,
        )
        .execute(&mut *transaction)
        .await?;
        wake::notify(&mut transaction).await?;
        transaction.commit().await?;
        Ok(paused.rows_affected() > 0)
    }

    /// Reads a feed no longer; says whether there was such a feed. The articles that were found in
    /// it go on being watched.
    pub async fn remove_feed(&self, id: FeedId) -> Result<bool, StoreError> {
        let removed =
            sqlx::query!("delete from feed where id = $1", id.get()).execute(&self.pool).await?;
        Ok(removed.rows_affected() == 1)
    }
}

#[cfg(test)]
mod tests {
    use sqlx::PgPool;
    use stet_core::FeedKind;

    use super::*;
    use crate::fixture::{TERMS, address, minute};
    use crate::{MIGRATOR, NewFeed};

    async fn section(store: &Store) -> FeedId {
        let address = address("https://example.com/world");
        let links = LinkRule::Selector(".top a".to_owned());
        let feed = NewFeed {
            address: &address,
            title: Some("World"),
            kind: FeedKind::Section,
            links: Some(&links),
        };
        store.add_feed_of(feed, minute(0)).await.unwrap().id
    }

    #[sqlx::test(migrator = "MIGRATOR")]
    async fn a_feed_is_called_and_read_as_an_editor_says(pool: PgPool) {
        let store = Store::new(pool);
        let id = section(&store).await;
        let links = LinkRule::Pattern("/world/".to_owned());
        let period = Some(TimeDelta::minutes(20));
        let settings = FeedSettings { title: Some("Abroad"), period, links: Some(&links) };
        assert!(store.edit_feed(id, settings, minute(0)).await.unwrap());
        let feed = store.feeds().await.unwrap().remove(0);
        assert_eq!(feed.title.as_deref(), Some("Abroad"));
        assert_eq!((feed.links.as_ref(), feed.fixed_period), (Some(&links), period));
        let claim = store.claim_feeds(minute(0), 1, TERMS).await.unwrap().remove(0);
        assert_eq!(claim.fixed_period, period);

        let broken = LinkRule::Selector("a[".to_owned());
        let settings = FeedSettings { links: Some(&broken), ..settings };
        let refused = store.edit_feed(id, settings, minute(0)).await;
        assert!(matches!(refused, Err(EditFeedError::Links(_))));
    }

    #[sqlx::test(migrator = "MIGRATOR")]
    async fn a_paused_feed_is_not_claimed_until_it_is_resumed(pool: PgPool) {
        let store = Store::new(pool);
        let id = section(&store).await;
        assert!(store.pause_feed(id, Some(minute(0))).await.unwrap());
        assert_eq!(store.count_due(minute(0)).await.unwrap(), 0);
        assert!(store.claim_feeds(minute(0), 1, TERMS).await.unwrap().is_empty());
        assert_eq!(store.time_until_claimable(minute(0)).await.unwrap(), None);
        assert!(store.pause_feed(id, None).await.unwrap());
        assert_eq!(store.claim_feeds(minute(0), 1, TERMS).await.unwrap().len(), 1);
    }

    #[sqlx::test(migrator = "MIGRATOR")]
    async fn a_feed_that_is_removed_leaves_its_articles(pool: PgPool) {
        let store = Store::new(pool);
        let id = section(&store).await;
        store.add_article(&address("https://example.com/1"), minute(0)).await.unwrap();
        assert!(store.remove_feed(id).await.unwrap());
        assert!(!store.remove_feed(id).await.unwrap());
        assert_eq!(store.feeds().await.unwrap(), []);
        assert_eq!(store.claim_articles(minute(0), 1, TERMS).await.unwrap().len(), 1);
    }
}
