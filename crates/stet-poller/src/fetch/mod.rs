//! The one door to other people's sites.
//!
//! Everything that Stet reads from the network comes through [`Fetcher::get`]: one GET, its
//! redirects followed by hand, within limits, and only to public addresses. What Stet sends goes out
//! through [`Fetcher::post`], past the same guard. There is no second path and no switch that turns
//! the [guard](mod@guard) off.
//!
//! What bounds a visit:
//!
//! | limit | by default | where |
//! |---|---|---|
//! | whole visit, all hops, without waiting for the turn of further hosts | 30 s | [`FetchSettings::deadline`] |
//! | making one connection | 10 s | [`FetchSettings::connect_within`] |
//! | decoded bytes of the body | 10 MiB | [`FetchSettings::max_bytes`] |
//! | decoded bytes of an error page | 64 KiB, the rest is dropped | [`MAX_ERROR_BODY_BYTES`] |
//! | redirects | 5 | [`FetchSettings::max_redirects`] |
//! | header fields of an answer | 100 in HTTP/1 and about 400 KiB (hyper's own limits), 16 KiB in HTTP/2 (h2's) | hyper |
//! | header fields kept | 100 and 32 KiB | [`Fetched::headers`] |
//!
//! Certificates are always verified, with the roots of the system (on Debian the package
//! `ca-certificates`; `SSL_CERT_FILE` and `SSL_CERT_DIR` name others). Without any,
//! [`Fetcher::new`] fails and says so.
//!
//! Looking up a name runs on a thread that can't be stopped: after the deadline the visit is
//! over, but the system's resolver may keep one of tokio's blocking threads for its own time-out.

mod allow;
mod crossing;
mod error;
mod fetched;
mod fetcher;
pub mod guard;
mod post;
mod resolver;

#[cfg(test)]
mod tests;

pub use allow::{AllowList, AllowListError};
pub use crossing::{AnyHost, Crossings, NoEntry};
pub use error::{FetchError, SetupError};
pub use fetched::{Fetched, Redirect};
pub use fetcher::{Accept, FetchSettings, Fetcher, MAX_ERROR_BODY_BYTES, Request};
pub use guard::Refusal;
pub use post::{Posted, Posting};
