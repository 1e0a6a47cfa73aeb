//! Changes: the passages from one sighting of an article to the next.

pub(crate) mod list;
mod of_article;
pub(crate) mod syndicated;
mod texts;

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use stet_core::compare::Stats;
use stet_core::{ArticleId, Kind, Kinds, VersionNumber};

use crate::record::Difference;
use crate::{Store, StoreError, row};

/// After how many passages between the same two texts their alternation is called a test of
/// variants. Source: DESIGN §3.
pub(crate) const VARIANT_PASSAGES: i64 = 3;

/// The passage from one text to the next, as lists and feeds show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The article.
    pub article: ArticleId,
    /// The change's number within the article, from 0: with the article it never changes.
    pub number: u32,
    /// Its publisher's name.
    pub source_name: String,
    /// Its publisher's name in addresses.
    pub source_slug: String,
    /// The version that stood before.
    pub from: VersionNumber,
    /// The version that stood after; the same where the article was removed or came back with the
    /// text that it had.
    pub to: VersionNumber,
    /// The headline before.
    pub old_title: String,
    /// The headline after.
    pub new_title: String,
    /// When the old text was seen last: the change happened later.
    pub earliest_at: DateTime<Utc>,
    /// When the new text was seen first: the change had happened.
    pub latest_at: DateTime<Utc>,
    /// What was counted.
    pub stats: Stats,
    /// The kinds of change.
    pub kinds: Kinds,
    /// Whether only the extractor changed.
    pub is_technical: bool,
}

/// One page of a list of changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeList {
    /// The changes, the latest first.
    pub changes: Vec<Change>,
    /// Whether there are more behind them.
    pub has_more: bool,
}

/// A change to be stored.
pub(crate) struct NewChange<'a> {
    pub(crate) article: ArticleId,
    pub(crate) from_sighting: i32,
    /// The next one; of a removal, the same.
    pub(crate) to_sighting: i32,
    pub(crate) from_version: i32,
    pub(crate) to_version: i32,
    pub(crate) earliest_at: DateTime<Utc>,
    pub(crate) latest_at: DateTime<Utc>,
    pub(crate) is_reversion: bool,
    /// Whether the same bytes were read anew.
    pub(crate) is_upgrade: bool,
    pub(crate) difference: &'a Difference,
}

/// Stores a change under the article's next number, and a message about it for each webhook that
/// asks for such changes, by one statement; says whether readers are shown it.
pub(crate) async fn insert(
    connection: &mut PgConnection,
    new: NewChange<'_>,
) -> Result<bool, StoreError> {
    let mut kinds = new.difference.kinds.clone();
    let is_technical = kinds.contains(&Kind::Technical);
    if new.is_reversion && !is_technical {
        kinds.insert(Kind::Reversion);
        if passages_between(connection, &new).await? + 1 >= VARIANT_PASSAGES {
            kinds.insert(Kind::Variant);
        }
    }
    let kinds: Vec<String> = kinds.into_iter().map(|kind| kind.as_str().to_owned()).collect();
    let stats = new.difference.stats;
    sqlx::query!(
        r#"
        with added as (
            insert into change
                (article_id, number, from_sighting, to_sighting, from_version, to_version,
                 earliest_at, latest_at, words_added, words_removed, paragraphs_edited,
                 paragraphs_added, paragraphs_removed, paragraphs_moved, kinds, is_reversion,
                 is_technical, is_upgrade, source_id)
            select $1, coalesce(max(number) + 1, 0), $2, $3, $4, $5, $6, $7, $8, $9, $10, $11,
                $12, $13, $14, $15, $16, $17,
                (select source_id from article where id = $1)
            from change
            where article_id = $1
            returning article_id, number, source_id, latest_at, kinds, words_changed, is_technical
        )
        insert into webhook_delivery (webhook_id, article_id, change, happened_at, due_at)
        select asking.id, added.article_id, added.number, added.latest_at, added.latest_at
        from added
        cross join lateral (
            select webhook.id
            from webhook
            where webhook.paused_at is null
                and (webhook.source_id is null or webhook.source_id = added.source_id)
                and (webhook.kinds is null or webhook.kinds && added.kinds)
                and webhook.min_words <= added.words_changed
            -- One that is being removed is not waited for, and not referred to.
            for key share skip locked
        ) as asking
        where not added.is_technical
            and exists (
                select
                from article
                where article.id = added.article_id
                    and article.state <> 'hidden'
                    and article.observer is null
            )
        "#,
        new.article.get(),
        new.from_sighting,
        new.to_sighting,
        new.from_version,
        new.to_version,
        new.earliest_at,
        new.latest_at,
        row::capped(stats.words_added),
        row::capped(stats.words_removed),
        row::capped(stats.paragraphs_edited),
        row::capped(stats.paragraphs_added),
        row::capped(stats.paragraphs_removed),
        row::capped(stats.paragraphs_moved),
        &kinds,
        new.is_reversion,
        is_technical,
        new.is_upgrade,
    )
    .execute(connection)
    .await?;
    Ok(!is_technical)
}

