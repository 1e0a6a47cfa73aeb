//! What an item says in HTML: the words that came and went, marked so that they are told apart by
//! element, by sign and by word, whatever of these a reader's program keeps.

use std::sync::Arc;

use askama::Template;
use askama::filters::HtmlSafe;
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use stet_core::ArticleText;
use stet_core::compare::{self, Comparison, FieldComparison, Op};
use stet_words::text;

use super::item::Entry;
use super::legible::without_forbidden;
use crate::comparing::aside;
use crate::error::PageError;
use crate::paragraph_lines::{self, Line};
use crate::pieces::Pieces;
use crate::{Site, links, wording};

/// How many changed paragraphs an item shows; the comparison's page shows all.
const MAX_PARAGRAPHS: usize = 40;

/// How many bytes of the newspaper's text an item shows: what forty long paragraphs have.
const MAX_TEXT_BYTES: usize = 32 * 1024;

/// How many bytes of contents are kept ready.
const MAX_KEPT_BYTES: u64 = 32 * 1024 * 1024;

/// How many contents that is, usually.
const USUAL_CONTENTS: usize = 16 * 1024;

/// For how many items texts are loaded at once.
const AT_ONCE: usize = 50;

/// Contents that were made before, by the fingerprint of what they tell. Whether something may be
/// shown is decided by the query that lists it: so nothing kept here is ever wrong.
pub(crate) struct ContentCache(Cache<Fingerprint, Arc<str>, Weight>);

type Fingerprint = [u8; 32];

#[derive(Clone)]
struct Weight;

impl Weighter<Fingerprint, Arc<str>> for Weight {
    fn weight(&self, _: &Fingerprint, content: &Arc<str>) -> u64 {
        u64::try_from(content.len()).unwrap_or(u64::MAX)
    }
}

impl Default for ContentCache {
    fn default() -> Self {
        Self(Cache::with_weighter(USUAL_CONTENTS, MAX_KEPT_BYTES, Weight))
    }
}

/// The contents of entries, in their order; `None` for what was hidden since it was listed.
pub(super) async fn contents(
    site: &Site,
    entries: &[Entry],
) -> Result<Vec<Option<Arc<str>>>, PageError> {
    let prints: Vec<Fingerprint> = entries.iter().map(Entry::fingerprint).collect();
    let mut contents: Vec<Option<Arc<str>>> =
        prints.iter().map(|print| site.contents.0.get(print)).collect();
    let missing: Vec<usize> =
        (0..entries.len()).filter(|&place| contents[place].is_none()).collect();
    for places in missing.chunks(AT_ONCE) {
        let drafts = drafts(site, entries, places).await?;
        let made = aside(site, move || {
            drafts.into_iter().map(|(place, draft)| Ok((place, draft.render()?))).collect()
        });
        let made: Result<Vec<(usize, String)>, askama::Error> = made.await?;
        for (place, html) in made.map_err(unprintable)? {
            let content: Arc<str> = without_forbidden(&html).into();
            site.contents.0.insert(prints[place], content.clone());
            contents[place] = Some(content);
        }
    }
    Ok(contents)
}

pub(super) fn unprintable(error: askama::Error) -> PageError {
    PageError::Internal(anyhow::Error::new(error))
}

/// What is needed to print the contents of the entries at these places.
async fn drafts(
    site: &Site,
    entries: &[Entry],
    places: &[usize],
) -> Result<Vec<(usize, Draft)>, PageError> {
    let versions: Vec<_> = places
        .iter()
        .filter_map(|&place| match &entries[place] {
            Entry::Change(entry) => Some(&entry.change),
            Entry::FirstSeen(_) => None,
        })
        .flat_map(|change| [(change.article, change.from), (change.article, change.to)])
        .collect();
    let texts = site.store.texts(&versions).await?;
    let draft = |place: &usize| {
        let entry = &entries[*place];
        let frame = Frame {
            summary: entry.summary(),
            language: entry.language(),
            link: links::absolute(&site.settings.base_url, &entry.page()),
        };
        let draft = match entry {
            Entry::FirstSeen(seen) => Draft::FirstSeen(frame, seen.passages.clone()),
            Entry::Change(entry) => {
                let change = &entry.change;
                let old = texts.get(&(change.article, change.from))?.clone();
                let new = texts.get(&(change.article, change.to))?.clone();
                if change.from == change.to {
                    Draft::SameText(frame)
                } else {
                    Draft::Change(frame, Box::new((old, new)))
                }
            }
        };
        Some((*place, draft))
    };
    Ok(places.iter().filter_map(draft).collect())
}

/// What stands around an item's texts.
pub(super) struct Frame {
    pub(super) summary: String,
    pub(super) language: Option<String>,
    pub(super) link: String,
}

