//! Lists that are read a page at a time.

use axum::Json;
use axum::extract::{FromRequestParts, OriginalUri};
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use super::problem::Problem;
use crate::asked::Asked;
use crate::cache::CachePolicy;
use crate::{Site, cursor, links};

/// A page of a list.
#[derive(Serialize, ToSchema)]
pub(super) struct List<T> {
    /// What this page has.
    pub(super) items: Vec<T>,
    /// The address of the next page; null on the last one. It goes on where this page ends, whatever
    /// is added to the list's head meanwhile.
    #[schema(required, format = "uri")]
    pub(super) next: Option<String>,
}

/// The list that is asked for: where it is, and what filters it.
pub(super) struct Here {
    path: String,
    asked: Asked,
}

impl FromRequestParts<Site> for Here {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, Problem> {
        let Ok(OriginalUri(uri)) = OriginalUri::from_request_parts(parts, site).await;
        let Ok(asked) = Asked::from_request_parts(parts, site).await;
        Ok(Self { path: uri.path().to_owned(), asked })
    }
}

impl Here {
    /// Answers with a page of the list, and with where it goes on.
    pub(super) fn answer<T: Serialize>(
        &self,
        site: &Site,
        items: Vec<T>,
        place: Option<&str>,
    ) -> Response {
        let next = place.map(|place| {
            let pairs = self.asked.with(&[cursor::BEHIND], &[(cursor::BEHIND, place)]);
            links::absolute(&site.settings.base_url, &links::api_list(&self.path, &pairs))
        });
        let link = next.as_deref().and_then(link);
        (CachePolicy::Shared, link, Json(List { items, next })).into_response()
    }
}

/// The header that names the next page (RFC 8288).
fn link(next: &str) -> Option<[(HeaderName, HeaderValue); 1]> {
    let value = HeaderValue::try_from(format!("<{next}>; rel=\"next\"")).ok()?;
    Some([(header::LINK, value)])
}
