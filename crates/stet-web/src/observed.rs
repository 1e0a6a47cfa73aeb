//! What others saw of an article, between what Stet saw.

use askama::Template;
use askama::filters::HtmlSafe;
use chrono::{DateTime, Utc};
use stet_core::{Address, ArticleId};
use stet_store::observation::{ObservedHistory, ObservedRun};
use stet_store::{Change, Sighting};
use stet_words::{say, text};

use crate::change_line::ChangeLine;
use crate::error::PageError;
use crate::wording::{self, Stamp};
use crate::{Site, links};

/// Which text stood when, as Stet and others saw it, and what others saw change.
#[derive(Template)]
#[template(path = "parts/observed.html")]
pub(crate) struct Observed {
    /// The earliest first.
    rows: Vec<Row>,
    histories: Vec<History>,
    /// When somebody saw it first.
    pub(crate) first_seen: DateTime<Utc>,
}

// Its template escapes what it prints.
impl HtmlSafe for Observed {}

struct Row {
    at: DateTime<Utc>,
    from: Stamp,
    until: Stamp,
    seen_by: String,
    version: String,
    href: String,
    headline: String,
    /// `3 captures`
    times: String,
    /// The version of Stet's own that has the same text.
    same: Option<(String, String)>,
    /// Where the archive keeps it, if that is an address.
    place: Option<String>,
}

struct History {
    observer: String,
    changes: Vec<ChangeLine>,
}

/// What others saw of an article; `None` if nobody else saw it.
pub(crate) async fn load(site: &Site, article: ArticleId) -> Result<Option<Observed>, PageError> {
    let histories = site.store.observed_histories(article).await?;
    if histories.is_empty() {
        return Ok(None);
    }
    let own = site.store.sightings(article).await?;
    let mut changes = Vec::with_capacity(histories.len());
    for history in &histories {
        changes.push(site.store.changes(history.id).await?);
    }
    Ok(Observed::new(article, &own, &histories, &changes))
}

impl Observed {
    fn new(
        article: ArticleId,
        own: &[Sighting],
        histories: &[ObservedHistory],
        changes: &[Vec<Change>],
    ) -> Option<Self> {
        let observed = histories
            .iter()
            .flat_map(|history| history.runs.iter().map(|run| of_run(article, history, run)));
        let mut rows: Vec<Row> = observed.collect();
        let first_seen = rows.iter().map(|row| row.at).min()?;
        rows.extend(own.iter().map(|sighting| of_sighting(article, sighting)));
        // Of what was seen at one moment, Stet's own goes before.
        rows.sort_by_key(|row| (row.at, row.place.is_some()));
        let lines = |(history, changes): (&ObservedHistory, &Vec<Change>)| History {
            observer: history.observer.clone(),
            changes: changes.iter().map(ChangeLine::new).collect(),
        };
        let histories = histories.iter().zip(changes).map(lines);
        let histories = histories.filter(|history| !history.changes.is_empty()).collect();
        Some(Self { rows, histories, first_seen })
    }
}

fn of_run(article: ArticleId, history: &ObservedHistory, run: &ObservedRun) -> Row {
    Row {
        at: run.first_seen_at,
        from: Stamp::new(run.first_seen_at),
        until: Stamp::new(run.last_seen_at),
        seen_by: history.observer.clone(),
        version: say("observed-version-of")
            .with("version", run.version)
            .with("observer", &history.observer)
            .to_string(),
        href: links::version(history.id, run.version),
        headline: run.title.clone(),
        times: wording::counted(run.captures, "captures"),
        same: run.same_as_own.map(|own| {
            (say("version-number").with("number", own).to_string(), links::version(article, own))
        }),
        place: Address::parse(&run.place)
            .ok()
            .filter(|_| run.place.starts_with("http"))
            .and_then(|address| links::outbound(&address)),
    }
}

fn of_sighting(article: ArticleId, sighting: &Sighting) -> Row {
    Row {
        at: sighting.first_seen_at,
        from: Stamp::new(sighting.first_seen_at),
        until: Stamp::new(sighting.last_seen_at),
        seen_by: text("observed-stet").to_owned(),
        version: say("version-number").with("number", sighting.version).to_string(),
        href: links::version(article, sighting.version),
        headline: String::new(),
        times: wording::counted(sighting.checks, "checks"),
        same: None,
        place: None,
    }
}
