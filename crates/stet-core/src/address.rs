//! The address of an article or a feed.

use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use thiserror::Error;
use url::{Host, Url};

/// The longest address that is kept, in bytes. Source: what browsers and servers commonly bear;
/// beyond 2,704 bytes a btree index would refuse it.
pub const MAX_ADDRESS_BYTES: usize = 2_048;

/// Why a text is no address that Stet could visit. The messages are shown to whoever typed it.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum AddressError {
    /// Nothing was given.
    #[error("there is no address")]
    Empty,
    /// More than [`MAX_ADDRESS_BYTES`].
    #[error("this address has {0} bytes, more than the {MAX_ADDRESS_BYTES} that are allowed")]
    TooLong(usize),
    /// Not a URL.
    #[error("this is not an address such as https://paper.example/article")]
    Malformed(url::ParseError),
    /// Another scheme than `http` or `https`.
    #[error("this address begins with '{0}:'; only http and https can be watched")]
    Scheme(String),
    /// A user name or password in the address.
    #[error("this address contains a user name or password; remove the part before '@'")]
    Credentials,
}

/// An absolute `http` or `https` URL without fragment, credentials or tracking parameters, in the
/// normal form of the WHATWG URL standard. It may still point to a private host: whether it may
/// be visited is decided where it is connected to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Address(Url);

impl Address {
    /// Reads an address as a person types or pastes it; without a scheme, `https` is meant.
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(AddressError::Empty);
        }
        if text.len() > MAX_ADDRESS_BYTES {
            return Err(AddressError::TooLong(text.len()));
        }
        let url = if looks_like_a_host(text) {
            Url::parse(&format!("https://{text}"))
        } else {
            Url::parse(text)
        };
        Self::from_url(url.map_err(AddressError::Malformed)?)
    }

    /// Takes a parsed URL, dropping its fragment and tracking parameters.
    pub fn from_url(mut url: Url) -> Result<Self, AddressError> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err(AddressError::Scheme(url.scheme().to_owned()));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(AddressError::Credentials);
        }
        url.set_fragment(None);
        drop_tracking_parameters(&mut url);
        if url.as_str().len() > MAX_ADDRESS_BYTES {
            return Err(AddressError::TooLong(url.as_str().len()));
        }
        Ok(Self(url))
    }

    /// Resolves a link found on the page at this address.
    pub fn join(&self, link: &str) -> Result<Self, AddressError> {
        Self::from_url(self.0.join(link.trim()).map_err(AddressError::Malformed)?)
    }

    /// The address as a URL.
    #[must_use]
    pub const fn url(&self) -> &Url {
        &self.0
    }

    /// The address as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The host with its port where that is not the scheme's own: whom Stet visits, and paces.
    #[must_use]
    pub fn host(&self) -> String {
        let host = self.0.host_str().unwrap_or_default();
        match self.0.port() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_owned(),
        }
    }

    /// The domain under which a publisher registered (`bbc.co.uk` for `www.bbc.co.uk`), by the
    /// Public Suffix List; for an IP literal or a name without a dot, the host.
    #[must_use]
    pub fn registrable_domain(&self) -> String {
        let host = self.0.host_str().unwrap_or_default();
        match self.0.host() {
            Some(Host::Domain(name)) => psl::domain_str(name).unwrap_or(name).to_owned(),
            _ => host.trim_matches(['[', ']']).to_owned(),
        }
    }

    /// SHA-256 of the address, by which the database finds it.
    #[must_use]
    pub fn digest(&self) -> [u8; 32] {
        Sha256::digest(self.as_str().as_bytes()).into()
    }
}

/// Whether a text without a scheme begins with a host name and perhaps a port, so that `https://`
/// may be added. (`paper.example:8443/a` would read as the scheme `paper.example`.)
fn looks_like_a_host(text: &str) -> bool {
    let start = text.split(['/', '?', '#']).next().unwrap_or_default();
    let (host, port) = start.split_once(':').unwrap_or((start, "443"));
    let is_port = !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
    is_port && host.contains('.') && !host.contains(char::is_whitespace) && !host.starts_with('.')
}

