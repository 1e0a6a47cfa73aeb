//! From bytes to text.
//!
//! The order is that of the HTML Standard (§13.2.3.2): byte order mark, `Content-Type` header,
//! `meta`, then a guess. Two labels are distrusted, since news sites have long been wrong about
//! them: a page labelled UTF-8 whose bytes are not UTF-8 is guessed at, and a page labelled with
//! an encoding that reads any byte (the windows and ISO 8859 families) is UTF-8 if its bytes are:
//! text in those encodings with letters beyond ASCII is practically never valid UTF-8. Whether
//! bytes are UTF-8 is weighed, not demanded of each: see [`Fit`].

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

/// How many bytes must fit UTF-8 for each place that does not, on a page labelled UTF-8.
/// Source: 864 texts written in 14 other encodings (Chinese, Japanese, Korean, Thai, Greek, Russian,
/// Latin) had at most 0.63, in EUC-JP; those in windows-1251 and 1252 at most 0.12.
const FIT_OF_LABELLED: usize = 1;

/// The same on a page that is not labelled so: six times what was found in other encodings, since
/// nothing else speaks for UTF-8, and still no more than two curly quotes.
const FIT_OF_OTHERS: usize = 4;

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
    let is_utf8 = |least| Fit::of(bytes).is_of_utf8(least);
    match declared {
        Some(encoding) if encoding == UTF_8 && is_utf8(FIT_OF_LABELLED) => UTF_8,
        Some(encoding) if encoding == UTF_8 => guess(bytes),
        Some(encoding) if encoding.is_single_byte() && is_utf8(FIT_OF_OTHERS) => UTF_8,
        Some(encoding) => encoding,
        None if is_utf8(FIT_OF_OTHERS) => UTF_8,
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

/// The likeliest encoding of bytes that are not UTF-8.
fn guess(bytes: &[u8]) -> &'static Encoding {
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

/// How well bytes fit UTF-8. A page of UTF-8 may have a teaser cut off within a character, or a
/// comment pasted in from elsewhere, and read in another encoding all of it would be garbled.
///
/// Each byte that rightly continues a character counts as one: it is what hardly occurs by chance,
/// since text in other encodings seldom has two or three such bytes after just the right first one.
/// So a curly quote, of three bytes, says twice as much as an accented letter, of two.
#[derive(Debug, Clone, Copy)]
struct Fit {
    /// How many bytes continue a character.
    right: usize,
    /// How many times the bytes are not UTF-8.
    wrong: usize,
    /// Whether the only wrong place is the end, within a character.
    is_only_cut: bool,
}

impl Fit {
    fn of(bytes: &[u8]) -> Self {
        let Err(end) = std::str::from_utf8(bytes) else {
            // Most pages: how well they fit need not be counted.
            return Self { right: 0, wrong: 0, is_only_cut: false };
        };
        let (mut right, mut wrong) = (0, 0);
        for chunk in bytes.utf8_chunks() {
            right += chunk.valid().bytes().filter(|byte| byte & 0xc0 == 0x80).count();
            wrong += usize::from(!chunk.invalid().is_empty());
        }
        Self { right, wrong, is_only_cut: wrong == 1 && end.error_len().is_none() }
    }

    /// Whether at least so many bytes fit for each place that does not.
    const fn is_of_utf8(self, least: usize) -> bool {
        self.right >= least * self.wrong || (self.right > 0 && self.is_only_cut)
    }
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
    fn a_broken_teaser_beside_an_article_with_few_letters_beyond_ascii_leaves_it_utf_8() {
        let quotes = "<p>“We will pay £3m”, said the council.</p>";
        let accents = "<p>Mixed é, said Zoë at the café.</p>";
        let broken: &[u8] = b"<aside>Caf\xc3...</aside>";
        for (text, header, meta) in [
            (quotes, Some("text/html; charset=utf-8"), "<meta charset=utf-8>"),
            (quotes, None, "<meta charset=utf-8>"),
            (quotes, Some("text/html; charset=iso-8859-1"), ""),
            (quotes, None, ""),
            (accents, None, "<meta charset=utf-8>"),
            ("<p>Mixed é.</p>", None, "<meta charset=utf-8>"),
        ] {
            let page = [meta.as_bytes(), text.as_bytes(), broken].concat();
            let expected = format!("{meta}{text}<aside>Caf\u{fffd}...</aside>");
            assert_eq!(decode(header, &page), expected, "{header:?} {meta}");
        }
    }

    #[test]
    fn a_page_that_ends_within_a_character_is_utf_8() {
        assert_eq!(decode(None, b"<p>Zo\xc3\xab, caf\xc3"), "<p>Zoë, caf\u{fffd}");
        assert_eq!(decode(Some("text/html; charset=utf-8"), b"<p>The caf\xe9"), "<p>The café");
    }

    #[test]
    fn other_encodings_that_call_themselves_utf_8_are_found_out() {
        use encoding_rs::{BIG5, EUC_JP, EUC_KR, GB18030, SHIFT_JIS, WINDOWS_1251};
        let japanese = "<p>首相は記者会見で、来年度の予算案について説明した。";
        let russian = "<p>Её отец, ректор «МГУ», сказал: «Мы ждём ответа уже третий год…»";
        let chinese = "<p>国务院总理在记者会上介绍了明年的预算草案，并回答了提问。";
        let traditional = "<p>行政院長在記者會上說明明年度預算案，並回答記者提問。";
        for (encoding, text) in [
            (WINDOWS_1252, "<p>The café of Zoë Müller has a déjà vu, for £3"),
            (WINDOWS_1251, russian),
            (SHIFT_JIS, japanese),
            (EUC_JP, japanese),
            (GB18030, chinese),
            (BIG5, traditional),
            (EUC_KR, "<p>대통령은 기자회견에서 내년도 예산안에 대해 설명했다."),
        ] {
            let (bytes, _, _) = encoding.encode(text);
            let found = decode(Some("text/html; charset=utf-8"), &bytes);
            assert_eq!(found, text, "{}", encoding.name());
        }
    }

    #[test]
    fn a_widget_in_utf_8_does_not_make_a_page_of_latin_1_utf_8() {
        let mut page = WINDOWS_1252.encode("<p>Señor Núñez pidió más atención").0.into_owned();
        page.extend("<aside>“</aside>".as_bytes());
        let found = decode(Some("text/html; charset=utf-8"), &page);
        assert!(found.starts_with("<p>Señor Núñez pidió más atención"), "{found}");
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
