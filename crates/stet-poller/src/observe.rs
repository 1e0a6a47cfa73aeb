//! Taking in what others captured: a capture is read as a page that was fetched, and noted as what
//! its archive saw.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use stet_core::canonical::address_to_watch;
use stet_core::extract::EXTRACTOR_REVISION;
use stet_core::{Address, ArticleId};
use stet_store::observation::{NewObservation, Observed};
use stet_store::{NewSnapshot, Reading, StoreError};
use tokio::time::sleep;

use crate::Poller;
use crate::article_check::{judge_status, knowledge_of};
use crate::rereading::Attempt;
use crate::worker::PAUSE;

/// A page as somebody else captured it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Capture {
    /// Who captured it, as readers will know it.
    pub observer: String,
    /// The address that was captured.
    pub address: Address,
    /// When.
    pub captured_at: DateTime<Utc>,
    /// Where the archive keeps it.
    pub place: String,
    /// The status that the site answered.
    pub status: u16,
    /// Its headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// Its body, decoded.
    pub body: Vec<u8>,
}

/// What became of a capture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Taken {
    /// It is noted, or was before.
    Observed(Observed),
    /// It shows no article: why, in words.
    NoArticle(String),
    /// A fault in Stet or its installation kept it from being read; another time it may be.
    Fault(String),
}

impl Poller {
    /// Reads a capture and notes what it shows. Its history shows it once that is
    /// [woven](Self::weave).
    pub async fn observe(&self, capture: &Capture) -> Result<Taken, StoreError> {
        let Capture { observer, address, captured_at, place, .. } = capture;
        let known = self.store.observed_in(address, observer, *captured_at).await?;
        if let Some(history) = known {
            return Ok(Taken::Observed(Observed::Known { history }));
        }
        if let Err(failure) = judge_status(capture.status) {
            return Ok(Taken::NoArticle(failure.detail));
        }
        let read_by = self.store.read_by(address).await?;
        let knowledge = match knowledge_of(read_by.rules.as_ref(), &read_by.boilerplate) {
            Ok(knowledge) => knowledge,
            Err(failure) => return Ok(Taken::Fault(failure.detail)),
        };
        let content_type = capture.headers.iter().find(|(name, _)| name == "content-type");
        let content_type = content_type.map(|(_, value)| value.clone());
        let body = capture.body.clone();
        let text = match self.extract(address.clone(), content_type, body, knowledge).await {
            Ok(Ok(text)) => text,
            Ok(Err(no_article)) => return Ok(Taken::NoArticle(no_article.to_string())),
            Err(no_answer) => return Ok(Taken::Fault(no_answer.to_string())),
        };
        let of = if self.store.is_taken(address).await? {
            address
        } else {
            address_to_watch(address, &text)
        };
        let observation = NewObservation {
            observer,
            address: of,
            place,
            text: &text,
            reading: Reading { extractor: EXTRACTOR_REVISION, rules: read_by.revision },
            snapshot: NewSnapshot {
                fetched_at: *captured_at,
                address,
                redirects: &[],
                status: capture.status,
                headers: &capture.headers,
                body: &capture.body,
            },
        };
        Ok(Taken::Observed(self.store.observe(observation, self.now()).await?))
    }

    /// Makes an observed history show all its captures, in the order of their time, each text
    /// compared with the one before. Fails in words if two texts could not be compared.
    pub async fn weave(&self, history: ArticleId) -> Result<Result<(), String>, StoreError> {
        loop {
            // What earlier revisions read is read anew first: no difference is to be Stet's own.
            match self.reread(history).await? {
                Attempt::Done(_) => {}
                Attempt::Busy => {
                    sleep(PAUSE).await;
                    continue;
                }
            }
            let mut differences = BTreeMap::new();
            for (from, to) in self.store.observed_passages(history).await? {
                let old = self.store.version_text(history, from).await?;
                let new = self.store.version_text(history, to).await?;
                let (Some(old), Some(new)) = (old, new) else {
                    return Ok(Err(format!("a version of article {history} has no text")));
                };
                match self.difference(old, new).await {
                    Ok((_, difference)) => drop(differences.insert((from, to), difference)),
                    Err(no_answer) => return Ok(Err(no_answer.to_string())),
                }
            }
            if self.store.weave(history, &differences).await? {
                return Ok(Ok(()));
            }
        }
    }
}
