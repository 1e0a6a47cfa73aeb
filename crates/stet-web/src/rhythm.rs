//! The picture of when and how often a publisher changes its articles.

use askama::Template;
use askama::filters::HtmlSafe;
use stet_store::Rhythm;
use stet_words::{say, text, text_of};

use crate::wording;

const DAYS: [&str; 7] =
    ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// The side of the largest square of an hour, where its cell has ten, and the height of the highest
/// bar of a week, in pixels.
const LARGEST: f64 = 9.0;
const HIGHEST: f64 = 64.0;

/// The places of the hours, in hundredths of the width: behind the names of the days.
const FIRST_HOUR: f64 = 8.5;
const HOUR: f64 = 3.8;

/// For how many weeks there is room at least, so that the bars of a few are not planks.
const FEWEST_WEEKS: usize = 12;

/// The height of a day's row, and of the hours' names above, in pixels.
const ROW: usize = 24;
const HEAD: usize = 22;

/// What is shown of a publisher's rhythm.
#[derive(Debug, Clone, PartialEq, Eq, Template)]
#[template(path = "parts/rhythm.html")]
pub(crate) struct RhythmPart {
    figures: Vec<Figure>,
    hours: Option<Hours>,
    weeks: Option<Weeks>,
}

// Its template escapes what it prints.
impl HtmlSafe for RhythmPart {}

/// A number, and what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Figure {
    number: String,
    meaning: String,
}

/// Changes by the day and the hour of the week.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Hours {
    since: String,
    /// In a sentence.
    busiest: String,
    height: usize,
    marks: Vec<HourMark>,
    days: Vec<Day>,
}

