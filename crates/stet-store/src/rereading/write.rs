//! The transaction that puts what was read anew in the place of what stood.

use std::collections::BTreeMap;

use sqlx::PgConnection;
use stet_core::{ArticleId, ArticleText, Kind, VersionNumber};

use super::recount::{Identities, recounted};
use super::{Passage, RereadingClaim, Texts};
use crate::record::Difference;
use crate::{Reading, Store, StoreError, passage, row, version};

impl Store {
    /// Puts `texts` in the place of those that stood, makes the changes between them anew with the
    /// `differences` of [the pairs](RereadingClaim::pairs), and gives the article back, all or
    /// nothing. A text that could not be read anew stays as it is. Says whether that was written: not
    /// if the claim was spent.
    pub async fn record_rereading(
        &self,
        claim: &RereadingClaim,
        reading: Reading,
        texts: &Texts,
        differences: &BTreeMap<i32, Difference>,
    ) -> Result<bool, StoreError> {
        let mut transaction = self.pool.begin().await?;
        let locked = sqlx::query_scalar!(
            r#"
            select id
            from article
            where id = $1
                and claim = $2
                and lease_until is not null
            for update
            "#,
            claim.id.get(),
            claim.claim,
        )
        .fetch_optional(&mut *transaction)
        .await?;
        if locked.is_none() {
            return Ok(false);
        }
        for number in texts.versions() {
            match texts.get(number) {
                Some(text) => replace(&mut transaction, claim.id, number, &text, reading).await?,
                None => keep(&mut transaction, claim.id, number, reading).await?,
            }
        }
        let identities = Identities::new(claim, texts);
        identify(&mut transaction, claim.id, &identities).await?;
        for passage in recounted(&claim.passages, &identities, differences) {
            rewrite(&mut transaction, claim.id, &passage).await?;
        }
        drop_unused_paragraphs(&mut transaction, claim.id).await?;
        passage::rebuild(&mut transaction, claim.id).await?;
        finish(&mut transaction, claim.id).await?;
        transaction.commit().await?;
        Ok(true)
    }
}

/// Replaces the text of a version, all but its digest. When it was seen first stays.
async fn replace(
    connection: &mut PgConnection,
    article: ArticleId,
    number: VersionNumber,
    text: &ArticleText,
    reading: Reading,
) -> Result<(), StoreError> {
    let paragraphs = version::insert_paragraphs(connection, article, &text.paragraphs).await?;
    sqlx::query!(
        r#"
        update version
        set title = $3, standfirst = $4, byline = $5, published_at = $6, language = $7,
            words = $8, paragraphs = $9, extractor = $10, rules_revision = $11,
            lead_caption = $12, section = $13, modified_at = $14, is_unreadable = false
        where article_id = $1
            and number = $2
        "#,
        article.get(),
        number.get(),
        row::without_nul(&text.title),
        text.standfirst.as_deref().map(row::without_nul),
        text.byline.as_deref().map(row::without_nul),
        text.published,
        text.language.as_deref().map(row::without_nul),
        row::capped(text.word_count()),
        &paragraphs,
        reading.extractor,
        reading.rules,
        text.lead_caption.as_deref().map(row::without_nul),
        text.section.as_deref().map(row::without_nul),
        text.modified,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Notes that this reading found no article in the bytes of a version, whose text stays.
async fn keep(
    connection: &mut PgConnection,
    article: ArticleId,
    number: VersionNumber,
    reading: Reading,
) -> Result<(), StoreError> {
    sqlx::query!(
        r#"
        update version
        set extractor = $3, rules_revision = $4, is_unreadable = true
        where article_id = $1
            and number = $2
        "#,
        article.get(),
        number.get(),
        reading.extractor,
        reading.rules,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Writes which text each version has, and which versions have the same.
async fn identify(
    connection: &mut PgConnection,
    article: ArticleId,
    identities: &Identities,
) -> Result<(), StoreError> {
    // Texts may have changed places, and uniqueness is checked row by row: so every digest first
    // makes way for one that no text has, being shorter.
    sqlx::query!(
        "update version set digest = int4send(number) where article_id = $1",
        article.get(),
    )
    .execute(&mut *connection)
    .await?;
    let mut numbers = Vec::new();
    let mut digests = Vec::new();
    let mut firsts = Vec::new();
    for (number, digest, first) in identities.each() {
        numbers.push(number.get());
        digests.push(digest.0.to_vec());
        firsts.push(first.map(VersionNumber::get));
    }
    sqlx::query!(
        r#"
        update version
        set digest = new.digest, same_as = new.same_as
        from unnest($2::integer[], $3::bytea[], $4::integer[]) as new (number, digest, same_as)
        where version.article_id = $1
            and version.number = new.number
        "#,
        article.get(),
        &numbers,
        &digests,
        &firsts as &[Option<i32>],
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Writes what a change is now. Its number, its ends and its times stay.
async fn rewrite(
    connection: &mut PgConnection,
    article: ArticleId,
    passage: &Passage,
) -> Result<(), StoreError> {
    let kinds: Vec<String> = passage.kinds.iter().map(|kind| kind.as_str().to_owned()).collect();
    let stats = passage.stats;
    sqlx::query!(
        r#"
        update change
        set words_added = $3, words_removed = $4, paragraphs_edited = $5, paragraphs_added = $6,
            paragraphs_removed = $7, paragraphs_moved = $8, kinds = $9, is_reversion = $10,
            is_technical = $11
        where article_id = $1
            and number = $2
        "#,
        article.get(),
        passage.number,
        row::capped(stats.words_added),
        row::capped(stats.words_removed),
        row::capped(stats.paragraphs_edited),
        row::capped(stats.paragraphs_added),
        row::capped(stats.paragraphs_removed),
        row::capped(stats.paragraphs_moved),
        &kinds,
        passage.is_reversion,
        passage.kinds.contains(&Kind::Technical),
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Lets go of paragraphs that stand in no version any more, so that no search finds them.
async fn drop_unused_paragraphs(
    connection: &mut PgConnection,
    article: ArticleId,
) -> Result<(), StoreError> {
    sqlx::query!(
        r#"
        delete from paragraph
        where article_id = $1
            and number not in (select unnest(paragraphs) from version where article_id = $1)
        "#,
        article.get(),
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Gives the article back, with its headline and its counts made anew. What tells its last body from
/// the next goes, so that the next one is read: it may differ in what only this reading sees.
async fn finish(connection: &mut PgConnection, article: ArticleId) -> Result<(), StoreError> {
    sqlx::query!(
        r#"
        update article
        set lease_until = null, etag = null, last_modified = null, body_digest = null,
            title = coalesce(
                (select version.title
                from version
                where version.article_id = $1
                    and version.number = article.head_version),
                title
            ),
            changes = shown.changes, last_changed_at = shown.last_changed_at
        from (
            select count(*)::integer as changes, max(latest_at) as last_changed_at
            from change
            where article_id = $1
                and not is_technical
        ) as shown
        where article.id = $1
        "#,
        article.get(),
    )
    .execute(connection)
    .await?;
    Ok(())
}
