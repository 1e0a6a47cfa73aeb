//! The standfirst: the summary between headline and body.
//!
//! It is a field of its own, since redesigns move it in and out of the body, which must not show
//! as a paragraph added or removed. It is told from the body by its place (after the headline,
//! before the first paragraph) together with either a name that says what it is, or a header of
//! its own that holds the headline too. Where neither tells, it is left where it is: then it is
//! the first paragraph. That the page's description repeats it proves nothing, since descriptions
//! are as often made from the first paragraph, and are left behind when it is edited.

use std::sync::LazyLock;

use dom_query::NodeRef;
use regex::Regex;

use super::walk::{self, Block, name};

/// The length of a standfirst, in words. Fewer are a label, more are a paragraph of the body.
const WORDS: std::ops::RangeInclusive<usize> = 4..=90;

/// A paragraph of this many words that does not say it is the standfirst is the body's first.
const BODY_WORDS: usize = 20;

/// How many elements after the headline are looked at.
const MAX_ELEMENTS: usize = 200;

/// What newspapers and their templates call it and nothing else, in class, id or `itemprop`.
static NAMES: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?ix)stand-?_?first | sub-?_?title | sub-?_?head(?:line|ing|er)?(?:[^a-z]|$) | sub-?_?hed |
          (?:^|[-_\s])(?:dek|deck|chapo|bajada|entradilla|sottotitolo|sommario|vorspann)(?:[-_\s]|$) |
          strap-?line",
    )
    .expect("the pattern is fixed")
});

/// Names that a first paragraph of the body has too. They count for what does not stand among
/// the body's paragraphs.
static WEAK_NAMES: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?ix)(?:^|[-_\s])(?:lede|summary|abstract|excerpt|intro|introduction|teaser-?text|
          lead-?(?:text|in|paragraph)?|description)(?:[-_\s]|$)",
    )
    .expect("the pattern is fixed")
});

/// Names of what stands there too and is something else.
static OTHER_NAMES: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)byline|author|date|time|caption|credit|share|social|breadcrumb|kicker|section|tag|comment|image|media|video")
        .expect("the pattern is fixed")
});

/// What dates, bylines and labels look like.
static LABEL: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?ix)^(?:by|von|por|par)\s | ^(?:first\s|last\s)?(?:published|updated|posted|modified) |
          \b(?:19|20)\d\d\b | \b\d{1,2}[:.]\d\d\b | \b(?:minutes?|hours?|days?)\ ago\b |
          \bmin(?:ute)?s?\ read\b | ^\W*comments?\b",
    )
    .expect("the pattern is fixed")
});

/// A standfirst with its element.
pub(super) struct Standfirst<'a> {
    pub(super) text: String,
    pub(super) element: NodeRef<'a>,
}

/// Finds the standfirst after the headline's element, if it can be told from the body.
pub(super) fn find<'a>(headline: &NodeRef<'a>) -> Option<Standfirst<'a>> {
    let header = header_of(headline);
    let mut next = after(headline);
    for _ in 0..MAX_ELEMENTS {
        let node = next?;
        next = following(&node);
        if !node.is_element() {
            continue;
        }
        let names = names_of(&node);
        let says_so = NAMES.is_match(&names)
            || (WEAK_NAMES.is_match(&names) && !stands_among_paragraphs(&node));
        let is_text =
            matches!(&*name(&node), "p" | "h2" | "h3" | "h4" | "div" | "span" | "section" | "ul");
        if !is_text || (!says_so && (has_blocks(&node) || OTHER_NAMES.is_match(&names))) {
            // What is called a byline is passed over, unless text was put into it.
            let is_other = is_text && !says_so && OTHER_NAMES.is_match(&names);
            if is_other && walk::blocks(&node).iter().all(|block| block.words() < BODY_WORDS) {
                next = after(&node);
            }
            continue;
        }
        let blocks = walk::blocks(&node);
        let words: usize = blocks.iter().map(Block::words).sum();
        let is_in_header = header.is_some_and(|header| is_inside(&node, &header));
        let is_link = blocks.iter().all(Block::is_link);
        if blocks.len() <= 4
            && WORDS.contains(&words)
            && !is_link
            && (says_so || is_in_header)
            && !is_label(&blocks)
        {
            let texts: Vec<String> = blocks.into_iter().map(|block| block.text).collect();
            return Some(Standfirst { text: texts.join(" "), element: node });
        }
        if words >= BODY_WORDS && !has_blocks(&node) {
            return None;
        }
    }
    None
}

/// The element that holds the headline and little else: its closest `header` or `hgroup`, if
/// there are not several paragraphs of the body in it.
fn header_of<'a>(headline: &NodeRef<'a>) -> Option<NodeRef<'a>> {
    let header = headline
        .ancestors(Some(4))
        .into_iter()
        .find(|node| matches!(&*name(node), "header" | "hgroup"))?;
    let is_prose = |block: &Block| block.words() >= BODY_WORDS;
    let prose = walk::blocks(&header).iter().filter(|block| is_prose(block)).count();
    (prose <= 1).then_some(header)
}

