//! Work that was claimed, and what came of it.

use std::fmt;

use chrono::{DateTime, TimeDelta, Utc};
use stet_core::schedule::Rhythm;
use stet_core::{Address, ArticleId, CheckOutcome, FeedId, VersionNumber};
use stet_store::claim::{ArticleClaim, DueKind, FeedClaim, Lease, ProposalClaim};
use stet_store::feed::{FeedRecord, FeedSeen};
use stet_store::robots::Claimed;
use stet_store::{ProposalId, StoreError};

use crate::Poller;
use crate::article_check::{Failure, jitter_seed};
use crate::robots_check::Permission;

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

    pub(crate) fn as_claimed(&self) -> Claimed<'_> {
        match self {
            Self::Article(claim) => Claimed::Article(claim),
            Self::Feed(claim) => Claimed::Feed(claim),
            Self::Proposal(claim) => Claimed::Proposal(claim),
        }
    }

    pub(crate) fn lease_mut(&mut self) -> &mut Lease {
        match self {
            Self::Article(claim) => &mut claim.lease,
            Self::Feed(claim) => &mut claim.lease,
            Self::Proposal(claim) => &mut claim.lease,
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
    /// Claims up to `limit` addresses of a kind that are due by then; fewer if no other is due on a
    /// host that is free.
    ///
    /// One kind at a time: what is claimed is to be started before another claim can fail.
    pub(crate) async fn claim(
        &self,
        kind: DueKind,
        due_by: DateTime<Utc>,
        limit: u32,
    ) -> Result<Vec<Job>, StoreError> {
        let terms = self.terms();
        Ok(match kind {
            DueKind::Proposal => {
                let claims = self.store.claim_proposals(limit, terms).await?;
                claims.into_iter().map(|claim| Job::Proposal(Box::new(claim))).collect()
            }
            DueKind::Feed => {
                let claims = self.store.claim_feeds(due_by, limit, terms).await?;
                claims.into_iter().map(|claim| Job::Feed(Box::new(claim))).collect()
            }
            DueKind::Article => {
                let claims = self.store.claim_articles(due_by, limit, terms).await?;
                claims.into_iter().map(|claim| Job::Article(Box::new(claim))).collect()
            }
        })
    }

    /// Gives back what was claimed and could not be recorded, to be visited again later.
    pub(crate) async fn abandon(&self, job: &Job) -> Result<(), StoreError> {
        const WORDS: &str = "a fault in Stet kept this from being read";
        let now = self.now();
        let retry = |period, id, failures: u32, lease| {
            let rhythm = Rhythm { now, period, seed: jitter_seed(id, lease) };
            rhythm.after_failure(failures.saturating_add(1), None)
        };
        match job {
            Job::Article(claim) => {
                let next = retry(claim.period, claim.id.get(), claim.failures, &claim.lease);
                self.store.abandon_article(claim, next.at).await
            }
            Job::Feed(claim) => {
                let next = retry(claim.period, claim.id.get(), claim.failures, &claim.lease);
                let seen = FeedSeen::Failure { outcome: CheckOutcome::Fault, error: WORDS };
                self.store
                    .record_feed(claim, FeedRecord { at: now, seen }, |_| next)
                    .await
                    .map(drop)
            }
            Job::Proposal(claim) => {
                let refusal = Err((CheckOutcome::Fault, WORDS));
                self.store.record_proposal(claim, refusal, &[], now).await.map(drop)
            }
        }
    }

    /// Does what was claimed, and logs what came of it. `None` if the site's robots.txt had to be
    /// read first: then this was the visit, and the address is to be claimed again.
    pub async fn perform(&self, mut job: Job) -> Result<Option<Done>, StoreError> {
        let address = job.address().clone();
        let done = match self.permission(&address, &mut job, &[]).await? {
            Permission::Asked => return Ok(None),
            Permission::Refused(failure) => self.refuse(job, &failure).await,
            Permission::Granted(robots) => match job {
                Job::Article(mut claim) => self.check_article(&mut claim, robots).await,
                Job::Feed(mut claim) => self.check_feed(&mut claim, robots).await,
                Job::Proposal(mut claim) => self.look_at(&mut claim, robots).await,
            },
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
        Ok(Some(done))
    }

    /// Writes down that what was claimed may not be visited. Its host was not, and gets no gap.
    async fn refuse(&self, mut job: Job, failure: &Failure) -> Result<Done, StoreError> {
        job.lease_mut().host_gap = TimeDelta::zero();
        match job {
            Job::Article(claim) => self.refuse_article(&claim, failure, self.now()).await,
            Job::Feed(claim) => self.refuse_feed(&claim, failure).await,
            Job::Proposal(claim) => self.refuse_proposal(&claim, failure).await,
        }
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
