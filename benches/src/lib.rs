//! What the benchmarks of Dergwasm measure: kernels to run and modules to load.

#![forbid(unsafe_code)]

mod kernels;
mod running;
mod subjects;

pub use kernels::{KERNELS, Kernel};
pub use running::Running;
pub use subjects::{Subject, subjects};
