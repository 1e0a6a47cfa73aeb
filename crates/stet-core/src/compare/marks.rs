//! Words marked inside a pair: what went on the old side, what came on the new one.
//!
//! Both sides are cut into [tokens](super::words); Myers' algorithm (1986, as `similar` has it,
//! its work bounded by counts) finds what they share; [`tidy`](super::tidy) makes of it what an
//! editor did. White space is left out of the comparison and takes the mark of the words around
//! it. Where words and marks are all the same, so that only typography changed (curly quotes, a
//! non-breaking space), the exact characters are compared instead, so that the change shows.

use std::borrow::Cow;
use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::WordMap;
use super::quotations::quotations;
use super::tidy::{Units, tidy};
use super::words::{Token, tokens};
use super::{FieldComparison, Op, Segment};

/// Two sides of one place of the article, marked.
#[derive(Debug, Default)]
pub(super) struct Marks<'t> {
    /// What stood there.
    pub old: Side<'t>,
    /// What stands there.
    pub new: Side<'t>,
    /// The edits, as ranges of tokens on both sides.
    pub hunks: Vec<Hunk>,
    /// How many words went and how many came. Words that stayed are not counted, even where they
    /// are marked together with the edits around them or for their typography.
    pub words: (usize, usize),
}

/// One side: one paragraph, or several that became one or came of one.
#[derive(Debug, Default)]
pub(super) struct Side<'t> {
    /// The tokens of all its paragraphs.
    pub tokens: Vec<Token<'t>>,
    /// Which of them are marked.
    pub marked: Vec<bool>,
    /// Where the tokens of each paragraph end.
    ends: Vec<usize>,
}

/// One edit: a range of the old side gave way to one of the new side. One may be empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Hunk {
    /// What went.
    pub old: Range<usize>,
    /// What came.
    pub new: Range<usize>,
}

impl<'t> Marks<'t> {
    /// Marks the differences between the paragraphs of both sides.
    pub(super) fn between(old: &[&'t str], new: &[&'t str]) -> Self {
        let (mut old_side, mut new_side) = (Side::of(old), Side::of(new));
        let (old_units, new_units) = (old_side.visible(), new_side.visible());
        let mut ids = Ids::default();
        let old_ids: Vec<u32> =
            old_units.iter().map(|&at| ids.of(old_side.tokens[at].key())).collect();
        let new_ids: Vec<u32> =
            new_units.iter().map(|&at| ids.of(new_side.tokens[at].key())).collect();
        let differences = differences(&old_ids, &new_ids);
        let words = changed_words(&differences, (&old_side, &old_units), (&new_side, &new_units));
        let hunks = tidy(
            differences,
            &Units::new(&old_side, &old_units, &old_ids),
            &Units::new(&new_side, &new_units, &new_ids),
        );
        let mut hunks: Vec<Hunk> = hunks
            .into_iter()
            .map(|hunk| Hunk {
                old: old_side.span(&old_units, hunk.old),
                new: new_side.span(&new_units, hunk.new),
            })
            .collect();
        if hunks.is_empty() && old != new && old.len() == new.len() {
            hunks = exact_differences(&old_side, &new_side);
        }
        for hunk in &hunks {
            old_side.marked[hunk.old.clone()].fill(true);
            new_side.marked[hunk.new.clone()].fill(true);
        }
        Self { old: old_side, new: new_side, hunks, words }
    }

    /// Both sides in pieces, for a field of one paragraph a side.
    pub(super) fn field(&self) -> FieldComparison {
        FieldComparison {
            old_segs: self.old.segments(0, Op::Delete),
            new_segs: self.new.segments(0, Op::Insert),
            merged: self.merged(|_, _| true),
        }
    }

    /// Both sides in one, as far as the pieces are wanted: what went stands before what came in
    /// its place, and what stayed stands as it is printed now. `is_wanted` is asked with the
    /// paragraph of the old side that a piece went from, if it went, and the paragraph of the new
    /// side in which it stands or would stand. A space parts paragraphs.
    pub(super) fn merged(&self, is_wanted: impl Fn(Option<usize>, usize) -> bool) -> Vec<Segment> {
        let mut merged: Vec<Segment> = Vec::new();
        let mut last_paragraph = None;
        let mut push = |op: Op, text: &str, old: Option<usize>, new: usize| {
            if !is_wanted(old, new) {
                return;
            }
            if last_paragraph.replace(new).is_some_and(|last| last != new) {
                merged.push(Segment { op: Op::Equal, text: " ".to_owned() });
            }
            match merged.last_mut() {
                Some(last) if last.op == op => last.text.push_str(text),
                _ => merged.push(Segment { op, text: text.to_owned() }),
            }
        };
        let (old, new) = (&self.old, &self.new);
        let mut stands = 0;
        let end = Hunk { old: old.tokens.len()..0, new: new.tokens.len()..new.tokens.len() };
        for hunk in self.hunks.iter().chain([&end]) {
            for at in stands..hunk.new.start {
                push(Op::Equal, new.tokens[at].text, None, new.paragraph_of(at));
            }
            // What only went belongs with the text before it.
            let place =
                if hunk.new.is_empty() { hunk.new.start.saturating_sub(1) } else { hunk.new.start };
            for at in self.gone(hunk) {
                let paragraph = Some(old.paragraph_of(at));
                push(Op::Delete, old.tokens[at].text, paragraph, new.paragraph_of(place));
            }
            for at in hunk.new.clone() {
                push(Op::Insert, new.tokens[at].text, None, new.paragraph_of(at));
            }
            stands = hunk.new.end;
        }
        merged
    }

