//! What another address means for its article: that it moved, or that two articles are one.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use stet_core::{Address, ArticleId, CheckOutcome, Kind};

use crate::address::{AddressOrigin, find, insert};
use crate::change::{self, NewChange};
use crate::claim::ArticleClaim;
use crate::record::Difference;
use crate::{Store, StoreError, host};

/// Another address that a check found for its article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OtherAddress {
    /// The address.
    pub address: Address,
    /// How it was found: [`AddressOrigin::Moved`] or [`AddressOrigin::Canonical`].
    pub origin: AddressOrigin,
    /// The headline that was read, where a text was.
    pub title: Option<String>,
}

/// What became of an article's other address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Readdressed {
    /// The article is visited there from now on.
    Moved,
    /// It was another article's: this one is part of it now.
    Merged(ArticleId),
    /// Nothing was to be done, or the article has been claimed or hidden since.
    Left,
}

impl Store {
    /// Does what another address of an article means, after the check that found it was recorded
    /// and as long as nobody has claimed the article since. An address that nobody has is where
    /// the article is visited from now on. One that another article has makes this one part of
    /// that: at once where the site itself moved it, and where only the page says so if both have
    /// the same headline, since sites that state a wrong address state it on many pages. A move is
    /// a change of its own, unless `is_told`: the check's own change says so.
    pub async fn readdress(
        &self,
        claim: &ArticleClaim,
        other: &OtherAddress,
        is_told: bool,
        now: DateTime<Utc>,
    ) -> Result<Readdressed, StoreError> {
        let mut transaction = self.pool.begin().await?;
        let owner = find(&mut transaction, &other.address).await?;
        // Both articles in the order of their keys, as everybody else who locks two.
        let locked = sqlx::query!(
            r#"
            select id, title, claim, lease_until is not null as "is_leased!"
            from article
            where id in ($1, $2)
                and state <> 'hidden'
                and merged_into is null
            order by id
            for update
            "#,
            claim.id.get(),
            owner.map(ArticleId::get),
        )
        .fetch_all(&mut *transaction)
        .await?;
        let is_free = locked.iter().any(|article| {
            article.id == claim.id.get() && article.claim == claim.lease.claim && !article.is_leased
        });
        if !is_free {
            return Ok(Readdressed::Left);
        }
        let is_move = other.origin == AddressOrigin::Moved;
        let done = match owner {
            None if insert(&mut transaction, claim.id, &other.address, other.origin, now)
                .await? =>
            {
                visit_at(&mut transaction, claim.id, &other.address).await?;
                Readdressed::Moved
            }
            // Two pages that each call the other's address theirs would be visited in turn.
            Some(owner) if owner == claim.id && is_move => {
                visit_at(&mut transaction, claim.id, &other.address).await?;
                Readdressed::Moved
            }
            Some(owner) if owner == claim.id => Readdressed::Left,
            Some(owner) => {
                let known = locked.iter().find(|article| article.id == owner.get());
                let is_the_same = known.is_some_and(|known| {
                    is_move || (known.title.is_some() && known.title == other.title)
                });
                if is_the_same {
                    merge(&mut transaction, claim.id, owner).await?;
                    Readdressed::Merged(owner)
                } else {
                    Readdressed::Left
                }
            }
            None => Readdressed::Left,
        };
        if done == Readdressed::Moved && is_move && !is_told {
            note_move(&mut transaction, claim.id, now).await?;
        }
        transaction.commit().await?;
        Ok(done)
    }
}

