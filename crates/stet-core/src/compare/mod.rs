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
//! 5. whoever prints it says so in one line (`stet-words`).
//!
//! [`pair_sentences`] does the same for sentences instead of paragraphs.
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
mod sentence_pairs;
mod tidy;
mod verbatim;
mod words;

use std::collections::HashMap;

use foldhash::quality::RandomState;

pub use comparison::{Comparison, FieldComparison, Op, Row, RowKind, Segment, Stats};
pub use sentence_pairs::{SentencePair, SentenceStats, pair_sentences, text_sentences};

use crate::ArticleText;
use align::align;
use changes::{Changes, Edit};
use links::Links;
use marks::Marks;

/// A map for the words of two texts: thousands of short keys, asked once or twice each. Its hashes
/// are seeded at random, as a text may be made to collide; no answer depends on them.
type WordMap<K, V> = HashMap<K, V, RandomState>;

/// Compares two texts of one article.
#[must_use]
pub fn compare(old: &ArticleText, new: &ArticleText) -> Comparison {
    let alignment = align(&old.paragraphs, &new.paragraphs);
    let is_same = |at: usize, other: usize| old.paragraphs[at] == new.paragraphs[other];
    let mut rows = rows::rows(&alignment, is_same);
    let changes = Changes::find(old, new, &alignment.links, rows::moved(&rows));
    fill(&mut rows, old, new, &alignment.links, &changes);
    let optional = |a: &Option<String>, b: &Option<String>, marks: &Marks<'_>| {
        (a.is_some() || b.is_some()).then(|| marks.field())
    };
    Comparison {
        title: changes.title.field(),
        standfirst: optional(&old.standfirst, &new.standfirst, &changes.standfirst),
        lead_caption: optional(&old.lead_caption, &new.lead_caption, &changes.lead_caption),
        byline: optional(&old.byline, &new.byline, &changes.byline),
        rows,
        stats: changes.stats(),
        kinds: kinds::kinds(&changes),
    }
}

/// Gives every row its pieces: marked where the paragraph was edited, whole where it came or went
/// or stands as it was.
fn fill(
    rows: &mut [Row],
    old: &ArticleText,
    new: &ArticleText,
    links: &Links,
    changes: &Changes<'_>,
) {
    let mut edit_of_old: HashMap<usize, &Edit<'_>> = HashMap::new();
    let mut edit_of_new: HashMap<usize, &Edit<'_>> = HashMap::new();
    for edit in &changes.edits {
        edit_of_old.extend(edit.old.iter().map(|&at| (at, edit)));
        edit_of_new.extend(edit.new.iter().map(|&at| (at, edit)));
    }
    let whole = |op: Op, text: &str| match text {
        "" => Vec::new(),
        _ => vec![Segment { op, text: text.to_owned() }],
    };
    let op = |is_free, one_sided| if is_free { one_sided } else { Op::Equal };
    for row in rows {
        let old_pieces = row.old.iter().map(|&at| match edit_of_old.get(&at) {
            Some(edit) => edit.marks.old.segments(place_of(at, &edit.old), Op::Delete),
            None => whole(op(links.is_old_free(at), Op::Delete), &old.paragraphs[at]),
        });
        row.old_segs = old_pieces.collect();
        let new_pieces = row.new.iter().map(|&at| match edit_of_new.get(&at) {
            Some(edit) => edit.marks.new.segments(place_of(at, &edit.new), Op::Insert),
            None => whole(op(links.is_new_free(at), Op::Insert), &new.paragraphs[at]),
        });
        row.new_segs = new_pieces.collect();
        row.merged = merged(row, row.new.first().and_then(|at| edit_of_new.get(at)).copied());
    }
}

/// Both sides of a row in one. What moved as a whole is told by two rows, one a side.
fn merged(row: &Row, edit: Option<&Edit<'_>>) -> Vec<Segment> {
    let Some(edit) = edit else { return Vec::new() };
    if row.kind == RowKind::MovedTo && edit.new.len() == 1 {
        return Vec::new();
    }
    edit.marks.merged(|from, stands| {
        row.new.contains(&edit.new[stands])
            && from.is_none_or(|from| row.old.is_empty() || row.old.contains(&edit.old[from]))
    })
}

/// Where a paragraph stands among those of its edit.
fn place_of(paragraph: usize, paragraphs: &[usize]) -> usize {
    paragraphs.partition_point(|&other| other < paragraph)
}

#[cfg(test)]
mod tests;
