//! Cleaning before: what surrounds the article, or is laid into it, goes from the tree.
//!
//! Readability code scores text by its amount and class names, and lets in a newsletter box that
//! stands between two paragraphs, or the comments of a short article. What an element is called
//! (its class and id) is good evidence of what it is, but never enough: themes name wrappers
//! `has-sidebar` and `with-related`. So a name counts only for an element that also looks the
//! part (mostly links, short, or holding a form), and nothing goes that holds the headline, much
//! of the page's prose, or where the text begins.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use dom_query::{Document, NodeId, NodeRef};
use regex::Regex;

use super::walk::{letters, name};

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

/// Elements that never hold text of the article.
const NEVER_TEXT: &str = "script:not([type*='ld+json']), style, noscript, template, iframe, object, embed, canvas, \
     audio, video, link, button, select, textarea, input, dialog";

/// Elements and roles that say of themselves that they are beside the article.
const BESIDE: &[&str] = &["nav", "aside", "footer", "menu", "form"];
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

/// Elements whose name is looked at.
const NAMED: &[&str] = &[
    "div", "section", "article", "aside", "ul", "ol", "dl", "table", "figure", "header", "p",
    "span", "h2", "h3", "h4", "h5", "h6", "center", "details", "dt", "dd",
];

static COMMENTS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"comments?|comment (?:list|section|thread|form)|commentlist|disqus|respond|discussion|livefyre|
          coral|talk ?back|kommentare?|comentarios|commentaires",
    )
});

static FURNITURE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"newsletters?|sign ?ups?|subscri(?:be|ption|ptions)|opt ?in|mailing ?list|
          related\w*|recirc\w*|recommend\w*|more (?:on|from|stories|news|like|in)|read (?:more|next|also)|
          see also|also (?:read|on|in)|up ?next|next up|most (?:read|viewed|popular|shared)|popular|trending|
          latest(?: news| stories)?|top stories|teasers?|
          shar(?:e|es|ing)|share ?(?:bar|tools?|buttons?)|social\w*|addthis\w*|sharedaddy|follow(?: us)?|
          ads?|adv|advert\w*|ad ?(?:slot|unit|box|label|container|wrapper|banner)|dfp|gpt|sponsor\w*|
          outbrain|taboola|zergnet|revcontent|promos?|promotions?|promoted|partners?|affiliate|
          sidebar|rail|widgets?|bread ?crumbs?|pagination|pager|tags?|tag ?list|topics?|keywords|
          cookies?|consent|gdpr|paywall|meta ?bar|tool ?bar|print|skip(?: link)?|menu|nav|navigation|
          pop ?ups?|pop ?overs?|tool ?tips?|roll ?over|fly ?out|drop ?down|modal|overlay|light ?box|
          (?:about|post|article|entry|story) ?(?:the )?author|bio|biography|copyright|disclaimer|
          author ?(?:bio|box|info|card|profile|content|description|details|block|about)|
          yarpp|slide ?show|carousel|
          counts?|ratings?|polls?|quiz|survey|donat(?:e|ion|ions)|membership|sprite|hidden|
          screen reader text|sr only|visually hidden",
    )
});

/// Lines under pictures, and sentences of the article that are set again in large type. They
/// need not look like anything.
static CAPTION: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"captions?|fig ?caption|(?:image|photo|picture|media) (?:credits?|description|source)|credits?|
          pull ?quotes?",
    )
});

fn pattern(words: &str) -> Regex {
    let words: String = words.split('\n').map(str::trim).collect();
    Regex::new(&format!(r"\b(?:{words})\b")).expect("the pattern is fixed")
}

/// What is inside an element.
#[derive(Debug, Clone, Copy, Default)]
struct Measure {
    letters: usize,
    linked: usize,
    links: usize,
    prose: usize,
    /// How many blocks of prose.
    blocks: usize,
    /// Whether the first block of prose after the headline is in it.
    has_start: bool,
    has_form: bool,
    has_headline: bool,
}

/// Drops from the tree what is not the article's.
pub(super) fn drop_surroundings(document: &Document, headline: Option<&NodeRef>) {
    document.select(NEVER_TEXT).remove();
    let Some(body) = document.body() else { return };
    let nodes = body.descendants();
    let start = start_of_text(&nodes, headline);
    let measures = measure(&body, &nodes, headline, start);
    let page = measures.get(&body.id).copied().unwrap_or_default();
    let mut dropped: HashSet<NodeId> = HashSet::new();
    for node in nodes.iter().filter(|node| node.is_element()) {
        let inside_dropped = node.parent().is_some_and(|parent| dropped.contains(&parent.id));
        let measure = measures.get(&node.id).copied().unwrap_or_default();
        if inside_dropped || is_surrounding(node, measure, page) {
            dropped.insert(node.id);
            if !inside_dropped {
                if measure.links >= LIST_LINKS {
                    drop_heading_of(node);
                }
                node.remove_from_parent();
            }
        }
    }
}

