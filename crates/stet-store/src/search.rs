//! Search: the passages in which a query is found, what happened last first.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use stet_core::search::Language;
use stet_core::{ArticleId, Kinds, VersionNumber};

use crate::browsing::{self, Span};
use crate::passage::{self, Field, PassageState};
use crate::{Store, StoreError, row};

/// What is searched for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchFilter {
    /// What is to be found, in the notation of [`Query::tsquery`](stet_core::search::Query::tsquery).
    pub tsquery: String,
    /// Only what stands, or only what no longer does; `None`: whatever ever stood.
    pub state: Option<PassageState>,
    /// When it came or went.
    pub span: Span,
    /// Of which kinds the change was by which it came or went, any of these; empty: of any kind, or
    /// it stood from the beginning.
    pub kinds: Kinds,
    /// How many words that change added and removed at least; 0 as above.
    pub min_words: u32,
}

impl SearchFilter {
    /// The kinds as a statement takes them.
    fn kind_words(&self) -> Option<Vec<String>> {
        let words: Vec<String> = self.kinds.iter().map(|kind| kind.as_str().to_owned()).collect();
        (!words.is_empty()).then_some(words)
    }

    /// The least number of words as a statement takes it.
    fn least_words(&self) -> Option<i32> {
        (self.min_words > 0).then(|| row::capped(self.min_words))
    }
}

/// A place in a list of hits: those behind it are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HitCursor {
    /// When what happened last happened.
    pub moved_at: DateTime<Utc>,
    /// The article.
    pub article: ArticleId,
    /// The field's code: its place among the fields.
    pub field: i16,
    /// The passage's number within its field.
    pub number: i32,
}

/// A passage that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// Where it stands in the list.
    pub cursor: HitCursor,
    /// The article.
    pub article: ArticleId,
    /// The article's latest headline.
    pub title: Option<String>,
    /// Its publisher's name.
    pub source_name: String,
    /// Its publisher's name in addresses.
    pub source_slug: String,
    /// What part of the article it is.
    pub field: Field,
    /// By whose stems it was found.
    pub language: Option<Language>,
    /// The passage.
    pub text: String,
    /// What became of it.
    pub state: PassageState,
    /// The version that stood before it came; `None` where it stood from the beginning.
    pub came_from: Option<VersionNumber>,
    /// The version in which it came.
    pub came_in: VersionNumber,
    /// Its place among the paragraphs of that version, from 1.
    pub came_place: Option<u32>,
    /// When it was seen first.
    pub came_at: DateTime<Utc>,
    /// The last version that had it.
    pub went_from: Option<VersionNumber>,
    /// Its place among the paragraphs of that version, from 1.
    pub went_place: Option<u32>,
    /// The version that came without it; `None` where the article was taken away as a whole.
    pub went_in: Option<VersionNumber>,
    /// When it was first seen to be gone.
    pub went_at: Option<DateTime<Utc>>,
}

/// One page of what was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HitList {
    /// The passages, what happened last first.
    pub hits: Vec<Hit>,
    /// Where the list goes on, if it does.
    pub next: Option<HitCursor>,
}

/// What a search came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Searched {
    /// What was found.
    Found(HitList),
    /// It would have taken too long: its words are too common to be found together.
    TooBroad,
}

struct HitRow {
    article_id: i64,
    field: i16,
    number: i32,
    language: Option<String>,
    state: String,
    came_from: Option<i32>,
    came_in: i32,
    came_place: Option<i32>,
    came_at: DateTime<Utc>,
    went_from: Option<i32>,
    went_place: Option<i32>,
    went_in: Option<i32>,
    went_at: Option<DateTime<Utc>>,
    moved_at: DateTime<Utc>,
    title: Option<String>,
    source_name: String,
    source_slug: String,
    text: String,
}

impl TryFrom<HitRow> for Hit {
    type Error = StoreError;

