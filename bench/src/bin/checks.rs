//! Measures how many checks a CPU second of Stet and Postgres together affords, beside ceilings that
//! are measured in the same run on the same pages; and the most memory that the poll process had.
//!
//! `bench/checks` builds and starts it over a Postgres of its own.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use clap::Parser;
use flate2::read::GzDecoder;
use stet_bench::processes::{
    cpu_seconds, migrate, own_cpu_seconds, pause, peak_memory, server_cpu_seconds, signal, stet,
};
use stet_bench::psql;
use stet_bench::site::{Manner, Site};

/// Measures checks per CPU second.
#[derive(Debug, Parser)]
struct Args {
    /// Articles that are visited in each case
    #[arg(long, default_value_t = 1_000)]
    visits: u64,
    /// Articles that are watched; those that are not visited are not due
    #[arg(long, default_value_t = 1_000)]
    watched: u64,
    /// Hosts of the site, at most 250
    #[arg(long, default_value_t = 100)]
    hosts: u8,
    /// Only cases whose names hold this, after the first text
    #[arg(long)]
    only: Option<String>,
    /// Bytes of a page
    #[arg(long, default_value_t = 80_000)]
    page_bytes: usize,
}

/// How long one case may take.
const CASE: Duration = Duration::from_mins(5);

fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    let site = Site::start(args.hosts, args.page_bytes, Manner::SameBytes)?;
    let server = psql::server()?;
    let mut bench = Bench { server, poll: None, site, args };
    bench.watch()?;
    println!("{:<46}{:>9}{:>9}{:>9}", "checks per CPU second", "together", "Stet", "Postgres");
    bench.run("first text", None)?;
    for (what, manner) in [
        ("304 Not Modified", Manner::NotModified),
        ("the same bytes", Manner::SameBytes),
        // An outline is learned once a day, and known at the other checks of that day.
        ("other bytes, the same text: outline learned", Manner::OtherBytes),
        ("other bytes, the same text: outline known", Manner::OtherBytes),
        ("another text", Manner::OtherText),
    ] {
        bench.run_if_asked(what, Some(manner))?;
    }
    disk()?;
    bench.run_if_asked("a third text", None)?;
    bench.run_if_asked("a fourth text", None)?;
    disk()?;
    let poll = bench.poll()?;
    println!("peak memory of the poll process: {:.1} MB", peak_memory(poll) as f64 / 1e6);
    bench.stop()?;
    println!("ceilings, per CPU second of who does it:");
    bench.site.set_manner(Manner::OtherBytes);
    bench.ceiling("fetch and gunzip", |bench, article| bench.fetch(article, "").map(drop))?;
    bench.ceiling("fetch, gunzip and one html5ever parse", |bench, article| {
        let page = bench.fetch(article, "")?;
        let page = scraper::Html::parse_document(&String::from_utf8_lossy(&page));
        ensure!(page.tree.nodes().count() > 1, "the page holds nothing");
        Ok(())
    })?;
    bench.site.set_manner(Manner::NotModified);
    bench.ceiling("fetch of a 304", |bench, article| {
        let tag = format!("\"{article}-{}\"", bench.site.text(article));
        ensure!(bench.fetch(article, &tag)?.is_empty(), "that was no 304");
        Ok(())
    })?;
    bench.inserts()
}

/// Says how much room histories take so far.
fn disk() -> anyhow::Result<()> {
    let versions = psql::number("select count(*) from version")?;
    let bytes = psql::number(
        "select sum(pg_total_relation_size(name::regclass)) from unnest(array['version', \
         'paragraph', 'sighting', 'change', 'passage']) as name",
    )?;
    println!(
        "{} bytes a version for the text with its indexes and what searches it, at {:.1} versions \
         an article",
        bytes / versions,
        versions as f64
            / psql::number("select count(*) from article where head_version is not null")? as f64
    );
    println!(
        "{} bytes a stored page of those after an article's first",
        psql::run(
            "select coalesce(avg(octet_length(body))::bigint, 0) from snapshot where number > 0"
        )?
    );
    Ok(())
}

struct Bench {
    /// The number of Postgres' first process.
    server: u32,
    poll: Option<Child>,
    site: Site,
    args: Args,
}

impl Drop for Bench {
    /// A bench that failed leaves no poller behind.
    fn drop(&mut self) {
        if let Err(error) = self.stop() {
            eprintln!("the poller could not be ended: {error:#}");
        }
    }
}

impl Bench {
    /// Watches the articles; they are not due until they are made so.
    fn watch(&mut self) -> anyhow::Result<()> {
        migrate()?;
        let port = self.site.url(0);
        let port = port.rsplit(':').next().and_then(|rest| rest.split('/').next()).unwrap_or("0");
        psql::run(&format!(
            "insert into source (domain, slug, name, created_at)
             select '127.0.0.' || n, '127-0-0-' || n, '127.0.0.' || n, now()
             from generate_series(1, {hosts}) as n;
             insert into host (name) select domain || ':{port}' from source order by id;
             insert into article (source_id, host_id, url, url_digest, period, next_check_at,
                 first_seen_at, watched_since, search_revision)
             select source.id, host.id, url, sha256(url::bytea), '30 minutes', 'infinity', now(), now(), {revision}
             from (
                 select n, '127.0.0.' || n % {hosts} + 1 as name,
                     'http://127.0.0.' || n % {hosts} + 1 || ':{port}/a/' || n as url
                 from generate_series(0, {watched} - 1) as n
             ) as new
             join source on source.domain = new.name
             join host on host.name = new.name || ':{port}'
             order by n;
             insert into address (url_digest, article_id, url, origin, since)
             select url_digest, id, url, 'watched', first_seen_at from article;
             -- They are read once a day, which is none of a check's cost.
             insert into robots (host_id, scheme, body, expires_at)
             select id, 'http', '', now() + interval '1 day' from host",
            revision = stet_core::search::REVISION,
            hosts = self.args.hosts,
            watched = self.args.watched.max(self.args.visits),
        ))?;
        // Of its own accord, the server would do it while something is measured.
        psql::run("vacuum (analyze)")?;
        let poll = Command::new(stet()?)
            .arg("poll")
            .env("STET_FETCH_ALLOW", self.site.pairs())
            .env("STET_HOST_GAP", "0s")
            .env("STET_LOG", "warn")
            .spawn()?;
        self.poll = Some(poll);
        // Until it listens.
        while psql::number("select count(*) from pg_stat_activity where query ilike 'listen%'")?
            == 0
        {
            pause(Duration::from_millis(50));
        }
        Ok(())
    }

