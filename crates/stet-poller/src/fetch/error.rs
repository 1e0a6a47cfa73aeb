//! Why a visit brought no answer, in words for whoever asked for it.

use std::error::Error;
use std::io;
use std::time::Duration;

use stet_core::extract::name_of_type;
use stet_core::{AddressError, CheckOutcome};
use thiserror::Error;

use super::crossing::NoEntry;
use super::guard::Refusal;
use super::resolver::LookupError;

/// The most characters of another program's words that are repeated in a message.
const MAX_DETAIL_CHARS: usize = 200;

/// Why a [`Fetcher`](super::Fetcher) can't be made. A mistake of the installation.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SetupError {
    /// The contact can't stand in a User-Agent.
    #[error(
        "'{0}' can't be sent as a contact; write a web or mail address in plain letters, \
         without brackets"
    )]
    Contact(String),
    /// No client could be made; most likely the system has no certificates to trust.
    #[error(
        "no site could be visited by HTTPS: {0}; on Debian, install the package ca-certificates"
    )]
    Client(String),
}

/// Why a visit brought no answer. Expected answers of the world, none of them a bug.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum FetchError {
    /// The address itself may not be visited. Nothing was sent.
    #[error("this address is not allowed: {0}")]
    NotAllowed(Refusal),
    /// A redirect leads to an address that may not be visited. Nothing was sent there.
    #[error("it redirects to an address that is not allowed: {0}")]
    RedirectNotAllowed(Refusal),
    /// A redirect leads to an address that the site's robots.txt asks not to read.
    #[error("it redirects to an address that the site's robots.txt asks Stet not to read")]
    RobotsForbidden,
    /// A redirect leads to another host, which may not be visited, or not for now.
    #[error("it redirects to another site: {}", .0.detail)]
    NoEntry(NoEntry),
    /// A redirect leads to something that can't be watched: another scheme, credentials …
    #[error("it redirects to what is no page: {0}")]
    BadRedirect(#[from] AddressError),
    /// A redirect without a `Location`.
    #[error("it redirects ({0}), but doesn't say where to")]
    RedirectNowhere(u16),
    /// More redirects than are followed.
    #[error("there are more than {0} redirects")]
    TooManyRedirects(usize),
    /// The resolver knows no address for the name, or could not be asked.
    #[error("the host name {host} was not found: {detail}")]
    HostNotFound {
        /// The name.
        host: String,
        /// The resolver's words.
        detail: String,
    },
    /// Nobody listens there.
    #[error("the connection was refused")]
    ConnectionRefused,
    /// The machine could not be reached.
    #[error("no connection could be made: {0}")]
    NoConnection(String),
    /// Nothing answered the attempt to connect.
    #[error("no connection within {} seconds", .0.as_secs_f64())]
    ConnectTimeout(Duration),
    /// The certificate isn't to be trusted, or no TLS is spoken there.
    #[error("no secure connection could be made: {0}")]
    Tls(String),
    /// The connection ended before the answer did.
    #[error("the connection broke: {0}")]
    Broken(String),
    /// What came is no HTTP.
    #[error("the answer is not proper HTTP: {0}")]
    NotHttp(String),
    /// No complete answer in time.
    #[error("no complete answer within {} seconds", .0.as_secs_f64())]
    Timeout(Duration),
    /// More bytes than are read.
    #[error("the answer has more than {0} bytes")]
    TooLarge(u64),
    /// The body can't be decompressed.
    #[error("the answer is badly compressed: {0}")]
    BadCompression(String),
    /// The body is compressed in a way that was not asked for.
    #[error("the answer is compressed in a way that is not understood: {0}")]
    UnknownCompression(String),
    /// A picture, a film, a PDF … The body was not read.
    #[error("this is {}, not a web page or a feed", name_of_type(.0).unwrap_or(.0))]
    NotAPage(String),
}

