//! From a piece of the tree to its blocks of text, in reading order.
//!
//! A block is what a reader sees set apart: a paragraph, heading, list item, quotation, caption,
//! or one row of a table. Inline elements never split it, whatever they are called; block
//! elements always do, and so do two line breaks. Text directly in a `div` is a block like any.

use dom_query::{LocalName, NodeData, NodeRef, local_name};

use super::fold::fold;

/// What kind of block it is: the innermost of these that it stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BlockKind {
    Paragraph,
    Heading,
    ListItem,
    Quote,
    Caption,
    Row,
}

/// One block of text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Block {
    /// Its text, folded; never empty.
    pub(super) text: String,
    pub(super) kind: BlockKind,
    /// How many of its letters and digits are inside links.
    pub(super) linked: usize,
    /// How many letters and digits it has.
    pub(super) letters: usize,
}

impl Block {
    pub(super) fn words(&self) -> usize {
        self.text.split(' ').count()
    }

    /// Whether nearly all of it is links.
    pub(super) fn is_link(&self) -> bool {
        self.linked * 10 >= self.letters * 9 && self.linked > 0
    }
}

/// Whether an element neither stands apart nor splits a word.
#[rustfmt::skip]
const fn is_inline(name: &LocalName) -> bool {
    matches!(
        *name,
        local_name!("a") | local_name!("abbr") | local_name!("acronym") | local_name!("b")
            | local_name!("bdi") | local_name!("bdo") | local_name!("big") | local_name!("cite")
            | local_name!("code") | local_name!("data") | local_name!("del") | local_name!("dfn")
            | local_name!("em") | local_name!("font") | local_name!("i") | local_name!("ins")
            | local_name!("kbd") | local_name!("label") | local_name!("mark")
            | local_name!("nobr") | local_name!("output") | local_name!("q") | local_name!("rb")
            | local_name!("ruby") | local_name!("s") | local_name!("samp") | local_name!("small")
            | local_name!("span") | local_name!("strike") | local_name!("strong")
            | local_name!("sub") | local_name!("sup") | local_name!("time") | local_name!("tt")
            | local_name!("u") | local_name!("var") | local_name!("wbr")
    )
}

/// Whether the content of an element is not text of the page, or not for reading in line.
#[rustfmt::skip]
const fn is_skipped(name: &LocalName) -> bool {
    matches!(
        *name,
        local_name!("script") | local_name!("style") | local_name!("noscript")
            | local_name!("template") | local_name!("head") | local_name!("title")
            | local_name!("button") | local_name!("select") | local_name!("textarea")
            | local_name!("iframe") | local_name!("object") | local_name!("embed")
            | local_name!("audio") | local_name!("video") | local_name!("canvas")
            | local_name!("svg") | local_name!("math") | local_name!("map") | local_name!("rt")
            | local_name!("rp") | local_name!("datalist") | local_name!("meter")
            | local_name!("progress") | local_name!("dialog")
    )
}

/// The blocks of text in a piece of the tree.
pub(super) fn blocks(root: &NodeRef) -> Vec<Block> {
    let mut walk = Walk::default();
    let mut node = *root;
    loop {
        if walk.enter(&node)
            && let Some(child) = node.first_child()
        {
            node = child;
            continue;
        }
        walk.leave(&node);
        while node.id != root.id && node.next_sibling().is_none() {
            let Some(parent) = node.parent() else { break };
            node = parent;
            walk.leave(&node);
        }
        match node.next_sibling() {
            Some(next) if node.id != root.id => node = next,
            _ => break,
        }
    }
    walk.end_block();
    walk.blocks
}

/// The text of a piece of the tree as one string, with its blocks parted by a space.
pub(super) fn text(root: &NodeRef) -> String {
    let blocks: Vec<String> = blocks(root).into_iter().map(|block| block.text).collect();
    blocks.join(" ")
}

