//! When an article was published, as its page states it.
//!
//! JSON-LD comes first, then `meta` elements from the most to the least exact in what they mean,
//! then a `time` element that says it is the publication's: 45 of 49 dates that people had noted
//! are found so. Times of changes are never taken for it, nor a bare `time` in the text. The time of
//! the last change is found in the same order by names of its own.

use std::sync::LazyLock;

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use dom_query::Matcher;

use super::json_ld::JsonLd;
use super::landmarks::{Landmarks, matchers};
use super::meta::Meta;

/// Names of `meta` elements in lower case, in the order in which they are believed.
const META: &[&str] = &[
    "article:published_time",
    "og:article:published_time",
    "datepublished",
    "article:published",
    "og:published_time",
    "parsely-pub-date",
    "sailthru.date",
    "cxenseparse:recs:publishtime",
    "cxenseparse:publishtime",
    "article.published",
    "published-date",
    "published_date",
    "published_at",
    "publish-date",
    "publish_date",
    "publishdate",
    "publication_date",
    "publication-date",
    "pubdate",
    "pub_date",
    "ptime",
    "rnews:datepublished",
    "dc.date.issued",
    "dcterms.issued",
    "dc.date.created",
    "dcterms.created",
    "dcterms.date",
    "dc.date",
    "dcsext.articlefirstpublished",
    "article_date_original",
    "originalpublicationdate",
    "cdate",
    "article:created",
    "datecreated",
    "sort_date",
    "date_published",
    "created",
    "date",
];

/// Names of `meta` elements that state the last change, in the order in which they are believed.
const META_MODIFIED: &[&str] = &[
    "article:modified_time",
    "og:article:modified_time",
    "datemodified",
    "og:updated_time",
    "article:modified",
    "article.updated",
    "last-updated",
    "last-modified",
    "lastmod",
    "lastmodified",
    "revision_date",
    "dcterms.modified",
    "dc.date.modified",
];

/// Elements of the page that state the time of the last change.
pub(super) const ELEMENTS_MODIFIED: &[&str] = &[
    "[itemprop='dateModified']",
    "time[class*='updated']",
    "time[class*='modified']",
    "[class*='updated'] time[datetime]",
    "[class*='modified'] time[datetime]",
];

/// Elements of the page that state the publication's time.
pub(super) const ELEMENTS: &[&str] = &[
    "[itemprop='datePublished']",
    "time[pubdate]",
    "time[class*='publish']",
    "time[class*='entry-date']",
    "[class*='publish'] time[datetime]",
    "[class*='dateline'] time[datetime]",
    "[class*='byline'] time[datetime]",
    "header time[datetime]",
];

static MATCHERS: LazyLock<Vec<Matcher>> = LazyLock::new(|| matchers(ELEMENTS));
static MATCHERS_MODIFIED: LazyLock<Vec<Matcher>> = LazyLock::new(|| matchers(ELEMENTS_MODIFIED));

/// When the article was published, if the page says so in a form that can be read.
pub(super) fn published(
    landmarks: &Landmarks<'_>,
    meta: &Meta,
    json_ld: &JsonLd,
) -> Option<DateTime<Utc>> {
    let of_json_ld = json_ld.published.as_deref().and_then(parse);
    of_json_ld
        .or_else(|| META.iter().find_map(|name| meta.get(name).and_then(parse)))
        .or_else(|| MATCHERS.iter().find_map(|matcher| of_element(landmarks, matcher)))
}

/// When the article was changed last, as its page states it: as [`published`], by other names. A
/// time before the publication's is none.
pub(super) fn modified(
    landmarks: &Landmarks<'_>,
    meta: &Meta,
    json_ld: &JsonLd,
    published: Option<DateTime<Utc>>,
) -> Option<DateTime<Utc>> {
    let of_json_ld = json_ld.modified.as_deref().and_then(parse);
    of_json_ld
        .or_else(|| META_MODIFIED.iter().find_map(|name| meta.get(name).and_then(parse)))
        .or_else(|| MATCHERS_MODIFIED.iter().find_map(|matcher| of_element(landmarks, matcher)))
        .filter(|modified| published.is_none_or(|published| *modified >= published))
}

