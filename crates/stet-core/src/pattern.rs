//! Patterns of addresses, which editors write: regular expressions of bounded cost.

use regex::{Regex, RegexBuilder};
use thiserror::Error;

/// The longest pattern, in bytes: several times what a path of a newspaper needs.
pub const MAX_PATTERN_BYTES: usize = 500;

/// The most memory that a compiled pattern may take, in bytes. A hundred nested repetitions are
/// refused by it; patterns of addresses take a few thousand.
const MAX_COMPILED_BYTES: usize = 256 * 1024;

/// How deep groups may be nested.
const MAX_NESTING: u32 = 16;

/// A pattern that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PatternError {
    /// Longer than [`MAX_PATTERN_BYTES`].
    #[error("a pattern has {0} bytes, more than the {MAX_PATTERN_BYTES} that are allowed")]
    TooLong(usize),
    /// Not a regular expression, or one that would cost too much.
    #[error("'{pattern}' is not a pattern that can be used: {why}")]
    Unusable {
        /// The pattern.
        pattern: String,
        /// What is wrong with it, on one line.
        why: String,
    },
}

/// Compiles a pattern. It matches anywhere in an address unless `^` and `$` tie it down; matching
/// takes time linear in the address, whatever the pattern.
pub(crate) fn compile(pattern: &str) -> Result<Regex, PatternError> {
    if pattern.len() > MAX_PATTERN_BYTES {
        return Err(PatternError::TooLong(pattern.len()));
    }
    let built = RegexBuilder::new(pattern)
        .size_limit(MAX_COMPILED_BYTES)
        .dfa_size_limit(MAX_COMPILED_BYTES)
        .nest_limit(MAX_NESTING)
        .build();
    built.map_err(|error| PatternError::Unusable {
        pattern: pattern.to_owned(),
        why: match error {
            regex::Error::CompiledTooBig(_) => "it would take too much memory".to_owned(),
            // The last line says what is wrong; those before draw an arrow below the place.
            error => {
                let error = error.to_string();
                let last = error.lines().last().unwrap_or_default();
                last.trim_start_matches("error: ").to_owned()
            }
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_matches_anywhere_unless_it_is_tied_down() {
        assert!(compile("/news/[0-9]+").unwrap().is_match("https://a.example/news/12"));
        assert!(!compile("^/news/").unwrap().is_match("https://a.example/news/12"));
    }

    #[test]
    fn what_would_cost_too_much_or_is_no_pattern_is_refused_in_words() {
        let refused = |pattern: &str| compile(pattern).unwrap_err().to_string();
        assert_eq!(refused("(a"), "'(a' is not a pattern that can be used: unclosed group");
        assert_eq!(
            refused(r"(\w{100}){100}"),
            r"'(\w{100}){100}' is not a pattern that can be used: it would take too much memory"
        );
        assert!(refused(&format!("{}a{}", "(".repeat(40), ")".repeat(40))).contains("nest"));
        assert_eq!(
            refused(&"a".repeat(501)),
            "a pattern has 501 bytes, more than the 500 that are allowed"
        );
    }
}
