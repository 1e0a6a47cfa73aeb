//! Which of the addresses that a feed names are watched.

use regex::Regex;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::Address;
use crate::pattern::{self, PatternError};

/// The most patterns of one filter.
pub const MAX_PATTERNS: usize = 50;

/// Patterns of addresses to take and to leave, as they are stored with a feed or a source.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AddressFilter {
    /// An address is taken only if one of these matches it; empty: all are.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub include: Vec<String>,
    /// An address that one of these matches is left.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub exclude: Vec<String>,
}

/// Why a filter cannot be used. The messages are shown to whoever typed it.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum FilterError {
    /// More than [`MAX_PATTERNS`].
    #[error("a filter has {0} patterns, more than the {MAX_PATTERNS} that are allowed")]
    TooMany(usize),
    /// One of its patterns cannot be used.
    #[error(transparent)]
    Pattern(#[from] PatternError),
}

impl AddressFilter {
    /// Reads patterns from two fields of a form, one a line; empty lines are left out.
    #[must_use]
    pub fn from_lines(include: &str, exclude: &str) -> Self {
        let lines = |text: &str| {
            text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
        };
        Self { include: lines(include), exclude: lines(exclude) }
    }

    /// Whether it takes every address.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.include.is_empty() && self.exclude.is_empty()
    }

    /// Makes it ready to be asked, or says which pattern is wrong.
    pub fn compile(&self) -> Result<CompiledFilter, FilterError> {
        let patterns = self.include.len() + self.exclude.len();
        if patterns > MAX_PATTERNS {
            return Err(FilterError::TooMany(patterns));
        }
        let compiled = |patterns: &[String]| {
            patterns.iter().map(|text| pattern::compile(text)).collect::<Result<Vec<_>, _>>()
        };
        Ok(CompiledFilter { include: compiled(&self.include)?, exclude: compiled(&self.exclude)? })
    }
}

/// A filter that is ready to be asked.
#[derive(Debug, Clone)]
pub struct CompiledFilter {
    include: Vec<Regex>,
    exclude: Vec<Regex>,
}

impl CompiledFilter {
    /// Whether it takes an address.
    #[must_use]
    pub fn takes(&self, address: &Address) -> bool {
        let matches =
            |patterns: &[Regex]| patterns.iter().any(|pattern| pattern.is_match(address.as_str()));
        (self.include.is_empty() || matches(&self.include)) && !matches(&self.exclude)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(filter: &AddressFilter) -> Vec<&'static str> {
        let filter = filter.compile().unwrap();
        ["https://a.example/news/1", "https://a.example/sport/2", "https://a.example/news/live/3"]
            .into_iter()
            .filter(|text| filter.takes(&Address::parse(text).unwrap()))
            .collect()
    }

    #[test]
    fn an_address_is_taken_if_it_is_included_and_not_excluded() {
        assert_eq!(taken(&AddressFilter::default()).len(), 3);
        assert_eq!(
            taken(&AddressFilter::from_lines(" /news/ \n\n/weather/", "/live/")),
            ["https://a.example/news/1"]
        );
        assert_eq!(
            taken(&AddressFilter::from_lines("", "/live/|/sport/")),
            ["https://a.example/news/1"]
        );
    }

    #[test]
    fn a_filter_that_cannot_be_used_says_why() {
        let many = AddressFilter { include: vec!["a".to_owned(); 51], exclude: Vec::new() };
        assert_eq!(
            many.compile().unwrap_err().to_string(),
            "a filter has 51 patterns, more than the 50 that are allowed"
        );
        let broken = AddressFilter::from_lines("", "[");
        assert!(broken.compile().unwrap_err().to_string().starts_with("'[' is not a pattern"));
    }

    #[test]
    fn a_stored_filter_holds_only_what_it_says() {
        let filter = AddressFilter::from_lines("/news/", "");
        assert_eq!(serde_json::to_string(&filter).unwrap(), r#"{"include":["/news/"]}"#);
        assert!(serde_json::from_str::<AddressFilter>(r#"{"includes":[]}"#).is_err());
    }
}
