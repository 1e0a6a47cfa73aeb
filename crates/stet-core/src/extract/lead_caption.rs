//! The caption of the lead picture: the picture that stands between headline and body, above the
//! headline inside the article, or, if neither is there, the one that the page names to others
//! (`og:image`).
//!
//! Credits that are elements of their own are no part of it; neither are the words by which
//! screen readers are told that it is a caption.

use std::sync::LazyLock;

use dom_query::{Document, NodeId, NodeRef, local_name};
use regex::{Regex, RegexBuilder};

use super::fold::contains_ignoring_case;
use super::meta::Meta;
use super::surroundings::words_of;
use super::walk::{self, letters, name};

/// A paragraph of so many letters is one of the body.
const PROSE: usize = 60;

/// How far above a caption its picture's box may begin, where it is no `figure`.
const BOX_LEVELS: usize = 3;

/// How many elements and texts of a box are looked at: what holds more is no picture.
const BOX_NODES: usize = 200;

/// How many captions are looked at, so that a page of them costs no more than one of text.
const MAX_CAPTIONS: usize = 200;

/// Elements that a caption may be, where their name says so.
const NAMED: &[&str] = &["div", "p", "span", "section"];

/// What a caption is called, and what it is called in boxes that lead elsewhere.
static CAPTION: LazyLock<Regex> = LazyLock::new(|| pattern(r"\b(?:fig ?|image ?)?captions?\b"));
static ELSEWHERE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:related|promos?|teasers?|recommend\w*|sidebar|rail|widgets?|carousel|gallery|
          newsletters?|ads?|comments?|most ?(?:read|viewed|popular))\b",
    )
});

/// What parts of a caption are called that are not the newspaper's description.
static CREDIT_NAME: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:credits?|copyright|copyrightholder|source|byline|authors?|photographer|attribution|
          agency|rights|visually ?hidden|screen ?reader|sr ?only|off ?screen|toggle|hide|icon)\b",
    )
});

/// How such parts begin, whatever they are called.
static CREDIT_TEXT: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^\W*(?:©|\(c\)|copyright\b|(?:image|media|video|picture)\s(?:caption|copyright|source|credit)\b|
          (?:photo(?:graph)?s?|picture|image|foto|bild|quelle|crédits?|credits?|fotografía|фото)\s?(?:by\b|:|\.\.\.|…))",
    )
});

fn pattern(source: &str) -> Regex {
    let source: String = source.split('\n').map(str::trim).collect();
    RegexBuilder::new(&source).case_insensitive(true).build().expect("the pattern is fixed")
}

/// Finds the caption of the lead picture and takes it out of the tree, so that it can be no
/// paragraph.
pub(super) fn take(document: &Document, headline: Option<&NodeRef>, meta: &Meta) -> Option<String> {
    let nodes = document.body()?.descendants();
    let called = nodes.iter().filter(|node| is_called_caption(node)).take(MAX_CAPTIONS);
    let mut captions: Vec<NodeId> =
        called.filter(|node| is_of_picture(node)).map(|node| node.id).collect();
    // Few, and asked about for each node of the page.
    captions.sort_unstable();
    if captions.is_empty() {
        return None;
    }
    let at = headline.and_then(|headline| nodes.iter().position(|node| node.id == headline.id));
    let (before, after) = nodes.split_at(at.unwrap_or(0));
    let holders: Vec<_> = headline.into_iter().flat_map(|node| node.ancestors_it(None)).collect();
    let is_lead = |node: &&NodeRef| is_one_of(node, &captions) && !stands_elsewhere(node, &holders);
    let is_prose = |node: &NodeRef| is_prose(node, &captions);

    let article = holders.iter().find(|node| {
        matches!(&*name(node), "article" | "main") || &*node.attr_or("role", "") == "main"
    });
    let is_inside = |node: &&NodeRef| article.is_some_and(|article| is_within(node, article));
    let image = meta.get("og:image");
    let is_shared = |node: &&NodeRef| {
        image.zip(picture_of(node)).is_some_and(|(image, picture)| shows(&picture, image))
    };
    let below = || at.and_then(|_| after[..end_of_lead(after, is_prose)].iter().find(is_lead));
    let above = || {
        let begin = before.iter().rposition(is_prose).map_or(0, |prose| prose + 1);
        before[begin..].iter().filter(is_lead).rfind(is_inside)
    };
    let shared = || nodes.iter().filter(is_lead).filter(is_inside).find(is_shared);
    let caption = below().or_else(above).or_else(shared)?;
    let text = without_credit(caption)?;
    caption.remove_from_parent();
    Some(text)
}

