//! Reserved address space where the system offers none: every reservation fails.

use core::{convert::Infallible, ptr::NonNull};

/// The usual size of a page.
pub(super) const PAGE: usize = 1 << 12;

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

    /// Always `None`.
    pub(super) const fn spare(_len: usize) -> Option<Self> {
        None
    }

    pub(super) const fn retire(self) {
        match self.0 {}
    }

    pub(super) const fn max(&self) -> usize {
        match self.0 {}
    }

    pub(super) const unsafe fn clear(&self, _offset: usize, _len: usize) {
        match self.0 {}
    }

    pub(super) const fn prefer_large_pages(&mut self) {}

    pub(super) const fn commit(&mut self, _len: usize) -> Option<usize> {
        match self.0 {}
    }
}
