//! What an import makes anew, since no export holds it: webhooks' secrets. Their receivers know none
//! of these, so webhooks come in paused, as an editor pauses them.

use chrono::{DateTime, Utc};

use super::copy::Field;
use super::records::Record;
use super::shape::moment;
use crate::StoreError;
use crate::webhook::PauseReason;
use crate::webhook::edit::random_secret;

/// The columns that are made, behind those of the export.
pub(super) fn made_columns(record: &Record) -> impl Iterator<Item = &'static str> + use<> {
    let columns: &[&str] = match record.name {
        "webhook" => &["secret", "paused_at", "pause_reason"],
        _ => &[],
    };
    columns.iter().copied()
}

/// Their values in a row that is read at this time.
pub(super) fn made_fields(record: &Record, now: DateTime<Utc>) -> Result<Vec<Field>, StoreError> {
    Ok(match record.name {
        "webhook" => vec![
            Field::bytes(random_secret()?.bytes()),
            Field::plain(moment(now)?),
            Field::text(PauseReason::Editor.as_str()),
        ],
        _ => Vec::new(),
    })
}
