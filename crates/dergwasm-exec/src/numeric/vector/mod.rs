//! What the vector instructions compute: pure functions over a 128-bit value.
//!
//! Spec: [Execution › Numerics](https://webassembly.github.io/spec/core/exec/numerics.html). Every
//! function has the name of its instruction and works lane by lane on arrays of known size, the form
//! in which the compiler finds the vector instructions of the CPU by itself. Nothing here knows
//! slots, memories or traps: a vector instruction can trap only for the address it accesses.

mod lanes;

pub(crate) mod bits;
pub(crate) mod compare;
pub(crate) mod convert;
pub(crate) mod float;
pub(crate) mod int;
pub(crate) mod memory;
pub(crate) mod permute;
pub(crate) mod relaxed;
pub(crate) mod widen;

pub(crate) use lanes::V128;
