//! HTTP messages in the blocks of records.

use std::fmt::Write as _;
use std::io::Read;

use flate2::read::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};
use thiserror::Error;

/// The most fields of a message that are kept, as of one that Stet fetches itself.
const MAX_FIELDS: usize = 100;

/// Why a block is no HTTP response that could be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum HttpError {
    /// No status line, or no end of the fields.
    #[error("its block is no HTTP response")]
    NotAResponse,
    /// Its compression is damaged.
    #[error("its body could not be decoded ({0})")]
    Damaged(String),
    /// A coding that Stet does not know.
    #[error("its body is compressed in a way that Stet does not know ({0:?})")]
    UnknownCoding(String),
    /// More than this many bytes, decoded.
    #[error("its body is larger than {0} bytes")]
    TooLarge(u64),
}

/// An HTTP response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// Its status.
    pub status: u16,
    /// Its fields in order, names in lower case. Those that told how the body was coded are left
    /// out where the body was decoded.
    pub headers: Vec<(String, String)>,
    /// Its body, decoded.
    pub body: Vec<u8>,
}

impl Response {
    /// The first field of this name (in lower case).
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Reads a response with a body of at most `limit` bytes, decoded.
    pub fn read(block: &[u8], limit: u64) -> Result<Self, HttpError> {
        let (head, body) = split_head(block).ok_or(HttpError::NotAResponse)?;
        let head = String::from_utf8_lossy(head);
        let mut lines = head.lines();
        let status = lines.next().and_then(status_of).ok_or(HttpError::NotAResponse)?;
        let headers = lines
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name.trim().to_ascii_lowercase(), value.trim().to_owned()))
            .take(MAX_FIELDS)
            .collect();
        let mut response = Self { status, headers, body: Vec::new() };
        response.body = response.decoded(body, limit)?;
        Ok(response)
    }

    fn decoded(&mut self, body: &[u8], limit: u64) -> Result<Vec<u8>, HttpError> {
        let is_chunked = self
            .header("transfer-encoding")
            .is_some_and(|coding| coding.to_ascii_lowercase().contains("chunked"));
        // Some writers join the chunks and leave the field as it was.
        let joined = if is_chunked { unchunked(body) } else { None };
        let mut body = joined.unwrap_or_else(|| body.to_vec());
        let codings = self.header("content-encoding").unwrap_or_default().to_ascii_lowercase();
        let codings: Vec<String> = codings.split(',').map(|one| one.trim().to_owned()).collect();
        for coding in codings.iter().rev() {
            body = decode(coding, body, limit)?;
        }
        if body.len() as u64 > limit {
            return Err(HttpError::TooLarge(limit));
        }
        let told = ["transfer-encoding", "content-encoding", "content-length"];
        self.headers.retain(|(name, _)| !told.contains(&name.as_str()));
        Ok(body)
    }
}

/// The status in a status line.
fn status_of(line: &str) -> Option<u16> {
    let (version, rest) = line.split_once(' ')?;
    let status = rest.trim_start().split(' ').next()?;
    (version.starts_with("HTTP/") && status.len() == 3).then(|| status.parse().ok()).flatten()
}

/// Parts a message's head from its body, at the first empty line.
fn split_head(block: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut start = 0;
    while let Some(length) = block[start..].iter().position(|&byte| byte == b'\n') {
        let line = &block[start..start + length];
        let end = start + length + 1;
        if line.is_empty() || line == b"\r" {
            return Some((&block[..start], &block[end..]));
        }
        start = end;
    }
    // A message without a body may end with its last field.
    block.ends_with(b"\n").then_some((block, &[]))
}

/// Joins the chunks of a body (RFC 9112 §7.1); `None` if it has none.
fn unchunked(mut body: &[u8]) -> Option<Vec<u8>> {
    let mut whole = Vec::new();
    loop {
        let end = body.iter().position(|&byte| byte == b'\n')?;
        let line = std::str::from_utf8(&body[..end]).ok()?;
        let size = line.split(';').next()?.trim();
        let size = usize::from_str_radix(size, 16).ok()?;
        body = &body[end + 1..];
        if size == 0 {
            return Some(whole);
        }
        // A capture may break off within a chunk: what there is counts.
        let Some(chunk) = body.get(..size) else {
            whole.extend_from_slice(body);
            return Some(whole);
        };
        whole.extend_from_slice(chunk);
        body = &body[size..];
        body = body.strip_prefix(b"\r\n").or_else(|| body.strip_prefix(b"\n"))?;
    }
}

fn decode(coding: &str, body: Vec<u8>, limit: u64) -> Result<Vec<u8>, HttpError> {
    match coding {
        "" | "identity" => Ok(body),
        // Some writers decode the body and leave the field as it was.
        "gzip" | "x-gzip" if !body.starts_with(&[0x1f, 0x8b]) => Ok(body),
        "gzip" | "x-gzip" => read_at_most(MultiGzDecoder::new(&body[..]), limit),
        // Both forms are sent: RFC 9110 §8.4.1.2 means the first.
        "deflate" => read_at_most(ZlibDecoder::new(&body[..]), limit)
            .or_else(|_| read_at_most(DeflateDecoder::new(&body[..]), limit)),
        "br" => read_at_most(brotli::Decompressor::new(&body[..], 4096), limit),
        _ => Err(HttpError::UnknownCoding(coding.to_owned())),
    }
}

