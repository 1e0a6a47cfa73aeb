//! What of a page decides its text, told without building its tree.
//!
//! Most of what changes on a page from one check to the next stands beside the article: what is
//! read most, teasers, menus. A page's outline is its source within the caps in which
//! each `aside`, `nav` and `footer` is emptied and only measured. Where the outline is the one that
//! is known, the text is, too, and a check costs one pass over the tags instead of a tree.
//!
//! That this loses no text rests on three things:
//! - *The text was the same without what is emptied.* An outline is known only once the emptied page
//!   was read as well, and gave the same text ([`Outline::gives`]).
//! - *It is the same with other things in those places.* The extractor drops such an element
//!   unless it holds the headline or much of the page's prose. So a page with a heading of the
//!   first rank in one, or data about the article, or tags that reach out of it, has no outline;
//!   and how much prose is in each, and how many marks of authors and dates, belongs to the
//!   outline.
//! - *Nothing is believed for ever.* Whoever trusts an outline reads a page whole from time to time.

use sha2::{Digest, Sha256};

use super::beside::{BESIDE, Beside};
use super::tags::Tags;
use super::{BoundedPage, Knowledge, Page, extract_with_knowledge};
use crate::{Address, TextDigest};

/// A page without what is beside its article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outline {
    digest: [u8; 32],
    /// The source with the elements beside the article emptied.
    emptied: String,
}

impl BoundedPage<'_> {
    /// The page's outline; `None` where it has no part beside the article, or what stands there may
    /// matter.
    #[must_use]
    pub fn outline(&self) -> Option<Outline> {
        let source = self.source.as_str();
        let mut emptied = String::with_capacity(source.len());
        let mut hasher = Sha256::new();
        let mut tags = Tags::new(source);
        let mut copied = 0;
        while let Some(tag) = tags.next() {
            if tag.is_end || !BESIDE.iter().any(|name| tag.is(name)) {
                continue;
            }
            let beside = Beside::read(source, tag).ok()?;
            hasher.update(beside.measure());
            emptied.push_str(&source[copied..tag.end]);
            copied = beside.end;
            tags = Tags::from(source, copied);
        }
        if copied == 0 {
            return None;
        }
        emptied.push_str(&source[copied..]);
        hasher.update(&emptied);
        Some(Outline { digest: hasher.finalize().into(), emptied })
    }
}

impl Outline {
    /// SHA-256 of it, by which it is known again.
    #[must_use]
    pub const fn digest(&self) -> [u8; 32] {
        self.digest
    }

