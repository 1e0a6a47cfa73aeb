//! Rereading: histories are made anew from the snapshots they were made of, by the present
//! extractor and rules, in place. `docs/decisions/2026-11-23-histories-are-reread-in-place.md` says
//! what becomes of versions, sightings and changes.
//!
//! It is safe beside running pollers and other rereadings: an article is claimed as for a check, but
//! without its host, since nothing is visited; what is written names the claim, so that a process
//! that slept past its lease writes nothing. An article is one transaction: whoever is killed goes on
//! with the articles that are not stamped yet.

mod recount;
#[cfg(test)]
mod tests;
mod texts;
mod write;

use chrono::TimeDelta;
use stet_core::compare::Stats;
use stet_core::extract::Boilerplate;
use stet_core::{ArticleId, Kinds, TextDigest, VersionNumber};

use crate::{Reading, Store, StoreError, boilerplate, row};

pub use recount::Pair;
pub use texts::Texts;

/// Which histories to read anew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// All of them.
    All,
    /// Those of the source with this name in addresses.
    Source(String),
    /// That of one article.
    Article(ArticleId),
}

impl Scope {
    /// What the article's identifier and its source's slug must be.
    fn columns(&self) -> (Option<i64>, Option<&str>) {
        match self {
            Self::All => (None, None),
            Self::Source(slug) => (None, Some(slug)),
            Self::Article(id) => (Some(id.get()), None),
        }
    }
}

/// An article that was claimed to be read anew, with its history as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RereadingClaim {
    /// Which article.
    pub id: ArticleId,
    /// Its counter when it was claimed.
    pub claim: i64,
    /// Its source's own rules, as they are stored.
    pub rules: Option<serde_json::Value>,
    /// What is known not to belong to its source's articles.
    pub boilerplate: Boilerplate,
    /// The revision of both.
    pub rules_revision: i32,
    /// Its versions, by their numbers.
    pub versions: Vec<ReadVersion>,
    /// Its changes, in their order.
    pub(crate) passages: Vec<Passage>,
}

/// What read a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReadVersion {
    /// Its number.
    pub number: VersionNumber,
    /// Its digest.
    pub digest: TextDigest,
    /// What read it, or tried to.
    pub reading: Reading,
    /// Whether that found no article in the bytes, so that the text is an earlier reading's.
    pub is_unreadable: bool,
}

/// A change as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Passage {
    pub(crate) number: i32,
    pub(crate) from: VersionNumber,
    pub(crate) to: VersionNumber,
    pub(crate) stats: Stats,
    pub(crate) kinds: Kinds,
    pub(crate) is_reversion: bool,
    /// Whether the same bytes were read anew here.
    pub(crate) is_upgrade: bool,
}

impl Store {
    /// Up to `limit` articles in `scope` after `after`, by their identifiers, with a version that
    /// was made by an earlier extractor than `extractor` or by other rules than its source has now.
    ///
    /// Hidden articles are among them: nothing is shown here, and one that is shown again should not
    /// show what an old extractor read.
    pub async fn stale_articles(
        &self,
        scope: &Scope,
        extractor: i32,
        after: Option<ArticleId>,
        limit: u32,
    ) -> Result<Vec<ArticleId>, StoreError> {
        let (article, slug) = scope.columns();
        let found = sqlx::query_scalar!(
            r#"
            select article.id
            from article
            join source on source.id = article.source_id
            where article.id > $1
                and ($2::bigint is null or article.id = $2)
                and ($3::text is null or source.slug = $3)
                and exists (
                    select
                    from version
                    where version.article_id = article.id
                        and (version.extractor < $4
                            or (version.extractor = $4
                                and version.rules_revision <> source.rules_revision))
                )
            order by article.id
            limit $5
            "#,
            after.map_or(0, ArticleId::get),
            article,
            slug,
            extractor,
            i64::from(limit),
        )
        .fetch_all(&self.pool)
        .await?;
        found.into_iter().map(row::id).collect()
    }

