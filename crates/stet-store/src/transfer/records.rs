//! The records of an export, in their order: one kind for each table that holds history.

mod article;
mod people;
mod sources;

use std::str::FromStr;

use serde::de::DeserializeOwned;
use stet_core::address_filter::AddressFilter;
use stet_core::{Address, CheckOutcome};

use super::shape::Shape::{self, Id, Json, Number, Word};

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
pub(super) const COUNTERS: [&str; 7] =
    ["source", "host", "feed", "editor", "audit", "webhook", "article"];

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
const SOURCE_ID: Column = col("source_id", Id).of(Thing::Source);
const HOST_ID: Column = col("host_id", Id).of(Thing::Host);
const ARTICLE_ID: Column = col("article_id", Id).of(Thing::Article);
const NUMBER: Column = col("number", Number);
const FILTERS: Column = col("filters", Json(is_json::<AddressFilter>)).or_null();
/// Rules that an earlier Stet wrote may be none of this one's: they are kept, and checks say so.
const RULES: Column = col("rules", Json(is_json::<serde_json::Value>)).or_null();

/// All kinds, each after those that it refers to. Who changes a column here, or the order, raises
/// [`super::FORMAT`].
pub(super) const RECORDS: [Record; 23] = [
    sources::INSTANCE,
    sources::SOURCE,
    sources::RULE_REVISION,
    sources::BOILERPLATE,
    sources::BOILERPLATE_CANDIDATE,
    sources::SOURCE_REREADING,
    sources::HOST,
    sources::FEED,
    sources::FEED_LISTING,
    people::EDITOR,
    people::AUDIT,
    people::WEBHOOK,
    people::DELETED_ARTICLE,
    people::DELETED_ADDRESS,
    article::ARTICLE,
    article::ADDRESS,
    article::SNAPSHOT,
    article::PARAGRAPH,
    article::VERSION,
    article::SIGHTING,
    article::CHANGE,
    article::OBSERVATION,
    article::CHECK,
];
