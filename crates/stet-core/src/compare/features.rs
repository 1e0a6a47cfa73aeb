//! What a paragraph says, as features weighted by rarity: the measure of likeness.
//!
//! Features are lower-cased words and pairs of neighbouring words. Where a script has no spaces,
//! overlapping runs of characters stand for words: two in Chinese and Japanese, three where
//! letters write sounds (Thai, Lao, Burmese, Khmer). A feature weighs `ln(1 + N / df)`, the inverse document
//! frequency of information retrieval (Spärck Jones 1972) with the article as the collection, so
//! common words count for little in any language and no list of stop words is needed.
//!
//! Reading a text is linear; comparing two paragraphs is linear in their features.

use foldhash::quality::RandomState;

use super::WordMap;
use super::folding::fold;
use super::links::Links;

/// The features of one paragraph: their numbers, ascending, as often as they occur.
pub(super) type Features = Vec<u32>;

/// The features of all paragraphs of two texts.
pub(super) struct Corpus {
    /// The features of each old paragraph.
    pub old: Vec<Features>,
    /// The features of each new paragraph.
    pub new: Vec<Features>,
    /// The weight of each feature.
    weights: Vec<f64>,
    /// The weight of each old paragraph.
    old_weights: Vec<f64>,
    /// The weight of each new paragraph.
    new_weights: Vec<f64>,
}

/// How alike two paragraphs are.
#[derive(Debug, Clone, Copy)]
pub(super) struct Likeness {
    /// The weight of what they share over the mean weight of the two, 0 to 1 (Dice).
    pub dice: f64,
    /// The share of the lighter one that stands in the heavier one, 0 to 1.
    pub containment: f64,
    /// The features that they share over the mean number of features, 0 to 1 (Dice, unweighted).
    pub plain: f64,
    /// The number of features of the smaller one.
    pub size: usize,
}

impl Likeness {
    /// One measure of both: a part of a paragraph is like the whole, though less so than an
    /// edited whole, and the less the shorter it is.
    pub(super) fn score(self) -> f64 {
        /// Below this many features a part proves little: about a dozen words.
        const SURE_SIZE: f64 = 24.0;
        const DAMPING: f64 = 0.5;
        let damping = DAMPING * (self.size as f64 / SURE_SIZE).min(1.0);
        self.dice.max(self.containment * damping)
    }

    /// The measure for paragraphs in the same place, where common words are evidence too:
    /// "Updated at 14.42 GMT" has no rare word but its figures.
    pub(super) fn nearby_score(self) -> f64 {
        const SHARE_OF_PLAIN: f64 = 0.5;
        self.score().max(self.plain * SHARE_OF_PLAIN)
    }
}

impl Corpus {
    /// Reads the features of two texts; what stands unchanged on both sides of a link is read once.
    pub(super) fn read(old: &[String], new: &[String], links: &Links) -> Self {
        let mut reader = Reader::for_letters(old.iter().map(String::len).sum());
        let (old_texts, new_texts) = (old, new);
        let old: Vec<Features> = old_texts.iter().map(|text| reader.read(text)).collect();
        let read_new = |(at, text): (usize, &String)| match *links.of_new(at) {
            [from] if old_texts[from] == *text => old[from].clone(),
            _ => reader.read(text),
        };
        let new: Vec<Features> = new_texts.iter().enumerate().map(read_new).collect();
        let (in_old, in_new) =
            (frequencies(&old, reader.known()), frequencies(&new, reader.known()));
        let paragraphs = old.len().max(new.len());
        let weight_at = |df: usize| (paragraphs as f64 / df as f64).ln_1p();
        let weight_by_frequency: Vec<f64> = (0..=paragraphs).map(weight_at).collect();
        let weight = |(a, b): (&u32, &u32)| weight_by_frequency[*a.max(b) as usize];
        let weights: Vec<f64> = in_old.iter().zip(&in_new).map(weight).collect();
        let old_weights = old.iter().map(|features| total(&weights, features)).collect();
        let new_weights = new.iter().map(|features| total(&weights, features)).collect();
        Self { old, new, weights, old_weights, new_weights }
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
        total(&self.weights, features)
    }

    /// How alike an old and a new paragraph are.
    pub(super) fn likeness(&self, old: usize, new: usize) -> Likeness {
        let (a, b) = (&self.old[old], &self.new[new]);
        let (mut shared, mut count) = (0.0, 0_usize);
        for feature in common(a, b) {
            shared += self.weight(feature);
            count += 1;
        }
        let features = (a.len() + b.len()).max(1) as f64;
        let (weight_a, weight_b) = (self.old_weights[old], self.new_weights[new]);
        let over = |whole: f64| if whole > 0.0 { shared / whole } else { 0.0 };
        Likeness {
            dice: over(weight_a.midpoint(weight_b)),
            containment: over(weight_a.min(weight_b)),
            plain: 2.0 * count as f64 / features,
            size: a.len().min(b.len()),
        }
    }
}

fn total(weights: &[f64], features: &[u32]) -> f64 {
    features.iter().map(|&feature| weights[feature as usize]).sum()
}

