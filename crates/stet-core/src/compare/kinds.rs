//! The kinds of a change, as far as two texts alone tell them: one function and one rule each.

use std::collections::BTreeSet;
use std::ops::Range;

use super::changes::Changes;
use super::figures::figure;
use super::marks::{Hunk, Marks, Side};
use super::notes::is_note;
use super::quotations::quotations;
use super::words::Token;
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
/// No paragraph was added, removed, moved, split or merged; no figure changed; and inside
/// quotation marks every word is the same but for capitals.
fn is_trivial(changes: &Changes<'_>) -> bool {
    let is_any = changes.all_marks().any(|marks| !marks.hunks.is_empty());
    let is_whole = !is_added(changes) && !is_removed(changes) && !is_moved(changes);
    let is_paired = changes.edits.iter().all(|edit| edit.old.len() == 1 && edit.new.len() == 1);
    if !is_any || !is_whole || !is_paired || is_number(changes) {
        return false;
    }
    let mut spellings = BTreeSet::new();
    for marks in changes.all_marks() {
        let (old_quotes, new_quotes) =
            (quotations(&marks.old.tokens), quotations(&marks.new.tokens));
        for hunk in &marks.hunks {
            let (old, new) = (letters_of(&marks.old, &hunk.old), letters_of(&marks.new, &hunk.new));
            if old == new {
                continue;
            }
            let is_quoted = holds_quoted_word(&marks.old, &old_quotes, &hunk.old)
                || holds_quoted_word(&marks.new, &new_quotes, &hunk.new);
            if is_quoted || !are_spellings(marks, hunk) {
                return false;
            }
            spellings.insert((old, new));
        }
    }
    spellings.len() <= MOST_SPELLINGS
}

/// "The spelling of a word or two."
const MOST_SPELLINGS: usize = 2;

/// `quote`: words inside quotation marks changed. Either a quotation that stands on both sides
/// has marked words beside unmarked ones, or quoted words gave way to quoted words. A quotation
/// that came or went whole is no altered quotation.
fn is_quote(changes: &Changes<'_>) -> bool {
    changes.all_marks().any(|marks| {
        let (old, new) = (quotations(&marks.old.tokens), quotations(&marks.new.tokens));
        let is_replaced = |hunk: &Hunk| {
            letters_of(&marks.old, &hunk.old) != letters_of(&marks.new, &hunk.new)
                && holds_quoted_word(&marks.old, &old, &hunk.old)
                && holds_quoted_word(&marks.new, &new, &hunk.new)
        };
        is_altered(&marks.old, &old)
            || is_altered(&marks.new, &new)
            || marks.hunks.iter().any(is_replaced)
    })
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
/// have figures and not the same ones; or, in an edit of at most [`SMALL_EDIT`] words a side, only
/// one of them has. A figure in a passage that came or went whole is no changed figure, and
/// neither is one that is spelled out (`10`, `ten`).
fn is_number(changes: &Changes<'_>) -> bool {
    changes.all_marks().any(|marks| {
        marks.hunks.iter().any(|hunk| {
            let old = figures(&marks.old, &hunk.old, changes.language);
            let new = figures(&marks.new, &hunk.new, changes.language);
            let is_replaced = !hunk.old.is_empty() && !hunk.new.is_empty();
            let words = marks.old.words(&hunk.old).max(marks.new.words(&hunk.new));
            let is_near = !old.is_empty() && !new.is_empty() || words <= SMALL_EDIT;
            is_replaced && is_near && old != new
        })
    })
}

/// In an edit of so few words, a figure on one side alone counts as changed.
const SMALL_EDIT: usize = 4;

/// What the figures of a range say, sorted.
fn figures(side: &Side<'_>, range: &Range<usize>, language: Option<&str>) -> Vec<String> {
    let tokens = side.tokens[range.clone()].iter();
    let mut figures: Vec<String> = tokens.filter_map(|token| figure(token, language)).collect();
    figures.sort();
    figures
}

/// `correction`: among the paragraphs that came, went or were edited, the new text has more, or
/// fewer, notes of correction or clarification than the old one.
fn is_correction(changes: &Changes<'_>) -> bool {
    let is_noted = |side: &Side<'_>| side.texts().iter().any(|text| is_note(text));
    let came = changes.added.iter().filter(|text| is_note(text)).count()
        + changes.edits.iter().filter(|edit| is_noted(&edit.marks.new)).count();
    let went = changes.removed.iter().filter(|text| is_note(text)).count()
        + changes.edits.iter().filter(|edit| is_noted(&edit.marks.old)).count();
    came != went
}

/// The letters and digits of a range, in lower case: what is left without white space,
/// punctuation and capitals.
fn letters_of(side: &Side<'_>, range: &Range<usize>) -> String {
    let text = side.tokens[range.clone()].iter().map(|token| token.text).collect::<String>();
    text.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect()
}

/// Whether an edit only spells its words otherwise: as many words on both sides, each the same or
/// a spelling of its counterpart.
fn are_spellings(marks: &Marks<'_>, hunk: &Hunk) -> bool {
    fn words<'t>(side: &Side<'t>, range: &Range<usize>) -> Vec<&'t str> {
        let tokens = side.tokens[range.clone()].iter();
        tokens.filter(|token| token.is_word()).map(|token: &Token<'t>| token.text).collect()
    }
    let (old, new) = (words(&marks.old, &hunk.old), words(&marks.new, &hunk.new));
    old.len() == new.len() && old.iter().zip(&new).all(|(old, new)| is_spelling(old, new))
}

/// Whether two words are spellings of one: the same first letter and one letter added, dropped,
/// replaced or swapped with its neighbour, or two such in words of eight letters and more. Words
/// of fewer than five letters are different words (`now`, `not`; `Iran`, `Iraq`).
fn is_spelling(old: &str, new: &str) -> bool {
    let (old, new): (Vec<char>, Vec<char>) =
        (old.to_lowercase().chars().collect(), new.to_lowercase().chars().collect());
    let allowed = match old.len().min(new.len()) {
        0..5 => 0,
        5..8 => 1,
        _ => 2,
    };
    old.first() == new.first() && edit_distance(&old, &new) <= allowed
}

/// How many letters must be added, dropped, replaced or swapped with their neighbour (optimal
/// string alignment), O(n·m) in the letters of two words; `usize::MAX` if the lengths alone are
/// more than 2 apart, which bounds the work on absurd words too.
fn edit_distance(a: &[char], b: &[char]) -> usize {
    const LONGEST: usize = 64;
    if a.len().abs_diff(b.len()) > 2 || a.len().max(b.len()) > LONGEST {
        return usize::MAX;
    }
    let mut table = vec![vec![0; b.len() + 1]; a.len() + 1];
    for (i, row) in table.iter_mut().enumerate() {
        row[0] = i;
    }
    table[0] = (0..=b.len()).collect();
    for i in 1..=a.len() {
        for j in 1..=b.len() {
            let replaced = table[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut least = replaced.min(table[i - 1][j] + 1).min(table[i][j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                least = least.min(table[i - 2][j - 2] + 1);
            }
            table[i][j] = least;
        }
    }
    table[a.len()][b.len()]
}