    fn try_from(hit: HitRow) -> Result<Self, StoreError> {
        let article = row::id(hit.article_id)?;
        let cursor =
            HitCursor { moved_at: hit.moved_at, article, field: hit.field, number: hit.number };
        Ok(Self {
            cursor,
            article,
            title: hit.title,
            source_name: hit.source_name,
            source_slug: hit.source_slug,
            field: passage::field(hit.field)?,
            language: hit.language.as_deref().and_then(Language::of_code),
            text: hit.text,
            state: passage::state(&hit.state)?,
            came_from: passage::version(hit.came_from)?,
            came_in: row::version(hit.came_in)?,
            came_place: hit.came_place.map(row::count),
            came_at: hit.came_at,
            went_from: passage::version(hit.went_from)?,
            went_place: hit.went_place.map(row::count),
            went_in: passage::version(hit.went_in)?,
            went_at: hit.went_at,
        })
    }
}

impl HitList {
    /// A page of `limit` hits, of rows that are one more where there is a next page.
    fn of(rows: Vec<HitRow>, limit: u32) -> Result<Self, StoreError> {
        let has_more = rows.len() > limit as usize;
        let hits = rows.into_iter().take(limit as usize).map(Hit::try_from);
        let hits: Vec<Hit> = hits.collect::<Result<_, _>>()?;
        let next = hits.last().filter(|_| has_more).map(|hit| hit.cursor);
        Ok(Self { hits, next })
    }
}

/// How many passages are looked at, in the order of the list, before the index is asked.
const GLANCE: i64 = 2_000;

/// Chooses how passages are found: where a glance at the next ones already fills a page, by walking on in
/// their order; otherwise by the index of words. Postgres' own guess is too often wrong: it takes each
/// of the many stems that a word may have for as common as the rarest one that it counted. Says whether
/// they are common.
async fn choose_way(
    connection: &mut PgConnection,
    filter: &SearchFilter,
    behind: Option<HitCursor>,
    limit: u32,
) -> Result<bool, StoreError> {
    let near = sqlx::query_scalar!(
        r#"
        select count(*) as "count!"
        from (
            select search, article_id, moved_at
            from passage
            where ($2::text is null or passage.state = $2)
                and ($3::timestamptz is null or moved_at >= $3)
                and ($4::timestamptz is null or moved_at < $4)
                and ($5::timestamptz is null
                    or (moved_at, article_id, field, number)
                        < ($5, $6::bigint, $7::smallint, $8::integer))
            order by moved_at desc, article_id desc, field desc, number desc
            limit $9
        ) as near
        where search @@ $1::text::tsquery
            and ($10::text[] is null and $11::integer is null
                or exists (
                    select
                    from change
                    where change.article_id = near.article_id
                        and change.latest_at = near.moved_at
                        and not is_technical
                        and ($10::text[] is null or kinds && $10)
                        and ($11::integer is null or words_changed >= $11)
                ))
        "#,
        filter.tsquery,
        filter.state.map(PassageState::as_str),
        filter.span.since,
        filter.span.until,
        behind.map(|cursor| cursor.moved_at),
        behind.map(|cursor| cursor.article.get()),
        behind.map(|cursor| cursor.field),
        behind.map(|cursor| cursor.number),
        GLANCE,
        filter.kind_words() as Option<Vec<String>>,
        filter.least_words() as Option<i32>,
    )
    .fetch_one(&mut *connection)
    .await?;
    let is_common = near > i64::from(limit);
    sqlx::query!(
        r#"
        select set_config('enable_seqscan', 'off', true) as whole,
            set_config('enable_indexscan', $1, true) as in_order,
            set_config('enable_bitmapscan', $2, true) as by_words
        "#,
        if is_common { "on" } else { "off" },
        if is_common { "off" } else { "on" },
    )
    .fetch_one(connection)
    .await?;
    Ok(is_common)
}

