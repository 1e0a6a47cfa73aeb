//! What pages say that are no articles, in ten languages, and how much of a text it makes up.
//!
//! A phrase proves nothing by occurring: articles quote error messages. So it counts by its share
//! of the title or of the short block that it stands in. All languages are tried on every page:
//! walls and blocks are often in another language than the site.

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

/// A block that is short enough to be judged by phrases, in plain words.
#[derive(Debug)]
pub(super) struct PlainBlock {
    words: String,
    letters: usize,
}

impl PlainBlock {
    /// The plain words of a block; `None` for a long one.
    pub(super) fn of(text: &str) -> Option<Self> {
        if text.len() > 2 * SHORT {
            return None;
        }
        let words = plain_words(text);
        let letters = letters(&words);
        (letters <= SHORT).then_some(Self { words, letters })
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
        let title = plain_words(title);
        let (mut all, mut plain) = (0, 0);
        for (phrase, weight) in self.found(&title) {
            if weight != Weight::Weak {
                all += letters(phrase);
            }
            if weight == Weight::Plain {
                plain += letters(phrase);
            }
        }
        let letters = letters(&title).max(1);
        if all * 100 >= letters * WHOLE { 2 } else { u32::from(plain * 100 >= letters * MUCH) }
    }

    /// What blocks say.
    pub(super) fn of_blocks<'a>(&self, blocks: impl Iterator<Item = &'a PlainBlock>) -> Said {
        let mut said = Said::default();
        for block in blocks {
            let (mut plain, mut weak) = (0, 0);
            for (phrase, weight) in self.found(&block.words) {
                match weight {
                    Weight::Plain => plain += letters(phrase),
                    Weight::Weak => weak += letters(phrase),
                    Weight::Title => {}
                }
            }
            let least = block.letters.max(1) * ABOUT;
            said.plainly += u32::from(plain * 100 >= least);
            said.weakly += u32::from(plain * 100 < least && weak * 100 >= least);
        }
        said
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
    fn every_kind_has_phrases_in_ten_languages() {
        for data in [
            include_str!("../../../data/page-error.txt"),
            include_str!("../../../data/page-consent.txt"),
            include_str!("../../../data/page-paywall.txt"),
            include_str!("../../../data/page-login.txt"),
            include_str!("../../../data/page-bot-block.txt"),
            include_str!("../../../data/consent-buttons.txt"),
        ] {
            for language in ["en", "de", "fr", "es", "it", "pt", "nl", "ru", "zh", "ja"] {
                let is_in = |line: &str| line.starts_with(language) && line[2..].starts_with(' ');
                assert!(data.lines().filter(|line| is_in(line)).count() >= 3, "{language}");
            }
        }
    }
}
