//! Tries to break exactly-once: poll processes that are killed and stopped past their leases, and a
//! Postgres that crashes, over a site whose articles change; then asks the database whether anything
//! was lost, doubled or stale (the invariants are in `INVARIANTS`).
//!
//! `bench/stress` builds and starts it over a Postgres of its own.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use clap::Parser;
use stet_bench::chance::Chance;
use stet_bench::processes::{pause, signal, stet};
use stet_bench::psql;
use stet_bench::site::{Manner, Site};

/// Tries to break exactly-once.
#[derive(Debug, Parser)]
struct Args {
    /// How long to disturb, in seconds
    #[arg(long, default_value_t = 120)]
    seconds: u64,
    /// Poll processes at a time
    #[arg(long, default_value_t = 8)]
    processes: usize,
    /// Articles
    #[arg(long, default_value_t = 30)]
    articles: u64,
    /// Crashes of Postgres
    #[arg(long, default_value_t = 2)]
    crashes: u32,
    /// Another seed chooses other victims
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// What must hold whatever happened: a query that counts what breaks it, for each.
/// Source: FAULTS §4.
const INVARIANTS: [(&str, &str); 10] = [
    (
        "versions are numbered 0..n",
        "select count(*) from (select article_id from version group by article_id
         having max(number) + 1 <> count(*)) as broken",
    ),
    (
        "sightings are numbered 0..n",
        "select count(*) from (select article_id from sighting group by article_id
         having max(number) + 1 <> count(*)) as broken",
    ),
    (
        "no two versions of an article have one text",
        "select count(*) from (select article_id, digest from version where same_as is null
         group by article_id, digest having count(*) > 1) as broken",
    ),
    (
        "neighbouring sightings differ",
        "select count(*) from sighting as one join sighting as next
         on next.article_id = one.article_id and next.number = one.number + 1
         where one.version = next.version",
    ),
    (
        "claims rise",
        "select count(*) from sighting as one join sighting as next
         on next.article_id = one.article_id and next.number = one.number + 1
         where one.claim >= next.claim",
    ),
    (
        "the head is the last sighting",
        "select count(*) from article left join lateral (select number, version from sighting
         where article_id = article.id order by number desc limit 1) as last on true
         where (head_sighting, head_version) is distinct from (last.number, last.version)",
    ),
    (
        "counts are right",
        "select count(*) from article
         where versions <> (select count(*) from version where article_id = article.id)
         or changes <> (select count(*) from change where article_id = article.id
         and not is_technical)",
    ),
    (
        "each passage is a change",
        "select count(*) from article
         where (select count(*) from change where article_id = article.id)
         <> greatest((select count(*) from sighting where article_id = article.id) - 1, 0)",
    ),
    (
        "no old text after a newer one",
        "select count(*) from (select sighting.article_id, sighting.number,
             substring(paragraph.text from 'text number (\\d+)')::bigint as text
             from sighting
             join version on version.article_id = sighting.article_id
                 and version.number = sighting.version
             join paragraph on paragraph.article_id = version.article_id
                 and paragraph.number = any(version.paragraphs)
             where paragraph.text ~ 'text number') as one
         join (select sighting.article_id, sighting.number,
             substring(paragraph.text from 'text number (\\d+)')::bigint as text
             from sighting
             join version on version.article_id = sighting.article_id
                 and version.number = sighting.version
             join paragraph on paragraph.article_id = version.article_id
                 and paragraph.number = any(version.paragraphs)
             where paragraph.text ~ 'text number') as next
         on next.article_id = one.article_id and next.number = one.number + 1
         where one.text >= next.text",
    ),
    (
        "nobody is overdue or leased at the end",
        "select count(*) from article where next_check_at <= now() or lease_until is not null",
    ),
];

/// What the processes said that they had recorded: article and version, and how often.
type Acknowledged = Arc<Mutex<BTreeMap<(u64, u64), u64>>>;

