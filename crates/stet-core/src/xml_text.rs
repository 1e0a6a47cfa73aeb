//! The text of an XML document, whatever encoding it was sent in.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::Regex;

use crate::extract::decode;

/// The XML declaration, which speaks of the bytes. Source: XML 1.0 §2.8.
static DECLARATION: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^\s*<\?xml\s[^>]*\?>").expect("the pattern is fixed"));

/// How far an XML declaration is looked for, in bytes: it stands at the beginning.
const DECLARATION_BYTES: usize = 256;

/// Decodes a document and leaves out its declaration, which no longer holds. Bytes that are wrong
/// become U+FFFD.
///
/// What the document declares goes before what the server says (`content_type`), against RFC 7303
/// §3: servers say the same of all their files, and who wrote the document knew it.
pub(crate) fn text_of<'a>(content_type: Option<&str>, bytes: &'a [u8]) -> Cow<'a, str> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(DECLARATION_BYTES)]);
    let declaration = DECLARATION.find(&head);
    let declares = declaration.is_some_and(|found| found.as_str().contains("encoding"));
    let text = decode(content_type.filter(|_| !declares), bytes);
    let end = DECLARATION.find(&text).map_or(0, |declaration| declaration.end());
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(&text[end..]),
        Cow::Owned(mut text) => {
            text.drain(..end);
            Cow::Owned(text)
        }
    }
}

#[cfg(test)]
mod tests {
    use encoding_rs::WINDOWS_1251;

    use super::*;

    #[test]
    fn the_document_knows_its_encoding_best_and_the_server_next() {
        let (cyrillic, ..) = WINDOWS_1251.encode("<a>Мэр ушёл в отставку вчера</a>");
        let declared = [b"<?xml version='1.0' encoding='windows-1251'?>", &*cyrillic].concat();
        for (content_type, bytes) in [
            (None, &declared),
            (Some("text/xml; charset=iso-8859-1"), &declared),
            (Some("text/xml; charset=windows-1251"), &cyrillic.to_vec()),
        ] {
            assert_eq!(text_of(content_type, bytes), "<a>Мэр ушёл в отставку вчера</a>");
        }
    }

    #[test]
    fn a_mark_is_left_out_and_a_broken_byte_costs_one_character() {
        assert_eq!(text_of(None, b"\xef\xbb\xbf<?xml version='1.0'?><a/>"), "<a/>");
        let utf16: Vec<u8> = "\u{feff}<a>ü</a>".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(text_of(None, &utf16), "<a>ü</a>");
        let cut =
            "<a>Über Köln, Würzburg, Göttingen, Nürnberg, Düren, Büren, Lünen, Zürich, Bülach";
        let cut = [cut.as_bytes(), b"Caf\xc3...</a>"].concat();
        assert!(text_of(None, &cut).ends_with("BülachCaf\u{fffd}...</a>"));
    }
}
