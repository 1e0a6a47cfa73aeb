//! Exports in which things happened that nobody thought of: each is refused, with its line, or what it
//! says is what is there then.

use std::fmt::Debug;

use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, RngSeed, TestRunner};
use sqlx::PgPool;

use super::rich::rich_of;
use super::{assert_empty, empty, export, import, joined, lines, resealed};
use crate::MIGRATOR;
use crate::transfer::{ImportError, TransferScope};

/// How many exports are made up. Seldom more than a few of them are taken in.
const CASES: usize = 120;

/// What happened to an export.
#[derive(Debug, Clone)]
enum Mishap {
    /// Everything behind this part of it is lost.
    Cut(usize),
    /// A line is lost.
    Lost(usize),
    /// A line is there twice.
    Doubled(usize),
    /// Two lines change places.
    Swapped(usize, usize),
    /// A line comes to stand elsewhere.
    Moved(usize, usize),
    /// A byte of a line is another.
    Flipped(usize, usize, u8),
    /// A value of a line is another, and JSON all the same.
    Replaced(usize, usize, &'static str),
}

fn mishap() -> impl Strategy<Value = Mishap> {
    let at = any::<usize>;
    let value = prop::sample::select(vec![
        "0",
        "1",
        "-1",
        "7",
        "2147483648",
        "9223372036854775807",
        "1e9",
        "null",
        "true",
        "\"\"",
        "\"x\"",
        "[]",
        "[1]",
        "{}",
        "\"\\u0000\"",
        "\"\\ud800\"",
        "\"2016-09-09T17:44:00.000000Z\"",
    ]);
    prop_oneof![
        at().prop_map(Mishap::Cut),
        at().prop_map(Mishap::Lost),
        at().prop_map(Mishap::Doubled),
        (at(), at()).prop_map(|(one, other)| Mishap::Swapped(one, other)),
        (at(), at()).prop_map(|(from, to)| Mishap::Moved(from, to)),
        (at(), at(), 1..=255_u8).prop_map(|(line, byte, by)| Mishap::Flipped(line, byte, by)),
        (at(), at(), value).prop_map(|(line, place, by)| Mishap::Replaced(line, place, by)),
    ]
}

impl Mishap {
    /// The export after it, but for its last line; none where nothing happened.
    fn to(&self, lines: &[String]) -> Option<Vec<Vec<u8>>> {
        let mut lines: Vec<Vec<u8>> = lines.iter().map(|line| line.clone().into_bytes()).collect();
        let before = lines.clone();
        let count = lines.len();
        match *self {
            Self::Cut(at) => lines.truncate(1 + at % (count - 1)),
            Self::Lost(at) => drop(lines.remove(at % count)),
            Self::Doubled(at) => lines.insert(at % count, lines[at % count].clone()),
            Self::Swapped(one, other) => lines.swap(one % count, other % count),
            Self::Moved(from, to) => {
                let line = lines.remove(from % count);
                lines.insert(to % count, line);
            }
            Self::Flipped(line, byte, by) => {
                let line = &mut lines[line % count];
                let byte = byte % line.len();
                line[byte] ^= by;
            }
            Self::Replaced(line, place, by) => {
                let line = &mut lines[line % count];
                let text = String::from_utf8(line.clone()).unwrap();
                let starts: Vec<usize> =
                    text.match_indices("\":").map(|(start, _)| start + 2).collect();
                let start = starts[place % starts.len()];
                let rest = &text[start..];
                let end = start + rest.find(",\"").unwrap_or(rest.len() - 1);
                *line = [&text[..start], by, &text[end..]].concat().into_bytes();
            }
        }
        (lines != before).then_some(lines)
    }
}

/// The lines but for the last one, which is of the bytes, in any order.
fn sorted(export: &[u8]) -> Vec<&[u8]> {
    let mut lines: Vec<_> = export.trim_ascii_end().split(|byte| *byte == b'\n').collect();
    lines.pop();
    lines.sort_unstable();
    lines
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn whatever_happened_to_an_export_it_is_refused_by_its_line_or_true(pool: PgPool) {
    let rich = rich_of(&pool, 100).await;
    let store = &rich.store;
    let exported = export(store, &TransferScope::default()).await;
    empty(&pool).await;
    let mut lines = lines(&exported);
    let end = lines.pop().unwrap();
    let config = Config { rng_seed: RngSeed::Fixed(1), ..Config::default() };
    let mut runner = TestRunner::new(config);
    let (mut refused, mut taken) = (0, 0);
    for _ in 0..CASES {
        let mishap = mishap().new_tree(&mut runner).unwrap().current();
        let Some(after) = mishap.to(&lines) else { continue };
        // As it is found on a disk: the digest tells, if nothing else does.
        let as_found = joined(&[after.as_slice(), &[end.clone().into_bytes()]].concat());
        assert_refused(&import(store, &as_found).await, &mishap);
        // As somebody makes it who knows the digest.
        let bytes = resealed(&after);
        match import(store, &bytes).await {
            Ok(_) => {
                taken += 1;
                let again = export(store, &TransferScope::default()).await;
                assert_eq!(sorted(again.as_bytes()), sorted(&bytes), "{mishap:?}");
                empty(&pool).await;
            }
            other => {
                refused += 1;
                assert_refused(&other, &mishap);
            }
        }
    }
    assert_empty(store, "what was refused").await;
    assert!(refused > CASES / 2 && taken > 0, "{refused} {taken}");
    import(store, exported.as_bytes()).await.unwrap();
}

fn assert_refused(answer: &Result<impl Debug, ImportError>, mishap: &Mishap) {
    assert!(matches!(answer, Err(ImportError::Line { .. })), "{mishap:?}: {answer:?}");
}
