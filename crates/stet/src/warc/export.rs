//! `stet warc export`: snapshots as WARC records, one article after the other.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use chrono::{DateTime, SecondsFormat, Utc};
use clap::Args;
use stet_core::ArticleId;
use stet_core::warc::{self, NewRecord, http};
use stet_store::warc_export::{ExportScope, Repetition};
use stet_store::{Article, Snapshot, Store, Visible};

use super::moment;
use crate::part_file::part_of;
use crate::settings::Settings;
use crate::{clock, database};

/// Connections to the database: one question is asked at a time.
const CONNECTIONS: u32 = 1;

/// How many articles are asked for at a time.
const BATCH: u32 = 100;

/// What the file says of itself: what in it is certain and what was not kept.
const DESCRIPTION: &str = "Pages of news articles as Stet fetched them, each time that an article's \
    text was new. Bodies are decoded, and headers that told how they were coded are named \
    X-Archive-Orig-…. Of a request only its method, target and host are certain, so its record holds \
    no more and names HTTP/1.1 whatever was spoken. Redirects on the way are told in metadata \
    records, without their headers. Checks that saw the same bytes again within the last 30 days are \
    revisit records; of those that answered 304 the status was kept, of others nothing.";

#[derive(Debug, Args)]
pub(crate) struct ExportArgs {
    /// One article, with the histories that became part of it
    #[arg(long, value_name = "ID")]
    article: Option<ArticleId>,
    /// The articles of one source, by its name in addresses
    #[arg(long, value_name = "SLUG", conflicts_with = "article")]
    source: Option<String>,
    /// What was fetched at this time or later (2016-09-09 or 2016-09-09T17:44:00Z)
    #[arg(long, value_name = "TIME", value_parser = moment)]
    from: Option<DateTime<Utc>>,
    /// What was fetched before this time
    #[arg(long, value_name = "TIME", value_parser = moment)]
    to: Option<DateTime<Utc>>,
    /// Also what others observed, which Stet did not fetch itself
    #[arg(long)]
    observed: bool,
    /// The file to write, such as talks.warc.gz
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

/// Writes the file; what breaks off leaves none under its name.
pub(crate) fn run(settings: &Settings, args: &ExportArgs) -> anyhow::Result<ExitCode> {
    let part = part_of(&args.file)?;
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(async {
        let opened = database::open_migrated(settings).await?;
        let store = opened.database.open(CONNECTIONS);
        if let Some(slug) = &args.source
            && store.rules(slug).await?.is_none()
        {
            bail!("there is no source '{slug}'; the page /sources lists them");
        }
        let exported = export_to(&store, args, &part).await;
        let exported = exported.with_context(|| format!("{} is not whole", part.display()))?;
        if exported.snapshots == 0 {
            fs::remove_file(&part)?;
            bail!("there is nothing to export");
        }
        fs::rename(&part, &args.file)?;
        let Exported { articles, snapshots, repetitions } = exported;
        eprintln!("{articles} articles, {snapshots} pages and {repetitions} repetitions written");
        Ok(ExitCode::SUCCESS)
    })
}

#[derive(Default)]
struct Exported {
    articles: u64,
    snapshots: u64,
    repetitions: u64,
}

async fn export_to(store: &Store, args: &ExportArgs, part: &Path) -> anyhow::Result<Exported> {
    let scope = ExportScope {
        article: args.article,
        source: args.source.clone(),
        from: args.from,
        to: args.to,
        with_observed: args.observed,
    };
    let mut out = BufWriter::new(File::create(part)?);
    write_info(&mut out, &args.file)?;
    let mut exported = Exported::default();
    let mut last = None;
    loop {
        let batch = store.articles_to_export(&scope, last, BATCH).await?;
        let Some(&end) = batch.last() else { break };
        last = Some(end);
        for article in batch {
            export_article(store, &scope, article, &mut out, &mut exported).await?;
        }
    }
    out.flush()?;
    out.get_ref().sync_all()?;
    Ok(exported)
}

fn write_info(out: &mut impl Write, file: &Path) -> anyhow::Result<()> {
    let now = clock::now();
    let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let block = format!(
        "software: Stet/{}\r\nformat: WARC File Format 1.1\r\n\
         conformsTo: http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/\r\n\
         description: {DESCRIPTION}\r\n",
        env!("CARGO_PKG_VERSION"),
    );
    let id = warc::record_id(&format!("warcinfo {name} {now}"));
    let record = NewRecord {
        kind: "warcinfo",
        id: &id,
        date: now,
        fields: &[("WARC-Filename", name)],
        content_type: "application/warc-fields",
        block: block.as_bytes(),
    };
    Ok(warc::write(out, &record)?)
}

/// A page that was written, for what repeats it.
struct Written {
    id: String,
    target: String,
    date: String,
    digest: String,
}

async fn export_article(
    store: &Store,
    scope: &ExportScope,
    article: ArticleId,
    out: &mut impl Write,
    exported: &mut Exported,
) -> anyhow::Result<()> {
    let Visible::Shown(Article { observer, .. }) = store.article(article).await? else {
        return Ok(());
    };
    let mut written = BTreeMap::new();
    for number in store.snapshots_to_export(article, scope).await? {
        let Some(snapshot) = store.snapshot_numbered(article, number).await? else { continue };
        let name = format!("article {article} snapshot {number} {}", snapshot.fetched_at);
        let page = write_page(out, &name, &snapshot, observer.as_deref())?;
        written.insert(number, page);
        exported.snapshots += 1;
    }
    for repetition in store.repetitions(article).await? {
        let is_in_span = scope.from.is_none_or(|from| from <= repetition.at)
            && scope.to.is_none_or(|to| repetition.at < to);
        if let Some(page) = written.get(&repetition.snapshot).filter(|_| is_in_span) {
            write_repetition(out, article, page, repetition)?;
            exported.repetitions += 1;
        }
    }
    exported.articles += 1;
    Ok(())
}

/// Writes the request, the response, and what else is known of a fetch.
fn write_page(
    out: &mut impl Write,
    name: &str,
    snapshot: &Snapshot,
    observer: Option<&str>,
) -> anyhow::Result<Written> {
    let url = snapshot.address.url();
    let target = snapshot.address.to_string();
    let [request_id, id, metadata_id] =
        ["request", "response", "metadata"].map(|kind| warc::record_id(&format!("{kind} {name}")));
    let of = |kind: &'static str, id, fields, content_type, block| NewRecord {
        kind,
        id,
        date: snapshot.fetched_at,
        fields,
        content_type,
        block,
    };
    let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
    let request =
        format!("GET {}{query} HTTP/1.1\r\nHost: {}\r\n\r\n", url.path(), snapshot.address.host());
    let beside = [("WARC-Target-URI", target.clone()), ("WARC-Concurrent-To", format!("<{id}>"))];
    // What an archive sent is known only by its response.
    if observer.is_none() {
        let kind = "application/http; msgtype=request";
        warc::write(out, &of("request", &request_id, &beside, kind, request.as_bytes()))?;
    }
    let digest = warc::digest(&snapshot.body);
    let fields = [("WARC-Target-URI", target.clone()), ("WARC-Payload-Digest", digest.clone())];
    let block = http::response_block(snapshot.status, &snapshot.headers, &snapshot.body);
    let kind = "application/http; msgtype=response";
    warc::write(out, &of("response", &id, &fields, kind, &block))?;

