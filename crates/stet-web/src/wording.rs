//! Times, counts and the field's words, as pages print them.

use askama::Template;
use askama::filters::HtmlSafe;
use chrono::{DateTime, Datelike, SecondsFormat, TimeDelta, Timelike, Utc};
use stet_core::{CheckOutcome, FeedKind, Kind};
use stet_store::audit::Action;

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "June", "July", "Aug", "Sept", "Oct", "Nov", "Dec"];

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
}

/// `9 Sept 2016, 17:44 UTC`
pub(crate) fn moment(time: DateTime<Utc>) -> String {
    format!("{}, {} UTC", day(time), hour(time))
}

/// `9 Sept 2016`
pub(crate) fn day(time: DateTime<Utc>) -> String {
    let month = MONTHS.get(time.month0() as usize).copied().unwrap_or_default();
    format!("{} {month} {}", time.day(), time.year())
}

/// `17:44`
pub(crate) fn hour(time: DateTime<Utc>) -> String {
    format!("{:02}:{:02}", time.hour(), time.minute())
}

/// `1,204,331`
pub(crate) fn grouped(number: impl Into<u64>) -> String {
    let digits = number.into().to_string();
    let mut grouped = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// `sitemap`
pub(crate) const fn feed_kind(kind: FeedKind) -> &'static str {
    match kind {
        FeedKind::Feed => "feed",
        FeedKind::Sitemap => "sitemap",
        FeedKind::Section => "section page",
    }
}

/// What was done, in the audit log.
pub(crate) const fn action(action: Action) -> &'static str {
    match action {
        Action::AddArticle => "article added",
        Action::AddFeed => "feed added",
        Action::SetFilter => "filter changed",
        Action::SetRules => "rules changed",
        Action::SetPace => "pace changed",
        Action::SetSource => "source changed",
        Action::PauseSource => "source paused",
        Action::ResumeSource => "source resumed",
        Action::SetFeed => "feed changed",
        Action::PauseFeed => "feed paused",
        Action::ResumeFeed => "feed resumed",
        Action::RemoveFeed => "feed removed",
        Action::HideArticle => "article hidden",
        Action::BringBackArticle => "article brought back",
        Action::DeleteArticle => "article deleted for good",
        Action::AddEditor => "editor added",
        Action::DisableEditor => "editor disabled",
        Action::EnableEditor => "editor enabled",
        Action::MakePasswordLink => "password link made",
        Action::SetPassword => "password set",
        Action::EndSessions => "logged out everywhere",
        Action::MakeToken => "API token made",
        Action::RevokeToken => "API token revoked",
        Action::AddWebhook => "webhook added",
        Action::SetWebhook => "webhook changed",
        Action::PauseWebhook => "webhook paused",
        Action::ResumeWebhook => "webhook resumed",
        Action::ReplaceWebhookSecret => "webhook’s secret replaced",
        Action::RemoveWebhook => "webhook removed",
    }
}

/// `1 word`, `1,204 words`
pub(crate) fn counted(number: impl Into<u64>, one: &str, many: &str) -> String {
    let number = number.into();
    format!("{} {}", grouped(number), if number == 1 { one } else { many })
}

/// `37 %`, `0.4 %`; a share that is not nothing is never printed as nothing.
pub(crate) fn share(part: u64, whole: u64) -> String {
    let permille = (part * 1_000 + whole / 2) / whole.max(1);
    match permille {
        0 if part > 0 => "under 0.1 %".to_owned(),
        0..100 => format!("{}.{} %", permille / 10, permille % 10),
        _ => format!("{} %", (permille + 5) / 10),
    }
}

/// A span as people say it: its greatest unit, rounded down.
pub(crate) fn span(span: TimeDelta) -> String {
    let in_units = |number: i64, one, many| counted(number.unsigned_abs(), one, many);
    match (span.num_days(), span.num_hours(), span.num_minutes()) {
        (days, ..) if days >= 2 => in_units(days, "day", "days"),
        (_, hours, _) if hours >= 1 => in_units(hours, "hour", "hours"),
        (.., minutes) if minutes >= 1 => in_units(minutes, "minute", "minutes"),
        _ => "less than a minute".to_owned(),
    }
}

/// `812 bytes`, `48 kB`
pub(crate) fn size(bytes: u32) -> String {
    if bytes < 1_000 {
        counted(bytes, "byte", "bytes")
    } else {
        format!("{} kB", grouped(bytes.div_ceil(1_000)))
    }
}

