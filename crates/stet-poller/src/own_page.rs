//! The page that a view calls its own: what stands at an address for phones, for print or as AMP is
//! watched where readers find it.

use chrono::{DateTime, Utc};
use stet_core::canonical::{is_same_page, is_view_of_another};
use stet_core::{Address, ArticleText};
use stet_store::claim::ArticleClaim;
use stet_store::{AddressOrigin, StoreError};

use crate::Poller;
use crate::fetch::Request;
use crate::other_address::Lead;
use crate::sight::{Shown, Sight, View};

impl Poller {
    /// Where an article is seen for the first time, and at a view, reads the page that this calls its
    /// own. If the same article stands there, that is what was seen: its first version is not to be
    /// the view's text, and the next one its own. Otherwise the view's word is worth nothing.
    ///
    /// An address that another article has is left alone: both are compared by what is known.
    pub(crate) async fn own_page(
        &self,
        claim: &mut ArticleClaim,
        shown: Shown,
        request: &Request,
        at: DateTime<Utc>,
    ) -> Result<Shown, StoreError> {
        let View { sight: Sight::Text(text, None), lead: Some(lead) } = &shown.view else {
            return Ok(shown);
        };
        let is_named_by_a_view = lead.origin == AddressOrigin::Canonical
            && is_view_of_another(&shown.fetched.address)
            && !is_view_of_another(&lead.address);
        if !is_named_by_a_view || self.store.holder(&lead.address).await?.is_some() {
            return Ok(shown);
        }
        let address = lead.address.clone();
        // Boxed: most checks have no use for it.
        let own = Box::pin(self.read_own_page(claim, &address, text, request, at)).await?;
        Ok(own.unwrap_or(Shown { view: View { lead: None, ..shown.view }, ..shown }))
    }

    /// What the page at an address shows, if it is the article of this text that calls itself so.
    async fn read_own_page(
        &self,
        claim: &mut ArticleClaim,
        address: &Address,
        text: &ArticleText,
        request: &Request,
        at: DateTime<Utc>,
    ) -> Result<Option<Shown>, StoreError> {
        let request = Request { address: address.clone(), ..request.clone() };
        let claimed = claim.address.clone();
        let Some(fetched) = self.visit_also(request, &claimed, &mut claim.lease).await? else {
            return Ok(None);
        };
        let names_this = |named: &Address| is_same_page(named, address);
        if !names_this(&fetched.address) {
            return Ok(None);
        }
        let shown = self.shown(claim, fetched, at).await?;
        let Sight::Text(own, None) = &shown.view.sight else { return Ok(None) };
        let is_own = own.canonical.as_ref().is_none_or(names_this)
            && self.is_one_article(text.clone(), (**own).clone()).await.unwrap_or(false);
        let lead = Lead {
            address: address.clone(),
            origin: AddressOrigin::Canonical,
            is_read_twice: true,
        };
        let view = View { lead: Some(lead), ..shown.view };
        Ok(is_own.then_some(Shown { view, ..shown }))
    }
}
