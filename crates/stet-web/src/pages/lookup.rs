//! From any address that an article ever had to its history.

use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect};
use serde::Deserialize;
use stet_core::Address;

use crate::cache::CachePolicy;
use crate::error::PageError;
use crate::{Site, links};

/// `?url=`: the address, tracking parameters and all.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Wanted {
    #[serde(default)]
    url: String,
}

/// `/articles/lookup`: leads to the article, or to the form with the address in it. Nothing is
/// fetched and nothing is watched by asking.
pub(crate) async fn show(
    State(site): State<Site>,
    Query(wanted): Query<Wanted>,
) -> Result<impl IntoResponse, PageError> {
    let found = match Address::parse(&wanted.url) {
        Ok(address) => site.store.find_article(&address).await?,
        // The form says what is wrong with it.
        Err(_) => None,
    };
    let target = match found {
        Some(id) => links::article(id),
        None => links::watch_with(wanted.url.trim()),
    };
    Ok((CachePolicy::Personal, Redirect::to(&target)))
}
