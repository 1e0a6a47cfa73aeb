//! What becomes of versions and changes, without a page in sight: texts are made up.

use std::collections::BTreeMap;

use sqlx::PgPool;
use stet_core::compare::Stats;
use stet_core::{ArticleText, CheckOutcome, Kind, Kinds, VersionNumber};

use super::{RereadingClaim, Scope, Texts};
use crate::MIGRATOR;
use crate::fixture::{Fixture, READING, TERMS, expire_leases};
use crate::record::{Difference, Recorded};
use crate::{Reading, StoreError};

/// A newer extractor than the fixture's.
const NEWER: Reading = Reading { extractor: READING.extractor + 1, ..READING };

fn version(number: i32) -> VersionNumber {
    number.try_into().unwrap()
}

/// One paragraph for each version from 0; `None` where no article was found.
fn texts(paragraphs: &[Option<&str>]) -> Texts {
    let mut texts = Texts::default();
    for (number, paragraph) in (0..).zip(paragraphs) {
        let text = paragraph.map(|paragraph| ArticleText::new("Title", [paragraph]));
        texts.insert(version(number), text);
    }
    texts
}

impl Fixture {
    async fn claim_rereading(&self) -> RereadingClaim {
        self.store.claim_rereading(self.article, TERMS.lease).await.unwrap().expect("a free one")
    }

    /// Records these texts; every pair is found to differ by one word that came.
    async fn reread(&self, claim: &RereadingClaim, texts: &Texts) -> Result<bool, StoreError> {
        let difference = Difference {
            stats: Stats { words_added: 1, ..Stats::default() },
            kinds: Kinds::from([Kind::Added]),
        };
        let pairs = claim.pairs(texts).into_iter();
        let differences: BTreeMap<_, _> =
            pairs.map(|pair| (pair.change, difference.clone())).collect();
        self.store.record_rereading(claim, NEWER, texts, &differences).await
    }

