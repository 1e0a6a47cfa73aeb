//! A text cut into the units that a reader sees change: words, figures, marks, white space.
//!
//! Words follow the Unicode rules (UAX #29) as `icu_segmenter` applies them, with dictionaries
//! for scripts written without spaces (Chinese, Japanese, Thai, Lao, Khmer, Burmese). Its LSTM
//! mode is not used: it took twenty times longer for Thai. On top of that:
//!
//! - a figure is one unit with all that belongs to it: sign, currency, separators, range, per
//!   cent (`£4.5bn`, `12:30`, `2016-09-09`, `7–10`, `3.5 %`, `9月9日`);
//! - a run of one and the same mark is one unit (`...`), and so is a run of white space;
//! - a boundary never falls inside a grapheme cluster.
//!
//! Time and space are linear in the text.

use std::borrow::Cow;
use std::sync::LazyLock;

use icu_segmenter::options::WordBreakInvariantOptions;
use icu_segmenter::{WordSegmenter, WordSegmenterBorrowed};
use unicode_segmentation::GraphemeCursor;

use super::folding::fold;

static SEGMENTER: LazyLock<WordSegmenterBorrowed<'static>> =
    LazyLock::new(|| WordSegmenter::new_dictionary(WordBreakInvariantOptions::default()));

/// What a unit is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    /// Letters.
    Word,
    /// A number with its sign, currency, separators and per cent.
    Figure,
    /// Punctuation, symbols, pictographs.
    Mark,
    /// White space.
    Space,
}

/// One unit of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token<'t> {
    /// As it stands in the text; never empty.
    pub text: &'t str,
    /// What it is.
    pub class: Class,
}

impl<'t> Token<'t> {
    /// A token of `text`, classed by its own characters.
    fn new(text: &'t str) -> Self {
        let class = if text.chars().all(char::is_whitespace) {
            Class::Space
        } else if text.starts_with(char::is_numeric) {
            Class::Figure
        } else if text.contains(char::is_alphanumeric) {
            Class::Word
        } else {
            Class::Mark
        };
        Self { text, class }
    }

    /// Whether it is one of what a person counts as the words of a text.
    pub(super) fn is_word(&self) -> bool {
        matches!(self.class, Class::Word | Class::Figure)
    }

    /// Whether it is white space.
    pub(super) fn is_space(&self) -> bool {
        self.class == Class::Space
    }

    /// What is compared of it: white space is white space, a quote a quote, a dash a dash, and a
    /// figure the same with and without a space inside.
    pub(super) fn key(&self) -> Cow<'t, str> {
        match self.class {
            Class::Space => Cow::Borrowed(" "),
            Class::Figure if self.text.contains(char::is_whitespace) => {
                Cow::Owned(fold(self.text).split_whitespace().collect())
            }
            _ => fold(self.text),
        }
    }

    /// How many letters and digits it has.
    pub(super) fn letters(&self) -> usize {
        if self.is_word() { self.text.chars().filter(|c| c.is_alphanumeric()).count() } else { 0 }
    }
}

/// Cuts a text into tokens; joined, they are the text.
pub(super) fn tokens(text: &str) -> Vec<Token<'_>> {
    let pieces = pieces(text);
    let mut tokens = Vec::with_capacity(pieces.len());
    let (mut first, mut start) = (0, 0);
    while first < pieces.len() {
        let is_after_word = tokens.last().is_some_and(Token::is_word);
        let (count, class) = unit(&pieces[first..], is_after_word);
        let end = start + pieces[first..first + count].iter().map(|p| p.text.len()).sum::<usize>();
        tokens.push(Token { text: &text[start..end], class });
        (first, start) = (first + count, end);
    }
    tokens
}

/// The dictionary's words, marks and spaces, before figures are put together.
fn pieces(text: &str) -> Vec<Token<'_>> {
    let mut pieces = Vec::with_capacity(text.len() / 3);
    let mut start = 0;
    for end in SEGMENTER.segment_str(text).filter(|&end| is_cluster_boundary(text, end)) {
        if end > start {
            pieces.push(Token::new(&text[start..end]));
            start = end;
        }
    }
    pieces
}

/// Whether a cut at this byte leaves every grapheme cluster whole.
fn is_cluster_boundary(text: &str, at: usize) -> bool {
    let bytes = text.as_bytes();
    if at == 0 || at == text.len() || (bytes[at - 1].is_ascii() && bytes[at].is_ascii()) {
        return true;
    }
    // Flags are paired by the same rule for words as for clusters; asking again would look back
    // over all flags before each one.
    if matches!(text[..at].chars().next_back(), Some('\u{1f1e6}'..='\u{1f1ff}')) {
        return true;
    }
    GraphemeCursor::new(at, text.len(), true).is_boundary(text, 0).unwrap_or(true)
}

/// How many of the leading pieces make one unit, and its class.
fn unit(pieces: &[Token<'_>], is_after_word: bool) -> (usize, Class) {
    let first = pieces[0];
    // After a word a sign is a hyphen (`COVID-19`).
    let is_hyphen = is_after_word && is_any_of(first.text, SIGNS);
    if let Some(count) = figure(pieces).filter(|_| !is_hyphen) {
        return (count, Class::Figure);
    }
    let is_repeated = |piece: &&Token<'_>| match first.class {
        Class::Space => piece.is_space(),
        Class::Mark => piece.text == first.text,
        Class::Word | Class::Figure => false,
    };
    (1 + pieces[1..].iter().take_while(is_repeated).count(), first.class)
}

