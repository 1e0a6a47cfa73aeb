//! The rules of a source, and the revision that says which rules read a text.

use stet_core::extract::{RuleError, SiteRules};
use thiserror::Error;

use crate::{Store, StoreError};

/// A source's own rules, as they are stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceRules {
    /// The rules; `None` where general extraction does.
    pub rules: Option<serde_json::Value>,
    /// Their revision: it rises with each change of the rules, and of what was learned of the
    /// source's boilerplate.
    pub revision: i32,
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
    /// that it had; returns what it has now, or `None` if there is no such source.
    ///
    /// Nothing is read anew here: each article is at its next check, all of a source's histories
    /// by [rereading](crate::rereading).
    pub async fn set_rules(
        &self,
        slug: &str,
        rules: &SiteRules,
    ) -> Result<Option<SourceRules>, SetRulesError> {
        rules.check()?;
        let stored = (*rules != SiteRules::default())
            .then(|| serde_json::to_value(rules))
            .transpose()
            .map_err(|error| StoreError::corrupt("rules", error))?;
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
        .fetch_optional(&self.pool)
        .await
        .map_err(StoreError::from)?;
        Ok(set)
    }
}

#[cfg(test)]
mod tests {
    use sqlx::PgPool;

    use super::*;
    use crate::MIGRATOR;
    use crate::fixture::Fixture;

    fn body(selector: &str) -> SiteRules {
        SiteRules { body: Some(selector.to_owned()), ..SiteRules::default() }
    }

    #[sqlx::test(migrator = "MIGRATOR")]
    async fn the_revision_rises_with_each_change_of_the_rules_and_no_other_time(pool: PgPool) {
        let store = Fixture::new(pool).await.store;
        let mut revisions = vec![store.rules("examplecom").await.unwrap().unwrap().revision];
        for rules in [body(".a"), body(".a"), body(".b"), SiteRules::default()] {
            let set = store.set_rules("examplecom", &rules).await.unwrap().unwrap();
            revisions.push(set.revision);
        }
        assert_eq!(revisions, [0, 1, 1, 2, 3]);
        assert_eq!(store.rules("examplecom").await.unwrap().unwrap().rules, None);
    }

    #[sqlx::test(migrator = "MIGRATOR")]
    async fn a_rule_that_is_no_selector_is_refused_and_the_rules_stay(pool: PgPool) {
        let store = Fixture::new(pool).await.store;
        store.set_rules("examplecom", &body(".a")).await.unwrap();
        let refused = store.set_rules("examplecom", &body("div[")).await;
        assert!(matches!(refused, Err(SetRulesError::Rule(_))), "{refused:?}");
        assert_eq!(store.rules("examplecom").await.unwrap().unwrap().revision, 1);
    }

    #[sqlx::test(migrator = "MIGRATOR")]
    async fn a_source_that_is_unknown_has_no_rules_and_gets_none(pool: PgPool) {
        let store = Store::new(pool);
        assert_eq!(store.rules("nowhere").await.unwrap(), None);
        assert_eq!(store.set_rules("nowhere", &body("p")).await.unwrap(), None);
    }
}
