//! The paragraphs of all versions of an article, for those who follow one through its history.

use std::collections::{BTreeMap, HashMap};

use stet_core::{ArticleId, VersionNumber};

use crate::{Store, StoreError, row};

/// No more text than this is loaded of one article at once, in bytes: two hundred times the text of
/// a long article.
const MAX_TEXT_BYTES: i64 = 8 * 1024 * 1024;

impl Store {
    /// The paragraphs of each version of an article that may be shown, in order, by their numbers,
    /// which equal paragraphs share.
    pub async fn paragraphs_of_versions(
        &self,
        article: ArticleId,
    ) -> Result<BTreeMap<VersionNumber, Vec<i32>>, StoreError> {
        let rows = sqlx::query!(
            r#"
            select version.number, paragraphs
            from version
            join article on article.id = version.article_id
            where article_id = $1
                and article.state <> 'hidden'
            order by version.number
            "#,
            article.get(),
        )
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter()
            .map(|version| Ok((row::version(version.number)?, version.paragraphs)))
            .collect()
    }

    /// The texts of an article's paragraphs, if it may be shown, by their numbers. Of an article
    /// with more than 8 MB of them, those that came first.
    pub async fn paragraph_texts(
        &self,
        article: ArticleId,
    ) -> Result<HashMap<i32, String>, StoreError> {
        let rows = sqlx::query!(
            r#"
            select number, text
            from (
                select paragraph.number, text,
                    sum(octet_length(text)) over (order by paragraph.number) as so_far
                from paragraph
                join article on article.id = article_id
                where article_id = $1
                    and article.state <> 'hidden'
            ) as counted
            where so_far <= $2
            order by number
            "#,
            article.get(),
            MAX_TEXT_BYTES,
        )
        .fetch_all(&self.pool)
        .await?;
        Ok(rows.into_iter().map(|paragraph| (paragraph.number, paragraph.text)).collect())
    }
}

#[cfg(test)]
mod tests {
    use sqlx::PgPool;

    use crate::MIGRATOR;
    use crate::fixture::Fixture;

    #[sqlx::test(migrator = "MIGRATOR")]
    async fn versions_share_the_paragraphs_that_stayed(pool: PgPool) {
        let fixture = Fixture::new(pool).await;
        fixture.see(0, &["a", "b"]).await;
        fixture.see(1, &["b", "c"]).await;
        let versions = fixture.store.paragraphs_of_versions(fixture.article).await.unwrap();
        let texts = fixture.store.paragraph_texts(fixture.article).await.unwrap();
        let read: Vec<Vec<&str>> = versions
            .values()
            .map(|version| version.iter().map(|number| texts[number].as_str()).collect())
            .collect();
        assert_eq!(read, [["a", "b"], ["b", "c"]]);
        assert_eq!(texts.len(), 3);
    }
}
