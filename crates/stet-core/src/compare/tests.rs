//! Whole comparisons: exactness by any texts, and answers by eye.

use proptest::prelude::*;

use super::*;
use crate::Kind;

fn between(old: &[&str], new: &[&str]) -> Comparison {
    let text = |paragraphs: &[&str]| ArticleText::new("T", paragraphs.iter().copied());
    compare(&text(old), &text(new))
}

/// The rows of a comparison, marks in brackets.
fn shown(old: &[&str], new: &[&str]) -> String {
    let sides = |row: &Row| {
        let lines = |sign: &str, at: &[usize], segs: &[Vec<Segment>]| {
            let line = |(at, segs): (&usize, &Vec<Segment>)| {
                format!("  {sign}{at} {}\n", segs.iter().map(piece).collect::<String>())
            };
            at.iter().zip(segs).map(line).collect::<String>()
        };
        let peer = if row.peer.is_empty() { String::new() } else { format!(" {:?}", row.peer) };
        let head = format!("{:?}{peer}\n", row.kind);
        if row.kind == RowKind::Equal {
            return format!("{head}{}", lines("=", &row.old, &row.old_segs));
        }
        head + &lines("-", &row.old, &row.old_segs) + &lines("+", &row.new, &row.new_segs)
    };
    between(old, new).rows.iter().map(sides).collect()
}

fn piece(segment: &Segment) -> String {
    match segment.op {
        Op::Equal => segment.text.clone(),
        Op::Delete => format!("[-{}-]", segment.text),
        Op::Insert => format!("{{+{}+}}", segment.text),
    }
}

/// Panics unless both sides rebuild their texts in order and every row is what it says.
fn assert_exact(comparison: &Comparison, old: &[String], new: &[String]) {
    let joined = |segs: &[Segment]| segs.iter().map(|s| s.text.as_str()).collect::<String>();
    let (mut olds, mut news) = (Vec::new(), Vec::new());
    for row in &comparison.rows {
        assert_eq!((row.old.len(), row.new.len()), (row.old_segs.len(), row.new_segs.len()));
        for (at, segs) in row.old.iter().zip(&row.old_segs) {
            assert!(
                segs.iter().all(|segment| !segment.text.is_empty() && segment.op != Op::Insert)
            );
            assert_eq!(joined(segs), old[*at]);
            olds.push(*at);
        }
        for (at, segs) in row.new.iter().zip(&row.new_segs) {
            assert!(
                segs.iter().all(|segment| !segment.text.is_empty() && segment.op != Op::Delete)
            );
            assert_eq!(joined(segs), new[*at]);
            news.push(*at);
        }
        if row.kind == RowKind::Equal {
            assert_eq!(old[row.old[0]], new[row.new[0]]);
        }
        if !row.merged.is_empty() {
            let stands = row.merged.iter().filter(|segment| segment.op != Op::Delete);
            let stands: String = stands.map(|segment| segment.text.as_str()).collect();
            let paragraphs: Vec<&str> = row.new.iter().map(|&at| new[at].as_str()).collect();
            assert_eq!(stands, paragraphs.join(" "));
        }
    }
    assert!(olds.into_iter().eq(0..old.len()) && news.into_iter().eq(0..new.len()));
}

/// Texts that make trouble: few distinct words, so that much repeats, in several scripts.
fn paragraphs() -> impl Strategy<Value = Vec<String>> {
    let word = prop::sample::select(vec![
        "the",
        "mayor",
        "said",
        "10",
        "£4.5bn",
        "12:30",
        "“we",
        "won’t\u{a0}go”",
        ".",
        "…",
        "–",
        "北京大学",
        "します",
        "วิญญาณ",
        "مرحبا",
        "👨‍👩‍👧",
        "e\u{301}",
        "\u{200b}",
        "'",
        "\"",
    ]);
    let known = prop::collection::vec(word, 0..12).prop_map(|words| words.join(" "));
    let paragraph = prop_oneof![9 => known, 1 => ".{0,12}"];
    prop::collection::vec(paragraph, 0..10)
}

