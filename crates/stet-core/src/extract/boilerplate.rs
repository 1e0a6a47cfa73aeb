//! What is known of a source besides its rules: paragraphs that stand at the edges of many of its
//! articles and belong to none.
//!
//! A single page does not tell a sign-up line from a last sentence; several pages of one publisher
//! do. Each article teaches a [`Lesson`] once; whoever keeps the lessons hands back a plain set.

use std::collections::HashSet;

use super::{BoundedPage, ExtractError, MIN_WORDS, Page, SiteRules, shipped};
use crate::{ArticleText, ParagraphDigest};

/// How many paragraphs at either end of an article may be boilerplate at a time.
const EDGE: usize = 3;

/// The fewest paragraphs of an article that teaches: two edges and something between them.
const MIN_PARAGRAPHS: usize = 2 * EDGE + 1;

/// What is known of how a source's articles are to be read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Knowledge {
    /// Its own rules.
    pub rules: SiteRules,
    /// What does not belong to its articles.
    pub boilerplate: Boilerplate,
}

/// Paragraphs that are dropped from the edges of a source's articles.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Boilerplate(HashSet<ParagraphDigest>);

impl FromIterator<ParagraphDigest> for Boilerplate {
    fn from_iter<T: IntoIterator<Item = ParagraphDigest>>(digests: T) -> Self {
        Self(digests.into_iter().collect())
    }
}

impl Boilerplate {
    /// Drops what stands at the edges of a text, one paragraph after the other, so that what lies
    /// behind another one is found too. Whatever was learned, [`MIN_WORDS`] words stay.
    fn drop_from(&self, text: &mut ArticleText) {
        if self.0.is_empty() {
            return;
        }
        while let Some(index) = self.find_at_edge(&text.paragraphs) {
            let dropped = text.paragraphs.remove(index);
            if text.word_count() < MIN_WORDS {
                text.paragraphs.insert(index, dropped);
                return;
            }
        }
    }

    fn find_at_edge(&self, paragraphs: &[String]) -> Option<usize> {
        let end = paragraphs.len();
        let (first, last) = (EDGE.min(end), end.saturating_sub(EDGE));
        (last..end)
            .rev()
            .chain(0..first)
            .find(|&index| self.0.contains(&ParagraphDigest::of(&paragraphs[index])))
    }
}

/// Extracts the article of a page of a source of which something is known. Otherwise as
/// [`extract`](super::extract).
///
/// A body that is found by a rule is taken as it is, also if the rule finds nothing on this page:
/// so whoever finds that the wrong thing was learned has the last word.
pub fn extract_with_knowledge(
    page: Page<'_>,
    knowledge: &Knowledge,
) -> Result<ArticleText, ExtractError> {
    BoundedPage::of(page)?.extract(knowledge)
}

impl BoundedPage<'_> {
    /// What [`extract_with_knowledge`] extracts.
    pub fn extract(&self, knowledge: &Knowledge) -> Result<ArticleText, ExtractError> {
        let mut text = self.extract_by(&knowledge.rules, shipped::publisher(self.address))?;
        if knowledge.rules.body.is_none() {
            knowledge.boilerplate.drop_from(&mut text);
        }
        Ok(text)
    }
}

/// What the first text of an article teaches about its source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lesson {
    /// The longest paragraph of the middle third. Two articles with the same one are copies of each
    /// other, be it with another headline or an edit, and count for one.
    pub witness: ParagraphDigest,
    /// The paragraphs at its edges, by their places: 0, 1, 2 from the first, -1, -2, -3 from the
    /// last.
    pub edges: Vec<(i16, ParagraphDigest)>,
}

impl Lesson {
    /// The lesson of a text; `None` for one too short to have edges and a middle.
    #[must_use]
    pub fn of(text: &ArticleText) -> Option<Self> {
        let paragraphs = &text.paragraphs;
        let count = paragraphs.len();
        if count < MIN_PARAGRAPHS {
            return None;
        }
        let middle = &paragraphs[count / 3..count - count / 3];
        let witness = middle.iter().max_by_key(|paragraph| paragraph.len())?;
        let digest = |paragraph: &String| ParagraphDigest::of(paragraph);
        let first = (0..).zip(paragraphs.iter().take(EDGE).map(digest));
        let last = (1..).zip(paragraphs.iter().rev().take(EDGE).map(digest));
        let edges = first.chain(last.map(|(place, digest): (i16, _)| (-place, digest))).collect();
        Some(Self { witness: ParagraphDigest::of(witness), edges })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: &str = "The council voted on Tuesday to close the old bridge for repairs that are \
        expected to last, engineers said, until the spring of next year, at a cost of millions.";

    fn dropped(known: &[&str], paragraphs: &[&str]) -> Vec<String> {
        let boilerplate: Boilerplate =
            known.iter().map(|paragraph| ParagraphDigest::of(paragraph)).collect();
        let mut text = ArticleText::new("T", paragraphs.iter().copied());
        boilerplate.drop_from(&mut text);
        text.paragraphs
    }

    #[test]
    fn what_is_known_goes_from_both_edges_also_behind_other_such_paragraphs() {
        let known = ["a", "b", "c", "d"];
        assert_eq!(dropped(&known, &["a", LONG, "x", "d", "c", "b", "a"]), [LONG, "x"]);
    }

    #[test]
    fn what_stands_in_the_middle_stays() {
        let text = ["1", "2", LONG, "a", "4", "5", "6"];
        assert_eq!(dropped(&["a"], &text), text);
    }

    #[test]
    fn an_article_never_vanishes() {
        assert_eq!(dropped(&[LONG, "a"], &[LONG, "a"]), [LONG]);
    }

    #[test]
    fn a_body_found_by_a_rule_is_taken_as_it_is() {
        let html = format!("<title>T</title><h1>T</h1><article><p>{LONG}</p><p>Sign up.</p>");
        let address = crate::Address::parse("https://a.example/1").unwrap();
        let page = Page { address: &address, content_type: None, bytes: html.as_bytes() };
        let boilerplate: Boilerplate = [ParagraphDigest::of("Sign up.")].into_iter().collect();
        let paragraphs = |body: Option<&str>| {
            let rules = SiteRules { body: body.map(str::to_owned), ..SiteRules::default() };
            let knowledge = Knowledge { rules, boilerplate: boilerplate.clone() };
            extract_with_knowledge(page, &knowledge).unwrap().paragraphs
        };
        assert_eq!(paragraphs(None), [LONG]);
        assert_eq!(paragraphs(Some("article")), [LONG, "Sign up."]);
    }

    #[test]
    fn a_lesson_is_the_edges_with_a_witness_from_between_them() {
        let text = ArticleText::new("T", ["long start", "b", "c", "middle", "e", "f", "long end"]);
        let lesson = Lesson::of(&text).unwrap();
        assert_eq!(lesson.witness, ParagraphDigest::of("middle"));
        let expected =
            [(0, "long start"), (1, "b"), (2, "c"), (-1, "long end"), (-2, "f"), (-3, "e")];
        assert_eq!(lesson.edges, expected.map(|(place, text)| (place, ParagraphDigest::of(text))));
        assert_eq!(Lesson::of(&ArticleText::new("T", ["1", "2", "3", "4", "5", "6"])), None);
    }
}
