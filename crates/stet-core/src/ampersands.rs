//! XML whose writers forgot that an ampersand has to be escaped, as many do in headlines and addresses.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::{Captures, Regex};

/// Sections that are taken as they are, references, and other ampersands.
static AMPERSANDS: LazyLock<Regex> = LazyLock::new(|| {
    let section = r"<!\[CDATA\[.*?\]\]>";
    let reference = r"&(?:[A-Za-z][A-Za-z0-9]*|#[0-9]+|#x[0-9A-Fa-f]+);";
    Regex::new(&format!("(?s){section}|{reference}|&")).expect("the pattern is fixed")
});

/// Escapes the ampersands that begin no reference.
pub(crate) fn escaped(xml: &str) -> Cow<'_, str> {
    AMPERSANDS.replace_all(xml, |found: &Captures<'_>| match &found[0] {
        "&" => "&amp;".to_owned(),
        other => other.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_begins_no_reference_is_escaped() {
        assert_eq!(
            escaped("<a>Q&A, R&D; &amp; &#38; &#x26;</a>"),
            "<a>Q&amp;A, R&D; &amp; &#38; &#x26;</a>"
        );
        assert_eq!(escaped("?a=1&b=2&"), "?a=1&amp;b=2&amp;");
        assert_eq!(
            escaped("<![CDATA[a & b]]> & <![CDATA[\n&]]>"),
            "<![CDATA[a & b]]> &amp; <![CDATA[\n&]]>"
        );
    }
}
