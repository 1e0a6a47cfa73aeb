//! What this site is, how it visits others, and how they ask it to stop.
use stet_words::text;

use askama::Template;
use askama_web::WebTemplate;
use axum::extract::State;
use axum::response::IntoResponse;

use crate::cache::CachePolicy;
use crate::layout::{Layout, Section};
use crate::{Site, links};

#[derive(Template, WebTemplate)]
#[template(path = "about.html")]
struct AboutPage {
    layout: Layout,
    help: String,
    sources: String,
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
        contact,
        bookmarklet: links::help_on("bookmarklet"),
    };
    (CachePolicy::Shared, page)
}
