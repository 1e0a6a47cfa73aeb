//! One line in words that says what changed.

use super::Stats;
use crate::{Kind, Kinds};

/// One line that says in words what changed ("Headline changed; 4 paragraphs edited, 1 moved;
/// 316 words added, 187 removed"), made from the data; never empty.
#[must_use]
pub fn summary(kinds: &Kinds, stats: &Stats) -> String {
    let parts = [life(kinds), fields(kinds), paragraphs(stats), nature(kinds), words(stats)];
    let said: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    if said.is_empty() { "Nothing changed".to_owned() } else { capitalised(&said.join("; ")) }
}

/// What happened to the article as a whole.
fn life(kinds: &Kinds) -> String {
    let said = [
        (Kind::Gone, "removed by the publisher"),
        (Kind::Back, "the article is back"),
        (Kind::MovedAddress, "the article has a new address"),
        (Kind::Reversion, "an earlier text is back"),
        (Kind::Variant, "the publisher alternates texts"),
        (Kind::Technical, "only our reading of the page changed"),
    ];
    listed(kinds, &said)
}

/// What happened beside the body.
fn fields(kinds: &Kinds) -> String {
    let said = [(Kind::Headline, "headline"), (Kind::Byline, "byline"), (Kind::Date, "date")];
    let names = listed(kinds, &said);
    match names.rsplit_once(", ") {
        _ if names.is_empty() => names,
        Some((others, last)) => format!("{others} and {last} changed"),
        None => format!("{names} changed"),
    }
}

/// What happened to the body.
fn paragraphs(stats: &Stats) -> String {
    counted(
        &[
            (stats.paragraphs_edited, "edited"),
            (stats.paragraphs_added, "added"),
            (stats.paragraphs_removed, "removed"),
            (stats.paragraphs_moved, "moved"),
        ],
        "paragraph",
    )
}

/// What sort of edit it was.
fn nature(kinds: &Kinds) -> String {
    let said = [
        (Kind::Correction, "a correction note"),
        (Kind::Quote, "a quotation altered"),
        (Kind::Number, "a figure altered"),
        (Kind::Trivial, "spelling or typography only"),
    ];
    listed(kinds, &said)
}

fn words(stats: &Stats) -> String {
    counted(&[(stats.words_added, "added"), (stats.words_removed, "removed")], "word")
}

/// The phrases of those kinds that are present.
fn listed(kinds: &Kinds, said: &[(Kind, &str)]) -> String {
    let present = said.iter().filter(|(kind, _)| kinds.contains(kind));
    present.map(|&(_, phrase)| phrase).collect::<Vec<_>>().join(", ")
}

/// "4 paragraphs edited, 1 moved": counts above 0, with the noun at the first.
fn counted(counts: &[(u32, &str)], noun: &str) -> String {
    let present = counts.iter().filter(|(count, _)| *count > 0).enumerate();
    let said = present.map(|(nth, &(count, what))| match (nth, count) {
        (0, 1) => format!("1 {noun} {what}"),
        (0, _) => format!("{count} {noun}s {what}"),
        _ => format!("{count} {what}"),
    });
    said.collect::<Vec<_>>().join(", ")
}

fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_summary_names_what_changed_and_counts_it() {
        let kinds = Kinds::from([Kind::Headline, Kind::Edited, Kind::Moved, Kind::Number]);
        let stats = Stats {
            words_added: 316,
            words_removed: 187,
            paragraphs_edited: 4,
            paragraphs_moved: 1,
            ..Stats::default()
        };
        insta::assert_snapshot!(summary(&kinds, &stats), @"Headline changed; 4 paragraphs edited, 1 moved; a figure altered; 316 words added, 187 removed");
    }

    #[test]
    fn one_is_singular_and_nothing_is_said_of_none() {
        let stats = Stats { words_added: 1, paragraphs_added: 1, ..Stats::default() };
        insta::assert_snapshot!(summary(&Kinds::from([Kind::Added]), &stats), @"1 paragraph added; 1 word added");
    }

    #[test]
    fn a_summary_is_never_empty() {
        assert_eq!(summary(&Kinds::new(), &Stats::default()), "Nothing changed");
        for kind in Kind::ALL {
            assert!(!summary(&Kinds::from([kind]), &Stats::default()).is_empty());
        }
    }
}
