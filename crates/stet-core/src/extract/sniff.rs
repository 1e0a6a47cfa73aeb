//! Is it a web page at all?
//!
//! Bytes are believed before the `Content-Type`: a server that calls a PDF `text/html` still sent
//! a PDF, and one that calls a page `application/octet-stream` still sent a page. Magic numbers
//! are those of the WHATWG MIME Sniffing Standard (§6, §7.1) for what news sites really answer.

/// How many bytes at the start are looked at; the standard's "resource header" has 1,445.
const HEADER_BYTES: usize = 1_445;

/// Starts of files that are not text, and what they are.
const MAGIC: &[(&[u8], &str)] = &[
    (b"%PDF-", "a PDF document"),
    (b"\x89PNG\r\n", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF87a", "a picture"),
    (b"GIF89a", "a picture"),
    (b"BM", "a picture"),
    (b"\x00\x00\x01\x00", "a picture"),
    (b"ID3", "a sound recording"),
    (b"OggS", "a sound recording"),
    (b"fLaC", "a sound recording"),
    (b"\x1a\x45\xdf\xa3", "a video"),
    (b"PK\x03\x04", "an archive or office document"),
    (b"\x1f\x8b", "an archive"),
    (b"Rar!\x1a\x07", "an archive"),
    (b"7z\xbc\xaf\x27\x1c", "an archive"),
    (b"\xd0\xcf\x11\xe0", "an office document"),
    (b"{\\rtf", "an office document"),
    (b"wOFF", "a font"),
    (b"wOF2", "a font"),
];

/// Content types, by prefix, of what is no page, and what it is.
const TYPES: &[(&str, &str)] = &[
    ("application/pdf", "a PDF document"),
    ("image/", "a picture"),
    ("video/", "a video"),
    ("audio/", "a sound recording"),
    ("font/", "a font"),
    ("application/json", "JSON data"),
    ("application/ld+json", "JSON data"),
    ("application/manifest+json", "JSON data"),
    ("application/rss+xml", "a feed"),
    ("application/atom+xml", "a feed"),
    ("application/feed+json", "a feed"),
    ("text/css", "a style sheet"),
    ("text/csv", "a table of data"),
    ("text/calendar", "a calendar"),
    ("text/javascript", "a script"),
    ("application/javascript", "a script"),
    ("application/zip", "an archive"),
    ("application/gzip", "an archive"),
    ("application/msword", "an office document"),
    ("application/vnd.", "an office document"),
];

/// Names of root elements of XML that is no page.
const XML_ROOTS: &[(&str, &str)] = &[
    ("<rss", "a feed"),
    ("<feed", "a feed"),
    ("<rdf:rdf", "a feed"),
    ("<urlset", "a sitemap"),
    ("<sitemapindex", "a sitemap"),
    ("<svg", "a picture"),
];

/// What the body is, where it is not HTML; `None` for what may be read as a page.
pub(super) fn not_html(content_type: Option<&str>, bytes: &[u8]) -> Option<&'static str> {
    let start = bytes.trim_ascii_start();
    if start.is_empty() {
        return Some("an empty answer");
    }
    if let Some(what) = by_magic(bytes) {
        return Some(what);
    }
    let header = String::from_utf8_lossy(&start[..start.len().min(HEADER_BYTES)]);
    let header = header.trim_start_matches('\u{feff}').trim_start().to_ascii_lowercase();
    if let Some(what) = by_xml_root(&header) {
        return Some(what);
    }
    if looks_like_html(&header) {
        return None;
    }
    let media_type = content_type.unwrap_or_default().trim().to_ascii_lowercase();
    if let Some(what) = name_of_type(&media_type) {
        return Some(what);
    }
    if media_type.starts_with("text/html") || media_type.starts_with("application/xhtml") {
        return None;
    }
    if is_json(start) {
        return Some("JSON data");
    }
    if media_type.starts_with("text/plain") && !header.contains("</") {
        return Some("plain text");
    }
    // A page in UTF-16 has a NUL in every other byte and a BOM to say so.
    let is_utf16 = bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff");
    let is_binary = header.contains('\0') && !is_utf16;
    is_binary.then_some("a file of unknown kind")
}

