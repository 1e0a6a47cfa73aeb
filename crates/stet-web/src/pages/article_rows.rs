//! The rows of the tables on an article's page.

use std::collections::HashMap;

use askama::Template;
use askama::filters::HtmlSafe;
use stet_core::{ArticleId, Kind, VersionNumber};
use stet_store::{AddressOrigin, Check, KnownAddress, NumberedSighting, Passage, VersionSummary};
use stet_words::{say, text};

use crate::links;
use crate::wording::{self, Stamp};

/// Texts of an article, the latest first.
#[derive(Template)]
#[template(path = "parts/version_table.html")]
pub(super) struct VersionTable {
    versions: Vec<VersionRow>,
}

// Its template escapes what it prints.
impl HtmlSafe for VersionTable {}

struct VersionRow {
    number: String,
    href: String,
    first_seen: Stamp,
    /// How long after the version before.
    later: Option<String>,
    title: String,
    /// Whether the text that stood before had another headline.
    is_new_title: bool,
    words: String,
    words_added: Option<String>,
    words_removed: Option<String>,
    /// The comparison with the text that stood before, and what it comes to.
    diff: Option<String>,
    summary: Option<String>,
    kinds: Vec<&'static str>,
}

/// A run of checks that saw one text.
pub(super) struct SightingRow {
    pub(super) version: String,
    pub(super) href: String,
    pub(super) first_seen: Stamp,
    pub(super) last_seen: Stamp,
    pub(super) checks: String,
    /// What led to it, and where that is shown.
    pub(super) what: Option<String>,
    pub(super) what_href: Option<String>,
    /// Whether the article was removed while this text stood.
    pub(super) is_removed: bool,
}

/// A visit.
pub(super) struct CheckRow {
    pub(super) at: Stamp,
    pub(super) outcome: &'static str,
    pub(super) status: String,
    pub(super) took: String,
    pub(super) size: String,
    pub(super) detail: String,
}

/// Where the article stood.
pub(super) struct AddressRow {
    pub(super) address: String,
    pub(super) how: &'static str,
    pub(super) since: Stamp,
}

impl VersionTable {
    /// The first `limit` of these versions; one behind them is only what the last row is compared
    /// with.
    pub(super) fn new(
        article: ArticleId,
        versions: &[VersionSummary],
        passages: &[Passage],
        limit: usize,
    ) -> Self {
        // Nothing led to the first version, whatever led back to it.
        let mut led_to: HashMap<VersionNumber, &Passage> = HashMap::new();
        let is_new = |passage: &&Passage| {
            passage.from != passage.to && !passage.kinds.contains(&Kind::Reversion)
        };
        for passage in passages.iter().filter(is_new) {
            led_to.entry(passage.to).or_insert(passage);
        }
        let row = |(place, version): (usize, &VersionSummary)| {
            let passage = led_to.get(&version.number).copied();
            VersionRow::new(article, version, versions.get(place + 1), passage)
        };
        Self { versions: versions.iter().enumerate().take(limit).map(row).collect() }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.versions.is_empty()
    }
}

impl VersionRow {
    fn new(
        article: ArticleId,
        version: &VersionSummary,
        before: Option<&VersionSummary>,
        passage: Option<&Passage>,
    ) -> Self {
        let from = passage.map(|passage| passage.from).or(before.map(|before| before.number));
        Self {
            number: version.number.to_string(),
            href: links::version(article, version.number),
            first_seen: Stamp::new(version.first_seen_at),
            later: before.map(|before| wording::span(version.first_seen_at - before.first_seen_at)),
            title: version.title.clone(),
            is_new_title: match passage {
                Some(passage) => passage.kinds.contains(&Kind::Headline),
                None => before.is_none_or(|before| before.title != version.title),
            },
            words: wording::grouped(version.words),
            words_added: passage.and_then(|passage| signed("+", passage.stats.words_added)),
            words_removed: passage.and_then(|passage| signed("−", passage.stats.words_removed)),
            diff: from.map(|from| links::diff(article, from, version.number)),
            summary: passage.map(|passage| stet_words::summary(&passage.kinds, &passage.stats)),
            kinds: passage.map(|passage| wording::marked_kinds(&passage.kinds)).unwrap_or_default(),
        }
    }
}

/// `+316`; nothing for none.
fn signed(sign: &str, words: u32) -> Option<String> {
    (words > 0).then(|| format!("{sign}{}", wording::grouped(words)))
}

pub(super) fn sighting_rows(
    article: ArticleId,
    sightings: &[NumberedSighting],
    passages: &[Passage],
) -> Vec<SightingRow> {
    let is_removal = |passage: &&Passage| passage.kinds.contains(&Kind::Gone);
    let by_sighting = |passage: &'_ Passage| passage.to_sighting;
    let led_to: HashMap<u32, &Passage> = passages
        .iter()
        .filter(|passage| !is_removal(passage))
        .map(|passage| (by_sighting(passage), passage))
        .collect();
    let removed: Vec<u32> = passages.iter().filter(is_removal).map(by_sighting).collect();
    sightings
        .iter()
        .map(|NumberedSighting { number, sighting }| {
            let passage = led_to.get(number).copied();
            SightingRow {
                version: say("version-number").with("number", sighting.version).to_string(),
                href: links::version(article, sighting.version),
                first_seen: Stamp::new(sighting.first_seen_at),
                last_seen: Stamp::new(sighting.last_seen_at),
                checks: wording::grouped(sighting.checks),
                what: passage.map(|passage| stet_words::summary(&passage.kinds, &passage.stats)),
                what_href: passage
                    .filter(|passage| passage.from != passage.to)
                    .map(|passage| links::passage(article, passage)),
                is_removed: removed.contains(number),
            }
        })
        .collect()
}

/// One address alone is said above.
pub(super) fn address_rows(known: &[KnownAddress]) -> Vec<AddressRow> {
    let row = |known: &KnownAddress| AddressRow {
        address: known.address.to_string(),
        how: match known.origin {
            AddressOrigin::Watched => text("article-rows-watched-there"),
            AddressOrigin::Moved => text("article-rows-moved-address-the"),
            AddressOrigin::Canonical => text("article-rows-the-page-calls"),
            AddressOrigin::Given => text("article-rows-led-here"),
        },
        since: Stamp::new(known.since),
    };
    if known.len() > 1 { known.iter().map(row).collect() } else { Vec::new() }
}

pub(super) fn check_row(check: &Check) -> CheckRow {
    CheckRow {
        at: Stamp::new(check.at),
        outcome: wording::outcome(check.outcome),
        status: check.status.map(|status| status.to_string()).unwrap_or_default(),
        took: wording::counted(
            u64::try_from(check.took.as_millis()).unwrap_or(u64::MAX),
            "milliseconds",
        ),
        size: wording::size(check.bytes),
        detail: check.detail.clone().unwrap_or_default(),
    }
}
