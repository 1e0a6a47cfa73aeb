use sqlx::PgPool;
use stet_core::Kind;

use super::*;
use crate::fixture::{Fixture, minute};
use crate::{MIGRATOR, Span};

impl Fixture {
    /// Copies the article's one change: `count` further ones, a second after the other.
    async fn repeat_change(&self, pool: &PgPool, count: i32) {
        sqlx::query(
            "insert into change (article_id, number, from_sighting, to_sighting, from_version,
                to_version, earliest_at, latest_at, words_added, words_removed, paragraphs_edited,
                paragraphs_added, paragraphs_removed, paragraphs_moved, kinds, is_reversion,
                is_technical, source_id)
            select article_id, n, from_sighting, to_sighting, from_version, to_version,
                earliest_at, latest_at + n * interval '1 second', words_added, words_removed,
                paragraphs_edited, paragraphs_added, paragraphs_removed, paragraphs_moved, kinds,
                is_reversion, is_technical, source_id
            from change, generate_series(1, $1) as n
            where number = 0",
        )
        .bind(count)
        .execute(pool)
        .await
        .unwrap();
    }

    async fn feed(&self, behind: Option<ChangeCursor>, now: i64) -> SyndicatedChanges {
        let (scope, filter) = (SyndicatedScope::default(), ChangeFilter::default());
        self.store.syndicated_changes(scope, &filter, behind, minute(now)).await.unwrap()
    }
}

/// An article that changed in minute 10 and then every second.
async fn busy(pool: &PgPool, changes: i32) -> Fixture {
    let fixture = Fixture::new(pool.clone()).await;
    fixture.see(0, &["One."]).await;
    fixture.see(10, &["Two."]).await;
    fixture.repeat_change(pool, changes - 1).await;
    fixture
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_feed_keeps_what_is_younger_than_an_hour_even_past_its_limit(pool: PgPool) {
    let fixture = busy(&pool, 120).await;
    assert_eq!(fixture.feed(None, 12).await.changes.len(), 120);
    // The hour of the first sixty is over.
    assert_eq!(fixture.feed(None, 71).await.changes.len(), 59);
    assert_eq!(fixture.feed(None, 600).await.changes.len(), FEED_ITEMS as usize);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_a_feed_cannot_hold_stands_on_its_next_pages(pool: PgPool) {
    let fixture = busy(&pool, 520).await;
    for (now, sizes) in [(20, vec![500, 20]), (600, [vec![50; 10], vec![20]].concat())] {
        let (mut numbers, mut found, mut behind) = (Vec::new(), Vec::new(), None);
        loop {
            let page = fixture.feed(behind, now).await;
            found.push(page.changes.len());
            numbers.extend(page.changes.iter().map(|item| item.change.number));
            behind = page.next;
            if behind.is_none() {
                break;
            }
        }
        assert_eq!(found, sizes);
        assert_eq!(numbers, (0..520).rev().collect::<Vec<u32>>(), "each once, the latest first");
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_feed_is_of_one_scope_and_holds_what_its_filter_takes(pool: PgPool) {
    let fixture = Fixture::new(pool).await;
    fixture.see(0, &["One."]).await;
    fixture.see(10, &["Two."]).await;
    let article = Some(fixture.article);
    let other = Some(ArticleId::try_from(99).unwrap());
    let all = ChangeFilter::default();
    let headlines = ChangeFilter { kinds: [Kind::Headline].into(), ..all.clone() };
    let great = ChangeFilter { min_words: 4, ..all.clone() };
    let later = ChangeFilter { span: Span { since: Some(minute(11)), until: None }, ..all.clone() };
    for (scope, filter, count) in [
        (SyndicatedScope::default(), &all, 1),
        (SyndicatedScope { source: Some("examplecom"), ..Default::default() }, &all, 1),
        (SyndicatedScope { source: Some("rtcom"), ..Default::default() }, &all, 0),
        (SyndicatedScope { article, ..Default::default() }, &all, 1),
        (SyndicatedScope { article: other, ..Default::default() }, &all, 0),
        (SyndicatedScope::default(), &headlines, 0),
        (SyndicatedScope::default(), &great, 0),
        (SyndicatedScope::default(), &later, 0),
    ] {
        let found =
            fixture.store.syndicated_changes(scope, filter, None, minute(12)).await.unwrap();
        assert_eq!(found.changes.len(), count, "{scope:?} {filter:?}");
        assert_eq!(found.next, None);
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_hidden_article_has_no_item(pool: PgPool) {
    let fixture = Fixture::new(pool).await;
    fixture.see(0, &["One."]).await;
    fixture.see(10, &["Two."]).await;
    let moments = [minute(10), minute(11)];
    let articles = [fixture.article; 2];
    assert_eq!(fixture.store.changes_at(&articles, &moments).await.unwrap().len(), 1);
    fixture.store.hide_article(fixture.article).await.unwrap();
    assert!(fixture.feed(None, 12).await.changes.is_empty());
    assert!(fixture.store.changes_at(&articles, &moments).await.unwrap().is_empty());
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_installation_has_one_identifier_for_good(pool: PgPool) {
    let store = Store::new(pool.clone());
    let id = store.instance().await.unwrap();
    assert_eq!(id.len(), 36);
    assert_eq!(Store::new(pool.clone()).instance().await.unwrap(), id);
    assert!(sqlx::query("insert into instance default values").execute(&pool).await.is_err());
}
