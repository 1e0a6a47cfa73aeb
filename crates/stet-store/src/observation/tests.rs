//! What others saw stands beside what Stet saw, and changes nothing of it.

use std::collections::BTreeMap;

use sqlx::PgPool;
use stet_core::compare::Stats;
use stet_core::{CheckOutcome, Kind, Kinds};

use super::*;
use crate::fixture::{Fixture, READING, TERMS, address, minute};
use crate::record::Difference;
use crate::{ArticleState, MIGRATOR, Visible};

const ARCHIVE: &str = "archive.example";

/// Notes a capture of the fixture's article by the archive.
async fn observe(store: &Store, url: &str, minutes: i64, paragraphs: &[&str]) -> Observed {
    let (address, body) = (address(url), paragraphs.join("\n"));
    let text = ArticleText::new("Title", paragraphs.iter().copied());
    let place = format!("https://{ARCHIVE}/{minutes}");
    let new = NewObservation {
        observer: ARCHIVE,
        address: &address,
        place: &place,
        text: &text,
        reading: READING,
        snapshot: NewSnapshot {
            fetched_at: minute(minutes),
            address: &address,
            redirects: &[],
            status: 200,
            headers: &[],
            body: body.as_bytes(),
        },
    };
    store.observe(new, minute(9_999)).await.unwrap()
}

const URL: &str = "https://news.example.com/1";

async fn weave(store: &Store, history: ArticleId) -> bool {
    let difference = Difference { stats: Stats::default(), kinds: Kinds::from([Kind::Edited]) };
    let passages = store.observed_passages(history).await.unwrap();
    let differences = passages.into_iter().map(|pair| (pair, difference.clone())).collect();
    store.weave(history, &differences).await.unwrap()
}

fn history_of(observed: Observed) -> ArticleId {
    let Observed::Noted { history, .. } = observed else { panic!("{observed:?}") };
    history
}

