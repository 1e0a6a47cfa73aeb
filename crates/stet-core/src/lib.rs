//! What Stet knows about news articles, as pure functions over values.
//!
//! Nothing here reads a clock, a network, a database or the environment: bytes and times come
//! in as arguments and answers go out as values, so everything can be tested with fixtures.
//! The way of an article through this crate:
//!
//! 1. an [`address`](mod@address) says where it stands;
//! 2. [`extract`](mod@extract) turns the bytes of a page into an [`ArticleText`];
//! 3. [`compare`](mod@compare) aligns two texts into a [`Comparison`](compare::Comparison);
//! 4. [`schedule`] says when to look again.

pub mod address;
pub mod address_filter;
mod ampersands;
pub mod article_text;
pub mod canonical;
pub mod compare;
pub mod extract;
pub mod feed;
pub mod http_date;
pub mod ids;
pub mod kind;
pub mod listing;
mod literals;
mod live_noise;
pub mod opml;
pub mod outcome;
pub mod pattern;
pub mod provenance;
pub mod robots;
pub mod schedule;
pub mod search;
pub mod section_page;
pub mod sentences;
pub mod sitemap;
pub mod timemap;
pub mod warc;
pub mod webhook;
mod xml_text;

pub use address::{Address, AddressError};
pub use address_filter::AddressFilter;
pub use article_text::{ArticleText, ParagraphDigest, TextDigest};
pub use ids::{ArticleId, FeedId, HostId, SourceId, VersionNumber, WebhookId};
pub use kind::{Kind, Kinds};
pub use listing::FeedKind;
pub use outcome::CheckOutcome;
pub use section_page::LinkRule;
