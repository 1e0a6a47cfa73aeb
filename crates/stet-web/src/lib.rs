//! stet-web.
