//! The article as it stands once nobody else can write to it.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use stet_core::TextDigest;

use crate::claim::ArticleClaim;
use crate::doubt::{Doubt, Standing};
use crate::{StoreError, row};

/// The article as the transaction that locked it found it.
pub(super) struct Locked {
    pub(super) head: Option<LockedHead>,
    pub(super) doubt: Doubt,
}

#[derive(Clone, Copy)]
pub(super) struct LockedHead {
    pub(super) sighting: i32,
    pub(super) version: i32,
    pub(super) last_seen_at: DateTime<Utc>,
    /// When the article was last seen to be gone, if it is.
    pub(super) gone_at: Option<DateTime<Utc>>,
}

impl From<LockedHead> for Standing {
    fn from(head: LockedHead) -> Self {
        let LockedHead { sighting, version, last_seen_at, .. } = head;
        Self { sighting, version, last_seen_at }
    }
}

/// Locks the article if the claim on it still holds.
pub(super) async fn lock(
    connection: &mut PgConnection,
    claim: &ArticleClaim,
) -> Result<Option<Locked>, StoreError> {
    let found = sqlx::query!(
        r#"
        select head_sighting, head_version, missing_since, missing_at, is_gone, held_digest,
            held_at
        from article
        where id = $1
            and claim = $2
            and lease_until is not null
        for update
        "#,
        claim.id.get(),
        claim.lease.claim,
    )
    .fetch_optional(&mut *connection)
    .await?;
    let Some(article) = found else { return Ok(None) };
    let in_doubt = match article.held_digest.zip(article.held_at) {
        Some((digest, at)) => Some((TextDigest(row::digest(&digest)?), at)),
        None => None,
    };
    let missing = article.missing_since.zip(article.missing_at);
    let doubt = Doubt { missing, is_gone: article.is_gone, held: in_doubt };
    let gone_at = doubt.gone_at();
    let head = match article.head_sighting.zip(article.head_version) {
        Some((sighting, version)) => {
            let last_seen_at = last_seen(connection, claim, sighting).await?;
            Some(LockedHead { sighting, version, last_seen_at, gone_at })
        }
        None => None,
    };
    Ok(Some(Locked { head, doubt }))
}

/// When the sighting that stands was lengthened last: asked once the article is locked.
async fn last_seen(
    connection: &mut PgConnection,
    claim: &ArticleClaim,
    sighting: i32,
) -> Result<DateTime<Utc>, StoreError> {
    let at = sqlx::query_scalar!(
        "select last_seen_at from sighting where article_id = $1 and number = $2",
        claim.id.get(),
        sighting,
    )
    .fetch_one(connection)
    .await?;
    Ok(at)
}
