use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{Connection as _, PgPool, Row as _, SqliteConnection};
use stet_core::compare::{pair_sentences, text_sentences};

use super::*;
use crate::MIGRATOR;
use crate::fixture::{Fixture, address, minute};

const BRIDGE: &str = "The bridge was closed on Monday. Nobody was hurt.";
const REOPENED: &str = "The bridge was opened on Monday. Nobody was hurt. Traffic flows again.";

async fn numbers(store: &Store, article: ArticleId, from: u32, limit: u32) -> Vec<i32> {
    let versions = store.studied_versions(article, from, limit).await.unwrap();
    versions.iter().map(|studied| studied.version.number.get()).collect()
}

async fn articles(store: &Store, scope: &StudyScope) -> Vec<ArticleId> {
    let found = store.studied_articles(scope, None, 10).await.unwrap();
    found.iter().map(|article| article.id).collect()
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn histories_are_read_in_pieces_with_what_only_stet_changed_marked(pool: PgPool) {
    let known = Fixture::new(pool.clone()).await;
    for (minutes, text) in [(0, BRIDGE), (30, "北京大学生喝进口红酒。"), (60, REOPENED)]
    {
        known.see(minutes, &[text]).await;
    }
    sqlx::query("update change set is_technical = true where to_version = 1")
        .execute(&pool)
        .await
        .unwrap();
    assert_eq!(numbers(&known.store, known.article, 0, 2).await, [0, 1]);
    assert_eq!(numbers(&known.store, known.article, 2, 2).await, [2]);
    let versions = known.store.studied_versions(known.article, 0, 9).await.unwrap();
    let technical: Vec<bool> = versions.iter().map(|studied| studied.is_technical).collect();
    assert_eq!(technical, [false, true, false]);
    assert_eq!(versions[1].version.text.paragraphs, ["北京大学生喝进口红酒。"]);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_study_is_of_what_its_scope_names_and_of_nothing_hidden(pool: PgPool) {
    let known = Fixture::new(pool.clone()).await;
    known.see(0, &[BRIDGE]).await;
    // Without a version there is nothing to study.
    let other = address("https://other.example.com/1");
    known.store.add_article(&other, minute(5)).await.unwrap();
    let all = StudyScope::default();
    assert_eq!(articles(&known.store, &all).await, [known.article]);
    assert_eq!(known.store.studied_articles(&all, Some(known.article), 10).await.unwrap(), []);
    let later = StudyScope { from: Some(minute(1)), ..all.clone() };
    assert_eq!(articles(&known.store, &later).await, []);
    let earlier = StudyScope { to: Some(minute(1)), ..all.clone() };
    assert_eq!(articles(&known.store, &earlier).await, [known.article]);
    let elsewhere = StudyScope { source: Some("otherexamplecom".to_owned()), ..all.clone() };
    assert_eq!(articles(&known.store, &elsewhere).await, []);
    sqlx::query("update article set state = 'hidden', hidden_from = 'watched'")
        .execute(&pool)
        .await
        .unwrap();
    assert_eq!(articles(&known.store, &all).await, []);
    assert_eq!(numbers(&known.store, known.article, 0, 9).await, [] as [i32; 0]);
}

/// The sentences that a version has and the one before it has not, as studies of the corpus ask.
const ADDED: &str = "
    select sentence
    from split_sentences
    left join matched_sentences on matched_sentences.entry_id = split_sentences.entry_id
        and version_y = version
        and sent_idx_y = sent_idx
    where version = 1
        and sent_idx_y is null
";

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_file_of_newsedits_answers_what_its_readers_ask(pool: PgPool) {
    let known = Fixture::new(pool).await;
    known.see(0, &[BRIDGE]).await;
    known.see(30, &[REOPENED]).await;
    let folder = std::env::temp_dir().join(format!("stet-newsedits-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join("study.db");
    let article = known.store.studied_articles(&StudyScope::default(), None, 1).await.unwrap();
    let versions = known.store.studied_versions(known.article, 0, 9).await.unwrap();
    let sentences: Vec<Vec<String>> =
        versions.iter().map(|studied| text_sentences(&studied.version.text)).collect();
    let mut file = NewsEdits::create(&path).await.unwrap();
    file.add_article(&article[0]).await.unwrap();
    for (version, sentences) in versions.iter().zip(&sentences) {
        file.add_version(known.article, version, sentences).await.unwrap();
        file.flush().await.unwrap();
    }
    let pairs = pair_sentences(&sentences[0], &sentences[1]);
    let pair = Pair {
        article: known.article,
        old: (versions[0].version.number, 2),
        new: (versions[1].version.number, 3),
        sentences: &pairs,
    };
    file.add_pair(&pair).await.unwrap();
    file.finish().await.unwrap();
    assert!(NewsEdits::create(&path).await.is_err(), "a file that is there stays as it is");

    let options = SqliteConnectOptions::new().filename(&path).read_only(true);
    let mut reader = SqliteConnection::connect_with(&options).await.unwrap();
    let added: Vec<String> = sqlx::query_scalar(ADDED).fetch_all(&mut reader).await.unwrap();
    assert_eq!(added, ["Traffic flows again."]);
    let stats = sqlx::query("select * from doc_level_stats").fetch_one(&mut reader).await.unwrap();
    let count = |name: &str| stats.get::<i64, _>(name);
    let counts = ["num_unchanged", "num_edited_x", "num_edited_y", "num_deleted", "num_added"];
    assert_eq!(counts.map(count), [1, 1, 1, 0, 1]);
    assert_eq!(["num_sentences_x", "num_sentences_y"].map(count), [2, 3]);
    assert!(stats.get::<f64, _>("mean x dist") > 0.0);
    let seen: Vec<String> =
        sqlx::query_scalar("select datetime(first_seen_at) from stet_versions order by version")
            .fetch_all(&mut reader)
            .await
            .unwrap();
    assert_eq!(seen, ["2016-09-09 17:44:00", "2016-09-09 18:14:00"]);
    reader.close().await.unwrap();
    std::fs::remove_dir_all(&folder).unwrap();
}
