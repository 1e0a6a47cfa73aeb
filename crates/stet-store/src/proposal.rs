//! Proposals: addresses that somebody wants watched, and what the poller found there.
//!
//! The web process never fetches. It writes a proposal; a poller looks at the address and writes
//! down what would be kept; the form shows that, and watching begins when it is confirmed.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use stet_core::feed::FeedEntry;
use stet_core::{Address, ArticleText, CheckOutcome, FeedKind, LinkRule};

use crate::claim::{ProposalClaim, release_host};
use crate::login::random_hex;
use crate::{Store, StoreError, host, row, wake};

/// How long a proposal is kept.
const KEPT: TimeDelta = TimeDelta::days(1);

/// The unguessable name of a proposal: 32 hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ProposalId(String);

impl FromStr for ProposalId {
    type Err = StoreError;

    fn from_str(text: &str) -> Result<Self, StoreError> {
        let is_hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        if text.len() == 32 && text.bytes().all(is_hex) {
            Ok(Self(text.to_owned()))
        } else {
            Err(StoreError::corrupt("proposal", text))
        }
    }
}

impl fmt::Display for ProposalId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A proposed address and what is known of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// Its name.
    pub id: ProposalId,
    /// The address.
    pub address: Address,
    /// Which of its links are articles, where it was proposed as a section page.
    pub links: Option<LinkRule>,
    /// When it was proposed.
    pub created_at: DateTime<Utc>,
    /// What is known.
    pub state: ProposalState,
}

/// What is known of a proposed address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProposalState {
    /// No poller has looked yet.
    Waiting,
    /// This can be watched.
    Found(Finding),
    /// Nothing there can be watched: why.
    Refused {
        /// In one word.
        outcome: CheckOutcome,
        /// In words.
        error: String,
    },
}

/// What a proposed address holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Finding {
    /// An article, as it would be kept.
    Article(Box<ArticleText>),
    /// A feed, a sitemap or a section page.
    Feed {
        /// What it is.
        #[serde(default)]
        kind: FeedKind,
        /// What it calls itself.
        title: Option<String>,
        /// The articles in it.
        articles: Vec<FoundArticle>,
        /// The sitemaps that an index names.
        #[serde(default)]
        children: Vec<Address>,
    },
}

/// An article that a proposed feed names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundArticle {
    /// Where it stands.
    pub address: Address,
    /// Its headline, as far as the feed tells.
    pub title: Option<String>,
}

impl From<FeedEntry> for FoundArticle {
    fn from(entry: FeedEntry) -> Self {
        Self { address: entry.address, title: entry.title }
    }
}

impl Store {
    /// Asks the pollers to look at an address; forgets proposals that are too old.
    pub async fn propose(
        &self,
        address: &Address,
        now: DateTime<Utc>,
    ) -> Result<ProposalId, StoreError> {
        self.propose_section(address, None, now).await
    }

    /// Asks the pollers to look at an address, as at a section page if there is a rule for its
    /// links; otherwise as [`Store::propose`].
    pub async fn propose_section(
        &self,
        address: &Address,
        links: Option<&LinkRule>,
        now: DateTime<Utc>,
    ) -> Result<ProposalId, StoreError> {
        let id = ProposalId(random_hex::<16>()?);
        let mut transaction = self.pool.begin().await?;
        sqlx::query!("delete from proposal where created_at < $1", now - KEPT)
            .execute(&mut *transaction)
            .await?;
        let host = host::find_or_add(&mut transaction, address).await?;
        sqlx::query!(
            "insert into proposal (id, host_id, url, created_at, links) values ($1, $2, $3, $4, $5)",
            id.0,
            host,
            address.as_str(),
            now,
            links.map(|links| row::to_json("links", links)).transpose()?,
        )
        .execute(&mut *transaction)
        .await?;
        wake::notify(&mut transaction).await?;
        transaction.commit().await?;
        Ok(id)
    }

