//! Cleaning before: what surrounds the article, or is laid into it, goes from the tree.
//!
//! Readability code scores text by its amount and class names, and lets in a newsletter box that
//! stands between two paragraphs, or the comments of a short article. What an element is called
//! (its class and id) is good evidence of what it is, but never enough: themes name wrappers
//! `has-sidebar` and `with-related`. So a name counts only for an element that also looks the
//! part (mostly links, short, or holding a form), and nothing goes that holds the headline, much
//! of the page's prose, or where the text begins.

mod measure;
mod names;

use std::sync::LazyLock;

use dom_query::{Document, LocalName, Matcher, NodeId, NodeRef, local_name};

use self::measure::{Measure, Place};
use self::names::Names;
use super::json_ld;
use super::landmarks::matcher;
use super::walk::{letters, name};

pub(super) use self::names::words_of;

/// The share of the page's prose above which an element is never dropped, in percent.
const MUCH_PROSE: usize = 30;

/// Comments may be longer than a short article; they go where this much other prose is left, in
/// letters: two sentences.
const ENOUGH_PROSE: usize = 150;

/// An element in which the text begins and that has this many blocks of prose is the body, on
/// however long a page. A box above the body has one or two.
const BODY_BLOCKS: usize = 3;

/// So many links are a list of them.
const LIST_LINKS: usize = 3;

/// What is short, in letters: a box with a heading and three sentences.
const SHORT: usize = 400;

/// A block of fewer letters is no prose but a label, a link or a date.
const PROSE: usize = 60;

static JSON_LD: LazyLock<Matcher> = LazyLock::new(|| matcher(json_ld::SCRIPTS));

/// Whether an element never holds text of the article.
fn is_never_text(node: &NodeRef) -> bool {
    let Some(element) = node.element_ref() else { return false };
    match element.name.local {
        local_name!("script") => !node.is_match(&JSON_LD),
        local_name!("style")
        | local_name!("noscript")
        | local_name!("template")
        | local_name!("iframe")
        | local_name!("object")
        | local_name!("embed")
        | local_name!("canvas")
        | local_name!("audio")
        | local_name!("video")
        | local_name!("link")
        | local_name!("button")
        | local_name!("select")
        | local_name!("textarea")
        | local_name!("input")
        | local_name!("dialog") => true,
        _ => false,
    }
}

/// Whether an element says of itself that it is beside the article.
const fn is_beside(name: &LocalName) -> bool {
    matches!(
        *name,
        local_name!("nav")
            | local_name!("aside")
            | local_name!("footer")
            | local_name!("menu")
            | local_name!("form")
    )
}

/// Roles that say so.
const BESIDE_ROLES: &[&str] = &[
    "navigation",
    "complementary",
    "contentinfo",
    "search",
    "banner",
    "dialog",
    "alertdialog",
    "menu",
    "menubar",
    "toolbar",
    "tablist",
];

/// Whether the class and id of an element are looked at.
const fn is_named(name: &LocalName) -> bool {
    is_line(name)
        || matches!(
            *name,
            local_name!("div")
                | local_name!("section")
                | local_name!("article")
                | local_name!("aside")
                | local_name!("ul")
                | local_name!("ol")
                | local_name!("dl")
                | local_name!("table")
                | local_name!("figure")
                | local_name!("header")
                | local_name!("center")
                | local_name!("details")
                | local_name!("dt")
                | local_name!("dd")
        )
}

/// Whether an element is a line of text, and no box.
const fn is_line(name: &LocalName) -> bool {
    matches!(
        *name,
        local_name!("p")
            | local_name!("span")
            | local_name!("h2")
            | local_name!("h3")
            | local_name!("h4")
            | local_name!("h5")
            | local_name!("h6")
    )
}

