//! One GET: the hops, the limits and the client.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use reqwest::header::{
    ACCEPT, CONTENT_ENCODING, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, IF_MODIFIED_SINCE,
    IF_NONE_MATCH, LOCATION,
};
use reqwest::{Client, RequestBuilder, Response, StatusCode};
use stet_core::address::MAX_ADDRESS_BYTES;
use stet_core::robots::{MAX_ROBOTS_BYTES, Robots};
use stet_core::{Address, AddressError};
use tokio::time::timeout_at;
use url::Url;

use super::allow::AllowList;
use super::crossing::Crossings;
use super::error::{FetchError, SetupError, plain};
use super::fetched::{Fetched, Redirect, kept_headers};
use super::guard::{Guard, Refusal};
use super::resolver::GuardedResolver;

/// How much is read of the body of an answer that is not 2xx; the rest is dropped. Enough to
/// recognise a consent wall or a robot check.
pub const MAX_ERROR_BODY_BYTES: u64 = 64 * 1024;

/// How long an unused connection is kept, at most one a host: longer than the gap between two
/// visits to one host, shorter than most servers keep theirs.
const IDLE_CONNECTION: Duration = Duration::from_secs(40);

/// What an operator or a test may choose of a [`Fetcher`].
#[derive(Debug, Clone)]
pub struct FetchSettings {
    /// A web or mail address under which the operator can be reached; part of the User-Agent.
    pub contact: Option<String>,
    /// Pairs of address and port that are visited although they are not public. Empty by default.
    pub allow: AllowList,
    /// The ports on which public addresses are visited: 80 and 443 by default.
    pub ports: BTreeSet<u16>,
    /// The most time that one visit takes, with all its redirects: 30 s by default.
    pub deadline: Duration,
    /// The most time in which a connection has to stand: 10 s by default.
    pub connect_within: Duration,
    /// The most bytes of a body, decoded: 10 MiB by default.
    pub max_bytes: u64,
    /// The most redirects that are followed: 5 by default, as browsers' 20 are far beyond what
    /// newspapers need.
    pub max_redirects: usize,
}

impl Default for FetchSettings {
    fn default() -> Self {
        Self {
            contact: None,
            allow: AllowList::default(),
            ports: BTreeSet::from([80, 443]),
            deadline: Duration::from_secs(30),
            connect_within: Duration::from_secs(10),
            max_bytes: 10 * 1024 * 1024,
            max_redirects: 5,
        }
    }
}

/// What is asked for, as the `Accept` field says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Accept {
    /// A page of HTML.
    Page,
    /// RSS, Atom, JSON Feed or a sitemap.
    Feed,
    /// A list of what an archive has of an address (RFC 7089 §5).
    TimeMap,
    /// A robots.txt, whatever type it is sent as. Of one that is too long the beginning counts.
    Robots,
}

impl Accept {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Page => "text/html, application/xhtml+xml;q=0.9, */*;q=0.1",
            Self::Feed => {
                "application/rss+xml, application/atom+xml, application/feed+json, \
                 application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, */*;q=0.1"
            }
            Self::TimeMap => "application/link-format, application/json;q=0.9, */*;q=0.1",
            Self::Robots => "text/plain, */*;q=0.1",
        }
    }
}

/// One visit to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Where.
    pub address: Address,
    /// What for.
    pub accept: Accept,
    /// The entity tag of the last answer, so that the site may say 304. That of a page goes to its
    /// own address only: where a redirect leads, "not modified" would be said of another page.
    pub etag: Option<String>,
    /// The `Last-Modified` of the last answer, as the site wrote it; see `etag`.
    pub last_modified: Option<String>,
    /// What the site's robots.txt asks for: obeyed by redirects within its host, too.
    pub robots: Option<Arc<Robots>>,
}

impl Request {
    /// A first visit, with nothing to compare with.
    #[must_use]
    pub const fn new(address: Address, accept: Accept) -> Self {
        Self { address, accept, etag: None, last_modified: None, robots: None }
    }

    /// The fields that go with a hop. A validator that can't be sent is left out: then the site
    /// sends the whole page, which is right as well.
    fn headers(&self, hop: &Url) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static(self.accept.as_str()));
        if self.accept == Accept::Page && hop != self.address.url() {
            return headers;
        }
        for (name, value) in [(IF_NONE_MATCH, &self.etag), (IF_MODIFIED_SINCE, &self.last_modified)]
        {
            if let Some(value) = value.as_ref().and_then(|text| HeaderValue::from_str(text).ok()) {
                headers.insert(name, value);
            }
        }
        headers
    }
}

