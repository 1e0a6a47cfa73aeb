//! What an answer shows of an article.

use chrono::{DateTime, TimeDelta, Utc};
use sha2::{Digest as _, Sha256};
use stet_core::canonical::keeps_most;
use stet_core::{Address, ArticleText, CheckOutcome, Kind, Kinds, TextDigest};
use stet_store::StoreError;
use stet_store::claim::{ArticleClaim, Head};
use stet_store::record::{Difference, TriedOutline};

use crate::Poller;
use crate::article_check::{Failure, is_read_alike, judge_status, knowledge_of};
use crate::fetch::Fetched;
use crate::other_address::{Lead, lead_of, moved_to};
use crate::page::{Expected, PageRead};
use crate::upgrade::Standing;
use crate::whereabouts::{leads_away, led_away};

/// A text of which less than one part in so many is left is looked at again before it is believed.
/// Source: DESIGN §3.
const BELIEVED_PART: usize = 3;

/// An answer and what it shows.
pub(crate) struct Shown {
    pub(crate) fetched: Fetched,
    /// SHA-256 of its body.
    pub(crate) body_digest: [u8; 32],
    pub(crate) view: View,
}

/// What an answer shows, and where else it says that the article stands, as far as its text is that
/// of the article: what a notice says of its address is nothing to any article that it replaces.
pub(crate) struct View {
    pub(crate) sight: Sight,
    pub(crate) lead: Option<Lead>,
}

/// What an answer shows of the article.
pub(crate) enum Sight {
    /// No text.
    Failure { failure: Failure, retry_after: Option<TimeDelta> },
    /// The site says that nothing changed.
    NotModified,
    /// The bytes that were read last.
    SameBytes,
    /// Other bytes, of which the outline tells that the text is the one that stood.
    SameOutline,
    /// The text that stood, read of other bytes or by another reading; and what is known of its
    /// outline.
    SameText(TextDigest, Option<TriedOutline>),
    /// Another text, and how it differs; `None` for the first one.
    Text(Box<ArticleText>, Option<Difference>),
    /// Another text that is too short to be believed at once: how, in words.
    ShortText(Box<ArticleText>, Difference, String),
}

impl From<Sight> for View {
    fn from(sight: Sight) -> Self {
        Self { sight, lead: None }
    }
}

impl From<Failure> for View {
    fn from(failure: Failure) -> Self {
        Sight::Failure { failure, retry_after: None }.into()
    }
}

/// A page of the site's own, not of this article.
fn repeated_text() -> Failure {
    let detail = "this text stands under other addresses of the site too".to_owned();
    Failure { outcome: CheckOutcome::RepeatedText, detail }
}

impl Poller {
    /// Tells what an answer shows.
    pub(crate) async fn shown(
        &self,
        claim: &ArticleClaim,
        fetched: Fetched,
        at: DateTime<Utc>,
    ) -> Result<Shown, StoreError> {
        let body_digest = Sha256::digest(&fetched.body).into();
        let view = self.view(claim, &fetched, body_digest, at).await?;
        Ok(Shown { fetched, body_digest, view })
    }

