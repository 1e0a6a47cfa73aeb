//! From the bytes of a page to the text of its article.

use thiserror::Error;

use crate::{Address, ArticleText};

/// The revision of this extractor. It rises with every change that could make another text of
/// the same bytes, so that such a difference is recorded as technical and never as an edit by
/// the newspaper.
pub const EXTRACTOR_REVISION: i32 = 1;

/// A page as it was fetched.
#[derive(Debug, Clone, Copy)]
pub struct Page<'a> {
    /// The address it came from, after redirects.
    pub address: &'a Address,
    /// The `Content-Type` header, if there was one.
    pub content_type: Option<&'a str>,
    /// The body, decompressed.
    pub bytes: &'a [u8],
}

/// Why a page yielded no article text. Ordinary outcomes; none of them means a bug.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ExtractError {
    /// The body is not HTML; the field says what it is ("a PDF document", "a picture").
    #[error("this is {0}, not a web page")]
    NotHtml(String),
    /// No headline was found.
    #[error("the page has no headline")]
    NoTitle,
    /// Too little body text was found to be an article.
    #[error("the page has only {words} words of body text, so it does not look like an article")]
    TooShort {
        /// Words found.
        words: usize,
    },
    /// The page is longer than is parsed.
    #[error("the page has {bytes} bytes, more than the {limit} that are read")]
    TooLarge {
        /// Its length.
        bytes: usize,
        /// The greatest length that is parsed.
        limit: usize,
    },
    /// The page is nested too deeply or has too many elements or attributes to parse in bounded time.
    #[error("the page is too complex to read")]
    TooComplex,
}

/// Extracts the article of a page.
///
/// Bounded in time and memory by the caps that [`ExtractError`] names. It needs a thread with a
/// stack of [`STACK_BYTES`] at least.
pub fn extract(_page: Page<'_>) -> Result<ArticleText, ExtractError> {
    unimplemented!("arrives with the extractor")
}

/// The stack that [`extract`] needs, in bytes.
/// Source: readability code overflows 2 MiB at a nesting depth within the cap.
pub const STACK_BYTES: usize = 16 * 1024 * 1024;
