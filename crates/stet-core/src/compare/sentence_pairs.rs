//! Which sentence of one text is which of another: for studies that count by sentences.
//!
//! The same comparison as for readers, of sentences where that has paragraphs: so a sentence that
//! moved, was split or joined with others is told as what it is, in any language.

use std::collections::BTreeMap;

use super::{RowKind, Segment, compare, words};
use crate::ArticleText;
use crate::sentences::sentences;

/// An old and a new sentence that belong together. A sentence that was split, or joined with
/// others, is in several pairs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SentencePair {
    /// The place of the old one in its text, from 0.
    pub old: usize,
    /// The place of the new one in its text, from 0.
    pub new: usize,
    /// The share of the old one's words that went, 0 to 1.
    pub old_distance: f64,
    /// The share of the new one's words that came, 0 to 1.
    pub new_distance: f64,
    /// Whether it stands elsewhere among the others than before.
    pub is_moved: bool,
}

/// What became of the sentences of a text, in numbers, as the `NewsEdits` corpus counts them (Spangher
/// et al. 2022): those of either side are unchanged, edited, or deleted or added, each in one way.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct SentenceStats {
    /// Pairs of sentences that say the same, and belong to no other.
    pub unchanged: u32,
    /// Old sentences that were edited, split or joined with others.
    pub edited_old: u32,
    /// New sentences that came out of these.
    pub edited_new: u32,
    /// Old sentences that have no new one.
    pub deleted: u32,
    /// New sentences that have no old one.
    pub added: u32,
    /// New sentences that were several.
    pub merged: u32,
    /// Old sentences that became several.
    pub split: u32,
    /// Pairs that moved among the others.
    pub moved: u32,
    /// The mean distance of the old sentences that are in pairs, 0 where none is.
    pub mean_old_distance: f64,
    /// The mean distance of the new ones.
    pub mean_new_distance: f64,
    /// The mean distance of both.
    pub mean_distance: f64,
}

impl SentenceStats {
    /// Counts the pairs of so many old and new sentences.
    #[must_use]
    pub fn of(pairs: &[SentencePair], old: usize, new: usize) -> Self {
        let mut partners_of_old = vec![0_u32; old];
        let mut partners_of_new = vec![0_u32; new];
        let (mut old_distances, mut new_distances) = (BTreeMap::new(), BTreeMap::new());
        for pair in pairs {
            partners_of_old[pair.old] += 1;
            partners_of_new[pair.new] += 1;
            old_distances.insert(pair.old, pair.old_distance);
            new_distances.insert(pair.new, pair.new_distance);
        }
        let is_unchanged = |pair: &&SentencePair| {
            partners_of_old[pair.old] == 1
                && partners_of_new[pair.new] == 1
                && pair.old_distance <= SAME
                && pair.new_distance <= SAME
        };
        let unchanged = pairs.iter().filter(is_unchanged).count();
        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        let several = |partners: &[u32]| count(partners.iter().filter(|&&of| of > 1).count());
        let mean = |distances: &[&BTreeMap<usize, f64>]| {
            let sum: f64 = distances.iter().flat_map(|side| side.values()).sum();
            let size = distances.iter().map(|side| side.len()).sum::<usize>();
            sum / size.max(1) as f64
        };
        Self {
            unchanged: count(unchanged),
            edited_old: count(old_distances.len() - unchanged),
            edited_new: count(new_distances.len() - unchanged),
            deleted: count(old - old_distances.len()),
            added: count(new - new_distances.len()),
            merged: several(&partners_of_new),
            split: several(&partners_of_old),
            moved: count(pairs.iter().filter(|pair| pair.is_moved).count()),
            mean_old_distance: mean(&[&old_distances]),
            mean_new_distance: mean(&[&new_distances]),
            mean_distance: mean(&[&old_distances, &new_distances]),
        }
    }
}

