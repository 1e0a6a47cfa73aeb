//! What an editor decides about a publisher: its name, how it is visited, whether it is.

use chrono::{DateTime, TimeDelta, Utc};
use stet_core::{Address, ArticleId, SourceId, VersionNumber};

use crate::claim::hosts;
use crate::{SourcePace, Store, StoreError, row, wake};

/// How a publisher is watched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceSettings {
    /// Its identifier.
    pub id: SourceId,
    /// What readers know it by.
    pub name: String,
    /// The domain under which it registered.
    pub domain: String,
    /// Its front page.
    pub homepage: Option<Address>,
    /// How its hosts are visited.
    pub pace: SourcePace,
    /// The period of its articles after they were added or changed, 30 minutes to a day; `None`:
    /// the schedule's.
    pub first_period: Option<TimeDelta>,
    /// Since when nothing of its hosts is visited.
    pub paused_at: Option<DateTime<Utc>>,
}

/// An article of which there are bytes to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadArticle {
    /// Which article.
    pub id: ArticleId,
    /// Its headline, or its address where it has none.
    pub title: String,
    /// The version that stood at its last check.
    pub version: VersionNumber,
}

impl Store {
    /// How the publisher with this name in addresses is watched; `None` if there is none.
    pub async fn source_settings(&self, slug: &str) -> Result<Option<SourceSettings>, StoreError> {
        let found = sqlx::query!(
            r#"
            select id, name, domain, homepage, host_gap, robots, first_period, paused_at
            from source
            where slug = $1
            "#,
            slug,
        )
        .fetch_optional(&self.pool)
        .await?;
        let Some(source) = found else { return Ok(None) };
        Ok(Some(SourceSettings {
            id: row::id(source.id)?,
            name: source.name,
            domain: source.domain,
            homepage: source.homepage.as_deref().map(row::address).transpose()?,
            pace: SourcePace {
                host_gap: source.host_gap.as_ref().map(row::span),
                obeys_robots: source.robots != "ignore",
            },
            first_period: source.first_period.as_ref().map(row::span),
            paused_at: source.paused_at,
        }))
    }

