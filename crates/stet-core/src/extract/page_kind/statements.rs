//! What JSON-LD says of the page itself: what it is, and whether its text is free to read.

use serde_json::{Map, Value};

use super::super::json_ld::types;

/// How many selectors of paid parts are looked at.
const MAX_PARTS: usize = 8;

/// What the page's own objects say; not those inside them, such as the video in an article or the
/// articles in a list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in super::super) struct Statements {
    /// It is an article.
    pub(super) is_article: bool,
    /// It is a video.
    pub(super) is_video: bool,
    /// It is a list of other things.
    pub(super) is_collection: bool,
    /// Whether it is free to read, where that is said (schema.org's `isAccessibleForFree`).
    pub(super) is_free: Option<bool>,
    /// CSS selectors of the parts that are not free.
    pub(super) paid_parts: Vec<String>,
}

impl Statements {
    /// Reads the scripts of a page.
    pub(in super::super) fn of(values: &[Value]) -> Self {
        let mut own = Self::default();
        let mut objects = Vec::new();
        for value in values {
            own_objects(value, 0, &mut objects);
        }
        for object in objects {
            own.add(object);
        }
        own
    }

    fn add(&mut self, object: &Map<String, Value>) {
        for name in types(object) {
            self.is_article |= name.ends_with("Article")
                || name.ends_with("Posting")
                || matches!(name, "Report" | "Review" | "Recipe");
            self.is_video |= matches!(name, "VideoObject" | "TVEpisode" | "Movie" | "Clip");
            self.is_collection |= matches!(name, "CollectionPage" | "SearchResultsPage");
        }
        if let Some(is_free) = object.get("isAccessibleForFree").and_then(truth) {
            // Of several, the one that says it is not decides: it is the article's.
            self.is_free = Some(self.is_free.unwrap_or(true) && is_free);
        }
        let parts = match object.get("hasPart") {
            Some(Value::Array(parts)) => parts.as_slice(),
            Some(one) => std::slice::from_ref(one),
            None => &[],
        };
        let is_paid =
            |part: &&Value| part.get("isAccessibleForFree").and_then(truth) == Some(false);
        let selectors = parts.iter().filter(is_paid).filter_map(|part| part.get("cssSelector"));
        let selectors = selectors.filter_map(Value::as_str).map(str::to_owned);
        self.paid_parts.extend(selectors);
        self.paid_parts.truncate(MAX_PARTS);
        if !self.paid_parts.is_empty() {
            self.is_free = Some(false);
        }
    }
}

/// The objects that speak of the page: at the top, in lists there, in `@graph`, and what the
/// page's object calls its main entity.
fn own_objects<'a>(value: &'a Value, depth: usize, objects: &mut Vec<&'a Map<String, Value>>) {
    match value {
        Value::Array(values) if depth < 3 => {
            for value in values {
                own_objects(value, depth + 1, objects);
            }
        }
        Value::Object(object) => {
            objects.push(object);
            for key in ["@graph", "mainEntity"] {
                if let Some(inner) = object.get(key).filter(|_| depth < 3) {
                    own_objects(inner, depth + 1, objects);
                }
            }
        }
        _ => {}
    }
}

/// A truth value as pages write it: `false`, `"False"`, `"http://schema.org/False"`.
fn truth(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(truth) => Some(*truth),
        Value::String(text) => match text.rsplit('/').next()?.to_ascii_lowercase().as_str() {
            "true" => Some(true),
            "false" => Some(false),
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_the_pages_own_objects_speak_of_it() {
        let list = json!({"@type": "CollectionPage", "hasPart": [{"@type": "NewsArticle"}]});
        let own = Statements::of(&[list]);
        assert!(own.is_collection && !own.is_article);
        let article =
            json!({"@graph": [{"@type": "NewsArticle", "video": {"@type": "VideoObject"}}]});
        let own = Statements::of(&[article]);
        assert!(own.is_article && !own.is_video);
    }

    #[test]
    fn what_is_not_free_is_read_in_all_its_spellings() {
        for value in [json!(false), json!("False"), json!("https://schema.org/False")] {
            let own = Statements::of(&[json!({"isAccessibleForFree": value})]);
            assert_eq!(own.is_free, Some(false));
        }
        let part = json!({"isAccessibleForFree": "false", "cssSelector": ".paid"});
        let own = Statements::of(&[json!({"isAccessibleForFree": true, "hasPart": part})]);
        assert_eq!((own.is_free, own.paid_parts), (Some(false), vec![".paid".to_owned()]));
    }
}
