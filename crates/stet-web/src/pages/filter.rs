//! Which of the addresses that feeds name are watched, with a preview of what a filter drops.

use askama::Template;
use askama_web::WebTemplate;
use axum::Form;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use stet_core::address_filter::FilterError;
use stet_core::{Address, AddressFilter, FeedId};
use stet_store::audit::{Action, Subject};
use stet_store::{Filtered, SetFilterError};
use stet_words::{say, text};

use super::Named;
use super::source;
use super::watch::may_submit;
use crate::cache::CachePolicy;
use crate::error::PageError;
use crate::layout::{Layout, Section};
use crate::peer::Peer;
use crate::session::{self, Visitor};
use crate::{Site, links, wording};

/// The most addresses of each column that are listed.
const LISTED: usize = 100;

/// `?feed=`: one feed of the source; all of them without.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Which {
    feed: Option<String>,
}

/// What the form sends.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Submission {
    #[serde(default)]
    include: String,
    #[serde(default)]
    exclude: String,
    /// `save`, or anything else for a preview.
    #[serde(default)]
    action: String,
    form_token: Option<String>,
}

#[derive(Template, WebTemplate)]
#[template(path = "filter.html")]
struct FilterPage {
    layout: Layout,
    source: String,
    source_href: String,
    /// The one feed that is meant.
    feed: Option<String>,
    action: String,
    token: Option<String>,
    include: String,
    exclude: String,
    error: Option<String>,
    preview: Option<Preview>,
}

struct Preview {
    counts: String,
    dropped: Vec<String>,
    taken: Vec<String>,
    /// How many more there are in each column.
    more_dropped: usize,
    more_taken: usize,
}

/// What is filtered, and where its form stands.
struct Place {
    source: String,
    slug: String,
    feed: Option<(FeedId, String)>,
}

impl Place {
    async fn find(site: &Site, slug: String, which: &Which) -> Result<Self, PageError> {
        let (found, feeds) = source::load(site, &slug).await?;
        let feed = match &which.feed {
            None => None,
            Some(id) => {
                let id: FeedId = id.parse().map_err(|_| PageError::NotFound)?;
                let feed = feeds.iter().find(|feed| feed.id == id).ok_or(PageError::NotFound)?;
                Some((id, feed.address.to_string()))
            }
        };
        Ok(Self { source: found.name, slug, feed })
    }

    fn filtered(&self) -> Filtered<'_> {
        match &self.feed {
            Some((id, _)) => Filtered::Feed(*id),
            None => Filtered::Source(&self.slug),
        }
    }

    fn href(&self) -> String {
        match &self.feed {
            Some((id, _)) => links::feed_filter(&self.slug, *id),
            None => links::source_filter(&self.slug),
        }
    }
}

/// `GET /sources/{slug}/filter`
pub(crate) async fn show(
    State(site): State<Site>,
    visitor: Visitor,
    Named(slug): Named<String>,
    Query(which): Query<Which>,
) -> Result<Response, PageError> {
    if visitor.session().is_none() {
        return Err(PageError::LoginNeeded { next: links::source_filter(&slug) });
    }
    let place = Place::find(&site, slug, &which).await?;
    let filter = site.store.filter(place.filtered()).await?.unwrap_or_default();
    let page = FilterPage::new(&place, &visitor, &filter);
    Ok(shown(page, &filter, &site.store.listed(place.filtered()).await?))
}

/// `POST /sources/{slug}/filter`: a preview of the patterns, or saves them.
pub(crate) async fn change(
    State(site): State<Site>,
    visitor: Visitor,
    peer: Peer,
    Named(slug): Named<String>,
    Query(which): Query<Which>,
    Form(sent): Form<Submission>,
) -> Result<Response, PageError> {
    let here = links::source_filter(&slug);
    if visitor.session().is_none() {
        return Err(PageError::LoginNeeded { next: here });
    }
    may_submit(&site, &visitor, peer, &here)?;
    visitor.check_form(sent.form_token.as_deref(), here)?;
    let place = Place::find(&site, slug, &which).await?;
    let filter = AddressFilter::from_lines(&sent.include, &sent.exclude);
    let page = FilterPage::new(&place, &visitor, &filter);
    if sent.action != "save" {
        return Ok(shown(page, &filter, &site.store.listed(place.filtered()).await?));
    }
    match site.store.set_filter(place.filtered(), &filter).await {
        Ok(_) => {
            let subject = match &place.feed {
                Some((feed, _)) => Subject::Feed(*feed),
                None => Subject::Source(&place.slug),
            };
            let actor = visitor.actor();
            let deed = session::deed(&site, &actor, "");
            site.store.note(deed, Action::SetFilter, subject).await?;
            Ok(Redirect::to(&links::source(&place.slug)).into_response())
        }
        Err(SetFilterError::Filter(error)) => Ok(refused(page, &error)),
        Err(SetFilterError::Store(error)) => Err(error.into()),
    }
}

/// The page with what the filter does to the addresses that were found last.
fn shown(mut page: FilterPage, filter: &AddressFilter, listed: &[Address]) -> Response {
    match filter.compile() {
        Ok(compiled) => {
            let (taken, dropped): (Vec<&Address>, Vec<&Address>) =
                listed.iter().partition(|address| compiled.takes(address));
            page.preview = Some(Preview::new(&taken, &dropped));
            (CachePolicy::Personal, page).into_response()
        }
        Err(error) => refused(page, &error),
    }
}

fn refused(mut page: FilterPage, error: &FilterError) -> Response {
    page.error = Some(error.to_string());
    (StatusCode::UNPROCESSABLE_ENTITY, CachePolicy::Personal, page).into_response()
}

impl FilterPage {
    fn new(place: &Place, visitor: &Visitor, filter: &AddressFilter) -> Self {
        Self {
            layout: Layout::new(text("filter-what-is-watched"), Section::Sources).with_form(),
            source: place.source.clone(),
            source_href: links::source(&place.slug),
            feed: place.feed.as_ref().map(|(_, address)| address.clone()),
            action: place.href(),
            token: visitor.form_token(),
            include: filter.include.join("\n"),
            exclude: filter.exclude.join("\n"),
            error: None,
            preview: None,
        }
    }
}

impl Preview {
    fn new(taken: &[&Address], dropped: &[&Address]) -> Self {
        let texts = |addresses: &[&Address]| {
            addresses.iter().take(LISTED).map(ToString::to_string).collect()
        };
        let all = (taken.len() + dropped.len()) as u64;
        Self {
            counts: say("filter-counts")
                .with("all", wording::counted(all, "addresses"))
                .with("dropped", wording::grouped(dropped.len() as u64))
                .with("taken", wording::grouped(taken.len() as u64))
                .to_string(),
            dropped: texts(dropped),
            taken: texts(taken),
            more_dropped: dropped.len().saturating_sub(LISTED),
            more_taken: taken.len().saturating_sub(LISTED),
        }
    }
}