proptest! {
    #[test]
    fn any_two_texts_are_rebuilt_by_their_comparison(old in paragraphs(), new in paragraphs()) {
        let text = |paragraphs: &[String]| ArticleText::new("T", paragraphs.iter().cloned());
        let comparison = compare(&text(&old), &text(&new));
        assert_exact(&comparison, &old, &new);
        let has = |kind| comparison.kinds.contains(&kind);
        prop_assert!(!has(Kind::Trivial) || !has(Kind::Quote) && !has(Kind::Number) && !has(Kind::Moved));
    }

    #[test]
    fn a_text_is_the_same_as_itself(text in paragraphs()) {
        let text = ArticleText::new("T", text);
        let comparison = compare(&text, &text);
        prop_assert!(comparison.rows.iter().all(|row| row.kind == RowKind::Equal));
        prop_assert_eq!(comparison.stats, Stats::default());
        prop_assert!(comparison.kinds.is_empty());
    }

    #[test]
    fn what_is_added_one_way_is_removed_the_other_way(old in paragraphs()) {
        let empty = ArticleText::new("T", [""; 0]);
        let text = ArticleText::new("T", old);
        let (there, back) = (compare(&empty, &text).stats, compare(&text, &empty).stats);
        prop_assert_eq!(there.words_added, back.words_removed);
        prop_assert_eq!(there.paragraphs_added, back.paragraphs_removed);
    }
}

#[test]
fn an_edit_is_marked_in_whole_words() {
    insta::assert_snapshot!(
        shown(&["The mayor lied on Monday."], &["The mayor erred on Monday."]),
        @r"
    Changed
      -0 The mayor [-lied-] on Monday.
      +0 The mayor {+erred+} on Monday.
    "
    );
}

#[test]
fn a_number_spelled_out_and_an_amount_are_marked_whole() {
    insta::assert_snapshot!(
        shown(&["It took 10 days and cost £450m."], &["It took ten days and cost £4.5bn."]),
        @r"
    Changed
      -0 It took [-10-] days and cost [-£450m-].
      +0 It took {+ten+} days and cost {+£4.5bn+}.
    "
    );
}

#[test]
fn a_softened_quote_marks_only_the_words_that_changed() {
    insta::assert_snapshot!(
        shown(&["“This is a betrayal of everyone,” she said."], &["“This is a disappointment to everyone,” she said."]),
        @r"
    Changed
      -0 “This is a [-betrayal of-] everyone,” she said.
      +0 “This is a {+disappointment to+} everyone,” she said.
    "
    );
}

#[test]
fn a_sentence_moved_inside_its_paragraph_is_one_removal_and_one_addition() {
    insta::assert_snapshot!(
        shown(
            &["The council met. Nobody spoke against the plan. The vote was on Monday."],
            &["Nobody spoke against the plan. The council met. The vote was on Monday."],
        ),
        @r"
    Changed
      -0 [-The council met.-] Nobody spoke against the plan. The vote was on Monday.
      +0 Nobody spoke against the plan. {+The council met.+} The vote was on Monday.
    "
    );
}

#[test]
fn a_split_with_an_insertion_between_names_its_parts() {
    insta::assert_snapshot!(
        shown(
            &["The bridge was closed on Monday morning. Engineers found cracks in two pillars."],
            &["The bridge was closed on Monday morning.", "The mayor was not there.", "Engineers found cracks in two pillars."],
        ),
        @r"
    Split [2]
      -0 The bridge was closed on Monday morning. Engineers found cracks in two pillars.
      +0 The bridge was closed on Monday morning.
    Added
      +1 {+The mayor was not there.+}
    Split [0]
      +2 Engineers found cracks in two pillars.
    "
    );
}

#[test]
fn a_merge_is_one_row() {
    insta::assert_snapshot!(
        shown(
            &["The bridge was closed on Monday morning.", "Engineers found cracks in two pillars."],
            &["The bridge was closed on Monday morning. Engineers found deep cracks in two pillars."],
        ),
        @r"
    Merge
      -0 The bridge was closed on Monday morning.
      -1 Engineers found cracks in two pillars.
      +0 The bridge was closed on Monday morning. Engineers found {+deep+} cracks in two pillars.
    "
    );
}

