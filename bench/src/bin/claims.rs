//! Measures what it costs the database to claim what is due next, however much is watched, and shows
//! the plans; beside it, in the same run, the reading of one article by its number.
//!
//! `bench/claims` builds and starts it over a Postgres of its own.

use std::collections::VecDeque;
use std::env;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use chrono::{TimeDelta, Utc};
use clap::Parser;
use stet_bench::processes::{migrate, server_cpu_seconds};
use stet_bench::psql;
use stet_store::claim::{ArticleClaim, ClaimTerms};
use stet_store::{Database, Store};

use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::prelude::*;

/// Measures what a claim costs.
#[derive(Debug, Parser)]
struct Args {
    /// Articles that are watched, of which a tenth is due
    #[arg(long, default_value_t = 5_000_000)]
    watched: u64,
    /// Hosts on which they stand
    #[arg(long, default_value_t = 20_000)]
    hosts: u64,
    /// Articles that are asked for in one claim
    #[arg(long, default_value_t = 32)]
    batch: u32,
    /// Claims
    #[arg(long, default_value_t = 200)]
    claims: u32,
    /// Claims whose articles are being checked while the next is made: those before are given back
    #[arg(long, default_value_t = 8)]
    held: u32,
    /// Show the plans of one more claim
    #[arg(long)]
    plans: bool,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    migrate()?;
    seed(&args)?;
    let database = Database::at(&env::var("DATABASE_URL").context("there is no DATABASE_URL")?)?;
    let store = database.open(1);
    let server = psql::server()?;
    println!("{:<34}{:>12}{:>14}", "milliseconds", "median", "CPU, mean");
    let mut times = Vec::new();
    let mut cpu_seconds = 0.0;
    let mut held = VecDeque::new();
    for _ in 0..args.claims {
        let before = server_cpu_seconds(server);
        let begun = Instant::now();
        let claimed = claim(&store, args.batch).await?;
        times.push(begun.elapsed());
        cpu_seconds += server_cpu_seconds(server) - before;
        ensure!(claimed.len() == args.batch as usize, "{} were claimed", claimed.len());
        held.push_back(claimed);
        if held.len() > args.held as usize {
            give_back(&store, held.pop_front().unwrap_or_default()).await?;
        }
    }
    show(&format!("a claim of {}", args.batch), times, cpu_seconds);
    let mut times = Vec::new();
    let before = server_cpu_seconds(server);
    for number in 1..=args.claims {
        let begun = Instant::now();
        store.article(i64::from(number).try_into()?).await?;
        times.push(begun.elapsed());
    }
    show("one article by its number", times, server_cpu_seconds(server) - before);
    if args.plans {
        show_plans()?;
        let notices = Targets::new().with_target("sqlx::postgres::notice", LevelFilter::TRACE);
        let printed = tracing_subscriber::fmt().with_max_level(LevelFilter::TRACE).without_time();
        printed.with_target(false).with_level(false).finish().with(notices).init();
        claim(&database.open(1), args.batch).await?;
    }
    Ok(())
}

/// Claims what is due.
#[expect(clippy::disallowed_methods, reason = "what was seeded is due by the database's clock")]
async fn claim(store: &Store, batch: u32) -> anyhow::Result<Vec<ArticleClaim>> {
    let terms = ClaimTerms { lease: TimeDelta::minutes(10), host_gap: TimeDelta::seconds(1) };
    Ok(store.claim_articles(Utc::now(), batch, terms).await?)
}

/// Gives articles back, to be checked again in a day, and their hosts.
#[expect(clippy::disallowed_methods, reason = "what was seeded is due by the database's clock")]
async fn give_back(store: &Store, claims: Vec<ArticleClaim>) -> anyhow::Result<()> {
    for claim in claims {
        store.abandon_article(&claim, Utc::now() + TimeDelta::days(1)).await?;
    }
    Ok(())
}

fn show(what: &str, mut times: Vec<Duration>, cpu_seconds: f64) {
    times.sort();
    let median = times.get(times.len() / 2).copied().unwrap_or_default();
    let mean = 1_000.0 * cpu_seconds / times.len() as f64;
    println!("{what:<34}{:>12.2}{mean:>14.2}", 1_000.0 * median.as_secs_f64());
}

/// Watches articles without running a trigger for each.
fn seed(args: &Args) -> anyhow::Result<()> {
    // A vacuum stands in no transaction.
    psql::script(&format!(
        "insert into source (domain, slug, name, created_at)
         select n || '.example', n || '-example', n || '.example', now()
         from generate_series(1, {hosts}) as n;
         insert into host (name) select domain from source order by id;
         set session_replication_role = replica;
         set synchronous_commit = off;
         insert into article (source_id, host_id, url, url_digest, period, next_check_at,
             first_seen_at, watched_since, search_revision)
         select 1 + n % {hosts}, 1 + n % {hosts}, url, sha256(url::bytea), '30 minutes',
             now() + case when n / {hosts} % 10 = 0 then -1 else 1 end * n % 86400 * interval '1 second',
             now(), now(), {revision}
         from (
             select n, 'https://' || 1 + n % {hosts} || '.example/a/' || n as url
             from generate_series(1::bigint, {watched}) as n
         ) as new;
         set session_replication_role = default;
         vacuum analyze article;
         update host_due
         set due_at = first.at
         from (select host_id, min(next_check_at) as at from article group by host_id) as first
         where host_due.host_id = first.host_id and kind = 'article';
         vacuum analyze host_due;
         checkpoint",
        hosts = args.hosts,
        watched = args.watched,
        revision = stet_core::search::REVISION,
    ))?;
    Ok(())
}

/// Has the server tell those who connect from now on how it performs their statements.
fn show_plans() -> anyhow::Result<()> {
    psql::script(
        // The settings are known where the library is.
        "load 'auto_explain';
         do $$ begin execute format(
             'alter database %I set session_preload_libraries = auto_explain', current_database());
         end $$;
         alter system set auto_explain.log_min_duration = 0;
         alter system set auto_explain.log_analyze = on;
         alter system set auto_explain.log_buffers = on;
         alter system set auto_explain.log_nested_statements = on;
         alter system set client_min_messages = log;
         select pg_reload_conf()",
    )?;
    Ok(())
}
