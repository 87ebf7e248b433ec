//! The instruction table: every instruction of the internal code, one row each.
//!
//! A row is a doc comment, the opcode's name, its mnemonic, its shape and the function that does
//! the work. Each file is a macro that appends its rows and calls the next one, so that together
//! they make one list, which [`for_each_instr`] hands to a macro of the caller's. From it come the
//! opcode enum, the listing, the handler tables and the documentation.
//!
//! Shaped rows name a pure function of `crate::numeric`; `custom` rows name their operands and a
//! function of `crate::handler`.

mod access;
mod aggregate;
mod atomic;
mod call;
mod continuation;
mod control;
mod exception;
mod fused;
mod lane;
mod lane_memory;
mod memory;
mod numeric;
mod parametric;
mod parts;
mod reference;
mod relaxed;
#[expect(clippy::module_inception, reason = "named after the specification's table instructions")]
mod table;
mod variable;
mod vector;
mod vector_memory;
mod wait;
mod wide;

pub(crate) use access::access;
pub(crate) use aggregate::aggregate;
pub(crate) use atomic::atomic;
pub(crate) use call::call;
pub(crate) use continuation::continuation;
pub(crate) use control::control;
pub(crate) use exception::exception;
pub(crate) use fused::fused;
pub(crate) use lane::lane;
pub(crate) use lane_memory::lane_memory;
pub(crate) use memory::memory;
pub(crate) use numeric::numeric;
pub(crate) use parametric::parametric;
pub(crate) use parts::parts;
pub(crate) use reference::reference;
pub(crate) use relaxed::relaxed;
pub(crate) use table::table;
pub(crate) use variable::variable;
pub(crate) use vector::vector;
pub(crate) use vector_memory::vector_memory;
pub(crate) use wait::wait;
pub(crate) use wide::wide;

/// Calls `$with! { [] rows… }` with the rows of all instructions.
macro_rules! for_each_instr {
    ($with:ident) => {
        numeric! {
            [wide access atomic vector lane vector_memory lane_memory relaxed wait fused parametric variable reference aggregate memory table parts control call exception continuation $with]
        }
    };
}
pub(crate) use for_each_instr;

/// Calls `$with! { [] rows… }` with the rows that are WebAssembly's own instructions and have a
/// shape, so that translation needs no code for each of them.
macro_rules! for_each_shaped_instr {
    ($with:ident) => {
        numeric! { [wide access atomic vector lane vector_memory lane_memory relaxed $with] }
    };
}
pub(crate) use for_each_shaped_instr;

/// Calls `$with! { [] rows… }` with the rows whose WebAssembly instructions carry a `memarg`.
macro_rules! for_each_access {
    ($with:ident) => {
        access! { [atomic vector_memory lane_memory $with] }
    };
}
pub(crate) use for_each_access;

/// Calls `$with! { [] rows… }` with the rows whose WebAssembly instructions carry a `lane`.
macro_rules! for_each_lane_instr {
    ($with:ident) => {
        lane! { [lane_memory $with] }
    };
}
pub(crate) use for_each_lane_instr;
