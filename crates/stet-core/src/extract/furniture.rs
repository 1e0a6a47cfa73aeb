//! Furniture of a page by the words of many languages: labels, invitations to read on elsewhere,
//! and the headings below which the article has ended.

use std::sync::LazyLock;

use regex::{Regex, RegexBuilder};

/// Lines of `kind language phrase`; `#` begins a comment.
const PHRASES: &str = include_str!("../../data/furniture-phrases.txt");

/// After a label: its end, or a mark and then a title.
const AFTER_LABEL: &str = r"\s*(?:[:：>»→|–—…-].*)?\W*$";

/// After a phrase that a block begins with: no further letter of its last word.
const AFTER_WORD: &str = r"(?:\b|$)";

/// After the heading of what follows the article: a count, perhaps.
const AFTER_HEADING: &str = r"\W*\d*\W*$";

static LABEL: LazyLock<Regex> = LazyLock::new(|| pattern("label", AFTER_LABEL));
static BEGINNING: LazyLock<Regex> = LazyLock::new(|| pattern("begins", AFTER_WORD));
static END: LazyLock<Regex> = LazyLock::new(|| pattern("ends", AFTER_HEADING));

/// Whether a short block is a label or an invitation in any language that is known.
pub(super) fn is_label_or_invitation(text: &str) -> bool {
    LABEL.is_match(text) || BEGINNING.is_match(text)
}

/// Whether a short block says that what stands below it is not of the article.
pub(super) fn is_end(text: &str) -> bool {
    END.is_match(text)
}

/// The phrases of one kind, with what must come after them.
fn pattern(kind: &str, after: &str) -> Regex {
    let phrases = PHRASES.lines().filter_map(|line| {
        let mut words = line.splitn(3, ' ').filter(|word| !word.is_empty());
        (words.next() == Some(kind)).then(|| words.nth(1)).flatten()
    });
    let phrases: Vec<String> = phrases.map(|phrase| regex::escape(phrase.trim())).collect();
    // Word boundaries are no use where words are not parted.
    let is_parted =
        |phrase: &&String| phrase.contains(|c: char| c < '\u{e00}' && c.is_alphabetic());
    let (parted, unparted): (Vec<_>, Vec<_>) = phrases.iter().partition(is_parted);
    let join = |phrases: Vec<&String>| {
        phrases.iter().map(|phrase| phrase.as_str()).collect::<Vec<_>>().join("|")
    };
    let unparted_after = if after == AFTER_WORD { "" } else { after };
    let source = format!(
        r"^[^\w▶☞＞【]*(?:(?:{}){after}|(?:{}){unparted_after})",
        join(parted),
        join(unparted)
    );
    RegexBuilder::new(&source)
        .case_insensitive(true)
        .build()
        .expect("escaped phrases are a pattern")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_and_invitations_are_known_in_many_languages() {
        for text in [
            "Lesen Sie auch: Die Brücke bleibt zu",
            "ANZEIGE",
            "Lire aussi | Le pont reste fermé",
            "À lire aussi Le pont reste fermé",
            "Más información: el puente",
            "» Leggi anche: il ponte",
            "Leia mais",
            "Lees ook: de brug blijft dicht",
            "Читайте также: мост закрыт",
            "اقرأ أيضا: الجسر مغلق",
            "【関連記事】橋は閉鎖",
            "相关阅读：大桥关闭",
            "▶ 다리 폐쇄",
        ] {
            assert!(is_label_or_invitation(text), "{text}");
        }
    }

    #[test]
    fn sentences_that_begin_alike_are_of_the_article() {
        for text in [
            "Mehr lesen als früher will nur jeder Dritte.",
            "Teilen wollte der Minister die Kosten nicht.",
            "Publicité et propagande se confondent.",
            "Más información pidió el juez.",
            "По теме саммита высказались все.",
            "广告业增长百分之五。",
            "Kommentare wollte niemand abgeben.",
        ] {
            assert!(!is_label_or_invitation(text) && !is_end(text), "{text}");
        }
    }

    #[test]
    fn what_follows_the_article_is_known_by_its_heading() {
        for text in
            ["Kommentare (12)", "Comments", "Lo más leído", "Отзывы", "コメント", "관련기사"]
        {
            assert!(is_end(text), "{text}");
        }
    }
}
