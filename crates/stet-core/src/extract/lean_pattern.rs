//! Patterns of prose that stay small.
//!
//! `.{0,400}` is four hundred copies of an automaton that knows every character of UTF-8, in each
//! pattern and again in each thread that uses it: megabytes. In a text that is UTF-8 it is enough to
//! know where characters begin and end, which takes a third of that.

use regex::bytes::{Regex, RegexBuilder};

/// Any character but a line's end, where the text is UTF-8: a byte of ASCII, or what begins a longer
/// character with all that goes on with it. Source: RFC 3629 §3.
const ANY: &str = r"(?-u:[^\n\x80-\xff]|[\xc2-\xf4][\x80-\xbf]{1,3})";

/// A pattern that heeds no case, for the bytes of texts. It finds what [`regex::Regex`] does.
///
/// # Panics
///
/// If it is none: patterns are fixed.
pub(super) fn lean_pattern(source: &str) -> Regex {
    let mut lean = String::with_capacity(source.len());
    let (mut is_escaped, mut is_in_class) = (false, false);
    for c in source.chars() {
        match c {
            '.' if !is_escaped && !is_in_class => lean.push_str(ANY),
            _ => lean.push(c),
        }
        match c {
            '[' if !is_escaped => is_in_class = true,
            ']' if !is_escaped => is_in_class = false,
            _ => {}
        }
        is_escaped = c == '\\' && !is_escaped;
    }
    RegexBuilder::new(&lean).case_insensitive(true).build().expect("the pattern is fixed")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SOURCES: [&str; 5] = [
        r"^\W*(?:by [\p{Lu}@]?.{2,8}|.{0,6}\bvia\b.*)\W*$",
        r"é.{2}\.",
        r"[.é].{1,3}[^.]",
        r"\\.b",
        r"^.{3,5}$",
    ];

    proptest! {
        #[test]
        fn a_lean_pattern_finds_what_the_usual_one_does(
            text in "(by |via|é|日本|😀|a|B|\\.|\\\\|\n| |\u{301}|[\\PC]){0,12}",
        ) {
            for source in SOURCES {
                let usual = regex::RegexBuilder::new(source).case_insensitive(true).build().unwrap();
                let expected = usual.find(&text).map(|found| found.range());
                let found = lean_pattern(source).find(text.as_bytes()).map(|found| found.range());
                prop_assert_eq!(found, expected, "{} in {:?}", source, text);
            }
        }
    }
}
