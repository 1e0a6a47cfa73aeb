//! How a comparison is shown, as its address says.

use serde::Deserialize;
use stet_core::{ArticleId, VersionNumber};
use stet_store::Passage;
use stet_words::text;

use crate::layout::NavLink;
use crate::links;

/// What is shown of a comparison, and how: `?view=sides|inline&only=changes&change=7`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub(crate) struct View {
    #[serde(rename = "view")]
    arrangement: Option<String>,
    only: Option<String>,
    change: Option<u32>,
}

/// How the two texts stand to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Arrangement {
    /// Side by side where there is room, else in one column: nobody chose.
    Auto,
    /// Side by side.
    Sides,
    /// Both in one column.
    Inline,
}

/// The choices of a view. Where nobody chose, both windows have a row of links of their own, since
/// what is current depends on the room.
pub(crate) struct Choices {
    pub(crate) wide: Vec<NavLink>,
    /// Nothing where the choice was made.
    pub(crate) narrow: Option<Vec<NavLink>>,
    pub(crate) only: Vec<NavLink>,
}

impl View {
    pub(crate) fn arrangement(&self) -> Arrangement {
        match self.arrangement.as_deref() {
            Some("inline") => Arrangement::Inline,
            Some("sides") => Arrangement::Sides,
            _ => Arrangement::Auto,
        }
    }

    pub(crate) fn only_changes(&self) -> bool {
        self.only.as_deref() == Some("changes")
    }

    /// The number of the change that is meant, if the two versions followed each other several
    /// times.
    pub(crate) fn change(&self) -> Option<u32> {
        self.change
    }

    /// The first comparison of two versions, shown as this one is.
    pub(crate) fn of(&self, id: ArticleId, a: VersionNumber, b: VersionNumber) -> String {
        address(&links::diff(id, a, b), self.arrangement(), self.only_changes(), None)
    }

    /// A change between two versions, shown as this one is.
    pub(crate) fn of_passage(&self, id: ArticleId, passage: &Passage) -> String {
        let diff = links::diff(id, passage.from, passage.to);
        let change = links::which_change(&passage.kinds, passage.number);
        address(&diff, self.arrangement(), self.only_changes(), change)
    }

    /// The fields by which a form keeps the view.
    pub(crate) fn fields(&self) -> Vec<(&'static str, &'static str)> {
        let view = match self.arrangement() {
            Arrangement::Auto => None,
            Arrangement::Sides => Some(("view", "sides")),
            Arrangement::Inline => Some(("view", "inline")),
        };
        view.into_iter().chain(self.only_changes().then_some(("only", "changes"))).collect()
    }

    /// The other views of the comparison at an address.
    pub(crate) fn choices(&self, diff: &str) -> Choices {
        let (now, only) = (self.arrangement(), self.only_changes());
        let arranged = |current: Arrangement| {
            [
                (Arrangement::Sides, text("diff-view-side-by-side")),
                (Arrangement::Inline, text("diff-view-inline")),
            ]
            .map(|(to, label)| {
                NavLink::new(address(diff, to, only, self.change), label, to == current)
            })
            .to_vec()
        };
        let (wide, narrow) = match now {
            Arrangement::Auto => {
                (arranged(Arrangement::Sides), Some(arranged(Arrangement::Inline)))
            }
            chosen => (arranged(chosen), None),
        };
        let only = [(text("diff-view-whole-text"), false), (text("diff-view-only-changes"), true)]
            .map(|(label, is_only)| {
                NavLink::new(address(diff, now, is_only, self.change), label, is_only == only)
            })
            .to_vec();
        Choices { wide, narrow, only }
    }
}

fn address(
    diff: &str,
    arrangement: Arrangement,
    only_changes: bool,
    change: Option<u32>,
) -> String {
    let view = match arrangement {
        Arrangement::Auto => None,
        Arrangement::Sides => Some("view=sides".to_owned()),
        Arrangement::Inline => Some("view=inline".to_owned()),
    };
    let only = only_changes.then(|| "only=changes".to_owned());
    let change = change.map(|number| format!("change={number}"));
    let query: Vec<String> = [view, only, change].into_iter().flatten().collect();
    if query.is_empty() { diff.to_owned() } else { format!("{diff}?{}", query.join("&")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_choice_keeps_the_other() {
        let view = View {
            arrangement: Some("inline".into()),
            only: Some("changes".into()),
            change: Some(2),
        };
        let choices = view.choices("/d");
        let hrefs: Vec<&str> =
            choices.wide.iter().chain(&choices.only).map(|link| link.href.as_str()).collect();
        assert_eq!(
            hrefs,
            [
                "/d?view=sides&only=changes&change=2",
                "/d?view=inline&only=changes&change=2",
                "/d?view=inline&change=2",
                "/d?view=inline&only=changes&change=2"
            ]
        );
        assert!(choices.narrow.is_none());
    }

    #[test]
    fn where_nobody_chose_the_room_decides_what_is_current() {
        let choices = View::default().choices("/d");
        let current = |links: &[NavLink]| {
            links.iter().find(|link| link.is_current).map(|link| link.label.clone())
        };
        assert_eq!(current(&choices.wide).as_deref(), Some("Side by side"));
        assert_eq!(current(&choices.narrow.unwrap()).as_deref(), Some("Inline"));
    }
}
