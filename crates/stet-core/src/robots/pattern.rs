//! Patterns of addresses, and how they are compared with one.

use url::Url;

/// A pattern of a robots.txt in its normal form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pattern {
    /// What stands between the asterisks.
    parts: Vec<Vec<u8>>,
    /// Whether it ends in `$`: the address ends where the pattern does.
    is_whole: bool,
    octets: usize,
}

impl Pattern {
    pub(super) fn new(written: &[u8]) -> Self {
        let written = normal_form(written);
        let octets = written.len();
        let (written, is_whole) = match written.strip_suffix(b"$") {
            Some(written) => (written, true),
            None => (written.as_slice(), false),
        };
        // Only at the end it is special.
        let written = String::from_utf8_lossy(written).replace('$', "%24");
        let parts = written.split('*').map(|part| part.as_bytes().to_vec()).collect();
        Self { parts, is_whole, octets }
    }

    /// How specific it is: its length in octets.
    pub(super) const fn len(&self) -> usize {
        self.octets
    }

    /// Whether a [`target`] begins as this pattern says. Each part is looked for once, as far
    /// to the front as it stands: that takes no longer for many asterisks than for few.
    pub(super) fn matches(&self, target: &[u8]) -> bool {
        let Some((first, others)) = self.parts.split_first() else { return false };
        let Some(mut rest) = target.strip_prefix(first.as_slice()) else { return false };
        let Some((last, middle)) = others.split_last() else {
            return !self.is_whole || rest.is_empty();
        };
        for part in middle {
            let Some(found) = find(rest, part) else { return false };
            rest = &rest[found + part.len()..];
        }
        if self.is_whole { rest.ends_with(last) } else { find(rest, last).is_some() }
    }
}

fn find(text: &[u8], part: &[u8]) -> Option<usize> {
    if part.is_empty() {
        return Some(0);
    }
    text.windows(part.len()).position(|window| window == part)
}

/// The path and query of an address in the normal form of patterns. What is special in a pattern
/// stands for itself here.
pub(super) fn target(url: &Url) -> Vec<u8> {
    let mut target = url.path().to_owned();
    if let Some(query) = url.query() {
        target.push('?');
        target.push_str(query);
    }
    normal_form(target.replace('*', "%2A").replace('$', "%24").as_bytes())
}

/// A path in which each character is written in one way only (RFC 9309 §2.2.2): unreserved ones
/// plainly, all that is not ASCII in percent signs, and so is what was written so of the rest, but
/// for the `:` and `/` of a query, where they divide nothing.
fn normal_form(path: &[u8]) -> Vec<u8> {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    let mut normal = Vec::with_capacity(path.len());
    let mut rest = path;
    let mut in_query = false;
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        in_query |= byte == b'?';
        let decoded = (byte == b'%').then(|| encoded_byte(after)).flatten();
        let byte = match decoded {
            Some(decoded) => {
                rest = &after[2..];
                decoded
            }
            None => byte,
        };
        let is_unreserved = byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
        let is_plain = if decoded.is_some() {
            is_unreserved || in_query && b":/".contains(&byte)
        } else {
            byte.is_ascii_graphic()
        };
        if is_plain {
            normal.push(byte);
        } else {
            normal.extend([b'%', HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]]);
        }
    }
    normal
}

/// The byte that two hexadecimal digits stand for.
fn encoded_byte(digits: &[u8]) -> Option<u8> {
    let digit = |place: usize| char::from(*digits.get(place)?).to_digit(16);
    u8::try_from(digit(0)? << 4 | digit(1)?).ok()
}
