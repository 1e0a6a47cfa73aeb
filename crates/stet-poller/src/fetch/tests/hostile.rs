//! Addresses that would lead into the network behind Stet, in every spelling.
//!
//! The canary listens on all addresses of this machine, and its port is one of the web's in
//! these tests: so nothing but the judgement of addresses stands between it and a visit.

use std::collections::BTreeSet;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use stet_core::Address;
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;

use super::super::{Accept, FetchSettings, Refusal, Request};
use super::{FetchError, fetcher, request, settings, told};
use crate::fetch::AnyHost;
use crate::loopback::{Reply, Site, read_head};

/// A listener that counts who comes.
struct Canary {
    port: u16,
    visits: Arc<AtomicUsize>,
    seen: mpsc::UnboundedReceiver<SocketAddr>,
}

impl Canary {
    async fn listen() -> Self {
        // "::" takes IPv4 as well on Linux; a machine without IPv6 has IPv4 alone.
        let listener = match TcpListener::bind("[::]:0").await {
            Ok(listener) => listener,
            Err(_) => TcpListener::bind("0.0.0.0:0").await.unwrap(),
        };
        let port = listener.local_addr().unwrap().port();
        let visits = Arc::new(AtomicUsize::new(0));
        let (tell, seen) = mpsc::unbounded_channel();
        let count = Arc::clone(&visits);
        tokio::spawn(async move {
            while let Ok((mut stream, peer)) = listener.accept().await {
                count.fetch_add(1, Ordering::SeqCst);
                let _ = tell.send(peer);
                tokio::spawn(async move {
                    if read_head(&mut stream).await.is_some() {
                        let answer = b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n";
                        drop(stream.write_all(answer).await);
                    }
                });
            }
        });
        Self { port, visits, seen }
    }

    /// How many connections came. Knocks once itself and waits until that was seen: whoever
    /// knocked before stands before it in the queue.
    async fn visits(&mut self) -> usize {
        let knock = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).await.unwrap();
        let own = knock.local_addr().unwrap().port();
        while self.seen.recv().await.unwrap().port() != own {}
        self.visits.fetch_sub(1, Ordering::SeqCst) - 1
    }
}

/// Addresses that no stranger may reach through Stet.
const PRIVATE: [Ipv4Addr; 8] = [
    Ipv4Addr::LOCALHOST,
    Ipv4Addr::new(127, 1, 2, 3),
    Ipv4Addr::UNSPECIFIED,
    Ipv4Addr::new(10, 0, 0, 1),
    Ipv4Addr::new(100, 64, 0, 1),
    Ipv4Addr::new(169, 254, 169, 254),
    Ipv4Addr::new(172, 17, 0, 1),
    Ipv4Addr::new(192, 168, 1, 1),
];

/// One octet in the three notations that a URL may use.
fn octet(value: u8) -> [String; 3] {
    [value.to_string(), format!("0{value:o}"), format!("0X{value:x}")]
}

/// The address as a host, in every notation of IPv4 and every wrapping in IPv6.
fn hosts(ip: Ipv4Addr) -> Vec<String> {
    let [a, b, c, d] = ip.octets();
    let bits = ip.to_bits();
    let mut hosts = vec![
        bits.to_string(),
        format!("{bits:#x}"),
        format!("0{bits:o}"),
        format!("0x0000000{bits:08x}"),
        format!("{a}.{}", bits & 0x00ff_ffff),
        format!("{a}.{b}.{}", bits & 0xffff),
        format!("{ip}."),
        // Digits and dots that Unicode normalisation turns into plain ones (UTS #46).
        ip.to_string().chars().map(full_width).collect(),
        ip.to_string().replace('.', "\u{3002}"),
        ip.to_string().replace('.', "\u{ff0e}"),
        ip.to_string().replace('.', "%2e"),
        ip.to_string().replace('1', "%31"),
        ip.to_string().replace('1', "\u{2460}"),
        ip.to_string().replace('0', "\u{1d7ce}"),
        ip.to_string().replace('.', "\u{ad}."),
    ];
    for w in octet(a) {
        for x in octet(b) {
            for y in octet(c) {
                hosts.extend(octet(d).iter().map(|z| format!("{w}.{x}.{y}.{z}")));
            }
        }
    }
    let (high, low) = (bits >> 16, bits & 0xffff);
    hosts.extend([
        format!("[::ffff:{ip}]"),
        format!("[::ffff:{high:x}:{low:x}]"),
        format!("[0:0:0:0:0:FFFF:{ip}]"),
        format!("[::{ip}]"),
        format!("[::ffff:0:{ip}]"),
        format!("[64:ff9b::{ip}]"),
        format!("[64:ff9b:1::{ip}]"),
        format!("[2002:{high:x}:{low:x}::]"),
        format!("[2002:{high:x}:{low:x}::{ip}]"),
        format!("[2001:0:{high:x}:{low:x}::1]"),
        format!("[fe80::5efe:{ip}]"),
        format!("[fe80::5efe:{ip}%25lo]"),
    ]);
    hosts
}

