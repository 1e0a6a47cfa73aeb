//! Articles, and what belongs to each.

use stet_core::Kind;

use super::{
    ARTICLE_ID, Extent, HOST_ID, NUMBER, OUTCOME, Record, SOURCE_ID, Thing, URL, col, is_json,
    reads,
};
use crate::Redirect;
use crate::transfer::shape::Shape::{
    Body, Count, Digest, Flag, Id, Json, Number, Numbers, Small, Span, Text, Time, Words,
};

pub(super) const ARTICLE: Record = Record {
    name: "article",
    extent: Extent::Article,
    is: Some(Thing::Article),
    key: "id",
    columns: &[
        col("id", Id),
        SOURCE_ID,
        HOST_ID,
        col("merged_into", Id).or_null().of(Thing::Family),
        col("observer", Text).or_null(),
        col("url", URL),
        col("url_digest", Digest),
        col("state", Text),
        col("hidden_from", Text).or_null(),
        col("is_gone", Flag),
        col("title", Text).or_null(),
        col("head_sighting", Number).or_null(),
        col("head_version", Number).or_null(),
        col("versions", Number),
        col("changes", Number),
        col("first_seen_at", Time),
        col("watched_since", Time),
        col("last_checked_at", Time).or_null(),
        col("first_changed_at", Time).or_null(),
        col("last_changed_at", Time).or_null(),
        col("period", Span),
        col("next_check_at", Time),
        col("claim", Count),
        col("failures", Number),
        col("last_outcome", OUTCOME).or_null(),
        col("missing_since", Time).or_null(),
        col("missing_at", Time).or_null(),
        col("held_digest", Digest).or_null(),
        col("held_at", Time).or_null(),
        col("etag", Text).or_null(),
        col("last_modified", Text).or_null(),
        col("body_digest", Digest).or_null(),
        col("outline", Digest).or_null(),
        col("outline_tried_at", Time).or_null(),
    ],
};

pub(super) const ADDRESS: Record = Record {
    name: "address",
    extent: Extent::OfArticle,
    is: None,
    key: "url_digest",
    columns: &[
        ARTICLE_ID,
        col("url_digest", Digest),
        col("url", URL),
        col("origin", Text),
        col("since", Time),
    ],
};

pub(super) const SNAPSHOT: Record = Record {
    name: "snapshot",
    extent: Extent::OfArticle,
    is: Some(Thing::Snapshot),
    key: "number",
    columns: &[
        ARTICLE_ID,
        NUMBER,
        col("fetched_at", Time),
        col("url", URL),
        col("redirects", Json(is_json::<Vec<Redirect>>)),
        col("status", Small),
        col("headers", Json(is_json::<Vec<(String, String)>>)),
        col("base", Number).or_null().of(Thing::Snapshot),
        col("body_length", Number),
        // Last, since the pieces follow on it.
        col("body", Body),
    ],
};

pub(super) const PARAGRAPH: Record = Record {
    name: "paragraph",
    extent: Extent::OfArticle,
    is: Some(Thing::Paragraph),
    key: "number",
    columns: &[ARTICLE_ID, NUMBER, col("digest", Digest), col("text", Text)],
};

pub(super) const VERSION: Record = Record {
    name: "version",
    extent: Extent::OfArticle,
    is: Some(Thing::Version),
    key: "number",
    columns: &[
        ARTICLE_ID,
        NUMBER,
        col("digest", Digest),
        col("same_as", Number).or_null().of(Thing::Version),
        col("title", Text),
        col("standfirst", Text).or_null(),
        col("lead_caption", Text).or_null(),
        col("byline", Text).or_null(),
        col("section", Text).or_null(),
        col("language", Text).or_null(),
        col("published_at", Time).or_null(),
        col("modified_at", Time).or_null(),
        col("words", Number),
        col("paragraphs", Numbers).of(Thing::Paragraph),
        col("snapshot", Number).of(Thing::Snapshot),
        col("extractor", Number),
        col("rules_revision", Number),
        col("is_unreadable", Flag),
        col("created_at", Time),
    ],
};

pub(super) const SIGHTING: Record = Record {
    name: "sighting",
    extent: Extent::OfArticle,
    is: Some(Thing::Sighting),
    key: "number",
    columns: &[
        ARTICLE_ID,
        NUMBER,
        col("version", Number).of(Thing::Version),
        col("first_seen_at", Time),
        col("last_seen_at", Time),
        col("checks", Number),
        col("claim", Count),
    ],
};

pub(super) const CHANGE: Record = Record {
    name: "change",
    extent: Extent::OfArticle,
    is: None,
    key: "number",
    columns: &[
        ARTICLE_ID,
        NUMBER,
        SOURCE_ID,
        col("from_sighting", Number).of(Thing::Sighting),
        col("to_sighting", Number).of(Thing::Sighting),
        col("from_version", Number).of(Thing::Version),
        col("to_version", Number).of(Thing::Version),
        col("earliest_at", Time),
        col("latest_at", Time),
        col("words_added", Number),
        col("words_removed", Number),
        col("paragraphs_edited", Number),
        col("paragraphs_added", Number),
        col("paragraphs_removed", Number),
        col("paragraphs_moved", Number),
        col("kinds", Words(reads::<Kind>)),
        col("is_reversion", Flag),
        col("is_technical", Flag),
        col("is_upgrade", Flag),
    ],
};

pub(super) const OBSERVATION: Record = Record {
    name: "observation",
    extent: Extent::OfArticle,
    is: None,
    key: "captured_at",
    columns: &[
        ARTICLE_ID,
        col("captured_at", Time),
        col("version", Number).of(Thing::Version),
        col("place", Text),
        col("body_digest", Digest),
        col("noted_at", Time),
    ],
};

pub(super) const CHECK: Record = Record {
    name: "check",
    extent: Extent::OfArticle,
    is: None,
    key: "claim, checked_at",
    columns: &[
        ARTICLE_ID,
        col("claim", Count),
        col("checked_at", Time),
        col("outcome", OUTCOME),
        col("status", Small).or_null(),
        col("milliseconds", Number),
        col("bytes", Number),
        col("detail", Text).or_null(),
        col("is_same_body", Flag),
    ],
};