/// Whether it is a date, a byline or the like: it says so, or it is short and ends like no
/// sentence, with a year or a time of day in it.
fn is_label(blocks: &[Block]) -> bool {
    let Some(block) = blocks.first() else { return true };
    let is_sentence = block.text.ends_with(['.', '?', '!', '”', '"', '’', '。'])
        && !block.text.ends_with("a.m.")
        && !block.text.ends_with("p.m.");
    let words = block.words();
    !is_sentence && words <= 20 && LABEL.is_match(&block.text)
}

fn names_of(node: &NodeRef) -> String {
    let values = [
        node.class(),
        node.id_attr(),
        node.attr("itemprop"),
        node.attr("data-testid"),
        node.attr("data-component"),
    ];
    let values: Vec<String> = values.into_iter().flatten().map(|value| value.to_string()).collect();
    values.join(" ")
}

fn has_blocks(node: &NodeRef) -> bool {
    node.descendants_it().any(|inner| {
        matches!(
            &*name(&inner),
            "p" | "div"
                | "section"
                | "ul"
                | "ol"
                | "h1"
                | "h2"
                | "h3"
                | "table"
                | "figure"
                | "header"
                | "article"
        )
    })
}

/// Whether an element has siblings that are paragraphs of the body.
fn stands_among_paragraphs(node: &NodeRef) -> bool {
    let Some(parent) = node.parent() else { return false };
    let is_prose = |sibling: &NodeRef| {
        sibling.id != node.id
            && sibling.has_name("p")
            && walk::text(sibling).split(' ').count() >= BODY_WORDS
    };
    parent.children_it(false).filter(is_prose).take(2).count() == 2
}

fn is_inside(node: &NodeRef, outer: &NodeRef) -> bool {
    node.ancestors_it(None).any(|ancestor| ancestor.id == outer.id)
}

/// The next node in document order that is not inside this one.
fn after<'a>(node: &NodeRef<'a>) -> Option<NodeRef<'a>> {
    let mut node = *node;
    loop {
        if let Some(next) = node.next_sibling() {
            return Some(next);
        }
        node = node.parent()?;
    }
}

/// The next node in document order.
fn following<'a>(node: &NodeRef<'a>) -> Option<NodeRef<'a>> {
    node.first_child().or_else(|| after(node))
}

#[cfg(test)]
mod tests {
    use dom_query::Document;

    use super::*;

    const BODY: &str = "<p>The council voted on Tuesday to close the old bridge for repairs that are \
        expected to last, engineers said, until the spring of next year.</p>";

    fn standfirst(html: &str) -> Option<String> {
        let document = Document::from(html);
        let headline = document.select("h1").nodes()[0];
        find(&headline).map(|found| found.text)
    }

    #[test]
    fn a_name_tells_it_from_the_body() {
        for class in [
            "story__standfirst",
            "sub-title",
            "ArticleSubheadline subheadline",
            "c-dek",
            "article-summary",
        ] {
            let html = format!(
                "<div><h1>H</h1><p class='{class}'>The old bridge will close.</p>{BODY}</div>"
            );
            assert_eq!(standfirst(&html).as_deref(), Some("The old bridge will close."), "{class}");
        }
    }

    #[test]
    fn a_header_of_its_own_tells_it_from_the_body() {
        let html = format!(
            "<header><h1>H</h1><p class=date>1 May 2020, 10 in the morning</p><p>By Ann Lee in York</p>
             <p>The old bridge will close.</p></header>{BODY}"
        );
        assert_eq!(standfirst(&html).as_deref(), Some("The old bridge will close."));
    }

    #[test]
    fn a_sentence_that_begins_like_a_label_is_none() {
        let html = format!(
            "<header><h1>H</h1><p>By Tuesday at 10:30, in 2020, the bridge was closed.</p></header>{BODY}"
        );
        assert!(standfirst(&html).is_some());
    }

    #[test]
    fn a_first_paragraph_that_is_called_introduction_is_of_the_body() {
        let html = format!(
            "<h1>H</h1><div><p class=story__introduction>The bridge will close soon.</p>{BODY}{BODY}</div>"
        );
        assert_eq!(standfirst(&html), None);
    }

    #[test]
    fn where_nothing_tells_it_from_the_body_there_is_none() {
        let html = format!("<div><h1>H</h1><p>The old bridge will close.</p>{BODY}{BODY}</div>");
        assert_eq!(standfirst(&html), None);
    }

    #[test]
    fn one_that_comes_after_the_body_began_is_another_articles() {
        let html = format!("<h1>H</h1>{BODY}<p class=summary>The mayor will resign in spring.</p>");
        assert_eq!(standfirst(&html), None);
    }
}