    /// How many articles [`Store::stale_articles`] has in all.
    pub async fn count_stale_articles(
        &self,
        scope: &Scope,
        extractor: i32,
    ) -> Result<u64, StoreError> {
        let (article, slug) = scope.columns();
        let count = sqlx::query_scalar!(
            r#"
            select count(*) as "count!"
            from article
            join source on source.id = article.source_id
            where ($1::bigint is null or article.id = $1)
                and ($2::text is null or source.slug = $2)
                and exists (
                    select
                    from version
                    where version.article_id = article.id
                        and (version.extractor < $3
                            or (version.extractor = $3
                                and version.rules_revision <> source.rules_revision))
                )
            "#,
            article,
            slug,
            extractor,
        )
        .fetch_one(&self.pool)
        .await?;
        Ok(u64::try_from(count).unwrap_or_default())
    }

    /// Claims an article to be read anew, for `lease`; `None` while somebody else has claimed it.
    pub async fn claim_rereading(
        &self,
        id: ArticleId,
        lease: TimeDelta,
    ) -> Result<Option<RereadingClaim>, StoreError> {
        let mut transaction = self.pool.begin().await?;
        let claimed = sqlx::query!(
            r#"
            update article
            set claim = article.claim + 1, lease_until = now() + $2
            from source
            where article.id = $1
                and source.id = article.source_id
                and (lease_until is null or lease_until <= now())
            returning article.claim, source.rules, source.rules_revision,
                array(
                    select digest from boilerplate where boilerplate.source_id = source.id
                ) as "boilerplate!"
            "#,
            id.get(),
            row::interval(lease),
        )
        .fetch_optional(&mut *transaction)
        .await?;
        let Some(article) = claimed else { return Ok(None) };
        let versions = sqlx::query!(
            r#"
            select number, digest, extractor, rules_revision, is_unreadable
            from version
            where article_id = $1
            order by number
            "#,
            id.get(),
        )
        .fetch_all(&mut *transaction)
        .await?;
        let passages = sqlx::query!(
            r#"
            select number, from_version, to_version, words_added, words_removed,
                paragraphs_edited, paragraphs_added, paragraphs_removed, paragraphs_moved, kinds,
                is_reversion, is_upgrade
            from change
            where article_id = $1
            order by number
            "#,
            id.get(),
        )
        .fetch_all(&mut *transaction)
        .await?;
        transaction.commit().await?;
        let versions = versions.into_iter().map(|version| {
            Ok::<_, StoreError>(ReadVersion {
                number: row::version(version.number)?,
                digest: TextDigest(row::digest(&version.digest)?),
                reading: Reading { extractor: version.extractor, rules: version.rules_revision },
                is_unreadable: version.is_unreadable,
            })
        });
        let passages = passages.into_iter().map(|change| {
            Ok::<_, StoreError>(Passage {
                number: change.number,
                from: row::version(change.from_version)?,
                to: row::version(change.to_version)?,
                stats: Stats {
                    words_added: row::count(change.words_added),
                    words_removed: row::count(change.words_removed),
                    paragraphs_edited: row::count(change.paragraphs_edited),
                    paragraphs_added: row::count(change.paragraphs_added),
                    paragraphs_removed: row::count(change.paragraphs_removed),
                    paragraphs_moved: row::count(change.paragraphs_moved),
                },
                kinds: row::kinds(&change.kinds)?,
                is_reversion: change.is_reversion,
                is_upgrade: change.is_upgrade,
            })
        });
        Ok(Some(RereadingClaim {
            id,
            claim: article.claim,
            rules: article.rules,
            boilerplate: boilerplate::read(&article.boilerplate)?,
            rules_revision: article.rules_revision,
            versions: versions.collect::<Result<_, _>>()?,
            passages: passages.collect::<Result<_, _>>()?,
        }))
    }

    /// Holds a claim for `lease` from now on; says whether it still stands.
    pub async fn renew_rereading(
        &self,
        claim: &RereadingClaim,
        lease: TimeDelta,
    ) -> Result<bool, StoreError> {
        let renewed = sqlx::query!(
            r#"
            update article
            set lease_until = now() + $3
            where id = $1
                and claim = $2
                and lease_until is not null
            "#,
            claim.id.get(),
            claim.claim,
            row::interval(lease),
        )
        .execute(&self.pool)
        .await?;
        Ok(renewed.rows_affected() == 1)
    }

    /// Gives an article back of which nothing was written. A claim that is spent is left alone.
    pub async fn release_rereading(&self, claim: &RereadingClaim) -> Result<(), StoreError> {
        sqlx::query!(
            "update article set lease_until = null where id = $1 and claim = $2",
            claim.id.get(),
            claim.claim,
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }
}
