//! `stet research newsedits`: a file of `SQLite` in the schema of the `NewsEdits` corpus.

use std::path::Path;

use anyhow::Result;
use stet_core::VersionNumber;
use stet_core::compare::{SentencePair, pair_sentences, text_sentences};
use stet_store::Store;
use stet_store::research::{NewsEdits, Pair, StudiedArticle, StudiedVersion, StudyScope};
use tokio::task::spawn_blocking;

use super::study::{Done, Study, go_through};

/// After how many versions what was written is put on the disk.
const FLUSHED_EVERY: u32 = 500;

/// Writes the file.
pub(super) async fn write(store: &Store, scope: &StudyScope, path: &Path) -> Result<Done> {
    let mut writer = Writer { file: NewsEdits::create(path).await?, before: None, unflushed: 0 };
    let done = go_through(store, scope, &mut writer).await?;
    writer.file.finish().await?;
    Ok(done)
}

struct Writer {
    file: NewsEdits,
    /// The version before, with its sentences.
    before: Option<(VersionNumber, Vec<String>)>,
    unflushed: u32,
}

impl Study for Writer {
    async fn article(&mut self, article: &StudiedArticle) -> Result<()> {
        self.before = None;
        Ok(self.file.add_article(article).await?)
    }

    async fn version(&mut self, article: &StudiedArticle, version: StudiedVersion) -> Result<()> {
        let sentences = text_sentences(&version.version.text);
        self.file.add_version(article.id, &version, &sentences).await?;
        let number = version.version.number;
        let mut sentences = sentences;
        // Where only Stet read the page otherwise, nobody edited anything.
        if let Some((old_number, old)) = self.before.take().filter(|_| !version.is_technical) {
            let old_len = old.len();
            let (pairs, new) = paired(old, sentences).await?;
            let pair = Pair {
                article: article.id,
                old: (old_number, old_len),
                new: (number, new.len()),
                sentences: &pairs,
            };
            self.file.add_pair(&pair).await?;
            sentences = new;
        }
        self.before = Some((number, sentences));
        self.unflushed += 1;
        if self.unflushed == FLUSHED_EVERY {
            self.file.flush().await?;
            self.unflushed = 0;
        }
        Ok(())
    }

    async fn article_done(&mut self, _: &Store, _: &StudiedArticle) -> Result<()> {
        Ok(())
    }
}

/// The pairs of sentences, and the new sentences back.
async fn paired(old: Vec<String>, new: Vec<String>) -> Result<(Vec<SentencePair>, Vec<String>)> {
    Ok(spawn_blocking(move || (pair_sentences(&old, &new), new)).await?)
}
