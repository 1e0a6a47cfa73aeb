//! One page, one file: what it loads, how it is shaped, what it shows.

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::error::PageError;

pub(crate) mod about;
pub(crate) mod account;
pub(crate) mod article;
pub(crate) mod article_feed;
mod article_rows;
pub(crate) mod articles;
pub(crate) mod audit;
mod citation;
pub(crate) mod diff;
mod diff_body;
pub(crate) mod diff_choice;
mod diff_picker;
mod diff_place;
pub(crate) mod diff_rows;
mod diff_view;
mod editing;
pub(crate) mod editors;
pub(crate) mod feed;
pub(crate) mod feed_import;
pub(crate) mod filter;
pub(crate) mod health;
pub(crate) mod help;
pub(crate) mod latest;
pub(crate) mod latest_feed;
pub(crate) mod login;
pub(crate) mod lookup;
pub(crate) mod memento;
pub(crate) mod opml;
pub(crate) mod password;
pub(crate) mod proposal;
mod provenance;
pub(crate) mod rules;
mod rules_preview;
pub(crate) mod search;
pub(crate) mod search_feed;
pub(crate) mod source;
pub(crate) mod source_feed;
pub(crate) mod source_settings;
pub(crate) mod sources;
pub(crate) mod timegate;
pub(crate) mod timemap;
pub(crate) mod tokens;
pub(crate) mod version;
pub(crate) mod visibility;
pub(crate) mod watch;
pub(crate) mod webhook;
mod webhook_form;
pub(crate) mod webhooks;

/// Rows on one page of a list.
const PAGE_ROWS: u32 = 50;

/// The most changes of one article that are drawn and told of on its pages: the last ones.
const MAX_PASSAGES: u32 = 5_000;

/// The last page of a list that can be asked for: the database counts through all rows before.
const MAX_PAGE: u32 = 2_000;

/// What an address names. An address that names nothing is answered like any other that leads
/// nowhere.
pub(crate) struct Named<T>(pub(crate) T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Named<T> {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, PageError> {
        let Path(named) =
            Path::from_request_parts(parts, state).await.map_err(|_| PageError::NotFound)?;
        Ok(Self(named))
    }
}

/// `?page=`, counted from 1.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Paging {
    page: Option<u32>,
}

impl Paging {
    /// The page's number, if there can be such a page.
    fn page(&self) -> Result<u32, PageError> {
        match self.page {
            None => Ok(1),
            Some(page @ 1..=MAX_PAGE) => Ok(page),
            Some(_) => Err(PageError::NotFound),
        }
    }
}

/// The links to a list's neighbouring pages.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Neighbours {
    newer: Option<String>,
    older: Option<String>,
}

impl Neighbours {
    fn new(page: u32, has_more: bool, link: impl Fn(u32) -> String) -> Self {
        Self {
            newer: (page > 1).then(|| link(page - 1)),
            older: (has_more && page < MAX_PAGE).then(|| link(page + 1)),
        }
    }
}
