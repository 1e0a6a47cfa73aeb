//! Reading histories anew from their snapshots, after the extractor or a source's rules changed.

use std::collections::{BTreeMap, VecDeque};

use chrono::TimeDelta;
use stet_core::extract::{EXTRACTOR_REVISION, Knowledge};
use stet_core::{ArticleId, ArticleText, VersionNumber};
use stet_store::rereading::{RereadingClaim, Scope, Texts};
use stet_store::{Reading, StoreError};
use tokio::time::sleep;

use crate::Poller;
use crate::article_check::knowledge_of;
use crate::worker::{PAUSE, chain, may_repeat};

/// How many articles are asked for at a time.
const BATCH: u32 = 100;

/// How long a claim holds without being renewed. Whoever starts a rereading again that was killed waits
/// that long for the article that it was at.
const LEASE: TimeDelta = TimeDelta::minutes(1);

/// After how many readings or comparisons a claim is renewed: each takes twenty seconds at most,
/// ten for its turn and ten for its answer, so this many end within a lease.
const STEPS_TO_RENEWAL: usize = 2;

/// What came of reading one article's history anew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reread {
    /// The article.
    pub article: ArticleId,
    /// How many of its versions were read anew.
    pub versions: usize,
    /// How many of them have another text now.
    pub changed: usize,
    /// Those in whose bytes no article is found any more.
    pub kept: Vec<Kept>,
    /// What kept the history from being read anew, in words: a fault in Stet or its installation.
    /// The history is as it was.
    pub fault: Option<String>,
}

/// A version whose text stands as it was, since no article is found in its bytes any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Its number.
    pub version: VersionNumber,
    /// Why, in words.
    pub why: String,
}

/// What came of an attempt at one article.
pub(crate) enum Attempt {
    /// It is done, or failed for good.
    Done(Reread),
    /// Somebody else has claimed it.
    Busy,
}

/// Why an article could not be read anew.
enum Trouble {
    /// The database failed.
    Store(StoreError),
    /// Anything else, in words.
    Fault(String),
    /// The claim ran out or was taken over.
    Fenced,
}

impl From<StoreError> for Trouble {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl Poller {
    /// Reads every history in `scope` anew that an earlier extractor or other rules made, one article
    /// after the other; `on_done` is told of each. It may run beside pollers, and again after it was
    /// killed: it goes on where it was. An article that is being checked is come back to at the end.
    ///
    /// An error is one of the database, after some repetitions; what befalls a single article is
    /// in its [`Reread::fault`].
    pub async fn reextract(
        &self,
        scope: &Scope,
        mut on_done: impl FnMut(&Reread),
    ) -> Result<(), StoreError> {
        let mut busy = VecDeque::new();
        let mut last = None;
        loop {
            let batch = self.store.stale_articles(scope, EXTRACTOR_REVISION, last, BATCH).await?;
            let Some(&end) = batch.last() else { break };
            last = Some(end);
            for article in batch {
                match self.reread_patiently(article).await? {
                    Attempt::Done(reread) => on_done(&reread),
                    Attempt::Busy => busy.push_back(article),
                }
            }
        }
        if !busy.is_empty() {
            tracing::warn!(articles = busy.len(), "waiting for articles that are being checked");
        }
        while let Some(article) = busy.pop_front() {
            match self.reread_patiently(article).await? {
                Attempt::Done(reread) => on_done(&reread),
                Attempt::Busy => {
                    busy.push_back(article);
                    sleep(PAUSE).await;
                }
            }
        }
        Ok(())
    }

    /// Reads one history anew, however often the database must be asked.
    async fn reread_patiently(&self, article: ArticleId) -> Result<Attempt, StoreError> {
        let mut attempts = 0;
        loop {
            match self.reread(article).await {
                Err(error) if may_repeat(&error, &mut attempts).await => {}
                attempt => return attempt,
            }
        }
    }

