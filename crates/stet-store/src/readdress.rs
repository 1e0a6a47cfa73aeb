//! What another address means for its article: that it moved, or that two articles are one.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use stet_core::{Address, ArticleId, CheckOutcome, Kind, VersionNumber};

use crate::address::{AddressOrigin, find, insert};
use crate::change::{self, NewChange};
use crate::claim::ArticleClaim;
use crate::record::Difference;
use crate::{Store, StoreError, host, row};

/// Another address that a check found for its article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OtherAddress {
    /// The address.
    pub address: Address,
    /// How it was found: [`AddressOrigin::Moved`] or [`AddressOrigin::Canonical`].
    pub origin: AddressOrigin,
    /// What speaks for it, if no other article has it.
    pub proof: Proof,
    /// The article that has it, if its text is this one's.
    pub twin: Option<Twin>,
}

/// What speaks for it that an article stands at an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    /// The text that had stood elsewhere was read there, or the address differs in its form only.
    Sure,
    /// The article was read there twice and never elsewhere, or there and elsewhere at once: so would
    /// be a notice that the site shows in the place of all its articles.
    UnlessShared,
    /// The page says so, or it was read there for the first time.
    Word,
}

/// An article whose text was compared with another one's, and found to be the same article's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Twin {
    /// The article.
    pub article: ArticleId,
    /// The version that stood.
    pub version: VersionNumber,
}

/// What became of an article's other address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Readdressed {
    /// The article is visited there from now on.
    Moved,
    /// It was another article's: this one is part of it now.
    Merged(ArticleId),
    /// Nothing was to be done for now, or the article has been claimed or hidden since.
    Left,
}

impl Store {
    /// Does what another address of an article means, after the check that believed its text was
    /// recorded and as long as nobody has claimed the article since. An address that nobody has is
    /// where the article is visited from now on, if it is [proven](Proof). One that another article
    /// has makes this one part of that, if that is its [`Twin`]. A move is a change of its own,
    /// unless `is_told`: the check's own change says so.
    pub async fn readdress(
        &self,
        claim: &ArticleClaim,
        other: &OtherAddress,
        is_told: bool,
        now: DateTime<Utc>,
    ) -> Result<Readdressed, StoreError> {
        let mut transaction = self.pool.begin().await?;
        let owner = find(&mut transaction, &other.address).await?;
        // Both articles in the order of their keys, as everybody else who locks two.
        let locked = sqlx::query!(
            r#"
            select id, head_version, claim, lease_until is not null as "is_leased!"
            from article
            where id in ($1, $2)
                and state <> 'hidden'
                and merged_into is null
            order by id
            for update
            "#,
            claim.id.get(),
            owner.map(ArticleId::get),
        )
        .fetch_all(&mut *transaction)
        .await?;
        let is_free = locked.iter().any(|article| {
            article.id == claim.id.get() && article.claim == claim.lease.claim && !article.is_leased
        });
        if !is_free {
            return Ok(Readdressed::Left);
        }
        let is_move = other.origin == AddressOrigin::Moved;
        let done = match owner {
            Some(owner) if owner != claim.id => {
                let head = locked.iter().find(|article| article.id == owner.get());
                let head = head.map(|known| known.head_version);
                let twin = other
                    .twin
                    .filter(|twin| twin.article == owner && head == Some(Some(twin.version.get())));
                if twin.is_some() {
                    merge(&mut transaction, claim.id, owner).await?;
                    Readdressed::Merged(owner)
                } else {
                    // Once it was read, both can be compared, though these bytes may stay the same.
                    if head == Some(None) {
                        forget_body(&mut transaction, claim.id).await?;
                    }
                    Readdressed::Left
                }
            }
            // Two pages that each call the other's address theirs would be visited in turn.
            Some(_) if !is_move => Readdressed::Left,
            _ if !is_proven(&mut transaction, claim.id, other.proof).await? => Readdressed::Left,
            None if !insert(&mut transaction, claim.id, &other.address, other.origin, now)
                .await? =>
            {
                Readdressed::Left
            }
            _ if visit_at(&mut transaction, claim.id, &other.address).await? => Readdressed::Moved,
            _ => Readdressed::Left,
        };
        // What was read nowhere else was not moved, unless back.
        let has_moved = is_move && (other.proof == Proof::Sure || owner.is_some());
        if done == Readdressed::Moved && has_moved && !is_told {
            note_move(&mut transaction, claim.id, now).await?;
        }
        transaction.commit().await?;
        Ok(done)
    }

    /// The article that has or had an address, if it may be shown, and its version that stands.
    pub async fn holder(
        &self,
        address: &Address,
    ) -> Result<Option<(ArticleId, Option<VersionNumber>)>, StoreError> {
        let found = sqlx::query!(
            r#"
            select article.id, head_version
            from address
            join article on article.id = address.article_id
            where address.url_digest = $1
                and article.state <> 'hidden'
            "#,
            &address.digest(),
        )
        .fetch_optional(&self.pool)
        .await?;
        let holder = found.map(|found| {
            Ok((row::id(found.id)?, found.head_version.map(row::version).transpose()?))
        });
        holder.transpose()
    }
}

