//! The form that chooses two versions.

use askama::Template;
use askama::filters::HtmlSafe;
use stet_core::{ArticleId, VersionNumber};
use stet_store::VersionTime;

use super::diff_place::Versions;
use super::diff_view::View;
use crate::links;
use crate::wording::Stamp;

/// The most versions that are offered by their times; of more, numbers are typed in.
pub(crate) const MAX_OFFERS: u32 = 200;

/// The form that chooses two versions.
pub(crate) struct Picker {
    pub(crate) action: String,
    /// Names and values by which the view is kept.
    pub(crate) kept: Vec<(&'static str, &'static str)>,
    pub(crate) from: Field,
    pub(crate) to: Field,
}

/// The field by which one of the two is chosen.
#[derive(Template)]
#[template(path = "parts/version_field.html")]
pub(crate) struct Field {
    name: &'static str,
    choice: Choice,
}

// Its template escapes what it prints.
impl HtmlSafe for Field {}

/// How a version is chosen.
enum Choice {
    /// Among all of them.
    Listed(Vec<Offer>),
    /// By its number, of which the last one is told.
    Typed { chosen: VersionNumber, last: u32 },
}

/// A version that is offered.
struct Offer {
    number: VersionNumber,
    /// When it was first seen.
    at: Stamp,
    is_chosen: bool,
}

impl Picker {
    /// `versions` are the first of an article's texts, which has so `many`.
    pub(crate) fn new(
        article: ArticleId,
        versions: &[VersionTime],
        many: u32,
        (from, to): Versions,
        view: &View,
    ) -> Self {
        let offered = |chosen: VersionNumber| {
            let offer = |version: &VersionTime| Offer {
                number: version.number,
                at: Stamp::new(version.first_seen_at),
                is_chosen: version.number == chosen,
            };
            Choice::Listed(versions.iter().map(offer).collect())
        };
        let field = |name, chosen| Field {
            name,
            choice: match many {
                ..=MAX_OFFERS => offered(chosen),
                _ => Choice::Typed { chosen, last: many - 1 },
            },
        };
        Self {
            action: links::diff_choice(article),
            kept: view.fields(),
            from: field("from", from),
            to: field("to", to),
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta};

    use super::*;

    fn number(number: u32) -> VersionNumber {
        i32::try_from(number).unwrap().try_into().unwrap()
    }

    fn picker(many: u32) -> Picker {
        let version = |nth| VersionTime {
            number: number(nth),
            first_seen_at: DateTime::UNIX_EPOCH + TimeDelta::hours(nth.into()),
        };
        let versions: Vec<_> = (0..many.min(MAX_OFFERS)).map(version).collect();
        let passage = (number(1), number(2));
        Picker::new(7.try_into().unwrap(), &versions, many, passage, &View::default())
    }

    #[test]
    fn every_version_is_offered_while_they_are_few() {
        let field = picker(MAX_OFFERS).to.render().unwrap();
        assert_eq!(field.matches("<option ").count(), 200);
        assert!(field.contains(r#"<option value="2" data-time="1970-01-01T02:00:00Z" selected>"#));
        assert_eq!(field.matches("selected").count(), 1);
    }

    #[test]
    fn of_thousands_of_versions_one_is_chosen_by_its_number() {
        assert_eq!(
            picker(3_000).from.render().unwrap(),
            r#"<input type="number" id="from" name="from" value="1" min="0" max="2999" required>"#
        );
    }
}
