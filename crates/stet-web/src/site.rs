//! What every handler is given: the store, the settings, the clock, and the limits.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use stet_store::{Store, StoreError};
use thiserror::Error;
use tokio::sync::{OnceCell, Semaphore};
use url::Url;

use crate::limits::Limits;
use crate::password;
use crate::remembered::Answers;
use crate::syndication::ContentCache;

/// How many requests are answered at once unless [`Settings::max_requests`] says otherwise: far
/// more than a database pool serves within the two seconds that a request waits for it.
const MAX_REQUESTS: usize = 512;

/// Tells the time.
pub type Clock = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// Who may ask for an address to be watched.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Submissions {
    /// Whoever is logged in.
    #[default]
    Editors,
    /// Anyone, at a limited rate.
    Open,
}

/// A word that names no rule for submissions.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("'{0}' is neither 'editors' nor 'open'")]
pub struct UnknownSubmissions(pub String);

impl FromStr for Submissions {
    type Err = UnknownSubmissions;

    fn from_str(word: &str) -> Result<Self, UnknownSubmissions> {
        match word {
            "editors" => Ok(Self::Editors),
            "open" => Ok(Self::Open),
            _ => Err(UnknownSubmissions(word.to_owned())),
        }
    }
}

/// What an operator decides.
#[derive(Clone)]
pub struct Settings {
    /// Where readers reach the site: its origin begins every address in feeds, and on https
    /// cookies are kept to it. A path in it is not used.
    pub base_url: Url,
    /// A password that opens a session, next to printed login links.
    pub password: Option<String>,
    /// Who runs the site and is reached where, as the sites that it visits are told.
    pub contact: Option<String>,
    /// The least time between two visits to one host, as readers are told.
    pub host_gap: TimeDelta,
    /// Who may add.
    pub submissions: Submissions,
    /// How many requests are answered at once; those beyond are told to come back.
    pub max_requests: usize,
    /// The hub that tells subscribers of feeds of their news (`WebSub`); feeds name it.
    pub hub: Option<Url>,
}

impl Settings {
    /// The settings of a site at `base_url`: no password, editors add.
    #[must_use]
    pub fn new(base_url: Url) -> Self {
        Self {
            base_url,
            password: None,
            contact: None,
            host_gap: TimeDelta::seconds(1),
            submissions: Submissions::default(),
            max_requests: MAX_REQUESTS,
            hub: None,
        }
    }

    /// Whether readers come over https.
    pub(crate) fn is_https(&self) -> bool {
        self.base_url.scheme() == "https"
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("base_url", &self.base_url.as_str())
            .field("password", &self.password.as_ref().map(|_| "…"))
            .field("contact", &self.contact)
            .field("host_gap", &self.host_gap)
            .field("submissions", &self.submissions)
            .field("max_requests", &self.max_requests)
            .field("hub", &self.hub.as_ref().map(Url::as_str))
            .finish()
    }
}

/// A site: what its pages are made of.
#[derive(Clone)]
pub struct Site {
    pub(crate) store: Store,
    pub(crate) settings: Arc<Settings>,
    clock: Clock,
    pub(crate) limits: Arc<Limits>,
    /// Comparisons that may run at once: one core is left to answer requests.
    pub(crate) comparisons: Arc<Semaphore>,
    /// Trials of rules that may run at once: one, since each reads a dozen pages twice.
    pub(crate) trials: Arc<Semaphore>,
    /// What feeds say of each change.
    pub(crate) contents: Arc<ContentCache>,
    /// What was answered before.
    pub(crate) answers: Arc<Answers>,
    /// The name of this installation, once it was asked for.
    instance: Arc<OnceCell<String>>,
    /// Passwords that may be hashed at once.
    pub(crate) passwords: Arc<Semaphore>,
}

impl Site {
    /// A site over a store, by these settings and this clock.
    #[must_use]
    pub fn new(store: Store, settings: Settings, clock: Clock) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            store,
            settings: Arc::new(settings),
            clock,
            limits: Arc::default(),
            comparisons: Arc::new(Semaphore::new(cores.saturating_sub(1).max(1))),
            trials: Arc::new(Semaphore::new(1)),
            contents: Arc::default(),
            answers: Arc::default(),
            instance: Arc::default(),
            passwords: Arc::new(Semaphore::new(password::AT_ONCE)),
        }
    }

    /// The name of this installation, which stays with its data.
    pub(crate) async fn instance(&self) -> Result<&str, StoreError> {
        Ok(self.instance.get_or_try_init(|| self.store.instance()).await?)
    }

    /// The time.
    pub(crate) fn now(&self) -> DateTime<Utc> {
        (self.clock)()
    }
}

impl fmt::Debug for Site {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Site").field("settings", &self.settings).finish_non_exhaustive()
    }
}
