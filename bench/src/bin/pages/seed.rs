//! Articles to be shown: some whose histories are recorded as a poller records them, and copies of
//! these, made by the database.

use std::fmt::Write as _;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use stet_bench::chance::Chance;
use stet_bench::psql;
use stet_core::compare::compare;
use stet_core::schedule::NextCheck;
use stet_core::{Address, ArticleText};
use stet_store::claim::ClaimTerms;
use stet_store::record::{Body, Difference, Seen, Visit};
use stet_store::{NewSnapshot, Reading, Store};

/// Articles whose histories are recorded.
pub(crate) const ORIGINALS: u64 = 100;

/// Versions of each article.
const VERSIONS: u64 = 4;

/// Publishers, each with a host.
const SOURCES: u64 = 20;

/// Paragraphs of an article. Source: the articles of the 60 marked news pages in the public benchmark
/// of Scrapinghub have 17 in the middle, and a tenth of them more than 40.
const PARAGRAPHS: usize = 25;

/// Words of which texts are made, the rarer the later.
const VOCABULARY: u64 = 8_000;

/// Records the originals and copies them until there are so many articles.
pub(crate) async fn seed(store: &Store, articles: u64, now: DateTime<Utc>) -> anyhow::Result<()> {
    let mut chance = Chance::new(11);
    for number in 0..ORIGINALS {
        record(store, number, &mut chance, now).await?;
    }
    let copies = articles / ORIGINALS;
    // The columns of a table but for some.
    let columns = |table: &str, but: &str| {
        psql::run(&format!(
            "select string_agg(quote_ident(column_name), ', ' order by ordinal_position)
             from information_schema.columns
             where table_name = '{table}' and is_generated = 'NEVER' and column_name <> all ('{but}')"
        ))
    };
    let mut copying = String::from(
        "set session_replication_role = replica; set synchronous_commit = off;
         create temporary table copy as select n as copy_number, n * 1000000 as add,
             n * interval '11 minutes' as ago from generate_series(1, :copies - 1) as n;",
    );
    // Each copy is another address, and a little older. Rows lie as they do where they were written as
    // time went by: what came with one text side by side, other texts of an article far from it.
    let own = columns("article", "{id,url,url_digest,last_changed_at,first_seen_at}")?;
    write!(
        copying,
        "insert into article (id, url, url_digest, last_changed_at, first_seen_at, {own})
         overriding system value
         select id + add, url || '-' || copy_number, sha256((url || '-' || copy_number)::bytea),
             last_changed_at - ago, first_seen_at - ago, {own}
         from article cross join copy
         order by first_seen_at - ago, id + add;"
    )?;
    let first_version = "(select min(created_at) from version
         where version.article_id = paragraph.article_id and paragraph.number = any (paragraphs))";
    for (table, written, times) in [
        ("snapshot", "fetched_at", "fetched_at"),
        ("paragraph", first_version, ""),
        ("version", "created_at", "created_at"),
        ("sighting", "first_seen_at", "first_seen_at,last_seen_at"),
        ("change", "latest_at", "earliest_at,latest_at"),
        ("passage", "came_at", "came_at,went_at,moved_at"),
    ] {
        let own = columns(table, &format!("{{article_id,{times}}}").replace(",}", "}"))?;
        let (mut names, mut shifted) = (String::new(), String::new());
        for time in times.split(',').filter(|name| !name.is_empty()) {
            write!(names, "{time}, ")?;
            write!(shifted, "{time} - ago, ")?;
        }
        write!(
            copying,
            "insert into {table} (article_id, {names}{own})
             select article_id + add, {shifted}{own} from {table} cross join copy
             order by {written} - ago, article_id + add, number;"
        )?;
    }
    copying += "insert into address (url_digest, article_id, url, origin, since)
                select url_digest, id, url, 'watched', first_seen_at from article
                on conflict do nothing;
                set session_replication_role = default;
                vacuum analyze;";
    // A statement each: a vacuum stands in no transaction.
    psql::script(&copying.replace(":copies", &copies.to_string()))?;
    Ok(())
}

