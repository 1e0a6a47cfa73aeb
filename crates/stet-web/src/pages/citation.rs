//! What a reader copies to say where a text is from.

use chrono::{DateTime, Utc};
use stet_core::{Address, VersionNumber};
use url::Url;

use crate::{links, wording};

/// What is cited.
pub(crate) struct Cited<'a> {
    pub(crate) publisher: &'a str,
    pub(crate) headline: &'a str,
    /// The headline before, where it was another.
    pub(crate) old_headline: Option<&'a str>,
    /// Each version with the time at which it was first seen.
    pub(crate) versions: &'a [(VersionNumber, DateTime<Utc>)],
    /// Where the article stands.
    pub(crate) original: &'a Address,
    /// The path of the page.
    pub(crate) page: &'a str,
}

/// `RT: “Talks go on” (earlier: “Talks begin”). Version 0, first seen 9 Sept 2016, 17:44 UTC, …`
pub(crate) fn citation(base: &Url, cited: &Cited<'_>) -> String {
    let earlier = cited.old_headline.map(|old| format!(" (earlier: “{old}”)")).unwrap_or_default();
    let versions: Vec<String> = cited
        .versions
        .iter()
        .map(|(number, at)| format!("version {number}, first seen {}", wording::moment(*at)))
        .collect();
    format!(
        "{}: “{}”{earlier}. {}: {}. Kept by Stet: {} – original: {}",
        cited.publisher,
        cited.headline,
        if versions.len() > 1 { "Compared" } else { "Read" },
        versions.join("; with "),
        links::absolute(base, cited.page),
        cited.original.as_str(),
    )
}
