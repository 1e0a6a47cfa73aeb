//! A text whose pieces stayed, went or came, as it is printed.

use askama::Template;
use askama::filters::HtmlSafe;
use stet_core::compare::{Op, Segment};

/// A text in pieces.
#[derive(Debug, Clone, Default, PartialEq, Eq, Template)]
#[template(path = "parts/pieces.html")]
pub(crate) struct Pieces {
    pieces: Vec<Piece>,
}

// Its template escapes what it prints.
impl HtmlSafe for Pieces {}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Piece {
    op: Op,
    text: String,
    /// Whether a space is needed before it, since what went and what came stand side by side.
    is_spaced: bool,
}

impl Pieces {
    /// One side of a comparison.
    pub(crate) fn of(segments: &[Segment]) -> Self {
        let mut pieces = Self::default();
        for segment in segments {
            pieces.push(segment.op, &segment.text);
        }
        pieces
    }

    /// Whether any piece went or came.
    pub(crate) fn is_edited(&self) -> bool {
        self.pieces.iter().any(|piece| piece.op != Op::Equal)
    }

    /// Both sides in one text: what went stands before what came in its place. Quotes, dashes and
    /// spaces that both sides call equal are printed as they stand now.
    pub(crate) fn merged(old: &[Segment], new: &[Segment]) -> Self {
        Self::default().merging(old, new, Apart::Changed)
    }

    /// As [`Self::merged`], for one part of a paragraph whose other parts stand elsewhere: of the
    /// text that went, only what stood in this part is printed. What stood before all parts is
    /// printed with the first (`is_first`).
    pub(crate) fn merged_part(old: &[Segment], new: &[Segment], is_first: bool) -> Self {
        Self::default().merging(old, new, Apart::Elsewhere { is_here: is_first })
    }

    fn merging(mut self, old: &[Segment], new: &[Segment], mut apart: Apart) -> Self {
        let (mut old, mut new) = (Side::new(old), Side::new(new));
        loop {
            while let Some(text) = old.take(Op::Delete) {
                if apart != (Apart::Elsewhere { is_here: false }) {
                    self.push(Op::Delete, text);
                }
            }
            while let Some(text) = new.take(Op::Insert) {
                self.push(Op::Insert, text);
            }
            let (left, right) = (old.standing(), new.standing());
            if left.is_empty() && right.is_empty() {
                return self;
            }
            let common = common_start(left, right);
            let (left_typography, right_typography) = (typography(left), typography(right));
            if common > 0 {
                self.push(Op::Equal, &right[..common]);
                old.advance(common);
                new.advance(common);
                apart.note(true);
            } else if left_typography + right_typography > 0
                && !left.is_empty()
                && !right.is_empty()
            {
                let shown = if right_typography > 0 { &right[..right_typography] } else { " " };
                self.push(Op::Equal, shown);
                old.advance(left_typography);
                new.advance(right_typography);
            } else if apart == Apart::Changed {
                old.rest(|text| self.push(Op::Delete, text));
                new.rest(|text| self.push(Op::Insert, text));
                return self;
            } else if let Some(ahead) = place_of_start(right, left) {
                old.advance(ahead);
                apart.note(false);
            } else if right.is_empty()
                || old.later().any(|text| place_of_start(right, text).is_some())
            {
                old.advance(left.len());
                apart.note(false);
            } else {
                let ahead = place_of_start(left, right).unwrap_or(right.len());
                self.push(Op::Equal, &right[..ahead]);
                new.advance(ahead);
            }
        }
    }

    fn push(&mut self, op: Op, text: &str) {
        if text.is_empty() {
            return;
        }
        let last = self.pieces.last_mut();
        let is_spaced = match last {
            Some(last) if last.op == op => {
                last.text.push_str(text);
                return;
            }
            Some(last) => {
                op == Op::Insert
                    && last.op == Op::Delete
                    && !last.text.ends_with(char::is_whitespace)
                    && !text.starts_with(char::is_whitespace)
            }
            None => false,
        };
        self.pieces.push(Piece { op, text: text.to_owned(), is_spaced });
    }
}

/// What it means that text which stayed is found on one side only.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Apart {
    /// It went or came after all.
    Changed,
    /// Its counterpart stands in another row. Whether the text read last is of this row.
    Elsewhere { is_here: bool },
}

impl Apart {
    /// Takes note whether the text that was read is of this row.
    const fn note(&mut self, of_this_row: bool) {
        if let Self::Elsewhere { is_here } = self {
            *is_here = of_this_row;
        }
    }
}

/// One side of a comparison, read piece by piece.
struct Side<'a> {
    segments: &'a [Segment],
    /// Bytes of the first segment that were read.
    read: usize,
}

impl<'a> Side<'a> {
    const fn new(segments: &'a [Segment]) -> Self {
        Self { segments, read: 0 }
    }

