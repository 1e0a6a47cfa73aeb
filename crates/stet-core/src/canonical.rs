//! Which other address a page may call its own, and whether two texts are one article's.

use url::Url;

use crate::compare::Stats;
use crate::{Address, ArticleText};

/// Parts of a path, and names in a query, that show another view of one page.
const VIEWS: [&str; 4] = ["amp", "m", "mobile", "print"];

/// The first labels of hosts that show nothing but views.
const VIEW_HOSTS: [&str; 5] = ["amp", "m", "mobile", "touch", "wap"];

/// How the file of a home page is called, whatever its ending.
const HOMES: [&str; 4] = ["default", "home", "homepage", "index"];

/// Whether a page that was read at `here` may call this address its own at all. That must be on
/// the same registrable domain, not under a lower scheme, no home page, and keep what tells one
/// article from another. Sites that state a wrong address state it on many pages, so that this is
/// no reason yet to look for the article there.
#[must_use]
pub fn may_be_its_own(here: &Address, canonical: &Address) -> bool {
    let is_no_lower = canonical.url().scheme() == "https" || here.url().scheme() == "http";
    here.registrable_domain() == canonical.registrable_domain()
        && is_no_lower
        && (!is_home(canonical) || is_home(here))
        && !drops_an_identifier(here, canonical)
}

/// Whether an article that was read at `here` may be known by the address that its page calls its
/// own although nobody looked there: both name one page.
#[must_use]
pub fn may_be_folded(here: &Address, canonical: &Address) -> bool {
    may_be_its_own(here, canonical) && is_same_page(here, canonical)
}

/// The address at which an article that was found `here` is to be watched.
#[must_use]
pub fn address_to_watch<'a>(here: &'a Address, text: &'a ArticleText) -> &'a Address {
    text.canonical.as_ref().filter(|canonical| may_be_folded(here, canonical)).unwrap_or(here)
}

/// Whether two addresses of one registrable domain name one page, as far as their form tells: they
/// differ in their scheme, their host, a part that names a view (`/amp`, `/print`), the ending of
/// the file, or in a part of the query without figures.
#[must_use]
pub fn is_same_page(one: &Address, other: &Address) -> bool {
    one.registrable_domain() == other.registrable_domain()
        && names(one.url()) == names(other.url())
        && identifiers(one.url()) == identifiers(other.url())
}

/// Whether an address is, by its form, that of a view of a page that stands elsewhere: for phones,
/// for print, or as AMP.
#[must_use]
pub fn is_view_of_another(address: &Address) -> bool {
    let url = address.url();
    let host = address.host();
    let label = host.split('.').next().unwrap_or_default();
    let mut parts = segments(url);
    VIEW_HOSTS.contains(&label)
        || parts.any(|part| is_view(stem(part)) || names_view(part))
        || url.query_pairs().any(|(name, value)| is_view(&name) || is_view(&value))
}

/// Whether an address is that of a home page: the root of a host, of a language or of a region, or
/// a file that is called so. An article that is told from others by the query alone (`/?p=7`) is
/// none.
#[must_use]
pub fn is_home(address: &Address) -> bool {
    let url = address.url();
    let segments: Vec<&str> = segments(url).collect();
    let folders = match segments.split_last() {
        Some((file, folders)) if is_home_file(file) => folders,
        _ => &segments,
    };
    folders.len() <= 2
        && folders.iter().all(|folder| is_language_or_region(folder))
        && identifiers(url).is_empty()
}

/// Whether at least half of a text of so many words is left in another one.
#[must_use]
pub fn keeps_most(words: usize, stats: &Stats) -> bool {
    kept(words, stats) * 2 >= words
}

/// Whether two texts, which differ so, are one article's: half of the longer one stands in both, or
/// half of the shorter one under the same headline.
#[must_use]
pub fn are_one_article(one: &ArticleText, other: &ArticleText, stats: &Stats) -> bool {
    let (words, others) = (one.word_count(), other.word_count());
    let enough = if one.title == other.title { words.min(others) } else { words.max(others) };
    kept(words, stats) * 2 >= enough
}

