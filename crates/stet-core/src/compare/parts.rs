//! Splits and merges: unlinked paragraphs that are parts of linked ones.
//!
//! When a paragraph is split, its largest part is paired with it and the other parts are left
//! over; so is the text of the whole that they hold. An unlinked paragraph joins a pair when most
//! of what it says (by weight of features) is what the whole has over and its partners lack. The
//! surest parts join first. Only candidates are tried, so the work is linear in them.

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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// The new paragraph is a part of the old one.
    Split,
    /// The old paragraph is a part of the new one.
    Merge,
}

/// Links unlinked paragraphs to the ones that they are parts of.
pub(super) fn join_parts(corpus: &Corpus, candidates: &[Candidate], links: &mut Links) {
    let mut found: Vec<(f64, Way, Candidate)> = Vec::new();
    for &candidate in candidates {
        for way in [Way::Split, Way::Merge] {
            let share = share_left_over(corpus, candidate, way, links);
            found.extend(share.map(|share| (share, way, candidate)));
        }
    }
    found.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.2.old, a.2.new).cmp(&(b.2.old, b.2.new))));
    for (_, way, candidate) in found {
        // Parts that joined since may have taken what was left over.
        if share_left_over(corpus, candidate, way, links).is_some() {
            links.add(candidate.old, candidate.new);
        }
    }
}

/// What share of the part is left over in the whole, if that is enough to join.
fn share_left_over(corpus: &Corpus, pair: Candidate, way: Way, links: &Links) -> Option<f64> {
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
    let (whole, part, others): (&Features, &Features, &[Features]) = match way {
        Way::Split => (&corpus.old[pair.old], &corpus.new[pair.new], &corpus.new),
        Way::Merge => (&corpus.new[pair.new], &corpus.old[pair.old], &corpus.old),
    };
    if part.len() < LEAST_SIZE {
        return None;
    }
    let left_over = partners.iter().fold(whole.clone(), |left, &at| without(&left, &others[at]));
    let shared: f64 = common(part, &left_over).map(|feature| corpus.weight(feature)).sum();
    let share = shared / corpus.weight_of(part);
    (share >= LEAST_SHARE).then_some(share)
}