/// The name of an element, in lower case; empty for other nodes.
pub(super) fn name(node: &NodeRef) -> LocalName {
    node.qual_name_ref().map_or(local_name!(""), |name| name.local.clone())
}

/// What is made of the text of a node that is one; nothing for other nodes.
pub(super) fn of_text<T>(node: &NodeRef, make: impl FnOnce(&str) -> T) -> Option<T> {
    node.query_or(None, |node| match &node.data {
        NodeData::Text { contents } => Some(make(contents)),
        _ => None,
    })
}

#[derive(Debug, Default)]
struct Walk {
    blocks: Vec<Block>,
    text: String,
    linked: usize,
    links: usize,
    /// Line breaks since the last text.
    breaks: usize,
    kinds: Vec<BlockKind>,
    /// How many rows, flattened into one block each, are open.
    rows: usize,
}

impl Walk {
    /// Takes note of a node; whether what is inside it is to be walked through.
    fn enter(&mut self, node: &NodeRef) -> bool {
        if of_text(node, |text| self.add(text)).is_some() {
            return false;
        }
        let name = name(node);
        if is_skipped(&name) {
            return false;
        }
        match name {
            local_name!("br") => self.add_break(),
            local_name!("a") => self.links += 1,
            _ => {}
        }
        if is_block(&name) {
            self.part();
            if let Some(kind) = kind_of(&name, node) {
                self.rows += usize::from(kind == BlockKind::Row);
                self.kinds.push(kind);
            }
        }
        true
    }

    /// Takes note that all of a node has been walked through.
    fn leave(&mut self, node: &NodeRef) {
        let name = name(node);
        if is_skipped(&name) {
            return;
        }
        if name == local_name!("a") {
            self.links = self.links.saturating_sub(1);
        }
        if is_block(&name) {
            let kind = kind_of(&name, node);
            if kind == Some(BlockKind::Row) {
                self.rows = self.rows.saturating_sub(1);
            }
            self.part();
            if kind.is_some() {
                self.kinds.pop();
            }
        }
    }

    fn add(&mut self, text: &str) {
        if self.links > 0 {
            self.linked += letters(text);
        }
        if !text.trim().is_empty() {
            self.breaks = 0;
        }
        self.text.push_str(text);
    }

    fn add_break(&mut self) {
        self.breaks += 1;
        if self.breaks == 2 && self.rows == 0 {
            self.end_block();
        }
        self.text.push(' ');
    }

    /// A block begins or ends here; within a row only its cells are parted, by a space.
    fn part(&mut self) {
        if self.rows > 0 {
            self.text.push(' ');
        } else {
            self.end_block();
        }
    }

    fn end_block(&mut self) {
        let text = fold(&std::mem::take(&mut self.text));
        let linked = std::mem::take(&mut self.linked);
        let kind = self.kinds.last().copied().unwrap_or(BlockKind::Paragraph);
        let letters = letters(&text);
        if !text.is_empty() {
            self.blocks.push(Block { text, kind, linked: linked.min(letters), letters });
        }
    }
}

/// Whether an element of this name stands apart.
pub(super) fn is_block(name: &LocalName) -> bool {
    !matches!(*name, local_name!("") | local_name!("br")) && !is_inline(name) && !name.contains('-')
}

fn kind_of(name: &LocalName, node: &NodeRef) -> Option<BlockKind> {
    match &**name {
        "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => Some(BlockKind::Heading),
        "li" | "dt" | "dd" => Some(BlockKind::ListItem),
        "blockquote" => Some(BlockKind::Quote),
        "figcaption" | "caption" => Some(BlockKind::Caption),
        "tr" if is_row(node) => Some(BlockKind::Row),
        _ => None,
    }
}

/// Whether a table row is one line of a table, and not a part of a page laid out as a table: no
/// cell of it holds several blocks.
fn is_row(row: &NodeRef) -> bool {
    !row.children_it(false).any(|cell| {
        let inner = cell.descendants_it().filter(|node| {
            node.qual_name_ref().is_some_and(|name| {
                matches!(&*name.local, "p" | "div" | "ul" | "ol" | "table" | "h2" | "h3")
            })
        });
        inner.take(2).count() > 1
    })
}

