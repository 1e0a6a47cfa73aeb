//! Forms of a word that are one to whoever searches.

use std::borrow::Cow;

use unicode_normalization::char::is_combining_mark;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfkc_quick};

/// The longest form that is kept of a word, in characters: longer ones are addresses and noise, and a
/// lexeme of Postgres holds 2,046 bytes at most.
const MAX_CHARS: usize = 64;

/// A word in lower case and compatibility form (NFKC), cut to [`MAX_CHARS`].
pub(super) fn form(word: &str) -> String {
    if word.is_ascii() {
        return word.chars().take(MAX_CHARS).map(|c| c.to_ascii_lowercase()).collect();
    }
    let compatible: Cow<'_, str> = match is_nfkc_quick(word.chars()) {
        IsNormalized::Yes => Cow::Borrowed(word),
        _ => Cow::Owned(word.nfkc().collect()),
    };
    let lower = compatible.to_lowercase();
    // Lower case may be no longer normal: `İ` becomes `i` and a dot above.
    lower.nfkc().map(|c| if c == 'ς' { 'σ' } else { c }).take(MAX_CHARS).collect()
}

/// A form without what many leave out when they type: accents, points, tashkeel.
///
/// Marks go only where a reader of the script takes both for one word: `й` is no `и`, and a vowel
/// sign of Devanagari is a vowel.
pub(super) fn bare(form: &str) -> Cow<'_, str> {
    if form.is_ascii() {
        return Cow::Borrowed(form);
    }
    let mut letter = '\0';
    let kept = form.nfd().filter(move |&c| {
        if !is_combining_mark(c) {
            letter = c;
            return c != '\u{640}';
        }
        !is_optional(letter, c)
    });
    let mut bare = String::with_capacity(form.len());
    for c in kept.nfc() {
        match c {
            'ß' => bare.push_str("ss"),
            'æ' => bare.push_str("ae"),
            'œ' => bare.push_str("oe"),
            'ø' => bare.push('o'),
            'đ' | 'ð' => bare.push('d'),
            'ł' => bare.push('l'),
            'ı' => bare.push('i'),
            'þ' => bare.push_str("th"),
            _ => bare.push(c),
        }
    }
    if bare == form { Cow::Borrowed(form) } else { Cow::Owned(bare) }
}

/// Whether a mark on this letter is often left out.
fn is_optional(base: char, mark: char) -> bool {
    match base {
        'a'..='z' | '\u{df}'..='\u{24f}' | '\u{370}'..='\u{3ff}' => {
            matches!(mark, '\u{300}'..='\u{36f}')
        }
        // Russian prints `ё` as `е`.
        'е' => mark == '\u{308}',
        '\u{590}'..='\u{5ff}' => matches!(mark, '\u{591}'..='\u{5c7}'),
        '\u{600}'..='\u{6ff}' => matches!(mark, '\u{64b}'..='\u{65f}' | '\u{670}'),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_width_and_ligatures_are_no_difference() {
        assert_eq!(form("ＡＢＣ"), "abc");
        assert_eq!(form("oﬃce"), "office");
        assert_eq!(form("ΟΔΟΣ"), form("οδος"));
        assert_eq!(form("ｶﾞ"), "ガ");
        assert_eq!(form(&"x".repeat(3_000)).len(), 64);
    }

    #[test]
    fn what_is_often_left_out_is_left_out_and_other_letters_stay() {
        let bares = ["élèves", "müller", "straße", "łódź", "ещё", "мой", "مُحَمَّد", "हिन्दी"];
        assert_eq!(
            bares.map(|word| bare(&form(word)).into_owned()),
            ["eleves", "muller", "strasse", "lodz", "еще", "мой", "محمد", "हिन्दी"]
        );
        assert_eq!(bare(&form("İstanbul")), "istanbul");
    }
}
