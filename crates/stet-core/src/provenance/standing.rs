//! When exact words stood.

use crate::VersionNumber;

/// When exact words stood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Standing {
    /// The first sighting that had them.
    pub since: usize,
    /// The last sighting that had them; nothing while they still stand.
    pub until: Option<usize>,
    /// How often they were away in between.
    pub interruptions: usize,
}

/// When words stood, given the versions of all sightings in the order of time and which of them
/// have the words. Nothing where none of them has.
#[must_use]
pub fn standing(stood: &[VersionNumber], has: impl Fn(VersionNumber) -> bool) -> Option<Standing> {
    let stands: Vec<bool> = stood.iter().map(|&version| has(version)).collect();
    let since = stands.iter().position(|&is| is)?;
    let last = stands.iter().rposition(|&is| is)?;
    let leaves = |pair: &&[bool]| pair[0] && !pair[1];
    Some(Standing {
        since,
        until: (last + 1 < stands.len()).then_some(last),
        interruptions: stands[since..=last].windows(2).filter(leaves).count(),
    })
}