fn main() -> anyhow::Result<ExitCode> {
    let args = Args::parse();
    let site = Site::start(10, 4_000, Manner::Any)?;
    // A scratch Postgres may forget what it just committed when it crashes; an operator's must not.
    psql::run(
        "do $$ begin
             execute format('alter database %I set synchronous_commit = on', current_database());
         end $$",
    )?;
    let commits = psql::run("show synchronous_commit")?;
    anyhow::ensure!(
        commits == "on",
        "commits are {commits}: no acknowledgement would mean anything"
    );
    let stress = Stress { site, acknowledged: Acknowledged::default() };
    stress.watch(args.articles)?;
    let seen = stress.disturb(&args)?;
    println!("{seen}");
    stress.settle(args.articles)?;
    let broken = stress.count_broken(args.articles)?;
    Ok(if broken == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

struct Stress {
    site: Site,
    acknowledged: Acknowledged,
}

impl Stress {
    fn command(&self, arguments: &[&str]) -> anyhow::Result<Command> {
        let mut command = Command::new(stet()?);
        command
            .args(arguments)
            .env("STET_FETCH_ALLOW", self.site.pairs())
            .env("STET_HOST_GAP", "0s")
            .env("STET_LOG", "info")
            .env("NO_COLOR", "1");
        Ok(command)
    }

    fn watch(&self, articles: u64) -> anyhow::Result<()> {
        let urls: Vec<String> = (0..articles).map(|article| self.site.url(article)).collect();
        let mut arguments = vec!["watch"];
        arguments.extend(urls.iter().map(String::as_str));
        self.command(&arguments)?.stdout(Stdio::null()).stderr(Stdio::null()).status()?;
        anyhow::ensure!(psql::number("select count(*) from article")? == articles, "not watched");
        Ok(())
    }

    /// Starts a poll process; what it says that it recorded is noted.
    fn poll(&self) -> anyhow::Result<Child> {
        let mut child =
            self.command(&["poll"])?.stdout(Stdio::null()).stderr(Stdio::piped()).spawn()?;
        if let Some(log) = child.stderr.take() {
            let acknowledged = Arc::clone(&self.acknowledged);
            thread::spawn(move || {
                for line in BufReader::new(log).lines().map_while(Result::ok) {
                    if let Some(recorded) = recorded(&line) {
                        let mut all = acknowledged.lock().unwrap_or_else(PoisonError::into_inner);
                        *all.entry(recorded).or_default() += 1;
                    }
                }
            });
        }
        Ok(child)
    }

    /// Disturbs for as long as is asked; says how often.
    fn disturb(&self, args: &Args) -> anyhow::Result<String> {
        let mut chance = Chance::new(args.seed);
        let mut polls = Vec::new();
        for _ in 0..args.processes {
            polls.push(self.poll()?);
        }
        let (mut kills, mut stops, mut crashes) = (0_u32, 0_u32, 0_u32);
        let mut stopped: Vec<u32> = Vec::new();
        let begun = Instant::now();
        let whole = Duration::from_secs(args.seconds);
        while begun.elapsed() < whole {
            for _ in 0..chance.below(4) {
                self.site.publish(chance.below(args.articles));
            }
            // A database that is starting anew refuses; the next round asks again.
            let _ = psql::run(
                "update article set next_check_at = now() where next_check_at > now();
                 notify stet_due",
            );
            pause(Duration::from_millis(20 + chance.below(80)));
            let victim = usize::try_from(chance.below(polls.len() as u64))?;
            if chance.below(3) > 0 {
                polls[victim].kill()?;
                polls[victim].wait()?;
                stopped.retain(|pid| *pid != polls[victim].id());
                polls[victim] = self.poll()?;
                kills += 1;
            } else {
                signal("STOP", polls[victim].id())?;
                stopped.push(polls[victim].id());
                stops += 1;
            }
            // The leases of those who sleep run out, by the clock that counts: the database's.
            let _ = psql::run(
                "update article set lease_until = now() - interval '1 second'
                 where lease_until > now();
                 update host set lease_until = now() - interval '1 second'
                 where lease_until > now()",
            );
            // Some wake with stale work while others have done it.
            if stopped.len() > args.processes / 2 || chance.below(3) == 0 {
                for pid in stopped.drain(..) {
                    signal("CONT", pid)?;
                }
            }
            if crashes < args.crashes
                && begun.elapsed() > whole / (args.crashes + 1) * (crashes + 1)
            {
                crashes += u32::from(crash_postgres()?);
            }
        }
        for mut poll in polls {
            poll.kill()?;
            poll.wait()?;
        }
        Ok(format!("{kills} kills, {stops} stops past the lease, {crashes} crashes of Postgres"))
    }

    /// Lets the leases run out and checks each article once more, undisturbed.
    fn settle(&self, articles: u64) -> anyhow::Result<()> {
        psql::run(
            "update article set lease_until = now() where lease_until is not null;
             update host set lease_until = now() where lease_until is not null",
        )?;
        let all = self
            .command(&["check", "--all"])?
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()?;
        anyhow::ensure!(all.success(), "the last check failed");
        let current: Vec<String> = (0..articles)
            .map(|article| format!("('{}', {})", self.site.url(article), self.site.text(article)))
            .collect();
        psql::run(&format!(
            "create table published (url text, text bigint);
             insert into published values {}",
            current.join(", ")
        ))?;
        Ok(())
    }

    /// Says of each invariant whether it holds; returns how many do not.
    fn count_broken(&self, articles: u64) -> anyhow::Result<u32> {
        let mut broken = 0;
        let mut say = |what: &str, count: u64| {
            println!(
                "{} {what}{}",
                if count == 0 { "holds " } else { "BROKEN" },
                match count {
                    0 => String::new(),
                    count => format!(": {count}"),
                }
            );
            broken += u32::from(count > 0);
        };
        for (what, query) in INVARIANTS {
            say(what, psql::number(query)?);
        }
        say(
            "what stands is what the site says now",
            psql::number(
                "select count(*) from published
                 join article using (url)
                 join version on version.article_id = article.id and version.number = head_version
                 where not exists (select from paragraph
                     where paragraph.article_id = article.id
                     and paragraph.number = any(version.paragraphs)
                     and paragraph.text ~ ('text number ' || published.text || ' '))",
            )?,
        );
        let mut missing = 0;
        let all = self.acknowledged.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let said: Vec<String> = all
            .iter()
            .map(|((article, version), times)| format!("({article}, {version}, {times})"))
            .collect();
        if !said.is_empty() {
            missing = psql::number(&format!(
                "select count(*) from (values {}) as said (article, version, times)
                 left join (select article_id, version, sum(checks) as checks from sighting
                     group by article_id, version) as stands
                 on stands.article_id = said.article and stands.version = said.version
                 where stands.checks is null or stands.checks < said.times",
                said.join(", ")
            ))?;
        }
        say("every acknowledged record stands", missing);
        anyhow::ensure!(!all.is_empty(), "no process said that it recorded anything");
        println!(
            "{} acknowledged visits, {} versions, {} sightings of {articles} articles; {} requests",
            all.values().sum::<u64>(),
            psql::number("select count(*) from version")?,
            psql::number("select count(*) from sighting")?,
            self.site.requests(),
        );
        Ok(broken)
    }
}

/// The article and version of a line of the log (JSON) that says that a record stands.
fn recorded(line: &str) -> Option<(u64, u64)> {
    if !["new", "changed", "unchanged", "not-modified"]
        .iter()
        .any(|word| line.contains(&format!("\"status\":\"{word}\"")))
    {
        return None;
    }
    let number = |name: &str| {
        let rest = line.split_once(name)?.1;
        rest.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
    };
    Some((number("article=")?, number("\"version\":")?))
}

/// Kills a backend: the server ends all others and recovers as after a crash.
///
/// Says whether it did: a server that is full of dead clients' connections cannot be asked for one.
fn crash_postgres() -> anyhow::Result<bool> {
    let pid = psql::run(
        "select pid from pg_stat_activity where application_name = 'stet' order by pid limit 1",
    );
    let Some(pid) = pid.ok().and_then(|pid| pid.parse().ok()) else { return Ok(false) };
    signal("KILL", pid)?;
    // Until it answers again.
    while psql::run("select 1").is_err() {
        pause(Duration::from_millis(50));
    }
    Ok(true)
}
