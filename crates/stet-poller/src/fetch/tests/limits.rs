//! What is too large, too slow or broken.

use std::io::Write;
use std::time::Duration;

use super::super::FetchSettings;
use super::{fetcher, get, request, settings, told};
use crate::fetch::AnyHost;
use crate::loopback::{Reply, Site, head};

/// What the limits are in these tests.
const LIMIT: u64 = 1024 * 1024;

/// 64 MiB of nothing.
fn zeros(mut sink: impl Write) {
    let chunk = vec![0; 1024 * 1024];
    for _ in 0..64 {
        sink.write_all(&chunk).unwrap();
    }
}

fn gzip(fill: impl FnOnce(&mut dyn Write)) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    fill(&mut encoder);
    encoder.finish().unwrap()
}

fn brotli(fill: impl FnOnce(&mut dyn Write)) -> Vec<u8> {
    let mut encoder = brotli::CompressorWriter::new(Vec::new(), 4096, 1, 22);
    fill(&mut encoder);
    encoder.into_inner()
}

fn zstd(fill: impl FnOnce(&mut dyn Write)) -> Vec<u8> {
    let mut encoder = zstd::Encoder::new(Vec::new(), 1).unwrap();
    fill(&mut encoder);
    encoder.finish().unwrap()
}

/// Visits a site that gives one answer, with the limits of these tests.
async fn visit(settings_of: impl FnOnce(FetchSettings) -> FetchSettings, reply: Reply) -> String {
    let reply = std::sync::Mutex::new(Some(reply));
    let site = Site::serve(move |_| reply.lock().unwrap().take().unwrap()).await;
    let settings = settings_of(FetchSettings { max_bytes: LIMIT, ..settings(&site) });
    told(fetcher(settings).get(&request(&site.url("/")), &mut AnyHost).await)
}

/// The same, with a deadline that comes soon.
async fn visit_in_a_hurry(reply: Reply) -> String {
    let deadline = Duration::from_millis(250);
    visit(|settings| FetchSettings { deadline, ..settings }, reply).await
}

async fn visit_encoded(coding: &str, body: Vec<u8>) -> String {
    let coding = format!("content-encoding: {coding}");
    visit(|settings| settings, Reply::new("200 OK", &[&coding], body)).await
}

const TOO_LARGE: &str = "too-large: the answer has more than 1048576 bytes";
const TOO_LATE: &str = "timeout: no complete answer within 0.25 seconds";

#[tokio::test]
async fn compressed_pages_are_read() {
    let text = |sink: &mut dyn Write| sink.write_all(b"Mayor lied").unwrap();
    assert_eq!(visit_encoded("gzip", gzip(text)).await, "200 Mayor lied");
    assert_eq!(visit_encoded("br", brotli(text)).await, "200 Mayor lied");
    assert_eq!(visit_encoded("zstd", zstd(text)).await, "200 Mayor lied");
}

#[tokio::test]
async fn compression_bombs_are_cut_at_the_limit_of_decoded_bytes() {
    for (coding, bomb) in [
        ("gzip", gzip(|sink| zeros(sink))),
        ("br", brotli(|sink| zeros(sink))),
        ("zstd", zstd(|sink| zeros(sink))),
    ] {
        assert!(bomb.len() < 512 * 1024, "{coding} has {} bytes", bomb.len());
        assert_eq!(visit_encoded(coding, bomb).await, TOO_LARGE, "{coding}");
    }
}

#[tokio::test]
async fn a_body_of_just_the_limit_is_read_and_one_byte_more_is_not() {
    let exact = usize::try_from(LIMIT).unwrap();
    let whole = |length: usize| {
        let mut bytes = head("200 OK", &[] as &[&str]);
        bytes.resize(bytes.len() + length, b'x');
        visit(|settings| settings, Reply::Bytes(bytes))
    };
    assert_eq!(whole(exact).await.len(), "200 ".len() + exact);
    assert_eq!(whole(exact + 1).await, TOO_LARGE);
}

#[tokio::test]
async fn a_body_that_is_announced_as_too_large_is_not_read() {
    // Nothing follows the head: reading would take until the deadline.
    let reply = Reply::Stall(head("200 OK", &["content-length: 1073741824"]));
    assert_eq!(visit(|settings| settings, reply).await, TOO_LARGE);
}

#[tokio::test]
async fn an_endless_body_is_cut() {
    let endless = Reply::Endless(head("200 OK", &[] as &[&str]), vec![b'x'; 16_384]);
    assert_eq!(visit(|settings| settings, endless).await, TOO_LARGE);
    let chunked = head("200 OK", &["transfer-encoding: chunked"]);
    let endless = Reply::Endless(chunked, b"10\r\n0123456789abcdef\r\n".repeat(1_000));
    assert_eq!(visit(|settings| settings, endless).await, TOO_LARGE);
}

#[tokio::test]
async fn an_endless_error_page_is_still_an_answer() {
    let endless = Reply::Endless(head("403 Forbidden", &[] as &[&str]), vec![b'x'; 16_384]);
    assert_eq!(visit(|settings| settings, endless).await.len(), "403 ".len() + 65_536);
    let stalled = Reply::Stall(head("403 Forbidden", &["content-length: 9"]));
    // Time enough for the head to come on a busy machine.
    let deadline = Duration::from_secs(2);
    assert_eq!(visit(|settings| FetchSettings { deadline, ..settings }, stalled).await, "403 ");
    let broken = Reply::new("404 Not Found", &["content-encoding: gzip"], "not gzip");
    assert_eq!(visit(|settings| settings, broken).await, "404 ");
}

