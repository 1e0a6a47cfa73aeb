//! The kinds of change as boxes of a form.

use stet_core::{Kind, Kinds};

use crate::wording;

/// A box by which a kind is chosen.
pub(crate) struct KindBox {
    pub(crate) value: &'static str,
    pub(crate) label: &'static str,
    pub(crate) is_checked: bool,
}

impl KindBox {
    /// A box for each kind that readers are shown.
    pub(crate) fn each(chosen: &Kinds) -> Vec<Self> {
        let listed = Kind::ALL.into_iter().filter(|kind| *kind != Kind::Technical);
        listed
            .map(|kind| Self {
                value: kind.as_str(),
                label: wording::kind(kind),
                is_checked: chosen.contains(&kind),
            })
            .collect()
    }
}
