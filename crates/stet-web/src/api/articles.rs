//! Articles: addresses followed over time.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use stet_core::{Address, ArticleId, CheckOutcome, VersionNumber};
use stet_store::{
    Article, ArticleCursor, ArticleFilter, Condition, FilteredArticles, KnownAddress, Visible,
};
use utoipa::{IntoParams, ToSchema};

use super::list::{Here, List};
use super::problem::Problem;
use super::query::{Limit, Slug, Sought, Text, place, publisher};
use super::sources::SourceRef;
use crate::cache::CachePolicy;
use crate::error::{PageError, shown};
use crate::pages::{Named, lookup};
use crate::{Site, cursor, links};

/// An article, as lists have it.
#[derive(Serialize, ToSchema)]
#[schema(as = Article)]
pub(super) struct ArticleData {
    /// Its identifier; it never changes.
    #[schema(value_type = i64, minimum = 1, example = 7)]
    id: ArticleId,
    /// Where it stands.
    #[schema(format = "uri", example = "https://news.example.com/mayor")]
    url: String,
    /// Its latest headline; before the first version, what a feed called it.
    #[schema(required)]
    title: Option<String>,
    source: SourceRef,
    /// `watched`: checked on schedule; `dormant`: unchanged for so long that it no longer is; `gone`:
    /// taken away so long ago that it is no longer looked for.
    #[schema(value_type = String, pattern = "^(watched|dormant|gone)$", example = "watched")]
    state: &'static str,
    /// Whether its publisher took it away.
    is_removed: bool,
    /// When it began to be watched.
    first_seen_at: DateTime<Utc>,
    /// When it was visited last.
    #[schema(required)]
    last_checked_at: Option<DateTime<Utc>>,
    /// When its last change was seen.
    #[schema(required)]
    last_changed_at: Option<DateTime<Utc>>,
    /// When it is visited next; null where it no longer is, or while its source is paused.
    #[schema(required)]
    next_check_at: Option<DateTime<Utc>>,
    /// What the last visit came to.
    #[schema(value_type = Option<String>, required, example = "unchanged")]
    last_outcome: Option<CheckOutcome>,
    /// The version that stands; null before the first.
    #[schema(value_type = Option<i32>, required, minimum = 0, example = 2)]
    head: Option<VersionNumber>,
    /// How many distinct texts it had.
    #[schema(example = 3)]
    versions: u32,
    /// How often it changed.
    #[schema(example = 2)]
    changes: u32,
    /// Its page, for people.
    #[schema(format = "uri")]
    page: String,
}

/// An article.
#[derive(Serialize, ToSchema)]
#[schema(as = ArticleInFull)]
pub(super) struct ArticleInFull {
    #[serde(flatten)]
    article: ArticleData,
    /// The time of publication that its first version states.
    #[schema(required)]
    published_at: Option<DateTime<Utc>>,
    /// The article that it turned out to be: its own history is no longer added to.
    #[schema(value_type = Option<i64>, required, minimum = 1)]
    merged_into: Option<ArticleId>,
    /// Who saw its versions, where it was not this site.
    #[schema(required)]
    observed_by: Option<String>,
    /// Every address that it has or had, the earliest first.
    addresses: Vec<AddressData>,
}

/// An address that an article has or had.
#[derive(Serialize, ToSchema)]
#[schema(as = Address)]
struct AddressData {
    #[schema(format = "uri")]
    url: String,
    /// `watched`: it was asked for; `moved`: the site moved the article there; `canonical`: the page
    /// calls it its own; `given`: it led to the article when somebody asked for it.
    #[schema(value_type = String, pattern = "^(watched|moved|canonical|given)$")]
    origin: &'static str,
    since: DateTime<Utc>,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ArticlesSought {
    /// Those of the publisher with this slug.
    #[param(value_type = String, required = false, min_length = 1, max_length = 300, example = "examplecom")]
    source: Option<Slug>,
    /// Those of which this is true.
    #[param(value_type = String, required = false, pattern = "^(watched|dormant|removed)$")]
    #[serde(default, deserialize_with = "condition")]
    state: Option<Condition>,
    /// How many at most.
    #[serde(default)]
    #[param(value_type = u32, required = false, minimum = 1, maximum = 100, default = 50)]
    limit: Limit,
    /// Those behind this place, as `next` has it.
    #[param(
        value_type = String, required = false,
        pattern = "^([0-9]{1,17}-)?[1-9][0-9]{0,17}$", example = "1473446640000000-7"
    )]
    #[serde(default, deserialize_with = "before")]
    before: Option<ArticleCursor>,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct AddressSought {
    /// An address, tracking parameters and all; where it has no scheme, `https` and `http` are
    /// tried.
    #[param(
        value_type = String,
        min_length = 1,
        max_length = 2_048,
        example = "https://news.example.com/mayor?utm_source=x"
    )]
    url: Text<2_048>,
}

