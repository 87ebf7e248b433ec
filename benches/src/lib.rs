//! What the benchmarks of Dergwasm measure: kernels to run and modules to load.

#![forbid(unsafe_code)]

mod kernels;
mod running;
mod subjects;

pub use kernels::{Feature, Half, KERNELS, Kernel};
pub use running::Running;
pub use subjects::{Subject, subjects};

/// The example of the workspace's README, which uses text and so the feature `wat`.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct ReadmeExample;
