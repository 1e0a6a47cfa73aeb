//! The signs that stand in the tree, gathered in one pass: what the page's short blocks and
//! buttons say, what forms and players it has, and which texts are teasers of other articles.

use std::cell::OnceCell;
use std::collections::HashSet;

use dom_query::{Document, Element, LocalName, Matcher, NodeRef, local_name};

use super::super::fold::{fold, squash};
use super::super::headline;
use super::super::landmarks::Landmarks;
use super::super::walk::{is_block, letters, of_text};
use super::element::{Attributes, value};
use super::phrases::{PlainBlock, SHORT_BYTES};
use crate::Address;

/// A link that stands for itself and has so many words is a headline.
const HEADLINE_WORDS: usize = 4;

/// The longest teaser, in words: two sentences.
const TEASER_WORDS: usize = 60;

/// How many blocks below a headline may be its teaser: a label or byline, and the teaser.
const TEASER_BLOCKS: usize = 2;

/// The fewest words of a paid part that was sent along with the page: two sentences.
const SENT_WORDS: usize = 25;

/// The fewest letters of a box named after a paywall that is one, and not a mere mark.
const WALL_LETTERS: usize = 20;

/// Whether nobody sees the content of an element, or not as text.
const fn is_unseen(name: &LocalName) -> bool {
    matches!(
        *name,
        local_name!("script")
            | local_name!("style")
            | local_name!("noscript")
            | local_name!("template")
            | local_name!("head")
            | local_name!("select")
            | local_name!("textarea")
            | local_name!("object")
            | local_name!("embed")
            | local_name!("canvas")
            | local_name!("svg")
            | local_name!("audio")
    )
}

/// What addresses of players have in them.
const PLAYERS: &[&str] =
    &["youtube", "vimeo", "dailymotion", "jwplayer", "brightcove", "/player", "/embed"];

/// A block of few words.
#[derive(Debug)]
pub(super) struct ShortBlock {
    text: String,
    /// Whether it stands in a header, aside or dialog.
    pub(super) is_beside: bool,
    /// Made when it is asked for: for most pages it never is.
    plain: OnceCell<Option<PlainBlock>>,
}

impl ShortBlock {
    /// Its plain words, if it is short enough to be judged by phrases.
    pub(super) fn plain(&self) -> Option<&PlainBlock> {
        self.plain.get_or_init(|| PlainBlock::of(&self.text)).as_ref()
    }
}

/// What became of the part of the text that is not free.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum PaidPart {
    /// The page names no such part.
    #[default]
    Unnamed,
    /// It is on the page, for readers who are let through.
    Sent,
    /// It is not on the page.
    Withheld,
}

/// What the tree of a page shows.
#[derive(Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a sign of its own")]
pub(super) struct Gathered {
    pub(super) title: Option<String>,
    /// The texts of all `h1`.
    pub(super) headlines: Vec<String>,
    pub(super) blocks: Vec<ShortBlock>,
    pub(super) buttons: Vec<String>,
    /// Texts of other articles' headlines and what stands below them, squashed.
    pub(super) teasers: HashSet<String>,
    /// How many headlines lead to other pages of the site.
    pub(super) headline_links: usize,
    pub(super) letters: usize,
    pub(super) linked: usize,
    /// Whether a password is asked for in the page's main part.
    pub(super) asks_password: bool,
    pub(super) has_player: bool,
    pub(super) has_wall: bool,
    pub(super) is_named_error: bool,
    pub(super) paid: PaidPart,
}

impl Gathered {
    pub(super) fn from(
        landmarks: &Landmarks<'_>,
        address: &Address,
        paid_parts: &[String],
    ) -> Self {
        let document = landmarks.document;
        let title = headline::title(landmarks);
        let mut pass = Pass {
            own: Self { title: Some(title).filter(|title| !title.is_empty()), ..Self::default() },
            domain: address.registrable_domain(),
            path: address.url().path().trim_end_matches('/').to_owned(),
            block: Block::default(),
            teaser_blocks: 0,
        };
        if let Some(root) = document.html_root().element_ref() {
            pass.own.is_named_error = Attributes::of(&root).names.error;
        }
        if let Some(body) = document.body() {
            pass.visit(&body, Place::default());
            pass.end_block(Place::default());
        }
        Self { paid: paid_part(document, paid_parts), ..pass.own }
    }
}

/// Whether the parts that are not free hold text.
fn paid_part(document: &Document, selectors: &[String]) -> PaidPart {
    let matchers: Vec<Matcher> =
        selectors.iter().filter_map(|selector| Matcher::new(selector).ok()).collect();
    if matchers.is_empty() {
        return PaidPart::Unnamed;
    }
    let words = |matcher: &Matcher| {
        let texts = document.select_matcher(matcher).nodes().to_vec();
        texts.iter().map(|node| node.text().split_whitespace().count()).sum::<usize>()
    };
    match matchers.iter().map(words).sum::<usize>() {
        words if words >= SENT_WORDS => PaidPart::Sent,
        _ => PaidPart::Withheld,
    }
}

/// Where the pass stands.
#[derive(Debug, Clone, Copy, Default)]
struct Place {
    is_beside: bool,
    /// Inside navigation or a footer.
    is_furniture: bool,
    is_heading: bool,
    /// Inside a link, and whether it leads to another page of the site.
    link: Option<bool>,
}

/// The block that is being read.
#[derive(Debug, Default)]
struct Block {
    text: String,
    linked: usize,
    leads_elsewhere: bool,
    is_heading: bool,
}

