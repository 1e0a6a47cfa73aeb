//! The kinds of a change, as far as two texts alone tell them: one function and one rule each.

use std::collections::BTreeSet;
use std::ops::Range;

use unicode_normalization::UnicodeNormalization as _;

use super::changes::{Changes, Edit};
use super::figures::{figure, is_in_digits};
use super::marks::{Hunk, Side};
use super::notes::is_note;
use super::words::Class;
use crate::{Kind, Kinds};

/// The kinds of a change.
pub(super) fn kinds(changes: &Changes<'_>) -> Kinds {
    let rules = [
        (Kind::Headline, is_headline(changes)),
        (Kind::Byline, is_byline(changes)),
        (Kind::Date, is_date(changes)),
        (Kind::Trivial, is_trivial(changes)),
        (Kind::Edited, is_edited(changes)),
        (Kind::Added, is_added(changes)),
        (Kind::Removed, is_removed(changes)),
        (Kind::Moved, is_moved(changes)),
        (Kind::Quote, is_quote(changes)),
        (Kind::Number, is_number(changes)),
        (Kind::Correction, is_correction(changes)),
    ];
    rules.into_iter().filter(|&(_, holds)| holds).map(|(kind, _)| kind).collect()
}

/// `headline`: the headline is not the same to the byte.
fn is_headline(changes: &Changes<'_>) -> bool {
    !changes.title.hunks.is_empty()
}

/// `byline`: the byline is not the same to the byte, appeared or vanished.
fn is_byline(changes: &Changes<'_>) -> bool {
    !changes.byline.hunks.is_empty()
}

/// `date`: the page states another time of publication than before.
fn is_date(changes: &Changes<'_>) -> bool {
    changes.is_redated
}

/// `added`: a paragraph has no counterpart in the old text.
fn is_added(changes: &Changes<'_>) -> bool {
    !changes.added.is_empty()
}

/// `removed`: a paragraph has no counterpart in the new text.
fn is_removed(changes: &Changes<'_>) -> bool {
    !changes.removed.is_empty()
}

/// `moved`: a paragraph, or a part of one, stands off the heaviest chain of what stayed.
fn is_moved(changes: &Changes<'_>) -> bool {
    changes.moved > 0
}

/// `edited`: the standfirst, the lead picture's caption, or a paragraph that stands in both texts, was edited, split or
/// merged, and that was not `trivial`.
fn is_edited(changes: &Changes<'_>) -> bool {
    let fields = [&changes.standfirst, &changes.lead_caption];
    let is_any = !changes.edits.is_empty() || fields.iter().any(|field| !field.hunks.is_empty());
    is_any && !is_trivial(changes)
}

/// `trivial`: headline, standfirst, caption or paragraphs were edited, and nothing but white space,
/// punctuation, capitals and the spelling of at most [`MOST_SPELLINGS`] different words changed.
/// No paragraph was added, removed, moved, split or merged; no figure changed; inside quotation
/// marks every word is the same but for capitals, and as many words stand inside as before.
fn is_trivial(changes: &Changes<'_>) -> bool {
    let is_any = changes.all_marks().any(|marks| !marks.hunks.is_empty());
    let is_whole = !is_added(changes) && !is_removed(changes) && !is_moved(changes);
    let is_paired = changes.edits.iter().all(|edit| edit.old.len() == 1 && edit.new.len() == 1);
    if !is_any || !is_whole || !is_paired || is_number(changes) || is_quote(changes) {
        return false;
    }
    let mut spellings = BTreeSet::new();
    for marks in changes.all_marks() {
        let (old_quotes, new_quotes) = (marks.old.quotations(), marks.new.quotations());
        for hunk in &marks.hunks {
            let (old, new) = (words_of(&marks.old, &hunk.old), words_of(&marks.new, &hunk.new));
            if old == new && signs_of(&marks.old, &hunk.old) == signs_of(&marks.new, &hunk.new) {
                continue;
            }
            let is_quoted = holds_quoted_word(&marks.old, &old_quotes, &hunk.old)
                || holds_quoted_word(&marks.new, &new_quotes, &hunk.new);
            if is_quoted {
                return false;
            }
            if letters_of(&marks.old, &hunk.old) == letters_of(&marks.new, &hunk.new) {
                continue;
            }
            if old.is_empty() || old.len() != new.len() {
                return false;
            }
            for (old, new) in old.into_iter().zip(new).filter(|(old, new)| old != new) {
                if !is_spelling(&old, &new) {
                    return false;
                }
                spellings.insert((old, new));
            }
        }
    }
    spellings.len() <= MOST_SPELLINGS
}

/// "The spelling of a word or two."
const MOST_SPELLINGS: usize = 2;

