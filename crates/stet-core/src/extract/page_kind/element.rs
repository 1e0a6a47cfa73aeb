//! One element, as far as the signs of a page need it: its attributes are looked through once.

use std::sync::LazyLock;

use dom_query::Element;
use regex::Regex;

/// What classes and ids say of an element.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a sign of its own")]
pub(super) struct Names {
    /// A whole page, or its main part, is an error page.
    pub(super) error: bool,
    /// A box that stands where the text is cut off.
    pub(super) wall: bool,
    /// A player of videos.
    pub(super) player: bool,
    /// A link that looks like a button.
    pub(super) button: bool,
}

/// What an element's attributes say.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a sign of its own")]
pub(super) struct Attributes {
    pub(super) names: Names,
    /// Whether nobody sees it.
    pub(super) is_hidden: bool,
    /// Whether its role is navigation or the footer of the page.
    pub(super) is_furniture: bool,
    /// Whether its role is to stand beside the text.
    pub(super) is_beside: bool,
    /// Whether it is a button by its role.
    pub(super) is_button: bool,
}

/// One group for each of [`Names`], in their order.
static NAMES: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?i-u)(error[-_]?404|page[-_]?404|error-?page|not-?found)",
        r"|(paywall|regwall|subscri(?:ption|ber)-wall)",
        r"|(jwplayer|brightcove|video-?js|video-?player)",
        r"|(btn|button)",
    ))
    .expect("the pattern is fixed")
});

impl Names {
    fn add(&mut self, value: &str) {
        for found in NAMES.captures_iter(value) {
            let has = |group: usize| found.get(group).is_some();
            self.error |= has(1);
            self.wall |= has(2);
            self.player |= has(3);
            self.button |= has(4);
        }
    }
}

impl Attributes {
    pub(super) fn of(element: &Element) -> Self {
        let mut own = Self::default();
        for attribute in &element.attrs {
            let value = &*attribute.value;
            match &*attribute.name.local {
                "class" | "id" if NAMES.is_match(value) => own.names.add(value),
                "hidden" => own.is_hidden = true,
                "aria-hidden" => own.is_hidden |= value == "true",
                "style" => {
                    own.is_hidden |=
                        value.contains("display:none") || value.contains("display: none");
                }
                "role" => match value {
                    "navigation" | "contentinfo" => own.is_furniture = true,
                    "banner" | "complementary" | "dialog" | "alertdialog" => own.is_beside = true,
                    "button" => own.is_button = true,
                    _ => {}
                },
                _ => {}
            }
        }
        own
    }
}

/// The value of an attribute; empty where there is none.
pub(super) fn value<'e>(element: &'e Element, name: &str) -> &'e str {
    let same = element.attrs.iter().find(|attribute| &*attribute.name.local == name);
    same.map_or("", |attribute| &*attribute.value)
}

#[cfg(test)]
mod tests {
    use dom_query::Document;

    use super::*;

    fn attributes(tag: &str) -> Attributes {
        let document = Document::from(format!("<{tag}>x"));
        let nodes = document.select("div").nodes().to_vec();
        Attributes::of(&nodes[0].element_ref().expect("an element"))
    }

    #[test]
    fn classes_ids_and_roles_say_what_an_element_is() {
        let names = attributes("div class='single Error404' id=piano-paywall").names;
        assert!(names.error && names.wall && !names.player && !names.button);
        assert!(attributes("div style='color: red; display: none'").is_hidden);
        assert!(!attributes("div aria-hidden=false").is_hidden);
        assert!(attributes("div role=dialog").is_beside);
        assert_eq!(attributes("div class=story"), Attributes::default());
    }
}
