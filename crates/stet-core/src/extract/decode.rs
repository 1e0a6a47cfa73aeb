//! From bytes to text.
//!
//! The order is that of the HTML Standard (§13.2.3.2): byte order mark, `Content-Type` header,
//! `meta`, then a guess. Two labels are distrusted, since news sites have long been wrong about
//! them: a page labelled UTF-8 whose bytes are not UTF-8 is guessed at, and a page labelled with
//! an encoding that reads any byte (the windows and ISO 8859 families) is UTF-8 if its bytes are:
//! text in those encodings with letters beyond ASCII is practically never valid UTF-8.

use std::borrow::Cow;
use std::sync::LazyLock;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use regex::bytes::Regex;

/// How far into a page a `meta` with the encoding is looked for. The standard asks for the first
/// 1,024 bytes; browsers read on while the head lasts, and so do sites that put scripts before it.
const PRESCAN_BYTES: usize = 16 * 1024;

/// A page longer than this is guessed at by its beginning and end.
const GUESS_BYTES: usize = 256 * 1024;

/// `charset=…` inside a `meta` element, or the `encoding` of an XML declaration.
static DECLARED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r#"(?i-u)(?:<meta\b[^>]*?\bcharset\s*=\s*["']?\s*|^\s*<\?xml[^>]*?\bencoding\s*=\s*["'])([a-z0-9_:.-]+)"#,
    )
    .expect("the pattern is fixed")
});

/// Decodes a page; bytes that are wrong in its encoding become U+FFFD.
pub(crate) fn decode<'a>(content_type: Option<&str>, bytes: &'a [u8]) -> Cow<'a, str> {
    if let Some((encoding, length)) = Encoding::for_bom(bytes) {
        return encoding.decode_without_bom_handling(&bytes[length..]).0;
    }
    encoding_of(content_type, bytes).decode_without_bom_handling(bytes).0
}

/// The name of the encoding in which a page is read, as a `Content-Type` header says it.
#[must_use]
pub fn charset_of(content_type: Option<&str>, bytes: &[u8]) -> &'static str {
    let by_mark = Encoding::for_bom(bytes).map(|(encoding, _)| encoding);
    by_mark.unwrap_or_else(|| encoding_of(content_type, bytes)).name()
}

/// The encoding of a page without a byte order mark.
fn encoding_of(content_type: Option<&str>, bytes: &[u8]) -> &'static Encoding {
    let declared = content_type.and_then(charset_of_header).or_else(|| charset_of_page(bytes));
    let is_utf8 = std::str::from_utf8(bytes).is_ok();
    match declared {
        Some(encoding) if encoding == UTF_8 && !is_utf8 => guess(bytes),
        Some(encoding) if is_utf8 && encoding.is_single_byte() => UTF_8,
        Some(encoding) => encoding,
        None => guess(bytes),
    }
}

fn charset_of_header(content_type: &str) -> Option<&'static Encoding> {
    let at = content_type.to_ascii_lowercase().find("charset=")? + "charset=".len();
    let label = content_type.get(at..)?.split(';').next()?;
    Encoding::for_label(label.trim().trim_matches(['"', '\'']).as_bytes())
}

fn charset_of_page(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = &bytes[..bytes.len().min(PRESCAN_BYTES)];
    let label = DECLARED.captures(head)?.get(1)?;
    let encoding = Encoding::for_label(label.as_bytes())?;
    // Bytes in which an ASCII `meta` could be read are not UTF-16, whatever it says.
    Some(if encoding == UTF_16LE || encoding == UTF_16BE { UTF_8 } else { encoding })
}

fn guess(bytes: &[u8]) -> &'static Encoding {
    if std::str::from_utf8(bytes).is_ok() {
        return UTF_8;
    }
    if is_mostly_utf8(bytes) {
        return UTF_8;
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    if bytes.len() <= 2 * GUESS_BYTES {
        detector.feed(bytes, true);
    } else {
        detector.feed(&bytes[..GUESS_BYTES], false);
        detector.feed(&bytes[bytes.len() - GUESS_BYTES..], true);
    }
    let encoding = detector.guess(None, Utf8Detection::Deny);
    if encoding == UTF_8 { WINDOWS_1252 } else { encoding }
}

