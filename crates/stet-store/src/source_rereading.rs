//! Sources whose histories are to be read anew in the background, article by article.

use chrono::{DateTime, TimeDelta, Utc};
use stet_core::{ArticleId, SourceId};

use crate::rereading::Scope;
use crate::{Store, StoreError, row};

/// How far the rereading of a source has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceRereading {
    /// When it was asked for.
    pub asked_at: DateTime<Utc>,
    /// How many articles there were to read.
    pub articles: u32,
    /// How many of them were read.
    pub done: u32,
    /// How many of those have another text in some version.
    pub changed: u32,
    /// How many could not be read.
    pub failed: u32,
    /// When it came to its end.
    pub finished_at: Option<DateTime<Utc>>,
}

/// A source that a poller reads anew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceRereadingClaim {
    source: i64,
    claim: i64,
    /// The source's name in addresses.
    pub slug: String,
    /// The articles up to this one are done.
    pub after: Option<ArticleId>,
}

impl Store {
    /// Asks for the histories of a source to be read anew; what `extractor` and the source's rules
    /// made already is left alone. One that is under way begins anew.
    pub async fn ask_rereading(
        &self,
        slug: &str,
        extractor: i32,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let scope = Scope::Source(slug.to_owned());
        let articles = self.count_stale_articles(&scope, extractor).await?;
        sqlx::query!(
            r#"
            insert into source_rereading (source_id, asked_at, articles)
            select id, $2, $3
            from source
            where slug = $1
            on conflict (source_id) do update
            set asked_at = $2, articles = $3, done = 0, changed = 0, failed = 0,
                after_article = 0, claim = source_rereading.claim + 1, lease_until = null,
                finished_at = null
            "#,
            slug,
            now,
            i32::try_from(articles).unwrap_or(i32::MAX),
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Takes the source that waits longest to be read anew, by the database's clock.
    pub async fn claim_source_rereading(
        &self,
        lease: TimeDelta,
    ) -> Result<Option<SourceRereadingClaim>, StoreError> {
        let claimed = sqlx::query!(
            r#"
            update source_rereading
            set claim = source_rereading.claim + 1, lease_until = now() + $1
            from source
            where source.id = source_rereading.source_id
                and source_id = (
                    select source_id
                    from source_rereading
                    where finished_at is null
                        and (lease_until is null or lease_until <= now())
                    order by asked_at
                    limit 1
                    for no key update skip locked
                )
            returning source_id, claim, slug, after_article
            "#,
            row::interval(lease),
        )
        .fetch_optional(&self.pool)
        .await?;
        let Some(claimed) = claimed else { return Ok(None) };
        Ok(Some(SourceRereadingClaim {
            source: claimed.source_id,
            claim: claimed.claim,
            slug: claimed.slug,
            after: ArticleId::try_from(claimed.after_article).ok(),
        }))
    }

    /// Renews the claim. Says whether it still holds.
    pub async fn renew_source_rereading(
        &self,
        claim: &SourceRereadingClaim,
        lease: TimeDelta,
    ) -> Result<bool, StoreError> {
        let held = sqlx::query!(
            r#"
            update source_rereading
            set lease_until = now() + $3
            where source_id = $1
                and claim = $2
            "#,
            claim.source,
            claim.claim,
            row::interval(lease),
        )
        .execute(&self.pool)
        .await?;
        Ok(held.rows_affected() == 1)
    }

    /// Puts one more article down as done. `after` is the one up to which all are.
    pub async fn note_reread(
        &self,
        claim: &SourceRereadingClaim,
        after: Option<ArticleId>,
        is_changed: bool,
        is_failed: bool,
    ) -> Result<(), StoreError> {
        sqlx::query!(
            r#"
            update source_rereading
            set done = least(done + 1, articles), changed = changed + $3::boolean::integer,
                failed = failed + $4::boolean::integer, after_article = greatest(after_article, $5)
            where source_id = $1
                and claim = $2
            "#,
            claim.source,
            claim.claim,
            is_changed,
            is_failed,
            after.map_or(0, ArticleId::get),
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Puts the rereading down as finished, unless it was asked for again meanwhile.
    pub async fn finish_source_rereading(
        &self,
        claim: &SourceRereadingClaim,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        sqlx::query!(
            r#"
            update source_rereading
            set finished_at = $3, lease_until = null
            where source_id = $1
                and claim = $2
            "#,
            claim.source,
            claim.claim,
            now,
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Gives a claim back, so that another poller may go on at once.
    pub async fn release_source_rereading(
        &self,
        claim: &SourceRereadingClaim,
    ) -> Result<(), StoreError> {
        sqlx::query!(
            "update source_rereading set lease_until = null where source_id = $1 and claim = $2",
            claim.source,
            claim.claim,
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// How far the last rereading of a source has come; `None` where none was asked for.
    pub async fn source_rereading(
        &self,
        source: SourceId,
    ) -> Result<Option<SourceRereading>, StoreError> {
        let found = sqlx::query!(
            r#"
            select asked_at, articles, done, changed, failed, finished_at
            from source_rereading
            where source_id = $1
            "#,
            source.get(),
        )
        .fetch_optional(&self.pool)
        .await?;
        Ok(found.map(|found| SourceRereading {
            asked_at: found.asked_at,
            articles: row::count(found.articles),
            done: row::count(found.done),
            changed: row::count(found.changed),
            failed: row::count(found.failed),
            finished_at: found.finished_at,
        }))
    }
}

#[cfg(test)]
mod tests {
    use sqlx::PgPool;
    use stet_core::extract::SiteRules;

    use super::*;
    use crate::MIGRATOR;
    use crate::fixture::{Fixture, minute};

    const LEASE: TimeDelta = TimeDelta::minutes(1);

    #[sqlx::test(migrator = "MIGRATOR")]
    async fn a_rereading_is_claimed_once_and_goes_on_where_it_was(pool: PgPool) {
        let fixture = Fixture::new(pool.clone()).await;
        let store = &fixture.store;
        fixture.see(0, &["One."]).await;
        let rules = SiteRules { drop: Some(".a".to_owned()), ..SiteRules::default() };
        store.set_rules("examplecom", &rules, minute(0)).await.unwrap();
        let source = store.source_settings("examplecom").await.unwrap().unwrap().id;
        assert_eq!(store.source_rereading(source).await.unwrap(), None);
        store.ask_rereading("examplecom", 1, minute(0)).await.unwrap();

        let first = store.claim_source_rereading(LEASE).await.unwrap().unwrap();
        assert_eq!((first.slug.as_str(), first.after), ("examplecom", None));
        assert_eq!(store.claim_source_rereading(LEASE).await.unwrap(), None);
        store.note_reread(&first, Some(fixture.article), true, false).await.unwrap();
        // The poller dies, and its claim runs out.
        store.release_source_rereading(&first).await.unwrap();
        let second = store.claim_source_rereading(LEASE).await.unwrap().unwrap();
        assert_eq!(second.after, Some(fixture.article));
        store.note_reread(&first, None, true, true).await.unwrap();
        assert!(!store.renew_source_rereading(&first, LEASE).await.unwrap(), "its claim is spent");
        store.finish_source_rereading(&second, minute(5)).await.unwrap();
        let expected = SourceRereading {
            asked_at: minute(0),
            articles: 1,
            done: 1,
            changed: 1,
            failed: 0,
            finished_at: Some(minute(5)),
        };
        assert_eq!(store.source_rereading(source).await.unwrap(), Some(expected));
        assert_eq!(store.claim_source_rereading(LEASE).await.unwrap(), None);
    }

    #[sqlx::test(migrator = "MIGRATOR")]
    async fn asking_again_takes_the_rereading_from_who_is_at_it(pool: PgPool) {
        let fixture = Fixture::new(pool).await;
        let store = &fixture.store;
        store.ask_rereading("examplecom", 1, minute(0)).await.unwrap();
        let first = store.claim_source_rereading(LEASE).await.unwrap().unwrap();
        store.ask_rereading("examplecom", 1, minute(1)).await.unwrap();
        store.finish_source_rereading(&first, minute(2)).await.unwrap();
        assert!(store.claim_source_rereading(LEASE).await.unwrap().is_some());
    }
}
