//! Chance comes in here: one seed, split by label, so that a new draw in one place shifts no other.
//! Must never be seeded from anything but `clock::seed()` or a test's own number.

use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};
use sha2::{Digest, Sha256};

/// A source of chance with a seed of its own.
pub struct Entropy {
    seed: [u8; 32],
    stream: ChaCha20Rng,
}

impl Entropy {
    /// From a seed; the same seed draws the same.
    pub fn from_seed(seed: [u8; 32]) -> Self {
        Self { seed, stream: ChaCha20Rng::from_seed(seed) }
    }
    /// From a small number, for tests and `--seed`.
    pub fn from_number(number: u64) -> Self {
        let mut hash = Sha256::new();
        hash.update(b"trading-desk seed");
        hash.update(number.to_le_bytes());
        Self::from_seed(hash.finalize().into())
    }
    /// An independent source for one purpose (`ids`, `retry`, `tape`, `tokens`).
    #[must_use]
    pub fn split(&self, label: &str) -> Self {
        let mut hash = Sha256::new();
        hash.update(self.seed);
        hash.update(label.as_bytes());
        Self::from_seed(hash.finalize().into())
    }
    /// The next 64 bits.
    pub fn next_u64(&mut self) -> u64 {
        self.stream.next_u64()
    }
    /// Fills a buffer.
    pub fn fill(&mut self, bytes: &mut [u8]) {
        self.stream.fill_bytes(bytes);
    }
    /// The next version 7 uuid at `ms` milliseconds since 1970 UTC.
    pub fn next_uuid(&mut self, ms: i64) -> uuid::Uuid {
        let mut random = [0; 10];
        self.fill(&mut random);
        let ms = u64::try_from(ms).unwrap_or(0);
        uuid::Builder::from_unix_timestamp_millis(ms, &random).into_uuid()
    }
}

impl std::fmt::Debug for Entropy {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Entropy(..)")
    }
}
