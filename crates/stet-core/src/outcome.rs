//! What one visit to an article or a feed came to: one word each, for logs, lists and counts.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::extract::PageKind;

/// The outcome of a check. Expected answers, all of them; none means a bug.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CheckOutcome {
    /// The first text of the article, or a feed read with new articles in it.
    New,
    /// Another text than at the last check.
    Changed,
    /// The same text as at the last check.
    Unchanged,
    /// The site answered 304: nothing was sent.
    NotModified,
    /// 404.
    NotFound,
    /// 410.
    Gone,
    /// 401, 402, 403 or 451.
    Forbidden,
    /// 429.
    TooManyRequests,
    /// Any other 4xx.
    ClientError,
    /// 5xx.
    ServerError,
    /// A page, but no article: no headline, or too little text.
    NoArticle,
    /// A section front, a list of articles.
    SectionFront,
    /// A page that asks for consent to cookies before it lets anyone read.
    ConsentWall,
    /// The beginning of an article that is cut off for those who do not pay.
    Paywall,
    /// A login page.
    LoginPage,
    /// A page that blocks robots.
    BotBlock,
    /// A video without a text.
    VideoPage,
    /// An error page that was sent with a status of success.
    ErrorPage,
    /// Neither a page nor a feed: a PDF, a picture, a video.
    NotAPage,
    /// A body that is no feed where one was expected.
    NotAFeed,
    /// More bytes than are read.
    TooLarge,
    /// A page too complex to parse in bounded time.
    TooComplex,
    /// A body that could not be decoded (broken compression).
    BadBody,
    /// More redirects than are followed, or a redirect that leads nowhere.
    BadRedirect,
    /// No complete answer before the deadline.
    Timeout,
    /// The host's name was not found.
    Unresolvable,
    /// The connection failed or broke.
    Unreachable,
    /// The site's robots.txt asks Stet not to visit this address, or could not be read for now.
    RobotsForbidden,
    /// The way led to the home page or to a section that the address stands in.
    RedirectedAway,
    /// A text that stands under other addresses of the same host too: a page of the site's own.
    RepeatedText,
    /// A text that lost most of its length: it is looked at again before it is believed.
    Held,
    /// The address is not a public one and not in the list of those let through.
    AddressRefused,
    /// A fault in Stet or its installation: what was seen could not be read or written down.
    Fault,
}

/// A word that names no outcome.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("'{0}' is not an outcome of a check")]
pub struct UnknownOutcome(pub String);

impl CheckOutcome {
    /// All outcomes.
    pub const ALL: [Self; 33] = [
        Self::New,
        Self::Changed,
        Self::Unchanged,
        Self::NotModified,
        Self::NotFound,
        Self::Gone,
        Self::Forbidden,
        Self::TooManyRequests,
        Self::ClientError,
        Self::ServerError,
        Self::NoArticle,
        Self::SectionFront,
        Self::ConsentWall,
        Self::Paywall,
        Self::LoginPage,
        Self::BotBlock,
        Self::VideoPage,
        Self::ErrorPage,
        Self::NotAPage,
        Self::NotAFeed,
        Self::TooLarge,
        Self::TooComplex,
        Self::BadBody,
        Self::BadRedirect,
        Self::Timeout,
        Self::Unresolvable,
        Self::Unreachable,
        Self::RobotsForbidden,
        Self::RedirectedAway,
        Self::RepeatedText,
        Self::Held,
        Self::AddressRefused,
        Self::Fault,
    ];

    /// The word for this outcome in logs, JSON and the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Changed => "changed",
            Self::Unchanged => "unchanged",
            Self::NotModified => "not-modified",
            Self::NotFound => "not-found",
            Self::Gone => "gone",
            Self::Forbidden => "forbidden",
            Self::TooManyRequests => "too-many-requests",
            Self::ClientError => "client-error",
            Self::ServerError => "server-error",
            Self::NoArticle => "no-article",
            Self::SectionFront => "section-front",
            Self::ConsentWall => "consent-wall",
            Self::Paywall => "paywall",
            Self::LoginPage => "login-page",
            Self::BotBlock => "bot-block",
            Self::VideoPage => "video-page",
            Self::ErrorPage => "error-page",
            Self::NotAPage => "not-a-page",
            Self::NotAFeed => "not-a-feed",
            Self::TooLarge => "too-large",
            Self::TooComplex => "too-complex",
            Self::BadBody => "bad-body",
            Self::BadRedirect => "bad-redirect",
            Self::Timeout => "timeout",
            Self::Unresolvable => "unresolvable",
            Self::Unreachable => "unreachable",
            Self::RobotsForbidden => "robots-forbidden",
            Self::RedirectedAway => "redirected-away",
            Self::RepeatedText => "repeated-text",
            Self::Held => "held",
            Self::AddressRefused => "address-refused",
            Self::Fault => "fault",
        }
    }

    /// Whether the visit saw what it came for, changed or not.
    #[must_use]
    pub const fn is_success(self) -> bool {
        matches!(self, Self::New | Self::Changed | Self::Unchanged | Self::NotModified)
    }
}

impl From<PageKind> for CheckOutcome {
    fn from(kind: PageKind) -> Self {
        match kind {
            PageKind::SectionFront => Self::SectionFront,
            PageKind::ConsentWall => Self::ConsentWall,
            PageKind::Paywall => Self::Paywall,
            PageKind::LoginPage => Self::LoginPage,
            PageKind::BotBlock => Self::BotBlock,
            PageKind::VideoPage => Self::VideoPage,
            PageKind::ErrorPage => Self::ErrorPage,
        }
    }
}

impl fmt::Display for CheckOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for CheckOutcome {
    type Err = UnknownOutcome;

    fn from_str(text: &str) -> Result<Self, UnknownOutcome> {
        Self::ALL
            .into_iter()
            .find(|outcome| outcome.as_str() == text)
            .ok_or_else(|| UnknownOutcome(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_outcome_is_read_back_from_its_word_and_its_json() {
        for outcome in CheckOutcome::ALL {
            assert_eq!(outcome.as_str().parse(), Ok(outcome));
            assert_eq!(serde_json::to_value(outcome).unwrap(), outcome.as_str());
        }
    }
}
