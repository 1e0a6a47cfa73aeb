//! Reading of sitemaps: plain ones, those of Google News, and indexes of sitemaps.
//!
//! A sitemap is untrusted: entities other than XML's own five are dropped, never expanded, and
//! size, depth and number of entries are bounded.

use std::borrow::Cow;
use std::collections::HashSet;
use std::io::Read as _;

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Utc};
use flate2::read::GzDecoder;
use quick_xml::Reader;
use quick_xml::events::{BytesRef, Event};

use crate::feed::{FeedEntry, FeedError, MAX_ENTRIES, folded};
use crate::{Address, ampersands, xml_text};

/// The longest sitemap that is read, in bytes after decompression. The protocol allows 50 MB
/// (sitemaps.org); 16 MiB hold its 50,000 entries at 300 bytes each, and bound a poller's memory.
const MAX_BYTES: u64 = 16 * 1024 * 1024;

/// How far the root of a sitemap is looked for, in bytes: behind long comments, too.
const START_BYTES: u64 = 64 * 1024;

/// The most entries that are looked at. Source: the protocol's limit, sitemaps.org.
const MAX_LISTED: usize = 50_000;

/// The most sitemaps that are followed from one index. Publishers cut theirs by month or day:
/// what is new stands in the newest, and where no dates are given in the first or the last ones.
pub const MAX_CHILDREN: usize = 10;

/// The deepest nesting. Real ones have five levels.
const MAX_DEPTH: usize = 32;

/// The most text that is kept of one field, in bytes.
const MAX_FIELD_BYTES: usize = 8 * 1024;

/// How old an entry for Google News may be. Source: Google asks for articles of the last two
/// days; a third one bears with clocks and time zones.
const NEWS_AGE: TimeDelta = TimeDelta::days(3);

/// A sitemap as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sitemap {
    /// Pages, the newest first as far as the sitemap tells, [`MAX_ENTRIES`] of those that are
    /// wanted at most, and as many others. Of more that tell no time the first and the last ones.
    Pages(Vec<FeedEntry>),
    /// Other sitemaps of the same publisher, chosen likewise, [`MAX_CHILDREN`] at most.
    Index(Vec<Address>),
}

/// Whether a body begins like a sitemap, compressed or not.
pub(crate) fn looks_like_a_sitemap(content_type: Option<&str>, bytes: &[u8]) -> bool {
    let Ok(start) = decompressed(bytes, START_BYTES) else { return false };
    let start = &start[..start.len().min(usize::try_from(START_BYTES).unwrap_or(usize::MAX))];
    let text = xml_text::text_of(content_type, start);
    let mut reader = Reader::from_str(&text);
    loop {
        match reader.read_event() {
            Ok(Event::Start(root) | Event::Empty(root)) => {
                return ["urlset", "sitemapindex"].contains(&root.local_name().as_ref());
            }
            Ok(Event::Eof) | Err(_) => return false,
            Ok(_) => {}
        }
    }
}

/// Reads a sitemap, gzipped or not. Entries whose address could not be watched are left out, and
/// so are news that are older than some days at `now`. Of too many pages those are taken first
/// that are wanted.
pub fn read_sitemap(
    address: &Address,
    content_type: Option<&str>,
    bytes: &[u8],
    is_wanted: impl Fn(&Address) -> bool,
    now: DateTime<Utc>,
) -> Result<Sitemap, FeedError> {
    let bytes = decompressed(bytes, MAX_BYTES)?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(FeedError::TooLarge);
    }
    let text = xml_text::text_of(content_type, &bytes);
    let repaired = |_| parse(&ampersands::escaped(&text));
    let Parsed { is_index, mut entries } = parse(&text).or_else(repaired)?;
    // The sort keeps the order of those that tell no time.
    entries.sort_by_key(|entry| std::cmp::Reverse(entry.modified));
    let untold = entries.partition_point(|entry| entry.modified.is_some());
    let untold = entries.split_off(untold);
    let mut seen = HashSet::new();
    let found = entries
        .into_iter()
        .chain(from_both_ends(untold, if is_index { MAX_CHILDREN } else { MAX_ENTRIES }))
        .filter(|entry| entry.published.is_none_or(|published| now - published <= NEWS_AGE))
        .filter_map(|entry| {
            let address = address.join(&entry.location).ok()?;
            let entry = FeedEntry { address: address.clone(), title: folded(&entry.title) };
            seen.insert(address).then_some(entry)
        });
    if !is_index {
        return Ok(Sitemap::Pages(bounded(found, is_wanted)));
    }
    let domain = address.registrable_domain();
    let children = found
        .map(|entry| entry.address)
        .filter(|child| child != address && child.registrable_domain() == domain)
        .take(MAX_CHILDREN);
    Ok(Sitemap::Index(children.collect()))
}

