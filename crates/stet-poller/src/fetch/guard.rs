//! Which addresses may be connected to: public ones, on the ports of the web.
//!
//! A list of private ranges always misses one, so the rule is the reverse: only global unicast
//! addresses pass. Sources: IANA's special-purpose address registries for IPv4 and IPv6
//! (RFC 6890 and its updates) and IANA's IPv6 address space registry, in which `2000::/3` alone
//! is global unicast (RFC 4291 §2.4). IPv4 addresses wrapped in IPv6 (mapped, compatible, NAT64,
//! 6to4, Teredo) stand outside that range or in a listed exception.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use thiserror::Error;
use url::{Host, Url};

use super::allow::AllowList;

/// IPv4 ranges that are not public, as network and prefix length.
const NOT_PUBLIC_V4: [(Ipv4Addr, u32); 14] = [
    // "This network", RFC 791; on Linux 0.0.0.0 is this machine.
    (Ipv4Addr::UNSPECIFIED, 8),
    // Private use, RFC 1918.
    (Ipv4Addr::new(10, 0, 0, 0), 8),
    // Carriers' shared address space, RFC 6598.
    (Ipv4Addr::new(100, 64, 0, 0), 10),
    // Loopback, RFC 1122.
    (Ipv4Addr::new(127, 0, 0, 0), 8),
    // Link-local, RFC 3927; 169.254.169.254 hands out a cloud machine's credentials.
    (Ipv4Addr::new(169, 254, 0, 0), 16),
    // Private use, RFC 1918.
    (Ipv4Addr::new(172, 16, 0, 0), 12),
    // IETF protocol assignments, RFC 6890.
    (Ipv4Addr::new(192, 0, 0, 0), 24),
    // Documentation (TEST-NET-1), RFC 5737.
    (Ipv4Addr::new(192, 0, 2, 0), 24),
    // Former 6to4 relays, RFC 7526.
    (Ipv4Addr::new(192, 88, 99, 0), 24),
    // Private use, RFC 1918.
    (Ipv4Addr::new(192, 168, 0, 0), 16),
    // Benchmarks, RFC 2544.
    (Ipv4Addr::new(198, 18, 0, 0), 15),
    // Documentation (TEST-NET-2), RFC 5737.
    (Ipv4Addr::new(198, 51, 100, 0), 24),
    // Documentation (TEST-NET-3), RFC 5737.
    (Ipv4Addr::new(203, 0, 113, 0), 24),
    // Multicast (RFC 5771), reserved (RFC 1112) and broadcast (RFC 919).
    (Ipv4Addr::new(224, 0, 0, 0), 3),
];

/// Global unicast, RFC 4291: the only IPv6 range from which public addresses are given out.
const GLOBAL_UNICAST_V6: (Ipv6Addr, u32) = (Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3);

/// Ranges within global unicast that are not public.
const NOT_PUBLIC_V6: [(Ipv6Addr, u32); 4] = [
    // IETF protocol assignments, RFC 2928: Teredo, benchmarks, ORCHID.
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23),
    // Documentation, RFC 3849.
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32),
    // 6to4, RFC 3056: an IPv4 address in disguise.
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16),
    // Documentation, RFC 9637.
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20),
];

/// Whether an address is one that anybody on the Internet could be asked at.
#[must_use]
pub fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => !NOT_PUBLIC_V4.iter().any(|&range| contains_v4(range, ip)),
        IpAddr::V6(ip) => {
            contains_v6(GLOBAL_UNICAST_V6, ip)
                && !NOT_PUBLIC_V6.iter().any(|&range| contains_v6(range, ip))
        }
    }
}

fn contains_v4((network, prefix): (Ipv4Addr, u32), ip: Ipv4Addr) -> bool {
    (network.to_bits() ^ ip.to_bits()).leading_zeros() >= prefix
}

fn contains_v6((network, prefix): (Ipv6Addr, u32), ip: Ipv6Addr) -> bool {
    (network.to_bits() ^ ip.to_bits()).leading_zeros() >= prefix
}

/// Why an address may not be visited.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Refusal {
    /// An IP address that is not public and not let through with this port.
    #[error("{0} is not a public address")]
    Address(IpAddr),
    /// A name behind which stands at least one such address. It isn't printed: whoever may type
    /// an address could otherwise read the names and numbers of the network behind Stet.
    #[error("{host} does not lead to a public address")]
    Host {
        /// The name.
        host: String,
        /// The first address found that is not public.
        ip: IpAddr,
    },
    /// A port on which no web site is expected.
    #[error("port {0} may not be visited")]
    Port(u16),
    /// The connection doesn't say where it leads.
    #[error("where the connection leads is unknown")]
    Unknown,
}

/// The rule: public addresses on the ports of the web, and the exact pairs that are let through.
#[derive(Debug, Clone)]
pub(super) struct Guard {
    ports: BTreeSet<u16>,
    allow: AllowList,
}