/// Visits an article at this address from now on. The validators were another address's.
async fn visit_at(
    connection: &mut PgConnection,
    article: ArticleId,
    address: &Address,
) -> Result<(), StoreError> {
    let host = host::find_or_add(connection, address).await?;
    sqlx::query!(
        r#"
        update article
        set url = $2, url_digest = $3, host_id = $4, etag = null, last_modified = null
        where id = $1
        "#,
        article.get(),
        address.as_str(),
        &address.digest(),
        host,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Notes that a check found the text that stood at another address, since the check before.
async fn note_move(
    connection: &mut PgConnection,
    article: ArticleId,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let successes: Vec<String> = CheckOutcome::ALL
        .into_iter()
        .filter(|outcome| outcome.is_success())
        .map(|outcome| outcome.to_string())
        .collect();
    let standing = sqlx::query!(
        r#"
        select head_sighting as "sighting!", head_version as "version!",
            (
                select max(checked_at)
                from "check"
                where article_id = $1
                    and checked_at < $2
                    and outcome = any($3)
            ) as seen_before
        from article
        where id = $1
            and head_sighting is not null
        "#,
        article.get(),
        at,
        &successes,
    )
    .fetch_optional(&mut *connection)
    .await?;
    // An article that was moved before it was ever seen stands where it was seen first.
    let Some((standing, earliest_at)) =
        standing.and_then(|standing| standing.seen_before.map(|seen| (standing, seen)))
    else {
        return Ok(());
    };
    let new = NewChange {
        article,
        from_sighting: standing.sighting,
        to_sighting: standing.sighting,
        from_version: standing.version,
        to_version: standing.version,
        earliest_at,
        latest_at: at,
        is_reversion: false,
        is_upgrade: false,
        difference: &Difference::of_kind(Kind::MovedAddress),
    };
    change::insert(connection, new).await?;
    sqlx::query!(
        "update article set changes = changes + 1, last_changed_at = $2 where id = $1",
        article.get(),
        at,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Makes an article part of another one. Its history stays its own, and is no longer added to.
async fn merge(
    connection: &mut PgConnection,
    article: ArticleId,
    into: ArticleId,
) -> Result<(), StoreError> {
    // Whoever is watched keeps the one that remains awake.
    sqlx::query!(
        r#"
        update article as remaining
        set state = merged.state, next_check_at = merged.next_check_at
        from article as merged
        where remaining.id = $2
            and merged.id = $1
            and remaining.state = 'dormant'
            and merged.state = 'watched'
        "#,
        article.get(),
        into.get(),
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!(
        r#"
        update article
        set merged_into = $2, state = case when id = $1 then 'dormant' else state end
        where id = $1
            or merged_into = $1
        "#,
        article.get(),
        into.get(),
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!(
        "update address set article_id = $2 where article_id = $1",
        article.get(),
        into.get(),
    )
    .execute(connection)
    .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use sqlx::PgPool;

    use super::*;
    use crate::fixture::{Fixture, address, minute};
    use crate::{ArticleState, MIGRATOR, Visible};

    fn canonical(text: &str, title: &str) -> OtherAddress {
        OtherAddress {
            address: address(text),
            origin: AddressOrigin::Canonical,
            title: Some(title.to_owned()),
        }
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
        let other = canonical("https://www.example.com/1", "Title");
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
        readdress(&fixture, &canonical("https://www.example.com/1", "Title")).await;
        let back = canonical("https://news.example.com/1", "Title");
        assert_eq!(readdress(&fixture, &back).await, Readdressed::Left);
        // What the site itself moves back goes back.
        let moved = OtherAddress { origin: AddressOrigin::Moved, ..back };
        assert_eq!(readdress(&fixture, &moved).await, Readdressed::Moved);
        assert_eq!(fixture.claim().await.address, moved.address);
    }

    #[sqlx::test(migrator = "MIGRATOR")]
    async fn two_articles_that_are_one_become_one_and_no_history_is_lost(pool: PgPool) {
        let (one, two) = two(pool).await;
        let other = canonical("https://news.example.com/2", "Title");
        assert_eq!(readdress(&one, &other).await, Readdressed::Merged(two.article));
        let merged = shown(&one.store, one.article).await;
        assert_eq!((merged.merged_into, merged.state), (Some(two.article), ArticleState::Dormant));
        assert_eq!((merged.versions, one.store.versions(one.article).await.unwrap().len()), (1, 1));
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
    async fn articles_with_different_headlines_become_one_only_where_the_site_moved_one(
        pool: PgPool,
    ) {
        let (one, two) = two(pool).await;
        let other = canonical("https://news.example.com/2", "Something else");
        assert_eq!(readdress(&one, &other).await, Readdressed::Left);
        let moved = OtherAddress { origin: AddressOrigin::Moved, ..other };
        assert_eq!(readdress(&one, &moved).await, Readdressed::Merged(two.article));
    }

    #[sqlx::test(migrator = "MIGRATOR")]
    async fn an_article_that_was_claimed_or_hidden_since_is_left_alone(pool: PgPool) {
        let (one, two) = two(pool).await;
        let other = canonical("https://news.example.com/2", "Title");
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
}
