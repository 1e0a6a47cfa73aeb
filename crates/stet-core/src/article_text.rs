//! The text of an article at one moment, and the digests by which texts are told apart.

use std::borrow::Cow;

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use unicode_segmentation::UnicodeSegmentation;

use crate::Address;
use crate::live_noise::normal_form;

/// What one page says: the article without what surrounds it.
///
/// Every string is NFC as the page had it, free of NUL, with white space folded and trimmed.
/// A paragraph is one block of text without line breaks, never empty.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArticleText {
    /// The headline, without the site's name.
    pub title: String,
    /// The summary that stands between the headline and the body, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub standfirst: Option<String>,
    /// What stands under the picture at its head, without the credit. A field of its own, so that
    /// a picture that comes or goes never shows as a paragraph.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lead_caption: Option<String>,
    /// Who wrote it, as printed.
    pub byline: Option<String>,
    /// When it was published, as the page states it.
    pub published: Option<DateTime<Utc>>,
    /// When it was changed last, as the page states it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub modified: Option<DateTime<Utc>>,
    /// The language, as a BCP 47 tag (`en`, `pt-BR`).
    pub language: Option<String>,
    /// The part of the newspaper that it stands in ("World", "Sport"), as the page names it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub section: Option<String>,
    /// The address that the page calls its own (`rel=canonical`), unchecked against the host.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub canonical: Option<Address>,
    /// The body, in reading order.
    pub paragraphs: Vec<String>,
}

impl ArticleText {
    /// A text of a title and paragraphs alone.
    pub fn new(
        title: impl Into<String>,
        paragraphs: impl IntoIterator<Item = impl Into<String>>,
    ) -> Self {
        Self {
            title: title.into(),
            paragraphs: paragraphs.into_iter().map(Into::into).collect(),
            ..Self::default()
        }
    }

    /// The digest that tells this text from others: two texts of one article are the same
    /// version if and only if it is equal.
    ///
    /// It covers what a reader sees change: title, standfirst, byline, time of publication,
    /// paragraphs and the lead picture's caption; not the language, which is guessed, nor the
    /// section, the canonical address and the time of modification, in which many sites state the
    /// time of delivery.
    ///
    /// A standfirst, byline or paragraph that is live noise from end to end ("Updated 5 minutes
    /// ago", "12 comments", a ticker of prices) is covered in its normal form, without its
    /// figures: two texts that differ only by them are the same version. Sentences are covered
    /// as they are, with all their figures.
    #[must_use]
    pub fn digest(&self) -> TextDigest {
        let published = self.published.map(|time| time.to_rfc3339_opts(SecondsFormat::Secs, true));
        let fields = [
            Some(self.title.as_str().into()),
            self.standfirst.as_deref().map(normal_form),
            self.byline.as_deref().map(normal_form),
            published.map(Cow::Owned),
        ];
        let mut hasher = Sha256::new();
        for field in fields.into_iter().map(Option::unwrap_or_default) {
            update_delimited(&mut hasher, &field);
        }
        for paragraph in &self.paragraphs {
            update_delimited(&mut hasher, &normal_form(paragraph));
        }
        if let Some(caption) = &self.lead_caption {
            // No paragraph is so long, so a caption is never taken for one more of them.
            hasher.update(u64::MAX.to_be_bytes());
            update_delimited(&mut hasher, caption);
        }
        TextDigest(hasher.finalize().into())
    }

    /// How many words the paragraphs have, by the Unicode rules for word boundaries (UAX #29);
    /// in scripts written without spaces each ideograph counts as one.
    #[must_use]
    pub fn word_count(&self) -> usize {
        self.paragraphs.iter().map(|paragraph| paragraph.unicode_words().count()).sum()
    }
}

/// Adds one string to a digest so that no other sequence of strings adds the same bytes.
fn update_delimited(hasher: &mut Sha256, text: &str) {
    hasher.update((text.len() as u64).to_be_bytes());
    hasher.update(text.as_bytes());
}

/// SHA-256 over an article's text; see [`ArticleText::digest`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TextDigest(pub [u8; 32]);

/// SHA-256 over the text of one paragraph.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ParagraphDigest(pub [u8; 32]);

impl ParagraphDigest {
    /// The digest of a paragraph's text.
    #[must_use]
    pub fn of(paragraph: &str) -> Self {
        Self(Sha256::digest(paragraph.as_bytes()).into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_that_crosses_into_the_next_paragraph_is_another_text() {
        let one = ArticleText::new("T", ["ab", "c"]);
        let other = ArticleText::new("T", ["a", "bc"]);
        assert_ne!(one.digest(), other.digest());
    }

    #[test]
    fn a_byline_alone_makes_another_text_and_a_language_does_not() {
        let text = ArticleText::new("T", ["a"]);
        let signed = ArticleText { byline: Some("Ann".into()), ..text.clone() };
        let tagged = ArticleText { language: Some("en".into()), ..text.clone() };
        assert_ne!(text.digest(), signed.digest());
        assert_eq!(text.digest(), tagged.digest());
    }

    #[test]
    fn live_noise_makes_no_other_text_and_a_changed_figure_does() {
        let text = |paragraph: &str| ArticleText::new("T", ["a", paragraph]).digest();
        assert_eq!(text("Updated 5 minutes ago"), text("Updated 2 hours ago"));
        assert_ne!(text("It began 5 minutes ago."), text("It began 6 minutes ago."));
        let signed = |byline: &str| {
            ArticleText { byline: Some(byline.into()), ..ArticleText::new("T", ["a"]) }.digest()
        };
        assert_eq!(signed("12 comments"), signed("13 comments"));
        assert_ne!(signed("Ann Lee"), signed("Ann Lee, 12"));
    }

    #[test]
    fn a_caption_is_no_last_paragraph_and_a_text_without_one_keeps_its_digest() {
        let text = ArticleText::new("T", ["a"]);
        let captioned = ArticleText { lead_caption: Some("b".into()), ..text.clone() };
        assert_ne!(captioned.digest(), text.digest());
        assert_ne!(captioned.digest(), ArticleText::new("T", ["a", "b"]).digest());
        let filed = ArticleText { section: Some("World".into()), ..text.clone() };
        assert_eq!(filed.digest(), text.digest());
        let hex =
            text.digest().0.iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
        assert_eq!(hex, "d63615215a5291dd67c6d6eac6acd85762d0f6dd89a089d83e1483a5b5119dc4");
    }

    #[test]
    fn words_are_counted_without_punctuation() {
        assert_eq!(ArticleText::new("T", ["Well – no, it’s 3.5 %.", "東京"]).word_count(), 6);
    }
}
