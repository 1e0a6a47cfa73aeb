//! Proposals: addresses that somebody wants watched, and what the poller found there.
//!
//! The web process never fetches. It writes a proposal; a poller looks at the address and writes
//! down what would be kept; the form shows that, and watching begins when it is confirmed.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use stet_core::canonical::{address_to_watch, may_be_folded};
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
    /// The addresses from this one to where it was found, both included, if the site leads from
    /// each to the next for good.
    pub via: Vec<Address>,
}

/// Where an article is to be watched that was found at a proposed address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArticlePlace<'a> {
    /// The address.
    pub address: &'a Address,
    /// Other addresses by which it is to be found.
    pub others: Vec<&'a Address>,
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

/// A finding as it is stored.
#[derive(Serialize, Deserialize)]
struct StoredFinding<F> {
    #[serde(flatten)]
    finding: F,
    #[serde(default)]
    via: Vec<Address>,
}

impl Proposal {
    /// Where the article is to be watched whose text was found here.
    #[must_use]
    pub fn place<'a>(&'a self, text: &'a ArticleText) -> ArticlePlace<'a> {
        let address = address_to_watch(&self.address, text);
        // Where it is watched as it was given, checks follow where that leads.
        let is_elsewhere = *address != self.address;
        let leads_there = |via: &&Address| *via != address && may_be_folded(via, address);
        let others = self.via.iter().filter(|_| is_elsewhere).filter(leads_there).collect();
        ArticlePlace { address, others }
    }
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
        let mut via = Vec::new();
        let state = match (proposal.finding, proposal.outcome) {
            (Some(stored), _) => {
                let stored: StoredFinding<Finding> = row::json("finding", stored)?;
                via = stored.via;
                ProposalState::Found(stored.finding)
            }
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
            via,
        }))
    }

    /// Writes what was found at a proposed address, [by way of](Proposal::via) which addresses, and
    /// gives the claim back; says whether it still held.
    pub async fn record_proposal(
        &self,
        claim: &ProposalClaim,
        found: Result<&Finding, (CheckOutcome, &str)>,
        via: &[Address],
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let stored = found.ok().map(|finding| StoredFinding { finding, via: via.to_vec() });
        let finding = stored.map(|stored| row::to_json("finding", &stored)).transpose()?;
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
    use crate::fixture::{TERMS, address, minute};
    use crate::{AddressOrigin, MIGRATOR};

    #[sqlx::test(migrator = "MIGRATOR")]
    async fn a_proposal_waits_for_a_poller_and_then_tells_what_was_found(pool: PgPool) {
        let store = Store::new(pool);
        let id = store.propose(&address("https://a.example/1"), minute(0)).await.unwrap();
        let state = async || store.proposal(&id).await.unwrap().unwrap().state;
        assert_eq!(state().await, ProposalState::Waiting);

        let claim = store.claim_proposals(1, TERMS).await.unwrap().remove(0);
        let finding = Finding::Article(Box::new(ArticleText::new("Title", ["Text"])));
        assert!(store.record_proposal(&claim, Ok(&finding), &[], minute(1)).await.unwrap());
        assert_eq!(state().await, ProposalState::Found(finding.clone()));
        assert!(!store.record_proposal(&claim, Ok(&finding), &[], minute(1)).await.unwrap());
        assert_eq!(store.claim_proposals(1, TERMS).await.unwrap(), []);
    }

    #[sqlx::test(migrator = "MIGRATOR")]
    async fn a_refusal_keeps_its_words_and_old_proposals_are_forgotten(pool: PgPool) {
        let store = Store::new(pool);
        let id = store.propose(&address("https://a.example/1"), minute(0)).await.unwrap();
        let claim = store.claim_proposal(&id, TERMS).await.unwrap().unwrap();
        let refusal = Err((CheckOutcome::NotAPage, "this is a PDF\0 document"));
        store.record_proposal(&claim, refusal, &[], minute(1)).await.unwrap();
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

    #[sqlx::test(migrator = "MIGRATOR")]
    async fn an_article_is_found_by_what_led_to_the_address_that_its_page_calls_its_own(
        pool: PgPool,
    ) {
        let store = Store::new(pool);
        let [amp, via, own] = ["amp.a.example/story-1", "m.a.example/story-1", "a.example/story-1"]
            .map(|place| address(&format!("https://{place}")));
        let id = store.propose(&amp, minute(0)).await.unwrap();
        let claim = store.claim_proposal(&id, TERMS).await.unwrap().unwrap();
        let mut text = ArticleText::new("Title", ["Text"]);
        text.canonical = Some(own.clone());
        let finding = Finding::Article(Box::new(text.clone()));
        let elsewhere = address("https://elsewhere.example/1");
        let ways = [amp.clone(), elsewhere.clone(), via.clone()];
        store.record_proposal(&claim, Ok(&finding), &ways, minute(1)).await.unwrap();

        let proposal = store.proposal(&id).await.unwrap().unwrap();
        assert_eq!(proposal.state, ProposalState::Found(finding));
        let ArticlePlace { address, others } = proposal.place(&text);
        assert_eq!((address, &others[..]), (&own, &[&amp, &via][..]));
        let added = store.add_article_known_by(address, &others, minute(2)).await.unwrap();
        for known in [&amp, &via, &own] {
            assert_eq!(store.find_article(known).await.unwrap(), Some(added.id), "{known}");
        }
        assert_eq!(store.find_article(&elsewhere).await.unwrap(), None);
        let origins: Vec<_> =
            store.addresses(added.id).await.unwrap().iter().map(|known| known.origin).collect();
        assert_eq!(origins.iter().filter(|origin| **origin == AddressOrigin::Given).count(), 2);
    }

    #[sqlx::test(migrator = "MIGRATOR")]
    async fn an_article_that_is_known_by_what_led_to_it_is_not_watched_twice(pool: PgPool) {
        let store = Store::new(pool);
        let [amp, own] =
            ["https://a.example/story-1/amp", "https://a.example/story-1"].map(address);
        let first = store.add_article(&amp, minute(0)).await.unwrap();
        let again = store.add_article_known_by(&own, &[&amp], minute(1)).await.unwrap();
        assert_eq!((again.id, again.is_new), (first.id, false));
    }
}
