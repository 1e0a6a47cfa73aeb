//! What changed between two texts, and how much: the facts from which kinds and rows are made.

use super::Stats;
use super::links::Links;
use super::marks::Marks;
use super::words::{Token, tokens};
use crate::ArticleText;

/// What changed between two texts.
pub(super) struct Changes<'t> {
    /// The headline.
    pub title: Marks<'t>,
    /// The standfirst; a missing one is empty.
    pub standfirst: Marks<'t>,
    /// The lead picture's caption; a missing one is empty.
    pub lead_caption: Marks<'t>,
    /// The byline; a missing one is empty.
    pub byline: Marks<'t>,
    /// The linked paragraphs that are not the same to the byte.
    pub edits: Vec<Edit<'t>>,
    /// Paragraphs without a counterpart in the old text.
    pub added: Vec<&'t str>,
    /// Paragraphs without a counterpart in the new text.
    pub removed: Vec<&'t str>,
    /// How many paragraphs stood elsewhere.
    pub moved: usize,
    /// Whether the page states another time of publication.
    pub is_redated: bool,
    /// The language of the new text, as a BCP 47 tag.
    pub language: Option<&'t str>,
}

/// Paragraphs that belong together and were edited, split or merged.
pub(super) struct Edit<'t> {
    /// The old paragraphs.
    pub old: Vec<usize>,
    /// The new paragraphs.
    pub new: Vec<usize>,
    /// Their words.
    pub marks: Marks<'t>,
}

impl<'t> Changes<'t> {
    /// Compares the words of what is linked, and gathers the rest.
    pub(super) fn find(
        old: &'t ArticleText,
        new: &'t ArticleText,
        links: &Links,
        moved: usize,
    ) -> Self {
        fn field<'t>(old: Option<&'t String>, new: Option<&'t String>) -> Marks<'t> {
            let text = |field: Option<&'t String>| field.map_or("", |text| text.as_str());
            Marks::between(&[text(old)], &[text(new)])
        }
        let edits = groups(links)
            .into_iter()
            .map(|(olds, news)| {
                (texts(&old.paragraphs, &olds), texts(&new.paragraphs, &news), olds, news)
            })
            .filter(|(old_texts, new_texts, _, _)| old_texts != new_texts)
            .map(|(old_texts, new_texts, old, new)| Edit {
                old,
                new,
                marks: Marks::between(&old_texts, &new_texts),
            })
            .collect();
        Self {
            title: field(Some(&old.title), Some(&new.title)),
            standfirst: field(old.standfirst.as_ref(), new.standfirst.as_ref()),
            lead_caption: field(old.lead_caption.as_ref(), new.lead_caption.as_ref()),
            byline: field(old.byline.as_ref(), new.byline.as_ref()),
            edits,
            added: texts(&new.paragraphs, &links.free_new()),
            removed: texts(&old.paragraphs, &links.free_old()),
            moved,
            is_redated: old.published != new.published,
            language: new.language.as_deref().or(old.language.as_deref()),
        }
    }

    /// The marks of every text that readers read as the article: headline, standfirst, the lead
    /// picture's caption, body.
    pub(super) fn all_marks(&self) -> impl Iterator<Item = &Marks<'t>> {
        let fields = [&self.title, &self.standfirst, &self.lead_caption];
        fields.into_iter().chain(self.edits.iter().map(|edit| &edit.marks))
    }

    /// Counts what changed. The byline's words are not counted.
    pub(super) fn stats(&self) -> Stats {
        let words = |texts: &[&str]| {
            texts
                .iter()
                .map(|text| tokens(text).iter().filter(|t| Token::is_word(t)).count())
                .sum::<usize>()
        };
        let (went, came) = self
            .all_marks()
            .map(|marks| marks.words)
            .fold((0, 0), |sum, words| (sum.0 + words.0, sum.1 + words.1));
        Stats {
            words_added: count(came + words(&self.added)),
            words_removed: count(went + words(&self.removed)),
            paragraphs_edited: count(self.edits.len()),
            paragraphs_added: count(self.added.len()),
            paragraphs_removed: count(self.removed.len()),
            paragraphs_moved: count(self.moved),
        }
    }
}

/// The paragraphs that are linked to each other, by their first old paragraph.
fn groups(links: &Links) -> Vec<(Vec<usize>, Vec<usize>)> {
    let mut groups = Vec::new();
    for old in 0..links.old_len() {
        match links.of_old(old) {
            [] => {}
            &[new] => {
                let olds = links.of_new(new);
                if olds.first() == Some(&old) {
                    groups.push((olds.to_vec(), vec![new]));
                }
            }
            news => groups.push((vec![old], news.to_vec())),
        }
    }
    groups
}

fn texts<'t>(paragraphs: &'t [String], chosen: &[usize]) -> Vec<&'t str> {
    chosen.iter().map(|&at| paragraphs[at].as_str()).collect()
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
