//! A comparison as one column: unchanged paragraphs, and changed ones with both texts in one.
//! The inline view and the feeds print it.

use stet_core::compare::{Comparison, FieldComparison, Row, RowKind};

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
    Pieces::merged(&field.old_segs, &field.new_segs)
}

fn line(row: &Row) -> Line {
    let old: Vec<_> = row.old_segs.concat();
    let new: Vec<_> = row.new_segs.concat();
    let (class, tag, pieces) = match row.kind {
        RowKind::Equal => ("same", None, Pieces::of(&new)),
        RowKind::Changed => ("edited", None, Pieces::merged(&old, &new)),
        RowKind::Added => ("added", Some("+ added".to_owned()), Pieces::of(&new)),
        RowKind::Removed => ("removed", Some("− removed".to_owned()), Pieces::of(&old)),
        RowKind::MovedFrom => ("moved", Some(moved("moved to", &row.peer)), Pieces::of(&old)),
        RowKind::MovedTo => ("moved", Some(moved("moved from", &row.peer)), Pieces::of(&new)),
        RowKind::Split => {
            let tag = format!("split into {}", parts(row.new.len()));
            ("edited", Some(tag), Pieces::merged(&old, &new))
        }
        RowKind::Merge => {
            let tag = format!("joined from {}", parts(row.old.len()));
            ("edited", Some(tag), Pieces::merged(&old, &new))
        }
    };
    let number = row.new.first().or(row.old.first()).map(|&index| mark(index));
    Line { class, tag, number: number.unwrap_or_default(), pieces }
}

fn parts(count: usize) -> String {
    wording::counted(count as u64, "paragraph", "paragraphs")
}

fn moved(what: &str, peers: &[usize]) -> String {
    format!("{what} {}", marks(peers))
}

/// `¶1` for the first paragraph.
pub(crate) fn mark(index: usize) -> String {
    format!("¶{}", index + 1)
}

/// `¶4 and ¶5`
pub(crate) fn marks(indices: &[usize]) -> String {
    let marks: Vec<String> = indices.iter().copied().map(mark).collect();
    marks.join(" and ")
}
