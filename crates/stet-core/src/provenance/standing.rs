//! When exact words stood.

use crate::VersionNumber;

/// When a text of one version stood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Standing {
    /// The sighting since which it stands: the first of the unbroken run that leads to the first
    /// sighting of the version.
    pub since: usize,
    /// The last sighting in which it stood, of the unbroken run that goes on from the last
    /// sighting of the version; nothing while it still stands.
    pub until: Option<usize>,
    /// How often it was away in between.
    pub interruptions: usize,
}

/// When a text that `version` has stood, given the versions of all sightings in the order of time
/// and which of them have that text. Nothing where the version was never seen.
#[must_use]
pub fn standing(
    stood: &[VersionNumber],
    version: VersionNumber,
    has: impl Fn(VersionNumber) -> bool,
) -> Option<Standing> {
    let first = stood.iter().position(|&other| other == version)?;
    let last = stood.iter().rposition(|&other| other == version)?;
    let has_it = |at: &usize| has(stood[*at]);
    let since = (0..first).rev().take_while(has_it).last().unwrap_or(first);
    let until = (last + 1..stood.len()).take_while(has_it).last().unwrap_or(last);
    let is_away: Vec<bool> = (first..=last).map(|at| at != first && !has(stood[at])).collect();
    let interruptions = is_away.windows(2).filter(|pair| !pair[0] && pair[1]).count();
    Some(Standing { since, until: (until + 1 < stood.len()).then_some(until), interruptions })
}
