//! What the query of an address asks for, read into the very structure that describes it.

use std::borrow::Cow;
use std::fmt::Display;
use std::str::FromStr;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use chrono::NaiveDate;
use serde::de::{DeserializeOwned, Error};
use serde::{Deserialize, Deserializer};
use stet_core::{Kind, Kinds, SourceId};
use url::form_urlencoded;
use utoipa::openapi::RefOr;
use utoipa::openapi::path::ParameterIn;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::{IntoParams, PartialSchema, ToSchema};

use super::problem::Problem;
use crate::error::PageError;
use crate::{Site, asked};

/// What the query asks for. A parameter that is not described, that stands twice or has a value
/// that it cannot have is refused by name: a filter that is silently left out would answer another
/// question.
pub(super) struct Sought<T>(pub(super) T);

impl<T: DeserializeOwned + IntoParams, S: Sync> FromRequestParts<S> for Sought<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        read(parts.uri.query().unwrap_or_default()).map(Self)
    }
}

fn read<T: DeserializeOwned + IntoParams>(query: &str) -> Result<T, Problem> {
    let pairs = || form_urlencoded::parse(query.as_bytes());
    let known = T::into_params(|| Some(ParameterIn::Query));
    for (name, _) in pairs() {
        if !known.iter().any(|parameter| parameter.name == name) {
            let known: Vec<&str> = known.iter().map(|parameter| &*parameter.name).collect();
            let why = format!("there is no such parameter; there are: {}", known.join(", "));
            return Err(Problem::parameter(&name, &why));
        }
        if pairs().filter(|(other, _)| *other == name).count() > 1 {
            return Err(Problem::parameter(&name, "it stands twice"));
        }
    }
    let deserializer = serde_urlencoded::Deserializer::new(pairs());
    serde_path_to_error::deserialize(deserializer).map_err(|error| {
        let why = error.inner().to_string();
        match missing(&why) {
            Some(name) => Problem::parameter(name, "it has to be given"),
            None => Problem::parameter(&error.path().to_string(), &why),
        }
    })
}

/// The field that serde says is missing: its path is that of the whole.
pub(super) fn missing(why: &str) -> Option<&str> {
    why.strip_prefix("missing field `")?.split('`').next()
}

/// A text of one to `MAX` characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Text<const MAX: usize>(pub(super) String);

impl<'de, const MAX: usize> Deserialize<'de> for Text<MAX> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        if (1..=MAX).contains(&text.chars().count()) {
            Ok(Self(text))
        } else {
            Err(D::Error::custom(format!("it has between 1 and {MAX} characters")))
        }
    }
}

/// The name of a publisher in addresses.
pub(super) type Slug = Text<300>;

/// The publisher whose items are asked for, if one is named.
pub(super) async fn publisher(
    site: &Site,
    slug: Option<&Slug>,
) -> Result<Option<SourceId>, Problem> {
    let Some(Text(slug)) = slug else { return Ok(None) };
    match site.store.listed_source(slug).await.map_err(PageError::from)? {
        Some(source) => Ok(Some(source.id)),
        None => Err(Problem::unprocessable("source", "There is no publisher of this name.")),
    }
}

/// How many items one answer holds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limit(u32);

impl Limit {
    /// The number.
    pub(super) const fn get(self) -> u32 {
        self.0
    }
}

impl Default for Limit {
    fn default() -> Self {
        Self(50)
    }
}

/// The most items that one answer holds.
const MAX_LIMIT: u32 = 100;

impl<'de> Deserialize<'de> for Limit {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match parsed::<D, u32>(deserializer)? {
            limit @ 1..=MAX_LIMIT => Ok(Self(limit)),
            _ => Err(D::Error::custom(format!("it is between 1 and {MAX_LIMIT}"))),
        }
    }
}

