//! The atomic types of what threads share without locks.
//!
//! The modules `models` run on those of loom, which try every order of events: see `cargo xtask ci
//! loom`.

pub(crate) use core::sync::atomic::Ordering;
#[cfg(not(all(test, loom)))]
pub(crate) use core::{
    hint::spin_loop,
    sync::atomic::{AtomicPtr, AtomicU32, AtomicUsize},
};
#[cfg(all(test, loom))]
pub(crate) use loom::{
    hint::spin_loop,
    sync::atomic::{AtomicPtr, AtomicU32, AtomicUsize},
};

#[cfg(all(feature = "parallel", not(all(test, loom))))]
pub(crate) use core::sync::atomic::AtomicBool;
#[cfg(all(feature = "parallel", test, loom))]
pub(crate) use loom::sync::atomic::AtomicBool;

/// Stores a word that only this thread stores, while others may exchange it.
#[inline(always)]
pub(crate) fn store_own(word: &AtomicUsize, value: usize) {
    #[cfg(not(all(test, loom)))]
    word.store(value, Ordering::Relaxed);
    // After a plain store, loom lets this thread read what another exchanged before it, which no
    // processor does; after an exchange it does not.
    #[cfg(all(test, loom))]
    word.swap(value, Ordering::Relaxed);
}