impl FetchError {
    /// The word under which a check that ended so is recorded.
    #[must_use]
    pub const fn outcome(&self) -> CheckOutcome {
        match self {
            Self::NotAllowed(_) | Self::RedirectNotAllowed(_) => CheckOutcome::AddressRefused,
            Self::RobotsForbidden => CheckOutcome::RobotsForbidden,
            Self::NoEntry(reason) => reason.outcome,
            Self::BadRedirect(_) | Self::RedirectNowhere(_) | Self::TooManyRedirects(_) => {
                CheckOutcome::BadRedirect
            }
            Self::HostNotFound { .. } => CheckOutcome::Unresolvable,
            Self::ConnectionRefused
            | Self::NoConnection(_)
            | Self::Tls(_)
            | Self::Broken(_)
            | Self::NotHttp(_) => CheckOutcome::Unreachable,
            Self::ConnectTimeout(_) | Self::Timeout(_) => CheckOutcome::Timeout,
            Self::TooLarge(_) => CheckOutcome::TooLarge,
            Self::BadCompression(_) | Self::UnknownCompression(_) => CheckOutcome::BadBody,
            Self::NotAPage(_) => CheckOutcome::NotAPage,
        }
    }

    /// How long the visit took, as far as the failure tells: a time-out took what it was given.
    #[must_use]
    pub const fn took(&self) -> Duration {
        match self {
            Self::ConnectTimeout(limit) | Self::Timeout(limit) => *limit,
            _ => Duration::ZERO,
        }
    }

    /// Reads the client's error, whether it came before, in or after the head of the answer.
    /// `connect_within` is the time that a connection was given.
    pub(super) fn from_client(error: &reqwest::Error, connect_within: Duration) -> Self {
        if let Some(lookup) = cause::<LookupError>(error) {
            return match lookup.clone() {
                LookupError::NotFound { host, detail } => {
                    Self::HostNotFound { host, detail: plain(&detail) }
                }
                LookupError::Refused(refusal) => Self::NotAllowed(refusal),
            };
        }
        let detail = plain(&last_cause(error).to_string());
        let connecting = error.is_connect();
        let http = cause::<hyper::Error>(error);
        if connecting && error.is_timeout() {
            Self::ConnectTimeout(connect_within)
        } else if has_kind(error, &[io::ErrorKind::ConnectionRefused]) {
            Self::ConnectionRefused
        } else if has_kind(error, &BROKEN) {
            Self::Broken(detail)
        // tokio-rustls marks what rustls objects to so.
        } else if connecting && has_kind(error, &[io::ErrorKind::InvalidData]) {
            Self::Tls(detail)
        } else if http.is_some_and(hyper::Error::is_parse) {
            Self::NotHttp(detail)
        } else if http.is_some() {
            Self::Broken(detail)
        // Only decoders stand between the connection and us.
        } else if error.is_decode() {
            Self::BadCompression(detail)
        } else {
            Self::NoConnection(detail)
        }
    }
}

/// What the system says of a connection that the other side ended.
const BROKEN: [io::ErrorKind; 3] =
    [io::ErrorKind::ConnectionReset, io::ErrorKind::ConnectionAborted, io::ErrorKind::BrokenPipe];

fn has_kind(error: &(dyn Error + 'static), kinds: &[io::ErrorKind]) -> bool {
    causes(error)
        .filter_map(|cause| cause.downcast_ref::<io::Error>())
        .any(|cause| kinds.contains(&cause.kind()))
}

/// An error and what caused it, outermost first. Looks into [`io::Error`]s, whose `source`
/// leaves out the error that they wrap.
fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |&error| {
        match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(wrapped) => Some(wrapped as &(dyn Error + 'static)),
            None => error.source(),
        }
    })
}

fn cause<'a, E: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a E> {
    causes(error).find_map(<dyn Error>::downcast_ref)
}

fn last_cause<'a>(error: &'a (dyn Error + 'static)) -> &'a (dyn Error + 'static) {
    causes(error).last().unwrap_or(error)
}

/// Another program's words as one short line: some repeat what the site sent.
pub(super) fn plain(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(MAX_DETAIL_CHARS).collect()
}