    /// Where an answer came from is judged before what it says.
    async fn view(
        &self,
        claim: &ArticleClaim,
        fetched: &Fetched,
        body_digest: [u8; 32],
        at: DateTime<Utc>,
    ) -> Result<View, StoreError> {
        // Only the article's own address was sent validators.
        let is_its_own = fetched.address == claim.address;
        if fetched.status == 304 && is_its_own && claim.head.is_some() {
            return Ok(Sight::NotModified.into());
        }
        if let Err(failure) = judge_status(fetched.status) {
            let retry_after = fetched.retry_after(at);
            return Ok(Sight::Failure { failure, retry_after }.into());
        }
        if leads_away(&claim.address, fetched) {
            return Ok(led_away(fetched).into());
        }
        // On its own host: what the page of another one calls its own was not read.
        if is_read_alike(claim)
            && claim.body_digest == Some(body_digest)
            && fetched.address.host() == claim.address.host()
        {
            return Ok(View { sight: Sight::SameBytes, lead: moved_to(claim, fetched) });
        }
        let knowledge = match knowledge_of(claim.rules.as_ref(), &claim.boilerplate) {
            Ok(knowledge) => knowledge,
            Err(failure) => return Ok(failure.into()),
        };
        let (text, outline) =
            match self.read_again(fetched, &knowledge, expected_of(claim, fetched), at).await {
                Ok(PageRead::Known) => return Ok(Sight::SameOutline.into()),
                Ok(PageRead::Text(text, outline)) => (*text, outline),
                Err(failure) => return Ok(failure.into()),
            };
        let digest = text.digest();
        let lead = lead_of(claim, fetched, text.canonical.as_ref());
        let standing = match self.upgraded_head(claim, knowledge).await? {
            Ok(standing) => standing,
            Err(failure) => return Ok(failure.into()),
        };
        let Some(standing) = standing else {
            let is_repeated = self.store.is_repeated(claim.id, claim.lease.host, digest).await?;
            return Ok(if is_repeated {
                repeated_text().into()
            } else {
                View { sight: Sight::Text(Box::new(text), None), lead }
            });
        };
        if standing.head.digest == digest {
            return Ok(View { sight: Sight::SameText(digest, outline), lead });
        }
        let stood = self.standing_text(claim, standing.head).await?;
        // What tells texts apart may have changed since the digest was stored.
        if stood.digest() == digest {
            return Ok(View { sight: Sight::SameText(digest, None), lead });
        }
        if self.store.is_repeated(claim.id, claim.lease.host, digest).await? {
            return Ok(repeated_text().into());
        }
        self.view_of_another(claim, fetched, standing, (stood, text), lead).await
    }

    /// What a text shows that differs from the one that stood.
    async fn view_of_another(
        &self,
        claim: &ArticleClaim,
        fetched: &Fetched,
        standing: Standing,
        (stood, text): (ArticleText, ArticleText),
        lead: Option<Lead>,
    ) -> Result<View, StoreError> {
        let (words, words_before) = (text.word_count(), stood.word_count());
        let has_same_title = text.title == stood.title;
        let (text, difference) = match self.difference(stood, text).await {
            Ok(compared) => compared,
            Err(no_answer) => return Ok(Failure::from(no_answer).into()),
        };
        let is_like = keeps_most(words_before, &difference.stats);
        if !is_like
            && !has_same_title
            && fetched.address != claim.address
            && !self.stood_at(claim, standing.head, &fetched.address).await?
        {
            return Ok(led_away(fetched).into());
        }
        let text = Box::new(text);
        Ok(if !standing.is_comparable {
            // Nobody can tell what of it the newspaper changed.
            let kinds = Kinds::from([Kind::Technical]);
            Sight::Text(text, Some(Difference { kinds, ..difference })).into()
        } else if words * BELIEVED_PART < words_before {
            let detail = format!("the text has {words} words instead of {words_before}");
            Sight::ShortText(text, difference, detail).into()
        } else {
            View { sight: Sight::Text(text, Some(difference)), lead: lead.filter(|_| is_like) }
        })
    }

    /// Whether the text that stands was read at this address.
    pub(crate) async fn stood_at(
        &self,
        claim: &ArticleClaim,
        head: Head,
        address: &Address,
    ) -> Result<bool, StoreError> {
        let place = self.store.place_of(claim.id, head.version).await?;
        Ok(place.is_some_and(|place| place == *address))
    }
}

/// What the page that was fetched may turn out to be, where what is known was read of this address as
/// this process reads.
fn expected_of(claim: &ArticleClaim, fetched: &Fetched) -> Expected {
    let is_known = is_read_alike(claim) && fetched.address == claim.address;
    let text = claim.head.filter(|_| is_known).map(|head| head.digest);
    Expected { text, outline: claim.outline }
}