/// Where the body has begun: its first paragraph; but one that stands apart from the second is
/// not of the body.
fn end_of_lead(nodes: &[NodeRef], is_prose: impl Fn(&NodeRef) -> bool) -> usize {
    let mut prose = nodes.iter().enumerate().filter(|(_, node)| is_prose(node));
    let Some((first, paragraph)) = prose.next() else { return nodes.len() };
    let Some((second, next)) = prose.next() else { return first };
    let parent = |node: &NodeRef| node.parent().map(|parent| parent.id);
    if parent(paragraph) == parent(next) { first } else { second }
}

fn is_prose(node: &NodeRef, captions: &[NodeId]) -> bool {
    let is_set_apart = |outer: NodeRef| {
        matches!(&*name(&outer), "header" | "nav" | "aside" | "figure")
            || is_one_of(&outer, captions)
    };
    is_long(node) && !is_one_of(node, captions) && !node.ancestors_it(None).any(is_set_apart)
}

/// Whether a node is one of some whose ids are sorted.
fn is_one_of(node: &NodeRef, ids: &[NodeId]) -> bool {
    ids.binary_search(&node.id).is_ok()
}

fn is_long(node: &NodeRef) -> bool {
    node.has_name("p") && letters(&node.text()) >= PROSE
}

fn is_called_caption(node: &NodeRef) -> bool {
    let name = name(node);
    // A box "with caption" is the picture's.
    let is_called = |words: &str| CAPTION.is_match(words) && !words.contains("with caption");
    let is_named = || NAMED.contains(&&*name) && may_be_called(node) && is_called(&words_of(node));
    &*name == "figcaption" || is_named()
}

/// Whether the word stands anywhere in an element's class or id, if only as a part of another:
/// those of most elements need not be read as words.
fn may_be_called(node: &NodeRef) -> bool {
    let Some(element) = node.element_ref() else { return false };
    let names = [local_name!("class"), local_name!("id")].map(|name| element.attr_ref(name));
    names.into_iter().flatten().any(|name| contains_ignoring_case(name, "caption"))
}

fn is_of_picture(node: &NodeRef) -> bool {
    node.descendants_it().take(BOX_NODES).count() < BOX_NODES
        && letters(&node.text()) > 0
        && picture_of(node).is_some()
}

/// The box of a picture and its caption: the `figure`, or what holds both and nothing like a body.
fn picture_of<'a>(caption: &NodeRef<'a>) -> Option<NodeRef<'a>> {
    let is_picture = |inner: NodeRef| {
        matches!(&*name(&inner), "img" | "picture" | "amp-img" | "video" | "source")
    };
    let has_picture = |node: &NodeRef| node.descendants_it().take(BOX_NODES).any(is_picture);
    let is_foreign = |inner: NodeRef| {
        inner.has_name("h1")
            || (inner.id != caption.id && is_long(&inner) && !is_within(&inner, caption))
    };
    let is_small = |node: &NodeRef| !node.descendants_it().take(BOX_NODES).any(is_foreign);
    let outer: Vec<_> = caption.ancestors_it(None).collect();
    let figure = outer.iter().find(|node| node.has_name("figure")).copied();
    figure.or_else(|| {
        let boxes = std::iter::once(*caption).chain(outer).take(BOX_LEVELS);
        boxes.take_while(is_small).find(has_picture)
    })
}