fn kept(words: usize, stats: &Stats) -> usize {
    words.saturating_sub(usize::try_from(stats.words_removed).unwrap_or(usize::MAX))
}

fn segments(url: &Url) -> impl Iterator<Item = &str> {
    url.path().split('/').filter(|segment| !segment.is_empty())
}

/// What of a path tells one page from another.
fn names(url: &Url) -> Vec<&str> {
    let mut names: Vec<&str> = segments(url).map(without_view).collect();
    names.retain(|name| !is_view(name));
    if names.last().is_some_and(|file| is_home_file(file)) {
        names.pop();
    }
    names
}

/// A part of a path without the ending of an HTML file and that of a view.
fn without_view(segment: &str) -> &str {
    let name = stem(segment);
    name.strip_suffix(".amp").unwrap_or(name)
}

/// A part of a path without the ending of an HTML file.
fn stem(segment: &str) -> &str {
    [".html", ".htm"].iter().find_map(|ending| segment.strip_suffix(ending)).unwrap_or(segment)
}

/// `resigns.amp`, `resigns-amp.html`: the latter may as well be a headline's last word.
fn names_view(segment: &str) -> bool {
    stem(segment).strip_suffix("amp").is_some_and(|name| name.ends_with(['.', '-']))
}

fn is_view(name: &str) -> bool {
    VIEWS.iter().any(|view| name.eq_ignore_ascii_case(view))
}

fn is_home_file(segment: &str) -> bool {
    let stem = segment.split('.').next().unwrap_or(segment);
    HOMES.iter().any(|home| stem.eq_ignore_ascii_case(home))
}

/// `en`, `uk`, `en-gb`, `pt_BR`.
fn is_language_or_region(folder: &str) -> bool {
    folder.split(['-', '_']).count() <= 2
        && folder
            .split(['-', '_'])
            .all(|code| code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_alphabetic()))
}

/// The parts of a query that tell one article from another, sorted: those with a figure.
fn identifiers(url: &Url) -> Vec<(String, String)> {
    let mut identifiers: Vec<(String, String)> = url
        .query_pairs()
        .filter(|(name, value)| !is_view(name) && value.bytes().any(|byte| byte.is_ascii_digit()))
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect();
    identifiers.sort();
    identifiers
}

