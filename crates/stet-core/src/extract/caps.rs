//! What a page may cost, decided before a tree is built of it.
//!
//! html5ever takes time quadratic in nesting depth (servo/html5ever#788: 256 KB of `<ul><li>`
//! take 80 s), in the attributes of one element (100,000 take 31 s) and in formatting elements
//! that are left open, which it opens again in every later block. No time-out can stop it, so
//! one pass over the tags keeps the tree builder's lists ([`OpenElements`]) and refuses what would
//! be dear. The pass itself looks through lists of bounded length for each tag: it is linear.
//!
//! That only holds while the pass sees the same tags as the parser. So the same pass drops what
//! the parser reads by other rules, none of which holds text of an article: pictures and formulas
//! (an unclosed `<title>` in one swallows the page, and some pages hold megabytes of them),
//! scripts (with their escapes), styles, selections and framesets. JSON-LD stays.

use std::borrow::Cow;

use super::ExtractError;
use super::open_elements::OpenElements;
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

/// Elements of which a page has one; a second tag only adds its attributes.
const SINGLE: &[&str] = &["html", "head", "body"];

/// Elements that are dropped with all inside them.
const DROPPED: [&str; 6] = ["svg", "math", "script", "style", "select", "frameset"];

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
    // One that begins no tag is an error to the parser, which costs as much as a tag.
    let brackets = || kept.bytes().filter(|c| *c == b'<').count();
    if kept.len() > MAX_WORK && brackets() > MAX_WORK {
        Err(ExtractError::TooComplex)
    } else {
        Ok(kept)
    }
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

/// What the tags so far have cost.
#[derive(Debug, Default)]
struct Budget<'a> {
    work: usize,
    /// Attributes of [`SINGLE`] elements, which add up.
    single_attributes: usize,
    elements: OpenElements<'a>,
    /// Where the last tag ended.
    end: usize,
}

impl<'a> Budget<'a> {
    fn spend(&mut self, tag: Tag<'a>, source: &'a str) -> Result<(), ExtractError> {
        let name = in_lower_case(tag.name);
        let is_single = SINGLE.contains(&&*name);
        let mut attributes = tag.attributes;
        if is_single {
            self.single_attributes += tag.attributes;
            attributes = self.single_attributes;
        }
        self.work += 1 + 2 * self.elements.formatting();
        self.work += attributes.saturating_mul(attributes) / ATTRIBUTE_PAIRS_PER_UNIT;
        if tag.start > self.end {
            self.elements.text();
        }
        self.end = tag.end;
        if name.is_empty() || is_single {
            // No element opens or closes.
        } else if tag.is_end {
            self.elements.end(&name);
        } else {
            self.elements.start(name, &source[tag.start..tag.end]);
        }
        let is_dear = self.work > MAX_WORK
            || self.elements.depth() > MAX_DEPTH
            || self.elements.formatting() > MAX_ACTIVE_FORMATTING;
        if is_dear { Err(ExtractError::TooComplex) } else { Ok(()) }
    }
}

/// A name in lower case: nearly all are written so.
fn in_lower_case(name: &str) -> Cow<'_, str> {
    if name.bytes().any(|c| c.is_ascii_uppercase()) {
        Cow::Owned(name.to_ascii_lowercase())
    } else {
        Cow::Borrowed(name)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// How deep the tree is that the parser builds of a source.
    fn depth(source: &str) -> usize {
        let document = dom_query::Document::from(source);
        let nodes = document.root().descendants();
        nodes.iter().map(|node| node.ancestors_it(None).count()).max().unwrap_or(0)
    }

    fn any_tag() -> impl Strategy<Value = String> {
        let names = [
            "div", "p", "b", "i", "a", "span", "ul", "li", "dl", "dd", "dt", "table", "tr", "td",
            "th", "tbody", "caption", "button", "object", "template", "h1", "h2", "form",
            "section", "option", "ruby", "rt", "rp", "nobr", "x-y", "body", "br", "marquee",
            "colgroup", "fieldset", "font", "select", "svg", "math", "title", "textarea",
            "noscript", "address", "pre", "frameset",
        ];
        let form = prop::sample::select(vec!["<{}>", "</{}>", "<{} a=%>", "<{}>x"]);
        (prop::sample::select(names.to_vec()), form)
            .prop_map(|(name, form)| form.replace("{}", name))
    }

    proptest! {
        #[test]
        fn no_soup_of_tags_that_passes_builds_a_tree_much_deeper_than_is_allowed(
            unit in prop::collection::vec(any_tag(), 1..6)
        ) {
            let source: Vec<String> =
                (0..600).map(|n| unit.concat().replace('%', &n.to_string())).collect();
            if let Ok(capped) = cap(&source.concat()) {
                prop_assert!(depth(&capped) <= MAX_DEPTH + MAX_ACTIVE_FORMATTING + 10);
            }
        }
    }

    #[test]
    fn the_end_of_a_button_leaves_what_it_stands_in_open() {
        // A button's end tag reaches across lists, so that each round nests one element deeper.
        let source = "<ul></button><span><button>".repeat(600);
        assert!(depth(&source) > 600);
        assert!(cap(&source).is_err());
    }

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
        assert_eq!(cap(&"<".repeat(500_000)), Err(ExtractError::TooComplex));
    }
}