#[test]
fn a_moved_and_edited_paragraph_is_two_rows_that_name_each_other() {
    insta::assert_snapshot!(
        shown(
            &["The minister resigned on Monday after a long inquiry.", "Rain is expected in the north.", "Trains run as usual this week."],
            &["Rain is expected in the north.", "Trains run as usual this week.", "The minister resigned on Tuesday after a long inquiry."],
        ),
        @r"
    MovedFrom [2]
      -0 The minister resigned on [-Monday-] after a long inquiry.
    Equal
      =1 Rain is expected in the north.
    Equal
      =2 Trains run as usual this week.
    MovedTo [0]
      +2 The minister resigned on {+Tuesday+} after a long inquiry.
    "
    );
}

#[test]
fn a_paragraph_that_gave_way_to_an_unrelated_one_is_removed_and_added() {
    insta::assert_snapshot!(
        shown(&["Rain is expected in the north."], &["The minister resigned on Monday."]),
        @r"
    Removed
      -0 [-Rain is expected in the north.-]
    Added
      +0 {+The minister resigned on Monday.+}
    "
    );
}

#[test]
fn chinese_is_marked_by_words() {
    insta::assert_snapshot!(
        shown(&["总理周一在北京会见了记者。"], &["总理周二在上海会见了记者。"]),
        @r"
    Changed
      -0 总理[-周一在北京-]会见了记者。
      +0 总理{+周二在上海+}会见了记者。
    "
    );
}

#[test]
fn thai_is_marked_by_words() {
    insta::assert_snapshot!(
        shown(&["นายกรัฐมนตรีเดินทางไปกรุงเทพวันนี้"], &["นายกรัฐมนตรีเดินทางไปเชียงใหม่วันนี้"]),
        @r"
    Changed
      -0 นายกรัฐมนตรีเดินทางไป[-กรุงเทพ-]วันนี้
      +0 นายกรัฐมนตรีเดินทางไป{+เชียงใหม่+}วันนี้
    "
    );
}

#[test]
fn arabic_keeps_its_order() {
    insta::assert_snapshot!(
        shown(&["قال الوزير إن 12 شخصا قتلوا"], &["قال الوزير إن 15 شخصا قتلوا"]),
        @r"
    Changed
      -0 قال الوزير إن [-12-] شخصا قتلوا
      +0 قال الوزير إن {+15+} شخصا قتلوا
    "
    );
}

#[test]
fn three_shared_words_do_not_make_confetti_of_a_rewrite() {
    insta::assert_snapshot!(
        shown(
            &["Officials of the ministry said that the storm had destroyed hundreds of homes along the coast, and that the army would help."],
            &["Residents of the ministry quarter, returning slowly, found that almost nothing remained standing of their street and that nobody would pay."],
        ),
        @r"
    Changed
      -0 [-Officials-] of the ministry [-said that the storm had destroyed hundreds of homes along the coast, and that the army-] would [-help-].
      +0 {+Residents+} of the ministry {+quarter, returning slowly, found that almost nothing remained standing of their street and that nobody+} would {+pay+}.
    "
    );
}

#[test]
fn curly_quotes_alone_are_shown_exactly() {
    insta::assert_snapshot!(
        shown(&["\"So - yes\" he said"], &["“So - yes” he said"]),
        @r#"
    Changed
      -0 [-"-]So - yes[-"-] he said
      +0 {+“+}So - yes{+”+} he said
    "#
    );
}

/// The kinds of a comparison of two texts, as words.
fn kinds_of(old: &[&str], new: &[&str]) -> String {
    let words = between(old, new).kinds.iter().map(ToString::to_string).collect::<Vec<_>>();
    words.join(" ")
}

