//! Whether a redirect led away from an article, to a page that many addresses lead to.

use stet_core::canonical::is_home;
use stet_core::{Address, CheckOutcome};

use crate::article_check::Failure;
use crate::fetch::Fetched;

/// A run of so many digits is an article's number, not a year or a page.
const DIGITS_OF_A_NUMBER: usize = 5;

/// A name of so many words is a headline's, not a section's.
const WORDS_OF_A_HEADLINE: usize = 4;

/// Whether an answer came from the home page or from a section that the asked address stands in,
/// instead of from that address.
pub(crate) fn leads_away(asked: &Address, fetched: &Fetched) -> bool {
    !fetched.redirects.is_empty() && is_above(&fetched.address, asked)
}

/// An answer of another page than the one that was asked for.
pub(crate) fn led_away(fetched: &Fetched) -> Failure {
    let detail = format!("the site redirects this address to {}", fetched.address);
    Failure { outcome: CheckOutcome::RedirectedAway, detail }
}

/// Whether an address is that of a home page, or of a section on the way to another address.
fn is_above(answered: &Address, asked: &Address) -> bool {
    if is_home(answered) {
        return !is_home(asked);
    }
    let (above, below) = (segments(answered), segments(asked));
    let Some(last) = above.last() else { return false };
    answered.registrable_domain() == asked.registrable_domain()
        && above.len() < below.len()
        && below.starts_with(&above)
        && !names_an_article(last)
}

fn segments(address: &Address) -> Vec<&str> {
    address.url().path().split('/').filter(|segment| !segment.is_empty()).collect()
}

/// Whether a part of a path tells one article from others, so that what stands behind it was only
/// its view (`/amp`, `/print`, the headline behind a number).
fn names_an_article(segment: &str) -> bool {
    let words = segment.split(['-', '_']).filter(|word| !word.is_empty()).count();
    let is_digits = |run: &str| run.len() >= DIGITS_OF_A_NUMBER;
    words >= WORDS_OF_A_HEADLINE
        || segment.contains('.')
        || segment.split(|c: char| !c.is_ascii_digit()).any(is_digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn above(asked: &str, answered: &str) -> bool {
        let address = |path: &str| Address::parse(&format!("https://{path}")).unwrap();
        is_above(&address(answered), &address(asked))
    }

    #[test]
    fn home_pages_and_sections_lie_above_an_article() {
        assert!(above("a.example/news/2026/talks-go-on", "a.example/"));
        assert!(above("a.example/news/2026/talks-go-on", "www.a.example/news/"));
        assert!(above("a.example/news/2026/talks-go-on", "a.example/news/2026"));
        assert!(above("a.example/talks", "other.example/"));
        assert!(above("a.example/talks", "a.example/index.html"));
        assert!(above("a.example/talks", "a.example/en/"));
        assert!(above("a.example/talks", "a.example/?from=removed"));
        assert!(above("a.example/?p=7", "a.example/"));
    }

    #[test]
    fn other_addresses_of_the_article_do_not() {
        assert!(!above("a.example/talks/", "a.example/talks"));
        assert!(!above("a.example/talks-go-on-for-hours/amp", "a.example/talks-go-on-for-hours"));
        assert!(!above("a.example/123456/talks", "a.example/123456"));
        assert!(!above("a.example/talks.html/print", "a.example/talks.html"));
        assert!(!above("a.example/talks", "a.example/news/talks"));
        assert!(!above("a.example/news/talks", "other.example/news"));
        assert!(!above("a.example/news-letter", "a.example/news"));
        assert!(!above("a.example/talks", "a.example/?p=7"));
        assert!(!above("a.example/", "a.example/"));
        assert!(!above("a.example/", "a.example/en/"));
    }
}