/// Whether an article may be visited where so much speaks for it.
async fn is_proven(
    connection: &mut PgConnection,
    article: ArticleId,
    proof: Proof,
) -> Result<bool, StoreError> {
    match proof {
        Proof::Sure => Ok(true),
        Proof::Word => Ok(false),
        Proof::UnlessShared => Ok(!shares_its_text(connection, article).await?),
    }
}

/// Whether another article of the same host had the text that stands here.
async fn shares_its_text(
    connection: &mut PgConnection,
    article: ArticleId,
) -> Result<bool, StoreError> {
    let shares = sqlx::query_scalar!(
        r#"
        with mine as materialized (
            select article.id, article.host_id, version.digest
            from article
            join version on version.article_id = article.id
                and version.number = article.head_version
            where article.id = $1
        ), seen as materialized (
            select distinct version.article_id, mine.host_id
            from mine
            join version on version.digest = mine.digest
                and version.article_id <> mine.id
        )
        select exists (
            select
            from seen
            -- Whatever is known of how many rows there are, only these articles are looked at.
            where (
                select article.host_id = seen.host_id and observer is null
                from article
                where article.id = seen.article_id
            )
        ) as "shares!"
        "#,
        article.get(),
    )
    .fetch_one(connection)
    .await?;
    Ok(shares)
}

/// Sees to it that the next answer is read, whatever its bytes.
async fn forget_body(connection: &mut PgConnection, article: ArticleId) -> Result<(), StoreError> {
    sqlx::query!(
        r#"
        update article
        set body_digest = null, etag = null, last_modified = null, outline = null,
            outline_tried_at = null
        where id = $1
        "#,
        article.get(),
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Visits an article at this address from now on, unless one that became part of another keeps it.
/// The validators were another address's.
async fn visit_at(
    connection: &mut PgConnection,
    article: ArticleId,
    address: &Address,
) -> Result<bool, StoreError> {
    let host = host::find_or_add(connection, address).await?;
    let updated = sqlx::query!(
        r#"
        update article
        set url = $2, url_digest = $3, host_id = $4, etag = null, last_modified = null
        where id = $1
            and not exists (
                select from article as part where part.url_digest = $3 and part.id <> $1
            )
        "#,
        article.get(),
        address.as_str(),
        &address.digest(),
        host,
    )
    .execute(connection)
    .await?;
    Ok(updated.rows_affected() == 1)
}

/// Notes that a check found the text that stood at another address, since the check before.
async fn note_move(
    connection: &mut PgConnection,
    article: ArticleId,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let successes: Vec<String> = CheckOutcome::ALL
        .into_iter()
        .filter(|outcome| outcome.is_success())
        .map(|outcome| outcome.to_string())
        .collect();
    let standing = sqlx::query!(
        r#"
        select head_sighting as "sighting!", head_version as "version!",
            (
                select max(checked_at)
                from "check"
                where article_id = $1
                    and checked_at < $2
                    and outcome = any($3)
            ) as seen_before
        from article
        where id = $1
            and head_sighting is not null
        "#,
        article.get(),
        at,
        &successes,
    )
    .fetch_optional(&mut *connection)
    .await?;
    // An article that was moved before it was ever seen stands where it was seen first.
    let Some((standing, earliest_at)) =
        standing.and_then(|standing| standing.seen_before.map(|seen| (standing, seen)))
    else {
        return Ok(());
    };
    let new = NewChange {
        article,
        from_sighting: standing.sighting,
        to_sighting: standing.sighting,
        from_version: standing.version,
        to_version: standing.version,
        earliest_at,
        latest_at: at,
        is_reversion: false,
        is_upgrade: false,
        difference: &Difference::of_kind(Kind::MovedAddress),
    };
    change::insert(connection, new).await?;
    sqlx::query!(
        "update article set changes = changes + 1, last_changed_at = $2 where id = $1",
        article.get(),
        at,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Makes an article part of another one. Its history stays its own, and is no longer added to.
async fn merge(
    connection: &mut PgConnection,
    article: ArticleId,
    into: ArticleId,
) -> Result<(), StoreError> {
    // Whoever is watched keeps the one that remains awake, for as long as it would have been.
    sqlx::query!(
        r#"
        update article as remaining
        set state = merged.state, next_check_at = merged.next_check_at, period = merged.period,
            watched_since = greatest(
                remaining.watched_since, merged.watched_since, merged.last_changed_at
            )
        from article as merged
        where remaining.id = $2
            and merged.id = $1
            and remaining.state in ('dormant', 'gone')
            and merged.state = 'watched'
        "#,
        article.get(),
        into.get(),
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!(
        r#"
        update article
        set merged_into = $2, state = case when id = $1 then 'dormant' else state end
        where id = $1
            or merged_into = $1
        "#,
        article.get(),
        into.get(),
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!(
        "update address set article_id = $2 where article_id = $1",
        article.get(),
        into.get(),
    )
    .execute(connection)
    .await?;
    Ok(())
}

#[cfg(test)]
mod tests;
