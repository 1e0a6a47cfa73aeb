//! A model test of exactly-once: every order in which the steps of two workers over one article can
//! fall, on a real Postgres through the store's own functions.
//!
//! Each worker takes six steps: the leases run out (as if whoever holds them slept), it claims, the
//! site publishes its next text, it fetches, it records, and records again as if the reply to the
//! commit had been lost. There are 924 orders of the steps of two workers, and 330 more in which the
//! first crashes before one of its first five; a crash after that is the first's record alone. The site numbers its texts and never returns to an old one,
//! so whatever the order, the texts of a history that nothing stale got into rise.

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use sqlx::PgPool;

use crate::claim::ArticleClaim;
use crate::fixture::{Fixture, TERMS, address, minute};
use crate::record::Recorded;
use crate::{MIGRATOR, Store};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Expire,
    Claim,
    Publish,
    Fetch,
    Record,
    RecordAgain,
}

const STEPS: [Step; 6] =
    [Step::Expire, Step::Claim, Step::Publish, Step::Fetch, Step::Record, Step::RecordAgain];

/// Every order of the first `crash` steps of one worker and all steps of another: `false` is a step
/// of the first.
fn orders(crash: usize) -> Vec<Vec<bool>> {
    let all = crash + STEPS.len();
    (0_u32..1 << all)
        .map(|bits| (0..all).map(|place| bits & (1 << place) != 0).collect::<Vec<bool>>())
        .filter(|order| order.iter().filter(|is_second| **is_second).count() == STEPS.len())
        .collect()
}

#[derive(Default)]
struct Worker {
    claim: Option<ArticleClaim>,
    fetched: Option<u32>,
}

/// One article and its site.
struct World {
    fixture: Fixture,
    pool: PgPool,
    published: u32,
    /// The texts that the store said it had recorded, with the claims that they were recorded by.
    acknowledged: Vec<(i64, u32)>,
}

impl World {
    async fn new(pool: PgPool, name: &str) -> Self {
        let store = Store::new(pool.clone());
        let address = address(&format!("https://{name}.example/"));
        let article = store.add_article(&address, minute(0)).await.unwrap().id;
        Self { fixture: Fixture { store, article }, pool, published: 0, acknowledged: Vec::new() }
    }

    async fn take(&mut self, worker: &mut Worker, step: Step) {
        match step {
            Step::Expire => self.expire().await,
            Step::Claim => {
                let store = &self.fixture.store;
                worker.claim = store.claim_article(self.fixture.article, TERMS).await.unwrap();
            }
            Step::Publish => self.published += 1,
            Step::Fetch => worker.fetched = worker.claim.is_some().then_some(self.published),
            Step::Record | Step::RecordAgain => {
                let (Some(claim), Some(text)) = (&worker.claim, worker.fetched) else { return };
                let paragraph = format!("This is text {text}.");
                let recorded =
                    self.fixture.record_text(claim, i64::from(text), &[&paragraph]).await;
                if let Recorded::Done { .. } = recorded {
                    self.acknowledged.push((claim.lease.claim, text));
                }
            }
        }
    }

    async fn expire(&self) {
        sqlx::query(
            "with slept as ( \
                 update article set lease_until = now() - interval '1 second' \
                 where id = $1 and lease_until is not null) \
             update host set lease_until = now() - interval '1 second' \
             where id = (select host_id from article where id = $1) and lease_until is not null",
        )
        .bind(self.fixture.article.get())
        .execute(&self.pool)
        .await
        .unwrap();
    }

    /// What the article's history shows: of each sighting the claim that opened it and its text.
    async fn history(&self) -> Vec<(i64, u32)> {
        let rows: Vec<(i64, String)> = sqlx::query_as(
            "select sighting.claim, paragraph.text from sighting \
             join version on version.article_id = sighting.article_id \
                and version.number = sighting.version \
             join paragraph on paragraph.article_id = version.article_id \
                and paragraph.number = version.paragraphs[1] \
             where sighting.article_id = $1 order by sighting.number",
        )
        .bind(self.fixture.article.get())
        .fetch_all(&self.pool)
        .await
        .unwrap();
        let number = |text: String| {
            text.trim_start_matches("This is text ").trim_end_matches('.').parse().unwrap()
        };
        rows.into_iter().map(|(claim, text)| (claim, number(text))).collect()
    }

    async fn checks(&self) -> i64 {
        sqlx::query_scalar("select count(*) from \"check\" where article_id = $1")
            .bind(self.fixture.article.get())
            .fetch_one(&self.pool)
            .await
            .unwrap()
    }
}

/// Plays one order and says what is wrong with what came of it.
async fn play(pool: PgPool, crash: usize, index: usize, order: &[bool]) -> Result<(), String> {
    let mut world = World::new(pool, &format!("crash-{crash}-order-{index}")).await;
    let mut workers = [Worker::default(), Worker::default()];
    let mut taken = [0, 0];
    for is_second in order {
        let who = usize::from(*is_second);
        world.take(&mut workers[who], STEPS[taken[who]]).await;
        taken[who] += 1;
    }
    // Whatever happened, the article is not left behind.
    let before = world.acknowledged.len();
    let mut last = Worker::default();
    for step in &STEPS[..5] {
        world.take(&mut last, *step).await;
    }
    let rises = |pairs: &[(i64, u32)]| {
        pairs.windows(2).all(|pair| pair[0].0 < pair[1].0 && pair[0].1 < pair[1].1)
    };
    let history = world.history().await;
    let said = |what: &str| format!("{what}: {order:?} came to {history:?}");
    if world.acknowledged.len() != before + 1 {
        return Err(said("the article was left behind"));
    }
    if !rises(&history) {
        return Err(said("a stale text or claim got in"));
    }
    // A text that was seen again opens no sighting.
    let mut texts: Vec<u32> = world.acknowledged.iter().map(|(_, text)| *text).collect();
    texts.dedup();
    if texts != history.iter().map(|(_, text)| *text).collect::<Vec<_>>() {
        return Err(said("what was acknowledged is not what stands"));
    }
    if world.checks().await != i64::try_from(world.acknowledged.len()).unwrap() {
        return Err(said("a check stands twice or not at all"));
    }
    Ok(())
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn whatever_the_order_of_two_workers_steps_nothing_is_lost_doubled_or_stale(pool: PgPool) {
    let plays: Vec<(usize, usize, Vec<bool>)> = (0..=4)
        .chain([STEPS.len()])
        .flat_map(|crash| {
            let orders = orders(crash).into_iter().enumerate();
            orders.map(move |(index, order)| (crash, index, order))
        })
        .collect();
    assert_eq!(plays.len(), 924 + 330);
    let played = stream::iter(plays)
        .map(|(crash, index, order)| {
            let pool = pool.clone();
            async move { play(pool, crash, index, &order).await }
        })
        .buffer_unordered(8)
        .try_collect::<Vec<()>>()
        .await;
    assert_eq!(played.map(|plays| plays.len()), Ok(924 + 330));
}
