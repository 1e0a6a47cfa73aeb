//! What a page says of its article in schema.org's JSON-LD.
//!
//! It is good for dates and authors; its headline is often the one for social media, and its
//! `articleBody` stands on one page in eleven, often cut to a tenth. Pages break it in a few
//! ways that are mended here: comments and CDATA marks around it, raw line breaks inside
//! strings, commas before a closing bracket, HTML entities in values.

use std::sync::LazyLock;

use dom_query::{Document, Matcher};
use regex::Regex;
use serde_json::{Map, Value};

use super::fold::fold;
use super::landmarks::{Landmarks, matcher};
use super::page_kind::Statements;

/// How many objects are looked at, so that a page of JSON costs no more than one of text.
const MAX_OBJECTS: usize = 10_000;

/// Types of articles that do not end in `Article` or `Posting` (schema.org/CreativeWork).
const OTHER_ARTICLE_TYPES: &[&str] = &["Report", "Review", "Recipe", "WebPage"];

/// What JSON-LD says of the article; empty where it says nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct JsonLd {
    pub(super) headline: Option<String>,
    pub(super) authors: Vec<String>,
    pub(super) published: Option<String>,
    pub(super) modified: Option<String>,
    pub(super) language: Option<String>,
    pub(super) publisher: Option<String>,
    pub(super) section: Option<String>,
    /// The way to the page from the front page, the outermost first.
    pub(super) breadcrumbs: Vec<String>,
    pub(super) body: Option<String>,
    /// What is said of the page itself.
    pub(super) statements: Statements,
}

impl JsonLd {
    /// The body, where there is one: its lines, or if it is one line, that.
    pub(super) fn paragraphs(&self) -> Vec<String> {
        let lines = self.body.as_deref().unwrap_or_default().lines();
        lines.map(fold).filter(|line| !line.is_empty()).collect()
    }
}

/// The elements that hold it.
pub(super) const SCRIPTS: &str = "script[type*='ld+json']";

static SCRIPTS_MATCHER: LazyLock<Matcher> = LazyLock::new(|| matcher(SCRIPTS));

static COMMA_BEFORE_END: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r",\s*([\]}])").expect("the pattern is fixed"));

/// Reads all JSON-LD of a page; the first article found is the page's, an article type before a
/// page type.
pub(super) fn read(landmarks: &Landmarks<'_>) -> JsonLd {
    let scripts = landmarks.stated(&SCRIPTS_MATCHER);
    let values: Vec<Value> = scripts.filter_map(|script| parse(&script.text())).collect();
    let mut objects = Vec::new();
    for value in &values {
        collect(value, &mut objects);
    }
    let find = |is_wanted: fn(&str) -> bool| {
        objects.iter().copied().find(|object| types(object).any(is_wanted))
    };
    let is_article = |name: &str| name.ends_with("Article") || name.ends_with("Posting");
    let is_other = |name: &str| OTHER_ARTICLE_TYPES.contains(&name);
    let found = find(is_article).or_else(|| find(is_other));
    let found = found.map(|object| article(object, &objects)).unwrap_or_default();
    let breadcrumbs = find(|name| name == "BreadcrumbList").map(crumbs).unwrap_or_default();
    JsonLd { statements: Statements::of(&values), breadcrumbs, ..found }
}

/// The names in a list of breadcrumbs: of each element, or of the item in it.
fn crumbs(list: &Map<String, Value>) -> Vec<String> {
    let elements = list.get("itemListElement").and_then(Value::as_array);
    let name = |element: &Value| {
        let name = element.get("name").or_else(|| element.get("item")?.get("name"));
        name.and_then(Value::as_str).map(clean).filter(|name| !name.is_empty())
    };
    elements.map(|elements| elements.iter().filter_map(name).collect()).unwrap_or_default()
}

fn parse(script: &str) -> Option<Value> {
    let marks = [
        ("<!--", "-->"),
        ("<![CDATA[", "]]>"),
        ("//<![CDATA[", "//]]>"),
        ("/*<![CDATA[*/", "/*]]>*/"),
    ];
    let mut text = script.trim().trim_end_matches(';');
    for (start, end) in marks {
        text = text.strip_prefix(start).unwrap_or(text);
        text = text.strip_suffix(end).unwrap_or(text).trim();
    }
    if let Ok(value) = serde_json::from_str(text) {
        return Some(value);
    }
    let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    serde_json::from_str(&COMMA_BEFORE_END.replace_all(&text, "$1")).ok()
}

/// Lists all objects inside a value, outer before inner. The parser's own limit bounds its depth.
fn collect<'a>(value: &'a Value, objects: &mut Vec<&'a Map<String, Value>>) {
    if objects.len() >= MAX_OBJECTS {
        return;
    }
    match value {
        Value::Array(values) => values.iter().for_each(|value| collect(value, objects)),
        Value::Object(object) => {
            objects.push(object);
            object.values().for_each(|value| collect(value, objects));
        }
        _ => {}
    }
}

