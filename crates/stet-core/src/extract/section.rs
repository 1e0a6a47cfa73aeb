//! The section of the newspaper that an article stands in.
//!
//! JSON-LD and `meta` say it outright; else the breadcrumbs do, whose last that is neither the
//! front page nor the article is the closest section.

use std::sync::LazyLock;

use dom_query::Matcher;

use super::fold::squash;
use super::json_ld::JsonLd;
use super::landmarks::{Landmarks, matcher};
use super::meta::Meta;
use super::walk;

/// The longest name of a section, in characters; a longer text is something else.
const MAX_CHARS: usize = 60;

/// Names of `meta` elements, in the order in which they are believed.
const META: &[&str] = &["article:section", "og:article:section", "parsely-section", "section"];

/// Elements of breadcrumbs on the page.
pub(super) const BREADCRUMBS: &str =
    "[class*='breadcrumb' i] a, [aria-label*='breadcrumb' i] a, [id*='breadcrumb' i] a";

static BREADCRUMBS_MATCHER: LazyLock<Matcher> = LazyLock::new(|| matcher(BREADCRUMBS));

/// What front pages are called, besides the site's name.
const FRONT: &[&str] = &[
    "home",
    "homepage",
    "frontpage",
    "startseite",
    "start",
    "accueil",
    "inicio",
    "início",
    "portada",
    "главная",
    "首页",
    "トップ",
    "ホーム",
    "voorpagina",
];

/// The section, as the page names it.
pub(super) fn find(
    landmarks: &Landmarks<'_>,
    meta: &Meta,
    json_ld: &JsonLd,
    title: &str,
    site_names: &[String],
) -> Option<String> {
    let stated = json_ld.section.clone().into_iter();
    let stated = stated.chain(META.iter().filter_map(|name| meta.get(name)).map(str::to_owned));
    let is_name = |text: &String| {
        let is_address = text.contains("://");
        let is_front = FRONT.contains(&squash(text).as_str());
        walk::letters(text) > 0 && text.chars().count() <= MAX_CHARS && !is_address && !is_front
    };
    stated.chain(crumb(landmarks, json_ld, title, site_names)).find(is_name)
}

fn crumb(
    landmarks: &Landmarks<'_>,
    json_ld: &JsonLd,
    title: &str,
    site_names: &[String],
) -> Option<String> {
    let printed = || landmarks.crumbs(&BREADCRUMBS_MATCHER).iter().map(walk::text).collect();
    let crumbs =
        if json_ld.breadcrumbs.is_empty() { printed() } else { json_ld.breadcrumbs.clone() };
    let title = squash(title);
    let is_section = |crumb: &String| {
        let crumb = squash(crumb);
        let is_site = || site_names.iter().any(|name| squash(name) == crumb);
        !crumb.is_empty() && crumb != title && !FRONT.contains(&crumb.as_str()) && !is_site()
    };
    crumbs.into_iter().rfind(is_section)
}

#[cfg(test)]
mod tests {
    use dom_query::Document;

    use super::super::json_ld;
    use super::*;

    fn section(html: &str) -> Option<String> {
        let document = Document::from(html);
        let landmarks = Landmarks::gather(&document);
        let (meta, json_ld) = (Meta::read(&landmarks), json_ld::read(&landmarks));
        find(&landmarks, &meta, &json_ld, "Bridge closed", &["The Paper".to_owned()])
    }

    const META: &str = "<meta property=article:section content=Politics>";

    #[test]
    fn json_ld_says_it_before_meta() {
        let json = r#"<script type="application/ld+json">{"@type": "NewsArticle",
            "articleSection": ["Transport", "Travel"]}</script>"#;
        assert_eq!(section(&format!("{META}{json}")).as_deref(), Some("Transport"));
        assert_eq!(section(META).as_deref(), Some("Politics"));
        assert_eq!(section("<p>x"), None);
    }

    #[test]
    fn the_last_breadcrumb_that_is_neither_site_nor_article_is_the_section() {
        let html = "<nav aria-label=Breadcrumb><a>The Paper</a><a>Home</a><a>UK</a><a>York</a>
            <a>Bridge closed</a></nav>";
        assert_eq!(section(html).as_deref(), Some("York"));
        let json = r#"<script type="application/ld+json">{"@type": "BreadcrumbList",
            "itemListElement": [{"name": "Home"}, {"item": {"name": "Leeds"}}]}</script>"#;
        assert_eq!(section(&format!("{json}{html}")).as_deref(), Some("Leeds"));
    }

    #[test]
    fn an_address_a_sentence_or_the_front_page_is_no_section() {
        assert_eq!(section(&META.replace("Politics", "'Front Page'")), None);
        let html = "<meta property=article:section content='https://example.org/york'>";
        assert_eq!(section(html), None);
        assert_eq!(section(&META.replace("Politics", &format!("'{}'", "York ".repeat(20)))), None);
    }
}
