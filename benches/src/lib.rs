//! Kernels for measuring Dergwasm, and what the benchmarks of this crate share.

#![forbid(unsafe_code)]

mod kernels;

pub use kernels::{KERNELS, Kernel};
