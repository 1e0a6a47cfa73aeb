//! Who wrote the article.
//!
//! JSON-LD first, since there names are parted and nothing else is with them; then `meta`; then
//! what is printed, where an element says that it is the author.

use std::sync::LazyLock;

use dom_query::Matcher;
use regex::Regex;

use super::fold::{fold, squash};
use super::json_ld::JsonLd;
use super::landmarks::{Landmarks, matchers};
use super::meta::Meta;
use super::walk;

/// The longest text that is taken for a byline, in characters: five names with their places.
const MAX_CHARS: usize = 200;

/// Names of `meta` elements, in the order in which they are believed. `article:author` comes last:
/// it is meant for the address of a profile.
const META: &[&str] = &[
    "author",
    "byl",
    "parsely-author",
    "sailthru.author",
    "dc.creator",
    "dcterms.creator",
    "article.author",
    "cxenseparse:author",
    "twitter:creator",
    "article:author",
];

/// Elements of the page that print the author.
pub(super) const ELEMENTS: &[&str] = &[
    "[itemprop='author'] [itemprop='name']",
    "[itemprop='author']",
    "[rel~='author']",
    "[class~='byline']",
    "[class*='byline']",
    "[class*='author-name']",
    "[class*='author__name']",
    "[class~='author']",
];

/// Words before a name that are no part of it.
const LEADS: &[&str] = &[
    "by ",
    "written by ",
    "von ",
    "por ",
    "par ",
    "di ",
    "door ",
    "av ",
    "af ",
    "text: ",
    "автор: ",
];

static MATCHERS: LazyLock<Vec<Matcher>> = LazyLock::new(|| matchers(ELEMENTS));

static DATE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:published|updated|posted|last (?:updated|modified))\b|\b\d{1,2}[:./]\d{2}\b|\b\w{3,9}\.? \d{1,2},? (?:19|20)\d\d\b|\b\d{1,2}\.? \w{3,9}\.? (?:19|20)\d\d\b")
        .expect("the pattern is fixed")
});

/// The byline, as printed but without the word "by".
pub(super) fn find(landmarks: &Landmarks<'_>, meta: &Meta, json_ld: &JsonLd) -> Option<String> {
    let of_json_ld = || joined(json_ld.authors.iter().map(String::as_str));
    let of_meta = || META.iter().find_map(|name| joined([meta.get(name)?].into_iter()));
    let of_elements = || {
        MATCHERS.iter().find_map(|matcher| {
            joined([walk::text(&landmarks.credit(matcher)?).as_str()].into_iter())
        })
    };
    of_json_ld().or_else(of_meta).or_else(of_elements)
}

/// Joins the names that look like ones, each once; `None` if there is none.
pub(super) fn joined<'a>(names: impl Iterator<Item = &'a str>) -> Option<String> {
    let mut kept: Vec<String> = Vec::new();
    for name in names.filter_map(clean) {
        if !kept.iter().any(|known| squash(known) == squash(&name)) {
            kept.push(name);
        }
    }
    let byline = kept.join(", ");
    (!byline.is_empty() && byline.chars().count() <= MAX_CHARS).then_some(byline)
}

fn clean(name: &str) -> Option<String> {
    let name = fold(name);
    let lower = name.to_lowercase();
    let lead = LEADS.iter().find(|lead| lower.starts_with(**lead));
    // Lower case may have another length; then there is no lead to cut in these languages.
    let name = lead.and_then(|lead| name.get(lead.len()..)).unwrap_or(&name);
    let name = name.trim_matches([' ', ',', ':', ';', '|', '-', '–', '—', '•', '·']);
    // What is printed often goes on with a date.
    let name = DATE.find(name).map_or(name, |date| &name[..date.start()]);
    let name = name.trim_matches([' ', ',', ':', ';', '|', '-', '–', '—', '•', '·']);
    let is_address = name.contains("://") || name.starts_with("www.") || name.starts_with('@');
    let has_letter = name.chars().any(char::is_alphabetic);
    (has_letter && !is_address).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use dom_query::Document;

    use super::*;

    fn byline(html: &str, authors: &[&str]) -> Option<String> {
        let document = Document::from(html);
        let authors = authors.iter().map(|author| (*author).to_owned()).collect();
        find(
            &Landmarks::gather(&document),
            &Meta::read(&Landmarks::gather(&document)),
            &JsonLd { authors, ..JsonLd::default() },
        )
    }

    #[test]
    fn names_are_joined_once_each_without_the_word_by() {
        let authors = ["By Ann Lee", "Bo Chan", "ANN LEE", "https://example.org/ann"];
        assert_eq!(byline("", &authors).as_deref(), Some("Ann Lee, Bo Chan"));
    }

    #[test]
    fn json_ld_beats_meta_beats_what_is_printed() {
        let html = "<meta name=author content=Meta><p class=byline>By Printed, <b>York</b></p>";
        assert_eq!(byline(html, &["Json"]).as_deref(), Some("Json"));
        assert_eq!(byline(html, &[]).as_deref(), Some("Meta"));
        assert_eq!(byline(&html.replace("name=author", ""), &[]).as_deref(), Some("Printed, York"));
    }

    #[test]
    fn a_date_behind_the_name_is_no_part_of_it() {
        for date in
            ["Published 11:11 PM EST Nov 19, 2019", "| Nov. 20, 2019 1:35 a.m.", "3 May 2020"]
        {
            let html = format!("<p class=byline>Ann Lee {date}</p>");
            assert_eq!(byline(&html, &[]).as_deref(), Some("Ann Lee"), "{date}");
        }
    }

    #[test]
    fn an_address_is_no_author() {
        let html = "<meta property=article:author content='https://www.facebook.com/paper'>";
        assert_eq!(byline(html, &[]), None);
    }
}
