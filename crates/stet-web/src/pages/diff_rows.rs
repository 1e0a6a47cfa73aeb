//! The rows of the side-by-side view.

use chrono::{DateTime, Utc};
use stet_core::VersionNumber;
use stet_core::compare::{Comparison, FieldComparison, Row, RowKind, Segment};
use stet_words::{say, text};

use super::diff_place::Versions;
use crate::links;
use crate::paragraph_lines::{Line, line, mark, marks};
use crate::pieces::Pieces;
use crate::wording::Stamp;

/// A row of the table: what stood, and what stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DiffRow {
    /// A word of the stylesheet for the row, or none.
    pub(crate) class: &'static str,
    pub(crate) old: Cell,
    pub(crate) new: Cell,
    /// Of an edited row, both sides in one, for windows without room for two.
    pub(crate) both: Option<Line>,
    /// The anchor of what belongs to it in another row.
    pub(crate) elsewhere: Option<String>,
}

impl DiffRow {
    /// The paragraph, if it stands in both texts as it was.
    pub(crate) fn same(&self) -> Option<&Paragraph> {
        self.new.paragraphs.first().filter(|_| self.class == "same")
    }
}

/// One side of a row.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Cell {
    /// A word of the stylesheet for the cell, or none.
    pub(crate) class: &'static str,
    pub(crate) paragraphs: Vec<Paragraph>,
}

/// A paragraph of one side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Paragraph {
    /// Its anchor, which says the version and the paragraph: `v0-p6`.
    pub(crate) anchor: String,
    /// Its number: `¶6`.
    pub(crate) number: String,
    /// What happened to it, where the marks in its text do not say it.
    pub(crate) tag: Option<Tag>,
    pub(crate) pieces: Pieces,
}

/// What happened to a paragraph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tag {
    pub(crate) text: String,
    /// The anchor of its counterpart.
    pub(crate) to: Option<String>,
}

/// A short field of both texts: headline, standfirst, picture caption or byline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FieldRow {
    /// Its name, for those who do not see how it is set.
    pub(crate) name: &'static str,
    /// A word of the stylesheet.
    pub(crate) class: &'static str,
    pub(crate) old: Pieces,
    pub(crate) new: Pieces,
    pub(crate) merged: Pieces,
    pub(crate) is_edited: bool,
}

impl FieldRow {
    /// A field of few words, if it changed; `texts` are the old and the new one.
    pub(crate) fn replaced(name: &'static str, texts: [Option<String>; 2]) -> Option<Self> {
        if texts[0] == texts[1] {
            return None;
        }
        let [old, new] = texts;
        Some(Self::short(name, Pieces::replaced(old, new)))
    }

    /// The same of a moment.
    pub(crate) fn redated(name: &'static str, moments: [Option<DateTime<Utc>>; 2]) -> Option<Self> {
        let [old, new] = moments.map(|at| at.map(Stamp::new));
        (old != new).then(|| Self::short(name, Pieces::redated(old, new)))
    }

    fn short(name: &'static str, [old, new, merged]: [Pieces; 3]) -> Self {
        Self { name, class: "byline", old, new, merged, is_edited: true }
    }
}

/// The anchor of a paragraph of a version: it means the same in every comparison.
pub(crate) fn anchor(version: VersionNumber, index: usize) -> String {
    links::paragraph_of(version, index + 1)
}

#[derive(Clone, Copy)]
enum Side {
    Old,
    New,
}

impl Side {
    fn anchor(self, (old, new): Versions, index: usize) -> String {
        match self {
            Self::Old => anchor(old, index),
            Self::New => anchor(new, index),
        }
    }

    const fn other(self) -> Self {
        match self {
            Self::Old => Self::New,
            Self::New => Self::Old,
        }
    }
}

/// Headline, standfirst, picture caption and byline, as far as either text has them.
pub(crate) fn field_rows(comparison: &Comparison) -> Vec<FieldRow> {
    [
        (text("diff-field-headline"), "headline", Some(&comparison.title)),
        (text("diff-field-standfirst"), "standfirst", comparison.standfirst.as_ref()),
        (text("diff-field-picture-caption"), "caption", comparison.lead_caption.as_ref()),
        (text("diff-field-byline"), "byline", comparison.byline.as_ref()),
    ]
    .into_iter()
    .filter_map(|(name, class, field)| field.map(|field| field_row(name, class, field)))
    .collect()
}

