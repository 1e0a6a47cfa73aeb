//! Comparison of two texts of one article: paragraphs aligned, words marked.
//!
//! A comparison is data; nothing here prints HTML. Its way, one file each:
//!
//! 1. `align` links the paragraphs that belong together and says which stayed in place (from
//!    `anchors`, `verbatim`, `candidates`, `features`, `pairing`, `parts` and `chain`);
//! 2. `marks` compares the `words` of linked paragraphs, and `tidy` makes of that what an editor
//!    did;
//! 3. `rows` puts both sides into the rows of a page;
//! 4. `changes` counts, and `kinds` says what sort of change it is (from `figures`, `notes` and
//!    `quotations`);
//! 5. [`summary()`] says so in one line.
//!
//! The same two texts always have the same comparison: budgets are counts, never clocks.

mod align;
mod anchors;
mod candidates;
mod chain;
mod changes;
mod comparison;
mod features;
mod figures;
mod folding;
mod kinds;
mod links;
mod marks;
mod notes;
mod pairing;
mod parts;
mod quotations;
mod rows;
mod summary;
mod tidy;
mod verbatim;
mod words;

pub use comparison::{Comparison, FieldComparison, Op, Row, RowKind, Segment, Stats};
pub use summary::summary;

use crate::ArticleText;
use align::{Alignment, align};
use changes::Changes;
use marks::Marks;
use rows::{Pieces, rows};

/// Compares two texts of one article.
#[must_use]
pub fn compare(old: &ArticleText, new: &ArticleText) -> Comparison {
    let alignment = align(&old.paragraphs, &new.paragraphs);
    let changes = Changes::find(old, new, &alignment);
    let pieces = pieces(old, new, &alignment, &changes);
    let is_same = |at: usize, other: usize| old.paragraphs[at] == new.paragraphs[other];
    let optional = |a: &Option<String>, b: &Option<String>, marks: &Marks<'_>| {
        (a.is_some() || b.is_some()).then(|| marks.field())
    };
    Comparison {
        title: changes.title.field(),
        standfirst: optional(&old.standfirst, &new.standfirst, &changes.standfirst),
        lead_caption: optional(&old.lead_caption, &new.lead_caption, &changes.lead_caption),
        byline: optional(&old.byline, &new.byline, &changes.byline),
        rows: rows(&alignment, pieces, is_same),
        stats: changes.stats(),
        kinds: kinds::kinds(&changes),
    }
}

/// Every paragraph in pieces: marked where it was edited, whole where it came or went or stands
/// as it was.
fn pieces(
    old: &ArticleText,
    new: &ArticleText,
    alignment: &Alignment,
    changes: &Changes<'_>,
) -> Pieces {
    let links = &alignment.links;
    let op = |is_free, one_sided| if is_free { one_sided } else { Op::Equal };
    let whole = |op: Op, text: &String| match text.as_str() {
        "" => Vec::new(),
        _ => vec![Segment { op, text: text.clone() }],
    };
    let olds = old.paragraphs.iter().enumerate();
    let news = new.paragraphs.iter().enumerate();
    let mut pieces = Pieces {
        old: olds.map(|(at, text)| whole(op(links.is_old_free(at), Op::Delete), text)).collect(),
        new: news.map(|(at, text)| whole(op(links.is_new_free(at), Op::Insert), text)).collect(),
    };
    for edit in &changes.edits {
        for (nth, &at) in edit.old.iter().enumerate() {
            pieces.old[at] = edit.marks.old.segments(nth, Op::Delete);
        }
        for (nth, &at) in edit.new.iter().enumerate() {
            pieces.new[at] = edit.marks.new.segments(nth, Op::Insert);
        }
    }
    pieces
}

#[cfg(test)]
mod tests;
