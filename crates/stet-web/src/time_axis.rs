//! A line of time with its ticks.

use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, TimeDelta, Utc};

use crate::wording;

/// About so many ticks at most: their labels have room on a wide screen, and every second one on a
/// phone.
const MOST_TICKS: i64 = 7;

/// From one tick to the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Minutes(i64),
    Days(i64),
    Months(i64),
}

const STEPS: [Step; 26] = [
    Step::Minutes(1),
    Step::Minutes(2),
    Step::Minutes(5),
    Step::Minutes(10),
    Step::Minutes(15),
    Step::Minutes(30),
    Step::Minutes(60),
    Step::Minutes(2 * 60),
    Step::Minutes(3 * 60),
    Step::Minutes(6 * 60),
    Step::Minutes(12 * 60),
    Step::Days(1),
    Step::Days(2),
    Step::Days(3),
    Step::Days(7),
    Step::Days(14),
    Step::Months(1),
    Step::Months(2),
    Step::Months(3),
    Step::Months(6),
    Step::Months(12),
    Step::Months(24),
    Step::Months(60),
    Step::Months(120),
    Step::Months(300),
    Step::Months(1_200),
];

/// A span of time along a line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct TimeAxis {
    start: DateTime<Utc>,
    end: DateTime<Utc>,
    /// Where they stand, in hundredths of the width.
    first: f64,
    last: f64,
}

/// A tick and what stands at it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Tick {
    pub(crate) place: f64,
    pub(crate) label: String,
}

impl TimeAxis {
    pub(crate) fn new(start: DateTime<Utc>, end: DateTime<Utc>, first: f64, last: f64) -> Self {
        Self { start, end: end.max(start), first, last }
    }

    /// The place of a moment, in hundredths of the width; of one outside, that of the nearer end.
    pub(crate) fn place(&self, at: DateTime<Utc>) -> f64 {
        let whole = (self.end - self.start).num_milliseconds().max(1) as f64;
        let part = (at - self.start).num_milliseconds() as f64 / whole;
        self.first + part.clamp(0.0, 1.0) * (self.last - self.first)
    }

    /// Ticks at round times, in order.
    pub(crate) fn ticks(&self) -> Vec<Tick> {
        let span = self.end - self.start;
        let step = STEPS
            .into_iter()
            .find(|step| span.num_seconds() <= step.seconds() * MOST_TICKS)
            .unwrap_or(Step::Months(1_200));
        let mut ticks = Vec::new();
        let mut next = step.begin(self.start);
        while let Some(at) = next.filter(|&at| at <= self.end) {
            if at >= self.start {
                ticks.push(Tick { place: self.place(at), label: step.label(at, ticks.is_empty()) });
            }
            next = step.after(at);
        }
        ticks
    }
}

impl Step {
    /// About how long it is.
    const fn seconds(self) -> i64 {
        match self {
            Self::Minutes(minutes) => minutes * 60,
            Self::Days(days) => days * 86_400,
            Self::Months(months) => months * 30 * 86_400,
        }
    }

    /// A tick at that time or before.
    fn begin(self, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let day = at.date_naive();
        let day = match self {
            Self::Minutes(minutes) => {
                let midnight = midnight(day);
                let past = (at - midnight).num_minutes().div_euclid(minutes) * minutes;
                return Some(midnight + TimeDelta::minutes(past));
            }
            // Days are counted from a Monday, so that weeks begin on theirs.
            Self::Days(days) => {
                day - TimeDelta::days(i64::from(day.num_days_from_ce() - 1).rem_euclid(days))
            }
            Self::Months(months) => first_of(months_of(day).div_euclid(months) * months)?,
        };
        Some(midnight(day))
    }

    fn after(self, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        match self {
            Self::Minutes(minutes) => at.checked_add_signed(TimeDelta::minutes(minutes)),
            Self::Days(days) => at.checked_add_signed(TimeDelta::days(days)),
            Self::Months(months) => first_of(months_of(at.date_naive()) + months).map(midnight),
        }
    }

    /// What a reader needs to know of a tick, beside the one before.
    fn label(self, at: DateTime<Utc>, is_first: bool) -> String {
        let day = wording::day(at);
        let short = day.rsplit_once(' ').map_or(day.as_str(), |(short, _year)| short);
        let month = short.split_once(' ').map_or(short, |(_day, month)| month);
        match self {
            Self::Minutes(_) if at.time() == NaiveTime::MIN => short.to_owned(),
            Self::Minutes(_) if is_first => format!("{short}, {}", wording::hour(at)),
            Self::Minutes(_) => wording::hour(at),
            Self::Days(_) => short.to_owned(),
            Self::Months(months) if months >= 12 => at.year().to_string(),
            Self::Months(_) if is_first || at.month() == 1 => format!("{month} {}", at.year()),
            Self::Months(_) => month.to_owned(),
        }
    }
}

const fn midnight(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(NaiveTime::MIN).and_utc()
}

fn months_of(day: NaiveDate) -> i64 {
    i64::from(day.year()) * 12 + i64::from(day.month0())
}

fn first_of(months: i64) -> Option<NaiveDate> {
    let year = i32::try_from(months.div_euclid(12)).ok()?;
    let month = u32::try_from(months.rem_euclid(12)).ok()?;
    NaiveDate::from_ymd_opt(year, month + 1, 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn labels(start: &str, end: &str) -> Vec<String> {
        let axis = TimeAxis::new(at(start), at(end), 0.0, 100.0);
        let ticks = axis.ticks();
        assert!(ticks.len() <= 8, "{ticks:?}");
        assert!(ticks.is_sorted_by(|a, b| a.place < b.place), "{ticks:?}");
        ticks.into_iter().map(|tick| tick.label).collect()
    }

    #[test]
    fn ticks_stand_at_round_times_from_minutes_to_years() {
        assert_eq!(
            labels("2016-09-09T17:44:00Z", "2016-09-09T17:51:00Z").join(" | "),
            "9 Sept, 17:44 | 17:45 | 17:46 | 17:47 | 17:48 | 17:49 | 17:50 | 17:51"
        );
        assert_eq!(
            labels("2016-09-09T17:44:00Z", "2016-09-10T05:00:00Z").join(" | "),
            "9 Sept, 18:00 | 20:00 | 22:00 | 10 Sept | 02:00 | 04:00"
        );
        assert_eq!(
            labels("2016-09-09T17:44:00Z", "2016-10-10T05:00:00Z").join(" | "),
            "12 Sept | 19 Sept | 26 Sept | 3 Oct | 10 Oct"
        );
        assert_eq!(
            labels("2016-09-09T17:44:00Z", "2017-03-01T05:00:00Z").join(" | "),
            "Oct 2016 | Nov | Dec | Jan 2017 | Feb | Mar"
        );
        assert_eq!(
            labels("1986-09-09T17:44:00Z", "2017-03-01T05:00:00Z").join(" | "),
            "1990 | 1995 | 2000 | 2005 | 2010 | 2015"
        );
    }

    #[test]
    fn a_moment_without_a_span_has_a_place() {
        let axis = TimeAxis::new(at("2016-09-09T17:44:00Z"), at("2016-09-09T17:44:00Z"), 2.0, 90.0);
        assert!((axis.place(at("2016-09-09T17:44:00Z")) - 2.0).abs() < f64::EPSILON);
        assert!((axis.place(at("2030-09-09T17:44:00Z")) - 90.0).abs() < f64::EPSILON);
        assert_eq!(axis.ticks().len(), 1);
    }
}
