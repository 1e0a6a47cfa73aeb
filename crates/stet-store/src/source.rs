//! Publishers.

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};
use sqlx::PgConnection;
use stet_core::extract::Boilerplate;
use stet_core::{Address, SourceId};

use crate::{Store, StoreError, boilerplate, row};

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
    // `rt.com` is `rtcom`. Should another domain have that slug already, the digest of this one
    // tells them apart.
    let slug = slug(&domain);
    let digest = Sha256::digest(&domain);
    let told_apart = format!("{slug}-{:02x}{:02x}{:02x}", digest[0], digest[1], digest[2]);
    for slug in [&slug, &told_apart] {
        let added = sqlx::query_scalar!(
            r#"
            insert into source (domain, slug, name, created_at)
            values ($1, $2, $1, $3)
            on conflict do nothing
            returning id
            "#,
            domain,
            slug,
            now,
        )
        .fetch_optional(&mut *connection)
        .await?;
        if let Some(id) = added {
            return Ok(id);
        }
        // The conflict may be another process that adds the same domain.
        let found = sqlx::query_scalar!("select id from source where domain = $1", domain)
            .fetch_optional(&mut *connection)
            .await?;
        if let Some(id) = found {
            return Ok(id);
        }
    }
    Err(StoreError::corrupt("slugs for the domain", domain))
}

/// The rules of the source to which an address belongs, if it has any, and what is known not to
/// belong to its articles.
pub(crate) async fn knowledge_for(
    connection: &mut PgConnection,
    address: &Address,
) -> Result<(Option<serde_json::Value>, Boilerplate), StoreError> {
    let found = sqlx::query!(
        r#"
        select rules,
            array(
                select digest from boilerplate where boilerplate.source_id = source.id
            ) as "boilerplate!"
        from source
        where domain = $1
        "#,
        address.registrable_domain(),
    )
    .fetch_optional(connection)
    .await?;
    let Some(source) = found else { return Ok((None, Boilerplate::default())) };
    Ok((source.rules, boilerplate::read(&source.boilerplate)?))
}

/// A domain as a word for addresses: its letters and digits.
fn slug(domain: &str) -> String {
    let slug: String = domain.chars().filter(char::is_ascii_alphanumeric).collect();
    if slug.is_empty() { "unnamed".to_owned() } else { slug.to_ascii_lowercase() }
}

impl Store {
    /// All publishers, by name.
    pub async fn sources(&self) -> Result<Vec<Source>, StoreError> {
        let rows = sqlx::query!(
            r#"
            select source.id, slug, name, domain,
                coalesce(sum(amount) filter (where kind = 'articles'), 0)::bigint as "articles!",
                coalesce(sum(amount) filter (where kind = 'versions'), 0)::bigint as "versions!"
            from source
            left join (
                select source_id, kind, amount
                from tally
                where kind in ('articles', 'versions')
                union all
                select source_id, kind, amount
                from tally_delta
                where kind in ('articles', 'versions')
            ) as counted on counted.source_id = source.id
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
    use sqlx::PgPool;

    use super::*;
    use crate::MIGRATOR;
    use crate::fixture::{address, minute};

    #[test]
    fn a_slug_is_the_domain_without_its_dots_as_in_the_seed() {
        assert_eq!(slug("rt.com"), "rtcom");
        assert_eq!(slug("bbc.co.uk"), "bbccouk");
        assert_eq!(slug("::1"), "1");
        assert_eq!(slug(".."), "unnamed");
    }

    #[sqlx::test(migrator = "MIGRATOR")]
    async fn domains_that_would_have_one_slug_are_told_apart(pool: PgPool) {
        let store = Store::new(pool);
        for host in ["ab.co.uk", "a-b.co.uk", "a--b.co.uk", "[::11]", "[1::1]"] {
            let article = address(&format!("http://{host}/1"));
            assert!(store.add_article(&article, minute(0)).await.unwrap().is_new, "{host}");
        }
        assert_eq!(store.sources().await.unwrap().len(), 5);
    }
}