/// Lets an article go through its versions.
async fn record(
    store: &Store,
    number: u64,
    chance: &mut Chance,
    now: DateTime<Utc>,
) -> anyhow::Result<()> {
    let first = now - TimeDelta::hours(30) - TimeDelta::minutes(i64::try_from(number)?);
    let source = number % SOURCES;
    let address = Address::parse(&format!("https://news{source}.example/story-{number}"))?;
    let article = store.add_article(&address, first).await?.id;
    let terms = ClaimTerms { lease: TimeDelta::minutes(10), host_gap: TimeDelta::zero() };
    let mut text = ArticleText {
        title: sentence(chance, 9),
        byline: Some("Ada Marsh".to_owned()),
        language: Some("en".to_owned()),
        paragraphs: (0..PARAGRAPHS).map(|_| paragraph(chance)).collect(),
        ..ArticleText::default()
    };
    let mut old: Option<ArticleText> = None;
    for version in 0..VERSIONS {
        let at = first + TimeDelta::hours(i64::try_from(version)? * 7);
        if old.is_some() {
            revise(&mut text, version, chance);
        }
        let claim = store.claim_article(article, terms).await?;
        let claim = claim.ok_or_else(|| anyhow::anyhow!("{address} is held by another"))?;
        let difference = old.as_ref().map(|old| {
            let comparison = compare(old, &text);
            Difference { stats: comparison.stats, kinds: comparison.kinds }
        });
        let body = text.paragraphs.join("\n");
        let visit = Visit {
            at,
            status: Some(200),
            took: Duration::from_millis(80),
            bytes: body.len(),
            detail: None,
        };
        let seen = Seen::Text {
            text: &text,
            reading: Reading { extractor: stet_core::extract::EXTRACTOR_REVISION, rules: 0 },
            snapshot: NewSnapshot {
                fetched_at: at,
                address: &address,
                redirects: &[],
                status: 200,
                headers: &[],
                body: body.as_bytes(),
            },
            body: Body { digest: text.digest().0, etag: None, last_modified: None, outline: None },
            difference: difference.as_ref(),
            doubt: None,
            next: NextCheck { at: now + TimeDelta::days(1), period: TimeDelta::days(1) },
        };
        store.record(&claim, &visit, seen).await?;
        old = Some(text.clone());
    }
    Ok(())
}

/// What an edit does: two paragraphs are edited, one comes, and of every other version the headline
/// is another.
fn revise(text: &mut ArticleText, version: u64, chance: &mut Chance) {
    if version % 2 == 1 {
        text.title = sentence(chance, 9);
    }
    for _ in 0..2 {
        let at = one_of(PARAGRAPHS, chance);
        let mut words: Vec<String> = text.paragraphs[at].split(' ').map(str::to_owned).collect();
        for _ in 0..3 {
            let place = one_of(words.len(), chance);
            words[place] = word(chance);
        }
        text.paragraphs[at] = words.join(" ");
    }
    let at = one_of(PARAGRAPHS, chance);
    text.paragraphs.insert(at, paragraph(chance));
}

/// A place among so many.
fn one_of(places: usize, chance: &mut Chance) -> usize {
    usize::try_from(chance.below(places as u64)).unwrap_or_default()
}

fn paragraph(chance: &mut Chance) -> String {
    let sentences = 2 + chance.below(3);
    let sentences: Vec<String> =
        (0..sentences).map(|_| format!("{}.", sentence(chance, 17))).collect();
    sentences.join(" ")
}

fn sentence(chance: &mut Chance, words: u64) -> String {
    let words: Vec<String> = (0..words).map(|_| word(chance)).collect();
    let sentence = words.join(" ");
    sentence[..1].to_uppercase() + &sentence[1..]
}

/// A word that looks like one; small numbers, which are commoner, give short ones.
fn word(chance: &mut Chance) -> String {
    const SYLLABLES: [&str; 20] = [
        "ta", "ren", "mo", "li", "ster", "ka", "vin", "do", "per", "sa", "ment", "ro", "gal", "ti",
        "fen", "bu", "lor", "ne", "dis", "hu",
    ];
    let limit = 1 + chance.below(VOCABULARY);
    let mut number = usize::try_from(chance.below(limit)).unwrap_or_default();
    let mut word = String::new();
    loop {
        word.push_str(SYLLABLES[number % SYLLABLES.len()]);
        number /= SYLLABLES.len();
        if number == 0 {
            return word;
        }
    }
}

/// A word that stands in few texts, and one that stands in many.
pub(crate) const WORDS_TO_SEARCH: [&str; 2] = ["vinbulor", "rensa"];
