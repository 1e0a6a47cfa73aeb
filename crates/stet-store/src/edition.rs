//! Editions: what tells, by one cheap select, that a page would say what it said before.
//!
//! Nobody has to raise a counter for it, so no poller waits for another one, and what a reader's
//! snapshot does not see yet does not show in it either: an article's is the transaction that wrote
//! its row, which Postgres keeps with it (`xmin`), and that of the lists is how far the tallies have
//! come. An edition says nothing by itself: it is compared with one that was read *before* a page
//! was made.

use stet_core::ArticleId;

use crate::{Store, StoreError};

/// What was read of the database when something was made of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edition(String);

impl Edition {
    /// How many bytes it takes to keep it.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.0.len()
    }
}

impl Store {
    /// The edition of an article's history: of its texts, of when they were seen, and of what is
    /// known of its source. Every statement that writes to one of them writes to the article or to
    /// the source in the same transaction. `None` of an article that may not be shown.
    pub async fn article_edition(&self, article: ArticleId) -> Result<Option<Edition>, StoreError> {
        let edition = sqlx::query_scalar!(
            r#"
            select article.xmin::text || ' ' || source.xmin::text as "edition!"
            from article
            join source on source.id = article.source_id
            where article.id = $1
                and article.state <> 'hidden'
            "#,
            article.get(),
        )
        .fetch_optional(&self.pool)
        .await?;
        Ok(edition.map(Edition))
    }

    /// The edition of all lists of changes: of which changes may be shown, of what is told of them,
    /// and of how much is kept. What is added, hidden or removed is counted, and what is written over
    /// is noted beside the counts (`migrations/0028_editions.sql`).
    pub async fn list_edition(&self) -> Result<Edition, StoreError> {
        // Each note takes a number. Which of them are there changes when whoever took one commits,
        // and when they are folded.
        let edition = sqlx::query_scalar!(
            r#"
            select concat_ws(
                ' ',
                (select last_value from tally_delta_id_seq),
                count(*),
                bit_xor(hashint8extended(id, 0))
            ) as "edition!"
            from tally_delta
            "#,
        )
        .fetch_one(&self.pool)
        .await?;
        Ok(Edition(edition))
    }
}

#[cfg(test)]
mod tests {
    use sqlx::PgPool;

    use super::*;
    use crate::MIGRATOR;
    use crate::fixture::{Fixture, address, minute};

    /// The edition of the lists; fails if it is the same as before though something was done.
    async fn another(store: &Store, before: &Edition, done: &str) -> Edition {
        let edition = store.list_edition().await.unwrap();
        assert_ne!(&edition, before, "{done}");
        edition
    }

    #[sqlx::test(migrator = "MIGRATOR")]
    async fn what_a_list_of_changes_shows_is_not_written_without_a_new_edition(pool: PgPool) {
        let fixture = Fixture::new(pool.clone()).await;
        let store = &fixture.store;
        fixture.see(0, &["a"]).await;
        let first = store.list_edition().await.unwrap();
        fixture.see(30, &["a", "b"]).await;
        let mut edition = another(store, &first, "a change was recorded").await;
        store.add_article(&address("https://other.example/1"), minute(31)).await.unwrap();
        edition = another(store, &edition, "there is another publisher").await;
        for statement in [
            "update source set name = 'Renamed' where domain = 'example.com'",
            "update change set is_technical = true",
            "update version set title = 'Another' where number = 1",
            "update article set url = url || '?moved' where versions > 0",
        ] {
            sqlx::query(statement).execute(&pool).await.unwrap();
            edition = another(store, &edition, statement).await;
        }
        sqlx::query("select fold_tallies()").execute(&pool).await.unwrap();
        edition = another(store, &edition, "the counts were added up").await;
        store.hide_article(fixture.article).await.unwrap();
        another(store, &edition, "an article was hidden").await;
    }

    #[sqlx::test(migrator = "MIGRATOR")]
    async fn a_check_that_changes_nothing_is_no_new_edition(pool: PgPool) {
        let fixture = Fixture::new(pool).await;
        fixture.see(0, &["a"]).await;
        let before = fixture.store.list_edition().await.unwrap();
        fixture.see(30, &["a"]).await;
        assert_eq!(fixture.store.list_edition().await.unwrap(), before);
    }
}
