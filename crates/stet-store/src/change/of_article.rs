//! The changes of one article, a page at a time.

use stet_core::ArticleId;

use super::{ChangeList, ChangeRow};
use crate::{Store, StoreError, row};

impl Store {
    /// The changes of an article that may be shown, the latest first, technical ones left out: `limit`
    /// of them before a number.
    pub async fn changes_before(
        &self,
        article: ArticleId,
        before: Option<u32>,
        limit: u32,
    ) -> Result<ChangeList, StoreError> {
        let rows = sqlx::query_as!(
            ChangeRow,
            r#"
            select change.article_id, change.number,
                source.name as source_name, source.slug as source_slug,
                from_version, to_version, older.title as old_title, newer.title as new_title,
                earliest_at, latest_at, words_added, words_removed, paragraphs_edited,
                paragraphs_added, paragraphs_removed, paragraphs_moved, kinds, is_technical
            from change
            join article on article.id = change.article_id
            join source on source.id = article.source_id
            join version as older on older.article_id = change.article_id
                and older.number = from_version
            join version as newer on newer.article_id = change.article_id
                and newer.number = to_version
            where change.article_id = $1
                and article.state <> 'hidden'
                and not is_technical
                and ($2::integer is null or change.number < $2)
            order by change.number desc
            limit $3
            "#,
            article.get(),
            before.map(row::capped),
            i64::from(limit) + 1,
        )
        .fetch_all(&self.pool)
        .await?;
        ChangeList::of(rows, limit)
    }
}

#[cfg(test)]
mod tests {
    use sqlx::PgPool;

    use crate::MIGRATOR;
    use crate::fixture::Fixture;

    #[sqlx::test(migrator = "MIGRATOR")]
    async fn a_page_of_changes_begins_before_a_number_and_none_is_of_a_hidden_article(
        pool: PgPool,
    ) {
        let fixture = Fixture::new(pool).await;
        for (minutes, text) in [(0, "a"), (30, "b"), (60, "c"), (90, "d")] {
            fixture.see(minutes, &[text]).await;
        }
        let (store, id) = (&fixture.store, fixture.article);
        let page = async |before, limit| {
            let list = store.changes_before(id, before, limit).await.unwrap();
            let numbers: Vec<u32> = list.changes.iter().map(|change| change.number).collect();
            (numbers, list.has_more)
        };
        assert_eq!(page(None, 2).await, (vec![2, 1], true));
        assert_eq!(page(Some(1), 2).await, (vec![0], false));
        let versions = store.versions_before(id, Some(2.try_into().unwrap()), 9).await.unwrap();
        let numbers: Vec<i32> = versions.iter().map(|version| version.number.get()).collect();
        assert_eq!(numbers, [1, 0]);
        store.hide_article(id).await.unwrap();
        assert_eq!(page(None, 2).await, (vec![], false));
        assert_eq!(store.versions_before(id, None, 9).await.unwrap(), []);
    }
}