/// Whether a page that is not valid UTF-8 is UTF-8 all the same: cut off within a character, or
/// with one comment pasted in from elsewhere. So it is where at least nine of ten sequences
/// beyond ASCII are right; in other encodings hardly any is by chance.
fn is_mostly_utf8(bytes: &[u8]) -> bool {
    let (mut right, mut wrong) = (0_usize, 0_usize);
    for chunk in bytes.utf8_chunks() {
        right += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        wrong += usize::from(!chunk.invalid().is_empty());
    }
    right >= 9 * wrong.max(1) || (right > 0 && wrong == 1 && ends_cut(bytes))
}

/// Whether the bytes end within a UTF-8 character.
fn ends_cut(bytes: &[u8]) -> bool {
    matches!(std::str::from_utf8(bytes), Err(error) if error.error_len().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_order_mark_beats_the_header() {
        let bytes = b"\xef\xbb\xbf<p>caf\xc3\xa9";
        assert_eq!(decode(Some("text/html; charset=iso-8859-1"), bytes), "<p>café");
    }

    #[test]
    fn the_header_beats_the_meta() {
        let bytes = b"<meta charset=windows-1252><p>\xef\xf0\xe8\xe2\xe5\xf2";
        assert!(decode(Some("text/html; charset=\"windows-1251\""), bytes).ends_with("привет"));
    }

    #[test]
    fn the_meta_is_read_in_both_its_forms_and_in_xml() {
        for head in [
            "<meta charset='windows-1251'>",
            "<meta content=\"text/html; charset=windows-1251\" http-equiv=Content-Type>",
            "<?xml version=\"1.0\" encoding=\"windows-1251\"?>",
        ] {
            let mut bytes = head.as_bytes().to_vec();
            bytes.extend(b"<p>\xcc\xe8\xf0");
            assert!(decode(None, &bytes).ends_with("<p>Мир"), "{head}");
        }
    }

    #[test]
    fn windows_1252_that_calls_itself_utf_8_is_read_right() {
        let bytes = b"<meta charset=utf-8><p>The caf\xe9\x92s owner said \x93no\x94.</p>";
        assert!(decode(None, bytes).ends_with("<p>The café’s owner said “no”.</p>"));
    }

    #[test]
    fn utf_8_that_calls_itself_latin_1_is_read_right() {
        let bytes = "<p>Müller’s “no”".as_bytes();
        assert_eq!(decode(Some("text/html; charset=ISO-8859-1"), bytes), "<p>Müller’s “no”");
    }

    #[test]
    fn one_wrong_byte_does_not_turn_a_page_of_utf_8_into_another_encoding() {
        let mut bytes = "<meta charset=utf-8><p>žluťoučký kůň úpěl".as_bytes().to_vec();
        bytes.push(0xe9);
        assert!(decode(None, &bytes).contains("žluťoučký kůň úpěl"));
    }

    #[test]
    fn a_page_that_says_nothing_is_guessed() {
        let text = "<p>Президент подписал указ о назначении нового министра финансов.";
        let (bytes, _, _) = encoding_rs::WINDOWS_1251.encode(text);
        assert_eq!(decode(None, &bytes), text);
        let (bytes, _, _) = encoding_rs::KOI8_R.encode(text);
        assert_eq!(decode(None, &bytes), text);
    }

    #[test]
    fn east_asian_encodings_are_read_as_declared_and_as_guessed() {
        use encoding_rs::{BIG5, EUC_JP, EUC_KR, GB18030, GBK, ISO_2022_JP, SHIFT_JIS};
        let japanese = "<p>首相は記者会見で、来年度の予算案について説明した。";
        let simplified = "<p>国务院总理在记者会上介绍了明年的预算草案，并回答了提问。";
        let traditional = "<p>行政院長在記者會上說明明年度預算案，並回答記者提問。";
        let korean = "<p>대통령은 기자회견에서 내년도 예산안에 대해 설명했다.";
        for (encoding, text, is_guessed) in [
            (SHIFT_JIS, japanese, true),
            (EUC_JP, japanese, true),
            (ISO_2022_JP, japanese, false),
            (GBK, simplified, true),
            (GB18030, simplified, true),
            (BIG5, traditional, true),
            (EUC_KR, korean, true),
        ] {
            let (bytes, _, _) = encoding.encode(text);
            let header = format!("text/html; charset={}", encoding.name());
            assert_eq!(decode(Some(&header), &bytes), text, "{header}");
            assert!(!is_guessed || decode(None, &bytes) == text, "{header}, guessed");
        }
    }

    #[test]
    fn a_label_of_latin_1_means_windows_1252() {
        assert_eq!(
            decode(Some("text/html; charset=iso-8859-1"), b"<p>\x93caf\xe9\x94 \x80"),
            "<p>“café” €"
        );
    }
}
