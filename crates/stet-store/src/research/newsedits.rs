//! A file in the schema of `NewsEdits` (Spangher, Ren, May and Peng 2022), a corpus of news histories
//! whose readers and demonstrations then work on what Stet recorded.
//!
//! `split_sentences`, `matched_sentences` and `doc_level_stats` are its tables, with its names of
//! columns. `stet_articles` and `stet_versions` are Stet's own: what and when an entry was. An entry is an article;
//! versions and sentences count from 0; `x` is the earlier version of a pair and `y` the later.

use std::path::Path;

use chrono::{DateTime, Utc};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{Connection, SqliteConnection};
use stet_core::compare::{SentencePair, SentenceStats};
use stet_core::{ArticleId, VersionNumber};

use super::{StudiedArticle, StudiedVersion};
use crate::StoreError;

const TABLES: &str = r#"
create table split_sentences (
    entry_id integer not null,
    version integer not null,
    sent_idx integer not null,
    sentence text not null
);
create table matched_sentences (
    entry_id integer not null,
    version_x integer not null,
    version_y integer not null,
    sent_idx_x integer not null,
    sent_idx_y integer not null,
    avg_sentence_distance_x real not null,
    avg_sentence_distance_y real not null
);
create table doc_level_stats (
    entry_id integer not null,
    version_x integer not null,
    version_y integer not null,
    "mean x dist" real not null,
    "mean y dist" real not null,
    num_unchanged integer not null,
    num_edited_x integer not null,
    num_edited_y integer not null,
    num_deleted integer not null,
    num_added integer not null,
    num_merged integer not null,
    num_split integer not null,
    num_sentences_x integer not null,
    num_sentences_y integer not null,
    num_refactors integer not null,
    mean_dist_overall real not null
);
create table stet_articles (
    entry_id integer primary key,
    source text not null,
    url text not null,
    first_seen_at text not null,
    observer text,
    part_of integer
);
create table stet_versions (
    entry_id integer not null,
    version integer not null,
    title text not null,
    byline text,
    language text,
    published_at text,
    first_seen_at text not null,
    is_technical integer not null,
    primary key (entry_id, version)
);
"#;

/// Made when all rows are there.
const INDEXES: &str = "
create index split_sentences_of on split_sentences (entry_id, version);
create index matched_sentences_of on matched_sentences (entry_id, version_x, version_y);
create index doc_level_stats_of on doc_level_stats (entry_id, version_x, version_y);
";

/// Two versions that follow one another, and the sentences that belong together.
#[derive(Debug, Clone, Copy)]
pub struct Pair<'a> {
    /// The article.
    pub article: ArticleId,
    /// The earlier version, and how many sentences it has.
    pub old: (VersionNumber, usize),
    /// The later one.
    pub new: (VersionNumber, usize),
    /// The sentences.
    pub sentences: &'a [SentencePair],
}

/// A file that is being written. It is whole when it was [finished](Self::finish).
#[derive(Debug)]
pub struct NewsEdits {
    connection: SqliteConnection,
}

impl NewsEdits {
    /// Makes the file, which must not be there yet.
    pub async fn create(path: &Path) -> Result<Self, StoreError> {
        // A file that is not whole is worth nothing: no journal, and what is written is not awaited.
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Off)
            .synchronous(SqliteSynchronous::Off);
        let mut connection = SqliteConnection::connect_with(&options).await?;
        sqlx::raw_sql(TABLES).execute(&mut connection).await?;
        sqlx::raw_sql("begin").execute(&mut connection).await?;
        Ok(Self { connection })
    }

    /// Writes an article.
    pub async fn add_article(&mut self, article: &StudiedArticle) -> Result<(), StoreError> {
        sqlx::query("insert into stet_articles values (?, ?, ?, ?, ?, ?)")
            .bind(article.id.get())
            .bind(&article.source_slug)
            .bind(article.address.as_str())
            .bind(moment(article.first_seen_at))
            .bind(&article.observer)
            .bind(article.part_of.map(ArticleId::get))
            .execute(&mut self.connection)
            .await?;
        Ok(())
    }

    /// Writes a version with its sentences.
    pub async fn add_version(
        &mut self,
        article: ArticleId,
        studied: &StudiedVersion,
        sentences: &[String],
    ) -> Result<(), StoreError> {
        let StudiedVersion { version, is_technical } = studied;
        sqlx::query("insert into stet_versions values (?, ?, ?, ?, ?, ?, ?, ?)")
            .bind(article.get())
            .bind(version.number.get())
            .bind(&version.text.title)
            .bind(&version.text.byline)
            .bind(&version.text.language)
            .bind(version.text.published.map(moment))
            .bind(moment(version.first_seen_at))
            .bind(is_technical)
            .execute(&mut self.connection)
            .await?;
        sqlx::query("insert into split_sentences select ?, ?, key, value from json_each(?)")
            .bind(article.get())
            .bind(version.number.get())
            .bind(json(sentences)?)
            .execute(&mut self.connection)
            .await?;
        Ok(())
    }

    /// Writes what became of the sentences between two versions.
    pub async fn add_pair(&mut self, pair: &Pair<'_>) -> Result<(), StoreError> {
        let stats = SentenceStats::of(pair.sentences, pair.old.1, pair.new.1);
        let matched: Vec<_> = pair
            .sentences
            .iter()
            .map(|pair| (pair.old, pair.new, pair.old_distance, pair.new_distance))
            .collect();
        sqlx::query(
            "insert into matched_sentences
             select ?, ?, ?, value ->> 0, value ->> 1, value ->> 2, value ->> 3 from json_each(?)",
        )
        .bind(pair.article.get())
        .bind(pair.old.0.get())
        .bind(pair.new.0.get())
        .bind(json(&matched)?)
        .execute(&mut self.connection)
        .await?;
        let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
        sqlx::query(
            "insert into doc_level_stats
             values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(pair.article.get())
        .bind(pair.old.0.get())
        .bind(pair.new.0.get())
        .bind(stats.mean_old_distance)
        .bind(stats.mean_new_distance)
        .bind(stats.unchanged)
        .bind(stats.edited_old)
        .bind(stats.edited_new)
        .bind(stats.deleted)
        .bind(stats.added)
        .bind(stats.merged)
        .bind(stats.split)
        .bind(count(pair.old.1))
        .bind(count(pair.new.1))
        .bind(stats.moved)
        .bind(stats.mean_distance)
        .execute(&mut self.connection)
        .await?;
        Ok(())
    }

    /// Puts what was written so far on the disk, out of memory.
    pub async fn flush(&mut self) -> Result<(), StoreError> {
        sqlx::raw_sql("commit; begin").execute(&mut self.connection).await?;
        Ok(())
    }

    /// Makes the indexes and closes the file.
    pub async fn finish(mut self) -> Result<(), StoreError> {
        sqlx::raw_sql("commit").execute(&mut self.connection).await?;
        sqlx::raw_sql(INDEXES).execute(&mut self.connection).await?;
        self.connection.close().await?;
        Ok(())
    }
}

fn json<T: serde::Serialize + ?Sized>(value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| StoreError::corrupt("sentences", error))
}

/// As the functions of time of Python and of `SQLite` read it.
fn moment(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%d %H:%M:%S%.6f").to_string()
}
