//! The form that chooses two versions.

use stet_core::{ArticleId, VersionNumber};
use stet_store::VersionSummary;

use super::diff_place::Passage;
use super::diff_view::View;
use crate::links;
use crate::wording::Stamp;

/// The form that chooses two versions.
pub(crate) struct Picker {
    pub(crate) action: String,
    /// Names and values by which the view is kept.
    pub(crate) kept: Vec<(&'static str, &'static str)>,
    pub(crate) from: Vec<Choice>,
    pub(crate) to: Vec<Choice>,
}

/// A version that can be chosen.
pub(crate) struct Choice {
    pub(crate) number: VersionNumber,
    /// When it was first seen.
    pub(crate) at: Stamp,
    pub(crate) is_chosen: bool,
}

impl Picker {
    pub(crate) fn new(
        article: ArticleId,
        versions: &[VersionSummary],
        (from, to): Passage,
        view: &View,
    ) -> Self {
        let choices = |chosen: VersionNumber| {
            let choice = |version: &VersionSummary| Choice {
                number: version.number,
                at: Stamp::new(version.first_seen_at),
                is_chosen: version.number == chosen,
            };
            versions.iter().map(choice).collect()
        };
        Self {
            action: links::diff_choice(article),
            kept: view.fields(),
            from: choices(from),
            to: choices(to),
        }
    }
}
