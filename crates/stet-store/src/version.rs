//! The distinct texts of articles, and the paragraphs they are made of.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use stet_core::{ArticleId, ArticleText, ParagraphDigest, TextDigest, VersionNumber};

use crate::{Reading, Store, StoreError, row};

/// One text of an article, whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredVersion {
    /// Its number.
    pub number: VersionNumber,
    /// The text.
    pub text: ArticleText,
    /// How many words its paragraphs have.
    pub words: u32,
    /// When it was seen first.
    pub first_seen_at: DateTime<Utc>,
    /// The earlier version that turned out to have the same text when both were read anew.
    pub same_as: Option<VersionNumber>,
}

/// What a table of versions shows of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionSummary {
    /// Its number.
    pub number: VersionNumber,
    /// Its headline.
    pub title: String,
    /// Its byline.
    pub byline: Option<String>,
    /// How many words its paragraphs have.
    pub words: u32,
    /// When it was seen first.
    pub first_seen_at: DateTime<Utc>,
}

/// A summary as it is stored.
pub(crate) struct SummaryRow {
    pub(crate) number: i32,
    pub(crate) title: String,
    pub(crate) byline: Option<String>,
    pub(crate) words: i32,
    pub(crate) created_at: DateTime<Utc>,
}

impl TryFrom<SummaryRow> for VersionSummary {
    type Error = StoreError;

    fn try_from(version: SummaryRow) -> Result<Self, StoreError> {
        Ok(Self {
            number: row::version(version.number)?,
            title: version.title,
            byline: version.byline,
            words: row::count(version.words),
            first_seen_at: version.created_at,
        })
    }
}

/// A version that has a text which was seen.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Known {
    pub(crate) number: i32,
    /// Whether this reading makes its text of its snapshot.
    pub(crate) is_current: bool,
}

/// Finds the version that has this text: of several, the one that the others name.
pub(crate) async fn find(
    connection: &mut PgConnection,
    article: ArticleId,
    digest: TextDigest,
    reading: Reading,
) -> Result<Option<Known>, StoreError> {
    let found = sqlx::query_as!(
        Known,
        r#"
        select number,
            extractor = $3 and rules_revision = $4 and not is_unreadable as "is_current!"
        from version
        where article_id = $1
            and digest = $2
            and same_as is null
        "#,
        article.get(),
        &digest.0,
        reading.extractor,
        reading.rules,
    )
    .fetch_optional(connection)
    .await?;
    Ok(found)
}

