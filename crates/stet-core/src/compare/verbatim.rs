//! Splits and merges without an edit: neighbours that, set end to end, are one paragraph of the
//! other text to the letter.
//!
//! Such a match is as sure as that of an unchanged paragraph, so it comes before any likeness: a
//! merged line can otherwise be lured away by a neighbour that says nearly the same. White space
//! does not count, since it stands between the parts on one side only. The wholes are sorted, so
//! that those which begin with a part are found by halving; from there on every part is compared
//! with its place in the whole. O(n log n) and linear in the text, but for texts that repeat
//! themselves, where [`MAX_WHOLES`] and [`MAX_PARTS`] bound the work.

use super::folding::fold;
use super::links::Links;

/// The most neighbours that are set end to end: a statement printed by its sentences has some
/// dozens.
const MAX_PARTS: usize = 64;

/// How many wholes that begin with the same part are tried: copies of one paragraph.
const MAX_WHOLES: usize = 4;

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

/// The wholes that neighbouring parts make up, and those parts, in the order of the parts. Every
/// whole and every part is used once.
fn made_up_of(wholes: &[Letters], parts: &[Letters]) -> Vec<(usize, Vec<usize>)> {
    let mut sorted: Vec<&Letters> = wholes.iter().collect();
    sorted.sort_by(|a, b| a.1.cmp(&b.1).then(a.0.cmp(&b.0)));
    let mut is_taken = vec![false; sorted.len()];
    let mut found = Vec::new();
    let mut first = 0;
    while first < parts.len() {
        let beginning = parts[first].1.as_str();
        let start = sorted.partition_point(|(_, whole)| whole.as_str() < beginning);
        let candidates = (start..sorted.len())
            .take_while(|&at| sorted[at].1.starts_with(beginning))
            .filter(|&at| !is_taken[at])
            .take(MAX_WHOLES);
        let made =
            candidates.filter_map(|at| Some((at, makes_up(&sorted[at].1, &parts[first..])?)));
        match made.max_by_key(|&(at, count)| (count, std::cmp::Reverse(at))) {
            Some((at, count)) => {
                is_taken[at] = true;
                let made: Vec<usize> =
                    parts[first..first + count].iter().map(|part| part.0).collect();
                found.push((sorted[at].0, made));
                first += count;
            }
            None => first += 1,
        }
    }
    found
}

/// How many of the leading parts, two at least, make up the whole; they must be neighbours.
fn makes_up(whole: &str, parts: &[Letters]) -> Option<usize> {
    let mut rest = whole;
    for (count, (at, part)) in parts.iter().take(MAX_PARTS).enumerate() {
        if *at != parts[0].0 + count {
            return None;
        }
        rest = rest.strip_prefix(part.as_str())?;
        if rest.is_empty() {
            return (count > 0).then_some(count + 1);
        }
    }
    None
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
