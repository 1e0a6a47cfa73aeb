//! `stet warc import`: articles in WARC files become histories that others observed.

use std::collections::BTreeSet;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use clap::Args;
use stet_core::warc::http::Response;
use stet_core::warc::{Record, WarcReader};
use stet_core::{Address, ArticleId};
use stet_poller::Poller;
use stet_poller::backfill::history_of;
use stet_poller::observe::{Capture, Taken};
use stet_store::Store;
use stet_store::observation::Observed;

use crate::settings::Settings;
use crate::{clock, database, visitor};

/// The longest record that is read, in bytes: a page of [`MAX_BODY_BYTES`] and its headers.
const MAX_BLOCK_BYTES: u64 = MAX_BODY_BYTES + 1024 * 1024;

/// The longest page that is read, decoded, in bytes. Source: what Stet itself fetches at most.
const MAX_BODY_BYTES: u64 = 10 * 1024 * 1024;

/// How much of a `warcinfo` record is read, in bytes.
const MAX_INFO_BYTES: u64 = 64 * 1024;

/// After how many histories with new captures they are put together: their number is all that grows
/// with a file.
const HISTORIES: usize = 1_000;

#[derive(Debug, Args)]
pub(crate) struct ImportArgs {
    /// Who captured this, as readers will know it; else what the file says of itself
    #[arg(long, value_name = "NAME")]
    observer: Option<String>,
    /// WARC files, compressed or not
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
}

/// Takes the files in, and prints a line for each page. Fails if one of them could not be read to
/// its end; what stood before that is taken in.
pub(crate) fn run(settings: &Settings, args: &ImportArgs) -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(async {
        let opened = database::open_migrated(settings).await?;
        let store = opened.database.open(visitor::CONNECTIONS);
        let poller = visitor::poller(settings, store.clone())?;
        let mut import =
            Import { store, poller, histories: BTreeSet::new(), tally: Tally::default() };
        for file in &args.files {
            if let Err(error) = import.take_file(file, args.observer.as_deref()).await {
                eprintln!("error: {}: {error:#}", file.display());
                import.tally.faults += 1;
            }
            import.weave().await?;
        }
        let Tally { noted, known, skipped, faults } = import.tally;
        eprintln!("{noted} captures noted, {known} known, {skipped} skipped; {faults} faults");
        Ok(if faults == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    })
}

#[derive(Default)]
struct Tally {
    noted: u64,
    known: u64,
    skipped: u64,
    faults: u64,
}

struct Import {
    store: Store,
    poller: Poller,
    /// Those with captures that were not put together yet.
    histories: BTreeSet<ArticleId>,
    tally: Tally,
}

impl Import {
    async fn take_file(&mut self, file: &Path, observer: Option<&str>) -> anyhow::Result<()> {
        let mut reader = WarcReader::new(File::open(file).context("it cannot be opened")?)?;
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let mut said: Option<String> = None;
        while let Some(record) = reader.next_record()? {
            if record.kind() == "warcinfo" {
                said = named_by(&reader.block(MAX_INFO_BYTES)?).or(said);
                continue;
            }
            if !matches!(record.kind(), "response" | "revisit") {
                continue;
            }
            let Some((address, captured_at)) =
                record.target().and_then(|target| Address::parse(target).ok()).zip(record.date())
            else {
                continue;
            };
            let observer = observer.or(said.as_deref()).unwrap_or(&name).to_owned();
            let place = format!("{name}, {}", record.place());
            let taken = if record.kind() == "revisit" {
                self.repeat(&record, &address, &observer, &place).await?
            } else {
                let block = reader.block(MAX_BLOCK_BYTES)?;
                match page_of(&record, &block) {
                    Ok(Some(page)) => {
                        let capture = Capture {
                            observer,
                            address: address.clone(),
                            captured_at,
                            place,
                            status: page.status,
                            headers: page.headers,
                            body: page.body,
                        };
                        Some(self.poller.observe(&capture).await?)
                    }
                    Ok(None) => None,
                    Err(words) => Some(Taken::NoArticle(words)),
                }
            };
            if let Some(taken) = taken {
                self.tell(&address, &record, &taken);
            }
            if self.histories.len() >= HISTORIES {
                self.weave().await?;
            }
        }
        Ok(())
    }