    /// One proposal, while it is kept.
    pub async fn proposal(&self, id: &ProposalId) -> Result<Option<Proposal>, StoreError> {
        let found = sqlx::query!(
            "select url, finding, outcome, error, created_at, links from proposal where id = $1",
            id.0,
        )
        .fetch_optional(&self.pool)
        .await?;
        let Some(proposal) = found else { return Ok(None) };
        let state = match (proposal.finding, proposal.outcome) {
            (Some(finding), _) => ProposalState::Found(
                serde_json::from_value(finding)
                    .map_err(|error| StoreError::corrupt("finding", error))?,
            ),
            (None, Some(outcome)) => ProposalState::Refused {
                outcome: row::outcome(&outcome)?,
                error: proposal.error.unwrap_or_default(),
            },
            (None, None) => ProposalState::Waiting,
        };
        Ok(Some(Proposal {
            id: id.clone(),
            address: row::address(&proposal.url)?,
            links: proposal.links.map(|links| row::json("links", links)).transpose()?,
            created_at: proposal.created_at,
            state,
        }))
    }

    /// Writes what was found at a proposed address and gives the claim back; says whether it
    /// still held.
    pub async fn record_proposal(
        &self,
        claim: &ProposalClaim,
        found: Result<&Finding, (CheckOutcome, &str)>,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let finding = found
            .ok()
            .map(serde_json::to_value)
            .transpose()
            .map_err(|error| StoreError::corrupt("finding", error))?;
        let mut transaction = self.pool.begin().await?;
        let written = sqlx::query!(
            r#"
            update proposal
            set finding = $3, outcome = $4, error = $5, looked_at = $6, lease_until = null
            where id = $1
                and claim = $2
                and lease_until is not null
            "#,
            claim.id.0,
            claim.lease.claim,
            finding,
            found.err().map(|(outcome, _)| outcome.as_str()),
            found.err().map(|(_, error)| row::without_nul(error)),
            now,
        )
        .execute(&mut *transaction)
        .await?;
        release_host(&mut transaction, &claim.lease).await?;
        transaction.commit().await?;
        Ok(written.rows_affected() == 1)
    }
}

#[cfg(test)]
mod tests {
    use sqlx::PgPool;

    use super::*;
    use crate::MIGRATOR;
    use crate::fixture::{TERMS, address, minute};

    #[sqlx::test(migrator = "MIGRATOR")]
    async fn a_proposal_waits_for_a_poller_and_then_tells_what_was_found(pool: PgPool) {
        let store = Store::new(pool);
        let id = store.propose(&address("https://a.example/1"), minute(0)).await.unwrap();
        let state = async || store.proposal(&id).await.unwrap().unwrap().state;
        assert_eq!(state().await, ProposalState::Waiting);

        let claim = store.claim_proposals(1, TERMS).await.unwrap().remove(0);
        let finding = Finding::Article(Box::new(ArticleText::new("Title", ["Text"])));
        assert!(store.record_proposal(&claim, Ok(&finding), minute(1)).await.unwrap());
        assert_eq!(state().await, ProposalState::Found(finding.clone()));
        assert!(!store.record_proposal(&claim, Ok(&finding), minute(1)).await.unwrap());
        assert_eq!(store.claim_proposals(1, TERMS).await.unwrap(), []);
    }

    #[sqlx::test(migrator = "MIGRATOR")]
    async fn a_refusal_keeps_its_words_and_old_proposals_are_forgotten(pool: PgPool) {
        let store = Store::new(pool);
        let id = store.propose(&address("https://a.example/1"), minute(0)).await.unwrap();
        let claim = store.claim_proposal(&id, TERMS).await.unwrap().unwrap();
        let refusal = Err((CheckOutcome::NotAPage, "this is a PDF\0 document"));
        store.record_proposal(&claim, refusal, minute(1)).await.unwrap();
        assert_eq!(
            store.proposal(&id).await.unwrap().unwrap().state,
            ProposalState::Refused {
                outcome: CheckOutcome::NotAPage,
                error: "this is a PDF document".to_owned()
            }
        );
        store.propose(&address("https://a.example/2"), minute(2 * 24 * 60)).await.unwrap();
        assert_eq!(store.proposal(&id).await.unwrap(), None);
    }
}
