//! What is sent, what comes back, and how a failure is told.

use std::sync::Arc;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs::default_provider;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

use super::super::{Accept, FetchSettings, Refusal};
use super::{FetchError, fetcher, get, request, settings, told};
use crate::fetch::AnyHost;
use crate::loopback::{Reply, Site};

#[tokio::test]
async fn a_page_is_fetched_with_its_status_headers_and_body() {
    let site = Site::serve(|_| {
        Reply::new(
            "200 OK",
            &["Content-Type: text/html; charset=utf-8", "ETag: \"v1\"", "X-Two: a", "X-Two: b"],
            "<h1>Mayor lied</h1>",
        )
    })
    .await;
    let fetched = get(&site, "/a?id=1").await.unwrap();
    assert_eq!(fetched.status, 200);
    assert_eq!(fetched.body, b"<h1>Mayor lied</h1>");
    assert_eq!(fetched.address.as_str(), site.url("/a?id=1"));
    assert_eq!(fetched.content_type(), Some("text/html; charset=utf-8"));
    assert_eq!(fetched.etag(), Some("\"v1\""));
    let names: Vec<&str> = fetched.headers.iter().map(|(name, _)| name.as_str()).collect();
    let sent = ["content-length", "connection", "content-type", "etag", "x-two", "x-two"];
    assert!(sent.iter().all(|name| names.contains(name)), "{names:?}");
    assert!(fetched.redirects.is_empty());
}

#[tokio::test]
async fn a_visit_says_who_comes_and_nothing_more() {
    let site = Site::serve(|_| Reply::page("")).await;
    let contact = Some("editor@stet.example".to_owned());
    let fetcher = fetcher(FetchSettings { contact, ..settings(&site) });
    fetcher.get(&request(&site.url("/a")), &mut AnyHost).await.unwrap();
    let mut lines: Vec<String> = site.asked()[0].lines().map(str::to_owned).collect();
    lines.sort();
    assert_eq!(
        lines,
        [
            String::new(),
            "GET /a HTTP/1.1".to_owned(),
            "accept-encoding: zstd,gzip,br".to_owned(),
            "accept: text/html, application/xhtml+xml;q=0.9, */*;q=0.1".to_owned(),
            format!("host: {}", site.pair()),
            "user-agent: Stet/0.1.0 (news change tracker; +editor@stet.example)".to_owned(),
        ]
    );
}

#[tokio::test]
async fn a_feed_is_asked_for_as_a_feed() {
    let site = Site::serve(|_| Reply::page("")).await;
    let mut request = request(&site.url("/rss"));
    request.accept = Accept::Feed;
    fetcher(settings(&site)).get(&request, &mut AnyHost).await.unwrap();
    assert!(site.asked()[0].contains("accept: application/rss+xml, "));
}

/// The heads that a request with validators sends, where `/old` redirects to `/new`.
async fn heads_with_validators(accept: Accept) -> Vec<String> {
    let site = Site::serve(|path| match path {
        "/old" => Reply::redirect("/new"),
        _ => Reply::new("304 Not Modified", &["etag: \"v1\""], ""),
    })
    .await;
    let mut request = request(&site.url("/old"));
    request.accept = accept;
    request.etag = Some("W/\"v1\"".to_owned());
    request.last_modified = Some("Sun, 06 Nov 1994 08:49:37 GMT".to_owned());
    let fetched = fetcher(settings(&site)).get(&request, &mut AnyHost).await.unwrap();
    assert_eq!((fetched.status, fetched.body.len()), (304, 0));
    assert_eq!(fetched.etag(), Some("\"v1\""));
    site.asked()
}

fn has_validators(head: &str) -> bool {
    head.contains("if-none-match: W/\"v1\"\r\n")
        && head.contains("if-modified-since: Sun, 06 Nov 1994 08:49:37 GMT\r\n")
}

#[tokio::test]
async fn validators_of_a_page_go_to_its_own_address_only_and_304_has_no_body() {
    let heads = heads_with_validators(Accept::Page).await;
    let [old, new] = &heads[..] else { panic!("{heads:?}") };
    assert!(has_validators(old), "{old}");
    assert!(!new.contains("if-"), "{new}");
}

