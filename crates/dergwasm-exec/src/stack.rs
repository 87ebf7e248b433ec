//! The value stack: one contiguous piece of memory that never moves, lent to a machine while it
//! runs.
//!
//! Machines that do not run need none. With the feature `std`, stacks that nobody uses are kept for
//! the next run of any machine: one by each thread, which is found without a lock, and a few by the
//! process. Without it a machine keeps its own. Knows nothing of what is in a stack: all of it is
//! written before it is read.

use crate::Error;
use alloc::alloc::{Layout, alloc_zeroed, dealloc};
use core::ptr::NonNull;
use dergwasm_store::StoreError;
use dergwasm_types::Value;

/// The value stack of a machine that runs.
///
/// Zeroed memory of this size is given by the system page by page, as it is touched.
#[derive(Debug)]
pub(crate) struct ValueStack {
    base: NonNull<u8>,
    bytes: usize,
}

// SAFETY: the stack is plain memory with one owner.
unsafe impl Send for ValueStack {}
// SAFETY: shared references to the stack do not reach its memory.
unsafe impl Sync for ValueStack {}

impl ValueStack {
    /// A stack of `bytes` bytes or more, which may have been used before.
    ///
    /// # Errors
    /// If there is not enough memory.
    #[inline]
    pub(crate) fn take(bytes: usize) -> Result<Self, Error> {
        match spare::of_thread() {
            Some(stack) if stack.bytes >= bytes => Ok(stack),
            other => Self::find(bytes, other),
        }
    }

    /// Keeps the stack for another run.
    #[inline]
    pub(crate) fn give_back(self) {
        spare::keep(self);
    }

    #[cold]
    fn find(bytes: usize, other: Option<Self>) -> Result<Self, Error> {
        if let Some(other) = other {
            spare::keep(other);
        }
        spare::of_process(bytes).map_or_else(|| Self::new(bytes), Ok)
    }

    fn new(bytes: usize) -> Result<Self, Error> {
        let error = || StoreError::OutOfMemory { kind: "value stack", bytes: bytes as u64 };
        let size = bytes.max(MIN_BYTES).checked_next_multiple_of(size_of::<Value>());
        let layout = size.and_then(layout).ok_or_else(error)?;
        // SAFETY: the size is not zero.
        let base = NonNull::new(unsafe { alloc_zeroed(layout) }).ok_or_else(error)?;
        Ok(Self { base, bytes: layout.size() })
    }

    /// The first slot.
    #[inline]
    pub(crate) fn base(&self) -> *mut u8 {
        self.base.as_ptr()
    }

    /// Behind the last slot of a stack that may have `bytes` bytes.
    #[inline]
    pub(crate) fn end(&self, bytes: usize) -> *mut u8 {
        self.base.as_ptr().wrapping_add(self.bytes.min(bytes.max(MIN_BYTES)))
    }

    /// Whether a slot of the stack, or its end, is at the address.
    pub(crate) fn contains(&self, at: *mut u8) -> bool {
        (self.base()..=self.base.as_ptr().wrapping_add(self.bytes)).contains(&at)
    }
}

/// The smallest stack.
const MIN_BYTES: usize = 4096;

fn layout(bytes: usize) -> Option<Layout> {
    Layout::from_size_align(bytes, align_of::<Value>()).ok()
}

impl Drop for ValueStack {
    fn drop(&mut self) {
        if let Some(layout) = layout(self.bytes) {
            // SAFETY: allocated with this layout.
            unsafe { dealloc(self.base.as_ptr(), layout) }
        }
    }
}

/// Stacks that nobody uses.
#[cfg(feature = "std")]
mod spare {
    use super::ValueStack;
    use std::cell::Cell;
    use std::sync::{Mutex, PoisonError};

    /// How many stacks the process keeps besides those of threads.
    const MOST: usize = 4;

    thread_local! {
        static OF_THREAD: Cell<Option<ValueStack>> = const { Cell::new(None) };
    }

    static OF_PROCESS: Mutex<Vec<ValueStack>> = Mutex::new(Vec::new());

    #[inline]
    pub(super) fn of_thread() -> Option<ValueStack> {
        // A thread that ends has none any more.
        OF_THREAD.try_with(Cell::take).ok().flatten()
    }

    #[cold]
    pub(super) fn of_process(bytes: usize) -> Option<ValueStack> {
        let mut stacks = OF_PROCESS.lock().unwrap_or_else(PoisonError::into_inner);
        let found = stacks.iter().position(|stack| stack.bytes >= bytes)?;
        Some(stacks.swap_remove(found))
    }

    #[inline]
    pub(super) fn keep(stack: ValueStack) {
        if let Ok(Some(other)) = OF_THREAD.try_with(|spare| spare.replace(Some(stack))) {
            keep_for_process(other);
        }
    }

    #[cold]
    fn keep_for_process(stack: ValueStack) {
        let mut stacks = OF_PROCESS.lock().unwrap_or_else(PoisonError::into_inner);
        if stacks.len() < MOST {
            stacks.push(stack);
        }
    }
}

/// Without threads to lock out, nothing is kept between runs but by the machines themselves.
#[cfg(not(feature = "std"))]
mod spare {
    use super::ValueStack;

    pub(super) fn of_thread() -> Option<ValueStack> {
        None
    }

    pub(super) fn of_process(_: usize) -> Option<ValueStack> {
        None
    }

    pub(super) fn keep(_: ValueStack) {}
}

#[cfg(all(test, feature = "std"))]
mod tests {
    use super::*;

    #[test]
    fn a_stack_is_used_again_if_it_is_large_enough() {
        let small = ValueStack::take(10_000).unwrap();
        let place = small.base();
        small.give_back();
        let small = ValueStack::take(5_000).unwrap();
        assert_eq!(small.base(), place);
        assert_eq!(small.end(5_000).addr() - place.addr(), 5_000);
        small.give_back();
        let large = ValueStack::take(1 << 20).unwrap();
        assert_ne!(large.base(), place);
        assert_eq!(large.end(1 << 20).addr() - large.base().addr(), 1 << 20);
        let small = ValueStack::take(5_000).unwrap();
        assert_eq!(small.base(), place);
        large.give_back();
        small.give_back();
    }

    #[test]
    fn threads_and_depth_need_stacks_of_their_own() {
        let stacks: Vec<_> = (0..20).map(|_| ValueStack::take(1 << 16).unwrap()).collect();
        for (i, stack) in stacks.iter().enumerate() {
            // SAFETY: the stack is ours and at least as large.
            unsafe { stack.base().write_bytes(u8::try_from(i).unwrap(), 1 << 16) }
        }
        for (i, stack) in stacks.iter().enumerate() {
            // SAFETY: as above.
            assert_eq!(unsafe { usize::from(*stack.base().add(65535)) }, i);
        }
        std::thread::scope(|scope| {
            for stack in stacks {
                scope.spawn(|| stack.give_back());
            }
        });
    }

    #[test]
    fn a_stack_that_cannot_be_is_an_error() {
        for bytes in [usize::MAX, isize::MAX as usize, 1 << 60] {
            let error = ValueStack::take(bytes).unwrap_err();
            assert!(error.to_string().contains("value stack"), "{error}");
        }
    }
}
