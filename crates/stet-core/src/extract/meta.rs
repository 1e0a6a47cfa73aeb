//! What a page says of itself in its `meta` and `link` elements and on its root: the site's name,
//! the language, the canonical address.

use std::collections::HashMap;
use std::sync::LazyLock;

use dom_query::Matcher;

use super::fold::fold;
use super::json_ld::JsonLd;
use super::landmarks::{Landmarks, matcher};
use crate::Address;

/// The longest name of a site, in words: "The Wall Street Journal", with one for its section.
const MAX_SITE_WORDS: usize = 5;

/// Elements that say what their name means.
pub(super) const WITH_CONTENT: &str = "meta[content]";

/// The element that stands for the `Content-Language` header.
pub(super) const LANGUAGE_HEADER: &str = "meta[http-equiv='content-language' i]";

/// The element that says the page's own address.
pub(super) const CANONICAL: &str = "link[rel~='canonical' i][href]";

static WITH_CONTENT_MATCHER: LazyLock<Matcher> = LazyLock::new(|| matcher(WITH_CONTENT));
static LANGUAGE_HEADER_MATCHER: LazyLock<Matcher> = LazyLock::new(|| matcher(LANGUAGE_HEADER));
static CANONICAL_MATCHER: LazyLock<Matcher> = LazyLock::new(|| matcher(CANONICAL));

/// The `meta` elements of a page by their `name`, `property` or `itemprop`, in lower case; of
/// several, the first that is not empty.
#[derive(Debug, Clone, Default)]
pub(super) struct Meta(HashMap<String, String>);

impl Meta {
    pub(super) fn read(landmarks: &Landmarks<'_>) -> Self {
        let mut values = HashMap::new();
        for element in landmarks.stated(&WITH_CONTENT_MATCHER) {
            let content = fold(&element.attr_or("content", ""));
            let names = ["name", "property", "itemprop"].iter().filter_map(|key| element.attr(key));
            for name in names.filter(|_| !content.is_empty()) {
                values.entry(name.trim().to_ascii_lowercase()).or_insert_with(|| content.clone());
            }
        }
        Self(values)
    }

    /// The content of an element; its name in lower case.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }
}

/// What the site may call itself on this page.
pub(super) fn site_names(meta: &Meta, json_ld: &JsonLd, address: &Address) -> Vec<String> {
    let domain = address.registrable_domain();
    let label = domain.split('.').next().unwrap_or_default().to_owned();
    let names = ["og:site_name", "application-name", "apple-mobile-web-app-title", "twitter:site"];
    // Some software writes the article's title there.
    let is_name = |text: &&str| text.split(' ').count() <= MAX_SITE_WORDS;
    let stated = names.iter().filter_map(|name| meta.get(name)).filter(is_name).map(str::to_owned);
    stated.chain(json_ld.publisher.clone()).chain([domain, label]).collect()
}

/// The language, as a BCP 47 tag: that of the root element before OpenGraph's, since the latter
/// is often a default of the software.
pub(super) fn language(landmarks: &Landmarks<'_>, meta: &Meta, json_ld: &JsonLd) -> Option<String> {
    let root = landmarks.document.html_root();
    let header = landmarks.stated(&LANGUAGE_HEADER_MATCHER).next();
    let stated = [
        root.attr("lang").map(|tag| tag.to_string()),
        root.attr("xml:lang").map(|tag| tag.to_string()),
        json_ld.language.clone(),
        meta.get("og:locale").map(str::to_owned),
        meta.get("language").map(str::to_owned),
        meta.get("dc.language").map(str::to_owned),
        header.and_then(|header| header.attr("content")).map(|tag| tag.to_string()),
    ];
    stated.iter().flatten().find_map(|tag| language_tag(tag))
}

/// Brings a tag into its usual form: `en_gb` becomes `en-GB`. Only language, script and region
/// are kept.
fn language_tag(text: &str) -> Option<String> {
    let mut parts = text.trim().split(['-', '_']);
    let is_letters = |part: &str| part.bytes().all(|c| c.is_ascii_alphabetic());
    let language = parts.next().filter(|part| matches!(part.len(), 2 | 3) && is_letters(part))?;
    let mut tag = language.to_ascii_lowercase();
    for part in parts {
        match part.len() {
            4 if is_letters(part) => {
                tag.push('-');
                tag.push_str(&part[..1].to_ascii_uppercase());
                tag.push_str(&part[1..].to_ascii_lowercase());
            }
            2 if is_letters(part) => {
                tag.push('-');
                tag.push_str(&part.to_ascii_uppercase());
                break;
            }
            3 if part.bytes().all(|c| c.is_ascii_digit()) => {
                tag.push('-');
                tag.push_str(part);
                break;
            }
            _ => break,
        }
    }
    Some(tag)
}

/// The address that the page calls its own. One that points to a site's front page from below it
/// is a mistake of the site and none.
pub(super) fn canonical(
    landmarks: &Landmarks<'_>,
    meta: &Meta,
    address: &Address,
) -> Option<Address> {
    let link = landmarks.stated(&CANONICAL_MATCHER).next().and_then(|link| link.attr("href"));
    let canonical = link
        .filter(|link| !link.trim().is_empty())
        .map(|link| link.to_string())
        .or_else(|| meta.get("og:url").map(str::to_owned))
        .and_then(|link| address.join(&link).ok())?;
    let is_front = canonical.url().path() == "/" && canonical.url().query().is_none();
    (!is_front || address.url().path() == "/").then_some(canonical)
}

#[cfg(test)]
mod tests {
    use dom_query::Document;

    use super::*;

    #[test]
    fn languages_are_tags() {
        for (text, tag) in [
            ("en", Some("en")),
            ("pt_br", Some("pt-BR")),
            ("ZH-hant-tw", Some("zh-Hant-TW")),
            ("es-419", Some("es-419")),
            ("en-x-foo", Some("en")),
            ("english", None),
            ("", None),
            ("é", None),
        ] {
            assert_eq!(language_tag(text).as_deref(), tag, "{text}");
        }
    }

    fn language_of(html: &str) -> Option<String> {
        let document = Document::from(html);
        let landmarks = Landmarks::gather(&document);
        language(&landmarks, &Meta::read(&landmarks), &JsonLd::default())
    }

    #[test]
    fn the_root_element_says_the_language_before_open_graph() {
        let html = "<html lang=de><meta property=og:locale content=en_US>";
        let found = language_of(html);
        assert_eq!(found.as_deref(), Some("de"));
        let html = "<html lang=''><meta property=og:locale content=en_US>";
        let found = language_of(html);
        assert_eq!(found.as_deref(), Some("en-US"));
    }

    #[test]
    fn the_canonical_address_is_joined_to_the_page_and_never_a_front_page() {
        let address = Address::parse("https://example.org/news/1?page=2").expect("an address");
        let of = |link: &str| {
            let html = format!("<link rel='alternate canonical' href='{link}'>");
            let document = Document::from(html);
            canonical(&Landmarks::gather(&document), &Meta::default(), &address)
                .map(|found| found.to_string())
        };
        assert_eq!(of("/news/1").as_deref(), Some("https://example.org/news/1"));
        assert_eq!(of("https://example.org/"), None);
        assert_eq!(of("javascript:void(0)"), None);
    }

    #[test]
    fn meta_elements_are_found_by_any_of_their_names() {
        let html = "<meta NAME=Author content=' '><meta property=AUTHOR content=' Ann  Lee '>";
        let document = Document::from(html);
        let meta = Meta::read(&Landmarks::gather(&document));
        assert_eq!(meta.get("author"), Some("Ann Lee"));
    }
}
