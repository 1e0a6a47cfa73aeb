//! The texts that a rereading made, held until they are written together.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use stet_core::{ArticleText, ParagraphDigest, TextDigest, VersionNumber};

/// What was made of an article's snapshots, by the versions that rest on them.
///
/// A history of two thousand versions of one live blog is held in the memory of its distinct
/// paragraphs, as the database holds it.
#[derive(Debug, Clone, Default)]
pub struct Texts {
    by_version: BTreeMap<VersionNumber, Option<Folded>>,
    paragraphs: HashMap<ParagraphDigest, Arc<str>>,
}

/// A text whose paragraphs it shares with others.
#[derive(Debug, Clone)]
struct Folded {
    digest: TextDigest,
    /// The text without its paragraphs.
    head: ArticleText,
    paragraphs: Vec<Arc<str>>,
}

impl Texts {
    /// Keeps what was made of the bytes of a version; `None` where no article was found in them.
    pub fn insert(&mut self, version: VersionNumber, text: Option<ArticleText>) {
        let folded = text.map(|mut text| {
            let digest = text.digest();
            let paragraphs = std::mem::take(&mut text.paragraphs)
                .into_iter()
                .map(|paragraph| {
                    let known = self.paragraphs.entry(ParagraphDigest::of(&paragraph));
                    Arc::clone(known.or_insert_with(|| paragraph.into()))
                })
                .collect();
            Folded { digest, head: text, paragraphs }
        });
        self.by_version.insert(version, folded);
    }

    /// The text that was made of the bytes of a version.
    #[must_use]
    pub fn get(&self, version: VersionNumber) -> Option<ArticleText> {
        let folded = self.by_version.get(&version)?.as_ref()?;
        let paragraphs = folded.paragraphs.iter().map(ToString::to_string).collect();
        Some(ArticleText { paragraphs, ..folded.head.clone() })
    }

    /// The versions whose bytes were read.
    pub fn versions(&self) -> impl Iterator<Item = VersionNumber> {
        self.by_version.keys().copied()
    }

    /// Whether the bytes of a version were read, with or without success.
    pub(crate) fn holds(&self, version: VersionNumber) -> bool {
        self.by_version.contains_key(&version)
    }

    /// Whether no article was found in the bytes of a version.
    pub(crate) fn is_unreadable(&self, version: VersionNumber) -> bool {
        matches!(self.by_version.get(&version), Some(None))
    }

    /// The digest of the text that was made of the bytes of a version.
    pub(crate) fn digest(&self, version: VersionNumber) -> Option<TextDigest> {
        Some(self.by_version.get(&version)?.as_ref()?.digest)
    }
}
