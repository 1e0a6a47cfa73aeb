//! Reading a page and comparing two texts, each on a thread of its own.

use chrono::{DateTime, TimeDelta, Utc};
use stet_core::canonical::are_one_article;
use stet_core::compare::compare;
use stet_core::extract::{BoundedPage, ExtractError, Knowledge, Page, extract_with_knowledge};
use stet_core::{Address, ArticleText, TextDigest};
use stet_store::record::{Difference, TriedOutline};

use crate::Poller;
use crate::analyst::NoAnswer;
use crate::article_check::Failure;
use crate::fetch::Fetched;

/// How long an outline is trusted, and how long one that gives no text is not tried again. Source:
/// an article is checked every half hour when it is new and once a day when it is old.
const TRUSTED: TimeDelta = TimeDelta::hours(24);

/// What is known of an article before its page is read.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Expected {
    /// The text that stands, as this process would read it.
    pub(crate) text: Option<TextDigest>,
    /// What came of the last attempt with an outline of it.
    pub(crate) outline: Option<TriedOutline>,
}

/// What a page is.
#[derive(Debug)]
pub(crate) enum PageRead {
    /// One of the outline that gives the text that stands; it was not read.
    Known,
    /// One of this text; and what is known of its outline now.
    Text(Box<ArticleText>, Option<TriedOutline>),
}

impl Poller {
    /// Extracts the article of a page that was fetched.
    pub(crate) async fn read_page(
        &self,
        fetched: &Fetched,
        knowledge: &Knowledge,
    ) -> Result<ArticleText, Failure> {
        let address = fetched.address.clone();
        let content_type = fetched.content_type().map(str::to_owned);
        let bytes = fetched.body.clone();
        Ok(self.extract(address, content_type, bytes, knowledge.clone()).await??)
    }

    /// Extracts the article of a page that was fetched, unless its outline tells that the text is the
    /// one that stands.
    pub(crate) async fn read_again(
        &self,
        fetched: &Fetched,
        knowledge: &Knowledge,
        expected: Expected,
        at: DateTime<Utc>,
    ) -> Result<PageRead, Failure> {
        let address = fetched.address.clone();
        let content_type = fetched.content_type().map(str::to_owned);
        let bytes = fetched.body.clone();
        let knowledge = knowledge.clone();
        let read = move || {
            let content_type = content_type.as_deref();
            let page = Page { address: &address, content_type, bytes: &bytes };
            read(page, &knowledge, expected, at)
        };
        Ok(self.analyst.run(read).await??)
    }

    /// Extracts the article of a page. What the bytes say and what befell this process are told
    /// apart: the first would be the same another time.
    pub(crate) async fn extract(
        &self,
        address: Address,
        content_type: Option<String>,
        bytes: Vec<u8>,
        knowledge: Knowledge,
    ) -> Result<Result<ArticleText, ExtractError>, NoAnswer> {
        self.analyst
            .run(move || {
                let content_type = content_type.as_deref();
                let page = Page { address: &address, content_type, bytes: &bytes };
                extract_with_knowledge(page, &knowledge)
            })
            .await
    }

    /// Whether two texts are one article's.
    pub(crate) async fn is_one_article(
        &self,
        one: ArticleText,
        other: ArticleText,
    ) -> Result<bool, NoAnswer> {
        let tell = move || are_one_article(&one, &other, &compare(&one, &other).stats);
        self.analyst.run(tell).await
    }

    /// Compares two texts; gives the new one back with what differs.
    pub(crate) async fn difference(
        &self,
        old: ArticleText,
        new: ArticleText,
    ) -> Result<(ArticleText, Difference), NoAnswer> {
        self.analyst
            .run(move || {
                let comparison = compare(&old, &new);
                (new, Difference { stats: comparison.stats, kinds: comparison.kinds })
            })
            .await
    }
}

fn read(
    page: Page<'_>,
    knowledge: &Knowledge,
    expected: Expected,
    at: DateTime<Utc>,
) -> Result<PageRead, ExtractError> {
    let last = expected.outline.filter(|tried| at.signed_duration_since(tried.at).abs() < TRUSTED);
    let trusted = last.and_then(|tried| tried.digest).filter(|_| expected.text.is_some());
    let address = page.address;
    let page = BoundedPage::of(page)?;
    if let Some(trusted) = trusted
        && page.outline().is_some_and(|outline| outline.digest() == trusted)
    {
        return Ok(PageRead::Known);
    }
    let text = page.extract(knowledge)?;
    let digest = text.digest();
    let tried = if expected.text != Some(digest) {
        // It may not stand for long. Whether its outline gives it is tried when it is seen again.
        None
    } else if trusted.is_some() {
        // More changes here than what is beside the article: for a while that is not tried again.
        Some(TriedOutline { digest: None, at })
    } else {
        last.or_else(|| {
            let outline = page.outline().filter(|it| it.gives(digest, address, knowledge));
            Some(TriedOutline { digest: outline.map(|outline| outline.digest()), at })
        })
    };
    Ok(PageRead::Text(Box::new(text), tried))
}
