//! Since when the words of a version stand, and until when they stood, in words and links.

use std::collections::{BTreeMap, HashMap, HashSet};

use stet_core::compare::{Comparison, compare};
use stet_core::provenance::{
    Fate, History, Lineage, Pairings, Standing, fates, lineages, standing,
};
use stet_core::sentences::sentences;
use stet_core::{ArticleId, ArticleText, VersionNumber};
use stet_store::Sighting;
use stet_words::{say, text};

use crate::links;
use crate::wording::Stamp;

/// All that is needed to tell where the words of a version are from.
pub(crate) struct Sources {
    pub(crate) article: ArticleId,
    /// The version that is shown, or the one that it turned out to be the same as.
    pub(crate) version: VersionNumber,
    pub(crate) sightings: Vec<Sighting>,
    pub(crate) paragraphs: BTreeMap<VersionNumber, Vec<i32>>,
    /// As far as they are at hand.
    pub(crate) texts: HashMap<i32, String>,
    /// The paragraphs that are shown.
    pub(crate) shown: Vec<String>,
}

/// Where the words of a version are from.
pub(crate) struct Provenance {
    /// The whole in one sentence.
    pub(crate) summary: String,
    /// Whether paragraphs may have stood longer than is said.
    pub(crate) is_cut: bool,
    pub(crate) passages: Vec<Passage>,
}

/// A paragraph, or a run of its sentences that have one history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Passage {
    /// The paragraph's place in the version, from 0.
    pub(crate) paragraph: usize,
    pub(crate) text: String,
    pub(crate) note: Note,
    /// Whether the note is that of the passage before.
    pub(crate) is_as_before: bool,
}

/// Since when a passage stands, and until when it stood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Note {
    /// `first`, `later` or `gone`: a word of the stylesheet.
    pub(crate) class: &'static str,
    pub(crate) since: Reference,
    /// `paragraph since version 0, edited in 2 and 3`; empty where there is no more to say.
    pub(crate) lineage: String,
    pub(crate) until: Option<Reference>,
}

/// A version at which something happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reference {
    /// `Since`, `Removed in`
    pub(crate) what: &'static str,
    /// `version 2`
    pub(crate) version: String,
    pub(crate) href: String,
    pub(crate) at: Stamp,
}

impl Provenance {
    /// The paragraphs of a version; nothing where it was never seen.
    pub(crate) fn by_paragraph(sources: &Sources) -> Option<Self> {
        let history = sources.history();
        let known: HashMap<VersionNumber, HashSet<i32>> = history
            .paragraphs
            .iter()
            .map(|(&version, keys)| (version, keys.iter().copied().collect()))
            .collect();
        let keys = history.of(sources.version);
        let standings: Vec<Standing> = keys
            .iter()
            .map(|key| {
                let has = |version| known.get(&version).is_some_and(|keys| keys.contains(key));
                standing(&history.stood, has)
            })
            .collect::<Option<_>>()?;
        let mut pairings = Pairings::new(|old, new| sources.compare(old, new));
        let fates = fates(&history, sources.version, &standings, &mut pairings);
        let lineages = lineages(&history, sources.version, &mut pairings);
        let mut passages = Passages::default();
        for at in 0..keys.len() {
            let note = sources.note(&standings[at], fates[at], Some(&lineages[at]));
            passages.push(at, sources.shown.get(at)?.clone(), note);
        }
        Some(Self {
            summary: sources.summary(&standings, "paragraphs"),
            is_cut: lineages.iter().any(|lineage| lineage.is_cut),
            passages: passages.0,
        })
    }

    /// The sentences of a version, those of one paragraph that have one history together; nothing
    /// where the version was never seen.
    pub(crate) fn by_sentence(sources: &Sources) -> Option<Self> {
        let history = sources.history();
        let parts: HashMap<i32, Vec<&str>> =
            sources.texts.iter().map(|(&key, text)| (key, sentences(text))).collect();
        let said: HashMap<VersionNumber, HashSet<&str>> = history
            .paragraphs
            .iter()
            .map(|(&version, keys)| {
                let all = keys.iter().filter_map(|key| parts.get(key)).flatten();
                (version, all.map(|sentence| sentence.trim()).collect())
            })
            .collect();
        let mut passages = Passages::default();
        let mut standings = Vec::new();
        for (at, paragraph) in sources.shown.iter().enumerate() {
            for sentence in sentences(paragraph) {
                let has =
                    |version| said.get(&version).is_some_and(|said| said.contains(sentence.trim()));
                let standing = standing(&history.stood, has)?;
                standings.push(standing);
                passages.push_to(at, sentence, sources.note(&standing, None, None));
            }
        }
        let summary = sources.summary(&standings, "sentences");
        let is_whole = |key: &i32| parts.contains_key(key);
        let is_cut = !history.paragraphs.values().flatten().all(is_whole);
        Some(Self { summary, is_cut, passages: passages.0 })
    }
}

/// Passages in their order.
#[derive(Default)]
struct Passages(Vec<Passage>);

impl Passages {
    fn push(&mut self, paragraph: usize, text: String, note: Note) {
        let is_as_before = self.0.last().is_some_and(|last| last.note == note);
        self.0.push(Passage { paragraph, text, note, is_as_before });
    }

