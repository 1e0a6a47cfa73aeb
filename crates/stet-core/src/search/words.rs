//! A text cut into what it is found by.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use super::folding::form;

/// A word, or one character of a script that is written without spaces. Each counts one position.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    /// Where it stands in the text, in bytes.
    pub(super) range: Range<usize>,
    /// As it is compared.
    pub(super) form: String,
    /// Whether it is a character of a script without spaces.
    pub(super) is_character: bool,
    /// Whether such a character follows at once, in the same run.
    pub(super) is_joined: bool,
}

/// Cuts a text into its words: by the Unicode rules (UAX #29), and at apostrophes, so that `mayor’s`
/// and `l’État` are found by what is inflected and elided there. Scripts that are written without
/// spaces (and Korean, whose particles are) are cut into characters as readers see them.
pub(super) fn words(text: &str) -> Vec<Word> {
    let mut words = Vec::with_capacity(text.len() / 5);
    let mut spaced = 0;
    if text.contains(is_unspaced) {
        for (start, cluster) in text.grapheme_indices(true) {
            if cluster.starts_with(is_unspaced) {
                push_spaced(&mut words, text, spaced..start);
                spaced = start + cluster.len();
                push_character(&mut words, start, cluster);
            }
        }
    }
    push_spaced(&mut words, text, spaced..text.len());
    words
}

fn push_spaced(words: &mut Vec<Word>, text: &str, range: Range<usize>) {
    for (start, word) in text[range.clone()].unicode_word_indices() {
        let mut start = range.start + start;
        for part in word.split(['\'', '’', '＇']) {
            if !part.is_empty() {
                words.push(Word {
                    range: start..start + part.len(),
                    form: form(part),
                    is_character: false,
                    is_joined: false,
                });
            }
            let behind = &text[start + part.len()..];
            start += part.len() + behind.chars().next().map_or(0, char::len_utf8);
        }
    }
}

fn push_character(words: &mut Vec<Word>, start: usize, cluster: &str) {
    if let Some(last) = words.last_mut().filter(|last| last.range.end == start) {
        last.is_joined = last.is_character;
    }
    words.push(Word {
        range: start..start + cluster.len(),
        form: form(cluster),
        is_character: true,
        is_joined: false,
    });
}

/// Whether it is a letter of a script that is written without spaces between words.
fn is_unspaced(c: char) -> bool {
    if c < '\u{e00}' {
        return false;
    }
    let is_of_script = matches!(c,
        // Thai, Lao; Burmese; Hangul; Khmer
        '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1100}'..='\u{11ff}'
        | '\u{1780}'..='\u{17d3}' | '\u{ac00}'..='\u{d7ff}' | '\u{ffa0}'..='\u{ffdc}'
        // Kana and Hangul letters; Han
        | '\u{3005}'..='\u{3007}' | '\u{3041}'..='\u{318f}' | '\u{31f0}'..='\u{31ff}'
        | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}'
        | '\u{ff66}'..='\u{ff9f}' | '\u{20000}'..='\u{3ffff}');
    is_of_script && (c.is_alphabetic() || c == '〇')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn forms(text: &str) -> Vec<String> {
        words(text).into_iter().map(|word| word.form).collect()
    }

    #[test]
    fn words_are_cut_at_spaces_marks_hyphens_and_apostrophes() {
        assert_eq!(
            forms("The mayor’s co-operation — L'État: 4.5bn!"),
            ["the", "mayor", "s", "co", "operation", "l", "état", "4.5bn"]
        );
    }

    #[test]
    fn scripts_without_spaces_are_cut_into_the_characters_that_readers_see() {
        assert_eq!(forms("G7東京で"), ["g7", "東", "京", "で"]);
        assert_eq!(forms("น้ำท่วม"), ["น้ํา", "ท่", "ว", "ม"].map(form));
        assert_eq!(forms("대통령이 왔다"), ["대", "통", "령", "이", "왔", "다"]);
        let joined: Vec<bool> = words("東京。大阪").iter().map(|word| word.is_joined).collect();
        assert_eq!(joined, [true, false, true, false]);
    }

    proptest! {
        #[test]
        fn every_word_stands_where_it_says(text in "\\PC*|[a'’東 น้ำ한.-]{0,30}") {
            let mut end = 0;
            for word in words(&text) {
                prop_assert!(word.range.start >= end);
                prop_assert_eq!(form(&text[word.range.clone()]), word.form);
                end = word.range.end;
            }
        }
    }
}
