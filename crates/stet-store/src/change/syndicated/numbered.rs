//! Changes by their names, as webhooks post them.

use super::{SyndicatedChange, SyndicatedRow};
use crate::{Store, StoreError};

impl Store {
    /// Those of these changes, by article and number, that may be shown; technical ones are left out.
    pub(crate) async fn changes_numbered(
        &self,
        keys: &[(i64, i32)],
    ) -> Result<Vec<SyndicatedChange>, StoreError> {
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        let (articles, numbers): (Vec<i64>, Vec<i32>) = keys.iter().copied().unzip();
        let rows = sqlx::query_as!(
            SyndicatedRow,
            r#"
            select change.article_id, change.number,
                source.name as source_name, source.slug as source_slug,
                from_version, to_version, older.title as old_title, newer.title as new_title,
                earliest_at, latest_at, words_added, words_removed, paragraphs_edited,
                paragraphs_added, paragraphs_removed, paragraphs_moved, kinds,
                article.url, article.merged_into, newer.language, older.digest as old_digest,
                newer.digest as new_digest
            from (
                select distinct * from unnest($1::bigint[], $2::integer[]) as key (article, number)
            ) as asked
            join change on change.article_id = asked.article
                and change.number = asked.number
            join article on article.id = change.article_id
            join source on source.id = change.source_id
            join version as older on older.article_id = change.article_id
                and older.number = from_version
            join version as newer on newer.article_id = change.article_id
                and newer.number = to_version
            where not is_technical
                and article.state <> 'hidden'
                and article.observer is null
            "#,
            &articles,
            &numbers,
        )
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter().map(SyndicatedChange::try_from).collect()
    }
}
