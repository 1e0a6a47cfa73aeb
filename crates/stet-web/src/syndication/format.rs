//! The formats in which feeds are published.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use crate::error::PageError;

/// A format of feeds; in addresses, the ending of their path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FeedFormat {
    /// RSS 2.0.
    Rss,
    /// Atom 1.0 (RFC 4287).
    Atom,
    /// JSON Feed 1.1.
    Json,
}

impl FeedFormat {
    /// All of them, in the order in which pages name them.
    pub(crate) const ALL: [Self; 3] = [Self::Rss, Self::Atom, Self::Json];

    /// `rss`
    pub(crate) const fn ending(self) -> &'static str {
        match self {
            Self::Rss => "rss",
            Self::Atom => "atom",
            Self::Json => "json",
        }
    }

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Rss => "RSS",
            Self::Atom => "Atom",
            Self::Json => "JSON Feed",
        }
    }

    pub(crate) const fn media_type(self) -> &'static str {
        match self {
            Self::Rss => "application/rss+xml",
            Self::Atom => "application/atom+xml",
            Self::Json => "application/feed+json",
        }
    }

    /// What a name in an address names, and in which format: `7.atom`.
    pub(crate) fn split(name: &str) -> Option<(&str, Self)> {
        let (before, ending) = name.rsplit_once('.')?;
        let format = Self::ALL.into_iter().find(|format| format.ending() == ending)?;
        Some((before, format))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for FeedFormat {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, PageError> {
        Self::split(parts.uri.path()).map(|(_, format)| format).ok_or(PageError::NotFound)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_last_ending_names_a_format() {
        assert_eq!(FeedFormat::split("7.atom"), Some(("7", FeedFormat::Atom)));
        assert_eq!(FeedFormat::split("a.b.json"), Some(("a.b", FeedFormat::Json)));
        for page in ["7", "rss", "7.xml", "7.rss/", "7.RSS"] {
            assert_eq!(FeedFormat::split(page), None, "{page}");
        }
    }
}
