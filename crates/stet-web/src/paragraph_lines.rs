//! A comparison as one column: unchanged paragraphs, and changed ones with both texts in one.
//! The inline view and the feeds print it.

use stet_core::compare::{Comparison, FieldComparison, Row, RowKind};
use stet_words::{say, text};

use crate::pieces::Pieces;
use crate::wording;

/// A paragraph of the column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Line {
    /// `same`, `edited`, `added`, `removed` or `moved`: a word of the stylesheet.
    pub(crate) class: &'static str,
    /// What happened, where the marks in the text do not say it.
    pub(crate) tag: Option<String>,
    /// Its number in the text that stands now, or in the old one: `¶6`.
    pub(crate) number: String,
    pub(crate) pieces: Pieces,
}

impl Line {
    pub(crate) fn is_changed(&self) -> bool {
        self.class != "same"
    }
}

/// All paragraphs of a comparison.
pub(crate) fn lines(comparison: &Comparison) -> Vec<Line> {
    comparison.rows.iter().map(line).collect()
}

/// A headline, standfirst, picture caption or byline with both its texts in one.
pub(crate) fn merged(field: &FieldComparison) -> Pieces {
    Pieces::of(&field.merged)
}

/// One row as a paragraph of the column.
pub(crate) fn line(row: &Row) -> Line {
    let class = match row.kind {
        RowKind::Equal => "same",
        RowKind::Added => "added",
        RowKind::Removed => "removed",
        RowKind::MovedFrom | RowKind::MovedTo => "moved",
        RowKind::Changed | RowKind::Split | RowKind::Merge => "edited",
    };
    let pieces = match (row.merged.is_empty(), row.new.is_empty()) {
        (false, _) => Pieces::of(&row.merged),
        (true, false) => Pieces::of(&row.new_segs.concat()),
        (true, true) => Pieces::of(&row.old_segs.concat()),
    };
    let number = row.new.first().or(row.old.first()).map(|&index| mark(index));
    Line { class, tag: tag(row), number: number.unwrap_or_default(), pieces }
}

/// What happened to the paragraphs of a row, in words.
fn tag(row: &Row) -> Option<String> {
    Some(match row.kind {
        RowKind::Equal | RowKind::Changed => return None,
        RowKind::Added => text("diff-tag-added").to_owned(),
        RowKind::Removed => text("diff-tag-removed").to_owned(),
        RowKind::MovedFrom => {
            say("paragraph-lines-moved-to").with("marks", marks(&row.peer)).to_string()
        }
        RowKind::MovedTo => {
            say("paragraph-lines-moved-from").with("marks", marks(&row.peer)).to_string()
        }
        RowKind::Split if row.old.is_empty() => {
            say("paragraph-lines-split-off-from").with("marks", marks(&row.peer)).to_string()
        }
        RowKind::Split => {
            say("paragraph-lines-split-into").with("parts", parts(&row.new, &row.peer)).to_string()
        }
        RowKind::Merge if row.new.is_empty() => {
            say("paragraph-lines-joined-into").with("marks", marks(&row.peer)).to_string()
        }
        RowKind::Merge => {
            say("paragraph-lines-joined-from").with("parts", parts(&row.old, &row.peer)).to_string()
        }
    })
}

/// How many paragraphs: those that stand here and those that stand elsewhere.
fn parts(here: &[usize], elsewhere: &[usize]) -> String {
    wording::counted((here.len() + elsewhere.len()) as u64, "paragraphs")
}

/// `¶1` for the first paragraph.
pub(crate) fn mark(index: usize) -> String {
    format!("¶{}", index + 1)
}

/// `¶4 and ¶5`
pub(crate) fn marks(indices: &[usize]) -> String {
    stet_words::list(&indices.iter().copied().map(mark).collect::<Vec<_>>())
}
