//! What pages say that are no articles, in eleven languages, and how much of a text it makes up.
//!
//! A phrase proves nothing by occurring: articles quote error messages. So it counts by its share
//! of the title or of the short block that it stands in, and not in quotation marks. All languages
//! are tried on every page: walls and blocks are often in another language than the site.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Add;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use crate::literals::any_of;

/// The share of a title, in percent, from which phrases are all that it says.
const WHOLE: usize = 60;

/// The share of a title from which phrases are much of what it says.
const MUCH: usize = 30;

/// The share of a block from which a phrase is what it is about.
const ABOUT: usize = 25;

/// Blocks of more letters are not judged by a phrase: about 40 words.
const SHORT: usize = 240;

/// Blocks of more bytes have more letters than that, in any script.
pub(super) const SHORT_BYTES: usize = 3 * SHORT;

/// Where a phrase counts, and how much.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Weight {
    Plain,
    /// Only as a title or headline.
    Title,
    /// Little.
    Weak,
}

/// How much the blocks of a page say.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Said {
    /// How many blocks are about it.
    pub(super) plainly: u32,
    /// How many have a weak sign of it.
    pub(super) weakly: u32,
}

impl Add for Said {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        let (plainly, weakly) = (self.plainly + other.plainly, self.weakly + other.weakly);
        Self { plainly, weakly }
    }
}

/// A block that is short enough to be judged by phrases, as the plain words of its sentences.
#[derive(Debug)]
pub(super) struct PlainBlock {
    sentences: Vec<PlainSentence>,
}

#[derive(Debug)]
struct PlainSentence {
    words: String,
    letters: usize,
}

impl PlainSentence {
    /// Whether so many of its letters are what it is about.
    const fn is_about(&self, letters: usize) -> bool {
        letters > 0 && letters * 100 >= self.letters * ABOUT
    }
}

impl PlainBlock {
    /// The plain words of a block; `None` for a long one.
    ///
    /// Only sentences of Chinese and Japanese are told apart: those say in a few dozen letters what
    /// others say in a hundred, so that a short block has several, and a phrase a small share of it.
    pub(super) fn of(text: &str) -> Option<Self> {
        if text.len() > SHORT_BYTES {
            return None;
        }
        let sentences: Vec<PlainSentence> = text
            .split(['。', '！', '？'])
            .map(|sentence| {
                let (words, letters) = plain_unquoted(sentence);
                PlainSentence { words, letters }
            })
            .collect();
        let letters: usize = sentences.iter().map(|sentence| sentence.letters).sum();
        (letters <= SHORT).then_some(Self { sentences })
    }
}

/// The phrases of one kind of page.
#[derive(Debug)]
pub(super) struct Phrases {
    any: AhoCorasick,
    weights: HashMap<String, Weight>,
}

macro_rules! phrases {
    ($name:ident, $file:literal) => {
        pub(super) static $name: LazyLock<Phrases> =
            LazyLock::new(|| Phrases::read(include_str!(concat!("../../../data/", $file))));
    };
}

phrases!(ERROR, "page-error.txt");
phrases!(CONSENT, "page-consent.txt");
phrases!(CONSENT_BUTTONS, "consent-buttons.txt");
phrases!(PAYWALL, "page-paywall.txt");
phrases!(LOGIN, "page-login.txt");
phrases!(BOT_BLOCK, "page-bot-block.txt");

impl Phrases {
    /// Reads lines of `language phrase`; `#` begins a comment, `=` marks a title, `~` a weak sign.
    fn read(data: &str) -> Self {
        let mut weights = HashMap::new();
        let lines = data.lines().filter(|line| !line.starts_with('#'));
        for (_, phrase) in lines.filter_map(|line| line.split_once(' ')) {
            let (weight, phrase) = match (phrase.strip_prefix('='), phrase.strip_prefix('~')) {
                (Some(title), _) => (Weight::Title, title),
                (_, Some(weak)) => (Weight::Weak, weak),
                _ => (Weight::Plain, phrase),
            };
            weights.insert(plain_words(phrase), weight);
        }
        Self { any: any_of(weights.keys()), weights }
    }

