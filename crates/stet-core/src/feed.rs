//! Reading of the feeds in which articles are found: RSS, Atom, RDF and JSON Feed.

use std::collections::HashSet;
use std::sync::LazyLock;

use feed_rs::model::FeedType;
use quick_xml::Reader;
use quick_xml::events::Event;
use regex::{Captures, Regex};
use thiserror::Error;

use crate::extract::ExtractError;
use crate::section_page::LinkRuleError;
use crate::{Address, ampersands, xml_text};

/// The most entries that are taken from one feed.
/// Source: ten times what large newspapers' main feeds hold.
pub const MAX_ENTRIES: usize = 1_000;

/// The root of an RSS feed and its attributes.
static RSS_ROOT: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"<rss\b([^>]*)>").expect("the pattern is fixed"));

/// The versions of RSS that the parser knows.
static KNOWN_VERSION: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"\bversion\s*=\s*["'](?:2\.0|0\.91|0\.92)["']"#).expect("the pattern is fixed")
});

/// Any version.
static VERSION: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"(?i)\s\bversion\s*=\s*(?:"[^"]*"|'[^']*')"#).expect("the pattern is fixed")
});

/// A feed as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadFeed {
    /// What the feed calls itself, with white space folded.
    pub title: Option<String>,
    /// Its articles, in the feed's order, each address once.
    pub entries: Vec<FeedEntry>,
}

/// An article that a feed names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedEntry {
    /// Where it stands.
    pub address: Address,
    /// Its headline, as far as the feed tells, with white space folded.
    pub title: Option<String>,
}

/// Why a body could not be read as a feed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum FeedError {
    /// Not a feed, or a broken one.
    #[error("this is not a feed that can be read (RSS, Atom, RDF or JSON Feed)")]
    NotAFeed,
    /// Not a sitemap, or a broken one.
    #[error("this is not a sitemap that can be read")]
    NotASitemap,
    /// More bytes than are read.
    #[error("this sitemap is larger than the 16 MiB that are read")]
    TooLarge,
    /// A section page without a rule that chooses its links.
    #[error("a section page needs a CSS selector or an address pattern for its links")]
    NoLinkRule,
    /// A rule that cannot be used.
    #[error(transparent)]
    LinkRule(LinkRuleError),
    /// A section page that cannot be read.
    #[error(transparent)]
    Page(ExtractError),
}

/// Reads a feed; entries whose link is no address that could be watched are left out.
///
/// `address` is where the feed came from: relative links are resolved against it. `content_type` may
/// name its encoding. What many real feeds get wrong breaks none: ampersands that should have been
/// escaped, versions of RSS that there never were, numbers where JSON Feed wants strings.
pub fn read_feed(
    address: &Address,
    content_type: Option<&str>,
    bytes: &[u8],
) -> Result<ReadFeed, FeedError> {
    let text = xml_text::text_of(content_type, bytes);
    let feed = parsed(address, &text)
        .or_else(|| parsed(address, &repaired(&text)?))
        .ok_or(FeedError::NotAFeed)?;
    let mut permalinks = Permalinks { is_rss: is_rss(&feed.feed_type), text: &text, others: None };
    let mut seen = HashSet::new();
    let entries = feed
        .entries
        .into_iter()
        .filter_map(|entry| {
            let link = entry_link(&entry).or_else(|| permalinks.of(&entry))?;
            let address = address.join(link).ok()?;
            let title = entry.title.and_then(|title| folded(&title.content));
            seen.insert(address.clone()).then_some(FeedEntry { address, title })
        })
        .take(MAX_ENTRIES)
        .collect();
    Ok(ReadFeed { title: feed.title.and_then(|title| folded(&title.content)), entries })
}

/// Each try has a parser of its own: one that failed within an item still holds its state.
fn parsed(address: &Address, text: &str) -> Option<feed_rs::model::Feed> {
    let parser = feed_rs::parser::Builder::new()
        .base_uri(Some(address.as_str()))
        .sanitize_content(false)
        .build();
    parser.parse(text.as_bytes()).ok()
}

/// A feed without the faults that the parser does not bear.
fn repaired(text: &str) -> Option<String> {
    if text.trim_start().starts_with('{') {
        return with_worded_ids(text);
    }
    let escaped = ampersands::escaped(text);
    let root = |found: &Captures<'_>| match &found[1] {
        attributes if KNOWN_VERSION.is_match(attributes) => found[0].to_owned(),
        attributes => format!("<rss version=\"2.0\"{}>", VERSION.replace(attributes, "")),
    };
    Some(RSS_ROOT.replace(&escaped, root).into_owned())
}

/// A JSON Feed whose numeric identifiers are strings. Source: JSON Feed 1.1, `id` of items.
fn with_worded_ids(text: &str) -> Option<String> {
    let mut feed: serde_json::Value = serde_json::from_str(text).ok()?;
    for item in feed.get_mut("items")?.as_array_mut()? {
        if let Some(id) = item.get_mut("id").filter(|id| id.is_number()) {
            *id = id.to_string().into();
        }
    }
    Some(feed.to_string())
}

