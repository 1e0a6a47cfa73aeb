//! `stet rules`: how a source's articles are read, where general extraction goes wrong.

use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use clap::Args;
use stet_core::extract::SiteRules;
use stet_store::audit::{Action, Subject};

use crate::clock;
use crate::database;
use crate::editor::by_operator;
use crate::settings::Settings;

/// Connections to the database: one question is asked at a time.
const CONNECTIONS: u32 = 1;

#[derive(Debug, Args)]
pub(crate) struct RulesArgs {
    /// The source's name in addresses, as in `rtcom`
    #[arg(value_name = "SLUG")]
    slug: String,
    /// Set the rules to those in this file, a JSON object of CSS selectors for `title`,
    /// `standfirst`, `byline`, `date`, `body`, `drop` and `notice` (what stands only on pages that are
    /// no article); `-` for standard input
    #[arg(long, value_name = "FILE", conflicts_with = "clear")]
    set: Option<PathBuf>,
    /// Set no rules: general extraction reads the articles
    #[arg(long)]
    clear: bool,
}

/// Prints a source's rules on standard output, after they were set if that is asked for.
pub(crate) fn run(settings: &Settings, args: &RulesArgs) -> anyhow::Result<ExitCode> {
    let wanted = match &args.set {
        Some(file) => Some(read(file)?),
        None => args.clear.then(SiteRules::default),
    };
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(async {
        let opened = database::open_migrated(settings).await?;
        let store = opened.database.open(CONNECTIONS);
        let before = store.rules(&args.slug).await?;
        let rules = match &wanted {
            Some(wanted) => store.set_rules(&args.slug, wanted, clock::now()).await?,
            None => before.clone(),
        };
        let (Some(before), Some(rules)) = (before, rules) else {
            bail!("there is no source '{}'; the page /sources lists them", args.slug);
        };
        let shown = rules.rules.unwrap_or_else(|| serde_json::json!({}));
        println!("{}", serde_json::to_string_pretty(&shown)?);
        if rules.revision != before.revision {
            let subject = Subject::Source(&args.slug);
            store.note(by_operator(), Action::SetRules, subject).await?;
            eprintln!(
                "revision {}: each article is read by it at its next check; `stet reextract \
                 --source {}` reads the histories anew",
                rules.revision, args.slug,
            );
        }
        Ok(ExitCode::SUCCESS)
    })
}

fn read(file: &Path) -> anyhow::Result<SiteRules> {
    let text = if file == Path::new("-") {
        let mut text = String::new();
        io::stdin().lock().read_to_string(&mut text).map(|_| text)
    } else {
        fs::read_to_string(file)
    };
    let text = text.with_context(|| format!("cannot read {}", file.display()))?;
    serde_json::from_str(&text)
        .with_context(|| format!("{} does not hold rules as JSON", file.display()))
}
