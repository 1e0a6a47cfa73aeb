//! `stet token`: a fresh login link.

use std::process::ExitCode;

use stet_store::Store;
use url::Url;

use crate::settings::Settings;
use crate::{clock, database};

/// Prints a login link.
pub(crate) fn run(settings: &Settings) -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(async {
        let opened = database::open_migrated(settings).await?;
        let base_url = settings.base_url(settings.listen)?;
        println!("{}", login_link(&opened.database.open(1), &base_url).await?);
        Ok(ExitCode::SUCCESS)
    })
}

/// A link that logs in once.
pub(crate) async fn login_link(store: &Store, base_url: &Url) -> anyhow::Result<Url> {
    let token = store.create_login_token(clock::now()).await?;
    let mut link = base_url.join("login")?;
    link.query_pairs_mut().append_pair("token", token.expose());
    Ok(link)
}
