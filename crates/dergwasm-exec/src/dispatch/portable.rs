//! Chaining by a loop, for builds whose compiler does not make sibling calls.

use super::handlers::HANDLERS;
use super::{Stop, Stub, keep_registers};
use crate::handler::{Execute, Vm};
use crate::ir::OpWord;

/// An instruction.
pub(super) type Handler = unsafe fn(&mut Vm) -> Result<(), Stop>;

/// Runs `I`.
///
/// # Safety
/// As for [`Execute::execute`].
pub(super) unsafe fn enter<I: Execute>(vm: &mut Vm) -> Result<(), Stop> {
    // SAFETY: from the caller.
    unsafe { I::execute(vm) }
}

/// Runs code until it stops.
///
/// # Safety
/// As for [`Execute::execute`].
pub(super) unsafe fn run(mut vm: Vm) -> Stop {
    #[cfg(feature = "statistics")]
    let mut trail = crate::statistics::Trail::default();
    loop {
        #[cfg(feature = "statistics")]
        // SAFETY: INV-CODE, from the caller: the words of the instruction follow its first.
        unsafe {
            let op = OpWord::decode(*vm.ip);
            let next = vm.ip.wrapping_add(op.len(|i| *vm.ip.add(i)));
            trail.step(op, vm.ip.addr(), next.addr());
        }
        // SAFETY: INV-CODE, from the caller.
        let result = unsafe {
            let op = OpWord::decode(*vm.ip);
            HANDLERS[op.opcode as usize][usize::from(op.form)](&mut vm)
        };
        if let Err(stop) = result {
            // SAFETY: from the caller.
            unsafe { keep_registers(&vm) };
            return stop;
        }
    }
}

/// The first word of an instruction: its opcode and form.
pub(super) fn finished(op: OpWord) -> u64 {
    op.encode()
}

/// See [`Stub`].
pub(super) static STUBS: [u64; 4] = {
    let mut stubs = [0; 4];
    let mut i = 0;
    while i < stubs.len() {
        stubs[i] = Stub::OPCODES[i] as u64;
        i += 1;
    }
    stubs
};