    /// Writes the name, front page, pace and first period of a publisher. Pollers go by them within
    /// minutes.
    pub async fn set_source_settings(&self, settings: &SourceSettings) -> Result<(), StoreError> {
        sqlx::query!(
            r#"
            update source
            set name = $2, homepage = $3, host_gap = $4, robots = $5, first_period = $6
            where id = $1
            "#,
            settings.id.get(),
            row::without_nul(&settings.name),
            settings.homepage.as_ref().map(Address::as_str),
            settings.pace.host_gap.map(row::interval),
            if settings.pace.obeys_robots { "obey" } else { "ignore" },
            settings.first_period.map(row::interval),
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Leaves all hosts of a publisher alone from `paused_at` on, or visits them again. A visit that
    /// is under way ends.
    pub async fn pause_source(
        &self,
        source: SourceId,
        paused_at: Option<DateTime<Utc>>,
    ) -> Result<(), StoreError> {
        let mut transaction = self.pool.begin().await?;
        sqlx::query!("update source set paused_at = $2 where id = $1", source.get(), paused_at)
            .execute(&mut *transaction)
            .await?;
        let its_hosts =
            sqlx::query_scalar!("select id from host where source_id = $1", source.get())
                .fetch_all(&mut *transaction)
                .await?;
        hosts::look_again_in_order(&mut transaction, &its_hosts).await?;
        wake::notify(&mut transaction).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// The name in addresses of the publisher of this address, if nothing of it is visited now.
    pub async fn paused_source(&self, address: &Address) -> Result<Option<String>, StoreError> {
        let slug = sqlx::query_scalar!(
            "select slug from source where domain = $1 and paused_at is not null",
            address.registrable_domain(),
        )
        .fetch_optional(&self.pool)
        .await?;
        Ok(slug)
    }

    /// Up to `limit` articles of a publisher that may be shown and have a text, the last added
    /// first.
    pub async fn read_articles(
        &self,
        source: SourceId,
        limit: u32,
    ) -> Result<Vec<ReadArticle>, StoreError> {
        let rows = sqlx::query!(
            r#"
            select id, coalesce(title, url) as "title!", head_version as "head_version!"
            from article
            where source_id = $1
                and state <> 'hidden'
                and merged_into is null
                and head_version is not null
            order by id desc
            limit $2
            "#,
            source.get(),
            i64::from(limit),
        )
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter()
            .map(|article| {
                Ok(ReadArticle {
                    id: row::id(article.id)?,
                    title: article.title,
                    version: row::version(article.head_version)?,
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
    use crate::fixture::{Fixture, TERMS, address, minute};

    async fn claimed(store: &Store) -> usize {
        store.claim_articles(minute(0), 10, TERMS).await.unwrap().len()
    }

    #[sqlx::test(migrator = "MIGRATOR")]
    async fn nothing_of_a_paused_publisher_is_claimed_until_it_is_resumed(pool: PgPool) {
        let store = Store::new(pool);
        for url in ["https://a.example.com/1", "https://b.example.com/1", "https://other.net/1"] {
            store.add_article(&address(url), minute(0)).await.unwrap();
        }
        let feed = address("https://a.example.com/rss");
        store.add_feed(&feed, None, minute(0)).await.unwrap();
        store.propose(&address("https://c.example.com/2"), minute(0)).await.unwrap();
        let source = store.source_settings("examplecom").await.unwrap().unwrap().id;

        store.pause_source(source, Some(minute(0))).await.unwrap();
        // What is added meanwhile waits too, on a host that is known and on a new one.
        for url in ["https://a.example.com/3", "https://d.example.com/1"] {
            store.add_article(&address(url), minute(0)).await.unwrap();
        }
        assert_eq!(store.count_due(minute(0)).await.unwrap(), 1);
        assert_eq!(claimed(&store).await, 1, "the other publisher's");
        assert!(store.claim_feeds(minute(0), 10, TERMS).await.unwrap().is_empty());
        assert!(store.claim_proposals(10, TERMS).await.unwrap().is_empty());
        let feed = store.find_feed(&feed).await.unwrap().unwrap();
        assert!(store.claim_feed(feed, TERMS).await.unwrap().is_none(), "nor when asked for");
        let known = store.paused_source(&address("https://e.example.com/")).await.unwrap();
        assert_eq!(known.as_deref(), Some("examplecom"));

        store.pause_source(source, None).await.unwrap();
        assert_eq!(claimed(&store).await, 3, "one of each of its hosts with articles");
        assert_eq!(store.claim_proposals(10, TERMS).await.unwrap().len(), 1);
    }

    #[sqlx::test(migrator = "MIGRATOR")]
    async fn a_poller_does_not_wait_for_what_is_paused(pool: PgPool) {
        let store = Store::new(pool);
        store.add_article(&address("https://example.com/1"), minute(0)).await.unwrap();
        let source = store.source_settings("examplecom").await.unwrap().unwrap().id;
        assert!(store.time_until_claimable(minute(0)).await.unwrap().is_some());
        store.pause_source(source, Some(minute(0))).await.unwrap();
        assert_eq!(store.time_until_claimable(minute(0)).await.unwrap(), None);
        // What lowers the time on the host does not make it claimable.
        store.add_article(&address("https://example.com/2"), minute(0)).await.unwrap();
        assert_eq!(store.time_until_claimable(minute(0)).await.unwrap(), None);
        assert_eq!(claimed(&store).await, 0);
    }

    #[sqlx::test(migrator = "MIGRATOR")]
    async fn a_visit_that_ends_after_the_pause_makes_nothing_due(pool: PgPool) {
        let fixture = Fixture::new(pool.clone()).await;
        let store = &fixture.store;
        let source = store.source_settings("examplecom").await.unwrap().unwrap().id;
        let claim = fixture.claim().await;
        store.pause_source(source, Some(minute(0))).await.unwrap();
        fixture.record_text(&claim, 0, &["A text."]).await;
        let due: i64 =
            sqlx::query_scalar("select count(*) from host_due where due_at < 'infinity'")
                .fetch_one(&pool)
                .await
                .unwrap();
        assert_eq!(due, 0);
        store.pause_source(source, None).await.unwrap();
        assert_eq!(store.claim_articles(minute(10_000), 1, TERMS).await.unwrap().len(), 1);
    }

    #[sqlx::test(migrator = "MIGRATOR")]
    async fn what_an_editor_sets_is_kept_and_goes_with_new_articles(pool: PgPool) {
        let fixture = Fixture::new(pool).await;
        let store = &fixture.store;
        let before = store.source_settings("examplecom").await.unwrap().unwrap();
        assert_eq!((before.homepage.as_ref(), before.first_period), (None, None));
        let after = SourceSettings {
            name: "The Example".to_owned(),
            homepage: Some(address("https://example.com/")),
            pace: SourcePace { host_gap: Some(TimeDelta::seconds(9)), obeys_robots: false },
            first_period: Some(TimeDelta::hours(2)),
            ..before
        };
        store.set_source_settings(&after).await.unwrap();
        assert_eq!(store.source_settings("examplecom").await.unwrap(), Some(after));
        let id = store.add_article(&address("https://example.com/9"), minute(0)).await.unwrap().id;
        let claim = store.claim_article(id, TERMS).await.unwrap().unwrap();
        assert_eq!(claim.period, TimeDelta::hours(2));
        assert_eq!(claim.first_period, Some(TimeDelta::hours(2)));
        assert_eq!(store.source_settings("nowhere").await.unwrap(), None);
    }

    #[sqlx::test(migrator = "MIGRATOR")]
    async fn articles_with_a_text_are_listed_the_last_added_first(pool: PgPool) {
        let fixture = Fixture::new(pool).await;
        let store = &fixture.store;
        let source = store.source_settings("examplecom").await.unwrap().unwrap().id;
        assert_eq!(store.read_articles(source, 10).await.unwrap(), []);
        fixture.see(0, &["One."]).await;
        let listed = store.read_articles(source, 10).await.unwrap();
        assert_eq!(listed.iter().map(|one| one.id).collect::<Vec<_>>(), [fixture.article]);
    }
}