/// The features that stand in both, as often as they stand in both. Where one list is much
/// longer, the features of the shorter one are searched in it.
pub(super) fn common<'f>(a: &'f [u32], b: &'f [u32]) -> impl Iterator<Item = u32> + 'f {
    /// From this ratio on, halving is cheaper than reading on.
    const MUCH_LONGER: usize = 32;
    let (mut short, mut long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    let is_much_longer = long.len() > MUCH_LONGER * short.len();
    std::iter::from_fn(move || {
        while let Some((x, others)) = short.split_first() {
            let skipped = if is_much_longer {
                long.partition_point(|y| y < x)
            } else {
                long.iter().take_while(|&y| y < x).count()
            };
            (short, long) = (others, &long[skipped..]);
            if let Some((_, rest)) = long.split_first().filter(|(y, _)| *y == x) {
                long = rest;
                return Some(*x);
            }
        }
        None
    })
}

/// The features that `a` has over `b`.
pub(super) fn without(a: &[u32], b: &[u32]) -> Features {
    let mut taken = common(a, b).peekable();
    a.iter().copied().filter(|feature| taken.next_if_eq(feature).is_none()).collect()
}

/// The features of a paragraph, each once.
pub(super) fn distinct(features: &[u32]) -> impl Iterator<Item = u32> {
    features.chunk_by(|a, b| a == b).map(|same| same[0])
}

/// In how many paragraphs each feature stands.
fn frequencies(paragraphs: &[Features], known: usize) -> Vec<u32> {
    let mut counts = vec![0; known];
    for paragraph in paragraphs {
        distinct(paragraph).for_each(|feature| counts[feature as usize] += 1);
    }
    counts
}

/// Gives numbers to features as they are met.
struct Reader {
    words: WordMap<String, u32>,
    pairs: WordMap<(u32, u32), u32>,
}

impl Reader {
    /// A reader with places for the features of a text of about this many bytes.
    fn for_letters(bytes: usize) -> Self {
        /// Bytes of a text for each word that it has not had before, and for each such pair.
        const BYTES_A_WORD: usize = 16;
        const BYTES_A_PAIR: usize = 8;
        fn map_of<K, V>(places: usize) -> WordMap<K, V> {
            WordMap::with_capacity_and_hasher(places, RandomState::default())
        }
        Self { words: map_of(bytes / BYTES_A_WORD), pairs: map_of(bytes / BYTES_A_PAIR) }
    }

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

/// The words of a folded, lower-cased text; in scripts without spaces, overlapping runs of
/// characters. Marks that stand alone (`* * *`) are words too.
fn feature_words(text: &str) -> Vec<&str> {
    let mut words = Vec::with_capacity(text.len() / 5);
    for chunk in text.split_whitespace() {
        if !chunk.contains(is_letter) {
            words.push(chunk);
        }
        for run in chunk.split(|c: char| !is_letter(c)) {
            push_words_of(run, &mut words);
        }
    }
    words
}

/// Pushes the words of a run of letters, which may be of several scripts.
fn push_words_of<'t>(run: &'t str, words: &mut Vec<&'t str>) {
    let mut rest = run;
    while let Some(first) = rest.chars().next() {
        let gram = gram_length(first);
        let end = rest.find(|c| gram_length(c) != gram).unwrap_or(rest.len());
        let (part, tail) = rest.split_at(end);
        match gram {
            Some(length) => words.extend(grams(part, length)),
            None => words.push(part),
        }
        rest = tail;
    }
}

/// The overlapping runs of so many characters; of a shorter text, the whole.
fn grams(text: &str, length: usize) -> impl Iterator<Item = &str> {
    let starts = text.char_indices().map(|(at, _)| at);
    let ends = text.char_indices().map(|(at, c)| at + c.len_utf8()).skip(length - 1);
    let whole = text.chars().nth(length - 1).is_none().then_some(text);
    starts.zip(ends).map(|(start, end)| &text[start..end]).chain(whole)
}

/// Whether the character is part of a word: a letter, a digit, or what combines with one in the
/// scripts of India and Arabia.
fn is_letter(c: char) -> bool {
    c.is_alphanumeric()
        || matches!(c, '\u{300}'..='\u{36f}' | '\u{591}'..='\u{5c7}' | '\u{610}'..='\u{65f}' | '\u{900}'..='\u{dff}')
}

/// In a script without spaces, how many characters stand for a word.
fn gram_length(c: char) -> Option<usize> {
    match c {
        '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' => Some(3),
        '\u{3040}'..='\u{30ff}'
        | '\u{3400}'..='\u{9fff}'
        | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{3ffff}' => Some(2),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn corpus(old: &[&str], new: &[&str]) -> Corpus {
        let owned = |texts: &[&str]| texts.iter().map(|&text| text.to_owned()).collect::<Vec<_>>();
        Corpus::read(&owned(old), &owned(new), &Links::new(old.len(), new.len()))
    }

    #[test]
    fn words_are_read_whole_and_scripts_without_spaces_by_runs() {
        let words = feature_words("it's 3.5 in 北京市abc, नमस्ते สวัส");
        let expected = ["it", "s", "3", "5", "in", "北京", "京市", "abc", "नमस्ते", "สวั", "วัส"];
        assert_eq!(words, expected);
        assert_eq!(feature_words("* * *"), ["*", "*", "*"]);
    }

    #[test]
    fn an_edited_paragraph_is_more_like_itself_than_like_its_neighbour() {
        let texts = corpus(
            &["The mayor opened the bridge on Monday.", "The mayor closed the school."],
            &["The mayor opened the new bridge on Sunday."],
        );
        let (itself, neighbour) = (texts.likeness(0, 0), texts.likeness(1, 0));
        assert!(itself.score() > 2.0 * neighbour.score(), "{itself:?} {neighbour:?}");
    }

    #[test]
    fn a_part_is_contained_in_its_whole() {
        let texts =
            corpus(&["One two three four. Five six seven eight."], &["Five six seven eight."]);
        assert!(texts.likeness(0, 0).containment > 0.99);
    }

    #[test]
    fn texts_of_nothing_are_like_nothing() {
        assert!(corpus(&[""], &[" "]).likeness(0, 0).nearby_score() <= 0.0);
    }
}
