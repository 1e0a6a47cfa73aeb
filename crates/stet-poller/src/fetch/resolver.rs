//! Looking up names, so that a name never leads where a number may not.
//!
//! The client connects only to the very addresses that were judged here: there is no second
//! look-up between judgement and connection, so a name that changes its mind (DNS rebinding)
//! gains nothing.

use std::net::SocketAddr;
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use thiserror::Error;

use super::guard::{Guard, Refusal};

/// Why a name gave no address to connect to. Travels through the client inside its own error.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(super) enum LookupError {
    #[error("the host name {host} was not found: {detail}")]
    NotFound { host: String, detail: String },
    #[error(transparent)]
    Refused(Refusal),
}

/// The system's resolver behind the guard. It serves connections to one port only, since exact
/// pairs of address and port are let through and a look-up is not told the port.
#[derive(Debug, Clone)]
pub(super) struct GuardedResolver {
    guard: Arc<Guard>,
    port: u16,
}

impl GuardedResolver {
    pub(super) const fn new(guard: Arc<Guard>, port: u16) -> Self {
        Self { guard, port }
    }

    async fn look_up(self, host: String) -> Result<Vec<SocketAddr>, LookupError> {
        let found: Vec<SocketAddr> = tokio::net::lookup_host((host.as_str(), self.port))
            .await
            .map_err(|error| LookupError::NotFound { host: host.clone(), detail: reason(&error) })?
            .collect();
        if found.is_empty() {
            let detail = "it has no address".to_owned();
            return Err(LookupError::NotFound { host, detail });
        }
        self.guard.permits_name(&host, &found).map_err(LookupError::Refused)?;
        Ok(found)
    }
}

/// The system's own words, without the standard library's preface.
fn reason(error: &std::io::Error) -> String {
    let text = error.to_string();
    text.strip_prefix("failed to lookup address information: ").unwrap_or(&text).to_owned()
}

impl Resolve for GuardedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let looking = self.clone().look_up(name.as_str().to_owned());
        Box::pin(async move {
            let found: Addrs = Box::new(looking.await?.into_iter());
            Ok(found)
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn resolver(allow: &str, port: u16) -> GuardedResolver {
        let guard = Guard::new(BTreeSet::from([80, 443]), allow.parse().unwrap());
        GuardedResolver::new(Arc::new(guard), port)
    }

    #[tokio::test]
    async fn a_name_of_this_machine_is_refused() {
        let error = resolver("", 80).look_up("localhost".to_owned()).await.unwrap_err();
        assert_eq!(error.to_string(), "localhost does not lead to a public address");
    }

    #[tokio::test]
    async fn a_name_is_let_through_only_with_the_listed_port() {
        let list = "127.0.0.1:8800,[::1]:8800";
        assert!(resolver(list, 8800).look_up("localhost".to_owned()).await.is_ok());
        let error = resolver(list, 80).look_up("localhost".to_owned()).await.unwrap_err();
        assert_eq!(error.to_string(), "localhost does not lead to a public address");
    }

    #[tokio::test]
    async fn a_name_that_is_too_long_to_exist_is_not_found() {
        // Longer than any DNS label (63 bytes, RFC 1035), so that no server is asked.
        let host = "x".repeat(64);
        let error = resolver("", 80).look_up(host.clone()).await.unwrap_err();
        assert!(error.to_string().starts_with(&format!("the host name {host} was not found: ")));
    }
}