/// Entries that tell no time, in their order; of more than `limit` the first, the last, the second
/// and so on. Publishers add at the beginning or at the end.
fn from_both_ends(entries: Vec<RawEntry>, limit: usize) -> impl Iterator<Item = RawEntry> {
    let is_long = entries.len() > limit;
    let mut left = entries.into_iter();
    let mut is_from_end = true;
    std::iter::from_fn(move || {
        is_from_end = is_long && !is_from_end;
        if is_from_end { left.next_back() } else { left.next() }
    })
}

/// The first entries that are wanted, and the first of the others, [`MAX_ENTRIES`] of each at most.
fn bounded(
    entries: impl Iterator<Item = FeedEntry>,
    is_wanted: impl Fn(&Address) -> bool,
) -> Vec<FeedEntry> {
    let (mut wanted, mut others) = (MAX_ENTRIES, MAX_ENTRIES);
    let has_room = |entry: &FeedEntry| {
        let room = if is_wanted(&entry.address) { &mut wanted } else { &mut others };
        let has_room = *room > 0;
        *room = room.saturating_sub(1);
        has_room
    };
    entries.filter(has_room).collect()
}

/// At most `limit` bytes and one more.
fn decompressed(bytes: &[u8], limit: u64) -> Result<Cow<'_, [u8]>, FeedError> {
    if !bytes.starts_with(b"\x1f\x8b") {
        return Ok(Cow::Borrowed(bytes));
    }
    let mut text = Vec::new();
    let read = GzDecoder::new(bytes).take(limit + 1).read_to_end(&mut text);
    read.map_err(|_| FeedError::NotASitemap)?;
    Ok(Cow::Owned(text))
}

struct Parsed {
    is_index: bool,
    entries: Vec<RawEntry>,
}

#[derive(Default)]
struct RawEntry {
    location: String,
    title: String,
    modified: Option<DateTime<Utc>>,
    /// When a news article was published.
    published: Option<DateTime<Utc>>,
}

/// Where the text that is being read belongs.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Field {
    Location,
    Modified,
    Published,
    Title,
}

fn parse(text: &str) -> Result<Parsed, FeedError> {
    let mut reader = Reader::from_str(text);
    let mut depth = 0_usize;
    let mut is_index = None;
    let mut is_news = false;
    let mut field = None;
    let mut value = String::new();
    let mut entry = RawEntry::default();
    let mut entries = Vec::new();
    loop {
        match reader.read_event().map_err(|_| FeedError::NotASitemap)? {
            Event::Start(start) => {
                depth += 1;
                let name = start.local_name();
                let name = name.as_ref();
                field = match (depth, name) {
                    (1, "urlset" | "sitemapindex") => {
                        is_index = Some(name == "sitemapindex");
                        None
                    }
                    // Nothing else is a sitemap, and nothing is to be nested deeper.
                    (1 | MAX_DEPTH.., _) => return Err(FeedError::NotASitemap),
                    (2, _) => {
                        entry = RawEntry::default();
                        None
                    }
                    (3, "loc") => Some(Field::Location),
                    (3, "lastmod") => Some(Field::Modified),
                    (3, _) => {
                        is_news = name == "news";
                        None
                    }
                    (4, "publication_date") if is_news => Some(Field::Published),
                    (4, "title") if is_news => Some(Field::Title),
                    _ => None,
                };
                value.clear();
            }
            Event::End(_) => {
                if let Some(field) = field.take() {
                    entry.set(field, value.trim());
                }
                if depth == 2 && !entry.location.is_empty() && entries.len() < MAX_LISTED {
                    entries.push(std::mem::take(&mut entry));
                }
                depth = depth.saturating_sub(1);
            }
            Event::Text(text) if field.is_some() => push(&mut value, &text),
            Event::CData(text) if field.is_some() => push(&mut value, &text),
            Event::GeneralRef(reference) if field.is_some() => {
                push(&mut value, resolved(&reference).encode_utf8(&mut [0; 4]));
            }
            Event::Eof => break,
            _ => {}
        }
    }
    let is_index = is_index.filter(|_| depth == 0).ok_or(FeedError::NotASitemap)?;
    Ok(Parsed { is_index, entries })
}

impl RawEntry {
    fn set(&mut self, field: Field, value: &str) {
        match field {
            Field::Location => value.clone_into(&mut self.location),
            Field::Title => value.clone_into(&mut self.title),
            Field::Modified => self.modified = time(value),
            Field::Published => {
                self.published = time(value);
                // A news sitemap seldom says when a page was modified.
                self.modified = self.modified.or(self.published);
            }
        }
    }
}