#[test]
fn spelling_and_typography_are_trivial() {
    insta::assert_snapshot!(kinds_of(&["The goverment said - so."], &["The government said – so"]), @"trivial");
    insta::assert_snapshot!(kinds_of(&["\"Yes,\" she said."], &["“Yes,” she said."]), @"trivial");
    insta::assert_snapshot!(kinds_of(&["Губернатор (1989—1990)."], &["Губернатор (1989-1990)."]), @"trivial");
    insta::assert_snapshot!(kinds_of(&["The Prime Minister left."], &["The prime minister left."]), @"trivial");
}

#[test]
fn a_word_swapped_in_a_quotation_is_never_trivial() {
    insta::assert_snapshot!(kinds_of(&["“We were carefull,” he said."], &["“We were careful,” he said."]), @"edited quote");
}

#[test]
fn a_changed_figure_is_never_trivial_and_one_spelled_out_is_no_changed_figure() {
    insta::assert_snapshot!(kinds_of(&["It killed 10 people."], &["It killed 12 people."]), @"edited number");
    insta::assert_snapshot!(kinds_of(&["It lasted eight hours."], &["It lasted twelve hours."]), @"edited number");
    insta::assert_snapshot!(kinds_of(&["It lasted 10 hours."], &["It lasted ten hours."]), @"edited");
    insta::assert_snapshot!(kinds_of(&["It rose 1.5 points."], &["It rose 15 points."]), @"edited number");
}

#[test]
fn a_word_of_another_meaning_is_an_edit() {
    insta::assert_snapshot!(kinds_of(&["He is now guilty."], &["He is not guilty."]), @"edited");
    insta::assert_snapshot!(kinds_of(&["The strike was legal."], &["The strike was illegal."]), @"edited");
}

#[test]
fn a_name_corrected_in_ten_places_is_one_spelling() {
    let old = vec!["Mr Jonson spoke to voters."; 10];
    let new = vec!["Mr Johnson spoke to voters."; 10];
    insta::assert_snapshot!(kinds_of(&old, &new), @"trivial");
}

#[test]
fn a_correction_note_that_appears_is_a_correction() {
    let old = ["The council met on Monday."];
    let new = ["The council met on Tuesday.", "Correction: the council met on Tuesday."];
    insta::assert_snapshot!(kinds_of(&old, &new), @"edited added correction");
}

#[test]
fn fields_are_compared_and_counted() {
    let old = ArticleText {
        standfirst: Some("The plan fails.".into()),
        byline: Some("By Ann".into()),
        ..ArticleText::new("Mayor lied", ["Same."])
    };
    let new = ArticleText {
        standfirst: Some("The plan stalls.".into()),
        byline: None,
        ..ArticleText::new("Mayor erred", ["Same."])
    };
    let comparison = compare(&old, &new);
    let kinds: Vec<Kind> = comparison.kinds.iter().copied().collect();
    assert_eq!(kinds, [Kind::Headline, Kind::Byline, Kind::Edited]);
    assert_eq!((comparison.stats.words_added, comparison.stats.words_removed), (2, 2));
    assert!(comparison.byline.is_some_and(|byline| byline.new_segs.is_empty()));
}

/// Edits and the words that a person counts as gone and come, reading them aloud.
#[test]
fn words_are_counted_as_a_person_counts_them() {
    let edits: [(&str, &str, (u32, u32)); 12] = [
        ("The mayor lied on Monday.", "The mayor erred on Monday.", (1, 1)),
        ("It cost £450m.", "It cost £4.5bn.", (1, 1)),
        ("He said: \"We won't go.\"", "He said: “We won’t go.”", (0, 0)),
        ("The vote is at 12:30 on 3 May.", "The vote is at 14:00 on 3 May.", (1, 1)),
        ("She has left", "She has never left the well-known party", (0, 5)),
        ("Rain fell. The game went on.", "The game went on.", (2, 0)),
        ("Der Kanzler reist nach Rom.", "Der Kanzler reist morgen nach Paris.", (1, 2)),
        ("L'équipe a gagné hier.", "L'équipe a perdu hier.", (1, 1)),
        ("Президент подписал закон.", "Президент не подписал закон.", (0, 1)),
        ("北京大学の学生が参加した。", "東京大学の学生が参加した。", (1, 1)),
        ("قال الوزير إن الخطة جيدة", "قال الوزير إن الخطة سيئة جدا", (1, 2)),
        ("Prices rose 3.5% to $1,200", "Prices rose 3.7% to $1,250", (2, 2)),
    ];
    for (old, new, (gone, come)) in edits {
        let stats = between(&[old], &[new]).stats;
        assert_eq!((stats.words_removed, stats.words_added), (gone, come), "{old} → {new}");
    }
}

