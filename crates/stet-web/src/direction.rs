//! Where the lines of a newspaper's text begin.

/// Languages that are written from right to left where their tag names no script.
const RIGHT_TO_LEFT: [&str; 27] = [
    "apc", "ar", "arc", "ary", "arz", "azb", "bqi", "ckb", "dv", "fa", "glk", "he", "iw", "ji",
    "ks", "lrc", "mzn", "nqo", "pnb", "prs", "ps", "sd", "skr", "syr", "ug", "ur", "yi",
];

/// Scripts of that direction, as they stand in tags.
const SCRIPTS: [&str; 8] = ["Adlm", "Arab", "Hebr", "Mand", "Nkoo", "Rohg", "Syrc", "Thaa"];

/// The direction of a version's paragraphs, as `dir` in HTML has it: that of its language, so that
/// one which begins with a foreign name is like the others. Where the language says nothing, or the
/// headline is of another script than the language, each paragraph decides by itself.
pub(crate) fn direction(language: &str, headline: &str) -> &'static str {
    let mut parts = language.split('-');
    let name = parts.next().unwrap_or_default();
    let script = parts.find(|part| part.len() == 4);
    let is_rtl = match script {
        Some(script) => SCRIPTS.contains(&script),
        None => RIGHT_TO_LEFT.contains(&name),
    };
    match (is_rtl, headline.chars().any(is_right_to_left)) {
        (true, true) => "rtl",
        (false, false) if !name.is_empty() => "ltr",
        _ => "auto",
    }
}

/// Whether it is a letter of Hebrew, Arabic or a script that stands near them in Unicode.
fn is_right_to_left(letter: char) -> bool {
    matches!(
        letter,
        '\u{590}'..='\u{8ff}'
            | '\u{fb1d}'..='\u{fdff}'
            | '\u{fe70}'..='\u{fefc}'
            | '\u{10800}'..='\u{10fff}'
            | '\u{1e800}'..='\u{1efff}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_says_where_its_lines_begin() {
        for language in ["ar", "ar-EG", "he", "fa-AF", "ur", "ckb", "pa-Arab"] {
            assert_eq!(direction(language, "رئيس البلدية باق"), "rtl", "{language}");
        }
        for language in ["en-GB", "pa", "az", "ms", "ja", "ur-Latn"] {
            assert_eq!(direction(language, "Mayor stays"), "ltr", "{language}");
        }
    }

    #[test]
    fn a_page_that_misnames_its_language_is_shown_as_it_is_written() {
        assert_eq!(direction("en", "رئيس البلدية باق"), "auto");
        assert_eq!(direction("ar", "Mayor stays"), "auto");
        assert_eq!(direction("", "Mayor stays"), "auto");
    }
}
