//! The rules of a source, those that it had before, and the revision that says which rules read a
//! text.

use chrono::{DateTime, Utc};
use stet_core::SourceId;
use stet_core::extract::{Knowledge, RuleError, SiteRules};
use thiserror::Error;

use crate::{Store, StoreError, boilerplate, row};

/// A source's own rules, as they are stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceRules {
    /// The rules; `None` where general extraction does.
    pub rules: Option<serde_json::Value>,
    /// Their revision: it rises with each change of the rules, and of what was learned of the
    /// source's boilerplate.
    pub revision: i32,
}

/// Rules that a source has, or had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleRevision {
    /// Its number among the source's, from 1.
    pub number: i32,
    /// The rules; none of them where general extraction did.
    pub rules: SiteRules,
    /// Since when they stood.
    pub at: DateTime<Utc>,
}

/// Why rules were not set.
#[derive(Debug, Error)]
pub enum SetRulesError {
    /// One of them is no selector: whoever wrote it should know.
    #[error(transparent)]
    Rule(#[from] RuleError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Store {
    /// The rules of the source with this name in addresses; `None` if there is no such source.
    pub async fn rules(&self, slug: &str) -> Result<Option<SourceRules>, StoreError> {
        let found = sqlx::query_as!(
            SourceRules,
            "select rules, rules_revision as revision from source where slug = $1",
            slug,
        )
        .fetch_optional(&self.pool)
        .await?;
        Ok(found)
    }

    /// Gives a source other rules, or none, and raises their revision if they differ from those
    /// that it had; returns what it has now, or `None` if there is no such source. Those that it had
    /// are kept.
    ///
    /// Nothing is read anew here: each article is at its next check, all of a source's histories
    /// by [rereading](crate::rereading).
    pub async fn set_rules(
        &self,
        slug: &str,
        rules: &SiteRules,
        now: DateTime<Utc>,
    ) -> Result<Option<SourceRules>, SetRulesError> {
        rules.check()?;
        let stored = (*rules != SiteRules::default())
            .then(|| serde_json::to_value(rules))
            .transpose()
            .map_err(|error| StoreError::corrupt("rules", error))?;
        let mut transaction = self.pool.begin().await.map_err(StoreError::from)?;
        // Who saves at the same time waits here, and finds the number taken.
        let before =
            sqlx::query!("select id, rules from source where slug = $1 for no key update", slug,)
                .fetch_optional(&mut *transaction)
                .await
                .map_err(StoreError::from)?;
        let Some(before) = before else { return Ok(None) };
        if before.rules != stored {
            sqlx::query!(
                r#"
                insert into rule_revision (source_id, number, rules, at)
                select $1, coalesce(max(number), 0) + 1, $2, $3
                from rule_revision
                where source_id = $1
                "#,
                before.id,
                stored,
                now,
            )
            .execute(&mut *transaction)
            .await
            .map_err(StoreError::from)?;
        }
        let set = sqlx::query_as!(
            SourceRules,
            r#"
            update source
            set rules = $2,
                rules_revision = rules_revision + (rules is distinct from $2)::integer
            where slug = $1
            returning rules, rules_revision as revision
            "#,
            slug,
            stored,
        )
        .fetch_optional(&mut *transaction)
        .await
        .map_err(StoreError::from)?;
        transaction.commit().await.map_err(StoreError::from)?;
        Ok(set)
    }

    /// The rules that a source has and those that it had before, the newest first, at most a
    /// hundred.
    pub async fn rule_revisions(&self, source: SourceId) -> Result<Vec<RuleRevision>, StoreError> {
        let rows = sqlx::query!(
            r#"
            select number, rules, at
            from rule_revision
            where source_id = $1
            order by number desc
            limit 100
            "#,
            source.get(),
        )
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter()
            .map(|revision| {
                let rules = revision.rules.map(|rules| row::json("rules", rules)).transpose()?;
                Ok(RuleRevision {
                    number: revision.number,
                    rules: rules.unwrap_or_default(),
                    at: revision.at,
                })
            })
            .collect()
    }

    /// What the articles of a source are read with; `None` if there is no such source. Rules that
    /// cannot be read count as none: the checks say so.
    pub async fn knowledge(&self, slug: &str) -> Result<Option<Knowledge>, StoreError> {
        let found = sqlx::query!(
            r#"
            select rules,
                array(
                    select digest from boilerplate where boilerplate.source_id = source.id
                ) as "boilerplate!"
            from source
            where slug = $1
            "#,
            slug,
        )
        .fetch_optional(&self.pool)
        .await?;
        let Some(source) = found else { return Ok(None) };
        let rules = source.rules.and_then(|rules| serde_json::from_value(rules).ok());
        Ok(Some(Knowledge {
            rules: rules.unwrap_or_default(),
            boilerplate: boilerplate::read(&source.boilerplate)?,
        }))
    }
}

#[cfg(test)]
mod tests {
    use sqlx::PgPool;

