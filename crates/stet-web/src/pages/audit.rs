//! The audit log: who did what, for editors.

use askama::Template;
use askama_web::WebTemplate;
use axum::extract::{Query, State};
use axum::response::IntoResponse;
use serde::Deserialize;
use stet_store::audit::{Action, Entry, EntryFilter};
use stet_words::{say, text};

use super::PAGE_ROWS;
use crate::cache::CachePolicy;
use crate::error::PageError;
use crate::layout::{Layout, Section};
use crate::session::Visitor;
use crate::wording::{self, Stamp};
use crate::{Site, links};

/// Which lines are wanted; an empty field wants all.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Wanted {
    #[serde(default)]
    action: String,
    #[serde(default)]
    actor: String,
    #[serde(default)]
    article: String,
    before: Option<i64>,
}

#[derive(Template, WebTemplate)]
#[template(path = "audit.html")]
struct AuditPage {
    layout: Layout,
    here: String,
    choices: Vec<Choice>,
    actor: String,
    article: String,
    rows: Vec<Row>,
    older: Option<String>,
}

struct Choice {
    word: &'static str,
    label: &'static str,
    is_chosen: bool,
}

struct Row {
    at: Stamp,
    actor: String,
    action: &'static str,
    subject: String,
    title: Option<String>,
    href: String,
    reason: String,
}

/// `/audit`
pub(crate) async fn show(
    State(site): State<Site>,
    visitor: Visitor,
    Query(wanted): Query<Wanted>,
) -> Result<impl IntoResponse, PageError> {
    visitor.must_be_editor(links::audit())?;
    let filter = wanted.filter().ok_or(PageError::NotFound)?;
    let entries = site.store.audit(&filter, wanted.before, PAGE_ROWS + 1).await?;
    Ok((CachePolicy::Personal, AuditPage::new(wanted, &filter, entries)))
}

impl Wanted {
    /// `None` if there is no such action or article.
    fn filter(&self) -> Option<EntryFilter> {
        let (action, actor, article) = (self.action.trim(), self.actor.trim(), self.article.trim());
        Some(EntryFilter {
            action: if action.is_empty() { None } else { Some(action.parse().ok()?) },
            actor: (!actor.is_empty()).then(|| actor.to_owned()),
            article: if article.is_empty() { None } else { Some(article.parse().ok()?) },
        })
    }
}

impl AuditPage {
    fn new(wanted: Wanted, filter: &EntryFilter, entries: Vec<Entry>) -> Self {
        let rows = PAGE_ROWS as usize;
        let last = (entries.len() > rows).then(|| entries[rows - 1].id);
        let pairs = [
            ("action", wanted.action.trim()),
            ("actor", wanted.actor.trim()),
            ("article", wanted.article.trim()),
        ];
        let older = last.map(|last| links::audit_before(&pairs, last));
        Self {
            layout: Layout::new(text("audit-audit-log"), Section::Login),
            here: links::audit(),
            choices: Action::ALL
                .into_iter()
                .map(|action| Choice {
                    word: action.as_str(),
                    label: wording::action(action),
                    is_chosen: filter.action == Some(action),
                })
                .collect(),
            actor: wanted.actor,
            article: wanted.article,
            rows: entries.into_iter().take(rows).map(Row::new).collect(),
            older,
        }
    }
}

impl Row {
    fn new(entry: Entry) -> Self {
        let href = match entry.subject_kind.as_str() {
            // Of a hidden or deleted article only this page tells.
            "article" => entry.subject.parse().map(links::visibility).ok(),
            "feed" => entry.subject.parse().map(links::feed).ok(),
            "source" => Some(links::source(&entry.subject)),
            "token" => Some(links::tokens()),
            "webhook" => Some(links::webhooks()),
            _ => None,
        };
        Self {
            at: Stamp::to_the_second(entry.at),
            actor: entry.actor,
            action: wording::action(entry.action),
            subject: say(format!("audit-subject-{}", entry.subject_kind))
                .with("name", &entry.subject)
                .into(),
            title: entry.title,
            href: href.unwrap_or_else(links::editors),
            reason: entry.reason,
        }
    }
}