/// Reads no more than one byte beyond the limit, whatever the compression promises.
fn read_at_most(from: impl Read, limit: u64) -> Result<Vec<u8>, HttpError> {
    let mut bytes = Vec::new();
    let read = from.take(limit.saturating_add(1)).read_to_end(&mut bytes);
    match read {
        Ok(_) if bytes.len() as u64 > limit => Err(HttpError::TooLarge(limit)),
        Ok(_) => Ok(bytes),
        Err(error) => Err(HttpError::Damaged(error.to_string())),
    }
}

/// A response's block: what is known of its head, then its body. `headers` keep their order; those
/// that told how the body travelled are renamed, since the body is decoded here.
#[must_use]
pub fn response_block(status: u16, headers: &[(String, String)], body: &[u8]) -> Vec<u8> {
    let mut block = head(status, headers);
    let _ = write!(block, "Content-Length: {}\r\n\r\n", body.len());
    let mut block = block.into_bytes();
    block.extend_from_slice(body);
    block
}

/// The block of a response that says that nothing changed: its status, which is all that is kept.
#[must_use]
pub fn not_modified_block() -> Vec<u8> {
    b"HTTP/1.1 304 Not Modified\r\n\r\n".to_vec()
}

/// A status line and the fields, without the end.
fn head(status: u16, headers: &[(String, String)]) -> String {
    let mut head = format!("HTTP/1.1 {status} {}\r\n", reason(status));
    for (name, value) in headers {
        let is_of_the_way = ["transfer-encoding", "content-encoding", "content-length"]
            .iter()
            .any(|known| name.eq_ignore_ascii_case(known));
        let prefix = if is_of_the_way { "X-Archive-Orig-" } else { "" };
        let value = value.replace(['\r', '\n'], " ");
        let _ = write!(head, "{prefix}{name}: {value}\r\n");
    }
    head
}

/// The words that go with the statuses under which articles are read.
const fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        203 => "Non-Authoritative Information",
        206 => "Partial Content",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn message(fields: &str, body: &[u8]) -> Vec<u8> {
        let mut message = format!("HTTP/1.1 200 OK\r\n{fields}\r\n").into_bytes();
        message.extend_from_slice(body);
        message
    }

    fn body(fields: &str, bytes: &[u8]) -> Result<String, HttpError> {
        Response::read(&message(fields, bytes), 1_000)
            .map(|response| String::from_utf8(response.body).unwrap())
    }

    #[test]
    fn a_response_is_read_with_its_fields() {
        let block = message("Content-Type: text/html\r\nX: a:b\r\n", b"<p>\r\n\r\nhi");
        let read = Response::read(&block, 100).unwrap();
        assert_eq!((read.status, read.header("content-type")), (200, Some("text/html")));
        assert_eq!((read.header("x"), &read.body[..]), (Some("a:b"), &b"<p>\r\n\r\nhi"[..]));
    }

    #[test]
    fn chunks_and_compression_are_undone_one_after_the_other() {
        let compressed = gzip(b"hello");
        let mut chunks = format!("{:x};x=y\r\n", compressed.len()).into_bytes();
        chunks.extend_from_slice(&compressed);
        chunks.extend_from_slice(b"\r\n0\r\n\r\n");
        let fields = "Transfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n";
        assert_eq!(body(fields, &chunks).unwrap(), "hello");
        let read = Response::read(&message(fields, &chunks), 100).unwrap();
        assert_eq!(read.headers, []);
        let mut packed = Vec::new();
        brotli::CompressorWriter::new(&mut packed, 4096, 5, 20).write_all(b"hello").unwrap();
        assert_eq!(body("Content-Encoding: br\r\n", &packed).unwrap(), "hello");
    }

    #[test]
    fn fields_that_are_no_longer_true_do_no_harm() {
        let fields = "Transfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n";
        assert_eq!(body(fields, b"<p>hello").unwrap(), "<p>hello");
    }

    #[test]
    fn a_bomb_is_given_up() {
        let bomb = gzip(&vec![0; 1_000_000]);
        assert_eq!(body("Content-Encoding: gzip\r\n", &bomb), Err(HttpError::TooLarge(1_000)));
        assert_eq!(body("", &[b'a'; 1_001]), Err(HttpError::TooLarge(1_000)));
    }

    #[test]
    fn what_cannot_be_read_says_why() {
        let mut damaged = gzip(b"hello");
        damaged.truncate(12);
        assert!(matches!(body("Content-Encoding: gzip\r\n", &damaged), Err(HttpError::Damaged(_))));
        let unknown = body("Content-Encoding: rot13\r\n", b"uryyb");
        assert_eq!(unknown, Err(HttpError::UnknownCoding("rot13".to_owned())));
        for block in [&b"GET / HTTP/1.1\r\n\r\n"[..], b"", b"HTTP/1.1 200 OK"] {
            assert_eq!(Response::read(block, 9), Err(HttpError::NotAResponse));
        }
    }

    #[test]
    fn a_block_that_was_written_is_read_again() {
        let headers = [
            ("content-type".to_owned(), "text/html".to_owned()),
            ("transfer-encoding".to_owned(), "chunked".to_owned()),
        ];
        let block = response_block(200, &headers, b"<p>hi");
        let read = Response::read(&block, 100).unwrap();
        assert_eq!(read.header("x-archive-orig-transfer-encoding"), Some("chunked"));
        assert_eq!(read.body, b"<p>hi");
    }
}
