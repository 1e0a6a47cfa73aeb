//! What a figure says, so that `10` and `ten` are the same and `eight` and `twelve` are not.
//!
//! Number words come from a data file by language; where the language of a text is unknown, they
//! are read as English.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::folding::fold;
use super::words::{Class, Token};

/// Lines of `language value word word …`; `#` begins a comment.
const NUMBER_WORDS: &str = include_str!("../../data/number-words.txt");

static VALUES: LazyLock<HashMap<(&str, &str), &str>> = LazyLock::new(|| {
    let lines = NUMBER_WORDS.lines().filter(|line| !line.starts_with('#'));
    let mut values = HashMap::new();
    for line in lines {
        let mut fields = line.split_whitespace();
        if let (Some(language), Some(value)) = (fields.next(), fields.next()) {
            values.extend(fields.map(|word| ((language, word), value)));
        }
    }
    values
});

/// What a token says as a figure: digits as they stand, typography folded; a number word as its
/// value in digits; `None` for any other token. `language` is a BCP 47 tag.
pub(super) fn figure(token: &Token<'_>, language: Option<&str>) -> Option<String> {
    match token.class {
        Class::Figure => Some(fold(token.text).into_owned()),
        Class::Word => {
            let tag = language.unwrap_or("en");
            let primary = tag.split(['-', '_']).next().unwrap_or(tag);
            let word = token.text.to_lowercase();
            VALUES.get(&(primary, word.as_str())).map(|&value| value.to_owned())
        }
        Class::Mark | Class::Space => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::words::tokens;
    use super::*;

    fn value(text: &str, language: Option<&str>) -> Option<String> {
        figure(&tokens(text)[0], language)
    }

    #[test]
    fn a_number_word_has_the_value_of_its_digits() {
        assert_eq!(value("Ten", None), value("10", None));
        assert_eq!(value("elf", Some("de-AT")).as_deref(), Some("11"));
        assert_eq!(value("elf", Some("en")), None);
    }

    #[test]
    fn a_dash_is_a_dash_and_a_word_no_figure() {
        assert_eq!(value("7–10", None), value("7-10", None));
        assert_eq!(value("people", None), None);
    }
}
