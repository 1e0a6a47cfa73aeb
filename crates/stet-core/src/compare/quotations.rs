//! Which words of a text stand inside quotation marks.
//!
//! One pass over the tokens. Double marks of any style open and close in turn (German closes with
//! the mark that English opens with, Danish opens with the one that French closes with); a
//! quotation that is never closed goes on to the end, as newspapers print one that spans
//! paragraphs. Single marks count only if they close again, since most are apostrophes.

use super::words::{Class, Token};

/// The quotation that each token stands in, counted from 0; the marks themselves stand outside.
pub(super) fn quotations(tokens: &[Token<'_>]) -> Vec<Option<usize>> {
    let mut inside = vec![None; tokens.len()];
    let mut count = 0;
    let mut double = None;
    let mut single = None;
    for at in 0..tokens.len() {
        if is_double(tokens, at) {
            double = match double {
                Some(opened) if !opens_only(tokens[at].text) => {
                    inside[opened + 1..at].fill(Some(count));
                    count += 1;
                    None
                }
                _ => Some(at),
            };
            single = None;
        } else if double.is_none() && opens_single(tokens, at) {
            single = Some(at);
        } else if let Some(opened) = single.filter(|_| closes_single(tokens, at)) {
            inside[opened + 1..at].fill(Some(count));
            count += 1;
            single = None;
        }
    }
    if let Some(opened) = double {
        inside[opened + 1..].fill(Some(count));
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

/// Whether the token is a single mark before a word and after none.
fn opens_single(tokens: &[Token<'_>], at: usize) -> bool {
    matches!(tokens[at].text, "‘" | "'" | "‚" | "‹")
        && tokens.get(at + 1).is_some_and(|next| next.class == Class::Word)
        && at.checked_sub(1).is_none_or(|before| !tokens[before].is_word())
}

/// Whether the token is a single mark after a word or mark and before no word.
fn closes_single(tokens: &[Token<'_>], at: usize) -> bool {
    tokens[at].key() == "'"
        && tokens.get(at + 1).is_none_or(|next| !next.is_word())
        && at.checked_sub(1).is_some_and(|before| !tokens[before].is_space())
}

#[cfg(test)]
mod tests {
    use super::super::words::tokens;
    use super::*;

    /// The text with only what stands in quotations, a bar between two quotations.
    fn quoted(text: &str) -> String {
        let tokens = tokens(text);
        let quotations = quotations(&tokens);
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
    fn a_quotation_that_is_never_closed_goes_on_to_the_end() {
        insta::assert_snapshot!(quoted("“We go. And stay."), @"We go. And stay.");
    }
}
