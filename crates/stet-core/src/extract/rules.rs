//! Rules for pages where general extraction goes wrong: a source's own, and those of `shipped`.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use dom_query::{Document, Matcher, NodeId, NodeRef};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{ExtractError, Page, bounded_document, byline, dates, walk};

/// CSS selectors for the parts of a source's articles, as they are stored with the source. Each
/// is optional; a part that no selector names, or whose selector finds nothing on a page, is
/// found as on any other page.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SiteRules {
    /// The headline.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The standfirst.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub standfirst: Option<String>,
    /// The caption of the lead picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lead_caption: Option<String>,
    /// The byline.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub byline: Option<String>,
    /// The time of publication: its `datetime` or `content` attribute, else its text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
    /// What holds the body's paragraphs; all that match, in their order on the page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// What is dropped before anything else is looked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub drop: Option<String>,
    /// What stands only on pages that the site shows in the place of an article: a wall, a login, a
    /// notice. `:contains("…")` finds a phrase.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notice: Option<String>,
}

/// A rule that is not a CSS selector.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("the rule for '{part}' is not a CSS selector: {selector}")]
pub struct RuleError {
    /// Which part it is for.
    pub part: &'static str,
    /// What stands there.
    pub selector: String,
}

impl SiteRules {
    /// Says which rule is wrong, before the rules are saved.
    pub fn check(&self) -> Result<(), RuleError> {
        for (part, selector) in self.parts() {
            if Matcher::new(selector).is_err() {
                return Err(RuleError { part, selector: selector.to_owned() });
            }
        }
        Ok(())
    }

    /// The parts whose selector finds nothing on a page, once what is dropped is gone. It needs a
    /// thread with a stack of [`STACK_BYTES`](super::STACK_BYTES) at least.
    pub fn idle_on(&self, page: Page<'_>) -> Result<Vec<&'static str>, ExtractError> {
        let document = bounded_document(page)?;
        let dropped = found(&document, self.drop.as_deref());
        dropped.iter().for_each(NodeRef::remove_from_parent);
        let is_idle = |(part, selector): &(&str, &str)| match *part {
            "drop" => dropped.is_empty(),
            // It is for pages that are not kept.
            "notice" => false,
            _ => found(&document, Some(selector)).is_empty(),
        };
        Ok(self.parts().filter(is_idle).map(|(part, _)| part).collect())
    }

    /// Whether a page is none of an article's, as these rules know such pages.
    pub(super) fn is_notice(&self, document: &Document) -> bool {
        !found(document, self.notice.as_deref()).is_empty()
    }

    fn parts(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let parts = [
            ("title", &self.title),
            ("standfirst", &self.standfirst),
            ("lead_caption", &self.lead_caption),
            ("byline", &self.byline),
            ("date", &self.date),
            ("body", &self.body),
            ("drop", &self.drop),
            ("notice", &self.notice),
        ];
        parts.into_iter().filter_map(|(part, selector)| Some((part, selector.as_deref()?)))
    }
}

/// The elements that a rule finds, none inside another. A rule that is no selector finds none:
/// [`SiteRules::check`] said so when it was entered.
fn found<'a>(document: &'a Document, selector: Option<&str>) -> Vec<NodeRef<'a>> {
    let Some(Ok(matcher)) = selector.map(Matcher::new) else { return Vec::new() };
    let nodes = document.select_matcher(&matcher).nodes().to_vec();
    let ids: HashSet<NodeId> = nodes.iter().map(|node| node.id).collect();
    let is_outermost =
        |node: &NodeRef<'a>| !node.ancestors_it(None).any(|outer| ids.contains(&outer.id));
    nodes.into_iter().filter(is_outermost).collect()
}

/// What rules found on a page, part by part; empty where they name none or found nothing.
#[derive(Debug, Default)]
pub(super) struct ByRule {
    pub(super) title: Option<String>,
    pub(super) standfirst: Option<String>,
    pub(super) lead_caption: Option<String>,
    pub(super) byline: Option<String>,
    pub(super) published: Option<DateTime<Utc>>,
    pub(super) body: Vec<String>,
}

impl ByRule {
    /// Reads a page by several rules: each drops what it drops, then finds what those before it
    /// have not found. What an earlier rule finds no later one can drop.
    pub(super) fn read(document: &Document, rules: &[&SiteRules]) -> Self {
        let mut parts = Self::default();
        for rules in rules {
            for node in found(document, rules.drop.as_deref()) {
                node.remove_from_parent();
            }
            parts.fill(document, rules);
        }
        parts
    }

    fn fill(&mut self, document: &Document, rules: &SiteRules) {
        let found = |selector: &Option<String>| found(document, selector.as_deref());
        let texts = |selector| found(selector).iter().map(walk::text).collect::<Vec<_>>();
        let text = |selector| {
            Some(texts(selector).join(" ").trim().to_owned()).filter(|text| !text.is_empty())
        };
        self.title = self.title.take().or_else(|| text(&rules.title));
        if self.standfirst.is_none() {
            self.standfirst = text(&rules.standfirst);
            // It would be read again as a paragraph of the body.
            found(&rules.standfirst).iter().for_each(NodeRef::remove_from_parent);
        }
        if self.lead_caption.is_none() {
            self.lead_caption = text(&rules.lead_caption);
            found(&rules.lead_caption).iter().for_each(NodeRef::remove_from_parent);
        }
        self.byline = self
            .byline
            .take()
            .or_else(|| byline::joined(texts(&rules.byline).iter().map(String::as_str)));
        self.published = self.published.or_else(|| time(found(&rules.date).first()?));
        if self.body.is_empty() {
            // Taken as it is: whoever wrote the rule looked at the page.
            let blocks = found(&rules.body);
            self.body = blocks.iter().flat_map(walk::blocks).map(|block| block.text).collect();
        }
    }
}

/// The time in an element, behind a label or not ("Published: 1 May 2020").
fn time(node: &NodeRef) -> Option<DateTime<Utc>> {
    let value = node.attr("datetime").or_else(|| node.attr("content"));
    let text = value.map_or_else(|| walk::text(node), |value| value.to_string());
    let labelled = || dates::parse(text.split_once(": ")?.1);
    dates::parse(&text).or_else(labelled)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_json_and_an_unknown_part_is_refused() {
        let rules: SiteRules =
            serde_json::from_str(r#"{"body": ".story p"}"#).expect("valid rules");
        assert_eq!(rules, SiteRules { body: Some(".story p".into()), ..SiteRules::default() });
        assert_eq!(serde_json::to_string(&rules).expect("plain strings"), r#"{"body":".story p"}"#);
        assert!(serde_json::from_str::<SiteRules>(r#"{"boody": "p"}"#).is_err());
    }

    #[test]
    fn a_rule_that_finds_nothing_on_a_page_is_named() {
        let rules: SiteRules = serde_json::from_str(
            r#"{"title": "h1", "byline": ".author", "body": ".ad p", "drop": ".ad"}"#,
        )
        .expect("valid rules");
        let address = "https://news.example.com/1".parse().expect("an address");
        let bytes = b"<h1>Mayor stays</h1><div class=\"ad\"><p>Buy this.</p></div>";
        let page = Page { address: &address, content_type: None, bytes };
        assert_eq!(rules.idle_on(page), Ok(vec!["byline", "body"]));
    }

    #[test]
    fn a_rule_that_is_no_selector_is_named() {
        let rules = SiteRules { drop: Some("div[".into()), ..SiteRules::default() };
        let message = rules.check().expect_err("a broken selector").to_string();
        assert_eq!(message, "the rule for 'drop' is not a CSS selector: div[");
    }
}
