//! Before another text is compared with the one that stands, both must be of one reading.

use stet_core::extract::{EXTRACTOR_REVISION, Knowledge};
use stet_core::{ArticleText, CheckOutcome};
use stet_store::StoreError;
use stet_store::claim::{ArticleClaim, Head};

use crate::Poller;
use crate::article_check::{Failure, reading_for};

/// The version that stands.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Standing {
    /// Which it is.
    pub(crate) head: Head,
    /// Whether its text was made as this process makes texts.
    pub(crate) is_comparable: bool,
}

impl Poller {
    /// The version that stands, as *this* extractor reads its bytes by the *present* rules: where
    /// others made it, its snapshot is read again first, so that neither an upgrade nor an edited
    /// rule is taken for an edit by the newspaper.
    pub(crate) async fn upgraded_head(
        &self,
        claim: &ArticleClaim,
        knowledge: Knowledge,
    ) -> Result<Result<Option<Standing>, Failure>, StoreError> {
        let Some(head) = claim.head else { return Ok(Ok(None)) };
        let reading = reading_for(claim);
        if head.reading == reading {
            return Ok(Ok(Some(Standing { head, is_comparable: !head.is_unreadable })));
        }
        if head.reading.extractor > EXTRACTOR_REVISION {
            let detail = "a newer Stet has read this article; this one leaves it alone".to_owned();
            return Ok(Err(Failure { outcome: CheckOutcome::Fault, detail }));
        }
        let as_it_was = Standing { head, is_comparable: false };
        let Some(snapshot) = self.store.snapshot(claim.id, head.version).await? else {
            return Ok(Ok(Some(as_it_was)));
        };
        let content_type = snapshot.content_type().map(str::to_owned);
        let text =
            match self.extract(snapshot.address, content_type, snapshot.body, knowledge).await {
                Ok(Ok(text)) => text,
                // This reading finds no article in the old bytes: they stay as they were read.
                Ok(Err(_no_article)) => return Ok(Ok(Some(as_it_was))),
                // That says nothing about the bytes, so nothing may be compared.
                Err(no_answer) => return Ok(Err(no_answer.into())),
            };
        let digest = text.digest();
        let standing = self.standing_text(claim, head).await?;
        let (text, difference) = if standing.digest() == digest {
            (text, None)
        } else {
            match self.difference(standing, text).await {
                Ok((text, difference)) => (text, Some(difference)),
                Err(no_answer) => return Ok(Err(no_answer.into())),
            }
        };
        let upgraded = self.store.upgrade(claim, &text, reading, difference.as_ref()).await?;
        // Fenced: the record that follows will be refused too.
        let head = upgraded.map_or(head, |version| Head {
            version,
            digest,
            reading,
            is_unreadable: false,
        });
        Ok(Ok(Some(Standing { head, is_comparable: true })))
    }

    /// The text of a version that stands.
    pub(crate) async fn standing_text(
        &self,
        claim: &ArticleClaim,
        head: Head,
    ) -> Result<ArticleText, StoreError> {
        let text = self.store.version_text(claim.id, head.version).await?;
        text.ok_or_else(|| {
            StoreError::Corrupt(format!("head version {} of article {}", head.version, claim.id))
        })
    }
}
