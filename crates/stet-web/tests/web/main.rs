//! Requests through the router, over a database of their own each.

mod feeds;
mod finding;
mod hostile;
mod login;
mod pages;
mod pictures;
mod reading;
mod removal;
mod routes;
mod rules;
mod serving;
mod sources;
mod support;
mod watching;
