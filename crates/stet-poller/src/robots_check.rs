//! Before an address is visited: does its site's robots.txt let Stet?
//!
//! It is read once a day, as a visit of its own: its host's gap follows, and what was claimed goes
//! back to be claimed again.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use stet_core::robots::Robots;
use stet_core::schedule::Rhythm;
use stet_core::{Address, CheckOutcome};
use stet_store::StoreError;
use stet_store::claim::Lease;
use stet_store::robots::{Claimed, KeptRobots, RobotsFault};

use crate::Poller;
use crate::article_check::{Failure, jitter_seed};
use crate::fetch::{Accept, FetchError, Fetched, Request};
use crate::job::Job;

/// How long a robots.txt is believed. Source: RFC 9309 §2.4.
const BELIEVED: TimeDelta = TimeDelta::hours(24);

/// How long this process trusts what it knows without asking the database, so that an operator's
/// word counts soon.
const REMEMBERED: TimeDelta = TimeDelta::minutes(5);

/// How many sites' files are remembered. A hundred bytes to some kilobytes each.
const MAX_REMEMBERED: usize = 2_000;

/// Whether an address may be visited.
pub(crate) enum Permission {
    /// It may, and redirects within its site as far as this lets them.
    Granted(Arc<Robots>),
    /// It may not, or not for now.
    Refused(Failure),
    /// The site was asked, and what was claimed is given back: the next claim will know.
    Asked,
}

/// What is known of the sites that were visited last.
#[derive(Clone, Default)]
pub(crate) struct KnownRobots(Arc<Mutex<HashMap<String, Known>>>);

#[derive(Clone)]
struct Known {
    until: DateTime<Utc>,
    says: Says,
}

#[derive(Clone)]
enum Says {
    Rules(Arc<Robots>),
    Unreadable(RobotsFault),
}

impl KnownRobots {
    fn get(&self, site: &str, now: DateTime<Utc>) -> Option<Says> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(site).filter(|known| now < known.until).map(|known| known.says.clone())
    }

    fn insert(&self, site: String, known: Known) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= MAX_REMEMBERED && !all.contains_key(&site) {
            all.clear();
        }
        all.insert(site, known);
    }
}

impl Says {
    fn new(answer: &Result<Vec<u8>, RobotsFault>) -> Self {
        match answer {
            Ok(bytes) => Self::Rules(Arc::new(Robots::read(bytes))),
            Err(fault) => Self::Unreadable(fault.clone()),
        }
    }
}

/// What was claimed, so that its host may be visited.
pub(crate) trait Claimant {
    /// The claim as the store gives it back.
    fn as_claimed(&self) -> Claimed<'_>;

    /// The lease on the host.
    fn lease_mut(&mut self) -> &mut Lease;
}

impl Claimant for Job {
    fn as_claimed(&self) -> Claimed<'_> {
        Self::as_claimed(self)
    }

    fn lease_mut(&mut self) -> &mut Lease {
        Self::lease_mut(self)
    }
}

/// A host alone.
impl Claimant for Lease {
    fn as_claimed(&self) -> Claimed<'_> {
        Claimed::Host(self)
    }

    fn lease_mut(&mut self) -> &mut Lease {
        self
    }
}

