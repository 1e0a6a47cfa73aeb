//! What a reader copies to say where a text is from.

use chrono::{DateTime, Utc};
use stet_core::{Address, VersionNumber};
use stet_words::say;
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
    let headline = match cited.old_headline {
        None => say("citation-headline").with("headline", cited.headline),
        Some(old) => {
            say("citation-headline-renamed").with("headline", cited.headline).with("old", old)
        }
    };
    let mut versions = cited.versions.iter().map(|&(number, at)| {
        let said = say("citation-version").with("number", number);
        said.with("moment", wording::moment(at)).to_string()
    });
    let [first, second] = [versions.next(), versions.next()];
    let said = match second {
        None => say("citation-read"),
        Some(second) => say("citation-compared").with("second", second),
    };
    said.with("publisher", cited.publisher)
        .with("headline", headline.to_string())
        .with("first", first.unwrap_or_default())
        .with("page", links::absolute(base, cited.page))
        .with("original", cited.original.as_str())
        .into()
}