    let redirects = snapshot
        .redirects
        .iter()
        .map(|step| format!("redirect: {} {}\r\n", step.status, step.address));
    let seen_by = observer.map(|observer| format!("observed-by: {observer}\r\n"));
    let known: String = redirects.chain(seen_by).collect();
    if !known.is_empty() {
        let kind = "application/warc-fields";
        warc::write(out, &of("metadata", &metadata_id, &beside, kind, known.as_bytes()))?;
    }
    let date = snapshot.fetched_at.to_rfc3339_opts(SecondsFormat::Secs, true);
    Ok(Written { id, target, date, digest })
}

fn write_repetition(
    out: &mut impl Write,
    article: ArticleId,
    page: &Written,
    repetition: Repetition,
) -> anyhow::Result<()> {
    let (profile, block) = if repetition.is_same_body {
        (warc::IDENTICAL_PAYLOAD, Vec::new())
    } else {
        (warc::NOT_MODIFIED, http::not_modified_block())
    };
    let id = warc::record_id(&format!("revisit article {article} {}", repetition.at));
    let record = NewRecord {
        kind: "revisit",
        id: &id,
        date: repetition.at,
        fields: &[
            ("WARC-Target-URI", page.target.clone()),
            ("WARC-Profile", profile.to_owned()),
            ("WARC-Refers-To", format!("<{}>", page.id)),
            ("WARC-Refers-To-Target-URI", page.target.clone()),
            ("WARC-Refers-To-Date", page.date.clone()),
            ("WARC-Payload-Digest", page.digest.clone()),
        ],
        content_type: "application/http; msgtype=response",
        block: &block,
    };
    Ok(warc::write(out, &record)?)
}
