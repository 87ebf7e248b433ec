//! Which machine something belongs to: handles carry a mark, machines a lineage of marks.
//!
//! Knows nothing of what is marked.

use alloc::sync::Arc;
use alloc::vec::Vec;
use core::num::NonZeroU64;
#[cfg(target_has_atomic = "64")]
use core::sync::atomic::AtomicU64 as Counter;
#[cfg(not(target_has_atomic = "64"))]
use core::sync::atomic::AtomicUsize as Counter;
use core::sync::atomic::Ordering;

/// What a handle remembers of the machine it was made in.
///
/// No two machines of a process make handles under the same mark. Where the processor counts only
/// to 2^32 in one step, marks repeat after so many.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mark(NonZeroU64);

impl Mark {
    /// One that is like no other.
    fn fresh() -> Self {
        static LAST: Counter = Counter::new(0);
        let last = LAST.fetch_add(1, Ordering::Relaxed);
        // What does not count to 2^64 is a `usize`.
        #[cfg(not(target_has_atomic = "64"))]
        let last = last as u64;
        Self(NonZeroU64::MIN.saturating_add(last))
    }
}

/// The marks under which handles of a machine were made.
///
/// A handle is valid in a machine whose lineage has its mark. A machine that is made anew has a
/// mark of its own and no more. One that is made as the continuation of another, with everything at
/// the same addresses, [descends](Lineage::descend) from it: what was marked before is valid in
/// both, and what is marked after that in one of them only.
///
/// ```
/// use dergwasm_exec::Lineage;
///
/// let mut parent = Lineage::new();
/// let before = parent.mark();
/// let child = parent.descend();
/// assert!(parent.has(before) && child.has(before));
/// assert!(!parent.has(child.mark()) && !child.has(parent.mark()));
/// ```
#[derive(Debug)]
pub struct Lineage {
    mark: Mark,
    /// The earlier marks, in ascending order.
    ancestors: Arc<[Mark]>,
}

impl Lineage {
    /// One without ancestors.
    #[must_use]
    pub fn new() -> Self {
        Self { mark: Mark::fresh(), ancestors: Arc::default() }
    }

    /// The mark of what is made now.
    #[must_use]
    #[inline]
    pub const fn mark(&self) -> Mark {
        self.mark
    }

    /// Whether what has this mark is valid here.
    #[must_use]
    #[inline]
    pub fn has(&self, mark: Mark) -> bool {
        mark == self.mark || self.has_ancestor(mark)
    }

    #[cold]
    fn has_ancestor(&self, mark: Mark) -> bool {
        self.ancestors.binary_search(&mark).is_ok()
    }

    /// Divides the lineage: what was marked so far is valid in this and in the new one, which have
    /// new marks from now on.
    #[must_use]
    pub fn descend(&mut self) -> Self {
        let mut ancestors: Vec<Mark> = self.ancestors.to_vec();
        ancestors.push(self.mark);
        self.ancestors = ancestors.into();
        self.mark = Mark::fresh();
        Self { mark: Mark::fresh(), ancestors: Arc::clone(&self.ancestors) }
    }
}

impl Default for Lineage {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_valid_in_all_descendants_and_nowhere_else() {
        let mut parent = Lineage::new();
        let other = Lineage::new();
        let first = parent.mark();
        let mut child = parent.descend();
        let (second, of_child) = (parent.mark(), child.mark());
        let sibling = parent.descend();
        let grandchild = child.descend();
        for (lineage, marks) in [
            (&parent, &[first, second, parent.mark()][..]),
            (&sibling, &[first, second, sibling.mark()]),
            (&child, &[first, of_child, child.mark()]),
            (&grandchild, &[first, of_child, grandchild.mark()]),
            (&other, &[other.mark()]),
        ] {
            let all = [&parent, &sibling, &child, &grandchild, &other].map(Lineage::mark);
            for mark in all.into_iter().chain([first, second, of_child]) {
                assert_eq!(lineage.has(mark), marks.contains(&mark), "{lineage:?} {mark:?}");
            }
        }
    }

    #[test]
    fn a_mark_is_small() {
        assert_eq!((size_of::<Mark>(), size_of::<Option<Mark>>()), (8, 8));
    }
}
