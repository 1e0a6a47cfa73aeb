//! Chance that a seed repeats.

/// A xorshift generator (Marsaglia 2003): good enough to choose victims with.
#[derive(Debug, Clone)]
pub struct Chance(u64);

impl Chance {
    /// The chance of a seed.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// A number below `limit`, which is not 0.
    pub const fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }
}