    fn poll(&self) -> anyhow::Result<u32> {
        self.poll.as_ref().map(Child::id).context("nobody polls")
    }

    fn stop(&mut self) -> anyhow::Result<()> {
        if let Some(mut poll) = self.poll.take() {
            poll.kill()?;
            poll.wait()?;
        }
        Ok(())
    }

    /// [Runs](Self::run) a case unless others are asked for.
    fn run_if_asked(&self, what: &str, manner: Option<Manner>) -> anyhow::Result<()> {
        if self.args.only.as_ref().is_none_or(|only| what.contains(only)) {
            self.run(what, manner)?;
        }
        Ok(())
    }

    /// Has each article visited once, and says what that took.
    fn run(&self, what: &str, manner: Option<Manner>) -> anyhow::Result<()> {
        if let Some(manner) = manner {
            self.site.set_manner(manner);
        }
        let poll = self.poll()?;
        signal("STOP", poll)?;
        psql::run(&format!("update article set next_check_at = now() where {}", self.visited()))?;
        psql::run("checkpoint")?;
        let before = (cpu_seconds(poll), server_cpu_seconds(self.server), self.site.requests());
        let begun = Instant::now();
        psql::run("notify stet_due")?;
        signal("CONT", poll)?;
        // The server is asked only when all must have been visited: asking costs it more than a check.
        while self.site.requests() - before.2 < self.args.visits
            || psql::number(&format!(
                "select count(*) from article where next_check_at <= now() and {}",
                self.visited()
            ))? > 0
        {
            ensure!(begun.elapsed() < CASE, "{what}: too slow");
            pause(Duration::from_millis(300));
        }
        let visits = (self.site.requests() - before.2) as f64;
        let stet = cpu_seconds(poll) - before.0;
        let postgres = server_cpu_seconds(self.server) - before.1;
        println!(
            "{what:<46}{:>9.0}{:>9.0}{:>9.0}",
            visits / (stet + postgres),
            visits / stet,
            visits / postgres
        );
        Ok(())
    }

    /// Which articles are visited in each case, in SQL: what asks for them costs the same however
    /// many are watched.
    fn visited(&self) -> String {
        format!("id in (select id from article order by id limit {})", self.args.visits)
    }

    /// Says how often something can be done in a CPU second of this thread.
    fn ceiling(
        &self,
        what: &str,
        mut act: impl FnMut(&Self, u64) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        let before = own_cpu_seconds();
        for article in 0..self.args.visits.min(1_000) {
            act(self, article)?;
        }
        let used = own_cpu_seconds() - before;
        println!("{what:<46}{:>9.0}", self.args.visits.min(1_000) as f64 / used);
        Ok(())
    }

    /// One GET over a connection of its own, decoded.
    fn fetch(&self, article: u64, tag: &str) -> anyhow::Result<Vec<u8>> {
        let url = self.site.url(article);
        let (pair, path) = url
            .strip_prefix("http://")
            .and_then(|rest| rest.split_once('/'))
            .context("an address of another kind")?;
        let mut stream = TcpStream::connect(pair)?;
        write!(stream, "GET /{path} HTTP/1.1\r\nhost: {pair}\r\nif-none-match: {tag}\r\n\r\n")?;
        let mut reader = BufReader::new(stream);
        let mut length = 0;
        loop {
            let mut line = String::new();
            reader.read_line(&mut line)?;
            if line.trim().is_empty() {
                break;
            }
            if let Some(value) = line.strip_prefix("content-length: ") {
                length = value.trim().parse()?;
            }
        }
        let mut zipped = vec![0; length];
        reader.read_exact(&mut zipped)?;
        let mut page = Vec::new();
        if length > 0 {
            GzDecoder::new(&zipped[..]).read_to_end(&mut page)?;
        }
        Ok(page)
    }

    /// Says how many rows of a page's text can be inserted one by one.
    fn inserts(&self) -> anyhow::Result<()> {
        psql::run("create table row_by_row (id bigint primary key, body text)")?;
        let mut script = Command::new("psql")
            .args(["--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1"])
            .stdin(Stdio::piped())
            .spawn()?;
        let before = server_cpu_seconds(self.server);
        {
            let mut input = script.stdin.take().context("psql reads nothing")?;
            for row in 0..2_000 {
                writeln!(
                    input,
                    "insert into row_by_row values ({row}, repeat('text {row} ', 300));"
                )?;
            }
        }
        ensure!(script.wait()?.success(), "rows could not be inserted");
        let used = server_cpu_seconds(self.server) - before;
        println!("{:<46}{:>9.0}", "Postgres: single inserts of 3 KB", 2_000.0 / used);
        Ok(())
    }
}
