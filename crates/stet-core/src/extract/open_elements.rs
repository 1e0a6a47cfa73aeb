//! The two lists that a tree builder keeps, without a tree: the stack of open elements and the
//! list of active formatting elements (HTML Standard §13.2.4.2 and .3).
//!
//! How deep a page nests cannot be told by counting tags, since the end tags of many elements are
//! implied, end tags that close nothing are ignored, and formatting elements that a block closes
//! are opened again in the next. This follows the rules of "in body" and of tables as far as depth
//! depends on them; where it is simpler than the standard it keeps more open, not less.

use std::borrow::Cow;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::LazyLock;

/// Elements without content.
const VOID: &[&str] = &[
    "area", "base", "basefont", "bgsound", "br", "col", "command", "embed", "frame", "hr", "image",
    "img", "input", "keygen", "link", "meta", "param", "source", "track", "wbr",
];

const FORMATTING: &[&str] = &[
    "a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u",
];

/// Elements whose start closes an open `p`.
const BLOCKS: &[&str] = &[
    "address",
    "article",
    "aside",
    "blockquote",
    "center",
    "details",
    "dialog",
    "dir",
    "div",
    "dl",
    "dd",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hgroup",
    "hr",
    "li",
    "listing",
    "main",
    "menu",
    "nav",
    "ol",
    "p",
    "plaintext",
    "pre",
    "search",
    "section",
    "summary",
    "table",
    "ul",
    "xmp",
];

/// Elements that a search for an open element does not look beyond ("scope"); formatting inside
/// all but `table` ends with them.
const BARRIERS: &[&str] =
    &["applet", "caption", "marquee", "object", "table", "td", "template", "th"];

/// Parts of a table, which are ignored outside of one.
const TABLE_PARTS: &[&str] = &["caption", "colgroup", "tbody", "td", "tfoot", "th", "thead", "tr"];

/// What an end tag of an element without a rule of its own does not reach across ("special"),
/// beside [`BLOCKS`] and [`BARRIERS`].
const SPECIAL: &[&str] = &[
    "button", "colgroup", "frameset", "iframe", "noembed", "noframes", "noscript", "select",
    "tbody", "textarea", "tfoot", "thead", "title", "tr",
];

/// Elements that a start tag inside a `ruby` closes.
const IMPLIED_ENDS: &[&str] =
    &["dd", "dt", "li", "optgroup", "option", "p", "rb", "rp", "rt", "rtc"];

/// Which of the lists above an element's name is in.
#[derive(Debug, Clone, Copy, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a list of its own")]
struct Traits {
    is_void: bool,
    is_formatting: bool,
    is_block: bool,
    is_barrier: bool,
    is_table_part: bool,
    is_special: bool,
}

impl Traits {
    fn of(name: &str) -> Self {
        TRAITS.get(name).copied().unwrap_or_default()
    }
}

/// The names in any list: a page has thousands of tags, and to look through all lists for each
/// would cost as much as to build the tree.
static TRAITS: LazyLock<HashMap<&'static str, Traits, BuildHasherDefault<NameHasher>>> =
    LazyLock::new(|| {
        let listed = [VOID, FORMATTING, BLOCKS, BARRIERS, TABLE_PARTS, SPECIAL].concat();
        let traits = |name: &'static str| Traits {
            is_void: VOID.contains(&name),
            is_formatting: FORMATTING.contains(&name),
            is_block: BLOCKS.contains(&name),
            is_barrier: BARRIERS.contains(&name),
            is_table_part: TABLE_PARTS.contains(&name),
            is_special: [BLOCKS, BARRIERS, SPECIAL].concat().contains(&name),
        };
        listed.into_iter().map(|name| (name, traits(name))).collect()
    });

/// FNV-1a, which takes a few instructions for a short name. Only names that stand here are ever put
/// into the map, so no page can fill it with names that collide.
#[derive(Debug, Default)]
struct NameHasher(u64);

impl Hasher for NameHasher {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

/// How many equal formatting elements are active at most ("Noah's Ark clause").
const EQUAL_FORMATTING: usize = 3;

/// The elements open at one place of a page.
#[derive(Debug, Default)]
pub(super) struct OpenElements<'a> {
    open: Vec<Open<'a>>,
    formatting: Vec<Active<'a>>,
    last_id: usize,
}

#[derive(Debug)]
struct Open<'a> {
    name: Cow<'a, str>,
    traits: Traits,
    /// The entry of the other list that belongs to it.
    active: Option<usize>,
}

/// An entry of the list of active formatting elements.
#[derive(Debug)]
struct Active<'a> {
    id: usize,
    /// Empty for a marker, which stands for a barrier.
    name: Cow<'a, str>,
    tag: &'a str,
    is_open: bool,
}

impl Active<'_> {
    fn is_marker(&self) -> bool {
        self.name.is_empty()
    }
}

