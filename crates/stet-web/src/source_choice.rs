//! The field in which a form asks for a publisher.

use stet_store::{SourceName, StoreError};

use crate::Site;

/// How many publishers a form lists to choose from; others are typed.
const LISTED: u32 = 200;

/// A field with what was typed, and the publishers to choose from.
pub(crate) struct SourceChoice {
    /// What was asked for.
    pub(crate) value: String,
    /// Name in addresses and name for readers.
    pub(crate) options: Vec<(String, String)>,
    /// The publisher that was asked for, if there is one of that name.
    pub(crate) found: Option<SourceName>,
}

impl SourceChoice {
    pub(crate) async fn load(site: &Site, asked: Option<&str>) -> Result<Self, StoreError> {
        let value = asked.unwrap_or_default().to_owned();
        let found = if value.is_empty() {
            None
        } else {
            site.store.sources_named(&[value.to_lowercase().replace('\0', "")]).await?.pop()
        };
        let options = site.store.source_names(LISTED).await?;
        let options = options.into_iter().map(|source| (source.slug, source.name)).collect();
        Ok(Self { value, options, found })
    }

    /// Whether a publisher was asked for that there is not.
    pub(crate) fn is_unknown(&self) -> bool {
        !self.value.is_empty() && self.found.is_none()
    }
}
