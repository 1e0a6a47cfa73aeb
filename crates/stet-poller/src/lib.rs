//! stet-poller.
