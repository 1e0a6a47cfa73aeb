//! The distinct texts of an article.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer, Serialize};
use stet_core::{ArticleId, VersionNumber};
use stet_store::{StoredVersion, VersionSummary};
use utoipa::{IntoParams, ToSchema};

use super::articles::must_be_shown;
use super::list::{Here, List};
use super::problem::Problem;
use super::query::{Limit, Sought, place};
use crate::cache::CachePolicy;
use crate::error::PageError;
use crate::pages::Named;
use crate::{Site, links};

/// A version, without its text.
#[derive(Serialize, ToSchema)]
#[schema(as = Version)]
pub(super) struct VersionData {
    /// Its number within the article, from 0; it never changes.
    #[schema(value_type = i32, minimum = 0, example = 2)]
    number: VersionNumber,
    /// Its headline.
    #[schema(example = "Mayor resigns")]
    title: String,
    /// Who wrote it, as printed.
    #[schema(required)]
    byline: Option<String>,
    /// How many words its paragraphs have.
    words: u32,
    /// When it was seen first.
    first_seen_at: DateTime<Utc>,
    /// Its page, for people.
    #[schema(format = "uri")]
    page: String,
}

/// A version with its text.
#[derive(Serialize, ToSchema)]
#[schema(as = VersionWithText)]
pub(super) struct VersionWithText {
    #[serde(flatten)]
    version: VersionData,
    /// The article.
    #[schema(value_type = i64, minimum = 1, example = 7)]
    article: ArticleId,
    /// The summary between the headline and the body.
    #[schema(required)]
    standfirst: Option<String>,
    /// What stands under the picture at its head.
    #[schema(required)]
    lead_caption: Option<String>,
    /// When it was published, as the page states it.
    #[schema(required)]
    published_at: Option<DateTime<Utc>>,
    /// When it was changed last, as the page states it.
    #[schema(required)]
    modified_at: Option<DateTime<Utc>>,
    /// The language, as a BCP 47 tag.
    #[schema(required, example = "en-GB")]
    language: Option<String>,
    /// The part of the newspaper that it stands in, as the page names it.
    #[schema(required)]
    section: Option<String>,
    /// The earlier version that turned out to have the same text when both were read anew.
    #[schema(value_type = Option<i32>, required, minimum = 0)]
    same_as: Option<VersionNumber>,
    /// The body, in reading order.
    #[schema(example = json!(["The mayor resigned on Monday.", "She gave no reason."]))]
    paragraphs: Vec<String>,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct VersionsSought {
    /// How many at most.
    #[serde(default)]
    #[param(value_type = u32, required = false, minimum = 1, maximum = 100, default = 50)]
    limit: Limit,
    /// Those with a lower number, as `next` has it.
    #[param(value_type = i32, required = false, minimum = 0, example = 2)]
    #[serde(default, deserialize_with = "before")]
    before: Option<VersionNumber>,
}

fn before<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<VersionNumber>, D::Error> {
    place(deserializer, str::parse)
}

/// An article's versions
///
/// The latest first, without their texts.
#[utoipa::path(
    get,
    path = "/v1/articles/{id}/versions",
    operation_id = "listVersions",
    tag = "Reading",
    params(
        ("id" = i64, Path, description = "The article.", minimum = 1, example = 7),
        VersionsSought,
    ),
    responses((status = 200, description = "A page of the list.", body = List<VersionData>)),
)]
pub(super) async fn list(
    State(site): State<Site>,
    Named(id): Named<ArticleId>,
    here: Here,
    Sought(sought): Sought<VersionsSought>,
) -> Result<Response, Problem> {
    must_be_shown(&site, id).await?;
    let versions = site.store.versions_before(id, sought.before, sought.limit.get()).await?;
    // Numbers have no gaps.
    let last = versions.last().filter(|last| last.number.get() > 0);
    let place = last.map(|last| last.number.to_string());
    let items = versions.into_iter().map(|version| VersionData::new(&site, id, version)).collect();
    Ok(here.answer::<VersionData>(&site, items, place.as_deref()))
}

/// A version with its text
#[utoipa::path(
    get,
    path = "/v1/articles/{id}/versions/{number}",
    operation_id = "getVersion",
    tag = "Reading",
    params(
        ("id" = i64, Path, description = "The article.", minimum = 1, example = 7),
        ("number" = i32, Path, description = "The version's number.", minimum = 0, example = 2),
    ),
    responses((status = 200, description = "The version.", body = VersionWithText)),
)]
pub(super) async fn show(
    State(site): State<Site>,
    Named((id, number)): Named<(ArticleId, VersionNumber)>,
) -> Result<impl IntoResponse, Problem> {
    must_be_shown(&site, id).await?;
    let version = site.store.version(id, number).await?.ok_or(PageError::NotFound)?;
    Ok((CachePolicy::Shared, Json(VersionWithText::new(&site, id, version))))
}

impl VersionData {
    fn new(site: &Site, article: ArticleId, version: VersionSummary) -> Self {
        Self {
            number: version.number,
            title: version.title,
            byline: version.byline,
            words: version.words,
            first_seen_at: version.first_seen_at,
            page: links::absolute(
                &site.settings.base_url,
                &links::version(article, version.number),
            ),
        }
    }
}

impl VersionWithText {
    fn new(site: &Site, article: ArticleId, version: StoredVersion) -> Self {
        let text = version.text;
        let summary = VersionSummary {
            number: version.number,
            title: text.title,
            byline: text.byline,
            words: version.words,
            first_seen_at: version.first_seen_at,
        };
        Self {
            version: VersionData::new(site, article, summary),
            article,
            standfirst: text.standfirst,
            lead_caption: text.lead_caption,
            published_at: text.published,
            modified_at: text.modified,
            language: text.language,
            section: text.section,
            same_as: version.same_as,
            paragraphs: text.paragraphs,
        }
    }
}
