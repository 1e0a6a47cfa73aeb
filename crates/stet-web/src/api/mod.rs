//! The JSON API: what the pages show, for programs, under `/api/v1/`.
//!
//! An operation is a handler with its description; a resource is one file. Who reads needs
//! nothing; who changes something sends a token that an editor made. Cookies are never looked at:
//! no browser can be made to act here in its reader's name.

mod articles;
mod body;
mod caller;
mod changes;
mod comparisons;
mod description;
mod list;
mod problem;
mod proposals;
mod query;
mod routes;
mod search;
mod sources;
mod versions;
mod visibility;
mod webhooks;

pub(crate) use caller::PREFIX as TOKEN_PREFIX;
pub(crate) use changes::ChangeData;
pub(crate) use routes::router;
