//! Languages whose inflected forms are known, and which of them a text is in.

use rust_stemmers::{Algorithm, Stemmer};
use whatlang::Lang;

use super::folding::bare;

/// How many characters of a text tell its language.
const SAMPLE_CHARS: usize = 600;

/// Letters that words of a language are made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Script {
    Latin,
    Cyrillic,
    Greek,
    Arabic,
    Tamil,
}

/// A language whose words have stems (the Snowball algorithms).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Language {
    /// As in BCP 47.
    code: &'static str,
    algorithm: Algorithm,
    script: Script,
}

const fn language(code: &'static str, algorithm: Algorithm, script: Script) -> Language {
    Language { code, algorithm, script }
}

impl Language {
    /// All of them.
    pub const ALL: [Self; 18] = [
        language("ar", Algorithm::Arabic, Script::Arabic),
        language("da", Algorithm::Danish, Script::Latin),
        language("de", Algorithm::German, Script::Latin),
        language("el", Algorithm::Greek, Script::Greek),
        language("en", Algorithm::English, Script::Latin),
        language("es", Algorithm::Spanish, Script::Latin),
        language("fi", Algorithm::Finnish, Script::Latin),
        language("fr", Algorithm::French, Script::Latin),
        language("hu", Algorithm::Hungarian, Script::Latin),
        language("it", Algorithm::Italian, Script::Latin),
        language("nl", Algorithm::Dutch, Script::Latin),
        language("no", Algorithm::Norwegian, Script::Latin),
        language("pt", Algorithm::Portuguese, Script::Latin),
        language("ro", Algorithm::Romanian, Script::Latin),
        language("ru", Algorithm::Russian, Script::Cyrillic),
        language("sv", Algorithm::Swedish, Script::Latin),
        language("ta", Algorithm::Tamil, Script::Tamil),
        language("tr", Algorithm::Turkish, Script::Latin),
    ];

    /// The language of a code (`de`, `pt-BR`, `nb`).
    #[must_use]
    pub fn of_code(tag: &str) -> Option<Self> {
        let primary = tag.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
        let code = match primary.as_str() {
            "nb" | "nn" => "no",
            other => other,
        };
        Self::ALL.into_iter().find(|language| language.code == code)
    }

    /// The language of a text: what its words tell for sure; otherwise what the page declares, and
    /// where it declares nothing, what its words seem to tell. Sites declare the language of their
    /// templates.
    #[must_use]
    pub fn of_text<'t>(
        declared: Option<&str>,
        paragraphs: impl IntoIterator<Item = &'t str>,
    ) -> Option<Self> {
        let mut sample = String::new();
        let mut room = SAMPLE_CHARS;
        for paragraph in paragraphs {
            sample.extend(paragraph.chars().take(room));
            sample.push(' ');
            room = room.saturating_sub(paragraph.chars().count());
            if room == 0 {
                break;
            }
        }
        let found = whatlang::detect(&sample);
        match (found, declared) {
            (Some(found), _) if found.is_reliable() => Self::of_detected(found.lang()),
            (_, Some(declared)) => Self::of_code(declared),
            (found, None) => found.and_then(|found| Self::of_detected(found.lang())),
        }
    }

    fn of_detected(lang: Lang) -> Option<Self> {
        Self::of_code(match lang {
            Lang::Ara => "ar",
            Lang::Dan => "da",
            Lang::Deu => "de",
            Lang::Ell => "el",
            Lang::Eng => "en",
            Lang::Spa => "es",
            Lang::Fin => "fi",
            Lang::Fra => "fr",
            Lang::Hun => "hu",
            Lang::Ita => "it",
            Lang::Nld => "nl",
            Lang::Nob => "no",
            Lang::Por => "pt",
            Lang::Ron => "ro",
            Lang::Rus => "ru",
            Lang::Swe => "sv",
            Lang::Tam => "ta",
            Lang::Tur => "tr",
            _ => return None,
        })
    }

    /// Its code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        self.code
    }

    /// The stem of a folded word, without diacritics: `mayor` for `mayors`. `None` for figures and for
    /// words in letters of another script.
    pub(super) fn stem(self, form: &str) -> Option<String> {
        if form.chars().nth(1).is_none() || !form.chars().all(|c| self.writes(c)) {
            return None;
        }
        // The Russian algorithm knows no `ё`, which is printed as `е` as often.
        let form = form.replace('ё', "е");
        let stem = Stemmer::create(self.algorithm).stem(&form).into_owned();
        Some(bare(&stem).into_owned())
    }

    fn writes(self, c: char) -> bool {
        match self.script {
            Script::Latin => {
                c.is_ascii_lowercase() || matches!(c, '\u{df}'..='\u{24f}' | '\u{300}'..='\u{36f}')
            }
            Script::Cyrillic => matches!(c, '\u{400}'..='\u{52f}'),
            Script::Greek => matches!(c, '\u{370}'..='\u{3ff}' | '\u{1f00}'..='\u{1fff}'),
            Script::Arabic => matches!(c, '\u{620}'..='\u{65f}' | '\u{670}'..='\u{6d3}'),
            Script::Tamil => matches!(c, '\u{b80}'..='\u{bff}'),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::search::folding::form;

    #[test]
    fn what_the_words_tell_for_sure_goes_before_what_the_page_declares() {
        let german = "Der Bürgermeister hat die Verträge mit der Firma seines Bruders nicht \
                      offengelegt, wie aus den Unterlagen der Stadt hervorgeht.";
        let code = |declared, text| Language::of_text(declared, [text]).map(Language::code);
        assert_eq!(code(Some("en-GB"), german), Some("de"));
        assert_eq!(code(None, german), Some("de"));
        assert_eq!(code(Some("nb-NO"), "Ja."), Some("no"));
        assert_eq!(code(Some("pl"), "Tak."), None);
        assert_eq!(code(Some("en"), "市长否认了这些合同，并表示他将在五月之前辞职。"), None);
    }

    #[test]
    fn inflected_forms_have_one_stem() {
        for (code, one, other) in [
            ("en", "resigns", "resigning"),
            ("de", "Häuser", "Häusern"),
            ("fr", "élection", "élections"),
            ("ru", "выборы", "выборов"),
            ("ru", "ещё", "еще"),
            ("ar", "الكتاب", "كتاب"),
            ("es", "ciudadanos", "ciudadano"),
            ("it", "governi", "governo"),
            ("sv", "tidningarna", "tidning"),
        ] {
            let language = Language::of_code(code).unwrap();
            assert_eq!(language.stem(&form(one)), language.stem(&form(other)), "{code}");
            assert!(language.stem(&form(one)).is_some(), "{code}");
        }
    }

    proptest! {
        #[test]
        fn no_word_of_any_script_is_too_odd_to_be_stemmed(word in "\\PC{0,12}|[a-zß-ɏ]{1,9}|[ء-ي]{1,9}|[а-я]{1,9}|[α-ω]{1,9}|[அ-௹]{1,9}") {
            let word = form(&word);
            for language in Language::ALL {
                let _ = language.stem(&word);
            }
        }
    }
}
