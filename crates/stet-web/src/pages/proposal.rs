//! What was found at a proposed address, to be confirmed.

use askama::Template;
use askama_web::WebTemplate;
use axum::Form;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Redirect};
use chrono::TimeDelta;
use serde::Deserialize;
use stet_core::{Address, ArticleText, FeedKind};
use stet_store::{Article, Finding, FoundArticle, HostRest, Proposal, ProposalId, ProposalState};
use stet_words::text;

use super::Named;
use super::watch::{AddressForm, may_submit};
use crate::cache::CachePolicy;
use crate::error::PageError;
use crate::layout::{Layout, Section};
use crate::peer::Peer;
use crate::session::Visitor;
use crate::submitting::{self, Watched};
use crate::wording::{self, Stamp};
use crate::{Site, links};

/// After how long an unanswered proposal asks for an explanation: a fetch may take 30 s, and its
/// host may have to be waited for.
const PATIENCE: TimeDelta = TimeDelta::seconds(60);

/// After how many seconds a browser looks again, before and after patience ran out.
const REFRESH_SOON: HeaderValue = HeaderValue::from_static("1");
const REFRESH_LATER: HeaderValue = HeaderValue::from_static("5");

/// How many of a feed's articles are listed.
const LISTED_ARTICLES: usize = 100;

/// What the confirmation sends.
#[derive(Debug, Deserialize)]
pub(crate) struct Confirmation {
    form_token: Option<String>,
}

#[derive(Template, WebTemplate)]
#[template(path = "proposal.html")]
struct ProposalPage {
    layout: Layout,
    address: String,
    href: Option<String>,
    state: Shown,
    /// Where the confirmation goes, and the token it carries.
    action: String,
    token: Option<String>,
    watch: String,
}

/// What the page shows.
enum Shown {
    /// Nobody has looked yet.
    Looking,
    /// Nobody seems to look.
    NoPoller,
    /// Nobody looks until an editor resumes its source.
    Paused {
        settings: String,
    },
    /// Nobody looks until its host's rest ends.
    Resting {
        host: String,
        until: Stamp,
    },
    /// There is nothing to confirm: this article is watched already.
    Known {
        title: String,
        article: String,
    },
    Article(Preview),
    Feed {
        kind: &'static str,
        title: Option<String>,
        count: String,
        /// Sitemaps that are followed.
        children: Vec<String>,
        articles: Vec<FoundLine>,
        more: Option<String>,
    },
    /// What is wrong stands beside the form.
    Refused(AddressForm),
}

struct Preview {
    /// Where it would be watched, if not where it was looked for.
    watched_at: Option<String>,
    title: String,
    standfirst: Option<String>,
    lead_caption: Option<String>,
    byline: Option<String>,
    published: Option<Stamp>,
    language: String,
    words: String,
    paragraphs: Vec<String>,
}

struct FoundLine {
    title: String,
    address: String,
    href: Option<String>,
}

/// `GET /watch/{proposal}`
pub(crate) async fn show(
    State(site): State<Site>,
    visitor: Visitor,
    Named(id): Named<String>,
) -> Result<impl IntoResponse, PageError> {
    let id = parsed(&id)?;
    if !visitor.may_add(&site.settings) {
        return Err(PageError::LoginNeeded { next: links::proposal(&id) });
    }
    let proposal = site.store.proposal(&id).await?.ok_or(PageError::NotFound)?;
    let known = Surroundings {
        watched: submitting::watched_article(&site, &proposal).await?,
        paused: site.store.paused_source(&proposal.address).await?,
        rest: site.store.host_rest(&proposal.address).await?,
        is_late: site.now() - proposal.created_at > PATIENCE,
    };
    let page = ProposalPage::new(proposal, &visitor, known);
    Ok((CachePolicy::Personal, page.refresh(), page))
}

/// `POST /watch/{proposal}`
pub(crate) async fn confirm(
    State(site): State<Site>,
    visitor: Visitor,
    peer: Peer,
    Named(id): Named<String>,
    Form(sent): Form<Confirmation>,
) -> Result<Redirect, PageError> {
    let id = parsed(&id)?;
    let here = links::proposal(&id);
    may_submit(&site, &visitor, peer, &here)?;
    visitor.check_form(sent.form_token.as_deref(), here.clone())?;
    let proposal = site.store.proposal(&id).await?.ok_or(PageError::NotFound)?;
    let target = match submitting::confirm(&site, proposal, &visitor.actor()).await? {
        Some(Watched::Article(id)) => links::article(id),
        Some(Watched::Feed(id)) => links::feed(id),
        // Nothing to confirm: the page says why.
        None => here,
    };
    Ok(Redirect::to(&target))
}