/// Drops the heading right before a list of links, where nothing else follows below it.
fn drop_heading_of(list: &NodeRef) {
    let is_heading =
        |node: &NodeRef| matches!(name(node).as_str(), "h2" | "h3" | "h4" | "h5" | "h6");
    let is_alone = list.next_element_sibling().is_none_or(|next| is_heading(&next));
    if let Some(heading) = list.prev_element_sibling().filter(|node| is_alone && is_heading(node)) {
        heading.remove_from_parent();
    }
}

fn is_surrounding(node: &NodeRef, measure: Measure, page: Measure) -> bool {
    if measure.has_headline || measure.letters == 0 {
        return false;
    }
    let holds_much = measure.prose * 100 > page.prose * MUCH_PROSE
        || (measure.has_start && measure.blocks >= BODY_BLOCKS);
    let name = name(node);
    let words = words_of(node);
    if NAMED.contains(&name.as_str()) && COMMENTS.is_match(&words) {
        let leaves_enough = page.prose.saturating_sub(measure.prose) >= ENOUGH_PROSE;
        if leaves_enough && !measure.has_start && name != "p" && name != "span" {
            return true;
        }
    }
    if holds_much {
        return false;
    }
    let role = node.attr_or("role", "");
    if NAMED.contains(&name.as_str()) && measure.letters < SHORT && CAPTION.is_match(&words) {
        return true;
    }
    if BESIDE.contains(&name.as_str()) || BESIDE_ROLES.contains(&&*role) {
        return true;
    }
    let is_line = matches!(name.as_str(), "p" | "span" | "h2" | "h3" | "h4" | "h5" | "h6");
    let is_mostly_links = measure.linked * 2 >= measure.letters;
    if NAMED.contains(&name.as_str()) && FURNITURE.is_match(&words) {
        let looks_the_part = if name == "span" {
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

/// The words of an element's class and id, in lower case, parted by single spaces:
/// `ArticleBody__read-more` is "article body read more".
pub(super) fn words_of(node: &NodeRef) -> String {
    let mut words = String::new();
    for value in [node.class(), node.id_attr()].into_iter().flatten() {
        let mut was_lower = false;
        for c in value.chars() {
            if c.is_alphanumeric() {
                if c.is_uppercase() && was_lower {
                    words.push(' ');
                }
                words.extend(c.to_lowercase());
            } else if !words.ends_with(' ') {
                words.push(' ');
            }
            was_lower = c.is_lowercase();
        }
        words.push(' ');
    }
    words
}

/// The first paragraph of prose after the headline that is not in its header.
fn start_of_text(nodes: &[NodeRef], headline: Option<&NodeRef>) -> Option<NodeId> {
    let is_headline = |node: &NodeRef| headline.is_some_and(|headline| headline.id == node.id);
    let after = nodes.iter().position(is_headline).unwrap_or(0);
    let is_start = |node: &&NodeRef| {
        node.has_name("p")
            && letters(&node.text()) >= PROSE
            && !node
                .ancestors_it(None)
                .any(|outer| matches!(name(&outer).as_str(), "header" | "nav"))
    };
    nodes[after..].iter().find(is_start).map(|node| node.id)
}

/// Measures all elements in one pass from the innermost outwards.
fn measure(
    body: &NodeRef,
    nodes: &[NodeRef],
    headline: Option<&NodeRef>,
    start: Option<NodeId>,
) -> HashMap<NodeId, Measure> {
    let mut measures: HashMap<NodeId, Measure> = HashMap::with_capacity(nodes.len());
    for node in nodes.iter().rev() {
        let mut own = measures.remove(&node.id).unwrap_or_default();
        if node.is_text() {
            own.letters = letters(&node.text());
        } else if node.is_element() {
            let name = name(node);
            match name.as_str() {
                "a" => {
                    own.links += 1;
                    own.linked = own.letters;
                }
                "form" => own.has_form = true,
                _ => {}
            }
            own.has_headline |= headline.is_some_and(|headline| headline.id == node.id);
            let is_prose = own.prose == 0
                && own.letters >= PROSE
                && own.linked * 3 < own.letters
                && !matches!(name.as_str(), "a" | "span" | "b" | "i" | "em" | "strong" | "font");
            if is_prose {
                own.prose = own.letters;
                own.blocks = 1;
            }
            own.has_start |= start == Some(node.id);
        }
        if let Some(parent) = node.parent() {
            let outer = measures.entry(parent.id).or_default();
            outer.letters += own.letters;
            outer.linked += own.linked;
            outer.links += own.links;
            outer.prose += own.prose;
            outer.blocks += own.blocks;
            outer.has_start |= own.has_start;
            outer.has_form |= own.has_form;
            outer.has_headline |= own.has_headline;
        }
        measures.insert(node.id, own);
    }
    measures.entry(body.id).or_default();
    measures
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

    #[test]
    fn class_names_are_read_as_words() {
        let document = Document::from("<p class='ArticleBody__read-more  x' id=adSlot>");
        assert_eq!(words_of(&document.select("p").nodes()[0]), "article body read more x ad slot ");
    }
}
