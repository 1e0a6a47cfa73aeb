//! What a reader asked for.
//!
//! Words stand for all their forms; `"words in quotes"` stand next to each other, in this order;
//! `-without` leaves out, `source:slug` asks for one publisher. Nothing else means anything: odd
//! input is searched literally, and no input is an error.

use std::fmt::Write as _;

use super::Language;
use super::folding::bare;
use super::lexemes::{pair, quoted, source_lexeme, stem_lexeme};
use super::words::{Word, words};

/// How much of a query is read, in characters.
pub const MAX_QUERY_CHARS: usize = 500;

/// How many words and phrases of a query are searched.
pub const MAX_TERMS: usize = 16;

/// A reader's query.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    terms: Vec<Term>,
    sources: Vec<SourceTerm>,
    is_cut: bool,
}

/// A publisher that was asked for or against.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceTerm {
    /// Its name in addresses.
    pub slug: String,
    /// Whether its articles are left out.
    pub is_without: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Term {
    pub(super) asked: Asked,
    pub(super) is_without: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Asked {
    /// A word in any of its forms: the form that was given.
    Word(String),
    /// These words next to each other.
    Phrase(Vec<Word>),
}

/// One piece of a query as it was typed.
struct Typed<'q> {
    text: &'q str,
    is_quoted: bool,
    is_without: bool,
}

impl Query {
    /// Reads a query.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let end = text.char_indices().nth(MAX_QUERY_CHARS).map_or(text.len(), |(end, _)| end);
        let mut query = Self { is_cut: end < text.len(), ..Self::default() };
        let mut rest = &text[..end];
        while let Some((typed, behind)) = next_typed(rest) {
            rest = behind;
            query.add(&typed);
        }
        query
    }

    fn add(&mut self, typed: &Typed<'_>) {
        let is_without = typed.is_without;
        if !typed.is_quoted
            && let Some(slug) = source_of(typed.text)
        {
            self.sources.push(SourceTerm { slug, is_without });
            return;
        }
        let words = words(typed.text);
        let asked = if typed.is_quoted { phrase(words) } else { loose(words) };
        for asked in asked {
            if self.terms.len() == MAX_TERMS {
                self.is_cut = true;
                return;
            }
            self.terms.push(Term { asked, is_without });
        }
    }

    pub(super) fn wanted(&self) -> impl Iterator<Item = &Asked> {
        self.terms.iter().filter(|term| !term.is_without).map(|term| &term.asked)
    }

    /// The publishers that were named.
    #[must_use]
    pub fn sources(&self) -> &[SourceTerm] {
        &self.sources
    }

    /// Whether it was longer than what is searched.
    #[must_use]
    pub fn is_cut(&self) -> bool {
        self.is_cut
    }

    /// Whether it asks for something: to leave words out is no question yet.
    #[must_use]
    pub fn asks(&self) -> bool {
        self.wanted().next().is_some() || self.sources.iter().any(|source| !source.is_without)
    }

    /// The query as a `tsquery`, in the notation of its input; `sources` are the identifiers of those
    /// that may be found and of those that may not. `None` where it [asks](Self::asks) nothing.
    #[must_use]
    pub fn tsquery(&self, within: &[i64], without: &[i64]) -> Option<String> {
        if !self.asks() {
            return None;
        }
        let source = |id: &i64| quoted(&source_lexeme(*id));
        let mut parts: Vec<String> = Vec::new();
        if !within.is_empty() {
            let any: Vec<String> = within.iter().map(source).collect();
            parts.push(format!("({})", any.join(" | ")));
        }
        for term in &self.terms {
            let asked = match &term.asked {
                Asked::Word(form) => any_form(form),
                Asked::Phrase(words) => adjacent(words),
            };
            parts.push(if term.is_without { format!("!{asked}") } else { asked });
        }
        parts.extend(without.iter().map(|id| format!("!{}", source(id))));
        Some(parts.join(" & "))
    }
}

/// The next word or phrase, and what follows it.
fn next_typed(text: &str) -> Option<(Typed<'_>, &str)> {
    let text = text.trim_start_matches(is_gap);
    if text.is_empty() {
        return None;
    }
    let behind_sign = text.strip_prefix(['-', '−', '－']).filter(|rest| !rest.starts_with(is_gap));
    let (is_without, rest) = (behind_sign.is_some(), behind_sign.unwrap_or(text));
    if let Some(inside) = rest.strip_prefix(is_quote) {
        let end = inside.find(is_quote).unwrap_or(inside.len());
        let behind = inside[end..].strip_prefix(is_quote).unwrap_or_default();
        return Some((Typed { text: &inside[..end], is_quoted: true, is_without }, behind));
    }
    let end = rest.find(|c| is_gap(c) || is_quote(c)).unwrap_or(rest.len());
    Some((Typed { text: &rest[..end], is_quoted: false, is_without }, &rest[end..]))
}

fn is_gap(c: char) -> bool {
    c.is_whitespace() || c.is_control()
}

fn is_quote(c: char) -> bool {
    matches!(c, '"' | '“' | '”' | '„' | '‟' | '«' | '»' | '「' | '」' | '『' | '』' | '＂')
}

/// `source:rtcom`
fn source_of(text: &str) -> Option<String> {
    let (key, slug) = text.split_once(':')?;
    (key.eq_ignore_ascii_case("source") && !slug.is_empty()).then(|| slug.to_ascii_lowercase())
}

fn phrase(words: Vec<Word>) -> Vec<Asked> {
    if words.is_empty() { Vec::new() } else { vec![Asked::Phrase(words)] }
}

