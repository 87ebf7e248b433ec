//! When to collect: the threshold, the limit, and the mode that collects all the time.
//!
//! Every collection is paid for by allocation: it is due when as much was allocated as was alive
//! after the last one. Knows only numbers.

/// The largest heap: references have 32 bits, and objects are at multiples of 8 bytes.
pub(super) const MAX_HEAP: u64 = 8 << 30;

/// What is allocated at least between two collections, unless the limit is reached.
const MIN_THRESHOLD: u64 = 8 << 20;

/// When to collect.
#[derive(Debug)]
pub(super) struct Policy {
    pub(super) limit: u64,
    pub(super) stress: bool,
    /// What was allocated since the last collection.
    debt: u64,
    threshold: u64,
    /// Something was refused since the last collection, which need not be paid for any more.
    refused: bool,
    /// The length at which the heap was not allowed to grow, if it was not the last time.
    denied: u64,
    /// What was alive in the heap after the last collection.
    live: u64,
    /// What else that collection had to look at or found to be kept.
    outside: u64,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            limit: MAX_HEAP,
            stress: false,
            debt: 0,
            threshold: MIN_THRESHOLD,
            refused: false,
            denied: u64::MAX,
            live: 0,
            outside: 0,
        }
    }
}

impl Policy {
    pub(super) const fn allocated(&mut self, bytes: u64) {
        self.debt = self.debt.saturating_add(bytes);
    }

    pub(super) const fn freed(&mut self, bytes: u64) {
        self.debt = self.debt.saturating_sub(bytes);
    }

    /// Whether to collect before more memory is taken.
    pub(super) const fn is_due(&self) -> bool {
        self.stress || self.debt >= self.threshold
    }

    /// Whether to collect because `size` bytes are not to be had.
    ///
    /// Not if that was done only a little while ago: a program whose live objects all but fill the
    /// heap, however small it is, would spend all its time in collections.
    pub(super) const fn is_due_when_full(&self, size: u64) -> bool {
        self.refused || self.debt.saturating_add(size) >= self.work() / 16
    }

    /// Whether a collection pays because something else is full that collections make room for.
    ///
    /// As above, but what is kept for an object elsewhere is larger than objects are and paid for with
    /// less work: more of it has to be there.
    pub(super) const fn is_due_when_other_is_full(&self) -> bool {
        self.stress || self.refused || self.debt >= self.work() / 8
    }

    /// What a collection has to look at, in bytes, as far as that is known.
    pub(super) const fn work(&self) -> u64 {
        self.live.saturating_add(self.outside)
    }

    /// How large the heap can become, as far as that is known.
    pub(super) const fn largest(&self) -> u64 {
        if self.denied < self.limit { self.denied } else { self.limit }
    }

    /// Takes note of whether the heap was allowed to grow from `len` bytes.
    pub(super) const fn asked(&mut self, len: u64, allowed: bool) {
        self.denied = if allowed { u64::MAX } else { len };
    }

    /// Counts what the last collection had to look at outside of the heap, or found to be kept there.
    pub(super) fn live_outside(&mut self, bytes: u64) {
        self.outside = self.outside.saturating_add(bytes);
        self.threshold = self.work().max(MIN_THRESHOLD);
    }

    pub(super) const fn refused(&mut self) {
        self.refused = true;
    }

    pub(super) fn collected(&mut self, live: u64) {
        self.debt = 0;
        (self.live, self.outside) = (live, 0);
        self.live_outside(0);
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
    fn what_lies_outside_of_the_heap_is_work_too() {
        let mut policy = Policy::default();
        policy.collected(100 << 20);
        policy.live_outside(200 << 20);
        policy.live_outside(20 << 20);
        policy.allocated((320 << 20) - 1);
        assert!(!policy.is_due());
        policy.allocated(1);
        assert!(policy.is_due());
        policy.collected(0);
        assert_eq!(policy.work(), 0);
    }

    #[test]
    fn other_limits_do_not_make_collections_come_one_after_the_other() {
        let mut policy = Policy::default();
        assert!(policy.is_due_when_other_is_full(), "there is nothing to look at");
        policy.collected(160 << 20);
        assert!(!policy.is_due_when_other_is_full());
        policy.allocated(20 << 20);
        assert!(policy.is_due_when_other_is_full());
        policy.collected(160 << 20);
        policy.refused();
        assert!(policy.is_due_when_other_is_full());
    }

    #[test]
    fn a_full_heap_is_not_collected_again_at_once() {
        let mut policy = Policy { limit: 1 << 30, ..Policy::default() };
        policy.collected((1 << 30) - 4096);
        policy.allocated(4096);
        assert!(!policy.is_due_when_full(16));
        assert!(policy.is_due_when_full(64 << 20));
        policy.refused();
        assert!(policy.is_due_when_full(16));
        // Nor is a small one.
        policy.limit = 1 << 20;
        policy.collected(1 << 20);
        assert!(!policy.is_due_when_full(16));
        assert!(policy.is_due_when_full(64 << 10));
    }
}
