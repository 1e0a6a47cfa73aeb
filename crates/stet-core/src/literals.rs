//! Finding any of many fixed texts at once.

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

/// What finds any of these texts; of several at one place, the longest.
///
/// As a table of transitions for each byte it would be twice as fast and take megabytes for a few
/// hundred phrases, as an alternation of a regular expression does.
pub(crate) fn any_of(texts: impl IntoIterator<Item = impl AsRef<[u8]>>) -> AhoCorasick {
    AhoCorasick::builder()
        .match_kind(MatchKind::LeftmostLongest)
        .kind(Some(AhoCorasickKind::ContiguousNFA))
        .build(texts)
        .expect("a few hundred short texts fit")
}
