//! What Stet says (`stet-words`), as pages print it.

use std::fmt;

use askama::Template;
use askama::filters::{self, HtmlSafe};
use chrono::{DateTime, SecondsFormat, Utc};
use stet_core::{FeedKind, Kind, Kinds};
use stet_store::audit::Action;
use stet_words::{Argument, Said, say, text_of};

pub(crate) use stet_words::{
    counted, day, exact_moment, grouped, hour, kind, kind_meaning, moment, outcome, share, size,
    span,
};

/// A moment, for people and for machines.
#[derive(Debug, Clone, PartialEq, Eq, Template)]
#[template(path = "parts/stamp.html")]
pub(crate) struct Stamp {
    /// `2016-09-09T17:44:00Z`
    pub(crate) machine: String,
    /// `9 Sept 2016, 17:44 UTC`
    pub(crate) shown: String,
}

// Its template escapes what it prints.
impl HtmlSafe for Stamp {}

impl Stamp {
    pub(crate) fn new(time: DateTime<Utc>) -> Self {
        Self { machine: time.to_rfc3339_opts(SecondsFormat::Secs, true), shown: moment(time) }
    }

    /// The same with its seconds: where the order within a minute matters.
    pub(crate) fn to_the_second(time: DateTime<Utc>) -> Self {
        Self { shown: exact_moment(time), ..Self::new(time) }
    }
}

/// A message with elements of HTML in it: its name ends in `-html`, and what is put into its places
/// is escaped.
#[derive(Debug)]
pub(crate) struct Html<'a>(Said<'a>);

/// Takes the message of this name, which ends in `-html`.
pub(crate) fn html(id: &'static str) -> Html<'static> {
    debug_assert!(id.ends_with("-html"), "'{id}' is no message of HTML");
    Html(say(id))
}

impl<'a> Html<'a> {
    /// Puts a text or a number into the place `{ $name }`, escaped.
    pub(crate) fn with(self, name: &'static str, value: impl Argument<'a>) -> Self {
        Self(self.0.with_escaped(name, value, |text| {
            // Of a text it never fails.
            filters::escape(text, filters::Html)
                .map_or_else(|_| String::new(), |escaped| escaped.to_string())
        }))
    }

    /// Puts what is HTML already there.
    pub(crate) fn put(self, name: &'static str, html: impl HtmlSafe) -> Self {
        Self(self.0.with(name, html.to_string()))
    }
}

impl fmt::Display for Html<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

// Its message is ours, and what stands in its places was escaped.
impl HtmlSafe for Html<'_> {}

/// HTML that is already whole: what a message came to, where it is kept or printed twice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Markup(String);

impl From<Html<'_>> for Markup {
    fn from(html: Html<'_>) -> Self {
        Self(html.to_string())
    }
}

impl Markup {
    /// Lets a text follow, escaped.
    pub(crate) fn followed_by(self, text: &str) -> Self {
        // Of a text it never fails.
        let escaped =
            filters::escape(text, filters::Html).map_or_else(|_| String::new(), |e| e.to_string());
        Self(self.0 + &escaped)
    }

    /// Lets another one follow, parted by a space.
    pub(crate) fn and(self, other: impl Into<Self>) -> Self {
        Self(format!("{} {}", self.0, other.into().0))
    }
}

impl fmt::Display for Markup {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

// It is made of what is HTML already.
impl HtmlSafe for Markup {}

/// `sitemap`
pub(crate) fn feed_kind(kind: FeedKind) -> &'static str {
    text_of("feed-kind", kind.as_str())
}

/// The kinds of a change that stand beside its summary: what that counts by paragraphs, or says in the
/// same words, does not stand there twice.
pub(crate) fn marked_kinds(kinds: &Kinds) -> Vec<&'static str> {
    const SAID: [Kind; 5] = [Kind::Edited, Kind::Added, Kind::Removed, Kind::Moved, Kind::Gone];
    kinds.iter().filter(|kind| !SAID.contains(kind)).copied().map(kind).collect()
}

/// What was done, in the audit log.
pub(crate) fn action(action: Action) -> &'static str {
    text_of("action", action.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_printed_for_people_and_for_machines() {
        let time = DateTime::from_timestamp(1_473_443_055, 0).unwrap();
        assert_eq!(
            Stamp::new(time).render().unwrap(),
            r#"<time datetime="2016-09-09T17:44:15Z">9 Sept 2016, 17:44 UTC</time>"#
        );
    }

    #[test]
    fn what_stands_in_a_message_of_html_is_escaped() {
        let address = "https://news.example.com/?a=1&b=\"><script>";
        let said =
            html("article-later-page-html").with("page", 2).with("whole", address).to_string();
        assert!(
            said.contains(
                "href=\"https://news.example.com/?a=1&#38;b=&#34;&#62;&#60;script&#62;\""
            ),
            "{said}"
        );
    }

    #[test]
    fn everything_that_an_editor_does_has_words() {
        for each in Action::ALL {
            assert!(!action(each).is_empty());
        }
    }
}
