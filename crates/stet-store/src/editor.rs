//! Editors with names, their sessions, and the links by which they set their passwords.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::audit::{self, Action, Deed, Subject};
use crate::login::{LOGIN_TOKEN_LIFE, Secret};
use crate::{Store, StoreError};

/// An editor's identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct EditorId(i64);

impl EditorId {
    /// The number.
    #[must_use]
    pub const fn get(self) -> i64 {
        self.0
    }
}

impl From<i64> for EditorId {
    fn from(id: i64) -> Self {
        Self(id)
    }
}

/// An editor who is logged in, or could be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Editor {
    /// Their identifier.
    pub id: EditorId,
    /// What they are called in the audit log, at most 80 characters.
    pub name: String,
}

/// An editor in the list of editors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedEditor {
    /// Who it is.
    pub editor: Editor,
    /// When they were added.
    pub created_at: DateTime<Utc>,
    /// Since when they may not log in.
    pub disabled_at: Option<DateTime<Utc>>,
    /// Whether they have set a password.
    pub has_password: bool,
}

/// The longest name of an editor, in characters. Source: the constraint `editor_name_length`.
pub const MAX_EDITOR_NAME: usize = 80;

impl Store {
    /// Adds an editor, who cannot log in before setting a password by a link; `None` if the name
    /// is taken, also in other letters' case.
    pub async fn add_editor(
        &self,
        name: &str,
        deed: Deed<'_>,
    ) -> Result<Option<Editor>, StoreError> {
        let mut transaction = self.pool.begin().await?;
        let added = sqlx::query_scalar!(
            r#"
            insert into editor (name, created_at)
            values ($1, $2)
            on conflict (lower(name)) do nothing
            returning id
            "#,
            name,
            deed.at,
        )
        .fetch_optional(&mut *transaction)
        .await?;
        let Some(id) = added else { return Ok(None) };
        audit::note(&mut transaction, deed, Action::AddEditor, Subject::Editor(name)).await?;
        transaction.commit().await?;
        Ok(Some(Editor { id: EditorId(id), name: name.to_owned() }))
    }

    /// All editors, by name.
    pub async fn editors(&self) -> Result<Vec<ListedEditor>, StoreError> {
        let rows = sqlx::query!(
            r#"
            select id, name, created_at, disabled_at, password is not null as "has_password!"
            from editor
            order by lower(name)
            "#
        )
        .fetch_all(&self.pool)
        .await?;
        Ok(rows
            .into_iter()
            .map(|row| ListedEditor {
                editor: Editor { id: EditorId(row.id), name: row.name },
                created_at: row.created_at,
                disabled_at: row.disabled_at,
                has_password: row.has_password,
            })
            .collect())
    }

    /// Whether anybody may log in by name.
    pub async fn has_editors(&self) -> Result<bool, StoreError> {
        let found = sqlx::query_scalar!(
            r#"
            select exists (
                select from editor where password is not null and disabled_at is null
            ) as "found!"
            "#
        )
        .fetch_one(&self.pool)
        .await?;
        Ok(found)
    }

    /// Finds an editor by name, in any letters' case, disabled or not.
    pub async fn find_editor(&self, name: &str) -> Result<Option<Editor>, StoreError> {
        let found = sqlx::query!("select id, name from editor where lower(name) = lower($1)", name)
            .fetch_optional(&self.pool)
            .await?;
        Ok(found.map(|row| Editor { id: EditorId(row.id), name: row.name }))
    }

    /// An editor who may log in by name and password, with the hash of it.
    pub async fn editor_password(
        &self,
        name: &str,
    ) -> Result<Option<(Editor, String)>, StoreError> {
        let found = sqlx::query!(
            r#"
            select id, name, password as "password!"
            from editor
            where lower(name) = lower($1)
                and disabled_at is null
                and password is not null
            "#,
            name,
        )
        .fetch_optional(&self.pool)
        .await?;
        Ok(found.map(|row| (Editor { id: EditorId(row.id), name: row.name }, row.password)))
    }