/// `quote`: words inside quotation marks changed. Either a quotation that stands on both sides
/// has marked words beside unmarked ones, or quoted words gave way to quoted words, or the words
/// are the same and others of them stand inside quotation marks than before. A quotation that came
/// or went whole is no altered quotation.
fn is_quote(changes: &Changes<'_>) -> bool {
    changes.all_marks().any(|marks| {
        let (old, new) = (marks.old.quotations(), marks.new.quotations());
        let is_replaced = |hunk: &Hunk| {
            words_of(&marks.old, &hunk.old) != words_of(&marks.new, &hunk.new)
                && holds_quoted_word(&marks.old, &old, &hunk.old)
                && holds_quoted_word(&marks.new, &new, &hunk.new)
        };
        let has_same_words = marks.words == (0, 0);
        !has_same_words && (is_altered(&marks.old, &old) || is_altered(&marks.new, &new))
            || marks.hunks.iter().any(is_replaced)
            || has_same_words && quoted_words(&marks.old, &old) != quoted_words(&marks.new, &new)
    })
}

/// How many words stand inside quotation marks.
fn quoted_words(side: &Side<'_>, quotations: &[Option<usize>]) -> usize {
    let words = side.tokens.iter().zip(quotations);
    words.filter(|(token, quotation)| token.is_word() && quotation.is_some()).count()
}

/// Whether a quotation has marked words beside unmarked ones.
fn is_altered(side: &Side<'_>, quotations: &[Option<usize>]) -> bool {
    let quoted = side.tokens.iter().zip(&side.marked).zip(quotations);
    let words: BTreeSet<(usize, bool)> = quoted
        .filter(|((token, _), _)| token.is_word())
        .filter_map(|((_, &marked), quotation)| quotation.map(|quotation| (quotation, marked)))
        .collect();
    words.iter().any(|&(quotation, marked)| marked && words.contains(&(quotation, false)))
}

fn holds_quoted_word(side: &Side<'_>, quotations: &[Option<usize>], range: &Range<usize>) -> bool {
    range.clone().any(|at| quotations[at].is_some() && side.tokens[at].is_word())
}

/// `number`: a figure changed, in digits or in words. Where text gave way to other text, both
/// have figures and not the same ones in the same order; or, in an edit of at most [`SMALL_EDIT`]
/// words a side, only one of them has, in digits. Also where two small edits took a figure from
/// one place of a paragraph to another (`52 to 48`, `48 to 52`). A figure that only came or went
/// is no changed figure, and neither is one that is spelled out (`10`, `ten`).
fn is_number(changes: &Changes<'_>) -> bool {
    let language = changes.language;
    changes.all_marks().any(|marks| {
        let is_small =
            |hunk: &Hunk| marks.old.words(&hunk.old).max(marks.new.words(&hunk.new)) <= SMALL_EDIT;
        let is_changed = |hunk: &Hunk| {
            let old = figures(&marks.old, &hunk.old, language);
            let new = figures(&marks.new, &hunk.new, language);
            let in_digits = has_digits(&marks.old, &hunk.old) || has_digits(&marks.new, &hunk.new);
            let are_both = !old.is_empty() && !new.is_empty();
            let is_replaced = !hunk.old.is_empty() && !hunk.new.is_empty();
            is_replaced && (are_both || in_digits && is_small(hunk)) && old != new
        };
        let one_sided = |hunk: &&Hunk| hunk.old.is_empty() != hunk.new.is_empty() && is_small(hunk);
        let moving = marks.hunks.iter().filter(one_sided);
        let (mut went, mut came) = (BTreeSet::new(), BTreeSet::new());
        for hunk in moving {
            went.extend(figures(&marks.old, &hunk.old, language));
            came.extend(figures(&marks.new, &hunk.new, language));
        }
        marks.hunks.iter().any(is_changed) || !went.is_disjoint(&came)
    })
}

/// In an edit of so few words, a figure on one side alone counts as changed: a noun phrase of
/// article, adjective, figure and noun.
const SMALL_EDIT: usize = 4;

/// What the figures of a range say, in their order.
fn figures(side: &Side<'_>, range: &Range<usize>, language: Option<&str>) -> Vec<String> {
    side.tokens[range.clone()].iter().filter_map(|token| figure(token, language)).collect()
}

fn has_digits(side: &Side<'_>, range: &Range<usize>) -> bool {
    side.tokens[range.clone()].iter().any(is_in_digits)
}