fn of_element(landmarks: &Landmarks<'_>, matcher: &Matcher) -> Option<DateTime<Utc>> {
    let element = landmarks.credit(matcher)?;
    let value = element.attr("datetime").or_else(|| element.attr("content"));
    value.as_deref().and_then(parse)
}

/// Formats of date and time, with an offset from UTC.
const WITH_OFFSET: &[&str] = &[
    "%Y-%m-%dT%H:%M:%S%.f%#z",
    "%Y-%m-%d %H:%M:%S%.f%#z",
    "%Y-%m-%d %H:%M:%S%.f %#z",
    "%Y-%m-%dT%H:%M%#z",
    "%Y-%m-%d %H:%M %#z",
    "%Y%m%dT%H%M%S%#z",
    "%a %b %d %H:%M:%S %z %Y",
];

/// Formats without one, which are taken as UTC.
const WITHOUT_OFFSET: &[&str] = &[
    "%Y-%m-%dT%H:%M:%S%.f",
    "%Y-%m-%d %H:%M:%S%.f",
    "%Y-%m-%dT%H:%M",
    "%Y-%m-%d %H:%M",
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d %H:%M",
    "%Y%m%d%H%M%S",
    "%B %d, %Y %I:%M %p",
    "%b %d, %Y %I:%M %p",
    "%d %B %Y %H:%M",
    "%d %b, %Y %H:%M",
];

/// Formats of a date alone, which is taken as its midnight in UTC. No format in which day and
/// month could be mistaken for each other is here.
const DATE_ONLY: &[&str] =
    &["%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%B %d, %Y", "%b %d, %Y", "%d %B %Y", "%d %b %Y"];

/// Reads a time as sites write it.
pub(super) fn parse(text: &str) -> Option<DateTime<Utc>> {
    let whole = text.trim();
    let text = whole.strip_suffix(" UTC").or_else(|| whole.strip_suffix(" GMT")).unwrap_or(whole);
    let with_offset = || {
        let other = WITH_OFFSET.iter().find_map(|form| DateTime::parse_from_str(text, form).ok());
        other.or_else(|| DateTime::parse_from_rfc2822(whole).ok()).map(|time| time.to_utc())
    };
    let without = || {
        let text = text.trim_end_matches('Z');
        let time =
            WITHOUT_OFFSET.iter().find_map(|form| NaiveDateTime::parse_from_str(text, form).ok());
        time.map(|time| time.and_utc())
    };
    let date_only = || {
        let date = DATE_ONLY.iter().find_map(|form| NaiveDate::parse_from_str(text, form).ok());
        date.map(|date| date.and_time(NaiveTime::MIN).and_utc())
    };
    let time = with_offset().or_else(without).or_else(|| epoch(text)).or_else(date_only)?;
    is_plausible(&time).then_some(time)
}

/// Seconds or milliseconds since 1970.
fn epoch(text: &str) -> Option<DateTime<Utc>> {
    let is_count = text.bytes().all(|c| c.is_ascii_digit());
    match text.len() {
        10 if is_count => DateTime::from_timestamp(text.parse().ok()?, 0),
        13 if is_count => DateTime::from_timestamp_millis(text.parse().ok()?),
        _ => None,
    }
}

/// Whether a newspaper could have been published then: not the year 0 or 1 of an empty field.
fn is_plausible(time: &DateTime<Utc>) -> bool {
    use chrono::Datelike;
    (1600..10_000).contains(&time.year())
}

#[cfg(test)]
mod tests {
    use dom_query::Document;

    use super::*;

