//! Since when a text stands in an article, and until when it stood: as `git blame` shows code.
//!
//! Two questions are answered, each in its own way:
//!
//! - *When did these exact words stand?* [`standing()`] looks at the sightings alone: the first that
//!   had them, the last, and how often they were away in between. So a text that was taken back
//!   and came again stands since it was first seen, with an interruption.
//! - *Since when is there such a paragraph, and where was it edited?* [`lineages`] follows it from
//!   each version to the one that stood before it was first seen, as the comparison of the two
//!   pairs their paragraphs. Those versions have ever smaller numbers, so texts that alternate
//!   make no circle. [`fates`] asks the one comparison in which it vanished.
//!
//! Texts are told apart by numbers that equal paragraphs share, so almost nothing is compared: a
//! pair of versions only where a paragraph that is followed is not in both, and at most
//! [`MAX_COMPARISONS`] pairs.

mod lineage;
mod standing;

pub use lineage::{Fate, Lineage, MAX_COMPARISONS, Pairing, Pairings, fates, lineages};
pub use standing::{Standing, standing};

use std::collections::BTreeMap;

use crate::VersionNumber;

/// What is known of an article's texts over time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct History {
    /// The version of each sighting, in the order of time.
    pub stood: Vec<VersionNumber>,
    /// The paragraphs of each version, in order, by numbers that equal ones share.
    pub paragraphs: BTreeMap<VersionNumber, Vec<i32>>,
}

impl History {
    /// The paragraphs of a version; none of an unknown one.
    #[must_use]
    pub fn of(&self, version: VersionNumber) -> &[i32] {
        self.paragraphs.get(&version).map_or(&[], Vec::as_slice)
    }

    /// The version that stood before one was first seen.
    fn before(&self, version: VersionNumber) -> Option<VersionNumber> {
        let first = self.stood.iter().position(|&other| other == version)?;
        first.checked_sub(1).map(|before| self.stood[before])
    }
}

#[cfg(test)]
mod tests;
