//! The few elements in which a page may print who wrote its article, and when.
//!
//! Selectors of such elements are tried one after another, in the order in which they are
//! believed, and most pages match none of them. Each would walk the whole tree; so one walk gathers
//! what any of them could match.

use dom_query::{Document, Matcher, NodeRef};

/// Names, attributes and parts of class names of which each selector that is asked for names one
/// for the element that it finds.
const NAMES: &[&str] = &["time"];
const ATTRIBUTES: &[&str] = &["itemprop", "rel"];
const CLASS_PARTS: &[&str] = &["byline", "author"];

/// Elements that may print who and when, in the order of the page.
pub(super) struct Hints<'a>(Vec<NodeRef<'a>>);

impl<'a> Hints<'a> {
    pub(super) fn gather(document: &'a Document) -> Self {
        Self(document.root().descendants_it().filter(is_hint).collect())
    }

    /// The first element that a selector matches: one that names, for the element itself, what
    /// makes it a hint.
    pub(super) fn first(&self, matcher: &Matcher) -> Option<NodeRef<'a>> {
        self.0.iter().copied().find(|node| node.is_match(matcher))
    }
}

fn is_hint(node: &NodeRef<'_>) -> bool {
    let Some(element) = node.element_ref() else { return false };
    NAMES.contains(&&*element.name.local)
        || element.attrs.iter().any(|attribute| match &*attribute.name.local {
            "class" => CLASS_PARTS.iter().any(|part| attribute.value.contains(part)),
            name => ATTRIBUTES.contains(&name),
        })
}

/// The matchers of selectors, made once.
pub(super) fn matchers(selectors: &[&str]) -> Vec<Matcher> {
    let matcher = |selector: &&str| Matcher::new(selector).expect("the selector is fixed");
    selectors.iter().map(matcher).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::{byline, dates};

    /// A page on which each kind of element stands inside and outside of each other.
    fn page() -> String {
        let kinds = [
            "<div itemprop='author'>%</div>",
            "<span itemprop='name'>%</span>",
            "<a rel='nofollow author'>%</a>",
            "<p class='meta byline big'>%</p>",
            "<div class='c-byline__inner'>%</div>",
            "<div class='author-name'>%</div>",
            "<div class='author__name'>%</div>",
            "<p class='author'>%</p>",
            "<time pubdate datetime='2016-09-09'>%</time>",
            "<time class='x-updated' datetime='2016-09-09'>%</time>",
            "<time class='published' datetime='2016-09-09'>%</time>",
            "<time class='is-modified' datetime='2016-09-09'>%</time>",
            "<div class='updated last-modified publish dateline'>%<time datetime='2016-09-09'></time></div>",
            "<header>%<time class='entry-date' datetime='2016-09-09'></time></header>",
            "<i itemprop='datePublished'>%</i><i itemprop='dateModified'>%</i>",
        ];
        let inside = kinds.concat().replace('%', "x");
        kinds.map(|kind| format!("<section>{}</section>", kind.replace('%', &inside))).concat()
    }

    #[test]
    fn each_selector_finds_what_it_finds_in_the_whole_tree() {
        let document = Document::from(page());
        let hints = Hints::gather(&document);
        let selectors = [byline::ELEMENTS, dates::ELEMENTS, dates::ELEMENTS_MODIFIED].concat();
        for (selector, matcher) in selectors.iter().zip(matchers(&selectors)) {
            let found = document.select_single(selector).nodes().first().map(|node| node.id);
            assert!(found.is_some(), "the page has none: {selector}");
            assert_eq!(hints.first(&matcher).map(|node| node.id), found, "{selector}");
        }
    }

    #[test]
    fn all_that_selectors_find_are_hints() {
        let document = Document::from(page());
        for selector in [byline::ELEMENTS, dates::ELEMENTS, dates::ELEMENTS_MODIFIED].concat() {
            let found = document.select(selector);
            assert!(found.nodes().iter().all(is_hint), "{selector}");
        }
    }
}
