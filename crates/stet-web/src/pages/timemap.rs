//! What is stored of an address, as a list (RFC 7089 §5), in the link format and as JSON.

use axum::Json;
use axum::extract::State;
use axum::http::{Uri, header};
use axum::response::IntoResponse;
use chrono::{DateTime, Utc};
use serde::Serialize;
use stet_core::http_date;
use stet_core::timemap::{LINK_FORMAT, Link};

use crate::cache::CachePolicy;
use crate::error::PageError;
use crate::holdings::{Holdings, behind, original};
use crate::{Site, links};

/// Mementos on one page of a list.
const PAGE_MEMENTOS: usize = 1_000;

/// A page of what is stored of an address.
struct Part {
    holdings: Holdings,
    page: usize,
}

impl Part {
    /// Loads what `{url}` or `{page}/{url}` names.
    async fn load(site: &Site, text: &str) -> Result<Self, PageError> {
        let numbered = text.split_once('/').and_then(|(number, rest)| {
            let is_number = number.bytes().all(|byte| byte.is_ascii_digit());
            Some((number.parse().ok().filter(|_| is_number)?, rest))
        });
        let (page, text) = numbered.unwrap_or((1, text));
        let holdings = Holdings::load(site, original(text)?).await?;
        let part = Self { holdings, page };
        if page == 0 || part.first() >= part.holdings.mementos.len() {
            return Err(PageError::NotFound);
        }
        Ok(part)
    }

    /// The first memento on this page.
    fn first(&self) -> usize {
        self.page.saturating_sub(1).saturating_mul(PAGE_MEMENTOS)
    }

    /// The mementos on a page.
    fn places(&self, page: usize) -> std::ops::Range<usize> {
        let first = (page - 1) * PAGE_MEMENTOS;
        first..(first + PAGE_MEMENTOS).min(self.holdings.mementos.len())
    }

    /// The other pages next to this one.
    fn neighbours(&self) -> Vec<usize> {
        let has_next = self.places(self.page).end < self.holdings.mementos.len();
        let previous = (self.page > 1).then(|| self.page - 1);
        previous.into_iter().chain(has_next.then_some(self.page + 1)).collect()
    }

    /// The time that a page begins and ends with.
    fn span(&self, page: usize) -> (DateTime<Utc>, DateTime<Utc>) {
        let places = self.places(page);
        let at = |index: usize| self.holdings.mementos[index].captured_at;
        (at(places.start), at(places.end - 1))
    }

    fn in_links(&self, page: usize) -> String {
        self.holdings.absolute(&links::timemap_links(&self.holdings.original, page))
    }

    fn in_json(&self, page: usize) -> String {
        self.holdings.absolute(&links::timemap_json(&self.holdings.original, page))
    }

    /// The link to a page of this list, this one or another.
    fn page_link(&self, page: usize, rel: &str) -> Link {
        let (from, until) = self.span(page);
        Link::new(self.in_links(page), rel)
            .with("type", LINK_FORMAT)
            .with("from", http_date::format(from))
            .with("until", http_date::format(until))
    }
}

/// `/timemap/link/{url}`
pub(crate) async fn show_links(
    State(site): State<Site>,
    uri: Uri,
) -> Result<impl IntoResponse, PageError> {
    let part = Part::load(&site, behind(&uri, "/timemap/link/")).await?;
    let holdings = &part.holdings;
    let mut all: Vec<Link> =
        holdings.general_links().into_iter().filter(|link| !link.has_rel("timemap")).collect();
    all.push(part.page_link(part.page, "self"));
    all.extend(part.neighbours().into_iter().map(|page| part.page_link(page, "timemap")));
    all.extend(part.places(part.page).map(|index| holdings.memento_link(index, None)));
    let lines: Vec<String> = all.iter().map(Link::to_string).collect();
    let kind = [(header::CONTENT_TYPE, LINK_FORMAT), (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*")];
    Ok((CachePolicy::Shared, kind, lines.join(",\n") + "\n"))
}

/// The form that MemGator gave such lists; RFC 7089 defines none.
#[derive(Serialize)]
struct Body {
    original_uri: String,
    #[serde(rename = "self")]
    own: String,
    mementos: Mementos,
    timemap_uri: Forms,
    timegate_uri: String,
    pages: Pages,
}

#[derive(Serialize)]
struct Mementos {
    list: Vec<Memento>,
    first: Memento,
    last: Memento,
}

#[derive(Serialize)]
struct Memento {
    datetime: DateTime<Utc>,
    uri: String,
}

#[derive(Serialize)]
struct Forms {
    link_format: String,
    json_format: String,
}

#[derive(Serialize)]
struct Pages {
    #[serde(skip_serializing_if = "Option::is_none")]
    prev: Option<Page>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<Page>,
}

#[derive(Serialize)]
struct Page {
    uri: String,
    from: DateTime<Utc>,
    until: DateTime<Utc>,
}

/// `/timemap/json/{url}`
pub(crate) async fn show_json(
    State(site): State<Site>,
    uri: Uri,
) -> Result<impl IntoResponse, PageError> {
    let part = Part::load(&site, behind(&uri, "/timemap/json/")).await?;
    let holdings = &part.holdings;
    let memento = |index: usize| {
        let datetime = holdings.mementos[index].captured_at;
        Memento { datetime, uri: holdings.memento(datetime) }
    };
    let page = |number: usize| {
        let (from, until) = part.span(number);
        Page { uri: part.in_json(number), from, until }
    };
    let neighbour = |wanted: usize| part.neighbours().into_iter().find(|&known| known == wanted);
    let body = Body {
        original_uri: holdings.original.to_string(),
        own: part.in_json(part.page),
        mementos: Mementos {
            list: part.places(part.page).map(memento).collect(),
            first: memento(0),
            last: memento(holdings.mementos.len() - 1),
        },
        timemap_uri: Forms { link_format: part.in_links(1), json_format: part.in_json(1) },
        timegate_uri: holdings.absolute(&links::timegate(&holdings.original)),
        pages: Pages {
            prev: neighbour(part.page - 1).map(page),
            next: neighbour(part.page + 1).map(page),
        },
    };
    Ok((CachePolicy::Shared, [(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*")], Json(body)))
}