/// How many letters and digits a text has.
pub(super) fn letters(text: &str) -> usize {
    if !text.is_ascii() {
        return text.chars().filter(|c| c.is_alphanumeric()).count();
    }
    // Counted in bytes, which the processor does many at a time; so many fit one.
    let chunks = text.as_bytes().chunks(usize::from(u8::MAX));
    let letters = |chunk: &[u8]| {
        chunk.iter().map(|c| u8::from(c.is_ascii_alphanumeric())).fold(0_u8, u8::wrapping_add)
    };
    chunks.map(|chunk| usize::from(letters(chunk))).sum()
}

#[cfg(test)]
mod tests {
    use dom_query::Document;
    use insta::assert_snapshot;

    use super::*;

    fn shown(html: &str) -> String {
        let document = Document::from(html);
        let body = document.body().expect("the parser makes a body");
        let show = |block: Block| format!("{:?}: {}\n", block.kind, block.text);
        blocks(&body).into_iter().map(show).collect()
    }

    #[test]
    fn inline_elements_never_split_a_word_and_blocks_are_never_glued() {
        let html = "<p>Pre<a href=x>fix</a>ed <x-tip>wo</x-tip>rd</p><div>one</div>two<p>three";
        assert_snapshot!(shown(html), @r"
        Paragraph: Prefixed word
        Paragraph: one
        Paragraph: two
        Paragraph: three
        ");
    }

    #[test]
    fn one_line_break_is_a_space_and_two_are_a_new_block() {
        assert_snapshot!(shown("<div>a<br>b<br> <br>c<br><br><br>d</div>"), @r"
        Paragraph: a b
        Paragraph: c
        Paragraph: d
        ");
    }

    #[test]
    fn blocks_know_what_they_are() {
        let html = "<h2>H</h2><ul><li><p>one</p><li>two</ul><blockquote><p>q</p></blockquote>
            <figure><img><figcaption>c</figcaption></figure><dl><dt>t<dd>d</dl>after";
        assert_snapshot!(shown(html), @r"
        Heading: H
        ListItem: one
        ListItem: two
        Quote: q
        Caption: c
        ListItem: t
        ListItem: d
        Paragraph: after
        ");
    }

    #[test]
    fn a_table_is_read_row_by_row_and_a_layout_table_block_by_block() {
        let html = "<table><tr><th>Team<th>Points<tr><td><p>York</p><td><b>3</b>1</table>
            <table><tr><td><p>One.<p>Two.<td>Side</table>";
        assert_snapshot!(shown(html), @r"
        Row: Team Points
        Row: York 31
        Paragraph: One.
        Paragraph: Two.
        Paragraph: Side
        ");
    }

    #[test]
    fn scripts_buttons_and_readings_are_not_text() {
        let html = "<p>a<script>b</script><button>c</button><ruby>漢<rt>kan</rt></ruby></p>";
        assert_snapshot!(shown(html), @"Paragraph: a漢");
    }

    #[test]
    fn letters_and_digits_are_counted_in_any_script() {
        assert_eq!(letters(&"a1 ".repeat(1_000)), 2_000);
        for (text, count) in [("", 0), ("No. 3!", 3), ("“Déjà” vu – 第3章", 9), ("…", 0)]
        {
            assert_eq!(letters(text), count, "{text}");
        }
    }

    #[test]
    fn links_are_measured() {
        let document = Document::from("<p><a href=x>Read this</a> now!<p><a href=y>All of it.</a>");
        let blocks = blocks(&document.body().expect("the parser makes a body"));
        assert_eq!((blocks[0].linked, blocks[0].letters, blocks[0].is_link()), (8, 11, false));
        assert!(blocks[1].is_link());
    }
}
