use sqlx::{PgPool, Row as _};
use stet_core::VersionNumber;
use stet_core::feed::FeedEntry;

use super::*;
use crate::audit::{Actor, EntryFilter};
use crate::feed::{FeedContents, FeedRecord, FeedSeen};
use crate::fixture::{Fixture, TERMS, address, minute, next};
use crate::record::Recorded;
use crate::{ArticleState, MIGRATOR, Visible};

const DEED: Deed<'_> =
    Deed { actor: &Actor::Operator, reason: "a court", at: DateTime::<Utc>::UNIX_EPOCH };

async fn history(pool: &PgPool) -> Fixture {
    let fixture = Fixture::new(pool.clone()).await;
    fixture.see(0, &["a"]).await;
    fixture.see(30, &["b"]).await;
    fixture
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_article_that_is_brought_back_is_what_it_was(pool: PgPool) {
    let fixture = history(&pool).await;
    let (store, id) = (&fixture.store, fixture.article);
    sqlx::query("update article set state = 'dormant'").execute(&pool).await.unwrap();
    assert!(store.hide(id, DEED).await.unwrap());
    assert!(!store.hide(id, DEED).await.unwrap(), "it is hidden already");
    assert_eq!(store.standing(id).await.unwrap(), Some(Standing::Hidden));
    assert!(store.bring_back(id, DEED).await.unwrap());
    assert!(!store.bring_back(id, DEED).await.unwrap());
    let Visible::Shown(article) = store.article(id).await.unwrap() else { panic!("hidden") };
    assert_eq!(article.state, ArticleState::Dormant);
    let log = store.audit(&EntryFilter::default(), None, 10).await.unwrap();
    let done: Vec<_> = log.iter().map(|line| (line.action, line.reason.as_str())).collect();
    assert_eq!(done, [(Action::BringBackArticle, "a court"), (Action::HideArticle, "a court")]);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_check_that_ends_after_the_hiding_leaves_it_hidden(pool: PgPool) {
    let fixture = history(&pool).await;
    let claim = fixture.claim().await;
    fixture.store.hide(fixture.article, DEED).await.unwrap();
    fixture.record_text(&claim, 60, &["c"]).await;
    assert_eq!(fixture.store.article(fixture.article).await.unwrap(), Visible::Hidden);
    fixture.store.bring_back(fixture.article, DEED).await.unwrap();
    assert_eq!(fixture.sighted().await, [0, 1, 2]);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn nothing_is_left_of_what_was_deleted_in_any_table(pool: PgPool) {
    let fixture = history(&pool).await;
    let kept = fixture.store.add_article(&address("https://news.example.com/2"), minute(0)).await;
    assert!(fixture.store.delete_for_good(fixture.article, DEED).await.unwrap());
    // Whatever table a later migration adds is asked, too.
    let tables = sqlx::query(
        "select table_name::text, column_name::text from information_schema.columns
         where table_schema = 'public'
            and (column_name = 'article_id' or (table_name, column_name) = ('article', 'id'))",
    )
    .fetch_all(&pool)
    .await
    .unwrap();
    assert!(tables.len() >= 8, "{}", tables.len());
    for row in tables {
        let (table, column): (String, String) = (row.get(0), row.get(1));
        let count = format!("select count(*) from \"{table}\" where {column} = $1");
        let left: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(count))
            .bind(fixture.article.get())
            .fetch_one(&pool)
            .await
            .unwrap();
        assert_eq!(left, 0, "{table}");
    }
    assert!(matches!(fixture.store.article(kept.unwrap().id).await.unwrap(), Visible::Shown(_)));
    assert_eq!(fixture.store.article(fixture.article).await.unwrap(), Visible::Hidden);
    assert_eq!(fixture.store.standing(fixture.article).await.unwrap(), Some(Standing::Deleted));
    assert!(!fixture.store.delete_for_good(fixture.article, DEED).await.unwrap());
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_check_that_was_under_way_writes_nothing_of_a_deleted_article(pool: PgPool) {
    let fixture = history(&pool).await;
    let claim = fixture.claim().await;
    fixture.store.delete_for_good(fixture.article, DEED).await.unwrap();
    assert_eq!(fixture.record_text(&claim, 60, &["c"]).await, Recorded::Fenced);
    let failed = fixture.store.version(fixture.article, VersionNumber::FIRST).await.unwrap();
    assert_eq!(failed, None);
    let left: i64 =
        sqlx::query_scalar("select count(*) from \"check\"").fetch_one(&pool).await.unwrap();
    assert_eq!(left, 0);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_feed_does_not_bring_a_deleted_article_back_but_an_editor_does(pool: PgPool) {
    let fixture = history(&pool).await;
    let store = &fixture.store;
    store.delete_for_good(fixture.article, DEED).await.unwrap();
    let gone = address("https://news.example.com/1");
    let feed = store.add_feed(&address("https://news.example.com/rss"), None, minute(0)).await;
    let claim = store.claim_feed(feed.unwrap().id, TERMS).await.unwrap().unwrap();
    let entries = [FeedEntry { address: gone.clone(), title: None }];
    let contents = FeedContents {
        title: None,
        entries: &entries,
        listed: &[],
        children: &[],
        etag: None,
        last_modified: None,
    };
    let record = FeedRecord { at: minute(0), seen: FeedSeen::Feed(contents) };
    store
        .record_feed(&claim, record, |brought_articles| {
            assert!(!brought_articles);
            next(0)
        })
        .await
        .unwrap();
    assert_eq!(store.find_article(&gone).await.unwrap(), None);

    let anew = store.add_article(&gone, minute(1)).await.unwrap();
    assert!(anew.is_new && anew.id != fixture.article);
    assert!(matches!(store.article(anew.id).await.unwrap(), Visible::Shown(_)));
    assert_eq!(store.article(fixture.article).await.unwrap(), Visible::Hidden);
}
