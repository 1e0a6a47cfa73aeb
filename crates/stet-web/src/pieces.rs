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

    /// Both sides in one text: what went stands before what came in its place.
    pub(crate) fn merged(old: &[Segment], new: &[Segment]) -> Self {
        let mut merged = Self::default();
        let mut old = Side::new(old);
        let mut new = Side::new(new);
        loop {
            while let Some(text) = old.take(Op::Delete) {
                merged.push(Op::Delete, text);
            }
            while let Some(text) = new.take(Op::Insert) {
                merged.push(Op::Insert, text);
            }
            match (old.standing(), new.standing()) {
                ("", "") => return merged,
                (left, right) => {
                    let common = common_start(left, right);
                    if common == 0 {
                        // Only white space may differ between what both call equal.
                        let (white_left, white_right) = (white(left), white(right));
                        if white_left + white_right == 0 {
                            old.rest(|text| merged.push(Op::Delete, text));
                            new.rest(|text| merged.push(Op::Insert, text));
                            return merged;
                        }
                        merged.push(Op::Equal, " ");
                        old.advance(white_left);
                        new.advance(white_right);
                    } else {
                        merged.push(Op::Equal, &left[..common]);
                        old.advance(common);
                        new.advance(common);
                    }
                }
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

/// How many bytes of white space a text begins with.
fn white(text: &str) -> usize {
    text.len() - text.trim_start().len()
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
    fn markup_in_a_text_is_printed_as_text() {
        let pieces = Pieces::of(&[segment(Op::Insert, "<script>alert(1)</script>")]);
        assert_eq!(
            pieces.render().unwrap(),
            "<ins>&#60;script&#62;alert(1)&#60;/script&#62;</ins>"
        );
    }
}
