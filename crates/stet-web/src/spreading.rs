//! How many things at their times find room beside each other on a line.

use std::cmp::Reverse;
use std::ops::Range;

use chrono::{DateTime, Utc};

/// Divides moments, which are in order, into at most `most` groups: again and again the largest
/// group, at its longest pause.
pub(crate) fn groups(moments: &[DateTime<Utc>], most: usize) -> Vec<Range<usize>> {
    let whole = 0..moments.len();
    let mut groups = if whole.is_empty() { Vec::new() } else { vec![whole] };
    while groups.len() < most {
        let Some(largest) = (0..groups.len()).rev().max_by_key(|&place| groups[place].len()) else {
            break;
        };
        let group = groups[largest].clone();
        // Of equal pauses the one nearest to the middle.
        let middle = usize::midpoint(group.start, group.end);
        let cut = (group.start + 1..group.end)
            .max_by_key(|&cut| (moments[cut] - moments[cut - 1], Reverse(cut.abs_diff(middle))));
        let Some(cut) = cut else { break };
        groups[largest] = group.start..cut;
        groups.insert(largest + 1, cut..group.end);
    }
    groups
}

/// Moves places, which are in order, so far apart that each has `gap` to the next, and as little as
/// possible (by least squares), between `first` and `last`. If there is not so much room, the gap
/// is smaller.
pub(crate) fn spread(places: &[f64], gap: f64, first: f64, last: f64) -> Vec<f64> {
    let steps = places.len().saturating_sub(1) as f64;
    let gap = gap.min((last - first) / steps.max(1.0));
    // Without the gaps it is enough that the places do not fall: neighbours that do are pooled.
    let mut pools: Vec<(f64, usize)> = Vec::new();
    for (step, place) in places.iter().enumerate() {
        let mut pool = (place - gap * step as f64, 1_usize);
        while let Some(&(before, size)) = pools.last()
            && before > pool.0
        {
            pools.pop();
            let both = size + pool.1;
            pool = ((before * size as f64 + pool.0 * pool.1 as f64) / both as f64, both);
        }
        pools.push(pool);
    }
    pools
        .into_iter()
        .flat_map(|(place, size)| std::iter::repeat_n(place, size))
        .enumerate()
        .map(|(step, place)| place.clamp(first, last - gap * steps) + gap * step as f64)
        .collect()
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    fn minutes(minutes: &[i64]) -> Vec<DateTime<Utc>> {
        minutes.iter().map(|&minute| DateTime::UNIX_EPOCH + TimeDelta::minutes(minute)).collect()
    }

    #[test]
    fn moments_are_grouped_at_their_longest_pauses() {
        assert!(groups(&minutes(&[]), 3).is_empty());
        assert_eq!(groups(&minutes(&[5]), 3).len(), 1);
        assert_eq!(groups(&minutes(&[0, 1, 2, 90, 91, 300]), 3), [0..3, 3..5, 5..6]);
        assert_eq!(
            groups(&minutes(&[0, 1, 2]), 9),
            [0..1, 1..2, 2..3],
            "one each where there is room"
        );
    }

    #[test]
    fn a_burst_is_divided_rather_than_kept_as_one_group() {
        let even: Vec<i64> = (0..2_000).collect();
        let groups = groups(&minutes(&even), 60);
        assert_eq!(groups.len(), 60);
        assert!(groups.iter().all(|group| group.len() <= 64), "{groups:?}");
        let joined: Vec<usize> = groups.into_iter().flatten().collect();
        assert_eq!(joined, (0..2_000).collect::<Vec<_>>(), "each moment is in one group");
    }

    #[test]
    fn places_that_have_room_stay() {
        assert_eq!(spread(&[1.0, 20.0, 50.0], 4.0, 0.0, 100.0), [1.0, 20.0, 50.0]);
        assert!(spread(&[], 4.0, 0.0, 100.0).is_empty());
    }

    #[test]
    fn places_that_would_hide_each_other_move_to_both_sides() {
        assert_eq!(spread(&[50.0, 50.0, 50.0], 4.0, 0.0, 100.0), [46.0, 50.0, 54.0]);
        assert_eq!(spread(&[0.0, 0.0, 100.0, 100.0], 10.0, 0.0, 100.0), [0.0, 10.0, 90.0, 100.0]);
        let crowd = spread(&[50.0; 101], 4.0, 0.0, 100.0);
        assert_eq!((crowd[0], crowd[1], crowd[100]), (0.0, 1.0, 100.0));
    }
}
