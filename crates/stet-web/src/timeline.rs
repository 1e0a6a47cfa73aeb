//! The picture of an article's versions over time.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use askama::Template;
use askama::filters::HtmlSafe;
use chrono::{DateTime, Utc};
use stet_core::{ArticleId, Kind, Kinds, VersionNumber};
use stet_store::Passage;
use stet_words::{say, text};

use crate::change_mark::ChangeMark;
use crate::links;
use crate::spreading::{groups, spread};
use crate::time_axis::TimeAxis;
use crate::wording::{self, Markup, Stamp, html};

/// At most so many bars: on a phone each then has six pixels. Beyond, neighbours share one.
const MAX_BARS: usize = 60;

/// Marks nearer to each other than this stand in two rows, in hundredths of the width.
const MARK_GAP: f64 = 4.5;

/// Where time begins and ends, in hundredths of the width; what stood since is behind it.
const FIRST: f64 = 1.5;
const LAST: f64 = 92.0;

/// The width of a bar and the wished distance from one to the next, in hundredths of the width.
const BAR: f64 = 1.1;
const GAP: f64 = 3.0;

/// Names of versions have room at this distance, in hundredths of the width; on a phone at the other.
const NAME_GAP: f64 = 2.6;
const NAME_GAP_ON_PHONES: f64 = 8.0;

/// The line on which bars stand, and the lengths of the longest up and down, in pixels.
const GROUND: f64 = 58.0;
const HIGHEST: f64 = 30.0;
const DEEPEST: f64 = 18.0;

/// Where marks stand, in pixels: the lower and the upper row.
const LOW: u32 = 24;
const HIGH: u32 = 13;

/// Bars are never shorter, in pixels.
const SHORTEST: f64 = 3.0;

/// An article's changes over time: a bar each, up for words added and down for words removed, and a
/// thin line to its time.
#[derive(Debug, Clone, PartialEq, Template)]
#[template(path = "parts/timeline.html")]
pub(crate) struct Timeline {
    /// The picture in a few words, and in more.
    title: String,
    description: Markup,
    bars: Vec<Bar>,
    /// Around the bars of the changes that the page is about.
    shown: Option<Span>,
    stood: Vec<Stretch>,
    ticks: Vec<TickLabel>,
    /// How it was at the end: `true` where the article had been taken away.
    ends_away: bool,
    key: Vec<KeyEntry>,
    /// The most words that a bar stands for; `None` where no bar stands for any.
    most_added: Option<String>,
    most_removed: Option<String>,
    has_wordless: bool,
    has_away: bool,
    note: Option<String>,
}

// Its template escapes what it prints.
impl HtmlSafe for Timeline {}

#[derive(Debug, Clone, PartialEq)]
struct Bar {
    href: String,
    is_current: bool,
    is_first: bool,
    /// Whether it stands for several changes.
    is_many: bool,
    /// Places in hundredths of the width: where it can be hit, its left, its middle, its time.
    target: String,
    target_width: String,
    left: String,
    middle: String,
    time: String,
    added: Option<Length>,
    removed: Option<Length>,
    mark: Option<Mark>,
    /// The version to which it leads, where there is room.
    name: Option<Name>,
    /// What it means, in words.
    label: Markup,
}

/// A part of the width, in hundredths.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Span {
    left: String,
    width: String,
}

