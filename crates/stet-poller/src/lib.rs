//! stet-poller.

pub mod fetch;
