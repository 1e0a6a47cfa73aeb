//! `stet research jsonl`: articles, versions and changes, an object a line, with the names that the
//! API has for what they hold.

use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::path::Path;

use anyhow::Result;
use chrono::{DateTime, Utc};
use serde::Serialize;
use stet_core::compare::Stats;
use stet_core::{ArticleId, Kinds, VersionNumber};
use stet_store::research::{StudiedArticle, StudiedVersion, StudyScope};
use stet_store::{Change, Store};

use super::study::{Done, Study, go_through};

/// Writes the directory.
pub(super) async fn write(store: &Store, scope: &StudyScope, directory: &Path) -> Result<Done> {
    fs::create_dir(directory)?;
    let lines = |name| Ok::<_, std::io::Error>(BufWriter::new(File::create(directory.join(name))?));
    let mut writer = Writer {
        articles: lines("articles.jsonl")?,
        versions: lines("versions.jsonl")?,
        changes: lines("changes.jsonl")?,
    };
    let done = go_through(store, scope, &mut writer).await?;
    for file in [writer.articles, writer.versions, writer.changes] {
        file.into_inner()?.sync_all()?;
    }
    Ok(done)
}

struct Writer {
    articles: BufWriter<File>,
    versions: BufWriter<File>,
    changes: BufWriter<File>,
}

#[derive(Serialize)]
struct ArticleLine<'a> {
    id: ArticleId,
    source: &'a str,
    source_name: &'a str,
    url: &'a str,
    first_seen_at: DateTime<Utc>,
    is_removed: bool,
    observed_by: Option<&'a str>,
    merged_into: Option<ArticleId>,
}

#[derive(Serialize)]
struct VersionLine<'a> {
    article: ArticleId,
    number: VersionNumber,
    title: &'a str,
    standfirst: Option<&'a str>,
    lead_caption: Option<&'a str>,
    byline: Option<&'a str>,
    published_at: Option<DateTime<Utc>>,
    modified_at: Option<DateTime<Utc>>,
    language: Option<&'a str>,
    section: Option<&'a str>,
    words: u32,
    first_seen_at: DateTime<Utc>,
    is_technical: bool,
    same_as: Option<VersionNumber>,
    paragraphs: &'a [String],
}

#[derive(Serialize)]
struct ChangeLine<'a> {
    id: String,
    article: ArticleId,
    number: u32,
    source: &'a str,
    from: VersionNumber,
    to: VersionNumber,
    earliest_at: DateTime<Utc>,
    latest_at: DateTime<Utc>,
    kinds: &'a Kinds,
    is_technical: bool,
    stats: Stats,
}

impl<'a> From<&'a Change> for ChangeLine<'a> {
    fn from(change: &'a Change) -> Self {
        Self {
            id: format!("{}-{}", change.article, change.number),
            article: change.article,
            number: change.number,
            source: &change.source_slug,
            from: change.from,
            to: change.to,
            earliest_at: change.earliest_at,
            latest_at: change.latest_at,
            kinds: &change.kinds,
            is_technical: change.is_technical,
            stats: change.stats,
        }
    }
}

impl Study for Writer {
    async fn article(&mut self, article: &StudiedArticle) -> Result<()> {
        let line = ArticleLine {
            id: article.id,
            source: &article.source_slug,
            source_name: &article.source_name,
            url: article.address.as_str(),
            first_seen_at: article.first_seen_at,
            is_removed: article.is_removed,
            observed_by: article.observer.as_deref(),
            merged_into: article.part_of,
        };
        write_line(&mut self.articles, &line)
    }

    async fn version(&mut self, article: &StudiedArticle, studied: StudiedVersion) -> Result<()> {
        let StudiedVersion { version, is_technical } = &studied;
        let line = VersionLine {
            article: article.id,
            number: version.number,
            title: &version.text.title,
            standfirst: version.text.standfirst.as_deref(),
            lead_caption: version.text.lead_caption.as_deref(),
            byline: version.text.byline.as_deref(),
            published_at: version.text.published,
            modified_at: version.text.modified,
            language: version.text.language.as_deref(),
            section: version.text.section.as_deref(),
            words: version.words,
            first_seen_at: version.first_seen_at,
            is_technical: *is_technical,
            same_as: version.same_as,
            paragraphs: &version.text.paragraphs,
        };
        write_line(&mut self.versions, &line)
    }

    async fn article_done(&mut self, store: &Store, article: &StudiedArticle) -> Result<()> {
        let changes = store.changes(article.id).await?;
        // As they happened.
        for change in changes.iter().rev() {
            write_line(&mut self.changes, &ChangeLine::from(change))?;
        }
        Ok(())
    }
}

fn write_line(out: &mut BufWriter<File>, line: &impl Serialize) -> Result<()> {
    serde_json::to_writer(&mut *out, line)?;
    out.write_all(b"\n")?;
    Ok(())
}
