//! What the tests of several tables need: an article with a history, made as a poller makes it.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgPool;
use stet_core::compare::Stats;
use stet_core::schedule::NextCheck;
use stet_core::{Address, ArticleId, ArticleText, CheckOutcome, Kind, Kinds};

use crate::claim::{ArticleClaim, ClaimTerms};
use crate::record::{Body, Difference, Recorded, Seen, Visit};
use crate::{NewSnapshot, Reading, Store};

/// What reads texts in these tests.
pub(crate) const READING: Reading = Reading { extractor: 1, rules: 0 };

/// Claims that hold for two minutes, on hosts without a gap.
pub(crate) const TERMS: ClaimTerms =
    ClaimTerms { lease: TimeDelta::minutes(2), host_gap: TimeDelta::zero() };

/// A store with one watched article that has not been checked yet.
pub(crate) struct Fixture {
    pub(crate) store: Store,
    pub(crate) article: ArticleId,
}

/// So many minutes after the first check.
pub(crate) fn minute(minutes: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_473_443_040, 0).unwrap() + TimeDelta::minutes(minutes)
}

pub(crate) fn address(text: &str) -> Address {
    Address::parse(text).unwrap()
}

pub(crate) fn next(minutes: i64) -> NextCheck {
    NextCheck { at: minute(minutes + 30), period: TimeDelta::minutes(30) }
}

/// Lets every lease run out, as time would.
pub(crate) async fn expire_leases(pool: &PgPool) {
    for table in ["article", "host"] {
        let expire = format!("update {table} set lease_until = now() - interval '1 second'");
        sqlx::query(sqlx::AssertSqlSafe(expire)).execute(pool).await.unwrap();
    }
}

fn visit(minutes: i64) -> Visit<'static> {
    Visit {
        at: minute(minutes),
        status: Some(200),
        took: Duration::from_millis(80),
        bytes: 4,
        detail: None,
    }
}

impl Fixture {
    pub(crate) async fn new(pool: PgPool) -> Self {
        let store = Store::new(pool);
        let added =
            store.add_article(&address("https://news.example.com/1"), minute(0)).await.unwrap();
        Self { store, article: added.id }
    }

    /// Claims the article, due or not.
    pub(crate) async fn claim(&self) -> ArticleClaim {
        self.store.claim_article(self.article, TERMS).await.unwrap().expect("a free article")
    }

    /// Checks the article and sees these paragraphs.
    pub(crate) async fn see(&self, minutes: i64, paragraphs: &[&str]) -> Recorded {
        let claim = self.claim().await;
        self.record_text(&claim, minutes, paragraphs).await
    }

    /// Checks the article and sees these paragraphs, which are too few to be believed at once.
    pub(crate) async fn doubt(&self, minutes: i64, paragraphs: &[&str]) -> Recorded {
        let claim = self.claim().await;
        self.record_or_hold(&claim, minutes, paragraphs, Some(next(minutes))).await
    }

    /// Records these paragraphs under a claim that was made earlier.
    pub(crate) async fn record_text(
        &self,
        claim: &ArticleClaim,
        minutes: i64,
        paragraphs: &[&str],
    ) -> Recorded {
        self.record_or_hold(claim, minutes, paragraphs, None).await
    }

    async fn record_or_hold(
        &self,
        claim: &ArticleClaim,
        minutes: i64,
        paragraphs: &[&str],
        doubt: Option<NextCheck>,
    ) -> Recorded {
        let text = ArticleText::new("Title", paragraphs.iter().copied());
        let body = Body {
            digest: text.digest().0,
            etag: Some("\"e\""),
            last_modified: None,
            outline: None,
        };
        let difference = Difference {
            stats: Stats { words_added: 2, words_removed: 1, ..Stats::default() },
            kinds: Kinds::from([Kind::Edited]),
        };
        let page = paragraphs.join("\n");
        let seen = if claim.head.is_some_and(|head| head.digest == text.digest()) {
            Seen::Unchanged {
                read: Some((text.digest(), READING)),
                body,
                next: Some(next(minutes)),
            }
        } else {
            Seen::Text {
                text: &text,
                reading: READING,
                snapshot: NewSnapshot {
                    fetched_at: minute(minutes),
                    address: &claim.address,
                    redirects: &[],
                    status: 200,
                    headers: &[("content-type".to_owned(), "text/html".to_owned())],
                    body: page.as_bytes(),
                },
                body,
                difference: claim.head.is_some().then_some(&difference),
                doubt,
                next: next(minutes),
            }
        };
        self.store.record(claim, &visit(minutes), seen).await.unwrap()
    }

    /// Checks the article and fails.
    pub(crate) async fn fail(&self, minutes: i64, outcome: CheckOutcome, detail: &str) -> Recorded {
        let claim = self.claim().await;
        let visit = Visit { status: Some(404), detail: Some(detail), ..visit(minutes) };
        let seen = Seen::Failure { outcome, next: next(minutes) };
        self.store.record(&claim, &visit, seen).await.unwrap()
    }

    /// The versions that the article's sightings showed, in order.
    pub(crate) async fn sighted(&self) -> Vec<i32> {
        let sightings = self.store.sightings(self.article).await.unwrap();
        sightings.into_iter().map(|sighting| sighting.version.get()).collect()
    }
}
