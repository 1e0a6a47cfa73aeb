//! The answer of a comparison, and its JSON (DESIGN §5), on which tools outside rely.

use serde::ser::SerializeTuple;
use serde::{Deserialize, Serialize, Serializer};

use crate::Kinds;

/// How two texts of one article relate.
///
/// Over all [rows](Row) in order, the old indices are 0..n once each and ascending, the new ones
/// likewise; the joined segments of a paragraph are that paragraph, byte for byte.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Comparison {
    /// The headline, word by word.
    pub title: FieldComparison,
    /// The standfirst, where either text has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub standfirst: Option<FieldComparison>,
    /// The lead picture's caption, where either text has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lead_caption: Option<FieldComparison>,
    /// The byline, where either text has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub byline: Option<FieldComparison>,
    /// The paragraphs, aligned.
    pub rows: Vec<Row>,
    /// What was counted.
    pub stats: Stats,
    /// The kinds of this change, as far as two texts alone tell them.
    pub kinds: Kinds,
}

/// A short field of both texts, word by word.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct FieldComparison {
    /// The old text in pieces that stayed or went; joined, it is the old text.
    pub old_segs: Vec<Segment>,
    /// The new text in pieces that stayed or came; joined, it is the new text.
    pub new_segs: Vec<Segment>,
    /// Both in one: what went stands before what came in its place, and what stayed stands as it
    /// is printed now. Not in the JSON.
    #[serde(skip)]
    pub merged: Vec<Segment>,
}

/// What a row of the comparison says of its paragraphs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RowKind {
    /// One paragraph on each side, the same to the byte.
    #[default]
    Equal,
    /// One paragraph on each side, edited.
    Changed,
    /// A new paragraph without a counterpart.
    Added,
    /// An old paragraph without a counterpart.
    Removed,
    /// An old paragraph that stands elsewhere now; `peer` has its new index.
    MovedFrom,
    /// A new paragraph that stood elsewhere; `peer` has its old index.
    MovedTo,
    /// One old paragraph became several new ones. A part that new text stands before has a row of
    /// its own, without the old paragraph, which is then its `peer`.
    Split,
    /// Several old paragraphs became one. A part that stood apart has a row of its own, without
    /// the new paragraph, which is then its `peer`.
    Merge,
}

/// One row of the side-by-side view.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Row {
    /// What happened.
    pub kind: RowKind,
    /// Indices of the old paragraphs, from 0, without the title.
    pub old: Vec<usize>,
    /// Indices of the new paragraphs, from 0, without the title.
    pub new: Vec<usize>,
    /// For a moved paragraph, the indices on the other side. For a split or a merge, the parts
    /// that do not stand beside the others: each has a row of its own that names this one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub peer: Vec<usize>,
    /// Each old paragraph in pieces that stayed or went.
    pub old_segs: Vec<Vec<Segment>>,
    /// Each new paragraph in pieces that stayed or came.
    pub new_segs: Vec<Vec<Segment>>,
    /// Of an edited, split or merged row, both sides in one as in [`FieldComparison::merged`]; of a
    /// part that stands apart, with what went from that part of the whole. Else empty. Not in the
    /// JSON.
    #[serde(skip)]
    pub merged: Vec<Segment>,
}

/// What happened to a piece of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Op {
    /// It stands on both sides: `=`.
    Equal,
    /// It stood only in the old text: `-`.
    Delete,
    /// It stands only in the new text: `+`.
    Insert,
}

impl Op {
    /// The sign in JSON.
    #[must_use]
    pub const fn sign(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::Delete => "-",
            Self::Insert => "+",
        }
    }
}

/// A piece of a paragraph; in JSON `[op, text]`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Segment {
    /// What happened to it.
    pub op: Op,
    /// The piece, as it stands in the text; never empty.
    pub text: String,
}

impl Serialize for Segment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut pair = serializer.serialize_tuple(2)?;
        pair.serialize_element(self.op.sign())?;
        pair.serialize_element(&self.text)?;
        pair.end()
    }
}

/// What a comparison counted. Words are those a person would count, headline, standfirst and the
/// lead picture's caption included, the byline not; words that stayed are not counted, even where
/// they are marked with the edits around them; a moved paragraph's words are counted only as far as they were
/// edited.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stats {
    /// Words that came.
    pub words_added: u32,
    /// Words that went.
    pub words_removed: u32,
    /// Paragraphs edited in place or while moved, split or merged ones included (once each).
    pub paragraphs_edited: u32,
    /// Paragraphs added.
    pub paragraphs_added: u32,
    /// Paragraphs removed.
    pub paragraphs_removed: u32,
    /// Paragraphs that stand at another place, edited or not.
    pub paragraphs_moved: u32,
}
