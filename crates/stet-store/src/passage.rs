//! Passages: what is searched, each with its life, kept in step with the sightings of its article.

use std::borrow::Cow;
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

/// Texts of paragraphs by their numbers.
pub(crate) type Texts<'t> = HashMap<i32, &'t str>;

/// Ends the lives of what the next text lacks, and begins those of what it has; `texts` are those of
/// its paragraphs that are at hand. An article that waits to be written anew as a whole is left to
/// that.
pub(crate) async fn follow(
    connection: &mut PgConnection,
    article: ArticleId,
    step: Step,
    texts: &Texts<'_>,
) -> Result<(), StoreError> {
    if step.from == Some(step.to) {
        return Ok(());
    }
    let Some(Between { old, new, source, is_told, language }) =
        between(connection, article, step).await?
    else {
        return Ok(());
    };
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
    if came.is_empty() {
        return Ok(());
    }
    let passages = passages(connection, article, &new, &came, texts).await?;
    let language = if is_told { language } else { language_of(&new, &passages) };
    put_in(connection, article, source, step, language, &passages).await
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
    sqlx::query!(
        "update article set search_revision = $2 where id = $1",
        article.get(),
        search::REVISION,
    )
    .execute(&mut *connection)
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
        follow(connection, article, step, &Texts::new()).await?;
        from = Some(sighting.version);
        if let Some(gone_at) = sighting.gone_at {
            end(connection, article, sighting.version, gone_at).await?;
            from = None;
        }
    }
    Ok(())
}

/// The language of a first text.
fn language_of(new: &Parts, passages: &[(Key, Cow<'_, str>)]) -> Option<Language> {
    let (paragraphs, fields): (Vec<_>, Vec<_>) =
        passages.iter().partition(|((field, _), _)| *field == Field::Paragraph.code());
    let texts = paragraphs.into_iter().chain(fields).map(|(_, text)| text.as_ref());
    Language::of_text(new.language.as_deref(), texts)
}

/// What a step leads from and to.
struct Between {
    old: Option<Parts>,
    new: Parts,
    source: i64,
    /// Whether the article's language is told: that is done once, of its first text, which tells it
    /// better than a paragraph.
    is_told: bool,
    /// That language; of some texts it cannot be told.
    language: Option<Language>,
}

/// Reads what a step leads between; `None` where the article's passages wait to be written anew.
async fn between(
    connection: &mut PgConnection,
    article: ArticleId,
    step: Step,
) -> Result<Option<Between>, StoreError> {
    let numbers: Vec<i32> = step.from.into_iter().chain([step.to]).collect();
    let versions = sqlx::query!(
        r#"
        select version.number, version.title, standfirst, lead_caption, version.language,
            paragraphs, article.source_id, known.language as told_language,
            known.article_id is not null as "is_told!"
        from article
        join version on version.article_id = article.id
        left join lateral (
            select passage.article_id, passage.language
            from passage
            where passage.article_id = $1
            limit 1
        ) as known on true
        where article.id = $1
            and article.search_revision = $3
            and version.number = any($2)
        "#,
        article.get(),
        &numbers,
        search::REVISION,
    )
    .fetch_all(connection)
    .await?;
    let (mut old, mut between) = (None, None);
    for version in versions {
        let parts = Parts {
            fields: [Some(version.title), version.standfirst, version.lead_caption],
            language: version.language,
            paragraphs: version.paragraphs,
        };
        if version.number == step.to {
            between = Some(Between {
                old: None,
                new: parts,
                source: version.source_id,
                is_told: version.is_told,
                language: version.told_language.as_deref().and_then(Language::of_code),
            });
        } else {
            old = Some(parts);
        }
    }
    Ok(between.map(|between| Between { old, ..between }))
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

/// The texts of the passages that come.
async fn passages<'t>(
    connection: &mut PgConnection,
    article: ArticleId,
    new: &'t Parts,
    came: &[Key],
    texts: &Texts<'t>,
) -> Result<Vec<(Key, Cow<'t, str>)>, StoreError> {
    let mut passages = Vec::new();
    let mut unread = Vec::new();
    for key in came {
        if key.0 != Field::Paragraph.code() {
            let text = usize::try_from(key.0).ok().and_then(|field| new.fields.get(field));
            let text = text.and_then(Option::as_deref);
            passages.extend(text.map(|text| (*key, Cow::Borrowed(text))));
        } else if let Some(text) = texts.get(&key.1) {
            passages.push((*key, Cow::Borrowed(*text)));
        } else {
            unread.push(key.1);
        }
    }
    if !unread.is_empty() {
        let read = sqlx::query!(
            "select number, text from paragraph where article_id = $1 and number = any($2)",
            article.get(),
            &unread,
        )
        .fetch_all(connection)
        .await?;
        let key = |number| (Field::Paragraph.code(), number);
        passages.extend(read.into_iter().map(|read| (key(read.number), read.text.into())));
    }
    passages.sort_unstable_by_key(|(key, _)| *key);
    Ok(passages)
}

async fn put_in(
    connection: &mut PgConnection,
    article: ArticleId,
    source: i64,
    step: Step,
    language: Option<Language>,
    passages: &[(Key, Cow<'_, str>)],
) -> Result<(), StoreError> {
    let fields: Vec<i16> = passages.iter().map(|((field, _), _)| *field).collect();
    let numbers: Vec<i32> = passages.iter().map(|((_, number), _)| *number).collect();
    let documents: Vec<String> =
        passages.iter().map(|(_, text)| search::document(text, language, source)).collect();
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
        &fields,
        &numbers,
        &documents,
    )
    .execute(connection)
    .await?;
    Ok(())
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
