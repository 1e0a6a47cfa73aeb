//! What an export needs beside the articles that were asked for: their sources and hosts.

use sqlx::PgConnection;

use super::records::{Extent, Record};
use super::{ExportError, TransferScope};

/// The rows that are exported, by their numbers; everything, where that was asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Needed {
    pub(super) is_whole: bool,
    /// Sources all of whose articles and feeds are exported.
    pub(super) asked_sources: Vec<i64>,
    /// Articles that were asked for, none of which is part of another.
    pub(super) asked_articles: Vec<i64>,
    /// All sources that these need.
    pub(super) sources: Vec<i64>,
    pub(super) hosts: Vec<i64>,
}

impl Needed {
    /// Finds what a scope needs.
    pub(super) async fn by(
        connection: &mut PgConnection,
        scope: &TransferScope,
    ) -> Result<Self, ExportError> {
        if scope.is_whole() {
            return Ok(Self { is_whole: true, ..Self::default() });
        }
        let mut needed = Self::default();
        for slug in &scope.sources {
            let id = sqlx::query_scalar!("select id from source where slug = $1", slug)
                .fetch_optional(&mut *connection)
                .await?;
            needed.asked_sources.push(id.ok_or_else(|| ExportError::NoSource(slug.clone()))?);
        }
        for &article in &scope.articles {
            let root = sqlx::query_scalar!(
                r#"
                with recursive part as (
                    select id, merged_into from article where id = $1
                    union
                    select article.id, article.merged_into
                    from part
                    join article on article.id = part.merged_into
                )
                select id as "id!" from part where merged_into is null
                "#,
                article.get(),
            )
            .fetch_optional(&mut *connection)
            .await?;
            needed.asked_articles.push(root.ok_or(ExportError::NoArticle(article))?);
        }
        needed.add_what_they_need(connection).await?;
        Ok(needed)
    }

    async fn add_what_they_need(
        &mut self,
        connection: &mut PgConnection,
    ) -> Result<(), ExportError> {
        let found = sqlx::query!(
            r#"
            with recursive part as (
                select id, source_id, host_id
                from article
                where merged_into is null
                    and (source_id = any($1) or id = any($2))
                union all
                select article.id, article.source_id, article.host_id
                from part
                join article on article.merged_into = part.id
            ),
            needed as (
                select source_id, host_id from part
                union
                select source_id, host_id from feed where source_id = any($1)
            ),
            needed_host as (
                select host.id, host.source_id
                from host
                where host.id in (select host_id from needed)
            )
            select
                array(
                    select source_id from needed
                    union
                    select source_id from needed_host where source_id is not null
                    union
                    select unnest($1::bigint[])
                ) as "sources!",
                array(select id from needed_host) as "hosts!"
            "#,
            &self.asked_sources,
            &self.asked_articles,
        )
        .fetch_one(connection)
        .await?;
        (self.sources, self.hosts) = (found.sources, found.hosts);
        Ok(())
    }

    /// The condition of a kind's rows, and what it is bound to.
    pub(super) fn condition(&self, record: &Record) -> (String, Vec<i64>) {
        let among = |column: &str, ids: &[i64]| (format!("\"{column}\" = any($1)"), ids.to_vec());
        let all = ("$1::bigint[] is not null".to_owned(), Vec::new());
        let none = ("$1::bigint[] is null".to_owned(), Vec::new());
        match record.extent {
            _ if self.is_whole => all,
            Extent::Sources(column) => among(column, &self.sources),
            Extent::Hosts => among("id", &self.hosts),
            Extent::Feeds(column) => (
                format!("\"{column}\" in (select id from feed where source_id = any($1))"),
                self.asked_sources.clone(),
            ),
            Extent::Whole | Extent::Article | Extent::OfArticle => none,
        }
    }
}
