//! Reading of section pages: pages of a newspaper whose links lead to articles.

use std::collections::HashMap;

use dom_query::Matcher;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::Address;
use crate::extract::{Page, bounded_document};
use crate::feed::{FeedEntry, FeedError, MAX_ENTRIES, ReadFeed, folded};
use crate::pattern::{self, MAX_PATTERN_BYTES, PatternError};

/// Which links of a section page lead to articles; nobody can tell but who looks at the page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkRule {
    /// Those that this CSS selector finds, or that stand inside what it finds.
    Selector(String),
    /// Those whose full address this regular expression matches.
    Pattern(String),
}

/// Why a rule cannot be used. The messages are shown to whoever typed it.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum LinkRuleError {
    /// Not a CSS selector.
    #[error("this is not a CSS selector: {0}")]
    Selector(String),
    /// Not a pattern that can be used.
    #[error(transparent)]
    Pattern(#[from] PatternError),
}

impl LinkRule {
    /// Says what is wrong with the rule, before it is saved.
    pub fn check(&self) -> Result<(), LinkRuleError> {
        match self {
            Self::Selector(selector) => matcher(selector).map(drop),
            Self::Pattern(text) => Ok(pattern::compile(text).map(drop)?),
        }
    }
}

fn matcher(selector: &str) -> Result<Matcher, LinkRuleError> {
    if selector.len() > MAX_PATTERN_BYTES {
        return Err(PatternError::TooLong(selector.len()).into());
    }
    Matcher::new(selector).map_err(|_| LinkRuleError::Selector(selector.to_owned()))
}

/// Reads the links of a section page that its rule chooses, each address once, in the page's
/// order and [`MAX_ENTRIES`] at most. A link's words are the title; of several links to one
/// address, the first that has words.
///
/// Bounded by the caps on pages, as [`extract`](crate::extract::extract) is, and in need of the
/// same stack.
pub fn read_section_page(page: Page<'_>, rule: &LinkRule) -> Result<ReadFeed, FeedError> {
    let chosen = match rule {
        LinkRule::Selector(selector) => {
            (Some(matcher(selector).map_err(FeedError::LinkRule)?), None)
        }
        LinkRule::Pattern(text) => {
            let pattern = pattern::compile(text).map_err(LinkRuleError::from);
            (None, Some(pattern.map_err(FeedError::LinkRule)?))
        }
    };
    let document = bounded_document(page).map_err(FeedError::Page)?;
    let base = document.select_single("base[href]").attr("href");
    let base = base.and_then(|href| page.address.join(&href).ok());
    let base = base.as_ref().unwrap_or(page.address);
    let links = match &chosen.0 {
        Some(matcher) => {
            let found = document.select_matcher(matcher);
            let is_link =
                |node: &dom_query::NodeRef<'_>| node.node_name().is_some_and(|name| &*name == "a");
            let mut links = Vec::new();
            for node in found.nodes() {
                if is_link(node) {
                    links.push(*node);
                } else {
                    links.extend(node.descendants_it().filter(is_link));
                }
                // What is found may lie inside what was found before.
                if links.len() > MAX_LINKS {
                    break;
                }
            }
            links
        }
        None => document.select("a[href]").nodes().to_vec(),
    };
    let mut places: HashMap<Address, usize> = HashMap::new();
    let mut entries: Vec<FeedEntry> = Vec::new();
    for link in links.into_iter().take(MAX_LINKS) {
        let Some(address) = link.attr("href").and_then(|href| base.join(&href).ok()) else {
            continue;
        };
        let is_chosen = chosen.1.as_ref().is_none_or(|pattern| pattern.is_match(address.as_str()));
        if !is_chosen || address == *page.address {
            continue;
        }
        let title = folded(&link.text());
        if let Some(&place) = places.get(&address) {
            let known = &mut entries[place].title;
            *known = known.take().or(title);
        } else if entries.len() < MAX_ENTRIES {
            places.insert(address.clone(), entries.len());
            entries.push(FeedEntry { address, title });
        }
    }
    Ok(ReadFeed { title: folded(&document.select_single("title").text()), entries })
}

