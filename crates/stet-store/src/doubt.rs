//! What is believed only when it was seen twice: that a page is gone, and that an article lost most
//! of its text.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use stet_core::schedule::{DORMANT_AFTER, GONE_AFTER};
use stet_core::{ArticleId, HostId, Kind, TextDigest};

use crate::change::NewChange;
use crate::claim::ArticleClaim;
use crate::record::Difference;
use crate::{Store, StoreError, change, passage, sighting};

/// Under how many other articles a text makes it one of the site's own. Two addresses of one article
/// are no sign yet.
const REPEATED_UNDER: i64 = 2;

/// What an article's last visits left open.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Doubt {
    /// When 404 or 410 was answered first and last, since the article was seen last.
    pub(crate) missing: Option<(DateTime<Utc>, DateTime<Utc>)>,
    /// Whether that was confirmed.
    pub(crate) is_gone: bool,
    /// A text that lost most of its length, and when it was seen first.
    pub(crate) held: Option<(TextDigest, DateTime<Utc>)>,
}

impl Doubt {
    /// When the article was last seen to be gone, if it is.
    pub(crate) fn gone_at(&self) -> Option<DateTime<Utc>> {
        self.missing.filter(|_| self.is_gone).map(|(_, last)| last)
    }
}

/// The text that stands: its sighting and its version.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Standing {
    pub(crate) sighting: i32,
    pub(crate) version: i32,
    pub(crate) last_seen_at: DateTime<Utc>,
}

/// Notes a 404 or 410. Hours after the first one it is believed: a change, for all who read of this
/// article, which is dated when it was believed: lists and feeds go by the time of a change, and who
/// read them in between must be told of it, too. One that stays gone for as long as others may stay
/// without a change is not looked for any more.
pub(crate) async fn miss(
    connection: &mut PgConnection,
    claim: &ArticleClaim,
    standing: Option<Standing>,
    doubt: &Doubt,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    // A clock that was set back must not shorten what was seen.
    let since = doubt.missing.map_or(at, |(since, _)| since);
    let last = doubt.missing.map_or(at, |(_, last)| last.max(at));
    let is_gone = doubt.is_gone || last - since >= GONE_AFTER;
    let latest_at = standing.map_or(last, |standing| last.max(standing.last_seen_at));
    let mut is_new_change = false;
    if let Some(standing) = standing.filter(|_| is_gone && !doubt.is_gone) {
        let new = NewChange {
            article: claim.id,
            from_sighting: standing.sighting,
            to_sighting: standing.sighting,
            from_version: standing.version,
            to_version: standing.version,
            earliest_at: standing.last_seen_at,
            latest_at,
            is_reversion: false,
            is_upgrade: false,
            difference: &Difference::of_kind(Kind::Gone),
        };
        is_new_change = change::insert(connection, new).await?;
        passage::end(connection, claim.id, standing.version, latest_at).await?;
    }
    sqlx::query!(
        r#"
        update article
        set missing_since = $2, missing_at = $3, is_gone = $4,
            changes = changes + $5,
            last_changed_at = case when $5 = 1 then $6 else last_changed_at end,
            state = case when $7 and state = 'watched' then 'gone' else state end
        where id = $1
        "#,
        claim.id.get(),
        since,
        last,
        is_gone,
        i32::from(is_new_change),
        latest_at,
        is_gone && last - since >= DORMANT_AFTER,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Notes that an article that was gone is back with the text that stood.
pub(crate) async fn come_back(
    connection: &mut PgConnection,
    claim: &ArticleClaim,
    standing: Standing,
    gone_at: DateTime<Utc>,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let at = at.max(gone_at);
    let next = standing.sighting + 1;
    sighting::insert(connection, claim.id, next, standing.version, at, claim.lease.claim).await?;
    let new = NewChange {
        article: claim.id,
        from_sighting: standing.sighting,
        to_sighting: next,
        from_version: standing.version,
        to_version: standing.version,
        earliest_at: gone_at,
        latest_at: at,
        is_reversion: false,
        is_upgrade: false,
        difference: &Difference::of_kind(Kind::Back),
    };
    change::insert(connection, new).await?;
    let step = passage::Step { from: None, to: standing.version, at, is_technical: false };
    passage::follow(connection, claim.id, step, &passage::Texts::new()).await?;
    sqlx::query!(
        r#"
        update article
        set head_sighting = $2, changes = changes + 1, last_changed_at = $3
        where id = $1
        "#,
        claim.id.get(),
        next,
        at,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// How a text differs that came back after it was gone.
pub(crate) fn back_with(difference: &Difference) -> Difference {
    let mut kinds = difference.kinds.clone();
    kinds.remove(&Kind::Technical);
    kinds.insert(Kind::Back);
    Difference { stats: difference.stats, kinds }
}

/// Notes a text that is to be seen again before it is believed.
pub(crate) async fn hold(
    connection: &mut PgConnection,
    article: ArticleId,
    digest: TextDigest,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query!(
        "update article set held_digest = $2, held_at = $3 where id = $1",
        article.get(),
        &digest.0,
        at,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Forgets what was open: the article was seen.
pub(crate) async fn settle(
    connection: &mut PgConnection,
    article: ArticleId,
    doubt: &Doubt,
) -> Result<(), StoreError> {
    if doubt.missing.is_none() && doubt.held.is_none() {
        return Ok(());
    }
    sqlx::query!(
        r#"
        update article
        set missing_since = null, missing_at = null, is_gone = false,
            held_digest = null, held_at = null
        where id = $1
        "#,
        article.get(),
    )
    .execute(connection)
    .await?;
    Ok(())
}

impl Store {
    /// Whether this text was seen under at least two other articles of the same host: then it is a
    /// page of the site's own ("article not found" with a status of success, a notice to all).
    pub async fn is_repeated(
        &self,
        article: ArticleId,
        host: HostId,
        digest: TextDigest,
    ) -> Result<bool, StoreError> {
        let others = sqlx::query_scalar!(
            r#"
            with seen as materialized (
                select distinct article_id
                from version
                where digest = $1
                    and article_id <> $3
            )
            select count(*) as "count!"
            from (
                select
                from seen
                -- Whatever is known of how many rows there are, only these articles are looked at.
                where (
                    select host_id = $2 and observer is null
                    from article
                    where article.id = seen.article_id
                )
                limit $4
            ) as other
            "#,
            &digest.0,
            host.get(),
            article.get(),
            REPEATED_UNDER,
        )
        .fetch_one(&self.pool)
        .await?;
        Ok(others >= REPEATED_UNDER)
    }
}

#[cfg(test)]
mod tests;
