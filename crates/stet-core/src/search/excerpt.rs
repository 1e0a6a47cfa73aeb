//! The sentence of a text in which something was found, with what was found marked.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use super::language::Language;
use super::query::{Asked, Query, is_found};
use super::words::{Word, words};

/// Sentences are added while an excerpt is shorter, in bytes.
const ENOUGH: usize = 240;

/// A sentence longer than this is cut around what was found, in bytes.
const TOO_LONG: usize = 600;

/// How much stands before what was found in a sentence that was cut, in bytes.
const BEFORE: usize = 150;

/// A part of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Excerpt {
    /// It, in pieces.
    pub pieces: Vec<Piece>,
    /// Whether the text goes on before it.
    pub is_cut_before: bool,
    /// Whether the text goes on behind it.
    pub is_cut_behind: bool,
}

/// A piece of an excerpt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// It.
    pub text: String,
    /// Whether it was asked for.
    pub is_match: bool,
}

/// The sentences of a text in which a query was found first. `language` is that by which the text
/// [was indexed](super::document).
#[must_use]
pub fn excerpt(text: &str, language: Option<Language>, query: &Query) -> Excerpt {
    let words = words(text);
    let found = found(&words, language, query);
    let first = found.first().map_or(0..0, Clone::clone);
    let shown = window(text, &words, &first);
    let mut pieces = Vec::new();
    let mut at = shown.start;
    for range in found {
        let range = range.start.max(at)..range.end.min(shown.end);
        if range.is_empty() {
            continue;
        }
        push(&mut pieces, &text[at..range.start], false);
        push(&mut pieces, &text[range.clone()], true);
        at = range.end;
    }
    push(&mut pieces, &text[at..shown.end], false);
    Excerpt { pieces, is_cut_before: shown.start > 0, is_cut_behind: shown.end < text.len() }
}

fn push(pieces: &mut Vec<Piece>, text: &str, is_match: bool) {
    if !text.is_empty() {
        pieces.push(Piece { text: text.to_owned(), is_match });
    }
}

/// Where the text has what was asked for, in order.
fn found(words: &[Word], language: Option<Language>, query: &Query) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    for asked in query.wanted() {
        match asked {
            Asked::Word(asked) => {
                let is_it =
                    |word: &&Word| !word.is_character && is_found(&word.form, asked, language);
                found.extend(words.iter().filter(is_it).map(|word| word.range.clone()));
            }
            Asked::Phrase(phrase) => {
                found.extend(words.windows(phrase.len()).filter_map(|window| {
                    let mut pairs = window.iter().zip(phrase);
                    pairs
                        .all(|(word, asked)| is_found(&word.form, &asked.form, language))
                        .then(|| window[0].range.start..window[window.len() - 1].range.end)
                }));
            }
        }
    }
    found.sort_by_key(|range| (range.start, range.end));
    found
}

/// What is shown of a text: the sentence of `first` and some that follow.
fn window(text: &str, words: &[Word], first: &Range<usize>) -> Range<usize> {
    let (mut start, mut end) = (0, 0);
    for (at, sentence) in text.split_sentence_bound_indices() {
        let behind = at + sentence.len();
        if behind <= first.start {
            start = behind;
            end = behind;
        } else if end < first.end || behind - start <= ENOUGH {
            end = behind;
        } else {
            break;
        }
    }
    if end - start <= TOO_LONG {
        return start..end;
    }
    let cut_start = words
        .iter()
        .map(|word| word.range.start)
        .find(|&at| at >= start && at + BEFORE >= first.start)
        .unwrap_or(start);
    let cut_start = if first.start - start <= BEFORE { start } else { cut_start };
    let cut_end = words
        .iter()
        .map(|word| word.range.end)
        .take_while(|&at| at <= (cut_start + TOO_LONG).max(first.end))
        .last()
        .unwrap_or(end);
    cut_start..cut_end.clamp(first.end, end)
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use proptest::prelude::*;

    use super::*;

    fn shown(text: &str, code: &str, query: &str) -> String {
        let excerpt = excerpt(text, Language::of_code(code), &Query::parse(query));
        let mut shown = String::from(if excerpt.is_cut_before { "… " } else { "" });
        for piece in excerpt.pieces {
            let marks = if piece.is_match { ["[", "]"] } else { ["", ""] };
            shown.extend([marks[0], &piece.text, marks[1]]);
        }
        shown + if excerpt.is_cut_behind { "…" } else { "" }
    }

    #[test]
    fn inflected_forms_and_phrases_are_marked_where_they_stand() {
        assert_snapshot!(
            shown("The mayors lied. A mayor, the liar.", "en", "mayor -lied"),
            @"The [mayors] lied. A [mayor], the liar."
        );
        assert_snapshot!(
            shown("He lied that mayors lied.", "en", "\"mayors lied\""),
            @"He lied that [mayors lied]."
        );
        assert_snapshot!(shown("東京都は東京にある。", "ja", "東京"), @"[東京]都は[東京]にある。");
    }

    #[test]
    fn of_a_long_text_the_sentence_is_shown() {
        let text =
            format!("{0}She denied it. {0}{0}{0}", "It was a long day in the town. ".repeat(4));
        assert_snapshot!(shown(&text, "en", "deny"), @"… She [denied] it. It was a long day in the town. It was a long day in the town. It was a long day in the town. It was a long day in the town. It was a long day in the town. It was a long day in the town. It was a long day in the town. …");
        let endless = "word ".repeat(400) + "needle " + &"word ".repeat(400);
        let cut = shown(&endless, "en", "needle");
        assert!(cut.starts_with("… word") && cut.contains("[needle]") && cut.len() < 700, "{cut}");
    }

    proptest! {
        #[test]
        fn an_excerpt_is_part_of_its_text(
            text in "\\PC{0,80}|([a-c]{1,3}[ .]){0,400}|[東京ก้a.。 ]{0,900}",
            query in "\\PC{0,10}|[a-c]{1,3}|\"[a-c] [a-c]\"|[東京ก้]{1,2}",
        ) {
            let excerpt = excerpt(&text, Language::of_code("en"), &Query::parse(&query));
            let shown: String = excerpt.pieces.iter().map(|piece| piece.text.as_str()).collect();
            prop_assert!(text.contains(&shown));
            prop_assert!(shown.len() <= text.len() && (excerpt.is_cut_behind || excerpt.is_cut_before || shown == text));
        }
    }
}
