//! From the bytes of a page to the text of its article.
//!
//! The way of a page, each step in a file of its own:
//!
//! 1. `sniff`: is it a web page, and if not, what?
//! 2. `decode`: bytes to text, by byte order mark, header, `meta` or guess;
//! 3. `caps`, by `tags` and `open_elements`: scripts and pictures go, and a page that would take too long to parse is
//!    refused, *before* the tree builder sees it;
//! 4. `rules`: what a source's own CSS selectors say, then those that are `shipped` for its host;
//! 5. `meta`, `json_ld`, `headline`, `standfirst`, `byline`, `dates`, `section`, `lead_caption`:
//!    what the page says of the article, read from the whole tree, of which `landmarks` gathers
//!    the few elements that they ask for;
//! 6. `page_kind`: the signs that it is no article, weighed against the text in the end;
//! 7. `surroundings`: what surrounds the article goes from the tree;
//! 8. `body`, `walk`: general extraction finds the body, and it is read block by block;
//! 9. `tidy`, by `furniture`: blocks that are not the article's go;
//! 10. `boilerplate`: so does what is known to stand in many articles of the source;
//! 11. `mojibake`: what was encoded twice is repaired.
//!
//! Beside that way, `outline` tells pages of one text from their tags alone.
//!
//! The order is from what is certain to what is guessed, and from what is cheap to what is dear.

mod beside;
mod body;
mod boilerplate;
mod byline;
mod caps;
mod dates;
mod decode;
mod fold;
mod furniture;
mod headline;
mod json_ld;
mod landmarks;
mod lead_caption;
mod lean_pattern;
mod meta;
mod mojibake;
mod open_elements;
mod outline;
mod page_kind;
mod rules;
mod section;
mod shipped;
mod sniff;
mod standfirst;
mod surroundings;
mod tags;
mod tidy;
mod walk;

use std::borrow::Cow;

use dom_query::Document;
use thiserror::Error;
use unicode_segmentation::UnicodeSegmentation;

pub use boilerplate::{Boilerplate, Knowledge, Lesson, extract_with_knowledge};
pub use decode::charset_of;
pub(crate) use decode::decode;
pub use outline::Outline;
pub use page_kind::PageKind;
pub use rules::{RuleError, SiteRules};
pub use sniff::name_of_type;

use self::landmarks::Landmarks;
use self::meta::Meta;
use self::page_kind::{Challenge, Signs};
use self::rules::ByRule;
use self::shipped::Publisher;
use self::tidy::Known;
use crate::{Address, ArticleText};

/// The fewest words of an article. Source: short true reports have two or three sentences, 40
/// words and more; the texts of error pages are mostly below 25.
pub const MIN_WORDS: usize = 25;

/// The revision of this extractor. It rises with every change that could make another text of
/// the same bytes, so that such a difference is recorded as technical and never as an edit by
/// the newspaper. The rules in `data/sites` are a part of the extractor: it rises with them too.
pub const EXTRACTOR_REVISION: i32 = 4;

/// A page as it was fetched.
#[derive(Debug, Clone, Copy)]
pub struct Page<'a> {
    /// The address it came from, after redirects.
    pub address: &'a Address,
    /// The `Content-Type` header, if there was one.
    pub content_type: Option<&'a str>,
    /// The body, decompressed.
    pub bytes: &'a [u8],
}

/// Why a page yielded no article text. Ordinary outcomes; none of them means a bug.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ExtractError {
    /// The body is not HTML; the field says what it is ("a PDF document", "a picture").
    #[error("this is {0}, not a web page")]
    NotHtml(String),
    /// No headline was found.
    #[error("the page has no headline")]
    NoTitle,
    /// Too little body text was found to be an article.
    #[error("the page has only {words} words of body text, so it does not look like an article")]
    TooShort {
        /// Words found.
        words: usize,
    },
    /// The page is another thing than an article; nothing of it may be taken for one.
    #[error("{0}")]
    NotAnArticle(PageKind),
    /// The page is one that the source's rules know as no article's.
    #[error("the page is a notice of the site's, as a rule for this source says")]
    Notice,
    /// The page is longer than is parsed.
    #[error("the page has {bytes} bytes, more than the {limit} that are read")]
    TooLarge {
        /// Its length.
        bytes: usize,
        /// The greatest length that is parsed.
        limit: usize,
    },
    /// The page is nested too deeply or has too many elements or attributes to parse in bounded time.
    #[error("the page is too complex to read")]
    TooComplex,
}

/// A page as text within the caps that [`ExtractError`] names, from which both its outline and its
/// article are read.
#[derive(Debug)]
pub struct BoundedPage<'a> {
    address: &'a Address,
    /// Without scripts and pictures.
    source: String,
    challenge: Challenge,
}

/// Extracts the article of a page, by the rules that are shipped for its publisher where there are
/// any.
///
/// Bounded in time and memory by the caps that [`ExtractError`] names. It needs a thread with a
/// stack of [`STACK_BYTES`] at least.
pub fn extract(page: Page<'_>) -> Result<ArticleText, ExtractError> {
    extract_with_rules(page, &SiteRules::default())
}

/// Extracts the article of a page of a source that has rules of its own. They come first, part by
/// part; then the shipped rules, then what holds for any page. Otherwise as [`extract`].
pub fn extract_with_rules(page: Page<'_>, rules: &SiteRules) -> Result<ArticleText, ExtractError> {
    extract_by(page, rules, shipped::publisher(page.address))
}

/// Extracts the article of a page as if nobody had ever written a rule for any site: the measure
/// of general extraction. Otherwise as [`extract`].
pub fn extract_generally(page: Page<'_>) -> Result<ArticleText, ExtractError> {
    extract_by(page, &SiteRules::default(), None)
}

