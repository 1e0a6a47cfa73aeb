//! Asking for an address to be watched, as the form does: a poller looks, and what it found is
//! watched once it is confirmed.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderName, StatusCode, header};
use axum::response::IntoResponse;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use stet_core::{ArticleId, ArticleText, CheckOutcome, FeedId, FeedKind};
use stet_store::{Finding, Proposal, ProposalId, ProposalState};
use utoipa::ToSchema;

use super::body::Sent;
use super::caller::Caller;
use super::problem::Problem;
use super::query::Text;
use crate::cache::CachePolicy;
use crate::error::PageError;
use crate::pages::Named;
use crate::submitting::{self, Submitted, Watched};
use crate::{Site, links};

/// An address to be watched.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewProposal {
    /// The address of an article, or of a feed, a sitemap or a section page.
    #[schema(
        value_type = String,
        format = "uri",
        min_length = 1,
        max_length = 2_048,
        example = "https://news.example.com/mayor"
    )]
    url: Text<2_048>,
    /// For a section page: a CSS selector of the links that are articles. Not with `pattern`.
    #[schema(value_type = Option<String>, min_length = 1, max_length = 1_000, example = "main h2 a")]
    selector: Option<Text<1_000>>,
    /// For a section page: a pattern of the addresses that are articles. Not with `selector`.
    #[schema(value_type = Option<String>, min_length = 1, max_length = 1_000, example = "/news/*")]
    pattern: Option<Text<1_000>>,
}

/// A proposed address, and what is known of it. It is kept for a day.
#[derive(Serialize, ToSchema)]
#[schema(as = Proposal)]
pub(super) struct ProposalData {
    /// Its identifier.
    #[schema(pattern = "^[0-9a-f]{32}$", example = "0123456789abcdef0123456789abcdef")]
    id: String,
    #[schema(format = "uri")]
    url: String,
    created_at: DateTime<Utc>,
    /// `waiting`: no poller has looked yet; `found`: confirm it, and it is watched; `refused`: nothing
    /// there can be watched.
    #[schema(value_type = String, pattern = "^(waiting|found|refused)$", example = "found")]
    state: &'static str,
    /// While it is `waiting`: until when its host has asked to be left alone, if it has.
    #[schema(required)]
    host_rests_until: Option<DateTime<Utc>>,
    /// The article, as it would be kept.
    #[schema(value_type = Option<FoundArticleData>, required)]
    article: Option<FoundArticleData>,
    /// The feed, as it would be read.
    #[schema(value_type = Option<FoundFeedData>, required)]
    feed: Option<FoundFeedData>,
    /// Why it was refused.
    #[schema(value_type = Option<RefusalData>, required)]
    refusal: Option<RefusalData>,
}

/// An article that a poller found.
#[derive(Serialize, ToSchema)]
#[schema(as = FoundArticle)]
struct FoundArticleData {
    title: String,
    #[schema(required)]
    byline: Option<String>,
    /// When it was published, as the page states it.
    #[schema(required)]
    published_at: Option<DateTime<Utc>>,
    #[schema(required)]
    language: Option<String>,
    paragraphs: Vec<String>,
}

/// A feed that a poller found.
#[derive(Serialize, ToSchema)]
#[schema(as = FoundFeed)]
struct FoundFeedData {
    #[schema(value_type = String, pattern = "^(feed|sitemap|section)$", example = "feed")]
    kind: FeedKind,
    /// What it calls itself.
    #[schema(required)]
    title: Option<String>,
    /// How many articles it names.
    articles: usize,
    /// How many further sitemaps it names.
    sitemaps: usize,
}

/// Why a proposal was refused.
#[derive(Serialize, ToSchema)]
#[schema(as = Refusal)]
struct RefusalData {
    /// In one word.
    #[schema(value_type = String, example = "not-a-page")]
    outcome: CheckOutcome,
    /// In words.
    detail: String,
}

/// What is watched: an article or a feed, the other is null.
#[derive(Serialize, ToSchema)]
#[schema(as = Watched)]
pub(super) struct WatchedData {
    #[schema(value_type = Option<i64>, required, minimum = 1, example = 7)]
    article: Option<ArticleId>,
    #[schema(value_type = Option<i64>, required, minimum = 1)]
    feed: Option<FeedId>,
}

