//! Reserved address space where the system offers none: every reservation fails.

use core::{convert::Infallible, ptr::NonNull};

/// A reservation, of which there are none.
#[derive(Debug)]
pub(super) struct Mapping(Infallible);

impl Mapping {
    /// Always `None`.
    pub(super) const fn reserve(_len: usize) -> Option<Self> {
        None
    }

    pub(super) const fn base(&self) -> NonNull<u8> {
        match self.0 {}
    }

    pub(super) const fn prefer_large_pages(&mut self) {}

    pub(super) const fn commit(&mut self, _len: usize) -> Option<usize> {
        match self.0 {}
    }
}
