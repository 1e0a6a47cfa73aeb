//! The audit log: who did what. It is only ever added to.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::PgConnection;
use stet_core::{ArticleId, FeedId};

use crate::editor::{Editor, EditorId};
use crate::{Store, StoreError, browsing, row};

/// Who did something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// An editor with a name.
    Editor(Editor),
    /// A program, by a token of the API.
    Token {
        /// What the token is called.
        name: String,
        /// Who made it; none where the session named nobody.
        editor: Option<Editor>,
    },
    /// Whoever logged in by a printed link or the site's password.
    Unnamed,
    /// A visitor, where anyone may ask for an address to be watched.
    Visitor,
    /// Whoever runs commands where Stet is installed.
    Operator,
}

impl Actor {
    /// The editor in whose name it is done.
    pub(crate) fn editor(&self) -> Option<EditorId> {
        match self {
            Self::Editor(editor) => Some(editor.id),
            Self::Token { editor, .. } => editor.as_ref().map(|editor| editor.id),
            Self::Unnamed | Self::Visitor | Self::Operator => None,
        }
    }
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Editor(editor) => f.write_str(&editor.name),
            Self::Token { name, editor: Some(editor) } => {
                write!(f, "{}, by token “{name}”", editor.name)
            }
            Self::Token { name, editor: None } => {
                write!(f, "{}, by token “{name}”", Self::Unnamed)
            }
            Self::Unnamed => f.write_str("editor (without a name)"),
            Self::Visitor => f.write_str("visitor (not logged in)"),
            Self::Operator => f.write_str("operator (command line)"),
        }
    }
}

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// An article is watched from now on.
    AddArticle,
    /// A feed is read from now on.
    AddFeed,
    /// Which addresses are watched was changed.
    SetFilter,
    /// By which rules pages are read was changed.
    SetRules,
    /// How the hosts of a source are visited was changed.
    SetPace,
    /// How a source is watched was changed.
    SetSource,
    /// Nothing of a source is visited for now.
    PauseSource,
    /// A paused source is visited again.
    ResumeSource,
    /// How a feed is read was changed.
    SetFeed,
    /// A feed is not read for now.
    PauseFeed,
    /// A paused feed is read again.
    ResumeFeed,
    /// A feed is no longer read; what it found stays.
    RemoveFeed,
    /// An article is no longer shown.
    HideArticle,
    /// A hidden article is shown again.
    BringBackArticle,
    /// An article and all that was kept of it are gone.
    DeleteArticle,
    /// An editor was added.
    AddEditor,
    /// An editor may no longer log in.
    DisableEditor,
    /// An editor may log in again.
    EnableEditor,
    /// A link to set a password was made.
    MakePasswordLink,
    /// An editor has another password.
    SetPassword,
    /// All sessions of an editor were ended.
    EndSessions,
    /// A token of the API was made.
    MakeToken,
    /// A token of the API works no longer.
    RevokeToken,
    /// Changes are posted to an address from now on.
    AddWebhook,
    /// Where a webhook posts, or what, was changed.
    SetWebhook,
    /// Nothing is posted by a webhook for now.
    PauseWebhook,
    /// A paused webhook posts again.
    ResumeWebhook,
    /// A webhook signs with another secret.
    ReplaceWebhookSecret,
    /// A webhook is no more.
    RemoveWebhook,
}

impl Action {
    /// All of them, in the order in which a choice shows them.
    pub const ALL: [Self; 29] = [
        Self::AddArticle,
        Self::AddFeed,
        Self::SetFilter,
        Self::SetRules,
        Self::SetPace,
        Self::SetSource,
        Self::PauseSource,
        Self::ResumeSource,
        Self::SetFeed,
        Self::PauseFeed,
        Self::ResumeFeed,
        Self::RemoveFeed,
        Self::HideArticle,
        Self::BringBackArticle,
        Self::DeleteArticle,
        Self::AddEditor,
        Self::DisableEditor,
        Self::EnableEditor,
        Self::MakePasswordLink,
        Self::SetPassword,
        Self::EndSessions,
        Self::MakeToken,
        Self::RevokeToken,
        Self::AddWebhook,
        Self::SetWebhook,
        Self::PauseWebhook,
        Self::ResumeWebhook,
        Self::ReplaceWebhookSecret,
        Self::RemoveWebhook,
    ];