    /// Reads one history anew, unless somebody else has claimed it.
    pub(crate) async fn reread(&self, article: ArticleId) -> Result<Attempt, StoreError> {
        let Some(claim) = self.store.claim_rereading(article, LEASE).await? else {
            return Ok(Attempt::Busy);
        };
        let mut reread = Reread { article, versions: 0, changed: 0, kept: Vec::new(), fault: None };
        match self.reread_claimed(&claim, &mut reread).await {
            Ok(()) => return Ok(Attempt::Done(reread)),
            Err(Trouble::Fenced) => return Ok(Attempt::Busy),
            Err(Trouble::Fault(words)) => reread.fault = Some(words),
            Err(Trouble::Store(error @ StoreError::Unavailable(_))) => {
                // Should it not get through either, the lease will run out.
                drop(self.store.release_rereading(&claim).await);
                return Err(error);
            }
            Err(Trouble::Store(error)) => reread.fault = Some(chain(&error)),
        }
        self.store.release_rereading(&claim).await?;
        Ok(Attempt::Done(reread))
    }

    async fn reread_claimed(
        &self,
        claim: &RereadingClaim,
        reread: &mut Reread,
    ) -> Result<(), Trouble> {
        let reading = Reading { extractor: EXTRACTOR_REVISION, rules: claim.rules_revision };
        if claim.versions.iter().any(|version| version.reading.extractor > EXTRACTOR_REVISION) {
            let words = "a newer Stet has read this article; this one leaves it alone";
            return Err(Trouble::Fault(words.to_owned()));
        }
        let knowledge = knowledge_of(claim.rules.as_ref(), &claim.boilerplate)
            .map_err(|failure| Trouble::Fault(failure.detail))?;
        let mut steps = 0;
        let mut texts = Texts::default();
        for version in claim.versions.iter().filter(|version| version.reading != reading) {
            self.keep_claim(claim, &mut steps).await?;
            let text = match self.read_snapshot(claim, version.number, &knowledge).await? {
                Ok(text) => {
                    reread.changed += usize::from(text.digest() != version.digest);
                    Some(text)
                }
                Err(why) => {
                    reread.kept.push(Kept { version: version.number, why });
                    None
                }
            };
            reread.versions += 1;
            texts.insert(version.number, text);
        }
        let mut differences = BTreeMap::new();
        for pair in claim.pairs(&texts) {
            self.keep_claim(claim, &mut steps).await?;
            let old = self.text_of(claim, &texts, pair.from).await?;
            let new = self.text_of(claim, &texts, pair.to).await?;
            let compared = self.difference(old, new).await;
            let (_, difference) = compared.map_err(|error| Trouble::Fault(error.to_string()))?;
            differences.insert(pair.change, difference);
        }
        if texts.versions().next().is_none() {
            self.store.release_rereading(claim).await?;
            return Ok(());
        }
        let is_written = self.store.record_rereading(claim, reading, &texts, &differences).await?;
        if is_written { Ok(()) } else { Err(Trouble::Fenced) }
    }

    /// Renews the claim every few steps.
    async fn keep_claim(&self, claim: &RereadingClaim, steps: &mut usize) -> Result<(), Trouble> {
        *steps += 1;
        let is_held = !steps.is_multiple_of(STEPS_TO_RENEWAL)
            || self.store.renew_rereading(claim, LEASE).await?;
        if is_held { Ok(()) } else { Err(Trouble::Fenced) }
    }

    /// What is made of a version's bytes now, or why nothing is, in words.
    async fn read_snapshot(
        &self,
        claim: &RereadingClaim,
        version: VersionNumber,
        knowledge: &Knowledge,
    ) -> Result<Result<ArticleText, String>, Trouble> {
        let Some(snapshot) = self.store.snapshot(claim.id, version).await? else {
            return Err(Trouble::Fault(format!("version {version} has no bytes")));
        };
        let content_type = snapshot.content_type().map(str::to_owned);
        let (address, body) = (snapshot.address, snapshot.body);
        match self.extract(address, content_type, body, knowledge.clone()).await {
            Ok(read) => Ok(read.map_err(|no_article| no_article.to_string())),
            Err(no_answer) => Err(Trouble::Fault(format!("version {version}: {no_answer}"))),
        }
    }

    /// The text that a version will have: what was just made of its bytes, or the one that stands.
    async fn text_of(
        &self,
        claim: &RereadingClaim,
        texts: &Texts,
        version: VersionNumber,
    ) -> Result<ArticleText, Trouble> {
        if let Some(text) = texts.get(version) {
            return Ok(text);
        }
        let standing = self.store.version_text(claim.id, version).await?;
        standing.ok_or_else(|| Trouble::Fault(format!("version {version} has no text")))
    }
}