/// Up to this distance a sentence counts as unchanged. Source: the demonstrations that `NewsEdits`
/// publishes with its data.
const SAME: f64 = 0.01;

/// The sentences of a text's paragraphs in order, without the white space around them.
#[must_use]
pub fn text_sentences(text: &ArticleText) -> Vec<String> {
    let cut = text.paragraphs.iter().flat_map(|paragraph| sentences(paragraph));
    cut.map(|sentence| sentence.trim().to_owned()).filter(|sentence| !sentence.is_empty()).collect()
}

/// The pairs among the sentences of two texts, by the places of the old ones and then of the new.
#[must_use]
pub fn pair_sentences(old: &[String], new: &[String]) -> Vec<SentencePair> {
    let whole = |sentences: &[String]| ArticleText::new("", sentences.to_vec());
    let comparison = compare(&whole(old), &whole(new));
    let (mut gone, mut come) = (vec![0.0; old.len()], vec![0.0; new.len()]);
    let mut pairs: BTreeMap<(usize, usize), bool> = BTreeMap::new();
    for row in &comparison.rows {
        for (&at, pieces) in row.old.iter().zip(&row.old_segs) {
            gone[at] = share_of_edited(pieces);
        }
        for (&at, pieces) in row.new.iter().zip(&row.new_segs) {
            come[at] = share_of_edited(pieces);
        }
        // What stands apart has its partners among the peers; a row that has both sides names
        // there what has a row of its own.
        let (olds, news) = match row.kind {
            RowKind::Added | RowKind::Removed => continue,
            _ if row.old.is_empty() => (&row.peer, &row.new),
            _ if row.new.is_empty() => (&row.old, &row.peer),
            _ => (&row.old, &row.new),
        };
        let is_moved = matches!(row.kind, RowKind::MovedFrom | RowKind::MovedTo);
        for &old in olds {
            for &new in news {
                *pairs.entry((old, new)).or_default() |= is_moved;
            }
        }
    }
    pairs
        .into_iter()
        .map(|((old, new), is_moved)| SentencePair {
            old,
            new,
            old_distance: gone[old],
            new_distance: come[new],
            is_moved,
        })
        .collect()
}

