//! stet-store.
