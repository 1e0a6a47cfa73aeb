//! The language of this process, and the messages it has.

use std::collections::HashMap;
use std::sync::OnceLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::types::FluentNumber;
use fluent_bundle::{FluentResource, FluentValue};
use fluent_syntax::ast;
use rust_embed::RustEmbed;
use thiserror::Error;
use unic_langid::{CharacterDirection, LanguageIdentifier, langid};

use crate::numbers::group;

const ENGLISH: LanguageIdentifier = langid!("en");

/// A folder a language.
#[derive(RustEmbed)]
#[folder = "../../locales"]
struct Files;

/// The messages of a language, and the English ones for those that it lacks.
pub(crate) struct Spoken {
    name: String,
    direction: &'static str,
    /// Its own messages, then the English ones.
    pub(crate) bundles: Vec<FluentBundle<FluentResource>>,
    /// The messages that have no places, as they read.
    fixed: HashMap<String, String>,
}

static SPOKEN: OnceLock<Spoken> = OnceLock::new();

/// A language that nobody translated Stet into, or whose messages are broken.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum UnknownLanguage {
    /// There is no such folder.
    #[error("'{name}' is not a language that Stet speaks; these are: {}", languages().join(", "))]
    Missing {
        /// What was asked for.
        name: String,
    },
    /// A file in it could not be read.
    #[error("{file}: {what}")]
    Broken {
        /// `en/search.ftl`
        file: String,
        /// What is wrong in it.
        what: String,
    },
    /// Another one is spoken already.
    #[error("this process speaks {0} already")]
    Late(&'static str),
}

/// The languages there are: `["en"]`.
#[must_use]
pub fn languages() -> Vec<String> {
    let mut names: Vec<String> =
        Files::iter().filter_map(|file| Some(file.split_once('/')?.0.to_owned())).collect();
    names.dedup();
    names
}

/// Chooses the language in which this process speaks: at its start, before it says anything.
/// Without this it is English.
pub fn speak(name: &str) -> Result<(), UnknownLanguage> {
    let chosen = Spoken::new(name)?;
    SPOKEN.set(chosen).or_else(|_| match language() {
        spoken if spoken == name => Ok(()),
        spoken => Err(UnknownLanguage::Late(spoken)),
    })
}

/// The language that is spoken, as `lang` in HTML has it: `en`.
#[must_use]
pub fn language() -> &'static str {
    &spoken().name
}

/// Where its lines begin, as `dir` in HTML has it: `ltr` or `rtl`.
#[must_use]
pub fn direction() -> &'static str {
    spoken().direction
}

pub(crate) fn spoken() -> &'static Spoken {
    SPOKEN.get_or_init(|| {
        #[expect(clippy::expect_used, reason = "the tests read the same files from the program")]
        Spoken::new("en").expect("the English messages are whole")
    })
}

impl Spoken {
    fn new(name: &str) -> Result<Self, UnknownLanguage> {
        let missing = || UnknownLanguage::Missing { name: name.to_owned() };
        if !languages().iter().any(|language| language == name) {
            return Err(missing());
        }
        let chosen: LanguageIdentifier = name.parse().map_err(|_| missing())?;
        let mut texts = vec![(chosen.clone(), files(name))];
        if chosen != ENGLISH {
            texts.push((ENGLISH, files("en")));
        }
        Self::of(name, &chosen, texts)
    }

    /// A language with its texts; further ones stand in for what it lacks.
    fn of(
        name: &str,
        language: &LanguageIdentifier,
        texts: Vec<(LanguageIdentifier, Vec<NamedText>)>,
    ) -> Result<Self, UnknownLanguage> {
        let direction = match language.character_direction() {
            CharacterDirection::RTL => "rtl",
            _ => "ltr",
        };
        let mut spoken =
            Self { name: name.to_owned(), direction, bundles: Vec::new(), fixed: HashMap::new() };
        for (language, texts) in texts {
            let (bundle, ids) = bundle(language, texts)?;
            for id in ids {
                if let Some(text) = fixed(&bundle, &id) {
                    spoken.fixed.entry(id).or_insert(text);
                }
            }
            spoken.bundles.push(bundle);
        }
        Ok(spoken)
    }

    /// A message that has no places.
    pub(crate) fn fixed(&self, id: &str) -> Option<&str> {
        self.fixed.get(id).map(String::as_str)
    }