/// What a body of this content type is, where that is no page, in words for people.
#[must_use]
pub fn name_of_type(content_type: &str) -> Option<&'static str> {
    let media_type = content_type.trim().to_ascii_lowercase();
    TYPES.iter().find(|(prefix, _)| media_type.starts_with(prefix)).map(|(_, what)| *what)
}

fn by_magic(bytes: &[u8]) -> Option<&'static str> {
    let known = MAGIC.iter().find(|(magic, _)| {
        // "BM" begins an English text too; a bitmap goes on with a length and two zero words.
        bytes.starts_with(magic) && (*magic != b"BM" || bytes.get(6..10) == Some(&[0; 4]))
    });
    if let Some((_, what)) = known {
        return Some(what);
    }
    match (bytes.get(..4), bytes.get(4..8), bytes.get(8..12)) {
        (Some(b"RIFF"), _, Some(b"WEBP")) | (_, Some(b"ftyp"), Some(b"avif" | b"heic")) => {
            Some("a picture")
        }
        (Some(b"RIFF"), _, Some(b"WAVE")) | (_, Some(b"ftyp"), Some(b"M4A ")) => {
            Some("a sound recording")
        }
        (_, Some(b"ftyp"), Some(_)) => Some("a video"),
        _ => None,
    }
}

/// Looks past the XML declaration, comments and doctype for the root element.
fn by_xml_root(header: &str) -> Option<&'static str> {
    let mut rest = header;
    while rest.starts_with("<?") || rest.starts_with("<!") {
        let end = if rest.starts_with("<!--") { "-->" } else { ">" };
        rest = rest[rest.find(end)? + end.len()..].trim_start();
    }
    XML_ROOTS
        .iter()
        .find(|(root, _)| {
            rest.strip_prefix(root).is_some_and(|after| after.starts_with([' ', '>', '\n', '\t']))
        })
        .map(|(_, what)| *what)
}

fn looks_like_html(header: &str) -> bool {
    ["<!doctype html", "<html", "<head", "<body", "<title", "<meta"]
        .iter()
        .any(|mark| header.contains(mark))
}

fn is_json(start: &[u8]) -> bool {
    matches!(start.first(), Some(b'{' | b'['))
        && serde_json::from_slice::<serde::de::IgnoredAny>(start).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pdf_that_calls_itself_a_page_is_a_pdf() {
        assert_eq!(not_html(Some("text/html"), b"%PDF-1.7 ..."), Some("a PDF document"));
    }

    #[test]
    fn a_page_that_calls_itself_something_else_is_a_page() {
        for content_type in [None, Some("application/octet-stream"), Some("image/png")] {
            assert_eq!(not_html(content_type, b"\xef\xbb\xbf\n<!DOCTYPE html><p>Hi"), None);
        }
    }

    #[test]
    fn things_are_named() {
        for (content_type, bytes, name) in [
            (None, &b"\xff\xd8\xff\xe0"[..], "a picture"),
            (None, b"RIFF\x10\0\0\0WEBPVP8 ", "a picture"),
            (None, b"\0\0\0\x20ftypisom\0\0", "a video"),
            (Some("video/mp4"), b"whatever", "a video"),
            (Some("text/html"), b"<?xml version='1.0'?>\n<rss version='2.0'>", "a feed"),
            (None, b"<?xml version='1.0'?><!-- x --><urlset xmlns='y'>", "a sitemap"),
            (None, b"{\"a\": [1, 2]}", "JSON data"),
            (Some("application/json; charset=utf-8"), b"[", "JSON data"),
            (Some("text/plain"), b"User-agent: *", "plain text"),
            (None, b"\x01\x02\x00\x03", "a file of unknown kind"),
            (Some("text/html"), b"  \n", "an empty answer"),
        ] {
            assert_eq!(not_html(content_type, bytes), Some(name));
        }
    }

    #[test]
    fn a_fragment_of_html_and_a_page_in_utf_16_may_be_read() {
        assert_eq!(not_html(Some("text/html"), b"<p>One</p>"), None);
        assert_eq!(not_html(None, b"\xff\xfe<\0p\0>\0"), None);
    }
}
