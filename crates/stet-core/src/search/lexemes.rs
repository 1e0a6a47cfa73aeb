//! What a text is found by, as Postgres keeps it.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::Language;
use super::folding::bare;
use super::words::words;

/// How much of one paragraph is searched, in characters: a `tsvector` holds 1 MiB at most.
const MAX_CHARS: usize = 60_000;

/// The last position that a `tsvector` tells from later ones.
/// Source: `PostgreSQL` documentation, §12.11 "Limitations".
const MAX_POSITION: usize = 16_383;

/// A text as a `tsvector`, in the notation of its input: each word by its stem in `language`, or, where
/// it has none, by its form and its form without diacritics; each pair of characters of a script
/// without spaces. One lexeme a word keeps the index small. `source` is what the source's
/// [lexeme](source_lexeme) is made of.
#[must_use]
pub fn document(text: &str, language: Option<Language>, source: i64) -> String {
    let text = text.char_indices().nth(MAX_CHARS).map_or(text, |(end, _)| &text[..end]);
    let mut lexemes: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    let mut add = |lexeme: String, position: usize| {
        let places = lexemes.entry(lexeme).or_default();
        if places.last() != Some(&position) {
            places.push(position);
        }
    };
    let words = words(text);
    for (place, word) in words.iter().enumerate() {
        let position = (place + 1).min(MAX_POSITION);
        if word.is_character {
            let next = words.get(place + 1).filter(|_| word.is_joined);
            add(pair(&word.form, next.map_or("", |next| &next.form)), position);
            continue;
        }
        if let Some(stem) = language.and_then(|language| stem_lexeme(language, &word.form)) {
            add(stem, position);
            continue;
        }
        let bare = bare(&word.form);
        if bare != word.form {
            add(bare.into_owned(), position);
        }
        add(word.form.clone(), position);
    }
    let mut vector = quoted(&source_lexeme(source));
    for (lexeme, places) in lexemes {
        vector.push(' ');
        vector.push_str(&quoted(&lexeme));
        for (n, place) in places.iter().enumerate() {
            let _ = write!(vector, "{}{place}", if n == 0 { ':' } else { ',' });
        }
    }
    vector
}

/// What all texts of one source are found by. No word has this sign.
#[must_use]
pub fn source_lexeme(source: i64) -> String {
    format!("@{source}")
}

/// What a word is found by whatever its ending: `en~mayor`. No word has that sign.
pub(super) fn stem_lexeme(language: Language, form: &str) -> Option<String> {
    Some(format!("{}~{}", language.code(), language.stem(form)?))
}

/// What two neighbouring characters are found by; the last of a run stands alone.
pub(super) fn pair(one: &str, next: &str) -> String {
    format!("{one}{next}")
}

/// A lexeme in the notation of `tsvector` and `tsquery`.
pub(super) fn quoted(lexeme: &str) -> String {
    format!("'{}'", lexeme.replace('\\', "\\\\").replace('\'', "''"))
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;

    fn shown(text: &str, code: &str) -> String {
        document(text, Language::of_code(code), 7)
    }

    #[test]
    fn a_word_is_found_by_its_stem_or_else_by_its_form_and_its_bare_form() {
        assert_snapshot!(shown("Élèves élus, 2016", "fr"), @"'@7' '2016':3 'fr~elev':1 'fr~elus':2");
        assert_snapshot!(shown("Élus", "pl"), @"'@7' 'elus':1 'élus':1");
    }

    #[test]
    fn a_script_without_spaces_is_found_by_pairs() {
        assert_snapshot!(shown("東京都 G7", "ja"), @"'@7' 'g7':4 '京都':2 '東京':1 '都':3");
    }

    #[test]
    fn a_word_that_stands_twice_has_two_places() {
        assert_snapshot!(shown("go, go", "xx"), @"'@7' 'go':1,2");
    }

    #[test]
    fn no_paragraph_is_too_long_to_be_searched() {
        let text: String =
            (0..30_000).flat_map(|n| ["wörd".to_owned(), n.to_string(), " ".to_owned()]).collect();
        assert!(shown(&text, "de").len() < 1 << 20);
    }
}
