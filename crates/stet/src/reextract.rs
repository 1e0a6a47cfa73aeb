//! `stet reextract`: reads histories anew from their stored pages.

use std::process::ExitCode;

use anyhow::bail;
use clap::Args;
use stet_core::ArticleId;
use stet_core::extract::EXTRACTOR_REVISION;
use stet_poller::Reread;
use stet_store::rereading::Scope;
use stet_store::{Store, Visible};

use crate::progress::Progress;
use crate::settings::Settings;
use crate::{database, visitor};

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(crate) struct ReextractArgs {
    /// The histories of one source, by its name in addresses
    #[arg(long, value_name = "SLUG")]
    source: Option<String>,
    /// The history of one article
    #[arg(long, value_name = "ID")]
    article: Option<ArticleId>,
    /// All histories
    #[arg(long)]
    all: bool,
}

/// Reads anew what older revisions read. Fails only if there was a fault: a page in which no article
/// is found any more keeps its text, and is told.
pub(crate) fn run(settings: &Settings, args: &ReextractArgs) -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(async {
        let opened = database::open_migrated(settings).await?;
        let store = opened.database.open(visitor::CONNECTIONS);
        let scope = scope(&store, args).await?;
        let poller = visitor::poller(settings, store.clone())?;
        let total = store.count_stale_articles(&scope, EXTRACTOR_REVISION).await?;
        let mut tally = Tally::new(total);
        poller.reextract(&scope, |reread| tally.add(reread)).await?;
        tally.finish();
        Ok(if tally.faults == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    })
}

/// What was asked for, if it exists.
async fn scope(store: &Store, args: &ReextractArgs) -> anyhow::Result<Scope> {
    if let Some(slug) = &args.source {
        if store.rules(slug).await?.is_none() {
            bail!("there is no source '{slug}'; the page /sources lists them");
        }
        return Ok(Scope::Source(slug.clone()));
    }
    if let Some(id) = args.article {
        if store.article(id).await? == Visible::Missing {
            bail!("there is no article {id}");
        }
        return Ok(Scope::Article(id));
    }
    Ok(Scope::All)
}

/// What was done so far, told on standard error.
struct Tally {
    total: u64,
    articles: u64,
    versions: usize,
    changed: usize,
    kept: usize,
    faults: u64,
    progress: Progress,
}

impl Tally {
    fn new(total: u64) -> Self {
        let progress = Progress::new();
        Self { total, articles: 0, versions: 0, changed: 0, kept: 0, faults: 0, progress }
    }

    fn add(&mut self, reread: &Reread) {
        self.articles += 1;
        self.versions += reread.versions;
        self.changed += reread.changed;
        self.kept += reread.kept.len();
        for kept in &reread.kept {
            eprintln!(
                "article={} version={} keeps its text: {}",
                reread.article, kept.version, kept.why
            );
        }
        if let Some(fault) = &reread.fault {
            self.faults += 1;
            eprintln!("error: article={}: {fault}", reread.article);
        }
        let Self { articles, total, .. } = *self;
        self.progress.reach(articles, format_args!("{articles} of {total} articles"));
    }

    fn finish(&self) {
        let Self { articles, versions, changed, kept, faults, .. } = self;
        eprintln!(
            "{articles} articles, {versions} versions read anew: {changed} have another text, {kept} \
             keep theirs unread; {faults} faults"
        );
    }
}