#[tokio::test]
async fn validators_of_a_feed_follow_its_redirects() {
    let heads = heads_with_validators(Accept::Feed).await;
    assert_eq!(heads.iter().filter(|head| has_validators(head)).count(), 2, "{heads:?}");
}

#[tokio::test]
async fn a_validator_that_could_smuggle_a_header_is_left_out() {
    let site = Site::serve(|_| Reply::page("ok")).await;
    let mut request = request(&site.url("/"));
    request.etag = Some("\"v1\"\r\nx-smuggled: 1".to_owned());
    assert_eq!(told(fetcher(settings(&site)).get(&request, &mut AnyHost).await), "200 ok");
    assert!(!site.asked()[0].contains("smuggled"));
}

#[tokio::test]
async fn any_status_is_an_answer_with_the_beginning_of_its_body() {
    let site = Site::serve(|path| match path {
        "/404" => Reply::new("404 Not Found", &[], "gone fishing"),
        "/429" => Reply::new("429 Too Many Requests", &["retry-after: 120"], ""),
        "/300" => Reply::new("300 Multiple Choices", &["location: /404"], "choose"),
        _ => Reply::new("503 Service Unavailable", &[], vec![b'x'; 200_000]),
    })
    .await;
    assert_eq!(told(get(&site, "/404").await), "404 gone fishing");
    assert_eq!(told(get(&site, "/300").await), "300 choose");
    let now = chrono::DateTime::UNIX_EPOCH;
    let limited = get(&site, "/429").await.unwrap();
    assert_eq!(limited.retry_after(now), Some(chrono::TimeDelta::minutes(2)));
    let long = get(&site, "/503").await.unwrap();
    assert_eq!((long.status, long.body.len()), (503, 65_536));
}

#[tokio::test]
async fn redirects_are_followed_and_told() {
    let site = Site::serve(|path| match path {
        "/a/1" => Reply::new("301 Moved Permanently", &["location: ../b?fbclid=x#top"], ""),
        "/b?fbclid=x" => Reply::redirect("/c"),
        _ => Reply::page(path),
    })
    .await;
    let fetched = get(&site, "/a/1").await.unwrap();
    assert_eq!(fetched.address.as_str(), site.url("/c"));
    let steps: Vec<_> = fetched.redirects.iter().map(|r| (r.status, r.address.as_str())).collect();
    assert_eq!(steps, [(301, &*site.url("/a/1")), (302, &*site.url("/b"))]);
    assert!(!fetched.was_downgraded());
    assert!(site.asked().iter().all(|head| !head.contains("referer")));
}

#[tokio::test]
async fn a_redirect_that_leads_nowhere_is_told() {
    let site = Site::serve(|path| match path {
        "/none" => Reply::new("302 Found", &[], ""),
        "/loop" => Reply::redirect("/loop"),
        "/ftp" => Reply::redirect("ftp://127.0.0.1/"),
        "/port" => Reply::redirect("//127.0.0.1:eighty/"),
        "/file" => Reply::redirect("file:///etc/passwd"),
        "/long" => Reply::redirect(&format!("/{}", "x".repeat(2_048))),
        _ => Reply::redirect("http://me:pw@127.0.0.1/"),
    })
    .await;
    let told = async |path| told(get(&site, path).await);
    assert_eq!(told("/none").await, "bad-redirect: it redirects (302), but doesn't say where to");
    assert_eq!(told("/loop").await, "bad-redirect: there are more than 5 redirects");
    assert_eq!(
        told("/ftp").await,
        "bad-redirect: it redirects to what is no page: this address begins with 'ftp:'; \
         only http and https can be watched"
    );
    assert!(told("/port").await.contains("this is not an address"));
    assert!(told("/file").await.contains("begins with 'file:'"));
    assert!(told("/long").await.contains("more than the 2048 that are allowed"));
    assert!(told("/pw").await.contains("contains a user name or password"));
}

