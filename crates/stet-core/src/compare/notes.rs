//! Notes of correction or clarification, found by the phrases that newspapers use.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use super::folding::fold_paragraph;
use crate::literals::any_of;

/// Lines of `language phrase`; `#` begins a comment, `^` a phrase that begins its paragraph.
const PHRASES: &str = include_str!("../../data/correction-phrases.txt");

/// The phrases, folded. All languages are tried: papers of one language quote another, and few phrases
/// mean anything else elsewhere.
struct Phrases {
    anywhere: AhoCorasick,
    beginnings: Vec<String>,
}

static NOTES: LazyLock<Phrases> = LazyLock::new(|| {
    let phrases = PHRASES.lines().filter(|line| !line.starts_with('#'));
    let phrases = phrases.filter_map(|line| line.split_once(' ').map(|(_, phrase)| phrase));
    let (beginnings, anywhere): (Vec<&str>, Vec<&str>) =
        phrases.partition(|phrase| phrase.starts_with('^'));
    let beginnings = beginnings.into_iter().map(|phrase| fold_paragraph(&phrase[1..]));
    Phrases {
        anywhere: any_of(anywhere.into_iter().map(fold_paragraph)),
        beginnings: beginnings.collect(),
    }
});

/// Whether the paragraph is, or holds, a note of correction or clarification.
pub(super) fn is_note(paragraph: &str) -> bool {
    let paragraph = fold_paragraph(paragraph).to_lowercase();
    let begins = |beginning: &String| paragraph.starts_with(beginning);
    NOTES.beginnings.iter().any(begins) || NOTES.anywhere.is_match(&paragraph)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_are_known_in_ten_languages() {
        let notes = [
            "Correction: an earlier version gave the wrong date.",
            "• This article was amended on 3 May 2020 to correct a name.",
            "In einer früheren Version dieses Artikels stand eine falsche Zahl.",
            "Erratum – le nom était faux.",
            "Fe de errores: el nombre era otro.",
            "Errata corrige: il nome era sbagliato.",
            "ERRAMOS: o nome estava errado.",
            "In een eerdere versie van dit artikel stond een verkeerde naam.",
            "Исправление: в тексте была ошибка.",
            "更正：姓名有误。",
            "訂正しておわびします。",
            "「山田太一」とあるのは「山田太郎」の誤りでした。",
            "В более ранней версии статьи была указана другая дата.",
            "Correcties & aanvullingen: de naam was fout.",
        ];
        for note in notes {
            assert!(is_note(note), "{note}");
        }
    }

    #[test]
    fn what_only_sounds_like_a_note_is_none() {
        let reports = [
            "Shares fell in what analysts called a correction: a loss of ten per cent.",
            "The earlier version of the engine used more fuel.",
            "Die frühere Version der App hatte weniger Nutzer.",
            "Le parlement a adopté une version modifiée du texte.",
            "Dat is aangepast aan de wensen van de buurt.",
            "В ранней версии программы этой функции не было.",
            "От редакции: мы открываем новую рубрику.",
            "编者按：今年是改革开放四十周年。",
            "首相は「判断は誤りでした」と述べた。",
        ];
        for report in reports {
            assert!(!is_note(report), "{report}");
        }
    }
}
