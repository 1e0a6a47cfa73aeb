//! TimeMaps (RFC 7089 §5): what an archive has of one address, as lists that machines read.

mod json;
mod link_format;

use chrono::{DateTime, NaiveDateTime, Utc};
use thiserror::Error;

pub use link_format::Link;

/// The media type of the [link format](Link). Source: RFC 6690 §7.3.
pub const LINK_FORMAT: &str = "application/link-format";

/// Why a text is no TimeMap.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TimeMapError {
    /// The bytes are not UTF-8.
    #[error("the TimeMap is not UTF-8")]
    NotText,
    /// Neither the link format nor a JSON that archives write.
    #[error("this is not a TimeMap: {0}")]
    Malformed(String),
}

/// A capture that an archive has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Where it is to be had, as the TimeMap writes it.
    pub address: String,
    /// When it was captured, to the second.
    pub captured_at: DateTime<Utc>,
}

/// What an archive has of one address, or one page of that.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TimeMap {
    /// The address that was captured.
    pub original: Option<String>,
    /// The captures, in the TimeMap's order.
    pub mementos: Vec<Listed>,
    /// Where other pages of this TimeMap are.
    pub pages: Vec<String>,
}

impl TimeMap {
    /// Reads a TimeMap in the link format (RFC 7089 §5), in the JSON that MemGator and Stet
    /// write, or as the Wayback Machine's table. `address` is where it was found.
    pub fn read(bytes: &[u8], address: &str) -> Result<Self, TimeMapError> {
        let text = std::str::from_utf8(bytes).map_err(|_| TimeMapError::NotText)?;
        let text = text.trim_start_matches('\u{feff}').trim();
        match text.chars().next() {
            Some('{' | '[') => json::read(text, address),
            _ => Self::of_links(&link_format::read(text)?, address),
        }
    }

    fn of_links(links: &[Link], address: &str) -> Result<Self, TimeMapError> {
        let mut map = Self::default();
        for link in links {
            if link.has_rel("original") {
                map.original = Some(link.target.clone());
            }
            if link.has_rel("timemap") && link.target != address {
                map.pages.push(link.target.clone());
            }
            if link.has_rel("memento") {
                let date = link.parameter("datetime").unwrap_or_default();
                let captured_at = crate::http_date::parse(date).ok_or_else(|| {
                    TimeMapError::Malformed(format!("{} has the date {date:?}", link.target))
                })?;
                map.mementos.push(Listed { address: link.target.clone(), captured_at });
            }
        }
        if map.original.is_none() && map.mementos.is_empty() && map.pages.is_empty() {
            let words = "it names neither an original nor mementos";
            return Err(TimeMapError::Malformed(words.to_owned()));
        }
        Ok(map)
    }
}

/// A moment as archives write it in addresses: `20160909174400`.
#[must_use]
pub fn digits(at: DateTime<Utc>) -> String {
    at.format("%Y%m%d%H%M%S").to_string()
}

/// Reads 14 digits; `None` if they are no moment.
#[must_use]
pub fn from_digits(text: &str) -> Option<DateTime<Utc>> {
    let is_whole = text.len() == 14 && text.bytes().all(|byte| byte.is_ascii_digit());
    let read = is_whole.then(|| NaiveDateTime::parse_from_str(text, "%Y%m%d%H%M%S").ok());
    read.flatten().map(|moment| moment.and_utc())
}

#[cfg(test)]
mod tests {
    use super::*;

    const WAYBACK: &str = "http://archive.example/web/timemap/link/http://a.example/1";

    fn shown(map: &TimeMap) -> Vec<String> {
        let line = |listed: &Listed| format!("{} {}", digits(listed.captured_at), listed.address);
        map.mementos.iter().map(line).collect()
    }

    #[test]
    fn moments_are_14_digits() {
        let at = from_digits("20160909174400").unwrap();
        assert_eq!(digits(at), "20160909174400");
        for wrong in ["2016", "20161309174400", "201609091744000", "2016090917440x", ""] {
            assert_eq!(from_digits(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_timemap_in_the_link_format_is_read_with_its_further_pages() {
        let text = "<http://a.example/1>; rel=\"original\",\n\
            <http://archive.example/web/timemap/link/http://a.example/1>; rel=\"self\"; \
            type=\"application/link-format\"; from=\"Fri, 09 Sep 2016 17:44:00 GMT\",\n\
            <http://archive.example/web/timemap/link/2/http://a.example/1>; rel=timemap,\n\
            <http://archive.example/web/20160909174400/http://a.example/1?a=1,2>; \
            rel=\"first memento\"; datetime=\"Fri, 09 Sep 2016 17:44:00 GMT\",\n\
            <http://archive.example/web/20160910000000/http://a.example/1>; rel=\"last memento\"; \
            datetime=\"Sat, 10 Sep 2016 00:00:00 GMT\"";
        let map = TimeMap::read(text.as_bytes(), WAYBACK).unwrap();
        assert_eq!(map.original.as_deref(), Some("http://a.example/1"));
        assert_eq!(map.pages, ["http://archive.example/web/timemap/link/2/http://a.example/1"]);
        assert_eq!(
            shown(&map),
            [
                "20160909174400 http://archive.example/web/20160909174400/http://a.example/1?a=1,2",
                "20160910000000 http://archive.example/web/20160910000000/http://a.example/1",
            ]
        );
    }

    #[test]
    fn a_timemap_as_memgators_json_is_read() {
        let text = r#"{"original_uri": "http://a.example/1", "mementos": {"list": [
            {"datetime": "2016-09-09T17:44:00Z", "uri": "http://archive.example/x"}]},
            "timemap_uri": {"json_format": "http://archive.example/json"},
            "pages": {"next": {"uri": "http://archive.example/json/2"}}}"#;
        let map = TimeMap::read(text.as_bytes(), "http://archive.example/json").unwrap();
        assert_eq!(shown(&map), ["20160909174400 http://archive.example/x"]);
        assert_eq!(map.pages, ["http://archive.example/json/2"]);
    }

    #[test]
    fn the_wayback_machines_table_is_read_without_captures_that_failed() {
        let text = r#"[["urlkey","timestamp","original","mimetype","statuscode","digest"],
            ["a","20160909174400","http://a.example/1","text/html","200","X"],
            ["a","20160910000000","http://a.example/1","text/html","404","Y"],
            ["a","20160911000000","http://a.example/1","warc/revisit","-","X"]]"#;
        let address = "http://archive.example/web/timemap/json/http://a.example/1";
        let map = TimeMap::read(text.as_bytes(), address).unwrap();
        assert_eq!(
            shown(&map),
            [
                "20160909174400 http://archive.example/web/20160909174400/http://a.example/1",
                "20160911000000 http://archive.example/web/20160911000000/http://a.example/1",
            ]
        );
    }

    #[test]
    fn what_is_no_timemap_says_why() {
        let why = |text: &str| TimeMap::read(text.as_bytes(), WAYBACK).unwrap_err().to_string();
        assert_eq!(why(""), "this is not a TimeMap: it names neither an original nor mementos");
        assert_eq!(why("<html><p>"), "this is not a TimeMap: '<' without its '>' and ';'");
        assert_eq!(
            why("<a>; rel=memento; datetime=\"x\""),
            "this is not a TimeMap: a has the date \"x\""
        );
        assert!(why("{\"a\": 1}").starts_with("this is not a TimeMap: "));
        assert_eq!(TimeMap::read(b"\xff", WAYBACK), Err(TimeMapError::NotText));
    }
}
