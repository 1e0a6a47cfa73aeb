//! A change in a list.

use askama::Template;
use askama::filters::HtmlSafe;
use stet_core::{Kind, Kinds};
use stet_store::Change;
use stet_words::say;

use crate::links;
use crate::wording::{self, Stamp};

/// A change in a list of changes.
#[derive(Debug, Clone, PartialEq, Eq, Template)]
#[template(path = "parts/change_line.html")]
pub(crate) struct ChangeLine {
    href: String,
    title: String,
    /// The headline before, where it was another.
    old_title: Option<String>,
    source: String,
    source_href: String,
    article_href: String,
    versions: String,
    /// `changed`, `removed`
    what_happened: &'static str,
    earliest: Stamp,
    latest: Stamp,
    summary: String,
    words_added: Option<String>,
    words_removed: Option<String>,
    kinds: Vec<&'static str>,
    is_technical: bool,
}

// Its template escapes what it prints.
impl HtmlSafe for ChangeLine {}

impl ChangeLine {
    pub(crate) fn new(change: &Change) -> Self {
        let stats = change.stats;
        Self {
            href: links::change(change),
            title: change.new_title.clone(),
            old_title: (change.old_title != change.new_title).then(|| change.old_title.clone()),
            source: change.source_name.clone(),
            source_href: links::source(&change.source_slug),
            article_href: links::article(change.article),
            versions: if change.from == change.to {
                say("version-in-sentence").with("version", change.to).into()
            } else {
                say("version-steps").with("from", change.from).with("to", change.to).into()
            },
            what_happened: what_happened(&change.kinds),
            earliest: Stamp::new(change.earliest_at),
            latest: Stamp::new(change.latest_at),
            summary: stet_words::summary(&change.kinds, &stats),
            words_added: signed("+", stats.words_added),
            words_removed: signed("−", stats.words_removed),
            kinds: wording::marked_kinds(&change.kinds),
            is_technical: change.is_technical,
        }
    }
}

/// The message for what happened to an article, and between when.
fn what_happened(kinds: &Kinds) -> &'static str {
    if kinds.contains(&Kind::Gone) {
        "change-line-removed-html"
    } else if kinds.contains(&Kind::Back) {
        "change-line-back-html"
    } else {
        "change-line-changed-html"
    }
}

/// `+316 words`; nothing for none.
pub(crate) fn signed(sign: &str, words: u32) -> Option<String> {
    (words > 0).then(|| format!("{sign}{}", wording::counted(words, "words")))
}
