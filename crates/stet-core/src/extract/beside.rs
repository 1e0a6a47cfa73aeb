//! What of a page says of itself that it is beside the article: `aside`, `nav` and `footer`, read by
//! their tags alone.

use super::tags::{Tag, Tags};

/// Elements that say of themselves that they are beside the article.
pub(super) const BESIDE: [&str; 3] = ["aside", "nav", "footer"];

/// What makes an element one that may name an author or a date: see
/// [`landmarks`](super::landmarks).
const HINTS: [&str; 4] = ["itemprop", "author", "byline", "<time"];

/// Elements without content.
const VOID: [&str; 13] = [
    "area", "br", "col", "embed", "hr", "img", "input", "link", "param", "source", "track", "wbr",
    "keygen",
];

/// Elements whose end tags may be left out.
const CLOSED_BY_OTHERS: [&str; 12] =
    ["p", "li", "dt", "dd", "option", "optgroup", "tr", "td", "th", "tbody", "thead", "tfoot"];

/// Elements that the parser puts elsewhere than where they stand, that reach beyond their end, or
/// that tell of the article wherever they stand: of the scripts only those with data are left.
const MATTERS: [&str; 11] = [
    "html",
    "head",
    "body",
    "title",
    "base",
    "form",
    "frameset",
    "plaintext",
    "h1",
    "meta",
    "script",
];

/// So many links are a list of them.
const LIST_LINKS: usize = 3;

/// More bytes beside links may be a line of the article: see
/// [`surroundings`](super::surroundings).
const LABELS: usize = 59;

/// A page's source without its lists of links that say of themselves that they are beside the
/// article: menus and what is read most, in which there is neither prose nor a name or date. The
/// extractor drops them from the tree; they need not be built.
pub(super) fn without_lists(source: &str) -> String {
    let mut kept = String::with_capacity(source.len());
    let mut tags = Tags::new(source);
    let mut copied = 0;
    // Those that are none may stand inside each other, and each is read.
    let mut in_vain = 0;
    while let Some(tag) = tags.next() {
        if tag.is_end || !BESIDE.iter().any(|name| tag.is(name)) {
            continue;
        }
        match Beside::read(source, tag) {
            Ok(list) if list.is_list() => {
                kept.push_str(&source[copied..tag.end]);
                copied = list.end;
                tags = Tags::from(source, copied);
            }
            Ok(Beside { end, .. }) | Err(end) => {
                in_vain += end - tag.end;
                if in_vain > source.len() {
                    break;
                }
            }
        }
    }
    kept.push_str(&source[copied..]);
    kept
}

/// What is inside an element beside the article.
#[derive(Debug, Default)]
pub(super) struct Beside {
    /// Where its end tag begins.
    pub(super) end: usize,
    /// Bytes of text in no link.
    unlinked: usize,
    links: usize,
    hints: usize,
}

impl Beside {
    /// Reads an element to its end tag. Fails where it has none, or tags that pair up with some
    /// outside, or something that matters, with the place to which it was read.
    pub(super) fn read(source: &str, start: Tag<'_>) -> Result<Self, usize> {
        let mut beside = Self::default();
        let mut open: Vec<&str> = Vec::new();
        let mut links = 0_usize;
        let mut text_start = start.end;
        for tag in Tags::from(source, start.end) {
            if links == 0 {
                beside.unlinked += source[text_start..tag.start].trim().len();
            }
            text_start = tag.end;
            if tag.is_end {
                match open.iter().rposition(|name| tag.is(name)) {
                    Some(at) if are_closed_by_others(&open[at + 1..]) => open.truncate(at),
                    None if tag.is(start.name) && are_closed_by_others(&open) => {
                        beside.end = tag.start;
                        break;
                    }
                    _ => return Err(tag.end),
                }
                links -= usize::from(tag.is("a") && links > 0);
            } else if MATTERS.iter().any(|name| tag.is(name)) {
                return Err(tag.end);
            } else if !tag.name.is_empty() && !VOID.iter().any(|name| tag.is(name)) {
                open.push(tag.name);
                let is_link = tag.is("a");
                links += usize::from(is_link);
                beside.links += usize::from(is_link);
            }
        }
        // Without an end tag it reaches to the end of the page.
        let inside = source.get(start.end..beside.end).ok_or(source.len())?;
        beside.hints = HINTS.iter().map(|word| inside.matches(word).count()).sum();
        Ok(beside)
    }

    /// Whether it is a list of links and little else.
    fn is_list(&self) -> bool {
        self.links >= LIST_LINKS && self.unlinked <= LABELS && self.hints == 0
    }

    /// What of it belongs to the [outline](super::outline): text to a factor of two.
    pub(super) fn measure(&self) -> [u8; 9] {
        let mut measure = [0; 9];
        let doublings = self.unlinked.checked_ilog2().map_or(0, |log| log + 1);
        measure[0] = u8::try_from(doublings).unwrap_or(u8::MAX);
        measure[1..].copy_from_slice(&(self.hints as u64).to_le_bytes());
        measure
    }
}

fn are_closed_by_others(names: &[&str]) -> bool {
    names.iter().all(|name| CLOSED_BY_OTHERS.iter().any(|closed| name.eq_ignore_ascii_case(closed)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROSE: &str = "The council voted on Tuesday to close the old bridge for repairs.";

    #[test]
    fn lists_of_links_beside_the_article_are_emptied_and_nothing_else_is() {
        let menu = "<li><a href=/1>One</a><li><a href=/2>Two</a><li><a href=/3>Three</a>";
        let html = |inside: &str| format!("<p>{PROSE}</p><aside>{inside}</aside><p>{PROSE}</p>");
        for list in [format!("<h2>Most read</h2><ul>{menu}</ul>"), format!("<nav>{menu}</nav>")] {
            assert_eq!(without_lists(&html(&list)), html(""), "{list}");
        }
        for other in [
            "<a href=/1>One</a> <a href=/2>Two</a>".to_owned(),
            format!("{menu}<p>{PROSE}</p>"),
            format!("{menu}<p class=byline>Ada</p>"),
            format!("{menu}<time>Friday</time>"),
            format!("{menu}<h1>Headline</h1>"),
            format!("{menu}</div>"),
            format!("{menu}<form></form>"),
        ] {
            assert_eq!(without_lists(&html(&other)), html(&other), "{other}");
        }
        let nested = format!("<p>{PROSE}</p><nav>{menu}</nav>");
        assert_eq!(without_lists(&html(&nested)), html(&format!("<p>{PROSE}</p><nav></nav>")));
    }

    #[test]
    fn lists_that_are_none_are_looked_through_a_bounded_number_of_times() {
        let html = format!("{}{PROSE}{}", "<aside>".repeat(20_000), "</aside>".repeat(20_000));
        assert_eq!(without_lists(&html), html);
    }
}
