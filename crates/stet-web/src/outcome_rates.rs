//! What the last checks of a source's articles came to, and how often.

use askama::Template;
use askama::filters::HtmlSafe;
use chrono::{DateTime, TimeDelta, Utc};
use stet_store::OutcomeCount;
use stet_words::say;

use crate::wording;

/// Of how many days the checks are counted: enough to see a fault of last night and whether it
/// lasts, few enough to be counted while a reader waits.
const DAYS: i64 = 3;

/// The checks of one source's articles by outcome.
#[derive(Debug, Clone, PartialEq, Eq, Template)]
#[template(path = "parts/outcome_rates.html")]
pub(crate) struct OutcomeRates {
    summary: String,
    rows: Vec<Row>,
}

// Its template escapes what it prints.
impl HtmlSafe for OutcomeRates {}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Row {
    outcome: &'static str,
    visits: String,
    share: String,
}

/// From when on checks are counted.
pub(crate) fn since(now: DateTime<Utc>) -> DateTime<Utc> {
    now - TimeDelta::days(DAYS)
}

impl OutcomeRates {
    /// `counts` may be those of all sources, the most frequent outcome of each first.
    pub(crate) fn new(source_slug: &str, counts: &[OutcomeCount]) -> Self {
        let own = || counts.iter().filter(|count| count.source_slug == source_slug);
        let all: u64 = own().map(|count| u64::from(count.visits)).sum();
        let checks = wording::counted(all, "checks");
        Self {
            summary: say("outcome-rates-of-its-articles")
                .with("days", DAYS)
                .with("checks", &checks)
                .to_string(),
            rows: own()
                .map(|count| Row {
                    outcome: wording::outcome(count.outcome),
                    visits: wording::grouped(count.visits),
                    share: wording::share(count.visits.into(), all),
                })
                .collect(),
        }
    }
}
