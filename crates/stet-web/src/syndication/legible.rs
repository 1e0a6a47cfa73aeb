//! Text as every format can carry it.

/// Drops the characters that XML forbids even as references (XML 1.0 §2.2): newspapers' texts may
/// hold them, and templates let them through. JSON could carry them, but then the same item would
/// read otherwise in another format.
pub(crate) fn without_forbidden(text: &str) -> String {
    let is_allowed = |c: &char| match c {
        '\t' | '\n' | '\r' => true,
        '\u{FFFE}' | '\u{FFFF}' => false,
        c => *c >= ' ',
    };
    text.chars().filter(is_allowed).collect()
}

/// A language as a page states it, if it has the form of a language's tag (RFC 5646).
pub(crate) fn language_tag(stated: &str) -> Option<&str> {
    /// Source: RFC 5646 §4.4.1.
    const MAX_BYTES: usize = 35;
    let is_part = |part: &str| {
        (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    let first = stated.split('-').next().unwrap_or_default();
    let is_tag = stated.len() <= MAX_BYTES
        && first.len() >= 2
        && first.bytes().all(|byte| byte.is_ascii_alphabetic())
        && stated.split('-').all(is_part);
    is_tag.then_some(stated)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_that_xml_forbids_are_dropped_and_no_others() {
        assert_eq!(
            without_forbidden("a\u{0}\u{b}\u{1b}\u{FFFE}b\t\n\u{85}é\u{10FFFF}"),
            "ab\t\n\u{85}é\u{10FFFF}"
        );
    }

    #[test]
    fn a_language_is_a_tag_or_nothing() {
        for tag in ["en", "de-CH", "zh-Hant-TW"] {
            assert_eq!(language_tag(tag), Some(tag));
        }
        for odd in ["", "e", "en_GB", "en-", "english language", "en\"><script>", "1x-ab"] {
            assert_eq!(language_tag(odd), None, "{odd}");
        }
    }
}