/// The link that leads to the article itself, rather than to its comments or enclosures; of several
/// the first one to a page.
fn entry_link(entry: &feed_rs::model::Entry) -> Option<&str> {
    let is_article = |link: &&feed_rs::model::Link| {
        link.rel.as_deref().is_none_or(|rel| rel.eq_ignore_ascii_case("alternate"))
    };
    let is_page = |link: &&feed_rs::model::Link| {
        link.media_type.as_deref().is_none_or(|kind| kind.to_ascii_lowercase().contains("html"))
    };
    let mut articles = entry.links.iter().filter(is_article);
    let first = articles.clone().next();
    articles.find(is_page).or(first).map(|link| link.href.as_str())
}

/// Whether a feed's items have a `guid`, which is a link where it does not say otherwise (RSS 2.0).
fn is_rss(kind: &FeedType) -> bool {
    matches!(kind, FeedType::RSS0 | FeedType::RSS2)
}

/// Which items of a feed are known by an address that leads to them.
struct Permalinks<'a> {
    is_rss: bool,
    text: &'a str,
    /// The `guid`s that say that they are none, once they were looked for.
    others: Option<HashSet<String>>,
}

impl Permalinks<'_> {
    /// The `guid` of an item without a link, if it is a link itself.
    fn of<'e>(&mut self, entry: &'e feed_rs::model::Entry) -> Option<&'e str> {
        let is_web = ["http://", "https://"].iter().any(|scheme| entry.id.starts_with(scheme));
        if !self.is_rss || !is_web {
            return None;
        }
        let others = self.others.get_or_insert_with(|| no_permalinks(self.text));
        (!others.contains(&entry.id)).then_some(entry.id.as_str())
    }
}

/// The `guid`s of a feed that say that they are no permanent links. The parser does not tell.
fn no_permalinks(text: &str) -> HashSet<String> {
    let text = ampersands::escaped(text);
    let mut reader = Reader::from_str(&text);
    let mut found = HashSet::new();
    let mut value: Option<String> = None;
    loop {
        match reader.read_event() {
            Ok(Event::Start(start)) => {
                let is_none = |attribute: quick_xml::events::attributes::Attribute<'_>| {
                    attribute.key.as_ref() == "isPermaLink" && &*attribute.value == "false"
                };
                let is_guid = start.local_name().as_ref() == "guid";
                let says_so = is_guid && start.attributes().flatten().any(is_none);
                value = says_so.then(String::new);
            }
            Ok(Event::Text(text)) => value = value.map(|value| value + &text),
            Ok(Event::CData(text)) => value = value.map(|value| value + &text),
            Ok(Event::GeneralRef(reference)) if &*reference == "amp" => {
                value = value.map(|value| value + "&");
            }
            Ok(Event::End(_)) => found.extend(value.take().map(|value| value.trim().to_owned())),
            Ok(Event::Eof) | Err(_) => return found,
            Ok(_) => {}
        }
    }
}

