//! What the articles of a source teach about what does not belong to any of them.
//!
//! Each article teaches once, with its first text, in the transaction that stores it. What is learned
//! is kept for good, since texts from which it is dropped do not show whether it is still in use; a
//! source that learned too much lets go of what it learned first, and learns it again if need be.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgConnection;
use stet_core::ArticleId;
use stet_core::extract::{Boilerplate, Lesson};
use stet_core::{ArticleText, ParagraphDigest};

use crate::{StoreError, row};

/// How many articles must have had a paragraph at one place.
///
/// Two or three stories of one affair share a paragraph of background now and then, and a story may
/// have two or three addresses; what a newspaper puts under its articles stands under all of them, so
/// that one more costs it no time.
const WITNESSES: i32 = 4;

/// The least time between two changes of what is known of a source: each makes every article of
/// it be fetched whole and read anew at its next check.
const BETWEEN_LESSONS: TimeDelta = TimeDelta::days(1);

/// How many candidates are kept of a source (and what was seen together with the oldest): those of
/// its last five hundred articles, more or less.
const MAX_CANDIDATES: i64 = 3_000;

/// How many paragraphs are known of a source at most.
const MAX_BOILERPLATE: i64 = 200;

/// How much of a witness's digest is kept: enough to tell a handful apart.
const WITNESS_BYTES: usize = 8;

/// Reads a set of digests as it is stored.
pub(crate) fn read(digests: &[Vec<u8>]) -> Result<Boilerplate, StoreError> {
    digests.iter().map(|digest| Ok(ParagraphDigest(row::digest(digest)?))).collect()
}

/// Takes in what the first text of an article teaches.
pub(crate) async fn learn(
    connection: &mut PgConnection,
    article: ArticleId,
    text: &ArticleText,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let Some(lesson) = Lesson::of(text) else { return Ok(()) };
    let source = sqlx::query_scalar!("select source_id from article where id = $1", article.get())
        .fetch_one(&mut *connection)
        .await?;
    note(connection, source, lesson, at).await?;
    promote(connection, source, at).await
}

