//! What a reader needs to understand the pages.

use askama::Template;
use askama_web::WebTemplate;
use axum::extract::State;
use axum::response::IntoResponse;
use stet_core::Kind;
use stet_words::text;

use crate::cache::CachePolicy;
use crate::change_mark::ChangeMark;
use crate::layout::{Layout, Section};
use crate::{Site, links, webhook_body, wording};

#[derive(Template, WebTemplate)]
#[template(path = "help.html")]
struct HelpPage {
    layout: Layout,
    about: String,
    search: String,
    latest: String,
    lookup: String,
    /// The signs above the bars of a timeline.
    marks: Vec<ChangeMark>,
    kinds: Vec<KindLine>,
    /// What the API is, for programs, and where editors make tokens for it.
    api: String,
    tokens: String,
    /// Where editors have changes posted to, and what messages are called.
    webhooks: String,
    messages: [(&'static str, &'static str); 4],
    /// What a bookmark does: it leads from any page to its history here.
    bookmarklet: String,
}

struct KindLine {
    name: &'static str,
    meaning: &'static str,
}

/// `/help`
pub(crate) async fn show(State(site): State<Site>) -> impl IntoResponse {
    let page = HelpPage {
        layout: Layout::new(text("help-help"), Section::Elsewhere)
            .describing(text("help-how-to-read-the").to_owned()),
        about: links::about(),
        search: links::search(),
        latest: links::latest(),
        lookup: links::lookup(),
        marks: ChangeMark::all().collect(),
        kinds: Kind::ALL
            .into_iter()
            .map(|kind| KindLine {
                name: wording::kind(kind),
                meaning: wording::kind_meaning(kind),
            })
            .collect(),
        api: links::api_description(),
        tokens: links::tokens(),
        webhooks: links::webhooks(),
        messages: webhook_body::TYPES,
        bookmarklet: links::bookmarklet(&site.settings.base_url),
    };
    (CachePolicy::Shared, page)
}
