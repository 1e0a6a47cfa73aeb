//! What pages show of an article with thousands of versions: its changes in short, and a page of its
//! versions and sightings at a time.

use chrono::{DateTime, Utc};
use stet_core::compare::Stats;
use stet_core::{ArticleId, Kind, Kinds, VersionNumber};

use crate::{Sighting, Store, StoreError, VersionSummary, row, version};

/// A change without its article's names and headlines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passage {
    /// The change's number within the article, from 0.
    pub number: u32,
    /// The version that stood before.
    pub from: VersionNumber,
    /// The version that stood after; the same where the article was removed or came back with the
    /// text that it had.
    pub to: VersionNumber,
    /// The sighting that it led to, or, of a removal, the one that it ended: its number, from 0.
    pub to_sighting: u32,
    /// When the old text was seen last: the change happened later.
    pub earliest_at: DateTime<Utc>,
    /// When the new text was seen first: the change had happened.
    pub latest_at: DateTime<Utc>,
    /// What was counted.
    pub stats: Stats,
    /// The kinds of change.
    pub kinds: Kinds,
}

/// A version, and when it was seen first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VersionTime {
    /// Its number.
    pub number: VersionNumber,
    /// When it was seen first.
    pub first_seen_at: DateTime<Utc>,
}

impl Passage {
    /// Whether only the extractor changed.
    #[must_use]
    pub fn is_technical(&self) -> bool {
        self.kinds.contains(&Kind::Technical)
    }
}

/// A sighting with its number within the article, from 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NumberedSighting {
    /// Its number.
    pub number: u32,
    /// What was seen.
    pub sighting: Sighting,
}

impl Store {
    /// When an article that may be shown was first seen with a text, and when it was last.
    pub async fn seen_between(
        &self,
        article: ArticleId,
    ) -> Result<Option<(DateTime<Utc>, DateTime<Utc>)>, StoreError> {
        let seen = sqlx::query!(
            r#"
            select (
                    select sighting.first_seen_at
                    from sighting
                    where article_id = article.id
                    order by number
                    limit 1
                ) as first,
                (
                    select last_seen_at
                    from sighting
                    where article_id = article.id
                    order by number desc
                    limit 1
                ) as last
            from article
            where id = $1
                and state <> 'hidden'
            "#,
            article.get(),
        )
        .fetch_optional(&self.pool)
        .await?;
        Ok(seen.and_then(|seen| seen.first.zip(seen.last)))
    }

    /// The last `limit` changes of an article that may be shown, technical ones included, in order.
    pub async fn passages(
        &self,
        article: ArticleId,
        limit: u32,
    ) -> Result<Vec<Passage>, StoreError> {
        let rows = sqlx::query!(
            r#"
            select number, from_version, to_version, to_sighting, earliest_at, latest_at,
                words_added, words_removed, paragraphs_edited, paragraphs_added,
                paragraphs_removed, paragraphs_moved, kinds
            from change
            join article on article.id = change.article_id
            where article_id = $1
                and article.state <> 'hidden'
            order by number desc
            limit $2
            "#,
            article.get(),
            i64::from(limit),
        )
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter()
            .rev()
            .map(|change| {
                Ok(Passage {
                    number: row::count(change.number),
                    from: row::version(change.from_version)?,
                    to: row::version(change.to_version)?,
                    to_sighting: row::count(change.to_sighting),
                    earliest_at: change.earliest_at,
                    latest_at: change.latest_at,
                    stats: Stats {
                        words_added: row::count(change.words_added),
                        words_removed: row::count(change.words_removed),
                        paragraphs_edited: row::count(change.paragraphs_edited),
                        paragraphs_added: row::count(change.paragraphs_added),
                        paragraphs_removed: row::count(change.paragraphs_removed),
                        paragraphs_moved: row::count(change.paragraphs_moved),
                    },
                    kinds: row::kinds(&change.kinds)?,
                })
            })
            .collect()
    }

    /// When the first `limit` texts of an article that may be shown were first seen, in the order
    /// of their numbers.
    pub async fn version_times(
        &self,
        article: ArticleId,
        limit: u32,
    ) -> Result<Vec<VersionTime>, StoreError> {
        let rows = sqlx::query!(
            r#"
            select version.number, created_at
            from version
            join article on article.id = version.article_id
            where article_id = $1
                and article.state <> 'hidden'
            order by version.number
            limit $2
            "#,
            article.get(),
            i64::from(limit),
        )
        .fetch_all(&self.pool)
        .await?;
        let time = |number: i32, first_seen_at| {
            Ok(VersionTime { number: row::version(number)?, first_seen_at })
        };
        rows.into_iter().map(|version| time(version.number, version.created_at)).collect()
    }

