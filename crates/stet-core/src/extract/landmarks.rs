//! The few elements of a page that selectors ask for.
//!
//! Selectors are tried one after another, in the order in which they are believed, and most pages
//! match few of them. Each would walk the whole tree; so one walk gathers, by names and attributes
//! alone, what any of them could match, and they are tried on that.

use dom_query::{Document, Element, LocalName, Matcher, NodeRef, local_name};

use super::fold::contains_ignoring_case;

/// Parts of class names by which elements are known that may print who wrote the article, or when.
const CREDIT_CLASSES: &[&str] = &["byline", "author"];

/// What the boxes of breadcrumbs are called, in class, id or label.
const TRAIL: &str = "breadcrumb";

/// Elements of a page, each list in the order of the page.
pub(super) struct Landmarks<'a> {
    /// The page that they stand on.
    pub(super) document: &'a Document,
    /// `h1` and `h2`.
    pub(super) headings: Vec<NodeRef<'a>>,
    /// `title`, `meta`, `link` and `script`.
    stated: Vec<NodeRef<'a>>,
    /// Elements that may print who and when: each selector that is asked for names, for the
    /// element that it finds, what makes it one of these.
    credits: Vec<NodeRef<'a>>,
    /// Boxes of breadcrumbs.
    trails: Vec<NodeRef<'a>>,
}

impl<'a> Landmarks<'a> {
    pub(super) fn gather(document: &'a Document) -> Self {
        let mut own = Self {
            document,
            headings: Vec::new(),
            stated: Vec::new(),
            credits: Vec::new(),
            trails: Vec::new(),
        };
        for node in document.root().descendants_it() {
            let Some(element) = node.element_ref() else { continue };
            match element.name.local {
                local_name!("h1") | local_name!("h2") => own.headings.push(node),
                local_name!("title")
                | local_name!("meta")
                | local_name!("link")
                | local_name!("script") => own.stated.push(node),
                _ => {}
            }
            if is_credit(&element) {
                own.credits.push(node);
            }
            if is_trail(&element) {
                own.trails.push(node);
            }
        }
        own
    }

    /// The `title`, `meta`, `link` and `script` elements that a selector matches.
    pub(super) fn stated(&self, matcher: &Matcher) -> impl Iterator<Item = NodeRef<'a>> {
        self.stated.iter().copied().filter(|node| node.is_match(matcher))
    }

    /// The first element that a selector matches of those that may print who and when.
    pub(super) fn credit(&self, matcher: &Matcher) -> Option<NodeRef<'a>> {
        self.credits.iter().copied().find(|node| node.is_match(matcher))
    }

    /// The links that a selector matches inside boxes of breadcrumbs.
    pub(super) fn crumbs(&self, matcher: &Matcher) -> Vec<NodeRef<'a>> {
        let mut crumbs = Vec::new();
        let mut outermost: Option<&NodeRef<'a>> = None;
        for trail in &self.trails {
            let is_inside =
                |outer: &NodeRef| trail.ancestors_it(None).any(|node| node.id == outer.id);
            if !outermost.is_some_and(is_inside) {
                outermost = Some(trail);
                let links = trail.descendants_it().filter(|node| node.has_name("a"));
                crumbs.extend(links.filter(|link| link.is_match(matcher)));
            }
        }
        crumbs
    }
}

fn is_credit(element: &Element) -> bool {
    element.name.local == local_name!("time")
        || element.attrs.iter().any(|attribute| match attribute.name.local {
            local_name!("class") => {
                CREDIT_CLASSES.iter().any(|part| attribute.value.contains(part))
            }
            local_name!("itemprop") | local_name!("rel") => true,
            _ => false,
        })
}

fn is_trail(element: &Element) -> bool {
    let may_name = |name: &LocalName| {
        matches!(*name, local_name!("class") | local_name!("id") | local_name!("aria-label"))
    };
    element.attrs.iter().any(|attribute| {
        may_name(&attribute.name.local) && contains_ignoring_case(&attribute.value, TRAIL)
    })
}

/// The matcher of a selector, made once.
pub(super) fn matcher(selector: &str) -> Matcher {
    Matcher::new(selector).expect("the selector is fixed")
}

/// The matchers of selectors, made once.
pub(super) fn matchers(selectors: &[&str]) -> Vec<Matcher> {
    selectors.iter().map(|selector| matcher(selector)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::{byline, dates, headline, json_ld, meta, section};

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
            "<nav aria-label='Breadcrumb'><a>%</a></nav>",
            "<div id='mainBreadCrumbs'><b class='BREADCRUMB'><a><a>%</b></div>",
            "<link rel='Canonical' href='/x'><link rel='canonical'><meta name='x' content='y'>",
            "<meta http-equiv='Content-Language' content='de'><meta name='x'>",
            "<script type='application/LD+json'>%</script><script>%</script>",
        ];
        let head = "<head><title>%</title></head><title>%</title>";
        let inside = kinds.concat().replace('%', "x");
        let body = kinds.map(|kind| format!("<section>{}</section>", kind.replace('%', &inside)));
        head.to_owned() + &body.concat()
    }

    #[test]
    fn each_selector_finds_what_it_finds_in_the_whole_tree() {
        let document = Document::from(page());
        let landmarks = Landmarks::gather(&document);
        let ids = |nodes: Vec<NodeRef<'_>>| nodes.iter().map(|node| node.id).collect::<Vec<_>>();
        let whole = |selector: &str| ids(document.select(selector).nodes().to_vec());
        for selector in [byline::ELEMENTS, dates::ELEMENTS, dates::ELEMENTS_MODIFIED].concat() {
            let found = landmarks.credit(&matcher(selector)).map(|node| node.id);
            assert!(found.is_some(), "the page has none: {selector}");
            assert_eq!(found, whole(selector).first().copied(), "{selector}");
        }
        for selector in [
            headline::TITLE,
            json_ld::SCRIPTS,
            meta::WITH_CONTENT,
            meta::LANGUAGE_HEADER,
            meta::CANONICAL,
        ] {
            let found = ids(landmarks.stated(&matcher(selector)).collect());
            assert!(!found.is_empty(), "the page has none: {selector}");
            assert_eq!(found, whole(selector), "{selector}");
        }
        let crumbs = ids(landmarks.crumbs(&matcher(section::BREADCRUMBS)));
        assert!(!crumbs.is_empty());
        assert_eq!(crumbs, whole(section::BREADCRUMBS));
    }
}
