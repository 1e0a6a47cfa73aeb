//! What a site's robots.txt asks of Stet (RFC 9309).

use chrono::TimeDelta;
use url::Url;

use crate::schedule::MAX_HOST_GAP;

mod pattern;
#[cfg(test)]
mod tests;

use pattern::Pattern;

/// How much of a robots.txt is read, in bytes. Source: RFC 9309 §2.5 asks for this much at least.
pub const MAX_ROBOTS_BYTES: usize = 500 * 1024;

/// The name under which a robots.txt speaks to Stet: the product token of its User-Agent.
pub const PRODUCT_TOKEN: &str = "Stet";

/// What one robots.txt asks of one visitor.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Robots {
    rules: Vec<Rule>,
    crawl_delay: Option<TimeDelta>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Rule {
    pattern: Pattern,
    is_allowed: bool,
}

/// The lines that speak to one visitor, and whether any group named it at all.
#[derive(Debug, Default)]
struct Lines {
    is_named: bool,
    robots: Robots,
}

impl Robots {
    /// Reads what the bytes of a robots.txt ask of [Stet](PRODUCT_TOKEN): the groups that name it,
    /// all together, or else those for everybody. No bytes are an error: what cannot be understood
    /// is passed over (RFC 9309 §2.2).
    #[must_use]
    pub fn read(bytes: &[u8]) -> Self {
        Self::read_for(PRODUCT_TOKEN, bytes)
    }

    fn read_for(token: &str, bytes: &[u8]) -> Self {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let (mut own, mut everybody) = (Lines::default(), Lines::default());
        let (mut is_own, mut is_everybody, mut in_heading) = (false, false, false);
        for (key, value) in whole_lines(bytes)
            .split(|&byte| matches!(byte, b'\n' | b'\r'))
            .filter_map(key_and_value)
        {
            match key.to_ascii_lowercase().as_slice() {
                b"user-agent" => {
                    if !in_heading {
                        (is_own, is_everybody, in_heading) = (false, false, true);
                    }
                    let name = product_token(value);
                    is_everybody |= value.starts_with(b"*");
                    is_own |= !name.is_empty() && name.eq_ignore_ascii_case(token.as_bytes());
                    own.is_named |= is_own;
                }
                key @ (b"allow" | b"disallow" | b"crawl-delay") => {
                    in_heading = false;
                    for (lines, is_meant) in [(&mut own, is_own), (&mut everybody, is_everybody)] {
                        if is_meant {
                            lines.robots.take(key, value);
                        }
                    }
                }
                // Sitemaps and the like belong to no group.
                _ => {}
            }
        }
        if own.is_named { own.robots } else { everybody.robots }
    }

    fn take(&mut self, key: &[u8], value: &[u8]) {
        if key == b"crawl-delay" {
            self.crawl_delay = seconds(value).or(self.crawl_delay);
        // An empty pattern matches nothing.
        } else if !value.is_empty() {
            let pattern = Pattern::new(value);
            self.rules.push(Rule { pattern, is_allowed: key == b"allow" });
        }
    }

    /// Whether this address may be visited: the longest pattern that matches it decides, and of two
    /// equally long ones the one that allows (RFC 9309 §2.2.2).
    #[must_use]
    pub fn allows(&self, url: &Url) -> bool {
        if url.path() == "/robots.txt" {
            return true;
        }
        let target = pattern::target(url);
        self.rules
            .iter()
            .filter(|rule| rule.pattern.matches(&target))
            .max_by_key(|rule| (rule.pattern.len(), rule.is_allowed))
            .is_none_or(|rule| rule.is_allowed)
    }

    /// The least gap between two requests that the site asks for, from 0 to [`MAX_HOST_GAP`].
    #[must_use]
    pub const fn crawl_delay(&self) -> Option<TimeDelta> {
        self.crawl_delay
    }
}

/// What is read of a robots.txt: of a longer one, no line that is cut off in the middle.
fn whole_lines(bytes: &[u8]) -> &[u8] {
    let Some(read) = bytes.get(..MAX_ROBOTS_BYTES) else { return bytes };
    let end = read.iter().rposition(|&byte| matches!(byte, b'\n' | b'\r'));
    &read[..end.unwrap_or_default()]
}

fn key_and_value(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let line = line.split(|&byte| byte == b'#').next().unwrap_or_default();
    let colon = line.iter().position(|&byte| byte == b':')?;
    Some((line[..colon].trim_ascii(), line[colon + 1..].trim_ascii()))
}

/// The token at the start of a name: `Stet` of `Stet/1.0`.
fn product_token(name: &[u8]) -> &[u8] {
    let is_part = |byte: &u8| byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'-');
    &name[..name.iter().take_while(|byte| is_part(byte)).count()]
}

fn seconds(value: &[u8]) -> Option<TimeDelta> {
    let seconds: f64 = std::str::from_utf8(value).ok()?.parse().ok()?;
    if !(seconds.is_finite() && seconds >= 0.0) {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, reason = "a cast from f64 stops at the ends of i64")]
    let milliseconds = (seconds * 1_000.0) as i64;
    Some(
        TimeDelta::try_milliseconds(milliseconds).map_or(MAX_HOST_GAP, |gap| gap.min(MAX_HOST_GAP)),
    )
}