/// What was typed without quotes: each word for itself, each run of characters as it stands. Of
/// `l’État` and `mayor’s`, the single letters are left out.
fn loose(words: Vec<Word>) -> Vec<Asked> {
    let is_compound = words.iter().filter(|word| !word.is_character).count() > 1;
    let mut asked = Vec::new();
    let mut run = Vec::new();
    for word in words {
        if word.is_character {
            let is_last = !word.is_joined;
            run.push(word);
            if is_last {
                asked.push(Asked::Phrase(std::mem::take(&mut run)));
            }
        } else if !is_compound || word.form.chars().nth(1).is_some() {
            asked.push(Asked::Word(word.form));
        }
    }
    asked
}

/// A word in all its forms: nobody knows which language it was asked in.
fn any_form(form: &str) -> String {
    let mut forms = vec![quoted(form)];
    let stems = Language::ALL.into_iter().filter_map(|language| stem_lexeme(language, form));
    forms.extend(stems.map(|stem| quoted(&stem)));
    format!("({})", forms.join(" | "))
}

/// Words next to each other, in any of their forms.
fn adjacent(words: &[Word]) -> String {
    let mut phrase = String::from("(");
    let mut last = 0;
    for (place, word) in words.iter().enumerate() {
        let lexeme = match words.get(place + 1) {
            _ if !word.is_character => any_form(&word.form),
            Some(next) if word.is_joined => quoted(&pair(&word.form, &next.form)),
            // The pair before holds it already.
            _ if place > 0 && words[place - 1].is_joined => continue,
            _ => format!("{}:*", quoted(&word.form)),
        };
        if place > 0 {
            let _ = write!(phrase, " <{}> ", place - last);
        }
        phrase.push_str(&lexeme);
        last = place;
    }
    phrase.push(')');
    phrase
}

/// Whether a word of a text is one that was asked for, as a text in `language` is found.
pub(super) fn is_found(form: &str, asked: &str, language: Option<Language>) -> bool {
    if form == asked || bare(form) == asked {
        return true;
    }
    let stem = |form| language.and_then(|language| language.stem(form));
    stem(asked).is_some_and(|asked| stem(form) == Some(asked))
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use proptest::prelude::*;

    use super::*;

    fn shown(text: &str) -> String {
        Query::parse(text).tsquery(&[], &[]).unwrap_or_else(|| "nothing".to_owned())
    }

    #[test]
    fn a_word_is_searched_by_its_form_and_its_stems_in_all_languages_of_its_script() {
        assert_snapshot!(shown("выборы"), @"('выборы' | 'ru~выбор')");
        assert!(shown("mayors").starts_with("('mayors' | 'da~"));
        assert!(shown("mayors").contains("'en~mayor'"));
        assert_snapshot!(shown("2016"), @"('2016')");
    }

    #[test]
    fn a_phrase_is_searched_as_it_stands_and_a_word_may_be_left_out() {
        assert_snapshot!(
            shown("\"Мэр города\""),
            @"(('мэр' | 'ru~мэр') <1> ('города' | 'ru~город'))"
        );
        assert_snapshot!(shown("«12» -\"a b\""), @"(('12')) & !(('a') <1> ('b'))");
        assert_snapshot!(shown("2016 -2017"), @"('2016') & !('2017')");
    }

    #[test]
    fn characters_without_spaces_are_searched_as_a_run() {
        assert_snapshot!(shown("東京都"), @"('東京' <1> '京都')");
        assert_snapshot!(shown("東"), @"('東':*)");
        assert_snapshot!(shown("\"東京 7 市\""), @"('東京' <2> ('7') <1> '市':*)");
    }

    #[test]
    fn publishers_are_named_by_their_slugs() {
        let query = Query::parse("source:RTcom -source:bbccouk source: 2016");
        let named: Vec<_> =
            query.sources().iter().map(|term| (term.slug.as_str(), term.is_without)).collect();
        assert_eq!(named, [("rtcom", false), ("bbccouk", true)]);
        assert!(query.tsquery(&[3, 4], &[5]).unwrap().starts_with("('@3' | '@4') & ("));
        assert!(query.tsquery(&[3], &[5]).unwrap().ends_with(" & ('2016') & !'@5'"));
    }

    #[test]
    fn what_asks_for_nothing_is_no_question() {
        for text in
            ["", "  ", "-", "\"", "\"\"", "-\"\"", "& | ! <-> ()", "-2016", "\0", "-source:x"]
        {
            assert_eq!(shown(text), "nothing", "{text:?}");
        }
    }

    #[test]
    fn the_notation_of_a_tsquery_is_text() {
        assert_snapshot!(shown("\"a' | b\\ & !(c:*) <-> d\""), @"(('a') <1> ('b') <1> ('c') <1> ('d'))");
        assert_eq!(Query::parse(&"x".repeat(10_000)).terms.len(), 1);
        let long = Query::parse(&"1 ".repeat(10_000));
        assert!(long.is_cut() && long.terms.len() == MAX_TERMS);
    }

    proptest! {
        #[test]
        fn any_query_is_balanced_quoted_text(text in "\\PC*|[\"'\\\\&|!<>():*a東 -]{0,40}") {
            let query = Query::parse(&text);
            prop_assert_eq!(query.tsquery(&[], &[]).is_some(), query.asks());
            if let Some(printed) = query.tsquery(&[1], &[2]) {
                // Outside of quotes there is nothing but what was put there.
                let outside: String = printed.split('\'').step_by(2).collect();
                prop_assert!(outside.chars().all(|c| "()|&!<>:* ".contains(c) || c.is_ascii_digit()), "{}", printed);
                prop_assert_eq!(printed.matches('\'').count() % 2, 0);
            }
        }
    }
}
