//! Paragraphs paired by likeness: best first anywhere, then in order inside the gaps.
//!
//! Best first is greedy weighted matching, O(c log c) for c candidates. A gap is aligned like two
//! sequences: the heaviest chain of pairs whose likeness passes a lower threshold than far pairs
//! must, since position is evidence too. Small gaps try every pair; in larger ones only the
//! candidates that the index found are tried, which bounds the work by a count.

use std::cmp::Reverse;

use super::candidates::Candidate;
use super::chain::{Sharing, Weighted, heaviest_chain};
use super::features::Corpus;
use super::links::Links;

/// A gap of more pairs than this (32 paragraphs a side) is aligned by candidates alone.
const MAX_GAP_PAIRS: usize = 1024;

/// How much more a likeness is worth inside a gap than across gaps: position is evidence
/// (flat from 1.3 to 1.7). An edited paragraph is paired with itself, not with a cousin elsewhere.
const WORTH_IN_GAP: f64 = 1.3;

/// Links unlinked candidates worth at least this score, the best first; among equals, those
/// nearest to the diagonal that the links in place (`spine`) make.
pub(super) fn pair_best_first(
    candidates: &[Candidate],
    spine: &[(usize, usize)],
    least: f64,
    links: &mut Links,
) {
    // Worth is compared in 64ths, so that a trifle does not outweigh position.
    let rank = |candidate: &Candidate| {
        let at = spine.partition_point(|&(old, _)| old <= candidate.old);
        let above = at.checked_sub(1).map(|above| spine[above]);
        let is_in_gap = above.is_none_or(|(_, new)| new <= candidate.new)
            && spine.get(at).is_none_or(|&(_, new)| candidate.new <= new);
        let worth = candidate.score * if is_in_gap { WORTH_IN_GAP } else { 1.0 };
        let (old, new) = above.unwrap_or_default();
        let distance = (new + candidate.old - old).abs_diff(candidate.new);
        (worth >= least).then(|| (Reverse(steps(worth, 64.0)), distance, *candidate))
    };
    let mut ranked: Vec<_> = candidates.iter().filter_map(rank).collect();
    ranked.sort_by_key(|(worth, distance, pair)| (*worth, *distance, pair.old, pair.new));
    for (_, _, pair) in ranked {
        if links.is_old_free(pair.old) && links.is_new_free(pair.new) {
            links.add(pair.old, pair.new);
        }
    }
}

/// Links what is unlinked between the links in place (`spine`), in order, wherever the
/// likeness passes `least`.
pub(super) fn pair_in_gaps(
    corpus: &Corpus,
    candidates: &[Candidate],
    spine: &[(usize, usize)],
    least: f64,
    links: &mut Links,
) {
    let mut start = (0, 0);
    let ends = std::iter::once((links.old_len(), links.new_len()));
    for end in spine.iter().copied().chain(ends) {
        let olds: Vec<usize> = (start.0..end.0).filter(|&old| links.is_old_free(old)).collect();
        let news: Vec<usize> = (start.1..end.1).filter(|&new| links.is_new_free(new)).collect();
        let likely = if olds.len() * news.len() <= MAX_GAP_PAIRS {
            every_pair(corpus, &olds, &news)
        } else {
            let in_gap =
                |c: &&Candidate| news.binary_search(&c.new).is_ok() && links.is_old_free(c.old);
            of_olds(candidates, start.0, end.0).iter().filter(in_gap).copied().collect()
        };
        for (old, new) in best_in_order(&likely, least) {
            links.add(old, new);
        }
        start = (end.0 + 1, end.1 + 1);
    }
}

/// The candidates of the old paragraphs `start..end`.
fn of_olds(candidates: &[Candidate], start: usize, end: usize) -> &[Candidate] {
    let first = candidates.partition_point(|candidate| candidate.old < start);
    let last = candidates.partition_point(|candidate| candidate.old < end);
    &candidates[first..last.max(first)]
}

fn every_pair(corpus: &Corpus, olds: &[usize], news: &[usize]) -> Vec<Candidate> {
    let measure =
        |old, new| Candidate { old, new, score: corpus.likeness(old, new).nearby_score() };
    olds.iter().flat_map(|&old| news.iter().map(move |&new| measure(old, new))).collect()
}

/// The pairs of the likeliest alignment in order.
fn best_in_order(likely: &[Candidate], least: f64) -> Vec<(usize, usize)> {
    let weigh = |c: &Candidate| Weighted {
        old: c.old,
        new: c.new,
        weight: 1 + steps(c.score - least, 1e6),
    };
    let weighted: Vec<Weighted> = likely.iter().filter(|c| c.score >= least).map(weigh).collect();
    let chain = heaviest_chain(&weighted, Sharing::Forbidden);
    chain.into_iter().map(|at| (weighted[at].old, weighted[at].new)).collect()
}

/// A score in whole steps of one in `scale`.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "scores are 0 to 2")]
fn steps(score: f64, scale: f64) -> u64 {
    (score * scale).round() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What old paragraph 2 is paired with, below two paragraphs that stayed in place.
    fn partner(cousin: f64, itself: f64) -> Vec<usize> {
        let candidate = |new, score| Candidate { old: 2, new, score };
        let mut links = Links::new(3, 4);
        let candidates = [candidate(0, cousin), candidate(3, itself)];
        pair_best_first(&candidates, &[(0, 1), (1, 2)], 0.5, &mut links);
        links.of_old(2).to_vec()
    }

    #[test]
    fn a_paragraph_in_its_place_outweighs_a_cousin_elsewhere() {
        assert_eq!(partner(0.6, 0.5), [3]);
    }

    #[test]
    fn a_paragraph_follows_a_much_likelier_one() {
        assert_eq!(partner(0.9, 0.5), [0]);
    }
}
