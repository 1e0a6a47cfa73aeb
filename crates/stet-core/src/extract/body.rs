//! The body of the article, as blocks of text.
//!
//! General extraction finds the piece of the tree that is the article; its own rendering of the
//! text glues neighbouring blocks, so what it found is walked through by [`walk`].

use dom_query::Document;
use dom_smoothie::Readability;

use super::walk::{self, Block};

/// The blocks of the article's body by general extraction. Consumes the tree.
pub(super) fn general(document: Document) -> Vec<Block> {
    forget_title(&document);
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
    document.select("h1").rename("h2");
}

#[cfg(test)]
mod tests {
    use super::*;

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
