//! What becomes of an article's changes when its texts were read anew.

use std::collections::{BTreeMap, HashMap, HashSet};

use stet_core::compare::Stats;
use stet_core::{Kind, Kinds, TextDigest, VersionNumber};

use super::{Passage, RereadingClaim, Texts};
use crate::change::VARIANT_PASSAGES;
use crate::record::Difference;

/// Two versions between which an article passed, to be compared anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pair {
    /// The change's number within the article.
    pub change: i32,
    /// The version that stood before.
    pub from: VersionNumber,
    /// The version that stood after.
    pub to: VersionNumber,
}

/// Which versions have one text: each with its digest and the first that has it.
#[derive(Debug)]
pub(super) struct Identities(BTreeMap<VersionNumber, (TextDigest, VersionNumber)>);

impl Identities {
    pub(super) fn new(claim: &RereadingClaim, texts: &Texts) -> Self {
        let mut first = HashMap::new();
        let identities = claim.versions.iter().map(|version| {
            let digest = texts.digest(version.number).unwrap_or(version.digest);
            let first = *first.entry(digest).or_insert(version.number);
            (version.number, (digest, first))
        });
        Self(identities.collect())
    }

    fn first(&self, version: VersionNumber) -> VersionNumber {
        self.0.get(&version).map_or(version, |&(_, first)| first)
    }

    /// Each version with its digest and, if it is not the first with that, the first.
    pub(super) fn each(
        &self,
    ) -> impl Iterator<Item = (VersionNumber, TextDigest, Option<VersionNumber>)> {
        self.0.iter().map(|(&version, &(digest, first))| {
            (version, digest, Some(first).filter(|&first| first != version))
        })
    }
}

impl RereadingClaim {
    /// The changes of which the two texts must be compared, now that `texts` take the place of
    /// those that stood: one of them was read anew, both are of one reading, and they differ.
    #[must_use]
    pub fn pairs(&self, texts: &Texts) -> Vec<Pair> {
        let identities = Identities::new(self, texts);
        let is_readable = |number| {
            texts.digest(number).is_some()
                || self
                    .versions
                    .iter()
                    .any(|version| version.number == number && !version.is_unreadable)
                    && !texts.is_unreadable(number)
        };
        self.passages
            .iter()
            .filter(|passage| {
                let (from, to) = (passage.from, passage.to);
                !passage.is_upgrade
                    && (texts.holds(from) || texts.holds(to))
                    && (is_readable(from) && is_readable(to))
                    && identities.first(from) != identities.first(to)
            })
            .map(|passage| Pair { change: passage.number, from: passage.from, to: passage.to })
            .collect()
    }
}

/// The changes as they are now. `differences` has those of [the pairs](RereadingClaim::pairs).
///
/// - What only a newer reading made is technical for good.
/// - Where nothing tells the two texts apart any more, only Stet's reading had changed: technical.
///   That the article was removed or came back stays, whatever its texts.
/// - Where one of the texts could not be read anew, the two are not of one reading: what was found
///   when they were stays.
/// - What is a reversion, and what a test of variants, follows from the texts before.
pub(super) fn recounted(
    passages: &[Passage],
    identities: &Identities,
    differences: &BTreeMap<i32, Difference>,
) -> Vec<Passage> {
    let mut seen = HashSet::new();
    let mut alternations: HashMap<_, i64> = HashMap::new();
    let recounted = passages.iter().map(|passage| {
        let (from, to) = (identities.first(passage.from), identities.first(passage.to));
        seen.insert(from);
        let comes_back = !seen.insert(to);
        let life: Kinds = passage.kinds.iter().copied().filter(Kind::is_of_life).collect();
        if from == to {
            let kinds = if life.is_empty() { Kinds::from([Kind::Technical]) } else { life };
            let stats = Stats::default();
            return Passage { kinds, stats, is_reversion: false, ..passage.clone() };
        }
        let (stats, mut kinds) = match differences.get(&passage.number) {
            Some(difference) => (difference.stats, difference.kinds.clone()),
            None => (passage.stats, passage.kinds.clone()),
        };
        if !life.is_empty() {
            kinds.remove(&Kind::Technical);
            kinds.extend(life);
        }
        if !kinds.contains(&Kind::Technical) {
            kinds.remove(&Kind::Reversion);
            kinds.remove(&Kind::Variant);
            let times = alternations.entry((from.min(to), from.max(to))).or_default();
            *times += 1;
            if comes_back {
                kinds.insert(Kind::Reversion);
                if *times >= VARIANT_PASSAGES {
                    kinds.insert(Kind::Variant);
                }
            }
        }
        Passage { stats, kinds, is_reversion: comes_back, ..passage.clone() }
    });
    recounted.collect()
}
