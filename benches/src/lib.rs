//! What the benchmarks of Dergwasm measure: kernels and programs to run, calls and modules to load.

#![forbid(unsafe_code)]

mod calls;
mod kernels;
mod process;
mod programs;
mod running;
mod subjects;

pub use calls::{Calls, Direction};
pub use kernels::{Feature, Half, KERNELS, Kernel};
pub use process::Process;
pub use programs::Program;
pub use running::Running;
pub use subjects::{Subject, subjects};

/// The example of the workspace's README, which uses text and so the feature `wat`.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct ReadmeExample;
