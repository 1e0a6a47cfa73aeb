//! Feeds that the site publishes: one model of a feed and its items, and a writer for each format.
//!
//! A feed is asked for far more often than it changes. So its list is loaded first, by one select,
//! and gives the validator by which most readers are told that they have it already. What an item
//! says is made once and kept.

mod answer;
mod content;
mod format;
mod item;
mod legible;
mod urn;
mod writers;

pub(crate) use answer::{Channel, FeedAsked, FeedRequest, Listing, respond};
pub(crate) use content::ContentCache;
pub(crate) use format::FeedFormat;
pub(crate) use item::{Entry, FirstSeen, summary};
pub(crate) use legible::without_forbidden;

#[cfg(test)]
mod tests;
