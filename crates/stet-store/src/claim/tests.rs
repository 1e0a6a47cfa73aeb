//! What a claim promises.

use sqlx::PgPool;

use super::*;
use crate::MIGRATOR;
use crate::fixture::{Fixture, TERMS, address, minute};

async fn claimed(store: &Store, limit: u32, terms: ClaimTerms) -> Vec<String> {
    let claims = store.claim_articles(minute(0), limit, terms).await.unwrap();
    claims.into_iter().map(|claim| claim.address.to_string()).collect()
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn one_address_of_each_host_is_claimed_at_a_time(pool: PgPool) {
    let store = Store::new(pool);
    for text in ["https://a.example/1", "https://a.example/2", "https://b.example/1"] {
        store.add_article(&address(text), minute(0)).await.unwrap();
    }
    assert_eq!(claimed(&store, 10, TERMS).await, ["https://a.example/1", "https://b.example/1"]);
    assert_eq!(claimed(&store, 10, TERMS).await, [""; 0]);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_article_that_is_not_due_is_left_alone(pool: PgPool) {
    let store = Store::new(pool);
    store.add_article(&address("https://a.example/1"), minute(1)).await.unwrap();
    assert_eq!(claimed(&store, 10, TERMS).await, [""; 0]);
    assert_eq!(store.time_until_claimable(minute(0)).await.unwrap(), None);
    assert_eq!(store.count_due(minute(1)).await.unwrap(), 1);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_is_waited_for_is_told_first_of_what_is_due(pool: PgPool) {
    let store = Store::new(pool);
    assert_eq!(store.due_kinds(minute(0)).await.unwrap(), []);
    store.add_article(&address("https://a.example/1"), minute(0)).await.unwrap();
    assert_eq!(store.due_kinds(minute(0)).await.unwrap(), [DueKind::Article]);
    store.add_feed(&address("https://b.example/feed"), None, minute(1)).await.unwrap();
    assert_eq!(store.due_kinds(minute(0)).await.unwrap(), [DueKind::Article]);
    assert_eq!(store.due_kinds(minute(1)).await.unwrap(), [DueKind::Feed, DueKind::Article]);
    store.propose(&address("https://c.example/1"), minute(0)).await.unwrap();
    let all = [DueKind::Proposal, DueKind::Feed, DueKind::Article];
    assert_eq!(store.due_kinds(minute(1)).await.unwrap(), all);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_host_is_free_again_after_its_gap(pool: PgPool) {
    let fixture = Fixture::new(pool).await;
    let terms = ClaimTerms { host_gap: TimeDelta::hours(1), ..TERMS };
    let claim = fixture.store.claim_article(fixture.article, terms).await.unwrap().unwrap();
    fixture.record_text(&claim, 0, &["a"]).await;
    assert_eq!(fixture.store.claim_article(fixture.article, terms).await.unwrap(), None);
    let rests_until = fixture.store.host_rests_until(&claim.address).await.unwrap();
    assert!(rests_until.is_some());
    let other = address("https://other.example/1");
    assert_eq!(fixture.store.host_rests_until(&other).await.unwrap(), None);
    let wait = fixture.store.time_until_claimable(minute(60)).await.unwrap().unwrap();
    assert!(wait > TimeDelta::minutes(50), "{wait}");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_expired_lease_is_claimed_again_with_a_higher_counter(pool: PgPool) {
    let fixture = Fixture::new(pool).await;
    let expired = ClaimTerms { lease: TimeDelta::zero(), ..TERMS };
    let first = fixture.store.claim_article(fixture.article, expired).await.unwrap().unwrap();
    let second = fixture.claim().await;
    assert!(second.lease.claim > first.lease.claim);
    assert!(second.lease.host_claim > first.lease.host_claim);
    // The first one's late release does not free what the second one holds.
    fixture.store.release_host(&first.lease).await.unwrap();
    assert_eq!(fixture.store.claim_article(fixture.article, TERMS).await.unwrap(), None);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn many_pollers_never_claim_one_article_twice(pool: PgPool) {
    let store = Store::new(pool);
    for number in 0..20 {
        let text = format!("https://host-{number}.example/1");
        store.add_article(&address(&text), minute(0)).await.unwrap();
    }
    let claims = (0..8).map(|_| claimed(&store, 5, TERMS));
    let mut all: Vec<String> =
        futures_util::future::join_all(claims).await.into_iter().flatten().collect();
    // A poller that met others' locks may have left some for the next round.
    all.extend(claimed(&store, 20, TERMS).await);
    all.sort();
    let claims_made = all.len();
    all.dedup();
    assert_eq!((claims_made, all.len()), (20, 20));
}
