//! Alignment: which old and new paragraphs belong together, and which of them stayed in place.
//!
//! In this order, each step leaving what is linked alone:
//!
//! 1. [anchors](super::anchors): what stands unchanged, in place or moved; and what was split or
//!    merged [without an edit](super::verbatim);
//! 2. sure pairs: [candidates](super::candidates) from an inverted index of rare
//!    [features](super::features), linked [best first](super::pairing) wherever they stand, then
//!    in the gaps between the links that stayed in place;
//! 3. [parts](super::parts): splits and merges grow from what a pair leaves over;
//! 4. likely pairs: in the gaps a lower likeness is enough, elsewhere a middling one; and their
//!    parts;
//! 5. after each step the [heaviest chain](super::chain) of links, by characters, says what stayed
//!    in place; what is off it has moved, so the least text is shown as moved. Stamps too short
//!    to mean a move ("14:05 GMT", "Share") are a removal and an addition instead.
//!
//! The ideas have their sources: unique anchors in patience diff (Cohen) and Heckel's diff
//! (1978), rarity in information retrieval, moves as what is off a heaviest increasing
//! subsequence in Tichy's string-to-string correction with block moves (1984) and in XML diffs
//! (Cobéna, Abiteboul and Marian 2002). All budgets are counts, never clocks, so the same texts always have
//! the same answer. With n paragraphs the whole takes O(n log n) on top of reading them.

use std::collections::HashSet;

use super::anchors::anchor;
use super::candidates::candidates;
use super::chain::{Sharing, Weighted, heaviest_chain};
use super::features::Corpus;
use super::links::Links;
use super::pairing::{pair_best_first, pair_in_gaps};
use super::parts::join_parts;
use super::verbatim::join_verbatim;

// The thresholds were measured on edits of known truth to real articles in eight languages.
// Answers hardly differ over the spans given: what counts is the order of the steps.

/// From this likeness on, paragraphs are paired wherever they stand (flat from 0.4 to 0.55).
const SURE: f64 = 0.5;

/// From this likeness on, paragraphs in the same gap are paired before they may become parts
/// (flat from 0.18 to 0.35; above, a sentence that hops takes its paragraph along).
const SURE_IN_PLACE: f64 = 0.3;

/// From this likeness on, paragraphs in the same gap are paired (flat from 0.15 to 0.23).
const LIKELY_IN_PLACE: f64 = 0.18;

/// From this likeness on, paragraphs that found no partner in place are paired (flat from 0.36
/// to 0.45; below, sentences on one subject become moves).
const LIKELY_ELSEWHERE: f64 = 0.4;

/// Off the chain, a figure or a repeated text of fewer letters than this is a stamp and no move:
/// "Updated at 14.05 GMT" has 20.
const LEAST_STAMP_LETTERS: usize = 24;

/// Off the chain, an edited text of fewer letters than this is a stamp and no move.
const LEAST_EDITED_LETTERS: usize = 12;

/// Which paragraphs belong together, and which links stayed in place.
#[derive(Debug)]
pub(super) struct Alignment {
    /// What belongs together.
    pub links: Links,
    /// The links that stayed in place: along them neither side ever steps back.
    pub in_place: Vec<(usize, usize)>,
}

/// Aligns the paragraphs of two texts.
pub(super) fn align(old: &[String], new: &[String]) -> Alignment {
    let texts = Texts::new(old, new);
    let mut links = anchor(old, new);
    join_verbatim(old, new, &mut links);
    let mut in_place = texts.settle(&mut links);
    if !links.free_old().is_empty() && !links.free_new().is_empty() {
        let corpus = Corpus::read(old, new, &links);
        let candidates = candidates(&corpus, &links);
        pair_best_first(&candidates, &in_place, SURE, &mut links);
        in_place = texts.settle(&mut links);
        pair_in_gaps(&corpus, &candidates, &in_place, SURE_IN_PLACE, &mut links);
        join_parts(&corpus, &candidates, &mut links);
        in_place = texts.settle(&mut links);
        pair_in_gaps(&corpus, &candidates, &in_place, LIKELY_IN_PLACE, &mut links);
        in_place = texts.settle(&mut links);
        pair_best_first(&candidates, &in_place, LIKELY_ELSEWHERE, &mut links);
        join_parts(&corpus, &candidates, &mut links);
        in_place = texts.settle(&mut links);
    }
    Alignment { links, in_place }
}

/// How long paragraphs are for a reader, about, in letters and spaces: a character that writes a
/// syllable or a word in Chinese or Japanese counts for three.
fn letters(paragraphs: &[String]) -> Vec<usize> {
    let width = |c: char| if ('\u{3040}'..='\u{9fff}').contains(&c) { 3 } else { 1 };
    paragraphs.iter().map(|text| text.chars().map(width).sum()).collect()
}

/// The paragraphs that stand in several places of one text.
fn repeated<'t>(old: &'t [String], new: &'t [String]) -> HashSet<&'t str> {
    let mut repeated = HashSet::new();
    for text in [old, new] {
        let mut seen = HashSet::new();
        repeated.extend(text.iter().map(String::as_str).filter(|text| !seen.insert(*text)));
    }
    repeated
}

/// Both texts and the length of each paragraph.
struct Texts<'t> {
    old: &'t [String],
    new: &'t [String],
    old_letters: Vec<usize>,
    new_letters: Vec<usize>,
    /// The paragraphs that stand in several places of one text.
    repeated: HashSet<&'t str>,
}

