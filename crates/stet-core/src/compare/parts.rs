//! Splits and merges: unlinked paragraphs that are parts of linked ones.
//!
//! When a paragraph is split, its largest part is paired with it and the other parts are left
//! over; so is the text of the whole that they hold. An unlinked paragraph joins a pair when most
//! of what it says (by weight of features) is what the whole has over and its partners lack. The
//! surest parts join first. Only candidates are tried, so the work is linear in them.

use super::WordMap;
use super::candidates::Candidate;
use super::features::{Corpus, Features, common, without};
use super::links::Links;

/// The share of a part's weight that must be left over in the whole (measured: flat from 0.35 to
/// 0.45).
const LEAST_SHARE: f64 = 0.4;

/// A part of fewer features than this (about two words) proves nothing.
const LEAST_SIZE: usize = 4;

/// The most parts that a paragraph is split into or merged from.
const MAX_PARTS: usize = 6;

/// The two ways in which a paragraph may be a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Way {
    /// The new paragraph is a part of the old one.
    Split,
    /// The old paragraph is a part of the new one.
    Merge,
}

/// Links unlinked paragraphs to the ones that they are parts of.
pub(super) fn join_parts(corpus: &Corpus, candidates: &[Candidate], links: &mut Links) {
    let mut left_over = LeftOver { corpus, of: WordMap::default() };
    let mut found: Vec<(f64, Way, Candidate)> = Vec::new();
    for &candidate in candidates {
        for way in [Way::Split, Way::Merge] {
            let share = left_over.share(candidate, way, links);
            found.extend(share.map(|share| (share, way, candidate)));
        }
    }
    found.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.2.old, a.2.new).cmp(&(b.2.old, b.2.new))));
    for (_, way, candidate) in found {
        // Parts that joined since may have taken what was left over.
        if left_over.share(candidate, way, links).is_some() {
            links.add(candidate.old, candidate.new);
        }
    }
}

/// What wholes have over their partners, kept until a partner joins: a long paragraph may have
/// thousands of candidates.
struct LeftOver<'c> {
    corpus: &'c Corpus,
    /// By the whole: with how many partners, and what it has over them.
    of: WordMap<(Way, usize), (usize, Features)>,
}

impl LeftOver<'_> {
    /// What share of the part is left over in the whole, if that is enough to join.
    fn share(&mut self, pair: Candidate, way: Way, links: &Links) -> Option<f64> {
        let corpus = self.corpus;
        let (is_part_free, partners) = match way {
            Way::Split => (links.is_new_free(pair.new), links.of_old(pair.old)),
            Way::Merge => (links.is_old_free(pair.old), links.of_new(pair.new)),
        };
        let is_star = partners.iter().all(|&partner| match way {
            Way::Split => links.of_new(partner).len() == 1,
            Way::Merge => links.of_old(partner).len() == 1,
        });
        if !is_part_free || partners.is_empty() || partners.len() >= MAX_PARTS || !is_star {
            return None;
        }
        let (at, whole, part, others): (usize, &Features, &Features, &[Features]) = match way {
            Way::Split => (pair.old, &corpus.old[pair.old], &corpus.new[pair.new], &corpus.new),
            Way::Merge => (pair.new, &corpus.new[pair.new], &corpus.old[pair.old], &corpus.old),
        };
        if part.len() < LEAST_SIZE {
            return None;
        }
        let known = self.of.entry((way, at)).or_default();
        if known.0 != partners.len() {
            let without = |left: Features, &at: &usize| without(&left, &others[at]);
            *known = (partners.len(), partners.iter().fold(whole.clone(), without));
        }
        let shared: f64 = common(part, &known.1).map(|feature| corpus.weight(feature)).sum();
        let share = shared / corpus.weight_of(part);
        (share >= LEAST_SHARE).then_some(share)
    }
}
