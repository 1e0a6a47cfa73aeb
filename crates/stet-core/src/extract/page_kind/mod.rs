//! What a page is that is no article, said by name: a section front, a consent wall, a paywall,
//! a login page, a block against robots, a video without text, an error page.
//!
//! No sign alone decides. What the page is made of (forms, lists of links, JSON-LD, the markup of
//! known products), what its title and headline say and what its short blocks say are weighed
//! together (`weigh`), and against that stands the text that was found: the more prose there is,
//! the more must speak against it, and above [`MUCH_PROSE`] words nothing does. So an article
//! that talks about captchas stays one, and so does one under a consent banner.
//!
//! The signs are gathered in one pass over the tree, before anything is dropped from it.

mod element;
mod gather;
mod markup;
mod phrases;
mod statements;
mod weigh;

use std::collections::HashSet;

use thiserror::Error;
use unicode_segmentation::UnicodeSegmentation;

pub(super) use self::markup::Challenge;
pub(super) use self::statements::Statements;

use self::gather::Gathered;
use super::fold::squash;
use super::headline::without_site_name;
use super::landmarks::Landmarks;
use super::meta::Meta;
use super::{ExtractError, MIN_WORDS};
use crate::Address;

/// What a page is that is no article. Each is told to users in one sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Error)]
pub enum PageKind {
    /// A list of articles: a front page, a section, a topic.
    #[error("this is a section front, a list of articles, not an article")]
    SectionFront,
    /// A page that asks for consent to cookies before it lets anyone read.
    #[error("this is a consent wall, not an article")]
    ConsentWall,
    /// The beginning of an article that is cut off for those who do not pay.
    #[error("this is a paywall: the page has only the beginning of the article")]
    Paywall,
    /// A form to log in.
    #[error("this is a login page, not an article")]
    LoginPage,
    /// A page that refuses robots, or asks visitors to prove that they are none.
    #[error("this is a block against robots, not an article")]
    BotBlock,
    /// A video with little or no text.
    #[error("this is a video without a text, not an article")]
    VideoPage,
    /// A page that says that there is no such page, or that something failed.
    #[error("this is an error page, not an article")]
    ErrorPage,
}

/// From so many words of prose on, a text is an article whatever else the page says.
/// Source: the longest of the consent walls and error pages looked at have about 500.
const MUCH_PROSE: usize = 600;

/// How much must speak against a text, in points, by how many words of prose it has at most. Texts
/// below [`MIN_WORDS`] are refused anyway: there it is only the name that is decided.
const NEEDED: &[(usize, u32)] = &[(MIN_WORDS, 2), (120, 3), (300, 4), (MUCH_PROSE, 6)];

/// All that speaks for or against a page being an article, besides its text.
#[derive(Debug)]
pub(super) struct Signs<'a> {
    gathered: Gathered,
    statements: &'a Statements,
    challenge: Challenge,
    /// Titles and headlines, without the site's name.
    titles: Vec<String>,
    og_type: Option<&'a str>,
    /// Whether search engines are asked to leave it out.
    is_noindex: bool,
    /// Whether the page says that it is an article.
    says_article: bool,
    /// Whether Facebook's meta element says that its text is locked.
    is_locked: bool,
    address: &'a Address,
}

/// The text that was found, as far as it counts here.
#[derive(Debug, Default)]
struct Found<'a> {
    paragraphs: &'a [String],
    /// Words of prose that are not teasers of other articles.
    prose: usize,
    /// All words.
    words: usize,
    /// How many paragraphs are teasers.
    teasers: usize,
}

impl<'a> Signs<'a> {
    /// Gathers the signs of a page from its whole tree.
    pub(super) fn read(
        landmarks: &Landmarks<'_>,
        meta: &'a Meta,
        statements: &'a Statements,
        challenge: Challenge,
        site_names: &[String],
        address: &'a Address,
    ) -> Self {
        let gathered = Gathered::from(landmarks, address, &statements.paid_parts);
        let og_type = meta.get("og:type");
        let stated = gathered.title.iter().chain(&gathered.headlines);
        let titles: HashSet<String> =
            stated.map(|title| without_site_name(title, site_names)).collect();
        Self {
            titles: titles.into_iter().collect(),
            is_noindex: meta.get("robots").is_some_and(|robots| robots.contains("noindex")),
            says_article: statements.is_article
                || og_type == Some("article")
                || meta.get("article:published_time").is_some(),
            is_locked: meta.get("article:content_tier") == Some("locked"),
            gathered,
            statements,
            challenge,
            og_type,
            address,
        }
    }

    /// Why a page on which no headline was found is no article.
    pub(super) fn without_title(&self) -> ExtractError {
        self.kind(&[]).map_or(ExtractError::NoTitle, ExtractError::NotAnArticle)
    }

    /// What the page is, if it is no article; `paragraphs` is the text that was found on it.
    pub(super) fn kind(&self, paragraphs: &[String]) -> Option<PageKind> {
        let mut found = Found { paragraphs, ..Found::default() };
        for paragraph in paragraphs {
            found.add(paragraph, &self.gathered.teasers);
            // Whatever the rest of it is.
            if self.says_article && found.prose >= MUCH_PROSE {
                return None;
            }
        }
        let named = Self::needed(&found).and_then(|needed| self.weigh(&found, needed));
        named.or_else(|| self.is_section_front(&found).then_some(PageKind::SectionFront))
    }

    fn needed(found: &Found<'_>) -> Option<u32> {
        NEEDED.iter().find(|(words, _)| found.prose < *words).map(|(_, points)| *points)
    }
}

impl Found<'_> {
    fn add(&mut self, paragraph: &str, teasers: &HashSet<String>) {
        let words = paragraph.unicode_words().count();
        self.words += words;
        if teasers.contains(&squash(paragraph)) {
            self.teasers += 1;
        } else {
            self.prose += words;
        }
    }
}

#[cfg(test)]
mod tests;
