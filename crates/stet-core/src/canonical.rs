//! Which other address a page may call its own.

use crate::{Address, ArticleText};

/// Whether an article that was read at `here` may be known by the address that its page calls
/// its own. That must be on the same registrable domain, and neither a home page nor the root of
/// a section, nor a lower scheme: sites that state a wrong one mostly state one of these for all
/// their pages, and all their articles would become one.
#[must_use]
pub fn may_be_folded(here: &Address, canonical: &Address) -> bool {
    let is_no_lower = canonical.url().scheme() == "https" || here.url().scheme() == "http";
    here.registrable_domain() == canonical.registrable_domain()
        && is_no_lower
        && !is_front(here, canonical)
        && !drops_an_identifier(here, canonical)
}

/// The address at which an article that was found `here` is to be watched.
#[must_use]
pub fn address_to_watch<'a>(here: &'a Address, text: &'a ArticleText) -> &'a Address {
    text.canonical.as_ref().filter(|canonical| may_be_folded(here, canonical)).unwrap_or(here)
}

/// Whether an address is a home page or the root of a section, as seen from another page of its
/// site.
#[must_use]
pub fn is_front(here: &Address, there: &Address) -> bool {
    let (from, to) = (here.url().path(), there.url().path());
    let to_segments: Vec<&str> = to.split('/').filter(|segment| !segment.is_empty()).collect();
    let from_segments: Vec<&str> = from.split('/').filter(|segment| !segment.is_empty()).collect();
    let has_query = there.url().query().is_some();
    match &to_segments[..] {
        [] => !has_query,
        _ if to_segments == from_segments => false,
        // `/world` and `/en/world`, but not `/mayor-resigns` or `/12345`.
        [name] | [_, name] if !has_query && is_plain_word(name) => {
            to_segments.len() == 1 || from_segments.starts_with(&to_segments)
        }
        _ => {
            from_segments.starts_with(&to_segments) && !is_variant_of(&from_segments, &to_segments)
        }
    }
}

fn is_plain_word(name: &str) -> bool {
    name.bytes().all(|byte| byte.is_ascii_alphabetic())
}

/// `/story-1/amp` is a variant of `/story-1`, which is no section.
fn is_variant_of(from: &[&str], to: &[&str]) -> bool {
    let rest = &from[to.len()..];
    matches!(rest, ["amp" | "amp.html" | "print" | "mobile" | "m"])
}

/// Whether the canonical address lacks a part of the query that tells one article from another:
/// `/article.php` for `/article.php?id=3`.
fn drops_an_identifier(here: &Address, canonical: &Address) -> bool {
    if here.url().path() != canonical.url().path() {
        return false;
    }
    let kept: Vec<_> = canonical.url().query_pairs().collect();
    here.url()
        .query_pairs()
        .any(|pair| pair.1.bytes().any(|byte| byte.is_ascii_digit()) && !kept.contains(&pair))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folds(here: &str, canonical: &str) -> bool {
        may_be_folded(&Address::parse(here).unwrap(), &Address::parse(canonical).unwrap())
    }

    #[test]
    fn schemes_amp_pages_and_mobile_hosts_are_folded() {
        for (here, canonical) in [
            ("http://news.example/world/story-1", "https://news.example/world/story-1"),
            ("https://m.news.example/world/story-1", "https://www.news.example/world/story-1"),
            ("https://news.example/amp/world/story-1", "https://news.example/world/story-1"),
            ("https://news.example/world/story-1/amp", "https://news.example/world/story-1"),
            ("https://news.example/story-1?ref=front", "https://news.example/story-1"),
            ("https://news.example/?p=17", "https://news.example/mayor-resigns"),
            ("http://news.example/story", "https://news.example/story"),
        ] {
            assert!(folds(here, canonical), "{here} → {canonical}");
        }
    }

    #[test]
    fn home_pages_sections_and_other_publishers_are_not() {
        for canonical in [
            "https://news.example/",
            "https://news.example/world",
            "https://news.example/sport",
            "https://news.example/world/europe",
            "https://news.example/world/europe/2026-11",
            "https://evil.example/world/europe/2026-11/story-1",
            "http://news.example/world/europe/2026-11/story-1",
        ] {
            assert!(
                !folds("https://news.example/world/europe/2026-11/story-1", canonical),
                "{canonical}"
            );
        }
        assert!(!folds("https://news.example/a.php?id=3", "https://news.example/a.php"));
        assert!(!folds("https://a.github.io/story-1", "https://b.github.io/story-1"));
    }
}
