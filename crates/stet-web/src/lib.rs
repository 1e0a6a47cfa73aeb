//! The pages and feeds of Stet.
//!
//! One page is one file in `pages`, one template and one line of `routes`. A handler loads,
//! shapes and renders; nothing here fetches anything: a page that wants an address looked at
//! writes a proposal, and a poller answers it.

mod api;
mod asked;
mod assets;
mod cache;
mod change_line;
mod change_mark;
mod comparing;
mod cursor;
mod direction;
mod error;
mod frame;
mod headers;
mod headlines;
mod hex;
mod hits;
mod holdings;
mod kind_box;
mod layout;
mod limits;
mod links;
mod observed;
mod outcome_rates;
mod pages;
mod paragraph_lines;
mod password;
mod peer;
mod pieces;
mod remembered;
mod rhythm;
mod routes;
mod serve;
mod session;
mod site;
mod source_choice;
mod spreading;
mod submitting;
mod syndication;
mod time_axis;
mod timeline;
mod trial;
mod webhook_body;
mod wording;

pub use links::feeds_of;
pub use routes::router;
pub use serve::serve;
pub use site::{Clock, Settings, Site, Submissions, UnknownSubmissions};
pub use webhook_body::webhook_body;

// Named so that templates can write `crate::text(…)`, `crate::say(…)` and `crate::html(…)`.
use stet_words::{say, text};
use wording::html;
