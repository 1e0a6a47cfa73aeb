//! A look at an address that somebody proposed: would an article be kept, or is it a feed, a
//! sitemap or a section page?

use std::sync::Arc;

use stet_core::extract::Page;
use stet_core::listing::{Listing, recognise};
use stet_core::robots::Robots;
use stet_core::{Address, ArticleText, CheckOutcome, FeedKind};
use stet_store::claim::ProposalClaim;
use stet_store::{Finding, FoundArticle, Proposal, ProposalId, ProposalState, StoreError};

use crate::Poller;
use crate::article_check::{Failure, judge_status, knowledge_of};
use crate::fetch::{Accept, Fetched, Request};
use crate::job::{Done, Job, Target};
use crate::whereabouts::{leads_away, led_away};
use crate::worker::PAUSE;

impl Poller {
    /// Looks at a proposed address that was claimed, and writes down what is there.
    pub(crate) async fn look_at(
        &self,
        claim: &mut ProposalClaim,
        robots: Arc<Robots>,
    ) -> Result<Done, StoreError> {
        let request =
            Request { robots: Some(robots), ..Request::new(claim.address.clone(), Accept::Page) };
        let answer = self.visit(&request, &mut claim.lease).await?;
        let (found, via) = match answer {
            Err(error) => (Err(Failure::from(&error)), Vec::new()),
            Ok(fetched) => {
                let found = self.finding(&fetched, claim).await;
                if let Ok(Finding::Article(text)) = &found
                    && fetched.address == claim.address
                {
                    self.part_what_differs(&claim.address, text).await?;
                }
                (found, way_for_good(fetched))
            }
        };
        self.record_finding(claim, found, &via).await
    }

    /// Writes down that a proposed address may not be looked at.
    pub(crate) async fn refuse_proposal(
        &self,
        claim: &ProposalClaim,
        failure: &Failure,
    ) -> Result<Done, StoreError> {
        self.record_finding(claim, Err(failure.clone()), &[]).await
    }

    async fn record_finding(
        &self,
        claim: &ProposalClaim,
        found: Result<Finding, Failure>,
        via: &[Address],
    ) -> Result<Done, StoreError> {
        let written = match &found {
            Ok(finding) => Ok(finding),
            Err(failure) => Err((failure.outcome, failure.detail.as_str())),
        };
        let is_recorded = self.store.record_proposal(claim, written, via, self.now()).await?;
        let outcome = match &found {
            Ok(_) => CheckOutcome::New,
            Err(failure) => failure.outcome,
        };
        Ok(Done {
            target: Target::Proposal(claim.id.clone()),
            address: claim.address.clone(),
            outcome: is_recorded.then_some(outcome),
            version: None,
            new_articles: None,
            detail: found.err().map(|failure| failure.detail),
        })
    }

    async fn finding(&self, fetched: &Fetched, claim: &ProposalClaim) -> Result<Finding, Failure> {
        judge_status(fetched.status)?;
        let content_type = fetched.content_type();
        let page = Page { address: &fetched.address, content_type, bytes: &fetched.body };
        let kind = match &claim.links {
            Some(_) => Some(FeedKind::Section),
            None => recognise(page),
        };
        let no_feed = match kind {
            None => None,
            Some(kind) => {
                let rule = claim.links.clone();
                match self.read_listing(kind, rule, Vec::new(), fetched, self.now()).await {
                    Ok(found) => return feed(kind, found),
                    // Whoever gives a rule for links wants no article.
                    Err(failure) if kind == FeedKind::Section => return Err(failure),
                    Err(failure) => Some(failure),
                }
            }
        };
        if leads_away(&claim.address, fetched) {
            return Err(led_away(fetched));
        }
        // A page in XHTML begins like a feed: what is no feed may be a page.
        let knowledge = knowledge_of(claim.rules.as_ref(), &claim.boilerplate)?;
        let page = self.read_page(fetched, &knowledge).await;
        page.map(|text| Finding::Article(Box::new(text)))
            .map_err(|no_article| no_feed.unwrap_or(no_article))
    }

    /// Parts an article from the one that it became part of, if its own address answers with another
    /// text than that one's: both were led to one page for a time, or one of them states a wrong
    /// address.
    async fn part_what_differs(
        &self,
        address: &Address,
        text: &ArticleText,
    ) -> Result<(), StoreError> {
        let Some(part) = self.store.part_at(address).await? else { return Ok(()) };
        let is_part = match part.version {
            Some(version) => self.stands_in(text.clone(), part.whole, version).await?,
            None => false,
        };
        if !is_part && self.store.part(part).await? {
            tracing::info!(article = %part.article, from = %part.whole, url = %address, "parted");
        }
        Ok(())
    }

    /// Sees to it that a proposal is looked at, by this poller or another one, and returns what
    /// was found; `None` if the proposal is gone.
    pub async fn see_to(&self, id: &ProposalId) -> Result<Option<Proposal>, StoreError> {
        loop {
            match self.store.proposal(id).await? {
                Some(Proposal { state: ProposalState::Waiting, .. }) => {}
                known => return Ok(known),
            }
            match self.store.claim_proposal(id, self.terms()).await? {
                Some(claim) => drop(self.perform(Job::Proposal(Box::new(claim))).await?),
                None => tokio::time::sleep(PAUSE).await,
            }
        }
    }
}

/// The addresses on the way to an answer, its own the last one, if each redirect was for good.
fn way_for_good(fetched: Fetched) -> Vec<Address> {
    if !fetched.redirects.iter().all(|step| matches!(step.status, 301 | 308)) {
        return Vec::new();
    }
    let steps = fetched.redirects.into_iter().map(|step| step.address);
    steps.chain([fetched.address]).collect()
}

/// A feed as it would be read; a section page without links is a rule that finds nothing.
fn feed(kind: FeedKind, found: Listing) -> Result<Finding, Failure> {
    if kind == FeedKind::Section && found.entries.is_empty() {
        return Err(Failure {
            outcome: CheckOutcome::NotAFeed,
            detail: "none of the links on this page is chosen by the selector or pattern"
                .to_owned(),
        });
    }
    let articles = found.entries.into_iter().map(FoundArticle::from).collect();
    Ok(Finding::Feed { kind, title: found.title, articles, children: found.children })
}