fn full_width(c: char) -> char {
    match c {
        '0'..='9' => char::from_u32(u32::from(c) - u32::from('0') + 0xff10).unwrap_or(c),
        _ => c,
    }
}

/// Hosts that stand for this machine or its network without being an IPv4 address.
const OTHER_HOSTS: [&str; 16] = [
    "localhost",
    "LOCALHOST",
    "localhost.",
    "\u{2113}ocalhost",
    "loc%61lhost",
    "\u{24db}ocalhost",
    "[::1]",
    "[::]",
    "[0:0:0:0:0:0:0:1]",
    "[::1%25lo]",
    "[fe80::1]",
    "[fc00::1]",
    "[fd00:ec2::254]",
    "[fec0::1]",
    "[ff02::1]",
    "[100::1]",
];

/// A host as an address, plain and with everything that is said to confuse a reader of URLs.
fn spellings(host: &str, port: u16) -> Vec<String> {
    vec![
        format!("http://{host}:{port}/"),
        format!("https://{host}:{port}/"),
        format!("HTTP:\\\\{host}:{port}\\"),
        format!("http:{host}:{port}/"),
        format!("http:/{host}:{port}/"),
        format!("http:////{host}:{port}/"),
        format!("http://\t{host}\n:{port}/"),
        format!("ht\ntp://{host}:{port}/"),
        format!("http://news.example@{host}:{port}/"),
        format!("http://news.example:80@{host}:{port}/"),
        format!("http://{host}:{port}\\@news.example/"),
        format!("http://{host}:{port}#@news.example/"),
        format!("http://{host}:{port}?@news.example/"),
        format!("http://{host}:00{port}/"),
        format!("  http://{host}:{port}/"),
        format!("{host}:{port}/"),
    ]
}

fn all_spellings(port: u16) -> Vec<String> {
    let hosts = PRIVATE.into_iter().flat_map(hosts);
    let hosts = hosts.chain(OTHER_HOSTS.map(str::to_owned));
    hosts.flat_map(|host| spellings(&host, port)).collect()
}

/// Settings in which the canary's port is as good as 80.
fn settings_with_port(site: &Site, port: u16) -> FetchSettings {
    FetchSettings { ports: BTreeSet::from([80, 443, port]), ..settings(site) }
}

#[tokio::test]
async fn no_spelling_of_a_private_address_is_visited() {
    let mut canary = Canary::listen().await;
    let site = Site::serve(|_| Reply::page("")).await;
    let fetcher = fetcher(settings_with_port(&site, canary.port));
    let spellings = all_spellings(canary.port);
    assert!(spellings.len() > 10_000, "{}", spellings.len());
    for spelling in spellings {
        let Ok(address) = Address::parse(&spelling) else { continue };
        match fetcher.get(&Request::new(address, Accept::Page), &mut AnyHost).await {
            Err(FetchError::NotAllowed(_) | FetchError::HostNotFound { .. }) => {}
            other => panic!("{spelling:?}: {}", told(other)),
        }
    }
    assert_eq!(canary.visits().await, 0);
}

