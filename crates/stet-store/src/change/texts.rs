//! Many texts at once, of as many articles.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use stet_core::{ArticleId, ArticleText, VersionNumber};

use crate::{Store, StoreError, row};

struct TextRow {
    article_id: i64,
    number: i32,
    title: String,
    standfirst: Option<String>,
    lead_caption: Option<String>,
    byline: Option<String>,
    published_at: Option<DateTime<Utc>>,
    language: Option<String>,
    section: Option<String>,
    modified_at: Option<DateTime<Utc>>,
    paragraphs: Vec<String>,
}

impl Store {
    /// The texts that these versions of these articles have; what may not be shown is left out.
    pub async fn texts(
        &self,
        versions: &[(ArticleId, VersionNumber)],
    ) -> Result<HashMap<(ArticleId, VersionNumber), ArticleText>, StoreError> {
        let articles: Vec<i64> = versions.iter().map(|(article, _)| article.get()).collect();
        let numbers: Vec<i32> = versions.iter().map(|(_, number)| number.get()).collect();
        let rows = sqlx::query_as!(
            TextRow,
            r#"
            select version.article_id, version.number, version.title, standfirst, lead_caption,
                byline, published_at, language, section, modified_at,
                array(
                    select paragraph.text
                    from unnest(paragraphs) with ordinality as part (number, place)
                    join paragraph on paragraph.article_id = version.article_id
                        and paragraph.number = part.number
                    order by part.place
                ) as "paragraphs!"
            from (
                select distinct * from unnest($1::bigint[], $2::integer[]) as pair (article, number)
            ) as asked
            join version on version.article_id = asked.article
                and version.number = asked.number
            join article on article.id = version.article_id
            where article.state <> 'hidden'
            "#,
            &articles,
            &numbers,
        )
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter()
            .map(|row| {
                let text = ArticleText {
                    title: row.title,
                    standfirst: row.standfirst,
                    lead_caption: row.lead_caption,
                    byline: row.byline,
                    published: row.published_at,
                    language: row.language,
                    section: row.section,
                    modified: row.modified_at,
                    canonical: None,
                    paragraphs: row.paragraphs,
                };
                Ok(((row::id(row.article_id)?, row::version(row.number)?), text))
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use sqlx::PgPool;

    use super::*;
    use crate::MIGRATOR;
    use crate::fixture::Fixture;

    #[sqlx::test(migrator = "MIGRATOR")]
    async fn many_texts_are_those_that_are_loaded_one_by_one(pool: PgPool) {
        let fixture = Fixture::new(pool).await;
        fixture.see(0, &["One.", "Two."]).await;
        fixture.see(10, &["Two.", "One.", "Two."]).await;
        let number = |n: i32| VersionNumber::try_from(n).unwrap();
        let asked: Vec<_> = [0, 1, 1, 9].map(|n| (fixture.article, number(n))).into();
        let texts = fixture.store.texts(&asked).await.unwrap();
        assert_eq!(texts.len(), 2);
        for n in [0, 1] {
            let one = fixture.store.version(fixture.article, number(n)).await.unwrap().unwrap();
            assert_eq!(texts[&(fixture.article, number(n))], one.text);
        }
        fixture.store.hide_article(fixture.article).await.unwrap();
        assert!(fixture.store.texts(&asked).await.unwrap().is_empty());
    }
}
