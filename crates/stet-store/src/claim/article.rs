//! Leasing articles.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use sqlx::postgres::types::PgInterval;
use stet_core::{ArticleId, TextDigest};

use super::{ArticleClaim, ClaimTerms, Head, Lease, Work};
use crate::record::TriedOutline;
use crate::{Reading, StoreError, boilerplate, row};

impl Work for ArticleClaim {
    const KIND: &'static str = "article";

    type Id = ArticleId;

    async fn host_of(
        connection: &mut PgConnection,
        id: &ArticleId,
    ) -> Result<Option<i64>, StoreError> {
        let host = sqlx::query_scalar!(
            r#"
            select host_id
            from article
            where id = $1
                and state <> 'hidden'
                and (lease_until is null or lease_until <= now())
            "#,
            id.get(),
        )
        .fetch_optional(connection)
        .await?;
        Ok(host)
    }

    async fn lease(
        connection: &mut PgConnection,
        id: &ArticleId,
        terms: ClaimTerms,
    ) -> Result<Option<Self>, StoreError> {
        let locked = sqlx::query_scalar!(
            r#"
            select id
            from article
            where id = $1
                and state <> 'hidden'
                and (lease_until is null or lease_until <= now())
            for no key update skip locked
            "#,
            id.get(),
        )
        .fetch_all(&mut *connection)
        .await?;
        Ok(lease_locked(connection, &locked, terms).await?.pop())
    }

    async fn lease_due(
        connection: &mut PgConnection,
        hosts: &[i64],
        due_by: DateTime<Utc>,
        terms: ClaimTerms,
    ) -> Result<Vec<Self>, StoreError> {
        let locked = sqlx::query_scalar!(
            r#"
            select due.id
            from unnest($1::bigint[]) as host (id)
            cross join lateral (
                select article.id
                from article
                where article.host_id = host.id
                    and article.state = 'watched'
                    and article.next_check_at <= $2
                    and (article.lease_until is null or article.lease_until <= now())
                order by article.next_check_at
                limit 1
                for no key update skip locked
            ) as due
            "#,
            hosts,
            due_by,
        )
        .fetch_all(&mut *connection)
        .await?;
        lease_locked(connection, &locked, terms).await
    }

    fn lease_mut(&mut self) -> &mut Lease {
        &mut self.lease
    }
}

struct Row {
    id: i64,
    host_id: i64,
    claim: i64,
    url: String,
    period: PgInterval,
    failures: i32,
    etag: Option<String>,
    last_modified: Option<String>,
    body_digest: Option<Vec<u8>>,
    outline: Option<Vec<u8>>,
    outline_tried_at: Option<DateTime<Utc>>,
    watched_since: DateTime<Utc>,
    last_changed_at: Option<DateTime<Utc>>,
    host_gap: Option<PgInterval>,
    first_period: Option<PgInterval>,
    rules: Option<serde_json::Value>,
    rules_revision: i32,
    boilerplate: Vec<Vec<u8>>,
    is_doubted: bool,
    head_version: Option<i32>,
    head_digest: Option<Vec<u8>>,
    head_extractor: Option<i32>,
    head_rules: Option<i32>,
    head_is_unreadable: Option<bool>,
}

/// Puts articles that the caller has locked under lease.
async fn lease_locked(
    connection: &mut PgConnection,
    ids: &[i64],
    terms: ClaimTerms,
) -> Result<Vec<ArticleClaim>, StoreError> {
    let rows = sqlx::query_as!(
        Row,
        r#"
        update article
        set claim = article.claim + 1, lease_until = now() + $2
        from article as before
        join source on source.id = before.source_id
        left join version on version.article_id = before.id
            and version.number = before.head_version
        where article.id = any($1)
            and before.id = article.id
        returning article.id, article.host_id, article.claim, article.url, article.period,
            article.failures, article.etag, article.last_modified, article.body_digest,
            article.outline, article.outline_tried_at,
            article.watched_since, article.last_changed_at,
            source.host_gap, source.first_period, source.rules, source.rules_revision,
            array(
                select digest from boilerplate where boilerplate.source_id = source.id
            ) as "boilerplate!",
            (article.is_gone or article.missing_since is not null
                or article.held_digest is not null) as "is_doubted!",
            article.head_version, version.digest as "head_digest?",
            version.extractor as "head_extractor?", version.rules_revision as "head_rules?",
            version.is_unreadable as "head_is_unreadable?"
        "#,
        ids,
        row::interval(terms.lease),
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(|row| claim_of(row, terms)).collect()
}

fn claim_of(article: Row, terms: ClaimTerms) -> Result<ArticleClaim, StoreError> {
    let head = match (
        article.head_version,
        article.head_digest,
        article.head_extractor,
        article.head_rules,
        article.head_is_unreadable,
    ) {
        (Some(version), Some(digest), Some(extractor), Some(rules), Some(is_unreadable)) => {
            Some(Head {
                version: row::version(version)?,
                digest: TextDigest(row::digest(&digest)?),
                reading: Reading { extractor, rules },
                is_unreadable,
            })
        }
        _ => None,
    };
    let outline = article.outline.as_deref().map(row::digest).transpose()?;
    Ok(ArticleClaim {
        id: row::id(article.id)?,
        lease: Lease {
            claim: article.claim,
            host: row::id(article.host_id)?,
            host_claim: 0,
            host_gap: article.host_gap.as_ref().map_or(terms.host_gap, row::span),
        },
        address: row::address(&article.url)?,
        rules: article.rules,
        boilerplate: boilerplate::read(&article.boilerplate)?,
        rules_revision: article.rules_revision,
        period: row::span(&article.period),
        first_period: article.first_period.as_ref().map(row::span),
        failures: row::count(article.failures),
        etag: article.etag,
        last_modified: article.last_modified,
        body_digest: article.body_digest.as_deref().map(row::digest).transpose()?,
        outline: article.outline_tried_at.map(|at| TriedOutline { digest: outline, at }),
        watched_since: article.watched_since,
        last_changed_at: article.last_changed_at,
        is_doubted: article.is_doubted,
        head,
    })
}
