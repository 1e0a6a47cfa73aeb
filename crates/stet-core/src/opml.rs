//! Reading of OPML: lists of feeds, as readers' programs hand them on.
//!
//! A list is untrusted: entities other than XML's own five are not expanded, and size, depth and the
//! number of outlines are bounded.

use std::borrow::Cow;
use std::collections::HashSet;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use thiserror::Error;

use crate::Address;
use crate::feed::folded;

/// The longest list that is read, in bytes: some 3,000 feeds at 300 bytes each.
pub const MAX_OPML_BYTES: usize = 1024 * 1024;

/// The most feeds that are taken from one list.
pub const MAX_OPML_FEEDS: usize = 1_000;

/// The deepest nesting of folders.
const MAX_DEPTH: usize = 32;

/// The most characters that are kept of a name.
const MAX_NAME_CHARS: usize = 200;

/// A list as it was read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Opml {
    /// Its feeds, in the list's order, each address once.
    pub feeds: Vec<OpmlFeed>,
    /// What was left out.
    pub skipped: Vec<SkippedOutline>,
}

/// A feed that a list names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpmlFeed {
    /// Where it stands.
    pub address: Address,
    /// What the list calls it, with white space folded.
    pub title: Option<String>,
}

/// An outline that is not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SkippedOutline {
    /// What the list calls it, or its address.
    pub name: String,
    /// Why it is left out, in words.
    pub reason: String,
}

/// Why a text could not be read as a list of feeds.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum OpmlError {
    /// Not OPML, or broken.
    #[error("this is not OPML that can be read")]
    NotOpml,
    /// More bytes than are read.
    #[error("this list is larger than the 1 MiB that are read")]
    TooLarge,
}

/// Reads a list of feeds. Folders are looked into and not kept.
pub fn read_opml(bytes: &[u8]) -> Result<Opml, OpmlError> {
    if bytes.len() > MAX_OPML_BYTES {
        return Err(OpmlError::TooLarge);
    }
    let text = String::from_utf8_lossy(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes));
    let mut reader = Reader::from_str(&text);
    let mut list = List::default();
    let mut depth = 0_usize;
    let mut is_opml = false;
    loop {
        match reader.read_event().map_err(|_| OpmlError::NotOpml)? {
            Event::Start(start) => {
                depth += 1;
                match depth {
                    1 => is_opml = is_named(&start, "opml"),
                    MAX_DEPTH.. => return Err(OpmlError::NotOpml),
                    _ => list.see(&start, false),
                }
            }
            Event::Empty(start) if depth > 0 => list.see(&start, true),
            Event::End(_) => depth = depth.saturating_sub(1),
            Event::Eof => break,
            _ => {}
        }
        if depth > 0 && !is_opml {
            return Err(OpmlError::NotOpml);
        }
    }
    if is_opml && depth == 0 { Ok(list.read) } else { Err(OpmlError::NotOpml) }
}

#[derive(Default)]
struct List {
    read: Opml,
    seen: HashSet<Address>,
}

impl List {
    /// Takes an outline; `is_leaf` if nothing stands inside it.
    fn see(&mut self, start: &BytesStart<'_>, is_leaf: bool) {
        if !is_named(start, "outline") {
            return;
        }
        let name = attribute(start, "title").or_else(|| attribute(start, "text"));
        let Some(url) = attribute(start, "xmlUrl") else {
            if is_leaf {
                self.skip(name.unwrap_or_default(), "it names no feed");
            }
            return;
        };
        match Address::parse(&url) {
            Err(error) => self.skip(name.unwrap_or(url), &error.to_string()),
            Ok(address) if self.seen.contains(&address) => {
                self.skip(name.unwrap_or(url), "it stands twice in the list");
            }
            Ok(_) if self.read.feeds.len() >= MAX_OPML_FEEDS => {
                let reason = format!("more than {MAX_OPML_FEEDS} feeds are not taken at once");
                self.skip(name.unwrap_or(url), &reason);
            }
            Ok(address) => {
                self.seen.insert(address.clone());
                self.read.feeds.push(OpmlFeed { address, title: name });
            }
        }
    }

    fn skip(&mut self, name: String, reason: &str) {
        let name = if name.is_empty() { "an outline without a name".to_owned() } else { name };
        self.read.skipped.push(SkippedOutline { name, reason: reason.to_owned() });
    }
}