    /// The old tokens that an edit took. Where nothing came in their place, with the white space
    /// beside them that the new side has not.
    fn gone(&self, hunk: &Hunk) -> Range<usize> {
        let (old, new) = (&self.old.tokens, &self.new.tokens);
        let Range { start, end } = hunk.old.clone();
        if start == end || !hunk.new.is_empty() {
            return start..end;
        }
        let is_spaced = hunk.new.start == 0 || new[hunk.new.start - 1].is_space();
        let leads = !is_spaced && start > 0 && old[start - 1].is_space();
        let trails = is_spaced && old.get(end).is_some_and(Token::is_space);
        start - usize::from(leads)..end + usize::from(trails)
    }
}

impl<'t> Side<'t> {
    fn of(paragraphs: &[&'t str]) -> Self {
        let mut side = Self::default();
        for paragraph in paragraphs {
            side.tokens.extend(tokens(paragraph));
            side.ends.push(side.tokens.len());
        }
        side.marked = vec![false; side.tokens.len()];
        side
    }

    /// The tokens of one of its paragraphs.
    fn paragraph(&self, at: usize) -> Range<usize> {
        let start = if at == 0 { 0 } else { self.ends[at - 1] };
        start..self.ends[at]
    }

    /// Which of its paragraphs a token stands in.
    fn paragraph_of(&self, token: usize) -> usize {
        self.ends.partition_point(|&end| end <= token).min(self.ends.len().saturating_sub(1))
    }

    /// Whether a paragraph begins (or the last one ends) at this token.
    pub(super) fn is_paragraph_edge(&self, token: usize) -> bool {
        token == 0 || self.ends.binary_search(&token).is_ok()
    }

    /// One of its paragraphs in pieces; joined, they are the paragraph. `op` is what a mark means
    /// on this side.
    pub(super) fn segments(&self, paragraph: usize, op: Op) -> Vec<Segment> {
        let mut segments: Vec<Segment> = Vec::new();
        for at in self.paragraph(paragraph) {
            let op = if self.marked[at] { op } else { Op::Equal };
            match segments.last_mut() {
                Some(last) if last.op == op => last.text.push_str(self.tokens[at].text),
                _ => segments.push(Segment { op, text: self.tokens[at].text.to_owned() }),
            }
        }
        segments
    }

    /// How many words a range of tokens has.
    pub(super) fn words(&self, range: &Range<usize>) -> usize {
        self.tokens[range.clone()].iter().filter(|token| token.is_word()).count()
    }

    /// The quotation that each token stands in; see [`quotations`].
    pub(super) fn quotations(&self) -> Vec<Option<usize>> {
        quotations(&self.tokens, &self.ends)
    }

    /// Its paragraphs' texts.
    pub(super) fn texts(&self) -> Vec<String> {
        let paragraphs = (0..self.ends.len()).map(|at| &self.tokens[self.paragraph(at)]);
        paragraphs.map(|tokens| tokens.iter().map(|token| token.text).collect()).collect()
    }

    /// The tokens that are not white space.
    fn visible(&self) -> Vec<usize> {
        (0..self.tokens.len()).filter(|&at| !self.tokens[at].is_space()).collect()
    }

    /// The tokens from the first to the last of these units, with the white space between.
    fn span(&self, units: &[usize], range: Range<usize>) -> Range<usize> {
        let start = units.get(range.start).copied().unwrap_or(self.tokens.len());
        if range.is_empty() { start..start } else { start..units[range.end - 1] + 1 }
    }
}

/// How many words edits took and brought; a side comes with the tokens of its units.
fn changed_words(
    differences: &[Hunk],
    old: (&Side<'_>, &[usize]),
    new: (&Side<'_>, &[usize]),
) -> (usize, usize) {
    let words = |(side, units): (&Side<'_>, &[usize]), range: &Range<usize>| {
        units[range.clone()].iter().filter(|&&at| side.tokens[at].is_word()).count()
    };
    let sum = |sum: (usize, usize), hunk: &Hunk| {
        (sum.0 + words(old, &hunk.old), sum.1 + words(new, &hunk.new))
    };
    differences.iter().fold((0, 0), sum)
}

/// The edits between two sides when every character counts.
fn exact_differences(old: &Side<'_>, new: &Side<'_>) -> Vec<Hunk> {
    let mut ids = Ids::default();
    let mut exact = |side: &Side<'_>| -> Vec<u32> {
        side.tokens.iter().map(|token| ids.of(Cow::Owned(token.text.to_owned()))).collect()
    };
    let (old_ids, new_ids) = (exact(old), exact(new));
    differences(&old_ids, &new_ids)
}

/// The edits between two sequences.
fn differences(old: &[u32], new: &[u32]) -> Vec<Hunk> {
    let ops = capture_diff_slices(Algorithm::Myers, old, new);
    let mut hunks: Vec<Hunk> = Vec::new();
    for op in ops.iter().filter(|op| !matches!(op, DiffOp::Equal { .. })) {
        let (old, new) = (op.old_range(), op.new_range());
        match hunks.last_mut() {
            Some(last) if last.old.end == old.start && last.new.end == new.start => {
                (last.old.end, last.new.end) = (old.end, new.end);
            }
            _ => hunks.push(Hunk { old, new }),
        }
    }
    hunks
}

/// Numbers for what is compared: equal keys have equal numbers.
#[derive(Default)]
struct Ids<'t>(WordMap<Cow<'t, str>, u32>);

impl<'t> Ids<'t> {
    fn of(&mut self, key: Cow<'t, str>) -> u32 {
        let next = u32::try_from(self.0.len()).expect("a paragraph has fewer than 2^32 words");
        *self.0.entry(key).or_insert(next)
    }
}