/// Drops from the tree what is not the article's.
pub(super) fn drop_surroundings(document: &Document, headline: Option<&NodeRef>) {
    let Some(body) = document.body() else { return };
    let places = without_never_text(&body);
    let start = start_of_text(&places, headline);
    let measures = measure::all(&places, headline, start);
    let page = measures[0];
    let mut names = Names::default();
    let mut is_dropped = vec![false; places.len()];
    for (at, Place { node, parent }) in places.iter().enumerate().skip(1) {
        if !node.is_element() {
            continue;
        }
        let inside_dropped = is_dropped[*parent];
        if inside_dropped || is_surrounding(node, measures[at], page, &mut names) {
            is_dropped[at] = true;
            if !inside_dropped {
                if measures[at].links >= LIST_LINKS {
                    drop_heading_of(node);
                }
                node.remove_from_parent();
            }
        }
    }
}

/// The places of a body that are left when what never holds text is gone from it.
fn without_never_text<'a>(body: &NodeRef<'a>) -> Vec<Place<'a>> {
    let mut never_text = Vec::new();
    let places = measure::places(body, |node| {
        let is_never_text = is_never_text(node);
        if is_never_text {
            never_text.push(*node);
        }
        !is_never_text
    });
    never_text.iter().for_each(NodeRef::remove_from_parent);
    places
}

/// Drops the heading right before a list of links, where nothing else follows below it.
fn drop_heading_of(list: &NodeRef) {
    let is_heading = |node: &NodeRef| matches!(&*name(node), "h2" | "h3" | "h4" | "h5" | "h6");
    let is_alone = list.next_element_sibling().is_none_or(|next| is_heading(&next));
    if let Some(heading) = list.prev_element_sibling().filter(|node| is_alone && is_heading(node)) {
        heading.remove_from_parent();
    }
}

fn is_surrounding(node: &NodeRef, measure: Measure, page: Measure, names: &mut Names) -> bool {
    if measure.has_headline || measure.letters == 0 {
        return false;
    }
    let Some(element) = node.element_ref() else { return false };
    let name = &element.name.local;
    let holds_much = measure.prose * 100 > page.prose * MUCH_PROSE
        || (measure.has_start && measure.blocks >= BODY_BLOCKS);
    let says = if is_named(name) { names.of(&element) } else { names::Says::default() };
    if says.comments {
        let leaves_enough = page.prose.saturating_sub(measure.prose) >= ENOUGH_PROSE;
        let is_text = matches!(*name, local_name!("p") | local_name!("span"));
        if leaves_enough && !measure.has_start && !is_text {
            return true;
        }
    }
    if holds_much {
        return false;
    }
    if says.caption && measure.letters < SHORT {
        return true;
    }
    let role = element.attr_ref(local_name!("role"));
    if is_beside(name) || role.is_some_and(|role| BESIDE_ROLES.contains(&role)) {
        return true;
    }
    let is_line = is_line(name);
    let is_mostly_links = measure.linked * 2 >= measure.letters;
    if says.furniture {
        let looks_the_part = if *name == local_name!("span") {
            // It may be a few words of a sentence.
            is_mostly_links && measure.links > 1
        } else if is_line {
            is_mostly_links || measure.letters < PROSE / 2
        } else {
            is_mostly_links || measure.letters < SHORT || measure.has_form
        };
        if looks_the_part {
            return true;
        }
    }
    // A list of links needs no name.
    !is_line
        && measure.links >= 3
        && measure.linked * 5 >= measure.letters * 4
        && measure.prose == 0
}