    /// The action's word in the database and in addresses.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AddArticle => "add-article",
            Self::AddFeed => "add-feed",
            Self::SetFilter => "set-filter",
            Self::SetRules => "set-rules",
            Self::SetPace => "set-pace",
            Self::SetSource => "set-source",
            Self::PauseSource => "pause-source",
            Self::ResumeSource => "resume-source",
            Self::SetFeed => "set-feed",
            Self::PauseFeed => "pause-feed",
            Self::ResumeFeed => "resume-feed",
            Self::RemoveFeed => "remove-feed",
            Self::HideArticle => "hide-article",
            Self::BringBackArticle => "bring-back-article",
            Self::DeleteArticle => "delete-article",
            Self::AddEditor => "add-editor",
            Self::DisableEditor => "disable-editor",
            Self::EnableEditor => "enable-editor",
            Self::MakePasswordLink => "make-password-link",
            Self::SetPassword => "set-password",
            Self::EndSessions => "end-sessions",
            Self::MakeToken => "make-token",
            Self::RevokeToken => "revoke-token",
            Self::AddWebhook => "add-webhook",
            Self::SetWebhook => "set-webhook",
            Self::PauseWebhook => "pause-webhook",
            Self::ResumeWebhook => "resume-webhook",
            Self::ReplaceWebhookSecret => "replace-webhook-secret",
            Self::RemoveWebhook => "remove-webhook",
        }
    }
}

impl FromStr for Action {
    type Err = StoreError;

    fn from_str(word: &str) -> Result<Self, StoreError> {
        Self::ALL
            .into_iter()
            .find(|action| action.as_str() == word)
            .ok_or_else(|| StoreError::corrupt("action", word))
    }
}

/// What it was done to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject<'a> {
    /// An article.
    Article(ArticleId),
    /// A feed.
    Feed(FeedId),
    /// A source, by its slug.
    Source(&'a str),
    /// An editor, by name.
    Editor(&'a str),
    /// A token of the API, by name.
    Token(&'a str),
    /// A webhook, by name.
    Webhook(&'a str),
}

impl Subject<'_> {
    const fn kind(&self) -> &'static str {
        match self {
            Self::Article(_) => "article",
            Self::Feed(_) => "feed",
            Self::Source(_) => "source",
            Self::Editor(_) => "editor",
            Self::Token(_) => "token",
            Self::Webhook(_) => "webhook",
        }
    }

    fn name(&self) -> String {
        match self {
            Self::Article(id) => id.to_string(),
            Self::Feed(id) => id.to_string(),
            Self::Source(name) | Self::Editor(name) | Self::Token(name) | Self::Webhook(name) => {
                (*name).to_owned()
            }
        }
    }
}

/// What is to be noted.
#[derive(Debug, Clone, Copy)]
pub struct Deed<'a> {
    /// Who did it.
    pub actor: &'a Actor,
    /// Why, in the actor's words; may be empty.
    pub reason: &'a str,
    /// When.
    pub at: DateTime<Utc>,
}

/// A line of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its place in the log: later ones are higher.
    pub id: i64,
    /// When it was done.
    pub at: DateTime<Utc>,
    /// Who did it, as they were called then.
    pub actor: String,
    /// What was done.
    pub action: Action,
    /// `article`, `feed`, `source`, `editor`, `token` or `webhook`.
    pub subject_kind: String,
    /// An article's or feed's number, a source's slug, an editor's, token's or webhook's name.
    pub subject: String,
    /// An article's latest headline, while there is one.
    pub title: Option<String>,
    /// Why, in the actor's words; may be empty.
    pub reason: String,
}

/// Which lines of the log are meant; all of them by default.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EntryFilter {
    /// Only this action.
    pub action: Option<Action>,
    /// Only what this actor did, as they were called.
    pub actor: Option<String>,
    /// Only what was done to this article.
    pub article: Option<ArticleId>,
}

