//! A text whose pieces stayed, went or came, as it is printed.

use askama::Template;
use askama::filters::HtmlSafe;
use stet_core::compare::{Op, Segment};

use crate::wording::Stamp;

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
    /// The moment that it is, in the place of a text.
    at: Option<Stamp>,
    /// Whether a space is needed before it, since what went and what came stand side by side.
    is_spaced: bool,
}

impl Pieces {
    /// One side of a comparison, or both in one.
    pub(crate) fn of(segments: &[Segment]) -> Self {
        let mut pieces = Self::default();
        for segment in segments {
            pieces.push(segment.op, &segment.text);
        }
        pieces
    }

    /// A short text that became another: what stood, what stands, and both in one.
    pub(crate) fn replaced(old: Option<String>, new: Option<String>) -> [Self; 3] {
        let piece = |op, text: Option<String>| text.map(|text| Segment { op, text });
        let (old, new) = (piece(Op::Delete, old), piece(Op::Insert, new));
        let both: Vec<Segment> = old.iter().chain(&new).cloned().collect();
        [Self::of(old.as_slice()), Self::of(new.as_slice()), Self::of(&both)]
    }

    /// A moment that became another.
    pub(crate) fn redated(old: Option<Stamp>, new: Option<Stamp>) -> [Self; 3] {
        let piece = |op, at: Option<Stamp>| {
            at.map(|at| Piece { op, text: String::new(), at: Some(at), is_spaced: false })
        };
        let (old, new) = (piece(Op::Delete, old), piece(Op::Insert, new));
        let mut both: Vec<Piece> = old.iter().chain(&new).cloned().collect();
        both.iter_mut().skip(1).for_each(|piece| piece.is_spaced = true);
        let [old, new] = [old, new].map(|piece| piece.into_iter().collect());
        [old, new, both].map(|pieces| Self { pieces })
    }

    /// Whether any piece went or came.
    pub(crate) fn is_edited(&self) -> bool {
        self.pieces.iter().any(|piece| piece.op != Op::Equal)
    }

    /// What happened to each piece, the piece, and whether a space is needed before it.
    pub(crate) fn each(&self) -> impl Iterator<Item = (Op, &str, bool)> {
        self.pieces.iter().map(|piece| (piece.op, piece.text.as_str(), piece.is_spaced))
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
        self.pieces.push(Piece { op, text: text.to_owned(), at: None, is_spaced });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn segment(op: Op, text: &str) -> Segment {
        Segment { op, text: text.to_owned() }
    }

    #[test]
    fn what_went_and_what_came_in_its_place_are_parted_by_a_space() {
        let merged = [
            segment(Op::Equal, "more than "),
            segment(Op::Delete, "eight"),
            segment(Op::Insert, "twelve"),
            segment(Op::Equal, " hours"),
        ];
        assert_eq!(
            Pieces::of(&merged).render().unwrap(),
            "more than <del>eight</del> <ins>twelve</ins> hours"
        );
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
