//! Where a comparison stands in an article's history: when the text changed, and what came before
//! and after.

use std::ops::RangeInclusive;

use chrono::{DateTime, Utc};
use stet_core::VersionNumber;
use stet_store::{Passage, Sighting};

use crate::wording;

/// Two versions, from one to the other.
pub(crate) type Versions = (VersionNumber, VersionNumber);

/// A comparison's place among an article's changes.
pub(crate) struct Place<'p> {
    /// All changes, in order.
    passages: &'p [Passage],
    versions: Versions,
    /// The change that is shown; `None` if the two versions never followed each other.
    at: Option<usize>,
}

impl<'p> Place<'p> {
    /// The change of this number between two versions; without a number, the first one. A text that
    /// comes back makes the same passage again.
    pub(crate) fn find(passages: &'p [Passage], versions: Versions, number: Option<u32>) -> Self {
        let is_between = |passage: &Passage| (passage.from, passage.to) == versions;
        let is_asked = |passage: &Passage| is_between(passage) && Some(passage.number) == number;
        let first = || passages.iter().position(is_between);
        Self { passages, versions, at: passages.iter().position(is_asked).or_else(first) }
    }

    /// The change that is shown.
    pub(crate) fn passage(&self) -> Option<&'p Passage> {
        self.at.map(|at| &self.passages[at])
    }

    /// Every time that it happened.
    pub(crate) fn times(&self) -> impl Iterator<Item = &'p Passage> {
        self.passages.iter().filter(|passage| (passage.from, passage.to) == self.versions)
    }

    /// The changes before and after it, for those who walk through a history.
    pub(crate) fn neighbours(&self) -> [Option<&'p Passage>; 2] {
        let (from, to) = self.versions;
        let mut steps = self.passages.iter().filter(|passage| is_step(passage));
        match self.at {
            Some(at) => [
                self.passages[..at].iter().rfind(|passage| is_step(passage)),
                self.passages[at + 1..].iter().find(|passage| is_step(passage)),
            ],
            None if from < to => {
                [steps.clone().find(|step| step.to == from), steps.rfind(|step| step.from == to)]
            }
            None => [None, None],
        }
    }

    /// The changes that it spans, by their numbers.
    pub(crate) fn numbers(&self) -> Option<RangeInclusive<u32>> {
        if let Some(passage) = self.passage() {
            return Some(passage.number..=passage.number);
        }
        let (from, to) = self.versions;
        let led_to = |version: VersionNumber| {
            self.passages.iter().find(|passage| is_step(passage) && passage.to == version)
        };
        let first = led_to(from.min(to)).map_or(0, |passage| passage.number + 1);
        Some(first..=led_to(from.max(to))?.number)
    }

    /// Since when the old text had stood when this change came; `None` if it had stood from the
    /// beginning, or if there was no such change.
    pub(crate) fn stood_since(&self) -> Option<DateTime<Utc>> {
        let before = &self.passages[..self.at?];
        let led_to =
            |passage: &&Passage| passage.to == self.versions.0 && passage.from != passage.to;
        before.iter().rfind(led_to).map(|passage| passage.latest_at)
    }
}

/// Whether the newspaper went from one text to another.
fn is_step(passage: &Passage) -> bool {
    passage.from != passage.to && !passage.is_technical()
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
    use stet_core::compare::Stats;
    use stet_core::{Kind, Kinds};

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

    /// The passages between texts that stood one after another, an hour each.
    fn passages(versions: &[i32]) -> Vec<Passage> {
        let steps = versions.windows(2).enumerate();
        steps.map(|(at, step)| passage(at, (step[0], step[1]), Kinds::new())).collect()
    }

    fn passage(at: usize, (from, to): (i32, i32), kinds: Kinds) -> Passage {
        let hours = i64::try_from(at).unwrap();
        Passage {
            number: u32::try_from(at).unwrap(),
            from: number(from),
            to: number(to),
            to_sighting: u32::try_from(at + 1).unwrap(),
            earliest_at: DateTime::UNIX_EPOCH + TimeDelta::hours(hours),
            latest_at: DateTime::UNIX_EPOCH + TimeDelta::hours(hours + 1),
            stats: Stats::default(),
            kinds,
        }
    }

    /// The numbers of the changes before and after, and of what is shown.
    type Found = ([Option<u32>; 2], Option<RangeInclusive<u32>>);

    fn found(passages: &[Passage], from: i32, to: i32, asked: Option<u32>) -> Found {
        let place = Place::find(passages, (number(from), number(to)), asked);
        (place.neighbours().map(|other| other.map(|passage| passage.number)), place.numbers())
    }

    #[test]
    fn a_history_that_goes_to_and_fro_is_walked_change_by_change() {
        let passages = passages(&[0, 1, 0, 1, 2]);
        assert_eq!(found(&passages, 0, 1, None), ([None, Some(1)], Some(0..=0)), "the first");
        assert_eq!(found(&passages, 1, 0, None), ([Some(0), Some(2)], Some(1..=1)));
        assert_eq!(found(&passages, 0, 1, Some(2)), ([Some(1), Some(3)], Some(2..=2)));
        assert_eq!(found(&passages, 1, 2, None), ([Some(2), None], Some(3..=3)));
        assert_eq!(found(&passages, 0, 1, Some(3)), ([None, Some(1)], Some(0..=0)), "no such one");
        let place = Place::find(&passages, (number(0), number(1)), Some(2));
        assert_eq!(place.times().count(), 2);
        assert_eq!(place.stood_since(), Some(passages[1].latest_at));
        assert_eq!(Place::find(&passages, (number(0), number(1)), None).stood_since(), None);
    }

    #[test]
    fn a_comparison_of_several_changes_spans_them() {
        let passages = passages(&[0, 1, 2, 3, 4]);
        assert_eq!(found(&passages, 1, 3, None), ([Some(0), Some(3)], Some(1..=2)));
        assert_eq!(found(&passages, 4, 0, None), ([None, None], Some(0..=3)));
    }

    #[test]
    fn what_stet_read_otherwise_is_no_step_of_the_newspaper() {
        let mut passages = passages(&[0, 1]);
        passages.push(passage(1, (1, 2), Kinds::from([Kind::Technical])));
        passages.push(passage(2, (2, 2), Kinds::from([Kind::Gone])));
        passages.push(passage(3, (2, 3), Kinds::new()));
        assert_eq!(found(&passages, 0, 1, None).0, [None, Some(3)]);
        assert_eq!(found(&passages, 1, 2, None), ([Some(0), Some(3)], Some(1..=1)), "asked for");
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
