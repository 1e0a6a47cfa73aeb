//! Live noise: lines in a text that differ at every visit although nobody edited anything.
//!
//! "Updated 5 minutes ago", "1,234 readers", "FTSE 100 7,403.14 +0.32%". Such a line stays in the
//! text as it was printed; only where texts are compared does its normal form stand for it. Only a
//! line that is noise from end to end has one: in a sentence "two hours ago" is a statement, and
//! a figure that changes is a change.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

use regex::Regex;

/// Lines of `language what forms`; see the file itself.
const WORDS: &str = include_str!("../data/live-noise.txt");

/// A longer line is never wholly noise, in bytes: two relative times with their leads, in
/// Cyrillic.
const MAX_BYTES: usize = 160;

/// How long ago it was, in a normal form.
const SOME_TIME_AGO: &str = "{time}";

/// How many there were, in a normal form and in the forms of the list.
const SOME: &str = "{n}";

/// A number as it is printed, with its separators, and a word or letter for thousands or millions.
static NUMBER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\d+(?:[.,']\d+|[ \u{a0}\u{202f}]\d{3}\b)*(?: ?(?:(?:k|mio|mil|тыс)\b\.?|[万萬]))?")
        .expect("the pattern is fixed")
});

/// One or more quotations of a ticker: a name, a price, and by how much of a hundred it moved.
/// The change needs its sign: a share in a table of results has none.
static TICKER: LazyLock<Regex> = LazyLock::new(|| {
    let number = r"\d[\d.,]*";
    let change = format!(r"[+−–▲▼↑↓-] ?{number}");
    let one = format!(
        r"(?:\p{{Lu}}|\d)[\p{{L}}\d&./ -]{{0,30}}[ :]+[$€£¥]?{number}(?: {change})? \(?{change} ?%\)?"
    );
    Regex::new(&format!(r"^{one}(?:[ |·•,;/]+{one})*$")).expect("the pattern is fixed")
});

/// The figures of a ticker; a number of one or two digits is part of a name.
static FIGURE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"[+−–▲▼↑↓-] ?\d[\d.,]*|[$€£¥]?\d+(?:[.,]\d+)+|[$€£¥]\d+")
        .expect("the pattern is fixed")
});

static FORMS: LazyLock<Forms> = LazyLock::new(|| Forms::read(WORDS));

/// The form of a line in which lines that differ only by live noise are the same; any other text
/// as it is.
///
/// ```text
/// Updated 5 minutes ago            updated {time}
/// 1,234 readers | 1 comment        {n} readers | {n} comments
/// FTSE 100 7,403.14 +0.32%         FTSE 100 {n} {n}%
/// ```
pub(crate) fn normal_form(text: &str) -> Cow<'_, str> {
    if text.len() > MAX_BYTES {
        return Cow::Borrowed(text);
    }
    // Looked for first, since most lines have none: the pattern is dear.
    if text.contains('%') && TICKER.is_match(text) {
        return FIGURE.replace_all(text, SOME);
    }
    let lower = text.to_lowercase().replace('’', "'");
    FORMS.line(&NUMBER.replace_all(&lower, SOME)).map_or(Cow::Borrowed(text), Cow::Owned)
}

/// What noise is made of, in lower case, with [`SOME`] for numbers; the longest forms first.
#[derive(Debug, Default)]
struct Forms {
    times: Vec<&'static str>,
    leads: Vec<&'static str>,
    counts: Vec<&'static str>,
    /// The normal form of each count.
    normal: HashMap<&'static str, &'static str>,
}

impl Forms {
    fn read(words: &'static str) -> Self {
        let mut read = Self::default();
        for line in words.lines().filter(|line| !line.starts_with('#')) {
            let mut parts = line.splitn(3, ' ').skip(1);
            let (Some(what), Some(forms)) = (parts.next(), parts.next()) else { continue };
            let forms: Vec<&str> = forms.split(" / ").collect();
            match what {
                "time" => read.times.extend(forms),
                "lead" => read.leads.extend(forms),
                _ => {
                    read.normal.extend(forms.iter().map(|form| (*form, forms[0])));
                    read.counts.extend(forms);
                }
            }
        }
        for forms in [&mut read.times, &mut read.leads, &mut read.counts] {
            forms.sort_by_key(|form| std::cmp::Reverse(form.len()));
        }
        read
    }

    /// The normal form of a line that is nothing but times and counts.
    fn line(&self, line: &str) -> Option<String> {
        let mut normal = String::with_capacity(line.len());
        let mut rest = line;
        let mut is_noise = false;
        loop {
            let after = rest.trim_start_matches(stands_between);
            normal.push_str(&rest[..rest.len() - after.len()]);
            rest = after;
            if rest.is_empty() {
                return is_noise.then_some(normal);
            }
            if let Some((_, after)) = beginning(&self.times, rest) {
                normal.push_str(SOME_TIME_AGO);
                (rest, is_noise) = (after, true);
            } else if let Some((count, space, after)) = self.number_of(rest) {
                normal.extend([SOME, space, self.normal[count]]);
                (rest, is_noise) = (after, true);
            } else if let Some((count, after)) = self.count_with_number(rest) {
                normal.extend([self.normal[count], " ", SOME]);
                (rest, is_noise) = (after, true);
            } else if let Some((lead, after)) = beginning(&self.leads, rest) {
                normal.push_str(lead);
                rest = after;
            } else {
                return None;
            }
        }
    }

    /// "12 comments", in Chinese and Japanese without a space.
    fn number_of<'t>(&self, text: &'t str) -> Option<(&'static str, &'t str, &'t str)> {
        let after = text.strip_prefix(SOME)?;
        let word = after.trim_start();
        let (count, rest) = beginning(&self.counts, word)?;
        Some((count, &after[..after.len() - word.len()], rest))
    }

    /// "Comments (12)", "Comments: 12".
    fn count_with_number<'t>(&self, text: &'t str) -> Option<(&'static str, &'t str)> {
        let (count, after) = beginning(&self.counts, text)?;
        let number = after.trim_start().strip_prefix(['(', ':', '：', '（'])?;
        Some((count, number.trim_start().strip_prefix(SOME)?))
    }
}

/// The first of these forms that a text begins with, and what comes after it.
fn beginning<'t>(forms: &[&'static str], text: &'t str) -> Option<(&'static str, &'t str)> {
    // Scripts without spaces have no word ends.
    let has_words = |c: char| c.is_alphanumeric() && c < '\u{2e80}';
    forms.iter().find_map(|form| {
        let after = text.strip_prefix(form)?;
        let ends_word = form.ends_with(has_words) && after.starts_with(has_words);
        (!ends_word).then_some((*form, after))
    })
}

fn stands_between(c: char) -> bool {
    c.is_whitespace() || "|·•,;:/()[].!–—-：（）".contains(c)
}

#[cfg(test)]
mod tests;
