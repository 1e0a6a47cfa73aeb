//! Which database is used: the one that `DATABASE_URL` names, or a private Postgres.

use std::path::PathBuf;

use stet_store::Database;

use crate::private_postgres::{
    Durability, Options, PrivatePostgres, SearchPlaces, ServerWatch, default_data_dir,
};
use crate::settings::Settings;

/// A database that can be connected to, and the server that it needs.
#[derive(Debug)]
pub(crate) struct Opened {
    /// The database.
    pub(crate) database: Database,
    /// The private server, if that is where it is; it stops when this is dropped.
    postgres: Option<PrivatePostgres>,
}

/// Whether this process is the service or a command that may run beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum As {
    /// The service: nobody else may run on this data directory.
    Service,
    /// A command: it joins a service that runs already.
    Command,
}

/// Opens the database that the settings name. It blocks for as long as a server takes to start.
pub(crate) fn open(settings: &Settings, role: As) -> anyhow::Result<Opened> {
    if let Some(url) = &settings.database_url {
        return Ok(Opened { database: Database::at(url)?, postgres: None });
    }
    let data_dir = data_dir(settings);
    let options = Options { places: search_places(settings), durability: Durability::Durable };
    let postgres = match role {
        As::Service => PrivatePostgres::start(&data_dir, &options)?,
        As::Command => PrivatePostgres::start_or_join(&data_dir, &options)?,
    };
    let database = Database::at(&postgres.url())?;
    Ok(Opened { database, postgres: Some(postgres) })
}

/// Opens the database for a command, with the schema that this program needs.
pub(crate) async fn open_migrated(settings: &Settings) -> anyhow::Result<Opened> {
    let settings = settings.clone();
    let opened = tokio::task::spawn_blocking(move || open(&settings, As::Command)).await??;
    opened.database.migrate().await?;
    Ok(opened)
}

/// Where the private Postgres keeps its data.
pub(crate) fn data_dir(settings: &Settings) -> PathBuf {
    settings.data_dir.clone().unwrap_or_else(default_data_dir)
}

/// Where Postgres' programs are looked for.
pub(crate) fn search_places(settings: &Settings) -> SearchPlaces {
    match &settings.pg_bin {
        Some(folder) => SearchPlaces::only([folder.clone()]),
        None => SearchPlaces::of_this_system(),
    }
}

impl Opened {
    /// The life of the private server, if this process runs one.
    pub(crate) fn server_watch(&self) -> Option<ServerWatch> {
        self.postgres.as_ref().and_then(PrivatePostgres::watch)
    }
}
