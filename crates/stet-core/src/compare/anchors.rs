//! The first links: paragraphs that stand unchanged in both texts.
//!
//! Paragraphs that occur once on each side anchor the rest (Cohen's patience diff; Heckel 1978),
//! wherever they stand. Equality then spreads from every anchor to its neighbours, which settles
//! most paragraphs that occur more than once; the others are paired in order, by Myers'
//! algorithm inside the gaps that anchors leave. Quotes, dashes and white space are folded, so
//! that a change of typography alone never unseats an anchor. Linear but for the gaps, where
//! `similar` bounds its own work by a count.

use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::WordMap;
use super::chain::{Sharing, Weighted, heaviest_chain};
use super::folding::fold_paragraph;
use super::links::Links;

/// Links what stands unchanged in both texts, in place or moved.
pub(super) fn anchor(old: &[String], new: &[String]) -> Links {
    let classes = Classes::of(old, new);
    let mut links = Links::new(old.len(), new.len());
    for (old, new) in classes.unique_pairs() {
        links.add(old, new);
    }
    spread(&classes, &mut links);
    let mut gap_start = (0, 0);
    let ends = std::iter::once((old.len(), new.len()));
    for (old_end, new_end) in spine(old, &links).into_iter().chain(ends) {
        pair_in_order(&classes, &mut links, gap_start, (old_end, new_end));
        gap_start = (old_end + 1, new_end + 1);
    }
    links
}

/// Equal paragraphs have equal numbers.
struct Classes {
    old: Vec<usize>,
    new: Vec<usize>,
}

impl Classes {
    fn of(old: &[String], new: &[String]) -> Self {
        let mut numbers = WordMap::default();
        let mut number = |text: &String| {
            let next = numbers.len();
            *numbers.entry(fold_paragraph(text)).or_insert(next)
        };
        Self {
            old: old.iter().map(&mut number).collect(),
            new: new.iter().map(&mut number).collect(),
        }
    }

    /// Paragraphs that occur once on each side.
    fn unique_pairs(&self) -> Vec<(usize, usize)> {
        let (in_old, in_new) = (only_places(&self.old), only_places(&self.new));
        let place =
            |class: &usize| Some((in_old.get(class).copied()??, in_new.get(class).copied()??));
        self.old.iter().filter_map(place).collect()
    }
}

/// Where each class stands, if it stands in one place only.
fn only_places(classes: &[usize]) -> WordMap<usize, Option<usize>> {
    let mut places = WordMap::default();
    for (at, &class) in classes.iter().enumerate() {
        places.entry(class).and_modify(|place| *place = None).or_insert(Some(at));
    }
    places
}

/// Links equal neighbours of linked paragraphs, downwards and then upwards.
fn spread(classes: &Classes, links: &mut Links) {
    let pairs = links.pairs();
    for &(old, new) in &pairs {
        let below = (old + 1..classes.old.len()).zip(new + 1..classes.new.len());
        spread_along(classes, links, below);
    }
    for &(old, new) in pairs.iter().rev() {
        let above = (0..old).rev().zip((0..new).rev());
        spread_along(classes, links, above);
    }
}

fn spread_along(
    classes: &Classes,
    links: &mut Links,
    neighbours: impl Iterator<Item = (usize, usize)>,
) {
    for (old, new) in neighbours {
        let is_free = links.is_old_free(old) && links.is_new_free(new);
        if !is_free || classes.old[old] != classes.new[new] {
            return;
        }
        links.add(old, new);
    }
}

/// The links that stand in order, between which gaps lie.
fn spine(old: &[String], links: &Links) -> Vec<(usize, usize)> {
    let pairs = links.pairs();
    let weigh = |&(at, new): &(usize, usize)| Weighted {
        old: at,
        new,
        weight: old[at].chars().count() as u64 + 1,
    };
    let weighted: Vec<Weighted> = pairs.iter().map(weigh).collect();
    heaviest_chain(&weighted, Sharing::Forbidden).into_iter().map(|at| pairs[at]).collect()
}

/// Links equal paragraphs inside one gap, in order.
fn pair_in_order(classes: &Classes, links: &mut Links, start: (usize, usize), end: (usize, usize)) {
    let olds: Vec<usize> = (start.0..end.0).filter(|&old| links.is_old_free(old)).collect();
    let news: Vec<usize> = (start.1..end.1).filter(|&new| links.is_new_free(new)).collect();
    if olds.is_empty() || news.is_empty() {
        return;
    }
    let old_classes: Vec<usize> = olds.iter().map(|&old| classes.old[old]).collect();
    let new_classes: Vec<usize> = news.iter().map(|&new| classes.new[new]).collect();
    for op in capture_diff_slices(Algorithm::Myers, &old_classes, &new_classes) {
        if let DiffOp::Equal { old_index, new_index, len } = op {
            for step in 0..len {
                links.add(olds[old_index + step], news[new_index + step]);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(old: &[&str], new: &[&str]) -> Vec<(usize, usize)> {
        let owned = |texts: &[&str]| texts.iter().map(|&text| text.to_owned()).collect::<Vec<_>>();
        anchor(&owned(old), &owned(new)).pairs()
    }

    #[test]
    fn an_unchanged_paragraph_is_found_wherever_it_stands() {
        assert_eq!(pairs(&["a", "b", "c"], &["c", "a", "b"]), [(0, 1), (1, 2), (2, 0)]);
    }

    #[test]
    fn duplicates_go_with_their_neighbours() {
        let old = ["14:05", "first", "Share", "14:01", "second", "Share"];
        let new =
            ["14:09", "newest", "Share", "14:05", "first", "Share", "14:01", "second", "Share"];
        let expected = [(0, 3), (1, 4), (2, 5), (3, 6), (4, 7), (5, 8)];
        assert_eq!(pairs(&old, &new), expected);
    }

    #[test]
    fn duplicates_without_neighbours_are_paired_in_order() {
        assert_eq!(pairs(&["x", "x", "x"], &["x", "x"]), [(0, 0), (1, 1)]);
    }

    #[test]
    fn typography_alone_never_unseats_an_anchor() {
        assert_eq!(pairs(&["\"So - yes\""], &["“So –\u{a0}yes”"]), [(0, 0)]);
    }
}