impl Poller {
    /// Asks whether an address whose host was claimed may be visited, and gives that host the gap
    /// that its site asks for. `held` are the hosts that a visit holds which was led here.
    pub(crate) async fn permission(
        &self,
        address: &Address,
        job: &mut impl Claimant,
        held: &[String],
    ) -> Result<Permission, StoreError> {
        let now = self.now();
        let site = address.url().origin().ascii_serialization();
        let says = if let Some(says) = self.robots.get(&site, now) {
            says
        } else {
            let policy = self.store.robots(job.lease_mut().host, address).await?;
            let in_force = policy.kept.as_ref().filter(|kept| now < kept.expires_at);
            let (says, until) = match in_force {
                _ if !policy.is_obeyed => (Says::Rules(Arc::default()), now + REMEMBERED),
                Some(kept) => (Says::new(&kept.answer), kept.expires_at.min(now + REMEMBERED)),
                None => {
                    let failures = policy.kept.map_or(0, |kept| kept.failures);
                    return self.ask(address, job, held, failures).await;
                }
            };
            self.robots.insert(site, Known { until, says: says.clone() });
            says
        };
        Ok(match says {
            Says::Rules(robots) if robots.allows(address.url()) => {
                job.lease_mut().pace(Duration::ZERO, robots.crawl_delay(), None);
                Permission::Granted(robots)
            }
            Says::Rules(_) => Permission::Refused(Failure {
                outcome: CheckOutcome::RobotsForbidden,
                detail: "the site's robots.txt asks Stet not to read this address".to_owned(),
            }),
            Says::Unreadable(fault) => {
                Permission::Refused(Failure { outcome: fault.outcome, detail: fault.detail })
            }
        })
    }

    /// Reads a robots.txt in the place of what was claimed.
    async fn ask(
        &self,
        address: &Address,
        job: &mut impl Claimant,
        held: &[String],
        failures: u32,
    ) -> Result<Permission, StoreError> {
        let now = self.now();
        let mut url = address.url().clone();
        url.set_path("/robots.txt");
        url.set_query(None);
        let Ok(place) = Address::from_url(url) else {
            return Ok(Permission::Granted(Arc::default()));
        };
        let request = Request::new(place, Accept::Robots);
        let answer = self.visit_robots(&request, job.lease_mut(), held).await?;
        // Nothing was sent: why this site may not be visited, its own visit will say.
        if matches!(answer, Err(FetchError::NotAllowed(_))) {
            return Ok(Permission::Granted(Arc::default()));
        }
        let retry_after = answer.as_ref().ok().and_then(|answer| answer.retry_after(now));
        let answer = meaning(answer);
        if let Ok(bytes) = &answer {
            let crawl_delay = Robots::read(bytes).crawl_delay();
            job.lease_mut().pace(Duration::ZERO, crawl_delay, None);
        }
        let failures = if answer.is_ok() { 0 } else { failures.saturating_add(1) };
        let expires_at = if answer.is_ok() {
            now + BELIEVED
        } else {
            let seed = jitter_seed(job.lease_mut().host.get(), job.lease_mut());
            let rhythm = Rhythm { now, period: BELIEVED, seed };
            // Never later than a file that was read would be read again.
            rhythm.after_failure(failures, retry_after).at.min(now + BELIEVED)
        };
        tracing::info!(
            site = address.url().origin().ascii_serialization(),
            readable = answer.is_ok(),
            "asked for robots.txt"
        );
        let kept = KeptRobots { answer, expires_at, failures };
        self.store.keep_robots(address, job.as_claimed(), &kept).await?;
        Ok(Permission::Asked)
    }
}

/// What the answer to a request for a robots.txt means (RFC 9309 §2.3.1): its text; nothing where
/// there is none; or that it cannot be read. 429 is no "there is none": who asks for fewer requests
/// is not to get all of them.
fn meaning(answer: Result<Fetched, FetchError>) -> Result<Vec<u8>, RobotsFault> {
    let fault = |outcome, why: String| {
        let detail =
            format!("the site's robots.txt could not be read, which forbids this for now: {why}");
        Err(RobotsFault { outcome, detail })
    };
    match answer {
        Ok(fetched) => match fetched.status {
            200..=299 => Ok(fetched.body),
            429 | 500..=599 => fault(
                CheckOutcome::RobotsForbidden,
                format!("the site answered {}", fetched.status),
            ),
            _ => Ok(Vec::new()),
        },
        Err(error) => match error.outcome() {
            // Nothing else could be read there either.
            outcome @ CheckOutcome::Unresolvable => {
                Err(RobotsFault { outcome, detail: error.to_string() })
            }
            // More redirects than five, or such as lead nowhere: there is none.
            CheckOutcome::BadRedirect | CheckOutcome::AddressRefused => Ok(Vec::new()),
            outcome => fault(outcome, error.to_string()),
        },
    }
}
