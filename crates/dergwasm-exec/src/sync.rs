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
