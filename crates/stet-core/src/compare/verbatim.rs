//! Splits and merges without an edit: neighbours that, set end to end, are one paragraph of the
//! other text to the letter.
//!
//! Such a match is as sure as that of an unchanged paragraph, so it comes before any likeness: a
//! merged line can otherwise be lured away by a neighbour that says nearly the same. White space
//! does not count, since it stands between the parts on one side only. Linear: every unlinked
//! paragraph is read [`MAX_PARTS`] times at most.

use std::collections::HashMap;

use super::folding::fold;
use super::links::Links;

/// The most neighbours that are set end to end.
const MAX_PARTS: usize = 3;

/// Links unlinked neighbours to the unlinked paragraph that they make up.
pub(super) fn join_verbatim(old: &[String], new: &[String], links: &mut Links) {
    let (free_old, free_new) = (links.free_old(), links.free_new());
    if free_old.is_empty() || free_new.is_empty() {
        return;
    }
    let (olds, news) = (letters(old, &free_old), letters(new, &free_new));
    for (whole, parts) in made_up_of(&news, &olds) {
        if links.is_new_free(whole) && parts.iter().all(|&part| links.is_old_free(part)) {
            for part in parts {
                links.add(part, whole);
            }
        }
    }
    for (whole, parts) in made_up_of(&olds, &news) {
        if links.is_old_free(whole) && parts.iter().all(|&part| links.is_new_free(part)) {
            for part in parts {
                links.add(whole, part);
            }
        }
    }
}

/// A paragraph's index and its folded text without white space.
type Letters = (usize, String);

fn letters(texts: &[String], chosen: &[usize]) -> Vec<Letters> {
    let without_space = |at: usize| fold(&texts[at]).split_whitespace().collect::<String>();
    let letters = chosen.iter().map(|&at| (at, without_space(at)));
    letters.filter(|(_, text)| !text.is_empty()).collect()
}

/// The wholes that neighbouring parts make up, and those parts, in the order of the parts. Of
/// equal wholes each is made up once.
fn made_up_of(wholes: &[Letters], parts: &[Letters]) -> Vec<(usize, Vec<usize>)> {
    let mut known: HashMap<&str, Vec<usize>> = HashMap::new();
    for (at, text) in wholes.iter().rev() {
        known.entry(text).or_default().push(*at);
    }
    let mut found = Vec::new();
    for first in 0..parts.len() {
        let mut joined = String::new();
        for last in first..parts.len().min(first + MAX_PARTS) {
            if parts[last].0 != parts[first].0 + (last - first) {
                break;
            }
            joined.push_str(&parts[last].1);
            if last > first
                && let Some(whole) = known.get_mut(joined.as_str()).and_then(Vec::pop)
            {
                found.push((whole, parts[first..=last].iter().map(|part| part.0).collect()));
                break;
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn links(old: &[&str], new: &[&str]) -> Vec<(usize, usize)> {
        let owned = |texts: &[&str]| texts.iter().map(|&text| text.to_owned()).collect::<Vec<_>>();
        let mut links = Links::new(old.len(), new.len());
        join_verbatim(&owned(old), &owned(new), &mut links);
        links.pairs()
    }

    #[test]
    fn neighbours_set_end_to_end_are_one_paragraph() {
        assert_eq!(
            links(&["He said: “No.”", "She left."], &["He said: \"No.\" She left."]),
            [(0, 0), (1, 0)]
        );
        assert_eq!(
            links(&["雨が降る。風も吹く。寒い。"], &["雨が降る。", "風も吹く。", "寒い。"]),
            [(0, 0), (0, 1), (0, 2)]
        );
    }

    #[test]
    fn what_something_stands_between_is_not_set_end_to_end() {
        assert_eq!(links(&["a b", "x", "c d"], &["a b c d"]), []);
    }

    #[test]
    fn every_whole_is_made_up_once() {
        assert_eq!(links(&["a", "b", "a", "b"], &["a b", "a b"]), [(0, 0), (1, 0), (2, 1), (3, 1)]);
        assert_eq!(links(&["a", "b", "a", "b"], &["a b"]), [(0, 0), (1, 0)]);
    }
}