impl<'a> OpenElements<'a> {
    /// How many elements are open inside each other.
    pub(super) fn depth(&self) -> usize {
        self.open.len()
    }

    /// How many formatting elements may be opened again.
    pub(super) fn formatting(&self) -> usize {
        self.formatting.len()
    }

    /// Text stands here: formatting that a block has closed is opened again.
    pub(super) fn text(&mut self) {
        let closed = self.formatting.iter().rev();
        let closed = closed.take_while(|active| !active.is_open && !active.is_marker()).count();
        let first = self.formatting.len() - closed;
        for active in &mut self.formatting[first..] {
            active.is_open = true;
            let (name, traits) = (active.name.clone(), Traits::of(&active.name));
            self.open.push(Open { name, traits, active: Some(active.id) });
        }
    }

    /// A start tag stands here; `tag` is all of it, by which formatting elements are equal.
    pub(super) fn start(&mut self, name: Cow<'a, str>, tag: &'a str) {
        let is_open = |name: &str| self.open.iter().any(|open| open.name == name);
        let traits = Traits::of(&name);
        if (traits.is_table_part && !is_open("table")) || (name == "form" && is_open("form")) {
            return;
        }
        match &*name {
            "li" => self.close_within(&["li"], ends_list_item),
            "dd" | "dt" => self.close_within(&["dd", "dt"], ends_list_item),
            "td" | "th" => self.close_within(&["td", "th"], ends_table_search),
            "tr" => self.close_within(&["tr"], ends_table_search),
            "tbody" | "thead" | "tfoot" | "caption" | "colgroup" => self.close_within(
                &["tbody", "thead", "tfoot", "caption", "colgroup"],
                ends_table_search,
            ),
            "button" => self.close_within(&["button"], |open| open.traits.is_barrier),
            "option" | "optgroup" => self.close_within(&["option"], |open| open.name != "option"),
            "rb" | "rp" | "rt" | "rtc" => self.close_before_ruby_text(),
            "a" | "nobr" => self.end_formatting(&name),
            _ => {}
        }
        // After the list items above: a `p` may stand inside what they do not reach across.
        if traits.is_block {
            self.close_paragraph();
        }
        if !traits.is_block && !traits.is_table_part {
            self.text();
        }
        if traits.is_void {
            return;
        }
        let is_marker = traits.is_barrier && name != "table";
        let active = if is_marker {
            Some(self.activate(Cow::Borrowed(""), ""))
        } else if traits.is_formatting {
            Some(self.activate(name.clone(), tag))
        } else {
            None
        };
        self.open.push(Open { name, traits, active });
    }

    /// An end tag stands here.
    pub(super) fn end(&mut self, name: &str) {
        let traits = Traits::of(name);
        if traits.is_formatting {
            self.end_formatting(name);
        } else if name == "table" || traits.is_table_part {
            self.close_within(&[name], ends_table_search);
        } else if name == "template" {
            self.close_within(&[name], |_| false);
        } else if name == "form" {
            self.end_form();
        } else if name == "p" {
            self.close_paragraph();
        } else if traits.is_block || traits.is_barrier || name == "button" {
            self.close_within(&[name], |open| {
                open.traits.is_barrier || (name == "li" && matches!(&*open.name, "ul" | "ol"))
            });
        } else {
            self.close_within(&[name], is_special);
        }
    }

    fn close_paragraph(&mut self) {
        self.close_within(&["p"], |open| open.traits.is_barrier || open.name == "button");
    }

    /// Adds an entry to the list of formatting elements; of too many equal ones the first goes.
    fn activate(&mut self, name: Cow<'a, str>, tag: &'a str) -> usize {
        let since_marker = self.since_marker();
        let is_equal = |active: &Active<'_>| !name.is_empty() && active.tag == tag;
        let mut equal =
            (since_marker..self.formatting.len()).filter(|at| is_equal(&self.formatting[*at]));
        if let (Some(first), Some(_)) = (equal.next(), equal.nth(EQUAL_FORMATTING - 2)) {
            self.formatting.remove(first);
        }
        self.last_id += 1;
        self.formatting.push(Active { id: self.last_id, name, tag, is_open: true });
        self.last_id
    }

    /// Where the entries after the last marker begin.
    fn since_marker(&self) -> usize {
        self.formatting.iter().rposition(Active::is_marker).map_or(0, |at| at + 1)
    }