/// Whether it stands in a box that leads elsewhere, or all of the box is a link.
fn stands_elsewhere(caption: &NodeRef, holders: &[NodeRef]) -> bool {
    caption
        .ancestors_it(None)
        .take_while(|outer| holders.iter().all(|holder| holder.id != outer.id))
        .any(|outer| {
            matches!(&*name(&outer), "a" | "aside" | "nav" | "footer" | "form")
                || ELSEWHERE.is_match(&words_of(&outer))
        })
}

fn is_within(node: &NodeRef, outer: &NodeRef) -> bool {
    node.ancestors_it(None).any(|ancestor| ancestor.id == outer.id)
}

/// Whether a box shows the picture of an address: sites serve it in many sizes, under one name.
fn shows(picture: &NodeRef, image: &str) -> bool {
    let file = |address: &str| {
        let path = address.split(['?', '#']).next().unwrap_or_default();
        path.rsplit('/').next().unwrap_or_default().to_owned()
    };
    let wanted = file(image);
    let is_same = |node: NodeRef| {
        ["src", "data-src"].iter().filter_map(|key| node.attr(key)).any(|src| file(&src) == wanted)
    };
    !wanted.is_empty() && picture.descendants_it().take(BOX_NODES).any(is_same)
}

/// The caption's text without the parts that are a credit or a label.
fn without_credit(caption: &NodeRef) -> Option<String> {
    let copy = Document::fragment(caption.html());
    let root = copy.root();
    let outermost = root.descendants().into_iter().find(|node| name(node) == name(caption))?;
    for part in outermost.descendants() {
        let is_credit = part.is_element()
            && (CREDIT_NAME.is_match(&words_of(&part))
                || part.attr("itemprop").is_some_and(|prop| CREDIT_NAME.is_match(&prop))
                || CREDIT_TEXT.is_match(&part.text()));
        if is_credit && !has_caption_inside(&part) {
            part.remove_from_parent();
        }
    }
    drop_glued(&outermost);
    let text = walk::text(&outermost);
    (letters(&text) > 0 && !CREDIT_TEXT.is_match(&text)).then_some(text)
}

/// Drops a last part that follows the end of a sentence without a space: set apart by the
/// stylesheet alone, it is the credit.
fn drop_glued(caption: &NodeRef) {
    let Some(last) = caption.element_children().pop() else { return };
    let follows = |before: NodeRef| before.text().ends_with(['.', '?', '!', '…', '”', '。']);
    let is_last = last.next_sibling().is_none_or(|after| after.text().trim().is_empty());
    let begins_anew = last.text().starts_with(|c: char| c.is_uppercase());
    if is_last && begins_anew && last.prev_sibling().is_some_and(follows) {
        last.remove_from_parent();
    }
}

fn has_caption_inside(node: &NodeRef) -> bool {
    node.descendants_it().any(|inner| inner.is_element() && CAPTION.is_match(&words_of(&inner)))
}

#[cfg(test)]
mod tests {
    use super::super::landmarks::Landmarks;
    use super::*;

    const PROSE: &str = "<p>The council voted on Tuesday to close the old bridge for repairs that \
        are expected to last, engineers said, until the spring of next year.</p>";
    const FIGURE: &str = "<figure><img src=/a/bridge.jpg><figcaption>The bridge. \
        <span class=credit>Ann Lee/Agency</span></figcaption></figure>";

    fn caption(html: &str) -> Option<String> {
        let document = Document::from(html);
        let headline = document.select("h1").nodes().first().copied();
        take(&document, headline.as_ref(), &Meta::read(&Landmarks::gather(&document)))
    }

