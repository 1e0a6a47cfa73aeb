//! What the query of an address asks for.

use std::str::FromStr;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, TimeDelta, Utc};
use stet_core::{Kind, Kinds};
use stet_store::Span;
use stet_words::say;
use url::form_urlencoded;

use crate::error::PageError;

/// The names and values of a query, as forms send them: a name may stand several times, and a field
/// that was left empty asks for nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Asked(Vec<(String, String)>);

impl<S: Send + Sync> FromRequestParts<S> for Asked {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(Self::read(parts.uri.query().unwrap_or_default()))
    }
}

impl Asked {
    /// What a form sent in a body.
    pub(crate) fn sent(body: &[u8]) -> Self {
        Self::read_bytes(body)
    }

    fn read(query: &str) -> Self {
        Self::read_bytes(query.as_bytes())
    }

    fn read_bytes(query: &[u8]) -> Self {
        let pairs = form_urlencoded::parse(query);
        let pairs = pairs.map(|(name, value)| (name.into_owned(), value.trim().to_owned()));
        Self(pairs.filter(|(_, value)| !value.is_empty()).collect())
    }

    /// All values of a name.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(given, _)| given == name).map(|(_, value)| value.as_str())
    }

    /// The value of a name: the first one.
    pub(crate) fn one(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(given, _)| given == name).map(|(_, value)| value.as_str())
    }

    /// A value that is read; one that cannot be is named in the answer.
    pub(crate) fn value<T: FromStr>(&self, name: &str) -> Result<Option<T>, PageError> {
        let read = |text: &str| text.parse().map_err(|_| unlike(name, text));
        self.one(name).map(read).transpose()
    }

    /// A value that is a whole number.
    pub(crate) fn number(&self, name: &str) -> Result<Option<u32>, PageError> {
        let read = |text: &str| text.parse().map_err(|_| no_number(name, text));
        self.one(name).map(read).transpose()
    }

    /// Kinds of change: `kinds=headline&kinds=quote` as a form sends them, `kinds=headline,quote` as
    /// people write them.
    pub(crate) fn kinds(&self) -> Result<Kinds, PageError> {
        let words = self.all("kinds").flat_map(|list| list.split(','));
        let words = words.map(str::trim).filter(|word| !word.is_empty());
        words.map(|word| word.parse().map_err(|_| unlike_kinds(word))).collect()
    }

    /// The same for a feed, which never shows what only Stet's own reading changed.
    pub(crate) fn feed_kinds(&self) -> Result<Kinds, PageError> {
        let kinds = self.kinds()?;
        if kinds.contains(&Kind::Technical) {
            return Err(unlike_kinds(Kind::Technical.as_str()));
        }
        Ok(kinds)
    }

    /// `since=2016-09-01&until=2016-09-30`: whole days, both included, by UTC.
    pub(crate) fn span(&self) -> Result<Span, PageError> {
        let day = |name| match self.value::<NaiveDate>(name)? {
            Some(day) if !is_storable(day) => Err(unlike(name, &day.to_string())),
            day => Ok(day),
        };
        Ok(span(day("since")?, day("until")?))
    }

    /// The same query without some of its names, and with these pairs instead.
    pub(crate) fn with<'a>(
        &'a self,
        without: &[&str],
        pairs: &[(&'a str, &'a str)],
    ) -> Vec<(&'a str, &'a str)> {
        let kept = self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        kept.filter(|(name, _)| !without.contains(name)).chain(pairs.iter().copied()).collect()
    }
}

fn no_number(name: &str, text: &str) -> PageError {
    PageError::NotUnderstood(
        say("asked-no-number").with("name", name).with("text", text).to_string(),
    )
}

fn unlike(name: &str, text: &str) -> PageError {
    PageError::NotUnderstood(
        say("asked-cannot-be").with("name", name).with("text", text).to_string(),
    )
}

fn unlike_kinds(word: &str) -> PageError {
    let known = Kind::ALL.into_iter().filter(|kind| *kind != Kind::Technical);
    let known: Vec<&str> = known.map(Kind::as_str).collect();
    PageError::NotUnderstood(
        say("asked-kinds-cannot-be").with("word", word).with("known", known.join(", ")).to_string(),
    )
}

/// Whole days, both included, by UTC.
pub(crate) fn span(since: Option<NaiveDate>, until: Option<NaiveDate>) -> Span {
    let until = until.map(midnight);
    Span {
        since: since.map(midnight),
        until: until.and_then(|until| until.checked_add_signed(TimeDelta::days(1))),
    }
}

/// Postgres' calendar ends where chrono's goes on.
pub(crate) fn is_storable(day: NaiveDate) -> bool {
    (1..=9_999).contains(&day.year())
}

fn midnight(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(NaiveTime::MIN).and_utc()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_field_asks_for_nothing_and_an_odd_one_is_refused() {
        let asked = Asked::read("source=&min_words=+&kinds=headline,quote&kinds=number&x=1&x=2");
        assert_eq!(asked.one("source"), None);
        assert_eq!(asked.number("min_words").unwrap(), None);
        assert_eq!(
            asked.kinds().unwrap(),
            Kinds::from([Kind::Headline, Kind::Quote, Kind::Number])
        );
        assert_eq!(asked.all("x").collect::<Vec<_>>(), ["1", "2"]);
        for odd in ["kinds=spin", "since=yesterday", "until=2016-13-01"] {
            let asked = Asked::read(odd);
            assert!(asked.kinds().and(asked.span().map(|_| Kinds::new())).is_err(), "{odd}");
        }
    }

    #[test]
    fn the_last_day_of_a_span_is_part_of_it() {
        let span = Asked::read("since=2016-09-01&until=2016-09-01").span().unwrap();
        assert_eq!(span.until.unwrap() - span.since.unwrap(), TimeDelta::days(1));
        assert!(Asked::read("until=9999-12-31").span().is_ok());
        for odd in ["until=+12345-01-01", "since=-0044-03-15"] {
            assert!(Asked::read(odd).span().is_err(), "{odd}");
        }
    }
}
