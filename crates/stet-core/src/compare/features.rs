//! What a paragraph says, as features weighted by rarity: the measure of likeness.
//!
//! Features are lower-cased words and pairs of neighbouring words; where a script has no spaces,
//! single characters and pairs of them. A feature weighs `ln(1 + N / df)`, the inverse document
//! frequency of information retrieval (Spärck Jones 1972) with the article as the collection, so
//! common words count for little in any language and no list of stop words is needed.
//!
//! Reading a text is linear; comparing two paragraphs is linear in their features.

use std::collections::HashMap;

use super::folding::fold;

/// The features of one paragraph: their numbers, ascending, each once.
pub(super) type Features = Vec<u32>;

/// The features of all paragraphs of two texts.
pub(super) struct Corpus {
    /// For each old paragraph.
    pub old: Vec<Features>,
    /// For each new paragraph.
    pub new: Vec<Features>,
    /// The weight of each feature.
    weights: Vec<f64>,
}

/// How alike two paragraphs are.
#[derive(Debug, Clone, Copy)]
pub(super) struct Likeness {
    /// The weight of what they share over the mean weight of the two, 0 to 1 (Dice).
    pub dice: f64,
    /// The share of the lighter one that stands in the heavier one, 0 to 1.
    pub containment: f64,
    /// The number of features of the lighter one.
    pub size: usize,
}

impl Likeness {
    /// One measure of both: a part of a paragraph is like the whole, though less so than an
    /// edited whole, and the less the shorter it is.
    pub(super) fn score(self) -> f64 {
        /// Below this many features a part proves little: about a dozen words.
        const SURE_SIZE: f64 = 24.0;
        const DAMPING: f64 = 0.7;
        let damping = DAMPING * (self.size as f64 / SURE_SIZE).min(1.0);
        self.dice.max(self.containment * damping)
    }

    /// The measure for paragraphs in the same place.
    pub(super) fn nearby_score(self) -> f64 {
        self.score()
    }
}

impl Corpus {
    /// Reads the features of two texts.
    pub(super) fn read(old: &[String], new: &[String]) -> Self {
        let mut reader = Reader::default();
        let mut read = |texts: &[String]| texts.iter().map(|text| reader.read(text)).collect();
        let (old, new): (Vec<Features>, Vec<Features>) = (read(old), read(new));
        let (in_old, in_new) =
            (frequencies(&old, reader.known()), frequencies(&new, reader.known()));
        let paragraphs = old.len().max(new.len()) as f64;
        let weight = |(a, b): (&u32, &u32)| (paragraphs / f64::from(*a.max(b))).ln_1p();
        let weights = in_old.iter().zip(&in_new).map(weight).collect();
        Self { old, new, weights }
    }

    /// How many features there are; their numbers are below.
    pub(super) fn len(&self) -> usize {
        self.weights.len()
    }

    /// The weight of one feature.
    pub(super) fn weight(&self, feature: u32) -> f64 {
        self.weights[feature as usize]
    }

    /// The weight of several features.
    pub(super) fn weight_of(&self, features: &[u32]) -> f64 {
        features.iter().map(|&feature| self.weight(feature)).sum()
    }

    /// How alike an old and a new paragraph are.
    pub(super) fn likeness(&self, old: usize, new: usize) -> Likeness {
        let (a, b) = (&self.old[old], &self.new[new]);
        let shared = common(a, b).map(|feature| self.weight(feature)).sum::<f64>();
        let (weight_a, weight_b) = (self.weight_of(a), self.weight_of(b));
        let over = |whole: f64| if whole > 0.0 { shared / whole } else { 0.0 };
        Likeness {
            dice: over(weight_a.midpoint(weight_b)),
            containment: over(weight_a.min(weight_b)),
            size: a.len().min(b.len()),
        }
    }
}

/// The features that stand in both.
pub(super) fn common(a: &[u32], b: &[u32]) -> impl Iterator<Item = u32> {
    let (mut i, mut j) = (0, 0);
    std::iter::from_fn(move || {
        while let (Some(x), Some(y)) = (a.get(i), b.get(j)) {
            i += usize::from(x <= y);
            j += usize::from(y <= x);
            if x == y {
                return Some(*x);
            }
        }
        None
    })
}