#[tokio::test]
async fn no_redirect_to_a_private_address_is_followed() {
    let mut canary = Canary::listen().await;
    let spellings = Arc::new(all_spellings(canary.port));
    let locations = Arc::clone(&spellings);
    let site = Site::serve(move |path| {
        match path.trim_start_matches('/').parse::<usize>() {
            // A line break would end the field; the other control characters go out as they are.
            Ok(number) => Reply::redirect(&locations[number].replace('\n', "")),
            Err(_) => Reply::new("404 Not Found", &[], ""),
        }
    })
    .await;
    let fetcher = fetcher(settings_with_port(&site, canary.port));
    let (mut refused, mut relative) = (0, 0);
    // Every seventh, so that each host and each form has its turn in reasonable time.
    for number in (0..spellings.len()).step_by(7) {
        let visit = fetcher.get(&request(&site.url(&format!("/{number}"))), &mut AnyHost).await;
        let spelling = &spellings[number];
        match visit {
            Err(
                FetchError::RedirectNotAllowed(_)
                | FetchError::BadRedirect(_)
                | FetchError::HostNotFound { .. },
            ) => refused += 1,
            // "http:127.0.0.1" on a page of http is a relative address: it leads back to the site.
            Ok(answer) if answer.status == 404 => relative += 1,
            other => panic!("{spelling:?}: {}", told(other)),
        }
    }
    // Three of the sixteen forms may be relative.
    assert!(refused > 4 * relative, "{refused} refused, {relative} relative");
    assert_eq!(canary.visits().await, 0);
}

#[tokio::test]
async fn the_same_spellings_reach_the_canary_once_its_pair_is_let_through() {
    // The control: the canary can be reached, and only the guard kept the visits away.
    let mut canary = Canary::listen().await;
    let pair = SocketAddr::new(Ipv4Addr::LOCALHOST.into(), canary.port);
    let allow = [pair].into_iter().collect();
    let fetcher = fetcher(FetchSettings { allow, ..FetchSettings::default() });
    let mut reached = 0;
    for host in hosts(Ipv4Addr::LOCALHOST) {
        let spelling = format!("http://{host}:{}/", canary.port);
        if let Ok(address) = Address::parse(&spelling) {
            let visit = fetcher.get(&Request::new(address, Accept::Page), &mut AnyHost).await;
            reached += usize::from(visit.is_ok());
        }
    }
    assert!(reached > 81, "only {reached} spellings reached the canary");
    assert_eq!(canary.visits().await, reached);
}

#[tokio::test]
async fn another_port_of_an_address_that_is_let_through_is_refused() {
    let mut canary = Canary::listen().await;
    let port = canary.port;
    let site = Site::serve(move |_| Reply::redirect(&format!("http://127.0.0.1:{port}/"))).await;
    let fetcher = fetcher(settings(&site));
    let direct = fetcher.get(&request(&format!("http://127.0.0.1:{port}/")), &mut AnyHost).await;
    assert_eq!(
        told(direct),
        "address-refused: this address is not allowed: 127.0.0.1 is not a public address"
    );
    assert_eq!(
        told(fetcher.get(&request(&site.url("/")), &mut AnyHost).await),
        "address-refused: it redirects to an address that is not allowed: \
         127.0.0.1 is not a public address"
    );
    assert_eq!(canary.visits().await, 0);
}

#[tokio::test]
async fn a_name_is_refused_unless_all_its_addresses_are_let_through_with_the_port() {
    let mut canary = Canary::listen().await;
    let port = canary.port;
    let address = format!("http://localhost:{port}/");
    let with = |allow: &str| {
        let settings = FetchSettings { allow: allow.parse().unwrap(), ..FetchSettings::default() };
        fetcher(settings)
    };
    let other_port = with(&format!("127.0.0.1:{},[::1]:{}", port ^ 1, port ^ 1));
    let visit = other_port.get(&request(&address), &mut AnyHost).await;
    assert_eq!(visit, Err(FetchError::NotAllowed(Refusal::Port(port))));
    let other_address = with(&format!("127.0.0.2:{port}"));
    let visit = other_address.get(&request(&address), &mut AnyHost).await;
    assert!(matches!(visit, Err(FetchError::NotAllowed(Refusal::Host { .. }))), "{visit:?}");
    assert_eq!(canary.visits().await, 0);

    let all = with(&format!("127.0.0.1:{port},[::1]:{port}"));
    assert_eq!(told(all.get(&request(&address), &mut AnyHost).await), "200 ");
    assert_eq!(canary.visits().await, 1);
}
