//! The value stack: one contiguous piece of memory that never moves.

use crate::Error;
use alloc::alloc::{Layout, alloc_zeroed, dealloc};
use core::ptr::NonNull;
use dergwasm_types::Value;

/// The value stack of a machine.
///
/// Zeroed memory of this size is given by the system page by page, as it is touched.
#[derive(Debug)]
pub(crate) struct ValueStack {
    base: NonNull<u8>,
    layout: Layout,
}

// SAFETY: the stack is plain memory owned by one machine.
unsafe impl Send for ValueStack {}
// SAFETY: shared references to the stack do not reach its memory.
unsafe impl Sync for ValueStack {}

impl ValueStack {
    /// A stack of `bytes` bytes.
    ///
    /// # Errors
    /// If there is not enough memory.
    pub(crate) fn new(bytes: usize) -> Result<Self, Error> {
        let error = || {
            Error::usage(alloc::format!(
                "no memory for a value stack of {bytes} bytes; lower `max_stack_bytes`"
            ))
        };
        let bytes = bytes.max(4096).next_multiple_of(size_of::<Value>());
        let layout = Layout::from_size_align(bytes, align_of::<Value>()).map_err(|_| error())?;
        // SAFETY: the size is not zero.
        let base = NonNull::new(unsafe { alloc_zeroed(layout) }).ok_or_else(error)?;
        Ok(Self { base, layout })
    }

    /// The first slot.
    pub(crate) fn base(&self) -> *mut u8 {
        self.base.as_ptr()
    }

    /// Behind the last slot.
    pub(crate) fn end(&self) -> *mut u8 {
        self.base.as_ptr().wrapping_add(self.layout.size())
    }

    /// Whether a slot of the stack, or its end, is at the address.
    pub(crate) fn contains(&self, at: *mut u8) -> bool {
        (self.base()..=self.end()).contains(&at)
    }
}

impl Drop for ValueStack {
    fn drop(&mut self) {
        // SAFETY: allocated with this layout.
        unsafe { dealloc(self.base.as_ptr(), self.layout) }
    }
}
