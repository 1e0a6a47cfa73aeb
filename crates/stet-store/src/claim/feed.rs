//! Leasing feeds.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use stet_core::FeedId;

use super::{ClaimTerms, FeedClaim, Lease, Work};
use crate::{StoreError, row};

impl Work for FeedClaim {
    const KIND: &'static str = "feed";

    type Id = FeedId;

    async fn host_of(
        connection: &mut PgConnection,
        id: &FeedId,
    ) -> Result<Option<i64>, StoreError> {
        let host = sqlx::query_scalar!(
            r#"
            select host_id
            from feed
            where id = $1
                and paused_at is null
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
        id: &FeedId,
        terms: ClaimTerms,
    ) -> Result<Option<Self>, StoreError> {
        let locked = sqlx::query_scalar!(
            r#"
            select id
            from feed
            where id = $1
                and paused_at is null
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
                select feed.id
                from feed
                where feed.host_id = host.id
                    and feed.paused_at is null
                    and feed.next_check_at <= $2
                    and (feed.lease_until is null or feed.lease_until <= now())
                order by feed.next_check_at
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

/// Puts feeds that the caller has locked under lease.
async fn lease_locked(
    connection: &mut PgConnection,
    ids: &[i64],
    terms: ClaimTerms,
) -> Result<Vec<FeedClaim>, StoreError> {
    let rows = sqlx::query!(
        r#"
        update feed
        set claim = feed.claim + 1, lease_until = now() + $2
        from source
        where feed.id = any($1)
            and source.id = feed.source_id
        returning feed.id, feed.host_id, feed.claim, url, period, failures, etag, last_modified,
            source.host_gap, kind, links, feed.fixed_period, feed.filters, source.filters as source_filters, parent_id,
            (select parent.filters from feed as parent where parent.id = feed.parent_id)
                as parent_filters
        "#,
        ids,
        row::interval(terms.lease),
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|feed| {
            Ok(FeedClaim {
                id: row::id(feed.id)?,
                lease: Lease {
                    claim: feed.claim,
                    host: row::id(feed.host_id)?,
                    host_claim: 0,
                    host_gap: feed.host_gap.as_ref().map_or(terms.host_gap, row::span),
                },
                address: row::address(&feed.url)?,
                period: row::span(&feed.period),
                fixed_period: feed.fixed_period.as_ref().map(row::span),
                failures: row::count(feed.failures),
                kind: row::feed_kind(&feed.kind)?,
                links: feed.links,
                filters: [feed.filters, feed.parent_filters, feed.source_filters]
                    .into_iter()
                    .flatten()
                    .collect(),
                has_parent: feed.parent_id.is_some(),
                etag: feed.etag,
                last_modified: feed.last_modified,
            })
        })
        .collect()
}