/// Propose an address
///
/// Nothing is fetched by this: it asks the pollers to look. Ask for the proposal until it is no
/// longer `waiting`, then confirm it.
#[utoipa::path(
    post,
    path = "/v1/proposals",
    operation_id = "propose",
    tag = "Adding",
    security(("token" = [])),
    request_body(content = NewProposal, content_type = "application/json"),
    responses((
        status = 202,
        description = "A poller will look.",
        body = ProposalData,
        headers(("Location" = String, description = "Where the proposal is.")),
    )),
)]
pub(super) async fn propose(
    State(site): State<Site>,
    _caller: Caller,
    Sent(sent): Sent<NewProposal>,
) -> Result<impl IntoResponse, Problem> {
    let rule = |rule: Option<Text<1_000>>| rule.map(|Text(rule)| rule).unwrap_or_default();
    let (selector, pattern) = (rule(sent.selector), rule(sent.pattern));
    let submitted = Submitted { address: &sent.url.0, selector: &selector, pattern: &pattern };
    let id = submitting::propose(&site, &submitted).await?.map_err(|error| {
        Problem::unprocessable("url", format!("“url” cannot be this: {error}."))
    })?;
    let data = ProposalData::load(&site, &id).await?;
    let place: [(HeaderName, String); 1] = [(header::LOCATION, links::api_proposal(&id))];
    Ok((StatusCode::ACCEPTED, CachePolicy::Personal, place, Json(data)))
}

/// A proposal, and what was found
#[utoipa::path(
    get,
    path = "/v1/proposals/{id}",
    operation_id = "getProposal",
    tag = "Adding",
    security(("token" = [])),
    params((
        "id" = String, Path, description = "The proposal.", pattern = "^[0-9a-f]{32}$",
        example = "0123456789abcdef0123456789abcdef",
    )),
    responses((status = 200, description = "The proposal.", body = ProposalData)),
)]
pub(super) async fn show(
    State(site): State<Site>,
    _caller: Caller,
    Named(id): Named<String>,
) -> Result<impl IntoResponse, Problem> {
    Ok((CachePolicy::Personal, Json(ProposalData::load(&site, &parsed(&id)?).await?)))
}

/// Confirm a proposal
///
/// What was found is watched from now on. It may be done again: what is watched stays watched.
#[utoipa::path(
    post,
    path = "/v1/proposals/{id}/confirmation",
    operation_id = "confirmProposal",
    tag = "Adding",
    security(("token" = [])),
    params((
        "id" = String, Path, description = "The proposal.", pattern = "^[0-9a-f]{32}$",
        example = "0123456789abcdef0123456789abcdef",
    )),
    responses(
        (status = 200, description = "It is watched.", body = WatchedData),
        (status = 409, description = "Nothing was found yet, or nothing that can be watched."),
    ),
)]
pub(super) async fn confirm(
    State(site): State<Site>,
    Caller(actor): Caller,
    Named(id): Named<String>,
) -> Result<impl IntoResponse, Problem> {
    let proposal = site.store.proposal(&parsed(&id)?).await?.ok_or(PageError::NotFound)?;
    let watched = submitting::confirm(&site, proposal, &actor).await?.ok_or_else(|| {
        Problem::conflict("Nothing was found there yet, or nothing that can be watched.")
    })?;
    let watched = match watched {
        Watched::Article(id) => WatchedData { article: Some(id), feed: None },
        Watched::Feed(id) => WatchedData { article: None, feed: Some(id) },
    };
    Ok((CachePolicy::Personal, Json(watched)))
}

fn parsed(id: &str) -> Result<ProposalId, PageError> {
    id.parse().map_err(|_| PageError::NotFound)
}

impl ProposalData {
    async fn load(site: &Site, id: &ProposalId) -> Result<Self, PageError> {
        let proposal = site.store.proposal(id).await?.ok_or(PageError::NotFound)?;
        let rest = match proposal.state {
            ProposalState::Waiting => site.store.host_rest(&proposal.address).await?,
            ProposalState::Found(_) | ProposalState::Refused { .. } => None,
        };
        Ok(Self { host_rests_until: rest.map(|rest| rest.until), ..Self::new(proposal) })
    }

    fn new(proposal: Proposal) -> Self {
        let mut data = Self {
            id: proposal.id.to_string(),
            url: proposal.address.to_string(),
            created_at: proposal.created_at,
            state: "waiting",
            host_rests_until: None,
            article: None,
            feed: None,
            refusal: None,
        };
        match proposal.state {
            ProposalState::Waiting => {}
            ProposalState::Found(Finding::Article(text)) => {
                data.state = "found";
                data.article = Some(FoundArticleData::new(*text));
            }
            ProposalState::Found(Finding::Feed { kind, title, articles, children }) => {
                data.state = "found";
                let (articles, sitemaps) = (articles.len(), children.len());
                data.feed = Some(FoundFeedData { kind, title, articles, sitemaps });
            }
            ProposalState::Refused { outcome, error } => {
                data.state = "refused";
                data.refusal = Some(RefusalData { outcome, detail: error });
            }
        }
        data
    }
}

impl FoundArticleData {
    fn new(text: ArticleText) -> Self {
        Self {
            title: text.title,
            byline: text.byline,
            published_at: text.published,
            language: text.language,
            paragraphs: text.paragraphs,
        }
    }
}
