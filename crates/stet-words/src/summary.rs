//! One line in words that says what changed.

use stet_core::compare::{Comparison, FieldComparison, Op, Row, RowKind, Stats};
use stet_core::{Kind, Kinds};

use crate::names::{joint, list};
use crate::said::{say, text, text_of};

/// One line that says in words what changed ("Headline rewritten; 4 paragraphs edited, 1 moved;
/// 316 words added, 187 removed"), made from the data; never empty.
#[must_use]
pub fn summary(kinds: &Kinds, stats: &Stats) -> String {
    let beside = if is_beside_the_body(kinds, stats) { text("summary-either") } else { "" };
    let fields = [fields(kinds, &[]), beside.to_owned()];
    sentence(kinds, &joined(fields), &paragraphs(stats, 0, 0), stats)
}

/// The same of two texts that are at hand: it also names each field that changed (standfirst,
/// picture caption). `kinds` are those of the passage, which may say more than the texts alone.
#[must_use]
pub fn summary_of(comparison: &Comparison, kinds: &Kinds) -> String {
    let is_edited = |field: &Option<FieldComparison>| {
        field.as_ref().is_some_and(|field| {
            field.old_segs.iter().chain(&field.new_segs).any(|segment| segment.op != Op::Equal)
        })
    };
    let beside = match (is_edited(&comparison.standfirst), is_edited(&comparison.lead_caption)) {
        (true, true) => &["standfirst", "caption"][..],
        (true, false) => &["standfirst"],
        (false, true) => &["caption"],
        (false, false) => &[],
    };
    sentence(kinds, &fields(kinds, beside), &paragraphs_of(comparison), &comparison.stats)
}

fn sentence(kinds: &Kinds, fields: &str, paragraphs: &str, stats: &Stats) -> String {
    const LIFE: [Kind; 6] = [
        Kind::Gone,
        Kind::Back,
        Kind::MovedAddress,
        Kind::Reversion,
        Kind::Variant,
        Kind::Technical,
    ];
    const NATURE: [Kind; 4] = [Kind::Correction, Kind::Quote, Kind::Number, Kind::Trivial];
    let parts = [
        present(kinds, &LIFE),
        fields.to_owned(),
        paragraphs.to_owned(),
        present(kinds, &NATURE),
        words(stats),
    ];
    let said = joined(parts);
    capitalised(if said.is_empty() { text("summary-nothing") } else { &said })
}

/// Those that say anything.
fn joined(parts: impl IntoIterator<Item = String>) -> String {
    let said: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    said.join(text("summary-joint"))
}

/// Whether standfirst or picture caption must have changed: something was edited but no paragraph,
/// or words changed neither in a paragraph nor in the headline.
fn is_beside_the_body(kinds: &Kinds, stats: &Stats) -> bool {
    let is_body = [
        stats.paragraphs_edited,
        stats.paragraphs_added,
        stats.paragraphs_removed,
        stats.paragraphs_moved,
    ]
    .into_iter()
    .any(|count| count > 0);
    let is_edited = kinds.contains(&Kind::Edited) && stats.paragraphs_edited == 0;
    let is_worded = stats.words_added + stats.words_removed > 0;
    let is_elsewhere = is_body || kinds.contains(&Kind::Headline);
    (is_edited || is_worded && !is_elsewhere) && !kinds.contains(&Kind::Technical)
}

