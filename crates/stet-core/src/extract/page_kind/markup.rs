//! The markup of products that block robots, searched in the source, since most of it stands in
//! scripts, which never reach the tree.

use std::sync::LazyLock;

use regex::Regex;

/// Lines of `strength text`; `#` begins a comment.
const MARKUP: &str = include_str!("../../../data/challenge-markup.txt");

/// How sure the source makes it that the page blocks robots.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(in super::super) enum Challenge {
    #[default]
    None,
    /// It stands on ordinary pages too, in forms.
    Weak,
    /// It stands on ordinary pages of sites that use the product.
    Fair,
    /// Only pages that block have it.
    Strong,
}

static ANY: LazyLock<Regex> = LazyLock::new(|| {
    let texts: Vec<String> = lines().map(|(_, text)| regex::escape(text)).collect();
    Regex::new(&texts.join("|")).expect("escaped texts are a regular expression")
});

fn lines() -> impl Iterator<Item = (Challenge, &'static str)> {
    let lines = MARKUP.lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| {
        let (strength, text) = line.split_once(' ')?;
        let strength = match strength {
            "strong" => Challenge::Strong,
            "fair" => Challenge::Fair,
            _ => Challenge::Weak,
        };
        Some((strength, text))
    })
}

impl Challenge {
    /// The surest sign in a page's source, script and all.
    pub(in super::super) fn in_source(source: &str) -> Self {
        let strength = |text: &str| {
            let same = lines().find(|(_, known)| *known == text);
            same.map_or(Self::None, |(strength, _)| strength)
        };
        ANY.find_iter(source).map(|found| strength(found.as_str())).max().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_surest_sign_counts() {
        let of = Challenge::in_source;
        assert_eq!(of("<div class=g-recaptcha></div><div id=px-captcha>"), Challenge::Strong);
        assert_eq!(of("<div class=g-recaptcha></div>"), Challenge::Weak);
        assert_eq!(of("<script src=/_Incapsula_Resource?x></script>"), Challenge::Fair);
        assert_eq!(of("<script src=//js.datadome.co/tags.js></script>"), Challenge::None);
    }
}