/// The one visitor of other people's sites. Cheap to clone; clones share their connections.
#[derive(Debug, Clone)]
pub struct Fetcher {
    guard: Arc<Guard>,
    /// A client for each port that may be visited: a look-up is not told the port for which it
    /// is made, yet the guard judges pairs of address and port.
    clients: BTreeMap<u16, Client>,
    pub(super) settings: FetchSettings,
}

impl Fetcher {
    /// Makes the clients, which read the system's certificates. Sends nothing.
    pub fn new(settings: FetchSettings) -> Result<Self, SetupError> {
        let agent = user_agent(settings.contact.as_deref())?;
        let guard = Arc::new(Guard::new(settings.ports.clone(), settings.allow.clone()));
        let clients = guard
            .ports()
            .into_iter()
            .map(|port| {
                let resolver = GuardedResolver::new(Arc::clone(&guard), port);
                Ok((port, client(&agent, resolver, settings.connect_within)?))
            })
            .collect::<Result<_, SetupError>>()?;
        Ok(Self { guard, clients, settings })
    }

    /// Visits an address and follows its redirects, to other hosts as far as `crossings` lets it.
    /// Any status is an answer; only 2xx bodies are read to their end.
    pub async fn get(
        &self,
        request: &Request,
        crossings: &mut impl Crossings,
    ) -> Result<Fetched, FetchError> {
        let mut stopwatch = Stopwatch::new(self.settings.deadline);
        let (url, redirects, mut response) =
            self.follow(request, crossings, &mut stopwatch).await?;
        let deadline = stopwatch.deadline;
        let late = || FetchError::Timeout(self.settings.deadline);

        let status = response.status();
        let headers = kept_headers(response.headers());
        let mut body = Vec::new();
        if status.is_success() && request.accept == Accept::Robots {
            check_coding(response.headers())?;
            let reading = self.read(&mut response, &mut body, MAX_ROBOTS_BYTES as u64);
            match timeout_at(deadline, reading).await.map_err(|_| late())? {
                Ok(()) | Err(FetchError::TooLarge(_)) => {}
                Err(error) => return Err(error),
            }
        } else if status.is_success() {
            let limit = self.settings.max_bytes;
            check_content(response.headers())?;
            // Known only of bodies that are not compressed.
            if response.content_length().is_some_and(|length| length > limit) {
                return Err(FetchError::TooLarge(limit));
            }
            let reading = self.read(&mut response, &mut body, limit);
            timeout_at(deadline, reading).await.map_err(|_| late())??;
        } else {
            // What stands on an error page is a help, not a need: take what comes.
            let reading = self.read(&mut response, &mut body, MAX_ERROR_BODY_BYTES);
            drop(timeout_at(deadline, reading).await);
        }
        // It waits for its turn to be read, and many with it.
        body.shrink_to_fit();
        Ok(Fetched {
            address: Address::from_url(url)?,
            redirects,
            status: status.as_u16(),
            headers,
            body,
            took: stopwatch.elapsed(),
        })
    }

    /// Goes from hop to hop until one answers with something else than a redirect.
    async fn follow(
        &self,
        request: &Request,
        crossings: &mut impl Crossings,
        stopwatch: &mut Stopwatch,
    ) -> Result<(Url, Vec<Redirect>, Response), FetchError> {
        let mut url = request.address.url().clone();
        let mut robots = request.robots.clone();
        let mut redirects = Vec::new();
        loop {
            let visit = timeout_at(stopwatch.deadline, self.visit(&url, request)).await;
            let response = match visit {
                Err(_) => return Err(FetchError::Timeout(self.settings.deadline)),
                Ok(Err(FetchError::NotAllowed(refusal))) if !redirects.is_empty() => {
                    return Err(FetchError::RedirectNotAllowed(refusal));
                }
                Ok(visited) => visited?,
            };
            if !is_redirect(response.status()) {
                return Ok((url, redirects, response));
            }
            if redirects.len() == self.settings.max_redirects {
                return Err(FetchError::TooManyRedirects(self.settings.max_redirects));
            }
            let next = next_hop(&url, &response)?;
            let status = response.status().as_u16();
            let from = Address::from_url(url)?;
            let place = Address::from_url(next.clone())?;
            if place.host() == from.host() {
                stopwatch.pausing(crossings.stay(&place)).await;
            } else {
                self.guard.permits_url(&next).map_err(FetchError::RedirectNotAllowed)?;
                let entry = stopwatch.pausing(crossings.enter(&place)).await;
                robots = Some(entry.map_err(FetchError::NoEntry)?);
            }
            redirects.push(Redirect { status, address: from });
            if robots.as_ref().is_some_and(|robots| !robots.allows(&next)) {
                return Err(FetchError::RobotsForbidden);
            }
            url = next;
        }
    }