/// A day, by UTC.
#[derive(Debug, Clone, Copy)]
pub(super) struct Day(pub(super) NaiveDate);

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let day: Option<NaiveDate> = String::deserialize(deserializer)?.parse().ok();
        day.filter(|day| asked::is_storable(*day)).map(Self).ok_or_else(|| {
            D::Error::custom("it is a day like 2016-09-01, between 0001-01-01 and 9999-12-31")
        })
    }
}

/// Kinds of change: `headline,quote`.
#[derive(Debug, Clone, Default)]
pub(super) struct KindList(pub(super) Kinds);

impl<'de> Deserialize<'de> for KindList {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let kinds = text.split(',').map(|word| listed().find(|kind| kind.as_str() == word));
        let kinds: Option<Kinds> = kinds.collect();
        kinds.map(Self).ok_or_else(|| {
            let known: Vec<&str> = listed().map(Kind::as_str).collect();
            D::Error::custom(format!("the kinds of change are {}", known.join(", ")))
        })
    }
}

/// The kinds of change that lists have.
fn listed() -> impl Iterator<Item = Kind> {
    Kind::ALL.into_iter().filter(|kind| *kind != Kind::Technical)
}

/// A kind of change, as it is described.
pub(super) struct KindData;

impl PartialSchema for KindData {
    fn schema() -> RefOr<Schema> {
        let kinds = listed().map(Kind::as_str);
        ObjectBuilder::new().schema_type(Type::String).enum_values(Some(kinds)).into()
    }
}

impl ToSchema for KindData {
    fn name() -> Cow<'static, str> {
        "Kind".into()
    }
}

/// Reads the least number of words of a change.
pub(super) fn min_words<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<u32>, D::Error> {
    match parsed::<D, u32>(deserializer)? {
        words @ ..=1_000_000 => Ok(Some(words)),
        _ => Err(D::Error::custom("it is 1,000,000 at most")),
    }
}

/// Reads a value as its type does from text.
fn parsed<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: FromStr<Err: Display>,
{
    String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
}

/// Reads a place in a list.
pub(super) fn place<'de, D, T, E>(
    deserializer: D,
    read: impl FnOnce(&str) -> Result<T, E>,
) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
{
    let text = String::deserialize(deserializer)?;
    let place = read(&text).map_err(|_| D::Error::custom("it is no place in this list"))?;
    Ok(Some(place))
}

#[cfg(test)]
mod tests {
    use axum::http::StatusCode;
    use axum::response::IntoResponse;

    use super::*;

    #[derive(Debug, Deserialize, IntoParams)]
    #[expect(dead_code, reason = "what is read is what is tested")]
    struct Example {
        #[param(value_type = String)]
        q: Text<3>,
        #[param(value_type = u32, required = false)]
        limit: Option<Limit>,
        #[param(value_type = String, required = false)]
        since: Option<Day>,
        #[param(value_type = String, required = false)]
        kinds: Option<KindList>,
    }

    #[test]
    fn what_cannot_be_is_refused_by_its_name() {
        assert!(read::<Example>("q=äöü&limit=100&since=2016-09-01&kinds=headline,quote").is_ok());
        for (odd, name) in [
            ("q=a&limit=0", "limit"),
            ("q=a&limit=101", "limit"),
            ("q=a&limit=", "limit"),
            ("q=a&limit=1&limit=1", "limit"),
            ("q=a&since=yesterday", "since"),
            ("q=a&since=-0044-03-15", "since"),
            ("q=a&kinds=spin", "kinds"),
            ("q=a&kinds=technical", "kinds"),
            ("q=a&kind=quote", "kind"),
            ("limit=1", "q"),
            ("q=", "q"),
            ("q=abcd", "q"),
        ] {
            let problem = read::<Example>(odd).unwrap_err();
            let named = Problem::parameter(name, "");
            assert!(
                format!("{problem:?}").contains(&format!("parameter: Some({name:?})")),
                "{odd}"
            );
            assert_eq!(named.into_response().status(), StatusCode::BAD_REQUEST);
        }
    }
}