/// An item before its texts were compared.
pub(super) enum Draft {
    /// From one text to another.
    Change(Frame, Box<(ArticleText, ArticleText)>),
    /// The article was removed, or came back, with the text that it had.
    SameText(Frame),
    FirstSeen(Frame, Vec<String>),
}

impl Draft {
    pub(super) fn render(self) -> Result<String, askama::Error> {
        match self {
            Self::Change(frame, texts) => {
                let comparison = compare::compare(&texts.0, &texts.1);
                ChangeContent::new(frame, &comparison).render()
            }
            Self::SameText(frame) => ChangeContent::without_text(frame).render(),
            Self::FirstSeen(Frame { summary, language, link }, passages) => {
                FirstContent { summary, passages, language, link }.render()
            }
        }
    }
}

#[derive(Template)]
#[template(path = "parts/feed_item.html")]
struct ChangeContent {
    summary: String,
    /// Whether anything below bears marks.
    is_marked: bool,
    fields: Vec<Part>,
    lines: Vec<Part>,
    more: Option<String>,
    language: Option<String>,
    link: String,
    link_text: &'static str,
}

#[derive(Template)]
#[template(path = "parts/feed_first.html")]
struct FirstContent {
    summary: String,
    passages: Vec<String>,
    language: Option<String>,
    link: String,
}

/// A field or a paragraph that changed.
struct Part {
    /// `Headline`; `¶4, added`
    label: String,
    pieces: Marked,
}

/// Pieces with signs that say what happened to each even where its element is dropped.
#[derive(Template)]
#[template(path = "parts/feed_pieces.html")]
struct Marked {
    pieces: Vec<Piece>,
}

// Its template escapes what it prints.
impl HtmlSafe for Marked {}

struct Piece {
    op: Op,
    text: String,
    is_spaced: bool,
}

impl Part {
    fn new(label: String, pieces: &Pieces) -> Self {
        let pieces = pieces.each();
        let pieces = pieces.map(|(op, text, is_spaced)| {
            let text = text.to_owned();
            Piece { op, text, is_spaced }
        });
        Self { label, pieces: Marked { pieces: pieces.collect() } }
    }

    fn of_field(label: &str, field: Option<&FieldComparison>) -> Option<Self> {
        let pieces = paragraph_lines::merged(field?);
        pieces.is_edited().then(|| Self::new(label.to_owned(), &pieces))
    }

    fn of_line(line: &Line) -> Self {
        let label = match &line.tag {
            // The signs in the text say the same.
            Some(tag) => format!("{}, {}", line.number, tag.trim_start_matches(['+', '−', ' '])),
            None => line.number.clone(),
        };
        Self::new(label, &line.pieces)
    }

    fn bytes(&self) -> usize {
        self.pieces.pieces.iter().map(|piece| piece.text.len()).sum()
    }

    fn is_marked(&self) -> bool {
        self.pieces.pieces.iter().any(|piece| piece.op != Op::Equal)
    }
}

impl ChangeContent {
    fn new(frame: Frame, comparison: &Comparison) -> Self {
        let fields = [
            Part::of_field(text("feed-item-headline"), Some(&comparison.title)),
            Part::of_field(text("feed-item-standfirst"), comparison.standfirst.as_ref()),
            Part::of_field(text("feed-item-picture-caption"), comparison.lead_caption.as_ref()),
            Part::of_field(text("feed-item-byline"), comparison.byline.as_ref()),
        ];
        let mut fields: Vec<Part> = fields.into_iter().flatten().collect();
        let lines = paragraph_lines::lines(comparison);
        let mut lines: Vec<Part> =
            lines.iter().filter(|line| line.is_changed()).map(Part::of_line).collect();
        let all = fields.len() + lines.len();
        let mut room = MAX_TEXT_BYTES;
        let mut fits = |part: &Part| match room.checked_sub(part.bytes()) {
            Some(left) => {
                room = left;
                true
            }
            None => false,
        };
        fields.retain(&mut fits);
        lines.truncate(MAX_PARAGRAPHS);
        lines.retain(&mut fits);
        let left_out = all - fields.len() - lines.len();
        Self {
            summary: frame.summary,
            is_marked: fields.iter().chain(&lines).any(Part::is_marked),
            fields,
            lines,
            more: (left_out > 0)
                .then(|| wording::counted(left_out as u64, "further-changed-parts")),
            language: frame.language,
            link: frame.link,
            link_text: text("feed-item-both-versions-side"),
        }
    }

    fn without_text(frame: Frame) -> Self {
        Self {
            summary: frame.summary,
            is_marked: false,
            fields: Vec::new(),
            lines: Vec::new(),
            more: None,
            language: None,
            link: frame.link,
            link_text: text("feed-item-the-text-that"),
        }
    }
}