/// Names of tracking parameters; those that end in `*` are prefixes.
static TRACKING_PARAMETERS: LazyLock<Vec<&str>> = LazyLock::new(|| {
    include_str!("../data/tracking-parameters.txt")
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .collect()
});

fn is_tracking_parameter(name: &str) -> bool {
    TRACKING_PARAMETERS.iter().any(|rule| match rule.strip_suffix('*') {
        Some(prefix) => {
            name.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
        }
        None => name.eq_ignore_ascii_case(rule),
    })
}

/// Removes tracking parameters; what remains is not re-encoded.
fn drop_tracking_parameters(url: &mut Url) {
    let Some(query) = url.query() else { return };
    let kept: Vec<&str> = query
        .split('&')
        .filter(|pair| !is_tracking_parameter(pair.split('=').next().unwrap_or_default()))
        .collect();
    let kept = kept.join("&");
    url.set_query((!kept.is_empty()).then_some(&kept));
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Address {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        Self::parse(text)
    }
}

impl TryFrom<String> for Address {
    type Error = AddressError;

    fn try_from(text: String) -> Result<Self, AddressError> {
        Self::parse(&text)
    }
}

impl From<Address> for String {
    fn from(address: Address) -> Self {
        address.0.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> String {
        Address::parse(text).map_or_else(|error| format!("! {error}"), String::from)
    }

    #[test]
    fn an_address_is_normalised_and_its_tracking_parameters_and_fragment_are_dropped() {
        assert_eq!(
            parsed(" HTTPS://News.Example.COM:443/a?utm_source=x&id=1&AT_medium=rss&fbclid=2#top "),
            "https://news.example.com/a?id=1"
        );
        assert_eq!(parsed("https://a.example/?utm_source=x"), "https://a.example/");
        assert_eq!(
            parsed(
                "https://a.example/?_ga=2.1&id=1&_gl=1*a&gad_source=5&gad_campaignid=7&srsltid=A\
                 &gbraid=0&wbraid=C"
            ),
            "https://a.example/?id=1"
        );
        assert_eq!(parsed("https://a.example/?q=%C3%A9&b"), "https://a.example/?q=%C3%A9&b");
    }

    #[test]
    fn an_address_without_a_scheme_is_taken_as_https() {
        assert_eq!(parsed("www.example.com/a"), "https://www.example.com/a");
        assert_eq!(parsed("example.com:8443/a"), "https://example.com:8443/a");
    }

    #[test]
    fn what_cannot_be_watched_is_refused_by_name() {
        assert_eq!(parsed(""), "! there is no address");
        assert_eq!(
            parsed("hello"),
            "! this is not an address such as https://paper.example/article"
        );
        assert_eq!(
            parsed("ftp://a.example/"),
            "! this address begins with 'ftp:'; only http and https can be watched"
        );
        assert_eq!(
            parsed("javascript:alert(1)"),
            "! this address begins with 'javascript:'; only http and https can be watched"
        );
        assert_eq!(
            parsed("http://me:pw@a.example/"),
            "! this address contains a user name or password; remove the part before '@'"
        );
        let long = format!("https://a.example/{}", "x".repeat(MAX_ADDRESS_BYTES));
        assert_eq!(Address::parse(&long), Err(AddressError::TooLong(long.len())));
    }

    #[test]
    fn a_publisher_is_its_registrable_domain() {
        let domain = |text| Address::parse(text).unwrap().registrable_domain();
        assert_eq!(domain("https://www.bbc.co.uk/news"), "bbc.co.uk");
        assert_eq!(domain("https://www.rt.com/news/1"), "rt.com");
        assert_eq!(domain("http://127.0.0.1:8800/a/1"), "127.0.0.1");
        assert_eq!(domain("http://[::1]/"), "::1");
        assert_eq!(domain("http://localhost/"), "localhost");
    }

    #[test]
    fn a_host_is_named_with_its_port_unless_it_is_the_usual_one() {
        let host = |text| Address::parse(text).unwrap().host();
        assert_eq!(host("http://127.0.0.1:8800/a/1"), "127.0.0.1:8800");
        assert_eq!(host("https://www.rt.com:443/"), "www.rt.com");
    }
}