impl Guard {
    pub(super) const fn new(ports: BTreeSet<u16>, allow: AllowList) -> Self {
        Self { ports, allow }
    }

    /// All ports to which a connection can be permitted at all.
    pub(super) fn ports(&self) -> BTreeSet<u16> {
        self.ports.iter().copied().chain(self.allow.ports()).collect()
    }

    /// Whether this address and port may be connected to.
    pub(super) fn permits(&self, pair: SocketAddr) -> Result<(), Refusal> {
        if self.allow.contains(pair) {
            Ok(())
        } else if !is_public(pair.ip()) {
            Err(Refusal::Address(pair.ip()))
        } else if !self.ports.contains(&pair.port()) {
            Err(Refusal::Port(pair.port()))
        } else {
            Ok(())
        }
    }

    /// Whether a name may be visited that stands for these addresses: all of them have to be
    /// permitted, since the connection may take any.
    pub(super) fn permits_name(&self, host: &str, pairs: &[SocketAddr]) -> Result<(), Refusal> {
        pairs.iter().try_for_each(|&pair| {
            self.permits(pair).map_err(|refusal| match refusal {
                Refusal::Address(ip) => Refusal::Host { host: host.to_owned(), ip },
                other => other,
            })
        })
    }

    /// What can be said of a URL before anything is looked up: literals are judged here, since
    /// the client connects to them without asking the resolver; names only by their port.
    /// Answers with the port.
    pub(super) fn permits_url(&self, url: &Url) -> Result<u16, Refusal> {
        let port = url.port_or_known_default().ok_or(Refusal::Unknown)?;
        match url.host() {
            Some(Host::Ipv4(ip)) => self.permits(SocketAddr::new(ip.into(), port))?,
            Some(Host::Ipv6(ip)) => self.permits(SocketAddr::new(ip.into(), port))?,
            Some(Host::Domain(_)) if self.ports().contains(&port) => {}
            Some(Host::Domain(_)) => return Err(Refusal::Port(port)),
            None => return Err(Refusal::Unknown),
        }
        Ok(port)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn public(ip: &str) -> bool {
        is_public(ip.parse().unwrap())
    }

    fn guard(allow: &str) -> Guard {
        Guard::new(BTreeSet::from([80, 443]), allow.parse().unwrap())
    }

    fn permitted(guard: &Guard, pair: &str) -> String {
        match guard.permits(pair.parse().unwrap()) {
            Ok(()) => "permitted".to_owned(),
            Err(refusal) => refusal.to_string(),
        }
    }

    /// First and last address of every range that is not public, written out by hand from the
    /// registries: a second spelling of the table above.
    const RANGES_V4: [(&str, &str); 14] = [
        ("0.0.0.0", "0.255.255.255"),
        ("10.0.0.0", "10.255.255.255"),
        ("100.64.0.0", "100.127.255.255"),
        ("127.0.0.0", "127.255.255.255"),
        ("169.254.0.0", "169.254.255.255"),
        ("172.16.0.0", "172.31.255.255"),
        ("192.0.0.0", "192.0.0.255"),
        ("192.0.2.0", "192.0.2.255"),
        ("192.88.99.0", "192.88.99.255"),
        ("192.168.0.0", "192.168.255.255"),
        ("198.18.0.0", "198.19.255.255"),
        ("198.51.100.0", "198.51.100.255"),
        ("203.0.113.0", "203.0.113.255"),
        ("224.0.0.0", "255.255.255.255"),
    ];

    /// The gaps between these are public.
    const RANGES_V6: [(&str, &str); 6] = [
        ("::", "1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
        ("2001::", "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff"),
        ("2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff"),
        ("2002::", "2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
        ("3fff::", "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff"),
        ("4000::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
    ];

    fn in_a_range(ip: IpAddr, ranges: &[(&str, &str)]) -> bool {
        ranges.iter().any(|(first, last)| {
            let (first, last): (IpAddr, IpAddr) = (first.parse().unwrap(), last.parse().unwrap());
            (first..=last).contains(&ip)
        })
    }

    #[test]
    fn ranges_end_where_the_registries_say() {
        for (first, last) in RANGES_V4 {
            let (first, last): (Ipv4Addr, Ipv4Addr) =
                (first.parse().unwrap(), last.parse().unwrap());
            assert!(!is_public(first.into()) && !is_public(last.into()), "{first} to {last}");
            for neighbour in [first.to_bits().wrapping_sub(1), last.to_bits().wrapping_add(1)] {
                let ip = IpAddr::from(Ipv4Addr::from_bits(neighbour));
                assert_eq!(is_public(ip), !in_a_range(ip, &RANGES_V4), "{ip}");
            }
        }
        for (first, last) in RANGES_V6 {
            let (first, last): (Ipv6Addr, Ipv6Addr) =
                (first.parse().unwrap(), last.parse().unwrap());
            assert!(!is_public(first.into()) && !is_public(last.into()), "{first} to {last}");
            for neighbour in [first.to_bits().wrapping_sub(1), last.to_bits().wrapping_add(1)] {
                let ip = IpAddr::from(Ipv6Addr::from_bits(neighbour));
                assert_eq!(is_public(ip), !in_a_range(ip, &RANGES_V6), "{ip}");
            }
        }
    }

    #[test]
    fn newspapers_addresses_are_public() {
        for ip in ["93.184.216.34", "1.1.1.1", "151.101.0.81", "2606:4700::6810:1", "2a00:1450::1"]
        {
            assert!(public(ip), "{ip}");
        }
    }

    #[test]
    fn an_ipv4_address_wrapped_in_ipv6_is_not_public_even_if_the_ipv4_address_is() {
        for ip in [
            "::ffff:93.184.216.34",
            "::93.184.216.34",
            "64:ff9b::93.184.216.34",
            "64:ff9b:1::93.184.216.34",
            "2002:5db8:d822::1",
            "2001:0:5db8:d822::1",
            "fe80::5efe:93.184.216.34",
            "::1",
            "fc00::1",
            "fec0::1",
            "ff02::1",
            "100::1",
            "5f00::1",
        ] {
            assert!(!public(ip), "{ip}");
        }
    }

    #[test]
    fn only_the_ports_of_the_web_are_permitted() {
        let guard = guard("");
        assert_eq!(permitted(&guard, "93.184.216.34:80"), "permitted");
        assert_eq!(permitted(&guard, "93.184.216.34:443"), "permitted");
        assert_eq!(permitted(&guard, "93.184.216.34:25"), "port 25 may not be visited");
        assert_eq!(permitted(&guard, "127.0.0.1:80"), "127.0.0.1 is not a public address");
    }

    #[test]
    fn an_entry_of_the_list_permits_its_pair_and_nothing_else() {
        let guard = guard("127.0.0.1:8800,93.184.216.34:8443");
        assert_eq!(permitted(&guard, "127.0.0.1:8800"), "permitted");
        assert_eq!(permitted(&guard, "93.184.216.34:8443"), "permitted");
        assert_eq!(permitted(&guard, "127.0.0.1:80"), "127.0.0.1 is not a public address");
        assert_eq!(permitted(&guard, "127.0.0.1:8443"), "127.0.0.1 is not a public address");
        assert_eq!(permitted(&guard, "127.0.0.2:8800"), "127.0.0.2 is not a public address");
        assert_eq!(permitted(&guard, "93.184.216.34:8800"), "port 8800 may not be visited");
    }

    #[test]
    fn one_private_answer_among_public_ones_refuses_the_name() {
        let guard = guard("");
        let mixed: Vec<SocketAddr> =
            ["93.184.216.34:80", "169.254.169.254:80"].map(|pair| pair.parse().unwrap()).into();
        let refusal = guard.permits_name("news.example", &mixed).unwrap_err();
        assert_eq!(refusal.to_string(), "news.example does not lead to a public address");
        assert_eq!(guard.permits_name("news.example", &mixed[..1]), Ok(()));
    }

    #[test]
    fn the_address_behind_a_name_is_not_told() {
        let guard = guard("");
        let pair = "10.1.2.3:80".parse().unwrap();
        let refusal = guard.permits_name("wiki.corp.example", &[pair]).unwrap_err();
        assert!(!refusal.to_string().contains("10.1.2.3"));
    }

    proptest! {
        #[test]
        fn any_ipv4_address_is_public_unless_it_is_in_a_range(bits: u32) {
            let ip = IpAddr::from(Ipv4Addr::from_bits(bits));
            prop_assert_eq!(is_public(ip), !in_a_range(ip, &RANGES_V4));
        }

        #[test]
        fn any_ipv6_address_is_public_unless_it_is_in_a_range(
            // Half of the cases begin like the exceptions within global unicast.
            first in prop_oneof![
                any::<u16>(),
                prop::sample::select(vec![0x2000u16, 0x2001, 0x2002, 0x2003, 0x3fff, 0x4000, 0]),
            ],
            second in prop_oneof![
                any::<u16>(),
                prop::sample::select(vec![0u16, 0x1ff, 0x200, 0xdb7, 0xdb8, 0xdb9, 0xfff, 0x1000]),
            ],
            rest: [u16; 6],
        ) {
            let [c, d, e, f, g, h] = rest;
            let ip = IpAddr::from(Ipv6Addr::new(first, second, c, d, e, f, g, h));
            prop_assert_eq!(is_public(ip), !in_a_range(ip, &RANGES_V6));
        }
    }
}
