//! What becomes of articles that have another address.

use sqlx::PgPool;

use super::*;
use crate::fixture::{Fixture, address, minute};
use crate::{ArticleState, MIGRATOR, Visible};

fn canonical(text: &str) -> OtherAddress {
    OtherAddress {
        address: address(text),
        origin: AddressOrigin::Canonical,
        proof: Proof::Sure,
        twin: None,
    }
}

/// The address of an article whose first text is the same article's.
fn twin(text: &str, article: ArticleId) -> OtherAddress {
    let twin = Twin { article, version: VersionNumber::FIRST };
    OtherAddress { twin: Some(twin), ..canonical(text) }
}

/// Checks the article, and finds another address for it.
async fn readdress(fixture: &Fixture, other: &OtherAddress) -> Readdressed {
    let claim = fixture.claim().await;
    fixture.record_text(&claim, 0, &["Text"]).await;
    fixture.store.readdress(&claim, other, false, minute(1)).await.unwrap()
}

async fn shown(store: &Store, id: ArticleId) -> crate::Article {
    match store.article(id).await.unwrap() {
        Visible::Shown(article) => article,
        other => panic!("{other:?}"),
    }
}

/// The fixture's article and another one, each with a text.
async fn two(pool: PgPool) -> (Fixture, Fixture) {
    let one = Fixture::new(pool).await;
    let added =
        one.store.add_article(&address("https://news.example.com/2"), minute(0)).await.unwrap();
    let two = Fixture { store: one.store.clone(), article: added.id };
    two.see(0, &["Text"]).await;
    (one, two)
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_article_is_visited_at_its_other_address_and_found_by_both(pool: PgPool) {
    let fixture = Fixture::new(pool).await;
    let other = canonical("https://www.example.com/1");
    assert_eq!(readdress(&fixture, &other).await, Readdressed::Moved);
    let claim = fixture.claim().await;
    assert_eq!((&claim.address, claim.etag), (&other.address, None));
    for text in ["https://news.example.com/1", "https://www.example.com/1"] {
        let found = fixture.store.find_article(&address(text)).await.unwrap();
        assert_eq!(found, Some(fixture.article), "{text}");
        let added = fixture.store.add_article(&address(text), minute(2)).await.unwrap();
        assert_eq!((added.id, added.is_new), (fixture.article, false), "{text}");
    }
    let known = fixture.store.addresses(fixture.article).await.unwrap();
    let origins: Vec<_> = known.iter().map(|known| (known.origin, known.since)).collect();
    assert_eq!(
        origins,
        [(AddressOrigin::Watched, minute(0)), (AddressOrigin::Canonical, minute(1))]
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn two_pages_that_call_the_others_address_theirs_are_not_visited_in_turn(pool: PgPool) {
    let fixture = Fixture::new(pool).await;
    readdress(&fixture, &canonical("https://www.example.com/1")).await;
    let back = canonical("https://news.example.com/1");
    assert_eq!(readdress(&fixture, &back).await, Readdressed::Left);
    // What the site itself moves back goes back.
    let moved = OtherAddress { origin: AddressOrigin::Moved, ..back };
    assert_eq!(readdress(&fixture, &moved).await, Readdressed::Moved);
    assert_eq!(fixture.claim().await.address, moved.address);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn two_articles_that_are_one_become_one_and_no_history_is_lost(pool: PgPool) {
    let (one, two) = two(pool).await;
    let other = twin("https://news.example.com/2", two.article);
    assert_eq!(readdress(&one, &other).await, Readdressed::Merged(two.article));
    let merged = shown(&one.store, one.article).await;
    assert_eq!((merged.merged_into, merged.state), (Some(two.article), ArticleState::Dormant));
    assert_eq!(
        (merged.versions, one.store.latest_versions(one.article, 0, 99).await.unwrap().len()),
        (1, 1)
    );
    let found = one.store.find_article(&address("https://news.example.com/1")).await.unwrap();
    assert_eq!(found, Some(two.article));
    assert_eq!(one.store.addresses(two.article).await.unwrap().len(), 2);
    assert_eq!(
        one.store.merged_articles(two.article).await.unwrap(),
        [(one.article, address("https://news.example.com/1"))]
    );
    let listed = one
        .store
        .filtered_articles(crate::ArticleFilter::default(), None, 10)
        .await
        .unwrap()
        .articles;
    assert_eq!(listed.iter().map(|article| article.id).collect::<Vec<_>>(), [two.article]);
    // Watching its address again does not wake it.
    let added =
        one.store.add_article(&address("https://news.example.com/1"), minute(9)).await.unwrap();
    assert_eq!(added.id, two.article);
    assert_eq!(shown(&one.store, one.article).await.state, ArticleState::Dormant);
    // What is taken down is taken down with all that became part of it.
    one.store.hide_article(two.article).await.unwrap();
    assert_eq!(one.store.article(one.article).await.unwrap(), Visible::Hidden);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn articles_become_one_only_if_the_texts_that_stand_were_compared(pool: PgPool) {
    let (one, two) = two(pool).await;
    let unlike = canonical("https://news.example.com/2");
    let moved = OtherAddress { origin: AddressOrigin::Moved, ..unlike.clone() };
    for other in [&unlike, &moved] {
        assert_eq!(readdress(&one, other).await, Readdressed::Left);
    }
    two.see(1, &["Another text"]).await;
    let outdated = twin("https://news.example.com/2", two.article);
    assert_eq!(readdress(&one, &outdated).await, Readdressed::Left);
    assert_eq!(shown(&one.store, one.article).await.merged_into, None);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_article_whose_address_has_one_without_a_text_is_read_again(pool: PgPool) {
    let fixture = Fixture::new(pool).await;
    let unread = address("https://news.example.com/2");
    fixture.store.add_article(&unread, minute(0)).await.unwrap();
    assert_eq!(readdress(&fixture, &canonical(unread.as_str())).await, Readdressed::Left);
    let claim = fixture.claim().await;
    assert_eq!((claim.body_digest, claim.etag), (None, None));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_address_that_only_a_page_states_is_not_taken(pool: PgPool) {
    let fixture = Fixture::new(pool).await;
    let stated = canonical("https://news.example.com/us-news");
    let stated = OtherAddress { proof: Proof::Word, ..stated };
    assert_eq!(readdress(&fixture, &stated).await, Readdressed::Left);
    assert_eq!(fixture.store.find_article(&stated.address).await.unwrap(), None);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn where_another_article_of_the_host_has_the_same_text_none_is_readdressed(pool: PgPool) {
    let (one, _) = two(pool).await;
    let notice = canonical("https://news.example.com/notice");
    let notice = OtherAddress { proof: Proof::UnlessShared, ..notice };
    assert_eq!(readdress(&one, &notice).await, Readdressed::Left);
    one.see(1, &["A text of its own"]).await;
    let claim = one.claim().await;
    one.record_text(&claim, 2, &["A text of its own"]).await;
    let done = one.store.readdress(&claim, &notice, false, minute(2)).await.unwrap();
    assert_eq!(done, Readdressed::Moved);
}

/// Merges a watched article into one of this state, which is woken.
async fn assert_wakes(pool: PgPool, state: &str) {
    let (one, two) = two(pool.clone()).await;
    sqlx::query("update article set state = $2, watched_since = 'epoch' where id = $1")
        .bind(two.article.get())
        .bind(state)
        .execute(&pool)
        .await
        .unwrap();
    let other = twin("https://news.example.com/2", two.article);
    assert_eq!(readdress(&one, &other).await, Readdressed::Merged(two.article));
    let woken = shown(&one.store, two.article).await;
    assert_eq!((woken.state, woken.next_check_at), (ArticleState::Watched, minute(30)));
    assert_eq!(two.claim().await.watched_since, minute(0));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_dormant_article_is_woken_by_a_watched_one_that_becomes_part_of_it(pool: PgPool) {
    assert_wakes(pool, "dormant").await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_gone_article_is_woken_by_a_watched_one_that_becomes_part_of_it(pool: PgPool) {
    assert_wakes(pool, "gone").await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_article_that_is_parted_is_found_woken_and_checked_by_its_own_address(pool: PgPool) {
    let (one, two) = two(pool).await;
    let (store, own) = (&one.store, address("https://news.example.com/1"));
    assert_eq!(store.part_at(&own).await.unwrap(), None);
    readdress(&one, &twin("https://news.example.com/2", two.article)).await;
    let part = store.part_at(&own).await.unwrap().expect("a part");
    assert_eq!((part.article, part.whole), (one.article, two.article));
    assert_eq!(part.version, Some(VersionNumber::FIRST));
    assert!(store.part(part).await.unwrap());
    assert!(!store.part(part).await.unwrap(), "only once");
    assert_eq!(store.find_article(&own).await.unwrap(), Some(one.article));
    assert_eq!(store.add_article(&own, minute(9)).await.unwrap().id, one.article);
    let parted = shown(store, one.article).await;
    assert_eq!((parted.merged_into, parted.state), (None, ArticleState::Watched));
    assert_eq!(store.addresses(two.article).await.unwrap().len(), 1);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_article_that_was_claimed_or_hidden_since_is_left_alone(pool: PgPool) {
    let (one, two) = two(pool).await;
    let other = twin("https://news.example.com/2", two.article);
    let stale = one.claim().await;
    one.record_text(&stale, 0, &["Text"]).await;
    let newer = one.claim().await;
    let left = one.store.readdress(&stale, &other, false, minute(1)).await.unwrap();
    assert_eq!(left, Readdressed::Left);
    one.record_text(&newer, 1, &["Text"]).await;
    one.store.hide_article(two.article).await.unwrap();
    assert_eq!(
        one.store.readdress(&newer, &other, false, minute(1)).await.unwrap(),
        Readdressed::Left
    );
}