    /// Whether it alone gives a text: that of the page it was made of. As dear as reading a page.
    #[must_use]
    pub fn gives(&self, text: TextDigest, address: &Address, knowledge: &Knowledge) -> bool {
        let alone = Page {
            address,
            content_type: Some("text/html; charset=utf-8"),
            bytes: self.emptied.as_bytes(),
        };
        extract_with_knowledge(alone, knowledge).is_ok_and(|alone| alone.digest() == text)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::ArticleText;
    use crate::extract::{STACK_BYTES, SiteRules, extract_with_rules};

    const PROSE: &str = "The council voted on Tuesday to close the old bridge for repairs that are \
                         expected to last, engineers said, until the spring of next year.";

    /// A page with these things in the three places beside its article.
    fn page(nav: &str, aside: &str, footer: &str) -> String {
        format!(
            "<title>Bridge to close | The Times</title><nav>{nav}</nav><main><article>\
             <h1>Bridge to close</h1><p class=byline>By Ada Marsh</p><p>{PROSE}</p>\
             <aside>{aside}</aside><p>Second. {PROSE}</p><p>Third. {PROSE}</p></article></main>\
             <footer>{footer}</footer>"
        )
    }

    fn read(html: &str) -> (Option<Outline>, Option<ArticleText>, bool) {
        let address = Address::parse("https://news.example.com/1").unwrap();
        let read = || {
            let page = Page { address: &address, content_type: None, bytes: html.as_bytes() };
            let knowledge = Knowledge::default();
            let outline = BoundedPage::of(page).ok().and_then(|page| page.outline());
            let text = extract_with_knowledge(page, &knowledge).ok();
            let is_given = outline
                .as_ref()
                .zip(text.as_ref())
                .is_some_and(|(outline, text)| outline.gives(text.digest(), &address, &knowledge));
            (outline, text, is_given)
        };
        on_a_deep_stack(read)
    }

    fn on_a_deep_stack<T: Send>(read: impl FnOnce() -> T + Send) -> T {
        std::thread::scope(|scope| {
            let thread = std::thread::Builder::new().stack_size(STACK_BYTES);
            thread.spawn_scoped(scope, read).unwrap().join().unwrap()
        })
    }

    fn outline(html: &str) -> Option<[u8; 32]> {
        read(html).0.map(|outline| outline.digest())
    }

    const LINKS: &str = "<ul><li><a href=/1>One story</a><li><a href=/2>Two stories</a></ul>";

    #[test]
    fn other_links_beside_the_article_leave_the_outline_and_it_gives_the_text() {
        let (before, text, is_given) = read(&page(LINKS, LINKS, "© 2016 The Times"));
        assert!(is_given);
        let others = LINKS.replace("stor", "new stor").replace('2', "7");
        let (after, same_text, _) = read(&page(&others, LINKS, "© 2017 The Times"));
        assert_eq!(before, after);
        assert_eq!(text, same_text);
        assert_eq!(text.unwrap().paragraphs.len(), 3);
    }

    #[test]
    fn whatever_else_changes_is_another_outline() {
        let same = outline(&page(LINKS, LINKS, "x"));
        assert!(same.is_some());
        for other in [
            page(LINKS, LINKS, "x").replace("Third", "Fourth"),
            page(LINKS, LINKS, "x").replace("Ada Marsh", "Ada March"),
            page(LINKS, LINKS, "x")
                .replace("</article>", "<p>Correction: it was Monday.</article>"),
            page(LINKS, PROSE, "x"),
            page(LINKS, LINKS, "<time>2016-09-09</time>"),
        ] {
            assert_ne!(outline(&other), same, "{other}");
        }
    }

    #[test]
    fn what_may_reach_into_the_article_has_no_outline() {
        for aside in [
            "</div>",
            "<div>",
            "<b>",
            "<a href=x>",
            "</p>",
            "<form></form>",
            "<h1>Another</h1>",
            "<H1>Another</H1>",
            "<meta property=og:title content=Another>",
            "<script type=application/ld+json>{}</script>",
            "<div></aside></div>",
            "<plaintext>",
        ] {
            assert_eq!(outline(&page(LINKS, aside, "x")), None, "{aside}");
        }
        assert_eq!(outline(&page(LINKS, LINKS, "x").replace("</footer>", "")), None);
        assert_eq!(outline("<p>No part of this page is beside it."), None);
    }

    #[test]
    fn an_outline_that_lacks_some_of_the_text_does_not_give_it() {
        let story = format!("<p>{PROSE}</p>").repeat(9);
        let html = format!(
            "<title>Bridge to close</title><aside><h2>Bridge to close</h2>{story}</aside><p>{PROSE}</p>"
        );
        let (outline, text, is_given) = read(&html);
        assert!(outline.is_some() && text.is_some());
        assert!(!is_given);
    }

    /// Things that stand beside articles, whole and torn.
    fn thing() -> impl Strategy<Value = String> {
        let words = prop::collection::vec("[a-z]{1,9}", 1..40).prop_map(|words| words.join(" "));
        let form = prop::sample::select(vec![
            "<ul><li><a href=/%>%</a></ul>",
            "<p>%</p>",
            "%",
            "<div class=promo><h3>%</h3><p><a href=x>%</a></p></div>",
            "<h2>%</h2><ol><li>%<li><a>%</a></ol>",
            "<span>%</span><br><img alt='%'>",
            "<p class=author>%</p>",
            "<time datetime=2016-09-09>%</time>",
            "<blockquote><p>%</blockquote>",
            "<table><tr><td>%<td>%</table>",
            "<div>%",
            "</div>%",
            "<b>%",
        ]);
        (form, words).prop_map(|(form, words)| form.replace('%', &words))
    }

    fn things() -> impl Strategy<Value = String> {
        prop::collection::vec(thing(), 0..6).prop_map(|things| things.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(16))]
        #[test]
        fn a_page_without_its_lists_has_the_same_text(
            beside in [things(), things(), things()],
            links in 0..9_usize,
        ) {
            let list = "<li><a href=/1>What is read most this week</a>".repeat(links);
            let [nav, aside, footer] = beside;
            let html = page(&format!("{nav}{list}"), &format!("{list}{aside}"), &footer);
            // With a rule the whole page is read.
            let rules = SiteRules { drop: Some(".none".to_owned()), ..SiteRules::default() };
            let text = |rules: &SiteRules| on_a_deep_stack(|| {
                let address = Address::parse("https://news.example.com/1").unwrap();
                let page = Page { address: &address, content_type: None, bytes: html.as_bytes() };
                extract_with_rules(page, rules)
            });
            prop_assert_eq!(text(&SiteRules::default()), text(&rules));
        }

        #[test]
        fn pages_of_one_outline_that_gives_the_text_have_one_text(
            before in [things(), things(), things()],
            after in [things(), things(), things()],
        ) {
            let whole = |[nav, aside, footer]: &[String; 3]| page(nav, aside, footer);
            let (outline, text, is_given) = read(&whole(&before));
            // One by one, so that many pairs have one outline.
            for place in 0..3 {
                let mut mixed = before.clone();
                mixed[place].clone_from(&after[place]);
                let (other, other_text, _) = read(&whole(&mixed));
                if is_given && other == outline {
                    prop_assert_eq!(&other_text, &text);
                }
            }
        }
    }
}
