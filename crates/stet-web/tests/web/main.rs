//! Requests through the router, over a database of their own each.

mod editors;
mod feeds;
mod finding;
mod hostile;
mod login;
mod pages;
mod removal;
mod routes;
mod serving;
mod support;
mod watching;
