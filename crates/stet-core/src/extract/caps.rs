//! What a page may cost, decided before a tree is built of it.
//!
//! html5ever takes time quadratic in nesting depth (servo/html5ever#788: 256 KB of `<ul><li>`
//! take 80 s), in the attributes of one element (100,000 take 31 s) and in formatting elements
//! that are left open, which it opens again in every later block. No time-out can stop it, so
//! one pass over the tags follows the tree builder's two lists (the stack of open elements and
//! the list of active formatting elements, HTML Standard §13.2.4) and refuses what would be dear.
//! The pass itself looks through lists of bounded length for each tag: it is linear.
//!
//! That only holds while the pass sees the same tags as the parser. So the same pass drops what
//! the parser reads by other rules, none of which holds text of an article: pictures and formulas
//! (an unclosed `<title>` in one swallows the page, and some pages hold megabytes of them),
//! scripts (with their escapes), styles and selections. JSON-LD stays.

use super::ExtractError;
use super::tags::{Tag, Tags};

/// The longest page that is parsed, in bytes. Source: the largest of 1,370 news pages is below
/// 4 MB, of which most is script.
pub(super) const MAX_BYTES: usize = 5 * 1024 * 1024;

/// The deepest nesting. Source: the deepest of 1,370 news pages is 84.
const MAX_DEPTH: usize = 256;

/// The greatest number of formatting elements left open. An open one costs a new element in each
/// later block; equal ones count three times at most, as in the tree builder.
const MAX_ACTIVE_FORMATTING: usize = 256;

/// The work that a page may give to the tree builder, in units of about one node. A tag costs
/// one, two more for each active formatting element (which it may open again, as may the text
/// after it), and the square of its attributes over [`ATTRIBUTE_PAIRS_PER_UNIT`].
/// Source: the most elements of 60 news pages are below 9,000.
const MAX_WORK: usize = 200_000;

/// How many comparisons of two attributes' names take as long as one node: about.
const ATTRIBUTE_PAIRS_PER_UNIT: usize = 64;

/// Elements without content.
const VOID: &[&str] = &[
    "area", "base", "basefont", "bgsound", "br", "col", "command", "embed", "frame", "hr", "image",
    "img", "input", "keygen", "link", "meta", "param", "source", "track", "wbr",
];

/// Elements of which a page has one; a second tag only adds its attributes.
const SINGLE: &[&str] = &["html", "head", "body"];

const FORMATTING: &[&str] = &[
    "a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u",
];