impl<'t> Texts<'t> {
    fn new(old: &'t [String], new: &'t [String]) -> Self {
        let (old_letters, new_letters) = (letters(old), letters(new));
        Self { old, new, old_letters, new_letters, repeated: repeated(old, new) }
    }

    /// The links that stayed in place: the heaviest chain, where a link weighs the shorter of its
    /// paragraphs. Stamps off the chain are parted, unless they moved along with a neighbour.
    fn settle(&self, links: &mut Links) -> Vec<(usize, usize)> {
        let pairs = links.pairs();
        let weigh = |&(old, new): &(usize, usize)| {
            let shorter = self.old_letters[old].min(self.new_letters[new]);
            Weighted { old, new, weight: 1 + shorter as u64 }
        };
        let weighted: Vec<Weighted> = pairs.iter().map(weigh).collect();
        let chain = heaviest_chain(&weighted, Sharing::Allowed);
        let in_place: Vec<(usize, usize)> = chain.into_iter().map(|at| pairs[at]).collect();
        let is_off = |pair: (usize, usize)| {
            pairs.binary_search(&pair).is_ok() && in_place.binary_search(&pair).is_err()
        };
        let is_moved_text = |pair: (usize, usize)| is_off(pair) && !self.is_stamp(pair);
        for &(old, new) in pairs.iter().filter(|&&pair| is_off(pair) && self.is_stamp(pair)) {
            let moved_along = is_moved_text((old + 1, new + 1))
                || old > 0 && new > 0 && is_moved_text((old - 1, new - 1));
            if !moved_along {
                links.remove(old, new);
            }
        }
        in_place
    }

    /// Whether two paragraphs are too short to say that one became the other elsewhere: they
    /// hold a figure or stand in several places, or they are shorter still and not the same.
    fn is_stamp(&self, (old, new): (usize, usize)) -> bool {
        let (text, other) = (self.old[old].as_str(), self.new[new].as_str());
        let letters = self.old_letters[old].min(self.new_letters[new]);
        let is_figured = text.split_whitespace().any(|word| word.starts_with(char::is_numeric));
        letters < LEAST_STAMP_LETTERS && (is_figured || self.repeated.contains(text))
            || letters < LEAST_EDITED_LETTERS && text != other
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All links, those that moved marked with a star.
    fn links(old: &[&str], new: &[&str]) -> String {
        let owned = |texts: &[&str]| texts.iter().map(|&text| text.to_owned()).collect::<Vec<_>>();
        let alignment = align(&owned(old), &owned(new));
        let shown = |pair: &(usize, usize)| {
            let star = if alignment.in_place.contains(pair) { "" } else { "*" };
            format!("{}>{}{star}", pair.0, pair.1)
        };
        alignment.links.pairs().iter().map(shown).collect::<Vec<_>>().join(" ")
    }

    const BRIDGE: &str =
        "The bridge over the river was closed on Monday after engineers found cracks.";
    const STORM: &str =
        "A storm is expected to reach the northern coast before the weekend, forecasters say.";
    const TRAINS: &str =
        "Trains will run as usual, but travellers should allow more time than they need.";
    const MAYOR: &str =
        "Mayor Ann Smith, who opened it ten years ago, refused to answer any questions.";

    #[test]
    fn an_edited_paragraph_is_paired_with_itself_wherever_it_stands() {
        let edited =
            "Mayor Ann Smith, who opened it nine years ago, refused to answer our questions.";
        insta::assert_snapshot!(links(&[BRIDGE, STORM, TRAINS, MAYOR], &[edited, BRIDGE, STORM, TRAINS]), @"0>1 1>2 2>3 3>0*");
    }

    #[test]
    fn the_least_text_is_shown_as_moved() {
        insta::assert_snapshot!(links(&["A short line of text.", BRIDGE], &[BRIDGE, "A short line of text."]), @"0>1* 1>0");
    }

    #[test]
    fn a_stamp_moves_only_along_with_its_paragraph() {
        insta::assert_snapshot!(links(&["14:05 GMT", BRIDGE, STORM], &[BRIDGE, STORM, "14:05 GMT"]), @"1>0 2>1");
        insta::assert_snapshot!(
            links(&["14:05 GMT", TRAINS, BRIDGE, STORM], &[BRIDGE, STORM, "14:05 GMT", TRAINS]),
            @"0>2* 1>3* 2>0 3>1"
        );
    }

    #[test]
    fn a_name_with_a_digit_is_no_stamp() {
        insta::assert_snapshot!(links(&["About my6sense", BRIDGE, STORM], &[BRIDGE, STORM, "About my6sense"]), @"0>2* 1>0 2>1");
    }

    #[test]
    fn a_sentence_that_hops_into_the_next_paragraph_leaves_both_in_place() {
        let both = format!("{BRIDGE} {MAYOR}");
        let next = format!("{MAYOR} {STORM} {TRAINS}");
        let after = format!("{STORM} {TRAINS}");
        insta::assert_snapshot!(links(&[&both, &after], &[BRIDGE, &next]), @"0>0 1>1");
    }

    #[test]
    fn near_identical_paragraphs_are_paired_by_what_tells_them_apart() {
        let line = |number: u32| {
            format!("Rescuers said on Monday that at least {number} people were missing.")
        };
        let old: Vec<String> = (0..40).map(line).collect();
        let new: Vec<String> =
            (0..40).map(|at| line((at * 7 + 3) % 40).replace("Monday", "Tuesday")).collect();
        let pairs = align(&old, &new).links.pairs();
        assert_eq!(pairs.len(), 40);
        assert!(pairs.iter().all(|&(old, new)| old == (new * 7 + 3) % 40), "{pairs:?}");
    }
}
