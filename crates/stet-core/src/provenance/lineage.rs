//! Since when there is a paragraph, and in which versions it was edited.

use std::collections::HashMap;

use super::{History, Standing};
use crate::VersionNumber;
use crate::compare::{Comparison, RowKind};

/// For one article no more pairs of versions are compared than this. A pair takes 1 to 3 ms, and a
/// page with less than a tenth of a second of work is answered at once.
pub const MAX_COMPARISONS: usize = 32;

/// Which paragraph of one version is which of another.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pairing {
    old_of_new: HashMap<usize, usize>,
    new_of_old: HashMap<usize, usize>,
}

impl Pairing {
    /// The pairs of a comparison. The parts of a paragraph that was split each come from it; one
    /// that was joined from several comes from the first of them.
    #[must_use]
    pub fn of(comparison: &Comparison) -> Self {
        let mut pairing = Self::default();
        for row in &comparison.rows {
            let (mut old, mut new) = (row.old.clone(), row.new.clone());
            match row.kind {
                RowKind::Added | RowKind::Removed => continue,
                RowKind::MovedFrom => new.extend(&row.peer),
                RowKind::MovedTo => old.extend(&row.peer),
                RowKind::Split | RowKind::Merge if old.is_empty() => old.extend(&row.peer),
                RowKind::Split | RowKind::Merge if new.is_empty() => new.extend(&row.peer),
                _ => {}
            }
            let (Some(&first_old), Some(&first_new)) = (old.first(), new.first()) else { continue };
            for at in new {
                pairing.old_of_new.entry(at).or_insert(first_old);
            }
            for at in old {
                pairing.new_of_old.entry(at).or_insert(first_new);
            }
        }
        pairing
    }
}

/// Pairings of versions, each made once and no more of them than [`MAX_COMPARISONS`].
pub struct Pairings<F> {
    compare: F,
    known: HashMap<(VersionNumber, VersionNumber), Option<Pairing>>,
}

impl<F: FnMut(VersionNumber, VersionNumber) -> Option<Comparison>> Pairings<F> {
    /// Pairings by `compare`, which answers nothing for versions whose texts are not at hand.
    pub fn new(compare: F) -> Self {
        Self { compare, known: HashMap::new() }
    }

    /// Nothing where the texts are not at hand, or too much was compared already.
    fn get(&mut self, old: VersionNumber, new: VersionNumber) -> Option<&Pairing> {
        if self.known.len() >= MAX_COMPARISONS && !self.known.contains_key(&(old, new)) {
            return None;
        }
        let compare = &mut self.compare;
        self.known
            .entry((old, new))
            .or_insert_with(|| compare(old, new).as_ref().map(Pairing::of))
            .as_ref()
    }
}

/// Where a paragraph comes from.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Lineage {
    /// The version in which it appeared, in whatever words.
    pub since: VersionNumber,
    /// The versions in which it was edited, the first of them first.
    pub edited_in: Vec<VersionNumber>,
    /// Whether it is older than `since`: what came before was too much to compare.
    pub is_cut: bool,
}

/// Where each paragraph of a version comes from.
#[must_use]
pub fn lineages<F>(
    history: &History,
    version: VersionNumber,
    pairings: &mut Pairings<F>,
) -> Vec<Lineage>
where
    F: FnMut(VersionNumber, VersionNumber) -> Option<Comparison>,
{
    let new = Lineage { since: version, edited_in: Vec::new(), is_cut: false };
    let mut lineages = vec![new; history.of(version).len()];
    // Of each paragraph that is still followed: its place among the lineages and in `current`.
    let mut followed: Vec<(usize, usize)> = (0..lineages.len()).map(|at| (at, at)).collect();
    let mut current = version;
    while let Some(before) = history.before(current) {
        let places = places(history.of(before));
        let mut older = Vec::with_capacity(followed.len());
        for (which, at) in followed {
            let lineage = &mut lineages[which];
            let same = places.get(&history.of(current)[at]).and_then(|all| nearest(all, at));
            let from = if same.is_some() {
                same
            } else if let Some(pairing) = pairings.get(before, current) {
                let from = pairing.old_of_new.get(&at).copied();
                if from.is_some() {
                    lineage.edited_in.insert(0, current);
                }
                from
            } else {
                lineage.is_cut = true;
                None
            };
            if let Some(from) = from {
                lineage.since = before;
                older.push((which, from));
            }
        }
        followed = older;
        current = before;
    }
    lineages
}

/// What became of a paragraph that stands no longer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Fate {
    /// It has other words.
    Edited,
    /// It has no counterpart.
    Removed,
    /// It was not looked up: too much was compared already.
    Unknown,
}

/// What became of each paragraph of a version, given when each stood.
#[must_use]
pub fn fates<F>(
    history: &History,
    version: VersionNumber,
    standings: &[Standing],
    pairings: &mut Pairings<F>,
) -> Vec<Option<Fate>>
where
    F: FnMut(VersionNumber, VersionNumber) -> Option<Comparison>,
{
    let mut fate = |key: i32, standing: &Standing| {
        let until = standing.until?;
        let (last, next) = (*history.stood.get(until)?, *history.stood.get(until + 1)?);
        let at = history.of(last).iter().position(|&other| other == key)?;
        Some(match pairings.get(last, next) {
            Some(pairing) if pairing.new_of_old.contains_key(&at) => Fate::Edited,
            Some(_) => Fate::Removed,
            None => Fate::Unknown,
        })
    };
    history.of(version).iter().zip(standings).map(|(&key, at)| fate(key, at)).collect()
}

/// Where each paragraph stands in a version; a text may stand there twice.
fn places(paragraphs: &[i32]) -> HashMap<i32, Vec<usize>> {
    let mut places: HashMap<i32, Vec<usize>> = HashMap::new();
    for (at, &paragraph) in paragraphs.iter().enumerate() {
        places.entry(paragraph).or_default().push(at);
    }
    places
}

fn nearest(places: &[usize], at: usize) -> Option<usize> {
    places.iter().copied().min_by_key(|&place| place.abs_diff(at))
}
