//! Leasing a host alone, for visits that check nothing: to an archive.

use stet_core::Address;

use super::{ClaimTerms, Lease, hosts};
use crate::{Store, StoreError, host, row};

impl Store {
    /// Claims the host of an address; `None` while somebody else visits it or its gap runs.
    pub async fn claim_host(
        &self,
        address: &Address,
        terms: ClaimTerms,
    ) -> Result<Option<Lease>, StoreError> {
        let mut transaction = self.pool.begin().await?;
        let id = host::find_or_add(&mut transaction, address).await?;
        let lease = if hosts::take_one(&mut transaction, id).await? {
            let gap = sqlx::query_scalar!(
                "select host_gap from source where domain = $1",
                address.registrable_domain(),
            )
            .fetch_optional(&mut *transaction)
            .await?;
            let counters = hosts::lease(&mut transaction, &[id], terms).await?;
            let host_claim = counters.get(&id).copied();
            Some(Lease {
                claim: 0,
                host: row::id(id)?,
                host_claim: host_claim.ok_or_else(|| StoreError::corrupt("host", id))?,
                host_gap: gap.flatten().as_ref().map_or(terms.host_gap, row::span),
            })
        } else {
            None
        };
        // A host that was added stays, whether it is free or not.
        transaction.commit().await?;
        Ok(lease)
    }

    /// Gives a host back that was claimed alone, to be visited again after its gap.
    pub async fn give_host_back(&self, lease: &Lease) -> Result<(), StoreError> {
        self.release_host(lease).await
    }
}

#[cfg(test)]
mod tests {
    use sqlx::PgPool;

    use crate::fixture::{Fixture, TERMS};
    use crate::{MIGRATOR, Store};

    #[sqlx::test(migrator = "MIGRATOR")]
    async fn a_host_that_is_claimed_alone_is_visited_by_nobody_else(pool: PgPool) {
        let fixture = Fixture::new(pool).await;
        let store: &Store = &fixture.store;
        let address = crate::fixture::address("https://news.example.com/archive/1");
        let lease = store.claim_host(&address, TERMS).await.unwrap().unwrap();
        assert_eq!(store.claim_host(&address, TERMS).await.unwrap(), None);
        assert_eq!(store.claim_article(fixture.article, TERMS).await.unwrap(), None);
        store.give_host_back(&lease).await.unwrap();
        assert!(store.claim_article(fixture.article, TERMS).await.unwrap().is_some());
        assert_eq!(store.claim_host(&address, TERMS).await.unwrap(), None);
    }
}
