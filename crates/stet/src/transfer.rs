//! `stet export` and `stet import`: everything that was kept, out of one instance and into another.

use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use clap::Args;
use stet_core::ArticleId;
use stet_store::Store;
use stet_store::transfer::{TransferScope, Transferred};

use crate::part_file::part_of;
use crate::progress::Progress;
use crate::settings::Settings;
use crate::{clock, database};

/// Connections to the database: one thing is done at a time.
const CONNECTIONS: u32 = 1;

/// How many articles' texts are prepared for the search between two lines of progress.
const INDEXED: u32 = 100;

/// How many bytes are read or written at a time.
const BUFFER: usize = 1024 * 1024;

#[derive(Debug, Args)]
pub(crate) struct ExportArgs {
    /// Only the sources of these names in addresses, with their feeds
    #[arg(long, value_name = "SLUG")]
    source: Vec<String>,
    /// Only these articles, with the histories that became part of them
    #[arg(long, value_name = "ID")]
    article: Vec<ArticleId>,
    /// The file to write, which must not be there yet; - for standard output
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct ImportArgs {
    /// The file to read; - for standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

/// Writes the export; what breaks off leaves none under its name.
pub(crate) fn export(settings: &Settings, args: &ExportArgs) -> anyhow::Result<ExitCode> {
    let part = if is_standard(&args.file) { None } else { Some(part_of(&args.file)?) };
    let scope = TransferScope { sources: args.source.clone(), articles: args.article.clone() };
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(async {
        let opened = database::open_migrated(settings).await?;
        let store = opened.database.open(CONNECTIONS);
        let written = if let Some(part) = part {
            let written = export_to(&store, &scope, &part).await;
            if written.is_err() {
                // Nobody reads half of one.
                let _ = fs::remove_file(&part);
            }
            let written = written.context("nothing was exported")?;
            fs::rename(&part, &args.file)?;
            written
        } else {
            let out = BufWriter::with_capacity(BUFFER, io::stdout().lock());
            store.export(&scope, out, tell("articles written")).await?
        };
        eprintln!("{} written", told(&written));
        Ok(ExitCode::SUCCESS)
    })
}

async fn export_to(
    store: &Store,
    scope: &TransferScope,
    part: &Path,
) -> anyhow::Result<Transferred> {
    let mut out = BufWriter::with_capacity(BUFFER, File::create(part)?);
    let written = store.export(scope, &mut out, tell("articles written")).await?;
    out.flush()?;
    out.get_ref().sync_all()?;
    Ok(written)
}

/// Reads an export into an empty instance, and prepares what was read for the search.
pub(crate) fn import(settings: &Settings, args: &ImportArgs) -> anyhow::Result<ExitCode> {
    let opened = (!is_standard(&args.file)).then(|| File::open(&args.file)).transpose();
    let file = opened.with_context(|| args.file.display().to_string())?;
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(async {
        let opened = database::open_migrated(settings).await?;
        let store = opened.database.open(CONNECTIONS);
        let (now, tell) = (clock::now(), tell("articles read"));
        let read = match file {
            Some(file) => store.import(BufReader::with_capacity(BUFFER, file), now, tell).await,
            None => store.import(io::stdin().lock(), now, tell).await,
        };
        let read = read.context("nothing was imported")?;
        eprintln!("{} imported", told(&read));
        // Who is stopped here has imported everything: the service goes on with this.
        let mut indexed = 0;
        let mut progress = Progress::new();
        loop {
            let articles = store.index_waiting(INDEXED).await?;
            if articles == 0 {
                break;
            }
            indexed += u64::try_from(articles)?;
            progress.reach(indexed, format_args!("{indexed} articles can be searched"));
        }
        eprintln!("{indexed} articles can be searched");
        Ok(ExitCode::SUCCESS)
    })
}

/// Whether standard input or output is meant.
fn is_standard(file: &Path) -> bool {
    file == Path::new("-")
}

/// Tells on standard error how far it is: "7 articles written".
fn tell(what: &'static str) -> impl FnMut(&Transferred) {
    let mut progress = Progress::new();
    move |transferred| {
        let articles = transferred.count("article");
        progress.reach(articles, format_args!("{articles} {what}"));
    }
}

fn told(transferred: &Transferred) -> String {
    let [sources, articles, versions, pages] =
        ["source", "article", "version", "snapshot"].map(|kind| transferred.count(kind));
    format!("{sources} sources, {articles} articles, {versions} versions and {pages} pages")
}
