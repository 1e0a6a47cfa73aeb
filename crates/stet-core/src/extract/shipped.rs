//! The rules that Stet ships for publishers on whose pages general extraction alone goes wrong.
//!
//! Each publisher has a file in `data/sites`, and a page of our own making for each of its
//! layouts in `fixtures/sites`, with the text that a reader would say it has. Tests hold that the
//! rules get that text, that without them another comes out, and that no selector could go: so
//! none is shipped that is not needed.

use std::collections::HashMap;
use std::sync::LazyLock;

use dom_query::Document;
use serde::Deserialize;

use super::rules::SiteRules;
use crate::Address;

/// The files of `data/sites`, by their names.
macro_rules! files {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../../data/sites/", $name, ".toml")))),*]
    };
}

pub(super) const FILES: &[(&str, &str)] = files![
    "aljazeera",
    "apnews",
    "bbc",
    "cnn",
    "dailymail",
    "elmundo",
    "elpais",
    "faz",
    "foxnews",
    "guardian",
    "independent",
    "lefigaro",
    "lemonde",
    "npr",
    "nytimes",
    "politico",
    "reuters",
    "ria",
    "rt",
    "skynews",
    "spiegel",
    "tagesschau",
    "telegraph",
    "theintercept",
    "washingtonpost",
    "zeit",
];

/// A publisher's rules.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Publisher {
    /// The hosts that they are for, each with all hosts below it.
    pub(super) domains: Vec<String>,
    /// One for each way in which its pages are made.
    #[serde(rename = "layout")]
    pub(super) layouts: Vec<Layout>,
}

/// The rules for one way in which a publisher's pages are made.
#[derive(Debug, Clone, Deserialize)]
#[serde(from = "Written")]
pub(super) struct Layout {
    /// Which pages are made so: those on which this CSS selector finds something; all, if there
    /// is none.
    pub(super) when: Option<String>,
    pub(super) rules: SiteRules,
    /// The selectors of what is dropped, one by one.
    pub(super) drop: Vec<String>,
}

impl Layout {
    /// Puts the selectors of what is dropped into the rules.
    pub(super) fn with_drop(mut self, drop: Vec<String>) -> Self {
        self.rules.drop = (!drop.is_empty()).then(|| drop.join(", "));
        self.drop = drop;
        self
    }
}

/// A layout as it stands in the file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    when: Option<String>,
    title: Option<String>,
    standfirst: Option<String>,
    lead_caption: Option<String>,
    byline: Option<String>,
    date: Option<String>,
    body: Option<String>,
    #[serde(default)]
    drop: Vec<String>,
    notice: Option<String>,
}

impl From<Written> for Layout {
    fn from(written: Written) -> Self {
        let Written { when, title, standfirst, lead_caption, byline, date, body, drop, notice } =
            written;
        let rules =
            SiteRules { title, standfirst, lead_caption, byline, date, body, drop: None, notice };
        Self { when, rules, drop: Vec::new() }.with_drop(drop)
    }
}

impl Publisher {
    pub(super) fn parse(file: &str) -> Result<Self, basic_toml::Error> {
        basic_toml::from_str(file)
    }

    /// The rules of the first layout that a page has.
    pub(super) fn rules_for(&self, document: &Document) -> Option<&SiteRules> {
        let is_so = |layout: &&Layout| {
            layout.when.as_ref().is_none_or(|selector| document.select(selector).exists())
        };
        self.layouts.iter().find(is_so).map(|layout| &layout.rules)
    }
}

static PUBLISHERS: LazyLock<HashMap<String, Publisher>> = LazyLock::new(|| {
    let read = |file| Publisher::parse(file).expect("the shipped rules are well-formed");
    let publishers = FILES.iter().map(|(_, file)| read(file));
    publishers
        .flat_map(|publisher| {
            let domains = publisher.domains.clone();
            domains.into_iter().map(move |domain| (domain, publisher.clone()))
        })
        .collect()
});

/// The publisher at an address, if it is one that rules are shipped for.
pub(super) fn publisher(address: &Address) -> Option<&'static Publisher> {
    let whole = address.host();
    let mut host = whole.as_str();
    loop {
        if let Some(publisher) = PUBLISHERS.get(host) {
            return Some(publisher);
        }
        (_, host) = host.split_once('.')?;
    }
}
