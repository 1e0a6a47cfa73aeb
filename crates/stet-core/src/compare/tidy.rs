//! Edits as an editor made them, from edits as an algorithm found them.
//!
//! A shortest edit script keeps every chance agreement: two rewritten sentences share a "the"
//! and an "of", and the marks fall to confetti. Two steps, each linear in the words:
//!
//! 1. **slide**: words that came (or went) between two equal runs can often be marked one place
//!    further left or right with the same meaning; of these places the one that begins and ends
//!    at sentences, marks and spaces is taken (as Git's indent heuristic does for lines);
//! 2. **swallow**: an equal run between two edits that is short in itself, or short beside both of
//!    them, is marked with them (the semantic clean-up of Fraser's diff-match-patch, by letters).
//!    Beside a single word, and where words only came or only went, a run stands unless it is
//!    very short: there it helps the reader to find the place.

use std::ops::Range;

use super::marks::{Hunk, Side};
use super::words::{Class, Token};

/// An equal run of so few letters never stands alone between two edits: "the", "of", "and".
const LONE_LETTERS: usize = 3;

/// An equal run of more words than this always stands.
const MOST_SWALLOWED_WORDS: usize = 4;

/// One side's words and marks, without white space.
pub(super) struct Units<'a> {
    side: &'a Side<'a>,
    /// The token of each unit.
    at: &'a [usize],
    /// What is compared of each unit.
    ids: &'a [u32],
    /// How many letters the units before each one have; one more at the end.
    letters: Vec<usize>,
    /// How many words there are before each unit; one more at the end.
    words: Vec<usize>,
}

/// Tidies the edits between two sequences of units.
pub(super) fn tidy(mut hunks: Vec<Hunk>, old: &Units<'_>, new: &Units<'_>) -> Vec<Hunk> {
    slide(&mut hunks, old, new);
    swallow(hunks, old, new)
}

/// Moves each pure insertion or deletion to where it reads best.
fn slide(hunks: &mut [Hunk], old: &Units<'_>, new: &Units<'_>) {
    for at in 0..hunks.len() {
        let floor = if at == 0 { 0 } else { hunks[at - 1].new.end };
        let ceiling = hunks.get(at + 1).map_or(new.ids.len(), |next| next.new.start);
        let hunk = hunks[at].clone();
        // An empty range has room to slide as far as the equal runs beside it reach.
        let (left_room, right_room) = (hunk.new.start - floor, ceiling - hunk.new.end);
        let (left, right) = if hunk.old.is_empty() {
            new.best_slide(&hunk.new, left_room, right_room)
        } else if hunk.new.is_empty() {
            old.best_slide(&hunk.old, left_room, right_room)
        } else {
            (0, 0)
        };
        let slid = |range: &Range<usize>| range.start - left + right..range.end - left + right;
        hunks[at] = Hunk { old: slid(&hunk.old), new: slid(&hunk.new) };
    }
}

/// Joins edits that only a negligible equal run keeps apart.
fn swallow(hunks: Vec<Hunk>, old: &Units<'_>, new: &Units<'_>) -> Vec<Hunk> {
    let size = |hunk: &Hunk| old.letters(&hunk.old).max(new.letters(&hunk.new));
    let is_phrase = |hunk: &Hunk| old.words(&hunk.old).max(new.words(&hunk.new)) > 1;
    let mut kept: Vec<Hunk> = Vec::with_capacity(hunks.len());
    for mut hunk in hunks {
        while let Some(last) = kept.last() {
            let island = last.new.end..hunk.new.start;
            let letters = new.letters(&island);
            let is_one_way = last.old.is_empty() && hunk.old.is_empty()
                || last.new.is_empty() && hunk.new.is_empty();
            let is_short = letters <= LONE_LETTERS
                || !is_one_way
                    && new.words(&island) <= MOST_SWALLOWED_WORDS
                    && letters <= size(last).min(size(&hunk))
                    && is_phrase(last)
                    && is_phrase(&hunk);
            if !is_short {
                break;
            }
            hunk = Hunk { old: last.old.start..hunk.old.end, new: last.new.start..hunk.new.end };
            kept.pop();
        }
        kept.push(hunk);
    }
    kept
}

impl<'a> Units<'a> {
    /// The units of a side: the tokens at `at`, compared by `ids`.
    pub(super) fn new(side: &'a Side<'a>, at: &'a [usize], ids: &'a [u32]) -> Self {
        let token = |&at: &usize| &side.tokens[at];
        let letters = running_total(at.iter().map(|at| token(at).letters()));
        let words = running_total(at.iter().map(|at| usize::from(token(at).is_word())));
        Self { side, at, ids, letters, words }
    }

    fn letters(&self, range: &Range<usize>) -> usize {
        self.letters[range.end] - self.letters[range.start]
    }

    fn words(&self, range: &Range<usize>) -> usize {
        self.words[range.end] - self.words[range.start]
    }

    /// How far left or right a range reads best, within the room on both sides. Staying wins a
    /// tie, then the shorter way.
    fn best_slide(
        &self,
        range: &Range<usize>,
        left_room: usize,
        right_room: usize,
    ) -> (usize, usize) {
        let quality = |start: usize, end: usize| self.cut(start) + self.cut(end);
        let mut best = (quality(range.start, range.end), (0, 0));
        for left in 1..=left_room {
            let (start, end) = (range.start - left, range.end - left);
            if self.ids[start] != self.ids[end] {
                break;
            }
            if quality(start, end) > best.0 {
                best = (quality(start, end), (left, 0));
            }
        }
        for right in 1..=right_room {
            let (start, end) = (range.start + right, range.end + right);
            if self.ids[start - 1] != self.ids[end - 1] {
                break;
            }
            if quality(start, end) > best.0 {
                best = (quality(start, end), (0, right));
            }
        }
        best.1
    }

    /// How well a text is cut before this unit: 3 at a paragraph's edge, 2 after a sentence's
    /// end, 1 at other white space before a word, 0 elsewhere.
    fn cut(&self, unit: usize) -> u8 {
        let token = self.at.get(unit).copied().unwrap_or(self.side.tokens.len());
        if self.side.is_paragraph_edge(token) {
            return 3;
        }
        let before = &self.side.tokens[..token];
        let Some(last) = unit.checked_sub(1).map(|unit| self.side.tokens[self.at[unit]]) else {
            return 3;
        };
        let ends_sentence = last.class == Class::Mark
            && last.text.contains(['.', '!', '?', '。', '！', '？', '।', '؟', '”', '"']);
        let is_spaced = before.last().is_some_and(Token::is_space);
        let is_unspaced_end = last.text.contains(['。', '！', '？']);
        match (ends_sentence && (is_spaced || is_unspaced_end), is_spaced) {
            (true, _) => 2,
            (false, true) => 1,
            (false, false) => 0,
        }
    }
}

/// The sum before each item, and after the last one the sum of all.
fn running_total(items: impl Iterator<Item = usize>) -> Vec<usize> {
    let mut totals = vec![0];
    totals.extend(items.scan(0, |sum, item| {
        *sum += item;
        Some(*sum)
    }));
    totals
}
