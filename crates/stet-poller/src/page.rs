//! Reading a page and comparing two texts, each on a thread of its own.

use stet_core::compare::compare;
use stet_core::extract::{ExtractError, Knowledge, Page, extract_with_knowledge};
use stet_core::{Address, ArticleText};
use stet_store::record::Difference;

use crate::Poller;
use crate::analyst::NoAnswer;
use crate::article_check::Failure;
use crate::fetch::Fetched;

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
