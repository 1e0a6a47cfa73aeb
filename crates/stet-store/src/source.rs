//! Publishers.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use stet_core::extract::SiteRules;
use stet_core::{Address, SourceId};

use crate::{Store, StoreError, row};

/// A publisher, with what a list shows of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Its identifier.
    pub id: SourceId,
    /// Its name in addresses: `rtcom`.
    pub slug: String,
    /// What readers know it by: its domain, until an editor names it.
    pub name: String,
    /// The domain under which it registered.
    pub domain: String,
    /// Its articles that may be shown.
    pub articles: u32,
    /// Their versions.
    pub versions: u32,
}

/// Finds the source to which an address belongs, or makes it.
pub(crate) async fn find_or_add(
    connection: &mut PgConnection,
    address: &Address,
    now: DateTime<Utc>,
) -> Result<i64, StoreError> {
    let domain = address.registrable_domain();
    let found = sqlx::query_scalar!("select id from source where domain = $1", domain)
        .fetch_optional(&mut *connection)
        .await?;
    if let Some(id) = found {
        return Ok(id);
    }
    // `rt.com` is `rtcom`; should another domain have that slug already, its dots become hyphens.
    let slug = slug(&domain, "");
    let spelled_out = self::slug(&domain, "-");
    sqlx::query!(
        r#"
        insert into source (domain, slug, name, created_at)
        select $1, case when exists (select from source where slug = $2) then $3 else $2 end, $1, $4
        on conflict (domain) do nothing
        "#,
        domain,
        slug,
        spelled_out,
        now,
    )
    .execute(&mut *connection)
    .await?;
    let id = sqlx::query_scalar!("select id from source where domain = $1", domain)
        .fetch_one(connection)
        .await?;
    Ok(id)
}

/// The rules of the source to which an address belongs, if it is known and has any.
pub(crate) async fn rules_for(
    connection: &mut PgConnection,
    address: &Address,
) -> Result<SiteRules, StoreError> {
    let found = sqlx::query_scalar!(
        "select rules from source where domain = $1",
        address.registrable_domain(),
    )
    .fetch_optional(connection)
    .await?;
    row::rules(found.flatten())
}

/// A domain as a word for addresses, with `dot` in place of whatever is no letter or digit.
fn slug(domain: &str, dot: &str) -> String {
    let words: Vec<&str> = domain
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    let slug = words.join(dot).to_ascii_lowercase();
    if slug.is_empty() { "unnamed".to_owned() } else { slug }
}

impl Store {
    /// All publishers, by name.
    pub async fn sources(&self) -> Result<Vec<Source>, StoreError> {
        let rows = sqlx::query!(
            r#"
            select source.id, slug, name, domain,
                count(article.id) as "articles!",
                coalesce(sum(article.versions), 0)::bigint as "versions!"
            from source
            left join article on article.source_id = source.id and article.state <> 'hidden'
            group by source.id
            order by name, source.id
            "#
        )
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter()
            .map(|row| {
                Ok(Source {
                    id: row::id(row.id)?,
                    slug: row.slug,
                    name: row.name,
                    domain: row.domain,
                    articles: row::count(row.articles),
                    versions: row::count(row.versions),
                })
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slug_is_the_domain_without_its_dots_as_in_the_seed() {
        assert_eq!(slug("rt.com", ""), "rtcom");
        assert_eq!(slug("bbc.co.uk", "-"), "bbc-co-uk");
        assert_eq!(slug("::1", ""), "1");
        assert_eq!(slug("..", ""), "unnamed");
    }
}
