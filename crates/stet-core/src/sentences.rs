//! A paragraph cut into its sentences.

use std::sync::LazyLock;

use icu_segmenter::options::SentenceBreakInvariantOptions;
use icu_segmenter::{SentenceSegmenter, SentenceSegmenterBorrowed};

static SEGMENTER: LazyLock<SentenceSegmenterBorrowed<'static>> =
    LazyLock::new(|| SentenceSegmenter::new(SentenceBreakInvariantOptions::default()));

/// Short forms that end with a full stop within a sentence: before a name as a rule.
const SHORT_FORMS: [&str; 20] = [
    "Mr.", "Mrs.", "Ms.", "Dr.", "Prof.", "St.", "Sen.", "Rep.", "Gov.", "Gen.", "Col.", "Lt.",
    "Sgt.", "Rev.", "Hon.", "No.", "vs.", "Hr.", "Sr.", "Jr.",
];

/// The sentences of a paragraph, by the Unicode rules (UAX #29); joined, they are the paragraph.
///
/// No sentence ends after a title or an initial ("Mr. Lee", "J. Lee"), or before a small letter
/// ("“Why?” he asked."), where those rules see an end. Thai and other scripts that mark no ends have one sentence a paragraph.
#[must_use]
pub fn sentences(paragraph: &str) -> Vec<&str> {
    let mut sentences = Vec::new();
    let mut start = 0;
    for end in SEGMENTER.segment_str(paragraph) {
        let goes_on = paragraph[end..].starts_with(char::is_lowercase);
        let is_end =
            end == paragraph.len() || !goes_on && !ends_in_short_form(&paragraph[start..end]);
        if end > start && is_end {
            sentences.push(&paragraph[start..end]);
            start = end;
        }
    }
    sentences
}

fn ends_in_short_form(text: &str) -> bool {
    let Some(last) = text.split_whitespace().next_back() else { return false };
    let last = last.trim_start_matches(|mark: char| !mark.is_alphanumeric());
    SHORT_FORMS.contains(&last) || is_initial(last)
}

/// `J.`, `J.F.`
fn is_initial(word: &str) -> bool {
    let letters: Vec<char> = word.chars().collect();
    !letters.is_empty()
        && letters.chunks(2).all(|pair| pair[0].is_uppercase() && pair.get(1) == Some(&'.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_end_where_readers_see_an_end() {
        assert_eq!(
            sentences(
                "Mr. Lee met J. F. Kerry at 9.30 a.m. on Friday. “Why?” he asked. No answer."
            ),
            ["Mr. Lee met J. F. Kerry at 9.30 a.m. on Friday. ", "“Why?” he asked. ", "No answer."]
        );
    }

    #[test]
    fn chinese_and_arabic_sentences_are_told_apart_and_a_thai_paragraph_is_one() {
        assert_eq!(sentences("他来了。他走了！"), ["他来了。", "他走了！"]);
        assert_eq!(sentences("هل جاء؟ نعم."), ["هل جاء؟ ", "نعم."]);
        assert_eq!(sentences("เขามาแล้ว เขาไปแล้ว").len(), 1);
    }

    #[test]
    fn joined_they_are_the_paragraph() {
        for text in ["", "One", "A. B. C.", "It was 4. She left. ", "«Да.» Нет… Да!"] {
            assert_eq!(sentences(text).concat(), text);
        }
    }
}