fn parsed(id: &str) -> Result<ProposalId, PageError> {
    id.parse().map_err(|_| PageError::NotFound)
}

/// What is known of the place that a proposal is about.
struct Surroundings {
    /// The article that is watched there.
    watched: Option<Article>,
    /// The slug of its source, if that is paused.
    paused: Option<String>,
    rest: Option<HostRest>,
    /// Whether an answer could be there.
    is_late: bool,
}

impl Surroundings {
    /// What is said while there is no answer.
    fn waiting(self) -> Shown {
        match self {
            Self { paused: Some(slug), .. } => {
                Shown::Paused { settings: links::source_settings(&slug) }
            }
            Self { rest: Some(rest), .. } => {
                Shown::Resting { host: rest.host, until: Stamp::new(rest.until) }
            }
            Self { is_late: true, .. } => Shown::NoPoller,
            Self { is_late: false, .. } => Shown::Looking,
        }
    }
}

impl ProposalPage {
    fn new(proposal: Proposal, visitor: &Visitor, mut known: Surroundings) -> Self {
        let address = proposal.address.to_string();
        let watched_at = match &proposal.state {
            ProposalState::Found(Finding::Article(text)) => {
                Some(proposal.place(text).address.to_string()).filter(|place| *place != address)
            }
            _ => None,
        };
        let state = match (proposal.state, known.watched.take()) {
            (_, Some(article)) => Shown::Known {
                title: article.title.unwrap_or_else(|| article.address.to_string()),
                article: links::article(article.id),
            },
            (ProposalState::Waiting, None) => known.waiting(),
            (ProposalState::Found(Finding::Article(text)), None) => {
                Shown::Article(Preview::new(*text, watched_at))
            }
            (ProposalState::Found(Finding::Feed { kind, title, articles, children }), None) => {
                feed(kind, title, articles, &children)
            }
            (ProposalState::Refused { error, outcome }, None) => {
                let error =
                    if error.is_empty() { wording::outcome(outcome).to_owned() } else { error };
                let form = AddressForm::new(address.clone(), Some(error), visitor);
                Shown::Refused(form.with_rule(proposal.links.as_ref()))
            }
        };
        Self {
            layout: Layout::new(text("proposal-watch-an-article"), Section::Watch).with_form(),
            href: links::outbound(&proposal.address),
            address,
            state,
            action: links::proposal(&proposal.id),
            token: visitor.form_token(),
            watch: links::watch(),
        }
    }

    /// While nothing is known, the browser looks again by itself.
    fn refresh(&self) -> HeaderMap {
        let seconds = match self.state {
            Shown::Looking => REFRESH_SOON,
            Shown::NoPoller | Shown::Resting { .. } => REFRESH_LATER,
            _ => return HeaderMap::new(),
        };
        HeaderMap::from_iter([(header::REFRESH, seconds)])
    }
}

impl Preview {
    fn new(text: ArticleText, watched_at: Option<String>) -> Self {
        let words = wording::counted(text.word_count() as u64, "words");
        Self {
            watched_at,
            title: text.title,
            standfirst: text.standfirst,
            lead_caption: text.lead_caption,
            byline: text.byline,
            published: text.published.map(Stamp::new),
            language: text.language.unwrap_or_default(),
            words,
            paragraphs: text.paragraphs,
        }
    }
}

fn feed(
    kind: FeedKind,
    title: Option<String>,
    articles: Vec<FoundArticle>,
    children: &[Address],
) -> Shown {
    let more = articles.len().saturating_sub(LISTED_ARTICLES);
    Shown::Feed {
        kind: wording::feed_kind(kind),
        title,
        count: if children.is_empty() {
            wording::counted(articles.len() as u64, "articles")
        } else {
            wording::counted(children.len() as u64, "further-sitemaps")
        },
        children: children.iter().map(Address::to_string).collect(),
        articles: articles.into_iter().take(LISTED_ARTICLES).map(FoundLine::new).collect(),
        more: (more > 0).then(|| wording::counted(more as u64, "more")),
    }
}

impl FoundLine {
    fn new(found: FoundArticle) -> Self {
        let address = found.address.to_string();
        Self {
            title: found.title.unwrap_or_else(|| address.clone()),
            href: links::outbound(&found.address),
            address,
        }
    }
}
