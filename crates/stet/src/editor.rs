//! `stet editor`: the editors of this site, by name.

use std::process::ExitCode;

use anyhow::bail;
use clap::Subcommand;
use stet_store::audit::{Actor, Deed};
use stet_store::{Editor, MAX_EDITOR_NAME, Store};
use url::Url;

use crate::quoted::quoted;
use crate::settings::Settings;
use crate::{clock, database};

#[derive(Debug, Subcommand)]
pub(crate) enum EditorCommand {
    /// Add an editor, and print a link by which they set a password; for one who is known, print
    /// a new link
    Add {
        /// What the audit log calls them
        name: String,
    },
    /// Print the editors, a line each
    List,
    /// Keep an editor from logging in, and end their sessions
    Disable {
        /// Their name
        name: String,
    },
}

/// What the audit log says of a command that runs now.
pub(crate) fn by_operator() -> Deed<'static> {
    Deed { actor: &Actor::Operator, reason: "", at: clock::now() }
}

/// Does what is asked, as the operator.
pub(crate) fn run(settings: &Settings, command: &EditorCommand) -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(async {
        let opened = database::open_migrated(settings).await?;
        let store = opened.database.open(1);
        let deed = by_operator();
        match command {
            EditorCommand::Add { name } => {
                let editor = added(&store, name.trim(), deed).await?;
                let base_url = settings.base_url(settings.listen)?;
                println!("{}", password_link(&store, &base_url, &editor, deed).await?);
            }
            EditorCommand::List => {
                for listed in store.editors().await? {
                    let state = match (listed.disabled_at, listed.has_password) {
                        (Some(_), _) => "disabled",
                        (None, true) => "active",
                        (None, false) => "invited",
                    };
                    println!("status={state} name={}", quoted(&listed.editor.name));
                }
            }
            EditorCommand::Disable { name } => {
                let Some(editor) = store.find_editor(name.trim()).await? else {
                    bail!("there is no editor of this name; `stet editor list` names them");
                };
                store.set_editor_enabled(&editor, false, deed).await?;
            }
        }
        Ok(ExitCode::SUCCESS)
    })
}

async fn added(store: &Store, name: &str, deed: Deed<'_>) -> anyhow::Result<Editor> {
    if name.is_empty() || name.chars().count() > MAX_EDITOR_NAME {
        bail!("a name has between 1 and {MAX_EDITOR_NAME} characters");
    }
    match store.add_editor(name, deed).await? {
        Some(editor) => Ok(editor),
        None => match store.find_editor(name).await? {
            Some(editor) => Ok(editor),
            None => bail!("this editor was not found"),
        },
    }
}

/// A link by which an editor sets a password once.
async fn password_link(
    store: &Store,
    base_url: &Url,
    editor: &Editor,
    deed: Deed<'_>,
) -> anyhow::Result<Url> {
    let secret = store.create_password_link(editor, deed).await?;
    let mut link = base_url.join("account/password")?;
    link.query_pairs_mut().append_pair("link", secret.expose());
    Ok(link)
}