/// Folds white space and drops NUL; `None` where nothing is left.
pub(crate) fn folded(text: &str) -> Option<String> {
    let text = text.replace('\0', "");
    let words: Vec<&str> = text.split_whitespace().collect();
    (!words.is_empty()).then(|| words.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> Result<ReadFeed, FeedError> {
        read_feed(
            &Address::parse("https://news.example/feeds/top.xml").unwrap(),
            None,
            body.as_bytes(),
        )
    }

    fn addresses(body: &str) -> Vec<String> {
        read(body).unwrap().entries.into_iter().map(|entry| entry.address.into()).collect()
    }

    #[test]
    fn what_many_feeds_get_wrong_breaks_none() {
        let item = "<item><title>Q & A</title><link>https://news.example/1?a=1&b=2</link></item>";
        for root in [
            "<rss version='2.0'>",
            "<rss>",
            "<rss version=\"2\" xmlns:media='http://search.yahoo.com/mrss/'>",
            "<rss version='2.01'>",
            "<rss version='0.93'>",
            "<rss VERSION=' 2.0 '>",
        ] {
            let feed = format!("{root}<channel><title>A & B</title>{item}{item}</channel></rss>");
            assert_eq!(addresses(&feed), ["https://news.example/1?a=1&b=2"], "{root}");
            let plain = feed.replace(" & ", " and ").replace("&b", "");
            assert_eq!(addresses(&plain), ["https://news.example/1?a=1=2"], "{root}");
        }
        let cut = format!("<rss version='2.0'><channel>{item}<item><title>Marks & <b>Spencer");
        assert_eq!(read(&cut), Err(FeedError::NotAFeed));
        let json = "\u{feff}{\"version\":\"https://jsonfeed.org/version/1\",\"title\":\"T\",\
                    \"items\":[{\"id\":1234,\"url\":\"https://news.example/1\"}]}";
        assert_eq!(addresses(json), ["https://news.example/1"]);
    }

    #[test]
    fn of_several_alternates_a_page_is_the_article() {
        let entry = |links: &str| {
            format!(
                "<feed xmlns='http://www.w3.org/2005/Atom'><title>T</title><id>f</id>\
                 <updated>2026-11-01T00:00:00Z</updated><entry><id>e</id><title>E</title>\
                 <updated>2026-11-01T00:00:00Z</updated>{links}</entry></feed>"
            )
        };
        let sound = "<link rel='alternate' type='audio/mpeg' href='/1.mp3'/>";
        let page = "<link rel='alternate' type='text/html' href='/1'/>";
        assert_eq!(addresses(&entry(&format!("{sound}{page}"))), ["https://news.example/1"]);
        assert_eq!(addresses(&entry(sound)), ["https://news.example/1.mp3"]);
    }

    #[test]
    fn an_rss_feed_names_its_articles_once_each_without_tracking_parameters() {
        let feed = read(
            "<rss version='2.0'><channel><title>Top\n stories</title><link>https://news.example</link>\
             <description>d</description>\
             <item><title>One &amp; only</title><link>https://news.example/1?utm_medium=rss</link></item>\
             <item><title>One again</title><link>https://news.example/1</link></item>\
             <item><title>A script</title><link>javascript:alert(1)</link></item>\
             </channel></rss>",
        )
        .unwrap();
        assert_eq!(feed.title.as_deref(), Some("Top stories"));
        assert_eq!(
            feed.entries,
            [FeedEntry {
                address: Address::parse("https://news.example/1").unwrap(),
                title: Some("One & only".into())
            }]
        );
    }

    #[test]
    fn an_atom_feed_is_read_by_its_alternate_links() {
        let atom = "<feed xmlns='http://www.w3.org/2005/Atom'><id>f</id><title>t</title>\
             <updated>2026-01-01T00:00:00Z</updated><entry><id>e</id><title>e</title>\
             <updated>2026-01-01T00:00:00Z</updated>\
             <link rel='replies' href='https://news.example/1/comments'/>\
             <link href='/1'/></entry></feed>";
        assert_eq!(addresses(atom), ["https://news.example/1"]);
    }

    #[test]
    fn a_json_feed_and_an_rdf_feed_are_read() {
        let json = r#"{"version":"https://jsonfeed.org/version/1.1","title":"t",
            "items":[{"id":"1","url":"https://news.example/1","content_text":"x"}]}"#;
        assert_eq!(addresses(json), ["https://news.example/1"]);
        let rdf = "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' \
             xmlns='http://purl.org/rss/1.0/'><channel><title>t</title><link>https://news.example</link>\
             <description>d</description></channel><item><title>1</title>\
             <link>https://news.example/1</link></item></rdf:RDF>";
        assert_eq!(addresses(rdf), ["https://news.example/1"]);
    }

    #[test]
    fn an_item_without_a_link_is_known_by_its_permanent_link() {
        let rss = "<rss version='2.0'><channel><title>t</title><link>https://news.example</link>\
             <description>d</description>\
             <item><title>1</title><guid isPermaLink='true'>https://news.example/1?a=1&amp;b=2\
             </guid></item>\
             <item><title>2</title><guid>https://news.example/2</guid></item>\
             <item><title>3</title><guid isPermaLink='false'>https://news.example/?p=3&amp;x=y\
             </guid></item>\
             <item><title>4</title><guid>tag:news.example,2026:4</guid></item>\
             <item><title>5</title><link>https://news.example/5</link>\
             <guid>https://news.example/?p=5</guid></item></channel></rss>";
        let expected =
            ["https://news.example/1?a=1&b=2", "https://news.example/2", "https://news.example/5"];
        assert_eq!(addresses(rss), expected);
    }

    #[test]
    fn an_ampersand_that_is_not_escaped_breaks_no_feed() {
        let feed = read(
            "<rss version='2.0'><channel><title>Arts & Culture</title>\
             <link>https://news.example</link><description>d</description>\
             <item><title>Q&A; R&D, Tom &amp; Jerry</title>\
             <link>https://news.example/?id=1&part=2</link></item>\
             <item><title><![CDATA[Salt & Pepper]]></title><link>https://news.example/2</link>\
             </item></channel></rss>",
        )
        .unwrap();
        assert_eq!(feed.title.as_deref(), Some("Arts & Culture"));
        let [first, second] = &feed.entries[..] else { panic!("{feed:?}") };
        assert_eq!(first.address.as_str(), "https://news.example/?id=1&part=2");
        assert!(first.title.as_ref().unwrap().contains("R&D, Tom & Jerry"), "{first:?}");
        assert_eq!(second.title.as_deref(), Some("Salt & Pepper"));
    }

    #[test]
    fn a_page_is_not_a_feed() {
        assert_eq!(read("<!doctype html><title>Hi</title><p>Text"), Err(FeedError::NotAFeed));
        assert_eq!(read(""), Err(FeedError::NotAFeed));
    }
}