    /// How much of a title or headline the phrases are: 2 for all, 1 for much, 0 for little.
    pub(super) fn of_title(&self, title: &str) -> u32 {
        let (title, letters_of_title) = plain_unquoted(title);
        let (mut all, mut plain) = (0, 0);
        for (phrase, weight) in self.found(&title) {
            if weight != Weight::Weak {
                all += letters(phrase);
            }
            if weight == Weight::Plain {
                plain += letters(phrase);
            }
        }
        let of = letters_of_title.max(1);
        if all * 100 >= of * WHOLE { 2 } else { u32::from(plain * 100 >= of * MUCH) }
    }

    /// What blocks say.
    pub(super) fn of_blocks<'a>(&self, blocks: impl Iterator<Item = &'a PlainBlock>) -> Said {
        let mut said = Said::default();
        for block in blocks {
            let (mut is_plain, mut is_weak) = (false, false);
            for sentence in &block.sentences {
                let (plain, weak) = self.of_sentence(sentence);
                is_plain |= sentence.is_about(plain);
                is_weak |= sentence.is_about(weak);
            }
            said.plainly += u32::from(is_plain);
            said.weakly += u32::from(is_weak);
        }
        said
    }

    /// How many letters of a sentence are phrases that say so plainly, and weakly.
    fn of_sentence(&self, sentence: &PlainSentence) -> (usize, usize) {
        let (mut plain, mut weak) = (0, 0);
        for (phrase, weight) in self.found(&sentence.words) {
            match weight {
                Weight::Plain => plain += letters(phrase),
                Weight::Weak => weak += letters(phrase),
                Weight::Title => {}
            }
        }
        (plain, weak)
    }

    /// Whether a text has one of the phrases, however long it is.
    pub(super) fn occur_in(&self, text: &str) -> bool {
        self.found(&plain_words(text)).any(|(_, weight)| weight != Weight::Title)
    }

    /// Whether a text is one of the phrases and nothing else.
    pub(super) fn are(&self, text: &str) -> bool {
        self.weights.contains_key(&plain_words(text))
    }

    /// The phrases in a text of plain words, each as whole words.
    fn found<'t>(&self, text: &'t str) -> impl Iterator<Item = (&'t str, Weight)> {
        let is_whole = |found: &aho_corasick::Match| {
            let before = text[..found.start()].chars().next_back();
            let after = text[found.end()..].chars().next();
            let phrase = &text[found.range()];
            parts(before, phrase.chars().next()) && parts(phrase.chars().next_back(), after)
        };
        self.any.find_iter(text).filter(is_whole).filter_map(|found| {
            let phrase = &text[found.range()];
            self.weights.get(phrase).map(|weight| (phrase, *weight))
        })
    }
}

/// Whether a word ends between two characters: at a space, or where either is of a script
/// without spaces between words.
fn parts(left: Option<char>, right: Option<char>) -> bool {
    let is_edge = |c: Option<char>| c.is_none_or(|c| c == ' ' || c >= '\u{2e80}');
    is_edge(left) || is_edge(right)
}

/// A text in lower case with nothing but its words, parted by single spaces; apostrophes go
/// without leaving a space.
fn plain_words(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii_alphanumeric() {
            plain.push(c.to_ascii_lowercase());
        } else if c.is_alphanumeric() {
            plain.extend(c.to_lowercase());
        } else if !matches!(c, '\'' | '’') && !plain.is_empty() && !plain.ends_with(' ') {
            plain.push(' ');
        }
    }
    plain.truncate(plain.trim_end().len());
    plain
}

/// The plain words of a text that do not stand in quotation marks, and how many letters it has
/// with those that do. Articles quote walls; walls do not quote themselves.
fn plain_unquoted(text: &str) -> (String, usize) {
    match unquoted(text) {
        Cow::Borrowed(text) => {
            let words = plain_words(text);
            let letters = letters(&words);
            (words, letters)
        }
        Cow::Owned(unquoted) => (plain_words(&unquoted), letters(&plain_words(text))),
    }
}

