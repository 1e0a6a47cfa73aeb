//! Identifiers and numbers, as types that cannot be mixed up or hold bad values.

use std::fmt;
use std::num::ParseIntError;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Why a number is no identifier.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum IdError {
    /// Not a decimal integer that fits.
    #[error("not a number: {0}")]
    NotANumber(#[from] ParseIntError),
    /// Identifiers start at 1, version numbers at 0.
    #[error("{0} is out of range")]
    OutOfRange(i64),
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "i64", into = "i64")]
        pub struct $name(i64);

        impl $name {
            /// The identifier as the database keeps it: 1 or more.
            #[must_use]
            pub const fn get(self) -> i64 {
                self.0
            }
        }

        impl TryFrom<i64> for $name {
            type Error = IdError;

            fn try_from(value: i64) -> Result<Self, IdError> {
                if value >= 1 { Ok(Self(value)) } else { Err(IdError::OutOfRange(value)) }
            }
        }

        impl From<$name> for i64 {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                text.parse::<i64>()?.try_into()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

id!(
    /// An article: an address followed over time.
    ArticleId
);
id!(
    /// A source: a publisher.
    SourceId
);
id!(
    /// A feed that Stet reads.
    FeedId
);
id!(
    /// A host that Stet visits, with its pace.
    HostId
);
id!(
    /// A webhook: an address to which changes are posted.
    WebhookId
);

/// The number of a version within its article, from 0 as News Sniffer counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "i32", into = "i32")]
pub struct VersionNumber(i32);

impl VersionNumber {
    /// The version that was seen first.
    pub const FIRST: Self = Self(0);

    /// The number as the database keeps it: 0 or more.
    #[must_use]
    pub const fn get(self) -> i32 {
        self.0
    }
}

impl TryFrom<i32> for VersionNumber {
    type Error = IdError;

    fn try_from(value: i32) -> Result<Self, IdError> {
        if value >= 0 { Ok(Self(value)) } else { Err(IdError::OutOfRange(value.into())) }
    }
}

impl From<VersionNumber> for i32 {
    fn from(number: VersionNumber) -> Self {
        number.0
    }
}

impl FromStr for VersionNumber {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        text.parse::<i32>()?.try_into()
    }
}

impl fmt::Display for VersionNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identifier_is_a_positive_number() {
        assert_eq!("7".parse::<ArticleId>().map(ArticleId::get), Ok(7));
        assert_eq!("0".parse::<ArticleId>(), Err(IdError::OutOfRange(0)));
        assert!("seven".parse::<ArticleId>().is_err());
    }

    #[test]
    fn versions_are_numbered_from_zero() {
        assert_eq!("0".parse(), Ok(VersionNumber::FIRST));
        assert_eq!("-1".parse::<VersionNumber>(), Err(IdError::OutOfRange(-1)));
    }
}
