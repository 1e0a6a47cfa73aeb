//! Login links and sessions. Secrets are kept as digests: reading the tables lets nobody in.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, TimeDelta, Utc};
use sha2::{Digest, Sha256};

use crate::{Editor, EditorId, Store, StoreError};

/// How long a printed login link works.
pub const LOGIN_TOKEN_LIFE: TimeDelta = TimeDelta::days(1);

/// How long a session lasts.
pub const SESSION_LIFE: TimeDelta = TimeDelta::days(30);

/// A session that is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Whose it is; none where a printed link or the site's password opened it.
    pub editor: Option<Editor>,
}

/// 256 random bits as 64 hexadecimal digits: a login token or a session's name.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Draws one from the system's generator.
    pub fn random() -> Result<Self, StoreError> {
        random_hex::<32>().map(Self)
    }

    /// The digits, for a link or a cookie.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    pub(crate) fn digest(&self) -> [u8; 32] {
        Sha256::digest(self.0.as_bytes()).into()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl FromStr for Secret {
    type Err = ();

    /// Takes what a cookie or a form sent, if it has the form of a secret.
    fn from_str(text: &str) -> Result<Self, ()> {
        let is_well_formed = text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        if is_well_formed { Ok(Self(text.to_owned())) } else { Err(()) }
    }
}

/// `N` random bytes in hexadecimal digits.
pub(crate) fn random_hex<const N: usize>() -> Result<String, StoreError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes)
        .map_err(|error| StoreError::corrupt("source of randomness:", error))?;
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    Ok(digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect())
}

impl Store {
    /// Makes a token for a login link.
    pub async fn create_login_token(&self, now: DateTime<Utc>) -> Result<Secret, StoreError> {
        let token = Secret::random()?;
        sqlx::query!("delete from login_token where expires_at <= $1", now)
            .execute(&self.pool)
            .await?;
        sqlx::query!(
            "insert into login_token (digest, created_at, expires_at) values ($1, $2, $3)",
            &token.digest(),
            now,
            now + LOGIN_TOKEN_LIFE,
        )
        .execute(&self.pool)
        .await?;
        Ok(token)
    }

    /// Spends a login token; says whether it was good.
    pub async fn spend_login_token(
        &self,
        token: &Secret,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let spent = sqlx::query!(
            "delete from login_token where digest = $1 and expires_at > $2",
            &token.digest(),
            now
        )
        .execute(&self.pool)
        .await?;
        Ok(spent.rows_affected() == 1)
    }

    /// Opens a session that names nobody.
    pub async fn create_session(&self, now: DateTime<Utc>) -> Result<Secret, StoreError> {
        self.create_session_of(None, now).await
    }

    /// Opens a session of an editor.
    pub async fn create_session_of(
        &self,
        editor: Option<EditorId>,
        now: DateTime<Utc>,
    ) -> Result<Secret, StoreError> {
        let session = Secret::random()?;
        sqlx::query!("delete from session where expires_at <= $1", now).execute(&self.pool).await?;
        sqlx::query!(
            r#"
            insert into session (digest, created_at, expires_at, editor_id)
            values ($1, $2, $3, $4)
            "#,
            &session.digest(),
            now,
            now + SESSION_LIFE,
            editor.map(EditorId::get),
        )
        .execute(&self.pool)
        .await?;
        Ok(session)
    }

    /// An open session; none where its editor was disabled.
    pub async fn session(
        &self,
        session: &Secret,
        now: DateTime<Utc>,
    ) -> Result<Option<Session>, StoreError> {
        let found = sqlx::query!(
            r#"
            select editor.id as "id?", editor.name as "name?"
            from session
            left join editor on editor.id = session.editor_id
            where digest = $1
                and expires_at > $2
                and editor.disabled_at is null
            "#,
            &session.digest(),
            now,
        )
        .fetch_optional(&self.pool)
        .await?;
        Ok(found.map(|row| {
            let editor = row.id.zip(row.name);
            Session { editor: editor.map(|(id, name)| Editor { id: id.into(), name }) }
        }))
    }

    /// Whether a session is open.
    pub async fn has_session(
        &self,
        session: &Secret,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        Ok(self.session(session, now).await?.is_some())
    }

    /// Closes a session.
    pub async fn end_session(&self, session: &Secret) -> Result<(), StoreError> {
        sqlx::query!("delete from session where digest = $1", &session.digest())
            .execute(&self.pool)
            .await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use sqlx::PgPool;

    use super::*;
    use crate::MIGRATOR;
    use crate::fixture::minute;

    #[sqlx::test(migrator = "MIGRATOR")]
    async fn a_login_token_works_once_and_for_a_day(pool: PgPool) {
        let store = Store::new(pool);
        let token = store.create_login_token(minute(0)).await.unwrap();
        assert!(store.spend_login_token(&token, minute(1)).await.unwrap());
        assert!(!store.spend_login_token(&token, minute(1)).await.unwrap());
        let late = store.create_login_token(minute(0)).await.unwrap();
        assert!(!store.spend_login_token(&late, minute(0) + LOGIN_TOKEN_LIFE).await.unwrap());
    }

    #[sqlx::test(migrator = "MIGRATOR")]
    async fn a_session_lasts_until_it_is_ended_or_expires(pool: PgPool) {
        let store = Store::new(pool);
        let session = store.create_session(minute(0)).await.unwrap();
        assert!(store.has_session(&session, minute(1)).await.unwrap());
        assert!(!store.has_session(&session, minute(0) + SESSION_LIFE).await.unwrap());
        store.end_session(&session).await.unwrap();
        assert!(!store.has_session(&session, minute(1)).await.unwrap());
    }

    #[test]
    fn a_secret_is_not_printed() {
        let secret = Secret::random().unwrap();
        assert_eq!(format!("{secret:?}"), "Secret(…)");
        assert_eq!(secret.expose().parse(), Ok(secret));
    }
}
