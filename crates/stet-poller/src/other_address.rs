//! Other addresses of an article: where the site moved it, and what its page calls its own.

use chrono::{DateTime, Utc};
use stet_core::canonical::{is_front, may_be_folded};
use stet_core::{ArticleText, Kind};
use stet_store::claim::ArticleClaim;
use stet_store::record::Difference;
use stet_store::{AddressOrigin, OtherAddress, Readdressed, StoreError};

use crate::Poller;
use crate::fetch::Fetched;
use crate::worker::may_repeat;

/// The address to which an article was moved for good: every step on the way was permanent, and it
/// ends on the same registrable domain and not at a home page or a section.
pub(crate) fn moved_to(claim: &ArticleClaim, fetched: &Fetched) -> Option<OtherAddress> {
    let is_for_good = !fetched.redirects.is_empty()
        && fetched.redirects.iter().all(|step| matches!(step.status, 301 | 308));
    let (from, to) = (&claim.address, &fetched.address);
    let is_moved = is_for_good
        && from != to
        && from.registrable_domain() == to.registrable_domain()
        && !fetched.was_downgraded()
        && !is_front(from, to);
    is_moved.then(|| OtherAddress {
        address: to.clone(),
        origin: AddressOrigin::Moved,
        title: None,
    })
}

/// The other address that an answer with a text gives its article: what the page calls its own
/// goes before where the site sent the visitor, which may be a page for phones.
pub(crate) fn other_address(
    claim: &ArticleClaim,
    fetched: &Fetched,
    text: &ArticleText,
) -> Option<OtherAddress> {
    let moved = moved_to(claim, fetched);
    let said = text.canonical.as_ref().filter(|said| may_be_folded(&fetched.address, said));
    match (said, moved) {
        (Some(said), _) if *said == claim.address => None,
        (Some(said), moved) if moved.as_ref().is_none_or(|moved| moved.address != *said) => {
            Some(OtherAddress {
                address: said.clone(),
                origin: AddressOrigin::Canonical,
                title: Some(text.title.clone()),
            })
        }
        (_, moved) => moved,
    }
}

/// A change that comes with a move is of that kind too.
pub(crate) fn note_move(difference: &mut Difference, other: &OtherAddress) {
    if other.origin == AddressOrigin::Moved {
        difference.kinds.insert(Kind::MovedAddress);
    }
}

impl Poller {
    /// Does what another address of an article means, once its check is recorded; `is_told`: as a
    /// change that tells of a move.
    pub(crate) async fn readdress(
        &self,
        claim: &ArticleClaim,
        other: &OtherAddress,
        is_told: bool,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let mut attempts = 0;
        let done = loop {
            match self.store.readdress(claim, other, is_told, at).await {
                Err(error) if may_repeat(&error, &mut attempts).await => {}
                done => break done?,
            }
        };
        match done {
            Readdressed::Moved => {
                tracing::info!(article = %claim.id, url = %other.address, "readdressed");
            }
            Readdressed::Merged(into) => {
                tracing::info!(article = %claim.id, %into, url = %other.address, "merged");
            }
            Readdressed::Left => {}
        }
        Ok(())
    }
}