    /// Adds a sentence to the passage before it, if that has the same history.
    fn push_to(&mut self, paragraph: usize, sentence: &str, note: Note) {
        match self.0.last_mut() {
            Some(last) if last.paragraph == paragraph && last.note == note => {
                last.text.push_str(sentence);
            }
            _ => self.push(paragraph, sentence.to_owned(), note),
        }
    }
}

impl Sources {
    fn history(&self) -> History {
        History {
            stood: self.sightings.iter().map(|sighting| sighting.version).collect(),
            paragraphs: self.paragraphs.clone(),
        }
    }

    fn summary(&self, standings: &[Standing], unit: &'static str) -> String {
        if self.sightings.first().is_some_and(|first| first.version == self.version) {
            summary_of_first(standings, unit)
        } else {
            summary(standings, unit)
        }
    }

    fn compare(&self, old: VersionNumber, new: VersionNumber) -> Option<Comparison> {
        let text = |version| {
            let texts: Option<Vec<&String>> =
                self.paragraphs.get(&version)?.iter().map(|key| self.texts.get(key)).collect();
            Some(ArticleText::new("", texts?))
        };
        Some(compare(&text(old)?, &text(new)?))
    }

    fn note(&self, standing: &Standing, fate: Option<Fate>, lineage: Option<&Lineage>) -> Note {
        let until = standing.until.and_then(|until| {
            let what = match fate {
                Some(Fate::Edited) => text("provenance-edited-in"),
                Some(Fate::Removed) => text("provenance-removed-in"),
                Some(Fate::Unknown) | None => text("provenance-gone-in"),
            };
            self.reference(what, until + 1)
        });
        let since =
            self.reference(text("provenance-since"), standing.since).unwrap_or_else(|| Reference {
                what: text("provenance-since"),
                version: say("version-in-sentence").with("version", self.version).to_string(),
                href: links::version(self.article, self.version),
                at: Stamp::new(self.sightings[0].first_seen_at),
            });
        Note {
            class: match (until.is_some(), standing.since) {
                (true, _) => "gone",
                (false, 0) => "first",
                (false, _) => "later",
            },
            lineage: more(standing, self.sightings[standing.since].version, lineage),
            since,
            until,
        }
    }

    /// A sighting, with a link to the comparison that shows what it brought.
    fn reference(&self, what: &'static str, at: usize) -> Option<Reference> {
        let sighting = self.sightings.get(at)?;
        let before = at.checked_sub(1).map(|before| self.sightings[before].version);
        Some(Reference {
            what,
            version: say("version-in-sentence").with("version", sighting.version).to_string(),
            href: match before {
                Some(before) => links::diff(self.article, before, sighting.version),
                None => links::version(self.article, sighting.version),
            },
            at: Stamp::new(sighting.first_seen_at),
        })
    }
}

/// What there is to say beside since when and until when.
fn more(standing: &Standing, since: VersionNumber, lineage: Option<&Lineage>) -> String {
    let mut said = Vec::new();
    if let Some(lineage) = lineage {
        let edits: Vec<String> = lineage.edited_in.iter().map(ToString::to_string).collect();
        if lineage.is_cut {
            said.push(
                say("provenance-older-than-version").with("since", lineage.since).to_string(),
            );
        } else if lineage.since < since {
            said.push(
                say("provenance-paragraph-since-version").with("since", lineage.since).to_string(),
            );
        }
        if !edits.is_empty() {
            said.push(
                say("provenance-edited-in-versions")
                    .with("versions", stet_words::list(&edits))
                    .to_string(),
            );
        }
    }
    match standing.interruptions {
        0 => {}
        1 => said.push(text("provenance-away-once-in").to_owned()),
        times => said.push(say("provenance-away-times-in").with("times", times).to_string()),
    }
    said.join(", ")
}

/// `12 of 15 paragraphs were there from the first version on; 4 no longer stand as they are here.`
fn summary(standings: &[Standing], unit: &'static str) -> String {
    let all = standings.len();
    let count = |is: &dyn Fn(&Standing) -> bool| standings.iter().filter(|one| is(one)).count();
    let gone = count(&|standing| standing.until.is_some());
    let first = count(&|standing| standing.since == 0);
    let since = match first {
        0 => say(format!("provenance-no-{unit}")).with("all", all),
        _ if first == all => say(format!("provenance-all-{unit}")).with("all", all),
        _ => say(format!("provenance-some-{unit}")).with("first", first).with("all", all),
    };
    let still = match gone {
        0 => say("provenance-still-all").with("all", all),
        _ if gone == all => say("provenance-still-none"),
        _ => say("provenance-still-some").with("gone", gone),
    };
    say("provenance-summary")
        .with("since", since.to_string())
        .with("still", still.to_string())
        .into()
}

/// `4 of 15 paragraphs no longer stand as they are here.`
fn summary_of_first(standings: &[Standing], unit: &'static str) -> String {
    let all = standings.len();
    let gone = standings.iter().filter(|standing| standing.until.is_some()).count();
    let said = match gone {
        0 => say(format!("provenance-first-all-{unit}")).with("all", all),
        _ if gone == all => say("provenance-first-none"),
        _ => say(format!("provenance-first-some-{unit}")).with("gone", gone).with("all", all),
    };
    said.into()
}