    /// The texts of an article that may be shown, the latest first: `limit` of them after `offset`.
    pub async fn latest_versions(
        &self,
        article: ArticleId,
        offset: u32,
        limit: u32,
    ) -> Result<Vec<VersionSummary>, StoreError> {
        let rows = sqlx::query_as!(
            version::SummaryRow,
            r#"
            select version.number, version.title, byline, words, created_at
            from version
            join article on article.id = version.article_id
            where article_id = $1
                and article.state <> 'hidden'
            order by version.number desc
            offset $2
            limit $3
            "#,
            article.get(),
            i64::from(offset),
            i64::from(limit),
        )
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter().map(VersionSummary::try_from).collect()
    }

    /// The texts of an article that may be shown, the latest first: `limit` of them before a number.
    pub async fn versions_before(
        &self,
        article: ArticleId,
        before: Option<VersionNumber>,
        limit: u32,
    ) -> Result<Vec<VersionSummary>, StoreError> {
        let rows = sqlx::query_as!(
            version::SummaryRow,
            r#"
            select version.number, version.title, byline, words, created_at
            from version
            join article on article.id = version.article_id
            where article_id = $1
                and article.state <> 'hidden'
                and ($2::integer is null or version.number < $2)
            order by version.number desc
            limit $3
            "#,
            article.get(),
            before.map(VersionNumber::get),
            i64::from(limit),
        )
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter().map(VersionSummary::try_from).collect()
    }

    /// The sightings of an article that may be shown, the latest first: `limit` of them after
    /// `offset`.
    pub async fn latest_sightings(
        &self,
        article: ArticleId,
        offset: u32,
        limit: u32,
    ) -> Result<Vec<NumberedSighting>, StoreError> {
        let rows = sqlx::query!(
            r#"
            select number, version, sighting.first_seen_at, last_seen_at, checks
            from sighting
            join article on article.id = article_id
            where article_id = $1
                and article.state <> 'hidden'
            order by number desc
            offset $2
            limit $3
            "#,
            article.get(),
            i64::from(offset),
            i64::from(limit),
        )
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter()
            .map(|sighting| {
                Ok(NumberedSighting {
                    number: row::count(sighting.number),
                    sighting: Sighting {
                        version: row::version(sighting.version)?,
                        first_seen_at: sighting.first_seen_at,
                        last_seen_at: sighting.last_seen_at,
                        checks: row::count(sighting.checks),
                    },
                })
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use sqlx::PgPool;
    use stet_core::CheckOutcome;

    use crate::MIGRATOR;
    use crate::fixture::{Fixture, minute};

    #[sqlx::test(migrator = "MIGRATOR")]
    async fn a_history_is_read_a_page_at_a_time_the_latest_first(pool: PgPool) {
        let fixture = Fixture::new(pool).await;
        for (minutes, paragraph) in [(0, "a"), (30, "b"), (60, "a"), (90, "c")] {
            fixture.see(minutes, &[paragraph]).await;
        }
        let (store, id) = (&fixture.store, fixture.article);
        let versions = store.latest_versions(id, 1, 1).await.unwrap();
        assert_eq!(versions.iter().map(|version| version.number.get()).collect::<Vec<_>>(), [1]);
        let times = store.version_times(id, 2).await.unwrap();
        let times: Vec<_> =
            times.iter().map(|version| (version.number.get(), version.first_seen_at)).collect();
        assert_eq!(times, [(0, minute(0)), (1, minute(30))]);
        let sightings = store.latest_sightings(id, 0, 2).await.unwrap();
        let seen: Vec<_> =
            sightings.iter().map(|run| (run.number, run.sighting.version.get())).collect();
        assert_eq!(seen, [(3, 2), (2, 0)]);
        let passages = store.passages(id, 2).await.unwrap();
        let passed: Vec<_> =
            passages.iter().map(|change| (change.from.get(), change.to.get())).collect();
        assert_eq!(passed, [(1, 0), (0, 2)]);
        assert_eq!(store.seen_between(id).await.unwrap(), Some((minute(0), minute(90))));
        let runs = store.headline_runs(id, 10).await.unwrap();
        assert_eq!(runs.len(), 1, "all texts of this fixture have one headline");
        assert_eq!((runs[0].first_seen_at, runs[0].last_seen_at), (minute(0), minute(90)));
    }

    #[sqlx::test(migrator = "MIGRATOR")]
    async fn a_history_that_is_hidden_is_not_read(pool: PgPool) {
        let fixture = Fixture::new(pool).await;
        fixture.see(0, &["a"]).await;
        fixture.see(30, &["b"]).await;
        fixture.fail(60, CheckOutcome::NotFound, "gone").await;
        let (store, id) = (&fixture.store, fixture.article);
        store.hide_article(id).await.unwrap();
        assert_eq!(store.seen_between(id).await.unwrap(), None);
        assert_eq!(store.passages(id, 9).await.unwrap(), []);
        assert_eq!(store.version_times(id, 9).await.unwrap(), []);
        assert_eq!(store.latest_versions(id, 0, 9).await.unwrap(), []);
        assert_eq!(store.latest_sightings(id, 0, 9).await.unwrap(), []);
        assert_eq!(store.headline_runs(id, 9).await.unwrap(), []);
    }
}
