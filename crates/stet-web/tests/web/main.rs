//! Requests through the router, over a database of their own each.

mod api;
mod editors;
mod feed_import;
mod feeds;
mod finding;
mod hostile;
mod latest;
mod login;
mod memento;
mod pages;
mod pictures;
mod reading;
mod remembered;
mod removal;
mod routes;
mod rules;
mod search;
mod serving;
mod sources;
mod support;
mod watching;
mod webhooks;
mod words;
