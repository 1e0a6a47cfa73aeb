//! Where a comparison stands in an article's history: when the text changed, and what came before
//! and after.

use chrono::{DateTime, Utc};
use stet_core::VersionNumber;
use stet_store::{Passage, Sighting};

use crate::wording;

/// Two versions, from one to the other.
pub(crate) type Versions = (VersionNumber, VersionNumber);

/// The changes before and after a passage, for those who walk through a history.
///
/// A text that comes back makes the same passage twice. What comes before is then what came before
/// the first of them, and what comes after what came after the last, so that nobody walks in
/// circles.
pub(crate) fn neighbours(passages: &[Passage], shown: Versions) -> [Option<Versions>; 2] {
    let (from, to) = shown;
    let walked: Vec<Versions> = passages
        .iter()
        .map(|passage| (passage, (passage.from, passage.to)))
        .filter(|&(passage, one)| one.0 != one.1 && (!passage.is_technical() || one == shown))
        .map(|(_, one)| one)
        .collect();
    let first = walked.iter().position(|&one| one == shown);
    let last = walked.iter().rposition(|&one| one == shown);
    match (first, last) {
        (Some(first), Some(last)) => {
            [first.checked_sub(1).map(|at| walked[at]), walked.get(last + 1).copied()]
        }
        // Two versions that never followed each other.
        _ if from < to => [
            walked.iter().find(|one| one.1 == from).copied(),
            walked.iter().rfind(|one| one.0 == to).copied(),
        ],
        _ => [None, None],
    }
}

/// When a text gave way to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Between {
    /// When the old text was seen last.
    pub(crate) last_seen: DateTime<Utc>,
    /// When the new text was seen first after that.
    pub(crate) first_seen: DateTime<Utc>,
    /// Whether other texts stood in between.
    pub(crate) has_others: bool,
}

impl Between {
    /// When this change happened.
    pub(crate) fn of_passage(passage: &Passage) -> Self {
        Self { last_seen: passage.earliest_at, first_seen: passage.latest_at, has_others: false }
    }

    /// The nearest sightings of two versions, of several the latest; nothing if the new one was
    /// never seen after the old one.
    pub(crate) fn of(sightings: &[Sighting], (from, to): Versions) -> Option<Self> {
        let mut nearest: Option<(usize, usize)> = None;
        let mut old = None;
        for (at, sighting) in sightings.iter().enumerate() {
            if sighting.version == from {
                old = Some(at);
            } else if let (true, Some(old)) = (sighting.version == to, old) {
                let is_nearer = nearest.is_none_or(|(a, b)| at - old <= b - a);
                nearest = if is_nearer { Some((old, at)) } else { nearest };
            }
        }
        let (old, new) = nearest?;
        Some(Self {
            last_seen: sightings[old].last_seen_at,
            first_seen: sightings[new].first_seen_at,
            has_others: new - old > 1,
        })
    }

    /// `1 hour`
    pub(crate) fn span(&self) -> String {
        wording::span(self.first_seen - self.last_seen)
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    fn number(number: i32) -> VersionNumber {
        VersionNumber::try_from(number).unwrap()
    }

    fn sightings(versions: &[i32]) -> Vec<Sighting> {
        let hour =
            |hours: usize| DateTime::UNIX_EPOCH + TimeDelta::hours(i64::try_from(hours).unwrap());
        let seen = |(at, &version): (usize, &i32)| Sighting {
            version: number(version),
            first_seen_at: hour(2 * at),
            last_seen_at: hour(2 * at + 1),
            checks: 2,
        };
        versions.iter().enumerate().map(seen).collect()
    }

    fn between(versions: &[i32], from: i32, to: i32) -> Option<(i64, i64, bool)> {
        let found = Between::of(&sightings(versions), (number(from), number(to)))?;
        let hours = |time: DateTime<Utc>| (time - DateTime::UNIX_EPOCH).num_hours();
        Some((hours(found.last_seen), hours(found.first_seen), found.has_others))
    }

    #[test]
    fn a_text_changed_between_its_last_sighting_and_the_first_of_the_other() {
        assert_eq!(between(&[0, 1, 2], 0, 1), Some((1, 2, false)));
        assert_eq!(between(&[0, 1, 2], 0, 2), Some((1, 4, true)));
        assert_eq!(between(&[0, 1, 2], 2, 0), None);
    }

    #[test]
    fn of_a_passage_that_happened_twice_the_latest_counts() {
        assert_eq!(between(&[0, 1, 0, 1], 0, 1), Some((5, 6, false)));
        assert_eq!(between(&[0, 1, 0, 2], 0, 2), Some((5, 6, false)));
    }
}