fn field_row(name: &'static str, class: &'static str, field: &FieldComparison) -> FieldRow {
    let old = Pieces::of(&field.old_segs);
    let new = Pieces::of(&field.new_segs);
    let is_edited = old.is_edited() || new.is_edited();
    let merged = Pieces::of(&field.merged);
    FieldRow { name, class, old, new, merged, is_edited }
}

/// The paragraphs, row by row.
pub(crate) fn diff_rows(comparison: &Comparison, versions: Versions) -> Vec<DiffRow> {
    comparison.rows.iter().map(|row| diff_row(row, versions)).collect()
}

fn diff_row(row: &Row, versions: Versions) -> DiffRow {
    let (class, old_class, new_class) = match row.kind {
        RowKind::Equal => ("same", "", ""),
        RowKind::Split if row.old.is_empty() => ("", "empty", ""),
        RowKind::Merge if row.new.is_empty() => ("", "", "empty"),
        RowKind::Changed | RowKind::Split | RowKind::Merge => ("edited", "", ""),
        RowKind::Added => ("", "empty", "added"),
        RowKind::Removed => ("", "removed", "empty"),
        RowKind::MovedFrom => ("", "moved", "empty"),
        RowKind::MovedTo => ("", "empty", "moved"),
    };
    DiffRow {
        class,
        old: cell(row, Side::Old, versions, old_class),
        new: cell(row, Side::New, versions, new_class),
        both: (class == "edited").then(|| line(row)),
        elsewhere: elsewhere(row, versions),
    }
}

fn cell(row: &Row, side: Side, versions: Versions, class: &'static str) -> Cell {
    let (indices, segments) = match side {
        Side::Old => (&row.old, &row.old_segs),
        Side::New => (&row.new, &row.new_segs),
    };
    let paragraphs = indices
        .iter()
        .zip(segments)
        .map(|(&index, segments)| {
            let pieces = Pieces::of(segments);
            Paragraph {
                anchor: side.anchor(versions, index),
                number: mark(index),
                tag: tag(row, side, versions, index, pieces.is_edited()),
                pieces,
            }
        })
        .collect();
    Cell { class, paragraphs }
}

/// What happened to the one paragraph of a moved row.
pub(crate) fn row_tag(row: &Row, versions: Versions) -> Option<Tag> {
    let is_edited =
        |segments: &[Vec<Segment>]| segments.iter().any(|one| Pieces::of(one).is_edited());
    match (row.old.first(), row.new.first()) {
        (Some(&at), _) => tag(row, Side::Old, versions, at, is_edited(&row.old_segs)),
        (None, Some(&at)) => tag(row, Side::New, versions, at, is_edited(&row.new_segs)),
        (None, None) => None,
    }
}

/// The anchor of what belongs to a split or joined paragraph in another row: its whole, or the
/// first of its parts.
pub(crate) fn elsewhere(row: &Row, (old, new): Versions) -> Option<String> {
    let version = match row.kind {
        RowKind::Split if row.old.is_empty() => old,
        RowKind::Merge if !row.new.is_empty() => old,
        _ => new,
    };
    row.peer.first().map(|&at| anchor(version, at))
}

