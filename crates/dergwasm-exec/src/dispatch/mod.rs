//! How instructions are chained: the only place that knows the registers' calling convention.
//!
//! With `cfg(tail_calls)` every handler ends in a jump to the next one: its address is the first
//! word of an instruction, and the registers are the arguments. Otherwise a loop looks handlers up
//! by opcode and form. `build.rs` chooses; the instructions are the same code either way.

mod handlers;
#[cfg(not(tail_calls))]
mod portable;
#[cfg(tail_calls)]
mod tail;

use crate::handler::{Stop, Vm};
use crate::instance::Registers;
use crate::ir::{OpWord, Opcode};
use crate::numeric::vector::V128;
#[cfg(not(tail_calls))]
use portable as chain;
#[cfg(tail_calls)]
use tail as chain;

/// Whether instructions are chained by sibling calls.
pub(crate) const TAIL_CALLS: bool = cfg!(tail_calls);

/// Runs code until it stops, and keeps the registers in the context.
///
/// # Safety
/// INV-CODE, INV-FRAME, INV-MEM, INV-STORE hold for the registers.
pub(crate) unsafe fn run(registers: Registers, acc: u64) -> Stop {
    let Registers { ip, sp, inst, depth } = registers;
    // SAFETY: INV-STORE, from the caller.
    let mem = unsafe { (*inst).memory_base() };
    let vm =
        Vm { ip, sp, mem, acc, inst, depth, acc_f32: 0.0, acc_f64: 0.0, acc_v128: V128::default() };
    // SAFETY: from the caller.
    unsafe { chain::run(vm) }
}

/// The first word of an instruction in finished code.
pub(crate) fn finished(op: OpWord) -> u64 {
    chain::finished(op)
}

/// Code of one instruction that belongs to no function.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Stub {
    /// See the opcode.
    CallElsewhere,
    /// See the opcode.
    CrossReturn,
    /// See the opcode.
    Finish,
    /// See the opcode.
    Translate,
}

impl Stub {
    const OPCODES: [Opcode; 4] =
        [Opcode::CallElsewhere, Opcode::CrossReturn, Opcode::Finish, Opcode::Translate];

    /// Where it is; the same for the life of the process.
    #[inline(always)]
    pub(crate) fn code(self) -> *const u64 {
        (&raw const chain::STUBS[self as usize]).cast()
    }
}

/// Keeps the registers for whoever asks where code stopped.
///
/// # Safety
/// INV-STORE
unsafe fn keep_registers(vm: &Vm) {
    // SAFETY: INV-STORE: the context lives as long as the machine.
    unsafe {
        (*(*vm.inst).context).stopped =
            Registers { ip: vm.ip, sp: vm.sp, inst: vm.inst, depth: vm.depth };
    }
}
