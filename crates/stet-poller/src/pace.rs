//! How long a host is left alone after it was visited.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use stet_core::schedule::{MAX_HOST_GAP, host_rest};
use stet_store::claim::Lease;

use crate::fetch::{FetchError, Fetched};

/// Gives a host the gap that fits its answer: longer for a slow one, and the rest that it asks for
/// with 429 or 503. One that let the deadline pass gets the longest.
pub(crate) fn pace(lease: &mut Lease, answer: Result<&Fetched, &FetchError>, now: DateTime<Utc>) {
    let (took, rest) = match answer {
        Ok(fetched) => (fetched.took, rest_asked_for(fetched, now)),
        Err(FetchError::Timeout(_) | FetchError::ConnectTimeout(_)) => {
            (MAX_HOST_GAP.to_std().unwrap_or_default(), None)
        }
        Err(_) => (Duration::ZERO, None),
    };
    lease.pace(took, None, rest);
}

/// 429 asks for rest with or without `Retry-After`; 503 is said of single pages too, and asks for it
/// only with that.
fn rest_asked_for(fetched: &Fetched, now: DateTime<Utc>) -> Option<TimeDelta> {
    let retry_after = fetched.retry_after(now);
    match fetched.status {
        429 => Some(host_rest(retry_after)),
        503 => retry_after.map(|wait| host_rest(Some(wait))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use stet_core::Address;

    use super::*;

    /// The gap in seconds after such an answer, where a second is the least.
    fn gap(answer: Result<&Fetched, &FetchError>) -> i64 {
        let host = 1.try_into().unwrap();
        let mut lease = Lease { claim: 1, host, host_claim: 1, host_gap: TimeDelta::seconds(1) };
        pace(&mut lease, answer, DateTime::UNIX_EPOCH);
        lease.host_gap.num_seconds()
    }

    fn fetched(status: u16, seconds: u64) -> Fetched {
        Fetched {
            address: Address::parse("http://news.example/a").unwrap(),
            redirects: Vec::new(),
            status,
            headers: Vec::new(),
            body: Vec::new(),
            took: Duration::from_secs(seconds),
        }
    }

    #[test]
    fn a_slow_host_is_left_alone_for_twice_its_time() {
        assert_eq!(gap(Ok(&fetched(200, 0))), 1);
        assert_eq!(gap(Ok(&fetched(200, 5))), 10);
        assert_eq!(gap(Ok(&fetched(500, 20))), 30);
        assert_eq!(gap(Ok(&fetched(429, 20))), 60);
    }

    #[test]
    fn a_host_that_let_the_deadline_pass_gets_the_longest_gap() {
        assert_eq!(gap(Err(&FetchError::Timeout(Duration::from_secs(30)))), 30);
        assert_eq!(gap(Err(&FetchError::ConnectTimeout(Duration::from_secs(10)))), 30);
        assert_eq!(gap(Err(&FetchError::ConnectionRefused)), 1);
    }
}