impl Block {
    fn add(&mut self, text: &str, place: Place) {
        if let Some(leads_elsewhere) = place.link {
            self.linked += letters(text);
            self.leads_elsewhere |= leads_elsewhere;
        }
        self.is_heading |= place.is_heading;
        self.text.push_str(text);
    }
}

#[derive(Debug)]
struct Pass {
    own: Gathered,
    domain: String,
    path: String,
    block: Block,
    /// How many of the next blocks may be the teaser of the headline above.
    teaser_blocks: usize,
}

impl Pass {
    /// Depth is bounded by the caps, so this may call itself.
    fn visit(&mut self, node: &NodeRef, place: Place) {
        if of_text(node, |text| self.block.add(text, place)).is_some() {
            return;
        }
        let Some(element) = node.element_ref() else { return };
        let name = &element.name.local;
        let attributes = Attributes::of(&element);
        let is_main = matches!(*name, local_name!("body") | local_name!("main"));
        if is_unseen(name) || (!is_main && attributes.is_hidden) {
            return;
        }
        let is_block = is_block(name);
        self.note(node, &element, attributes, place);
        if is_block && !is_main && *name != local_name!("article") {
            self.own.has_player |= attributes.names.player;
            self.own.has_wall |= attributes.names.wall && letters(&node.text()) >= WALL_LETTERS;
        }
        let has_no_text = matches!(
            *name,
            local_name!("iframe")
                | local_name!("video")
                | local_name!("button")
                | local_name!("input")
        );
        if has_no_text {
            return;
        }
        let inner = self.inside(&element, attributes, place);
        if is_block {
            self.end_block(place);
        } else if *name == local_name!("br") {
            self.block.text.push(' ');
        }
        for child in node.children_it(false) {
            self.visit(&child, inner);
        }
        if is_block {
            self.end_block(inner);
        }
    }

    /// Takes note of what an element is.
    fn note(&mut self, node: &NodeRef, element: &Element, attributes: Attributes, place: Place) {
        match &*element.name.local {
            "h1" => self.own.headlines.push(fold(&node.text())),
            "video" => self.own.has_player = true,
            "iframe" => {
                let source = value(element, "src");
                self.own.has_player |= PLAYERS.iter().any(|player| source.contains(player));
            }
            "input" => match value(element, "type") {
                "password" => self.own.asks_password |= !place.is_beside && !place.is_furniture,
                "submit" | "button" => self.own.buttons.push(fold(value(element, "value"))),
                _ => {}
            },
            "button" => self.own.buttons.push(fold(&node.text())),
            "a" if attributes.is_button || attributes.names.button => {
                self.own.buttons.push(fold(&node.text()));
            }
            "body" | "main" | "article" => self.own.is_named_error |= attributes.names.error,
            _ => {}
        }
    }

    /// The place inside an element.
    fn inside(&self, element: &Element, attributes: Attributes, mut place: Place) -> Place {
        place.is_furniture |= attributes.is_furniture;
        place.is_beside |= attributes.is_beside;
        match &*element.name.local {
            "a" => place.link = Some(self.leads_elsewhere(value(element, "href"))),
            "nav" | "footer" => place.is_furniture = true,
            "header" | "aside" | "dialog" => place.is_beside = true,
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => place.is_heading = true,
            _ => {}
        }
        place
    }

    /// Whether a link leads to another page of the site, and not to a place on this one: the
    /// entries of a live report link to themselves.
    fn leads_elsewhere(&self, link: &str) -> bool {
        let link = link.trim();
        let path = match link.split_once("//") {
            Some((scheme, rest)) if scheme.is_empty() || scheme.starts_with("http") => {
                let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
                if !host.ends_with(&self.domain) {
                    return false;
                }
                path
            }
            _ if link.is_empty() || link.starts_with(['#', '?']) => return false,
            _ if ["javascript:", "mailto:", "tel:", "data:"]
                .iter()
                .any(|scheme| link.starts_with(scheme)) =>
            {
                return false;
            }
            _ => link,
        };
        let path = &path[..path.find(['?', '#']).unwrap_or(path.len())];
        path.trim_end_matches('/') != self.path
    }

    fn end_block(&mut self, place: Place) {
        let block = std::mem::take(&mut self.block);
        if block.text.trim().is_empty() {
            return;
        }
        let letters = letters(&block.text);
        self.own.letters += letters;
        self.own.linked += block.linked;
        let text = if place.is_furniture { String::new() } else { fold(&block.text) };
        if text.is_empty() {
            return;
        }
        let words = text.split(' ').count();
        let is_link = block.linked * 10 >= letters * 9 && block.leads_elsewhere && letters > 0;
        if is_link && (block.is_heading || words >= HEADLINE_WORDS) {
            self.own.headline_links += 1;
            self.own.teasers.insert(squash(&text));
            // A link between paragraphs of an article has none below it that a heading would.
            self.teaser_blocks = if block.is_heading { TEASER_BLOCKS } else { 1 };
        } else if self.teaser_blocks > 0 && words <= TEASER_WORDS && !block.is_heading {
            self.own.teasers.insert(squash(&text));
            self.teaser_blocks -= 1;
        } else {
            self.teaser_blocks = 0;
        }
        // No phrase is judged in longer ones.
        if text.len() <= SHORT_BYTES {
            let is_beside = place.is_beside;
            self.own.blocks.push(ShortBlock { text, is_beside, plain: OnceCell::new() });
        }
    }
}
