//! `stet doctor`: what is wrong with this installation.

use std::fmt::Display;
use std::process::ExitCode;

use stet_store::SchemaState;

use crate::database::{self, As};
use crate::settings::Settings;
use crate::{clock, visitor};

/// Looks at each thing that Stet needs; fails if one of them is missing.
pub(crate) fn run(settings: &Settings) -> anyhow::Result<ExitCode> {
    let mut report = Report::default();
    match &settings.database_url {
        Some(_) => report.good("database", "named by DATABASE_URL"),
        None => report.good(
            "database",
            format!("a private Postgres in {}", database::data_dir(settings).display()),
        ),
    }
    match database::open(settings, As::Command) {
        Err(error) => report.bad("connection", format!("{error:#}")),
        Ok(opened) => {
            let runtime = tokio::runtime::Runtime::new()?;
            runtime.block_on(examine(settings, &opened, &mut report));
        }
    }
    match &settings.contact {
        Some(contact) => report.good("contact", contact),
        None => report.note(
            "contact",
            "none: set STET_CONTACT, so that publishers can reach whoever visits them",
        ),
    }
    if !settings.fetch_allow.is_empty() {
        report.note("guard", format!("lets {} through", settings.fetch_allow));
    }
    Ok(if report.is_bad { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

async fn examine(settings: &Settings, opened: &database::Opened, report: &mut Report) {
    match opened.database.server_version().await {
        Ok(version) => report.good("connection", format!("Postgres {version}")),
        Err(error) => {
            report.bad("connection", format!("{:#}", anyhow::Error::new(error)));
            return;
        }
    }
    match opened.database.schema_state().await {
        Ok(SchemaState::UpToDate) => report.good("schema", "up to date"),
        Ok(SchemaState::Behind(count)) => report.note(
            "schema",
            format!("{count} migrations to apply: `stet migrate` or the next start does it"),
        ),
        Ok(SchemaState::Foreign) => {
            report.bad("schema", "made by another version of Stet: use that one or a later one");
        }
        Err(error) => report.bad("schema", error),
    }
    let store = opened.database.open(1);
    match visitor::poller(settings, store.clone()) {
        Ok(_) => report.good("fetcher", "ready"),
        Err(error) => report.bad("fetcher", format!("{error:#}")),
    }
    // Before the first migration there is nothing to count.
    if let (Ok(totals), Ok(due)) = (store.totals().await, store.count_due(clock::now()).await) {
        report.good(
            "contents",
            format!("{} articles, {} versions, {due} due", totals.articles, totals.versions),
        );
    }
}

/// What was found, printed as it is found.
#[derive(Debug, Default)]
struct Report {
    is_bad: bool,
}

impl Report {
    #[expect(clippy::unused_self, reason = "the three read alike where they are called")]
    fn good(&self, what: &str, finding: impl Display) {
        println!("ok    {what}: {finding}");
    }

    #[expect(clippy::unused_self, reason = "the three read alike where they are called")]
    fn note(&self, what: &str, finding: impl Display) {
        println!("note  {what}: {finding}");
    }

    fn bad(&mut self, what: &str, finding: impl Display) {
        self.is_bad = true;
        println!("WRONG {what}: {finding}");
    }
}
