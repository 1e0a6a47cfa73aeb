//! Which words of a text stand inside quotation marks.
//!
//! One pass over the tokens. Double marks of any style open and close in turn (German closes with
//! the mark that English opens with, Danish opens with the one that French closes with). A
//! quotation that is not closed goes on to the end of its paragraph, as newspapers print one that
//! spans paragraphs, each of which opens it again. A straight mark after a figure is an inch mark
//! where no quotation is open. Single marks count if they close again, since most are
//! apostrophes, and a curly one also where it begins a paragraph and does not.

use super::words::{Class, Token};

/// The quotation that each token stands in, counted from 0; the marks themselves stand outside.
/// `ends` are the tokens at which the paragraphs end.
pub(super) fn quotations(tokens: &[Token<'_>], ends: &[usize]) -> Vec<Option<usize>> {
    let mut inside = Vec::with_capacity(tokens.len());
    let mut count = 0;
    for &end in ends {
        let paragraph = &tokens[inside.len()..end];
        let found = of_paragraph(paragraph, &mut count);
        inside.extend(found);
    }
    inside
}

fn of_paragraph(tokens: &[Token<'_>], count: &mut usize) -> Vec<Option<usize>> {
    let mut inside = vec![None; tokens.len()];
    let mut quote = |range: std::ops::Range<usize>| {
        inside[range].fill(Some(*count));
        *count += 1;
    };
    let mut double = None;
    let mut single = None;
    for at in 0..tokens.len() {
        if is_double(tokens, at) {
            double = match double {
                Some(opened) if !opens_only(tokens[at].text) => {
                    quote(opened + 1..at);
                    None
                }
                None if is_inch(tokens, at) => None,
                _ => Some(at),
            };
            single = None;
        } else if double.is_none() && single.is_none() && opens_single(tokens, at) {
            single = Some(at);
        } else if let Some(opened) = single.filter(|_| closes_single(tokens, at)) {
            if is_possessive(tokens, at)
                && (at + 1..tokens.len()).any(|next| closes_single(tokens, next))
            {
                continue;
            }
            quote(opened + 1..at);
            single = None;
        }
    }
    let first = tokens.iter().position(|token| !token.is_space());
    let unclosed = single.filter(|&at| Some(at) == first && tokens[at].text == "‘");
    if let Some(opened) = double.or(unclosed) {
        quote(opened + 1..tokens.len());
    }
    inside
}

/// Whether the token is a double quotation mark that may open or close.
fn is_double(tokens: &[Token<'_>], at: usize) -> bool {
    matches!(tokens[at].key().as_ref(), "\"" | "''" | "``")
}

/// Whether the mark always opens, so that a second one opens a new quotation.
fn opens_only(text: &str) -> bool {
    matches!(text, "„" | "「" | "『")
}

/// Whether the token is a straight mark right after a figure: `12"`.
fn is_inch(tokens: &[Token<'_>], at: usize) -> bool {
    tokens[at].text == "\"" && at > 0 && tokens[at - 1].class == Class::Figure
}

/// Whether the token is a single mark before a word and after none; before a figure too, if it
/// is one that opens (`'90s` is an apostrophe).
fn opens_single(tokens: &[Token<'_>], at: usize) -> bool {
    let next = tokens.get(at + 1).map(|next| next.class);
    matches!(tokens[at].text, "‘" | "'" | "‚" | "‹")
        && (next == Some(Class::Word)
            || tokens[at].text == "‘" && matches!(next, Some(Class::Figure | Class::Mark)))
        && at.checked_sub(1).is_none_or(|before| !tokens[before].is_word())
}

/// Whether the token is a single mark after a word or mark and before no word.
fn closes_single(tokens: &[Token<'_>], at: usize) -> bool {
    tokens[at].key() == "'"
        && tokens.get(at + 1).is_none_or(|next| !next.is_word())
        && at.checked_sub(1).is_some_and(|before| !tokens[before].is_space())
}

/// Whether the mark may be the apostrophe of a possessive: `the ministers’ decision`.
fn is_possessive(tokens: &[Token<'_>], at: usize) -> bool {
    at > 0
        && tokens[at - 1].text.ends_with('s')
        && tokens.get(at + 1).is_some_and(Token::is_space)
        && tokens.get(at + 2).is_some_and(|next| next.class == Class::Word)
}

#[cfg(test)]
mod tests {
    use super::super::words::tokens;
    use super::*;

    /// The text with only what stands in quotations, a bar between two quotations.
    fn quoted(text: &str) -> String {
        let tokens = tokens(text);
        let quotations = quotations(&tokens, &[tokens.len()]);
        let groups = tokens.iter().zip(&quotations).collect::<Vec<_>>();
        let runs = groups.chunk_by(|a, b| a.1 == b.1).filter(|run| run[0].1.is_some());
        let texts = runs.map(|run| run.iter().map(|(token, _)| token.text).collect::<String>());
        texts.collect::<Vec<_>>().join("|")
    }

    #[test]
    fn double_marks_of_every_style_quote() {
        insta::assert_snapshot!(quoted("He said “go now” and \"stay\"."), @"go now|stay");
        insta::assert_snapshot!(quoted("Er sagte: „Geh jetzt“, dann »bleib«."), @"Geh jetzt|bleib");
        insta::assert_snapshot!(quoted("他说「走」。"), @"走");
    }

    #[test]
    fn an_apostrophe_does_not_quote() {
        insta::assert_snapshot!(quoted("The ministers’ plan isn't 'a deal', it's Boris's."), @"a deal");
    }

    #[test]
    fn a_possessive_does_not_close_and_an_inch_does_not_open() {
        insta::assert_snapshot!(quoted("‘The ministers’ decision was wrong,’ he said."), @"The ministers’ decision was wrong,");
        insta::assert_snapshot!(quoted("A 12\" knife was found, he said."), @"");
        insta::assert_snapshot!(quoted("הוא אמר ״הממשלה נכשלה״."), @"הממשלה נכשלה");
        insta::assert_snapshot!(quoted("‘10 ministers lied,’ she said."), @"10 ministers lied,");
    }

    #[test]
    fn a_quotation_that_is_never_closed_goes_on_to_the_end() {
        insta::assert_snapshot!(quoted("“We go. And stay."), @"We go. And stay.");
    }
}
