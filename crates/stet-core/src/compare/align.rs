//! Alignment: which old and new paragraphs belong together, and which of them stayed in place.
//!
//! In this order, each step leaving what is linked alone:
//!
//! 1. [anchors](super::anchors): what stands unchanged, in place or moved;
//! 2. far pairs: [candidates](super::candidates) from an inverted index of rare
//!    [features](super::features), linked best first when they are much alike;
//! 3. [parts](super::parts): splits and merges grow from what a pair leaves over;
//! 4. gaps: between the links that stayed in place, a lower likeness is enough;
//! 5. leftovers: pairs that were moved and much edited, and their parts;
//! 6. the [heaviest chain](super::chain) of links, by characters, stayed in place; what is off
//!    it has moved, so the least text is shown as moved. Stamps too short to mean a move
//!    ("14:05 GMT", "Share") are a removal and an addition instead.
//!
//! The ideas have their sources: unique anchors in patience diff (Cohen) and Heckel's diff
//! (1978), rarity in information retrieval, moves as what is off a heaviest increasing
//! subsequence in Tichy's string-to-string correction with block moves (1984) and in XML diffs
//! (Cobéna, Abiteboul and Marian 2002). All budgets are counts, never clocks, so the same texts always have
//! the same answer. With n paragraphs the whole takes O(n log n) on top of reading them.

use super::anchors::anchor;
use super::candidates::candidates;
use super::chain::{Sharing, Weighted, heaviest_chain};
use super::features::Corpus;
use super::links::Links;
use super::pairing::{pair_best_first, pair_in_gaps};
use super::parts::join_parts;

/// From this likeness on, paragraphs are paired wherever they stand.
const SURE: f64 = 0.45;

/// From this likeness on, paragraphs in the same gap are paired.
const LIKELY_IN_PLACE: f64 = 0.2;

/// From this likeness on, paragraphs that found no partner in place are paired.
const LIKELY_ELSEWHERE: f64 = 0.3;

/// Off the chain, a pair of fewer letters than this is a stamp and no move.
const LEAST_MOVED_LETTERS: usize = 18;

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
    let lengths = Lengths { old: letters(old), new: letters(new) };
    let mut links = anchor(old, new);
    if !links.free_old().is_empty() && !links.free_new().is_empty() {
        let corpus = Corpus::read(old, new);
        let candidates = candidates(&corpus, &links);
        pair_best_first(&candidates, &lengths.chain(&links), SURE, &mut links);
        join_parts(&corpus, &candidates, &mut links);
        pair_in_gaps(&corpus, &candidates, &lengths.chain(&links), LIKELY_IN_PLACE, &mut links);
        pair_best_first(&candidates, &lengths.chain(&links), LIKELY_ELSEWHERE, &mut links);
        join_parts(&corpus, &candidates, &mut links);
    }
    let in_place = lengths.chain(&links);
    part_moved_stamps(&lengths, &in_place, &mut links);
    Alignment { links, in_place }
}

/// Parts what is off the chain and too short to mean a move.
fn part_moved_stamps(lengths: &Lengths, in_place: &[(usize, usize)], links: &mut Links) {
    for (old, new) in links.pairs() {
        let is_stamp = lengths.old[old].min(lengths.new[new]) < LEAST_MOVED_LETTERS;
        if is_stamp && in_place.binary_search(&(old, new)).is_err() {
            links.remove(old, new);
        }
    }
}

fn letters(paragraphs: &[String]) -> Vec<usize> {
    paragraphs.iter().map(|text| text.chars().count()).collect()
}

/// The length of each paragraph in characters.
struct Lengths {
    old: Vec<usize>,
    new: Vec<usize>,
}

impl Lengths {
    /// The links of the heaviest chain; a link weighs the shorter of its paragraphs.
    fn chain(&self, links: &Links) -> Vec<(usize, usize)> {
        let pairs = links.pairs();
        let weigh = |&(old, new): &(usize, usize)| {
            let shorter = self.old[old].min(self.new[new]);
            Weighted { old, new, weight: 1 + shorter as u64 }
        };
        let weighted: Vec<Weighted> = pairs.iter().map(weigh).collect();
        heaviest_chain(&weighted, Sharing::Allowed).into_iter().map(|at| pairs[at]).collect()
    }
}
