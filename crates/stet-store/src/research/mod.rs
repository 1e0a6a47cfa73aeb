//! Histories for studies: articles in the order of their identifiers, and the versions of each, a
//! few at a time, so that however much is read, little of it is held.

mod newsedits;
#[cfg(test)]
mod tests;

use chrono::{DateTime, Utc};
use stet_core::{Address, ArticleId, ArticleText, VersionNumber};

use crate::{Store, StoreError, StoredVersion, row};

pub use newsedits::{NewsEdits, Pair};

/// Which articles are read; hidden ones never are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StudyScope {
    /// Of the source with this name in addresses.
    pub source: Option<String>,
    /// First seen at this time or later.
    pub from: Option<DateTime<Utc>>,
    /// First seen before this time.
    pub to: Option<DateTime<Utc>>,
    /// Whether also histories that others observed.
    pub with_observed: bool,
}

/// An article with a history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StudiedArticle {
    /// Its identifier.
    pub id: ArticleId,
    /// Where it stands.
    pub address: Address,
    /// Its publisher's name.
    pub source_name: String,
    /// The same in addresses.
    pub source_slug: String,
    /// When it was seen first.
    pub first_seen_at: DateTime<Utc>,
    /// Whether its publisher took it away.
    pub is_removed: bool,
    /// Who saw its versions, where it was not Stet.
    pub observer: Option<String>,
    /// The article whose earlier history this is, or that it turned out to be.
    pub part_of: Option<ArticleId>,
}

/// A version with its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StudiedVersion {
    /// The version.
    pub version: StoredVersion,
    /// Whether it never came by a change of the publisher's: only Stet read the page otherwise than
    /// before.
    pub is_technical: bool,
}

impl Store {
    /// Up to `limit` articles with versions behind `after`, by their identifiers.
    pub async fn studied_articles(
        &self,
        scope: &StudyScope,
        after: Option<ArticleId>,
        limit: u32,
    ) -> Result<Vec<StudiedArticle>, StoreError> {
        let rows = sqlx::query!(
            r#"
            select article.id, url, source.name as source_name, source.slug as source_slug,
                first_seen_at, is_gone, observer, merged_into
            from article
            join source on source.id = article.source_id
            where article.id > $1
                and article.state <> 'hidden'
                and article.versions > 0
                and ($2::text is null or source.slug = $2)
                and ($3::timestamptz is null or first_seen_at >= $3)
                and ($4::timestamptz is null or first_seen_at < $4)
                and ($5 or observer is null)
            order by article.id
            limit $6
            "#,
            after.map_or(0, ArticleId::get),
            scope.source,
            scope.from,
            scope.to,
            scope.with_observed,
            i64::from(limit),
        )
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter()
            .map(|article| {
                Ok(StudiedArticle {
                    id: row::id(article.id)?,
                    address: row::address(&article.url)?,
                    source_name: article.source_name,
                    source_slug: article.source_slug,
                    first_seen_at: article.first_seen_at,
                    is_removed: article.is_gone,
                    observer: article.observer,
                    part_of: article.merged_into.map(row::id).transpose()?,
                })
            })
            .collect()
    }

    /// Up to `limit` versions of an article that may be shown from the number `from` on, in order.
    pub async fn studied_versions(
        &self,
        article: ArticleId,
        from: u32,
        limit: u32,
    ) -> Result<Vec<StudiedVersion>, StoreError> {
        let rows = sqlx::query!(
            r#"
            select version.number, version.title, standfirst, lead_caption, byline, published_at,
                language, section, modified_at, words, created_at, same_as,
                array(
                    select paragraph.text
                    from unnest(paragraphs) with ordinality as part (number, place)
                    join paragraph on paragraph.article_id = version.article_id
                        and paragraph.number = part.number
                    order by part.place
                ) as "paragraphs!",
                (
                    version.number > 0
                    and not exists (
                        select
                        from change
                        where change.article_id = version.article_id
                            and change.to_version = version.number
                            and not change.is_technical
                    )
                ) as "is_technical!"
            from version
            join article on article.id = version.article_id
            where version.article_id = $1
                and version.number >= $2
                and article.state <> 'hidden'
            order by version.number
            limit $3
            "#,
            article.get(),
            i32::try_from(from).unwrap_or(i32::MAX),
            i64::from(limit),
        )
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter()
            .map(|version| {
                Ok(StudiedVersion {
                    version: StoredVersion {
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
                    },
                    is_technical: version.is_technical,
                })
            })
            .collect()
    }
}

/// The number behind a version's.
#[must_use]
pub fn next_number(version: VersionNumber) -> u32 {
    u32::try_from(version.get()).unwrap_or_default() + 1
}
