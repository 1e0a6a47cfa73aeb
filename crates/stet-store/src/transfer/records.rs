//! The records of an export, in their order: one kind for each table that holds history.

use std::str::FromStr;

use serde::de::DeserializeOwned;
use stet_core::address_filter::AddressFilter;
use stet_core::section_page::LinkRule;
use stet_core::{Address, CheckOutcome, Kind};

use super::shape::Shape::{
    self, Chain, Count, Digest, Flag, Id, Json, Number, Numbers, Small, Span, Text, Time, Word,
    Words,
};
use crate::Redirect;
use crate::audit::Action;

/// Records to which others refer, by `id` or, within an article, by `number`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Thing {
    Source,
    Host,
    Feed,
    Editor,
    Deleted,
    /// The article that all that follows belongs to.
    Article,
    /// An article that came before, to which this one and nothing else since became part.
    Family,
    Snapshot,
    Paragraph,
    Version,
    Sighting,
}

/// A column that is exported.
#[derive(Debug, Clone, Copy)]
pub(super) struct Column {
    pub(super) name: &'static str,
    pub(super) shape: Shape,
    pub(super) is_nullable: bool,
    pub(super) refers: Option<Thing>,
}

impl Column {
    const fn or_null(self) -> Self {
        Self { is_nullable: true, ..self }
    }

    const fn of(self, thing: Thing) -> Self {
        Self { refers: Some(thing), ..self }
    }
}

const fn col(name: &'static str, shape: Shape) -> Column {
    Column { name, shape, is_nullable: false, refers: None }
}

/// Which rows are exported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Extent {
    /// All, whatever was asked for.
    Always,
    /// Those whose column of this name is a source that what was asked for needs.
    Sources(&'static str),
    /// The hosts that what was asked for needs.
    Hosts,
    /// Those of feeds of sources that were asked for, whose id this column names.
    Feeds(&'static str),
    /// All where everything was asked for, else none.
    Whole,
    /// The articles that were asked for, with those that became part of them; after each article, its
    /// own rows.
    Article,
    /// An article's own rows.
    OfArticle,
}

/// A kind of record: a table, and what is exported of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Record {
    /// The table, and the record's name.
    pub(super) name: &'static str,
    pub(super) extent: Extent,
    /// What others refer to it as.
    pub(super) is: Option<Thing>,
    /// The columns of its key, in whose order it is exported.
    pub(super) key: &'static str,
    pub(super) columns: &'static [Column],
}

impl Record {
    /// The kind of this name.
    pub(super) fn named(name: &str) -> Option<&'static Self> {
        RECORDS.iter().find(|record| record.name == name)
    }

    /// Whether a stored body follows on it.
    pub(super) fn has_body(&self) -> bool {
        self.columns.iter().any(|column| matches!(column.shape, Shape::Body))
    }

    /// The place of a column.
    pub(super) fn place(&self, column: &str) -> Option<usize> {
        self.columns.iter().position(|known| known.name == column)
    }
}

/// Tables whose identifiers are counted; what was deleted must not be counted anew.
pub(super) const COUNTERS: [&str; 6] = ["source", "host", "feed", "editor", "audit", "article"];

fn is_address(text: &str) -> bool {
    Address::parse(text).is_ok()
}

fn reads<T: FromStr>(word: &str) -> bool {
    word.parse::<T>().is_ok()
}

fn is_json<T: DeserializeOwned>(json: &str) -> bool {
    serde_json::from_str::<T>(json).is_ok()
}

const URL: Shape = Word(is_address);
const OUTCOME: Shape = Word(reads::<CheckOutcome>);
const SOURCE: Column = col("source_id", Id).of(Thing::Source);
const HOST: Column = col("host_id", Id).of(Thing::Host);
const ARTICLE: Column = col("article_id", Id).of(Thing::Article);
const NUMBER: Column = col("number", Number);
const FILTERS: Column = col("filters", Json(is_json::<AddressFilter>)).or_null();
/// Rules that an earlier Stet wrote may be none of this one's: they are kept, and checks say so.
const RULES: Column = col("rules", Json(is_json::<serde_json::Value>)).or_null();

