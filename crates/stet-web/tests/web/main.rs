//! Requests through the router, over a database of their own each.

mod editors;
mod feeds;
mod finding;
mod hostile;
mod latest;
mod login;
mod memento;
mod pages;
mod pictures;
mod reading;
mod removal;
mod routes;
mod search;
mod serving;
mod support;
mod watching;
