//! The tags of a page, one after the other, in one pass over its source and without a tree.
//!
//! Just enough of the tokenizer of the HTML Standard (§13.2.5) to know where tags are: comments,
//! quoted attribute values and the text of elements such as `script` hide what looks like one.

/// Elements whose content is text up to their end tag.
const RAW_TEXT: &[&str] =
    &["script", "style", "textarea", "title", "iframe", "noembed", "noframes", "xmp"];

/// One tag, or something else that becomes a node of the tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tag<'a> {
    /// Its name as written; empty for a comment or doctype.
    pub(super) name: &'a str,
    /// Whether it is `</…>`.
    pub(super) is_end: bool,
    /// How many attributes it has.
    pub(super) attributes: usize,
    /// Where its `<` stands in the source.
    pub(super) start: usize,
    /// The first byte after its `>`.
    pub(super) end: usize,
}

impl Tag<'_> {
    pub(super) fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }
}

/// Iterates over the tags of a page.
#[derive(Debug, Clone)]
pub(super) struct Tags<'a> {
    source: &'a str,
    at: usize,
    /// Whether raw text counts; inside `svg` it does not.
    knows_raw_text: bool,
    /// The element whose raw text comes next.
    raw_text: Option<&'a str>,
}

impl<'a> Tags<'a> {
    pub(super) fn new(source: &'a str) -> Self {
        Self { source, at: 0, knows_raw_text: true, raw_text: None }
    }

    /// Goes on from a place in the source.
    pub(super) fn from(source: &'a str, at: usize) -> Self {
        Self { at, ..Self::new(source) }
    }

    /// Goes on after a start tag, inside its element.
    pub(super) fn inside(source: &'a str, start: Tag<'a>) -> Self {
        let raw_text = RAW_TEXT.iter().copied().find(|name| start.is(name));
        Self { raw_text, ..Self::from(source, start.end) }
    }

    /// The same, inside foreign content, where `title`, `style` and `script` hold elements.
    pub(super) fn foreign(source: &'a str, at: usize) -> Self {
        Self { knows_raw_text: false, ..Self::from(source, at) }
    }

    /// Moves past raw text; at an element that is never closed, to the end of the page.
    fn skip_raw_text(&mut self, name: &str) {
        let bytes = self.source.as_bytes();
        while let Some(found) = self.source[self.at..].find('<') {
            let start = self.at + found;
            if bytes.get(start + 1) != Some(&b'/') {
                self.at = start + 1;
                continue;
            }
            let after = start + 2 + name.len();
            let is_same = bytes
                .get(start + 2..after)
                .is_some_and(|end| end.eq_ignore_ascii_case(name.as_bytes()));
            if is_same && bytes.get(after).is_some_and(|c| ends_name(*c)) {
                self.at = start;
                return;
            }
            self.at = start + 2;
        }
        self.at = self.source.len();
    }

    /// Reads a tag whose `<` (and `/`) is before `name_start`.
    fn read_tag(&mut self, start: usize, name_start: usize, is_end: bool) -> Tag<'a> {
        let bytes = self.source.as_bytes();
        let length = bytes[name_start..].iter().position(|c| ends_name(*c));
        let name_end = length.map_or(bytes.len(), |length| name_start + length);
        let (attributes, end) = read_attributes(bytes, name_end);
        self.at = end;
        Tag { name: &self.source[name_start..name_end], is_end, attributes, start, end }
    }
}

fn ends_name(c: u8) -> bool {
    c.is_ascii_whitespace() || matches!(c, b'/' | b'>')
}

/// How long a comment, doctype or the like is that begins a text; at most to its end.
fn length_of_comment(text: &str) -> usize {
    if !text.starts_with("<!--") {
        return text.find('>').map_or(text.len(), |at| at + 1);
    }
    // The dashes that begin it may end it at once, but not by `--!>`, which is a mistake.
    let mut at = 2;
    while let Some(found) = text[at..].find("--") {
        let dashes = at + found;
        let after = &text[dashes + 2..];
        if after.starts_with('>') {
            return dashes + 3;
        }
        if after.starts_with("!>") && dashes >= 4 {
            return dashes + 4;
        }
        at = dashes + 1;
    }
    text.len()
}

