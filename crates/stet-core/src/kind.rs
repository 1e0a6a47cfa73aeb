//! Kinds of change, by which readers filter.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The kinds of one change.
pub type Kinds = BTreeSet<Kind>;

/// One kind of change; a change usually has several.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// The headline changed.
    Headline,
    /// The byline changed.
    Byline,
    /// The time of publication that the page states changed.
    Date,
    /// Only white space, punctuation or the spelling of a word or two changed.
    Trivial,
    /// A paragraph was edited.
    Edited,
    /// A paragraph was added.
    Added,
    /// A paragraph was removed.
    Removed,
    /// A paragraph stands at another place.
    Moved,
    /// Words inside quotation marks changed.
    Quote,
    /// A figure changed.
    Number,
    /// A correction or clarification note appeared or vanished.
    Correction,
    /// An earlier text came back.
    Reversion,
    /// The same texts alternate three times or more: a test of variants.
    Variant,
    /// The article was taken away (404 or 410, confirmed).
    Gone,
    /// The article came back after it was gone.
    Back,
    /// The article stands at another address.
    MovedAddress,
    /// Only Stet's own extractor changed; never shown in feeds.
    Technical,
}

/// A word that names no kind of change.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("'{0}' is not a kind of change")]
pub struct UnknownKind(pub String);

impl Kind {
    /// All kinds, in the order in which pages list them.
    pub const ALL: [Self; 17] = [
        Self::Headline,
        Self::Byline,
        Self::Date,
        Self::Trivial,
        Self::Edited,
        Self::Added,
        Self::Removed,
        Self::Moved,
        Self::Quote,
        Self::Number,
        Self::Correction,
        Self::Reversion,
        Self::Variant,
        Self::Gone,
        Self::Back,
        Self::MovedAddress,
        Self::Technical,
    ];

    /// Whether it tells what became of the article as a whole, whatever its text: that it was taken
    /// away, or came back.
    #[must_use]
    pub const fn is_of_life(&self) -> bool {
        matches!(self, Self::Gone | Self::Back)
    }

    /// The word for this kind in addresses, JSON and the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Headline => "headline",
            Self::Byline => "byline",
            Self::Date => "date",
            Self::Trivial => "trivial",
            Self::Edited => "edited",
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Moved => "moved",
            Self::Quote => "quote",
            Self::Number => "number",
            Self::Correction => "correction",
            Self::Reversion => "reversion",
            Self::Variant => "variant",
            Self::Gone => "gone",
            Self::Back => "back",
            Self::MovedAddress => "moved-address",
            Self::Technical => "technical",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Kind {
    type Err = UnknownKind;

    fn from_str(text: &str) -> Result<Self, UnknownKind> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.as_str() == text)
            .ok_or_else(|| UnknownKind(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_read_back_from_its_word_and_its_json() {
        for kind in Kind::ALL {
            assert_eq!(kind.as_str().parse(), Ok(kind));
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
        }
        assert_eq!("spin".parse::<Kind>(), Err(UnknownKind("spin".to_owned())));
    }
}
