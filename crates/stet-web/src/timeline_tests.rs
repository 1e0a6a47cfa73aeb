use chrono::TimeDelta;
use stet_core::compare::Stats;

use super::*;

fn minute(minutes: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_473_443_040, 0).unwrap() + TimeDelta::minutes(minutes)
}

fn change(number: i32, at: i64, words: (u32, u32), kinds: &[Kind]) -> Passage {
    Passage {
        number: u32::try_from(number - 1).unwrap(),
        from: VersionNumber::try_from(number - 1).unwrap(),
        to: VersionNumber::try_from(number).unwrap(),
        to_sighting: number.try_into().unwrap(),
        earliest_at: minute(at - 1),
        latest_at: minute(at),
        stats: Stats { words_added: words.0, words_removed: words.1, ..Stats::default() },
        kinds: kinds.iter().copied().collect(),
    }
}

fn timeline(passages: &[Passage]) -> Timeline {
    Timeline::of("7".parse().unwrap(), minute(0), passages, None).unwrap()
}

fn number(percent: &str) -> f64 {
    percent.trim_end_matches('%').parse().unwrap()
}

/// Asserts that every bar can be seen and hit beside the others, inside the picture.
fn stand_apart(timeline: &Timeline) {
    let places: Vec<f64> = timeline.bars.iter().map(|bar| number(&bar.middle)).collect();
    for pair in places.windows(2) {
        assert!(pair[1] - pair[0] > BAR, "{places:?}");
    }
    assert!(places.iter().all(|place| (1.0..=93.0).contains(place)), "{places:?}");
}

#[test]
fn one_change_stands_at_the_end_of_its_time() {
    let timeline = timeline(&[change(1, 60, (316, 187), &[Kind::Headline])]);
    assert_eq!(timeline.bars.len(), 2);
    let bar = &timeline.bars[1];
    assert_eq!((bar.middle.as_str(), bar.href.as_str()), ("92.00%", "/articles/7/diff/0/1"));
    assert_eq!(bar.added, Some(Length { y: "28".into(), length: "30".into() }));
    assert_eq!(bar.mark, Some(Mark { sign: "H", y: 24 }));
    assert_eq!(
        bar.label.to_string(),
        "Version 1, <time datetime=\"2016-09-09T18:44:00Z\">9 Sept 2016, 18:44 UTC</time>: \
         Headline rewritten; 316 words added, 187 removed"
    );
    assert!(Timeline::of("7".parse().unwrap(), minute(0), &[], None).is_none());
}

#[test]
fn changes_close_together_stand_apart_and_point_to_their_times() {
    let mut changes: Vec<Passage> =
        (1..50).map(|n| change(n, i64::from(n), (5, 2), &[Kind::Edited])).collect();
    changes.push(change(50, 1_000_000, (5, 2), &[Kind::Edited]));
    let timeline = timeline(&changes);
    assert_eq!(timeline.bars.len(), 51);
    stand_apart(&timeline);
    assert_eq!(timeline.bars[49].time, "1.50%", "its time is that of the others");
}

#[test]
fn two_thousand_changes_share_sixty_bars_and_none_is_lost() {
    let changes: Vec<Passage> =
        (1..=2_000).map(|n| change(n, i64::from(n) * 7, (3, 1), &[Kind::Edited])).collect();
    let timeline = timeline(&changes);
    assert_eq!(timeline.bars.len(), 61);
    stand_apart(&timeline);
    assert!(timeline.bars[1..].iter().all(|bar| bar.is_many));
    let last = timeline.bars.last().unwrap();
    assert!(last.href.ends_with("/2000"), "{}", last.href);
    assert_eq!(
        timeline.note.as_deref(),
        Some("2,000 changes share 60 bars; a bar of several is hatched.")
    );
    assert!(timeline.render().unwrap().len() < 60_000);
}

#[test]
fn time_in_which_the_article_was_away_is_drawn_as_such() {
    let away = [
        change(1, 100, (0, 0), &[Kind::Gone]),
        change(2, 200, (0, 0), &[Kind::Back]),
        change(3, 300, (0, 0), &[Kind::Gone]),
    ];
    let timeline = timeline(&away);
    let drawn: Vec<bool> = timeline.stood.iter().map(|stretch| stretch.is_away).collect();
    assert_eq!(drawn, [false, true, false, true]);
    assert!(timeline.ends_away);
    assert_eq!(timeline.stood[1].from, timeline.bars[1].time);
    assert_eq!(timeline.stood[1].to, timeline.bars[2].time);
}

#[test]
fn a_change_without_words_is_seen_and_the_changes_of_the_page_are_marked() {
    let changes = [change(1, 10, (0, 0), &[Kind::Date]), change(2, 20, (900, 1), &[Kind::Edited])];
    let timeline = Timeline::of("7".parse().unwrap(), minute(0), &changes, Some(&(0..=0))).unwrap();
    assert!(timeline.has_wordless && timeline.bars[1].is_current && !timeline.bars[2].is_current);
    assert_eq!(
        timeline.bars[2].removed.as_ref().unwrap().length,
        "3",
        "one word is seen beside 900"
    );
}

#[test]
fn one_span_stands_around_all_changes_of_the_page() {
    let changes: Vec<Passage> =
        (1..=5).map(|n| change(n, i64::from(n) * 100, (5, 2), &[Kind::Edited])).collect();
    let of = |current| {
        let timeline = Timeline::of("7".parse().unwrap(), minute(0), &changes, Some(current));
        timeline.unwrap()
    };
    let (one, three) = (of(&(2..=2)), of(&(1..=3)));
    let right = |span: &Span| number(&span.left) + number(&span.width);
    let (one_span, three_span) = (one.shown.unwrap(), three.shown.unwrap());
    assert_eq!(one_span.left, one.bars[3].target);
    assert_eq!(one_span.width, one.bars[3].target_width);
    assert_eq!(three_span.left, three.bars[2].target);
    let last = &three.bars[4];
    assert!((right(&three_span) - number(&last.target) - number(&last.target_width)).abs() < 0.02);
    assert_eq!(of(&(9..=9)).shown, None);
}

#[test]
fn the_version_that_is_shown_has_its_name_on_every_screen() {
    let changes: Vec<Passage> =
        (1..=40).map(|n| change(n, i64::from(n) * 100, (5, 2), &[Kind::Edited])).collect();
    for shown in 0..40 {
        let current = shown..=shown;
        let timeline = Timeline::of("7".parse().unwrap(), minute(0), &changes, Some(&current));
        let bars = timeline.unwrap().bars;
        let name = bars.iter().find(|bar| bar.is_current).unwrap().name.clone();
        let text = format!("v{}", shown + 1);
        assert_eq!(name, Some(Name { text, is_minor: false }));
        let on_phones: Vec<f64> = bars
            .iter()
            .filter(|bar| bar.name.as_ref().is_some_and(|name| !name.is_minor))
            .map(|bar| number(&bar.middle))
            .collect();
        for pair in on_phones.windows(2) {
            assert!(pair[1] - pair[0] >= NAME_GAP_ON_PHONES - 0.02, "{on_phones:?}");
        }
    }
}