/// Notes that this reading makes the text of a version too. Its digest is written anew, since a new
/// revision may tell texts apart by other things than before.
pub(crate) async fn stamp(
    connection: &mut PgConnection,
    article: ArticleId,
    number: i32,
    digest: TextDigest,
    reading: Reading,
) -> Result<(), StoreError> {
    sqlx::query!(
        r#"
        update version
        set extractor = $4, rules_revision = $5, is_unreadable = false,
            digest = case
                when exists (
                    select
                    from version as other
                    where other.article_id = $1
                        and other.number <> $2
                        and other.digest = $3
                        and other.same_as is null
                ) then digest
                else $3
            end
        where article_id = $1
            and number = $2
        "#,
        article.get(),
        number,
        &digest.0,
        reading.extractor,
        reading.rules,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Lets a version rest on other bytes, of which this reading makes its text: what an earlier one
/// made of the bytes it rested on says nothing about what this one makes of them.
pub(crate) async fn rest_on(
    connection: &mut PgConnection,
    article: ArticleId,
    number: i32,
    snapshot: i32,
    reading: Reading,
) -> Result<(), StoreError> {
    sqlx::query!(
        r#"
        update version
        set snapshot = $3, extractor = $4, rules_revision = $5, is_unreadable = false
        where article_id = $1
            and number = $2
        "#,
        article.get(),
        number,
        snapshot,
        reading.extractor,
        reading.rules,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// A text to be stored as the next version.
pub(crate) struct NewVersion<'a> {
    pub(crate) text: &'a ArticleText,
    pub(crate) reading: Reading,
    pub(crate) snapshot: i32,
    pub(crate) at: DateTime<Utc>,
}

/// A version that was stored.
pub(crate) struct Inserted {
    pub(crate) number: i32,
    /// The numbers of its paragraphs, in order.
    pub(crate) paragraphs: Vec<i32>,
}

/// Stores a text under the article's next number. The caller holds the article's lock, so numbers
/// have no gaps.
pub(crate) async fn insert(
    connection: &mut PgConnection,
    article: ArticleId,
    new: NewVersion<'_>,
) -> Result<Inserted, StoreError> {
    let paragraphs = insert_paragraphs(connection, article, &new.text.paragraphs).await?;
    let text = new.text;
    let number = sqlx::query_scalar!(
        r#"
        insert into version
            (article_id, number, digest, title, standfirst, lead_caption, byline, published_at,
             language, section, words, paragraphs, extractor, rules_revision, snapshot, created_at,
             modified_at)
        select $1, coalesce(max(number) + 1, 0), $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12,
            $13, $14, $15, $16
        from version
        where article_id = $1
        returning number
        "#,
        article.get(),
        &text.digest().0,
        row::without_nul(&text.title),
        text.standfirst.as_deref().map(row::without_nul),
        text.lead_caption.as_deref().map(row::without_nul),
        text.byline.as_deref().map(row::without_nul),
        text.published,
        text.language.as_deref().map(row::without_nul),
        text.section.as_deref().map(row::without_nul),
        row::capped(text.word_count()),
        &paragraphs,
        new.reading.extractor,
        new.reading.rules,
        new.snapshot,
        new.at,
        text.modified,
    )
    .fetch_one(connection)
    .await?;
    Ok(Inserted { number, paragraphs })
}

/// Stores the paragraphs that the article never had, and returns the numbers of all, in order.
pub(crate) async fn insert_paragraphs(
    connection: &mut PgConnection,
    article: ArticleId,
    paragraphs: &[String],
) -> Result<Vec<i32>, StoreError> {
    let digests: Vec<ParagraphDigest> =
        paragraphs.iter().map(|text| ParagraphDigest::of(text)).collect();
    let digest_bytes: Vec<Vec<u8>> = digests.iter().map(|digest| digest.0.to_vec()).collect();
    let known = sqlx::query!(
        r#"
        select number, digest, digest = any($2) as "is_asked!"
        from paragraph
        where article_id = $1
            and (digest = any($2) or number = (
                select max(number) from paragraph where article_id = $1
            ))
        "#,
        article.get(),
        &digest_bytes,
    )
    .fetch_all(&mut *connection)
    .await?;
    let mut next = known.iter().map(|paragraph| paragraph.number + 1).max().unwrap_or_default();
    let mut numbers: HashMap<[u8; 32], i32> = known
        .into_iter()
        .filter(|paragraph| paragraph.is_asked)
        .map(|paragraph| Ok((row::digest(&paragraph.digest)?, paragraph.number)))
        .collect::<Result<_, StoreError>>()?;
    let mut new = NewParagraphs::default();
    let mut taken = HashSet::new();
    for (digest, text) in digests.iter().zip(paragraphs) {
        if numbers.contains_key(&digest.0) || !taken.insert(digest.0) {
            continue;
        }
        numbers.insert(digest.0, next);
        new.push(next, *digest, text);
        next += 1;
    }
    new.store(connection, article).await?;
    Ok(digests.iter().filter_map(|digest| numbers.get(&digest.0).copied()).collect())
}

/// Columns of paragraphs to be stored in one statement.
#[derive(Default)]
struct NewParagraphs {
    numbers: Vec<i32>,
    digests: Vec<Vec<u8>>,
    texts: Vec<String>,
}

impl NewParagraphs {
    fn push(&mut self, number: i32, digest: ParagraphDigest, text: &str) {
        self.numbers.push(number);
        self.digests.push(digest.0.to_vec());
        self.texts.push(row::without_nul(text));
    }

    async fn store(
        self,
        connection: &mut PgConnection,
        article: ArticleId,
    ) -> Result<(), StoreError> {
        sqlx::query!(
            r#"
            insert into paragraph (article_id, number, digest, text)
            select $1, number, digest, text
            from unnest($2::integer[], $3::bytea[], $4::text[]) as new (number, digest, text)
            "#,
            article.get(),
            &self.numbers,
            &self.digests,
            &self.texts,
        )
        .execute(connection)
        .await?;
        Ok(())
    }
}

impl Store {
    /// One text of an article that may be shown.
    pub async fn version(
        &self,
        article: ArticleId,
        number: VersionNumber,
    ) -> Result<Option<StoredVersion>, StoreError> {
        Ok(self.load_versions(article, &[number], false).await?.pop())
    }

    /// Two texts of an article that may be shown, in this order; `None` if there is not one of them.
    pub async fn version_pair(
        &self,
        article: ArticleId,
        [a, b]: [VersionNumber; 2],
    ) -> Result<Option<[StoredVersion; 2]>, StoreError> {
        let mut found = self.load_versions(article, &[a, b], false).await?;
        found.sort_by_key(|version| version.number != a);
        if a == b {
            found.extend(found.last().cloned());
        }
        Ok(found.try_into().ok())
    }

    /// One text of any article, to be compared with another.
    pub async fn version_text(
        &self,
        article: ArticleId,
        number: VersionNumber,
    ) -> Result<Option<ArticleText>, StoreError> {
        let version = self.load_versions(article, &[number], true).await?.pop();
        Ok(version.map(|version| version.text))
    }

    async fn load_versions(
        &self,
        article: ArticleId,
        numbers: &[VersionNumber],
        even_if_hidden: bool,
    ) -> Result<Vec<StoredVersion>, StoreError> {
        let numbers: Vec<i32> = numbers.iter().map(|number| number.get()).collect();
        let rows = sqlx::query!(
            r#"
            select version.number, version.title, standfirst, lead_caption, byline, published_at, language,
                section, modified_at, words, created_at, same_as,
                array(
                    select paragraph.text
                    from unnest(paragraphs) with ordinality as part (number, place)
                    join paragraph on paragraph.article_id = version.article_id
                        and paragraph.number = part.number
                    order by part.place
                ) as "paragraphs!"
            from version
            join article on article.id = version.article_id
            where version.article_id = $1
                and version.number = any($2)
                and ($3 or article.state <> 'hidden')
            "#,
            article.get(),
            &numbers,
            even_if_hidden,
        )
        .fetch_all(&self.pool)
        .await?;
        let versions = rows.into_iter().map(|version| {
            Ok(StoredVersion {
                number: row::version(version.number)?,
                text: ArticleText {
                    title: version.title,
                    standfirst: version.standfirst,
                    lead_caption: version.lead_caption,
                    byline: version.byline,
                    published: version.published_at,
                    language: version.language,
                    section: version.section,
                    modified: version.modified_at,
                    canonical: None,
                    paragraphs: version.paragraphs,
                },
                words: row::count(version.words),
                first_seen_at: version.created_at,
                same_as: version.same_as.map(row::version).transpose()?,
            })
        });
        versions.collect()
    }
}

#[cfg(test)]
mod tests {
    use sqlx::PgPool;
    use stet_core::Kinds;
    use stet_core::compare::Stats;

    use super::*;
    use crate::MIGRATOR;
    use crate::fixture::{Fixture, READING, minute};
    use crate::record::Difference;

    #[sqlx::test(migrator = "MIGRATOR")]
    async fn every_field_of_a_text_comes_back_as_it_was_stored(pool: PgPool) {
        let fixture = Fixture::new(pool).await;
        fixture.see(0, &["a"]).await;
        let text = ArticleText {
            standfirst: Some("In short".into()),
            lead_caption: Some("The bridge".into()),
            byline: Some("Ann Lee".into()),
            published: Some(minute(-60)),
            language: Some("en-GB".into()),
            section: Some("World".into()),
            modified: Some(minute(-30)),
            ..ArticleText::new("Bridge closed", ["One.", "Two."])
        };
        let claim = fixture.claim().await;
        let reading = Reading { extractor: READING.extractor + 1, ..READING };
        let difference = Difference { stats: Stats::default(), kinds: Kinds::new() };
        let stored =
            fixture.store.upgrade(&claim, &text, reading, Some(&difference)).await.unwrap();
        let number = stored.expect("a version of its own");
        let found = fixture.store.version_text(fixture.article, number).await.unwrap();
        assert_eq!(found, Some(text));
    }
}
