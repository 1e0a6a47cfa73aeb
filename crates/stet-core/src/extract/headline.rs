//! The headline: the article's own, not the site's name and not the line written for search
//! engines or social media.
//!
//! What the reader sees counts, and that is an `h1`; but a page may have several (a logo, a box
//! of the site's own), so one is believed where something else on the page agrees with it. Of 57
//! pages with a known headline, "an `h1` that also occurs in `<title>`, then meta, then JSON-LD"
//! finds 55. After that comes an `h1` that shares most words with the title (an edited headline
//! under an old title), then the only one if it stands in the page's `article` and no meta speaks
//! against it, and only then what the page says of itself out of sight.

use std::sync::LazyLock;

use dom_query::{Matcher, NodeRef};

use super::fold::{fold, squash};
use super::json_ld::JsonLd;
use super::landmarks::{Landmarks, matcher};
use super::meta::Meta;
use super::walk;

/// Signs that part a headline from a site's name in `<title>`.
const SEPARATORS: &[&str] =
    &[" | ", " - ", " – ", " — ", " • ", " · ", " :: ", " » ", " « ", " ‹ ", " › ", " / ", "|"];

/// The element that names the page to browsers.
pub(super) const TITLE: &str = "head title";

static TITLE_MATCHER: LazyLock<Matcher> = LazyLock::new(|| matcher(TITLE));

/// What the page's `title` element says; empty if it has none.
pub(super) fn title(landmarks: &Landmarks<'_>) -> String {
    let element = landmarks.stated(&TITLE_MATCHER).next();
    element.map(|element| fold(&element.text())).unwrap_or_default()
}

/// The headline and, where it is on the page itself, its element.
pub(super) struct Headline<'a> {
    pub(super) text: String,
    pub(super) element: Option<NodeRef<'a>>,
}

/// Finds the headline.
pub(super) fn find<'a>(
    landmarks: &Landmarks<'a>,
    meta: &Meta,
    json_ld: &JsonLd,
    site_names: &[String],
) -> Option<Headline<'a>> {
    let title = title(landmarks);
    let stated: Vec<&str> = [
        Some(title.as_str()),
        meta.get("og:title"),
        meta.get("twitter:title"),
        json_ld.headline.as_deref(),
    ]
    .into_iter()
    .flatten()
    .collect();
    let headings: Vec<Headline<'a>> = landmarks
        .headings
        .iter()
        .filter(|element| element.has_name("h1"))
        .map(|element| Headline { text: walk::text(element), element: Some(*element) })
        .filter(|heading| !heading.text.is_empty() && !is_site_name(&heading.text, site_names))
        .collect();
    let agreed = longest(&headings, |heading| is_most_of(&heading.text, &stated))
        .or_else(|| longest(&headings, |heading| shares_words(&heading.text, &stated)))
        .or_else(|| longest(&headings, |heading| occurs_in(&heading.text, &stated)));
    if let Some(at) = agreed {
        return headings.into_iter().nth(at);
    }
    let stated_for_others =
        meta.get("og:title").or(json_ld.headline.as_deref()).or(meta.get("twitter:title"));
    if stated_for_others.is_none() && headings.len() == 1 && heads_an_article(&headings[0]) {
        return headings.into_iter().next();
    }
    let out_of_sight = stated_for_others.map(|text| without_site_name(text, site_names));
    let text = out_of_sight
        .filter(|text| !text.is_empty())
        .or_else(|| Some(without_site_name(&title, site_names)))
        .filter(|text| !text.is_empty() && !is_site_name(text, site_names))
        .or_else(|| (headings.len() == 1).then(|| headings[0].text.clone()))?;
    let squashed = squash(&text);
    let is_same = |node: &&NodeRef| squash(&walk::text(node)) == squashed;
    let element = landmarks.headings.iter().find(is_same).copied();
    Some(Headline { text, element })
}

/// Whether a heading stands inside the article, as the page marks it.
fn heads_an_article(heading: &Headline<'_>) -> bool {
    heading
        .element
        .is_some_and(|element| element.ancestors_it(None).any(|outer| outer.has_name("article")))
}

fn longest(headings: &[Headline<'_>], is_wanted: impl Fn(&Headline<'_>) -> bool) -> Option<usize> {
    let wanted = headings.iter().enumerate().filter(|(_, heading)| is_wanted(heading));
    // The first of equals: `max_by_key` would give the last.
    wanted.rev().max_by_key(|(_, heading)| heading.text.len()).map(|(at, _)| at)
}

/// Whether the heading makes up most of one of the titles, or begins it: "Reviews" at the end of
/// one is the name of a section.
fn is_most_of(heading: &str, stated: &[&str]) -> bool {
    let heading = squash(heading);
    !heading.is_empty()
        && stated.iter().map(|text| squash(text)).any(|text| {
            text.starts_with(&heading)
                || (text.contains(&heading) && heading.len() * 2 >= text.len())
        })
}

fn occurs_in(heading: &str, stated: &[&str]) -> bool {
    let heading = squash(heading);
    !heading.is_empty() && stated.iter().any(|text| squash(text).contains(&heading))
}

