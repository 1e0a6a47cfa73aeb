use super::*;
use crate::ArticleText;
use crate::compare::compare;

fn version(number: i32) -> VersionNumber {
    VersionNumber::try_from(number).unwrap()
}

const DAM: &str =
    "The old dam above the town was declared safe by two engineers on Monday morning.";
const VOTE: &str = "A vote on the new budget is due in May, the council said after a long meeting.";
const RAIN: &str = "Heavy rain fell over the whole valley for three days without any interruption.";
const DAM_EDITED: &str =
    "The old dam above the town was declared unsafe by two engineers on Monday morning.";

/// An article that had these texts in this order; equal ones are one version.
struct Past {
    history: History,
    texts: Vec<Vec<&'static str>>,
}

fn past(sightings: &[&[&'static str]]) -> Past {
    let mut numbers: Vec<&str> = Vec::new();
    let mut texts: Vec<Vec<&str>> = Vec::new();
    let mut history = History::default();
    for sighting in sightings {
        let number = texts.iter().position(|text| text == sighting).unwrap_or_else(|| {
            texts.push(sighting.to_vec());
            texts.len() - 1
        });
        let number = version(i32::try_from(number).unwrap());
        history.stood.push(number);
        let keys = sighting.iter().map(|text| {
            let known = numbers.iter().position(|other| other == text);
            let at = known.unwrap_or_else(|| {
                numbers.push(text);
                numbers.len() - 1
            });
            i32::try_from(at).unwrap()
        });
        history.paragraphs.insert(number, keys.collect());
    }
    Past { history, texts }
}

impl Past {
    fn text(&self, number: VersionNumber) -> ArticleText {
        let text = &self.texts[usize::try_from(number.get()).unwrap()];
        ArticleText::new("", text.iter().copied())
    }

    fn standings(&self, number: i32) -> Vec<Standing> {
        let has =
            |key: i32| standing(&self.history.stood, |other| self.history.of(other).contains(&key));
        self.history.of(version(number)).iter().map(|&key| has(key).unwrap()).collect()
    }

    fn lineages(&self, number: i32) -> Vec<Lineage> {
        let mut pairings =
            Pairings::new(|old, new| Some(compare(&self.text(old), &self.text(new))));
        lineages(&self.history, version(number), &mut pairings)
    }

    fn fates(&self, number: i32) -> Vec<Option<Fate>> {
        let mut pairings =
            Pairings::new(|old, new| Some(compare(&self.text(old), &self.text(new))));
        fates(&self.history, version(number), &self.standings(number), &mut pairings)
    }
}

fn lineage(since: i32, edited_in: &[i32]) -> Lineage {
    let edited_in = edited_in.iter().copied().map(version).collect();
    Lineage { since: version(since), edited_in, is_cut: false }
}

#[test]
fn exact_words_stand_from_the_sighting_that_brought_them_to_the_one_that_saw_them_last() {
    let past = past(&[&[DAM], &[DAM, VOTE], &[DAM, VOTE, RAIN], &[DAM, RAIN]]);
    assert_eq!(
        past.standings(2),
        [
            Standing { since: 0, until: None, interruptions: 0 },
            Standing { since: 1, until: Some(2), interruptions: 0 },
            Standing { since: 2, until: None, interruptions: 0 },
        ]
    );
}

#[test]
fn a_text_that_came_back_stood_with_an_interruption() {
    let past = past(&[&[DAM, VOTE], &[DAM_EDITED, VOTE], &[DAM, VOTE], &[RAIN]]);
    assert_eq!(
        past.standings(0),
        [
            Standing { since: 0, until: Some(2), interruptions: 1 },
            Standing { since: 0, until: Some(2), interruptions: 0 },
        ]
    );
    assert_eq!(past.standings(1)[0], Standing { since: 1, until: Some(1), interruptions: 0 });
}

#[test]
fn words_that_another_version_brought_back_stand_again() {
    let past = past(&[&[DAM], &[DAM, VOTE], &[DAM], &[DAM, VOTE, RAIN]]);
    assert_eq!(past.standings(1)[1], Standing { since: 1, until: None, interruptions: 1 });
    assert_eq!(past.standings(2)[1], Standing { since: 1, until: None, interruptions: 1 });
}

#[test]
fn words_that_were_never_seen_stood_never() {
    assert_eq!(standing(&[version(0)], |_| false), None);
}

#[test]
fn an_edited_paragraph_is_as_old_as_its_first_words() {
    let past = past(&[&[DAM], &[RAIN, DAM], &[RAIN, DAM_EDITED], &[VOTE, RAIN, DAM_EDITED]]);
    assert_eq!(past.lineages(3), [lineage(3, &[]), lineage(1, &[]), lineage(0, &[2])]);
    assert_eq!(past.fates(1), [None, Some(Fate::Edited)]);
}

#[test]
fn texts_that_alternate_make_no_circle() {
    let past = past(&[&[DAM], &[DAM_EDITED], &[DAM], &[DAM_EDITED], &[DAM_EDITED, VOTE]]);
    assert_eq!(past.lineages(2), [lineage(0, &[1]), lineage(2, &[])]);
    assert_eq!(past.lineages(0), [lineage(0, &[])]);
}

#[test]
fn a_moved_paragraph_keeps_its_age_and_parts_have_the_age_of_their_whole() {
    let moved = past(&[&[DAM, VOTE, RAIN], &[RAIN, DAM, VOTE]]);
    assert_eq!(moved.lineages(1), [lineage(0, &[]), lineage(0, &[]), lineage(0, &[])]);

    let whole = "The old dam above the town was declared safe by two engineers on Monday morning. \
        A vote on the new budget is due in May, the council said after a long meeting.";
    let split = past(&[&[whole, RAIN], &[DAM, VOTE, RAIN]]);
    assert_eq!(split.lineages(1), [lineage(0, &[1]), lineage(0, &[1]), lineage(0, &[])]);
    assert_eq!(split.fates(0), [Some(Fate::Edited), None]);
}

#[test]
fn a_removed_paragraph_is_told_from_an_edited_one() {
    let past = past(&[&[DAM, VOTE], &[DAM_EDITED]]);
    assert_eq!(past.fates(0), [Some(Fate::Edited), Some(Fate::Removed)]);
}

#[test]
fn paragraphs_that_stayed_are_never_compared() {
    let past = past(&[&[DAM], &[DAM], &[DAM]]);
    let mut pairings =
        Pairings::new(|_, _| -> Option<crate::compare::Comparison> { panic!("nothing differs") });
    assert_eq!(lineages(&past.history, version(0), &mut pairings), [lineage(0, &[])]);
}

#[test]
fn beyond_the_greatest_number_of_comparisons_a_lineage_says_that_it_is_cut() {
    // Each version has one paragraph, which the comparison pairs with the one before.
    let last = i32::try_from(MAX_COMPARISONS).unwrap() + 3;
    let history = History {
        stood: (0..=last).map(version).collect(),
        paragraphs: (0..=last).map(|number| (version(number), vec![number])).collect(),
    };
    let (old, new) = (ArticleText::new("", [DAM]), ArticleText::new("", [DAM_EDITED]));
    let mut compared = 0;
    let mut pairings = Pairings::new(|_, _| {
        compared += 1;
        Some(compare(&old, &new))
    });
    let found = lineages(&history, version(last), &mut pairings);
    assert_eq!(compared, MAX_COMPARISONS);
    assert!(found[0].is_cut);
    assert_eq!((found[0].since, found[0].edited_in.len()), (version(3), MAX_COMPARISONS));
}
