//! Measures what pages and feeds cost a web process and its database, beside a bare handler in the
//! same run, and how many bytes they send.
//!
//! `bench/pages` builds and starts it over a Postgres of its own.

mod bare;
mod browser;
mod seed;

use std::env;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, ensure};
use chrono::Utc;
use clap::Parser;
use stet_bench::chance::Chance;
use stet_bench::processes::{cpu_seconds, migrate, pause, server_cpu_seconds, stet};
use stet_bench::psql;
use stet_store::Database;

use crate::browser::Browser;

/// Measures what pages and feeds cost.
#[derive(Debug, Parser)]
struct Args {
    /// Articles, each with four versions
    #[arg(long, default_value_t = 100_000)]
    articles: u64,
    /// Requests for each kind of page, in each round
    #[arg(long, default_value_t = 300)]
    requests: u32,
    /// Rounds, of which the median counts
    #[arg(long, default_value_t = 5)]
    rounds: u32,
    /// Only the kinds of page with this in their names, and the bare handler
    #[arg(long)]
    only: Option<String>,
    /// Be the bare handler at this address
    #[arg(long, hide = true)]
    bare: Option<SocketAddr>,
}

/// A kind of page: its name, and the address of the one about an article that is asked for by the
/// `nth` request.
type Kind = (&'static str, fn(article: u64, nth: u64) -> String);

const KINDS: [Kind; 17] = [
    ("bare: one select, 30 KB", |article, _| format!("/{article}")),
    ("diff, side by side", |article, _| format!("/articles/{article}/diff/1/2")),
    ("diff, asked for again", |_, _| "/articles/1/diff/1/2".to_owned()),
    ("diff, inline", |article, _| format!("/articles/{article}/diff/1/2?view=inline")),
    ("diff, only changes", |article, _| format!("/articles/{article}/diff/0/3?only=changes")),
    ("article", |article, _| format!("/articles/{article}")),
    ("version", |article, _| format!("/articles/{article}/versions/2")),
    ("latest changes", |_, _| "/".to_owned()),
    // What nobody asked for in these very words is not remembered.
    ("latest changes, made anew", |_, nth| format!("/versions?nth={nth}")),
    ("latest changes, filtered", |_, nth| {
        format!("/versions?kinds=headline&min_words=20&nth={nth}")
    }),
    ("list of articles", |_, _| "/articles".to_owned()),
    ("source", |article, _| format!("/sources/news{}example", article % 20)),
    ("feed of an article", |article, _| format!("/articles/{article}.rss")),
    ("feed of 50 changes, RSS", |_, _| "/versions.rss".to_owned()),
    ("feed of 50, made anew", |_, nth| format!("/versions.rss?nth={nth}")),
    ("feed of 50 changes, JSON", |_, _| "/versions.json".to_owned()),
    ("search", |article, _| {
        format!("/versions/search?q={}", seed::WORDS_TO_SEARCH[usize::from(article % 2 == 0)])
    }),
];

/// A child that ends with this program.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[tokio::main(flavor = "current_thread")]
#[expect(clippy::disallowed_methods, reason = "what was seeded is recent by the clock")]
async fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    let database = env::var("DATABASE_URL").context("there is no DATABASE_URL")?;
    if let Some(address) = args.bare {
        return bare::serve(address, &database).await;
    }
    migrate()?;
    let store = Database::at(&database)?.open(1);
    seed::seed(&store, args.articles, Utc::now()).await?;
    println!(
        "{} articles, {} versions, {} changes",
        psql::number("select count(*) from article")?,
        psql::number("select count(*) from version")?,
        psql::number("select count(*) from change")?,
    );
    measure(&args)
}

/// What one kind of page costs in one round, in milliseconds of CPU.
#[derive(Clone, Copy, Default)]
struct Cost {
    web: f64,
    postgres: f64,
}