    /// What stands between groups of three digits.
    pub(crate) fn group_mark(&self) -> &str {
        self.fixed("number-group").unwrap_or_default()
    }
}

/// A message that reads the same at all times.
fn fixed(bundle: &FluentBundle<FluentResource>, id: &str) -> Option<String> {
    let message = bundle.get_message(id)?;
    let mut errors = Vec::new();
    let text = bundle.format_pattern(message.value()?, None, &mut errors);
    errors.is_empty().then(|| text.into_owned())
}

/// A file's name and what is in it.
type NamedText = (String, String);

/// The files of a language.
fn files(language: &str) -> Vec<NamedText> {
    let folder = format!("{language}/");
    let names = Files::iter().filter(|name| name.starts_with(&folder) && name.ends_with(".ftl"));
    let read = |name: &str| {
        let bytes = Files::get(name).map(|file| file.data).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    };
    names.map(|name| (name.to_string(), read(&name))).collect()
}

/// All messages of a language, and their names. They hold text of one direction or mark the other
/// with `<bdi>`, so Fluent's own isolating characters would only disturb.
fn bundle(
    language: LanguageIdentifier,
    texts: Vec<NamedText>,
) -> Result<(FluentBundle<FluentResource>, Vec<String>), UnknownLanguage> {
    let mut bundle = FluentBundle::new_concurrent(vec![language]);
    bundle.set_use_isolating(false);
    bundle.set_formatter(Some(|value, _| match value {
        FluentValue::Number(FluentNumber { value, .. }) => Some(printed(*value)),
        _ => None,
    }));
    let mut ids = Vec::new();
    for (file, text) in texts {
        let broken = |what: String| UnknownLanguage::Broken { file: file.clone(), what };
        let resource =
            FluentResource::try_new(text).map_err(|(_, errors)| broken(first(&errors)))?;
        ids.extend(resource.entries().filter_map(|entry| match entry {
            ast::Entry::Message(message) => Some(message.id.name.to_owned()),
            _ => None,
        }));
        bundle.add_resource(resource).map_err(|errors| broken(first(&errors)))?;
    }
    Ok((bundle, ids))
}

fn first(errors: &[impl ToString]) -> String {
    errors.first().map_or_else(String::new, ToString::to_string)
}

/// A count, in groups of three digits as the language has them.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "counts are whole, not below nothing and far below 2^52"
)]
fn printed(number: f64) -> String {
    group(number.max(0.0) as u64, spoken().group_mark())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_is_whole_in_itself() {
        for name in languages() {
            assert!(Spoken::new(&name).is_ok(), "{:?}", Spoken::new(&name).err());
        }
    }

    #[test]
    fn an_unknown_language_is_refused_and_the_known_ones_are_named() {
        let error = Spoken::new("tlh").map(|_| ()).unwrap_err();
        assert_eq!(error.to_string(), "'tlh' is not a language that Stet speaks; these are: en");
    }

    fn of(name: &str, text: &str) -> Result<Spoken, UnknownLanguage> {
        let language: LanguageIdentifier = name.parse().unwrap();
        let own = vec![(format!("{name}/a.ftl"), text.to_owned())];
        let english =
            vec![("en/a.ftl".to_owned(), "a = one\nb = two\nc = { $x } three".to_owned())];
        Spoken::of(name, &language.clone(), vec![(language, own), (ENGLISH, english)])
    }

    #[test]
    fn what_a_language_lacks_is_said_in_english() {
        let arabic = of("ar", "a = واحد").unwrap();
        assert_eq!(arabic.direction, "rtl");
        assert_eq!([arabic.fixed("a"), arabic.fixed("b")], [Some("واحد"), Some("two")]);
        // It has a place.
        assert_eq!(arabic.fixed("c"), None);
    }

    #[test]
    fn a_file_that_cannot_be_read_is_named() {
        let error = of("de", "a = { $x").map(|_| ()).unwrap_err();
        assert!(error.to_string().starts_with("de/a.ftl: "), "{error}");
        let error = of("de", "a = eins\na = zwei").map(|_| ()).unwrap_err();
        assert!(error.to_string().starts_with("de/a.ftl: "), "{error}");
    }

    #[test]
    fn english_begins_on_the_left() {
        assert_eq!((language(), direction()), ("en", "ltr"));
    }
}
