//! `stet migrate`: the schema.

use std::process::ExitCode;

use stet_store::SchemaState;

use crate::database::{self, As};
use crate::settings::Settings;

/// Brings the schema up to date, and says what it did.
pub(crate) fn run(settings: &Settings) -> anyhow::Result<ExitCode> {
    let opened = database::open(settings, As::Command)?;
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(async {
        let before = opened.database.schema_state().await?;
        opened.database.migrate().await?;
        match before {
            SchemaState::Behind(count) => println!("applied {count} migrations"),
            SchemaState::UpToDate | SchemaState::Foreign => println!("the schema is up to date"),
        }
        Ok(ExitCode::SUCCESS)
    })
}
