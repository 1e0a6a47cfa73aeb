//! Stet as it is typed: the built program, real clusters, a news site on loopback.

mod archive;
mod end_to_end;
mod many_cases;
mod news_site;
mod service;
mod transfer;
mod with_postgres;