fn tag(row: &Row, side: Side, versions: Versions, index: usize, is_edited: bool) -> Option<Tag> {
    let plain = |said: &str| Some(Tag { text: said.to_owned(), to: None });
    let whole = |message: &'static str, parts: &[usize]| {
        Some(Tag {
            text: say(message).with("paragraphs", marks(parts)).into(),
            to: elsewhere(row, versions),
        })
    };
    match row.kind {
        RowKind::Equal | RowKind::Changed => None,
        RowKind::Added => plain(text("diff-tag-added")),
        RowKind::Removed => plain(text("diff-tag-removed")),
        RowKind::MovedFrom | RowKind::MovedTo => {
            let peer = *row.peer.first()?;
            // The counterpart stands further down in the page if its number is the greater one.
            let arrow = if peer > index { "↓" } else { "↑" };
            let message = match (row.kind == RowKind::MovedFrom, is_edited) {
                (true, false) => "diff-tag-moved-to",
                (true, true) => "diff-tag-moved-to-and-edited",
                (false, false) => "diff-tag-moved-from",
                (false, true) => "diff-tag-moved-from-and-edited",
            };
            Some(Tag {
                text: say(message).with("arrow", arrow).with("paragraphs", marks(&row.peer)).into(),
                to: Some(side.other().anchor(versions, peer)),
            })
        }
        RowKind::Split => match side {
            Side::Old => whole("diff-tag-split-into", &parts(&row.new, &row.peer)),
            Side::New => part("diff-tag-part-of", &row.old, row, versions),
        },
        RowKind::Merge => match side {
            Side::Old => part("diff-tag-now-part-of", &row.new, row, versions),
            Side::New => whole("diff-tag-joined-from", &parts(&row.old, &row.peer)),
        },
    }
}

/// The tag of a part, which leads to its whole where that stands in another row.
fn part(message: &'static str, whole: &[usize], row: &Row, versions: Versions) -> Option<Tag> {
    let (whole, to) = match whole.first() {
        Some(&whole) => (whole, None),
        None => (*row.peer.first()?, elsewhere(row, versions)),
    };
    Some(Tag { text: say(message).with("paragraph", mark(whole)).into(), to })
}

/// All parts of a split or merge, wherever they stand.
fn parts(here: &[usize], elsewhere: &[usize]) -> Vec<usize> {
    let mut parts = [here, elsewhere].concat();
    parts.sort_unstable();
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use stet_core::compare::Op;

    fn versions() -> Versions {
        (VersionNumber::FIRST, VersionNumber::try_from(1).unwrap())
    }

    fn moved(kind: RowKind, old: &[usize], new: &[usize], peer: usize, edited: bool) -> Row {
        let op = if edited { Op::Insert } else { Op::Equal };
        let segments = vec![vec![Segment { op, text: "Text".to_owned() }]];
        Row {
            kind,
            old: old.to_vec(),
            new: new.to_vec(),
            peer: vec![peer],
            old_segs: if old.is_empty() { Vec::new() } else { segments.clone() },
            new_segs: if new.is_empty() { Vec::new() } else { segments },
            merged: Vec::new(),
        }
    }

    #[test]
    fn a_moved_paragraph_names_its_counterpart_and_leads_to_it() {
        let from = diff_row(&moved(RowKind::MovedFrom, &[3], &[], 10, false), versions());
        let tag = from.old.paragraphs[0].tag.clone().unwrap();
        assert_eq!(tag.text, "↓ moved to ¶11");
        assert_eq!(tag.to.as_deref(), Some("v1-p11"));
        assert_eq!((from.old.class, from.new.class), ("moved", "empty"));

        let to = diff_row(&moved(RowKind::MovedTo, &[], &[10], 3, true), versions());
        let tag = to.new.paragraphs[0].tag.clone().unwrap();
        assert_eq!(tag.text, "↑ moved from ¶4 and edited");
        assert_eq!(tag.to.as_deref(), Some("v0-p4"));
        assert_eq!(to.new.paragraphs[0].anchor, "v1-p11");
    }

    #[test]
    fn a_part_behind_new_text_names_its_whole_and_leads_to_it() {
        let row = diff_row(&moved(RowKind::Split, &[], &[10], 3, false), versions());
        let tag = row.new.paragraphs[0].tag.clone().unwrap();
        assert_eq!(tag, Tag { text: "part of ¶4".to_owned(), to: Some("v0-p4".to_owned()) });
        let whole = diff_row(&moved(RowKind::Split, &[3], &[8], 10, false), versions());
        let tag = whole.old.paragraphs[0].tag.clone().unwrap();
        assert_eq!(tag.text, "split into ¶9 and ¶11");
        assert_eq!(tag.to.as_deref(), Some("v1-p11"), "it leads to the part that is not beside it");
        assert_eq!(whole.elsewhere, tag.to, "also in one column");
    }
}
