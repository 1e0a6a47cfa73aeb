//! What this site is, how it visits others, and how they ask it to stop.
use stet_words::text;

use askama::Template;
use askama_web::WebTemplate;
use axum::extract::State;
use axum::response::IntoResponse;
use chrono::TimeDelta;

use crate::cache::CachePolicy;
use crate::layout::{Layout, Section};
use crate::{Site, links, wording};

#[derive(Template, WebTemplate)]
#[template(path = "about.html")]
struct AboutPage {
    layout: Layout,
    help: String,
    sources: String,
    /// How far apart visits to one host are at least; nothing where that is no time.
    gap: Option<String>,
    /// Who runs this site, as the operator says.
    contact: Option<String>,
    /// Where that can be opened.
    contact_href: Option<String>,
    bookmarklet: String,
}

/// `/about`
pub(crate) async fn show(State(site): State<Site>) -> impl IntoResponse {
    let contact = site.settings.contact.clone();
    let page = AboutPage {
        layout: Layout::new(text("about-about-this-site"), Section::Elsewhere)
            .describing(text("about-what-stet-is").to_owned()),
        help: links::help(),
        sources: links::sources(),
        contact_href: contact.as_deref().and_then(links::contact),
        contact: contact.map(without_scheme),
        gap: gap(site.settings.host_gap),
        bookmarklet: links::help_on("bookmarklet"),
    };
    (CachePolicy::Shared, page)
}

/// An address of electronic mail as people write it.
fn without_scheme(contact: String) -> String {
    match contact.strip_prefix("mailto:") {
        Some(address) => address.split('?').next().unwrap_or_default().to_owned(),
        None => contact,
    }
}

fn gap(gap: TimeDelta) -> Option<String> {
    let milliseconds = gap.num_milliseconds().unsigned_abs();
    match (milliseconds / 1_000, milliseconds % 1_000) {
        (0, 0) => None,
        (seconds, 0) => Some(wording::counted(seconds, "seconds")),
        _ => Some(wording::counted(milliseconds, "milliseconds")),
    }
}