/// What happened beside the body.
fn fields(kinds: &Kinds, beside: &[&'static str]) -> String {
    let known = |kind, name| kinds.contains(&kind).then_some(name);
    let names: Vec<&'static str> = known(Kind::Headline, "headline")
        .into_iter()
        .chain(beside.iter().copied())
        .chain(known(Kind::Byline, "byline"))
        .chain(known(Kind::Date, "date"))
        .collect();
    match names[..] {
        [] => String::new(),
        ["headline"] => text("summary-headline-alone").to_owned(),
        _ => {
            let said = names.iter().map(|name| text_of("summary-field", name).to_owned());
            say("summary-fields").with("fields", list(&said.collect::<Vec<_>>())).to_string()
        }
    }
}

/// What happened to the body of two texts: a paragraph whose words stayed when it was split or
/// joined was not edited.
fn paragraphs_of(comparison: &Comparison) -> String {
    let is_whole = |row: &&Row| {
        let mut segments = row.old_segs.iter().chain(&row.new_segs).flatten();
        row.peer.is_empty() && segments.all(|segment| segment.op == Op::Equal)
    };
    let rows = comparison.rows.iter().filter(is_whole);
    let (mut split, mut joined, mut stats) = (0, 0, comparison.stats);
    for row in rows {
        match row.kind {
            RowKind::Split => split += 1,
            RowKind::Merge => joined += u32::try_from(row.old.len()).unwrap_or(u32::MAX),
            _ => continue,
        }
        stats.paragraphs_edited = stats.paragraphs_edited.saturating_sub(1);
    }
    paragraphs(&stats, split, joined)
}

fn paragraphs(stats: &Stats, split: u32, joined: u32) -> String {
    counted(
        "paragraphs",
        &[
            (stats.paragraphs_edited, "edited"),
            (split, "split"),
            (joined, "joined"),
            (stats.paragraphs_added, "added"),
            (stats.paragraphs_removed, "removed"),
            (stats.paragraphs_moved, "moved"),
        ],
    )
}

fn words(stats: &Stats) -> String {
    counted("words", &[(stats.words_added, "added"), (stats.words_removed, "removed")])
}

/// The phrases of those kinds that are present.
fn present(kinds: &Kinds, said: &[Kind]) -> String {
    let present = said.iter().filter(|kind| kinds.contains(kind));
    let said: Vec<_> = present.map(|kind| text_of("summary", kind.as_str())).collect();
    said.join(joint())
}

/// "4 paragraphs edited, 1 moved": counts above 0, with the noun at the first.
fn counted(noun: &str, counts: &[(u32, &str)]) -> String {
    let present = counts.iter().filter(|(count, _)| *count > 0).enumerate();
    let said = present.map(|(nth, (count, what))| {
        let place = if nth == 0 { noun } else { "also" };
        say(format!("summary-{place}-{what}")).with("count", count).to_string()
    });
    said.collect::<Vec<_>>().join(joint())
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
        insta::assert_snapshot!(summary(&kinds, &stats), @"Headline rewritten; 4 paragraphs edited, 1 moved; a figure altered; 316 words added, 187 removed");
    }

    #[test]
    fn a_standfirst_alone_is_named_though_a_list_knows_only_that_words_changed() {
        use stet_core::ArticleText;
        let with = |standfirst: &str| ArticleText {
            standfirst: Some(standfirst.into()),
            ..ArticleText::new("Mayor stays", ["She will go on."])
        };
        let comparison =
            stet_core::compare::compare(&with("A vote is due."), &with("A vote is off."));
        let (kinds, stats) = (&comparison.kinds, &comparison.stats);
        insta::assert_snapshot!(summary_of(&comparison, kinds), @"Standfirst changed; 1 word added, 1 removed");
        insta::assert_snapshot!(summary(kinds, stats), @"Standfirst or picture caption changed; 1 word added, 1 removed");
    }

    #[test]
    fn a_list_names_what_was_edited_beside_a_new_headline() {
        let kinds = Kinds::from([Kind::Headline, Kind::Date, Kind::Edited, Kind::Added]);
        let stats = Stats { words_added: 9, paragraphs_added: 1, ..Stats::default() };
        insta::assert_snapshot!(summary(&kinds, &stats), @"Headline and date changed; standfirst or picture caption changed; 1 paragraph added; 9 words added");
        let kinds = Kinds::from([Kind::Headline, Kind::Edited]);
        insta::assert_snapshot!(summary(&kinds, &Stats::default()), @"Headline rewritten; standfirst or picture caption changed");
    }

    #[test]
    fn a_paragraph_that_was_only_joined_or_split_was_not_edited() {
        use stet_core::ArticleText;
        let parts = ["The bridge was closed on Monday.", "Engineers found cracks in two pillars."];
        let whole = parts.join(" ");
        let parts = ArticleText::new("Bridge", parts);
        let whole = ArticleText::new("Bridge", [whole.as_str()]);
        let said = |old, new| {
            let comparison = stet_core::compare::compare(old, new);
            summary_of(&comparison, &comparison.kinds)
        };
        assert_eq!(said(&parts, &whole), "2 paragraphs joined");
        assert_eq!(said(&whole, &parts), "1 paragraph split");
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