/// Whether the canonical address lacks a part of the query that tells one article from another:
/// `/article.php` for `/article.php?id=3`.
fn drops_an_identifier(here: &Address, canonical: &Address) -> bool {
    let kept = identifiers(canonical.url());
    here.url().path() == canonical.url().path()
        && identifiers(here.url()).iter().any(|identifier| !kept.contains(identifier))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::compare;

    fn address(text: &str) -> Address {
        Address::parse(text).unwrap()
    }

    fn folds(here: &str, canonical: &str) -> bool {
        may_be_folded(&address(here), &address(canonical))
    }

    #[test]
    fn schemes_amp_pages_and_mobile_hosts_are_folded() {
        for (here, canonical) in [
            ("http://news.example/world/story-1", "https://news.example/world/story-1"),
            ("https://m.news.example/world/story-1", "https://www.news.example/world/story-1"),
            ("https://news.example/amp/world/story-1", "https://news.example/world/story-1"),
            ("https://news.example/world/story-1/amp", "https://news.example/world/story-1"),
            ("https://news.example/world/story-1/amp.html", "https://news.example/world/story-1/"),
            (
                "https://news.example/world/story-1.amp.html",
                "https://news.example/world/story-1.html",
            ),
            ("https://news.example/story-1?amp=1", "https://news.example/story-1"),
            ("https://news.example/story-1?ref=front", "https://news.example/story-1"),
            ("https://news.example/2026/story/index.html", "https://news.example/2026/story/"),
            ("http://news.example/?p=17", "https://news.example/?p=17"),
            ("http://news.example/story", "https://news.example/story"),
            ("https://news.example/amp/resigns", "https://news.example/resigns"),
        ] {
            assert!(folds(here, canonical), "{here} → {canonical}");
        }
    }

    #[test]
    fn home_pages_sections_and_other_publishers_are_not() {
        for canonical in [
            "https://news.example/",
            "https://news.example/index.html",
            "https://news.example/home.html",
            "https://news.example/?lang=en",
            "https://news.example/en-gb/",
            "https://news.example/us-news",
            "https://news.example/world/index.php",
            "https://news.example/world",
            "https://news.example/sport",
            "https://news.example/world/europe",
            "https://news.example/world/europe/2026-11",
            "https://news.example/world/europe/2026-11/story-2",
            "https://evil.example/world/europe/2026-11/story-1",
            "http://news.example/world/europe/2026-11/story-1",
        ] {
            assert!(
                !folds("https://news.example/world/europe/2026-11/story-1", canonical),
                "{canonical}"
            );
        }
        assert!(!folds("https://news.example/a.php?id=3", "https://news.example/a.php"));
        assert!(!folds("https://news.example/a.php?id=3", "https://news.example/a.php?id=4"));
        assert!(!folds("https://news.example/?p=17", "https://news.example/"));
        assert!(!folds("https://a.github.io/story-1", "https://b.github.io/story-1"));
    }

    #[test]
    fn views_are_known_by_their_form() {
        for view in [
            "https://m.news.example/a/17",
            "https://amp.news.example/news/a/17",
            "https://news.example/amp/17",
            "https://news.example/world/story-1/amp.html",
            "https://news.example/story-1.amp.html",
            "https://news.example/story-1-amp",
            "https://news.example/story-1?amp=1",
            "https://news.example/story-1?outputType=amp",
            "https://news.example/print/17",
        ] {
            assert!(is_view_of_another(&address(view)), "{view}");
        }
        for page in [
            "https://news.example/",
            "https://www.news.example/world/story-1.html",
            "https://mobile-phones.news.example/amplifiers",
            "https://news.example/?p=17",
        ] {
            assert!(!is_view_of_another(&address(page)), "{page}");
        }
    }

    #[test]
    fn home_pages_are_known_by_their_form() {
        for home in [
            "/",
            "/?lang=en",
            "/?from=removed",
            "/index.html",
            "/Default.aspx",
            "/home",
            "/en/",
            "/en-gb/",
            "/us/en/index.php",
            "/pt_BR",
        ] {
            assert!(is_home(&address(&format!("https://news.example{home}"))), "{home}");
        }
        for other in [
            "/?p=7",
            "/index.php?id=7",
            "/resigns",
            "/us-news",
            "/world/index.php",
            "/2026/",
            "/home/garden",
            "/en/story-1",
        ] {
            assert!(!is_home(&address(&format!("https://news.example{other}"))), "{other}");
        }
    }

    const TALKS: &str = "The talks have lasted for more than eight hours, officials said.";
    const NIGHT: &str = "Both delegations would go on through the night, a minister promised.";
    const RAIN: &str = "Heavy showers will cross northern counties before Thursday morning breaks.";

    fn are_one(one: (&str, &[&str]), other: (&str, &[&str])) -> bool {
        let text =
            |(title, paragraphs): (&str, &[&str])| ArticleText::new(title, paragraphs.to_vec());
        let (one, other) = (text(one), text(other));
        are_one_article(&one, &other, &compare(&one, &other).stats)
    }

    #[test]
    fn texts_are_one_articles_if_half_of_the_words_stand_in_both() {
        assert!(are_one(("Talks", &[TALKS, NIGHT]), ("Ministers talk", &[TALKS, NIGHT])));
        assert!(!are_one(("Talks", &[TALKS, NIGHT]), ("Talks", &[RAIN])));
        // A part of an article, and a teaser of it on a front.
        let (whole, part): (&[&str], &[&str]) = (&[TALKS, NIGHT, RAIN], &[TALKS]);
        assert!(are_one(("Talks", whole), ("Talks", part)));
        assert!(are_one(("Talks", part), ("Talks", whole)));
        assert!(!are_one(("Talks", part), ("World", whole)));
    }

    #[test]
    fn a_text_keeps_most_if_half_of_its_words_are_left() {
        let keeps = |words_removed| keeps_most(10, &Stats { words_removed, ..Stats::default() });
        assert!(keeps(0) && keeps(5));
        assert!(!keeps(6) && !keeps(11));
    }
}