impl Store {
    /// Searches all articles that may be shown: `limit` passages behind a place in the list.
    pub async fn search(
        &self,
        filter: &SearchFilter,
        behind: Option<HitCursor>,
        limit: u32,
    ) -> Result<Searched, StoreError> {
        let mut transaction = self.pool.begin().await?;
        browsing::prepare(&mut transaction).await?;
        let is_common = match choose_way(&mut transaction, filter, behind, limit).await {
            Err(StoreError::Unavailable(error)) if browsing::took_too_long(&error) => {
                return Ok(Searched::TooBroad);
            }
            chosen => chosen?,
        };
        // By words, no index of states is asked besides: it would list all that is gone.
        let found = sqlx::query_as!(
            HitRow,
            r#"
            with found as materialized (
                select article_id, field, number, language, passage.state, came_from, came_in,
                    came_at, went_from, went_in, went_at, moved_at
                from passage
                where search @@ $1::text::tsquery
                    and not exists (
                        select
                        from article as hidden
                        where hidden.id = passage.article_id
                            and (hidden.state = 'hidden' or hidden.observer is not null)
                    )
                    and ($2::text is null
                        or ($10::boolean and passage.state = $2)
                        or (not $10 and passage.state || '' = $2))
                    and ($3::timestamptz is null or moved_at >= $3)
                    and ($4::timestamptz is null or moved_at < $4)
                    and ($5::timestamptz is null
                        or (moved_at, article_id, field, number) < ($5, $6::bigint, $7::smallint, $8::integer))
                    and ($11::text[] is null and $12::integer is null
                        or exists (
                            select
                            from change
                            where change.article_id = passage.article_id
                                and change.latest_at = passage.moved_at
                                and not is_technical
                                and ($11::text[] is null or kinds && $11)
                                and ($12::integer is null or words_changed >= $12)
                        ))
                order by moved_at desc, article_id desc, field desc, number desc
                limit $9
            )
            select found.article_id as "article_id!", field as "field!", found.number as "number!",
                found.language, found.state as "state!", came_from, came_in as "came_in!",
                came_at as "came_at!", went_from, went_in, went_at, moved_at as "moved_at!",
                article.title, source.name as source_name, source.slug as source_slug,
                array_position(came.paragraphs, found.number) as came_place,
                array_position(went.paragraphs, found.number) as went_place,
                coalesce(
                    paragraph.text,
                    case field
                        when 0 then version.title
                        when 1 then version.standfirst
                        else version.lead_caption
                    end,
                    ''
                ) as "text!"
            from found
            join article on article.id = found.article_id
            join source on source.id = article.source_id
            left join paragraph on field = 3
                and paragraph.article_id = found.article_id
                and paragraph.number = found.number
            left join version on field < 3
                and version.article_id = found.article_id
                and version.number = found.number
            left join version as came on field = 3
                and came.article_id = found.article_id
                and came.number = found.came_in
            left join version as went on field = 3
                and went.article_id = found.article_id
                and went.number = found.went_from
            order by moved_at desc, found.article_id desc, field desc, found.number desc
            "#,
            filter.tsquery,
            filter.state.map(PassageState::as_str),
            filter.span.since,
            filter.span.until,
            behind.map(|cursor| cursor.moved_at),
            behind.map(|cursor| cursor.article.get()),
            behind.map(|cursor| cursor.field),
            behind.map(|cursor| cursor.number),
            i64::from(limit) + 1,
            is_common,
            filter.kind_words() as Option<Vec<String>>,
            filter.least_words() as Option<i32>,
        )
        .fetch_all(&mut *transaction)
        .await;
        let rows = match found {
            Err(error) if browsing::took_too_long(&error) => return Ok(Searched::TooBroad),
            found => found?,
        };
        transaction.commit().await?;
        Ok(Searched::Found(HitList::of(rows, limit)?))
    }
}

#[cfg(test)]
mod tests;
