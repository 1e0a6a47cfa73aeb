//! Typography set aside: which texts count as the same when only quotes, dashes or white space
//! differ. Folded text is for comparison alone and is never printed.

use std::borrow::Cow;

use unicode_normalization::{UnicodeNormalization, is_nfc};

/// The character that stands for `c` in comparisons; `None` for one that cannot be seen.
const fn folded(c: char) -> Option<char> {
    Some(match c {
        '‘' | '’' | '‚' | '‛' | '′' | '‹' | '›' | '`' | '´' | 'ʼ' | '׳' | '＇' => {
            '\''
        }
        '“' | '”' | '„' | '‟' | '″' | '«' | '»' | '「' | '」' | '『' | '』' | '״' | '＂' => {
            '"'
        }
        '‐' | '‑' | '‒' | '–' | '—' | '―' | '−' => '-',
        // Soft hyphen, zero-width space and joiner of words, byte order mark.
        '\u{ad}' | '\u{200b}' | '\u{2060}' | '\u{feff}' => return None,
        other => other,
    })
}

/// Folds quotes and dashes to one form each, drops what cannot be seen, spells `…` as dots, and
/// composes letters with their accents (NFC).
pub(super) fn fold(text: &str) -> Cow<'_, str> {
    if text.is_ascii() && !text.contains('`') {
        return Cow::Borrowed(text);
    }
    let dots = |c| if c == '…' { (['.'; 3], 3) } else { ([c; 3], 1) };
    let folded = text.chars().filter_map(folded).map(dots);
    let folded: String = folded.flat_map(|(chars, len)| chars.into_iter().take(len)).collect();
    Cow::Owned(if is_nfc(&folded) { folded } else { folded.nfc().collect() })
}

/// Folds a whole paragraph: as [`fold`], with every run of white space as one space.
pub(super) fn fold_paragraph(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for word in fold(text).split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_dashes_and_spaces_fold_to_one_form() {
        let curly = fold_paragraph("“We don’t\u{a0}know” – or\u{ad}der…");
        assert_eq!(curly, fold_paragraph("\"We don't know\" -  order..."));
    }

    #[test]
    fn letters_fold_to_their_composed_form() {
        assert_eq!(fold("cafe\u{301}"), "café");
    }

    #[test]
    fn letters_keep_their_case_and_accents() {
        assert_eq!(fold("Éa"), "Éa");
    }
}
