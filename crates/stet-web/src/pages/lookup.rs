//! From any address that an article ever had to its history.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect};
use stet_core::{Address, AddressError, ArticleId};
use stet_store::{StoreError, Visible};

use crate::asked::Asked;
use crate::cache::CachePolicy;
use crate::error::PageError;
use crate::{Site, links};

/// `/articles/lookup?url=`: leads to the article, or to the form with the address in it, or from
/// words that are none to the search for them; a hidden article is as hidden here as on its own page.
/// Nothing is fetched and nothing is watched by asking.
pub(crate) async fn show(
    State(site): State<Site>,
    asked: Asked,
) -> Result<impl IntoResponse, PageError> {
    let typed = asked.one("url").unwrap_or_default();
    let target = match find(&site, typed).await? {
        Visible::Shown(id) => links::article(id),
        Visible::Hidden => return Err(PageError::Hidden),
        Visible::Missing if is_words(typed) => links::search_with(&[("q", typed)]),
        // The form says what is wrong with it.
        Visible::Missing => links::watch_with(typed),
    };
    Ok((CachePolicy::Personal, Redirect::to(&target)))
}

/// Whether what somebody typed is no address, nor meant to be one.
fn is_words(typed: &str) -> bool {
    match Address::parse(typed) {
        Ok(_) | Err(AddressError::Empty | AddressError::TooLong(_)) => false,
        Err(_) if typed.contains("://") => false,
        Err(AddressError::Malformed(_)) => true,
        // `mayor: I lied`, but not `mailto:mayor@paper.example`.
        Err(AddressError::Scheme(_) | AddressError::Credentials) => {
            typed.trim().contains(char::is_whitespace)
        }
    }
}

/// The article at an address; where people left out the scheme, at either.
pub(crate) async fn find(site: &Site, typed: &str) -> Result<Visible<ArticleId>, StoreError> {
    let schemes: &[&str] = if typed.contains("://") { &[""] } else { &["https://", "http://"] };
    for scheme in schemes {
        let Ok(address) = Address::parse(&format!("{scheme}{typed}")) else { continue };
        if let Some(id) = site.store.find_article(&address).await? {
            return Ok(Visible::Shown(id));
        }
        if site.store.is_hidden_at(&address).await? {
            return Ok(Visible::Hidden);
        }
    }
    Ok(Visible::Missing)
}
