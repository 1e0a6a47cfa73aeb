//! The fetcher against real sites on loopback, let through by one exact pair each.

mod answers;
mod hostile;
mod limits;

use std::time::Duration;

use stet_core::Address;

use super::{Accept, AnyHost, FetchError, FetchSettings, Fetched, Fetcher, Request};
use crate::loopback::Site;

/// Settings under which this one site may be visited, on top of the public ones.
fn settings(site: &Site) -> FetchSettings {
    FetchSettings {
        allow: [site.pair()].into_iter().collect(),
        // Long enough for a busy machine; whatever reaches it in a test is a mistake.
        deadline: Duration::from_mins(1),
        ..FetchSettings::default()
    }
}

fn fetcher(settings: FetchSettings) -> Fetcher {
    Fetcher::new(settings).unwrap()
}

fn request(address: &str) -> Request {
    Request::new(Address::parse(address).unwrap(), Accept::Page)
}

/// Visits a path of a site with everything else as it is by default.
async fn get(site: &Site, path: &str) -> Result<Fetched, FetchError> {
    fetcher(settings(site)).get(&request(&site.url(path)), &mut AnyHost).await
}

/// What a visit came to, in one line.
fn told(visit: Result<Fetched, FetchError>) -> String {
    match visit {
        Ok(fetched) => format!("{} {}", fetched.status, String::from_utf8_lossy(&fetched.body)),
        Err(error) => format!("{}: {error}", error.outcome()),
    }
}
