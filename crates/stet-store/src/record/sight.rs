//! Another text than the one that stood: its sighting, its version, and the change that led to it.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use stet_core::ArticleText;

use super::lock::LockedHead;
use super::seen::Difference;
use crate::change::NewChange;
use crate::claim::ArticleClaim;
use crate::{
    NewSnapshot, Reading, StoreError, change, doubt, passage, row, sighting, snapshot, version,
};

/// A text that was seen, and where its bytes are: in a new snapshot with its compressed body, or
/// in that of the version that stood.
pub(super) struct SeenText<'a> {
    pub(super) text: &'a ArticleText,
    pub(super) reading: Reading,
    pub(super) snapshot: Option<(NewSnapshot<'a>, &'a snapshot::Packed)>,
}

/// What a text became.
pub(super) struct Sighted {
    pub(super) at: DateTime<Utc>,
    pub(super) sighting: i32,
    pub(super) version: i32,
    pub(super) title: String,
    pub(super) is_new_version: bool,
    pub(super) is_shown_change: bool,
}

/// Opens a sighting of a text, as a new version or as an old one that came back, and notes the
/// change that led to it.
pub(super) async fn sight(
    connection: &mut PgConnection,
    claim: &ArticleClaim,
    head: Option<LockedHead>,
    seen: &SeenText<'_>,
    at: DateTime<Utc>,
    difference: Option<&Difference>,
) -> Result<Sighted, StoreError> {
    let article = claim.id;
    let reading = seen.reading;
    let is_upgrade = seen.snapshot.is_none();
    let known = version::find(connection, article, seen.text.digest(), reading).await?;
    let mut paragraphs = Vec::new();
    let number = match known {
        Some(known) if known.is_current => known.number,
        Some(version::Known { number, .. }) => {
            let snapshot = snapshot_for(connection, claim, head, seen.snapshot).await?;
            version::rest_on(connection, article, number, snapshot, reading).await?;
            number
        }
        None => {
            let snapshot = snapshot_for(connection, claim, head, seen.snapshot).await?;
            let new = version::NewVersion { text: seen.text, reading, snapshot, at };
            let inserted = version::insert(connection, article, new).await?;
            paragraphs = inserted.paragraphs;
            inserted.number
        }
    };
    let next_sighting = head.map_or(0, |head| head.sighting + 1);
    let earliest = head.map(|head| (head, head.gone_at.unwrap_or(head.last_seen_at)));
    // A clock that was set back must not make a change end before it began.
    let at = earliest.map_or(at, |(_, earliest)| at.max(earliest));
    sighting::insert(connection, article, next_sighting, number, at, claim.lease.claim).await?;
    let step = passage::Step {
        from: head.filter(|head| head.gone_at.is_none()).map(|head| head.version),
        to: number,
        at,
        is_technical: is_upgrade,
    };
    // Those of an old version are read, and those that are stored without what Postgres cannot hold.
    let texts = paragraphs.into_iter().zip(seen.text.paragraphs.iter().map(String::as_str));
    let texts = texts.filter(|(_, text)| !text.contains('\0')).collect();
    passage::follow(connection, article, step, &texts).await?;
    let mut is_shown_change = false;
    if let (Some((head, earliest_at)), Some(difference)) = (earliest, difference) {
        let back = head.gone_at.map(|_| doubt::back_with(difference));
        let new = NewChange {
            article,
            from_sighting: head.sighting,
            to_sighting: next_sighting,
            from_version: head.version,
            to_version: number,
            earliest_at,
            latest_at: at,
            is_reversion: known.is_some(),
            is_upgrade,
            difference: back.as_ref().unwrap_or(difference),
        };
        is_shown_change = change::insert(connection, new).await?;
    }
    Ok(Sighted {
        at,
        sighting: next_sighting,
        version: number,
        title: row::without_nul(&seen.text.title),
        is_new_version: known.is_none(),
        is_shown_change,
    })
}

/// The number of the snapshot that holds the bytes of a text that was seen: a new one, or, where
/// none is given, that of the version that stands.
async fn snapshot_for(
    connection: &mut PgConnection,
    claim: &ArticleClaim,
    head: Option<LockedHead>,
    new: Option<(NewSnapshot<'_>, &snapshot::Packed)>,
) -> Result<i32, StoreError> {
    if let Some((snapshot, packed)) = new {
        return snapshot::insert(connection, claim.id, snapshot, packed).await;
    }
    let Some(head) = head else {
        return Err(StoreError::corrupt("text without bytes of article", claim.id));
    };
    let number = sqlx::query_scalar!(
        "select snapshot from version where article_id = $1 and number = $2",
        claim.id.get(),
        head.version,
    )
    .fetch_one(connection)
    .await?;
    Ok(number)
}