/// Where an hour's name stands.
#[derive(Debug, Clone, PartialEq, Eq)]
struct HourMark {
    x: String,
    text: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Day {
    name: &'static str,
    short: &'static str,
    text_y: usize,
    y: usize,
    hours: Vec<Hour>,
    changes: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Hour {
    x: String,
    /// Of its square, in tenths of the cell.
    corner: String,
    side: String,
    changes: String,
    label: String,
}

/// Changes by the week.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Weeks {
    /// In a sentence.
    most: String,
    bars: Vec<WeekBar>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct WeekBar {
    x: String,
    width: String,
    middle: String,
    y: String,
    height: String,
    headline_y: String,
    headline_height: String,
    /// The day on which it begins, and that without its year, for the picture where there is room.
    begins_on: String,
    name: String,
    anchor: &'static str,
    is_named: bool,
    is_minor: bool,
    changes: String,
    headlines: String,
    label: String,
}

impl RhythmPart {
    /// Nothing without an article that was read.
    pub(crate) fn new(rhythm: &Rhythm) -> Option<Self> {
        (rhythm.articles > 0).then(|| Self {
            figures: figures(rhythm),
            hours: Hours::new(rhythm),
            weeks: Weeks::new(rhythm),
        })
    }
}

fn figures(rhythm: &Rhythm) -> Vec<Figure> {
    let ever_changed = rhythm.changed();
    let changes: u64 = rhythm.weeks.iter().map(|week| u64::from(week.changes)).sum();
    let headlines: u64 = rhythm.weeks.iter().map(|week| u64::from(week.headlines)).sum();
    let weeks = rhythm.weeks.len();
    let mut figures = vec![Figure {
        number: wording::share(ever_changed.into(), rhythm.articles.into()),
        meaning: say("rhythm-of-its-changed")
            .with("counted", wording::counted(rhythm.articles, "articles"))
            .to_string(),
    }];
    if let Some(median) = rhythm.median_delay() {
        figures.push(Figure {
            number: wording::span(median),
            meaning: text("rhythm-until-the-first").to_owned(),
        });
    }
    figures.push(Figure {
        number: wording::grouped(changes),
        meaning: say("rhythm-changes-in-the").with("weeks", weeks).to_string(),
    });
    if changes > 0 {
        figures.push(Figure {
            number: wording::grouped(headlines),
            meaning: say("rhythm-of-them-changed")
                .with("share", wording::share(headlines, changes))
                .to_string(),
        });
    }
    figures
}

impl Hours {
    fn new(rhythm: &Rhythm) -> Option<Self> {
        let (busiest, &most) =
            rhythm.hours.iter().enumerate().rev().max_by_key(|(_, changes)| **changes)?;
        let all: u64 = rhythm.hours.iter().map(|&changes| u64::from(changes)).sum();
        if most == 0 {
            return None;
        }
        let days = DAYS.iter().zip(rhythm.hours.chunks(24)).enumerate();
        Some(Self {
            since: wording::day(rhythm.hours_since.and_time(chrono::NaiveTime::MIN).and_utc()),
            busiest: say("rhythm-busiest")
                .with("day", DAYS[busiest / 24 % 7])
                .with("from", busiest % 24)
                .with("to", busiest % 24 + 1)
                .with("most", most)
                .with("all", all)
                .to_string(),
            height: HEAD + 7 * ROW,
            marks: (0..24)
                .step_by(3)
                .map(|hour| HourMark {
                    x: format!("{:.2}%", FIRST_HOUR + HOUR * (f64::from(hour) + 0.5)),
                    text: format!("{hour:02}"),
                })
                .collect(),
            days: days.map(|(index, (name, hours))| day(index, name, hours, most)).collect(),
        })
    }
}

fn day(index: usize, day: &'static str, hours: &[u32], most: u32) -> Day {
    let name = text_of("weekday", day);
    let all: u64 = hours.iter().map(|&changes| u64::from(changes)).sum();
    let hours = hours.iter().enumerate().map(|(hour, &changes)| {
        // The area tells the number; a single change is still seen.
        let part = (f64::from(changes) / f64::from(most)).sqrt();
        let side = if changes > 0 { (part * LARGEST).max(1.2) } else { 0.0 };
        let count = wording::counted(changes, "changes");
        Hour {
            x: format!("{:.2}%", FIRST_HOUR + HOUR * hour as f64),
            corner: format!("{:.1}", 5.0 - side / 2.0),
            side: format!("{side:.1}"),
            changes: wording::grouped(changes),
            label: say("rhythm-hour")
                .with("day", name)
                .with("from", format!("{hour:02}"))
                .with("to", format!("{:02}", hour + 1))
                .with("changes", count)
                .into(),
        }
    });
    Day {
        name,
        short: text_of("weekday-short", day),
        text_y: HEAD + index * ROW + ROW / 2 + 4,
        y: HEAD + index * ROW,
        hours: hours.collect(),
        changes: wording::grouped(all),
    }
}

impl Weeks {
    fn new(rhythm: &Rhythm) -> Option<Self> {
        let most = rhythm.weeks.iter().map(|week| week.changes).max().filter(|&most| most > 0)?;
        let width = 98.0 / rhythm.weeks.len().max(FEWEST_WEEKS) as f64;
        let height = |number: u32| {
            if number == 0 { 0.0 } else { (f64::from(number) / f64::from(most) * HIGHEST).max(1.0) }
        };
        let bars = rhythm.weeks.iter().enumerate().map(|(index, week)| {
            let x = 1.0 + width * index as f64;
            let begins_on = wording::day(week.begins_on.and_time(chrono::NaiveTime::MIN).and_utc());
            let changes = wording::counted(week.changes, "changes");
            WeekBar {
                x: format!("{:.2}%", x + width * 0.12),
                width: format!("{:.2}%", width * 0.76),
                middle: format!("{:.2}%", x + width / 2.0),
                y: format!("{:.1}", HIGHEST + 8.0 - height(week.changes)),
                height: format!("{:.1}", height(week.changes)),
                headline_y: format!("{:.1}", HIGHEST + 8.0 - height(week.headlines)),
                headline_height: format!("{:.1}", height(week.headlines)),
                is_named: index % 5 == 0,
                is_minor: index % 10 == 5,
                changes: wording::grouped(week.changes),
                headlines: wording::grouped(week.headlines),
                label: say("rhythm-week-of-of")
                    .with("begins-on", &begins_on)
                    .with("changes", &changes)
                    .with("grouped", wording::grouped(week.headlines))
                    .to_string(),
                name: begins_on
                    .rsplit_once(' ')
                    .map_or_else(String::new, |(day, _)| day.to_owned()),
                anchor: if index == 0 { "start" } else { "middle" },
                begins_on,
            }
        });
        Some(Self {
            most: say("rhythm-the-most-in")
                .with("counted", wording::counted(most, "changes"))
                .to_string(),
            bars: bars.collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use chrono::{NaiveDate, TimeDelta};
    use stet_store::{ChangeWeek, Delay};

    use super::*;

    fn rhythm(articles: u32) -> Rhythm {
        let monday = NaiveDate::from_ymd_opt(2016, 9, 5).unwrap();
        let week = |index: i64| ChangeWeek {
            begins_on: monday + TimeDelta::days(7 * index),
            changes: 0,
            headlines: 0,
        };
        Rhythm {
            articles,
            delays: Vec::new(),
            weeks: (0..26).map(week).collect(),
            hours: vec![0; 168],
            hours_since: monday,
        }
    }

    fn said(part: &RhythmPart) -> Vec<String> {
        part.figures.iter().map(|figure| format!("{} {}", figure.number, figure.meaning)).collect()
    }

    #[test]
    fn a_publisher_without_changes_has_figures_and_no_pictures() {
        assert_eq!(RhythmPart::new(&rhythm(0)), None);
        let part = RhythmPart::new(&rhythm(9)).unwrap();
        assert_eq!((&part.hours, &part.weeks), (&None, &None));
        assert_eq!(
            said(&part),
            [
                "0.0% of its 9 articles changed after they were first seen",
                "0 changes in the last 26 weeks"
            ]
        );
    }

    #[test]
    fn shares_and_the_median_are_said() {
        let mut rhythm = rhythm(40);
        rhythm.delays = vec![
            Delay { at_least: TimeDelta::minutes(25), articles: 4 },
            Delay { at_least: TimeDelta::hours(3), articles: 7 },
        ];
        rhythm.weeks[25].changes = 30;
        rhythm.weeks[25].headlines = 3;
        let said = said(&RhythmPart::new(&rhythm).unwrap());
        assert!(said[0].starts_with("28% of its 40 articles"), "{said:?}");
        assert!(said[1].starts_with("3 hours median time to the first change"), "{said:?}");
        assert_eq!(said[3], "3 of them changed the headline: 10%");
    }

    #[test]
    fn the_area_of_a_square_tells_how_many_changes_its_hour_had() {
        let mut rhythm = rhythm(40);
        rhythm.hours[4 * 24 + 18] = 400;
        rhythm.hours[0] = 100;
        rhythm.hours[1] = 1;
        let hours = RhythmPart::new(&rhythm).unwrap().hours.unwrap();
        assert_eq!(
            hours.busiest,
            "The busiest hour is on Fridays from 18:00 to 19:00 UTC: 400 of 501 changes."
        );
        let side = |day: usize, hour: usize| hours.days[day].hours[hour].side.as_str();
        assert_eq!([side(4, 18), side(0, 0), side(0, 1), side(0, 2)], ["9.0", "4.5", "1.2", "0.0"]);
        assert_eq!(hours.days[4].hours[18].label, "Friday, 18:00 to 19:00 UTC: 400 changes");
    }

    #[test]
    fn a_week_with_one_change_is_seen_beside_a_busy_one() {
        let mut rhythm = rhythm(40);
        rhythm.weeks[0].changes = 1;
        rhythm.weeks[25].changes = 6_400;
        rhythm.weeks[25].headlines = 3_200;
        let weeks = RhythmPart::new(&rhythm).unwrap().weeks.unwrap();
        assert_eq!(weeks.bars[0].height, "1.0");
        assert_eq!(
            (weeks.bars[25].y.as_str(), weeks.bars[25].headline_height.as_str()),
            ("8.0", "32.0")
        );
        assert_eq!(weeks.most, "The most in one week: 6,400 changes.");
    }
}
