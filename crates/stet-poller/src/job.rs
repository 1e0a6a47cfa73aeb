//! Work that was claimed, and what came of it.

use std::fmt;

use stet_core::{Address, ArticleId, CheckOutcome, FeedId, VersionNumber};
use stet_store::claim::{ArticleClaim, FeedClaim, ProposalClaim};
use stet_store::{ProposalId, StoreError};

use crate::Poller;

/// One address that was claimed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Job {
    /// An article to check.
    Article(Box<ArticleClaim>),
    /// A feed to read.
    Feed(Box<FeedClaim>),
    /// A proposed address to look at.
    Proposal(Box<ProposalClaim>),
}

/// What a job was about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// An article.
    Article(ArticleId),
    /// A feed.
    Feed(FeedId),
    /// A proposed address.
    Proposal(ProposalId),
}

/// What came of a job; it prints as the line of words that logs and the command line show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done {
    /// What it was about.
    pub target: Target,
    /// The address that was visited.
    pub address: Address,
    /// What came of the visit; `None` when the claim was spent and nothing was recorded.
    pub outcome: Option<CheckOutcome>,
    /// The version that stood at the check.
    pub version: Option<VersionNumber>,
    /// Articles that a feed brought.
    pub new_articles: Option<u32>,
    /// What was wrong, in words.
    pub detail: Option<String>,
}

impl Job {
    /// The address to visit.
    #[must_use]
    pub fn address(&self) -> &Address {
        match self {
            Self::Article(claim) => &claim.address,
            Self::Feed(claim) => &claim.address,
            Self::Proposal(claim) => &claim.address,
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Article(id) => write!(f, "article={id}"),
            Self::Feed(id) => write!(f, "feed={id}"),
            Self::Proposal(id) => write!(f, "proposal={id}"),
        }
    }
}

impl fmt::Display for Done {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "status={}", self.outcome.map_or("fenced", CheckOutcome::as_str))?;
        write!(f, " {}", self.target)?;
        if let Some(version) = self.version {
            write!(f, " version={version}")?;
        }
        if let Some(new_articles) = self.new_articles {
            write!(f, " new_articles={new_articles}")?;
        }
        write!(f, " url={}", self.address)?;
        if let Some(detail) = &self.detail {
            // Quoted as a Rust string: no line break or control character gets through.
            write!(f, " detail={detail:?}")?;
        }
        Ok(())
    }
}

impl Poller {
    /// Claims up to `limit` addresses that are due now: what somebody waits for first, then
    /// feeds, then articles.
    pub async fn claim(&self, limit: u32) -> Result<Vec<Job>, StoreError> {
        let (now, terms) = (self.now(), self.terms());
        let left =
            |jobs: &Vec<Job>| limit.saturating_sub(u32::try_from(jobs.len()).unwrap_or(limit));
        let mut jobs = Vec::new();
        for claim in self.store.claim_proposals(left(&jobs), terms).await? {
            jobs.push(Job::Proposal(Box::new(claim)));
        }
        for claim in self.store.claim_feeds(now, left(&jobs), terms).await? {
            jobs.push(Job::Feed(Box::new(claim)));
        }
        for claim in self.store.claim_articles(now, left(&jobs), terms).await? {
            jobs.push(Job::Article(Box::new(claim)));
        }
        Ok(jobs)
    }

    /// Does what was claimed, and logs what came of it.
    pub async fn perform(&self, job: Job) -> Result<Done, StoreError> {
        let done = match job {
            Job::Article(claim) => self.check_article(&claim).await,
            Job::Feed(claim) => self.check_feed(&claim).await,
            Job::Proposal(claim) => self.look_at(&claim).await,
        }?;
        tracing::info!(
            status = done.outcome.map_or("fenced", CheckOutcome::as_str),
            what = %done.target,
            version = done.version.map(VersionNumber::get),
            new_articles = done.new_articles,
            url = %done.address,
            detail = done.detail,
            "checked"
        );
        Ok(done)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_what_came_of_a_job_in_words_and_cannot_be_broken() {
        let done = Done {
            target: Target::Article(7.try_into().unwrap()),
            address: Address::parse("https://a.example/1").unwrap(),
            outcome: Some(CheckOutcome::Changed),
            version: Some(3.try_into().unwrap()),
            new_articles: None,
            detail: Some("a\nb".to_owned()),
        };
        assert_eq!(
            done.to_string(),
            r#"status=changed article=7 version=3 url=https://a.example/1 detail="a\nb""#
        );
    }
}
