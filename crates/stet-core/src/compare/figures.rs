//! What a figure says, so that `10` and `ten` are the same and `eight` and `twelve` are not.
//!
//! Number words come from a data file by language; where the language of a text is unknown, they
//! are read as English.

use std::collections::HashMap;
use std::sync::LazyLock;

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

/// Digits that write numerals where they stand alone or before a counter (`三人`).
const HAN_NUMERALS: &str = "〇一二三四五六七八九十百千万萬億亿兆两兩";

/// What a token says as a figure; `None` for any other token. Digits count as they stand, in any
/// script, without what only groups them (`40,000`, `40 000`); a number word as its value in
/// digits; a word with digits in it (`MH370`, `Rs5,000`) as it stands. `language` is a BCP 47 tag.
pub(super) fn figure(token: &Token<'_>, language: Option<&str>) -> Option<String> {
    match token.class {
        Class::Figure => Some(ungrouped(&digits(token))),
        Class::Word if token.text.contains(char::is_numeric) && !is_han_numeral(token.text) => {
            Some(ungrouped(&digits(token)))
        }
        Class::Word => number_word(token.text, language),
        Class::Mark | Class::Space => None,
    }
}

/// Whether the token has digits, rather than a number in words.
pub(super) fn is_in_digits(token: &Token<'_>) -> bool {
    token.is_word() && token.text.contains(|c: char| c.is_numeric() && !HAN_NUMERALS.contains(c))
}

fn number_word(word: &str, language: Option<&str>) -> Option<String> {
    let tag = language.unwrap_or("en");
    let primary = tag.split(['-', '_']).next().unwrap_or(tag);
    let lower = word.to_lowercase();
    if let Some(&value) = VALUES.get(&(primary, lower.as_str())) {
        return Some(value.to_owned());
    }
    let numeral: String = word.chars().take_while(|c| HAN_NUMERALS.contains(*c)).collect();
    (!numeral.is_empty() && numeral != "一").then_some(numeral)
}

fn is_han_numeral(text: &str) -> bool {
    text.starts_with(|c| HAN_NUMERALS.contains(c))
}

/// The token's text, folded, its digits as ASCII.
fn digits(token: &Token<'_>) -> String {
    /// Zeros of scripts whose ten digits follow each other: Arabic, Persian, Devanagari, Bengali,
    /// Thai, Lao, Burmese, Khmer, full width.
    const ZEROS: [char; 9] = ['٠', '۰', '०', '০', '๐', '໐', '၀', '០', '０'];
    let ascii = |c: char| {
        let value =
            |zero: char| u32::from(c).checked_sub(u32::from(zero)).filter(|value| *value < 10);
        let value = ZEROS.into_iter().find_map(value);
        value.and_then(|value| char::from_digit(value, 10)).unwrap_or(c)
    };
    token.key().chars().map(ascii).collect()
}

/// A figure without the marks that part its digits into groups of three.
fn ungrouped(figure: &str) -> String {
    let is_mark = |c: char| matches!(c, ',' | '.' | '\'');
    let is_group =
        |group: &str| group.len() == 3 && group.bytes().all(|byte| byte.is_ascii_digit());
    let digits = figure.trim_matches(|c: char| !c.is_ascii_digit());
    let groups: Vec<&str> = digits.split(is_mark).collect();
    let is_grouped = groups.len() > 1
        && (1..=3).contains(&groups[0].len())
        && groups[0].bytes().all(|byte| byte.is_ascii_digit())
        && groups[1..].iter().all(|group| is_group(group));
    if is_grouped { figure.replace(is_mark, "") } else { figure.to_owned() }
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
    fn a_dash_is_a_dash_and_a_word_is_no_figure() {
        assert_eq!(value("7–10", None), value("7-10", None));
        assert_eq!(value("people", None), None);
    }

    #[test]
    fn spaces_groups_and_scripts_of_digits_make_no_other_figure() {
        assert_eq!(value("40,000", None), value("40000", None));
        assert_eq!(value("10\u{202f}000", None), value("10\u{a0}000", None));
        assert_eq!(value("3,5\u{a0}%", None), value("3,5%", None));
        assert_eq!(value("١٢", None), value("12", None));
        assert_ne!(value("1.5", None), value("15", None));
    }

    #[test]
    fn a_word_with_digits_and_a_numeral_before_a_counter_are_figures() {
        assert_ne!(value("MH370", None), value("MH371", None));
        assert_eq!(value("三人", Some("ja")).as_deref(), Some("三"));
        assert_ne!(value("million", None), value("billion", None));
    }
}