fn condition<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Condition>, D::Error> {
    let word = String::deserialize(deserializer)?;
    let condition = Condition::ALL.into_iter().find(|condition| condition.as_str() == word);
    condition.map(Some).ok_or_else(|| {
        let known: Vec<&str> = Condition::ALL.into_iter().map(Condition::as_str).collect();
        D::Error::custom(format!("the states are {}", known.join(", ")))
    })
}

fn before<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<ArticleCursor>, D::Error> {
    place(deserializer, cursor::article)
}

/// Articles
///
/// The last changed first.
#[utoipa::path(
    get,
    path = "/v1/articles",
    operation_id = "listArticles",
    tag = "Reading",
    params(ArticlesSought),
    responses(
        (status = 200, description = "A page of the list.", body = List<ArticleData>),
        (status = 422, description = "There is no publisher of this name."),
    ),
)]
pub(super) async fn list(
    State(site): State<Site>,
    here: Here,
    Sought(sought): Sought<ArticlesSought>,
) -> Result<Response, Problem> {
    let source = publisher(&site, sought.source.as_ref()).await?;
    let filter = ArticleFilter { source, condition: sought.state };
    let FilteredArticles { articles, next } =
        site.store.filtered_articles(filter, sought.before, sought.limit.get()).await?;
    let items = articles.into_iter().map(|article| ArticleData::new(&site, article)).collect();
    let place = next.as_ref().map(cursor::of_article);
    Ok(here.answer::<ArticleData>(&site, items, place.as_deref()))
}

/// An article
#[utoipa::path(
    get,
    path = "/v1/articles/{id}",
    operation_id = "getArticle",
    tag = "Reading",
    params(("id" = i64, Path, description = "Its identifier.", minimum = 1, example = 7)),
    responses((status = 200, description = "The article.", body = ArticleInFull)),
)]
pub(super) async fn show(
    State(site): State<Site>,
    Named(id): Named<ArticleId>,
) -> Result<impl IntoResponse, Problem> {
    Ok((CachePolicy::Shared, Json(load(&site, id).await?)))
}

/// The article at an address
///
/// At any address that it ever had. Nothing is fetched and nothing is watched by asking.
#[utoipa::path(
    get,
    path = "/v1/articles/lookup",
    operation_id = "lookUpArticle",
    tag = "Reading",
    params(AddressSought),
    responses(
        (status = 200, description = "The article.", body = ArticleInFull),
        (status = 422, description = "This is no address."),
    ),
)]
pub(super) async fn look_up(
    State(site): State<Site>,
    Sought(sought): Sought<AddressSought>,
) -> Result<impl IntoResponse, Problem> {
    let typed = sought.url.0.trim();
    let found = lookup::find(&site, typed).await?;
    if let (Visible::Missing, Err(error)) = (&found, Address::parse(typed)) {
        return Err(Problem::unprocessable("url", format!("“url” cannot be this: {error}.")));
    }
    let id = shown(found)?;
    Ok((CachePolicy::Shared, Json(load(&site, id).await?)))
}

async fn load(site: &Site, id: ArticleId) -> Result<ArticleInFull, Problem> {
    let article = shown(site.store.article(id).await?)?;
    let addresses = site.store.addresses(id).await?;
    Ok(ArticleInFull {
        published_at: article.published_at,
        merged_into: article.merged_into,
        observed_by: article.observer.clone(),
        article: ArticleData::new(site, article),
        addresses: addresses.iter().map(AddressData::new).collect(),
    })
}

/// That an article may be shown: what belongs to it is asked for next.
pub(super) async fn must_be_shown(site: &Site, id: ArticleId) -> Result<(), PageError> {
    shown(site.store.article(id).await?)?;
    Ok(())
}

impl ArticleData {
    fn new(site: &Site, article: Article) -> Self {
        let (is_checked, is_removed) = (article.is_checked(), article.is_removed());
        Self {
            id: article.id,
            url: article.address.to_string(),
            title: article.title,
            source: SourceRef { slug: article.source_slug, name: article.source_name },
            state: article.state.as_str(),
            is_removed,
            first_seen_at: article.first_seen_at,
            last_checked_at: article.last_checked_at,
            last_changed_at: article.last_changed_at,
            next_check_at: is_checked.then_some(article.next_check_at),
            last_outcome: article.last_outcome,
            head: article.head,
            versions: article.versions,
            changes: article.changes,
            page: links::absolute(&site.settings.base_url, &links::article(article.id)),
        }
    }
}

impl AddressData {
    fn new(known: &KnownAddress) -> Self {
        Self { url: known.address.to_string(), origin: known.origin.as_str(), since: known.since }
    }
}
