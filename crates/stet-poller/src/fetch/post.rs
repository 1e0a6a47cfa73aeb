//! One POST: what is sent out, through the same door.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, RETRY_AFTER};
use stet_core::Address;
use tokio::time::{Instant, timeout_at};

use super::error::FetchError;
use super::fetched;
use super::fetcher::Fetcher;

/// What is to be sent.
#[derive(Debug, Clone)]
pub struct Posting<'a> {
    /// Where.
    pub address: &'a Address,
    /// The body's type.
    pub content_type: &'static str,
    /// Further header fields. One whose value cannot be sent is left out.
    pub headers: &'a [(&'static str, &'a str)],
    /// The body.
    pub body: Vec<u8>,
    /// The most time that it takes, if that is less than [any visit](super::FetchSettings) may.
    pub deadline: Duration,
}

/// What was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posted {
    /// The HTTP status.
    pub status: u16,
    retry_after: Option<String>,
}

impl Posted {
    /// How long the site asks to be left alone (RFC 9110 §10.2.3), from 0 to 365 days. A date
    /// is measured from `now`.
    #[must_use]
    pub fn retry_after(&self, now: DateTime<Utc>) -> Option<TimeDelta> {
        fetched::wait(self.retry_after.as_deref()?.trim(), now)
    }
}

impl Fetcher {
    /// Sends something and returns what the head of the answer says; its body is not read. The guard
    /// is that of [`get`](Self::get); a redirect is not followed, since what was meant for one site
    /// is no other's.
    pub async fn post(&self, posting: Posting<'_>) -> Result<Posted, FetchError> {
        let within = posting.deadline.min(self.settings.deadline);
        let deadline = Instant::now() + within;
        let url = posting.address.url();
        let sending = self.send(url, |client| {
            let headers = headers(posting.content_type, posting.headers);
            client.post(url.clone()).headers(headers).body(posting.body)
        });
        let response =
            timeout_at(deadline, sending).await.map_err(|_| FetchError::Timeout(within))??;
        let retry_after = response.headers().get(RETRY_AFTER);
        Ok(Posted {
            status: response.status().as_u16(),
            retry_after: retry_after
                .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned()),
        })
    }
}

fn headers(content_type: &'static str, further: &[(&'static str, &str)]) -> HeaderMap {
    let further = further.iter().filter_map(|&(name, value)| {
        Some((HeaderName::from_static(name), HeaderValue::from_str(value).ok()?))
    });
    [(CONTENT_TYPE, HeaderValue::from_static(content_type))].into_iter().chain(further).collect()
}