#[tokio::test]
async fn five_redirects_are_followed_and_six_are_not() {
    let site = Site::serve(|path| match path.trim_start_matches('/').parse::<u32>() {
        Ok(0) | Err(_) => Reply::page("here"),
        Ok(left) => Reply::redirect(&format!("/{}", left - 1)),
    })
    .await;
    assert_eq!(told(get(&site, "/5").await), "200 here");
    assert_eq!(told(get(&site, "/6").await), "bad-redirect: there are more than 5 redirects");
}

#[tokio::test]
async fn cookies_are_not_kept() {
    let site = Site::serve(|path| match path {
        "/a" => Reply::new("302 Found", &["location: /b", "set-cookie: id=1"], ""),
        _ => Reply::page(""),
    })
    .await;
    get(&site, "/a").await.unwrap();
    assert!(!site.asked()[1].contains("cookie"));
}

#[tokio::test]
async fn pictures_and_documents_are_refused_unread() {
    let site = Site::serve(|_| {
        // The promised bytes never come: reading them would take until the deadline.
        Reply::Stall(crate::loopback::head(
            "200 OK",
            &["content-type: application/pdf", "content-length: 9"],
        ))
    })
    .await;
    assert_eq!(
        told(get(&site, "/a.pdf").await),
        "not-a-page: this is a PDF document, not a web page or a feed"
    );
}

#[tokio::test]
async fn a_closed_port_refuses_the_connection() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let pair = listener.local_addr().unwrap();
    drop(listener);
    let allow = [pair].into_iter().collect();
    let fetcher = fetcher(FetchSettings { allow, ..FetchSettings::default() });
    let visit = fetcher.get(&request(&format!("http://{pair}/")), &mut AnyHost).await;
    assert_eq!(told(visit), "unreachable: the connection was refused");
}

#[tokio::test]
async fn a_site_without_tls_can_not_be_visited_by_https() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let pair = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await.unwrap();
        stream.read_to_end(&mut Vec::new()).await
    });
    let allow = [pair].into_iter().collect();
    let fetcher = fetcher(FetchSettings { allow, ..FetchSettings::default() });
    let error = fetcher.get(&request(&format!("https://{pair}/")), &mut AnyHost).await.unwrap_err();
    assert!(matches!(error, FetchError::Tls(_)), "{error:?}");
}

#[tokio::test]
async fn a_certificate_that_nobody_vouches_for_is_refused() {
    // The key of this test and of nothing else.
    let chain = vec![CertificateDer::from_pem_slice(include_bytes!("untrusted.pem")).unwrap()];
    let key = PrivateKeyDer::from_pem_slice(include_bytes!("untrusted.key.pem")).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let pair = listener.local_addr().unwrap();
    let site = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        TlsAcceptor::from(Arc::new(config)).accept(stream).await.is_ok()
    });
    // A pair that is let through is no reason to trust its certificate.
    let allow = [pair].into_iter().collect();
    let fetcher = fetcher(FetchSettings { allow, ..FetchSettings::default() });
    assert_eq!(
        told(fetcher.get(&request(&format!("https://{pair}/")), &mut AnyHost).await),
        "unreachable: no secure connection could be made: invalid peer certificate: UnknownIssuer"
    );
    assert!(!site.await.unwrap());
}

#[tokio::test]
async fn an_unknown_host_is_named() {
    let site = Site::serve(|_| Reply::page("")).await;
    // Too long for a DNS label, so that no server is asked.
    let host = "x".repeat(64);
    let visit =
        fetcher(settings(&site)).get(&request(&format!("http://{host}/")), &mut AnyHost).await;
    let error = visit.unwrap_err();
    assert_eq!(error.outcome(), stet_core::CheckOutcome::Unresolvable);
    assert!(error.to_string().starts_with(&format!("the host name {host} was not found: ")));
}

#[tokio::test]
async fn an_address_behind_a_name_is_refused_by_name() {
    let site = Site::serve(|_| Reply::page("")).await;
    let visit = fetcher(settings(&site)).get(&request("http://localhost/"), &mut AnyHost).await;
    assert!(matches!(&visit, Err(FetchError::NotAllowed(Refusal::Host { .. }))), "{visit:?}");
    assert_eq!(
        told(visit),
        "address-refused: this address is not allowed: localhost does not lead to a public address"
    );
}
