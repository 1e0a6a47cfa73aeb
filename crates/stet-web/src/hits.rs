//! What a search found, as it is printed.

use stet_core::VersionNumber;
use stet_core::search::{Excerpt, Query, excerpt};
use stet_store::{Field, Hit, PassageState};
use stet_words::{say, text};

use crate::links;
use crate::wording::Stamp;

/// What was found in one article.
pub(crate) struct HitGroup {
    pub(crate) href: String,
    pub(crate) title: String,
    pub(crate) source: String,
    pub(crate) source_href: String,
    pub(crate) hits: Vec<HitLine>,
}

/// A passage that was found.
pub(crate) struct HitLine {
    /// What part of the article it is, where it is no paragraph.
    pub(crate) field: Option<&'static str>,
    pub(crate) excerpt: Excerpt,
    pub(crate) language: Option<&'static str>,
    pub(crate) state: &'static str,
    pub(crate) is_gone: bool,
    pub(crate) came: Event,
    pub(crate) went: Option<Event>,
}

/// When a passage came or went, and where that is seen.
pub(crate) struct Event {
    pub(crate) href: String,
    pub(crate) what: String,
    pub(crate) at: Stamp,
}

/// Passages, those of one article that follow each other put together.
pub(crate) fn groups(hits: &[Hit], query: &Query) -> Vec<HitGroup> {
    hits.chunk_by(|one, next| one.article == next.article)
        .filter_map(|hits| {
            let first = hits.first()?;
            Some(HitGroup {
                href: links::article(first.article),
                title: first.title.clone().unwrap_or_default(),
                source: first.source_name.clone(),
                source_href: links::source(&first.source_slug),
                hits: hits.iter().map(|hit| HitLine::new(hit, query)).collect(),
            })
        })
        .collect()
}

impl HitLine {
    fn new(hit: &Hit, query: &Query) -> Self {
        Self {
            field: match hit.field {
                Field::Headline => Some("headline"),
                Field::Standfirst => Some("standfirst"),
                Field::Caption => Some(text("hits-picture-caption")),
                Field::Paragraph => None,
            },
            excerpt: excerpt(&hit.text, hit.language, query),
            language: hit.language.map(stet_core::search::Language::code),
            state: match hit.state {
                PassageState::Standing => text("hits-stands-now"),
                PassageState::Gone => text("hits-no-longer-stands"),
                PassageState::Unread => text("hits-no-longer-read"),
            },
            is_gone: hit.state == PassageState::Gone,
            came: came(hit),
            went: went(hit),
        }
    }
}

fn came(hit: &Hit) -> Event {
    let (at, place) = (Stamp::new(hit.came_at), hit.came_place);
    match hit.came_from {
        Some(from) => Event {
            href: in_diff(hit, from, hit.came_in, hit.came_in, place),
            what: say("hits-appeared").with("version", hit.came_in).to_string(),
            at,
        },
        None => Event {
            href: in_version(hit, hit.came_in, place),
            what: say("hits-stood").with("version", hit.came_in).to_string(),
            at,
        },
    }
}

fn went(hit: &Hit) -> Option<Event> {
    let at = Stamp::new(hit.went_at?);
    let (from, place) = (hit.went_from?, hit.went_place);
    Some(match hit.went_in {
        Some(to) => Event {
            href: in_diff(hit, from, to, from, place),
            what: say("hits-vanished").with("version", to).to_string(),
            at,
        },
        None => Event {
            href: in_version(hit, from, place),
            what: say("hits-removed-whole").with("version", from).to_string(),
            at,
        },
    })
}

/// Where a comparison shows the passage, which one of its versions has.
fn in_diff(
    hit: &Hit,
    old: VersionNumber,
    new: VersionNumber,
    of: VersionNumber,
    place: Option<u32>,
) -> String {
    let anchor = place.map(|place| links::paragraph_of(of, place));
    links::at(links::diff(hit.article, old, new), anchor)
}

/// Where the page of a version shows it.
fn in_version(hit: &Hit, version: VersionNumber, place: Option<u32>) -> String {
    links::at(links::version(hit.article, version), place.map(links::paragraph))
}
