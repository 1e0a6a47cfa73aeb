//! What others saw: histories that web archives kept, beside what Stet itself saw.
//!
//! Such a history is an article of its own, part of the article that it is about, and never visited.
//! Its captures come in any order. Each is noted as it comes, with its text; then sightings and
//! changes are [woven](Store::weave) anew of all of them. Nothing here writes to what Stet saw.

mod histories;
mod weaving;

use chrono::{DateTime, SubsecRound, Utc};
use sha2::{Digest, Sha256};
use sqlx::PgConnection;
use stet_core::extract::Boilerplate;
use stet_core::{Address, ArticleId, ArticleText, VersionNumber};

pub use histories::{ObservedHistory, ObservedRun};

use crate::{
    NewSnapshot, Reading, Store, StoreError, address, article, boilerplate, host, row, snapshot,
    version, withdrawal,
};

/// By what a page of an address is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadBy {
    /// The rules of its source, as they are stored.
    pub rules: Option<serde_json::Value>,
    /// What is known not to belong to that source's articles.
    pub boilerplate: Boilerplate,
    /// The revision of both.
    pub revision: i32,
}

/// A capture whose text was read.
#[derive(Debug, Clone, Copy)]
pub struct NewObservation<'a> {
    /// Who captured it, as readers will know it: `web.archive.org`.
    pub observer: &'a str,
    /// The address that was captured.
    pub address: &'a Address,
    /// Where the archive keeps it.
    pub place: &'a str,
    /// Its text.
    pub text: &'a ArticleText,
    /// What read that.
    pub reading: Reading,
    /// Its bytes; fetched when they were captured.
    pub snapshot: NewSnapshot<'a>,
}

/// What became of a capture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Observed {
    /// It is noted.
    Noted {
        /// The article that it is of.
        article: ArticleId,
        /// The history that it belongs to now.
        history: ArticleId,
        /// The version of that history which it shows.
        version: VersionNumber,
        /// Whether nobody had that text in this history.
        is_new_text: bool,
    },
    /// It was noted before.
    Known {
        /// The history that it belongs to.
        history: ArticleId,
    },
    /// The article may not be shown: nothing is added to it.
    Hidden,
}

impl Store {
    /// By what the pages of an address are read.
    pub async fn read_by(&self, address: &Address) -> Result<ReadBy, StoreError> {
        let found = sqlx::query!(
            r#"
            select rules, rules_revision,
                array(
                    select digest from boilerplate where boilerplate.source_id = source.id
                ) as "boilerplate!"
            from source
            where domain = $1
            "#,
            address.registrable_domain(),
        )
        .fetch_optional(&self.pool)
        .await?;
        let nothing = ReadBy { rules: None, boilerplate: Boilerplate::default(), revision: 0 };
        found.map_or(Ok(nothing), |source| {
            let boilerplate = boilerplate::read(&source.boilerplate)?;
            Ok(ReadBy { rules: source.rules, boilerplate, revision: source.rules_revision })
        })
    }

    /// The history in which a capture of an address was noted before, so that it need not be fetched.
    pub async fn observed_in(
        &self,
        address: &Address,
        observer: &str,
        captured_at: DateTime<Utc>,
    ) -> Result<Option<ArticleId>, StoreError> {
        let found = sqlx::query_scalar!(
            r#"
            select history.id
            from address
            join article as history on history.merged_into = address.article_id
            join observation on observation.article_id = history.id
            where address.url_digest = $1
                and history.observer = $2
                and observation.captured_at = $3
            order by history.id
            limit 1
            "#,
            &address.digest(),
            observer,
            captured_at.trunc_subsecs(0),
        )
        .fetch_optional(&self.pool)
        .await?;
        found.map(row::id).transpose()
    }

    /// Whether any article has or had an address, one that may not be shown included.
    pub async fn is_taken(&self, address: &Address) -> Result<bool, StoreError> {
        let mut connection = self.pool.acquire().await?;
        Ok(address::find(&mut connection, address).await?.is_some())
    }

    /// Notes a capture, in its observer's history of the article that has this address; an article
    /// that Stet does not know is added, without being watched. What it changes of that history
    /// shows once it is [woven](Self::weave).
    pub async fn observe(
        &self,
        new: NewObservation<'_>,
        now: DateTime<Utc>,
    ) -> Result<Observed, StoreError> {
        let Some((article, history)) = self.open_history(&new, now).await? else {
            return Ok(Observed::Hidden);
        };
        let packed = self.packed(history, new.snapshot.body).await?;
        let captured_at = new.snapshot.fetched_at.trunc_subsecs(0);
        let mut transaction = self.pool.begin().await?;
        lock(&mut transaction, history).await?;
        let digest = new.text.digest();
        let known = version::find(&mut transaction, history, digest, new.reading).await?;
        let number = match known {
            Some(known) if known.is_current => known.number,
            Some(known) => {
                let bytes =
                    snapshot::insert(&mut transaction, history, new.snapshot, &packed).await?;
                version::rest_on(&mut transaction, history, known.number, bytes, new.reading)
                    .await?;
                known.number
            }
            None => {
                let bytes =
                    snapshot::insert(&mut transaction, history, new.snapshot, &packed).await?;
                let (text, reading) = (new.text, new.reading);
                let version =
                    version::NewVersion { text, reading, snapshot: bytes, at: captured_at };
                version::insert(&mut transaction, history, version).await?.number
            }
        };
        let body_digest: [u8; 32] = Sha256::digest(new.snapshot.body).into();
        let is_noted =
            note(&mut transaction, history, captured_at, number, new.place, body_digest, now)
                .await?;
        if !is_noted {
            // With whatever was stored for it.
            transaction.rollback().await?;
            return Ok(Observed::Known { history });
        }
        transaction.commit().await?;
        let version = row::version(number)?;
        Ok(Observed::Noted { article, history, version, is_new_text: known.is_none() })
    }

