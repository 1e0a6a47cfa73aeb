//! Tokens by which programs use the API. Secrets are kept as digests, as those of sessions are.

use chrono::{DateTime, TimeDelta, Utc};

use crate::audit::{self, Action, Actor, Deed, Subject};
use crate::login::Secret;
use crate::{Editor, Store, StoreError, row};

/// The longest name of a token, in characters. Source: the constraint `api_token_name_length`.
pub const MAX_TOKEN_NAME: usize = 80;

/// How exactly the last use of a token is known: not every request writes.
const LAST_USE: TimeDelta = TimeDelta::minutes(1);

/// A token's identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ApiTokenId(i64);

impl ApiTokenId {
    /// The number.
    #[must_use]
    pub const fn get(self) -> i64 {
        self.0
    }
}

impl From<i64> for ApiTokenId {
    fn from(id: i64) -> Self {
        Self(id)
    }
}

/// A token in the list of tokens; its secret is not known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiToken {
    /// Its identifier.
    pub id: ApiTokenId,
    /// What it is for.
    pub name: String,
    /// The name of the editor who made it; none where the session named nobody.
    pub editor: Option<String>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was used last, to the minute.
    pub last_used_at: Option<DateTime<Utc>>,
    /// Whether it works: not while its editor is disabled.
    pub is_active: bool,
}

impl Store {
    /// Makes a token of this name, for whoever makes it; `None` if there is one of that name, also
    /// in other letters' case.
    pub async fn create_api_token(
        &self,
        name: &str,
        deed: Deed<'_>,
    ) -> Result<Option<Secret>, StoreError> {
        let secret = Secret::random()?;
        let mut transaction = self.pool.begin().await?;
        let added = sqlx::query!(
            r#"
            insert into api_token (name, digest, editor_id, created_at)
            values ($1, $2, $3, $4)
            on conflict (lower(name)) do nothing
            "#,
            row::without_nul(name),
            &secret.digest(),
            deed.actor.editor().map(crate::EditorId::get),
            deed.at,
        )
        .execute(&mut *transaction)
        .await?;
        if added.rows_affected() == 0 {
            return Ok(None);
        }
        audit::note(&mut transaction, deed, Action::MakeToken, Subject::Token(name)).await?;
        transaction.commit().await?;
        Ok(Some(secret))
    }

    /// All tokens, by name.
    pub async fn api_tokens(&self) -> Result<Vec<ApiToken>, StoreError> {
        let rows = sqlx::query!(
            r#"
            select api_token.id, api_token.name, editor.name as "editor?", api_token.created_at,
                last_used_at, editor.disabled_at is null as "is_active!"
            from api_token
            left join editor on editor.id = editor_id
            order by lower(api_token.name)
            "#
        )
        .fetch_all(&self.pool)
        .await?;
        Ok(rows
            .into_iter()
            .map(|token| ApiToken {
                id: ApiTokenId(token.id),
                name: token.name,
                editor: token.editor,
                created_at: token.created_at,
                last_used_at: token.last_used_at,
                is_active: token.is_active,
            })
            .collect())
    }

    /// Lets a token work no longer; says whether it did before.
    pub async fn revoke_api_token(
        &self,
        id: ApiTokenId,
        deed: Deed<'_>,
    ) -> Result<bool, StoreError> {
        let mut transaction = self.pool.begin().await?;
        let revoked =
            sqlx::query_scalar!("delete from api_token where id = $1 returning name", id.get())
                .fetch_optional(&mut *transaction)
                .await?;
        let Some(name) = revoked else { return Ok(false) };
        audit::note(&mut transaction, deed, Action::RevokeToken, Subject::Token(&name)).await?;
        transaction.commit().await?;
        Ok(true)
    }