/// The first paragraph of prose after the headline that is not in its header.
fn start_of_text(places: &[Place<'_>], headline: Option<&NodeRef>) -> Option<NodeId> {
    let is_headline =
        |place: &Place<'_>| headline.is_some_and(|headline| headline.id == place.node.id);
    let after = places.iter().position(is_headline).unwrap_or(0);
    let is_start = |node: &NodeRef| {
        node.has_name("p")
            && letters(&node.text()) >= PROSE
            && !node.ancestors_it(None).any(|outer| matches!(&*name(&outer), "header" | "nav"))
    };
    places[after..].iter().map(|place| place.node).find(is_start).map(|node| node.id)
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::super::walk;
    use super::*;

    const PROSE: &str = "<p>The council voted on Tuesday to close the old bridge for repairs that \
        are expected to last, engineers said, until the spring of next year.</p>";

    fn left(html: &str) -> String {
        let html = format!("<article><h1>H</h1>{PROSE}{PROSE}{html}{PROSE}</article>");
        let document = Document::from(html);
        let headline = document.select("h1").nodes()[0];
        drop_surroundings(&document, Some(&headline));
        let body = document.body().expect("the parser makes a body");
        let blocks = walk::blocks(&body).into_iter().filter(|block| block.words() < 20);
        blocks.map(|block| block.text + "\n").collect()
    }

    #[test]
    fn boxes_between_paragraphs_go() {
        assert_snapshot!(left("
            <div class=newsletter-signup><h3>Sign up</h3><p>Get it daily.</p><form><input></form></div>
            <aside><p>Elsewhere</p></aside>
            <div id=adSlot3><span>Advertisement</span></div>
            <div class=x7><h3>More</h3><ul><li><a>One story<li><a>Two stories<li><a>Three stories</ul></div>
            <p class=read-more><b>Read:</b> <a href=x>Another story of today</a></p>
            <p>Kept.</p>"), @r"
        H
        Kept.
        ");
    }

    #[test]
    fn comments_go_even_where_they_are_longer_than_the_article() {
        let comments = PROSE.repeat(20);
        let html =
            format!("<section id=comments><h2>20 comments</h2>{comments}<p>Me too.</p></section>");
        assert_snapshot!(left(&html), @"H");
    }

    #[test]
    fn a_wrapper_with_an_unlucky_name_stays() {
        let document = Document::from(format!(
            "<div class='has-sidebar with-ads comments-open'><h1>H</h1>{PROSE}</div>
             <div class=related-content>{PROSE}{PROSE}</div>"
        ));
        let headline = document.select("h1").nodes()[0];
        drop_surroundings(&document, Some(&headline));
        assert_eq!(document.select("p").length(), 3);
    }

    #[test]
    fn a_heading_goes_with_its_list_of_links() {
        let list = "<ul><li><a>One story<li><a>Two stories<li><a>Three stories</ul>";
        assert_snapshot!(left(&format!("<section><h2>Elsewhere</h2>{list}</section>")), @"H");
        assert_snapshot!(left(&format!("<h2>In York</h2>{list}<p>Kept.</p>")), @r"
        H
        In York
        Kept.
        ");
    }

    #[test]
    fn a_few_words_of_a_sentence_stay_whatever_they_are_called() {
        assert_snapshot!(left("<p>Buses <span class=tag>will</span> <a class=topic-link href=x>stop</a>.</p>"), @r"
        H
        Buses will stop.
        ");
    }

    #[test]
    fn a_box_that_opens_over_a_name_in_a_sentence_goes() {
        let links =
            "<a href=1>The mayor resigns</a> <a href=2>Her life</a> <a href=3>Her house</a>";
        let html =
            format!("<p>Mayor <a>Lee</a><span class=people-rollover>{links}</span> left.</p>");
        assert_snapshot!(left(&html), @r"
        H
        Mayor Lee left.
        ");
    }

    #[test]
    fn lines_under_pictures_go() {
        assert_snapshot!(left("<span class=newsCaption>The bridge</span><p>Kept.</p>"), @r"
        H
        Kept.
        ");
    }

    #[test]
    fn where_the_text_begins_is_the_body_however_long_the_page_is() {
        let document = Document::from(format!(
            "<h1>H</h1><div class='post tag-york comments-open'>{}<form></form></div>
             <div>{}</div>",
            PROSE.repeat(3),
            PROSE.repeat(40)
        ));
        let headline = document.select("h1").nodes()[0];
        drop_surroundings(&document, Some(&headline));
        assert_eq!(document.select("p").length(), 43);
    }
}