    /// One hop: judged by its URL, by what its name stands for, and by what was connected to.
    async fn visit(&self, url: &Url, request: &Request) -> Result<Response, FetchError> {
        self.send(url, |client| client.get(url.clone()).headers(request.headers(url))).await
    }

    /// The only place from which anything is sent.
    pub(super) async fn send(
        &self,
        url: &Url,
        request: impl FnOnce(&Client) -> RequestBuilder,
    ) -> Result<Response, FetchError> {
        let port = self.guard.permits_url(url).map_err(FetchError::NotAllowed)?;
        let client = self.clients.get(&port).ok_or(FetchError::NotAllowed(Refusal::Port(port)))?;
        let response = request(client).send().await.map_err(|error| self.failure(&error))?;
        let peer = response.remote_addr().ok_or(FetchError::NotAllowed(Refusal::Unknown))?;
        self.guard.permits(peer).map_err(FetchError::NotAllowed)?;
        Ok(response)
    }

    /// Reads a body as far as `limit`, counting what comes out of the decoder.
    async fn read(
        &self,
        response: &mut Response,
        body: &mut Vec<u8>,
        limit: u64,
    ) -> Result<(), FetchError> {
        while let Some(chunk) = response.chunk().await.map_err(|error| self.failure(&error))? {
            let room = usize::try_from(limit).unwrap_or(usize::MAX) - body.len();
            if chunk.len() > room {
                body.extend_from_slice(&chunk[..room]);
                return Err(FetchError::TooLarge(limit));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(())
    }

    fn failure(&self, error: &reqwest::Error) -> FetchError {
        FetchError::from_client(error, self.settings.connect_within)
    }
}

/// The time of a visit, without what it waited for its turn.
struct Stopwatch {
    started: Instant,
    deadline: tokio::time::Instant,
}

impl Stopwatch {
    fn new(limit: Duration) -> Self {
        let started = Instant::now();
        Self { started, deadline: tokio::time::Instant::from_std(started + limit) }
    }

    /// Stops while something else is done.
    async fn pausing<T>(&mut self, work: impl Future<Output = T>) -> T {
        let paused = Instant::now();
        let done = work.await;
        let waited = paused.elapsed();
        self.started += waited;
        self.deadline += waited;
        done
    }

    fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }
}

/// One client, which follows nothing, remembers nothing and asks nobody else for the way.
fn client(
    agent: &HeaderValue,
    resolver: GuardedResolver,
    connect_within: Duration,
) -> Result<Client, SetupError> {
    Client::builder()
        .user_agent(agent)
        .dns_resolver(resolver)
        // A proxy would look names up for us, past the guard.
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        .retry(reqwest::retry::never())
        .connect_timeout(connect_within)
        .pool_max_idle_per_host(1)
        .pool_idle_timeout(IDLE_CONNECTION)
        .build()
        .map_err(|error| {
            let cause = std::error::Error::source(&error).map(ToString::to_string);
            SetupError::Client(plain(&cause.unwrap_or_else(|| error.to_string())))
        })
}

/// Who visits, why, and whom to write to, e.g.
/// `Stet/0.1.0 (news change tracker; +https://stet.example/about)`.
fn user_agent(contact: Option<&str>) -> Result<HeaderValue, SetupError> {
    let contact = match contact.map(str::trim) {
        None | Some("") => "no contact configured".to_owned(),
        Some(contact) => format!("+{}", fit_for_a_comment(contact)?),
    };
    let agent = format!("Stet/{} (news change tracker; {contact})", env!("CARGO_PKG_VERSION"));
    HeaderValue::from_str(&agent).map_err(|_| SetupError::Contact(contact))
}

/// A contact may hold what RFC 9110 §5.6.5 lets stand in a comment, without escapes.
fn fit_for_a_comment(contact: &str) -> Result<&str, SetupError> {
    let fits = |c: char| (c.is_ascii_graphic() || c == ' ') && !matches!(c, '(' | ')' | '\\');
    if contact.chars().all(fits) { Ok(contact) } else { Err(SetupError::Contact(plain(contact))) }
}

/// Whether this status sends the visitor elsewhere. 300 and 304 do not.
const fn is_redirect(status: StatusCode) -> bool {
    matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308)
}

