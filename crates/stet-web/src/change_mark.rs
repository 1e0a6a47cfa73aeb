//! The marks by which pictures tell what sort of change a bar stands for.

use stet_core::{Kind, Kinds};
use stet_words::text;

/// What is marked, the weightiest first: the kind, its mark, and what names it in the key.
const MARKS: [(Kind, &str, &str); 9] = [
    (Kind::Gone, "×", "change-mark-removed-by-the"),
    (Kind::Back, "↻", "change-mark-back-after-removal"),
    (Kind::Correction, "C", "change-mark-correction-note"),
    (Kind::Variant, "V", "change-mark-test-of-variants"),
    (Kind::Reversion, "↩", "change-mark-earlier-text-came"),
    (Kind::Headline, "H", "change-mark-headline-changed"),
    (Kind::Quote, "Q", "change-mark-quotation-altered"),
    (Kind::Number, "#", "change-mark-figure-altered"),
    (Kind::Byline, "B", "change-mark-byline-changed"),
];

/// A sign for the weightiest kind of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ChangeMark(usize);

impl ChangeMark {
    /// All marks, the weightiest first.
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        (0..MARKS.len()).map(Self)
    }

    /// The mark of a change that has one of the kinds that are marked.
    pub(crate) fn of(kinds: &Kinds) -> Option<Self> {
        MARKS.iter().position(|(kind, ..)| kinds.contains(kind)).map(Self)
    }

    /// The sign: one character.
    pub(crate) fn sign(self) -> &'static str {
        MARKS[self.0].1
    }

    /// What it means.
    pub(crate) fn meaning(self) -> &'static str {
        text(MARKS[self.0].2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_marked_by_its_weightiest_kind() {
        let sign =
            |kinds: &[Kind]| ChangeMark::of(&kinds.iter().copied().collect()).map(ChangeMark::sign);
        assert_eq!(sign(&[Kind::Edited, Kind::Headline]), Some("H"));
        assert_eq!(sign(&[Kind::Headline, Kind::Correction]), Some("C"));
        assert_eq!(sign(&[Kind::Edited, Kind::Added]), None);
    }
}