/// Adds a line to the log, in the transaction that does what it tells of.
pub(crate) async fn note(
    connection: &mut PgConnection,
    deed: Deed<'_>,
    action: Action,
    subject: Subject<'_>,
) -> Result<(), StoreError> {
    let reason = row::without_nul(deed.reason);
    let detail = match reason.as_str() {
        "" => serde_json::json!({}),
        reason => serde_json::json!({ "reason": reason }),
    };
    sqlx::query!(
        r#"
        insert into audit (at, editor_id, actor, action, subject_kind, subject, detail)
        values ($1, $2, $3, $4, $5, $6, $7)
        "#,
        deed.at,
        deed.actor.editor().map(EditorId::get),
        deed.actor.to_string(),
        action.as_str(),
        subject.kind(),
        subject.name(),
        detail,
    )
    .execute(connection)
    .await?;
    Ok(())
}

impl Store {
    /// Adds a line to the log, about what has been done already.
    pub async fn note(
        &self,
        deed: Deed<'_>,
        action: Action,
        subject: Subject<'_>,
    ) -> Result<(), StoreError> {
        note(&mut *self.pool.acquire().await?, deed, action, subject).await
    }

    /// The log, the latest first: `limit` lines before line `before`.
    pub async fn audit(
        &self,
        filter: &EntryFilter,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<Entry>, StoreError> {
        let mut transaction = self.pool.begin().await?;
        browsing::prepare(&mut transaction).await?;
        let rows = sqlx::query!(
            r#"
            select id, at, actor, action, subject_kind, subject, detail,
                (
                    select title
                    from article
                    where article.id = case subject_kind when 'article' then subject::bigint end
                ) as title
            from audit
            where ($1::bigint is null or id < $1)
                and ($2::text is null or action = $2)
                and ($3::text is null or actor = $3)
                and ($4::text is null or (subject_kind = 'article' and subject = $4))
            order by id desc
            limit $5
            "#,
            before,
            filter.action.map(Action::as_str),
            filter.actor.as_deref().map(row::without_nul),
            filter.article.map(|id| id.to_string()),
            i64::from(limit),
        )
        .fetch_all(&mut *transaction)
        .await?;
        transaction.commit().await?;
        rows.into_iter()
            .map(|line| {
                let reason = line.detail.get("reason").and_then(Value::as_str);
                Ok(Entry {
                    id: line.id,
                    at: line.at,
                    actor: line.actor,
                    action: line.action.parse()?,
                    subject_kind: line.subject_kind,
                    subject: line.subject,
                    title: line.title,
                    reason: reason.unwrap_or_default().to_owned(),
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
    use crate::fixture::minute;

    #[sqlx::test(migrator = "MIGRATOR")]
    async fn the_log_is_only_ever_added_to_and_read_the_latest_first(pool: PgPool) {
        let store = Store::new(pool.clone());
        let article = |id: i64| ArticleId::try_from(id).unwrap();
        for (id, action) in [(1, Action::HideArticle), (2, Action::AddArticle)] {
            let deed = Deed { actor: &Actor::Operator, reason: "a court", at: minute(id) };
            store.note(deed, action, Subject::Article(article(id))).await.unwrap();
        }
        let all = store.audit(&EntryFilter::default(), None, 10).await.unwrap();
        let subjects = |lines: &[Entry]| -> Vec<String> {
            lines.iter().map(|line| line.subject.clone()).collect()
        };
        assert_eq!(subjects(&all), ["2", "1"]);
        assert_eq!(
            (all[0].actor.as_str(), all[0].reason.as_str()),
            ("operator (command line)", "a court")
        );
        let older = store.audit(&EntryFilter::default(), Some(all[0].id), 10).await.unwrap();
        assert_eq!(subjects(&older), ["1"]);
        let hidden = EntryFilter { action: Some(Action::HideArticle), ..EntryFilter::default() };
        assert_eq!(subjects(&store.audit(&hidden, None, 10).await.unwrap()), ["1"]);
        for forget in ["update audit set actor = 'x'", "delete from audit", "truncate audit"] {
            assert!(sqlx::query(forget).execute(&pool).await.is_err(), "{forget}");
        }
    }
}