    /// Notes a capture that repeats the one of `earlier`, byte for byte; `None` if that one is not
    /// known.
    pub async fn observe_again(
        &self,
        address: &Address,
        observer: &str,
        earlier: DateTime<Utc>,
        captured_at: DateTime<Utc>,
        place: &str,
        now: DateTime<Utc>,
    ) -> Result<Option<Observed>, StoreError> {
        let mut transaction = self.pool.begin().await?;
        let found = sqlx::query!(
            r#"
            select address.article_id, history.id as history, observation.version,
                observation.body_digest, history.state
            from address
            join article as history on history.merged_into = address.article_id
            join observation on observation.article_id = history.id
            where address.url_digest = $1
                and history.observer = $2
                and observation.captured_at = $3
            order by history.id
            limit 1
            "#,
            &address.digest(),
            observer,
            earlier.trunc_subsecs(0),
        )
        .fetch_optional(&mut *transaction)
        .await?;
        let Some(found) = found else { return Ok(None) };
        if found.state == "hidden" {
            return Ok(Some(Observed::Hidden));
        }
        let history = row::id(found.history)?;
        lock(&mut transaction, history).await?;
        let digest = row::digest(&found.body_digest)?;
        let at = captured_at.trunc_subsecs(0);
        let is_noted =
            note(&mut transaction, history, at, found.version, place, digest, now).await?;
        transaction.commit().await?;
        Ok(Some(if is_noted {
            Observed::Noted {
                article: row::id(found.article_id)?,
                history,
                version: row::version(found.version)?,
                is_new_text: false,
            }
        } else {
            Observed::Known { history }
        }))
    }

    /// Finds or makes an observer's history of the article that has an address; `None` if that one
    /// may not be shown.
    async fn open_history(
        &self,
        new: &NewObservation<'_>,
        now: DateTime<Utc>,
    ) -> Result<Option<(ArticleId, ArticleId)>, StoreError> {
        let mut transaction = self.pool.begin().await?;
        let known = address::find(&mut transaction, new.address).await?;
        let of = if let Some(id) = known {
            id
        } else if withdrawal::is_buried(&mut transaction, new.address).await? {
            return Ok(None);
        } else {
            let title = Some(new.text.title.as_str());
            let added = article::add(&mut transaction, new.address, title, now).await?;
            // Nobody asked for it to be visited.
            sqlx::query!(
                "update article set state = 'dormant' where id = $1 and $2",
                added.id.get(),
                added.is_new,
            )
            .execute(&mut *transaction)
            .await?;
            added.id
        };
        // Two imports at a time make one history.
        let owner = sqlx::query!(
            r#"
            select state, source_id, host_id, url, period
            from article
            where id = $1
            for no key update
            "#,
            of.get(),
        )
        .fetch_one(&mut *transaction)
        .await?;
        if owner.state == "hidden" {
            return Ok(None);
        }
        let known = sqlx::query_scalar!(
            r#"
            select id
            from article
            where merged_into = $1
                and observer = $2
            order by id
            limit 1
            "#,
            of.get(),
            new.observer,
        )
        .fetch_optional(&mut *transaction)
        .await?;
        let history = if let Some(id) = known {
            id
        } else {
            host::find_or_add(&mut transaction, &row::address(&owner.url)?).await?;
            // No address has this digest: it is not found by one.
            let name = format!("what {} saw of article {of}", new.observer);
            let digest: [u8; 32] = Sha256::digest(name.as_bytes()).into();
            sqlx::query_scalar!(
                r#"
                    insert into article
                        (source_id, host_id, url, url_digest, title, period, next_check_at,
                         first_seen_at, watched_since, state, merged_into, observer)
                    values ($1, $2, $3, $4, $5, $6, $7, $8, $7, 'dormant', $9, $10)
                    returning id
                    "#,
                owner.source_id,
                owner.host_id,
                owner.url,
                &digest,
                row::without_nul(&new.text.title),
                owner.period,
                now,
                new.snapshot.fetched_at,
                of.get(),
                new.observer,
            )
            .fetch_one(&mut *transaction)
            .await?
        };
        transaction.commit().await?;
        Ok(Some((of, row::id(history)?)))
    }
}

/// Locks an observed history; whoever was reading it anew finds its claim spent. Returns the counter.
async fn lock(connection: &mut PgConnection, history: ArticleId) -> Result<i64, StoreError> {
    let claim = sqlx::query_scalar!(
        "update article set claim = claim + 1, lease_until = null where id = $1 returning claim",
        history.get(),
    )
    .fetch_one(connection)
    .await?;
    Ok(claim)
}

/// Notes a capture; says whether it was not known.
async fn note(
    connection: &mut PgConnection,
    history: ArticleId,
    captured_at: DateTime<Utc>,
    version: i32,
    place: &str,
    body_digest: [u8; 32],
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let noted = sqlx::query!(
        r#"
        insert into observation (article_id, captured_at, version, place, body_digest, noted_at)
        values ($1, $2, $3, $4, $5, $6)
        on conflict (article_id, captured_at) do nothing
        "#,
        history.get(),
        captured_at,
        version,
        row::without_nul(place),
        &body_digest,
        now,
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!(
        r#"
        update version
        set created_at = least(created_at, $3)
        where article_id = $1
            and number = $2
        "#,
        history.get(),
        version,
        captured_at,
    )
    .execute(connection)
    .await?;
    Ok(noted.rows_affected() == 1)
}

#[cfg(test)]
mod tests;
