//! Which paragraphs belong together, while the alignment grows.

/// Links between old and new paragraphs.
///
/// Every group of linked paragraphs is a star: one to one, one to several (a split) or several
/// to one (a merge), never several to several.
#[derive(Debug, Clone)]
pub(super) struct Links {
    of_old: Vec<Vec<usize>>,
    of_new: Vec<Vec<usize>>,
}

impl Links {
    /// No links yet, between so many old and new paragraphs.
    pub(super) fn new(old: usize, new: usize) -> Self {
        Self { of_old: vec![Vec::new(); old], of_new: vec![Vec::new(); new] }
    }

    /// Links two paragraphs.
    pub(super) fn add(&mut self, old: usize, new: usize) {
        insert_sorted(&mut self.of_old[old], new);
        insert_sorted(&mut self.of_new[new], old);
    }

    /// Parts two paragraphs again.
    pub(super) fn remove(&mut self, old: usize, new: usize) {
        self.of_old[old].retain(|&other| other != new);
        self.of_new[new].retain(|&other| other != old);
    }

    /// The new paragraphs of an old one, ascending.
    pub(super) fn of_old(&self, old: usize) -> &[usize] {
        &self.of_old[old]
    }

    /// The old paragraphs of a new one, ascending.
    pub(super) fn of_new(&self, new: usize) -> &[usize] {
        &self.of_new[new]
    }

    /// Whether the old paragraph is linked to nothing.
    pub(super) fn is_old_free(&self, old: usize) -> bool {
        self.of_old[old].is_empty()
    }

    /// Whether the new paragraph is linked to nothing.
    pub(super) fn is_new_free(&self, new: usize) -> bool {
        self.of_new[new].is_empty()
    }

    /// How many old paragraphs there are.
    pub(super) fn old_len(&self) -> usize {
        self.of_old.len()
    }

    /// How many new paragraphs there are.
    pub(super) fn new_len(&self) -> usize {
        self.of_new.len()
    }

    /// The old paragraphs linked to nothing.
    pub(super) fn free_old(&self) -> Vec<usize> {
        (0..self.old_len()).filter(|&old| self.is_old_free(old)).collect()
    }

    /// The new paragraphs linked to nothing.
    pub(super) fn free_new(&self) -> Vec<usize> {
        (0..self.new_len()).filter(|&new| self.is_new_free(new)).collect()
    }

    /// All links, by old and then by new paragraph.
    pub(super) fn pairs(&self) -> Vec<(usize, usize)> {
        let of_old = self.of_old.iter().enumerate();
        of_old.flat_map(|(old, news)| news.iter().map(move |&new| (old, new))).collect()
    }
}

fn insert_sorted(list: &mut Vec<usize>, item: usize) {
    if let Err(at) = list.binary_search(&item) {
        list.insert(at, item);
    }
}