/// Whether at least half of the heading's words, and three, occur in one of the titles.
fn shares_words(heading: &str, stated: &[&str]) -> bool {
    let words: Vec<String> = heading.split(' ').map(squash).filter(|word| word.len() > 2).collect();
    stated.iter().any(|text| {
        let known: Vec<String> = text.split(' ').map(squash).collect();
        let shared = words.iter().filter(|word| known.contains(word)).count();
        shared >= 3 && shared * 2 >= words.len()
    })
}

fn is_site_name(text: &str, site_names: &[String]) -> bool {
    let text = squash(text);
    site_names.iter().any(|name| squash(name) == text)
}

/// A title without the site's name at its end or beginning. That it is the site's name is taken
/// from what the site says of itself and from its domain; a part that merely stands behind a
/// separator stays.
pub(super) fn without_site_name(title: &str, site_names: &[String]) -> String {
    let names: Vec<String> =
        site_names.iter().map(|name| squash(name)).filter(|name| name.len() > 1).collect();
    let is_name = |part: &str| {
        let part = squash(part);
        // "Paper News" on paper.com, "The Paper" of "thepaper.com": the one in the other.
        !part.is_empty()
            && names.iter().any(|name| {
                *name == part
                    || (part.len() <= 2 * name.len() + 4
                        && name.len() > 2
                        && part.starts_with(name.as_str()))
                    || (part.len() > 4 && name.ends_with(part.as_str()))
            })
    };
    let mut title = title.trim();
    loop {
        let mut shorter = None;
        for separator in SEPARATORS {
            if let Some((rest, part)) = title.rsplit_once(separator)
                && is_name(part)
            {
                shorter = Some(rest);
            } else if let Some((part, rest)) = title.split_once(separator)
                && is_name(part)
            {
                shorter = Some(rest);
            }
        }
        match shorter.map(str::trim) {
            Some(rest) if !rest.is_empty() => title = rest,
            _ => return title.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use dom_query::Document;

    use super::*;

    fn headline(html: &str) -> Option<String> {
        let document = Document::from(html);
        let names =
            ["The Daily Paper".to_owned(), "dailypaper.com".to_owned(), "dailypaper".to_owned()];
        let landmarks = Landmarks::gather(&document);
        let meta = Meta::read(&landmarks);
        find(&landmarks, &meta, &JsonLd::default(), &names).map(|found| found.text)
    }

    #[test]
    fn an_h1_that_occurs_in_the_title_is_the_headline_and_the_logo_is_not() {
        let html = "<title>Mayor “resigns” | The Daily Paper</title>
            <h1>The Daily Paper</h1><h1>Mayor</h1><h1>Mayor &#39;resigns&#39;</h1><h1>Weather</h1>";
        assert_eq!(headline(html).as_deref(), Some("Mayor 'resigns'"));
    }

    #[test]
    fn a_section_named_at_the_end_of_the_title_is_not_the_headline() {
        let html = "<title>Old York diet (14 days) - lose weight. Reviews</title>
            <h1>Old York diet: lose weight</h1><h1>Reviews</h1>";
        assert_eq!(headline(html).as_deref(), Some("Old York diet: lose weight"));
    }

    #[test]
    fn a_logo_that_nothing_agrees_with_yields_to_the_title() {
        let html = "<title>Mayor resigns - DP</title><h1>Das Tagblatt</h1>";
        assert_eq!(headline(html).as_deref(), Some("Mayor resigns - DP"));
    }

    #[test]
    fn the_only_h1_of_the_marked_article_beats_a_title_that_says_something_else() {
        let html = "<title>Mayor resigns - DP</title><article><h1>She will go</h1></article>";
        assert_eq!(headline(html).as_deref(), Some("She will go"));
    }

    #[test]
    fn an_edited_h1_beats_a_title_that_was_left_as_it_was() {
        let html = "<title>Mayor of York resigns over bridge</title>
            <h1>Mayor of York refuses to resign over bridge</h1>";
        assert_eq!(headline(html).as_deref(), Some("Mayor of York refuses to resign over bridge"));
    }

    #[test]
    fn without_an_h1_that_agrees_the_meta_title_is_taken_without_the_site() {
        let html = "<title>x</title><meta property=og:title content='Mayor – a life - Daily Paper'>
            <h1>Latest</h1>";
        assert_eq!(headline(html).as_deref(), Some("Mayor – a life"));
    }

    #[test]
    fn a_title_keeps_what_is_not_the_sites_name() {
        for (title, kept) in [
            ("Mayor resigns - live | DailyPaper.com", "Mayor resigns - live"),
            (
                "The Daily Paper sells its printing house | Mayor",
                "The Daily Paper sells its printing house | Mayor",
            ),
            ("Daily Paper | Mayor resigns", "Mayor resigns"),
            ("Mayor resigns", "Mayor resigns"),
        ] {
            assert_eq!(headline(&format!("<title>{title}</title>")).as_deref(), Some(kept));
        }
    }

    #[test]
    fn a_page_named_only_after_its_site_has_no_headline() {
        assert_eq!(headline("<title>The Daily Paper</title><h1>The Daily Paper</h1>"), None);
        assert_eq!(headline("<p>x"), None);
    }
}
