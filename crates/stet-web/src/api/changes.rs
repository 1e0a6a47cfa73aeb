//! Changes: the passages from one text of an article to the next.

use axum::extract::State;
use axum::response::Response;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer, Serialize};
use stet_core::compare::Stats;
use stet_core::{ArticleId, Kinds, VersionNumber};
use stet_store::{Change, ChangeCursor, ChangeFilter};
use url::Url;
use utoipa::{IntoParams, ToSchema};

use super::articles::must_be_shown;
use super::comparisons::StatsData;
use super::list::{Here, List};
use super::problem::Problem;
use super::query::{Day, KindData, KindList, Limit, Slug, Sought, min_words, place, publisher};
use super::sources::SourceRef;
use crate::pages::Named;
use crate::{Site, asked, cursor, links};

/// A change. It happened between `earliest_at`, when the old text was seen last, and `latest_at`,
/// when the new one was seen first.
#[derive(Serialize, ToSchema)]
#[schema(as = Change)]
pub(crate) struct ChangeData {
    /// Its identifier: the article's, and the change's number; it never changes.
    #[schema(pattern = "^[1-9][0-9]*-[0-9]+$", example = "7-1")]
    id: String,
    /// The article.
    #[schema(value_type = i64, minimum = 1, example = 7)]
    article: ArticleId,
    /// Its number within the article, from 0.
    #[schema(example = 1)]
    number: u32,
    source: SourceRef,
    /// The version that stood before.
    #[schema(value_type = i32, minimum = 0, example = 1)]
    from: VersionNumber,
    /// The version that stood after; the same where the article was removed, or came back with the
    /// text that it had.
    #[schema(value_type = i32, minimum = 0, example = 2)]
    to: VersionNumber,
    /// The headline before.
    old_title: String,
    /// The headline after.
    new_title: String,
    /// When the old text was seen last.
    earliest_at: DateTime<Utc>,
    /// When the new text was seen first.
    latest_at: DateTime<Utc>,
    #[schema(value_type = StatsData)]
    stats: Stats,
    /// The kinds of change.
    #[schema(value_type = Vec<KindData>)]
    kinds: Kinds,
    /// Its page, for people.
    #[schema(format = "uri")]
    page: String,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ChangesSought {
    /// Those of any of these kinds.
    #[param(value_type = Vec<KindData>, min_items = 1, required = false, style = Form, explode = false, example = json!(["headline", "correction"]))]
    kinds: Option<KindList>,
    /// Those of the publisher with this slug.
    #[param(value_type = String, required = false, min_length = 1, max_length = 300, example = "examplecom")]
    source: Option<Slug>,
    /// Seen on this day or later, by UTC.
    #[param(value_type = String, format = Date, required = false, example = "2016-09-01")]
    since: Option<Day>,
    /// Seen on this day or earlier, by UTC.
    #[param(value_type = String, format = Date, required = false, example = "2016-09-30")]
    until: Option<Day>,
    /// Those that added and removed so many words together, or more.
    #[param(value_type = u32, required = false, minimum = 0, maximum = 1_000_000, example = 20)]
    #[serde(default, deserialize_with = "min_words")]
    min_words: Option<u32>,
    /// How many at most.
    #[serde(default)]
    #[param(value_type = u32, required = false, minimum = 1, maximum = 100, default = 50)]
    limit: Limit,
    /// Those behind this place, as `next` has it.
    #[param(
        value_type = String, required = false,
        pattern = "^[0-9]{1,17}-[1-9][0-9]{0,17}-[0-9]{1,9}$", example = "1473446640000000-7-1"
    )]
    #[serde(default, deserialize_with = "before")]
    before: Option<ChangeCursor>,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ArticleChangesSought {
    /// How many at most.
    #[serde(default)]
    #[param(value_type = u32, required = false, minimum = 1, maximum = 100, default = 50)]
    limit: Limit,
    /// Those with a lower number, as `next` has it.
    #[param(value_type = u32, required = false, minimum = 0, maximum = 2_147_483_647, example = 1)]
    #[serde(default, deserialize_with = "before_number")]
    before: Option<u32>,
}

fn before<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<ChangeCursor>, D::Error> {
    place(deserializer, cursor::change)
}

fn before_number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u32>, D::Error> {
    place(deserializer, |text| {
        let number: u32 = text.parse().map_err(|_| ())?;
        i32::try_from(number).map(|_| number).map_err(|_| ())
    })
}

/// The changes of all articles
///
/// The latest first. Changes of Stet's own reading are left out.
#[utoipa::path(
    get,
    path = "/v1/changes",
    operation_id = "listChanges",
    tag = "Reading",
    params(ChangesSought),
    responses(
        (status = 200, description = "A page of the list.", body = List<ChangeData>),
        (status = 422, description = "There is no publisher of this name."),
    ),
)]
pub(super) async fn list(
    State(site): State<Site>,
    here: Here,
    Sought(sought): Sought<ChangesSought>,
) -> Result<Response, Problem> {
    let source = publisher(&site, sought.source.as_ref()).await?;
    let [since, until] = [sought.since, sought.until].map(|day| day.map(|Day(day)| day));
    let filter = ChangeFilter {
        kinds: sought.kinds.unwrap_or_default().0,
        source,
        span: asked::span(since, until),
        min_words: sought.min_words.unwrap_or_default(),
    };
    let list = site.store.filtered_changes(&filter, sought.before, sought.limit.get()).await?;
    let base = &site.settings.base_url;
    let items = list.changes.into_iter().map(|change| ChangeData::new(base, change)).collect();
    let place = list.next.as_ref().map(cursor::of_change);
    Ok(here.answer::<ChangeData>(&site, items, place.as_deref()))
}

/// An article's changes
///
/// The latest first. Changes of Stet's own reading are left out, so that numbers may have gaps.
#[utoipa::path(
    get,
    path = "/v1/articles/{id}/changes",
    operation_id = "listArticleChanges",
    tag = "Reading",
    params(
        ("id" = i64, Path, description = "The article.", minimum = 1, example = 7),
        ArticleChangesSought,
    ),
    responses((status = 200, description = "A page of the list.", body = List<ChangeData>)),
)]
pub(super) async fn list_of_article(
    State(site): State<Site>,
    Named(id): Named<ArticleId>,
    here: Here,
    Sought(sought): Sought<ArticleChangesSought>,
) -> Result<Response, Problem> {
    must_be_shown(&site, id).await?;
    let found = site.store.changes_before(id, sought.before, sought.limit.get()).await?;
    let last = found.changes.last().filter(|_| found.has_more);
    let place = last.map(|last| last.number.to_string());
    let base = &site.settings.base_url;
    let items = found.changes.into_iter().map(|change| ChangeData::new(base, change)).collect();
    Ok(here.answer::<ChangeData>(&site, items, place.as_deref()))
}

impl ChangeData {
    /// As it is told by a site at `base`.
    pub(crate) fn new(base: &Url, change: Change) -> Self {
        Self {
            id: format!("{}-{}", change.article, change.number),
            page: links::absolute(base, &links::change(&change)),
            article: change.article,
            number: change.number,
            source: SourceRef { slug: change.source_slug, name: change.source_name },
            from: change.from,
            to: change.to,
            old_title: change.old_title,
            new_title: change.new_title,
            earliest_at: change.earliest_at,
            latest_at: change.latest_at,
            stats: change.stats,
            kinds: change.kinds,
        }
    }
}
