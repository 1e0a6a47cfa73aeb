//! Texts for the benches, by chance that repeats itself.

/// Chance that repeats itself: the generator `SplitMix64` (Steele, Lea and Flood 2014).
pub(crate) struct Chance(u64);

impl Chance {
    /// The same on every run.
    pub(crate) const fn new() -> Self {
        Self(0x5eed)
    }

    /// A number below the bound.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let bound = bound.max(1) as u64;
        usize::try_from((mixed ^ (mixed >> 31)) % bound).expect("it is below a usize")
    }

    /// A word of a vocabulary in which, as in any language, a few words are most of the text.
    pub(crate) fn word(&mut self) -> String {
        const SYLLABLES: [&str; 16] = [
            "ka", "to", "mi", "re", "su", "no", "la", "vi", "per", "con", "sta", "ment", "ing",
            "or", "un", "el",
        ];
        let reach = 1 << self.below(14);
        let mut rank = self.below(reach);
        let mut word = String::new();
        loop {
            word.push_str(SYLLABLES[rank % 16]);
            rank /= 16;
            if rank == 0 {
                return word;
            }
        }
    }

    /// So many words.
    pub(crate) fn words(&mut self, count: usize) -> String {
        (0..count).map(|_| self.word()).collect::<Vec<_>>().join(" ")
    }

    /// A sentence of 20 to 60 words.
    pub(crate) fn paragraph(&mut self) -> String {
        let count = 20 + self.below(40);
        self.words(count) + "."
    }
}
