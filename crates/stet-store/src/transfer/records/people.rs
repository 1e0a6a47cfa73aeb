//! Editors, what they did, what they set, and what was deleted for good.

use serde_json::{Map, Value};
use stet_core::Kind;

use super::{Extent, Record, SOURCE_ID, Thing, URL, col, is_json, reads};
use crate::audit::Action;
use crate::transfer::shape::Shape::{Digest, Id, Json, Number, Text, Time, Word, Words};

pub(super) const EDITOR: Record = Record {
    name: "editor",
    extent: Extent::Whole,
    is: Some(Thing::Editor),
    key: "id",
    columns: &[
        col("id", Id),
        col("name", Text),
        col("created_at", Time),
        col("disabled_at", Time).or_null(),
    ],
};

pub(super) const AUDIT: Record = Record {
    name: "audit",
    extent: Extent::Whole,
    is: None,
    key: "id",
    columns: &[
        col("id", Id),
        col("at", Time),
        col("editor_id", Id).or_null().of(Thing::Editor),
        col("actor", Text),
        col("action", Word(reads::<Action>)),
        col("subject_kind", Text),
        col("subject", Text),
        col("detail", Json(is_json::<Map<String, Value>>)),
    ],
};

/// Its secret stays behind, and so do its outbox and how its receiver answered.
pub(super) const WEBHOOK: Record = Record {
    name: "webhook",
    extent: Extent::Whole,
    is: None,
    key: "id",
    columns: &[
        col("id", Id),
        col("name", Text),
        col("url", URL),
        SOURCE_ID.or_null(),
        col("kinds", Words(reads::<Kind>)).or_null(),
        col("min_words", Number),
        col("editor_id", Id).or_null().of(Thing::Editor),
        col("created_at", Time),
    ],
};

pub(super) const DELETED_ARTICLE: Record = Record {
    name: "deleted_article",
    extent: Extent::Whole,
    is: Some(Thing::Deleted),
    key: "id",
    columns: &[col("id", Id), col("deleted_at", Time)],
};

pub(super) const DELETED_ADDRESS: Record = Record {
    name: "deleted_address",
    extent: Extent::Whole,
    is: None,
    key: "url_digest",
    columns: &[col("url_digest", Digest), col("deleted_id", Id).of(Thing::Deleted)],
};
