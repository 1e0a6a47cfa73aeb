//! How much text, how many links and how much prose is inside each element.

use dom_query::{NodeId, NodeRef, local_name};

use super::super::walk::{letters, name, of_text};
use super::PROSE;

/// A node and where it stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) node: NodeRef<'a>,
    /// The place of its parent in the list. The first place is its own.
    pub(super) parent: usize,
}

/// A node and all that is inside it, in the order of the page, without those that are not kept and
/// what is inside them. Each node is asked about once.
pub(super) fn places<'a>(
    root: &NodeRef<'a>,
    mut is_kept: impl FnMut(&NodeRef<'a>) -> bool,
) -> Vec<Place<'a>> {
    let mut places = vec![Place { node: *root, parent: 0 }];
    // The nodes around the next one, each with its place if it is kept.
    let mut around = vec![(root.id, Some(0))];
    for node in root.descendants_it() {
        let parent = node.parent().map(|parent| parent.id);
        while around.len() > 1 && around.last().map(|(id, _)| *id) != parent {
            around.pop();
        }
        let is_kept = is_kept(&node);
        let parent = around.last().and_then(|(_, at)| *at).filter(|_| is_kept);
        around.push((node.id, parent.map(|_| places.len())));
        places.extend(parent.map(|parent| Place { node, parent }));
    }
    places
}

/// What is inside an element.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Measure {
    pub(super) letters: usize,
    pub(super) linked: usize,
    pub(super) links: usize,
    pub(super) prose: usize,
    /// How many blocks of prose.
    pub(super) blocks: usize,
    /// Whether the first block of prose after the headline is in it.
    pub(super) has_start: bool,
    pub(super) has_form: bool,
    pub(super) has_headline: bool,
}

impl Measure {
    /// Takes an element into account, when all inside it has been added.
    fn close(&mut self, node: &NodeRef, headline: Option<&NodeRef>, start: Option<NodeId>) {
        let name = name(node);
        match name {
            local_name!("a") => {
                self.links += 1;
                self.linked = self.letters;
            }
            local_name!("form") => self.has_form = true,
            _ => {}
        }
        self.has_headline |= headline.is_some_and(|headline| headline.id == node.id);
        let is_inline = matches!(
            name,
            local_name!("a")
                | local_name!("span")
                | local_name!("b")
                | local_name!("i")
                | local_name!("em")
                | local_name!("strong")
                | local_name!("font")
        );
        if self.prose == 0 && self.letters >= PROSE && self.linked * 3 < self.letters && !is_inline
        {
            self.prose = self.letters;
            self.blocks = 1;
        }
        self.has_start |= start == Some(node.id);
    }

    fn add(&mut self, inner: Self) {
        self.letters += inner.letters;
        self.linked += inner.linked;
        self.links += inner.links;
        self.prose += inner.prose;
        self.blocks += inner.blocks;
        self.has_start |= inner.has_start;
        self.has_form |= inner.has_form;
        self.has_headline |= inner.has_headline;
    }
}

/// Measures all places in one pass from the innermost outwards; of the first, only what is inside
/// it.
pub(super) fn all(
    places: &[Place<'_>],
    headline: Option<&NodeRef>,
    start: Option<NodeId>,
) -> Vec<Measure> {
    let mut measures = vec![Measure::default(); places.len()];
    for (at, Place { node, parent }) in places.iter().enumerate().skip(1).rev() {
        if let Some(letters) = of_text(node, letters) {
            measures[at].letters = letters;
        } else if node.is_element() {
            measures[at].close(node, headline, start);
        }
        let own = measures[at];
        measures[*parent].add(own);
    }
    measures
}
