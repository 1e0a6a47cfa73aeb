//! Dates as HTTP writes them.

use chrono::{DateTime, NaiveDateTime, Utc};

/// Writes a date in HTTP's own form, to the second: `Fri, 09 Sep 2016 17:44:00 GMT`.
#[must_use]
pub fn format(at: DateTime<Utc>) -> String {
    at.format("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

/// Reads the three forms of a date that RFC 9110 §5.6.7 wants understood.
#[must_use]
pub fn parse(text: &str) -> Option<DateTime<Utc>> {
    ["%a, %d %b %Y %T GMT", "%A, %d-%b-%y %T GMT", "%a %b %e %T %Y"]
        .iter()
        .find_map(|form| NaiveDateTime::parse_from_str(text.trim(), form).ok())
        .map(|date| date.and_utc())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_that_was_written_is_read_again() {
        let at = DateTime::from_timestamp(1_473_443_040, 0).unwrap();
        assert_eq!(format(at), "Fri, 09 Sep 2016 17:44:00 GMT");
        assert_eq!(parse(&format(at)), Some(at));
        assert_eq!(parse("Friday, 09-Sep-16 17:44:00 GMT"), Some(at));
        assert_eq!(parse("Fri Sep  9 17:44:00 2016"), Some(at));
        assert_eq!(parse("2016-09-09T17:44:00Z"), None);
        assert_eq!(parse("Thu, 09 Sep 2016 17:44:00 GMT"), None, "it was a Friday");
    }
}
