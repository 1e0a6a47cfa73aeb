//! The rows of the side-by-side view, from an alignment.
//!
//! What stayed in place makes the spine; between its rows come the old paragraphs that went or
//! moved away, then the new ones that came or moved here. So both sides can be read down the page
//! in their own order. A part of a split that stands apart from its siblings, or a merged
//! paragraph that stood apart, is told by a row of its own that names its peer: as a further part
//! where nothing but what came or went stands between them, else as moved.

use std::collections::HashSet;

use super::align::Alignment;
use super::links::Links;
use super::{Row, RowKind};

/// Puts the paragraphs of both sides into rows, yet without their pieces. `is_same` says whether
/// two linked paragraphs are the same to the byte.
pub(super) fn rows(alignment: &Alignment, is_same: impl Fn(usize, usize) -> bool) -> Vec<Row> {
    let links = &alignment.links;
    let mut rows = Vec::with_capacity(links.old_len() + links.new_len());
    let (mut old, mut new) = (0, 0);
    let end =
        Place { old: links.old_len()..links.old_len(), new: links.new_len()..links.new_len() };
    for place in spine(alignment).into_iter().chain([end]) {
        rows.extend((old..place.old.start).map(|at| departed(links, at)));
        rows.extend((new..place.new.start).map(|at| arrived(links, at)));
        (old, new) = (place.old.end, place.new.end);
        if !place.old.is_empty() {
            rows.push(standing(links, place, &is_same));
        }
    }
    tell_further_parts(rows.iter_mut());
    tell_further_parts(rows.iter_mut().rev());
    rows
}

/// How many paragraphs the rows tell as moved: once each, whether one row says so or two.
pub(super) fn moved(rows: &[Row]) -> usize {
    let arrived = rows.iter().filter(|row| row.kind == RowKind::MovedTo);
    // A merged paragraph that stood apart has no row where it stands now.
    let sources: HashSet<usize> = arrived.clone().flat_map(|row| &row.peer).copied().collect();
    let departed = rows.iter().filter(|row| row.kind == RowKind::MovedFrom);
    arrived.count() + departed.filter(|row| !sources.contains(&row.old[0])).count()
}

/// Tells parts as parts of the split or merge that they follow, where only what came or went
/// stands between: they did not move.
fn tell_further_parts<'r>(rows: impl Iterator<Item = &'r mut Row>) {
    let mut whole = None;
    for row in rows {
        let part_of = match (row.kind, row.peer.as_slice()) {
            (RowKind::MovedTo, &[old]) => Some((RowKind::Split, old)),
            (RowKind::MovedFrom, &[new]) => Some((RowKind::Merge, new)),
            _ => None,
        };
        match row.kind {
            RowKind::Added | RowKind::Removed => {}
            RowKind::Split => whole = row.old.first().map(|&old| (RowKind::Split, old)),
            RowKind::Merge => whole = row.new.first().map(|&new| (RowKind::Merge, new)),
            _ => match part_of.filter(|part_of| Some(*part_of) == whole) {
                Some((kind, _)) => row.kind = kind,
                None => whole = None,
            },
        }
    }
}

/// Neighbouring paragraphs that are linked and stayed in place; at most one side has several.
struct Place {
    old: std::ops::Range<usize>,
    new: std::ops::Range<usize>,
}

/// The places of the links that stayed, in order. Of a group whose parts are not neighbours, the
/// longest run of neighbours stays, the first of several.
fn spine(alignment: &Alignment) -> Vec<Place> {
    let mut runs: Vec<Place> = Vec::new();
    for &(old, new) in &alignment.in_place {
        match runs.last_mut() {
            Some(last) if last.old.contains(&old) && new == last.new.end => last.new.end += 1,
            Some(last) if last.new.contains(&new) && old == last.old.end => last.old.end += 1,
            _ => runs.push(Place { old: old..old + 1, new: new..new + 1 }),
        }
    }
    let mut places: Vec<Place> = Vec::with_capacity(runs.len());
    for run in runs {
        match places.last_mut() {
            Some(last) if last.old.start == run.old.start || last.new.start == run.new.start => {
                if run.len() > last.len() {
                    *last = run;
                }
            }
            _ => places.push(run),
        }
    }
    places
}

impl Place {
    /// How many paragraphs stand here.
    fn len(&self) -> usize {
        self.old.len() + self.new.len()
    }
}

/// The row of an old paragraph that does not stand in its place any more.
fn departed(links: &Links, old: usize) -> Row {
    let peer = links.of_old(old).to_vec();
    let kind = if peer.is_empty() { RowKind::Removed } else { RowKind::MovedFrom };
    Row { kind, old: vec![old], new: Vec::new(), peer, ..Row::default() }
}

/// The row of a new paragraph that did not stand in its place before.
fn arrived(links: &Links, new: usize) -> Row {
    let peer = links.of_new(new).to_vec();
    let kind = if peer.is_empty() { RowKind::Added } else { RowKind::MovedTo };
    Row { kind, old: Vec::new(), new: vec![new], peer, ..Row::default() }
}

/// The row of what stayed in its place.
fn standing(links: &Links, place: Place, is_same: impl Fn(usize, usize) -> bool) -> Row {
    let (old, new) = (place.old.start, place.new.start);
    let (parts, sources) = (links.of_old(old), links.of_new(new));
    let kind = if parts.len() > 1 {
        RowKind::Split
    } else if sources.len() > 1 {
        RowKind::Merge
    } else if is_same(old, new) {
        RowKind::Equal
    } else {
        RowKind::Changed
    };
    let peer = match kind {
        RowKind::Split => parts.iter().copied().filter(|at| !place.new.contains(at)).collect(),
        RowKind::Merge => sources.iter().copied().filter(|at| !place.old.contains(at)).collect(),
        _ => Vec::new(),
    };
    let (old, new) = (place.old.collect(), place.new.collect());
    Row { kind, old, new, peer, ..Row::default() }
}