/// The features of `a` that do not stand in `b`.
pub(super) fn without(a: &[u32], b: &[u32]) -> Features {
    a.iter().copied().filter(|feature| b.binary_search(feature).is_err()).collect()
}

/// In how many paragraphs each feature stands.
fn frequencies(paragraphs: &[Features], known: usize) -> Vec<u32> {
    let mut counts = vec![0; known];
    for &feature in paragraphs.iter().flatten() {
        counts[feature as usize] += 1;
    }
    counts
}

/// Gives numbers to features as they are met.
#[derive(Default)]
struct Reader {
    words: HashMap<String, u32>,
    pairs: HashMap<(u32, u32), u32>,
}

impl Reader {
    fn known(&self) -> usize {
        self.words.len() + self.pairs.len()
    }

    fn read(&mut self, text: &str) -> Features {
        let mut features = Features::with_capacity(text.len() / 3);
        let mut previous = None;
        for word in feature_words(&fold(text).to_lowercase()) {
            let word = self.word(word);
            features.push(word);
            if let Some(previous) = previous {
                features.push(self.pair(previous, word));
            }
            previous = Some(word);
        }
        features.sort_unstable();
        features.dedup();
        features
    }

    fn word(&mut self, word: &str) -> u32 {
        if let Some(&number) = self.words.get(word) {
            return number;
        }
        let number = next_number(self.known());
        self.words.insert(word.to_owned(), number);
        number
    }

    fn pair(&mut self, first: u32, second: u32) -> u32 {
        let next = next_number(self.known());
        *self.pairs.entry((first, second)).or_insert(next)
    }
}

/// The next feature's number.
fn next_number(known: usize) -> u32 {
    u32::try_from(known).expect("an article has fewer than 2^32 features")
}

/// The words of a folded, lower-cased text; in scripts without spaces, its characters.
fn feature_words(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches(|c: char| !is_letter(c));
        let first = rest.chars().next()?;
        let end = if is_unspaced(first) {
            first.len_utf8()
        } else {
            rest.find(|c| !is_letter(c) || is_unspaced(c)).unwrap_or(rest.len())
        };
        let (word, tail) = rest.split_at(end);
        rest = tail;
        Some(word)
    })
}

/// Whether the character is part of a word: a letter, a digit, or what combines with one in the
/// scripts of India and Arabia.
fn is_letter(c: char) -> bool {
    c.is_alphanumeric()
        || matches!(c, '\u{300}'..='\u{36f}' | '\u{591}'..='\u{5c7}' | '\u{610}'..='\u{65f}' | '\u{900}'..='\u{dff}')
}

/// Whether the character belongs to a script that is written without spaces.
fn is_unspaced(c: char) -> bool {
    matches!(c,
        '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}'
        | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn corpus(old: &[&str], new: &[&str]) -> Corpus {
        let owned = |texts: &[&str]| texts.iter().map(|&text| text.to_owned()).collect::<Vec<_>>();
        Corpus::read(&owned(old), &owned(new))
    }

    #[test]
    fn words_are_read_in_lower_case_and_chinese_by_character() {
        let words: Vec<&str> = feature_words("it's 3.5 in 北京, नमस्ते").collect();
        assert_eq!(words, ["it", "s", "3", "5", "in", "北", "京", "नमस्ते"]);
    }

    #[test]
    fn an_edited_paragraph_is_more_like_itself_than_like_its_neighbour() {
        let texts = corpus(
            &["The mayor opened the bridge on Monday.", "The mayor closed the school."],
            &["The mayor opened the new bridge on Sunday."],
        );
        let (itself, neighbour) = (texts.likeness(0, 0), texts.likeness(1, 0));
        assert!(itself.score() > 0.5 && neighbour.score() < 0.2, "{itself:?} {neighbour:?}");
    }

    #[test]
    fn a_part_is_contained_in_its_whole() {
        let texts =
            corpus(&["One two three four. Five six seven eight."], &["Five six seven eight."]);
        assert!(texts.likeness(0, 0).containment > 0.99);
    }

    #[test]
    fn texts_without_words_are_like_nothing() {
        assert!(corpus(&["* * *"], &["***"]).likeness(0, 0).score() <= 0.0);
    }
}
