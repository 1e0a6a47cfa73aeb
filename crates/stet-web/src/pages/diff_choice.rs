//! From the choice of two versions to the address of their comparison.

use axum::extract::{Query, State};
use axum::response::Redirect;
use serde::Deserialize;
use stet_core::{ArticleId, VersionNumber};

use super::Named;
use super::diff_view::View;
use crate::Site;
use crate::error::{PageError, shown};

/// Which two versions.
#[derive(Debug, Deserialize)]
pub(crate) struct Choice {
    from: VersionNumber,
    to: VersionNumber,
}

/// `/articles/{id}/diff?from=0&to=3`
pub(crate) async fn show(
    State(site): State<Site>,
    Named(id): Named<ArticleId>,
    Query(choice): Query<Choice>,
    Query(view): Query<View>,
) -> Result<Redirect, PageError> {
    shown(site.store.article(id).await?)?;
    Ok(Redirect::to(&view.of(id, choice.from, choice.to)))
}
