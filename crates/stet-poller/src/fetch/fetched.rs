//! What a visit brought.

use std::time::Duration;

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use reqwest::header::HeaderMap;
use stet_core::Address;

/// The most header fields that are kept.
const MAX_HEADERS: usize = 100;

/// The most bytes of header names and values that are kept.
const MAX_HEADER_BYTES: usize = 32 * 1024;

/// The longest entity tag or date that is sent back to a site, in bytes. Real tags have some
/// dozens; a very long one would make the site refuse the next request.
const MAX_VALIDATOR_BYTES: usize = 1024;

/// The longest wait that is understood, so that no sum with a time overflows.
const MAX_RETRY_AFTER: TimeDelta = TimeDelta::days(365);

/// One step on the way to an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redirect {
    /// 301, 302, 303, 307 or 308.
    pub status: u16,
    /// The address that answered so. Where it led is the next one's address, or
    /// [`Fetched::address`].
    pub address: Address,
}

/// An answer, whatever its status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetched {
    /// The address that gave the answer, after all redirects, without the tracking parameters
    /// that it may have been visited with.
    pub address: Address,
    /// The redirects on the way, first one first.
    pub redirects: Vec<Redirect>,
    /// The HTTP status.
    pub status: u16,
    /// The header fields as they came, names in lower case, at most 100 and 32 KiB; what is
    /// beyond is left out. `content-encoding` and `content-length` are missing where the body
    /// was compressed.
    pub headers: Vec<(String, String)>,
    /// The decoded body. Of an answer that is not 2xx, at most the beginning; of 304, nothing.
    pub body: Vec<u8>,
    /// From the first look-up to the last byte, over all redirects.
    pub took: Duration,
}

impl Fetched {
    /// The first header field of this name (in lower case).
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// `Content-Type` as sent.
    #[must_use]
    pub fn content_type(&self) -> Option<&str> {
        self.header("content-type")
    }

    /// `ETag`, to be sent with the next request; not if it is absurdly long.
    #[must_use]
    pub fn etag(&self) -> Option<&str> {
        self.validator("etag")
    }

    /// `Last-Modified` as sent, to be sent with the next request.
    #[must_use]
    pub fn last_modified(&self) -> Option<&str> {
        self.validator("last-modified")
    }

    fn validator(&self, name: &str) -> Option<&str> {
        self.header(name).filter(|value| !value.is_empty() && value.len() <= MAX_VALIDATOR_BYTES)
    }

    /// How long the site asks to be left alone (RFC 9110 §10.2.3), from 0 to 365 days. A date
    /// is measured from `now`.
    #[must_use]
    pub fn retry_after(&self, now: DateTime<Utc>) -> Option<TimeDelta> {
        wait(self.header("retry-after")?.trim(), now)
    }

    /// Whether a redirect led from `https` to `http`: the text may have been altered on its way.
    #[must_use]
    pub fn was_downgraded(&self) -> bool {
        let schemes: Vec<&str> = self
            .redirects
            .iter()
            .map(|redirect| &redirect.address)
            .chain([&self.address])
            .map(|address| address.url().scheme())
            .collect();
        schemes.windows(2).any(|pair| pair == ["https", "http"])
    }
}

pub(super) fn wait(text: &str, now: DateTime<Utc>) -> Option<TimeDelta> {
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        let seconds = text.parse().unwrap_or(i64::MAX);
        return Some(
            TimeDelta::try_seconds(seconds)
                .map_or(MAX_RETRY_AFTER, |wait| wait.min(MAX_RETRY_AFTER)),
        );
    }
    let wait = http_date(text)?.signed_duration_since(now);
    Some(wait.clamp(TimeDelta::zero(), MAX_RETRY_AFTER))
}

/// The three forms of a date that RFC 9110 §5.6.7 wants understood.
fn http_date(text: &str) -> Option<DateTime<Utc>> {
    ["%a, %d %b %Y %T GMT", "%A, %d-%b-%y %T GMT", "%a %b %e %T %Y"]
        .iter()
        .find_map(|form| NaiveDateTime::parse_from_str(text, form).ok())
        .map(|date| date.and_utc())
}

