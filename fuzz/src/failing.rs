//! An allocator that refuses a large allocation when it is told to.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::ptr;

/// What is large: the engine may need less at any time, and does not survive being refused that.
pub const LARGE: usize = 256 << 10;

thread_local! {
    /// How many large allocations are left until one is refused; none is without a number.
    static LEFT: Cell<Option<u32>> = const { Cell::new(None) };
}

/// Refuses the large allocation after so many others of this thread; `None` refuses none. Returns how
/// many were left; `None` if one was refused, or none was to be.
pub fn refuse_after(count: Option<u32>) -> Option<u32> {
    LEFT.replace(count)
}

fn refused(size: usize) -> bool {
    if size < LARGE {
        return false;
    }
    match LEFT.get() {
        None => false,
        Some(0) => {
            LEFT.set(None);
            true
        }
        Some(left) => {
            LEFT.set(Some(left - 1));
            false
        }
    }
}

/// The system's allocator, but for what is refused.
#[derive(Debug)]
pub struct Failing;

// SAFETY: passes everything on to the system's allocator, or returns null, which says that there is
// no memory.
unsafe impl GlobalAlloc for Failing {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if refused(layout.size()) {
            return ptr::null_mut();
        }
        // SAFETY: from the caller.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        if refused(layout.size()) {
            return ptr::null_mut();
        }
        // SAFETY: from the caller.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // A block that becomes smaller needs no memory.
        if size > layout.size() && refused(size) {
            return ptr::null_mut();
        }
        // SAFETY: from the caller.
        unsafe { System.realloc(block, layout, size) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: from the caller.
        unsafe { System.dealloc(block, layout) }
    }
}
