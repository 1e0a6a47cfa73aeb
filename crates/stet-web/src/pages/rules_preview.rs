//! What new rules would make of a source's stored pages, as it is shown before they are saved.

use stet_store::ReadArticle;
use stet_words::{say, text};

use super::diff_rows::{FieldRow, field_rows};
use crate::direction::direction;
use crate::paragraph_lines::{Line, lines};
use crate::trial::Tried;
use crate::{links, wording};

/// The most paragraphs of one article that are shown.
const SHOWN: usize = 200;

/// What came of a trial.
pub(super) struct Preview {
    /// `8 unchanged, 1 loses its byline`
    pub(super) summary: String,
    pub(super) articles: Vec<Trial>,
}

/// One article of it.
pub(super) struct Trial {
    pub(super) title: String,
    pub(super) href: String,
    /// What becomes of it.
    pub(super) effect: String,
    /// Whether it cannot be read by the new rules.
    pub(super) is_problem: bool,
    /// Whether it stands open: the article that was chosen.
    pub(super) is_open: bool,
    pub(super) fields: Vec<FieldRow>,
    pub(super) date: Option<String>,
    pub(super) lines: Vec<Line>,
    /// How many unchanged paragraphs are left out, in words.
    pub(super) left_out: Option<String>,
    pub(super) language: String,
    pub(super) direction: &'static str,
}

impl Preview {
    /// The first article is the chosen one, where `has_chosen`.
    pub(super) fn new(
        articles: &[ReadArticle],
        tried: Vec<Option<Tried>>,
        has_chosen: bool,
    ) -> Self {
        let mut counts: Vec<(String, u32)> = Vec::new();
        let mut trials = Vec::with_capacity(articles.len());
        for (place, (article, tried)) in articles.iter().zip(tried).enumerate() {
            let effects =
                tried.as_ref().map_or_else(|| vec![text("rules-preview-not-tried-in")], effects);
            for effect in &effects {
                match counts.iter_mut().find(|(known, _)| known == effect) {
                    Some((_, count)) => *count += 1,
                    None => counts.push(((*effect).to_owned(), 1)),
                }
            }
            trials.push(Trial::new(article, tried, &effects, has_chosen && place == 0));
        }
        counts.sort_by_key(|(effect, _)| effect != text(UNCHANGED));
        let words = counts.iter().map(|(effect, count)| {
            say("rules-preview-so-many").with("count", count).with("effect", effect).to_string()
        });
        Self { summary: words.collect::<Vec<_>>().join(text("list-joint")), articles: trials }
    }
}

const UNCHANGED: &str = "rules-preview-unchanged";

/// What becomes of an article, in words that stand behind a number or a headline.
fn effects(tried: &Tried) -> Vec<&'static str> {
    let (now, then) = match (&tried.now, &tried.then) {
        (Ok(now), Ok(then)) => (now, then),
        (Ok(_), Err(_)) => return vec![text("rules-preview-unreadable")],
        (Err(_), Ok(_)) => return vec![text("rules-preview-readable-now")],
        (Err(_), Err(_)) => return vec![text("rules-preview-unreadable-as-before")],
    };
    let mut effects = Vec::new();
    if now.title != then.title {
        effects.push(text("rules-preview-with-another-headline"));
    }
    let mut part = |before: bool, after: bool, is_same: bool, words: [&'static str; 3]| match (
        before, after,
    ) {
        (true, false) => effects.push(words[0]),
        (false, true) => effects.push(words[1]),
        _ if !is_same => effects.push(words[2]),
        _ => {}
    };
    part(
        now.byline.is_some(),
        then.byline.is_some(),
        now.byline == then.byline,
        [
            text("rules-preview-without-its-byline"),
            text("rules-preview-with-a-byline"),
            text("rules-preview-with-another-byline"),
        ],
    );
    part(
        now.published.is_some(),
        then.published.is_some(),
        now.published == then.published,
        [
            text("rules-preview-without-its-date"),
            text("rules-preview-with-a-date"),
            text("rules-preview-with-another-date"),
        ],
    );
    part(
        now.standfirst.is_some(),
        then.standfirst.is_some(),
        now.standfirst == then.standfirst,
        [
            text("rules-preview-without-its-standfirst"),
            text("rules-preview-with-a-standfirst"),
            text("rules-preview-with-another-standfirst"),
        ],
    );
    part(
        now.lead_caption.is_some(),
        then.lead_caption.is_some(),
        now.lead_caption == then.lead_caption,
        [
            text("rules-preview-without-its-picture"),
            text("rules-preview-with-a-picture"),
            text("rules-preview-with-another-picture"),
        ],
    );
    if now.paragraphs != then.paragraphs {
        effects.push(text("rules-preview-with-another-text"));
    }
    if effects.is_empty() {
        effects.push(text(UNCHANGED));
    }
    effects
}

impl Trial {
    fn new(
        article: &ReadArticle,
        tried: Option<Tried>,
        effects: &[&'static str],
        is_open: bool,
    ) -> Self {
        let mut trial = Self {
            title: article.title.clone(),
            href: links::version(article.id, article.version),
            effect: effects.join(text("list-joint")),
            is_problem: false,
            is_open,
            fields: Vec::new(),
            date: None,
            lines: Vec::new(),
            left_out: None,
            language: String::new(),
            direction: "auto",
        };
        let Some(tried) = tried else { return trial };
        if let Err(error) = &tried.then {
            trial.effect = say("rules-preview-because")
                .with("effect", &trial.effect)
                .with("error", error)
                .to_string();
            trial.is_problem = true;
        }
        let Some(comparison) = &tried.comparison else { return trial };
        if let Ok(then) = &tried.then {
            trial.language = then.language.clone().unwrap_or_default();
            trial.direction = direction(&trial.language, &then.title);
            trial.date = then.published.map(wording::moment);
        }
        if let Some(stats) = Some(&comparison.stats)
            && stats.words_added + stats.words_removed > 0
        {
            trial.effect = say("rules-preview-with-words")
                .with("effect", &trial.effect)
                .with("added", stats.words_added)
                .with("removed", stats.words_removed)
                .into();
        }
        trial.fields = field_rows(comparison);
        let all = lines(comparison);
        let count = all.len();
        trial.lines =
            all.into_iter().filter(|line| is_open || line.is_changed()).take(SHOWN).collect();
        let left_out = count - trial.lines.len();
        trial.left_out =
            (left_out > 0).then(|| wording::counted(left_out as u64, "paragraphs-not-shown"));
        trial
    }
}
