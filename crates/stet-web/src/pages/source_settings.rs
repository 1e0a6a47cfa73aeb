//! What an editor decides about a publisher: its name, its pace, whether it is visited.

use askama::Template;
use askama::filters::HtmlSafe;
use askama_web::WebTemplate;
use axum::Form;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::TimeDelta;
use serde::Deserialize;
use stet_core::Address;
use stet_store::audit::{Action, Subject};
use stet_store::robots::UnreadRobots;
use stet_store::{HostRest, SourceSettings};
use stet_words::{say, text};

use super::sources::FeedRow;
use super::{Named, editing, source};
use crate::cache::CachePolicy;
use crate::error::PageError;
use crate::layout::{Layout, Section};
use crate::session::Visitor;
use crate::wording::Stamp;
use crate::{Site, links};

/// The longest name, in characters.
const MAX_NAME: usize = 100;

/// The longest gap between two requests, in seconds: an hour.
const MAX_GAP: i64 = 3_600;

/// The periods that articles may begin with, in minutes. See `source_first_period`.
const PERIODS: std::ops::RangeInclusive<i64> = 30..=1_440;

/// What the form sends.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Submission {
    #[serde(default)]
    name: String,
    #[serde(default)]
    homepage: String,
    /// Seconds; empty: the poller's setting.
    #[serde(default)]
    gap: String,
    /// Minutes; empty: the schedule's.
    #[serde(default)]
    period: String,
    /// `ignore`, or anything else to obey.
    #[serde(default)]
    robots: String,
    /// `save`, `pause` or `resume`.
    #[serde(default)]
    action: String,
    form_token: Option<String>,
}

#[derive(Template, WebTemplate)]
#[template(path = "source_settings.html")]
struct SettingsPage {
    layout: Layout,
    source: String,
    source_href: String,
    action: String,
    token: Option<String>,
    form: Fields,
    errors: Vec<String>,
    status: SourceStatus,
    is_paused: bool,
    feeds: Vec<FeedRow>,
    watch: String,
}

/// What stands in the form.
struct Fields {
    name: String,
    homepage: String,
    gap: String,
    period: String,
    obeys_robots: bool,
}

/// Whether a source is visited, and where it is edited: a part of its pages.
#[derive(Template)]
#[template(path = "parts/source_status.html")]
pub(super) struct SourceStatus {
    paused: Option<Stamp>,
    /// Its hosts that asked to be left alone.
    rests: Vec<Rest>,
    /// Its hosts whose robots.txt could not be read.
    unread: Vec<Unread>,
    homepage: Option<String>,
    settings: String,
    rules: String,
}

struct Rest {
    host: String,
    until: Stamp,
}

struct Unread {
    host: String,
    detail: String,
    again: Stamp,
}

// Its template escapes what it prints.
impl HtmlSafe for SourceStatus {}

impl SourceStatus {
    pub(super) async fn find(site: &Site, slug: &str) -> Result<Self, PageError> {
        let settings = site.store.source_settings(slug).await?.ok_or(PageError::NotFound)?;
        Self::new(site, &settings, slug).await
    }

    async fn new(site: &Site, settings: &SourceSettings, slug: &str) -> Result<Self, PageError> {
        let rests = site.store.host_rests(slug).await?;
        let rest = |rest: HostRest| Rest { host: rest.host, until: Stamp::new(rest.until) };
        let unread = site.store.unread_robots(slug, site.now()).await?;
        let file = |file: UnreadRobots| Unread {
            host: file.host,
            detail: file.detail,
            again: Stamp::new(file.expires_at),
        };
        Ok(Self {
            paused: settings.paused_at.map(Stamp::new),
            rests: rests.into_iter().map(rest).collect(),
            unread: unread.into_iter().map(file).collect(),
            homepage: settings.homepage.as_ref().and_then(links::outbound),
            settings: links::source_settings(slug),
            rules: links::source_rules(slug),
        })
    }
}

/// `GET /sources/{slug}/settings`
pub(crate) async fn show(
    State(site): State<Site>,
    visitor: Visitor,
    Named(slug): Named<String>,
) -> Result<Response, PageError> {
    editing::editors_only(&visitor, &links::source_settings(&slug))?;
    let page = SettingsPage::load(&site, &visitor, &slug).await?;
    Ok((CachePolicy::Personal, page).into_response())
}