/// How often the article already passed between these two texts, in either direction.
async fn passages_between(
    connection: &mut PgConnection,
    new: &NewChange<'_>,
) -> Result<i64, StoreError> {
    let passages = sqlx::query_scalar!(
        r#"
        select count(*) as "count!"
        from change
        where article_id = $1
            and not is_technical
            and ((from_version = $2 and to_version = $3) or (from_version = $3 and to_version = $2))
        "#,
        new.article.get(),
        new.from_version,
        new.to_version,
    )
    .fetch_one(connection)
    .await?;
    Ok(passages)
}

struct ChangeRow {
    article_id: i64,
    number: i32,
    source_name: String,
    source_slug: String,
    from_version: i32,
    to_version: i32,
    old_title: String,
    new_title: String,
    earliest_at: DateTime<Utc>,
    latest_at: DateTime<Utc>,
    words_added: i32,
    words_removed: i32,
    paragraphs_edited: i32,
    paragraphs_added: i32,
    paragraphs_removed: i32,
    paragraphs_moved: i32,
    kinds: Vec<String>,
    is_technical: bool,
}

impl TryFrom<ChangeRow> for Change {
    type Error = StoreError;

    fn try_from(change: ChangeRow) -> Result<Self, StoreError> {
        Ok(Self {
            article: row::id(change.article_id)?,
            number: row::count(change.number),
            source_name: change.source_name,
            source_slug: change.source_slug,
            from: row::version(change.from_version)?,
            to: row::version(change.to_version)?,
            old_title: change.old_title,
            new_title: change.new_title,
            earliest_at: change.earliest_at,
            latest_at: change.latest_at,
            stats: Stats {
                words_added: row::count(change.words_added),
                words_removed: row::count(change.words_removed),
                paragraphs_edited: row::count(change.paragraphs_edited),
                paragraphs_added: row::count(change.paragraphs_added),
                paragraphs_removed: row::count(change.paragraphs_removed),
                paragraphs_moved: row::count(change.paragraphs_moved),
            },
            kinds: row::kinds(&change.kinds)?,
            is_technical: change.is_technical,
        })
    }
}

impl Change {
    /// What the database knows it by: its article and its number there.
    pub(crate) fn key(&self) -> (i64, i32) {
        (self.article.get(), row::capped(self.number))
    }
}

impl ChangeList {
    /// A page of `limit` changes, of rows that are one more where there is a next page.
    fn of(rows: Vec<ChangeRow>, limit: u32) -> Result<Self, StoreError> {
        let has_more = rows.len() > limit as usize;
        let changes = rows.into_iter().take(limit as usize).map(Change::try_from);
        Ok(Self { changes: changes.collect::<Result<_, _>>()?, has_more })
    }
}

impl Store {
    /// The changes of all articles that may be shown, the latest first, technical ones left out:
    /// `limit` of them after `offset`.
    pub async fn latest_changes(&self, offset: u32, limit: u32) -> Result<ChangeList, StoreError> {
        let rows = sqlx::query_as!(
            ChangeRow,
            r#"
            select change.article_id, change.number,
                source.name as source_name, source.slug as source_slug,
                from_version, to_version, older.title as old_title, newer.title as new_title,
                earliest_at, latest_at, words_added, words_removed, paragraphs_edited,
                paragraphs_added, paragraphs_removed, paragraphs_moved, kinds, is_technical
            from change
            join article on article.id = change.article_id
            join source on source.id = article.source_id
            join version as older on older.article_id = change.article_id
                and older.number = from_version
            join version as newer on newer.article_id = change.article_id
                and newer.number = to_version
            where article.state <> 'hidden'
                and article.observer is null
                and not is_technical
            order by latest_at desc, change.article_id desc, change.number desc
            offset $1
            limit $2
            "#,
            i64::from(offset),
            i64::from(limit) + 1,
        )
        .fetch_all(&self.pool)
        .await?;
        ChangeList::of(rows, limit)
    }

    /// The changes of one article that may be shown, the latest first, technical ones included.
    pub async fn changes(&self, article: ArticleId) -> Result<Vec<Change>, StoreError> {
        let rows = sqlx::query_as!(
            ChangeRow,
            r#"
            select change.article_id, change.number,
                source.name as source_name, source.slug as source_slug,
                from_version, to_version, older.title as old_title, newer.title as new_title,
                earliest_at, latest_at, words_added, words_removed, paragraphs_edited,
                paragraphs_added, paragraphs_removed, paragraphs_moved, kinds, is_technical
            from change
            join article on article.id = change.article_id
            join source on source.id = article.source_id
            join version as older on older.article_id = change.article_id
                and older.number = from_version
            join version as newer on newer.article_id = change.article_id
                and newer.number = to_version
            where article.state <> 'hidden'
                and change.article_id = $1
            order by change.number desc
            "#,
            article.get(),
        )
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter().map(Change::try_from).collect()
    }
}
