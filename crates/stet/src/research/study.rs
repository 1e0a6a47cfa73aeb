//! Going through histories, holding little of them at a time.

use anyhow::Result;
use stet_store::Store;
use stet_store::research::{StudiedArticle, StudiedVersion, StudyScope, next_number};

use crate::progress::Progress;

/// How many articles are asked for at a time.
const ARTICLES: u32 = 200;

/// How many versions of an article are asked for at a time: with their texts, some megabytes.
const VERSIONS: u32 = 32;

/// What histories are written to.
pub(super) trait Study {
    /// An article begins; its versions follow in order.
    async fn article(&mut self, article: &StudiedArticle) -> Result<()>;

    /// A version of the article that began last.
    async fn version(&mut self, article: &StudiedArticle, version: StudiedVersion) -> Result<()>;

    /// The article that began last is whole.
    async fn article_done(&mut self, store: &Store, article: &StudiedArticle) -> Result<()>;
}

/// What was gone through.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Done {
    pub(super) articles: u64,
    pub(super) versions: u64,
}

/// Goes through the histories of a scope, and tells how far it is.
pub(super) async fn go_through(
    store: &Store,
    scope: &StudyScope,
    study: &mut impl Study,
) -> Result<Done> {
    let mut done = Done::default();
    let mut progress = Progress::new();
    let mut after = None;
    loop {
        let articles = store.studied_articles(scope, after, ARTICLES).await?;
        let Some(last) = articles.last() else { break };
        after = Some(last.id);
        for article in &articles {
            study.article(article).await?;
            let mut next = 0;
            loop {
                let versions = store.studied_versions(article.id, next, VERSIONS).await?;
                let Some(last) = versions.last() else { break };
                next = next_number(last.version.number);
                for version in versions {
                    study.version(article, version).await?;
                    done.versions += 1;
                }
            }
            study.article_done(store, article).await?;
            done.articles += 1;
            let Done { articles, versions } = done;
            progress.reach(articles, format_args!("{articles} articles, {versions} versions"));
        }
    }
    Ok(done)
}