/// `POST /sources/{slug}/settings`
pub(crate) async fn change(
    State(site): State<Site>,
    visitor: Visitor,
    Named(slug): Named<String>,
    Form(sent): Form<Submission>,
) -> Result<Response, PageError> {
    let here = links::source_settings(&slug);
    editing::check_form(&visitor, sent.form_token.as_deref(), &here)?;
    let settings = site.store.source_settings(&slug).await?.ok_or(PageError::NotFound)?;
    let action = match sent.action.as_str() {
        "pause" => {
            site.store.pause_source(settings.id, Some(site.now())).await?;
            Action::PauseSource
        }
        "resume" => {
            site.store.pause_source(settings.id, None).await?;
            Action::ResumeSource
        }
        _ => {
            let edited = match sent.read(settings) {
                Ok(edited) => edited,
                Err(errors) => {
                    let mut page = SettingsPage::load(&site, &visitor, &slug).await?;
                    page.errors = errors;
                    page.form = sent.into();
                    return Ok((StatusCode::UNPROCESSABLE_ENTITY, CachePolicy::Personal, page)
                        .into_response());
                }
            };
            site.store.set_source_settings(&edited).await?;
            Action::SetSource
        }
    };
    editing::note(&site, &visitor, action, Subject::Source(&slug)).await?;
    Ok(Redirect::to(&links::source(&slug)).into_response())
}

impl Submission {
    /// The settings that are asked for, or all that is wrong with them.
    fn read(&self, before: SourceSettings) -> Result<SourceSettings, Vec<String>> {
        let mut errors = Vec::new();
        let name = self.name.trim();
        if name.is_empty() || name.chars().count() > MAX_NAME {
            errors.push(say("source-settings-the-name-must").with("most", MAX_NAME).to_string());
        }
        let homepage = match self.homepage.trim() {
            "" => None,
            text => match Address::parse(text) {
                Ok(address) => Some(address),
                Err(error) => {
                    errors.push(
                        say("source-settings-the-front-page")
                            .with("error", error.to_string())
                            .to_string(),
                    );
                    None
                }
            },
        };
        let mut number = |text: &str, range: std::ops::RangeInclusive<i64>, what: &str| {
            let text = text.trim();
            if text.is_empty() {
                return None;
            }
            let number = text.parse().ok().filter(|number| range.contains(number));
            if number.is_none() {
                errors.push(
                    say("source-settings-range")
                        .with("what", what)
                        .with("least", range.start())
                        .with("most", range.end())
                        .to_string(),
                );
            }
            number
        };
        let gap = number(&self.gap, 0..=MAX_GAP, text("source-settings-the-seconds-between"));
        let period = number(&self.period, PERIODS, text("source-settings-the-minutes-to"));
        if !errors.is_empty() {
            return Err(errors);
        }
        let mut settings = SourceSettings {
            name: name.to_owned(),
            homepage,
            first_period: period.map(TimeDelta::minutes),
            ..before
        };
        settings.pace.host_gap = gap.map(TimeDelta::seconds);
        settings.pace.obeys_robots = self.robots != "ignore";
        Ok(settings)
    }
}

impl From<Submission> for Fields {
    fn from(sent: Submission) -> Self {
        Self {
            name: sent.name,
            homepage: sent.homepage,
            gap: sent.gap,
            period: sent.period,
            obeys_robots: sent.robots != "ignore",
        }
    }
}

impl SettingsPage {
    async fn load(site: &Site, visitor: &Visitor, slug: &str) -> Result<Self, PageError> {
        let (_, feeds) = source::load(site, slug).await?;
        let settings = site.store.source_settings(slug).await?.ok_or(PageError::NotFound)?;
        Ok(Self {
            layout: Layout::new(text("source-settings-how-a-source"), Section::Sources).with_form(),
            source: settings.name.clone(),
            source_href: links::source(slug),
            action: links::source_settings(slug),
            token: visitor.form_token(),
            form: Fields {
                name: settings.name.clone(),
                homepage: settings.homepage.as_ref().map(ToString::to_string).unwrap_or_default(),
                gap: settings
                    .pace
                    .host_gap
                    .map(|gap| gap.num_seconds().to_string())
                    .unwrap_or_default(),
                period: settings
                    .first_period
                    .map(|period| period.num_minutes().to_string())
                    .unwrap_or_default(),
                obeys_robots: settings.pace.obeys_robots,
            },
            errors: Vec::new(),
            is_paused: settings.paused_at.is_some(),
            status: SourceStatus::new(site, &settings, slug).await?,
            feeds: feeds.iter().map(FeedRow::new).collect(),
            watch: links::watch(),
        })
    }
}
