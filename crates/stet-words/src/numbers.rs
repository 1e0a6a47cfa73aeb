//! Numbers, as people read them.

use crate::language::spoken;
use crate::said::{say, text};

/// `1,204,331`
#[must_use]
pub fn grouped(number: impl Into<u64>) -> String {
    group(number.into(), spoken().group_mark())
}

/// Puts a mark between groups of three digits.
pub(crate) fn group(number: u64, mark: &str) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push_str(mark);
        }
        grouped.push(digit);
    }
    grouped
}

/// What is counted: `1 word` and `1,204 words` of `words`, whose message is `count-words`.
#[must_use]
pub fn counted(number: impl Into<u64>, what: &str) -> String {
    say(format!("count-{what}")).with("count", number.into()).to_string()
}

/// `37%`, `0.4%`; a share that is not nothing is never printed as nothing.
#[must_use]
pub fn share(part: u64, whole: u64) -> String {
    let permille = (part * 1_000 + whole / 2) / whole.max(1);
    match permille {
        0 if part > 0 => text("share-tiny").to_owned(),
        0..100 => {
            say("share-fine").with("whole", permille / 10).with("tenths", permille % 10).to_string()
        }
        _ => say("share").with("whole", (permille + 5) / 10).to_string(),
    }
}

/// `812 bytes`, `48 kB`
#[must_use]
pub fn size(bytes: u32) -> String {
    if bytes < 1_000 {
        counted(bytes, "bytes")
    } else {
        say("kilobytes").with("count", bytes.div_ceil(1_000)).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_and_counted() {
        assert_eq!(grouped(999_u32), "999");
        assert_eq!(grouped(1_204_331_u32), "1,204,331");
        assert_eq!(counted(1_u32, "words"), "1 word");
        assert_eq!(counted(0_u32, "words"), "0 words");
        assert_eq!((size(1), size(48_700)), ("1 byte".to_owned(), "49 kB".to_owned()));
    }

    #[test]
    fn a_share_is_said_in_hundredths() {
        let shares = [(0, 9), (1, 9_999), (1, 250), (99, 1_000), (2, 3), (5, 5), (0, 0)];
        assert_eq!(
            shares.map(|(part, whole)| share(part, whole)),
            ["0.0%", "under 0.1%", "0.4%", "9.9%", "67%", "100%", "0.0%"]
        );
    }
}