/// Counts the attributes from `at` to the `>` and says where the next byte is.
fn read_attributes(bytes: &[u8], mut at: usize) -> (usize, usize) {
    let mut count = 0;
    loop {
        at = skip(bytes, at, |c| c.is_ascii_whitespace() || c == b'/');
        match bytes.get(at) {
            None => return (count, at),
            Some(b'>') => return (count, at + 1),
            Some(_) => count += 1,
        }
        // A name may begin with "=", but goes on to the next one.
        at = skip(bytes, at + 1, |c| !c.is_ascii_whitespace() && !matches!(c, b'=' | b'>' | b'/'));
        let value = skip(bytes, at, |c| c.is_ascii_whitespace());
        if bytes.get(value) != Some(&b'=') {
            continue;
        }
        let value = skip(bytes, value + 1, |c| c.is_ascii_whitespace());
        at = match bytes.get(value) {
            Some(quote @ (b'"' | b'\'')) => skip(bytes, value + 1, |c| c != *quote) + 1,
            _ => skip(bytes, value, |c| !c.is_ascii_whitespace() && c != b'>'),
        };
        at = at.min(bytes.len());
    }
}

fn skip(bytes: &[u8], at: usize, is_skipped: impl Fn(u8) -> bool) -> usize {
    let at = at.min(bytes.len());
    bytes[at..].iter().position(|c| !is_skipped(*c)).map_or(bytes.len(), |length| at + length)
}

impl<'a> Iterator for Tags<'a> {
    type Item = Tag<'a>;

    fn next(&mut self) -> Option<Tag<'a>> {
        if let Some(name) = self.raw_text.take() {
            self.skip_raw_text(name);
        }
        loop {
            let start = self.at + self.source[self.at..].find('<')?;
            let bytes = self.source.as_bytes();
            match bytes.get(start + 1) {
                Some(c) if c.is_ascii_alphabetic() => {
                    let tag = self.read_tag(start, start + 1, false);
                    if self.knows_raw_text {
                        self.raw_text = RAW_TEXT.iter().copied().find(|name| tag.is(name));
                    }
                    return Some(tag);
                }
                Some(b'/') if bytes.get(start + 2).is_some_and(u8::is_ascii_alphabetic) => {
                    return Some(self.read_tag(start, start + 2, true));
                }
                Some(b'!' | b'?' | b'/') => {
                    self.at = start + length_of_comment(&self.source[start..]);
                    return Some(Tag {
                        name: "",
                        is_end: false,
                        attributes: 0,
                        start,
                        end: self.at,
                    });
                }
                _ => self.at = start + 1,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(source: &str) -> Vec<String> {
        let show = |tag: Tag<'_>| format!("{}{}", if tag.is_end { "/" } else { "" }, tag.name);
        Tags::new(source).map(show).collect()
    }

    #[test]
    fn tags_hide_in_comments_values_and_scripts() {
        let source = "<!doctype html><a title='<b>'>x</a><!-- <i> --><script>'<u></u>'</script><p>";
        assert_eq!(names(source), ["", "a", "/a", "", "script", "/script", "p"]);
    }

    #[test]
    fn a_comment_ends_where_the_parser_ends_it() {
        for comment in
            ["<!-->", "<!--->", "<!-- --!>", "<!-- -- > -->", "<!--!>-->", "<!x>", "</ x>", "<?x>"]
        {
            assert_eq!(names(&format!("{comment}<p>-->")), ["", "p"], "{comment}");
        }
    }

    #[test]
    fn raw_text_ends_only_at_its_own_end_tag() {
        let source = "<title></titles></title-x></p><b></TITLE\n><p>";
        assert_eq!(names(source), ["title", "/TITLE", "p"]);
    }

    #[test]
    fn a_less_than_sign_alone_is_text() {
        assert_eq!(names("1 < 2 <3 <"), Vec::<String>::new());
    }

    #[test]
    fn attributes_are_counted_however_they_are_written() {
        let source = "<a b c=d e='f g' h=\"i>\" j = k / l/><p =x>";
        let counts: Vec<usize> = Tags::new(source).map(|tag| tag.attributes).collect();
        assert_eq!(counts, [6, 1]);
    }

    #[test]
    fn a_page_may_end_anywhere() {
        let source = "<div class='a'><!-- x --><script>y</script></div><p title=\"é\">z</p>";
        for (end, _) in source.char_indices() {
            assert!(Tags::new(&source[..end]).count() <= 7);
        }
    }
}