pub(super) fn types(object: &Map<String, Value>) -> impl Iterator<Item = &str> {
    let types = match object.get("@type") {
        Some(Value::Array(types)) => types.as_slice(),
        Some(one) => std::slice::from_ref(one),
        None => &[],
    };
    types.iter().filter_map(Value::as_str).map(|name| name.rsplit('/').next().unwrap_or(name))
}

fn article(object: &Map<String, Value>, all: &[&Map<String, Value>]) -> JsonLd {
    let text = |key: &str| {
        object.get(key).and_then(Value::as_str).map(clean).filter(|text| !text.is_empty())
    };
    let authors = object.get("author").or_else(|| object.get("creator"));
    JsonLd {
        headline: text("headline").or_else(|| text("name")),
        authors: authors.map(|value| names(value, all)).unwrap_or_default(),
        modified: text("dateModified"),
        published: text("datePublished").or_else(|| text("dateCreated")),
        language: text("inLanguage"),
        section: first_text(object.get("articleSection")),
        breadcrumbs: Vec::new(),
        publisher: object.get("publisher").and_then(|value| names(value, all).into_iter().next()),
        body: object.get("articleBody").and_then(Value::as_str).map(decode_entities),
        statements: Statements::default(),
    }
}

/// A string, or the first of several.
fn first_text(value: Option<&Value>) -> Option<String> {
    let value = match value? {
        Value::Array(values) => values.first()?,
        one => one,
    };
    value.as_str().map(clean).filter(|text| !text.is_empty())
}

/// The names of persons or organisations, in the order given: strings, objects with a name, or
/// references to such an object elsewhere on the page.
fn names(value: &Value, all: &[&Map<String, Value>]) -> Vec<String> {
    let values = match value {
        Value::Array(values) => values.as_slice(),
        one => std::slice::from_ref(one),
    };
    let name_of = |value: &Value| match value {
        Value::String(name) => Some(clean(name)),
        Value::Object(object) => {
            let id = object.get("@id");
            let same = |other: &&&Map<String, Value>| id.is_some() && other.get("@id") == id;
            let name = |object: &Map<String, Value>| match object.get("name") {
                Some(Value::Array(names)) => names.first().and_then(Value::as_str).map(clean),
                name => name.and_then(Value::as_str).map(clean),
            };
            name(object).or_else(|| all.iter().filter(same).find_map(|object| name(object)))
        }
        _ => None,
    };
    values.iter().filter_map(name_of).filter(|name| !name.is_empty()).collect()
}

fn clean(text: &str) -> String {
    fold(&decode_entities(text))
}

/// Decodes entities, which do not belong into JSON but are often there.
fn decode_entities(text: &str) -> String {
    if text.contains('&') && text.contains(';') && !text.contains('<') {
        Document::fragment(text).text().to_string()
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(json: &str) -> JsonLd {
        let html = format!("<script type=\"application/ld+json\">{json}</script><p>x");
        read(&Landmarks::gather(&Document::from(html)))
    }

    #[test]
    fn an_article_is_found_in_a_graph_and_its_author_by_reference() {
        let found = of(r##"{"@graph": [
            {"@type": "WebPage", "name": "Page"},
            {"@type": ["Thing", "NewsArticle"], "headline": "H", "author": {"@id": "#ann"}},
            {"@type": "Person", "@id": "#ann", "name": "Ann Lee"}]}"##);
        assert_eq!(found.headline.as_deref(), Some("H"));
        assert_eq!(found.authors, ["Ann Lee"]);
    }

    #[test]
    fn authors_are_read_in_every_form() {
        for (author, names) in [
            (r#""Ann""#, vec!["Ann"]),
            (r#"["Ann", {"@type": "Person", "name": "Bo &amp; Co"}]"#, vec!["Ann", "Bo & Co"]),
            (r#"{"name": ["Ann", "Bo"]}"#, vec!["Ann"]),
            (r#"{"name": null}"#, vec![]),
        ] {
            let json = format!(r#"{{"@type": "NewsArticle", "author": {author}}}"#);
            assert_eq!(of(&json).authors, names, "{author}");
        }
    }

    #[test]
    fn broken_json_is_mended_where_it_can_be() {
        let found =
            of("<!-- {\"@type\": \"https://schema.org/NewsArticle\", \"headline\": \"A\nB\",} -->");
        assert_eq!(found.headline.as_deref(), Some("A B"));
        assert_eq!(of("{\"@type\": \"NewsArticle\", \"headline\": "), JsonLd::default());
    }

    #[test]
    fn deeply_nested_json_says_nothing() {
        assert_eq!(of(&"[".repeat(100_000)), JsonLd::default());
    }
}
