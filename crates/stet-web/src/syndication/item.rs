//! What a feed tells of: a change, or a text that was seen first.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};
use stet_core::{Address, ArticleId, Kind, Kinds, VersionNumber};
use stet_store::{Change, SyndicatedChange};
use stet_words::say;

use super::legible::{language_tag, without_forbidden};
use super::urn::urn;
use crate::{links, wording};

/// Something that a feed tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Entry {
    /// An article changed, was removed, came back, moved.
    Change(Box<SyndicatedChange>),
    /// A text was seen first that has what a search asks for.
    FirstSeen(FirstSeen),
}

/// A text that has what a search asks for, as it was seen first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FirstSeen {
    pub(crate) article: ArticleId,
    pub(crate) version: VersionNumber,
    pub(crate) at: DateTime<Utc>,
    pub(crate) title: String,
    pub(crate) publisher: String,
    pub(crate) language: Option<&'static str>,
    /// What was found in it.
    pub(crate) passages: Vec<String>,
}

/// An entry as each format prints it. No text of it holds a character that XML forbids.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Item {
    /// Its name for good.
    pub(crate) id: String,
    pub(crate) title: String,
    /// The page that shows it, in full.
    pub(crate) link: String,
    /// The article at its newspaper.
    pub(crate) original: Option<String>,
    /// When the new text was seen first.
    pub(crate) at: DateTime<Utc>,
    pub(crate) publisher: String,
    pub(crate) kinds: Vec<&'static str>,
    /// The language of what the newspaper wrote.
    pub(crate) language: Option<String>,
    /// What happened, as plain text.
    pub(crate) summary: String,
    /// What happened, with the words that changed, as HTML.
    pub(crate) html: Arc<str>,
}

impl Item {
    /// `2016-09-09T18:44:00Z`
    pub(crate) fn moment(&self) -> String {
        moment(self.at)
    }
}

/// `2016-09-09T18:44:00Z`, as RFC 3339 wants it.
pub(crate) fn moment(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true)
}

impl Entry {
    /// When it was seen.
    pub(crate) fn at(&self) -> DateTime<Utc> {
        match self {
            Self::Change(entry) => entry.change.latest_at,
            Self::FirstSeen(seen) => seen.at,
        }
    }

    /// The path of the page that shows it.
    pub(super) fn page(&self) -> String {
        match self {
            Self::Change(entry) => links::change(&entry.change),
            Self::FirstSeen(seen) => links::version(seen.article, seen.version),
        }
    }

    /// What happened, in words.
    pub(super) fn summary(&self) -> String {
        let summary = match self {
            Self::Change(entry) => summary(&entry.change),
            Self::FirstSeen(seen) => {
                say("feed-item-seen-first-on").with("moment", wording::moment(seen.at)).to_string()
            }
        };
        without_forbidden(&summary)
    }

    /// The language of what the newspaper wrote, if it is known.
    pub(super) fn language(&self) -> Option<String> {
        match self {
            Self::Change(entry) => entry.language.as_deref().and_then(language_tag),
            Self::FirstSeen(seen) => seen.language,
        }
        .map(str::to_owned)
    }

    /// As it is printed with this content, in an installation of this name at this base.
    pub(super) fn item(
        &self,
        instance: &str,
        base: &url::Url,
        names_publisher: bool,
        html: Arc<str>,
    ) -> Item {
        let (id, title, publisher, kinds, original) = match self {
            Self::Change(entry) => {
                let change = &entry.change;
                (
                    format!("articles/{}/changes/{}", change.article, change.number),
                    &change.new_title,
                    &change.source_name,
                    change.kinds.iter().map(|kind| kind.as_str()).collect(),
                    Address::parse(&entry.url).ok(),
                )
            }
            Self::FirstSeen(seen) => (
                format!("articles/{}/texts/{}", seen.article, seen.version),
                &seen.title,
                &seen.publisher,
                Vec::new(),
                None,
            ),
        };
        let title =
            if names_publisher { format!("{publisher}: {title}") } else { title.to_owned() };
        Item {
            id: urn(instance, &id),
            title: without_forbidden(&title),
            link: links::absolute(base, &self.page()),
            original: original.as_ref().and_then(links::outbound),
            at: self.at(),
            publisher: without_forbidden(publisher),
            kinds,
            language: self.language(),
            summary: self.summary(),
            html,
        }
    }

    /// What tells it from any other, and from itself once its text was read anew.
    pub(super) fn fingerprint(&self) -> [u8; 32] {
        let mut print = Print::default();
        match self {
            Self::Change(entry) => {
                let change = &entry.change;
                print.add("change");
                print.add(&format!("{}/{}", change.article, change.number));
                print.add(&format!("{}/{}", change.from, change.to));
                for text in [
                    &change.source_name,
                    &change.old_title,
                    &change.new_title,
                    &entry.url,
                    entry.language.as_ref().unwrap_or(&String::new()),
                ] {
                    print.add(text);
                }
                print.add(&format!("{}/{}", moment(change.earliest_at), moment(change.latest_at)));
                let stats = &change.stats;
                print.add(&format!("{}/{}", stats.words_added, stats.words_removed));
                print.add(&summary(change));
                for kind in &change.kinds {
                    print.add(kind.as_str());
                }
                for digest in &entry.digests {
                    print.add_bytes(digest);
                }
            }
            Self::FirstSeen(seen) => {
                print.add("first");
                print.add(&format!("{}/{}", seen.article, seen.version));
                print.add(&moment(seen.at));
                print.add(seen.language.unwrap_or_default());
                for text in [&seen.title, &seen.publisher].into_iter().chain(&seen.passages) {
                    print.add(text);
                }
            }
        }
        print.0.finalize().into()
    }
}

/// A digest of texts that are told apart whatever they hold.
#[derive(Default)]
pub(super) struct Print(pub(super) Sha256);

impl Print {
    pub(super) fn add(&mut self, text: &str) {
        self.add_bytes(text.as_bytes());
    }

    pub(super) fn add_bytes(&mut self, bytes: &[u8]) {
        self.0.update((bytes.len() as u64).to_be_bytes());
        self.0.update(bytes);
    }
}

/// `2 paragraphs edited; 5 words added, 3 removed. It changed between … and ….`
pub(crate) fn summary(change: &Change) -> String {
    say(what_happened(&change.kinds))
        .with("summary", stet_words::summary(&change.kinds, &change.stats))
        .with("earliest", wording::moment(change.earliest_at))
        .with("latest", wording::moment(change.latest_at))
        .to_string()
}

/// The message for what happened to an article.
fn what_happened(kinds: &Kinds) -> &'static str {
    if kinds.contains(&Kind::Gone) {
        "feed-item-removed"
    } else if kinds.contains(&Kind::Back) {
        "feed-item-back"
    } else if kinds.contains(&Kind::MovedAddress) {
        "feed-item-moved"
    } else {
        "feed-item-changed"
    }
}