/// How many of the leading pieces make a figure, if they begin with one: an optional sign and
/// currency, numbers joined by separators without spaces, an optional per cent or currency.
fn figure(pieces: &[Token<'_>]) -> Option<usize> {
    let text_at = |at: usize| pieces.get(at).map_or("", |piece| piece.text);
    let is_number = |at: usize| pieces.get(at).is_some_and(|p| p.class == Class::Figure);
    let mut end = 0;
    if is_any_of(text_at(end), SIGNS) && (is_number(end + 1) || is_currency(text_at(end + 1))) {
        end += 1;
    }
    let is_gap = |at: usize| is_any_of(text_at(at), "\u{20}\u{a0}\u{202f}\u{2009}");
    if is_currency(text_at(end)) {
        end += if is_gap(end + 1) && is_number(end + 2) { 2 } else { 1 };
    }
    if !is_number(end) {
        return None;
    }
    end += 1;
    loop {
        if is_number(end) {
            end += 1;
        } else if is_any_of(text_at(end), JOINERS) && is_number(end + 1) {
            end += 2;
        } else if is_all_of(text_at(end), COUNTERS) {
            end += 1;
        } else {
            break;
        }
    }
    let tail = end + usize::from(is_gap(end));
    if is_any_of(text_at(tail), "%‰٪°") || is_currency(text_at(tail)) && !is_number(tail + 1) {
        end = tail + 1;
    }
    Some(end)
}

/// What may stand before a figure and belongs to it.
const SIGNS: &str = "+-−±~";

/// What joins the numbers of one figure: separators of decimals, thousands, times, dates,
/// ranges and scores. The em dash too: Russian ranges are printed so (`1989—1990`), and between
/// two digits without a space it hardly ever parts sentences.
const JOINERS: &str = ".,:/-–—‑−'’×\u{a0}\u{202f}\u{2009}٫٬";

/// Chinese, Japanese and Korean signs that make a number a date, a time or an amount.
const COUNTERS: &str = "年月日号號时時点點分秒万萬亿億千百元円圓圆년월일시분초원";

fn is_any_of(text: &str, set: &str) -> bool {
    let mut chars = text.chars();
    chars.next().is_some_and(|c| set.contains(c)) && chars.next().is_none()
}

fn is_all_of(text: &str, set: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| set.contains(c))
}

/// Whether the text is one currency sign (Unicode category Sc, those in use).
fn is_currency(text: &str) -> bool {
    let mut chars = text.chars();
    let is_sign =
        |c| matches!(c, '$' | '¢'..='¥' | '฿' | '₠'..='⃀' | '＄' | '￠' | '￡' | '￥' | '￦');
    chars.next().is_some_and(is_sign) && chars.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The tokens of a text except white space, with bars between.
    fn cut(text: &str) -> String {
        let tokens = tokens(text);
        assert_eq!(tokens.iter().map(|token| token.text).collect::<String>(), text);
        let words: Vec<&str> = tokens.iter().filter(|t| !t.is_space()).map(|t| t.text).collect();
        words.join("|")
    }

    #[test]
    fn words_and_marks_stand_apart() {
        insta::assert_snapshot!(cut("“We don’t know,” he said – adding…"), @"“|We|don’t|know|,|”|he|said|–|adding|…");
    }

    #[test]
    fn a_figure_is_one_unit_with_its_sign_currency_separators_and_range() {
        insta::assert_snapshot!(
            cut("£4.5bn, €1,200.50, 12:30, 2016-09-09, 9/11, 7–10 days, 1989—1990, 2017/18, 3.5%, 40 €, € 50, -3°"),
            @"£4.5bn|,|€1,200.50|,|12:30|,|2016-09-09|,|9/11|,|7–10|days|,|1989—1990|,|2017/18|,|3.5%|,|40 €|,|€ 50|,|-3°"
        );
    }

    #[test]
    fn a_sentence_end_or_a_dash_does_not_join_figures() {
        insta::assert_snapshot!(cut("In 2016. 10 died—20 did not; a 9-year-old, COVID-19"), @"In|2016|.|10|died|—|20|did|not|;|a|9|-|year|-|old|,|COVID|-|19");
    }

    #[test]
    fn chinese_japanese_and_thai_are_cut_by_dictionary() {
        insta::assert_snapshot!(cut("2016年9月9日，北京大学生喝进口红酒"), @"2016年9月9日|，|北京|大学生|喝进|口红|酒");
        insta::assert_snapshot!(cut("体罰を禁止することになりました"), @"体罰|を|禁止|する|ことに|なり|まし|た");
        insta::assert_snapshot!(cut("ทุกสองสัปดาห์"), @"ทุก|สอง|สัปดาห์");
    }

    #[test]
    fn a_grapheme_cluster_is_never_cut() {
        insta::assert_snapshot!(cut("👨‍👩‍👧 x\u{301}y 🇬🇧🇫🇷 กำ"), @"👨‍👩‍👧|x́y|🇬🇧|🇫🇷|กำ");
    }
}