    /// Notes that the page of an earlier record was captured again.
    async fn repeat(
        &self,
        record: &Record,
        address: &Address,
        observer: &str,
        place: &str,
    ) -> anyhow::Result<Option<Taken>> {
        let (Some((target, earlier)), Some(at)) = (record.repeats(), record.date()) else {
            return Ok(None);
        };
        let earlier_address = Address::parse(target).unwrap_or_else(|_| address.clone());
        let now = clock::now();
        let noted =
            self.store.observe_again(&earlier_address, observer, earlier, at, place, now).await?;
        Ok(noted.map(Taken::Observed))
    }

    fn tell(&mut self, address: &Address, record: &Record, taken: &Taken) {
        self.histories.extend(history_of(taken));
        let at = record.field("WARC-Date").unwrap_or_default();
        match taken {
            Taken::Observed(Observed::Noted { article, history, version, .. }) => {
                self.tally.noted += 1;
                println!(
                    "status=noted article={article} history={history} version={version} \
                     captured={at} url={address}"
                );
            }
            Taken::Observed(Observed::Known { .. }) => self.tally.known += 1,
            Taken::Observed(Observed::Hidden) => {
                self.tally.skipped += 1;
                println!("status=hidden captured={at} url={address}");
            }
            Taken::NoArticle(words) => {
                self.tally.skipped += 1;
                println!("status=no_article captured={at} url={address} detail={words:?}");
            }
            Taken::Fault(words) => {
                self.tally.faults += 1;
                eprintln!("error: {}: {words}", record.place());
            }
        }
    }

    /// Lets the histories show what was noted.
    async fn weave(&mut self) -> anyhow::Result<()> {
        for history in std::mem::take(&mut self.histories) {
            if let Err(words) = self.poller.weave(history).await? {
                eprintln!("error: history {history}: {words}");
                self.tally.faults += 1;
            }
        }
        Ok(())
    }
}

/// Who made a file, by its `warcinfo` record.
fn named_by(block: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(block).into_owned();
    let field = |wanted: &str| {
        let fields = text.lines().filter_map(|line| line.split_once(':'));
        let mut found = fields.filter(|(name, _)| name.trim().eq_ignore_ascii_case(wanted));
        found.next().map(|(_, value)| value.trim()).filter(|value| !value.is_empty())
    };
    let name =
        ["operator", "isPartOf", "publisher", "hostname"].iter().find_map(|name| field(name));
    name.map(|name| name.chars().take(200).collect())
}

/// The page in a record; `None` for what cannot be a news page, and why not in words where it might
/// have been one.
fn page_of(record: &Record, block: &[u8]) -> Result<Option<Response>, String> {
    let kind = record.field("Content-Type").unwrap_or_default().to_ascii_lowercase();
    if !kind.starts_with("application/http") {
        return Ok(None);
    }
    if record.length > MAX_BLOCK_BYTES {
        return Err(format!("it has {} bytes, too many to be read", record.length));
    }
    // The status and type are told by the head: pictures need not be decoded.
    let head_ends = block.windows(4).position(|bytes| bytes == b"\r\n\r\n");
    if let Some(end) = head_ends
        && let Ok(head) = Response::read(&block[..end + 4], 0)
    {
        let kind = head.header("content-type").unwrap_or("text/html").to_ascii_lowercase();
        if !(200..300).contains(&head.status) || !kind.contains("html") {
            return Ok(None);
        }
    }
    Response::read(block, MAX_BODY_BYTES).map(Some).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_made_a_file_is_told_by_its_first_record() {
        let named = |text: &str| named_by(text.as_bytes());
        let both = "software: x\r\nisPartOf: Crawl 7\r\noperator: The Library\r\n";
        assert_eq!(named(both), Some("The Library".to_owned()));
        assert_eq!(named("software: x\r\noperator: \r\n"), None);
    }
}
