//! The words are in one place: templates have none of their own, and each message is used.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use regex::Regex;

/// Names that are the same in all languages.
const NAMES: [&str; 12] =
    ["Stet", "RSS", "Atom", "OPML", "JSON", "UTC", "GET", "API", "W3C", "CSS", "URL", "TimeMap"];

static CODE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?s)\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|<code.*?</code>").unwrap());
static ELEMENT: LazyLock<Regex> = LazyLock::new(|| Regex::new("(?s)<[^>]*>").unwrap());
static SPOKEN_ATTRIBUTE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"\s(?:aria-label|alt|placeholder|title|data-label|label)="([^"]*)""#).unwrap()
});
static USE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"\b(?:text|say|html)\(\s*"([a-z0-9]+(?:-[a-z0-9]+)+)""#).unwrap()
});
static FAMILY: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r#"text_of\(\s*"([a-z-]+)"|format!\("([a-z-]+)-\{"#).unwrap());
static MESSAGE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?m)^([a-z][a-z0-9-]*) =").unwrap());

fn files(folder: &str, extension: &str) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|found| found == extension) {
                let text = fs::read_to_string(&path).unwrap();
                found.push((path, text));
            }
        }
    }
    assert!(!found.is_empty());
    found
}

/// What a template says in words of its own.
fn own_words(template: &str) -> Vec<String> {
    let printed = CODE.replace_all(template, "·");
    let spoken = SPOKEN_ATTRIBUTE.captures_iter(&printed).map(|found| found[1].to_owned());
    // Examples of patterns and selectors are the same in all languages.
    let spoken = spoken.filter(|said| !said.starts_with(['/', '.']));
    let between = ELEMENT.replace_all(&printed, "\n");
    let mut words: Vec<String> = between.split('\n').map(ToOwned::to_owned).chain(spoken).collect();
    words.retain(|said| {
        let mut said =
            said.split(|char: char| !char.is_alphanumeric()).filter(|word| !word.is_empty());
        said.any(|word| word.chars().any(char::is_alphabetic) && !NAMES.contains(&word))
    });
    words
}

#[test]
fn a_template_has_no_words_of_its_own() {
    assert_eq!(
        own_words(r#"<p class="x" title="Old">{{ a }}, RSS <b>new</b></p>"#),
        ["new", "Old"]
    );
    let mut found = Vec::new();
    for (path, template) in files("templates", "html") {
        for said in own_words(&template) {
            found.push(format!("{}: {}", path.file_name().unwrap().display(), said.trim()));
        }
    }
    assert!(found.is_empty(), "to be moved to locales/en:\n{}", found.join("\n"));
}

#[test]
fn every_message_is_used_and_every_one_that_is_used_exists() {
    let messages: BTreeSet<String> = files("locales/en", "ftl")
        .iter()
        .flat_map(|(_, text)| {
            MESSAGE.captures_iter(text).map(|found| found[1].to_owned()).collect::<Vec<_>>()
        })
        .collect();
    let mut sources = files("templates", "html");
    for folder in ["crates/stet-web/src", "crates/stet-words/src", "crates/stet/src"] {
        sources.extend(files(folder, "rs"));
    }
    let named: BTreeSet<String> = sources
        .iter()
        .flat_map(|(_, text)| {
            USE.captures_iter(text).map(|found| found[1].to_owned()).collect::<Vec<_>>()
        })
        .filter(|id| id != "no-such-thing")
        .collect();
    let missing: Vec<_> = named.difference(&messages).collect();
    assert!(missing.is_empty(), "not in locales/en: {missing:?}");
    // Other names are made of a family and a member, or handed on before they are said.
    let families: Vec<String> = sources
        .iter()
        .flat_map(|(_, text)| {
            FAMILY
                .captures_iter(text)
                .map(|found| {
                    found.iter().skip(1).flatten().map(|family| family.as_str()).collect::<String>()
                        + "-"
                })
                .collect::<Vec<_>>()
        })
        .collect();
    let is_used = |id: &String| {
        named.contains(id)
            || families.iter().any(|family| id.starts_with(family.as_str()))
            || sources.iter().any(|(_, text)| text.contains(&format!("\"{id}\"")))
    };
    let idle: Vec<_> = messages.iter().filter(|id| !is_used(id)).collect();
    assert!(idle.is_empty(), "nobody says: {idle:?}");
}
