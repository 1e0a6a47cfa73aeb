//! Text that was encoded to UTF-8 twice, repaired where that is certain.
//!
//! A database dump read as windows-1252 and written as UTF-8 turns `don’t` into `donâ€™t` for
//! good; the page is valid UTF-8 and no decoder notices. One block of text is looked at by
//! itself, so that what surrounds the article cannot change how it is read.

use std::borrow::Cow;

use encoding_rs::WINDOWS_1252;

/// A block is repaired from so many characters on that each became several: one may be a name in
/// capitals before a quotation mark (`IRMû`), two of them in one block are hardly chance.
const LEAST_DOUBLED: usize = 2;

/// The text as it was meant. It is changed only if *all* its characters beyond ASCII fit
/// windows-1252, their bytes are valid UTF-8, and they make either a character of three bytes or
/// more or [`LEAST_DOUBLED`] of two.
pub(super) fn repaired(text: &str) -> Cow<'_, str> {
    // The first byte of a character in UTF-8, read as windows-1252: Â to ô.
    if text.is_ascii() || !text.contains(|c| ('\u{c2}'..='\u{f4}').contains(&c)) {
        return Cow::Borrowed(text);
    }
    let (bytes, _, has_unmappable) = WINDOWS_1252.encode(text);
    let Ok(meant) = std::str::from_utf8(&bytes) else { return Cow::Borrowed(text) };
    let doubled = meant.chars().filter(|c| !c.is_ascii()).count();
    let has_long = meant.chars().any(|c| c.len_utf8() > 2);
    if has_unmappable || !(has_long || doubled >= LEAST_DOUBLED) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(meant.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A text as it looks after one reading too many.
    fn doubled(text: &str) -> String {
        WINDOWS_1252.decode_without_bom_handling(text.as_bytes()).0.into_owned()
    }

    #[test]
    fn text_encoded_twice_is_read_as_it_was_meant() {
        for text in [
            "We don’t know.",
            "Der Präsident fährt.",
            "Президент",
            "東京の記事",
            "It cost £5 at the café.",
        ] {
            assert_ne!(doubled(text), text);
            assert_eq!(repaired(&doubled(text)), text);
        }
    }

    #[test]
    fn text_that_only_might_be_encoded_twice_stays() {
        for text in [
            "«Não é meu IRMû, disse.",
            "Ã© is what an é becomes – read twice.",
            "Déjà vu à São Tomé",
            "ÀÉÎÕÜ",
            "Привет",
            "plain",
        ] {
            assert_eq!(repaired(text), text);
        }
    }
}
