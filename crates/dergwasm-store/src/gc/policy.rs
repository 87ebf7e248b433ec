//! When to collect: the threshold, the limit, and the mode that collects all the time.
//!
//! Every collection is paid for by allocation: it is due when as much was allocated as was alive
//! after the last one. Knows only numbers.

/// The largest heap: references have 32 bits, and objects are at multiples of 8 bytes.
pub(super) const MAX_HEAP: u64 = 8 << 30;

/// What is allocated at least between two collections, unless the limit is reached.
const MIN_THRESHOLD: u64 = 8 << 20;

/// What a host value weighs against the threshold.
pub(crate) const HOST_VALUE_WEIGHT: u64 = 64;

/// When to collect.
#[derive(Debug)]
pub(super) struct Policy {
    pub(super) limit: u64,
    pub(super) stress: bool,
    /// What was allocated since the last collection.
    debt: u64,
    threshold: u64,
    /// Something was refused since the last collection.
    refused: bool,
}

impl Default for Policy {
    fn default() -> Self {
        Self { limit: MAX_HEAP, stress: false, debt: 0, threshold: MIN_THRESHOLD, refused: false }
    }
}

impl Policy {
    pub(super) const fn allocated(&mut self, bytes: u64) {
        self.debt = self.debt.saturating_add(bytes);
    }

    /// Whether to collect before more memory is taken.
    pub(super) const fn is_due(&self) -> bool {
        self.stress || self.debt >= self.threshold
    }

    /// Whether to collect because `size` bytes are not to be had.
    ///
    /// Not if that was done only a little while ago: a program whose live objects all but fill the
    /// heap would spend all its time in collections.
    pub(super) const fn is_due_when_full(&self, size: u64) -> bool {
        const FREE: u64 = 256 << 10;
        let least = (self.limit / 64).saturating_sub(FREE);
        self.refused || self.debt.saturating_add(size) >= least
    }

    pub(super) const fn refused(&mut self) {
        self.refused = true;
    }

    pub(super) fn collected(&mut self, live: u64) {
        self.debt = 0;
        self.threshold = live.max(MIN_THRESHOLD);
        self.refused = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_collection_is_due_when_as_much_was_allocated_as_lives() {
        let mut policy = Policy::default();
        policy.allocated(MIN_THRESHOLD - 1);
        assert!(!policy.is_due());
        policy.allocated(1);
        assert!(policy.is_due());
        policy.collected(100 << 20);
        policy.allocated((100 << 20) - 1);
        assert!(!policy.is_due());
        policy.allocated(u64::MAX);
        assert!(policy.is_due());
    }

    #[test]
    fn a_full_heap_is_not_collected_again_at_once() {
        let mut policy = Policy { limit: 1 << 30, ..Policy::default() };
        policy.collected((1 << 30) - 4096);
        policy.allocated(4096);
        assert!(!policy.is_due_when_full(16));
        assert!(policy.is_due_when_full(16 << 20));
        policy.refused();
        assert!(policy.is_due_when_full(16));
        policy.limit = 1 << 20;
        policy.collected(1 << 20);
        assert!(policy.is_due_when_full(16));
    }
}