/// All kinds, each after those that it refers to. Who changes a column here, or the order, raises
/// [`super::FORMAT`].
pub(super) const RECORDS: [Record; 22] = [
    Record {
        name: "instance",
        extent: Extent::Always,
        is: None,
        key: "id",
        columns: &[col("id", Shape::Uuid)],
    },
    Record {
        name: "source",
        extent: Extent::Sources("id"),
        is: Some(Thing::Source),
        key: "id",
        columns: &[
            col("id", Id),
            col("domain", Text),
            col("slug", Text),
            col("name", Text),
            RULES,
            col("rules_revision", Number),
            col("learned_at", Time).or_null(),
            FILTERS,
            col("homepage", Text).or_null(),
            col("host_gap", Span).or_null(),
            col("robots", Text),
            col("first_period", Span).or_null(),
            col("paused_at", Time).or_null(),
            col("created_at", Time),
        ],
    },
    Record {
        name: "rule_revision",
        extent: Extent::Sources("source_id"),
        is: None,
        key: "source_id, number",
        columns: &[SOURCE, NUMBER, RULES, col("at", Time)],
    },
    Record {
        name: "boilerplate",
        extent: Extent::Sources("source_id"),
        is: None,
        key: "source_id, digest",
        columns: &[SOURCE, col("digest", Digest), col("learned_at", Time)],
    },
    Record {
        name: "boilerplate_candidate",
        extent: Extent::Sources("source_id"),
        is: None,
        key: "source_id, place, digest",
        columns: &[
            SOURCE,
            col("place", Small),
            col("digest", Digest),
            col("witnesses", Chain),
            col("seen_at", Time),
        ],
    },
    Record {
        name: "source_rereading",
        extent: Extent::Sources("source_id"),
        is: None,
        key: "source_id",
        columns: &[
            SOURCE,
            col("asked_at", Time),
            col("articles", Number),
            col("done", Number),
            col("changed", Number),
            col("failed", Number),
            col("after_article", Count),
            col("finished_at", Time).or_null(),
        ],
    },
    Record {
        name: "host",
        extent: Extent::Hosts,
        is: Some(Thing::Host),
        key: "id",
        columns: &[col("id", Id), col("name", Text), SOURCE.or_null()],
    },
    Record {
        name: "feed",
        extent: Extent::Feeds("id"),
        is: Some(Thing::Feed),
        key: "id",
        columns: &[
            col("id", Id),
            SOURCE,
            HOST,
            col("parent_id", Id).or_null().of(Thing::Feed),
            col("kind", Text),
            col("url", URL),
            col("url_digest", Digest),
            col("title", Text).or_null(),
            col("given_title", Text).or_null(),
            col("links", Json(is_json::<LinkRule>)).or_null(),
            FILTERS,
            col("etag", Text).or_null(),
            col("last_modified", Text).or_null(),
            col("period", Span),
            col("fixed_period", Span).or_null(),
            col("next_check_at", Time),
            col("paused_at", Time).or_null(),
            col("failures", Number),
            col("last_checked_at", Time).or_null(),
            col("last_outcome", Text).or_null(),
            col("last_error", Text).or_null(),
            col("articles_found", Count),
            col("created_at", Time),
        ],
    },
    Record {
        name: "feed_listing",
        extent: Extent::Feeds("feed_id"),
        is: None,
        key: "feed_id",
        columns: &[
            col("feed_id", Id).of(Thing::Feed),
            col("addresses", Json(is_json::<Vec<String>>)),
            col("seen_at", Time),
        ],
    },
    Record {
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
    },
    Record {
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
            col("detail", Json(is_json::<serde_json::Map<String, serde_json::Value>>)),
        ],
    },
    Record {
        name: "deleted_article",
        extent: Extent::Whole,
        is: Some(Thing::Deleted),
        key: "id",
        columns: &[col("id", Id), col("deleted_at", Time)],
    },
    Record {
        name: "deleted_address",
        extent: Extent::Whole,
        is: None,
        key: "url_digest",
        columns: &[col("url_digest", Digest), col("deleted_id", Id).of(Thing::Deleted)],
    },
    Record {
        name: "article",
        extent: Extent::Article,
        is: Some(Thing::Article),
        key: "id",
        columns: &[
            col("id", Id),
            SOURCE,
            HOST,
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
    },
    Record {
        name: "address",
        extent: Extent::OfArticle,
        is: None,
        key: "url_digest",
        columns: &[
            ARTICLE,
            col("url_digest", Digest),
            col("url", URL),
            col("origin", Text),
            col("since", Time),
        ],
    },
    Record {
        name: "snapshot",
        extent: Extent::OfArticle,
        is: Some(Thing::Snapshot),
        key: "number",
        columns: &[
            ARTICLE,
            NUMBER,
            col("fetched_at", Time),
            col("url", URL),
            col("redirects", Json(is_json::<Vec<Redirect>>)),
            col("status", Small),
            col("headers", Json(is_json::<Vec<(String, String)>>)),
            col("base", Number).or_null().of(Thing::Snapshot),
            col("body_length", Number),
            // Last, since the pieces follow on it.
            col("body", Shape::Body),
        ],
    },
    Record {
        name: "paragraph",
        extent: Extent::OfArticle,
        is: Some(Thing::Paragraph),
        key: "number",
        columns: &[ARTICLE, NUMBER, col("digest", Digest), col("text", Text)],
    },
    Record {
        name: "version",
        extent: Extent::OfArticle,
        is: Some(Thing::Version),
        key: "number",
        columns: &[
            ARTICLE,
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
    },
    Record {
        name: "sighting",
        extent: Extent::OfArticle,
        is: Some(Thing::Sighting),
        key: "number",
        columns: &[
            ARTICLE,
            NUMBER,
            col("version", Number).of(Thing::Version),
            col("first_seen_at", Time),
            col("last_seen_at", Time),
            col("checks", Number),
            col("claim", Count),
        ],
    },
    Record {
        name: "change",
        extent: Extent::OfArticle,
        is: None,
        key: "number",
        columns: &[
            ARTICLE,
            NUMBER,
            SOURCE,
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
    },
    Record {
        name: "observation",
        extent: Extent::OfArticle,
        is: None,
        key: "captured_at",
        columns: &[
            ARTICLE,
            col("captured_at", Time),
            col("version", Number).of(Thing::Version),
            col("place", Text),
            col("body_digest", Digest),
            col("noted_at", Time),
        ],
    },
    Record {
        name: "check",
        extent: Extent::OfArticle,
        is: None,
        key: "claim, checked_at",
        columns: &[
            ARTICLE,
            col("claim", Count),
            col("checked_at", Time),
            col("outcome", OUTCOME),
            col("status", Small).or_null(),
            col("milliseconds", Number),
            col("bytes", Number),
            col("detail", Text).or_null(),
            col("is_same_body", Flag),
        ],
    },
];