fn measure(args: &Args) -> anyhow::Result<()> {
    let (at_bare, at_web) = (free_port()?, free_port()?);
    let bare = Command::new(env::current_exe()?).args(["--bare", &at_bare.to_string()]).spawn()?;
    let bare = Running(bare);
    let web = Command::new(stet()?)
        .arg("web")
        .env("STET_LISTEN", at_web.to_string())
        .env("STET_LOG", "warn")
        .stdout(Stdio::null())
        .spawn()?;
    let web = Running(web);
    let server = psql::server()?;
    let mut readers = [opened(at_bare)?, opened(at_web)?];
    let pids = [bare.0.id(), web.0.id()];
    let mut chance = Chance::new(3);
    let mut nth = 0;
    let mut costs = vec![Vec::new(); 2 * KINDS.len()];
    let mut sent = vec![0; KINDS.len()];
    // The first round warms up.
    for round in 0..=args.rounds {
        for (kind, (name, path)) in KINDS.iter().enumerate() {
            let who = usize::from(kind > 0);
            if kind > 0 && args.only.as_ref().is_some_and(|only| !name.contains(only)) {
                continue;
            }
            for is_known in [false, true] {
                let paths: Vec<String> = (0..args.requests)
                    .map(|_| {
                        nth += 1;
                        path(article(&mut chance, args.articles), nth)
                    })
                    .collect();
                let mut tags = Vec::new();
                if is_known {
                    for path in &paths {
                        tags.push(readers[who].get(path, None)?.etag);
                    }
                    if tags.iter().any(Option::is_none) {
                        continue;
                    }
                }
                let before = (cpu_seconds(pids[who]), server_cpu_seconds(server));
                for (at, path) in paths.iter().enumerate() {
                    let tag = tags.get(at).and_then(Option::as_deref);
                    let answer = readers[who].get(path, tag)?;
                    let expected = if is_known { 304 } else { 200 };
                    ensure!(
                        answer.status == expected,
                        "{name}: {path} was answered {}",
                        answer.status
                    );
                    sent[kind] = sent[kind].max(answer.bytes);
                }
                let each = 1_000.0 / f64::from(args.requests);
                if round > 0 {
                    costs[2 * kind + usize::from(is_known)].push(Cost {
                        web: each * (cpu_seconds(pids[who]) - before.0),
                        postgres: each * (server_cpu_seconds(server) - before.1),
                    });
                }
            }
        }
    }
    show(&mut costs, &sent);
    Ok(())
}

fn show(costs: &mut [Vec<Cost>], sent: &[usize]) {
    println!(
        "{:<28}{:>8}{:>10}{:>8}{:>8}{:>12}{:>8}",
        "CPU milliseconds a request", "web", "Postgres", "both", "ratio", "304: ratio", "bytes"
    );
    let bare = median(&mut costs[0]).unwrap_or_default();
    let bare = bare.web + bare.postgres;
    for (kind, (name, _)) in KINDS.iter().enumerate() {
        let Some(cost) = median(&mut costs[2 * kind]) else { continue };
        let both = cost.web + cost.postgres;
        let known = median(&mut costs[2 * kind + 1])
            .map(|cost| format!("{:.1}", (cost.web + cost.postgres) / bare));
        println!(
            "{name:<28}{:>8.2}{:>10.2}{both:>8.2}{:>8.1}{:>12}{:>8}",
            cost.web,
            cost.postgres,
            both / bare,
            known.unwrap_or_default(),
            sent[kind]
        );
    }
}

/// The round in the middle.
fn median(costs: &mut [Cost]) -> Option<Cost> {
    costs.sort_by(|a, b| (a.web + a.postgres).total_cmp(&(b.web + b.postgres)));
    costs.get(costs.len() / 2).copied()
}

/// The number of an article: of an original or of a copy.
fn article(chance: &mut Chance, articles: u64) -> u64 {
    let original = 1 + chance.below(seed::ORIGINALS);
    original + 1_000_000 * chance.below((articles / seed::ORIGINALS).max(1))
}

fn free_port() -> anyhow::Result<SocketAddr> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?)
}

/// A connection to a server that may still be starting.
fn opened(address: SocketAddr) -> anyhow::Result<Browser> {
    for _ in 0..100 {
        if let Ok(browser) = Browser::open(address) {
            return Ok(browser);
        }
        pause(Duration::from_millis(100));
    }
    Browser::open(address)
}
