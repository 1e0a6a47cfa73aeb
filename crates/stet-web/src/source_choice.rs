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
        let asked = asked.unwrap_or_default();
        let wanted = asked.to_lowercase().replace('\0', "");
        let options = site.store.source_names(LISTED).await?;
        let found = if wanted.is_empty() {
            None
        } else {
            let of_slug = site.store.sources_named(std::slice::from_ref(&wanted)).await?.pop();
            // Readers also type the name that they see.
            of_slug.or_else(|| {
                options.iter().find(|source| source.name.to_lowercase() == wanted).cloned()
            })
        };
        let value = found.as_ref().map_or(asked, |source| &source.slug).to_owned();
        let options = options.into_iter().map(|source| (source.slug, source.name)).collect();
        Ok(Self { value, options, found })
    }

    /// Whether a publisher was asked for that there is not.
    pub(crate) fn is_unknown(&self) -> bool {
        !self.value.is_empty() && self.found.is_none()
    }
}
