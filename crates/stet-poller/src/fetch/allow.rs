//! Exact pairs of address and port that are visited although they are not public.

use std::collections::BTreeSet;
use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;

use thiserror::Error;

/// Why a text is no list of addresses to let through.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum AllowListError {
    /// A host name, a range, a missing port, an empty entry …
    #[error(
        "'{0}' is not an exact address and port; write 127.0.0.1:8800 or [::1]:8800, \
         several with commas between them"
    )]
    NotAPair(String),
    /// Port 0 can't be visited.
    #[error("'{0}' has port 0, which no site listens on")]
    PortZero(String),
}

/// Pairs of IP address and port that the guard lets through: an operator's intranet host, a
/// test's own loopback site. Empty by default. Every other rule holds for them as for any site.
///
/// Written as a list with commas: `10.0.0.7:80, [::1]:8800`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AllowList(BTreeSet<(IpAddr, u16)>);

impl AllowList {
    /// Whether exactly this address with exactly this port is let through.
    #[must_use]
    pub fn contains(&self, pair: SocketAddr) -> bool {
        self.0.contains(&(pair.ip(), pair.port()))
    }

    /// Whether nothing is let through.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The ports that occur, each as often as it occurs.
    pub(super) fn ports(&self) -> impl Iterator<Item = u16> {
        self.0.iter().map(|&(_, port)| port)
    }
}

impl FromIterator<SocketAddr> for AllowList {
    fn from_iter<I: IntoIterator<Item = SocketAddr>>(pairs: I) -> Self {
        Self(pairs.into_iter().map(|pair| (pair.ip(), pair.port())).collect())
    }
}

impl FromStr for AllowList {
    type Err = AllowListError;

    fn from_str(text: &str) -> Result<Self, AllowListError> {
        if text.trim().is_empty() {
            return Ok(Self::default());
        }
        text.split(',').map(|entry| pair(entry.trim())).collect()
    }
}

fn pair(entry: &str) -> Result<SocketAddr, AllowListError> {
    match entry.parse::<SocketAddr>() {
        Ok(pair) if pair.port() == 0 => Err(AllowListError::PortZero(entry.to_owned())),
        // A zone ("%eth0") can't be written in a URL, so such an entry would never match.
        Ok(SocketAddr::V6(pair)) if pair.scope_id() != 0 => {
            Err(AllowListError::NotAPair(entry.to_owned()))
        }
        Ok(pair) => Ok(pair),
        Err(_) => Err(AllowListError::NotAPair(entry.to_owned())),
    }
}

impl fmt::Display for AllowList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, &(ip, port)) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str(", ")?;
            }
            write!(f, "{}", SocketAddr::new(ip, port))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> String {
        AllowList::from_str(text).map_or_else(|error| format!("! {error}"), |list| list.to_string())
    }

    #[test]
    fn a_list_is_read_and_printed_alike() {
        assert_eq!(read("[::1]:8800 , 10.0.0.7:80,10.0.0.7:80"), "10.0.0.7:80, [::1]:8800");
        assert_eq!(read("  "), "");
    }

    #[test]
    fn what_is_no_exact_pair_is_named() {
        let advice = "is not an exact address and port; write 127.0.0.1:8800 or [::1]:8800, \
                      several with commas between them";
        for entry in [
            "localhost:80",
            "127.0.0.1",
            "127.0.0.0/8:80",
            "127.1:80",
            "::1:80",
            "127.0.0.1:*",
            "127.0.0.1:65536",
            "[fe80::1%1]:80",
            "*",
        ] {
            assert_eq!(read(entry), format!("! '{entry}' {advice}"));
        }
        assert_eq!(read("127.0.0.1:80,"), format!("! '' {advice}"));
        assert_eq!(read("127.0.0.1:0"), "! '127.0.0.1:0' has port 0, which no site listens on");
    }

    #[test]
    fn only_the_exact_pair_is_contained() {
        let list: AllowList = "127.0.0.1:8800".parse().unwrap();
        assert!(list.contains("127.0.0.1:8800".parse().unwrap()));
        for other in ["127.0.0.1:8801", "127.0.0.2:8800", "[::1]:8800", "[::ffff:127.0.0.1]:8800"] {
            assert!(!list.contains(other.parse().unwrap()), "{other}");
        }
    }
}