/// The share of the words in these pieces that did not stay; of a text without words, all of it or
/// nothing.
fn share_of_edited(pieces: &[Segment]) -> f64 {
    let words = |piece: &Segment| words::tokens(&piece.text).iter().filter(|t| t.is_word()).count();
    let (mut edited, mut all) = (0, 0);
    for piece in pieces {
        let words = words(piece);
        all += words;
        edited += if piece.op == super::Op::Equal { 0 } else { words };
    }
    let is_edited = || pieces.iter().any(|piece| piece.op != super::Op::Equal);
    if all == 0 { f64::from(u8::from(is_edited())) } else { edited as f64 / all as f64 }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use proptest::prelude::*;

    use super::*;

    fn shown(old: &[&str], new: &[&str]) -> String {
        let owned = |texts: &[&str]| texts.iter().map(|&text| text.to_owned()).collect::<Vec<_>>();
        let mut shown = String::new();
        for pair in pair_sentences(&owned(old), &owned(new)) {
            let moved = if pair.is_moved { " moved" } else { "" };
            let SentencePair { old, new, old_distance, new_distance, .. } = pair;
            write!(shown, "{old}>{new} -{old_distance:.2} +{new_distance:.2}{moved}; ").unwrap();
        }
        shown
    }

    const BRIDGE: &str = "The bridge over the river was closed on Monday.";
    const STORM: &str = "A storm is expected to reach the coast before the weekend.";
    const TRAINS: &str = "Trains will run as usual, forecasters and the railway say.";

    #[test]
    fn sentences_are_cut_across_paragraphs() {
        let text = ArticleText::new("T", vec![format!("{BRIDGE} {STORM}"), TRAINS.to_owned()]);
        assert_eq!(text_sentences(&text), [BRIDGE, STORM, TRAINS]);
    }

    #[test]
    fn an_edited_sentence_is_told_by_the_share_of_its_words() {
        let edited = "The bridge over the river was closed on Tuesday.";
        insta::assert_snapshot!(shown(&[BRIDGE, STORM], &[edited, TRAINS]), @"0>0 -0.11 +0.11; ");
    }

    #[test]
    fn what_moved_or_was_split_or_joined_is_paired() {
        insta::assert_snapshot!(shown(&[BRIDGE, STORM, TRAINS], &[TRAINS, BRIDGE, STORM]), @"0>1 -0.00 +0.00; 1>2 -0.00 +0.00; 2>0 -0.00 +0.00 moved; ");
        let joined = format!("{BRIDGE} {STORM}");
        insta::assert_snapshot!(shown(&[&joined, TRAINS], &[BRIDGE, STORM, TRAINS]), @"0>0 -0.00 +0.00; 0>1 -0.00 +0.00; 1>2 -0.00 +0.00; ");
        insta::assert_snapshot!(shown(&[BRIDGE, STORM, TRAINS], &[&joined, TRAINS]), @"0>0 -0.00 +0.00; 1>0 -0.00 +0.00; 2>1 -0.00 +0.00; ");
    }

    #[test]
    fn each_sentence_is_counted_in_one_way() {
        let owned = |texts: &[&str]| texts.iter().map(|&text| text.to_owned()).collect::<Vec<_>>();
        let edited = "The bridge over the river was closed on Tuesday.";
        let joined = format!("{STORM} {TRAINS}");
        let old = owned(&[BRIDGE, STORM, TRAINS, "Nobody was hurt in it."]);
        let new = owned(&["More will be told at noon.", edited, &joined]);
        let stats = SentenceStats::of(&pair_sentences(&old, &new), old.len(), new.len());
        insta::assert_compact_debug_snapshot!(stats, @"SentenceStats { unchanged: 0, edited_old: 3, edited_new: 2, deleted: 1, added: 1, merged: 1, split: 0, moved: 0, mean_old_distance: 0.037037037037037035, mean_new_distance: 0.05555555555555555, mean_distance: 0.04444444444444444 }");
    }

    #[test]
    fn sentences_of_marks_alone_are_compared_whole() {
        insta::assert_snapshot!(shown(&["* * *", STORM], &["* * *", STORM]), @"0>0 -0.00 +0.00; 1>1 -0.00 +0.00; ");
    }

    proptest! {
        #[test]
        fn each_sentence_is_paired_within_its_text_and_measured(
            old in proptest::collection::vec("[a-d]{1,3}( [a-d]{1,3}){0,6}\\.", 0..8),
            new in proptest::collection::vec("[a-d]{1,3}( [a-d]{1,3}){0,6}\\.", 0..8),
        ) {
            let pairs = pair_sentences(&old, &new);
            for pair in &pairs {
                prop_assert!(pair.old < old.len() && pair.new < new.len());
                prop_assert!((0.0..=1.0).contains(&pair.old_distance), "{pair:?}");
                prop_assert!((0.0..=1.0).contains(&pair.new_distance), "{pair:?}");
                if old[pair.old] == new[pair.new] && pairs.iter().filter(|other| other.old == pair.old || other.new == pair.new).count() == 1 {
                    prop_assert!(pair.old_distance == 0.0 && pair.new_distance == 0.0, "{pair:?}");
                }
            }
            let stats = SentenceStats::of(&pairs, old.len(), new.len());
            prop_assert_eq!((stats.unchanged + stats.edited_old + stats.deleted) as usize, old.len());
            prop_assert_eq!((stats.unchanged + stats.edited_new + stats.added) as usize, new.len());
            let same = pair_sentences(&old, &old);
            prop_assert!(same.iter().all(|pair| pair.old == pair.new));
            prop_assert_eq!(same.len(), old.len());
        }
    }
}
