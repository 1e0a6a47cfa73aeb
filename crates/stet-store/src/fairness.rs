//! Tests of who is visited first, through the real claim.

use chrono::TimeDelta;
use sqlx::PgPool;

use crate::claim::{ArticleClaim, ClaimTerms};
use crate::fixture::{Fixture, TERMS, address, minute};
use crate::{MIGRATOR, Store};

/// As many as one poller visits at a time.
const WORKERS: u32 = 32;

/// How many articles stand on the huge host.
const HUGE: i64 = 10_000;

/// A huge host whose articles have long been due, and a hundred hosts with an article each that fell
/// due only now.
async fn huge_host_and_a_hundred_others(pool: &PgPool) -> Store {
    let store = Store::new(pool.clone());
    store.add_article(&address("https://huge.example/0"), minute(-1_000)).await.unwrap();
    sqlx::query(
        "insert into article (source_id, host_id, url, url_digest, period, next_check_at,
             first_seen_at, watched_since)
         select source_id, host_id, 'https://huge.example/' || n, sha256(n::text::bytea), period,
             next_check_at + n * interval '1 second', first_seen_at, watched_since
         from article, generate_series(1, $1 - 1) as n",
    )
    .bind(HUGE)
    .execute(pool)
    .await
    .unwrap();
    for number in 0..100 {
        let url = format!("https://host-{number}.example/1");
        store.add_article(&address(&url), minute(0)).await.unwrap();
    }
    store
}

async fn claim(store: &Store, terms: ClaimTerms) -> Vec<ArticleClaim> {
    store.claim_articles(minute(0), WORKERS, terms).await.unwrap()
}

fn is_huge(claim: &ArticleClaim) -> bool {
    claim.address.host() == "huge.example"
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn ten_thousand_due_on_one_host_delay_no_other_host(pool: PgPool) {
    let store = huge_host_and_a_hundred_others(&pool).await;
    assert_eq!(store.count_due(minute(0)).await.unwrap(), 10_100);
    let (mut huge, mut others) = (0, 0);
    let mut rounds = 0;
    while others < 100 {
        rounds += 1;
        // Hosts without a gap: each round the huge one asks for its place again.
        let claims = claim(&store, TERMS).await;
        let of_huge = claims.iter().filter(|claim| is_huge(claim)).count();
        assert!(of_huge <= 1, "one request at a time");
        (huge, others) = (huge + of_huge, others + claims.len() - of_huge);
        for claim in &claims {
            store.abandon_article(claim, minute(600)).await.unwrap();
        }
    }
    assert_eq!((rounds, huge), (4, 4), "as many rounds as the hundred need alone");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_host_that_does_not_answer_takes_one_place_and_no_more(pool: PgPool) {
    let store = huge_host_and_a_hundred_others(&pool).await;
    let first = claim(&store, TERMS).await;
    assert!(is_huge(&first[0]), "the longest overdue");
    let mut others = 0;
    let mut claims = first;
    while others < 100 {
        let done: Vec<ArticleClaim> = claims.into_iter().filter(|claim| !is_huge(claim)).collect();
        assert!(!done.is_empty(), "{others}");
        others += done.len();
        for claim in &done {
            store.abandon_article(claim, minute(600)).await.unwrap();
        }
        claims = claim(&store, TERMS).await;
    }
    assert_eq!(claims, [], "the huge one is still being visited");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn eight_pollers_never_visit_a_host_together_nor_within_its_gap(pool: PgPool) {
    let store = huge_host_and_a_hundred_others(&pool).await;
    let terms = ClaimTerms { host_gap: TimeDelta::hours(1), ..TERMS };
    let mut of_huge = 0;
    for _ in 0..5 {
        let claims = (0..8).map(|_| claim(&store, terms));
        let claims: Vec<ArticleClaim> =
            futures_util::future::join_all(claims).await.into_iter().flatten().collect();
        of_huge += claims.iter().filter(|claim| is_huge(claim)).count();
        for claim in &claims {
            store.abandon_article(claim, minute(600)).await.unwrap();
        }
    }
    assert_eq!(of_huge, 1, "the gap holds after the lease ended");
    let left = store.count_due(minute(0)).await.unwrap();
    assert_eq!(left, u64::try_from(HUGE - 1).unwrap());
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn after_downtime_each_article_is_visited_once_and_the_longest_overdue_first(pool: PgPool) {
    let store = Store::new(pool.clone());
    // What changed lately is looked at more often, so it fell due sooner after the poller stopped.
    let day = 24 * 60;
    for (path, due) in [("quiet", 2 * day), ("fresh", 30), ("usual", day), ("later", 9 * day)] {
        let url = format!("https://a.example/{path}");
        store.add_article(&address(&url), minute(due)).await.unwrap();
    }
    let now = minute(3 * day);
    let mut visited = Vec::new();
    loop {
        let claims = store.claim_articles(now, WORKERS, TERMS).await.unwrap();
        let [claim] = &claims[..] else { break };
        assert_eq!(store.claim_articles(now, WORKERS, TERMS).await.unwrap(), [], "no burst");
        visited.push(claim.address.url().path().to_owned());
        let fixture = Fixture { store: store.clone(), article: claim.id };
        fixture.record_text(claim, 3 * day, &[&visited.concat()]).await;
    }
    assert_eq!(visited, ["/fresh", "/usual", "/quiet"]);
}