    /// Closes the innermost open element of these names with all inside it, unless one that ends
    /// the search stands before it.
    fn close_within(&mut self, names: &[&str], ends_search: impl Fn(&Open<'_>) -> bool) {
        for (at, open) in self.open.iter().enumerate().rev() {
            if names.contains(&&*open.name) {
                self.close_from(at);
                return;
            }
            if ends_search(open) {
                return;
            }
        }
    }

    /// Closes the element at a place of the stack and all inside it. Formatting stays active,
    /// except inside a barrier.
    fn close_from(&mut self, at: usize) {
        let formatting = &mut self.formatting;
        for id in self.open.drain(at..).rev().filter_map(|open| open.active) {
            let Some(place) = formatting.iter().rposition(|active| active.id == id) else {
                continue;
            };
            if formatting[place].is_marker() {
                formatting.truncate(place);
            } else {
                formatting[place].is_open = false;
            }
        }
    }

    /// Closes the elements with implied end tags that are innermost, if they are inside a `ruby`.
    fn close_before_ruby_text(&mut self) {
        let mut scope = self.open.iter().rev().take_while(|open| !open.traits.is_barrier);
        if !scope.any(|open| open.name == "ruby") {
            return;
        }
        let is_implied = |open: &Open<'_>| IMPLIED_ENDS.contains(&&*open.name);
        let kept = self.open.iter().rposition(|open| !is_implied(open)).map_or(0, |at| at + 1);
        self.close_from(kept);
    }

    /// Closes a form; what is inside it stays open.
    fn end_form(&mut self) {
        let Some(at) = self.open.iter().rposition(|open| open.name == "form") else { return };
        if !self.open[at..].iter().any(|open| open.traits.is_barrier) {
            self.open.remove(at);
        }
    }

    /// Closes a formatting element. Where a block is open inside it, only the element itself is:
    /// the block stays ("adoption agency algorithm").
    fn end_formatting(&mut self, name: &str) {
        let since_marker = self.since_marker();
        let Some(place) = self.formatting.iter().rposition(|active| active.name == name) else {
            self.close_within(&[name], is_special);
            return;
        };
        if place < since_marker {
            return;
        }
        let id = self.formatting[place].id;
        if let Some(at) = self.open.iter().rposition(|open| open.active == Some(id)) {
            let inside = &self.open[at + 1..];
            if inside.iter().any(|open| open.traits.is_barrier) {
                return;
            }
            if inside.iter().any(is_special) {
                self.open.remove(at);
            } else {
                self.close_from(at);
            }
        }
        self.formatting.retain(|active| active.id != id);
    }
}

fn ends_table_search(open: &Open<'_>) -> bool {
    matches!(&*open.name, "table" | "template")
}

fn ends_list_item(open: &Open<'_>) -> bool {
    is_special(open) && !matches!(&*open.name, "address" | "div" | "p")
}

const fn is_special(open: &Open<'_>) -> bool {
    open.traits.is_special
}

#[cfg(test)]
mod tests {
    use super::super::tags::Tags;
    use super::*;

    /// The names of the elements open at the end of a source.
    fn open(source: &str) -> String {
        let mut elements = OpenElements::default();
        let mut at = 0;
        for tag in Tags::new(source) {
            if tag.start > at {
                elements.text();
            }
            at = tag.end;
            if tag.is_end {
                elements.end(tag.name);
            } else {
                elements.start(tag.name.into(), &source[tag.start..tag.end]);
            }
        }
        if at < source.len() {
            elements.text();
        }
        let names: Vec<Cow<'_, str>> = elements.open.into_iter().map(|open| open.name).collect();
        names.join(" ")
    }

    #[test]
    fn implied_end_tags_close() {
        assert_eq!(open("<ul><li><p>a<p>b<li>c<ul><li>d"), "ul li ul li");
        assert_eq!(open("<table><tr><td>a<td>b<tr><td>c"), "table tr td");
        assert_eq!(open("<dl><dt>a<dd>b<div>c<dt>d"), "dl dt");
    }

    #[test]
    fn an_item_reaches_no_other_across_what_stands_between_even_if_that_ends_with_it() {
        assert_eq!(open("<p><noscript><dd>a<p><noscript><dd>b"), "dd dd");
    }

    #[test]
    fn end_tags_that_reach_nothing_are_ignored() {
        assert_eq!(open("<div><table></div>"), "div table");
        assert_eq!(open("<div></span>"), "div");
        assert_eq!(open("<b><object></b>"), "b object");
    }

    #[test]
    fn formatting_is_opened_again_in_the_next_block() {
        assert_eq!(open("<p><b>a<p>c"), "p b");
        assert_eq!(open("<p><b>a</b><p>c"), "p");
        assert_eq!(open("<button><b>x<button>"), "b button");
        assert_eq!(open("<table><tr><td><b>x<td>y"), "table tr td");
        assert_eq!(open("<p><b><b><b><b><b>x<p>y"), "p b b b");
    }

    #[test]
    fn what_is_inside_a_form_outlives_it() {
        assert_eq!(open("<form><form><span></form>"), "span");
    }

    #[test]
    fn a_block_inside_formatting_outlives_it() {
        assert_eq!(open("<b><div>x</b>"), "div");
        assert_eq!(open("<b><span>x</b>"), "");
        assert_eq!(open("<a>x<a>y"), "a");
    }
}
