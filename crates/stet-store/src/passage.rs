//! Passages: what is searched, each with its life, kept in step with the sightings of its article.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use stet_core::search::{self, Language};
use stet_core::{ArticleId, VersionNumber};

use crate::{Store, StoreError, row};

/// What part of an article a passage is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    /// A headline.
    Headline,
    /// The summary between headline and body.
    Standfirst,
    /// What stands under the picture at its head.
    Caption,
    /// A paragraph of the body.
    Paragraph,
}

impl Field {
    /// All of them, in the order of their codes.
    pub(crate) const ALL: [Self; 4] =
        [Self::Headline, Self::Standfirst, Self::Caption, Self::Paragraph];

    /// The field's code in the database.
    pub(crate) const fn code(self) -> i16 {
        self as i16
    }
}

/// What became of a passage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PassageState {
    /// It is in the text that stands.
    Standing,
    /// The newspaper took it out, or the whole article.
    Gone,
    /// Stet's own reading left it out.
    Unread,
}

impl PassageState {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Standing => "standing",
            Self::Gone => "gone",
            Self::Unread => "unread",
        }
    }
}

/// From one text to the next.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Step {
    /// The version that stood; `None` before the first one and after a removal.
    pub(crate) from: Option<i32>,
    /// The version that stands now.
    pub(crate) to: i32,
    /// When it was seen first.
    pub(crate) at: DateTime<Utc>,
    /// Whether only Stet's reading changed.
    pub(crate) is_technical: bool,
}

// The index `article_unsearched` and the query that reads it name the revision.
const _: () = assert!(search::REVISION == 1);

/// A passage's key within its article.
type Key = (i16, i32);

/// What a version is made of.
struct Parts {
    fields: [Option<String>; 3],
    language: Option<String>,
    paragraphs: Vec<i32>,
}

/// Ends the lives of what the next text lacks, and begins those of what it has. An article that waits
/// to be written anew as a whole is left to that.
pub(crate) async fn follow(
    connection: &mut PgConnection,
    article: ArticleId,
    step: Step,
) -> Result<(), StoreError> {
    let Some(source) = indexed_source(connection, article).await? else { return Ok(()) };
    take_step(connection, article, source, step).await
}

