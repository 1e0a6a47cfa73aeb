//! Publishers.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use stet_store::Source;
use utoipa::{IntoParams, ToSchema};

use super::list::{Here, List};
use super::problem::Problem;
use super::query::{Limit, Slug, Sought, Text};
use crate::cache::CachePolicy;
use crate::error::PageError;
use crate::pages::Named;
use crate::{Site, links};

/// A publisher.
#[derive(Serialize, ToSchema)]
#[schema(as = Source)]
pub(super) struct SourceData {
    /// Its name in addresses; it never changes.
    #[schema(example = "examplecom")]
    slug: String,
    /// What readers know it by.
    #[schema(example = "The Example")]
    name: String,
    /// The domain under which it registered.
    #[schema(example = "example.com")]
    domain: String,
    /// How many articles of it can be read.
    #[schema(example = 1_204)]
    articles: u32,
    /// How many distinct texts they had.
    #[schema(example = 3_816)]
    versions: u32,
    /// Its page, for people.
    #[schema(format = "uri")]
    page: String,
}

/// A publisher, in what belongs to it.
#[derive(Serialize, ToSchema)]
#[schema(as = SourceName)]
pub(super) struct SourceRef {
    /// Its name in addresses.
    #[schema(example = "examplecom")]
    pub(super) slug: String,
    /// What readers know it by.
    #[schema(example = "The Example")]
    pub(super) name: String,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct SourcesSought {
    /// How many at most.
    #[serde(default)]
    #[param(value_type = u32, required = false, minimum = 1, maximum = 100, default = 50)]
    limit: Limit,
    /// Those behind this one: the slug that stood last on the page before, as `next` has it.
    #[param(value_type = String, required = false, min_length = 1, max_length = 300, example = "examplecom")]
    before: Option<Slug>,
}

/// Publishers
///
/// In the order of their slugs, those of which an article can be read or a feed is read.
#[utoipa::path(
    get,
    path = "/v1/sources",
    operation_id = "listSources",
    tag = "Reading",
    params(SourcesSought),
    responses((status = 200, description = "A page of the list.", body = List<SourceData>)),
)]
pub(super) async fn list(
    State(site): State<Site>,
    here: Here,
    Sought(sought): Sought<SourcesSought>,
) -> Result<Response, Problem> {
    let behind = sought.before.as_ref().map(|Text(slug)| slug.as_str());
    let list = site.store.sources_behind(behind, sought.limit.get()).await?;
    let place = list.sources.last().filter(|_| list.has_more).map(|last| last.slug.clone());
    let items = list.sources.into_iter().map(|source| SourceData::new(&site, source)).collect();
    Ok(here.answer::<SourceData>(&site, items, place.as_deref()))
}

/// A publisher
#[utoipa::path(
    get,
    path = "/v1/sources/{slug}",
    operation_id = "getSource",
    tag = "Reading",
    params(("slug" = String, Path, description = "Its name in addresses.", example = "examplecom")),
    responses((status = 200, description = "The publisher.", body = SourceData)),
)]
pub(super) async fn show(
    State(site): State<Site>,
    Named(slug): Named<String>,
) -> Result<impl IntoResponse, Problem> {
    let source = site.store.listed_source(&slug).await?.ok_or(PageError::NotFound)?;
    Ok((CachePolicy::Shared, Json(SourceData::new(&site, source))))
}

impl SourceData {
    fn new(site: &Site, source: Source) -> Self {
        Self {
            page: links::absolute(&site.settings.base_url, &links::source(&source.slug)),
            slug: source.slug,
            name: source.name,
            domain: source.domain,
            articles: source.articles,
            versions: source.versions,
        }
    }
}
