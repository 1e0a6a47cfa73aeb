//! The list of publishers, a page at a time.

use crate::{Source, Store, StoreError, browsing, row};

/// One page of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceList {
    /// The publishers, in the order of their names in addresses.
    pub sources: Vec<Source>,
    /// Whether there are more behind them.
    pub has_more: bool,
}

impl Store {
    /// The publishers that have an article that may be shown, or a feed: `limit` of them behind one.
    pub async fn sources_behind(
        &self,
        slug: Option<&str>,
        limit: u32,
    ) -> Result<SourceList, StoreError> {
        self.list_sources(slug, None, limit).await
    }

    /// The publisher with this name in addresses, if it has an article that may be shown, or a feed.
    pub async fn listed_source(&self, slug: &str) -> Result<Option<Source>, StoreError> {
        Ok(self.list_sources(None, Some(slug), 1).await?.sources.pop())
    }

    async fn list_sources(
        &self,
        behind: Option<&str>,
        only: Option<&str>,
        limit: u32,
    ) -> Result<SourceList, StoreError> {
        let mut transaction = self.pool.begin().await?;
        browsing::prepare(&mut transaction).await?;
        let rows = sqlx::query!(
            r#"
            select source.id, slug, name, domain, articles as "articles!", versions as "versions!"
            from source
            cross join lateral (
                select coalesce(sum(amount) filter (where kind = 'articles'), 0)::bigint as articles,
                    coalesce(sum(amount) filter (where kind = 'versions'), 0)::bigint as versions
                from (
                    select kind, amount
                    from tally
                    where source_id = source.id
                        and kind in ('articles', 'versions')
                    union all
                    select kind, amount
                    from tally_delta
                    where source_id = source.id
                        and kind in ('articles', 'versions')
                ) as part
            ) as counted
            where ($1::text is null or slug collate "C" > $1)
                and ($2::text is null or slug = $2)
                and (articles > 0
                    or exists (select from feed where feed.source_id = source.id))
            order by slug collate "C"
            limit $3
            "#,
            behind.map(row::without_nul),
            only.map(row::without_nul),
            i64::from(limit) + 1,
        )
        .fetch_all(&mut *transaction)
        .await?;
        transaction.commit().await?;
        let has_more = rows.len() > limit as usize;
        let sources = rows
            .into_iter()
            .take(limit as usize)
            .map(|source| {
                Ok(Source {
                    id: row::id(source.id)?,
                    slug: source.slug,
                    name: source.name,
                    domain: source.domain,
                    articles: row::count(source.articles),
                    versions: row::count(source.versions),
                })
            })
            .collect::<Result<_, StoreError>>()?;
        Ok(SourceList { sources, has_more })
    }
}

#[cfg(test)]
mod tests {
    use sqlx::PgPool;

    use crate::fixture::{Fixture, address, minute};
    use crate::{MIGRATOR, Store};

    #[sqlx::test(migrator = "MIGRATOR")]
    async fn publishers_are_listed_by_their_slugs_those_alone_that_have_something_to_show(
        pool: PgPool,
    ) {
        let fixture = Fixture::new(pool.clone()).await;
        let store = Store::new(pool);
        for url in ["https://b.example/1", "https://a.example/1"] {
            store.add_article(&address(url), minute(0)).await.unwrap();
        }
        let page = async |behind, limit| {
            let list = store.sources_behind(behind, limit).await.unwrap();
            let slugs: Vec<String> = list.sources.into_iter().map(|source| source.slug).collect();
            (slugs, list.has_more)
        };
        assert_eq!(page(None, 2).await, (vec!["aexample".into(), "bexample".into()], true));
        assert_eq!(page(Some("bexample"), 2).await, (vec!["examplecom".into()], false));
        store.hide_article(fixture.article).await.unwrap();
        assert_eq!(page(Some("bexample"), 2).await, (vec![], false));
        assert_eq!(store.listed_source("examplecom").await.unwrap(), None);
        assert_eq!(store.listed_source("aexample").await.unwrap().unwrap().articles, 1);
    }
}