/// Where a redirect leads, from the address that gave it. Its tracking parameters are kept for
/// the visit: some sites redirect to and fro until they see theirs.
fn next_hop(from: &Url, response: &Response) -> Result<Url, FetchError> {
    let location = response
        .headers()
        .get(LOCATION)
        .ok_or_else(|| FetchError::RedirectNowhere(response.status().as_u16()))?;
    let mut next = from
        .join(&String::from_utf8_lossy(location.as_bytes()))
        .map_err(AddressError::Malformed)?;
    next.set_fragment(None);
    if next.as_str().len() > MAX_ADDRESS_BYTES {
        return Err(AddressError::TooLong(next.as_str().len()).into());
    }
    // Refuses other schemes and credentials.
    Address::from_url(next.clone())?;
    Ok(next)
}

/// Whether the body of an answer is one that can be decoded.
fn check_coding(headers: &HeaderMap) -> Result<(), FetchError> {
    // What the client has decoded, it has taken out of the header.
    if let Some(coding) = text(headers, &CONTENT_ENCODING)
        && !matches!(coding.trim().to_ascii_lowercase().as_str(), "" | "identity")
    {
        return Err(FetchError::UnknownCompression(plain(&coding)));
    }
    Ok(())
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<Cow<'a, str>> {
    headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()))
}

/// Whether the body of a 2xx answer is worth reading.
fn check_content(headers: &HeaderMap) -> Result<(), FetchError> {
    check_coding(headers)?;
    if let Some(kind) = text(headers, &CONTENT_TYPE)
        && is_no_text(&kind)
    {
        return Err(FetchError::NotAPage(plain(&kind)));
    }
    Ok(())
}

/// Whether a media type names something that holds neither a page nor a feed in any case. A
/// type that says nothing (`application/octet-stream`) is left to whoever looks at the bytes.
fn is_no_text(content_type: &str) -> bool {
    let kind = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match kind.split_once('/') {
        Some(("image", "svg+xml")) => false,
        Some(("image" | "audio" | "video" | "font" | "model", _)) => true,
        Some(("application", kind)) => matches!(kind, "pdf" | "zip" | "msword" | "epub+zip"),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn agent(contact: Option<&str>) -> String {
        user_agent(contact).map_or_else(
            |error| format!("! {error}"),
            |agent| agent.to_str().unwrap_or_default().to_owned(),
        )
    }

    #[test]
    fn the_user_agent_says_who_visits_and_whom_to_write_to() {
        assert_eq!(
            agent(Some("https://stet.example/about")),
            "Stet/0.1.0 (news change tracker; +https://stet.example/about)"
        );
        assert_eq!(
            agent(Some(" editor@stet.example ")),
            "Stet/0.1.0 (news change tracker; +editor@stet.example)"
        );
    }

    #[test]
    fn without_a_contact_none_is_invented() {
        assert_eq!(agent(None), "Stet/0.1.0 (news change tracker; no contact configured)");
        assert_eq!(agent(Some("")), "Stet/0.1.0 (news change tracker; no contact configured)");
    }

    #[test]
    fn a_contact_that_breaks_out_of_the_user_agent_is_refused() {
        for contact in ["a)b", "a\r\nCookie: x", "(a", "a\\", "\u{e9}@a.example"] {
            assert!(agent(Some(contact)).starts_with("! '"), "{contact}");
        }
    }

    #[test]
    fn pictures_and_documents_are_not_read_but_unclear_types_are() {
        for kind in ["image/png", "Video/MP4; codecs=x", "application/pdf", " audio/mpeg"] {
            assert!(is_no_text(kind), "{kind}");
        }
        for kind in [
            "text/html; charset=utf-8",
            "application/octet-stream",
            "application/gzip",
            "application/xml",
            "nonsense",
            "",
        ] {
            assert!(!is_no_text(kind), "{kind}");
        }
    }
}