/// Notes what stood at the edges of an article.
async fn note(
    connection: &mut PgConnection,
    source: i64,
    lesson: Lesson,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    // In one order, so that two articles of a source do not wait for each other.
    let mut edges = lesson.edges;
    edges.sort_by_key(|&(place, digest)| (place, digest.0));
    let (places, digests): (Vec<i16>, Vec<Vec<u8>>) =
        edges.into_iter().map(|(place, digest)| (place, digest.0.to_vec())).unzip();
    sqlx::query!(
        r#"
        insert into boilerplate_candidate as known (source_id, place, digest, witnesses, seen_at)
        select $1, place, digest, array[$4::bytea], $5
        from unnest($2::smallint[], $3::bytea[]) as new (place, digest)
        on conflict (source_id, place, digest) do update
        set seen_at = greatest(known.seen_at, excluded.seen_at),
            witnesses = case
                when excluded.witnesses <@ known.witnesses
                    or cardinality(known.witnesses) >= $6 then known.witnesses
                else known.witnesses || excluded.witnesses
            end
        "#,
        source,
        &places,
        &digests,
        &lesson.witness.0[..WITNESS_BYTES],
        at,
        WITNESSES,
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!(
        r#"
        delete from boilerplate_candidate
        where source_id = $1
            and seen_at < (
                select seen_at
                from boilerplate_candidate
                where source_id = $1
                order by seen_at desc
                offset $2
                limit 1
            )
        "#,
        source,
        MAX_CANDIDATES - 1,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Makes all that was seen often enough known, unless that set was changed a short while ago.
async fn promote(
    connection: &mut PgConnection,
    source: i64,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    // Who raises the revision holds the source's row: of two articles, one does.
    let raised = sqlx::query_scalar!(
        r#"
        update source
        set learned_at = $2, rules_revision = rules_revision + 1
        where id = $1
            and (learned_at is null or learned_at <= $3)
            and exists (
                select
                from boilerplate_candidate as candidate
                where candidate.source_id = $1
                    and cardinality(candidate.witnesses) >= $4
                    and not exists (
                        select
                        from boilerplate
                        where boilerplate.source_id = $1
                            and boilerplate.digest = candidate.digest
                    )
            )
        returning id
        "#,
        source,
        at,
        at - BETWEEN_LESSONS,
        WITNESSES,
    )
    .fetch_optional(&mut *connection)
    .await?;
    if raised.is_none() {
        return Ok(());
    }
    // What is known is no candidate any more: should it be let go of, it is to be seen anew.
    sqlx::query!(
        r#"
        with ripe as (
            delete from boilerplate_candidate
            where source_id = $1
                and cardinality(witnesses) >= $3
            returning digest
        )
        insert into boilerplate (source_id, digest, learned_at)
        select distinct $1::bigint, digest, $2::timestamptz
        from ripe
        on conflict do nothing
        "#,
        source,
        at,
        WITNESSES,
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!(
        r#"
        delete from boilerplate
        where source_id = $1
            and digest not in (
                select digest
                from boilerplate
                where source_id = $1
                order by learned_at desc, digest
                limit $2
            )
        "#,
        source,
        MAX_BOILERPLATE,
    )
    .execute(connection)
    .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use sqlx::PgPool;

    use super::*;
    use crate::fixture::{address, minute};
    use crate::{MIGRATOR, Store};

    const PROMO: &str = "Sign up for our newsletter.";

    /// A text whose every paragraph but the last is its own.
    fn text(name: &str) -> ArticleText {
        let own = (0..7).map(|number| format!("Paragraph {number} of {name}."));
        ArticleText::new(name, own.chain([PROMO.to_owned()]))
    }

    struct School {
        pool: PgPool,
        store: Store,
    }

    impl School {
        fn new(pool: PgPool) -> Self {
            Self { store: Store::new(pool.clone()), pool }
        }

        /// Teaches the first text of an article.
        async fn teach(&self, path: &str, text: &ArticleText, minutes: i64) {
            let url = address(&format!("https://news.example.com/{path}"));
            let article = self.store.add_article(&url, minute(0)).await.unwrap().id;
            let mut connection = self.pool.acquire().await.unwrap();
            learn(&mut connection, article, text, minute(minutes)).await.unwrap();
        }

        /// What is known, and its revision.
        async fn known(&self) -> (Boilerplate, i32) {
            let revision = self.store.rules("examplecom").await.unwrap().unwrap().revision;
            let known: Vec<Vec<u8>> = sqlx::query_scalar("select digest from boilerplate")
                .fetch_all(&self.pool)
                .await
                .unwrap();
            (read(&known).unwrap(), revision)
        }
    }

    fn set(paragraphs: &[&str]) -> Boilerplate {
        paragraphs.iter().map(|paragraph| ParagraphDigest::of(paragraph)).collect()
    }

    #[sqlx::test(migrator = "MIGRATOR")]
    async fn what_stands_at_one_place_in_four_articles_is_learned_at_once(pool: PgPool) {
        let school = School::new(pool);
        for name in ["a", "b", "c"] {
            school.teach(name, &text(name), 0).await;
        }
        assert_eq!(school.known().await, (set(&[]), 0));
        school.teach("d", &text("d"), 0).await;
        assert_eq!(school.known().await, (set(&[PROMO]), 1));
    }

    #[sqlx::test(migrator = "MIGRATOR")]
    async fn copies_of_one_article_teach_nothing(pool: PgPool) {
        let school = School::new(pool);
        for (copy, path) in ["a", "b", "c", "d", "e", "f"].into_iter().enumerate() {
            let mut text = text("the same");
            // Each with a headline and an edit of its own.
            text.title = format!("Headline {copy}");
            text.paragraphs[1] = format!("Edited for the copy {copy}.");
            school.teach(path, &text, 0).await;
        }
        assert_eq!(school.known().await, (set(&[]), 0));
    }

    #[sqlx::test(migrator = "MIGRATOR")]
    async fn a_paragraph_at_other_places_each_time_is_not_learned(pool: PgPool) {
        let school = School::new(pool);
        for (place, name) in [0, 1, 2, 5].into_iter().zip(["a", "b", "c", "d"]) {
            let mut text = text(name);
            text.paragraphs.pop();
            text.paragraphs.insert(place, PROMO.to_owned());
            school.teach(name, &text, 0).await;
        }
        assert_eq!(school.known().await, (set(&[]), 0));
    }

    #[sqlx::test(migrator = "MIGRATOR")]
    async fn what_is_known_changes_once_a_day_at_most(pool: PgPool) {
        let school = School::new(pool);
        for (minutes, promo) in [(0, "One."), (60, "Two."), (120, "Three.")] {
            for name in ["a", "b", "c", "d"] {
                let mut text = text(&format!("{promo} {name}"));
                text.paragraphs[7] = promo.to_owned();
                school.teach(&format!("{minutes}{name}"), &text, minutes).await;
            }
        }
        assert_eq!(school.known().await, (set(&["One."]), 1));
        school.teach("later", &text("later"), 24 * 60).await;
        assert_eq!(school.known().await, (set(&["One.", "Two.", "Three."]), 2));
        school.teach("again", &text("again"), 72 * 60).await;
        assert_eq!(school.known().await.1, 2, "the revision rises only with the set");
    }

    #[sqlx::test(migrator = "MIGRATOR")]
    async fn neither_candidates_nor_what_is_known_grow_without_end(pool: PgPool) {
        let school = School::new(pool);
        school.teach("a", &text("a"), 1).await;
        // As many articles before it would have left them.
        sqlx::query(
            "insert into boilerplate_candidate
             select id, 0, int4send(number), '{}',
                '2000-01-01'::timestamptz + number * interval '1 second'
             from source, generate_series(1, $1) as old (number)",
        )
        .bind(i32::try_from(MAX_CANDIDATES).unwrap())
        .execute(&school.pool)
        .await
        .unwrap();
        sqlx::query(
            "insert into boilerplate
             select id, sha256(int4send(number)), '2000-01-01'::timestamptz
             from source, generate_series(1, $1) as old (number)",
        )
        .bind(i32::try_from(MAX_BOILERPLATE).unwrap())
        .execute(&school.pool)
        .await
        .unwrap();
        for name in ["b", "c", "d"] {
            school.teach(name, &text(name), 2).await;
        }
        let count = async |table: &str| {
            let count = format!("select count(*) from {table}");
            sqlx::query_scalar::<_, i64>(sqlx::AssertSqlSafe(count))
                .fetch_one(&school.pool)
                .await
                .unwrap()
        };
        assert!(count("boilerplate_candidate").await <= MAX_CANDIDATES);
        assert_eq!(count("boilerplate").await, MAX_BOILERPLATE);
        assert_eq!(
            sqlx::query_scalar::<_, i64>("select count(*) from boilerplate where digest = $1")
                .bind(ParagraphDigest::of(PROMO).0)
                .fetch_one(&school.pool)
                .await
                .unwrap(),
            1,
            "what was learned first goes first"
        );
    }
}