/// Ends the lives of all that stands: the article was taken away.
pub(crate) async fn end(
    connection: &mut PgConnection,
    article: ArticleId,
    version: i32,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query!(
        r#"
        update passage
        set state = 'gone', went_from = $2, went_in = null, went_at = $3, moved_at = $3
        where article_id = $1
            and state = 'standing'
        "#,
        article.get(),
        version,
        at,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Writes an article's passages anew, step by step as its sightings went. The caller holds the
/// article's lock.
pub(crate) async fn rebuild(
    connection: &mut PgConnection,
    article: ArticleId,
) -> Result<(), StoreError> {
    sqlx::query!("delete from passage where article_id = $1", article.get())
        .execute(&mut *connection)
        .await?;
    let source = sqlx::query_scalar!(
        "update article set search_revision = $2 where id = $1 returning source_id",
        article.get(),
        search::REVISION,
    )
    .fetch_one(&mut *connection)
    .await?;
    let sightings = sqlx::query!(
        r#"
        select sighting.version, sighting.first_seen_at,
            coalesce(bool_or(is_technical) filter (where from_sighting < to_sighting), false)
                as "is_technical!",
            max(latest_at) filter (where from_sighting = to_sighting) as gone_at
        from sighting
        left join change on change.article_id = sighting.article_id
            and change.to_sighting = sighting.number
        where sighting.article_id = $1
        group by sighting.article_id, sighting.number
        order by sighting.number
        "#,
        article.get(),
    )
    .fetch_all(&mut *connection)
    .await?;
    let mut from = None;
    for sighting in sightings {
        let step = Step {
            from,
            to: sighting.version,
            at: sighting.first_seen_at,
            is_technical: sighting.is_technical,
        };
        take_step(connection, article, source, step).await?;
        from = Some(sighting.version);
        if let Some(gone_at) = sighting.gone_at {
            end(connection, article, sighting.version, gone_at).await?;
            from = None;
        }
    }
    Ok(())
}

/// The source of an article whose passages are written by the present revision.
async fn indexed_source(
    connection: &mut PgConnection,
    article: ArticleId,
) -> Result<Option<i64>, StoreError> {
    let source = sqlx::query_scalar!(
        "select source_id from article where id = $1 and search_revision = $2",
        article.get(),
        search::REVISION,
    )
    .fetch_optional(connection)
    .await?;
    Ok(source)
}

async fn take_step(
    connection: &mut PgConnection,
    article: ArticleId,
    source: i64,
    step: Step,
) -> Result<(), StoreError> {
    if step.from == Some(step.to) {
        return Ok(());
    }
    let mut parts = parts(connection, article, step).await?;
    let old = step.from.and_then(|from| parts.remove(&from));
    let Some(new) = parts.remove(&step.to) else { return Ok(()) };
    let (mut before, mut after) = (BTreeSet::new(), BTreeSet::new());
    if old.as_ref().is_none_or(|old| old.fields != new.fields) {
        if let Some(old) = &old {
            before.extend(field_keys(connection, article, old).await?);
        }
        after.extend(field_keys(connection, article, &new).await?);
    }
    let paragraph_key = |number: &i32| (Field::Paragraph.code(), *number);
    before.extend(old.iter().flat_map(|old| &old.paragraphs).map(paragraph_key));
    after.extend(new.paragraphs.iter().map(paragraph_key));
    let went: Vec<Key> = before.difference(&after).copied().collect();
    let came: Vec<Key> = after.difference(&before).copied().collect();
    take_out(connection, article, step, &went).await?;
    put_in(connection, article, source, step, &new, &came).await
}

/// What the versions of a step are made of.
async fn parts(
    connection: &mut PgConnection,
    article: ArticleId,
    step: Step,
) -> Result<HashMap<i32, Parts>, StoreError> {
    let numbers: Vec<i32> = step.from.into_iter().chain([step.to]).collect();
    let versions = sqlx::query!(
        r#"
        select number, title, standfirst, lead_caption, language, paragraphs
        from version
        where article_id = $1
            and number = any($2)
        "#,
        article.get(),
        &numbers,
    )
    .fetch_all(connection)
    .await?;
    let parts = versions.into_iter().map(|version| {
        let parts = Parts {
            fields: [Some(version.title), version.standfirst, version.lead_caption],
            language: version.language,
            paragraphs: version.paragraphs,
        };
        (version.number, parts)
    });
    Ok(parts.collect())
}

/// The keys of a version's headline, standfirst and caption.
async fn field_keys(
    connection: &mut PgConnection,
    article: ArticleId,
    parts: &Parts,
) -> Result<Vec<Key>, StoreError> {
    let [title, standfirst, caption] = &parts.fields;
    let firsts = sqlx::query!(
        r#"
        select min(number) filter (where title = $2) as title,
            min(number) filter (where standfirst = $3) as standfirst,
            min(number) filter (where lead_caption = $4) as caption
        from version
        where article_id = $1
        "#,
        article.get(),
        title.as_deref(),
        standfirst.as_deref(),
        caption.as_deref(),
    )
    .fetch_one(connection)
    .await?;
    let firsts = [firsts.title, firsts.standfirst, firsts.caption];
    Ok(Field::ALL
        .into_iter()
        .zip(firsts)
        .filter_map(|(field, first)| Some((field.code(), first?)))
        .collect())
}

async fn take_out(
    connection: &mut PgConnection,
    article: ArticleId,
    step: Step,
    went: &[Key],
) -> Result<(), StoreError> {
    if went.is_empty() {
        return Ok(());
    }
    let state = if step.is_technical { PassageState::Unread } else { PassageState::Gone };
    let (fields, numbers): (Vec<i16>, Vec<i32>) = went.iter().copied().unzip();
    sqlx::query!(
        r#"
        update passage
        set state = $2, went_from = $3, went_in = $4, went_at = $5, moved_at = $5
        from unnest($6::smallint[], $7::integer[]) as key (field, number)
        where article_id = $1
            and passage.field = key.field
            and passage.number = key.number
        "#,
        article.get(),
        state.as_str(),
        step.from,
        step.to,
        step.at,
        &fields,
        &numbers,
    )
    .execute(connection)
    .await?;
    Ok(())
}

async fn put_in(
    connection: &mut PgConnection,
    article: ArticleId,
    source: i64,
    step: Step,
    new: &Parts,
    came: &[Key],
) -> Result<(), StoreError> {
    if came.is_empty() {
        return Ok(());
    }
    let numbers: Vec<i32> = came
        .iter()
        .filter(|(field, _)| *field == Field::Paragraph.code())
        .map(|(_, number)| *number)
        .collect();
    let paragraphs = sqlx::query!(
        r#"
        select number, text
        from paragraph
        where article_id = $1
            and number = any($2)
        order by number
        "#,
        article.get(),
        &numbers,
    )
    .fetch_all(&mut *connection)
    .await?;
    let language = language(
        connection,
        article,
        new,
        paragraphs.iter().map(|paragraph| paragraph.text.as_str()),
    )
    .await?;
    let mut columns: (Vec<i16>, Vec<i32>, Vec<String>) = Default::default();
    let mut push = |key: Key, text: &str| {
        columns.0.push(key.0);
        columns.1.push(key.1);
        columns.2.push(search::document(text, language, source));
    };
    for paragraph in &paragraphs {
        push((Field::Paragraph.code(), paragraph.number), &paragraph.text);
    }
    for (field, number) in came {
        let text = usize::try_from(*field).ok().and_then(|field| new.fields.get(field));
        if let Some(text) = text.and_then(Option::as_deref) {
            push((*field, *number), text);
        }
    }
    sqlx::query!(
        r#"
        insert into passage
            (article_id, field, number, language, search, state, came_from, came_in, came_at,
             moved_at)
        select $1, field, number, $2, search::tsvector, 'standing', $3, $4, $5, $5
        from unnest($6::smallint[], $7::integer[], $8::text[]) as new (field, number, search)
        on conflict (article_id, field, number) do update
        set state = 'standing', came_from = excluded.came_from, came_in = excluded.came_in,
            came_at = excluded.came_at, moved_at = excluded.moved_at,
            went_from = null, went_in = null, went_at = null
        "#,
        article.get(),
        language.map(Language::code),
        step.from.filter(|_| !step.is_technical),
        step.to,
        step.at,
        &columns.0,
        &columns.1,
        &columns.2,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// The language of an article: that of its first text, which tells it better than a paragraph.
async fn language<'t>(
    connection: &mut PgConnection,
    article: ArticleId,
    new: &'t Parts,
    paragraphs: impl Iterator<Item = &'t str>,
) -> Result<Option<Language>, StoreError> {
    let known = sqlx::query_scalar!(
        "select language from passage where article_id = $1 limit 1",
        article.get(),
    )
    .fetch_optional(connection)
    .await?;
    if let Some(code) = known {
        return Ok(code.as_deref().and_then(Language::of_code));
    }
    let title = new.fields.iter().flatten().map(String::as_str);
    Ok(Language::of_text(new.language.as_deref(), paragraphs.chain(title)))
}

/// Reads a field's code.
pub(crate) fn field(code: i16) -> Result<Field, StoreError> {
    Field::ALL
        .into_iter()
        .find(|field| field.code() == code)
        .ok_or_else(|| StoreError::corrupt("field", code))
}

/// Reads a state's word.
pub(crate) fn state(word: &str) -> Result<PassageState, StoreError> {
    [PassageState::Standing, PassageState::Gone, PassageState::Unread]
        .into_iter()
        .find(|state| state.as_str() == word)
        .ok_or_else(|| StoreError::corrupt("state of a passage", word))
}

/// Reads the number of a version that may be missing.
pub(crate) fn version(number: Option<i32>) -> Result<Option<VersionNumber>, StoreError> {
    number.map(row::version).transpose()
}

impl Store {
    /// Writes the passages of up to `limit` articles that an earlier revision of the search wrote, or
    /// nobody yet; returns how many there were. Each article is a transaction of its own, so that
    /// whoever is stopped goes on where it was; several may do this at once.
    pub async fn index_waiting(&self, limit: u32) -> Result<usize, StoreError> {
        let waiting = sqlx::query_scalar!(
            r#"
            select id
            from article
            where search_revision < 1
                and observer is null
            order by search_revision, id
            limit $1
            "#,
            i64::from(limit),
        )
        .fetch_all(&self.pool)
        .await?;
        for &id in &waiting {
            let mut transaction = self.pool.begin().await?;
            let locked = sqlx::query_scalar!(
                "select id from article where id = $1 and search_revision < $2 for update",
                id,
                search::REVISION,
            )
            .fetch_optional(&mut *transaction)
            .await?;
            if locked.is_some() {
                rebuild(&mut transaction, row::id(id)?).await?;
                transaction.commit().await?;
            }
        }
        Ok(waiting.len())
    }
}
