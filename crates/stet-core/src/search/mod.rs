//! Search: what a text is found by, what a reader asked for, and where it stands in a text.
//!
//! A text is cut into words, each with a position; a word is found by its stem in the text's
//! language, or, where that is not known, by its form with and without diacritics. Scripts that are
//! written without spaces between words have no words here: they are found by pairs of neighbouring
//! characters, so that any run of them is found wherever it stands
//! (`docs/decisions/2026-11-23-paragraphs-are-searched-by-words-of-our-own.md`).
//!
//! What is printed here for Postgres (`tsvector`, `tsquery`) is read by it as data: no input is a
//! syntax error.

mod excerpt;
mod folding;
mod language;
mod lexemes;
mod query;
mod words;

pub use excerpt::{Excerpt, Piece, excerpt};
pub use language::Language;
pub use lexemes::{document, source_lexeme};
pub use query::{MAX_QUERY_CHARS, MAX_TERMS, Query, SourceTerm};

/// The revision of what texts are found by: whatever was written by an earlier one is written anew
/// in the background. It is raised when a text would be cut, folded or stemmed differently.
pub const REVISION: i32 = 1;
