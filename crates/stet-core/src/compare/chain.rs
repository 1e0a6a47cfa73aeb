//! The heaviest chain: which links can stand in order together, so that what is off it moved.
//!
//! A longest increasing subsequence with weights, over a Fenwick tree of prefix maxima (Fenwick
//! 1994): O(n log n) for n links. Of several heaviest chains the same one is always chosen.

/// A link and what it weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Weighted {
    /// The old paragraph.
    pub old: usize,
    /// The new paragraph.
    pub new: usize,
    /// What keeping it in place is worth; more than 0.
    pub weight: u64,
}

/// Whether two links of a chain may share a paragraph.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sharing {
    /// Splits and merges stay together.
    Allowed,
    /// One to one.
    Forbidden,
}

/// The links of the heaviest chain, as indices into `links`, ascending: along it neither side
/// ever steps back. `links` are ordered by old and then by new paragraph, each once.
pub(super) fn heaviest_chain(links: &[Weighted], sharing: Sharing) -> Vec<usize> {
    let width = links.iter().map(|link| link.new + 1).max().unwrap_or(0);
    let mut best = PrefixMaxima::new(width);
    let mut previous = vec![None; links.len()];
    let mut start = 0;
    for row in links.chunk_by(|a, b| a.old == b.old) {
        let mut found = Vec::with_capacity(row.len());
        for (at, link) in (start..).zip(row) {
            let columns = if sharing == Sharing::Allowed { link.new + 1 } else { link.new };
            let before = best.up_to(columns);
            previous[at] = before.link;
            let reached = Reached { weight: before.weight + link.weight, link: Some(at) };
            if sharing == Sharing::Allowed {
                best.raise(link.new, reached);
            } else {
                found.push((link.new, reached));
            }
        }
        for (new, reached) in found {
            best.raise(new, reached);
        }
        start += row.len();
    }
    let mut chain = Vec::new();
    let mut last = best.up_to(width).link;
    while let Some(at) = last {
        chain.push(at);
        last = previous[at];
    }
    chain.reverse();
    chain
}

/// The heaviest chain that ends somewhere.
#[derive(Debug, Clone, Copy, Default)]
struct Reached {
    weight: u64,
    link: Option<usize>,
}

/// A Fenwick tree that answers the heaviest chain among the first columns.
struct PrefixMaxima(Vec<Reached>);

impl PrefixMaxima {
    fn new(columns: usize) -> Self {
        Self(vec![Reached::default(); columns + 1])
    }

    /// The heaviest among the first `columns` columns.
    fn up_to(&self, columns: usize) -> Reached {
        let mut at = columns;
        let mut best = Reached::default();
        while at > 0 {
            if self.0[at].weight > best.weight {
                best = self.0[at];
            }
            at -= at & at.wrapping_neg();
        }
        best
    }

    /// Notes a chain that ends in a column.
    fn raise(&mut self, column: usize, reached: Reached) {
        let mut at = column + 1;
        while at < self.0.len() {
            if reached.weight > self.0[at].weight {
                self.0[at] = reached;
            }
            at += at & at.wrapping_neg();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Sharing::{Allowed, Forbidden};

    fn chain(links: &[(usize, usize, u64)], sharing: Sharing) -> Vec<usize> {
        let weighted = |&(old, new, weight): &(usize, usize, u64)| Weighted { old, new, weight };
        heaviest_chain(&links.iter().map(weighted).collect::<Vec<_>>(), sharing)
    }

    #[test]
    fn one_long_paragraph_outweighs_two_short_ones() {
        assert_eq!(chain(&[(0, 2, 9), (1, 0, 4), (2, 1, 4)], Allowed), [0]);
        assert_eq!(chain(&[(0, 2, 7), (1, 0, 4), (2, 1, 4)], Allowed), [1, 2]);
    }

    #[test]
    fn parts_of_a_split_stay_together_only_where_sharing_is_allowed() {
        assert_eq!(chain(&[(0, 0, 3), (0, 1, 5), (1, 2, 1)], Allowed), [0, 1, 2]);
        assert_eq!(chain(&[(0, 0, 3), (0, 1, 5), (1, 2, 1)], Forbidden), [1, 2]);
        assert_eq!(chain(&[(0, 1, 3), (1, 1, 5)], Forbidden), [1]);
    }

    #[test]
    fn no_links_make_no_chain() {
        assert_eq!(chain(&[], Allowed), [0; 0]);
    }
}