/// A text without what stands between quotation marks; single ones may be apostrophes.
fn unquoted(text: &str) -> Cow<'_, str> {
    const OPENING: &[char] = &['"', '“', '„', '«', '»', '「', '『'];
    const CLOSING: &[char] = &['"', '”', '“', '»', '«', '」', '』'];
    let mut kept = String::new();
    let mut rest = text;
    while let Some((before, from)) = rest.find(OPENING).map(|at| rest.split_at(at)) {
        let mut quoted = from.chars();
        quoted.next();
        let Some((_, after)) = quoted.as_str().split_once(CLOSING) else { break };
        kept.push_str(before);
        kept.push(' ');
        rest = after;
    }
    if kept.is_empty() {
        return Cow::Borrowed(text);
    }
    kept.push_str(rest);
    Cow::Owned(kept)
}

fn letters(plain: &str) -> usize {
    // Each character has one byte that does not go on with another.
    plain.bytes().filter(|c| *c != b' ' && c & 0xc0 != 0x80).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phrase_counts_by_its_share_of_the_title() {
        assert_eq!(ERROR.of_title("404 – Page not found!"), 2);
        assert_eq!(ERROR.of_title("Sorry, this page can’t be found, dear reader"), 1);
        assert_eq!(
            ERROR.of_title("Page not found: how a council lost the minutes of ten years"),
            0
        );
        assert_eq!(ERROR.of_title("The error of his ways"), 0);
        assert_eq!(ERROR.of_title("ページが見つかりませんでした"), 2);
    }

    #[test]
    fn a_phrase_is_whole_words() {
        assert_eq!(LOGIN.of_title("Entrará"), 0);
        assert_eq!(LOGIN.of_title("Entrar"), 2);
    }

    #[test]
    fn a_block_that_merely_quotes_a_phrase_says_nothing() {
        let said = |text: &str| BOT_BLOCK.of_blocks(PlainBlock::of(text).iter());
        assert_eq!(said("Please verify you are a human.").plainly, 1);
        let quote = "The readers of the paper were asked on Tuesday evening to “verify you are a human” \
            when they opened any of its pages.";
        assert_eq!(said(quote), Said::default());
    }

    #[test]
    fn a_phrase_in_quotation_marks_is_not_said() {
        for text in [
            "It read “Page not found”.",
            "Es hieß: „Seite nicht gefunden“.",
            "« Page introuvable », lisait-on.",
            "「ページが見つかりません」と出た。",
        ] {
            assert_eq!(ERROR.of_title(text), 0, "{text}");
            assert_eq!(ERROR.of_blocks(PlainBlock::of(text).iter()), Said::default(), "{text}");
        }
        assert_eq!(ERROR.of_title("“Bridge”: page not found"), 2);
        assert_eq!(ERROR.of_title("An open “ mark: page not found"), 1);
    }

    #[test]
    fn a_sentence_without_spaces_is_judged_by_itself() {
        let text = "アクセスが集中しています。続けるには、ロボットではないことを確認してください。\
            問題が続く場合は、時間をおいてもう一度お試しになるか、窓口までお知らせください。";
        let said = BOT_BLOCK.of_blocks(PlainBlock::of(text).iter());
        assert_eq!(said, Said { plainly: 1, weakly: 0 });
    }

    #[test]
    fn every_kind_has_phrases_in_eleven_languages() {
        for data in [
            include_str!("../../../data/page-error.txt"),
            include_str!("../../../data/page-consent.txt"),
            include_str!("../../../data/page-paywall.txt"),
            include_str!("../../../data/page-login.txt"),
            include_str!("../../../data/page-bot-block.txt"),
            include_str!("../../../data/consent-buttons.txt"),
        ] {
            for language in ["en", "de", "fr", "es", "it", "pt", "nl", "sv", "ru", "zh", "ja"] {
                let is_in = |line: &str| line.starts_with(language) && line[2..].starts_with(' ');
                assert!(data.lines().filter(|line| is_in(line)).count() >= 3, "{language}");
            }
        }
    }
}