fn is_named(start: &BytesStart<'_>, name: &str) -> bool {
    start.local_name().as_ref() == name
}

/// An attribute, whatever the case of its name; `None` where it says nothing.
fn attribute(start: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut attributes = start.attributes();
    let mut attributes = attributes.with_checks(false).flatten();
    let named = attributes.find(|attribute| attribute.key.as_ref().eq_ignore_ascii_case(name));
    let value = named?.value;
    // Programs write a bare `&` into addresses: then they are taken as they stand.
    let text = quick_xml::escape::unescape(&value).unwrap_or(Cow::Borrowed(&value));
    let text = folded(&text)?;
    Some(text.chars().take(if name == "xmlUrl" { usize::MAX } else { MAX_NAME_CHARS }).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(outlines: &str) -> Opml {
        let text = format!(
            "\u{feff}<?xml version='1.0'?><opml version='2.0'><head><title>Mine</title></head>\
             <body>{outlines}</body></opml>"
        );
        read_opml(text.as_bytes()).unwrap()
    }

    fn taken(list: &Opml) -> Vec<(&str, Option<&str>)> {
        let feeds = list.feeds.iter();
        feeds.map(|feed| (feed.address.as_str(), feed.title.as_deref())).collect()
    }

    #[test]
    fn feeds_are_found_in_folders_and_outside() {
        let list = read(
            "<outline text='News'><outline text='One' type='rss' xmlUrl='https://one.example/rss'/>\
             <outline text='Deep'><outline title=' Two\n &amp; half' text='x' \
             XMLURL='https://two.example/rss?a=1&amp;b=2'></outline></outline></outline>\
             <outline xmlUrl='https://three.example/rss?a=1&b=2'/>",
        );
        assert_eq!(
            taken(&list),
            [
                ("https://one.example/rss", Some("One")),
                ("https://two.example/rss?a=1&b=2", Some("Two & half")),
                ("https://three.example/rss?a=1&b=2", None),
            ]
        );
        assert_eq!(list.skipped, []);
    }

    #[test]
    fn what_is_left_out_is_named_with_its_reason() {
        let list = read(
            "<outline text='A page' type='link' url='https://one.example/'/>\
             <outline text='Script' xmlUrl='javascript:alert(1)'/><outline/>\
             <outline text='One' xmlUrl='https://one.example/rss'/>\
             <outline text='Again' xmlUrl='https://one.example/rss?utm_source=x'/>",
        );
        let skipped: Vec<_> =
            list.skipped.iter().map(|skip| format!("{}: {}", skip.name, skip.reason)).collect();
        assert_eq!(
            skipped,
            [
                "A page: it names no feed",
                "Script: this address begins with 'javascript:'; only http and https can be watched",
                "an outline without a name: it names no feed",
                "Again: it stands twice in the list",
            ]
        );
    }

    #[test]
    fn more_feeds_than_are_taken_at_once_are_left_out() {
        let outlines: Vec<String> = (0..=MAX_OPML_FEEDS)
            .map(|n| format!("<outline xmlUrl='https://one.example/{n}'/>"))
            .collect();
        let list = read(&outlines.concat());
        assert_eq!(list.feeds.len(), MAX_OPML_FEEDS);
        assert_eq!(list.skipped[0].reason, "more than 1000 feeds are not taken at once");
    }

    #[test]
    fn what_is_no_list_is_refused() {
        for text in [
            "",
            "<html><body><outline xmlUrl='https://one.example/'/></body></html>",
            "<opml><body>",
            "<outline xmlUrl='https://one.example/'/>",
            "https://one.example/rss",
        ] {
            assert_eq!(read_opml(text.as_bytes()), Err(OpmlError::NotOpml), "{text}");
        }
        let bomb = "<!DOCTYPE opml [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;'>]><opml><body>\
                    <outline text='&b;' xmlUrl='https://one.example/'/></body></opml>";
        assert_eq!(taken(&read_opml(bomb.as_bytes()).unwrap())[0].1, Some("&b;"));
        let deep = format!("<opml>{}", "<outline>".repeat(100_000));
        assert_eq!(read_opml(deep.as_bytes()), Err(OpmlError::NotOpml));
        let long = format!("<opml>{}</opml>", " ".repeat(MAX_OPML_BYTES));
        assert_eq!(read_opml(long.as_bytes()), Err(OpmlError::TooLarge));
    }
}
