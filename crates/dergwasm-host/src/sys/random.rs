//! Randomness: the system's, and a seeded sequence.

use crate::sys::Errno;

/// Where a program's random bytes come from.
pub trait Random: Send {
    /// Fills `buffer` with random bytes.
    ///
    /// # Errors
    /// There are none to be had.
    fn fill(&mut self, buffer: &mut [u8]) -> Result<(), Errno>;
}

/// The system's cryptographic generator.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemRandom;

impl Random for SystemRandom {
    fn fill(&mut self, buffer: &mut [u8]) -> Result<(), Errno> {
        getrandom::fill(buffer).map_err(|_| Errno::Io)
    }
}

/// A sequence that its seed determines. For tests and replays, not for secrets.
///
/// It is SplitMix64, lowest byte first; how the bytes are asked for does not change them.
///
/// ```
/// use dergwasm_host::sys::{Random, SeededRandom};
///
/// let (mut a, mut b) = ([0; 12], [0; 12]);
/// SeededRandom::new(7).fill(&mut a)?;
/// let mut random = SeededRandom::new(7);
/// random.fill(&mut b[..5])?;
/// random.fill(&mut b[5..])?;
/// assert_eq!(a, b);
/// # Ok::<(), dergwasm_host::sys::Errno>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct SeededRandom {
    state: u64,
    word: [u8; 8],
    /// How many bytes of `word` were given out.
    used: usize,
}

impl SeededRandom {
    /// The sequence of this seed.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self { state: seed, word: [0; 8], used: 8 }
    }

    fn next_word(&mut self) -> [u8; 8] {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)).to_le_bytes()
    }
}

impl Random for SeededRandom {
    fn fill(&mut self, buffer: &mut [u8]) -> Result<(), Errno> {
        let mut rest = buffer;
        while !rest.is_empty() {
            if self.used == self.word.len() {
                self.word = self.next_word();
                self.used = 0;
            }
            let ready = &self.word[self.used..];
            let len = ready.len().min(rest.len());
            let (now, later) = rest.split_at_mut(len);
            now.copy_from_slice(&ready[..len]);
            self.used += len;
            rest = later;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_split_mix_64() {
        let mut bytes = [0; 16];
        SeededRandom::new(0).fill(&mut bytes).unwrap();
        assert_eq!(bytes[..8], 0xe220_a839_7b1d_cdaf_u64.to_le_bytes());
        assert_eq!(bytes[8..], 0x6e78_9e6a_a1b9_65f4_u64.to_le_bytes());
    }

    #[test]
    fn the_system_has_randomness() {
        let mut bytes = [0; 32];
        SystemRandom.fill(&mut bytes).unwrap();
        assert_ne!(bytes, [0; 32]);
    }
}
