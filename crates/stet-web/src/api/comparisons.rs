//! Any two versions of an article, compared: the JSON that `stet compare --json` prints.

use axum::Json;
use axum::extract::State;
use axum::response::IntoResponse;
use stet_core::{ArticleId, VersionNumber};
use utoipa::ToSchema;
use utoipa::openapi::schema::{Array, ArrayBuilder, ArrayItems, ObjectBuilder, Schema, Type};

use super::articles::must_be_shown;
use super::problem::Problem;
use super::query::KindData;
use crate::Site;
use crate::cache::CachePolicy;
use crate::comparing::compare_aside;
use crate::error::PageError;
use crate::pages::Named;

/// How two texts relate. Over all rows in order, the old indices are 0 to n − 1 once each and
/// ascending, the new ones likewise; the joined pieces of a paragraph are that paragraph, byte for
/// byte.
#[derive(ToSchema)]
#[schema(as = Comparison)]
#[expect(dead_code, reason = "it describes what another crate, which knows of no web, writes")]
struct ComparisonData {
    title: FieldData,
    /// Where either text has one.
    #[schema(value_type = FieldData, required = false)]
    standfirst: Option<FieldData>,
    /// Where either text has one.
    #[schema(value_type = FieldData, required = false)]
    lead_caption: Option<FieldData>,
    /// Where either text has one.
    #[schema(value_type = FieldData, required = false)]
    byline: Option<FieldData>,
    rows: Vec<RowData>,
    stats: StatsData,
    /// The kinds of this change, as far as two texts alone tell them.
    #[schema(value_type = Vec<KindData>)]
    kinds: (),
}

/// A short field of both texts, word by word.
#[derive(ToSchema)]
#[schema(as = ComparedField)]
#[expect(dead_code, reason = "it describes what another crate writes")]
struct FieldData {
    /// The old text in pieces that stayed (`=`) or went (`-`).
    #[schema(schema_with = pieces)]
    old_segs: (),
    /// The new text in pieces that stayed (`=`) or came (`+`).
    #[schema(schema_with = pieces)]
    new_segs: (),
}

/// A row of the side-by-side view.
#[derive(ToSchema)]
#[schema(as = ComparedRow)]
#[expect(dead_code, reason = "it describes what another crate writes")]
struct RowData {
    /// What happened.
    #[schema(
        value_type = String,
        pattern = "^(equal|changed|added|removed|moved_from|moved_to|split|merge)$"
    )]
    kind: (),
    /// The old paragraphs, counted from 0 without the title.
    old: Vec<u32>,
    /// The new paragraphs, counted from 0 without the title.
    new: Vec<u32>,
    /// Where a moved paragraph stands on the other side; of a split or a merge, the parts that stand
    /// apart.
    #[schema(required = false)]
    peer: Vec<u32>,
    /// Each old paragraph in pieces.
    #[schema(schema_with = paragraphs)]
    old_segs: (),
    /// Each new paragraph in pieces.
    #[schema(schema_with = paragraphs)]
    new_segs: (),
}

/// What a comparison counted; a moved paragraph's words are counted only as far as they were edited.
#[derive(ToSchema)]
#[schema(as = Stats)]
#[expect(dead_code, reason = "it describes what another crate writes")]
pub(super) struct StatsData {
    words_added: u32,
    words_removed: u32,
    paragraphs_edited: u32,
    paragraphs_added: u32,
    paragraphs_removed: u32,
    paragraphs_moved: u32,
}

/// `[["=", "The mayor "], ["-", "lied"]]`
fn pieces() -> Array {
    let sign = ObjectBuilder::new().schema_type(Type::String).enum_values(Some(["=", "-", "+"]));
    let text = ObjectBuilder::new().schema_type(Type::String).min_length(Some(1));
    let piece = ArrayBuilder::new()
        .prefix_items([Schema::from(sign), Schema::from(text)])
        .items(ArrayItems::False)
        .min_items(Some(2))
        .max_items(Some(2));
    ArrayBuilder::new().items(piece).build()
}

fn paragraphs() -> Array {
    let paragraph = ArrayBuilder::from(pieces());
    ArrayBuilder::new().items(paragraph).build()
}

/// Two versions, compared
///
/// The passage from one to the other, in either direction, since a newspaper may go back to an
/// earlier text.
#[utoipa::path(
    get,
    path = "/v1/articles/{id}/comparisons/{from}/{to}",
    operation_id = "compareVersions",
    tag = "Reading",
    params(
        ("id" = i64, Path, description = "The article.", minimum = 1, example = 7),
        ("from" = i32, Path, description = "The version that stood before.", minimum = 0, example = 0),
        ("to" = i32, Path, description = "The version that stood after.", minimum = 0, example = 1),
    ),
    responses((status = 200, description = "How they relate.", body = ComparisonData)),
)]
pub(super) async fn show(
    State(site): State<Site>,
    Named((id, from, to)): Named<(ArticleId, VersionNumber, VersionNumber)>,
) -> Result<impl IntoResponse, Problem> {
    must_be_shown(&site, id).await?;
    let pair = site.store.version_pair(id, [from, to]).await?.ok_or(PageError::NotFound)?;
    let (_, comparison) = compare_aside(&site, pair).await?;
    Ok((CachePolicy::Shared, Json(comparison)))
}
