//! Other addresses of an article: where the site moved it, and what its page calls its own.

use chrono::{DateTime, Utc};
use stet_core::canonical::{is_home, is_same_page, may_be_its_own};
use stet_core::{Address, ArticleId, ArticleText, CheckOutcome, Kind, VersionNumber};
use stet_store::claim::ArticleClaim;
use stet_store::record::Difference;
use stet_store::{AddressOrigin, OtherAddress, Proof, Readdressed, StoreError, Twin};

use crate::Poller;
use crate::fetch::Fetched;
use crate::job::Done;
use crate::worker::may_repeat;

/// Where an answer with the article's text says that the article stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Lead {
    pub(crate) address: Address,
    pub(crate) origin: AddressOrigin,
    /// Whether the article was read there by the same check that read it elsewhere.
    pub(crate) is_read_twice: bool,
}

impl Lead {
    fn to(address: &Address, origin: AddressOrigin) -> Self {
        Self { address: address.clone(), origin, is_read_twice: false }
    }
}

/// The address to which an article was moved for good: every step on the way was permanent, and it
/// ends on the same registrable domain and not at a home page.
pub(crate) fn moved_to(claim: &ArticleClaim, fetched: &Fetched) -> Option<Lead> {
    let is_for_good = !fetched.redirects.is_empty()
        && fetched.redirects.iter().all(|step| matches!(step.status, 301 | 308));
    let (from, to) = (&claim.address, &fetched.address);
    let is_moved = is_for_good
        && from != to
        && from.registrable_domain() == to.registrable_domain()
        && !fetched.was_downgraded()
        && !is_home(to);
    is_moved.then(|| Lead::to(to, AddressOrigin::Moved))
}

/// The other address that an answer with a text gives its article. What the page calls its own goes
/// before where the site sent the visitor, which may be a page for phones; but where the site moved
/// it, only if both name one page.
pub(crate) fn lead_of(
    claim: &ArticleClaim,
    fetched: &Fetched,
    canonical: Option<&Address>,
) -> Option<Lead> {
    let moved = moved_to(claim, fetched);
    let Some(said) = canonical.filter(|said| may_be_its_own(&fetched.address, said)) else {
        return moved;
    };
    if *said == claim.address {
        return None;
    }
    match moved {
        None => Some(Lead::to(said, AddressOrigin::Canonical)),
        Some(moved) if is_same_page(&moved.address, said) => {
            Some(Lead { address: said.clone(), ..moved })
        }
        moved => moved,
    }
}

/// Where an article may stand, and what speaks for it.
#[derive(Debug, Clone)]
pub(crate) struct ProvenLead {
    lead: Lead,
    proof: Proof,
    /// Whether the check's own change tells of the move.
    is_told: bool,
}

impl ProvenLead {
    /// A change that comes with a move of what had stood elsewhere is of that kind too.
    pub(crate) fn tell(&mut self, difference: &mut Difference) {
        if self.lead.origin == AddressOrigin::Moved && self.proof == Proof::Sure {
            difference.kinds.insert(Kind::MovedAddress);
            self.is_told = true;
        }
    }
}

impl Poller {
    /// Finds out what speaks for another address, before a check is recorded that saw there, or at
    /// an address that leads there, the text that stood, or most of it, or the first one.
    pub(crate) async fn proven(
        &self,
        claim: &ArticleClaim,
        lead: Option<Lead>,
        read_at: &Address,
    ) -> Result<Option<ProvenLead>, StoreError> {
        let Some(lead) = lead else { return Ok(None) };
        let proof = if is_same_page(&claim.address, &lead.address) {
            Proof::Sure
        } else if lead.is_read_twice {
            Proof::UnlessShared
        } else if let Some(head) = claim.head
            && is_same_page(read_at, &lead.address)
        {
            let stood_there = self.stood_at(claim, head, read_at).await?;
            if stood_there { Proof::UnlessShared } else { Proof::Sure }
        } else {
            // Nobody looked there, or no text stood that it could be compared with.
            Proof::Word
        };
        Ok(Some(ProvenLead { lead, proof, is_told: false }))
    }

    /// Does what another address of an article means, once the check that found it is recorded, if
    /// that believed the text.
    pub(crate) async fn follow(
        &self,
        claim: &ArticleClaim,
        lead: ProvenLead,
        done: &Done,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let ProvenLead { lead: Lead { address, origin, .. }, proof, is_told } = lead;
        let is_believed = done.outcome.is_some_and(CheckOutcome::is_success);
        let Some(version) = done.version.filter(|_| is_believed) else { return Ok(()) };
        let twin = self.twin_at(claim.id, version, &address).await?;
        let other = OtherAddress { address, origin, proof, twin };
        let mut attempts = 0;
        let done = loop {
            match self.store.readdress(claim, &other, is_told, at).await {
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

    /// The other article that has an address, if its text is the same article's as this version.
    async fn twin_at(
        &self,
        article: ArticleId,
        version: VersionNumber,
        address: &Address,
    ) -> Result<Option<Twin>, StoreError> {
        let holder = self.store.holder(address).await?.filter(|(holder, _)| *holder != article);
        let Some((holder, Some(standing))) = holder else { return Ok(None) };
        let Some(text) = self.store.version_text(article, version).await? else { return Ok(None) };
        let twin = Twin { article: holder, version: standing };
        Ok(self.stands_in(text, holder, standing).await?.then_some(twin))
    }

    /// Whether a text is the same article's as a version of that article.
    pub(crate) async fn stands_in(
        &self,
        text: ArticleText,
        article: ArticleId,
        version: VersionNumber,
    ) -> Result<bool, StoreError> {
        let Some(standing) = self.store.version_text(article, version).await? else {
            return Ok(false);
        };
        // What could not be compared in time is left as it is.
        Ok(self.is_one_article(text, standing).await.unwrap_or(false))
    }
}