fn push(value: &mut String, text: &str) {
    if value.len() + text.len() <= MAX_FIELD_BYTES {
        value.push_str(text);
    }
}

/// What a reference stands for: a character, or one of XML's five. Whatever the document declares
/// itself stands for nothing.
fn resolved(reference: &BytesRef<'_>) -> char {
    match &**reference {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        _ => reference.resolve_char_ref().ok().flatten().unwrap_or(char::REPLACEMENT_CHARACTER),
    }
}

/// A time as the W3C's note on dates writes it: of whole days, midnight UTC.
fn time(text: &str) -> Option<DateTime<Utc>> {
    let exact = DateTime::parse_from_rfc3339(text)
        .or_else(|_| DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M%#z"));
    if let Ok(time) = exact {
        return Some(time.to_utc());
    }
    let local = NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S").ok();
    let day = || NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?.and_hms_opt(0, 0, 0);
    local.or_else(day).map(|time| time.and_utc())
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;
    use std::io::Write as _;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    fn now() -> DateTime<Utc> {
        time("2026-11-22T12:00:00Z").unwrap()
    }

    fn read_bytes(bytes: &[u8]) -> Result<Sitemap, FeedError> {
        let address = Address::parse("https://news.example/sitemap.xml").unwrap();
        read_sitemap(&address, None, bytes, |_| true, now())
    }

    fn pages(body: &str) -> Vec<String> {
        match read_bytes(body.as_bytes()).unwrap() {
            Sitemap::Pages(entries) => {
                entries.into_iter().map(|entry| entry.address.into()).collect()
            }
            Sitemap::Index(_) => panic!("an index"),
        }
    }

    fn gzipped(body: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(body).unwrap();
        encoder.finish().unwrap()
    }

    const PLAIN: &str = "<?xml version='1.0'?>\
        <urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9' \
          xmlns:image='http://www.google.com/schemas/sitemap-image/1.1'>\
        <url><loc> https://news.example/untold </loc></url>\
        <url><loc>https://news.example/old</loc><lastmod>2026-11-01</lastmod></url>\
        <url><loc>https://news.example/new?a=1&amp;b=2&#38;utm_source=x</loc>\
          <image:image><image:loc>https://news.example/picture.jpg</image:loc></image:image>\
          <lastmod>2026-11-22T10:00+01:00</lastmod></url>\
        <url><loc><![CDATA[/relative]]></loc><lastmod>2026-11-21T10:00:00.5Z</lastmod></url>\
        <url><loc>javascript:alert(1)</loc></url>\
        <url><loc>https://news.example/old</loc></url></urlset>";

    const SORTED: [&str; 4] = [
        "https://news.example/new?a=1&b=2",
        "https://news.example/relative",
        "https://news.example/old",
        "https://news.example/untold",
    ];

    #[test]
    fn a_sitemap_names_its_pages_once_each_the_newest_first() {
        assert_eq!(pages(PLAIN), SORTED);
    }

    #[test]
    fn a_gzipped_sitemap_is_read_likewise() {
        let bytes = gzipped(PLAIN.as_bytes());
        assert!(looks_like_a_sitemap(None, &bytes));
        assert_eq!(read_bytes(&bytes), read_bytes(PLAIN.as_bytes()));
    }

    #[test]
    fn news_are_taken_with_their_headlines_and_only_those_of_the_last_days() {
        let news = |name: &str, date: &str| {
            format!(
                "<url><loc>https://news.example/{name}</loc><n:news><n:publication>\
                 <n:name>The Times</n:name></n:publication>\
                 <n:publication_date>{date}</n:publication_date>\
                 <n:title>{name} &amp; more</n:title></n:news></url>"
            )
        };
        let body = format!(
            "<urlset xmlns:n='http://www.google.com/schemas/sitemap-news/0.9'>{}{}{}</urlset>",
            news("week-old", "2026-11-15"),
            news("yesterday", "2026-11-21T08:00:00Z"),
            news("today", "2026-11-22"),
        );
        let Sitemap::Pages(entries) = read_bytes(body.as_bytes()).unwrap() else { panic!() };
        let titles: Vec<_> = entries.iter().filter_map(|entry| entry.title.as_deref()).collect();
        assert_eq!(titles, ["today & more", "yesterday & more"]);
    }

    #[test]
    fn an_index_names_its_newest_sitemaps_on_the_publishers_own_domain() {
        let mut body = String::from("<sitemapindex>");
        for day in 1..=20 {
            write!(
                body,
                "<sitemap><loc>https://maps.news.example/{day}.xml.gz</loc>\
                 <lastmod>2026-10-{day:02}</lastmod></sitemap>"
            )
            .unwrap();
        }
        body += "<sitemap><loc>https://evil.example/1.xml</loc><lastmod>2026-11-01</lastmod>\
                 </sitemap></sitemapindex>";
        let Sitemap::Index(children) = read_bytes(body.as_bytes()).unwrap() else { panic!() };
        assert_eq!(children.len(), MAX_CHILDREN);
        assert_eq!(children[0].as_str(), "https://maps.news.example/20.xml.gz");
        assert_eq!(children[9].as_str(), "https://maps.news.example/11.xml.gz");
    }

    #[test]
    fn entities_that_a_sitemap_declares_are_never_expanded() {
        let body = "<?xml version='1.0'?><!DOCTYPE urlset [<!ENTITY a 'aaaaaaaaaa'>\
            <!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;'><!ENTITY f SYSTEM 'file:///etc/passwd'>]>\
            <urlset><url><loc>https://news.example/1</loc></url>\
            <url><loc>https://news.example/&b;</loc></url>\
            <url><loc>https://news.example/&f;</loc></url></urlset>";
        assert_eq!(pages(body), ["https://news.example/1", "https://news.example/%EF%BF%BD"]);
    }

    #[test]
    fn what_is_broken_too_deep_or_something_else_is_no_sitemap() {
        let deep = format!("<urlset>{}", "<a>".repeat(100_000));
        let bomb = gzipped(&deep.clone().into_bytes());
        for body in [
            &b""[..],
            b"<html><body>Hi</body></html>",
            b"<urlset><url><loc>https://news.example/1</loc></url>",
            b"<urlset><url></loc></url></urlset>",
            b"\x1f\x8b broken",
            deep.as_bytes(),
            &bomb,
        ] {
            assert_eq!(read_bytes(body), Err(FeedError::NotASitemap));
        }
    }

    #[test]
    fn a_compression_bomb_is_cut_off() {
        let bomb = gzipped(&vec![b' '; usize::try_from(MAX_BYTES).unwrap() + 2]);
        assert_eq!(read_bytes(&bomb), Err(FeedError::TooLarge));
    }

    #[test]
    fn of_a_long_sitemap_a_bounded_number_of_pages_is_taken() {
        let mut body = String::from("<urlset>");
        for number in 0..MAX_ENTRIES + 5 {
            write!(body, "<url><loc>https://news.example/{number}</loc></url>").unwrap();
        }
        body += "</urlset>";
        let pages = pages(&body);
        assert_eq!(pages.len(), MAX_ENTRIES);
        for [place, number] in [[0, 0], [1, MAX_ENTRIES + 4], [2, 1], [3, MAX_ENTRIES + 3]] {
            assert_eq!(pages[place], format!("https://news.example/{number}"));
        }
    }

    #[test]
    fn of_a_long_sitemap_what_is_wanted_is_found_wherever_it_stands() {
        let mut body = String::from("<urlset>");
        for number in 0..4 * MAX_ENTRIES {
            write!(body, "<url><loc>https://news.example/{number}</loc></url>").unwrap();
        }
        body += "</urlset>";
        let address = Address::parse("https://news.example/sitemap.xml").unwrap();
        let middle = address.join("/2001").unwrap();
        let read =
            read_sitemap(&address, None, body.as_bytes(), |address| *address == middle, now());
        let Ok(Sitemap::Pages(entries)) = read else { panic!("{read:?}") };
        assert!(entries.iter().any(|entry| entry.address == middle));
        assert_eq!(entries.len(), MAX_ENTRIES + 1, "and others, to be shown what a filter drops");
    }

    #[test]
    fn an_index_without_dates_leads_to_its_first_and_last_sitemaps() {
        let mut body = String::from("<sitemapindex>");
        for month in 1..=30 {
            write!(body, "<sitemap><loc>/{month}.xml</loc></sitemap>").unwrap();
        }
        body += "</sitemapindex>";
        let Sitemap::Index(children) = read_bytes(body.as_bytes()).unwrap() else { panic!() };
        assert_eq!(children.len(), MAX_CHILDREN);
        assert_eq!(children[1].as_str(), "https://news.example/30.xml");
        assert_eq!(children[9].as_str(), "https://news.example/26.xml");
    }

    #[test]
    fn a_bare_ampersand_breaks_no_sitemap() {
        let body = "<urlset><url><loc>https://news.example/?a=1&b=2&amp;c=3</loc></url></urlset>";
        assert_eq!(pages(body), ["https://news.example/?a=1&b=2&c=3"]);
    }
}
