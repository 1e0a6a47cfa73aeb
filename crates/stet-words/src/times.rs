//! Moments and spans, as people read them.

use chrono::{DateTime, Datelike, TimeDelta, Timelike, Utc};

use crate::numbers::counted;
use crate::said::{say, text};

/// `9 Sept 2016, 17:44 UTC`
#[must_use]
pub fn moment(time: DateTime<Utc>) -> String {
    say("moment").with("day", day(time)).with("hour", hour(time)).to_string()
}

/// `9 Sept 2016, 17:44:15 UTC`
#[must_use]
pub fn exact_moment(time: DateTime<Utc>) -> String {
    let hour = format!("{}:{:02}", hour(time), time.second());
    say("moment").with("day", day(time)).with("hour", hour).to_string()
}

/// `9 Sept 2016`
#[must_use]
pub fn day(time: DateTime<Utc>) -> String {
    let month = say(format!("month-{}", time.month())).to_string();
    // The year is no count: as a text it is printed as it is.
    let year = time.year().to_string();
    say("day").with("day", time.day()).with("month", month).with("year", year).to_string()
}

/// `17:44`
#[must_use]
pub fn hour(time: DateTime<Utc>) -> String {
    format!("{:02}:{:02}", time.hour(), time.minute())
}

/// A span as people say it: its greatest unit, rounded down.
#[must_use]
pub fn span(span: TimeDelta) -> String {
    let in_units = |number: i64, what| counted(number.unsigned_abs(), what);
    match (span.num_days(), span.num_hours(), span.num_minutes()) {
        (days, ..) if days >= 2 => in_units(days, "days"),
        (_, hours, _) if hours >= 1 => in_units(hours, "hours"),
        (.., minutes) if minutes >= 1 => in_units(minutes, "minutes"),
        _ => text("span-moment").to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_printed_with_its_day_and_its_zone() {
        let time = DateTime::from_timestamp(1_473_443_055, 0).unwrap();
        assert_eq!(moment(time), "9 Sept 2016, 17:44 UTC");
        assert_eq!(exact_moment(time), "9 Sept 2016, 17:44:15 UTC");
    }

    #[test]
    fn a_span_is_said_in_its_greatest_unit() {
        assert_eq!(span(TimeDelta::seconds(59)), "less than a minute");
        assert_eq!(span(TimeDelta::minutes(61)), "1 hour");
        assert_eq!(span(TimeDelta::hours(47)), "47 hours");
        assert_eq!(span(TimeDelta::days(40)), "40 days");
    }
}