/// The header fields that are kept, as text. Bytes that are no UTF-8 become U+FFFD.
pub(super) fn kept_headers(headers: &HeaderMap) -> Vec<(String, String)> {
    let mut room = MAX_HEADER_BYTES;
    headers
        .iter()
        .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into()))
        .filter(|(name, value): &(String, String)| {
            let fits = name.len() + value.len() <= room;
            if fits {
                room -= name.len() + value.len();
            }
            fits
        })
        .take(MAX_HEADERS)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fetched(headers: &[(&str, &str)]) -> Fetched {
        Fetched {
            address: Address::parse("http://news.example/a").unwrap(),
            redirects: Vec::new(),
            status: 200,
            headers: headers.iter().map(|&(k, v)| (k.to_owned(), v.to_owned())).collect(),
            body: Vec::new(),
            took: Duration::ZERO,
        }
    }

    fn retry_after(value: &str) -> Option<i64> {
        let now = DateTime::parse_from_rfc3339("1994-11-06T08:49:00Z").unwrap().to_utc();
        fetched(&[("retry-after", value)]).retry_after(now).map(|wait| wait.num_seconds())
    }

    #[test]
    fn a_wait_is_read_in_seconds() {
        assert_eq!(retry_after("120"), Some(120));
        assert_eq!(retry_after(" 0 "), Some(0));
    }

    #[test]
    fn a_wait_is_read_as_a_date_in_each_of_its_three_forms() {
        assert_eq!(retry_after("Sun, 06 Nov 1994 08:49:37 GMT"), Some(37));
        assert_eq!(retry_after("Sunday, 06-Nov-94 08:49:37 GMT"), Some(37));
        assert_eq!(retry_after("Sun Nov  6 08:49:37 1994"), Some(37));
    }

    #[test]
    fn a_date_that_is_past_is_no_wait() {
        assert_eq!(retry_after("Sun, 06 Nov 1994 08:48:00 GMT"), Some(0));
    }

    #[test]
    fn an_endless_wait_is_a_year() {
        let year = Some(365 * 86_400);
        assert_eq!(retry_after("99999999999"), year);
        assert_eq!(retry_after("99999999999999999999999999"), year);
        assert_eq!(retry_after("Fri, 31 Dec 9999 23:59:59 GMT"), year);
    }

    #[test]
    fn what_is_neither_seconds_nor_a_date_is_no_wait() {
        for value in ["", "soon", "-5", "1.5", "1994-11-06T08:49:37Z", "120, 60"] {
            assert_eq!(retry_after(value), None, "{value}");
        }
    }

    #[test]
    fn an_absurd_entity_tag_is_not_sent_back() {
        let long = "x".repeat(MAX_VALIDATOR_BYTES + 1);
        assert_eq!(fetched(&[("etag", &long)]).etag(), None);
        assert_eq!(fetched(&[("etag", "W/\"1\"")]).etag(), Some("W/\"1\""));
    }

    #[test]
    fn too_many_and_too_long_header_fields_are_left_out() {
        let mut headers = HeaderMap::new();
        headers.append("x-huge", "h".repeat(MAX_HEADER_BYTES).parse().unwrap());
        for number in 0..MAX_HEADERS + 20 {
            headers.append("x-many", number.into());
        }
        let kept = kept_headers(&headers);
        assert_eq!(kept.len(), MAX_HEADERS);
        assert_eq!(kept[0], ("x-many".to_owned(), "0".to_owned()));
        assert_eq!(kept[99], ("x-many".to_owned(), "99".to_owned()));
    }

    #[test]
    fn a_way_from_https_to_http_is_noted() {
        let mut answer = fetched(&[]);
        let step = |address| Redirect { status: 302, address: Address::parse(address).unwrap() };
        answer.redirects = vec![step("http://news.example/"), step("https://news.example/")];
        assert!(answer.was_downgraded());
        answer.redirects.pop();
        assert!(!answer.was_downgraded());
    }
}