#[tokio::test]
async fn an_endless_head_is_cut() {
    let endless =
        Reply::Endless(b"HTTP/1.1 200 OK\r\n".to_vec(), b"x-more: and more\r\n".repeat(1_000));
    assert_eq!(
        visit(|settings| settings, endless).await,
        "unreachable: the answer is not proper HTTP: message head is too large"
    );
    let endless = Reply::Endless(b"HTTP/1.1 200 OK\r\nx-long: ".to_vec(), vec![b'x'; 16_384]);
    assert_eq!(
        visit(|settings| settings, endless).await,
        "unreachable: the answer is not proper HTTP: message head is too large"
    );
}

#[tokio::test]
async fn a_slow_answer_ends_with_the_deadline() {
    assert_eq!(visit_in_a_hurry(Reply::Stall(Vec::new())).await, TOO_LATE);
    let slow_head = Reply::Trickle(b"HTTP/1.1 200 OK\r\nx-slow: ".to_vec());
    assert_eq!(visit_in_a_hurry(slow_head).await, TOO_LATE);
    let slow_body = Reply::Trickle(head("200 OK", &["content-length: 100000"]));
    assert_eq!(visit_in_a_hurry(slow_body).await, TOO_LATE);
}

#[tokio::test]
async fn bytes_that_decode_to_nothing_end_with_the_deadline() {
    // A skippable frame of zstd (RFC 8878 §3.1.2) with four bytes, again and again.
    let frame = b"\x50\x2a\x4d\x18\x04\0\0\0skip".repeat(1_000);
    let endless = Reply::Endless(head("200 OK", &["content-encoding: zstd"]), frame);
    let told = visit_in_a_hurry(endless).await;
    assert_eq!(told, TOO_LATE);
}

#[tokio::test]
async fn the_deadline_holds_over_all_hops() {
    let site = Site::serve(|path| match path {
        "/1" => Reply::redirect("/2"),
        "/2" => Reply::redirect("/3"),
        _ => Reply::Stall(Vec::new()),
    })
    .await;
    let deadline = Duration::from_millis(250);
    let fetcher = fetcher(FetchSettings { deadline, ..settings(&site) });
    assert_eq!(told(fetcher.get(&request(&site.url("/1")), &mut AnyHost).await), TOO_LATE);
}

#[tokio::test]
async fn a_connection_that_breaks_is_told() {
    let half = |lines: &[&str]| {
        let mut bytes = head("200 OK", lines);
        bytes.extend_from_slice(b"half");
        bytes
    };
    let reset = Reply::Reset(half(&["content-length: 9"]));
    let told = visit(|settings| settings, reset).await;
    assert!(told.starts_with("unreachable: the connection broke: "), "{told}");

    let short = Reply::Bytes(half(&["content-length: 9"]));
    let told = visit(|settings| settings, short).await;
    assert!(told.starts_with("unreachable: the connection broke: "), "{told}");

    let silent = Reply::Bytes(Vec::new());
    let told = visit(|settings| settings, silent).await;
    assert!(told.starts_with("unreachable: the connection broke: "), "{told}");
}

#[tokio::test]
async fn a_compressed_body_on_a_broken_connection_is_a_broken_connection() {
    let mut bytes = head("200 OK", &["content-encoding: gzip", "content-length: 100000"]);
    bytes.extend(gzip(|sink| sink.write_all(b"half").unwrap()));
    bytes.truncate(bytes.len() - 8);
    let told = visit(|settings| settings, Reply::Bytes(bytes)).await;
    assert!(told.starts_with("unreachable: the connection broke: "), "{told}");
}

#[tokio::test]
async fn broken_compression_is_told() {
    let bad = |told: &str| told.starts_with("bad-body: the answer is badly compressed: ");
    for coding in ["gzip", "br", "zstd"] {
        let told = visit_encoded(coding, b"<html>not compressed at all</html>".to_vec()).await;
        assert!(bad(&told), "{coding}: {told}");
    }
    let mut cut = gzip(|sink| sink.write_all(&[b'x'; 5_000]).unwrap());
    cut.truncate(cut.len() - 9);
    let told = visit_encoded("gzip", cut).await;
    assert!(bad(&told), "{told}");
    let mut wrong_sum = gzip(|sink| sink.write_all(b"Mayor lied").unwrap());
    let at = wrong_sum.len() - 8;
    wrong_sum[at] ^= 0xff;
    let told = visit_encoded("gzip", wrong_sum).await;
    assert!(bad(&told), "{told}");
}

#[tokio::test]
async fn compression_that_was_not_asked_for_is_told() {
    for coding in ["deflate", "gzip, br", "compress"] {
        assert_eq!(
            visit_encoded(coding, b"?".to_vec()).await,
            format!("bad-body: the answer is compressed in a way that is not understood: {coding}")
        );
    }
    assert_eq!(visit_encoded("identity", b"plain".to_vec()).await, "200 plain");
}

#[tokio::test]
async fn what_is_no_http_is_told() {
    let site = Site::serve(|_| Reply::Bytes(b"SSH-2.0-OpenSSH_9.2\r\n".to_vec())).await;
    let told = told(get(&site, "/").await);
    assert!(told.starts_with("unreachable: the answer is not proper HTTP: "), "{told}");
}