    #[test]
    fn it_stands_below_the_headline_or_above_it_and_has_no_credit() {
        for html in [
            format!("<h1>H</h1>{FIGURE}<div>{PROSE}{PROSE}</div>"),
            format!("<h1>H</h1><div>{FIGURE}{PROSE}{PROSE}</div>"),
            format!(
                "<h1>H</h1><p class=standfirst>The old bridge over the river Ouse will close on Tuesday for long repairs.</p>{FIGURE}<div>{PROSE}{PROSE}</div>"
            ),
            format!("<article>{FIGURE}<header><h1>H</h1></header>{PROSE}{PROSE}</article>"),
        ] {
            assert_eq!(caption(&html).as_deref(), Some("The bridge."), "{html}");
        }
    }

    #[test]
    fn a_picture_within_the_body_is_none_unless_the_page_shows_it_to_others() {
        let html = format!("<main><h1>H</h1>{PROSE}{PROSE}{FIGURE}{PROSE}</main>");
        assert_eq!(caption(&html), None);
        let shared =
            format!("<meta property=og:image content='https://x.org/b/bridge.jpg?w=9'>{html}");
        assert_eq!(caption(&shared).as_deref(), Some("The bridge."));
    }

    #[test]
    fn a_picture_of_another_story_is_none() {
        for html in [
            format!("<div>{FIGURE}</div><h1>H</h1>{PROSE}{PROSE}"),
            format!("<h1>H</h1><div class=related-story>{FIGURE}</div>{PROSE}{PROSE}"),
            format!("<h1>H</h1><a href=x>{FIGURE}</a>{PROSE}{PROSE}"),
            format!("<h1>H</h1><aside>{FIGURE}</aside>{PROSE}{PROSE}"),
        ] {
            assert_eq!(caption(&html), None, "{html}");
        }
    }

    #[test]
    fn a_credit_alone_is_no_caption() {
        for credit in ["© Paper", "Image copyright Agency", "Photograph: Ann Lee"] {
            let html =
                format!("<h1>H</h1><figure><img><figcaption>{credit}</figcaption></figure>{PROSE}");
            assert_eq!(caption(&html), None, "{credit}");
        }
    }

    #[test]
    fn a_last_part_that_only_the_stylesheet_sets_apart_is_the_credit() {
        let of = |inner: &str| {
            let html =
                format!("<h1>H</h1><figure><img><figcaption>{inner}</figcaption></figure>{PROSE}");
            caption(&html)
        };
        assert_eq!(
            of("<span>The bridge.</span><span>Ann Lee</span>").as_deref(),
            Some("The bridge.")
        );
        assert_eq!(of("The bridge.<i>Ann Lee</i> ").as_deref(), Some("The bridge."));
        assert_eq!(of("The bridge. <i>York.</i>").as_deref(), Some("The bridge. York."));
        assert_eq!(of("The <b>B</b>ridge.").as_deref(), Some("The Bridge."));
    }

    #[test]
    fn a_box_without_figure_has_one_where_its_name_says_so() {
        let html = format!(
            "<h1>H</h1><div class='story-image'><img><p class=caption-text><span>Image caption</span> The bridge</p></div>{PROSE}{PROSE}"
        );
        assert_eq!(caption(&html).as_deref(), Some("The bridge"));
        assert_eq!(caption(&html.replace("<img>", "")), None);
    }

    #[test]
    fn only_so_many_captions_are_looked_at() {
        let of = |count: usize| {
            let many = "<div class=caption>x</div>".repeat(count);
            caption(&format!("<h1>H</h1>{many}{FIGURE}{PROSE}{PROSE}"))
        };
        assert_eq!(of(MAX_CAPTIONS - 1).as_deref(), Some("The bridge."));
        assert_eq!(of(MAX_CAPTIONS), None);
    }

    #[test]
    fn what_is_taken_is_no_longer_on_the_page() {
        let document = Document::from(format!("<h1>H</h1>{FIGURE}{PROSE}"));
        let headline = document.select("h1").nodes()[0];
        assert!(take(&document, Some(&headline), &Meta::default()).is_some());
        assert!(!document.text().contains("The bridge."));
    }
}
