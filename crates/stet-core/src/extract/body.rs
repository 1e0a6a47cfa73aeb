//! The body of the article, as blocks of text.
//!
//! General extraction finds the piece of the tree that is the article; its own rendering of the
//! text glues neighbouring blocks, so what it found is walked through by [`walk`].

use dom_query::{Document, NodeRef};
use dom_smoothie::Readability;

use super::walk::{self, Block};

/// The blocks of the article's body by general extraction. Consumes the tree.
pub(super) fn general(document: Document) -> Vec<Block> {
    forget_title(&document);
    unwrap_paragraphs(&document);
    let Ok(mut readability) = Readability::with_document(document, None, None) else {
        return Vec::new();
    };
    // Its result is the tree of the body as HTML; `text_content` is not used.
    let Ok(article) = readability.parse() else { return Vec::new() };
    let body = Document::from(article.content);
    body.body().map(|body| walk::blocks(&body)).unwrap_or_default()
}

/// Readability drops the first heading that resembles the page's title. Where the headline stands
/// elsewhere that is a heading of the body, which would come and go with the words of the title.
/// So it is shown neither a title nor an `h1`; the headline is dropped by its own text later.
fn forget_title(document: &Document) {
    if let Some(head) = document.head() {
        head.remove_children();
    }
    let is_heading = |node: &NodeRef| node.has_name("h1");
    let headings: Vec<_> = document.root().descendants_it().filter(is_heading).collect();
    for heading in headings {
        heading.rename("h2");
    }
}

/// Takes single paragraphs out of the boxes that some software puts around each: Readability
/// judges a box by the share of its links, and drops a sentence with one long link in it.
fn unwrap_paragraphs(document: &Document) {
    let is_in_box = |node: &NodeRef| {
        node.has_name("p") && node.parent().is_some_and(|parent| parent.has_name("div"))
    };
    let paragraphs: Vec<_> = document.root().descendants_it().filter(is_in_box).collect();
    for paragraph in paragraphs {
        let mut outermost = paragraph;
        while let Some(parent) = outermost.parent().filter(|parent| holds_only_one(parent)) {
            outermost = parent;
        }
        if outermost.id != paragraph.id {
            outermost.insert_before(&paragraph);
            outermost.remove_from_parent();
        }
    }
}

/// Whether a `div` holds one element and no text of its own.
fn holds_only_one(node: &NodeRef) -> bool {
    let has_text = || node.children_it(false).any(|child| child.is_nonempty_text());
    node.has_name("div") && node.element_children().len() == 1 && !has_text()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_with_a_long_link_stays_though_it_has_a_box_of_its_own() {
        let prose =
            "<div><div><p>The council voted on Tuesday to close the old bridge for repairs \
            that are expected to last, engineers said, until spring.</p></div></div>"
                .repeat(6);
        let linked = "<div class=card><div><p>It was said in the <a href=x>Journal of Old Bridges</a>.</p></div></div>";
        let html = format!("<title>T</title><article>{prose}{linked}{prose}</article>");
        let blocks = general(Document::from(html));
        assert_eq!(blocks.len(), 13);
    }

    #[test]
    fn a_heading_of_the_body_that_resembles_the_title_stays() {
        let prose = "<p>The council voted on Tuesday to close the old bridge for repairs that are \
            expected to last, engineers said, until the spring of next year.</p>"
            .repeat(4);
        let html = format!(
            "<title>The old bridge of York</title><article><header class=header><h1>Old bridge of York to close</h1></header>
             {prose}<h2>The old bridge of York</h2>{prose}</article>"
        );
        let blocks = general(Document::from(html));
        assert!(blocks.iter().any(|block| block.text == "The old bridge of York"));
    }
}
