//! What an editor decides about a feed: what it is called, how often it is read, whether it is.

use askama::Template;
use askama_web::WebTemplate;
use axum::Form;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::TimeDelta;
use serde::Deserialize;
use stet_core::{FeedId, FeedKind, LinkRule};
use stet_store::audit::{Action, Subject};
use stet_store::{EditFeedError, Feed, FeedSettings};
use stet_words::text;

use super::sources::FeedRow;
use super::{Named, editing, source};
use crate::cache::CachePolicy;
use crate::error::PageError;
use crate::layout::{Layout, Section};
use crate::session::Visitor;
use crate::{Site, links};

/// The periods that a feed may have, in minutes. See `feed_fixed_period`.
const PERIODS: std::ops::RangeInclusive<i64> = 5..=10_080;

/// What the form sends.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Submission {
    #[serde(default)]
    title: String,
    /// Minutes; empty: by how often there is something new.
    #[serde(default)]
    period: String,
    #[serde(default)]
    links: String,
    #[serde(default)]
    pattern: String,
    /// `save`, `pause`, `resume` or `remove`.
    #[serde(default)]
    action: String,
    form_token: Option<String>,
}

#[derive(Template, WebTemplate)]
#[template(path = "feed.html")]
struct FeedPage {
    layout: Layout,
    source: String,
    source_href: String,
    feed: FeedRow,
    action: String,
    token: Option<String>,
    /// What an editor calls it, and what it calls itself.
    title: String,
    own_title: String,
    period: String,
    is_section: bool,
    selector: String,
    pattern: String,
    is_paused: bool,
    error: Option<String>,
}

/// `GET /sources/{slug}/feeds/{id}`
pub(crate) async fn show(
    State(site): State<Site>,
    visitor: Visitor,
    Named((slug, id)): Named<(String, FeedId)>,
) -> Result<Response, PageError> {
    editing::editors_only(&visitor, &links::feed_settings(&slug, id))?;
    let (name, feed) = find(&site, &slug, id).await?;
    Ok((CachePolicy::Personal, FeedPage::new(&visitor, name, &feed)).into_response())
}

/// `POST /sources/{slug}/feeds/{id}`
pub(crate) async fn change(
    State(site): State<Site>,
    visitor: Visitor,
    Named((slug, id)): Named<(String, FeedId)>,
    Form(sent): Form<Submission>,
) -> Result<Response, PageError> {
    let here = links::feed_settings(&slug, id);
    editing::check_form(&visitor, sent.form_token.as_deref(), &here)?;
    let (name, feed) = find(&site, &slug, id).await?;
    let action = match sent.action.as_str() {
        "pause" => {
            site.store.pause_feed(id, Some(site.now())).await?;
            Action::PauseFeed
        }
        "resume" => {
            site.store.pause_feed(id, None).await?;
            Action::ResumeFeed
        }
        "remove" => {
            site.store.remove_feed(id).await?;
            Action::RemoveFeed
        }
        _ => match save(&site, &feed, &sent).await {
            Ok(()) => Action::SetFeed,
            Err(EditFeedError::Store(error)) => return Err(error.into()),
            Err(EditFeedError::Links(error)) => {
                let mut page = FeedPage::new(&visitor, name, &feed);
                page.error = Some(error);
                (page.title, page.period) = (sent.title, sent.period);
                (page.selector, page.pattern) = (sent.links, sent.pattern);
                return Ok(
                    (StatusCode::UNPROCESSABLE_ENTITY, CachePolicy::Personal, page).into_response()
                );
            }
        },
    };
    editing::note(&site, &visitor, action, Subject::Feed(id)).await?;
    Ok(Redirect::to(&links::source(&slug)).into_response())
}

async fn find(site: &Site, slug: &str, id: FeedId) -> Result<(String, Feed), PageError> {
    let (source, feeds) = source::load(site, slug).await?;
    let feed = feeds.into_iter().find(|feed| feed.id == id).ok_or(PageError::NotFound)?;
    Ok((source.name, feed))
}

async fn save(site: &Site, feed: &Feed, sent: &Submission) -> Result<(), EditFeedError> {
    let wrong = |words: &str| EditFeedError::Links(words.to_owned());
    let period = match sent.period.trim() {
        "" => None,
        typed => {
            let minutes = typed.parse().ok().filter(|minutes| PERIODS.contains(minutes));
            let range = text("feed-the-minutes-between");
            Some(TimeDelta::minutes(minutes.ok_or_else(|| wrong(range))?))
        }
    };
    let links = match (sent.links.trim(), sent.pattern.trim()) {
        _ if feed.kind != FeedKind::Section => None,
        ("", "") => return Err(wrong(text("feed-a-section-page"))),
        (selector, "") => Some(LinkRule::Selector(selector.to_owned())),
        ("", pattern) => Some(LinkRule::Pattern(pattern.to_owned())),
        _ => return Err(wrong(text("feed-give-a-selector"))),
    };
    let title = Some(sent.title.trim()).filter(|title| !title.is_empty());
    let settings = FeedSettings { title, period, links: links.as_ref() };
    site.store.edit_feed(feed.id, settings, site.now()).await?;
    Ok(())
}

impl FeedPage {
    fn new(visitor: &Visitor, source: String, feed: &Feed) -> Self {
        let (selector, pattern) = match &feed.links {
            Some(LinkRule::Selector(selector)) => (selector.clone(), String::new()),
            Some(LinkRule::Pattern(pattern)) => (String::new(), pattern.clone()),
            None => (String::new(), String::new()),
        };
        Self {
            layout: Layout::new(text("feed-how-a-feed"), Section::Sources).with_form(),
            source,
            source_href: links::source(&feed.source_slug),
            action: links::feed_settings(&feed.source_slug, feed.id),
            token: visitor.form_token(),
            title: feed.given_title.clone().unwrap_or_default(),
            own_title: feed.own_title.clone().unwrap_or_default(),
            period: feed
                .fixed_period
                .map(|period| period.num_minutes().to_string())
                .unwrap_or_default(),
            is_section: feed.kind == FeedKind::Section,
            selector,
            pattern,
            is_paused: feed.paused_at.is_some(),
            error: None,
            feed: FeedRow { edit_href: None, ..FeedRow::new(feed) },
        }
    }
}