/// `correction`: a note of correction or clarification came, went, or has other words.
fn is_correction(changes: &Changes<'_>) -> bool {
    let is_noted = |side: &Side<'_>| side.texts().iter().any(|text| is_note(text));
    let is_rewritten = |edit: &Edit<'_>| {
        edit.marks.words != (0, 0) && (is_noted(&edit.marks.old) || is_noted(&edit.marks.new))
    };
    changes.added.iter().chain(&changes.removed).any(|text| is_note(text))
        || changes.edits.iter().any(is_rewritten)
}

/// The words of a range, in lower case, typography folded.
fn words_of(side: &Side<'_>, range: &Range<usize>) -> Vec<String> {
    let tokens = side.tokens[range.clone()].iter().filter(|token| token.is_word());
    tokens.map(|token| token.key().to_lowercase()).collect()
}

/// The marks of a range that are no punctuation: signs, symbols, pictographs. A minus counts
/// where it stands right behind a letter or digit and before none (`AA-`).
fn signs_of(side: &Side<'_>, range: &Range<usize>) -> String {
    let is_trailing = |at: usize| {
        side.tokens[at].key() == "-"
            && at > 0
            && side.tokens[at - 1].is_word()
            && side.tokens.get(at + 1).is_none_or(|next| !next.is_word())
    };
    let marks = range.clone().filter(|&at| side.tokens[at].class == Class::Mark);
    let sign = |at: usize| {
        let signs = side.tokens[at].text.chars().filter(|c| !is_punctuation(*c));
        if is_trailing(at) { "-".to_owned() } else { signs.collect() }
    };
    marks.map(sign).collect()
}

/// Whether a character only punctuates: the marks of ASCII and of the scripts that newspapers
/// are printed in, without signs like `+`, `%`, `&` and without pictographs.
fn is_punctuation(c: char) -> bool {
    matches!(c,
        '!' | '"' | '\'' | '(' | ')' | ',' | '-' | '.' | '/' | ':' | ';' | '?' | '[' | '\\' | ']'
        | '_' | '`' | '{' | '|' | '}' | '*' | '¡' | '§' | '«' | '¶' | '·' | '»' | '¿' | '´'
        | '\u{5be}'..='\u{5c3}' | '\u{5f3}' | '\u{5f4}' | '،' | '؛' | '؟' | '۔' | '।' | '॥'
        | '\u{2000}'..='\u{206f}' | '\u{2e00}'..='\u{2e7f}' | '\u{3000}'..='\u{3003}'
        | '\u{3008}'..='\u{3011}' | '\u{3014}'..='\u{301f}' | '・' | '\u{fe10}'..='\u{fe1f}'
        | '\u{fe30}'..='\u{fe6f}' | '\u{ff01}'..='\u{ff03}' | '\u{ff07}'..='\u{ff0a}'
        | '\u{ff0c}'..='\u{ff0f}' | '：' | '；' | '？' | '［' | '］' | '｛' | '｝' | '｡'..='･')
}

/// The words of a range as one, in lower case, to tell `well-known` from no other word than
/// `wellknown`.
fn letters_of(side: &Side<'_>, range: &Range<usize>) -> String {
    words_of(side, range).concat() + &signs_of(side, range)
}

/// Whether two words, in lower case, are spellings of one: but for accents they are the same, or
/// two neighbours changed places, or a letter inside was doubled, undoubled, added or dropped.
/// Never a letter for another one nor a change at the end, which makes other words (`women`,
/// `woman`; `minister`, `ministers`). Words of fewer than five letters, with digits, or in scripts
/// that write few vowels or none are other words.
fn is_spelling(old: &str, new: &str) -> bool {
    const LEAST_LETTERS: usize = 5;
    let is_alphabetic = |c: char| c.is_alphabetic() && c < '\u{530}' || is_accent(c) || c == '\'';
    if !old.chars().chain(new.chars()).all(is_alphabetic) {
        return false;
    }
    let plain = |word: &str| word.nfd().filter(|c| !is_accent(*c)).collect::<Vec<char>>();
    let (old, new) = (plain(old), plain(new));
    if old.len().min(new.len()) < LEAST_LETTERS {
        return false;
    }
    let (shorter, longer) = if old.len() <= new.len() { (old, new) } else { (new, old) };
    let start = shorter.iter().zip(&longer).take_while(|(a, b)| a == b).count();
    let ends = shorter.iter().rev().zip(longer.iter().rev());
    let end = ends.take_while(|(a, b)| a == b).count();
    let len = shorter.len();
    match longer.len() - len {
        0 => {
            let is_swap =
                || shorter[start] == longer[start + 1] && shorter[start + 1] == longer[start];
            start == len || start > 0 && start + end + 2 == len && is_swap()
        }
        1 => start > 0 && end > 0 && start + end >= len,
        _ => false,
    }
}

const fn is_accent(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}')
}