fn extract_by(
    page: Page<'_>,
    own: &SiteRules,
    publisher: Option<&Publisher>,
) -> Result<ArticleText, ExtractError> {
    BoundedPage::of(page)?.extract_by(own, publisher)
}

/// The source of a page that is HTML and not too long.
fn bounded_source(page: Page<'_>) -> Result<Cow<'_, str>, ExtractError> {
    if let Some(what) = sniff::not_html(page.content_type, page.bytes) {
        return Err(ExtractError::NotHtml(what.to_owned()));
    }
    if page.bytes.len() > caps::MAX_BYTES {
        let (bytes, limit) = (page.bytes.len(), caps::MAX_BYTES);
        return Err(ExtractError::TooLarge { bytes, limit });
    }
    Ok(decode(page.content_type, page.bytes))
}

/// The tree of a page within the caps, without its scripts and pictures.
pub(crate) fn bounded_document(page: Page<'_>) -> Result<Document, ExtractError> {
    Ok(Document::from(caps::cap(&bounded_source(page)?)?))
}

impl<'a> BoundedPage<'a> {
    /// Decodes a page and holds it against the caps.
    pub fn of(page: Page<'a>) -> Result<Self, ExtractError> {
        let source = bounded_source(page)?;
        let challenge = Challenge::in_source(&source);
        Ok(Self { address: page.address, source: caps::cap(&source)?, challenge })
    }

    fn extract_by(
        &self,
        own: &SiteRules,
        publisher: Option<&Publisher>,
    ) -> Result<ArticleText, ExtractError> {
        // A rule may name what is in a list.
        let document = if publisher.is_none() && *own == SiteRules::default() {
            Document::from(beside::without_lists(&self.source))
        } else {
            Document::from(self.source.as_str())
        };
        let shipped = publisher.and_then(|publisher| publisher.rules_for(&document));
        let rules: Vec<&SiteRules> = [Some(own), shipped].into_iter().flatten().collect();
        if rules.iter().any(|rules| rules.is_notice(&document)) {
            return Err(ExtractError::Notice);
        }
        let by_rule = ByRule::read(&document, &rules);
        let text = read(document, self.address, by_rule, self.challenge)?;
        // No more are counted than decide.
        let words = text.paragraphs.iter().flat_map(|paragraph| paragraph.unicode_words());
        match words.take(MIN_WORDS).count() {
            words if words < MIN_WORDS => Err(ExtractError::TooShort { words }),
            _ => Ok(repaired(text)),
        }
    }
}

/// The text with what was encoded twice as it was meant.
fn repaired(mut text: ArticleText) -> ArticleText {
    let fields = [&mut text.standfirst, &mut text.byline, &mut text.lead_caption];
    for text in fields.into_iter().flatten().chain([&mut text.title]).chain(&mut text.paragraphs) {
        if let Cow::Owned(meant) = mojibake::repaired(text) {
            *text = fold::fold(&meant);
        }
    }
    text
}

/// Reads the article from the tree of its page. The order matters: what the page says of the
/// article is read from the whole tree, the standfirst and body from what is then left of it.
fn read(
    document: Document,
    address: &Address,
    by_rule: ByRule,
    challenge: Challenge,
) -> Result<ArticleText, ExtractError> {
    let landmarks = Landmarks::gather(&document);
    let meta = Meta::read(&landmarks);
    let json_ld = json_ld::read(&landmarks);
    let names = meta::site_names(&meta, &json_ld, address);
    let said = &json_ld.statements;
    let signs = Signs::read(&landmarks, &meta, said, challenge, &names, address);

    let headline = headline::find(&landmarks, &meta, &json_ld, &names);
    let mut text = ArticleText {
        byline: by_rule.byline.or_else(|| byline::find(&landmarks, &meta, &json_ld)),
        published: by_rule.published.or_else(|| dates::published(&landmarks, &meta, &json_ld)),
        language: meta::language(&landmarks, &meta, &json_ld),
        canonical: meta::canonical(&landmarks, &meta, address),
        standfirst: by_rule.standfirst,
        paragraphs: by_rule.body,
        ..ArticleText::default()
    };
    text.modified = dates::modified(&landmarks, &meta, &json_ld, text.published);
    let element = headline.as_ref().and_then(|headline| headline.element);
    text.title = by_rule
        .title
        .or_else(|| headline.map(|headline| headline.text))
        .ok_or_else(|| signs.without_title())?;
    text.section = section::find(&landmarks, &meta, &json_ld, &text.title, &names);
    text.lead_caption =
        by_rule.lead_caption.or_else(|| lead_caption::take(&document, element.as_ref(), &meta));

    surroundings::drop_surroundings(&document, element.as_ref());
    if text.standfirst.is_none()
        && let Some(found) = element.and_then(|element| standfirst::find(&element))
    {
        text.standfirst = Some(found.text);
        found.element.remove_from_parent();
    }
    if text.paragraphs.is_empty() {
        let blocks = tidy::tidy(body::general(document), Known::of(&text));
        text.paragraphs = blocks.into_iter().map(|block| block.text).collect();
    }
    if text.paragraphs.is_empty() {
        text.paragraphs = json_ld.paragraphs();
    }
    match signs.kind(&text.paragraphs) {
        Some(kind) => Err(ExtractError::NotAnArticle(kind)),
        None => Ok(text),
    }
}

/// The stack that [`extract`] needs, in bytes.
/// Source: readability code overflows 2 MiB at a nesting depth within the cap.
pub const STACK_BYTES: usize = 16 * 1024 * 1024;

#[cfg(test)]
mod shipped_tests;
#[cfg(test)]
mod tests;
