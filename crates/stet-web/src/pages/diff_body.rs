//! The paragraphs of a comparison, with runs of unchanged ones folded where only changes are
//! wanted.

use stet_core::compare::{Comparison, RowKind};
use stet_words::say;

use super::diff_place::Versions;
use super::diff_rows::{DiffRow, Paragraph, Tag, anchor, diff_rows, elsewhere, row_tag};
use super::diff_view::{Arrangement, View};
use crate::paragraph_lines::line;
use crate::pieces::Pieces;
use crate::wording;

/// The paragraphs.
pub(crate) enum Body {
    /// Side by side, or fit for both where nobody chose.
    Rows(Vec<Entry<DiffRow>>),
    /// In one column.
    Lines(Vec<Entry<ColumnLine>>),
}

pub(crate) enum Entry<T> {
    Shown(T),
    Folded(Fold),
}

/// A run of unchanged paragraphs, which opens.
pub(crate) struct Fold {
    /// `5 unchanged paragraphs`
    pub(crate) label: String,
    pub(crate) paragraphs: Vec<Paragraph>,
}

/// A paragraph of the column, with both texts in one.
pub(crate) struct ColumnLine {
    /// A word of the stylesheet.
    pub(crate) class: &'static str,
    pub(crate) anchor: String,
    /// The anchors of its other paragraphs: an edited one has a place in both versions.
    pub(crate) also: Vec<String>,
    pub(crate) number: String,
    /// Of which version that number is: `of version 2`.
    pub(crate) of: String,
    pub(crate) tag: Option<Tag>,
    pub(crate) pieces: Pieces,
}

pub(crate) fn body(comparison: &Comparison, versions: Versions, view: &View) -> Body {
    let rows = diff_rows(comparison, versions);
    let only = view.only_changes();
    if view.arrangement() != Arrangement::Inline {
        let entries = rows.into_iter().map(|row| (row.same().cloned(), row));
        return Body::Rows(folded(entries, only));
    }
    let entries = rows
        .into_iter()
        .zip(column(comparison, versions))
        .map(|(row, line)| (row.same().cloned(), line));
    Body::Lines(folded(entries, only))
}

fn column(comparison: &Comparison, (old, new): Versions) -> Vec<ColumnLine> {
    comparison
        .rows
        .iter()
        .map(|row| {
            let olds = row.old.iter().map(|&at| anchor(old, at));
            let mut anchors = row.new.iter().map(|&at| anchor(new, at)).chain(olds);
            let line = line(row);
            let is_old = row.new.is_empty();
            let tag = match row.kind {
                RowKind::MovedFrom | RowKind::MovedTo => row_tag(row, (old, new)),
                _ => line.tag.map(|text| Tag { text, to: elsewhere(row, (old, new)) }),
            };
            ColumnLine {
                class: line.class,
                anchor: anchors.next().unwrap_or_default(),
                also: anchors.collect(),
                // What stands no longer here is numbered as in the old text.
                number: if is_old { format!("−{}", line.number) } else { line.number },
                of: say("diff-paragraph-of")
                    .with("version", if is_old { old } else { new })
                    .to_string(),
                tag,
                pieces: line.pieces,
            }
        })
        .collect()
}

/// Where only changes are wanted, runs of unchanged paragraphs become one entry that counts them.
fn folded<T>(
    all: impl Iterator<Item = (Option<Paragraph>, T)>,
    only_changes: bool,
) -> Vec<Entry<T>> {
    let mut entries = Vec::new();
    let mut unchanged = Vec::new();
    for (same, one) in all {
        match same {
            Some(paragraph) if only_changes => unchanged.push(paragraph),
            _ => {
                entries.extend(fold(std::mem::take(&mut unchanged)).map(Entry::Folded));
                entries.push(Entry::Shown(one));
            }
        }
    }
    entries.extend(fold(unchanged).map(Entry::Folded));
    entries
}

fn fold(paragraphs: Vec<Paragraph>) -> Option<Fold> {
    let count = paragraphs.len() as u64;
    let label = wording::counted(count, "unchanged-paragraphs");
    (count > 0).then_some(Fold { label, paragraphs })
}
