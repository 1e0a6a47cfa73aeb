//! Hiding an article and bringing it back.

use axum::Json;
use axum::extract::State;
use axum::response::IntoResponse;
use serde::{Deserialize, Serialize};
use stet_core::ArticleId;
use stet_store::Standing;
use utoipa::ToSchema;

use super::body::Sent;
use super::caller::Caller;
use super::problem::Problem;
use super::query::Text;
use crate::cache::CachePolicy;
use crate::error::PageError;
use crate::pages::Named;
use crate::{Site, session};

/// Whether an article is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Visibility {
    /// As other articles.
    Shown,
    /// On no page, in no list, feed or search.
    Hidden,
}

/// How an article is to stand with its readers.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewVisibility {
    visibility: Visibility,
    /// Why: the audit log keeps it.
    #[schema(
        value_type = String,
        min_length = 1,
        max_length = 500,
        pattern = "\\S",
        example = "A court's order of 9 September"
    )]
    reason: Text<500>,
}

/// How an article stands with its readers.
#[derive(Serialize, ToSchema)]
#[schema(as = ArticleVisibility)]
pub(super) struct VisibilityData {
    #[schema(value_type = i64, minimum = 1, example = 7)]
    article: ArticleId,
    visibility: Visibility,
}

/// Hide an article, or bring it back
#[utoipa::path(
    put,
    path = "/v1/articles/{id}/visibility",
    operation_id = "setVisibility",
    tag = "Withdrawing",
    security(("token" = [])),
    params(("id" = i64, Path, description = "The article.", minimum = 1, example = 7)),
    request_body(content = NewVisibility, content_type = "application/json"),
    responses((status = 200, description = "How it stands now.", body = VisibilityData)),
)]
pub(super) async fn set(
    State(site): State<Site>,
    Caller(actor): Caller,
    Named(id): Named<ArticleId>,
    Sent(sent): Sent<NewVisibility>,
) -> Result<impl IntoResponse, Problem> {
    let reason = sent.reason.0.trim();
    if reason.is_empty() {
        return Err(Problem::unprocessable("reason", "Say why: the audit log keeps it."));
    }
    match site.store.standing(id).await?.ok_or(PageError::NotFound)? {
        Standing::Deleted => return Err(PageError::Hidden.into()),
        Standing::Shown | Standing::Hidden => {}
    }
    let deed = session::deed(&site, &actor, reason);
    // Where it stood so already, nothing is done and nothing noted.
    match sent.visibility {
        Visibility::Hidden => site.store.hide(id, deed).await?,
        Visibility::Shown => site.store.bring_back(id, deed).await?,
    };
    let data = VisibilityData { article: id, visibility: sent.visibility };
    Ok((CachePolicy::Personal, Json(data)))
}