/// What a check came to, for readers.
pub(crate) const fn outcome(outcome: CheckOutcome) -> &'static str {
    match outcome {
        CheckOutcome::New => "first text",
        CheckOutcome::Changed => "changed",
        CheckOutcome::Unchanged => "unchanged",
        CheckOutcome::NotModified => "unchanged (the site says so)",
        CheckOutcome::NotFound => "page not found",
        CheckOutcome::Gone => "page gone",
        CheckOutcome::Forbidden => "access refused",
        CheckOutcome::TooManyRequests => "asked to come less often",
        CheckOutcome::ClientError => "request refused",
        CheckOutcome::ServerError => "error at the site",
        CheckOutcome::NoArticle => "no article on the page",
        CheckOutcome::SectionFront => "list of articles, no article",
        CheckOutcome::ConsentWall => "consent wall, no article",
        CheckOutcome::Paywall => "paywall, only the beginning of the article",
        CheckOutcome::LoginPage => "login page, no article",
        CheckOutcome::BotBlock => "block against robots, no article",
        CheckOutcome::VideoPage => "video without a text",
        CheckOutcome::ErrorPage => "error page, no article",
        CheckOutcome::NotAPage => "not a web page",
        CheckOutcome::NotAFeed => "not a feed",
        CheckOutcome::TooLarge => "too large",
        CheckOutcome::TooComplex => "too complex to read",
        CheckOutcome::BadBody => "answer could not be decoded",
        CheckOutcome::BadRedirect => "redirects lead nowhere",
        CheckOutcome::Timeout => "no answer in time",
        CheckOutcome::Unresolvable => "host name not found",
        CheckOutcome::Unreachable => "site not reached",
        CheckOutcome::RobotsForbidden => "forbidden by the site's robots.txt",
        CheckOutcome::RedirectedAway => "redirected to the home page or a section",
        CheckOutcome::RepeatedText => "a text that stands at other addresses too",
        CheckOutcome::Held => "much shorter text, to be seen again before it is believed",
        CheckOutcome::AddressRefused => "address not allowed",
        CheckOutcome::Fault => "a fault in Stet",
    }
}

/// A kind of change, for readers.
pub(crate) const fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Headline => "headline",
        Kind::Byline => "byline",
        Kind::Date => "date",
        Kind::Trivial => "spelling or typography",
        Kind::Edited => "paragraphs edited",
        Kind::Added => "paragraphs added",
        Kind::Removed => "paragraphs removed",
        Kind::Moved => "paragraphs moved",
        Kind::Quote => "quotation",
        Kind::Number => "figure",
        Kind::Correction => "correction note",
        Kind::Reversion => "earlier text came back",
        Kind::Variant => "test of variants",
        Kind::Gone => "removed by the publisher",
        Kind::Back => "back after removal",
        Kind::MovedAddress => "address changed",
        Kind::Technical => "technical: only Stet's reading changed",
    }
}

/// What a kind of change means, for readers.
pub(crate) const fn kind_meaning(kind: Kind) -> &'static str {
    match kind {
        Kind::Headline => "The headline is another.",
        Kind::Byline => "Other authors are named, or they are named otherwise.",
        Kind::Date => "The page states another time of publication.",
        Kind::Trivial => "White space, punctuation, or the spelling of a word or two.",
        Kind::Edited => "The words of a paragraph changed.",
        Kind::Added => "A paragraph is new.",
        Kind::Removed => "A paragraph is no longer there.",
        Kind::Moved => "A paragraph stands at another place.",
        Kind::Quote => "Words between quotation marks changed: what somebody is said to have said.",
        Kind::Number => "A figure changed: an amount, a count, a date in the text.",
        Kind::Correction => "A note of correction or clarification appeared, or vanished.",
        Kind::Reversion => "The text is one that stood before.",
        Kind::Variant => {
            "The same texts take turns, three times or more: often a test of which headline is clicked."
        }
        Kind::Gone => {
            "The page was answered as missing, and hours later again. Its texts are kept here."
        }
        Kind::Back => "The article stands again after it was removed.",
        Kind::MovedAddress => "The same article stands at another address.",
        Kind::Technical => {
            "Stet reads the page differently since an upgrade; the newspaper changed nothing. Such changes are in no list and no feed."
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_printed_with_its_day_and_its_zone() {
        let time = DateTime::from_timestamp(1_473_443_055, 0).unwrap();
        assert_eq!(moment(time), "9 Sept 2016, 17:44 UTC");
        assert_eq!(
            Stamp::new(time).render().unwrap(),
            r#"<time datetime="2016-09-09T17:44:15Z">9 Sept 2016, 17:44 UTC</time>"#
        );
    }

    #[test]
    fn numbers_are_grouped_and_counted() {
        assert_eq!(grouped(999_u32), "999");
        assert_eq!(grouped(1_204_331_u32), "1,204,331");
        assert_eq!(counted(1_u32, "word", "words"), "1 word");
        assert_eq!(counted(0_u32, "word", "words"), "0 words");
    }

    #[test]
    fn a_share_is_said_in_hundredths() {
        let shares = [(0, 9), (1, 9_999), (1, 250), (99, 1_000), (2, 3), (5, 5), (0, 0)];
        assert_eq!(
            shares.map(|(part, whole)| share(part, whole)),
            ["0.0 %", "under 0.1 %", "0.4 %", "9.9 %", "67 %", "100 %", "0.0 %"]
        );
    }

    #[test]
    fn a_span_is_said_in_its_greatest_unit() {
        assert_eq!(span(TimeDelta::seconds(59)), "less than a minute");
        assert_eq!(span(TimeDelta::minutes(61)), "1 hour");
        assert_eq!(span(TimeDelta::hours(47)), "47 hours");
        assert_eq!(span(TimeDelta::days(40)), "40 days");
    }
}