/// A bar's upper end and length, in pixels.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Length {
    y: String,
    length: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Mark {
    sign: &'static str,
    y: u32,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Name {
    /// `v3`
    text: String,
    /// Whether a phone has no room for it.
    is_minor: bool,
}

/// Time in which the article stood, or in which it was away.
#[derive(Debug, Clone, PartialEq)]
struct Stretch {
    from: String,
    to: String,
    is_away: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct TickLabel {
    place: String,
    text: String,
    anchor: &'static str,
    is_minor: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct KeyEntry {
    sign: &'static str,
    meaning: &'static str,
}

/// Changes that share a bar.
struct Group {
    /// Where they are shown.
    href: String,
    /// By their numbers.
    numbers: RangeInclusive<u32>,
    from: VersionNumber,
    to: VersionNumber,
    begins_at: DateTime<Utc>,
    ends_at: DateTime<Utc>,
    changes: u32,
    added: u32,
    removed: u32,
    kinds: Kinds,
    summary: String,
}

impl Timeline {
    /// `passages` come in order, technical ones are not drawn; the first text was seen at
    /// `first_seen_at`, and `current` are the changes that the page is about, by their numbers.
    /// Without a change there is no picture.
    pub(crate) fn of(
        article: ArticleId,
        first_seen_at: DateTime<Utc>,
        passages: &[Passage],
        current: Option<&RangeInclusive<u32>>,
    ) -> Option<Self> {
        let shown: Vec<&Passage> =
            passages.iter().filter(|passage| !passage.is_technical()).collect();
        let passages = &shown[..];
        let end = passages.last()?.latest_at;
        let axis = TimeAxis::new(first_seen_at, end, FIRST, LAST);
        let moments: Vec<DateTime<Utc>> = passages.iter().map(|change| change.latest_at).collect();
        let groups: Vec<Group> = groups(&moments, MAX_BARS)
            .into_iter()
            .map(|range| Group::new(article, &passages[range]))
            .collect();
        let times: Vec<f64> = std::iter::once(FIRST)
            .chain(groups.iter().map(|group| axis.place(group.middle())))
            .collect();
        let gap = GAP.min((LAST - FIRST) / times.len() as f64);
        let places = spread(&times, gap, FIRST, LAST);
        let most_added = groups.iter().map(|group| group.added).max().unwrap_or(0);
        let most_removed = groups.iter().map(|group| group.removed).max().unwrap_or(0);
        let scale = Scale { most: most_added.max(most_removed), gap };

        let mut bars = vec![scale.first(article, first_seen_at)];
        for (index, group) in groups.iter().enumerate() {
            bars.push(scale.bar(group, places[index + 1], times[index + 1], current));
        }
        raise_crowded(&mut bars, &places);
        let versions = groups.iter().map(|group| (group.from != group.to).then_some(group.to));
        let first = Some(VersionNumber::FIRST);
        name_versions(
            &mut bars,
            &places,
            &std::iter::once(first).chain(versions).collect::<Vec<_>>(),
        );
        let marks: BTreeSet<ChangeMark> =
            groups.iter().filter_map(|group| ChangeMark::of(&group.kinds)).collect();
        let (stood, ends_away) = stretches(&axis, passages);
        let count = wording::counted(passages.len() as u64, "changes");
        Some(Self {
            title: say("timeline-over-time").with("count", &count).to_string(),
            description: described(first_seen_at, passages, &groups),
            shown: span(&bars, &places, gap),
            bars,
            has_away: stood.iter().any(|stretch| stretch.is_away),
            stood,
            ticks: tick_labels(&axis),
            ends_away,
            key: marks
                .into_iter()
                .map(|mark| KeyEntry { sign: mark.sign(), meaning: mark.meaning() })
                .collect(),
            most_added: (most_added > 0).then(|| wording::grouped(most_added)),
            most_removed: (most_removed > 0).then(|| wording::grouped(most_removed)),
            has_wordless: groups.iter().any(|group| group.added == 0 && group.removed == 0),
            note: (groups.len() < passages.len()).then(|| {
                say("timeline-note").with("count", &count).with("bars", groups.len()).to_string()
            }),
        })
    }
}

impl Group {
    fn new(article: ArticleId, passages: &[&Passage]) -> Self {
        let (first, last) = (passages[0], passages[passages.len() - 1]);
        let href = match passages {
            [one] => links::passage(article, one),
            _ => links::between(article, first.from, last.to),
        };
        let mut group = Self {
            href,
            numbers: first.number..=last.number,
            from: first.from,
            to: last.to,
            begins_at: first.latest_at,
            ends_at: last.latest_at,
            changes: 0,
            added: 0,
            removed: 0,
            kinds: Kinds::new(),
            summary: stet_words::summary(&first.kinds, &first.stats),
        };
        for change in passages {
            group.changes += 1;
            group.added = group.added.saturating_add(change.stats.words_added);
            group.removed = group.removed.saturating_add(change.stats.words_removed);
            group.kinds.extend(change.kinds.iter().copied());
        }
        group
    }

    fn middle(&self) -> DateTime<Utc> {
        self.begins_at + (self.ends_at - self.begins_at) / 2
    }

    fn label(&self) -> Markup {
        if self.changes == 1 {
            return html("timeline-one-html")
                .with("version", self.to)
                .put("at", Stamp::new(self.ends_at))
                .with("summary", &self.summary)
                .into();
        }
        let label: Markup = html("timeline-several-html")
            .with("count", wording::grouped(self.changes))
            .with("from", self.from)
            .with("to", self.to)
            .put("begins", Stamp::new(self.begins_at))
            .put("ends", Stamp::new(self.ends_at))
            .with("added", wording::counted(self.added, "words"))
            .with("removed", wording::grouped(self.removed))
            .into();
        match ChangeMark::of(&self.kinds) {
            Some(mark) => label.followed_by(text("summary-joint")).followed_by(mark.meaning()),
            None => label,
        }
    }
}

/// How words become lengths, and how much room a bar has.
struct Scale {
    most: u32,
    gap: f64,
}

impl Scale {
    /// Lengths grow with the square root: a rewritten article does not make the others vanish.
    fn length(&self, words: u32, longest: f64) -> Option<f64> {
        let part = (f64::from(words) / f64::from(self.most.max(1))).sqrt();
        (words > 0).then(|| (part * longest).max(SHORTEST))
    }

    fn first(&self, article: ArticleId, at: DateTime<Utc>) -> Bar {
        Bar {
            href: links::version(article, VersionNumber::FIRST),
            is_current: false,
            is_first: true,
            is_many: false,
            target: percent(FIRST - self.gap / 2.0),
            target_width: percent(self.gap),
            left: percent(FIRST - BAR / 2.0),
            middle: percent(FIRST),
            time: percent(FIRST),
            added: None,
            removed: None,
            mark: None,
            name: None,
            label: html("timeline-first-html").put("moment", Stamp::new(at)).into(),
        }
    }

    fn bar(
        &self,
        group: &Group,
        place: f64,
        time: f64,
        current: Option<&RangeInclusive<u32>>,
    ) -> Bar {
        let up = self.length(group.added, HIGHEST);
        let down = self.length(group.removed, DEEPEST);
        Bar {
            href: group.href.clone(),
            is_current: current.is_some_and(|current| {
                current.start() <= group.numbers.end() && group.numbers.start() <= current.end()
            }),
            is_first: false,
            is_many: group.changes > 1,
            target: percent(place - self.gap / 2.0),
            target_width: percent(self.gap),
            left: percent(place - BAR / 2.0),
            middle: percent(place),
            time: percent(time),
            added: up.map(|length| Length::new(GROUND - length, length)),
            removed: down.map(|length| Length::new(GROUND, length)),
            mark: ChangeMark::of(&group.kinds).map(|mark| Mark { sign: mark.sign(), y: LOW }),
            name: None,
            label: group.label(),
        }
    }
}

impl Length {
    fn new(y: f64, length: f64) -> Self {
        Self { y: format!("{y:.0}"), length: format!("{length:.0}") }
    }
}

/// Lets every second mark of a crowd stand higher.
fn raise_crowded(bars: &mut [Bar], places: &[f64]) {
    let mut low = f64::NEG_INFINITY;
    for (bar, &place) in bars.iter_mut().zip(places) {
        let Some(mark) = &mut bar.mark else { continue };
        if place - low < MARK_GAP {
            mark.y = HIGH;
            low = f64::NEG_INFINITY;
        } else {
            low = place;
        }
    }
}

/// One span around all bars that are current.
fn span(bars: &[Bar], places: &[f64], gap: f64) -> Option<Span> {
    let first = bars.iter().position(|bar| bar.is_current)?;
    let last = bars.iter().rposition(|bar| bar.is_current)?;
    Some(Span {
        left: percent(places[first] - gap / 2.0),
        width: percent(places[last] - places[first] + gap),
    })
}

/// Names the versions to which bars lead, where a name has room beside the one before and the one
/// that is shown: that one has its name on every screen.
fn name_versions(bars: &mut [Bar], places: &[f64], versions: &[Option<VersionNumber>]) {
    let shown = (0..bars.len()).rev().find(|&at| bars[at].is_current && versions[at].is_some());
    let has_room = |at: usize, last: f64, gap: f64| match shown {
        Some(shown) if shown == at => true,
        Some(shown) if (places[shown] - places[at]).abs() < gap => false,
        _ => places[at] - last >= gap,
    };
    let (mut last, mut last_on_phones) = (f64::NEG_INFINITY, f64::NEG_INFINITY);
    for (at, bar) in bars.iter_mut().enumerate() {
        let Some(version) = versions[at].filter(|_| has_room(at, last, NAME_GAP)) else { continue };
        last = places[at];
        let is_minor = !has_room(at, last_on_phones, NAME_GAP_ON_PHONES);
        if !is_minor {
            last_on_phones = places[at];
        }
        bar.name =
            Some(Name { text: say("timeline-version").with("version", version).into(), is_minor });
    }
}

fn percent(place: f64) -> String {
    format!("{place:.2}%")
}

/// When the article stood and when it was away, and whether it is away at the end.
fn stretches(axis: &TimeAxis, passages: &[&Passage]) -> (Vec<Stretch>, bool) {
    let mut stretches = Vec::new();
    let (mut from, mut is_away) = (FIRST, false);
    let turns = passages.iter().filter_map(|change| {
        let is_gone = change.kinds.contains(&Kind::Gone);
        (is_gone || change.kinds.contains(&Kind::Back)).then_some((change.latest_at, is_gone))
    });
    for (at, goes_away) in turns {
        let to = axis.place(at);
        if goes_away != is_away {
            stretches.push(Stretch { from: percent(from), to: percent(to), is_away });
            (from, is_away) = (to, goes_away);
        }
    }
    stretches.push(Stretch { from: percent(from), to: percent(LAST), is_away });
    (stretches, is_away)
}

fn tick_labels(axis: &TimeAxis) -> Vec<TickLabel> {
    axis.ticks()
        .into_iter()
        .enumerate()
        .map(|(index, tick)| TickLabel {
            place: percent(tick.place),
            text: tick.label,
            anchor: match tick.place {
                ..8.0 => "start",
                94.0.. => "end",
                _ => "middle",
            },
            is_minor: index % 2 == 1,
        })
        .collect()
}

/// What the picture shows, in two or three sentences.
fn described(first_seen_at: DateTime<Utc>, passages: &[&Passage], groups: &[Group]) -> Markup {
    let last = passages.last().map_or(first_seen_at, |change| change.latest_at);
    let mut said: Markup = html("timeline-description-html")
        .put("first", Stamp::new(first_seen_at))
        .put("last", Stamp::new(last))
        .into();
    if let Some(largest) = groups.iter().max_by_key(|group| group.added.max(group.removed)) {
        said = said.and(html("timeline-largest-html").put("change", largest.label()));
    }
    for change in passages.iter().filter(|change| change.kinds.contains(&Kind::Gone)).take(5) {
        said = said.and(html("timeline-removed-html").put("moment", Stamp::new(change.latest_at)));
    }
    said
}

#[cfg(test)]
#[path = "timeline_tests.rs"]
mod tests;