    /// Keeps an editor from logging in, and ends their sessions and links; or lets them again.
    pub async fn set_editor_enabled(
        &self,
        editor: &Editor,
        is_enabled: bool,
        deed: Deed<'_>,
    ) -> Result<(), StoreError> {
        let mut transaction = self.pool.begin().await?;
        sqlx::query!(
            r#"
            update editor
            set disabled_at = case when $2 then null else coalesce(disabled_at, $3) end
            where id = $1
            "#,
            editor.id.0,
            is_enabled,
            deed.at,
        )
        .execute(&mut *transaction)
        .await?;
        if !is_enabled {
            end_sessions(&mut transaction, editor.id).await?;
            drop_links(&mut transaction, editor.id).await?;
        }
        let action = if is_enabled { Action::EnableEditor } else { Action::DisableEditor };
        audit::note(&mut transaction, deed, action, Subject::Editor(&editor.name)).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Makes a link by which an editor sets a password, for [`LOGIN_TOKEN_LIFE`]; earlier ones
    /// no longer work.
    pub async fn create_password_link(
        &self,
        editor: &Editor,
        deed: Deed<'_>,
    ) -> Result<Secret, StoreError> {
        let secret = Secret::random()?;
        let mut transaction = self.pool.begin().await?;
        drop_links(&mut transaction, editor.id).await?;
        sqlx::query!(
            r#"
            insert into password_link (digest, editor_id, created_at, expires_at)
            values ($1, $2, $3, $4)
            "#,
            &secret.digest(),
            editor.id.0,
            deed.at,
            deed.at + LOGIN_TOKEN_LIFE,
        )
        .execute(&mut *transaction)
        .await?;
        let subject = Subject::Editor(&editor.name);
        audit::note(&mut transaction, deed, Action::MakePasswordLink, subject).await?;
        transaction.commit().await?;
        Ok(secret)
    }

    /// Whose password a link sets, while it works.
    pub async fn password_link(
        &self,
        secret: &Secret,
        now: DateTime<Utc>,
    ) -> Result<Option<Editor>, StoreError> {
        let found = sqlx::query!(
            r#"
            select editor.id, editor.name
            from password_link
            join editor on editor.id = editor_id
            where digest = $1
                and expires_at > $2
                and disabled_at is null
            "#,
            &secret.digest(),
            now,
        )
        .fetch_optional(&self.pool)
        .await?;
        Ok(found.map(|row| Editor { id: EditorId(row.id), name: row.name }))
    }

    /// Gives an editor another password (its hash) and ends all their sessions. With a `link`
    /// it is spent; says whether it still worked.
    pub async fn set_password(
        &self,
        editor: &Editor,
        hash: &str,
        link: Option<&Secret>,
        deed: Deed<'_>,
    ) -> Result<bool, StoreError> {
        let mut transaction = self.pool.begin().await?;
        if let Some(link) = link {
            let spent = sqlx::query!(
                r#"
                delete from password_link
                where digest = $1
                    and editor_id = $2
                    and expires_at > $3
                "#,
                &link.digest(),
                editor.id.0,
                deed.at,
            )
            .execute(&mut *transaction)
            .await?;
            if spent.rows_affected() == 0 {
                return Ok(false);
            }
        }
        let set = sqlx::query!(
            "update editor set password = $2 where id = $1 and disabled_at is null",
            editor.id.0,
            hash,
        )
        .execute(&mut *transaction)
        .await?;
        if set.rows_affected() == 0 {
            return Ok(false);
        }
        drop_links(&mut transaction, editor.id).await?;
        end_sessions(&mut transaction, editor.id).await?;
        let subject = Subject::Editor(&editor.name);
        audit::note(&mut transaction, deed, Action::SetPassword, subject).await?;
        transaction.commit().await?;
        Ok(true)
    }

    /// Ends all sessions of an editor.
    pub async fn end_sessions(&self, editor: &Editor, deed: Deed<'_>) -> Result<(), StoreError> {
        let mut transaction = self.pool.begin().await?;
        end_sessions(&mut transaction, editor.id).await?;
        let subject = Subject::Editor(&editor.name);
        audit::note(&mut transaction, deed, Action::EndSessions, subject).await?;
        transaction.commit().await?;
        Ok(())
    }
}

async fn end_sessions(connection: &mut PgConnection, editor: EditorId) -> Result<(), StoreError> {
    sqlx::query!("delete from session where editor_id = $1", editor.0).execute(connection).await?;
    Ok(())
}

async fn drop_links(connection: &mut PgConnection, editor: EditorId) -> Result<(), StoreError> {
    sqlx::query!("delete from password_link where editor_id = $1", editor.0)
        .execute(connection)
        .await?;
    Ok(())
}

#[cfg(test)]
mod tests;
