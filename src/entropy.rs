//! Randomness as a parameter.
//!
//! License keys, order tokens and lease tokens are drawn from an [`Entropy`]. The daemon uses the operating system's
//! generator; a test may hand in a seeded one and print its seed.

use std::fmt::Debug;
use std::sync::{Arc, Mutex, PoisonError};

use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};

/// A source of unpredictable bytes.
pub trait Entropy: Debug + Send + Sync {
    /// Fills `target` with random bytes.
    fn fill(&self, target: &mut [u8]);
}

/// A source that is handed around.
pub type SharedEntropy = Arc<dyn Entropy>;

/// Draws `N` random bytes.
pub fn bytes<const N: usize>(entropy: &dyn Entropy) -> [u8; N] {
    let mut drawn = [0; N];
    entropy.fill(&mut drawn);
    drawn
}

/// Draws `N` random bytes and writes them as `2 * N` lower-case hexadecimal characters.
pub fn hex<const N: usize>(entropy: &dyn Entropy) -> String {
    hex::encode(bytes::<N>(entropy))
}

/// A cryptographic generator seeded from the operating system, per thread.
#[derive(Debug, Default, Clone, Copy)]
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    #[expect(clippy::disallowed_methods, reason = "the one place where the system's randomness is drawn")]
    fn fill(&self, target: &mut [u8]) {
        rand::rng().fill_bytes(target);
    }
}

/// A repeatable source for tests: the same seed gives the same bytes.
#[derive(Debug)]
pub struct SeededEntropy(Mutex<StdRng>);

impl SeededEntropy {
    /// A source that repeats itself for each `seed`.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(Mutex::new(StdRng::seed_from_u64(seed)))
    }
}

impl Entropy for SeededEntropy {
    fn fill(&self, target: &mut [u8]) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).fill_bytes(target);
    }
}
