//! The picture of an article's versions over time.

use askama::Template;
use askama::filters::HtmlSafe;
use chrono::{DateTime, TimeDelta, Utc};
use stet_core::{ArticleId, Kind, VersionNumber, compare};
use stet_store::{Change, VersionSummary};

use crate::{links, wording};

/// The height of the tallest bar, and where bars stand, in pixels.
const TALLEST: u64 = 38;
const GROUND: u64 = 52;

/// Labels nearer to each other than this would overlap, in hundredths of the width.
const LABEL_GAP: f64 = 18.0;

/// At most so many bars: beyond, the oldest are left out.
const MAX_BARS: usize = 200;

/// Versions over time: a mark for the first, and a pair of bars for each change.
#[derive(Debug, Clone, PartialEq, Template)]
#[template(path = "parts/timeline.html")]
pub(crate) struct Timeline {
    /// The picture in words.
    alternative: String,
    bars: Vec<Bar>,
}

// Its template escapes what it prints.
impl HtmlSafe for Timeline {}

#[derive(Debug, Clone, PartialEq)]
struct Bar {
    href: String,
    /// The place along the line: `43.0%`.
    x: String,
    is_current: bool,
    is_first: bool,
    added: Option<Height>,
    removed: Option<Height>,
    /// What the bar means, in words.
    title: String,
    label: Option<Label>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Height {
    y: u64,
    height: u64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Label {
    text: String,
    anchor: &'static str,
    /// Shown even where there is little room.
    is_major: bool,
}

impl Timeline {
    /// `changes` come the latest first, as the store gives them; `current` is the version that
    /// the page is about. Without a change there is no picture.
    pub(crate) fn new(
        article: ArticleId,
        versions: &[VersionSummary],
        changes: &[Change],
        current: Option<VersionNumber>,
    ) -> Option<Self> {
        let first = versions.first()?;
        let shown: Vec<&Change> =
            changes.iter().filter(|change| !change.is_technical).take(MAX_BARS).collect();
        let last_at = shown.first()?.latest_at;
        let scale = Scale {
            start: first.first_seen_at,
            end: last_at,
            most: shown.iter().map(|change| most_words(change)).max().unwrap_or(1).max(1),
        };
        let mut bars = vec![Bar {
            href: links::version(article, first.number),
            x: Scale::percent(0.0),
            is_current: current == Some(first.number),
            is_first: true,
            added: None,
            removed: None,
            title: format!("Version 0, first seen {}", wording::moment(first.first_seen_at)),
            label: Some(scale.label(first.number, first.first_seen_at, 0.0, None, true)),
        }];
        let mut last_label = 0.0;
        for (place, change) in shown.iter().rev().enumerate() {
            let at = scale.place(change.latest_at);
            let is_last = place + 1 == shown.len();
            let has_room = at - last_label >= LABEL_GAP && (is_last || at <= 100.0 - LABEL_GAP);
            if has_room {
                last_label = at;
            }
            bars.push(scale.bar(change, at, current, has_room, is_last));
        }
        let alternative = format!(
            "{} between {} and {}; each bar leads to its comparison.",
            wording::counted(shown.len() as u64, "change", "changes"),
            wording::moment(scale.start),
            wording::moment(scale.end),
        );
        Some(Self { alternative, bars })
    }
}

/// How time becomes places and words become heights.
struct Scale {
    start: DateTime<Utc>,
    end: DateTime<Utc>,
    most: u32,
}

impl Scale {
    /// The place of a moment, in hundredths of the width.
    fn place(&self, at: DateTime<Utc>) -> f64 {
        let whole = (self.end - self.start).num_milliseconds().max(1) as f64;
        ((at - self.start).num_milliseconds() as f64 / whole * 100.0).clamp(0.0, 100.0)
    }

    fn percent(place: f64) -> String {
        // The line has a margin of two hundredths at each end.
        format!("{:.1}%", 2.0 + place * 0.95)
    }

    fn height(&self, words: u32) -> Option<Height> {
        (words > 0).then(|| {
            let height = (u64::from(words) * TALLEST / u64::from(self.most)).max(4);
            Height { y: GROUND - height, height }
        })
    }

    fn bar(
        &self,
        change: &Change,
        at: f64,
        current: Option<VersionNumber>,
        has_room: bool,
        is_last: bool,
    ) -> Bar {
        let title = if change.from == change.to {
            let summary = compare::summary(&change.kinds, &change.stats);
            format!("Version {}, {}: {summary}", change.to, wording::moment(change.latest_at))
        } else {
            format!(
                "Version {}, {}: {} added, {} removed",
                change.to,
                wording::moment(change.latest_at),
                wording::counted(change.stats.words_added, "word", "words"),
                wording::grouped(change.stats.words_removed),
            )
        };
        let note = if change.kinds.contains(&Kind::Headline) { Some("headline") } else { None };
        Bar {
            href: links::change(change),
            x: Self::percent(at),
            is_current: current == Some(change.to),
            is_first: false,
            added: self.height(change.stats.words_added),
            removed: self.height(change.stats.words_removed),
            title,
            label: has_room.then(|| self.label(change.to, change.latest_at, at, note, is_last)),
        }
    }

    /// Near the start of the picture the hour tells most, over weeks the day.
    fn label(
        &self,
        number: VersionNumber,
        at: DateTime<Utc>,
        place: f64,
        note: Option<&str>,
        is_major: bool,
    ) -> Label {
        let is_short = self.end - self.start < TimeDelta::hours(24);
        let when = if is_short { wording::hour(at) } else { wording::day(at) };
        let note = note.map(|note| format!(" · {note}")).unwrap_or_default();
        let anchor = if place > 100.0 - LABEL_GAP { "end" } else { "start" };
        Label { text: format!("v{number} {when}{note}"), anchor, is_major }
    }
}

fn most_words(change: &Change) -> u32 {
    change.stats.words_added.max(change.stats.words_removed)
}
