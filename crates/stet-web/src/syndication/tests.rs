//! Whatever texts hold, feeds are well formed and readers find the texts in them again.

use chrono::DateTime;
use proptest::prelude::*;
use scraper::{ElementRef, Html, Selector};
use stet_core::{ArticleText, Kind, Kinds};

use super::FeedFormat;
use super::answer::Feed;
use super::content::{Draft, Frame};
use super::item::Item;
use super::legible::without_forbidden;

/// Any characters, above all those that mean something to a format or that it forbids.
fn any_text() -> impl Strategy<Value = String> {
    let one = prop_oneof![
        any::<char>(),
        prop::char::range('\0', '\u{9f}'),
        prop::sample::select(vec![
            '<', '>', '&', '"', '\'', ']', '\u{fffe}', '\u{ffff}', '\u{202e}'
        ]),
    ];
    let piece = prop_oneof![
        4 => one.prop_map(String::from),
        1 => prop::sample::select(vec!["]]>", "<!--", "-->", "<![CDATA[", "&#0;", "&amp;", "</item>"])
            .prop_map(str::to_owned),
        2 => "[a-z]{1,6} ".prop_map(String::from),
    ];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

fn texts() -> impl Strategy<Value = [ArticleText; 2]> {
    let text = || {
        (any_text(), prop::collection::vec(any_text(), 0..4))
            .prop_map(|(title, paragraphs)| ArticleText::new(title, paragraphs))
    };
    [text(), text()]
}

fn feed_of(title: &str, html: &str) -> Feed {
    let at = DateTime::from_timestamp(1_473_443_040, 0).unwrap();
    let item = Item {
        id: "urn:uuid:f71a88ec-6796-82c5-8672-0a801446152d".to_owned(),
        title: without_forbidden(title),
        link: "http://stet.example/articles/1/diff/0/1".to_owned(),
        original: Some("https://news.example/1?a=b&c=d".to_owned()),
        at,
        publisher: without_forbidden(title),
        kinds: Kinds::from([Kind::Headline]).iter().map(|kind| kind.as_str()).collect(),
        language: None,
        summary: without_forbidden(title),
        html: html.into(),
    };
    Feed {
        id: "urn:uuid:f71a88ec-6796-82c5-8672-0a801446152e".to_owned(),
        title: without_forbidden(title),
        description: without_forbidden(title),
        page: "http://stet.example/versions?a=b&c=d".to_owned(),
        own: "http://stet.example/versions.rss?a=b&c=d".to_owned(),
        first: None,
        next: Some("http://stet.example/versions.rss?a=b&c=d&before=1-1-1".to_owned()),
        hub: Some("https://hub.example/?a=b&c=d".to_owned()),
        updated: Some(at),
        items: vec![item],
    }
}

/// What readers do not keep: how white space is written.
fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn dense(text: &str) -> String {
    text.split_whitespace().collect()
}

/// The headline that stands now, as an item's marks tell.
fn new_headline(document: &Html) -> String {
    let strong = Selector::parse("strong").unwrap();
    let headline = document.select(&strong).next().unwrap();
    let mut text = String::new();
    for child in headline.children() {
        match ElementRef::wrap(child) {
            None => text.extend(child.value().as_text().map(|text| text.to_string())),
            Some(element) if element.value().name() == "ins" => {
                let put_in: String = element.text().collect();
                let put_in = put_in.strip_prefix("[+").and_then(|text| text.strip_suffix(']'));
                text.push_str(put_in.unwrap());
            }
            Some(_) => {}
        }
    }
    text
}

proptest! {
    #[test]
    fn a_feed_of_any_texts_is_read_again(title in any_text(), texts in texts()) {
        let frame = Frame {
            summary: without_forbidden(&title),
            language: Some("en".to_owned()),
            link: "http://stet.example/articles/1/diff/0/1?a=b&c=d".to_owned(),
        };
        let titles = texts.clone().map(|text| dense(&without_forbidden(&text.title)));
        let html = without_forbidden(&Draft::Change(frame, Box::new(texts.into())).render().unwrap());
        for format in FeedFormat::ALL {
            let written = feed_of(&title, &html).written(format).unwrap();
            let is_allowed =
                |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{FFFD}' | '\u{10000}'..);
            prop_assert!(written.chars().all(is_allowed));
            let parser = feed_rs::parser::Builder::new().sanitize_content(false).build();
            let read = parser.parse(written.as_bytes()).unwrap();
            prop_assert_eq!(read.entries.len(), 1);
            let entry = &read.entries[0];
            let read_title = entry.title.as_ref().map_or("", |title| &title.content);
            prop_assert_eq!(folded(read_title), folded(&without_forbidden(&title)));
            let content = entry.content.as_ref().and_then(|content| content.body.as_deref());
            let content = content.or(entry.summary.as_ref().map(|text| text.content.as_str()));
            prop_assert_eq!(folded(content.unwrap()), folded(&html));
        }
        // Nothing but the elements of the item stands in what it says.
        let document = Html::parse_fragment(&html);
        let names = document.root_element().descendent_elements().skip(1);
        for element in names {
            let name = element.value().name();
            prop_assert!(["p", "em", "strong", "del", "ins", "a"].contains(&name), "{}", name);
        }
        // The new headline is what stayed and what was put in.
        if titles[0] != titles[1] {
            prop_assert_eq!(dense(&new_headline(&document)), titles[1].clone());
        }
    }
}