/// Every row of what Stet itself saw, as text.
async fn own_rows(pool: &PgPool, article: ArticleId) -> Vec<String> {
    let mut rows = Vec::new();
    for table in ["snapshot", "version", "paragraph", "sighting", "change"] {
        let query = format!("select t::text from {table} as t where article_id = $1 order by 1");
        let of_table: Vec<String> = sqlx::query_scalar(sqlx::AssertSqlSafe(query))
            .bind(article.get())
            .fetch_all(pool)
            .await
            .unwrap();
        assert!(!of_table.is_empty(), "{table}");
        rows.extend(of_table);
    }
    rows
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn captures_in_any_order_make_one_history_in_the_order_of_time(pool: PgPool) {
    let fixture = Fixture::new(pool.clone()).await;
    fixture.see(0, &["a"]).await;
    fixture.see(30, &["b"]).await;
    let before = own_rows(&pool, fixture.article).await;
    let store = &fixture.store;
    let history = history_of(observe(store, URL, -10, &["a"]).await);
    for (minutes, paragraph) in [(-40, "first"), (10, "b"), (-20, "a"), (-30, "first")] {
        observe(store, URL, minutes, &[paragraph]).await;
    }
    assert!(weave(store, history).await);
    let shown = store.observed_histories(fixture.article).await.unwrap();
    let [shown] = &shown[..] else { panic!("{shown:?}") };
    assert_eq!((shown.id, shown.observer.as_str()), (history, ARCHIVE));
    let runs: Vec<_> = shown
        .runs
        .iter()
        .map(|run| (run.version.get(), run.first_seen_at, run.captures, run.same_as_own))
        .collect();
    let own = |number| Some(VersionNumber::try_from(number).unwrap());
    assert_eq!(
        runs,
        [(1, minute(-40), 2, None), (0, minute(-20), 2, own(0)), (2, minute(10), 1, own(1)),],
        "versions are numbered as they came"
    );
    assert_eq!(shown.runs[0].place, "https://archive.example/-40");
    let changes = store.changes(history).await.unwrap();
    assert_eq!((changes.len(), changes[1].earliest_at), (2, minute(-30)));
    assert_eq!(own_rows(&pool, fixture.article).await, before, "what Stet saw is as it was");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_capture_is_noted_once_and_found_again(pool: PgPool) {
    let fixture = Fixture::new(pool).await;
    let store = &fixture.store;
    let history = history_of(observe(store, URL, 0, &["a"]).await);
    assert_eq!(observe(store, URL, 0, &["other"]).await, Observed::Known { history });
    let found = async |observer, at| store.observed_in(&address(URL), observer, at).await.unwrap();
    assert_eq!(found(ARCHIVE, minute(0)).await, Some(history));
    assert_eq!(found("another", minute(0)).await, None);
    assert_eq!(found(ARCHIVE, minute(1)).await, None);
    let again = async |earlier| {
        store
            .observe_again(&address(URL), ARCHIVE, earlier, minute(5), "there", minute(9))
            .await
            .unwrap()
    };
    assert_eq!(again(minute(3)).await, None, "nothing is known of that time");
    assert!(matches!(again(minute(0)).await, Some(Observed::Noted { .. })));
    assert_eq!(again(minute(0)).await, Some(Observed::Known { history }));
    assert!(weave(store, history).await);
    let runs = &store.observed_histories(fixture.article).await.unwrap()[0].runs;
    assert_eq!((runs.len(), runs[0].captures), (1, 2));
    assert_eq!(
        store.latest_versions(history, 0, 99).await.unwrap().len(),
        1,
        "the other text left nothing"
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_passage_that_came_meanwhile_is_not_woven_without_its_difference(pool: PgPool) {
    let fixture = Fixture::new(pool).await;
    let history = history_of(observe(&fixture.store, URL, 0, &["a"]).await);
    assert!(weave(&fixture.store, history).await);
    observe(&fixture.store, URL, 5, &["b"]).await;
    assert!(!fixture.store.weave(history, &BTreeMap::new()).await.unwrap());
    assert_eq!(fixture.store.sightings(history).await.unwrap().len(), 1, "as it was");
    assert!(weave(&fixture.store, history).await);
    assert_eq!(fixture.store.sightings(history).await.unwrap().len(), 2);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_others_saw_is_in_no_list_and_does_not_disturb_a_check(pool: PgPool) {
    let fixture = Fixture::new(pool).await;
    let store = &fixture.store;
    for (observed, paragraph) in [(0, "a"), (5, "b")] {
        let history = history_of(observe(store, URL, observed, &[paragraph]).await);
        weave(store, history).await;
    }
    assert_eq!(store.latest_changes(0, 9).await.unwrap().changes, []);
    assert_eq!(
        store
            .filtered_articles(crate::ArticleFilter::default(), None, 9)
            .await
            .unwrap()
            .articles
            .len(),
        1
    );
    assert_eq!(store.totals().await.unwrap().articles, 1);
    assert_eq!(store.sources().await.unwrap()[0].versions, 0);
    assert_eq!(store.merged_articles(fixture.article).await.unwrap(), []);
    let found = store.find_article(&address(URL)).await.unwrap();
    assert_eq!(found, Some(fixture.article));
    let due = store.claim_articles(minute(9_999_999), 9, TERMS).await.unwrap();
    assert_eq!(due.iter().map(|claim| claim.id).collect::<Vec<_>>(), [fixture.article]);
    let digest = ArticleText::new("Title", ["a"]).digest();
    let host = due[0].lease.host;
    assert!(!store.is_repeated(fixture.article, host, digest).await.unwrap());
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_article_that_only_others_saw_is_not_watched_until_somebody_asks(pool: PgPool) {
    let store = Store::new(pool);
    let url = "https://news.example.com/gone";
    observe(&store, url, 0, &["a"]).await;
    let id = store.find_article(&address(url)).await.unwrap().unwrap();
    let Visible::Shown(article) = store.article(id).await.unwrap() else { panic!() };
    assert_eq!((article.state, article.head), (ArticleState::Dormant, None));
    assert_eq!(article.title.as_deref(), Some("Title"));
    assert_eq!(store.claim_articles(minute(99_999), 9, TERMS).await.unwrap(), []);
    store.add_article(&address(url), minute(1)).await.unwrap();
    let due = store.claim_articles(minute(99_999), 9, TERMS).await.unwrap();
    assert_eq!(due.len(), 1);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_is_hidden_stays_so_and_takes_nothing_in(pool: PgPool) {
    let fixture = Fixture::new(pool).await;
    let store = &fixture.store;
    let history = history_of(observe(store, URL, 0, &["a"]).await);
    store.hide_article(fixture.article).await.unwrap();
    assert_eq!(store.article(history).await.unwrap(), Visible::Hidden);
    assert_eq!(observe(store, URL, 5, &["b"]).await, Observed::Hidden);
    let url = address(URL);
    let again = store.observe_again(&url, ARCHIVE, minute(0), minute(9), "there", minute(9));
    assert_eq!(again.await.unwrap(), Some(Observed::Hidden));
    assert_eq!(store.mementos(&address(URL)).await.unwrap(), Visible::Hidden);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn only_checks_that_certainly_saw_stored_bytes_are_repetitions(pool: PgPool) {
    let fixture = Fixture::new(pool.clone()).await;
    fixture.see(0, &["a"]).await;
    fixture.fail(10, CheckOutcome::ServerError, "the site has a fault").await;
    let at = |minutes| crate::record::Visit {
        at: minute(minutes),
        status: Some(200),
        took: std::time::Duration::ZERO,
        bytes: 1,
        detail: None,
    };
    let next = Some(crate::fixture::next(0));
    let not_modified = crate::record::Seen::NotModified { next };
    let unread = |digest| {
        let body = crate::record::Body { digest, etag: None, last_modified: None, outline: None };
        crate::record::Seen::Unchanged { read: None, body, next }
    };
    let claim = fixture.claim().await;
    let same_bytes = unread(claim.body_digest.unwrap());
    fixture.store.record(&claim, &at(20), same_bytes).await.unwrap();
    let claim = fixture.claim().await;
    fixture.store.record(&claim, &at(30), not_modified).await.unwrap();
    // The same text among other surroundings, known by its outline: which bytes the next 304 confirms
    // is not known.
    let claim = fixture.claim().await;
    fixture.store.record(&claim, &at(40), unread([7; 32])).await.unwrap();
    let claim = fixture.claim().await;
    fixture.store.record(&claim, &at(50), not_modified).await.unwrap();
    let seen: Vec<_> = fixture
        .store
        .repetitions(fixture.article)
        .await
        .unwrap()
        .into_iter()
        .map(|again| (again.at, again.snapshot, again.is_same_body))
        .collect();
    assert_eq!(seen, [(minute(20), 0, true), (minute(30), 0, false)]);
}
