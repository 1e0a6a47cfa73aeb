//! What a check leaves on its article's row.

use sqlx::PgConnection;
use stet_core::CheckOutcome;
use stet_core::schedule::NextCheck;

use super::lock::LockedHead;
use super::seen::{Body, TriedOutline, Visit};
use super::sight::Sighted;
use crate::claim::ArticleClaim;
use crate::{ArticleState, StoreError, doubt, row, sighting};

/// Gives the claim back, with what every check leaves on its article.
pub(super) async fn finish_check(
    connection: &mut PgConnection,
    claim: &ArticleClaim,
    visit: &Visit<'_>,
    outcome: CheckOutcome,
) -> Result<(), StoreError> {
    sqlx::query!(
        r#"
        update article
        set lease_until = null, last_outcome = $2, last_checked_at = $3,
            failures = case when $4 then 0 else failures + 1 end
        where id = $1
        "#,
        claim.id.get(),
        outcome.as_str(),
        visit.at,
        outcome.is_success(),
    )
    .execute(connection)
    .await?;
    Ok(())
}

pub(super) async fn record_failure(
    connection: &mut PgConnection,
    claim: &ArticleClaim,
    next: NextCheck,
) -> Result<(), StoreError> {
    sqlx::query!("update article set next_check_at = $2 where id = $1", claim.id.get(), next.at)
        .execute(connection)
        .await?;
    Ok(())
}

/// Notes that the text that stood still stands.
pub(super) async fn record_same(
    connection: &mut PgConnection,
    claim: &ArticleClaim,
    head: Option<LockedHead>,
    visit: &Visit<'_>,
    next: Option<NextCheck>,
) -> Result<(), StoreError> {
    if let Some(head) = head {
        match head.gone_at {
            Some(gone_at) => {
                doubt::come_back(connection, claim, head.into(), gone_at, visit.at).await?;
            }
            None => sighting::extend(connection, claim.id, head.sighting, visit.at).await?,
        }
    }
    let state = if next.is_some() { ArticleState::Watched } else { ArticleState::Dormant };
    sqlx::query!(
        r#"
        update article
        set state = case when state = 'hidden' then state else $2 end,
            next_check_at = coalesce($3, next_check_at),
            period = coalesce($4, period)
        where id = $1
        "#,
        claim.id.get(),
        state.as_str(),
        next.map(|next| next.at),
        next.map(|next| row::interval(next.period)),
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// What [`finish_check`] does, for a check that saw another text than the last one, or the first:
/// notes as well that it stands, and keeps what the next body will be compared with. It is one
/// statement, since each would make a new row of the article.
pub(super) async fn finish_with_text(
    connection: &mut PgConnection,
    claim: &ArticleClaim,
    visit: &Visit<'_>,
    outcome: CheckOutcome,
    sighted: &Sighted,
    body: Body<'_>,
    next: NextCheck,
) -> Result<(), StoreError> {
    sqlx::query!(
        r#"
        update article
        set state = case when state = 'hidden' then state else 'watched' end,
            lease_until = null, last_outcome = $13, last_checked_at = $14, failures = 0,
            next_check_at = $2, period = $3,
            changes = changes + $4,
            last_changed_at = case when $4 = 1 then $5 else last_changed_at end,
            head_sighting = $6, head_version = $7, title = $8, versions = versions + $9,
            body_digest = $10, etag = $11, last_modified = $12, outline = $15,
            outline_tried_at = $16
        where id = $1
        "#,
        claim.id.get(),
        next.at,
        row::interval(next.period),
        i32::from(sighted.is_shown_change),
        sighted.at,
        sighted.sighting,
        sighted.version,
        sighted.title,
        i32::from(sighted.is_new_version),
        &body.digest,
        body.etag,
        body.last_modified,
        outcome.as_str(),
        visit.at,
        body.outline.and_then(TriedOutline::bytes),
        body.outline.map(|outline| outline.at),
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Makes a sighting the one that stands.
pub(super) async fn set_head(
    connection: &mut PgConnection,
    claim: &ArticleClaim,
    sighted: &Sighted,
) -> Result<(), StoreError> {
    sqlx::query!(
        r#"
        update article
        set head_sighting = $2, head_version = $3, title = $4, versions = versions + $5
        where id = $1
        "#,
        claim.id.get(),
        sighted.sighting,
        sighted.version,
        sighted.title,
        i32::from(sighted.is_new_version),
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Keeps what the next body will be compared with.
pub(super) async fn record_body(
    connection: &mut PgConnection,
    claim: &ArticleClaim,
    body: Body<'_>,
) -> Result<(), StoreError> {
    sqlx::query!(
        r#"
        update article
        set body_digest = $2, etag = $3, last_modified = $4, outline = $5, outline_tried_at = $6
        where id = $1
        "#,
        claim.id.get(),
        &body.digest,
        body.etag,
        body.last_modified,
        body.outline.and_then(TriedOutline::bytes),
        body.outline.map(|outline| outline.at),
    )
    .execute(connection)
    .await?;
    Ok(())
}