/// Elements whose start closes an open `p`.
const CLOSES_P: &[&str] = &[
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

/// Where a search for an open element to close ends ("scope").
const BARRIERS: &[&str] =
    &["applet", "caption", "marquee", "object", "table", "td", "template", "th"];

/// Parts of a table, which are ignored outside of one.
const TABLE_PARTS: &[&str] = &["caption", "colgroup", "tbody", "td", "tfoot", "th", "thead", "tr"];

/// What an end tag of an element without a rule of its own does not reach across ("special"),
/// beside [`CLOSES_P`] and [`BARRIERS`].
const SPECIAL: &[&str] =
    &["button", "colgroup", "frameset", "select", "tbody", "tfoot", "thead", "tr"];

/// Elements that are dropped with all inside them.
const DROPPED: [&str; 5] = ["svg", "math", "script", "style", "select"];

/// What stands where something was dropped, so that what was before and after it makes no new
/// tag; within a word it is not seen.
const NOTHING: &str = "<!---->";

/// The source that may be parsed: without what the parser reads by other rules, and within the
/// caps.
pub(super) fn cap(source: &str) -> Result<String, ExtractError> {
    let mut kept = String::with_capacity(source.len());
    let mut budget = Budget::default();
    let mut tags = Tags::new(source);
    let mut copied = 0;
    // Once one has no end, no other of its name is searched for: a search may read the whole page.
    let mut has_end = [true; DROPPED.len()];
    while let Some(tag) = tags.next() {
        let dropped = DROPPED.iter().position(|name| tag.is(name)).filter(|_| !tag.is_end);
        let Some(at) = dropped else {
            budget.spend(tag, source)?;
            continue;
        };
        // A comment takes its place.
        budget.spend(Tag { name: "", attributes: 0, ..tag }, source)?;
        let end = if has_end[at] { end_of_element(source, tag) } else { None };
        has_end[at] = end.is_some();
        kept.push_str(&source[copied..tag.start]);
        kept.push_str(NOTHING);
        // Of one that is never closed, the tag alone goes.
        copied = end.unwrap_or(tag.end);
        if is_json_ld(&source[tag.start..tag.end], &source[tag.end..copied]) {
            kept.push_str(&source[tag.start..copied]);
        }
        tags = Tags::from(source, copied);
    }
    kept.push_str(&source[copied..]);
    Ok(kept)
}

/// Whether a start tag and what follows it are JSON-LD, in which nothing makes the parser read
/// on past its end tag.
fn is_json_ld(tag: &str, content: &str) -> bool {
    let is_marked = tag.to_ascii_lowercase().contains("ld+json");
    let is_escaped =
        || content.contains("<!--") && content.to_ascii_lowercase().contains("<script");
    is_marked && !content.is_empty() && !is_escaped()
}

/// Where the element that begins with a tag ends, if it does.
fn end_of_element(source: &str, start: Tag<'_>) -> Option<usize> {
    if start.is("script") || start.is("style") {
        // The next tag is its own end tag; without one the parser too reads to the page's end.
        let end = Tags::inside(source, start).next();
        return Some(end.map_or(source.len(), |tag| tag.end));
    }
    let is_foreign = start.is("svg") || start.is("math");
    let is_closed = |tag: &Tag<'_>| is_foreign && source[..tag.end].ends_with("/>");
    if is_closed(&start) {
        return Some(start.end);
    }
    let mut open = 1_usize;
    for tag in Tags::foreign(source, start.end).filter(|tag| tag.is(start.name)) {
        if !tag.is_end {
            open += usize::from(is_foreign && !is_closed(&tag));
        } else if open > 1 {
            open -= 1;
        } else {
            return Some(tag.end);
        }
    }
    None
}

/// What the tags so far have cost, with the two lists of the tree builder.
#[derive(Debug, Default)]
struct Budget {
    work: usize,
    /// Attributes of [`SINGLE`] elements, which add up.
    single_attributes: usize,
    open: Vec<String>,
    /// Each with its name and its whole tag.
    formatting: Vec<(String, String)>,
}

impl Budget {
    fn spend(&mut self, tag: Tag<'_>, source: &str) -> Result<(), ExtractError> {
        let name = tag.name.to_ascii_lowercase();
        let mut attributes = tag.attributes;
        if SINGLE.contains(&name.as_str()) {
            self.single_attributes += tag.attributes;
            attributes = self.single_attributes;
        }
        self.work += 1 + 2 * self.formatting.len();
        self.work += attributes.saturating_mul(attributes) / ATTRIBUTE_PAIRS_PER_UNIT;
        if name.is_empty() || SINGLE.contains(&name.as_str()) {
            // No element opens or closes.
        } else if tag.is_end {
            self.close(&name);
        } else {
            self.open(name, &source[tag.start..tag.end]);
        }
        let is_dear = self.work > MAX_WORK
            || self.open.len() > MAX_DEPTH
            || self.formatting.len() > MAX_ACTIVE_FORMATTING;
        if is_dear { Err(ExtractError::TooComplex) } else { Ok(()) }
    }

    fn open(&mut self, name: String, tag: &str) {
        let name_str = name.as_str();
        if TABLE_PARTS.contains(&name_str) && !self.open.iter().any(|open| open == "table") {
            return;
        }
        if CLOSES_P.contains(&name_str) {
            self.close("p");
        }
        match name_str {
            "li" => self.close_within(&["li"], ends_list_item),
            "dd" | "dt" => self.close_within(&["dd", "dt"], ends_list_item),
            "td" | "th" => self.close_within(&["td", "th"], ends_table_search),
            "tr" => self.close_within(&["tr"], ends_table_search),
            "tbody" | "thead" | "tfoot" | "caption" | "colgroup" => self.close_within(
                &["tbody", "thead", "tfoot", "caption", "colgroup"],
                ends_table_search,
            ),
            "button" => self.close_within(&["button"], |open| BARRIERS.contains(&open)),
            "option" | "optgroup" => self.close_within(&["option"], |open| open != "option"),
            "a" | "nobr" => self.drop_formatting(name_str),
            _ => {}
        }
        if VOID.contains(&name_str) {
            return;
        }
        if FORMATTING.contains(&name_str) {
            let equal = self.formatting.iter().filter(|(_, active)| active == tag).count();
            if equal < 3 {
                self.formatting.push((name.clone(), tag.to_owned()));
            }
        }
        self.open.push(name);
    }

    fn close(&mut self, name: &str) {
        if FORMATTING.contains(&name) {
            let is_out_of_reach =
                self.open.iter().rposition(|open| open == name).is_some_and(|at| {
                    self.open[at..].iter().any(|open| BARRIERS.contains(&open.as_str()))
                });
            if !is_out_of_reach {
                self.drop_formatting(name);
            }
        } else if name == "table" || TABLE_PARTS.contains(&name) {
            self.close_within(&[name], ends_table_search);
        } else if name == "template" {
            self.close_within(&[name], |_| false);
        } else if CLOSES_P.contains(&name) || BARRIERS.contains(&name) {
            self.close_within(&[name], |open| {
                BARRIERS.contains(&open)
                    || (name == "p" && open == "button")
                    || (name == "li" && matches!(open, "ul" | "ol"))
            });
        } else {
            self.close_within(&[name], is_special);
        }
    }

    /// Closes the innermost open element of these names with all inside it, unless one that ends
    /// the search stands before it.
    fn close_within(&mut self, names: &[&str], ends_search: impl Fn(&str) -> bool) {
        for (at, open) in self.open.iter().enumerate().rev() {
            if names.contains(&open.as_str()) {
                self.open.truncate(at);
                return;
            }
            if ends_search(open) {
                return;
            }
        }
    }

    /// Closes a formatting element alone: what is inside it stays open.
    fn drop_formatting(&mut self, name: &str) {
        if let Some(at) = self.formatting.iter().rposition(|(active, _)| active == name) {
            self.formatting.remove(at);
        }
        if let Some(at) = self.open.iter().rposition(|open| open == name) {
            self.open.remove(at);
        }
    }
}

fn ends_table_search(open: &str) -> bool {
    matches!(open, "table" | "template")
}

fn ends_list_item(open: &str) -> bool {
    is_special(open) && !matches!(open, "address" | "div" | "p")
}

fn is_special(open: &str) -> bool {
    CLOSES_P.contains(&open) || BARRIERS.contains(&open) || SPECIAL.contains(&open)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ordinary_page_passes_unchanged() {
        let source = "<!doctype html><title>T</title><body><div><p>One <b>two</b><p>Three</div>";
        assert_eq!(cap(source).as_deref(), Ok(source));
    }

    #[test]
    fn what_the_parser_reads_by_other_rules_is_dropped_with_all_inside_it() {
        for dropped in [
            "<svg><title>x<svg/><style>y</style></svg>",
            "<SVG viewBox='0'><g></SVG >",
            "<svg/>",
            "<math><mi>x</math>",
            "<script>'<p>'</script>",
            "<style>p</style>",
            "<select><option>1</select>",
        ] {
            let source = format!("<p>a{dropped}b");
            assert_eq!(cap(&source).as_deref(), Ok("<p>a<!---->b"), "{dropped}");
        }
    }

    #[test]
    fn json_ld_stays() {
        let source = "<script type='application/LD+json'>{\"a\": \"<p>\"}</script>";
        assert_eq!(cap(source), Ok(format!("<!---->{source}")));
    }

    #[test]
    fn of_a_picture_that_never_ends_the_tag_goes() {
        assert_eq!(cap("<p>a<svg><g>b<svg></p>").as_deref(), Ok("<p>a<!----><g>b<!----></p>"));
    }

    #[test]
    fn a_script_that_never_ends_takes_the_rest_with_it() {
        assert_eq!(cap("<p>a<script>if (a<b) '<p>'").as_deref(), Ok("<p>a<!---->"));
    }

    #[test]
    fn nothing_dropped_leaves_a_tag_behind() {
        assert_eq!(cap("<<svg></svg>svg>").as_deref(), Ok("<<!---->svg>"));
    }

    #[test]
    fn what_hides_tags_from_this_pass_hides_them_from_the_parser_too() {
        let deep = "<div>".repeat(1_000);
        for start in [
            "<!-- --!>",
            "<!-->",
            "<svg><title>",
            "<math><style>",
            "<select><style></select>",
            "<select><script><!--</script></select>",
            "<script><!--<script></script><style></script>--></script>",
            "<script type=ld+json><!--<script></script><style></script>--></script>",
            "<title></title-x></title>",
        ] {
            let built = cap(&format!("{start}{deep}")).map(|source| {
                let document = dom_query::Document::from(source);
                document.select("div").length()
            });
            assert!(matches!(built, Err(ExtractError::TooComplex) | Ok(0)), "{start} {built:?}");
        }
    }

    #[test]
    fn deep_nesting_is_refused() {
        for unit in ["<div>", "<ul><li>", "<li><dd>", "<span>", "<table><tr><td>", "<x-y>", "<rt>"]
        {
            assert_eq!(cap(&unit.repeat(100_000)), Err(ExtractError::TooComplex), "{unit}");
        }
    }

    #[test]
    fn an_end_tag_that_closes_nothing_does_not_hide_depth() {
        for unit in [
            "<div><table></div>",
            "<div></span>",
            "<section><span></b>",
            "<ul></li>",
            "<div><tr>",
            "<object><table></object>",
        ] {
            assert_eq!(cap(&unit.repeat(10_000)), Err(ExtractError::TooComplex), "{unit}");
        }
    }

    #[test]
    fn elements_whose_end_is_implied_are_not_depth() {
        for unit in ["<p>a", "<li>a", "<dt>a<dd>b", "<tr><td>a<td>b", "<option>a", "<br><img>"] {
            let source = format!("<table><ul>{}", unit.repeat(2_000));
            assert!(cap(&source).is_ok(), "{unit}");
        }
    }

    #[test]
    fn formatting_that_is_left_open_is_refused_even_where_blocks_close() {
        for (start, end) in [("<div>", "</div>"), ("", "<object></b></object>"), ("<p>", "")] {
            let unit = |n: u32| format!("{start}<b id={n}>{end}");
            let unclosed = (0..100_000).map(unit).collect::<Vec<_>>().concat();
            assert_eq!(cap(&unclosed), Err(ExtractError::TooComplex), "{start}{end}");
        }
        assert_eq!(cap(&"<b>".repeat(100_000)), Err(ExtractError::TooComplex));
        assert!(cap(&"<div><b>x</div>".repeat(1_000)).is_ok());
    }

    #[test]
    fn many_attributes_are_refused_and_a_broken_quote_is_not() {
        let attributes =
            |n: usize| (0..n).fold(String::new(), |all, n| all + " a" + &n.to_string());
        assert_eq!(cap(&format!("<p{}>", attributes(100_000))), Err(ExtractError::TooComplex));
        let spread = format!("<body{}>", attributes(100)).repeat(1_000);
        assert_eq!(cap(&spread), Err(ExtractError::TooComplex));
        assert!(cap(&format!("<meta content=\"He said \"{}\">", attributes(500))).is_ok());
    }

    #[test]
    fn a_million_elements_are_refused() {
        assert_eq!(cap(&"<p></p>".repeat(500_000)), Err(ExtractError::TooComplex));
        assert_eq!(cap(&"<!---->".repeat(500_000)), Err(ExtractError::TooComplex));
    }
}