#[test]
fn a_split_and_a_merge_move_no_words() {
    let parts = ["The bridge was closed on Monday.", "Engineers found cracks in two pillars."];
    let whole = ["The bridge was closed on Monday. Engineers found cracks in two pillars."];
    for (old, new) in [(&whole[..], &parts[..]), (&parts[..], &whole[..])] {
        let stats = between(old, new).stats;
        assert_eq!((stats.words_added, stats.words_removed, stats.paragraphs_edited), (0, 0, 1));
    }
}

#[test]
fn a_caption_that_was_rewritten_is_an_edit_of_its_own_field() {
    let with = |caption: &str| ArticleText {
        lead_caption: Some(caption.into()),
        ..ArticleText::new("T", ["Same."])
    };
    let comparison = compare(&with("The mayor on Monday"), &with("The mayor on Tuesday"));
    let kinds: Vec<Kind> = comparison.kinds.iter().copied().collect();
    assert_eq!(kinds, [Kind::Edited]);
    assert_eq!((comparison.stats.words_added, comparison.stats.words_removed), (1, 1));
    assert!(comparison.lead_caption.is_some_and(|caption| caption.new_segs.len() == 2));
    assert!(comparison.rows.iter().all(|row| row.kind == RowKind::Equal));
}

/// The rows of a comparison, both sides in one.
fn merged(old: &[&str], new: &[&str]) -> String {
    let line = |row: &Row| row.merged.iter().map(piece).collect::<String>() + "\n";
    between(old, new).rows.iter().filter(|row| !row.merged.is_empty()).map(line).collect()
}

#[test]
fn each_part_of_a_split_shows_what_went_from_it() {
    insta::assert_snapshot!(
        merged(
            &["The minister said the works would take six weeks. The company denied any delay at all."],
            &[
                "The mayor said the works would take six weeks.",
                "Nobody was hurt when stones fell into the river.",
                "The contractor denied any delay at all.",
            ],
        ),
        @r"
    The [-minister-]{+mayor+} said the works would take six weeks.
    The [-company-]{+contractor+} denied any delay at all.
    "
    );
}

#[test]
fn a_merge_in_one_shows_the_words_that_went_from_each_source() {
    insta::assert_snapshot!(
        merged(
            &["The bridge was wholly closed on Monday.", "Engineers found two cracks in the pillars."],
            &["The bridge was closed on Monday. Engineers found cracks in the pillars."],
        ),
        @"The bridge was [-wholly -]closed on Monday. Engineers found [-two -]cracks in the pillars."
    );
}

#[test]
fn typography_is_merged_as_it_stands_now() {
    insta::assert_snapshot!(
        merged(&["\"No\" - he left...", "Donau\u{ad}dampf schief."], &["“No” – he went…", "Donaudampf schräg."]),
        @r"
    “No” – he [-left-]{+went+}…
    Donaudampf [-schief-]{+schräg+}.
    "
    );
}

#[test]
fn a_paragraph_that_changed_places_is_counted_once() {
    let (one, two) = ("The bridge was closed on Monday.", "Engineers found cracks in two pillars.");
    let other = "Trains run as usual.";
    let stats = between(&[&format!("{one} {two}"), other], &[one, other, two]).stats;
    let rows = between(&[&format!("{one} {two}"), other], &[one, other, two]).rows;
    let moved = rows.iter().filter(|row| row.kind == RowKind::MovedTo).count();
    assert_eq!(stats.paragraphs_moved as usize, moved);
}

