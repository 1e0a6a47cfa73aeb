//! The field's words for readers.

use stet_core::{CheckOutcome, Kind};

use crate::said::{say, text, text_of};

/// A kind of change: `headline`.
#[must_use]
pub fn kind(kind: Kind) -> &'static str {
    text_of("kind", kind.as_str())
}

/// What a kind of change means, in a sentence.
#[must_use]
pub fn kind_meaning(kind: Kind) -> &'static str {
    text_of("meaning", kind.as_str())
}

/// What a check came to: `page not found`.
#[must_use]
pub fn outcome(outcome: CheckOutcome) -> &'static str {
    text_of("outcome", outcome.as_str())
}

/// `a`, `a and b`, `a, b and c`
#[must_use]
pub fn list(parts: &[String]) -> String {
    match parts.split_last() {
        None => String::new(),
        Some((last, [])) => last.clone(),
        Some((last, others)) => {
            say("list-end").with("others", others.join(joint())).with("last", last).to_string()
        }
    }
}

/// What stands between the parts of a list that goes on.
pub(crate) fn joint() -> &'static str {
    text("list-joint")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_and_every_outcome_has_words() {
        for each in Kind::ALL {
            assert!(!kind(each).is_empty());
            assert!(kind_meaning(each).ends_with('.'));
        }
        for each in CheckOutcome::ALL {
            assert!(!outcome(each).is_empty());
        }
    }

    #[test]
    fn a_list_ends_with_and() {
        let named =
            |parts: &[&str]| list(&parts.iter().map(ToString::to_string).collect::<Vec<_>>());
        assert_eq!(named(&["date"]), "date");
        assert_eq!(named(&["headline", "byline", "date"]), "headline, byline and date");
    }
}
