//! Leasing proposed addresses.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::{ClaimTerms, Lease, ProposalClaim, Work};
use crate::{ProposalId, StoreError, row, source};

impl Work for ProposalClaim {
    const KIND: &'static str = "proposal";

    type Id = ProposalId;

    async fn host_of(
        connection: &mut PgConnection,
        id: &ProposalId,
    ) -> Result<Option<i64>, StoreError> {
        let host = sqlx::query_scalar!(
            r#"
            select host_id
            from proposal
            where id = $1
                and looked_at is null
                and (lease_until is null or lease_until <= now())
            "#,
            id.to_string(),
        )
        .fetch_optional(connection)
        .await?;
        Ok(host)
    }

    async fn lease(
        connection: &mut PgConnection,
        id: &ProposalId,
        terms: ClaimTerms,
    ) -> Result<Option<Self>, StoreError> {
        let locked = sqlx::query_scalar!(
            r#"
            select id
            from proposal
            where id = $1
                and looked_at is null
                and (lease_until is null or lease_until <= now())
            for no key update skip locked
            "#,
            id.to_string(),
        )
        .fetch_all(&mut *connection)
        .await?;
        Ok(lease_locked(connection, &locked, terms).await?.pop())
    }

    async fn lease_due(
        connection: &mut PgConnection,
        hosts: &[i64],
        _due_by: DateTime<Utc>,
        terms: ClaimTerms,
    ) -> Result<Vec<Self>, StoreError> {
        let locked = sqlx::query_scalar!(
            r#"
            select due.id
            from unnest($1::bigint[]) as host (id)
            cross join lateral (
                select proposal.id
                from proposal
                where proposal.host_id = host.id
                    and proposal.looked_at is null
                    and (proposal.lease_until is null or proposal.lease_until <= now())
                order by proposal.created_at
                limit 1
                for no key update skip locked
            ) as due
            "#,
            hosts,
        )
        .fetch_all(&mut *connection)
        .await?;
        lease_locked(connection, &locked, terms).await
    }

    fn lease_mut(&mut self) -> &mut Lease {
        &mut self.lease
    }
}

/// Puts proposals that the caller has locked under lease.
async fn lease_locked(
    connection: &mut PgConnection,
    ids: &[String],
    terms: ClaimTerms,
) -> Result<Vec<ProposalClaim>, StoreError> {
    let rows = sqlx::query!(
        r#"
        update proposal
        set claim = claim + 1, lease_until = now() + $2
        where id = any($1)
        returning id, host_id, claim, url, links
        "#,
        ids,
        row::interval(terms.lease),
    )
    .fetch_all(&mut *connection)
    .await?;
    let mut claims = Vec::with_capacity(rows.len());
    for proposal in rows {
        let address = row::address(&proposal.url)?;
        let (rules, boilerplate) = source::knowledge_for(connection, &address).await?;
        claims.push(ProposalClaim {
            id: proposal.id.parse()?,
            links: proposal.links.map(|links| row::json("links", links)).transpose()?,
            rules,
            boilerplate,
            lease: Lease {
                claim: proposal.claim,
                host: row::id(proposal.host_id)?,
                host_claim: 0,
                host_gap: terms.host_gap,
            },
            address,
        });
    }
    Ok(claims)
}