    /// Who uses a token, as the audit log calls them; `None` if there is no such token, or its
    /// editor was disabled. Its use is noted.
    pub async fn use_api_token(
        &self,
        secret: &Secret,
        now: DateTime<Utc>,
    ) -> Result<Option<Actor>, StoreError> {
        let found = sqlx::query!(
            r#"
            select api_token.id, api_token.name, editor.id as "editor_id?",
                editor.name as "editor_name?",
                coalesce(last_used_at < $2, true) as "is_stale!"
            from api_token
            left join editor on editor.id = editor_id
            where digest = $1
                and editor.disabled_at is null
            "#,
            &secret.digest(),
            now - LAST_USE,
        )
        .fetch_optional(&self.pool)
        .await?;
        let Some(token) = found else { return Ok(None) };
        if token.is_stale {
            sqlx::query!("update api_token set last_used_at = $2 where id = $1", token.id, now)
                .execute(&self.pool)
                .await?;
        }
        let editor = token.editor_id.zip(token.editor_name);
        let editor = editor.map(|(id, name)| Editor { id: id.into(), name });
        Ok(Some(Actor::Token { name: token.name, editor }))
    }
}

#[cfg(test)]
mod tests {
    use sqlx::PgPool;

    use super::*;
    use crate::MIGRATOR;
    use crate::fixture::minute;

    fn deed(actor: &Actor, minutes: i64) -> Deed<'_> {
        Deed { actor, reason: "", at: minute(minutes) }
    }

    #[sqlx::test(migrator = "MIGRATOR")]
    async fn a_token_works_until_it_is_revoked_and_is_kept_as_a_digest(pool: PgPool) {
        let store = Store::new(pool.clone());
        let secret =
            store.create_api_token("import", deed(&Actor::Unnamed, 0)).await.unwrap().unwrap();
        let again = store.create_api_token("Import", deed(&Actor::Unnamed, 0)).await.unwrap();
        assert_eq!(again, None, "the name is taken");
        let kept: String = sqlx::query_scalar("select api_token::text from api_token")
            .fetch_one(&pool)
            .await
            .unwrap();
        assert!(!kept.contains(secret.expose()), "{kept}");

        let used = store.use_api_token(&secret, minute(1)).await.unwrap().unwrap();
        assert_eq!(used.to_string(), "editor (without a name), by token “import”");
        let other = Secret::random().unwrap();
        assert_eq!(store.use_api_token(&other, minute(1)).await.unwrap(), None);
        let listed = store.api_tokens().await.unwrap().remove(0);
        assert_eq!(listed.last_used_at, Some(minute(1)));

        assert!(store.revoke_api_token(listed.id, deed(&Actor::Unnamed, 2)).await.unwrap());
        assert!(!store.revoke_api_token(listed.id, deed(&Actor::Unnamed, 2)).await.unwrap());
        assert_eq!(store.use_api_token(&secret, minute(3)).await.unwrap(), None);
        let log = store.audit(&audit::EntryFilter::default(), None, 9).await.unwrap();
        let done: Vec<_> =
            log.iter().map(|line| (line.action, &*line.subject_kind, &*line.subject)).collect();
        assert_eq!(
            done,
            [(Action::RevokeToken, "token", "import"), (Action::MakeToken, "token", "import")]
        );
    }

    #[sqlx::test(migrator = "MIGRATOR")]
    async fn a_disabled_editors_tokens_rest(pool: PgPool) {
        let store = Store::new(pool);
        let by = deed(&Actor::Operator, 0);
        let ann = store.add_editor("Ann", by).await.unwrap().unwrap();
        let actor = Actor::Editor(ann.clone());
        let secret = store.create_api_token("import", deed(&actor, 0)).await.unwrap().unwrap();
        let works = async || store.use_api_token(&secret, minute(1)).await.unwrap();
        assert_eq!(works().await.unwrap().to_string(), "Ann, by token “import”");
        store.set_editor_enabled(&ann, false, by).await.unwrap();
        assert_eq!(works().await, None);
        assert!(!store.api_tokens().await.unwrap()[0].is_active);
        store.set_editor_enabled(&ann, true, by).await.unwrap();
        assert!(works().await.is_some());
    }
}