    /// The kinds of each change, in order.
    async fn kinds(&self) -> Vec<Vec<Kind>> {
        let changes = self.store.changes(self.article).await.unwrap();
        changes.into_iter().rev().map(|change| change.kinds.into_iter().collect()).collect()
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn texts_may_change_places_and_reversions_follow_from_the_new_ones(pool: PgPool) {
    let fixture = Fixture::new(pool).await;
    for (minutes, paragraph) in [(0, "a"), (30, "b"), (60, "c"), (90, "d")] {
        fixture.see(minutes, &[paragraph]).await;
    }
    let claim = fixture.claim_rereading().await;
    let new = texts(&[Some("b"), Some("a"), Some("b"), Some("a")]);
    assert!(fixture.reread(&claim, &new).await.unwrap());
    assert_eq!(fixture.sighted().await, [0, 1, 2, 3], "addresses stay");
    let (added, reversion, variant) = (Kind::Added, Kind::Reversion, Kind::Variant);
    assert_eq!(
        fixture.kinds().await,
        [vec![added], vec![added, reversion], vec![added, reversion, variant]]
    );
    // A text that is seen is a sighting of the first version that has it.
    fixture.see(120, &["b"]).await;
    assert_eq!(fixture.sighted().await, [0, 1, 2, 3, 0]);
    assert_eq!(fixture.store.latest_versions(fixture.article, 0, 99).await.unwrap().len(), 4);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_an_upgrade_made_is_technical_whatever_its_texts_are_later(pool: PgPool) {
    let fixture = Fixture::new(pool).await;
    fixture.see(0, &["a"]).await;
    let claim = fixture.claim().await;
    let difference = Difference { stats: Stats::default(), kinds: Kinds::new() };
    let text = ArticleText::new("Title", ["b"]);
    fixture.store.upgrade(&claim, &text, READING, Some(&difference)).await.unwrap();
    fixture.record_text(&claim, 30, &["c"]).await;
    let claim = fixture.claim_rereading().await;
    let new = texts(&[Some("x"), Some("y"), Some("z")]);
    assert!(fixture.reread(&claim, &new).await.unwrap());
    assert_eq!(fixture.kinds().await, [[Kind::Technical], [Kind::Added]]);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_is_stale_is_found_by_scope_and_only_until_it_was_tried(pool: PgPool) {
    let fixture = Fixture::new(pool).await;
    fixture.see(0, &["a"]).await;
    let stale = async |scope: Scope, extractor| {
        let stale = fixture.store.stale_articles(&scope, extractor, None, 10).await.unwrap();
        let count = fixture.store.count_stale_articles(&scope, extractor).await.unwrap();
        assert_eq!(count, stale.len() as u64);
        stale.len()
    };
    let source = |slug: &str| Scope::Source(slug.to_owned());
    assert_eq!(stale(Scope::All, READING.extractor).await, 0);
    assert_eq!(stale(Scope::All, NEWER.extractor).await, 1);
    assert_eq!(stale(source("examplecom"), NEWER.extractor).await, 1);
    assert_eq!(stale(source("elsewhere"), NEWER.extractor).await, 0);
    assert_eq!(stale(Scope::Article(fixture.article), NEWER.extractor).await, 1);

    let claim = fixture.claim_rereading().await;
    assert!(fixture.reread(&claim, &texts(&[None])).await.unwrap());
    assert_eq!(stale(Scope::All, NEWER.extractor).await, 0);
    let text = fixture.store.version_text(fixture.article, version(0)).await.unwrap().unwrap();
    assert_eq!(text.paragraphs, ["a"], "what is unreadable now keeps its text");
    assert!(fixture.claim().await.head.unwrap().is_unreadable);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_check_and_a_rereading_never_hold_one_article(pool: PgPool) {
    let fixture = Fixture::new(pool).await;
    fixture.see(0, &["a"]).await;
    let check = fixture.claim().await;
    let lease = TERMS.lease;
    assert_eq!(fixture.store.claim_rereading(fixture.article, lease).await.unwrap(), None);
    fixture.record_text(&check, 30, &["b"]).await;
    let rereading = fixture.claim_rereading().await;
    assert!(fixture.store.renew_rereading(&rereading, lease).await.unwrap());
    assert_eq!(fixture.store.claim_article(fixture.article, TERMS).await.unwrap(), None);
    fixture.store.release_rereading(&rereading).await.unwrap();
    assert!(!fixture.store.renew_rereading(&rereading, lease).await.unwrap());
    fixture.claim().await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_rereading_that_slept_past_its_lease_writes_nothing(pool: PgPool) {
    let fixture = Fixture::new(pool.clone()).await;
    fixture.see(0, &["a"]).await;
    let asleep = fixture.claim_rereading().await;
    expire_leases(&pool).await;
    assert!(matches!(fixture.see(30, &["b"]).await, Recorded::Done { .. }));
    assert!(!fixture.reread(&asleep, &texts(&[Some("c")])).await.unwrap());
    let text = fixture.store.version_text(fixture.article, version(0)).await.unwrap().unwrap();
    assert_eq!(text.paragraphs, ["a"]);
    // Nor does it give back what somebody else holds.
    let held = fixture.claim().await;
    fixture.store.release_rereading(&asleep).await.unwrap();
    assert!(matches!(fixture.record_text(&held, 60, &["d"]).await, Recorded::Done { .. }));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn that_an_article_was_gone_and_came_back_stays_whatever_its_texts_are_later(pool: PgPool) {
    let fixture = Fixture::new(pool).await;
    fixture.see(0, &["a"]).await;
    let leave = async |minutes| {
        for minutes in [minutes, minutes + 180] {
            fixture.fail(minutes, CheckOutcome::NotFound, "there is no such page").await;
        }
    };
    leave(30).await;
    fixture.see(300, &["a"]).await;
    leave(330).await;
    fixture.see(600, &["b"]).await;
    let (gone, back) = (Kind::Gone, Kind::Back);
    let before = [vec![gone], vec![back], vec![gone], vec![Kind::Edited, back]];
    assert_eq!(fixture.kinds().await, before);
    let claim = fixture.claim_rereading().await;
    assert!(fixture.reread(&claim, &texts(&[Some("x"), Some("y")])).await.unwrap());
    let apart = [vec![gone], vec![back], vec![gone], vec![Kind::Added, back]];
    assert_eq!(fixture.kinds().await, apart);
    assert_eq!(fixture.store.latest_changes(0, 10).await.unwrap().changes.len(), 4);
}
