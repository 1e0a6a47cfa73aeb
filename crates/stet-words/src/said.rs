//! A message on its way to a reader.

use std::borrow::Cow;
use std::fmt;

use fluent_bundle::{FluentArgs, FluentValue};

use crate::argument::Argument;
use crate::language::spoken;

/// A message by its name, with what is put into its places. It prints itself as plain text.
#[derive(Debug)]
#[must_use]
pub struct Said<'a> {
    id: Cow<'a, str>,
    arguments: Option<FluentArgs<'a>>,
}

/// The message of this name, which has no places.
///
/// One that is missing is its name; programs built for tests stop there.
#[must_use]
pub fn text(id: &'static str) -> &'static str {
    found(id).unwrap_or(id)
}

/// The message of a member of a family: `kind-headline` of `kind` and `headline`.
#[must_use]
pub fn text_of(family: &str, member: &'static str) -> &'static str {
    found(&format!("{family}-{member}")).unwrap_or(member)
}

fn found(id: &str) -> Option<&'static str> {
    let found = spoken().fixed(id);
    debug_assert!(found.is_some(), "there is no message '{id}' without places");
    found
}

/// Takes the message of this name, to fill its places.
///
/// One that is missing, or lacks something for its places, is printed as its name; programs built
/// for tests stop there.
pub fn say<'a>(id: impl Into<Cow<'a, str>>) -> Said<'a> {
    Said { id: id.into(), arguments: None }
}

impl<'a> Said<'a> {
    /// Puts something into the place `{ $name }`.
    pub fn with(self, name: &'static str, value: impl Argument<'a>) -> Self {
        self.with_value(name, value.into_value())
    }

    /// The same, and of a text what `escape` makes of it.
    pub fn with_escaped(
        self,
        name: &'static str,
        value: impl Argument<'a>,
        escape: impl FnOnce(&str) -> String,
    ) -> Self {
        self.with_value(
            name,
            match value.into_value() {
                FluentValue::String(text) => FluentValue::String(Cow::Owned(escape(&text))),
                number => number,
            },
        )
    }

    fn with_value(mut self, name: &'static str, value: FluentValue<'a>) -> Self {
        self.arguments.get_or_insert_default().set(name, value);
        self
    }
}

impl fmt::Display for Said<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.arguments.is_none()
            && let Some(text) = spoken().fixed(&self.id)
        {
            return formatter.write_str(text);
        }
        let mut errors = Vec::new();
        for bundle in &spoken().bundles {
            let Some(message) = bundle.get_message(&self.id) else { continue };
            let Some(pattern) = message.value() else { continue };
            bundle.write_pattern(formatter, pattern, self.arguments.as_ref(), &mut errors)?;
            debug_assert!(errors.is_empty(), "message '{}': {errors:?}", self.id);
            return Ok(());
        }
        debug_assert!(false, "there is no message '{}'", self.id);
        formatter.write_str(&self.id)
    }
}

impl From<Said<'_>> for String {
    fn from(said: Said<'_>) -> Self {
        said.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_filled_and_its_numbers_choose_the_plural() {
        assert_eq!(say("count-words").with("count", 1).to_string(), "1 word");
        assert_eq!(say("count-words").with("count", 0_u32).to_string(), "0 words");
        assert_eq!(say("count-words").with("count", 1_204_u64).to_string(), "1,204 words");
    }

    #[test]
    #[should_panic(expected = "there is no message 'no-such-thing'")]
    fn a_message_that_is_missing_is_found_by_tests() {
        let _ = say("no-such-thing").to_string();
    }

    #[test]
    #[should_panic(expected = "message 'count-words'")]
    fn a_place_that_stays_empty_is_found_by_tests() {
        let _ = say("count-words").to_string();
    }
}
