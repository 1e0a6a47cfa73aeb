//! How a string of the page becomes a string of the text: the form that
//! [`ArticleText`](crate::ArticleText) promises.

use unicode_normalization::{UnicodeNormalization, is_nfc};

/// Folds white space to single spaces and trims, drops characters that nobody sees (controls,
/// NUL, soft hyphens, zero-width spaces, direction marks), and composes the rest (NFC).
///
/// The zero-width joiner and non-joiner stay inside words, where Persian, the Indic scripts and
/// emoji need them.
pub(super) fn fold(text: &str) -> String {
    let text = text.trim();
    if is_folded(text) {
        return text.to_owned();
    }
    let mut folded = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if c.is_whitespace() {
            if !folded.is_empty() && !folded.ends_with(' ') {
                folded.push(' ');
            }
        } else if is_joiner(c) {
            let joins = |c: &char| !c.is_whitespace() && !is_unseen(*c) && !is_joiner(*c);
            if !folded.is_empty() && !folded.ends_with(' ') && chars.peek().is_some_and(joins) {
                folded.push(c);
            }
        } else if !is_unseen(c) {
            folded.push(c);
        }
    }
    folded.truncate(folded.trim_end().len());
    if is_nfc(&folded) { folded } else { folded.nfc().collect() }
}

/// Whether a trimmed text is plainly as [`fold`] would leave it: most are.
fn is_folded(text: &str) -> bool {
    let is_plain = |c: char| match c {
        ' '..='~' => true,
        _ => !c.is_ascii() && !c.is_whitespace() && !is_joiner(c) && !is_unseen(c),
    };
    text.chars().all(is_plain)
        && !text.as_bytes().windows(2).any(|two| two == b"  ")
        && (text.is_ascii() || is_nfc(text))
}

fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}')
}

fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}'
            | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
}

/// The letters and digits of a text in lower case, without anything between them: by it texts
/// are compared where quotation marks, dashes, spaces and capitals must not matter.
pub(super) fn squash(text: &str) -> String {
    if text.is_ascii() {
        let letters = text.bytes().filter(u8::is_ascii_alphanumeric);
        return letters.map(|c| char::from(c.to_ascii_lowercase())).collect();
    }
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Whether a text has another in it, whose letters are all of ASCII and small, be they capitals or
/// not.
pub(super) fn contains_ignoring_case(text: &str, small: &str) -> bool {
    let (text, small) = (text.as_bytes(), small.as_bytes());
    text.windows(small.len()).any(|part| part.eq_ignore_ascii_case(small))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn whatever_comes_in_what_comes_out_is_folded(text in "(?s)[a\u{301}\u{200d}\u{ad}\\s\0\u{202e}é👩.]*|.*") {
            let folded = fold(&text);
            prop_assert!(!folded.contains("  ") && folded.trim() == folded);
            prop_assert!(!folded.chars().any(is_unseen));
            prop_assert_eq!(fold(&folded), folded);
        }

        #[test]
        fn text_of_ascii_is_read_like_any_other(text in "[ -~\\s\0]*") {
            prop_assert_eq!(fold(&format!("{text}|é")), fold(&format!("{text}|")) + "é");
            prop_assert_eq!(squash(&format!("{text}É")), squash(&text) + "é");
        }
    }

    #[test]
    fn white_space_is_folded_and_trimmed() {
        assert_eq!(fold("\n  One\u{a0}\u{2009}two \t three\r\n"), "One two three");
    }

    #[test]
    fn noise_that_nobody_sees_is_dropped() {
        assert_eq!(fold("\u{feff}Gov\u{ad}ern\u{200b}ment\0 \u{202e}says\u{8}"), "Government says");
    }

    #[test]
    fn noise_between_spaces_leaves_one_space() {
        assert_eq!(fold("a \u{200b} \u{200d} b\u{200d}"), "a b");
    }

    #[test]
    fn joiners_inside_words_stay() {
        assert_eq!(fold("می\u{200c}خواهم 👩\u{200d}🚒"), "می\u{200c}خواهم 👩\u{200d}🚒");
    }

    #[test]
    fn accents_are_composed() {
        assert_eq!(fold("cafe\u{301}"), "café");
    }

    #[test]
    fn squashing_leaves_letters_and_digits() {
        assert_eq!(squash("‘It’s 3.5 %’ – No"), "its35no");
    }
}