    use super::*;
    use crate::MIGRATOR;
    use crate::fixture::{Fixture, minute};

    fn body(selector: &str) -> SiteRules {
        SiteRules { body: Some(selector.to_owned()), ..SiteRules::default() }
    }

    #[sqlx::test(migrator = "MIGRATOR")]
    async fn the_revision_rises_with_each_change_of_the_rules_and_no_other_time(pool: PgPool) {
        let store = Fixture::new(pool).await.store;
        let mut revisions = vec![store.rules("examplecom").await.unwrap().unwrap().revision];
        for rules in [body(".a"), body(".a"), body(".b"), SiteRules::default()] {
            let set = store.set_rules("examplecom", &rules, minute(0)).await.unwrap().unwrap();
            revisions.push(set.revision);
        }
        assert_eq!(revisions, [0, 1, 1, 2, 3]);
        assert_eq!(store.rules("examplecom").await.unwrap().unwrap().rules, None);
    }

    #[sqlx::test(migrator = "MIGRATOR")]
    async fn a_rule_that_is_no_selector_is_refused_and_the_rules_stay(pool: PgPool) {
        let store = Fixture::new(pool).await.store;
        store.set_rules("examplecom", &body(".a"), minute(0)).await.unwrap();
        let refused = store.set_rules("examplecom", &body("div["), minute(0)).await;
        assert!(matches!(refused, Err(SetRulesError::Rule(_))), "{refused:?}");
        assert_eq!(store.rules("examplecom").await.unwrap().unwrap().revision, 1);
    }

    #[sqlx::test(migrator = "MIGRATOR")]
    async fn a_source_that_is_unknown_has_no_rules_and_gets_none(pool: PgPool) {
        let store = Store::new(pool);
        assert_eq!(store.rules("nowhere").await.unwrap(), None);
        assert_eq!(store.set_rules("nowhere", &body("p"), minute(0)).await.unwrap(), None);
    }

    #[sqlx::test(migrator = "MIGRATOR")]
    async fn the_rules_that_a_source_had_are_kept_each_once(pool: PgPool) {
        let store = Fixture::new(pool).await.store;
        let source = store.source_settings("examplecom").await.unwrap().unwrap().id;
        for (at, rules) in [(1, body(".a")), (2, body(".a")), (3, SiteRules::default())] {
            store.set_rules("examplecom", &rules, minute(at)).await.unwrap();
        }
        let kept = store.rule_revisions(source).await.unwrap();
        let first = RuleRevision { number: 1, rules: body(".a"), at: minute(1) };
        let second = RuleRevision { number: 2, rules: SiteRules::default(), at: minute(3) };
        assert_eq!(kept, [second, first]);
        store.set_rules("examplecom", &body(".b"), minute(4)).await.unwrap();
        let knowledge = store.knowledge("examplecom").await.unwrap().unwrap();
        assert_eq!(knowledge.rules, body(".b"));
    }
}