    #[test]
    fn dates_are_read_as_sites_write_them() {
        for (text, time) in [
            ("2019-11-18T09:05:07Z", "2019-11-18T09:05:07Z"),
            ("2019-11-18T09:05:07.123+0100", "2019-11-18T08:05:07.123Z"),
            ("2019-11-18T09:05+01:00", "2019-11-18T08:05:00Z"),
            ("2019-11-18 09:05:07 +0000", "2019-11-18T09:05:07Z"),
            ("2019-11-18 09:05:07", "2019-11-18T09:05:07Z"),
            ("2019-11-18T09:05Z", "2019-11-18T09:05:00Z"),
            ("Mon, 18 Nov 2019 09:05:07 GMT", "2019-11-18T09:05:07Z"),
            ("Mon, 18 Nov 2019 09:05:07 -0500", "2019-11-18T14:05:07Z"),
            ("20191118", "2019-11-18T00:00:00Z"),
            ("November 18, 2019", "2019-11-18T00:00:00Z"),
            ("18 Nov, 2019 09:05", "2019-11-18T09:05:00Z"),
            ("1574067907", "2019-11-18T09:05:07Z"),
            ("1574067907000", "2019-11-18T09:05:07Z"),
        ] {
            let expected: DateTime<Utc> = time.parse().expect("the test's own time");
            assert_eq!(parse(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in ["", "yesterday", "03/04/2019", "0001-01-01T00:00:00Z", "99999999999999999999"]
        {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn json_ld_beats_meta_beats_a_time_element() {
        let html = "<meta property='article:published_time' content='2019-11-18'>
            <time itemprop=datePublished datetime=2018-01-01>";
        let document = Document::from(html);
        let year = |json_ld: &JsonLd| {
            published(
                &Landmarks::gather(&document),
                &Meta::read(&Landmarks::gather(&document)),
                json_ld,
            )
            .map(|time| time.format("%Y").to_string())
        };
        assert_eq!(year(&JsonLd::default()).as_deref(), Some("2019"));
        let json_ld = JsonLd { published: Some("2020-01-01".into()), ..JsonLd::default() };
        assert_eq!(year(&json_ld).as_deref(), Some("2020"));
        let document = Document::from("<time itemprop=datePublished datetime=2018-01-01>");
        assert!(
            published(&Landmarks::gather(&document), &Meta::default(), &JsonLd::default())
                .is_some()
        );
    }

    #[test]
    fn the_time_of_the_last_change_is_read_unless_it_is_before_the_publication() {
        let modified = |html: &str| {
            let document = Document::from(html);
            let (meta, json_ld) = (
                Meta::read(&Landmarks::gather(&document)),
                super::super::json_ld::read(&Landmarks::gather(&document)),
            );
            let published = published(&Landmarks::gather(&document), &meta, &json_ld);
            super::modified(&Landmarks::gather(&document), &meta, &json_ld, published)
                .map(|time| time.to_rfc3339())
        };
        let json_ld = r#"<script type=application/ld+json>{"@type":"NewsArticle",
            "datePublished":"2020-05-03T10:00:00Z","dateModified":"2020-05-04T11:00:00Z"}</script>"#;
        let meta = "<meta property=article:modified_time content=2020-05-05T10:00:00Z>";
        assert_eq!(
            modified(&format!("{json_ld}{meta}")).as_deref(),
            Some("2020-05-04T11:00:00+00:00")
        );
        assert_eq!(modified(meta).as_deref(), Some("2020-05-05T10:00:00+00:00"));
        let before = "<meta property=article:published_time content=2021-01-01T00:00:00Z>";
        assert_eq!(modified(&format!("{before}{meta}")), None);
    }

    #[test]
    fn the_time_of_a_change_is_not_that_of_publication() {
        let html = "<meta property='article:modified_time' content='2019-11-18'><p><time datetime=2019-11-18>";
        let document = Document::from(html);
        assert_eq!(
            published(
                &Landmarks::gather(&document),
                &Meta::read(&Landmarks::gather(&document)),
                &JsonLd::default()
            ),
            None
        );
    }
}