    /// The next piece, if that is what happened to it.
    fn take(&mut self, op: Op) -> Option<&'a str> {
        let (first, rest) = self.segments.split_first()?;
        if first.op != op {
            return None;
        }
        self.segments = rest;
        Some(&first.text)
    }

    /// What is left of the next piece, which stands on both sides.
    fn standing(&self) -> &'a str {
        self.segments.first().map_or("", |segment| &segment.text[self.read..])
    }

    /// What stands on both sides further on, piece by piece.
    fn later(&self) -> impl Iterator<Item = &'a str> {
        let later = self.segments.iter().skip(1).filter(|segment| segment.op == Op::Equal);
        later.map(|segment| segment.text.as_str())
    }

    fn advance(&mut self, bytes: usize) {
        self.read += bytes;
        if self.segments.first().is_some_and(|segment| self.read >= segment.text.len()) {
            self.segments = &self.segments[1..];
            self.read = 0;
        }
    }

    fn rest(&mut self, mut each: impl FnMut(&str)) {
        each(self.standing());
        for segment in self.segments.iter().skip(1) {
            each(&segment.text);
        }
    }
}

/// How many bytes two texts have in common at their start.
fn common_start(left: &str, right: &str) -> usize {
    left.char_indices()
        .zip(right.chars())
        .take_while(|((_, a), b)| a == b)
        .last()
        .map_or(0, |((at, c), _)| at + c.len_utf8())
}

/// How many bytes of white space, quotes, dashes and the like a text begins with.
fn typography(text: &str) -> usize {
    text.len() - text.trim_start_matches(|c: char| !c.is_alphanumeric()).len()
}

/// Where in a text the beginning of another stands: as much of it as can hardly be chance.
fn place_of_start(of: &str, within: &str) -> Option<usize> {
    const ENOUGH: usize = 12;
    let start = of.trim_start();
    let end = start.char_indices().nth(ENOUGH).map_or(start.len(), |(at, _)| at);
    if end == 0 { None } else { within.find(&start[..end]) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn segment(op: Op, text: &str) -> Segment {
        Segment { op, text: text.to_owned() }
    }

    #[test]
    fn what_went_stands_before_what_came_and_nothing_is_lost() {
        let old = [
            segment(Op::Equal, "more than "),
            segment(Op::Delete, "eight"),
            segment(Op::Equal, " hours"),
        ];
        let new = [
            segment(Op::Equal, "more than "),
            segment(Op::Insert, "twelve"),
            segment(Op::Equal, " hours"),
        ];
        assert_eq!(
            Pieces::merged(&old, &new).render().unwrap(),
            "more than <del>eight</del> <ins>twelve</ins> hours"
        );
    }

    #[test]
    fn sides_that_cut_their_common_text_differently_are_merged_all_the_same() {
        let old = [segment(Op::Equal, "a b "), segment(Op::Delete, "x"), segment(Op::Equal, " c")];
        let new = [
            segment(Op::Equal, "a "),
            segment(Op::Equal, "b"),
            segment(Op::Equal, " c"),
            segment(Op::Insert, " d"),
        ];
        assert_eq!(Pieces::merged(&old, &new).render().unwrap(), "a b <del>x</del> c<ins> d</ins>");
    }

    #[test]
    fn sides_that_have_nothing_in_common_are_printed_one_after_the_other() {
        let merged = Pieces::merged(&[segment(Op::Equal, "ab")], &[segment(Op::Equal, "cd")]);
        assert_eq!(merged.render().unwrap(), "<del>ab</del> <ins>cd</ins>");
    }

    #[test]
    fn typography_that_changed_is_printed_as_it_stands_now() {
        let old = [segment(Op::Equal, "\"No\" - he "), segment(Op::Delete, "left...")];
        let new = [segment(Op::Equal, "“No” – he "), segment(Op::Insert, "went…")];
        let merged = Pieces::merged(&old, &new).render().unwrap();
        assert_eq!(merged, "“No” – he <del>left...</del> <ins>went…</ins>");
    }

    #[test]
    fn the_part_of_a_split_that_stands_elsewhere_is_neither_gone_nor_new() {
        let old = [
            segment(Op::Equal, "The bridge was "),
            segment(Op::Delete, "wholly "),
            segment(Op::Equal, "closed. Engineers found cracks in "),
            segment(Op::Delete, "two "),
            segment(Op::Equal, "pillars."),
        ];
        let first = [segment(Op::Equal, "The bridge was closed.")];
        let merged = Pieces::merged_part(&old, &first, true).render().unwrap();
        assert_eq!(merged, "The bridge was <del>wholly </del>closed.");
        let second = [segment(Op::Equal, "Engineers found cracks in pillars.")];
        let merged = Pieces::merged_part(&old, &second, false).render().unwrap();
        assert_eq!(merged, "Engineers found cracks in <del>two </del>pillars.");
    }

    #[test]
    fn a_merged_paragraph_shows_the_part_that_stood_elsewhere_as_standing() {
        let new = [segment(Op::Equal, "The bridge was closed. Engineers found cracks.")];
        let old = [segment(Op::Equal, "The bridge was closed.")];
        let merged = Pieces::merged_part(&old, &new, true).render().unwrap();
        assert_eq!(merged, "The bridge was closed. Engineers found cracks.");
    }

    #[test]
    fn markup_in_a_text_is_printed_as_text() {
        let pieces = Pieces::of(&[segment(Op::Insert, "<script>alert(1)</script>")]);
        assert_eq!(
            pieces.render().unwrap(),
            "<ins>&#60;script&#62;alert(1)&#60;/script&#62;</ins>"
        );
    }
}
