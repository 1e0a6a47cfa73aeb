//! Comparison of two texts of one article: paragraphs aligned, words marked.
//!
//! A comparison is data; nothing here prints HTML. Its way, one file each:
//!
//! 1. [`align`] links the paragraphs that belong together and says which stayed in place;
//! 2. [`marks`] compares the words of linked paragraphs;
//! 3. [`rows`] puts both sides into the rows of a page;
//! 4. [`kinds`] and [`changes`] say what sort of change it is and count it;
//! 5. [`summary`](mod@summary) says so in one line.
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
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn between(old: &[&str], new: &[&str]) -> Comparison {
        let text = |paragraphs: &[&str]| ArticleText::new("T", paragraphs.iter().copied());
        compare(&text(old), &text(new))
    }

    /// The rows of a comparison, marks in brackets.
    fn shown(old: &[&str], new: &[&str]) -> String {
        let sides = |row: &Row| {
            let lines = |sign: &str, at: &[usize], segs: &[Vec<Segment>]| {
                let line = |(at, segs): (&usize, &Vec<Segment>)| {
                    format!("  {sign}{at} {}\n", segs.iter().map(piece).collect::<String>())
                };
                at.iter().zip(segs).map(line).collect::<String>()
            };
            let peer = if row.peer.is_empty() { String::new() } else { format!(" {:?}", row.peer) };
            let head = format!("{:?}{peer}\n", row.kind);
            if row.kind == RowKind::Equal {
                return format!("{head}{}", lines("=", &row.old, &row.old_segs));
            }
            head + &lines("-", &row.old, &row.old_segs) + &lines("+", &row.new, &row.new_segs)
        };
        between(old, new).rows.iter().map(sides).collect()
    }

    fn piece(segment: &Segment) -> String {
        match segment.op {
            Op::Equal => segment.text.clone(),
            Op::Delete => format!("[-{}-]", segment.text),
            Op::Insert => format!("{{+{}+}}", segment.text),
        }
    }

    /// Panics unless both sides rebuild their texts in order and every row is what it says.
    fn assert_exact(comparison: &Comparison, old: &[String], new: &[String]) {
        let joined = |segs: &[Segment]| segs.iter().map(|s| s.text.as_str()).collect::<String>();
        let (mut olds, mut news) = (Vec::new(), Vec::new());
        for row in &comparison.rows {
            assert_eq!((row.old.len(), row.new.len()), (row.old_segs.len(), row.new_segs.len()));
            for (at, segs) in row.old.iter().zip(&row.old_segs) {
                assert!(
                    segs.iter().all(|segment| !segment.text.is_empty() && segment.op != Op::Insert)
                );
                assert_eq!(joined(segs), old[*at]);
                olds.push(*at);
            }
            for (at, segs) in row.new.iter().zip(&row.new_segs) {
                assert!(
                    segs.iter().all(|segment| !segment.text.is_empty() && segment.op != Op::Delete)
                );
                assert_eq!(joined(segs), new[*at]);
                news.push(*at);
            }
            if row.kind == RowKind::Equal {
                assert_eq!(old[row.old[0]], new[row.new[0]]);
            }
        }
        assert!(olds.into_iter().eq(0..old.len()) && news.into_iter().eq(0..new.len()));
    }

    /// Texts that make trouble: few distinct words, so that much repeats, in several scripts.
    fn paragraphs() -> impl Strategy<Value = Vec<String>> {
        let word = prop::sample::select(vec![
            "the",
            "mayor",
            "said",
            "10",
            "£4.5bn",
            "12:30",
            "“we",
            "won’t\u{a0}go”",
            ".",
            "…",
            "–",
            "北京大学",
            "します",
            "วิญญาณ",
            "مرحبا",
            "👨‍👩‍👧",
            "e\u{301}",
            "\u{200b}",
            "'",
            "\"",
        ]);
        let known = prop::collection::vec(word, 0..12).prop_map(|words| words.join(" "));
        let paragraph = prop_oneof![9 => known, 1 => ".{0,12}"];
        prop::collection::vec(paragraph, 0..10)
    }

    proptest! {
        #[test]
        fn any_two_texts_are_rebuilt_by_their_comparison(old in paragraphs(), new in paragraphs()) {
            let text = |paragraphs: &[String]| ArticleText::new("T", paragraphs.iter().cloned());
            let comparison = compare(&text(&old), &text(&new));
            assert_exact(&comparison, &old, &new);
            prop_assert!(!summary(&comparison.kinds, &comparison.stats).is_empty());
        }

        #[test]
        fn a_text_is_the_same_as_itself(text in paragraphs()) {
            let text = ArticleText::new("T", text);
            let comparison = compare(&text, &text);
            prop_assert!(comparison.rows.iter().all(|row| row.kind == RowKind::Equal));
            prop_assert_eq!(comparison.stats, Stats::default());
            prop_assert!(comparison.kinds.is_empty());
        }

        #[test]
        fn what_is_added_one_way_is_removed_the_other_way(old in paragraphs()) {
            let empty = ArticleText::new("T", [""; 0]);
            let text = ArticleText::new("T", old);
            let (there, back) = (compare(&empty, &text).stats, compare(&text, &empty).stats);
            prop_assert_eq!(there.words_added, back.words_removed);
            prop_assert_eq!(there.paragraphs_added, back.paragraphs_removed);
        }
    }

    #[test]
    fn an_edit_is_marked_in_whole_words() {
        insta::assert_snapshot!(shown(&["The mayor lied on Monday."], &["The mayor erred on Monday."]), @r"
        Changed
          -0 The mayor [-lied-] on Monday.
          +0 The mayor {+erred+} on Monday.
        ");
    }
}