#[test]
fn an_edit_that_could_change_the_meaning_is_never_trivial() {
    let edits = [
        ("The Bundestag agreed.", "The Bundesrat agreed."),
        ("It flew to Iceland.", "It flew to Ireland."),
        ("The prosecution ended.", "The persecution ended."),
        ("The women left.", "The woman left."),
        ("The minister left.", "The ministers left."),
        ("توقفت الحرب أمس", "توقف الحزب أمس"),
        ("เสื่อใหม่", "เสื้อใหม่"),
        ("It was rated AA+.", "It was rated AA-."),
        ("It cost Rs5,000.", "It cost Rs6,000."),
        ("Flight MH370 left.", "Flight MH371 left."),
        ("They voted 12,500 to 12,600.", "They voted 12,600 to 12,500."),
        ("He called it \"a disgrace\".", "He called it a disgrace."),
        ("“He is now here,” she said.", "“He is nowhere,” she said."),
        ("“I love him ❤️”", "“I love him 💔”"),
        (
            "‘The ministers’ decission was wrong,’ he said.",
            "‘The ministers’ decision was wrong,’ he said.",
        ),
        (
            "The goverment minster recieved an adress.",
            "The government minister received an address.",
        ),
    ];
    for (old, new) in edits {
        let kinds = kinds_of(&[old], &[new]);
        assert!(!kinds.contains("trivial"), "{old} → {new}: {kinds}");
    }
}

#[test]
fn typography_alone_is_trivial_and_changes_no_word() {
    let edits = [
        ("Das sind 3,5 %.", "Das sind 3,5\u{a0}%."),
        ("It cost £300,000.", "It cost £ 300,000."),
        ("Il y a 10\u{a0}000 euros.", "Il y a 10\u{202f}000 euros."),
        ("Un café.", "Un cafe\u{301}."),
        ("Donau\u{ad}dampf\u{ad}schiff", "Donaudampfschiff"),
        ("У ворота влучив м'яч.", "У ворота влучив мʼяч."),
        ("The goverment fell.", "The government fell."),
    ];
    for (old, new) in edits {
        assert_eq!(kinds_of(&[old], &[new]), "trivial", "{old} → {new}");
    }
    assert_eq!(between(&[edits[0].0], &[edits[0].1]).stats.words_added, 0);
}

#[test]
fn a_figure_is_told_from_its_spelling() {
    let changed = [
        ("It cost $1.2 billion.", "It cost $1.2 million."),
        ("By 52 to 48 votes.", "By 48 to 52 votes."),
        ("Hundreds were there.", "Thousands were there."),
        ("It was the thirteenth.", "It was the thirtieth."),
    ];
    for (old, new) in changed {
        let kinds = kinds_of(&[old], &[new]);
        assert!(kinds.contains("number"), "{old} → {new}: {kinds}");
    }
    let spelled = [
        ("It lost 40,000 jobs.", "It lost 40000 jobs."),
        ("It lasted 10 hours.", "It lasted ten hours."),
        ("Erik ten Hag came.", "Ruben Amorim came."),
    ];
    for (old, new) in spelled {
        let kinds = kinds_of(&[old], &[new]);
        assert!(!kinds.contains("number"), "{old} → {new}: {kinds}");
    }
}

#[test]
fn a_note_that_was_added_to_is_a_correction() {
    let note = "• This article was amended on 3 May to correct a name.";
    let more =
        "• This article was amended on 3 May to correct a name, and on 5 May to correct a date.";
    assert!(kinds_of(&[note], &[more]).contains("correction"));
}

#[test]
fn ten_paragraphs_that_became_one_lose_no_word() {
    let parts: Vec<String> =
        (0..10).map(|at| format!("Sentence {at} of the statement stands here.")).collect();
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    let whole = parts.join(" ");
    for (old, new) in [(parts.as_slice(), [whole.as_str()].as_slice()), (&[whole.as_str()], &parts)]
    {
        let stats = between(old, new).stats;
        assert_eq!((stats.words_added, stats.words_removed, stats.paragraphs_edited), (0, 0, 1));
    }
}
