//! Which paragraphs might be versions of each other: found by their rarest features.
//!
//! An inverted index leads from each feature to the unlinked paragraphs that have it. A paragraph
//! asks it with its rarest features until [`MAX_POSTINGS`] entries are read, and the
//! [`MAX_CANDIDATES`] paragraphs met with the most weight are measured in full. So the work for
//! one paragraph is bounded by counts, whatever the texts: O(n) for n paragraphs.

use super::features::{Corpus, distinct};
use super::links::Links;

/// How many index entries one paragraph reads at most: about what its 200 rarest features have
/// when each stands in two paragraphs.
const MAX_POSTINGS: usize = 400;

/// How many paragraphs one paragraph is measured against at most.
const MAX_CANDIDATES: usize = 10;

/// Two paragraphs that might belong together.
#[derive(Debug, Clone, Copy)]
pub(super) struct Candidate {
    /// The old paragraph.
    pub old: usize,
    /// The new paragraph.
    pub new: usize,
    /// How alike they are, 0 to 1.
    pub score: f64,
}

/// Candidates among the unlinked paragraphs of both sides, by old and then by new paragraph.
pub(super) fn candidates(corpus: &Corpus, links: &Links) -> Vec<Candidate> {
    let (old, new) = (links.free_old(), links.free_new());
    let (old_index, new_index) =
        (Index::of(corpus, &corpus.old, &old), Index::of(corpus, &corpus.new, &new));
    let from_old = old.iter().flat_map(|&at| {
        new_index.nearest(corpus, &corpus.old[at]).into_iter().map(move |other| (at, other))
    });
    let from_new = new.iter().flat_map(|&at| {
        old_index.nearest(corpus, &corpus.new[at]).into_iter().map(move |other| (other, at))
    });
    let mut pairs: Vec<(usize, usize)> = from_old.chain(from_new).collect();
    pairs.sort_unstable();
    pairs.dedup();
    let measure = |(old, new)| Candidate { old, new, score: corpus.likeness(old, new).score() };
    pairs.into_iter().map(measure).collect()
}

/// From features to the paragraphs that have them.
struct Index {
    /// Where the paragraphs of each feature begin in `paragraphs`, and after the last one its end.
    starts: Vec<usize>,
    paragraphs: Vec<usize>,
}

impl Index {
    fn of(corpus: &Corpus, features: &[Vec<u32>], paragraphs: &[usize]) -> Self {
        let mut starts = vec![0; corpus.len() + 1];
        for feature in paragraphs.iter().flat_map(|&at| distinct(&features[at])) {
            starts[feature as usize + 1] += 1;
        }
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        let mut next = starts.clone();
        let mut entries = vec![0; starts.last().copied().unwrap_or(0)];
        for &at in paragraphs {
            for feature in distinct(&features[at]) {
                entries[next[feature as usize]] = at;
                next[feature as usize] += 1;
            }
        }
        Self { starts, paragraphs: entries }
    }

    fn having(&self, feature: u32) -> &[usize] {
        let at = feature as usize;
        &self.paragraphs[self.starts[at]..self.starts[at + 1]]
    }

    /// The paragraphs that share the most weight with the asking one, among those that its
    /// rarest features lead to.
    fn nearest(&self, corpus: &Corpus, features: &[u32]) -> Vec<usize> {
        let mut rarest: Vec<(usize, u32)> =
            distinct(features).map(|feature| (self.having(feature).len(), feature)).collect();
        rarest.sort_unstable();
        let mut met: Vec<(usize, f64)> = Vec::with_capacity(MAX_POSTINGS);
        for (count, feature) in rarest {
            if met.len() + count > MAX_POSTINGS {
                break;
            }
            let weight = corpus.weight(feature);
            met.extend(self.having(feature).iter().map(|&paragraph| (paragraph, weight)));
        }
        met.sort_by_key(|&(paragraph, _)| paragraph);
        let mut nearest: Vec<(usize, f64)> = met
            .chunk_by(|a, b| a.0 == b.0)
            .map(|same| (same[0].0, same.iter().map(|(_, weight)| weight).sum()))
            .collect();
        nearest.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        nearest.truncate(MAX_CANDIDATES);
        nearest.into_iter().map(|(paragraph, _)| paragraph).collect()
    }
}