/// The most links that are looked at. Source: the fullest front pages have about two thousand.
const MAX_LINKS: usize = 10_000;

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "<!doctype html><title>World -\n The Times</title>\
        <nav><a href=/about>About us</a><a href=/world>World</a></nav>\
        <ul class=top><li><a href='/world/1?utm_source=front'><img src=1.jpg></a>\
        <h2><a href=/world/1>Mayor  resigns</a></h2><li><a href='world/2#comments'>Talks go on</a>\
        <li><a href='mailto:a@b.example'>Write</a><li><a>No link</a></ul>";

    fn read(body: &str, rule: &LinkRule) -> Result<ReadFeed, FeedError> {
        let address = Address::parse("https://news.example/world").unwrap();
        read_section_page(
            Page { address: &address, content_type: Some("text/html"), bytes: body.as_bytes() },
            rule,
        )
    }

    fn found(rule: &LinkRule) -> Vec<(String, Option<String>)> {
        let feed = read(PAGE, rule).unwrap();
        feed.entries.into_iter().map(|entry| (entry.address.into(), entry.title)).collect()
    }

    #[test]
    fn a_selector_finds_links_and_what_holds_them_each_address_once() {
        let expected = [
            ("https://news.example/world/1".to_owned(), Some("Mayor resigns".to_owned())),
            ("https://news.example/world/2".to_owned(), Some("Talks go on".to_owned())),
        ];
        for selector in [".top", ".top a", "ul, li, a[href*='world/']"] {
            assert_eq!(found(&LinkRule::Selector(selector.into())), expected, "{selector}");
        }
    }

    #[test]
    fn a_pattern_chooses_by_the_full_address() {
        let rule = LinkRule::Pattern(r"^https://news\.example/world/[0-9]+$".into());
        assert_eq!(found(&rule).len(), 2);
        assert_eq!(found(&LinkRule::Pattern("/about$".into()))[0].1.as_deref(), Some("About us"));
    }

    #[test]
    fn a_section_page_has_the_title_of_its_page() {
        let feed = read(PAGE, &LinkRule::Selector(".nothing".into())).unwrap();
        assert_eq!(feed.title.as_deref(), Some("World - The Times"));
        assert_eq!(feed.entries, []);
    }

    #[test]
    fn links_are_resolved_against_the_base_that_the_page_states() {
        let page = "<base href='https://www.news.example/x/'><a href=1>One</a>";
        let feed = read(page, &LinkRule::Selector("a".into())).unwrap();
        assert_eq!(feed.entries[0].address.as_str(), "https://www.news.example/x/1");
    }

    #[test]
    fn a_rule_that_cannot_be_used_is_refused_in_words() {
        let refused = |rule: LinkRule| rule.check().unwrap_err().to_string();
        assert_eq!(refused(LinkRule::Selector("a[".into())), "this is not a CSS selector: a[");
        assert!(refused(LinkRule::Pattern("(".into())).contains("unclosed group"));
        assert_eq!(LinkRule::Pattern("/news/".into()).check(), Ok(()));
    }

    #[test]
    fn a_page_that_would_take_too_long_to_parse_is_refused() {
        let deep = "<ul><li>".repeat(30_000);
        let refused = read(&deep, &LinkRule::Selector("a".into())).unwrap_err();
        assert_eq!(refused.to_string(), "the page is too complex to read");
        let refused = read("%PDF-1.7", &LinkRule::Selector("a".into())).unwrap_err();
        assert!(matches!(refused, FeedError::Page(_)), "{refused}");
    }

    #[test]
    fn of_a_page_full_of_links_a_bounded_number_is_taken() {
        let links: Vec<String> =
            (0..MAX_ENTRIES + 5).map(|number| format!("<a href=/{number}>x</a>")).collect();
        let feed = read(&links.concat(), &LinkRule::Selector("a".into())).unwrap();
        assert_eq!(feed.entries.len(), MAX_ENTRIES);
    }
}
