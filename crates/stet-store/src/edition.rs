//! Editions: what tells, by one cheap select, that a page would say what it said before.
//!
//! Postgres keeps with each row the transaction that wrote it, `xmin`. So nobody has to count
//! anything for it, no poller waits for another one, and what a reader's snapshot does not see yet
//! does not show in it either. An edition says nothing by itself: it is compared with one that was
//! read *before* a page was made.

use stet_core::ArticleId;

use crate::{Store, StoreError};

/// How many of the latest changes tell of their list, which shows no more of them but in an hour in
/// which more happened.
const LATEST: i64 = 64;

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

    /// The edition of the list of latest changes, and of how much is kept and may be shown.
    pub async fn latest_edition(&self) -> Result<Edition, StoreError> {
        let edition = sqlx::query_scalar!(
            r#"
            select concat_ws(
                ' ',
                (select bit_xor(hash_record_extended(
                    row(article_id, number, latest.written, source.xmin), 0
                ))
                from (
                    select article_id, number, source_id, xmin as written
                    from change
                    where not is_technical
                    order by latest_at desc, article_id desc, number desc
                    limit $1
                ) as latest
                join source on source.id = latest.source_id),
                -- What is counted, hidden articles among it, is one more row; whoever took a number
                -- and did not commit yet changes how many there are, and so does folding.
                (select last_value from tally_delta_id_seq),
                (select concat_ws('.', count(*), max(id)) from tally_delta)
            ) as "edition!"
            "#,
            LATEST,
        )
        .fetch_one(&self.pool)
        .await?;
        Ok(Edition(edition))
    }
}
