//! `stet extract`: what would be kept of a page.

use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::thread;
use std::time::Instant;

use anyhow::{Context as _, anyhow};
use chrono::{DateTime, Utc};
use clap::Args;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use stet_core::extract::{Page, STACK_BYTES, extract, extract_generally};
use stet_core::{Address, ArticleText};

use crate::jsonl;

/// The address that a file without one is taken to come from.
const UNKNOWN_ADDRESS: &str = "http://page.invalid/";

#[derive(Debug, Args)]
pub(crate) struct ExtractArgs {
    /// The address the page came from, for its links and its publisher
    #[arg(long)]
    url: Option<String>,
    /// Print JSON: title, standfirst, caption, byline, published, modified, language, section,
    /// paragraphs
    #[arg(long)]
    json: bool,
    /// Use no rules for single publishers: the measure of general extraction
    #[arg(long)]
    general: bool,
    /// Read cases `{"id", "url", "path"}` from standard input, one a line, and print an answer each
    #[arg(long, conflicts_with_all = ["json", "url", "file"])]
    jsonl: bool,
    /// The page as HTML; `-` for standard input
    #[arg(required_unless_present = "jsonl")]
    file: Option<PathBuf>,
}

#[derive(Debug, Deserialize)]
struct Case {
    id: Value,
    url: Option<String>,
    path: PathBuf,
}

#[derive(Debug, Serialize)]
struct Answer {
    id: Value,
    #[serde(flatten)]
    result: AnswerResult,
    ms: f64,
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
enum AnswerResult {
    Text(Kept),
    Error { error: String },
}

/// What is kept, in the form on which tools outside rely.
#[derive(Debug, Serialize)]
struct Kept {
    title: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    standfirst: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    lead_caption: Option<String>,
    byline: Option<String>,
    published: Option<DateTime<Utc>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    modified: Option<DateTime<Utc>>,
    language: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    section: Option<String>,
    paragraphs: Vec<String>,
}

impl From<ArticleText> for Kept {
    fn from(text: ArticleText) -> Self {
        Self {
            title: text.title,
            standfirst: text.standfirst,
            lead_caption: text.lead_caption,
            byline: text.byline,
            published: text.published,
            modified: text.modified,
            language: text.language,
            section: text.section,
            paragraphs: text.paragraphs,
        }
    }
}

/// Prints what would be kept of a page, or of many.
pub(crate) fn run(args: &ExtractArgs) -> anyhow::Result<ExitCode> {
    // A parser needs more stack than the main thread may have.
    thread::scope(|scope| {
        thread::Builder::new()
            .stack_size(STACK_BYTES)
            .spawn_scoped(scope, || print(args))?
            .join()
            .map_err(|_| anyhow!("the page could not be read because of a fault in Stet"))?
    })
}

fn print(args: &ExtractArgs) -> anyhow::Result<ExitCode> {
    let Some(file) = &args.file else {
        return jsonl::answer_each(|case| answer(case, args.general));
    };
    let bytes = if file == Path::new("-") {
        let mut bytes = Vec::new();
        io::stdin().lock().read_to_end(&mut bytes)?;
        bytes
    } else {
        fs::read(file).with_context(|| format!("cannot read {}", file.display()))?
    };
    let text = extract_from(args.url.as_deref(), &bytes, args.general)?;
    if args.json {
        println!("{}", serde_json::to_string(&Kept::from(text))?);
    } else {
        print_text(&text);
    }
    Ok(ExitCode::SUCCESS)
}

fn answer(case: Case, general: bool) -> Answer {
    let began = Instant::now();
    let result = fs::read(&case.path)
        .with_context(|| format!("cannot read {}", case.path.display()))
        .and_then(|bytes| extract_from(case.url.as_deref(), &bytes, general));
    let result = match result {
        Ok(text) => AnswerResult::Text(text.into()),
        Err(error) => AnswerResult::Error { error: format!("{error:#}") },
    };
    Answer { id: case.id, result, ms: began.elapsed().as_secs_f64() * 1_000.0 }
}

fn extract_from(url: Option<&str>, bytes: &[u8], general: bool) -> anyhow::Result<ArticleText> {
    let address = Address::parse(url.unwrap_or(UNKNOWN_ADDRESS))?;
    let page = Page { address: &address, content_type: None, bytes };
    Ok(if general { extract_generally(page)? } else { extract(page)? })
}

/// A text without control characters, by which a page could command a terminal.
fn printable(text: &ArticleText) -> ArticleText {
    let printable = |text: &String| text.chars().filter(|c| !c.is_control()).collect();
    ArticleText {
        title: printable(&text.title),
        standfirst: text.standfirst.as_ref().map(printable),
        lead_caption: text.lead_caption.as_ref().map(printable),
        byline: text.byline.as_ref().map(printable),
        language: text.language.as_ref().map(printable),
        section: text.section.as_ref().map(printable),
        paragraphs: text.paragraphs.iter().map(printable).collect(),
        ..text.clone()
    }
}

fn print_text(text: &ArticleText) {
    let text = &printable(text);
    println!("{}\n", text.title);
    if let Some(standfirst) = &text.standfirst {
        println!("{standfirst}\n");
    }
    if let Some(caption) = &text.lead_caption {
        println!("Picture: {caption}");
    }
    if let Some(byline) = &text.byline {
        println!("By: {byline}");
    }
    if let Some(published) = text.published {
        println!("Published: {}", published.format("%Y-%m-%d %H:%M UTC"));
    }
    if let Some(language) = &text.language {
        println!("Language: {language}");
    }
    if let Some(modified) = text.modified {
        println!("Modified: {}", modified.format("%Y-%m-%d %H:%M UTC"));
    }
    if let Some(section) = &text.section {
        println!("Section: {section}");
    }
    println!("Words: {}", text.word_count());
    for paragraph in &text.paragraphs {
        println!("\n{paragraph}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn general_extraction_knows_no_publisher() {
        let prose = "<p>The council voted on Tuesday to close the old bridge for repairs that are \
            expected to last, engineers said, until the spring of next year.</p>";
        let appeal =
            format!("<div class=contributions__epic>{}</div>", prose.replace("council", "reader"));
        let html =
            format!("<title>T</title><h1>T</h1><article>{prose}{prose}{prose}{appeal}</article>");
        let paragraphs = |url: &str, general: bool| {
            let text = extract_from(Some(url), html.as_bytes(), general).expect("an article");
            text.paragraphs.len()
        };
        assert_eq!(paragraphs("https://www.theguardian.com/uk/1", false), 3);
        assert_eq!(paragraphs("https://www.theguardian.com/uk/1", true), 4);
        assert_eq!(paragraphs("https://guardian.example/uk/1", false), 4);
    }
}
