//! `stet compare`: two texts, compared.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context as _, bail};
use clap::Args;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use stet_core::ArticleText;
use stet_core::compare::{Comparison, FieldComparison, Op, Row, RowKind, Segment, compare};

use crate::jsonl;

#[derive(Debug, Args)]
pub(crate) struct CompareArgs {
    /// Print JSON: title, rows, stats, kinds
    #[arg(long)]
    json: bool,
    /// Read cases `{"id", "old", "new", "title_old", "title_new"}` from standard input, one a
    /// line, and print an answer each
    #[arg(long, conflicts_with_all = ["json", "old", "new"])]
    jsonl: bool,
    /// The older text
    #[arg(required_unless_present = "jsonl", requires = "new")]
    old: Option<PathBuf>,
    /// The newer text
    new: Option<PathBuf>,
}

#[derive(Debug, Deserialize)]
struct Case {
    id: Value,
    old: Vec<String>,
    new: Vec<String>,
    #[serde(default)]
    title_old: String,
    #[serde(default)]
    title_new: String,
}

#[derive(Debug, Serialize)]
struct Answer {
    id: Value,
    #[serde(flatten)]
    comparison: Comparison,
    ms: f64,
}

/// Prints how two texts differ, or many pairs of them.
pub(crate) fn run(args: &CompareArgs) -> anyhow::Result<ExitCode> {
    let (Some(old), Some(new)) = (&args.old, &args.new) else {
        return jsonl::answer_each(answer);
    };
    let comparison = compare(&read(old)?, &read(new)?);
    if args.json {
        println!("{}", serde_json::to_string(&comparison)?);
    } else {
        print_comparison(&comparison);
    }
    Ok(ExitCode::SUCCESS)
}

fn answer(case: Case) -> Answer {
    let old = ArticleText::new(case.title_old, case.old);
    let new = ArticleText::new(case.title_new, case.new);
    let began = Instant::now();
    let comparison = compare(&old, &new);
    Answer { id: case.id, comparison, ms: began.elapsed().as_secs_f64() * 1_000.0 }
}

/// Reads a text: the first line is the title, each further one a paragraph.
fn read(path: &Path) -> anyhow::Result<ArticleText> {
    let text = fs::read_to_string(path)
        .with_context(|| format!("cannot read {} as UTF-8 text", path.display()))?;
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    let Some(title) = lines.next() else { bail!("{} is empty", path.display()) };
    Ok(ArticleText::new(title, lines))
}

/// Prints a comparison for people: a line a paragraph, with `[-old-]` and `{+new+}` words.
fn print_comparison(comparison: &Comparison) {
    println!("{}", stet_words::summary(&comparison.kinds, &comparison.stats));
    print_field("title", &comparison.title);
    for row in &comparison.rows {
        print_row(row);
    }
}

fn print_field(name: &str, field: &FieldComparison) {
    if field.old_segs == field.new_segs {
        println!("\n  {name}: {}", joined(&field.new_segs));
    } else {
        println!("\n- {name}: {}", joined(&field.old_segs));
        println!("+ {name}: {}", joined(&field.new_segs));
    }
}

fn print_row(row: &Row) {
    let note = match row.kind {
        RowKind::MovedFrom => format!(" (moved to {})", numbers(&row.peer)),
        RowKind::MovedTo => format!(" (moved from {})", numbers(&row.peer)),
        RowKind::Split if row.old.is_empty() => format!(" (part of {})", numbers(&row.peer)),
        RowKind::Merge if row.new.is_empty() => format!(" (now part of {})", numbers(&row.peer)),
        RowKind::Split => format!(" (split into {})", numbers(&row.new)),
        RowKind::Merge => format!(" (merged from {})", numbers(&row.old)),
        RowKind::Equal | RowKind::Changed | RowKind::Added | RowKind::Removed => String::new(),
    };
    println!();
    if row.kind == RowKind::Equal {
        for (index, segments) in row.new.iter().zip(&row.new_segs) {
            println!("  ¶{} {}", index + 1, joined(segments));
        }
        return;
    }
    for (index, segments) in row.old.iter().zip(&row.old_segs) {
        println!("- ¶{}{note} {}", index + 1, joined(segments));
    }
    for (index, segments) in row.new.iter().zip(&row.new_segs) {
        println!("+ ¶{}{note} {}", index + 1, joined(segments));
    }
}

fn numbers(indices: &[usize]) -> String {
    let numbers: Vec<String> = indices.iter().map(|index| format!("¶{}", index + 1)).collect();
    numbers.join(", ")
}

fn joined(segments: &[Segment]) -> String {
    segments
        .iter()
        .map(|segment| match segment.op {
            Op::Equal => segment.text.clone(),
            Op::Delete => format!("[-{}-]", segment.text),
            Op::Insert => format!("{{+{}+}}", segment.text),
        })
        .collect()
}
